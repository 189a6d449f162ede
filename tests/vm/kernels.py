# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's kernels: which exist, and a cached, unpacked copy of the one asked for.

Versions move with every update, so nothing here names one: each suite's metapackage
tells its current kernel. The answer is believed for a week; after that it is asked
again, and stays in use when the question can't be put.
"""

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from harness import cache
from harness.apt import Apt
from harness.say import Unavailable, say

BELIEVED = 7 * 24 * 3600  # seconds
KEPT = 2  # unpacked kernels a suite: a run may still be reading the last but one
_PART = re.compile(r"linux-(image|binary|modules)-\d.*")


@dataclass(frozen=True)
class Kernel:
    """An unpacked kernel."""

    version: str
    tree: Path

    def _one(self, *patterns):
        """The packages' layout changed over the releases: the first pattern that fits."""
        found = [path for pattern in patterns for path in self.tree.glob(pattern)]
        if not found:
            raise Unavailable(f"no {' or '.join(patterns)} in {self.tree}")
        return found[0]

    @property
    def image(self):
        """The file to boot."""
        return self._one("boot/vmlinu[xz]-*", "usr/lib/modules/*/vmlinuz")

    @property
    def modules(self):
        """The directory of its modules."""
        return self._one("usr/lib/modules/*", "lib/modules/*")


class Suite:
    """The current kernel of one Debian suite."""

    def __init__(self, arch, suite):
        self.arch, self.name = arch, suite
        self.base = cache.directory("vm") / arch.family / suite
        self.base.mkdir(parents=True, exist_ok=True)
        self.apt = Apt(self.base / "apt", suite, arch.debian)

    @property
    def known(self):
        """What the metapackage said last: {version, packages, checked}, or None."""
        return cache.read_json(self.base / "current.json")

    @property
    def believed(self):
        """Whether that is young enough to go by."""
        known = self.known
        return bool(known) and 0 <= time.time() - known["checked"] < BELIEVED

    def offers(self, prefix):
        """Whether this is the kernel meant: 6.1 is not 6.12, 7 is any 7.x."""
        known = self.known
        meant = re.compile(re.escape(prefix) + r"(\D|$)")
        return bool(known) and bool(meant.match(known["version"]))

    def refresh(self, fresh):
        """Ask the mirror if need be; keep to the last answer if it doesn't reply."""
        started = time.time()
        with cache.locked(self.base / "apt"):
            if self.believed and (not fresh or self.known["checked"] > started):
                return
            try:
                self._ask()
            except Unavailable as error:
                say(f"{error}" + ("; using what was found before" if self.known else ""))

    def _ask(self):
        """Follow the metapackage to the packages that make up the kernel."""
        self.apt.update()
        packages = self._parts()
        version = packages[0].removeprefix("linux-image-")
        cache.write_json(self.base / "current.json", {
            "version": version, "packages": packages, "checked": time.time()})

    def _parts(self):
        """The image, and from 7.x on the packages that it depends on for its contents."""
        parts = self.apt.dependencies(self.arch.metapackage, _PART)
        if not parts:
            raise Unavailable(f"{self.arch.metapackage} of {self.name} names no kernel")
        return parts

    def trees(self):
        """The unpacked kernels, newest last."""
        found = [path for path in (self.base / "trees").glob("[0-9]*") if path.is_dir()]
        return sorted(found, key=lambda path: path.stat().st_mtime)

    def kernel(self):
        """The unpacked current kernel; an older one when it can't be fetched."""
        known = self.known
        tree = self.base / "trees" / known["version"]
        with cache.locked(self.base / "trees"):
            try:
                if not tree.exists():
                    self._unpack(known["packages"], tree)
            except Unavailable as error:
                if not self.trees():
                    raise
                tree = self.trees()[-1]
                say(f"{error}; using {tree.name}")
        return Kernel(tree.name, tree)

    def _unpack(self, packages, tree):
        """A new tree, and none that is too old."""
        with cache.new_directory(tree) as work:
            self.apt.unpack(packages, work)
        for old in self.trees()[:-KEPT]:
            shutil.rmtree(old)


def find(arch, prefix, fresh=False):
    """The kernel whose version starts with prefix, from the oldest suite that has it."""
    suites = [Suite(arch, name) for name in arch.suites]
    if not fresh:
        for suite in suites:
            if suite.believed and suite.offers(prefix):
                return suite.kernel()
    for suite in suites:
        suite.refresh(fresh)
        if suite.offers(prefix):
            return suite.kernel()
    versions = [suite.known["version"] for suite in suites if suite.known]
    raise Unavailable(f"no kernel {prefix} for {arch.name}; "
                      f"there is: {', '.join(versions) or 'none (no network?)'}")


def listing(arch, fresh=False):
    """(version, suite, whether it is cached) of each kernel that can be had."""
    for suite in [Suite(arch, name) for name in arch.suites]:
        if fresh or not suite.believed:
            suite.refresh(fresh)
        if suite.known:
            version = suite.known["version"]
            yield version, suite.name, version in [tree.name for tree in suite.trees()]
