# SPDX-License-Identifier: LGPL-2.1-or-later
"""Regions: what Python has of those that are removed."""

import threading

import pytest

import kvmlib

PAGE = 0x1000


@pytest.fixture
def memory(vm):
    made = kvmlib.Memory(vm)
    made.add(0, 16 * PAGE)
    return made


def test_a_removed_region_is_closed(memory):
    region = memory.add(0x100000, PAGE)
    memory.remove(region)
    assert region.closed and repr(region) == "<MemoryRegion closed>"
    for use in (region.describe, region.address, region.usage, region.populate, lambda: region.view):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_a_removal_that_fails_leaves_the_region(sim, memory):
    region = memory.add(0x100000, PAGE)
    sim.fail_ioctl(0x4020AE46, 12, 1)  # KVM_SET_USER_MEMORY_REGION
    with pytest.raises(kvmlib.KvmError):
        memory.remove(region)
    assert region.gpa == 0x100000
    region.view[0] = 1
    memory.remove(region)


def test_a_view_keeps_its_region(memory):
    region = memory.add(0x100000, PAGE)
    view = memory.view(0x100000, 16)
    for remove in (lambda: memory.remove(region), lambda: memory.begin().remove(region)):
        with pytest.raises(BufferError, match="views in use"):
            remove()
    change = memory.begin()
    del view
    change.remove(region)
    view = region.view
    with pytest.raises(BufferError, match="views in use"):
        change.commit()
    del view
    change.commit()
    assert region.closed


def test_a_call_on_another_thread_keeps_its_region(memory):
    region = memory.add(0x100000, 64 * PAGE)
    inside, go_on = threading.Event(), threading.Event()

    def progress(*_):
        inside.set()
        go_on.wait(10)
    thread = threading.Thread(target=lambda: region.populate(progress=progress))
    thread.start()
    assert inside.wait(10)
    with pytest.raises(BufferError, match="another thread"):
        memory.remove(region)
    go_on.set()
    thread.join()
    memory.remove(region)


def test_content_is_there_before_the_guest_is(memory):
    region = memory.add(0x100000, PAGE, content=b"abc")
    assert bytes(region.view[:4]) == b"abc\0"
    with pytest.raises(ValueError, match="at most"):
        memory.add(0x200000, PAGE, content=bytes(PAGE + 1))
    with pytest.raises(TypeError):
        memory.add(0x200000, PAGE, content="text")
    assert len(memory) == 2


def test_a_commit_whose_callback_raises(vm):
    raising = []

    def hold():
        if raising:
            raise KeyError("not now")
    memory = kvmlib.Memory(vm, hold=hold, resume=lambda: None)
    region = memory.add(0, PAGE)
    raising.append(True)
    change = memory.begin()
    change.replace(region, gpa=0, length=PAGE, flags=kvmlib.MemoryFlag.READONLY)
    try:
        change.commit()
    except KeyError:
        assert not region.closed
    assert change.closed


def test_views_out_of_range(memory):
    for gpa, length in ((0, 17 * PAGE), (15 * PAGE, PAGE + 1), (0, -1), (16 * PAGE, 0)):
        with pytest.raises(IndexError):
            memory.view(gpa, length)


def test_threads_read_at_the_same_time(memory):
    memory[0:4] = b"same"
    wrong = []

    def read():
        for _ in range(2000):
            if memory[0:4] != b"same" or bytes(memory.view(0, 4)) != b"same":
                wrong.append(1)
    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_regions_come_and_go_while_threads_look(memory):
    end, wrong = threading.Event(), []

    def look():
        while not end.is_set():
            try:
                with memory.view(0x100000, 4) as view:
                    if bytes(view) != b"here":
                        wrong.append(1)
                repr(memory)
            except (IndexError, ValueError, kvmlib.KvmError):
                pass
    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    done = 0
    while done < 200:
        region = memory.add(0x100000, PAGE, content=b"here")
        while not region.closed:
            try:
                memory.remove(region)
            except BufferError:
                pass
        done += 1
    end.set()
    for thread in threads:
        thread.join()
    assert wrong == []
