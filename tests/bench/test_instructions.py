# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library's calls take no more instructions than their targets allow, each time the same."""

import os
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
BUILD = Path(os.environ.get("builddir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

sys.path.insert(0, str(TOP / "bench"))
from harness import callgrind, verdict  # noqa: E402

PROGRAMS = sorted(BUILD.glob("bench/*/instructions"))


def _variable(name):
    makefile = (BUILD / "Makefile").read_text(encoding="utf-8")
    return re.search(rf"^{name} = *(.*)$", makefile, re.M).group(1)


def _require_the_build_that_targets_are_for():
    if not PROGRAMS:
        raise tap.Skip("instructions are counted on x86-64")
    built = f"CC={_variable('CC')} CFLAGS={_variable('CFLAGS')}"
    if built not in ("CC=gcc CFLAGS=-g -O2", "CC=gcc CFLAGS=-O2") or _variable("KVMLIB_SANITIZE"):
        raise tap.Skip(f"targets are for gcc -O2, not for {built} {_variable('KVMLIB_SANITIZE')}")
    if not (BUILD / ".libs/libkvmlib.so").exists():
        raise tap.Skip("built without a shared library")


def _count(program):
    try:
        return callgrind.count(program)
    except callgrind.Unavailable as reason:
        raise tap.Skip(reason) from None


def no_call_is_short():
    _require_the_build_that_targets_are_for()
    targets = verdict.targets()
    results = [verdict.instructions(program.parent.name, row, number, targets)
               for program in PROGRAMS for row, number in _count(program).items()]
    assert len(results) >= 14, results
    short = [f"{result.metric}: {result.value}, not {result.target}" for result in results
             if result.verdict != verdict.OK]
    assert not short, short


def counts_are_the_same_each_time():
    _require_the_build_that_targets_are_for()
    for program in PROGRAMS:
        assert _count(program) == _count(program)


if __name__ == "__main__":
    sys.exit(tap.run([no_call_is_short, counts_are_the_same_each_time]))
