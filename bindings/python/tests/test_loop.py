# SPDX-License-Identifier: LGPL-2.1-or-later
"""The run loop: handlers, their answers, what has none, stops."""

import os
import signal
import subprocess
import sys
import threading
import time
import weakref

import pytest

import kvmlib
from kvmlib import Exit, Loop

# 16-bit guests.
SPIN = b"\xeb\xfe"
COUNT = b"\xff\x06\x00\x01\xeb\xfa"  # inc word [0x100], for ever
COUNT_AND_TELL = b"\xff\x06\x00\x01\xe6\x80\xeb\xf8"  # and out 0x80, al
READ_AND_TELL = b"\xe4\x10\xe6\x11\xf4"  # in al, 0x10; out 0x11, al; hlt


@pytest.fixture
def loop(vcpu):
    return Loop(vcpu)


def heard(loop, first, length=1):
    """A list of what a range of ports hears; it answers 0x5a."""
    seen = []

    @loop.ports(first, length)
    def hear(access):
        seen.append((access.address, access.offset, access.size, bool(access.is_write), access.value))
        return 0x5a
    return seen


def test_write_reaches_the_handler_of_its_range(sim, vcpu, loop):
    below, seen, above = heard(loop, 0x3f0, 8), heard(loop, 0x3f8, 8), heard(loop, 0x400)
    sim.push_io(vcpu.fd(), 0x3ff, 1, 1, True, b"x")
    sim.push_io(vcpu.fd(), 0x3f8, 2, 1, True, b"ab")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    assert loop.run().reason == Exit.SHUTDOWN
    assert seen == [(0x3ff, 7, 1, True, ord("x")), (0x3f8, 0, 2, True, 0x6261)]
    assert below == above == []


def test_items_of_one_exit_are_accesses_each(sim, vcpu, loop):
    seen = heard(loop, 0x3f8)
    sim.push_io(vcpu.fd(), 0x3f8, 2, 3, True, b"abcdef")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    loop.run()
    assert [value.to_bytes(2, "little") for *_, value in seen] == [b"ab", b"cd", b"ef"]


@pytest.mark.parametrize("answer", [0x4241, b"AB", bytearray(b"AB"), memoryview(b"AB")])
def test_read_gets_what_the_handler_returns(sim, vcpu, loop, answer):
    loop.ports(0x60)(lambda access: answer)
    sim.push_io(vcpu.fd(), 0x60, 2, 1, False, None)
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    loop.run()
    assert sim.completion(vcpu.fd(), 2) == (2, b"AB")


def test_read_gets_what_the_handler_stores(sim, vcpu, loop):
    @loop.ports(0x60)
    def store(access):
        assert bytes(access.data) == b"\0\0"
        access.value = 0x4241
    sim.push_io(vcpu.fd(), 0x60, 2, 2, False, b"what")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    loop.run()
    assert sim.completion(vcpu.fd(), 4) == (4, b"ABAB")


@pytest.mark.parametrize("answer, error", [(0x100, ValueError), (-1, ValueError), (b"ab", ValueError), ("a", TypeError),
                                           (1.5, TypeError)])
def test_wrong_answers_leave_run(sim, vcpu, loop, answer, error):
    loop.ports(0x60)(lambda access: answer)
    sim.push_io(vcpu.fd(), 0x60, 1, 1, False, None)
    with pytest.raises(error, match="answered|is required"):
        loop.run()


def test_memory_by_address(sim, vcpu, loop):
    seen = []

    @loop.memory(0x9000_0000, 0x1000)
    def device(access):
        seen.append((access.offset, access.size, bool(access.is_write), access.value))
        return 7
    sim.push_mmio(vcpu.fd(), 0x9000_0ff8, 8, True, b"12345678")
    sim.push_mmio(vcpu.fd(), 0x9000_0000, 4, False, None)
    sim.push_mmio(vcpu.fd(), 0x9000_1000, 4, True, b"1234")
    ended = loop.run()
    assert seen == [(0xff8, 8, True, int.from_bytes(b"12345678", "little")), (0, 4, False, 0)]
    assert sim.completion(vcpu.fd(), 4) == (4, b"\7\0\0\0")
    assert (ended.reason, ended.gpa, bytes(ended.data)) == (Exit.MMIO, 0x9000_1000, b"1234")


def test_handlers_of_all_other_ports_and_addresses(sim, vcpu, loop):
    seen = heard(loop, 0x80)
    others = []
    loop.ports()(others.append)
    loop.memory()(others.append)
    sim.push_io(vcpu.fd(), 0x80, 1, 1, True, b"x")
    sim.push_io(vcpu.fd(), 0x81, 1, 1, True, b"x")
    sim.push_mmio(vcpu.fd(), 0x1234_5678_9000, 1, True, b"x")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    assert loop.run().reason == Exit.SHUTDOWN
    assert len(seen) == 1 and [one.address for one in others] == [0x81, 0x1234_5678_9000]


def test_access_without_handler_ends_the_run(sim, vcpu, loop):
    heard(loop, 0x80)
    sim.push_io(vcpu.fd(), 0x81, 1, 1, True, b"x")
    ended = loop.run()
    assert (ended.reason, ended.port, ended.value) == (Exit.IO, 0x81, ord("x"))


def test_handler_of_a_reason(sim, vcpu, loop):
    seen = []
    loop.on(Exit.HLT)(lambda exit: seen.append(exit.reason))
    sim.push_exit(vcpu.fd(), reason=Exit.HLT)
    sim.push_exit(vcpu.fd(), reason=Exit.HLT)
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    assert loop.run().reason == Exit.SHUTDOWN
    assert seen == [Exit.HLT, Exit.HLT]


def test_overlaps_name_both(loop):
    def serial(access): ...
    def parallel(access): ...
    loop.ports(0x3f8, 8)(serial)
    for first, length in [(0x3f8, 8), (0x3f1, 8), (0x3ff, 1), (0x300, 0x200), (0x3fa, 2)]:
        with pytest.raises(ValueError, match=f"parallel at {first:#x} to .* overlap .*serial at 0x3f8 to 0x3ff"):
            loop.ports(first, length)(parallel)
    loop.ports(0x400)(parallel)
    loop.ports(0x3f7)(parallel)
    loop.memory(0x3f8, 8)(parallel)


def test_second_handler_is_refused(loop):
    loop.ports()(print)
    loop.on(Exit.HLT)(print)
    with pytest.raises(ValueError, match="handled already.*print"):
        loop.ports()(len)
    with pytest.raises(ValueError, match="HLT is handled already"):
        loop.on(Exit.HLT)
    with pytest.raises(ValueError, match=r"IO is handled by ports\(\)"):
        loop.on(Exit.IO)
    with pytest.raises(ValueError, match=r"MMIO is handled by memory\(\)"):
        loop.on(Exit.MMIO)


@pytest.mark.parametrize("first, length", [(-1, 1), (0, 0), (0xffff, 2), (0x10000, 1)])
def test_ports_are_16_bits(loop, first, length):
    with pytest.raises(ValueError, match="ports below 0x10000"):
        loop.ports(first, length)(print)


def test_wrong_types(loop):
    with pytest.raises(TypeError):
        loop.ports("0x3f8")(print)
    with pytest.raises(TypeError):
        loop.ports(0x3f8)(5)
    with pytest.raises(TypeError, match="a Vcpu is wanted, not int"):
        Loop(5)


def test_exception_of_a_handler_leaves_with_its_traceback(sim, vcpu, loop):
    @loop.ports(0x80)
    def fails(access):
        raise LookupError("mine")
    sim.push_io(vcpu.fd(), 0x80, 1, 1, True, b"x")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    with pytest.raises(LookupError, match="mine") as raised:
        loop.run()
    assert raised.traceback[-1].name == "fails"
    assert loop.run().reason == Exit.SHUTDOWN


def test_failed_run_raises(sim, vcpu, loop):
    sim.push_exit(vcpu.fd(), result=-14)
    with pytest.raises(kvmlib.KvmError, match="KVM_RUN"):
        loop.run()


def test_handler_may_use_the_vcpu(sim, vcpu, loop):
    @loop.ports(0x80)
    def set_rax(access):
        vcpu.regs.rax = access.value
    sim.push_io(vcpu.fd(), 0x80, 1, 1, True, b"x")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    loop.run()
    assert vcpu.regs.rax == ord("x")


def test_stop_of_a_handler_finishes_the_exit(sim, vcpu, loop):
    @loop.ports(0x60)
    def last(access):
        loop.stop()
        return 0x77
    sim.push_io(vcpu.fd(), 0x60, 1, 1, False, None)
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    ended = loop.run()
    assert ended.reason == Exit.INTR and ended.kicked
    assert sim.completion(vcpu.fd(), 1) == (1, b"\x77")
    assert sim.script_left(vcpu.fd()) == 1
    assert loop.run().reason == Exit.SHUTDOWN


def test_stop_before_the_run_ends_it(sim, vcpu, loop):
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    loop.stop()
    assert loop.run().kicked
    assert loop.run().reason == Exit.SHUTDOWN


def test_kick_ends_the_run_unless_handled(sim, vcpu, loop):
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    vcpu.kick()
    assert loop.run().kicked
    seen = []
    loop.on(Exit.INTR)(lambda exit: seen.append(exit.kicked))
    vcpu.kick()
    assert loop.run().reason == Exit.SHUTDOWN
    assert seen == [True]


def wait_until(true):
    while not true():
        time.sleep(0.001)


def test_stop_of_another_thread_ends_a_spinning_guest(sim, vcpu, loop):
    sim.push_spin(vcpu.fd())
    with loop.thread() as thread:
        wait_until(lambda: sim.in_guest(vcpu.fd()))
        loop.stop()
        assert thread.result(10).kicked


def test_end_of_the_block_stops_the_thread(sim, vcpu, loop):
    sim.push_spin(vcpu.fd())
    with loop.thread() as thread:
        wait_until(lambda: sim.in_guest(vcpu.fd()))
        with pytest.raises(TimeoutError, match="vcpu0 still runs"):
            thread.result(0.01)
        with pytest.raises(kvmlib.WrongThread):
            vcpu.get_regs()
    assert thread.result().kicked


def test_exception_in_the_thread_is_raised_by_result_and_block(sim, vcpu, loop):
    loop.ports(0x80)(lambda access: 1 // 0)
    sim.push_io(vcpu.fd(), 0x80, 1, 1, True, b"x")
    with pytest.raises(ZeroDivisionError), loop.thread() as thread:
        thread.join()
    with pytest.raises(ZeroDivisionError):
        thread.result()


def test_loop_is_gone_with_its_last_user(sim, vm):
    loop = Loop(vm.create_vcpu(0))
    sim.push_io(loop.vcpu.fd(), 0x81, 1, 1, True, b"x")
    loop.ports(0x81)(lambda access: None)
    loop.stop()
    loop.run()
    gone = weakref.ref(loop)
    del loop
    assert gone() is None


def test_loop_of_a_group_goes_on_behind_a_pause(guest, kvm):
    vcpu = guest(COUNT)
    control = kvmlib.Control(vcpu.vm)
    loop = Loop(vcpu, control=control)
    thread = control.spawn(vcpu, lambda _: loop.run())
    seen = []
    for _ in range(3):
        with control.paused():
            seen.append(vcpu.regs.rip)
    loop.stop()
    assert thread.result(10).kicked
    assert set(seen) <= {0, 4}


def test_threads_make_progress_while_a_guest_spins(guest):
    loop = Loop(guest(COUNT))
    counts = [0, 0]
    done = threading.Event()

    def count(number):
        while not done.is_set():
            counts[number] += 1
    threads = [threading.Thread(target=count, args=(number,)) for number in range(2)]
    with loop.thread():
        for one in threads:
            one.start()
        wait_until(lambda: min(counts) > 1000)
        done.set()
        for one in threads:
            one.join()
    assert loop.vcpu.exit.kicked


def test_live_ports_answer_and_hear(guest):
    loop = Loop(guest(READ_AND_TELL))
    said = []
    loop.ports(0x10)(lambda access: 0x42)
    loop.ports(0x11)(lambda access: said.append(access.value))
    assert loop.run().reason == Exit.HLT
    assert said == [0x42]


INTERRUPTED = """
import threading
from kvmlib import Loop, Vm
vm = Vm()
vm.memory.add(0, 0x10000, content={code!r})
vcpu = vm.create_vcpu(0)
vcpu.sregs.cs.base = vcpu.sregs.cs.selector = vcpu.regs.rip = 0
loop = Loop(vcpu)
loop.ports(0x80)(lambda access: None)
def watch():
    while vm.memory[0x100:0x102] == bytes(2):
        pass
    print("running", flush=True)
threading.Thread(target=watch).start()
try:
    loop.run()
except KeyboardInterrupt:
    print("interrupted", vcpu.get_regs().rip < 8)
"""


@pytest.mark.parametrize("code", [COUNT, COUNT_AND_TELL])
def test_ctrl_c_ends_the_loop(kvm, code):
    program = INTERRUPTED.format(code=code)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "running\n"
        running.send_signal(signal.SIGINT)
        try:
            assert running.communicate(timeout=20)[0] == "interrupted True\n"
        finally:
            running.kill()
        assert running.returncode == 0


def test_signals_wait_for_the_run(guest):
    """One that came behind Python's last look for signals would leave the guest spinning for ever."""
    loop = Loop(guest(SPIN))
    enter, blocked = loop._enter, []

    def look_and_enter(ref):
        blocked.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))
        return enter(ref)
    loop._enter = look_and_enter
    loop.stop()
    loop.run()
    assert {signal.SIGINT, signal.SIGALRM} <= blocked[0]
    assert not {signal.SIGINT, signal.SIGALRM} & signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_two_threads_can_t_run_one_vcpu(sim, vcpu, loop):
    sim.push_spin(vcpu.fd())
    with loop.thread():
        wait_until(lambda: sim.in_guest(vcpu.fd()))
        with pytest.raises(kvmlib.WrongThread):
            Loop(vcpu).run()


def test_closed_vcpu(vcpu, loop):
    vcpu.close()
    for call in (loop.run, loop.stop, lambda: Loop(vcpu)):
        with pytest.raises(ValueError, match="closed"):
            call()


def test_vcpu_that_a_handler_closes_ends_the_run(sim, vcpu, loop):
    loop.ports(0x80)(lambda access: vcpu.close())
    sim.push_io(vcpu.fd(), 0x80, 1, 1, True, b"x")
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    with pytest.raises(ValueError, match="closed"):
        loop.run()


def test_forked_child_is_refused(sim, vcpu, loop):
    sim.push_exit(vcpu.fd(), reason=Exit.SHUTDOWN)
    child = os.fork()
    if child == 0:
        try:
            loop.run()
        except kvmlib.KvmError as error:
            os._exit(0 if error.cause == kvmlib.Cause.FORKED else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert loop.run().reason == Exit.SHUTDOWN
