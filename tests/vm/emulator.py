# SPDX-License-Identifier: LGPL-2.1-or-later
"""QEMU: this machine's own, or where that one is too old, a later Debian's, unpacked and not installed."""

import re
import shutil
import subprocess

from harness import cache
from harness.apt import Apt
from harness.say import Unavailable


def _version(program):
    """The major one; 0 where there is no such program."""
    path = shutil.which(program)
    if not path:
        return 0
    said = subprocess.run([path, "--version"], text=True, check=False, capture_output=True).stdout
    found = re.search(r"version (\d+)", said)
    return int(found[1]) if found else 0


def is_own(arch):
    """Whether this machine's own will do, or has to: then it is installed, as any program is."""
    return not arch.newer or _version(arch.qemu) >= arch.newer.version


def _fetched(arch):
    """The directory that has it, and all that it needs: a loader, libraries, firmware."""
    newer = arch.newer
    tree = cache.directory("vm") / "emulators" / f"{newer.package}-{newer.suite}"
    tree.parent.mkdir(exist_ok=True)
    with cache.locked(tree):
        if not tree.exists():
            apt = Apt(tree.with_name(f"apt-{newer.suite}"), newer.suite, _machine())
            apt.update()
            with cache.new_directory(tree) as work:
                apt.unpack(apt.closure(newer.package), work)
    return tree


def _machine():
    """Debian's name of this machine."""
    command = ["dpkg", "--print-architecture"]
    return subprocess.run(command, text=True, check=True, capture_output=True).stdout.strip()


def command(arch):
    """The first words of its command line."""
    if is_own(arch):
        return (arch.qemu,)
    tree = _fetched(arch)
    loaders = [*tree.glob("usr/lib/*/ld-linux-*.so.*")]
    if not loaders:
        raise Unavailable(f"no loader in {tree}")
    loader = loaders[0]
    return (str(loader), "--library-path", str(loader.parent), str(tree / "usr/bin" / arch.qemu),
            "-L", str(tree / "usr/share/qemu"))
