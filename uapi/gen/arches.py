# SPDX-License-Identifier: LGPL-2.1-or-later
"""The architectures: how the facts name them, and how the compiler does."""

from collections import namedtuple

Arch = namedtuple("Arch", "name fact number condition")

ARCHES = (
    Arch("x86_64", "x86", "x86", "defined(__x86_64__)"),
    Arch("arm64", "arm64", "arm64", "defined(__aarch64__)"),
    Arch("riscv64", "riscv", "riscv", "defined(__riscv) && __riscv_xlen == 64"),
    Arch("s390x", "s390", "s390", "defined(__s390x__)"),
    Arch("ppc64le", "ppc", "powerpc", "defined(__powerpc64__)"),
    Arch("loongarch64", "loongarch", "loongarch", "defined(__loongarch__)"),
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
