# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library's calls take no more instructions than their targets allow, each time the same."""

import fnmatch
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
# Each family of calls has one row or more in bench/overhead, of these names.
FAMILIES = (
    "run_* get_regs set_regs check_extension_* dirty_log_* clear_dirty_log slot_* irq_line vm_create get_sregs "
    "get_sregs2 get_fpu get_xsave2 get_xcrs get_debugregs get_vcpu_events get_mp_state get_lapic get_nested_state "
    "get_msrs_* get_cpuid2 set_cpuid2 get_one_reg get_tsc_khz ?et_vcpu_attr has_device_attr enable_cap "
    "set_guest_debug translate set_signal_mask get_stats_fd get_clock get_irqchip get_pit2 signal_msi "
    "set_gsi_routing_* irqfd ioeventfd coalesced_mmio").split()


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
    assert len(results) >= len(FAMILIES), results
    short = [f"{result.metric}: {result.value}, not {result.target}" for result in results
             if result.verdict != verdict.OK]
    assert not short, short


def each_family_has_a_row_and_each_row_a_family():
    program = BUILD / "bench/overhead/instructions"
    if program not in PROGRAMS:
        raise tap.Skip("instructions are counted on x86-64")
    rows = callgrind.rows(program)
    assert not [family for family in FAMILIES if not fnmatch.filter(rows, family)], rows
    assert not [row for row in rows if not any(fnmatch.fnmatchcase(row, family) for family in FAMILIES)], rows


def counts_are_the_same_each_time():
    _require_the_build_that_targets_are_for()
    for program in PROGRAMS:
        assert _count(program) == _count(program)


if __name__ == "__main__":
    sys.exit(tap.run([no_call_is_short, each_family_has_a_row_and_each_row_a_family,
                      counts_are_the_same_each_time]))
