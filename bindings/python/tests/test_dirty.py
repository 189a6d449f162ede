# SPDX-License-Identifier: LGPL-2.1-or-later
"""Dirty pages: rounds, runs, and arrays of them."""

import gc

import pytest

import kvmlib
from kvmlib import DirtyMechanism, DirtyRun, Run
from guests import counter, guest, run_to

PAGE = 0x1000


@pytest.fixture
def memory(vm):
    made = kvmlib.Memory(vm)
    made.add(0, 64 * PAGE)
    return made


@pytest.fixture
def consumer(memory):
    return memory.dirty.consumer()


def test_runs_of_a_round(sim, vm, consumer):
    for page in (1, 2, 3, 9):
        sim.dirty(vm.fd(), page * PAGE, 1)
    found = consumer.round()
    assert found.pages == 4
    assert list(found) == [Run(PAGE, 3 * PAGE), Run(9 * PAGE, PAGE)]
    assert list(found) == []
    assert consumer.round().pages == 0


def test_the_programs_own_writes_count(memory, consumer):
    memory[5 * PAGE:] = b"x"
    assert list(consumer.round()) == [(5 * PAGE, PAGE)]


def test_more_runs_than_a_batch(vm):
    memory = kvmlib.Memory(vm)
    memory.add(0, 4096 * PAGE)
    consumer = memory.dirty.consumer()
    for page in range(0, 4096, 2):
        memory[page * PAGE] = 1
    runs = list(consumer.round())
    assert runs == [(page * PAGE, PAGE) for page in range(0, 4096, 2)]


def test_runs_as_an_array(memory, consumer):
    numpy = pytest.importorskip("numpy")
    for page in (1, 2, 9):
        memory[page * PAGE] = 1
    consumer.round()
    runs = consumer.runs(8)
    array = numpy.asarray(runs)
    assert array["gpa"].tolist() == [PAGE, 9 * PAGE]
    assert array["length"].sum() == 3 * PAGE
    assert array.__array_interface__["data"][0] == kvmlib.dirty.ctypes.addressof(runs)
    assert len(consumer.runs(8)) == 0


def test_an_array_is_filled_again(memory, consumer):
    room = (DirtyRun * 2)()
    for page in (1, 3, 5):
        memory[page * PAGE] = 1
    consumer.round()
    assert consumer.runs(into=room) is room
    assert [run.gpa for run in room] == [PAGE, 3 * PAGE]
    rest = consumer.runs(into=room)
    assert [run.gpa for run in rest] == [5 * PAGE]
    assert room[0].gpa == 5 * PAGE


def test_wrong_rooms(consumer):
    with pytest.raises(TypeError, match="DirtyRun"):
        consumer.runs(into=bytearray(24))
    with pytest.raises(ValueError, match="room"):
        consumer.runs(0)
    with pytest.raises(ValueError, match="size"):
        consumer.runs(1 << 40)


def test_addresses_are_good_inside_of_a_reader(memory, consumer):
    memory[5 * PAGE:] = b"here"
    consumer.round()
    with memory.reader() as reader:
        run = consumer.runs(4, reader=reader)[0]
        assert kvmlib.dirty.ctypes.string_at(run.address, 4) == b"here"
    with pytest.raises(kvmlib.KvmError) as failed:
        consumer.runs(4, reader=reader)
    assert failed.value.cause == kvmlib.Cause.NOT_IN_READER


def test_clip(memory, consumer):
    for page in (1, 20):
        memory[page * PAGE] = 1
    found = consumer.round()
    consumer.clip(16 * PAGE, 16 * PAGE)
    assert list(found) == [(20 * PAGE, PAGE)]
    consumer.clip(0)
    assert list(found) == [(PAGE, PAGE)]


def test_a_map_has_one_tracker(memory):
    tracker = memory.dirty
    assert memory.dirty is tracker
    assert tracker.mechanism() in (DirtyMechanism.BITMAP, DirtyMechanism.MANUAL)
    with pytest.raises(kvmlib.errors.DirtyError) as failed:
        kvmlib.Dirty(memory)
    assert failed.value.cause == kvmlib.Cause.ALREADY_TRACKED
    tracker.close()
    assert kvmlib.Dirty(memory, mechanism=DirtyMechanism.BITMAP).mechanism() is DirtyMechanism.BITMAP


def test_a_consumer_keeps_tracking_alive(memory):
    consumer = memory.dirty.consumer()
    gc.collect()
    memory[0] = 1
    assert consumer.round().pages == 1


def test_a_region_that_is_removed_between_batches(memory, consumer):
    region = memory.add(0x100000, 4 * PAGE)
    memory[0x100000] = 1
    memory[0] = 1
    found = consumer.round()
    memory.remove(region)
    assert list(found) == [(0, PAGE)]


def test_counts(memory, consumer):
    memory[0] = 1
    consumer.round()
    list(consumer.round())
    assert memory.dirty.count() >= 0
    region = next(iter(memory))
    assert memory.dirty.count(region) == memory.dirty.count()


def test_what_a_guest_writes(kvm):
    vm = guest(kvm, counter())
    consumer = vm.memory.dirty.consumer()
    run_to(vm.vcpus[0])
    assert list(consumer.round()) == [(0x2000, PAGE)]
    assert list(consumer.round()) == []
    run_to(vm.vcpus[0])
    assert [run.gpa for run in consumer.round()] == [0x2000]


def test_what_a_guest_writes_by_rings(kvm):
    vm = kvmlib.Vm(kvm)
    vm.memory.add(0, 64 * PAGE)
    vm.memory[0x1000:] = counter()
    tracker = kvmlib.Dirty(vm.memory, mechanism=DirtyMechanism.RING)
    from guests import start  # pylint: disable=import-outside-toplevel
    vcpu = vm.create_vcpu(0)
    tracker.add_vcpu(vcpu)
    consumer = tracker.consumer()
    start(vcpu)
    run_to(vcpu)
    assert (0x2000, PAGE) in list(consumer.round())
    assert tracker.count_vcpu(vcpu) >= 1
    with vm.snapshot() as snapshot:
        before = vm.memory[0x2000]
        run_to(vcpu)
        assert snapshot.reset() >= 1
        assert vm.memory[0x2000] == before
