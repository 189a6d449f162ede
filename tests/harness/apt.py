# SPDX-License-Identifier: LGPL-2.1-or-later
"""A private apt for one Debian suite: needs no root and leaves the host's apt alone.

Each suite has a configuration and index lists of its own, so that a mirror that is
in the middle of updating one suite doesn't take the others down.
"""

import os
import re
import subprocess
import time
from pathlib import Path

from .say import Unavailable, say

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ATTEMPTS = 3
_SUITE = re.compile(r"[a-z]+")  # bookworm, not bookworm-updates

_CONFIG = """\
Dir::Etc::sourcelist "{dir}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "{dir}/lists";
Dir::State::status "{dir}/status";
Dir::Cache "{dir}/cache";
APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "0";
"""


def mirror():
    """The Debian mirror that this machine's own apt uses (or KVMLIB_DEBIAN_MIRROR)."""
    named = os.environ.get("KVMLIB_DEBIAN_MIRROR")
    return named or _mirror_of(_run(["apt-get", "indextargets", "--format",
                                     "$(ORIGIN)|$(CODENAME)|$(REPO_URI)",
                                     "Created-By: Packages"]).stdout)


def _mirror_of(targets):
    """Pick Debian's own archive; before a first `apt-get update` origins are unknown."""
    rows = [line.split("|", 2) for line in targets.splitlines() if line.count("|") == 2]
    rows = [row for row in rows if _SUITE.fullmatch(row[1])]
    rows.sort(key=lambda row: row[0] != "Debian")
    if not rows:
        raise Unavailable("no Debian mirror among this machine's apt sources: "
                          "set KVMLIB_DEBIAN_MIRROR to one's URL")
    return rows[0][2]


def _run(command, **options):
    """Run with the output captured; what went wrong is the caller's to judge."""
    environment = dict(os.environ, LC_ALL="C")
    return subprocess.run(command, env=environment, text=True, check=False,
                          capture_output=True, **options)


def _reason(result):
    """apt's first complaint in one line; the later ones only say that it failed."""
    errors = [x for x in result.stderr.splitlines() if x.startswith(("E:", "W:"))]
    reason = errors[0][3:] if errors else f"exit status {result.returncode}"
    if "NO_PUBKEY" in result.stderr:
        reason += " (too old keys? apt-get install debian-archive-keyring)"
    return reason


class Apt:
    """The packages of one suite and architecture."""

    def __init__(self, directory, suite, arch):
        """Nothing is written or fetched before update()."""
        self.dir, self.suite, self.arch = Path(directory).resolve(), suite, arch

    def _configure(self):
        """Write the configuration anew, since the host's mirror may have changed."""
        if not KEYRING.exists():
            raise Unavailable("no keys to check Debian's signatures with: "
                              "apt-get install debian-archive-keyring")
        for name in ("lists/partial", "cache/archives/partial"):
            (self.dir / name).mkdir(parents=True, exist_ok=True)
        (self.dir / "status").touch()
        (self.dir / "sources.list").write_text(
            f"deb [signed-by={KEYRING}] {mirror()} {self.suite} main\n")
        (self.dir / "apt.conf").write_text(_CONFIG.format(dir=self.dir, arch=self.arch))

    def _apt(self, program, *words, **options):
        """-c is read after the host's configuration (proxies stay, sources don't)."""
        return _run([program, "-q", "-c", str(self.dir / "apt.conf"), *words], **options)

    def update(self):
        """Fetch the suite's index, with patience for a mirror that is being updated."""
        self._configure()
        say(f"reading Debian's package index ({self.suite}, {self.arch})")
        for attempt in range(ATTEMPTS):
            time.sleep(2 * attempt)
            result = self._apt("apt-get", "update")
            if result.returncode == 0:
                return
        raise Unavailable(f"can't read Debian's index of {self.suite}: {_reason(result)}")

    def depends(self, package):
        """The names that a package depends on, alternatives left out."""
        result = self._apt("apt-cache", "depends", "--important", package)
        if result.returncode:
            raise Unavailable(f"{self.suite} has no {package}: {_reason(result)}")
        return re.findall(r"^  (?:Pre)?Depends: ([^<\s]+)", result.stdout, re.MULTILINE)

    def dependencies(self, package, meant):
        """What a package depends on, and these in turn, as far as names match a pattern; in order, each once."""
        found, waiting = [], [package]
        while waiting:
            new = [name for name in self.depends(waiting.pop(0)) if meant.fullmatch(name) and name not in found]
            found += new
            waiting += new
        return found

    def closure(self, package):
        """It, and all that it needs and these need, as on a machine that has nothing."""
        result = self._apt("apt-get", "install", "--print-uris", "--no-install-recommends", "-y", package)
        if result.returncode:
            raise Unavailable(f"{self.suite} has not all of {package}: {_reason(result)}")
        others = re.findall(r"^'\S+' ([^_\s]+)_", result.stdout, re.MULTILINE)
        return [package, *(name for name in others if name != package)]

    def _size(self, packages):
        """The size of the packages' files in megabytes, rounded up."""
        result = self._apt("apt-get", "download", "--print-uris", *packages)
        sizes = re.findall(r" (\d+) \S+$", result.stdout, re.MULTILINE)
        return -(-sum(map(int, sizes)) // 10**6)

    def download(self, packages, directory):
        """Fetch the packages' files, signatures and checksums verified by apt."""
        more = f" and {len(packages) - 1} more" if len(packages) > 1 else ""
        say(f"fetching {packages[0]}{more} ({self._size(packages)} MB)")
        result = self._apt("apt-get", "download", *packages, cwd=directory)
        if result.returncode:
            raise Unavailable(f"can't fetch {packages[0]}{more}: {_reason(result)}")

    def unpack(self, packages, directory):
        """Download and unpack, never install."""
        self.download(packages, directory)
        for deb in Path(directory).glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", deb, directory], check=True)
            deb.unlink()
