#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One guest on x86, arm64 and riscv64: its code and the start of its vCPU are each architecture's own.

What the guest stores where no memory is, its program gets: here letters, up to a zero.
"""

import os
import sys

import kvmlib
from kvmlib import constants as c

CODE, TEXT, DEVICE = 0x5000, 0x100, 0xd0000


def start_x86(_vm, vcpu, address):
    """In real mode, as a PC does."""
    with vcpu.sregs as sregs:
        sregs.cs.base = sregs.cs.selector = 0
    vcpu.regs.rip = address


def start_arm64(vm, vcpu, address):
    """As the processor that this host prefers."""
    vcpu.arm_vcpu_init(vm.arm_preferred_target())
    vcpu.one_regs[PC["aarch64"]] = address


def start_riscv64(_vm, vcpu, address):
    """In supervisor mode, its addresses as they are."""
    vcpu.one_regs[PC["riscv64"]] = address


# Where registers have ids.
PC = {
    "aarch64": c.REG_ARM64 | c.REG_SIZE_U64 | c.REG_ARM_CORE | 0x40,
    "riscv64": c.REG_RISCV | c.REG_SIZE_U64 | c.REG_RISCV_CORE,
}


# Again and again: load a byte of the text, store it to the device.
GUESTS = {
    "x86_64": (start_x86, "be0001 b800d0 8ec0 ac 26a20000 ebf9"),
    "aarch64": (start_arm64, "002080d2 a101a0d2 02144038 22000039 feffff17"),
    "riscv64": (start_riscv64, "13050010 b7050d00 03460500 2380c500 13051500 6ff05fff"),
}


def main():
    """Put the guest together, and run it up to the end of its text."""
    start, code = GUESTS[os.uname().machine]
    vm = kvmlib.Vm()
    vm.memory.add(0, 0x10000)
    vm.memory[CODE:] = bytes.fromhex(code)
    vm.memory[TEXT:] = b"Hello from the guest!\n\0"
    vcpu = vm.create_vcpu(0)
    start(vm, vcpu, CODE)
    loop = kvmlib.Loop(vcpu)

    @loop.memory(DEVICE)
    def device(access):
        if access.value:
            sys.stdout.write(chr(access.value))
        else:
            loop.stop()
    loop.run()


if __name__ == "__main__":
    main()
