# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guest memory and exits are looked at where they are: nothing is copied."""

import ctypes

import pytest

from kvmlib import Exit, Loop


def address(view):
    """Where a writable buffer is."""
    return ctypes.addressof(ctypes.c_char.from_buffer(view))


@pytest.fixture
def region(vm):
    return vm.memory.add(0x10000, 0x4000)


def test_view_is_where_the_region_is(vm, region):
    assert address(region.view) == region.address()
    assert address(region.view[0x123:]) == region.address() + 0x123
    assert address(vm.memory.view(0x11000, 16)) == region.address() + 0x1000


def test_numpy_takes_it_as_it_is(region):
    numpy = pytest.importorskip("numpy")
    first, second = numpy.asarray(region.view), numpy.frombuffer(region.view, dtype=numpy.uint32)
    assert numpy.shares_memory(first, second)
    assert first.ctypes.data == second.ctypes.data == region.address()
    second[1] = 0x04030201
    assert bytes(region.view[4:8]) == b"\1\2\3\4"
    region.view[8:12] = b"\5\0\0\0"
    assert second[2] == 5


def test_guest_sees_what_is_written_to_the_view(guest):
    vcpu = guest(b"\xa0\x00\x10\xa2\x01\x10\xf4")  # mov al, [0x1000]; mov [0x1001], al; hlt
    view = vcpu.memory.view(0x1000, 2)
    view[0] = 0x77
    assert vcpu.run().reason == Exit.HLT
    assert view[1] == 0x77


def test_dirty_runs_are_numpy_s_without_a_copy(sim, vm):
    numpy = pytest.importorskip("numpy")
    vm.memory.add(0, 0x10000)
    consumer = vm.memory.dirty.consumer()
    sim.dirty(vm.fd(), 0x2000, 0x1000)
    consumer.round()
    runs = consumer.runs()
    array = numpy.asarray(runs)
    assert array.ctypes.data == ctypes.addressof(runs)
    assert array["gpa"].tolist() == [0x2000] and array["length"].tolist() == [0x1000]


def test_access_is_in_the_run_page(sim, vcpu):
    loop, seen = Loop(vcpu), []
    loop.ports(0x80)(lambda access: seen.append(address(access.data)))
    sim.push_io(vcpu.fd(), 0x80, 4, 1, True, b"abcd")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    loop.run()
    sim.push_io(vcpu.fd(), 0x81, 4, 1, True, b"abcd")
    assert address(loop.run().data) == vcpu.exit_io().data == seen[0]
