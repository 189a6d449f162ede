# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of maps and tables: each ends once, whoever ends it, and takes nothing away that is in use."""

import gc
import sys
import threading

import pytest
from support import with_chips

import kvmlib
from kvmlib.routes import to_message

PAGE = 0x1000
ROUNDS = 100


@pytest.fixture
def memory(vm):
    return kvmlib.Memory(vm)


@pytest.fixture(autouse=True)
def often():
    """Threads take turns often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def at_once(*calls):
    """Each on a thread of its own; what is refused is refused by these exceptions."""
    wrong = []

    def one(call):
        try:
            call()
        except (ValueError, BufferError, kvmlib.WrongThread, kvmlib.KvmError):
            pass
        except BaseException as error:  # pylint: disable=broad-exception-caught
            wrong.append(error)
    threads = [threading.Thread(target=one, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_end_a_change_of_memory_once(memory):
    for _ in range(ROUNDS):
        change = memory.change()
        regions = [change.add(number * PAGE, PAGE) for number in range(8)]
        at_once(change.commit, change.abort, change.commit, change.close, lambda: change.add(0x100000, PAGE),
                lambda: [repr(region) for region in regions])
        change.close()
        for region in memory.regions():
            memory.remove(region)


def test_threads_end_a_change_of_routes_once(vm):
    routes = kvmlib.Routes(with_chips(vm))
    before = len(routes)
    for _ in range(ROUNDS):
        change = routes.change()
        added = [change.add(None, to_message(0xFEE00000, number)) for number in range(8)]
        at_once(change.commit, change.abort, change.commit, change.close,
                lambda: change.set(added[0], to_message(0xFEE00000, 9)), lambda: change.add(None, to_message(0, 1)),
                lambda: [repr(route) for route in added])
        change.close()
        added = [route for route in added if not route.closed]
        assert len(routes) in (before, before + 8, before + 9)
        for route in added:
            routes.remove(route)
        before = len(routes)


def test_a_change_is_for_one_thread_at_a_time(memory):
    change = memory.change()
    region = change.add(0, PAGE)
    with change._alone:
        for call in (change.commit, change.abort, change.close, lambda: change.add(PAGE, PAGE)):
            with pytest.raises(kvmlib.WrongThread):
                call()
    assert not change.closed and region.length == PAGE
    change.commit()
    assert change.closed
    for call in (change.commit, change.abort):
        with pytest.raises(ValueError, match="closed"):
            call()


def test_an_image_is_mapped_by_a_change_that_nobody_else_uses(memory, tmp_path):
    memory.add(0, PAGE)
    kvmlib.Image.write(memory, tmp_path / "image")
    with kvmlib.Image(tmp_path / "image") as image, open(tmp_path / "image", "rb") as file:
        change = memory.change()
        with change._alone, pytest.raises(kvmlib.WrongThread):
            image.map(file.fileno(), change)


def test_an_image_is_written_with_what_nobody_else_uses(memory, tmp_path):
    memory.add(0, PAGE)
    consumer = memory.dirty.consumer()
    consumer.round()
    base = kvmlib.Image.write(memory, tmp_path / "base")
    with consumer._alone:
        for write in (lambda: kvmlib.Image.write(memory, tmp_path / "image", base=base, consumer=consumer),
                      lambda: memory.image_write(lambda *_: 0, base=base, consumer=consumer)):
            with pytest.raises(kvmlib.WrongThread):
                write()


def test_a_view_keeps_a_region_that_is_not_in_the_map_yet(memory):
    change = memory.change()
    region = change.add(0, PAGE)
    view = region.view
    for end in (change.commit, change.abort, change.close):
        with pytest.raises(BufferError, match="views in use"):
            end()
    view[0] = 1
    del view
    change.commit()
    assert memory[0] == 1


def test_a_view_outlives_a_change_that_is_dropped(sim, memory):
    before = sim.mappings()
    change = memory.change()
    view = change.add(0, PAGE).view
    del change
    view[0] = 1
    del view
    assert sim.mappings() == before
    with pytest.raises(IndexError):
        memory.view(0, 1)


def test_a_change_in_a_cycle_ends_once(sim, memory):
    before = sim.mappings()
    for _ in range(ROUNDS):
        change = memory.change()
        region = change.add(0, PAGE)
        region.change, change.region, change._ref.cycle = change, region, change
        del change, region
        gc.collect()
    assert sim.mappings() == before


def test_a_commit_that_fails_closes_what_it_would_have_added(memory):
    memory.add(0, PAGE)
    change = memory.change()
    region = change.add(0, PAGE)
    with pytest.raises(kvmlib.KvmError):
        change.commit()
    assert change.closed and region.closed


def test_a_region_is_there_as_soon_as_it_is_found(memory):
    def look():
        while True:
            try:
                return found.append(memory.view(0, 1)[0])
            except IndexError:
                pass
            except ValueError as error:
                return found.append(error)
    for _ in range(ROUNDS):
        found = []
        thread = threading.Thread(target=look)
        thread.start()
        memory.add(0, PAGE)
        thread.join()
        assert found == [0]
        memory.remove(memory.regions()[0])
