# SPDX-License-Identifier: LGPL-2.1-or-later
"""What differs between the emulated architectures: one row each."""

import platform
from dataclasses import dataclass


@dataclass(frozen=True)
class Newer:
    """An emulator that Debian 12 has not yet."""

    version: int  # the first major one that will do
    suite: str  # the Debian suite that has it,
    package: str  # and its package there


@dataclass(frozen=True)
class Arch:
    """An architecture that can be emulated, and how."""

    name: str  # as in scripts/test-vm ARCH
    family: str  # the architecture, where a row is one of its machines
    machine_name: str  # as uname -m has it
    debian: str  # Debian's name for it
    suites: tuple  # Debian suites to look for kernels in, oldest first
    metapackage: str  # depends on the suite's current kernel
    qemu: str  # the emulator's program,
    package: str  # and the Debian package that holds it
    machine: tuple  # its arguments: a CPU whose virtualization KVM can use
    console: str  # the tty of the kernel's log
    modules: tuple  # to load, besides what they depend on
    tools: str  # prefix of the names of the cross compiler's tools
    newer: Newer = None  # where that package's emulator may be too old

    @property
    def is_native(self):
        """Whether this machine's own programs run in it."""
        return platform.machine() == self.machine_name

    @property
    def compiler(self):
        """What makes static programs for it."""
        return ("cc" if self.is_native else f"{self.tools}-gcc", "-static")

    @property
    def sysroot(self):
        """Where libraries for it are on this machine, which is another."""
        return f"/usr/{self.tools}"


def _arm64(name, *machine):
    return Arch(
        name=name,
        family="arm64",
        machine_name="aarch64",
        debian="arm64",
        suites=("bookworm", "trixie", "sid"),
        metapackage="linux-image-cloud-arm64",
        qemu="qemu-system-aarch64",
        package="qemu-system-arm",
        machine=machine,
        console="ttyAMA0",
        modules=("virtio_pci", "virtio_console"),
        tools="aarch64-linux-gnu",
    )


def _riscv64(name, *machine, newer=None):
    return Arch(
        name=name,
        family="riscv64",
        machine_name="riscv64",
        debian="riscv64",
        suites=("trixie", "sid"),
        metapackage="linux-image-riscv64",
        qemu="qemu-system-riscv64",
        package="qemu-system-misc",
        machine=machine,
        console="ttyS0",
        modules=("virtio_pci", "virtio_console", "kvm"),
        tools="riscv64-linux-gnu",
        newer=newer,
    )


_ROWS = (
    Arch(
        name="x86_64",
        family="x86_64",
        machine_name="x86_64",
        debian="amd64",
        suites=("bookworm", "trixie", "sid"),
        metapackage="linux-image-cloud-amd64",
        qemu="qemu-system-x86_64",
        package="qemu-system-x86",
        machine=("-machine", "q35", "-cpu", "max,+svm"),
        console="ttyS0",
        modules=("virtio_pci", "virtio_console", "kvm_amd"),
        tools="x86_64-linux-gnu",
    ),
    # SVE and pointer authentication, whose usual algorithm takes the emulator most of its time.
    _arm64("arm64", "-machine", "virt,virtualization=on,gic-version=3", "-cpu", "max,pauth-impdef=on"),
    _arm64("arm64-gicv2", "-machine", "virt,virtualization=on,gic-version=2", "-cpu", "cortex-a57"),
    _riscv64("riscv64", "-machine", "virt", "-cpu", "rv64,h=true"),
    # Interrupt files for guests: what KVM's AIA is made of.
    _riscv64("riscv64-aia", "-machine", "virt,aia=aplic-imsic,aia-guests=4", "-cpu", "max",
             newer=Newer(10, "trixie", "qemu-system-riscv")),
)

ARCHES = {row.name: row for row in _ROWS}
