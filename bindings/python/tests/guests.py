# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guests for live tests: 16-bit code, and what it runs on."""

import kvmlib

CODE = 0x1000
PORT = 0xE9
HLT = b"\xf4"
OUT = b"\xe6\xe9"


def start(vcpu, at=CODE):
    """Real mode, from an address on."""
    with vcpu.sregs as sregs:
        sregs.cs.base = sregs.cs.selector = 0
    with vcpu.regs as regs:
        regs.rip, regs.rflags = at, 2


def guest(system, code, size=0x10000):
    """A VM with memory and one vCPU that is about to run the code."""
    vm = kvmlib.Vm(system)
    vm.memory.add(0, size)
    vm.memory[CODE:] = code
    start(vm.create_vcpu(0))
    return vm


def counter():
    """Counts from '0' on: each number is written to 0x2000, and to the port."""
    return b"\xb0\x30" + b"\xa2\x00\x20" + OUT + b"\xfe\xc0" + b"\xeb\xf7"


def run_to(vcpu, port=PORT):
    """Run up to the next write to a port, and tell what was written."""
    while True:
        found = vcpu.run()
        if found.reason == kvmlib.Exit.IO and found.port == port:
            return found.value
        assert found.reason in (kvmlib.Exit.INTR, kvmlib.Exit.AGAIN), found
