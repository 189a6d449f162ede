# SPDX-License-Identifier: LGPL-2.1-or-later
"""Snapshots, and VMs as bytes."""

import multiprocessing
import os
import threading
import weakref

import pytest

import kvmlib
from guests import CODE, HLT, counter, guest, run_to, start


def test_a_guest_is_put_back(kvm):
    vm = guest(kvm, counter())
    vcpu = vm.vcpus[0]
    assert run_to(vcpu) == 0x30
    with vm.snapshot() as snapshot:
        assert repr(snapshot) == "<Snapshot of 1 vCPUs, 0x10000 bytes>"
        for _ in range(3):
            assert [run_to(vcpu) for _ in range(4)] == [0x31, 0x32, 0x33, 0x34]
            assert vm.memory[0x2000] == 0x34
            assert snapshot.reset() == 1
            assert vm.memory[0x2000] == 0x30
    assert snapshot.closed
    assert run_to(vcpu) == 0x31
    with pytest.raises(ValueError, match="closed"):
        snapshot.reset()


def test_inputs_from_one_snapshot(kvm):
    # al = [0x2000]; add al, [0x2001]; out
    vm = guest(kvm, b"\xa0\x00\x20\x02\x06\x01\x20\xe6\xe9" + HLT)
    vcpu = vm.vcpus[0]
    with vm.snapshot(skip=["lapic"]) as snapshot:
        for a, b in ((1, 2), (40, 2), (200, 56)):
            vm.memory[0x2000:] = bytes([a, b])
            assert run_to(vcpu) == (a + b) % 256
            snapshot.reset()
            assert vm.memory[0x2000:0x2002] == b"\0\0"


def test_an_instruction_of_several_exits(kvm):
    """A write that crosses a page of no memory: each part is an exit."""
    vm = guest(kvm, b"\xa3\xff\x0f" + HLT)  # mov [0xfff], ax
    vcpu = vm.vcpus[0]
    with vcpu.sregs as sregs:
        sregs.ds.base, sregs.ds.selector = 0x10000, 0x1000
    with vm.snapshot() as snapshot:
        assert vcpu.run().reason == kvmlib.Exit.MMIO
        with pytest.raises(ValueError, match="another one"):
            vm.snapshot()
        snapshot.reset()
        assert vcpu.regs.rip == CODE
        assert vcpu.run().gpa == 0x10FFF
        snapshot.reset()
        assert vcpu.regs.rip == CODE


def test_several_snapshots(kvm):
    vm = guest(kvm, counter())
    vcpu = vm.vcpus[0]
    run_to(vcpu)
    first = vm.snapshot()
    run_to(vcpu)
    second = vm.snapshot()
    run_to(vcpu)
    first.reset()
    assert run_to(vcpu) == 0x31
    second.reset()
    assert run_to(vcpu) == 0x32


def test_a_vcpu_that_is_in_no_group(kvm):
    vm = guest(kvm, counter())
    control = kvmlib.Control(vm)
    vcpu = vm.vcpus[0]
    run_to(vcpu)
    with vm.snapshot() as snapshot:
        run_to(vcpu)
        snapshot.reset()
        assert run_to(vcpu) == 0x31
    with control.member(vcpu):
        assert control.run(vcpu).value == 0x32
        assert isinstance(vm.save(), bytes)


def test_a_forked_child_is_refused(kvm):
    vm = guest(kvm, counter())
    control, consumer = kvmlib.Control(vm), vm.memory.dirty.consumer()
    vcpu, snapshot = vm.vcpus[0], vm.snapshot()
    uses = (snapshot.reset, vm.save, vm.snapshot, consumer.round, control.pause, lambda: control.call(vcpu, print),
            lambda: vm.memory[0:4], lambda: list(vm.memory), lambda: kvmlib.StatePlan(vm), vcpu.run)
    child = os.fork()
    if child == 0:
        refused = 0
        for use in uses:
            try:
                use()
            except kvmlib.errors.HandleError as error:
                refused += error.cause == kvmlib.Cause.FORKED
        snapshot.close()
        vm.close()
        os._exit(refused)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == len(uses)
    assert run_to(vcpu) == 0x30
    assert snapshot.reset() >= 0
    assert run_to(vcpu) == 0x30


def test_a_map_that_has_changed(kvm):
    vm = guest(kvm, counter())
    with vm.snapshot() as snapshot:
        vm.memory.add(0x100000, 0x1000)
        with pytest.raises(kvmlib.errors.ImageError) as failed:
            snapshot.reset()
        assert failed.value.cause == kvmlib.Cause.RESET_MAP


def test_a_group_is_paused(kvm):
    vm = guest(kvm, b"\xfe\x06\x00\x20\xeb\xfa")  # inc [0x2000], for ever
    control = kvmlib.Control(vm)
    end = threading.Event()

    def body(vcpu):
        while not end.is_set():
            control.run(vcpu)
    thread = control.spawn(vm.vcpus[0], body)
    with vm.snapshot() as snapshot:
        for _ in range(5):
            while vm.memory[0x2000] == 0:
                pass
            with control.paused():
                snapshot.reset()
                assert bytes(vm.memory[CODE:CODE + 2]) == b"\xfe\x06"
    blob = vm.save()
    end.set()
    control.kick()
    thread.result(10)
    other = kvmlib.Vm(kvm)
    other.load(blob)
    assert other.vcpus[0].regs.rip in (CODE, CODE + 4)


def test_the_plan_and_its_snapshot_are_for_one_thread(vm, vcpu):
    vm.memory.add(0, 0x1000)
    plan = kvmlib.StatePlan(vm)
    snapshot = plan.reset_new(vm.memory.dirty)
    assert isinstance(snapshot, kvmlib.Snapshot) and vcpu.get_regs()
    with plan._alone, pytest.raises(kvmlib.WrongThread):
        snapshot.reset()
    assert snapshot.reset() == 0


def test_snapshots_on_the_simulated_kernel(sim, vm, vcpu):
    vm.memory.add(0, 0x10000)
    vm.memory[0x3000:] = b"before"
    vcpu.regs.rbx = 5
    with vm.snapshot() as snapshot:
        vcpu.regs.rbx = 6
        sim.write_guest(vm.fd(), 0x3000, b"after!")
        assert vm.memory[0x3000:0x3006] == b"after!"
        assert snapshot.reset() == 1
        assert vm.memory[0x3000:0x3006] == b"before"
        assert vcpu.regs.rbx == 5


def test_saved_and_loaded(kvm):
    vm = guest(kvm, counter())
    run_to(vm.vcpus[0])
    blob = vm.save()
    assert isinstance(blob, bytes)
    other = kvmlib.Vm(kvm)
    other.load(blob)
    assert [one.id() for one in other.vcpus] == [0]
    assert other.memory[0x2000] == 0x30
    assert run_to(other.vcpus[0]) == 0x31 == run_to(vm.vcpus[0])
    other.load(blob)
    assert run_to(other.vcpus[0]) == 0x31


def test_files(kvm, tmp_path):
    vm = guest(kvm, counter(), 1 << 22)
    run_to(vm.vcpus[0])
    path = tmp_path / "image"
    assert vm.save(path) is None
    assert path.stat().st_size >= 1 << 22
    assert path.stat().st_blocks * 512 < 1 << 20
    other = kvmlib.Vm(kvm)
    other.load(path)
    assert run_to(other.vcpus[0]) == 0x31
    with open(path, "rb") as file:
        other.load(file)
    assert run_to(other.vcpus[0]) == 0x31


def test_a_pc_with_two_vcpus(kvm):
    """Interrupt controllers, timer, routes and a second vCPU that waits to be started."""
    vm = kvmlib.Vm(kvm)
    kvmlib.Irqchip(vm, flags=kvmlib.IrqchipFlag.PIT)
    routes = kvmlib.Routes(vm)
    routes.add("disk", kvmlib.to_message(0xFEE00000, 0x41))
    vm.memory.add(0, 0x10000)
    vm.memory.add(0xF0000, 0x10000, flags=kvmlib.MemoryFlag.READONLY, content=b"rom")
    vm.memory[CODE:] = counter()
    start(vm.create_vcpu(0))
    vm.create_vcpu(1)
    run_to(vm.vcpus[0])
    blob = vm.save()
    other = kvmlib.Vm(kvm)
    kvmlib.Irqchip(other, flags=kvmlib.IrqchipFlag.PIT)
    other_routes = kvmlib.Routes(other)
    other.load(blob)
    assert [one.id() for one in other.vcpus] == [0, 1]
    assert [one.mp_state for one in other.vcpus] == [one.mp_state for one in vm.vcpus]
    assert bytes(other.memory.view(0xF0000, 3)) == b"rom"
    assert other.memory.regions()[1].describe().flags & kvmlib.MemoryFlag.READONLY
    assert other_routes["disk"].gsi() == routes["disk"].gsi()
    assert run_to(other.vcpus[0]) == 0x31


def _elsewhere(blob, out):
    vm = kvmlib.Vm()
    vm.load(blob)
    out.put([run_to(vm.vcpus[0]) for _ in range(2)])


def test_a_blob_travels_to_another_process(kvm):
    vm = guest(kvm, counter())
    run_to(vm.vcpus[0])
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    process = context.Process(target=_elsewhere, args=(vm.save(), out))
    process.start()
    assert out.get(timeout=30) == [0x31, 0x32]
    process.join(30)
    assert process.exitcode == 0


def test_a_vm_that_is_otherwise(kvm):
    vm = guest(kvm, counter())
    blob = vm.save()
    other = kvmlib.Vm(kvm)
    other.create_vcpu(7)
    other.memory.add(0, 0x10000, content=b"mine")
    with pytest.raises(kvmlib.errors.UnsupportedError) as failed:
        other.load(blob)
    assert failed.value.cause == kvmlib.Cause.STATE_UNSUPPORTED
    assert other.memory[0:4] == b"mine"


def test_bytes_that_were_changed(kvm):
    vm = guest(kvm, counter())
    blob = bytearray(vm.save())
    blob[-1000] ^= 1
    other = kvmlib.Vm(kvm)
    with pytest.raises(kvmlib.errors.ImageError) as failed:
        other.load(blob)
    assert failed.value.cause == kvmlib.Cause.IMAGE_CHECKSUM
    for cut in (0, 10, len(blob) // 2, len(blob) - 1):
        with pytest.raises(kvmlib.KvmError):
            kvmlib.Vm(kvm).load(blob[:cut])


def test_a_vm_forgets_what_is_closed(vm):
    vcpu = vm.create_vcpu(0)
    memory, control = kvmlib.Memory(vm), kvmlib.Control(vm)
    assert (vm.vcpus, vm.memory, vm.control) == ((vcpu,), memory, control)
    vcpu.close()
    memory.close()
    control.close()
    assert vm.vcpus == () and vm.control is None and vm.memory is not memory
    gone = weakref.ref(vm.create_vcpu(1)), weakref.ref(vm.memory)
    assert None not in [one() for one in gone]
    vm.close()
    assert [one() for one in gone] == [None, None]
