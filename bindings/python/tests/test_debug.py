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


def test_a_hardware_breakpoint_and_a_step(vm_of_steps):
    vm, vcpu = vm_of_steps, vm_of_steps.vcpus[0]
    debug = kvmlib.Debug(vm)
    with debug.breakpoint(CODE + 1, hardware=True) as point:
        debug.arm(vcpu)
        assert vcpu.run().reason == Exit.DEBUG
        assert debug.stop(vcpu) == (DebugKind.HARDWARE, CODE + 1, CODE + 1)
        assert debug.step(vcpu) == (DebugKind.STEPPED, CODE + 2, 0)
        assert vcpu.regs.rax & 0xFF == 2
        assert repr(point) == "<Point HARDWARE at 0x1001, 1 bytes>"
    point.remove()
    debug.disarm(vcpu)
    assert vcpu.run().reason == Exit.HLT
    assert debug.stop_or_none(vcpu) is None
    with pytest.raises(kvmlib.errors.ExitError):
        debug.stop(vcpu)


def test_a_software_breakpoint_is_in_memory_until_it_is_removed(vm, vcpu):
    vm.memory.add(0, 0x10000, content=bytes(CODE) + STEPS)
    debug = kvmlib.Debug(vm, vm.memory)
    debug.arm(vcpu)
    with debug.breakpoint(CODE + 1):
        assert vm.memory[CODE + 1] == 0xCC
        with pytest.raises(kvmlib.errors.DebugError) as failed:
            debug.disarm(vcpu)
        assert failed.value.cause == kvmlib.Cause.POINTS_LEFT
    assert vm.memory[CODE + 1] == STEPS[1]
    debug.disarm(vcpu)


def test_watchpoints_take_debug_registers(vm, vcpu):
    debug = kvmlib.Debug(vm)
    point = debug.watch(0x2000, 4)
    assert (point.kind, point.length) == (DebugKind.WRITES, 4)
    assert debug.watch(0x3000, reads=True).kind == DebugKind.ACCESSES
    with pytest.raises(kvmlib.KvmError) as failed:
        debug.watch(0x2001, 4)
    assert failed.value.cause == kvmlib.Cause.BAD_ARGUMENT


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
