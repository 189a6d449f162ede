# SPDX-License-Identifier: LGPL-2.1-or-later
"""What differs between the emulated architectures: one row each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arch:
    """An architecture that can be emulated, and how."""

    name: str  # as in scripts/test-vm ARCH
    debian: str  # Debian's name for it
    suites: tuple  # Debian suites to look for kernels in, oldest first
    metapackage: str  # depends on the suite's current kernel
    qemu: str  # the emulator's program,
    package: str  # and the Debian package that holds it
    machine: tuple  # its arguments: a CPU whose virtualization KVM can use
    console: str  # the tty of the kernel's log
    modules: tuple  # to load, besides what they depend on
    compiler: tuple  # makes static programs for it


_ROWS = (
    Arch(
        name="x86_64",
        debian="amd64",
        suites=("bookworm", "trixie", "sid"),
        metapackage="linux-image-cloud-amd64",
        qemu="qemu-system-x86_64",
        package="qemu-system-x86",
        machine=("-machine", "q35", "-cpu", "max,+svm"),
        console="ttyS0",
        modules=("virtio_pci", "virtio_console", "kvm_amd"),
        compiler=("cc", "-static"),
    ),
)

ARCHES = {row.name: row for row in _ROWS}
