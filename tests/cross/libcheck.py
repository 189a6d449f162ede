# SPDX-License-Identifier: LGPL-2.1-or-later
"""The test framework, check, for another architecture: Debian's package, unpacked."""

import subprocess
from pathlib import Path

from harness import cache
from harness.apt import Apt
from harness.say import Unavailable, say

PACKAGES = ("check", "libsubunit-dev")
LIBRARIES = ("-lcheck_pic", "-lsubunit", "-lrt", "-lm")
ISOC23 = Path(__file__).with_name("isoc23.c")


def _unpack(arch, suite, tree):
    """From one suite."""
    apt = Apt(tree.with_name(f"apt-{suite}"), suite, arch.debian)
    apt.update()
    with cache.new_directory(tree) as work:
        apt.unpack(PACKAGES, work)


def _fetch(arch, base):
    """Fetch and unpack, once; later runs find it. A mirror may lack a suite for hours."""
    tree = base / "libcheck"
    with cache.locked(tree):
        for suite in arch.suites:
            try:
                if not tree.exists():
                    _unpack(arch, suite, tree)
            except Unavailable as error:
                say(error)
    if not tree.exists():
        raise Unavailable(f"no suite of Debian's could give check for {arch.name}")
    return tree


def _lacks_isoc23(arch, base):
    """Whether the cross compiler's C library is older than the one check was built with."""
    source = "unsigned long __isoc23_strtoul(void); int main(void) { return !__isoc23_strtoul(); }"
    link = subprocess.run([arch.compiler, "-xc", "-", "-o", base / "probe"],
                          input=source, text=True, check=False, capture_output=True)
    return link.returncode != 0


def _isoc23(arch, base):
    """The library with what an older C library lacks."""
    subprocess.run([arch.compiler, "-O2", "-c", ISOC23, "-o", base / "isoc23.o"], check=True)
    subprocess.run([f"{arch.tools}-ar", "rcs", base / "libisoc23.a", base / "isoc23.o"], check=True)
    return [f"-L{base}", "-lisoc23"]


def flags(arch):
    """(for the compiler, for the linker), as configure takes them."""
    base = cache.directory("cross") / arch.name
    base.mkdir(exist_ok=True)
    tree = _fetch(arch, base)
    path = next(tree.glob("usr/lib/*/libcheck_pic.a")).parent
    libs = [f"-L{path}", *LIBRARIES]
    if _lacks_isoc23(arch, base):
        libs += _isoc23(arch, base)
    return f"-isystem {tree}/usr/include -pthread", " ".join(libs + ["-pthread"])
