# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs that use the library compile where the kernel's headers are as old as Linux 5.10.

They come from Debian's linux-libc-dev of bullseye, fetched once and kept.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
BUILD = Path(os.environ.get("builddir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests"))
from harness import cache  # noqa: E402
from harness.apt import Apt  # noqa: E402
from harness.say import Unavailable  # noqa: E402

CC = os.environ.get("CC", "cc").split()
SUITE = "bullseye"
# What newer headers have, and those of 5.10 don't: were it there, they would not be the old ones.
NEWER = "KVM_GET_STATS_FD"
TREE = cache.directory("headers") / SUITE / "linux-libc-dev"
HEADERS = sorted(TOP.glob("include/kvmlib/*.h")) + [BUILD / "include/kvmlib/version.h"]


def _fetch(tree):
    apt = Apt(tree.parent / "apt", SUITE, "amd64")
    with cache.locked(tree):
        if tree.exists():
            return
        with cache.new_directory(tree) as work:
            apt.update()
            apt.unpack(["linux-libc-dev"], work)


def _obtain():
    """Have the package unpacked, or say why it can't be had."""
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise Unavailable(f"no {program}")
    TREE.parent.mkdir(parents=True, exist_ok=True)
    _fetch(TREE)


def _compile(text, *flags):
    """As C99, with the old headers before the host's."""
    include = TREE / "usr/include"
    command = [*CC, "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only",
               f"-I{TOP}/include", f"-I{BUILD}/include", "-isystem", f"{include}", "-isystem",
               f"{include}/x86_64-linux-gnu", *flags, "-xc", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    return done.stdout


def the_headers_are_old():
    _compile(f"#include <linux/kvm.h>\n#ifdef {NEWER}\n#error not the headers of 5.10\n#endif\n"
             "#ifndef KVM_RUN\n#error no KVM\n#endif\nint x;\n")


def no_header_of_the_host_fills_in():
    """Every kernel header that <linux/kvm.h> pulls in is from the package."""
    paths = re.findall(r'^# \d+ "([^"<]+)"', _compile("#include <linux/kvm.h>\n", "-E"), re.M)
    kernel = {path for path in paths if re.search(r"/(linux|asm|asm-generic)/", path)}
    foreign = {path for path in kernel if not path.startswith(str(TREE))}
    assert len(kernel) > 3 and not foreign, foreign or kernel


def every_header_compiles_before_them():
    for header in HEADERS:
        _compile(f"#include <kvmlib/{header.name}>\n#include <linux/kvm.h>\nint x;\n")


def every_header_compiles_after_them():
    for header in HEADERS:
        _compile(f"#include <linux/kvm.h>\n#include <kvmlib/{header.name}>\nint x;\n")


def every_struct_can_be_used():
    structs = sorted({name for header in HEADERS for name in
                      re.findall(r"^struct (kvmlib_\w+) \{", header.read_text(encoding="utf-8"), re.M)})
    assert len(structs) > 10, structs
    text = _compile("#include <kvmlib/kvmlib.h>\n#include <kvmlib/sim.h>\n", "-E")
    here = [name for name in structs if re.search(rf"struct {name}\s*{{", text)]
    assert len(here) > len(structs) / 2, here
    uses = "".join(f"struct {name} use_{name};\n" for name in here)
    _compile(f"#include <linux/kvm.h>\n#include <kvmlib/kvmlib.h>\n#include <kvmlib/sim.h>\n{uses}")


def program_of_the_readme_compiles():
    text = (TOP / "README.md").read_text(encoding="utf-8")
    _compile(re.search(r"```c\n(.*?)```", text, re.S).group(1), "-D_DEFAULT_SOURCE")


def examples_compile():
    for source in sorted((TOP / "examples").glob("*.c")):
        _compile(source.read_text(encoding="utf-8"), "-std=gnu11")


if __name__ == "__main__":
    if os.uname().machine != "x86_64":
        print("1..0 # SKIP the headers are those of x86_64")
        sys.exit(0)
    try:
        _obtain()
    except Unavailable as why:
        print(f"1..0 # SKIP {why}")
        sys.exit(0)
    sys.exit(tap.run([the_headers_are_old, no_header_of_the_host_fills_in, every_header_compiles_before_them,
                      every_header_compiles_after_them, every_struct_can_be_used,
                      program_of_the_readme_compiles, examples_compile]))
