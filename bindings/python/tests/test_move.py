# SPDX-License-Identifier: LGPL-2.1-or-later
"""A guest that is handed over."""

import threading

import pytest

import kvmlib
from guests import CODE, counter, guest, run_to

COUNT = b"\xfe\x06\x00\x20\xeb\xfa"  # inc [0x2000], for ever


def receiver(kvm):
    vm = kvmlib.Vm(kvm)
    vm.memory.add(0, 0x10000)
    vm.create_vcpu(0)
    return vm


def test_a_stopped_guest(kvm):
    vm, other = guest(kvm, counter()), receiver(kvm)
    run_to(vm.vcpus[0])
    vm.vcpus[0].finish()

    def send(rows):
        for row in rows:
            other.memory[row.gpa:row.gpa + row.length] = row.data or bytes(row.length)
    progress = vm.move(send, lambda state: kvmlib.StatePlan(other).restore(state))
    assert progress.total == 0x10000
    assert run_to(other.vcpus[0]) == 0x31


def test_a_running_guest(kvm):
    vm, other = guest(kvm, COUNT), receiver(kvm)
    control = kvmlib.Control(vm)
    end = threading.Event()

    def body(vcpu):
        while not end.is_set():
            control.run(vcpu)
    thread = control.spawn(vm.vcpus[0], body)

    def send(rows):
        for row in rows:
            other.memory[row.gpa:row.gpa + row.length] = row.data or bytes(row.length)
    rounds = []
    progress = vm.move(send, lambda state: kvmlib.StatePlan(other).restore(state),
                       progress=lambda now: rounds.append(now.round))
    assert progress.is_stopped == 1 and rounds[0] == 1
    assert other.memory[0x2000] == vm.memory[0x2000]
    end.set()
    control.resume()
    thread.result(10)
    assert other.vcpus[0].regs.rip in (CODE, CODE + 4)


def test_what_cs_own_call_shows_is_closed_after_it(kvm):
    vm, shown = guest(kvm, counter()), []
    kvmlib.StatePlan(vm).move_run(vm.memory.dirty, pages=lambda _: 0, state=shown.append)
    assert shown[0].closed
    with pytest.raises(ValueError, match="closed"):
        shown[0].count()


def test_a_peer_that_raises(kvm):
    vm = guest(kvm, counter())

    def refuse(_):
        raise ConnectionError("gone")
    with pytest.raises(ConnectionError, match="gone"):
        vm.move(refuse, lambda _: None)
    with pytest.raises(ConnectionError, match="gone"):
        vm.move(lambda _: None, refuse)
    assert run_to(vm.vcpus[0]) == 0x30
