# SPDX-License-Identifier: LGPL-2.1-or-later
"""Libraries for another architecture, static: Debian's packages, unpacked. The tests' and the tool's."""

import subprocess
import zlib
from pathlib import Path

from harness import cache
from harness.apt import Apt
from harness.say import Unavailable, say

PACKAGES = ("check", "libsubunit-dev", "libjansson-dev", "libzstd-dev", "libfdt-dev")
CHECK = ("-lcheck_pic", "-lsubunit", "-lrt", "-lm", "-pthread")
ISOC23 = Path(__file__).with_name("isoc23.c")


def _unpack(arch, suite, tree):
    """From one suite."""
    apt = Apt(tree.with_name(f"apt-{suite}"), suite, arch.debian)
    apt.update()
    with cache.new_directory(tree) as work:
        apt.unpack(PACKAGES, work)


def _fetch(arch, base):
    """Fetch and unpack, once for these packages; later runs find it. A mirror may lack a suite for hours."""
    tree = base / f"libraries-{zlib.crc32(' '.join(PACKAGES).encode()):08x}"
    with cache.locked(tree):
        for suite in arch.suites:
            try:
                if not tree.exists():
                    _unpack(arch, suite, tree)
            except Unavailable as error:
                say(error)
    if not tree.exists():
        raise Unavailable(f"no suite of Debian's could give libraries for {arch.name}")
    return tree


def _lacks_isoc23(arch, base):
    """Whether the cross compiler's C library is older than the one they were built with."""
    source = "unsigned long __isoc23_strtoul(void); int main(void) { return !__isoc23_strtoul(); }"
    link = subprocess.run([arch.compiler, "-xc", "-", "-o", base / "probe"],
                          input=source, text=True, check=False, capture_output=True)
    return link.returncode != 0


def _isoc23(arch, base):
    """The library with what an older C library lacks."""
    subprocess.run([arch.compiler, "-O2", "-c", ISOC23, "-o", base / "isoc23.o"], check=True)
    subprocess.run([f"{arch.tools}-ar", "rcs", base / "libisoc23.a", base / "isoc23.o"], check=True)
    return [f"-L{base}", "-lisoc23"]


def variables(arch):
    """What configure takes: for each library the compiler's flags and the linker's."""
    base = cache.directory("cross") / arch.name
    base.mkdir(exist_ok=True)
    tree = _fetch(arch, base)
    path = next(tree.glob("usr/lib/*/libcheck_pic.a")).parent
    newer = _isoc23(arch, base) if _lacks_isoc23(arch, base) else []
    links = {"CHECK": [f"-L{path}", *CHECK], "JANSSON": [path / "libjansson.a"], "ZSTD": [path / "libzstd.a"],
             "FDT": [path / "libfdt.a"]}
    for name, words in links.items():
        yield f"{name}_CFLAGS=-isystem {tree}/usr/include -pthread"
        yield f"{name}_LIBS={' '.join(map(str, words + newer))}"
