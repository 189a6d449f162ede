# SPDX-License-Identifier: LGPL-2.1-or-later
"""Breakpoints, watchpoints and steps."""

import pytest

import kvmlib
from kvmlib import DebugKind, Exit
from guests import CODE, HLT, guest

# inc ax; inc ax; mov [0x2000], al; hlt
STEPS = b"\x40\x40\xa2\x00\x20" + HLT


@pytest.fixture
def vm_of_steps(kvm):
    return guest(kvm, STEPS)


def test_a_software_breakpoint_and_a_step(vm_of_steps):
    vm, vcpu = vm_of_steps, vm_of_steps.vcpus[0]
    debug = kvmlib.Debug(vm, vm.memory)
    debug.arm(vcpu)
    with debug.breakpoint(CODE + 1) as point:
        assert vm.memory[CODE + 1] == 0xCC
        assert vcpu.run().reason == Exit.DEBUG
        assert debug.stop(vcpu) == (DebugKind.SOFTWARE, CODE + 1, CODE + 1)
        assert debug.step(vcpu) == (DebugKind.STEPPED, CODE + 2, 0)
        assert vcpu.regs.rax & 0xFF == 2
        assert repr(point) == "<Point SOFTWARE at 0x1001, 1 bytes>"
    assert vm.memory[CODE + 1] == STEPS[1]
    point.remove()
    assert vcpu.run().reason == Exit.HLT
    assert debug.stop_or_none(vcpu) is None


def test_a_watchpoint(vm_of_steps):
    vm, vcpu = vm_of_steps, vm_of_steps.vcpus[0]
    debug = kvmlib.Debug(vm)
    debug.watch(0x2000)
    debug.arm(vcpu)
    assert vcpu.run().reason == Exit.DEBUG
    stop = debug.stop(vcpu)
    assert (stop.kind, stop.address, stop.pc) == (DebugKind.WRITES, 0x2000, CODE + 5)


def test_there_are_four_registers(vm):
    debug = kvmlib.Debug(vm)
    for number in range(4):
        debug.breakpoint(0x1000 + number, hardware=True)
    with pytest.raises(kvmlib.errors.DebugError) as failed:
        debug.watch(0x2000)
    assert failed.value.cause == kvmlib.Cause.POINTS_FULL


def test_software_needs_memory(vm):
    with pytest.raises(kvmlib.KvmError) as failed:
        kvmlib.Debug(vm).breakpoint(0x1000)
    assert failed.value.cause == kvmlib.Cause.NOT_MEMORY


def test_points_outlive_their_object(vm):
    debug = kvmlib.Debug(vm)
    point = debug.breakpoint(0x1000, hardware=True)
    debug.close()
    point.remove()
