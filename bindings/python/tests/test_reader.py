# SPDX-License-Identifier: LGPL-2.1-or-later
"""Readers: pieces in place, strings, and numbers at once."""

import os
import threading

import pytest

import kvmlib

PAGE = 0x1000


@pytest.fixture
def memory(vm):
    made = kvmlib.Memory(vm)
    made.add(0, 2 * PAGE)
    made.add(2 * PAGE, PAGE)
    return made


def test_pieces_of_two_regions(memory):
    with memory.reader() as reader:
        pieces = reader.iovec(PAGE, 2 * PAGE, writable=True)
        assert [len(piece) for piece in pieces] == [PAGE, PAGE]
        into, out = os.pipe()
        os.write(out, b"a" * PAGE + b"b" * 4)
        assert os.readv(into, pieces) == PAGE + 4
    assert memory[2 * PAGE - 1:2 * PAGE] == b"a"
    assert memory[2 * PAGE:2 * PAGE + 5] == b"bbbb\0"
    os.close(into)
    os.close(out)


def test_pieces_that_are_read_alone(memory):
    with memory.reader() as reader:
        assert reader.iovec(0, 16)[0].readonly


def test_pieces_need_a_reader_that_entered(memory):
    with pytest.raises(kvmlib.KvmError) as failed:
        memory.reader().iovec(0, 16)
    assert failed.value.cause == kvmlib.Cause.NOT_IN_READER


def test_a_region_with_a_piece_in_use_stays(memory):
    region = memory.add(0x100000, PAGE)
    with memory.reader() as reader:
        pieces = reader.iovec(0x100000, 16)
    with pytest.raises(BufferError, match="in use"):
        memory.remove(region)
    assert bytes(pieces[0]) == bytes(16)
    del pieces
    memory.remove(region)


def test_more_pieces_than_room(memory):
    with memory.reader() as reader, pytest.raises(kvmlib.KvmError) as failed:
        reader.iovec(0, 3 * PAGE, maximum=1)
    assert failed.value.cause == kvmlib.Cause.LIST_TOO_SMALL


def test_strings(memory):
    reader = memory.reader()
    memory[PAGE:] = b"text\0more"
    assert reader.read_string(PAGE) == b"text"
    memory[PAGE:] = b"x" * 32
    with pytest.raises(kvmlib.KvmError) as failed:
        reader.read_string(PAGE, 16)
    assert failed.value.cause == kvmlib.Cause.STRING_TOO_LONG
    with pytest.raises(kvmlib.KvmError):
        reader.read_string(0x100000)


def test_numbers_at_once(memory):
    reader = memory.reader()
    reader.store(8, 4, 0xFFFFFFFE)
    assert reader.load(8, 4) == 0xFFFFFFFE
    assert reader.compare_exchange(8, 4, 1, 2) == (0, 0xFFFFFFFE)
    assert reader.compare_exchange(8, 4, 0xFFFFFFFE, 0xFFFFFFFF)[0] == 1
    assert reader.fetch_add(8, 4, 2) == 0xFFFFFFFF
    assert memory[8:16] == b"\1" + bytes(7)


def test_where_an_address_is(memory):
    with memory.reader() as reader:
        address, length = reader.at(PAGE)
        assert length == PAGE
        assert reader.gpa_of(address) == PAGE
        assert reader.at(0x100000) == (0, 0)


def test_addresses_are_for_those_inside(memory):
    reader = memory.reader()
    for use in (lambda: reader.at(0), lambda: reader.region_at(0), lambda: reader.gpa_of(0), reader.leave):
        with pytest.raises(ValueError, match="not entered"):
            use()
    with reader, reader:
        assert reader.region_at(0).gpa == 0
    with pytest.raises(ValueError, match="not entered"):
        reader.leave()


def test_who_enters_leaves(memory):
    reader, found = memory.reader(), []

    def leave():
        try:
            reader.leave()
        except kvmlib.WrongThread as error:
            found.append(error)
    reader.enter()
    thread = threading.Thread(target=leave)
    thread.start()
    thread.join()
    assert len(found) == 1
    reader.close()
    memory.remove(memory.regions()[0])  # does not wait for it
