# SPDX-License-Identifier: LGPL-2.1-or-later
"""The architectures: how the facts name them, how libseccomp and the compiler do."""

from collections import namedtuple

Arch = namedtuple("Arch", "name fact number scmp condition")

ARCHES = (
    Arch("x86_64", "x86", "x86", "X86_64", "defined(__x86_64__)"),
    Arch("arm64", "arm64", "arm64", "AARCH64", "defined(__aarch64__)"),
    Arch("riscv64", "riscv", "riscv", "RISCV64", "defined(__riscv) && __riscv_xlen == 64"),
    Arch("s390x", "s390", "s390", "S390X", "defined(__s390x__)"),
    Arch("ppc64le", "ppc", "powerpc", "PPC64LE", "defined(__powerpc64__)"),
    Arch("loongarch64", "loongarch", "loongarch", "LOONGARCH64", "defined(__loongarch__)"),
)

ALL = [arch.fact for arch in ARCHES]


def of(text):
    """The set of architectures that a column `archs` of the facts means."""
    return set(ALL) if text == "all" else set(text.split(",")) & set(ALL)


def condition(facts):
    """The preprocessor's condition for a set of architectures; None where it always holds."""
    if set(facts) == set(ALL):
        return None
    return " || ".join(f"({arch.condition})" for arch in ARCHES if arch.fact in facts)
