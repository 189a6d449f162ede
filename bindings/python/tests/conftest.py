# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fixtures that the package ships, and those of a real KVM."""

import os

import pytest

import kvmlib

pytest_plugins = ["kvmlib.pytest_plugin"]


@pytest.fixture
def kvm():
    """The host's KVM; without one that can be used, the test is skipped."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        pytest.skip("no usable /dev/kvm")
    if os.uname().machine != "x86_64":
        pytest.skip("the guests are x86 code")
    with kvmlib.System() as system:
        yield system


@pytest.fixture
def guest(kvm):
    """Makes a vCPU of the host's KVM that runs 16-bit code from 0 on: `guest(code)`."""
    made = []

    def make(code):
        vm = kvmlib.Vm(kvm)
        memory = kvmlib.Memory(vm)
        memory.add(0, 0x10000, content=code)
        vcpu = vm.create_vcpu(0)
        with vcpu.sregs as sregs:
            sregs.cs.base = sregs.cs.selector = 0
        vcpu.regs.rip = 0
        vcpu.vm, vcpu.memory = vm, memory
        made.append((vcpu, memory, vm))
        return vcpu
    yield make
    for handles in made:
        for handle in handles:
            handle.close()
