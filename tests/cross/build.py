# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds the library and its unit tests for an architecture, and runs them."""

import os
import shutil
import subprocess
from pathlib import Path

from harness.say import Unavailable, say

from vm import programs

from . import libraries

TOP = Path(__file__).resolve().parent.parent.parent
LIBRARIES = ("libkvmlib.la", "libkvmlib-sim.la")
# The unit tests fork only where the fork is tested: under emulation it takes most of the time.
PROGRAMS = {"tests/unit/unit": {"CK_FORK": "no", "KVMLIB_TEST_SHARE": "10"}, "tests/sim/sim": {}, "tests/conform/conform-sim": {},
            "tests/state/replay": {}, "tests/model/dirty": {}}
SLOWER = "5"  # by how much check multiplies its time limits


def emulator(arch):
    """The emulator's path; Debian's static one, or one that another system has."""
    found = [shutil.which(f"qemu-{arch.qemu}{end}") for end in ("-static", "")]
    return found[0] or found[1]


def check_host(arch, runs):
    """Name everything that is missing to build, and to run what is built, with the command that installs it."""
    wanted = [(arch.compiler, shutil.which(arch.compiler))] + [(f"qemu-{arch.qemu}", emulator(arch))] * runs
    missing = [name for name, path in wanted if not path]
    if missing:
        raise Unavailable(f"not installed: {', '.join(missing)}: "
                          f"apt-get install --no-install-recommends {arch.packages}")


def configure_command(arch):
    """A configure for what is run; this machine's own libraries are none of its."""
    # libtool is a script that runs for each file: in a small shell it takes half the time.
    shell = shutil.which("dash") or "/bin/sh"
    return ["env", f"CONFIG_SHELL={shell}", shell, TOP / "configure", "--quiet",
            f"--host={arch.tools}", f"CC={arch.compiler}", "CFLAGS=-O1",
            "--enable-werror", "--disable-static", "PKG_CONFIG=false", *libraries.variables(arch)]


class Build:
    """One architecture's build folder; what is printed there goes to a file."""

    def __init__(self, arch, directory, jobs, output):
        self.arch, self.dir, self.jobs, self.output = arch, directory.resolve(), jobs, output

    def _run(self, *command, **variables):
        """Whether the command ends well."""
        return subprocess.run(command, cwd=self.dir, env=dict(os.environ, **variables),
                              check=False, stdout=self.output,
                              stderr=subprocess.STDOUT).returncode == 0

    def _configure(self):
        """Once a folder; from then on make looks after it."""
        self.dir.mkdir(parents=True, exist_ok=True)
        say(f"building for {self.arch.name}")
        return (self.dir / "config.status").exists() or self._run(*configure_command(self.arch))

    def make(self):
        """What is run under emulation."""
        return self._configure() and self._run("make", "-s", f"-j{self.jobs}", *LIBRARIES, *PROGRAMS)

    def root(self, directory):
        """What an emulated host gets."""
        if not (self._configure() and self._run("make", "-s", f"-j{self.jobs}", "vm-root",
                                                f"VM_ROOT={directory.resolve()}")):
            return False
        programs.compile_python(directory.resolve())
        return True

    def _program(self, name):
        """The program itself, where libtool has put a script that finds its libraries in its place."""
        path = Path(name)
        beside = path.parent / ".libs" / path.name
        return beside if (self.dir / beside).exists() else path

    def _tested(self, title, *command, **variables):
        """Run a program that prints TAP."""
        self.output.write(f"# {self.arch.name} {title}\n")
        self.output.flush()
        return self._run(*command, CK_TIMEOUT_MULTIPLIER=SLOWER, **variables)

    def test(self):
        """The programs under emulation, and the library's symbols; all, whatever fails."""
        say(f"testing {self.arch.name}")
        emulated = [emulator(self.arch), "-L", f"/usr/{self.arch.tools}",
                    "-E", f"LD_LIBRARY_PATH={self.dir / '.libs'}"]
        results = [self._tested(program, *emulated, self._program(program), **variables)
                   for program, variables in PROGRAMS.items()]
        results.append(self._tested(
            "symbols", "/usr/bin/python3", TOP / "tests/build/test_symbols.py",
            builddir=str(self.dir), top_srcdir=str(TOP),
            NM=f"{self.arch.tools}-nm", OBJDUMP=f"{self.arch.tools}-objdump"))
        return all(results)
