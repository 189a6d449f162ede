# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds the library and its unit tests for an architecture, and runs them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from harness.say import Unavailable, say

from . import libcheck

TOP = Path(__file__).resolve().parent.parent.parent
LIBRARIES = ("libkvmlib.la", "libkvmlib-sim.la")
PROGRAMS = ("tests/unit/unit", "tests/sim/sim")
SLOWER = "5"  # by how much check multiplies its time limits


def emulator(arch):
    """The emulator's path; Debian's static one, or one that another system has."""
    found = [shutil.which(f"qemu-{arch.qemu}{end}") for end in ("-static", "")]
    return found[0] or found[1]


def check_host(arch):
    """Name everything that is missing, with the command that installs it."""
    missing = [name for name, path in ((arch.compiler, shutil.which(arch.compiler)),
                                       (f"qemu-{arch.qemu}", emulator(arch))) if not path]
    if missing:
        raise Unavailable(f"not installed: {', '.join(missing)}: "
                          f"apt-get install --no-install-recommends {arch.packages}")


class Build:
    """One architecture's build folder."""

    def __init__(self, arch, directory):
        self.arch, self.dir = arch, directory.resolve()

    def _run(self, *command):
        """Quiet unless it fails."""
        result = subprocess.run(command, cwd=self.dir, text=True, check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if result.returncode:
            sys.stderr.write(result.stdout)
        return result.returncode == 0

    def _make(self, *words):
        return self._run("make", "-s", f"-j{os.cpu_count()}", *words)

    def _configure(self):
        """Once a folder; from then on make looks after it."""
        if (self.dir / "config.status").exists():
            return True
        compiler, linker = libcheck.flags(self.arch)
        # libtool runs as a script of this shell for each file: a small one saves a minute.
        shell = shutil.which("dash") or "/bin/sh"
        return self._run("env", f"CONFIG_SHELL={shell}", shell, TOP / "configure", "--quiet",
                         f"--host={self.arch.tools}",
                         "--enable-werror", "--disable-static", "CFLAGS=-O2",
                         f"CC={self.arch.compiler}",
                         f"CHECK_CFLAGS={compiler}", f"CHECK_LIBS={linker}")

    def make(self):
        """Build what is run, and the libraries whose symbols are compared."""
        self.dir.mkdir(parents=True, exist_ok=True)
        say(f"building for {self.arch.name}")
        return self._configure() and self._make(*LIBRARIES, *PROGRAMS)

    def _tested(self, title, command, **variables):
        """Run a program that prints TAP, with its output as ours."""
        print(f"# {self.arch.name} {title}", flush=True)
        environment = dict(os.environ, CK_TIMEOUT_MULTIPLIER=SLOWER, **variables)
        return subprocess.run(command, cwd=self.dir, env=environment, check=False).returncode == 0

    def test(self):
        """The programs under emulation, and the library's symbols; all, whatever fails."""
        emulated = [emulator(self.arch), "-L", f"/usr/{self.arch.tools}"]
        results = [self._tested(program, [*emulated, program]) for program in PROGRAMS]
        results.append(self._tested(
            "symbols", ["/usr/bin/python3", TOP / "tests/build/test_symbols.py"],
            builddir=str(self.dir), top_srcdir=str(TOP),
            NM=f"{self.arch.tools}-nm", OBJDUMP=f"{self.arch.tools}-objdump"))
        return all(results)
