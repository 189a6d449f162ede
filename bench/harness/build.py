# SPDX-License-Identifier: LGPL-2.1-or-later
"""The benches' own build, by which the targets are meant: gcc -O2, shared library."""

import os
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
BUILD = TOP / "build" / "bench"
FLAGS = ["CC=gcc", "CFLAGS=-O2"]


class Failed(Exception):
    """The benches can't be built."""


def benches():
    """The names of all benches: folders with a program."""
    sources = [path for name in ("times.c", "times.py", "instructions.c") for path in TOP.glob(f"bench/*/{name}")]
    return sorted({source.parent.name for source in sources})


def is_program(bench):
    """Whether its times are measured by a program, which another host can run as it is."""
    return (TOP / "bench" / bench / "times.c").exists()


def _run(*command, cwd=TOP):
    """Quietly, unless it fails."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failed(f"{command[0]} failed\n{done.stdout}")


def build():
    """Install what is missing, and build what has changed; returns the build's folder."""
    _run(TOP / "scripts/install-packages", "build")
    if not (TOP / "configure").exists():
        _run("autoreconf", "-fi")
    if not (BUILD / "Makefile").exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        _run(TOP / "configure", "--quiet", "--disable-tests", *FLAGS, cwd=BUILD)
    _run("make", "-s", f"-j{os.cpu_count()}", "-C", BUILD, "benches")
    return BUILD


def compiler():
    """Its name, version and options."""
    version = subprocess.check_output(["gcc", "-dumpfullversion"], text=True).strip()
    return f"gcc {version} {FLAGS[1].partition('=')[2]}"
