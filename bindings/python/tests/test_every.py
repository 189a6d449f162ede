# SPDX-License-Identifier: LGPL-2.1-or-later
"""What holds on every architecture, on the KVM at hand: by pytest, and as a program that needs Python alone."""

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(TOP / "examples/python"), str(TOP / "tests/build")]

import everywhere  # noqa: E402
import kvmlib  # noqa: E402
import tap  # noqa: E402
from kvmlib import Cause, DirtyMechanism, Exit, Run, structs  # noqa: E402
from kvmlib._layout import ARCHITECTURE  # noqa: E402

MACHINE = os.uname().machine
PAGE, RAM, TOUCHED, TELL = 0x1000, 0x40000, 0x10000, 0xd0000

# Each program has a page of its own. The emulator of arm64 hosts may else go on with what an earlier VM had there.
ADDRESSES = {"count": 0x1000, "touch": 0x3000, "spin": 0x4000}
# Tell 1, 2, 3, …; write to each second of 16 pages, then tell; nothing, for ever.
PROGRAMS = {
    "x86_64": {
        "count": "b800d0 8ed8 31db 43 891e0000 ebf9",
        "touch": "b80010 b90800 8ed8 880e0000 050002 e2f5 b800d0 8ed8 890e0000 ebfe",
        "spin": "ebfe",
    },
    "aarch64": {
        "count": "a001a0d2 01008052 21040011 010000b9 feffff17",
        "touch": "2200a0d2 03018052 43000039 42084091 63040071 a1ffff54 a001a0d2 030000b9 00000014",
        "spin": "00000014",
    },
    "riscv64": {
        "count": "37050d00 93050000 93851500 2320b500 6ff09fff",
        "touch": "37060100 37270000 93068000 2300d600 3306e600 9386f6ff e39a06fe 37050d00 2320d500 6f000000",
        "spin": "6f000000",
    },
}


def bare_machine():
    """A VM without anything."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise tap.Skip("no usable /dev/kvm")
    return kvmlib.Vm()


def start(vm, program):
    """Give it memory, and a vCPU that is about to run a program."""
    vm.memory.add(0, RAM, name="ram")
    vm.memory[ADDRESSES[program]:] = bytes.fromhex(PROGRAMS[MACHINE][program])
    everywhere.GUESTS[MACHINE][0](vm, vm.create_vcpu(0), ADDRESSES[program])
    return vm


def machine(program):
    """Both."""
    return start(bare_machine(), program)


def told(vm):
    """Run until the guest tells, and what."""
    found = vm.vcpus[0].run()
    assert found.reason == Exit.MMIO and found.is_write and found.gpa == TELL, found
    return found.value


def test_run_tells_what_the_guest_stores():
    vm = machine("count")
    assert [told(vm) for _ in range(5)] == [1, 2, 3, 4, 5]


def test_kick_ends_a_run_that_would_not_end():
    vm = machine("spin")
    loop = kvmlib.Loop(vm.vcpus[0])
    with loop.thread() as thread:
        threading.Event().wait(0.1)
        loop.stop()
        found = thread.result(30)
    assert found.reason == Exit.INTR and found.kicked, found


def _written_by(mechanism):
    """The runs of pages, and none where this KVM has not that mechanism."""
    vm = bare_machine()
    try:
        dirty = kvmlib.Dirty(vm.memory, mechanism=mechanism)
    except kvmlib.KvmError as error:
        assert error.cause == Cause.CAPABILITY_MISSING, error
        return None
    start(vm, "touch")
    dirty.add_vcpu(vm.vcpus[0])
    consumer = dirty.consumer()
    told(vm)
    return [written for written in consumer.round() if written.gpa >= TOUCHED]


def test_dirty_tells_the_pages_written():
    wanted = [Run(gpa, PAGE) for gpa in range(TOUCHED, TOUCHED + 16 * PAGE, 2 * PAGE)]
    for mechanism in (DirtyMechanism.BITMAP, DirtyMechanism.MANUAL, DirtyMechanism.RING):
        assert _written_by(mechanism) in (wanted, None), mechanism


def test_guest_goes_on_where_it_was_saved():
    vm, other = machine("count"), machine("count")
    assert [told(vm) for _ in range(5)] == [1, 2, 3, 4, 5]
    other.load(vm.save())
    assert [told(other) for _ in range(5)] == [6, 7, 8, 9, 10]


def test_guest_goes_back_to_its_snapshot():
    vm = machine("count")
    told(vm)
    with vm.snapshot() as snapshot:
        for _ in range(3):
            assert [told(vm) for _ in range(3)] == [2, 3, 4]
            snapshot.reset()


def test_registers_have_ids():
    if ARCHITECTURE == "x86_64":
        raise tap.Skip("x86's registers are structs")
    vm = machine("count")
    regs, pc = vm.vcpus[0].one_regs, everywhere.PC[MACHINE]
    assert regs[pc] == ADDRESSES["count"]
    told(vm)
    vm.vcpus[0].finish()
    assert ADDRESSES["count"] < regs[pc] < ADDRESSES["count"] + PAGE
    assert pc in list(regs) and len(regs) > 60
    assert all(regs[number] >= 0 for number in regs)


def _failure(call, *arguments):
    try:
        call(*arguments)
    except kvmlib.KvmError as error:
        return error
    raise AssertionError("no error")


def test_errors_know_their_causes():
    vm = machine("count")
    overlap = _failure(vm.memory.add, RAM - PAGE, 2 * PAGE)
    assert isinstance(overlap, kvmlib.errors.MemoryMapError) and overlap.cause == Cause.REGION_OVERLAP
    again = _failure(vm.create_vcpu, 0)
    assert (again.cause, again.ioctl) == (Cause.VCPU_EXISTS, "KVM_CREATE_VCPU"), repr(again)
    other = vm.vcpus[0].get_sregs if ARCHITECTURE != "x86_64" else vm.arm_preferred_target
    assert _failure(other).cause == Cause.ARCH_UNSUPPORTED


def test_register_that_is_not_there_has_a_cause():
    if ARCHITECTURE == "x86_64":
        raise tap.Skip("x86's registers are structs")
    vm = machine("count")
    missing = _failure(vm.vcpus[0].get_one_reg, everywhere.PC[MACHINE] | 0xffff, 8)
    assert missing.cause in (Cause.REG_MISSING, Cause.REG_ID_INVALID), repr(missing)


def _rows():
    head, *lines = (TOP / f"uapi/structs-{ARCHITECTURE}.tsv").read_text(encoding="utf-8").splitlines()
    return [dict(zip(head.split("\t"), line.split("\t"))) for line in lines]


def _laid_out(row):
    """(offset, size) as ctypes has it: of the struct, or of a member that has a name there."""
    struct = getattr(structs, row["struct"], None)
    if struct is None or row["field"] == "-":
        return struct and (0, ctypes.sizeof(struct))
    member = getattr(struct, row["field"], None)
    return member and (member.offset, member.size)


def test_structs_are_as_the_kernel_has_them():
    found = [(row, _laid_out(row)) for row in _rows()]
    assert sum(bool(ours) for _, ours in found) > 100
    wrong = [(row, ours) for row, ours in found if ours and ours != (int(row["offset"]), int(row["size"]))]
    assert not wrong, wrong


if __name__ == "__main__":
    signal.alarm(120)  # a guest that never tells is no test that never ends
    sys.exit(tap.run([check for name, check in list(globals().items()) if name.startswith("test_")]))
