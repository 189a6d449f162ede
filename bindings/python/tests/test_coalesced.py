# SPDX-License-Identifier: LGPL-2.1-or-later
"""Coalesced writes."""

import gc

import pytest

import kvmlib
from kvmlib import constants
from guests import HLT, OUT, guest


@pytest.fixture
def writes():
    return []


def test_writes_are_handed_over(sim, vm, vcpu, writes):
    reader = kvmlib.Coalesced(vm, lambda *write: writes.append(write))
    reader.add(0x2000, 0x100)
    sim.write_coalesced(vm.fd(), 0x2010, 2, 0, b"\x34\x12")
    assert reader.drain(vcpu) == 1
    assert writes == [(vcpu, (0x2010, b"\x34\x12", False))]
    assert writes[0][1].value == 0x1234
    assert writes[0][0] is vcpu


def test_an_exception_leaves_the_writes_behind(sim, vm, vcpu, writes):
    def once(_, write):
        writes.append(write.data)
        if len(writes) == 1:
            raise KeyError("first")
    reader = kvmlib.Coalesced(vm, once)
    reader.add(0x2000, 0x100)
    for byte in b"ab":
        sim.write_coalesced(vm.fd(), 0x2010, 1, 0, bytes([byte]))
    with pytest.raises(KeyError, match="first"):
        reader.drain(vcpu)
    reader.drain(vcpu)
    assert writes == [b"a", b"b"]


def test_zones_that_overlap(vm):
    reader = kvmlib.Coalesced(vm, print)
    reader.add(0x2000, 0x100)
    with pytest.raises(kvmlib.errors.InterruptError) as failed:
        reader.add(0x20F0, 0x100)
    assert failed.value.cause == kvmlib.Cause.ZONE_OVERLAP
    reader.remove(0x2000, 0x100)
    reader.add(0x20F0, 0x100)


def test_a_handler_that_is_none(vm):
    with pytest.raises(TypeError, match="function"):
        kvmlib.Coalesced(vm, None)


def test_ports_of_a_guest_in_a_group(kvm, writes):
    """The group has the reader: Python's own handle of it may go."""
    vm = guest(kvm, b"\xb0A" + OUT + b"\xb0B" + OUT + HLT)
    reader = kvmlib.Coalesced(vm, lambda _, write: writes.append(write))
    reader.add_ports(0xE9, 1)
    control = kvmlib.Control(vm, coalesced=reader)
    vcpu = vm.vcpus[0]
    control.join(vcpu)
    reader.close()
    del reader
    gc.collect()
    assert control.run(vcpu).reason == kvmlib.Exit.HLT
    assert [write.data for write in writes] == [b"A", b"B"]
    assert all(write.is_port for write in writes)
    control.leave(vcpu)


def test_a_group_that_only_its_vcpu_has(kvm, writes):
    vm = guest(kvm, b"\xb0A" + OUT + HLT)
    reader = kvmlib.Coalesced(vm, lambda _, write: writes.append(write.data))
    reader.add(0xE9, 1, constants.COALESCED_PIO)
    vcpu = vm.vcpus[0]
    control = kvmlib.Control(vm, coalesced=reader)
    control.join(vcpu)
    memory = vm.memory
    vm.close()
    reader.close()
    control.close()
    del reader, control
    gc.collect()
    assert not memory.closed
    assert vcpu.control_run().reason == kvmlib.Exit.HLT
    assert writes == [b"A"]
