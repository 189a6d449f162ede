# SPDX-License-Identifier: LGPL-2.1-or-later
"""Groups of vCPUs: pauses, kicks, and work on their threads."""

import gc
import os
import threading

import pytest

import kvmlib
from kvmlib import Exit, Where
from guests import OUT, guest

SPIN = b"\x40\xeb\xfd"  # inc ax, for ever


@pytest.fixture
def spinning(kvm):
    """A guest that spins on a thread of a group."""
    vm = guest(kvm, SPIN)
    control = kvmlib.Control(vm)
    vcpu = vm.vcpus[0]
    end = threading.Event()

    def body(vcpu):
        while not end.is_set():
            control.run(vcpu)
        return "done"
    thread = control.spawn(vcpu, body)
    yield vm, control, vcpu, thread
    end.set()
    control.kick(vcpu)
    assert thread.result(10) == "done"
    assert control.vcpus == ()


def test_a_pause_lends_the_vcpus(spinning):
    _, control, vcpu, _ = spinning
    with control.paused(timeout=10):
        assert control.where(vcpu) in (Where.PARKED, Where.OUT)
        before = vcpu.regs.rax
        assert vcpu.regs.rax == before
        assert "paused" in repr(control)
    while control.where(vcpu) != Where.IN_GUEST:
        pass
    with pytest.raises(kvmlib.WrongThread):
        vcpu.get_regs()


def test_pauses_nest(spinning):
    _, control, vcpu, _ = spinning
    with control.paused():
        with control.paused():
            pass
        assert vcpu.get_regs()
        assert control.pause_poll() == 1
    with pytest.raises(kvmlib.errors.ThreadError) as failed:
        control.resume()
    assert failed.value.cause == kvmlib.Cause.NOT_PAUSED


def test_a_call_returns_what_the_function_does(spinning):
    _, control, vcpu, thread = spinning
    where = control.call(vcpu, lambda vcpu: (threading.get_ident(), vcpu.get_regs().rip >= 0x1000))
    assert where == (thread.ident, True)


def test_a_call_raises_what_the_function_does(spinning):
    _, control, vcpu, _ = spinning
    with pytest.raises(KeyError, match="lost"):
        control.call(vcpu, lambda _: {}["lost"])
    assert control.call(vcpu, lambda _: 5) == 5


def test_a_call_that_nobody_waits_for(spinning):
    _, control, vcpu, _ = spinning
    call = control.call_begin(vcpu, lambda _: {"a": 1})
    while not call.poll():
        pass
    assert call.result() == {"a": 1}
    failing = control.call_begin(vcpu, lambda _: 1 / 0)
    while not failing.poll():
        pass
    with pytest.raises(ZeroDivisionError):
        failing.result()


def test_a_call_that_is_dropped_while_it_runs(spinning):
    _, control, vcpu, _ = spinning
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work(_):
        begun.set()
        go_on.wait(10)
        ended.set()
    call = control.call_begin(vcpu, work)
    assert begun.wait(10)
    call.close()
    del call
    gc.collect()
    go_on.set()
    assert ended.wait(10)
    assert control.call(vcpu, lambda _: 1) == 1


def test_a_call_that_is_dropped_before_it_begins_is_not_made(vm, vcpu):
    control = kvmlib.Control(vm)
    made = []
    with control.member(vcpu):
        for end in ("close", "drop"):
            call = control.call_begin(vcpu, made.append)
            with pytest.raises(ValueError, match="not done"):
                call.result()
            if end == "close":
                call.close()
            del call
            gc.collect()
        control.wait(vcpu, 0)
    assert made == []
    assert kvmlib.control._asked == {}


def test_a_call_to_a_thread_that_does_not_come(vm, vcpu):
    control = kvmlib.Control(vm)
    joined, end = threading.Event(), threading.Event()

    def idle():
        with control.member(vcpu):
            joined.set()
            end.wait(10)
    thread = threading.Thread(target=idle)
    thread.start()
    joined.wait(10)
    with pytest.raises(kvmlib.errors.ThreadError) as failed:
        control.call(vcpu, lambda _: 1, timeout=0.01)
    assert failed.value.cause == kvmlib.Cause.VCPU_LATE
    end.set()
    thread.join()


def test_who_has_not_joined(vm, vcpu):
    control = kvmlib.Control(vm)
    for use in (control.where, control.leave, control.kick, control.run, lambda one: control.call(one, print)):
        with pytest.raises(kvmlib.errors.ThreadError) as failed:
            use(vcpu)
        assert failed.value.cause == kvmlib.Cause.NOT_JOINED
    with pytest.raises(TypeError, match="function"):
        control.call(vcpu, 3)


def test_two_threads_join_at_the_same_time(vm):
    control = kvmlib.Control(vm)
    barrier = threading.Barrier(2)

    def body(vcpu):
        barrier.wait(10)
        return vcpu.id()
    threads = [control.spawn(vm.create_vcpu(number), body) for number in range(2)]
    assert [thread.result(10) for thread in threads] == [0, 1]


def test_a_body_that_raises(vm, vcpu):
    control = kvmlib.Control(vm)
    thread = control.spawn(vcpu, lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        thread.result(10)
    assert control.vcpus == ()


def test_the_exit_of_a_run_in_a_group(sim, vm, vcpu):
    control = kvmlib.Control(vm)
    with control.member(vcpu):
        sim.push_io(vcpu.fd(), 0x3F8, 1, 1, True, b"x")
        assert control.run(vcpu).value == ord("x")
        assert vcpu.exit.port == 0x3F8


def test_plugged_vcpus_are_the_vms(vm):
    control = kvmlib.Control(vm)
    again, vcpu = control.plug(3)
    assert (again, vcpu.id(), vm.vcpus) == (0, 3, (vcpu,))


def test_watch_kicks(spinning):
    _, control, vcpu, _ = spinning
    kick, stop = os.eventfd(0), os.eventfd(0)
    watching = threading.Thread(target=control.watch, args=([(kick, vcpu), ], stop))
    watching.start()
    before = vcpu.runs
    os.eventfd_write(kick, 1)
    while vcpu.runs == before:
        pass
    os.eventfd_write(stop, 1)
    watching.join(10)
    assert not watching.is_alive()


def test_an_exit_is_answered_before_a_pause_holds(kvm):
    """The group's pause finishes the exit that the vCPU is at."""
    vm = guest(kvm, b"\xb0\x41" + OUT + SPIN)
    control = kvmlib.Control(vm)
    seen, end = [], threading.Event()

    def body(vcpu):
        while not end.is_set():
            seen.append(control.run(vcpu).reason)
    vcpu = vm.vcpus[0]
    thread = control.spawn(vcpu, body)
    while Exit.IO not in seen:
        pass
    with control.paused(10):
        assert vcpu.regs.rip >= 0x1004
        assert not vcpu.exit_pending()
    end.set()
    control.kick()
    thread.result(10)
