# SPDX-License-Identifier: LGPL-2.1-or-later
"""What differs between the architectures: one row each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arch:
    """An architecture to build for and to emulate."""

    name: str  # as in scripts/test-cross ARCH
    tools: str  # prefix of the compiler's name, and the --host of configure
    debian: str  # Debian's name for it
    suites: tuple  # Debian suites that have check for it, in order of preference
    qemu: str  # QEMU's name for it
    is_recent: bool = False  # whether Debian 12 has no compiler for it

    @property
    def compiler(self):
        """The compiler's name."""
        return f"{self.tools}-gcc"

    @property
    def packages(self):
        """The Debian packages that build and run programs for it."""
        return f"gcc-{self.tools} libc6-dev-{self.debian}-cross qemu-user-static"


_ROWS = (
    Arch("arm64", "aarch64-linux-gnu", "arm64", ("bookworm", "sid"), "aarch64"),
    Arch("s390x", "s390x-linux-gnu", "s390x", ("bookworm", "sid"), "s390x"),
    Arch("ppc64le", "powerpc64le-linux-gnu", "ppc64el", ("bookworm", "sid"), "ppc64le"),
    Arch("riscv64", "riscv64-linux-gnu", "riscv64", ("trixie", "sid"), "riscv64"),
    Arch("loongarch64", "loongarch64-linux-gnu", "loong64", ("sid",), "loongarch64", is_recent=True),
)

ARCHES = {row.name: row for row in _ROWS}
