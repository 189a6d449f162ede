# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was recorded is what is drawn."""

import subprocess
import sys
import time

import pytest

import kvmlib
from kvmlib import Exit, Loop
from kvmlib.history import DirtyHistory, ExitHistory

pytest.importorskip("matplotlib")
from kvmlib import plot  # noqa: E402  pylint: disable=wrong-import-position

PAGE = 4096


@pytest.fixture
def exits(sim, vcpu):
    """Three port accesses, two of memory, and an end."""
    loop = Loop(vcpu)
    history = ExitHistory(loop)
    loop.ports()(lambda access: 0)
    loop.memory()(lambda access: 0)
    for number in range(3):
        sim.push_io(vcpu.fd(), number, 1, 1, True, b"x")
    for number in range(2):
        sim.push_mmio(vcpu.fd(), number, 1, True, b"x")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    loop.run()
    return history


@pytest.fixture
def memory(vm):
    """Two regions with a gap."""
    made = kvmlib.Memory(vm)
    made.add(0, 16 * PAGE, name="ram")
    made.add(0x100000, PAGE, name="rom", flags=kvmlib.MemoryFlag.READONLY)
    return made


@pytest.fixture
def pages(sim, vm, memory):
    """Two rounds."""
    history = DirtyHistory(memory.dirty.consumer())
    sim.dirty(vm.fd(), 2 * PAGE, 3 * PAGE)
    history.sample()
    sim.dirty(vm.fd(), 3 * PAGE, PAGE)
    sim.dirty(vm.fd(), 9 * PAGE, PAGE)
    history.sample()
    return history


def test_exits_are_recorded(exits):
    assert exits.counts() == {Exit.IO: 3, Exit.MMIO: 2, Exit.SHUTDOWN: 1}
    assert exits.times == sorted(exits.times) and exits.times[0] >= 0
    assert exits.times_of(Exit.MMIO) == exits.times[3:5]


def test_exits_are_drawn(exits):
    axes, = plot.exits(exits, bins=5).axes
    heights = [sum(bar.get_height() for bar in bars) for bars in axes.containers]
    assert heights == [3, 2, 1]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["IO: 3", "MMIO: 2", "SHUTDOWN: 1"]


def test_no_exits_are_drawn(vcpu):
    axes, = plot.exits(ExitHistory(Loop(vcpu))).axes
    assert not axes.containers


def test_dirty_pages_are_recorded(pages):
    assert [one.pages for one in pages.rounds] == [3, 2]
    assert [[tuple(run) for run in one.runs] for one in pages.rounds] == [
        [(2 * PAGE, 3 * PAGE)], [(3 * PAGE, PAGE), (9 * PAGE, PAGE)]]


def test_dirty_pages_are_drawn(pages):
    count, place = plot.dirty_pages(pages).axes
    first, second = (one.time for one in pages.rounds)
    assert list(count.lines[0].get_xdata()) == [first, second]
    assert list(count.lines[0].get_ydata()) == [3, 2]
    assert list(place.lines[0].get_xdata()) == [first] * 3 + [second] * 2
    assert list(place.lines[0].get_ydata()) == [0, 1, 2, 1, 3]
    assert [label.get_text() for label in place.get_yticklabels()] == ["0x2000", "0x3000", "0x4000", "0x9000"]


def test_nothing_dirty_is_drawn(memory):
    history = DirtyHistory(memory.dirty.consumer())
    history.sample()
    count, place = plot.dirty_pages(history).axes
    assert list(count.lines[0].get_ydata()) == [0] and len(place.lines[0].get_ydata()) == 0


def test_rounds_are_taken_meanwhile_and_at_the_end(sim, vm, memory):
    with DirtyHistory(memory.dirty.consumer(), interval=0.001) as history:
        sim.dirty(vm.fd(), 0, PAGE)
        while not any(one.pages for one in history.rounds):
            time.sleep(0.001)
    taken = len(history.rounds)
    assert sum(one.pages for one in history.rounds) == 1
    assert len(history.rounds) == taken


def test_failure_of_the_sampling_is_raised(memory):
    consumer = memory.dirty.consumer()
    with pytest.raises(ValueError, match="closed"), DirtyHistory(consumer, interval=0.001) as history:
        consumer.close()
        while history._thread.is_alive():
            time.sleep(0.001)


def test_memory_is_drawn(memory):
    axes, = plot.memory_map(memory).axes
    ram, gap, rom = (bars[0] for bars in axes.containers)
    assert (ram.get_y(), ram.get_height()) == (0, 5)
    assert (gap.get_y(), rom.get_y(), rom.get_height()) == (5, 6, 1)
    assert [text.get_text() for text in axes.texts] == ["ram 64 KiB", "rom 4 KiB, READONLY"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0x0", "0x10000", "0x100000", "0x101000"]


def test_matplotlib_is_imported_when_a_picture_is_drawn():
    program = "import sys, kvmlib.plot; print('matplotlib' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"
