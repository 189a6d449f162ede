# SPDX-License-Identifier: LGPL-2.1-or-later
"""KVM's own dirty log, by slots."""

import mmap

import pytest

import kvmlib
from kvmlib import constants

PAGES = 1 << 18


@pytest.fixture
def logged(vm):
    room = mmap.mmap(-1, PAGES * 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)
    address = kvmlib.vm.ctypes.addressof(kvmlib.vm.ctypes.c_char.from_buffer(room))
    vm.set_slot(3, 0, address, PAGES * 4096, constants.MEM_LOG_DIRTY_PAGES)
    return vm


def test_a_bit_for_each_page(sim, logged):
    sim.dirty(logged.fd(), 65 * 4096, 1)
    bitmap = logged.get_dirty_log(3, PAGES)
    assert len(bitmap) == PAGES // 8
    assert int.from_bytes(bitmap, "little") == 1 << 65


def test_fewer_pages_than_the_slot_has(sim, logged):
    """KVM writes all bits; what was asked for is given, and nothing else is written over."""
    sim.dirty(logged.fd(), 0, PAGES * 4096)
    assert logged.get_dirty_log(3, 1) == b"\xff" * 8


def test_sizes_that_cant_be(logged):
    for pages in (0, -1, 1 << 40):
        with pytest.raises(ValueError, match="pages"):
            logged.get_dirty_log(3, pages)
    with pytest.raises(ValueError, match="bitmap"):
        logged.clear_dirty_log(3, 0, 64, b"")
    with pytest.raises(kvmlib.KvmError):
        logged.get_dirty_log(9, 64)
