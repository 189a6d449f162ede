# SPDX-License-Identifier: LGPL-2.1-or-later
"""The models of `kvmlib cpu` against those who have the facts: QEMU for qemu64, and a compiler for the psABI's levels."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

sys.path.insert(0, str(TOP / "uapi"))
from gen import tsv  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
QEMU = "qemu-system-x86_64"
LEVELS = ("x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4")

# QEMU's names of features that Linux, and uapi/cpuid.tsv, call otherwise. Others have - for _.
QEMU_NAMES = {"pni": "sse3", "xd": "nx", "i64": "lm"}

# QEMU's properties that are on and no features: how it makes CPUs.
QEMU_SWITCHES = {"check", "cpuid-0xb", "fill-mtrr-mask", "full-cpuid-auto-level", "kvm", "l3-cache", "legacy-cache",
                 "migratable", "tcg-cpuid", "vmware-cpuid-freq"}

# In what the model is not what QEMU has by itself, and why.
QEMU_DIFFERENCES = {
    "svm": "QEMU takes it away from guests of KVM, so that they can move",
    "x2apic": "QEMU gives it to guests of KVM",
    "kvm_clocksource": "KVM's own; QEMU calls both clocks kvmclock, and gives them to guests of KVM",
    "kvm_clocksource2": "the same",
    "kvm_nop_io_delay": "KVM's own, and given to its guests",
    "kvm_async_pf": "KVM's own, and given to its guests",
    "kvm_steal_time": "KVM's own, and given to its guests",
    "kvm_pv_eoi": "KVM's own, and given to its guests",
    "kvm_clocksource_stable": "KVM's own, and given to its guests",
}
QEMU_NUMBERS = {
    "level": (0xD, 0xB, "leaf 0xd is that of XSAVE, which the model has not: it would be all zeros"),
    "xlevel": (0x8000000A, 0x80000008, "the leaves behind it are those of SVM, and zeros before them"),
}

# Features that a level has and no macro tells of, and why.
NO_MACRO = {
    "cmov": "the compiler uses it without a name", "cx8": "the compiler uses it without a name",
    "fpu": "every processor of 64 bits has it", "syscall": "no compiler emits it",
    "xsave_x87": "the operating system's part of AVX", "xsave_sse": "the same", "xsave_avx": "the same",
    "xsave_opmask": "the operating system's part of AVX-512", "xsave_zmm_hi256": "the same",
    "xsave_hi16_zmm": "the same",
}
MACROS = {"BMI": "bmi1", "LZCNT": "abm", "LAHF_SAHF": "lahf_lm", "GCC_HAVE_SYNC_COMPARE_AND_SWAP_16": "cx16"}

# Macros that are no features of a level, by how they begin, and why.
OTHER_MACROS = {
    "CRC32": "an instruction of SSE4.2", "EVEX": "a choice among AVX-512's encodings", "FP_FAST": "follows FMA",
    "BIGGEST_ALIGNMENT": "follows AVX", "MMX_WITH_SSE": "a choice of the compiler's",
    "SSE_MATH": "a choice of the compiler's", "SSE2_MATH": "a choice of the compiler's", "PRFCHW": "no part of the psABI",
}


def _show(model):
    done = subprocess.run([TOOL, "cpu", "show", "--json", model], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def _ask_qemu():
    """What QEMU expands qemu64 to, all of its properties."""
    if not shutil.which(QEMU):
        raise tap.Skip(f"no {QEMU}")
    words = [QEMU, "-machine", "none", "-accel", "tcg", "-display", "none", "-nodefaults", "-S", "-qmp", "stdio"]
    model = {"type": "full", "model": {"name": "qemu64"}}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as qemu:
        for command in ({"execute": "qmp_capabilities"}, {"execute": "query-cpu-model-expansion", "arguments": model},
                        {"execute": "quit"}):
            qemu.stdin.write(json.dumps(command) + "\n")
            qemu.stdin.flush()
            answer = {}
            while not {"return", "error"} & set(answer):
                answer = json.loads(qemu.stdout.readline())
            if command["execute"].startswith("query"):
                expanded = answer
    assert "return" in expanded, expanded
    return expanded["return"]["model"]["props"]


def _features_of_qemu(props):
    """Features that are on; what is neither a feature nor a known switch is at fault."""
    known = {row["name"] for row in tsv.read("cpuid")}
    names = {name for name, value in props.items() if value is True} - QEMU_SWITCHES
    names = {QEMU_NAMES.get(name, name.replace("-", "_")) for name in names if not name.startswith("x-")}
    assert names <= known, names - known
    return names


def qemu64_has_the_features_of_qemu_s():
    """AMD's processors repeat bits in another leaf, which have no names of their own in QEMU."""
    theirs, ours = _features_of_qemu(_ask_qemu()), set(_show("qemu64")["features"])
    again = {name for name in ours if name.endswith("_amd")}
    assert {name.removesuffix("_amd") for name in again} <= theirs, again
    ours -= again
    assert theirs ^ ours == set(QEMU_DIFFERENCES), (theirs - ours, ours - theirs)


def qemu64_is_who_qemu_says_that_it_is():
    props, shown = _ask_qemu(), _show("qemu64")
    for name in ("family", "model", "stepping", "vendor"):
        assert props[name] == shown[name], (name, props[name], shown[name])
    assert props["model-id"] == shown["brand"], (props["model-id"], shown["brand"])
    leaves = {leaf["leaf"]: leaf["eax"] for leaf in reversed(shown["leaves"])}
    ours = {"level": int(leaves["0x0"], 16), "xlevel": int(leaves["0x80000000"], 16)}
    assert {name: (props[name], ours[name]) for name in ours} == {
        name: row[:2] for name, row in QEMU_NUMBERS.items()}, (props["level"], props["xlevel"], ours)


def _macros(level):
    """Names of the macros of a level, without their underscores."""
    compiler = shutil.which("gcc") or shutil.which("clang")
    if not compiler or platform.machine() != "x86_64":
        raise tap.Skip("no compiler for x86-64")
    done = subprocess.run([compiler, f"-march={level}", "-dM", "-E", "-x", "c", "/dev/null"], capture_output=True,
                          text=True, timeout=60, check=False)
    if done.returncode:
        raise tap.Skip(f"{compiler} does not know {level}")
    return {line.split()[1].strip("_") for line in done.stdout.splitlines()}


def _features_of(macros):
    names = {name for name in macros if not name.startswith(tuple(OTHER_MACROS))}
    return {MACROS.get(name, name.lower()) for name in names}


def levels_add_what_a_compiler_is_let_use():
    before = _macros(LEVELS[0])
    for lower, level in zip(("x86-64-v1", *LEVELS[1:]), LEVELS[1:]):
        now, ours = _macros(level), set(_show(level)["features"]) - set(_show(lower)["features"])
        assert _features_of(now - before) == ours - set(NO_MACRO), (level, now - before, ours)
        before = now


def the_first_level_has_what_every_program_uses():
    row = next(row for row in tsv.read("cpu-models") if row["name"] == "x86-64-v1")
    psabi = {"cmov", "cx8", "fpu", "fxsr", "mmx", "sse", "sse2", "syscall"}
    known = {item["name"] for item in tsv.read("cpuid")}
    told = _features_of(_macros(LEVELS[0])) & known
    assert psabi - set(NO_MACRO) == told, told
    assert psabi <= set(row["features"].split(",")), row


if __name__ == "__main__":
    sys.exit(tap.run([qemu64_has_the_features_of_qemu_s, qemu64_is_who_qemu_says_that_it_is,
                     levels_add_what_a_compiler_is_let_use, the_first_level_has_what_every_program_uses]))
