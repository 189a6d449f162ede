# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's programs for another architecture, of its newest release: unpacked, and kept."""

import re
import shutil
import subprocess

from harness import cache
from harness.apt import Apt
from harness.say import Unavailable

from .arch import ARCHES

_PYTHON = re.compile(r"(lib)?python3\.\d+-(minimal|stdlib)|libc6|libexpat1|libffi\d+|zlib1g")
_UNUSED = ("usr/share", "usr/lib/*/gconv")


def _unpacked(arch, name, packages, finish=lambda tree: None):
    """The tree of the packages that packages(apt) names, finished once."""
    tree = cache.directory("vm") / arch.family / name
    tree.parent.mkdir(exist_ok=True)
    with cache.locked(tree):
        if not tree.exists():
            apt = Apt(tree.with_name(f"apt-{name}"), arch.suites[-2], arch.debian)
            apt.update()
            with cache.new_directory(tree) as work:
                apt.unpack(packages(apt), work)
                finish(work)
    return tree


def busybox(arch):
    """A static one."""
    return next(_unpacked(arch, "busybox", lambda apt: ["busybox-static"]).glob("**/bin/busybox"))


def _python_packages(apt):
    roots = ["python3-minimal", "libpython3-stdlib"]
    return list(dict.fromkeys(roots + [name for root in roots for name in apt.dependencies(root, _PYTHON)]))


def _trim(tree):
    for path in [path for pattern in _UNUSED for path in tree.glob(pattern)]:
        shutil.rmtree(path)


def _trim_and_compile(tree):
    _trim(tree)
    compile_python(tree)


def python(arch):
    """The tree of Python, its library, compiled, and the C library that they were built with."""
    return _unpacked(arch, "python", _python_packages, _trim_and_compile)


def compile_python(root):
    """
    Have the bytecode of all modules in a guest's root file system ready: an emulated processor takes a minute
    for it. This machine's Python of the same release makes it, since it is the same on all.
    """
    own = next((arch for arch in ARCHES.values() if arch.is_native), None)
    if not own:
        raise Unavailable("no Python to compile with: this machine is of none of the architectures")
    tree = _unpacked(own, "python", _python_packages, _trim)
    loader = next(tree.glob("usr/lib*/ld-linux-*.so.*"))
    program = next(tree.glob("usr/bin/python3.*"))
    subprocess.run([loader, "--library-path", f"{tree}/usr/lib/{own.tools}", program, "-I", "-m", "compileall", "-q",
                    "--invalidation-mode", "unchecked-hash", "-s", root, "-p", "/", root], check=True)
