# SPDX-License-Identifier: LGPL-2.1-or-later
"""An installed kvmlib serves programs that know pkg-config alone."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
BUILD = Path(os.environ.get("builddir", ".")).resolve()
WORK = Path(tempfile.mkdtemp(prefix="kvmlib-install-"))
STAGE = WORK / "stage"
CC = os.environ.get("CC", "cc").split()
SANITIZED = re.search(r"^KVMLIB_SANITIZE = (.*)$", (BUILD / "Makefile").read_text(), re.M).group(1).split()


def _run(*command, **kwargs):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **kwargs)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def _prefix():
    makefile = (BUILD / "Makefile").read_text()
    return re.search(r"^prefix = (.*)$", makefile, re.M).group(1)


def _environment():
    lib = STAGE / _prefix().lstrip("/") / "lib"
    return dict(os.environ, PKG_CONFIG_PATH=str(lib / "pkgconfig"), PKG_CONFIG_SYSROOT_DIR=str(STAGE),
                LD_LIBRARY_PATH=str(lib))


def _flags(*options, package="kvmlib"):
    return _run("pkg-config", *options, package, env=_environment()).split()


def installs_with_destdir():
    _run("make", "-s", "-C", BUILD, "install", f"DESTDIR={STAGE}",
         env={k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")})
    root = STAGE / _prefix().lstrip("/")
    for name in ("lib/pkgconfig/kvmlib.pc", "lib/pkgconfig/kvmlib-sim.pc", "include/kvmlib/kvmlib.h",
                 "include/kvmlib/version.h", "include/kvmlib/sim.h", "bin/kvmlib",
                 "share/man/man1/kvmlib.1", "share/man/man7/kvmlib.7"):
        assert (root / name).exists(), name


def _readme_program():
    text = (TOP / "README.md").read_text(encoding="utf-8")
    program = re.search(r"```c\n(.*?)```", text, re.S).group(1)
    assert len(program.splitlines()) == 25, len(program.splitlines())
    return program


def _build(name, compiler, *flags, program=None):
    source = WORK / (name + (".cc" if "++" in compiler[0] else ".c"))
    source.write_text(program or _readme_program())
    _run(*compiler, "-Wall", "-Wextra", source, "-o", WORK / name, *SANITIZED, *flags)
    return WORK / name


def _guest_runs(program):
    """The program prints what its guest wrote, or, on a host without KVM, the library's hint."""
    done = subprocess.run([program], capture_output=True, text=True, env=_environment(), check=False)
    if os.access("/dev/kvm", os.R_OK | os.W_OK):
        assert (done.returncode, done.stdout) == (0, "Hi\n"), done
    else:
        assert done.returncode == 1, done
        assert done.stdout.startswith("kvmlib_system_open: open(/dev/kvm): E"), done


def program_of_the_readme_links_shared():
    program = _build("shared", CC, *_flags("--cflags", "--libs"))
    if not SANITIZED:
        libraries = re.findall(r"^\s*(\S+)", _run("ldd", program, env=_environment()), re.M)
        names = [Path(name).name.split(".so")[0] for name in libraries]
        assert sorted(names) == sorted(["linux-vdso", "libkvmlib", "libc", "ld-linux-x86-64"]) or \
            os.uname().machine != "x86_64", names
    _guest_runs(program)


def program_of_the_readme_links_static():
    if SANITIZED:
        raise tap.Skip("sanitizers can't be linked statically")
    if not (BUILD / ".libs/libkvmlib.a").exists():
        raise tap.Skip("built without static libraries")
    _guest_runs(_build("static", CC, "-static", *_flags("--cflags", "--libs", "--static")))


def program_of_the_readme_is_cxx_too():
    if not shutil.which("g++"):
        raise tap.Skip("no g++")
    _guest_runs(_build("cxx", ["g++" if CC[0] != "clang" else "clang++"],
                       *_flags("--cflags", "--libs")))


def program_of_the_manual_links():
    page = (TOP / "docs/man/kvmlib.7").read_text(encoding="utf-8")
    text = re.search(r"^#include <kvmlib/kvmlib.h>\n.*?(?=^\.Ed)", page, re.S | re.M).group(0)
    program = _build("manual", CC, *_flags("--cflags", "--libs"), program=text.replace("\\e", "\\"))
    done = subprocess.run([program], capture_output=True, text=True, env=_environment(), check=False)
    if os.access("/dev/kvm", os.R_OK | os.W_OK):
        assert re.fullmatch(r"[1-9]\d* vCPUs\n", done.stdout), done
    else:
        assert done.returncode == 1 and done.stderr.startswith("kvmlib_system_open: open"), done


def examples_build_as_they_say():
    for source in sorted((TOP / "examples").glob("*.c")):
        command = re.search(r"^ \*     cc (.* -o \S+)", source.read_text(encoding="utf-8"), re.M).group(1)
        work = WORK / source.stem
        work.mkdir()
        shutil.copy(source, work)
        _run("sh", "-c", " ".join([*CC, "-Wall", "-Wextra", "-Werror", *SANITIZED, command]), cwd=work,
             env=_environment())
        assert (work / command.split()[-1]).exists(), command


def simulated_kernel_links():
    source = WORK / "sim.c"
    source.write_text("#include <kvmlib/sim.h>\n"
                      "int main(void)\n{\n\tstruct kvmlib_sim *sim;\n\n"
                      "\tif (kvmlib_sim_new(&sim))\n\t\treturn 1;\n"
                      "\tkvmlib_sim_free(sim);\n\treturn 0;\n}\n")
    _run(*CC, source, "-o", WORK / "sim", *SANITIZED,
         *_flags("--cflags", "--libs", package="kvmlib-sim"))
    _run(WORK / "sim", env=_environment())


def every_header_stands_alone_as_c99():
    _each_header(CC + ["-std=c99", "-xc"])


def every_header_stands_alone_as_cxx11():
    if not shutil.which("g++"):
        raise tap.Skip("no g++")
    _each_header(["g++", "-std=c++11", "-xc++"])


def _each_header(compiler):
    include = STAGE / _prefix().lstrip("/") / "include"
    headers = sorted((include / "kvmlib").glob("*.h"))
    assert len(headers) > 15, headers
    for header in headers:
        _run(*compiler, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", f"-I{include}", "-",
             input=f"#include <kvmlib/{header.name}>\n#include <kvmlib/{header.name}>\nint x;\n")


if __name__ == "__main__":
    try:
        sys.exit(tap.run([installs_with_destdir, program_of_the_readme_links_shared,
                          program_of_the_readme_links_static, program_of_the_readme_is_cxx_too,
                          program_of_the_manual_links, examples_build_as_they_say,
                          simulated_kernel_links, every_header_stands_alone_as_c99,
                          every_header_stands_alone_as_cxx11]))
    finally:
        shutil.rmtree(WORK)
