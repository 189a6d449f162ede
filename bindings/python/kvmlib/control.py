# SPDX-License-Identifier: LGPL-2.1-or-later
"""The vCPUs of a VM as a group: paused, resumed, kicked, and given work."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import itertools
import threading
from typing import Any, Callable, Iterator, Sequence, TypeVar

from ._call import reference, wrapped
from ._generated import prototypes
from ._generated.calls import CallCalls, ControlCalls
from ._generated.constants import CONTROL_FOREVER
from ._generated.enums import Where
from ._handle import Alone
from ._library import library
from .exits import VcpuExit
from .structs import kvmlib_control_watch
from .vcpu import Vcpu
from .vm import Vm

_Result = TypeVar("_Result")

# What vCPUs' threads are asked to do, by the number that C has as userdata: C has one function for all of
# it, which is there for good. What was dropped early is not found here any more.
_asked: dict[int, _Asked] = {}
_numbers = itertools.count(1)


def _nanoseconds(seconds: float | None) -> int:
    return CONTROL_FOREVER if seconds is None else max(0, min(round(seconds * 1e9), CONTROL_FOREVER - 1))


class _Asked:
    """A function that is to be called on a vCPU's thread, and what came of it. Forgotten when it is dropped."""

    def __init__(self, vcpu: Vcpu, function: Callable[[Vcpu], Any]) -> None:
        if not callable(function):
            raise TypeError(f"a function is wanted, not {type(function).__name__}")
        self.number = next(_numbers)
        self.result: Any = None
        self.error: BaseException | None = None
        self._vcpu, self._function = vcpu, function
        _asked[self.number] = self

    def do(self) -> None:
        """Call it. What it raises is for who asked."""
        try:
            self.result = self._function(self._vcpu)
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self.error = error

    def answer(self) -> Any:
        """What it returned or raised."""
        if self.error is not None:
            raise self.error
        return self.result


def _answer(_vcpu: Any, number: int) -> int:
    asked = _asked.pop(number, None)
    if asked is None:
        return -errno.ECANCELED
    asked.do()
    return 0


_function = prototypes.LIBRARY["kvmlib_control_call"][1][2](_answer)


class Ticket:
    """Takes a question back when nobody can get its answer any more."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __del__(self) -> None:
        _asked.pop(self._number, None)


class Call(CallCalls):
    """Work for a vCPU's thread that nobody waits for; closed before it begins, it is not done."""

    _work: _Asked

    def poll(self) -> bool:  # type: ignore[override]
        """Whether it was done."""
        return super().poll()[0] != 0

    def result(self) -> Any:
        """What the function returned or raised; ValueError: it was not done yet."""
        if not self.poll():
            raise ValueError("the vCPU's thread has not done it yet")
        return self._work.answer()

    def _about(self) -> str:
        return " waiting" if self._work.number in _asked else " begun"


class VcpuThread(threading.Thread):
    """A thread that runs a vCPU of a group; see Control.spawn()."""

    def __init__(self, control: Control, vcpu: Vcpu, body: Callable[[Vcpu], Any]) -> None:
        super().__init__(name=f"vcpu-{vcpu.id()}", daemon=True)
        self._control, self._vcpu, self._body = control, vcpu, body
        self._joined = threading.Event()
        self._error: BaseException | None = None
        self._returned: Any = None

    def run(self) -> None:
        """Join the group, do the work, and leave."""
        try:
            with self._control.member(self._vcpu):
                self._joined.set()
                self._returned = self._body(self._vcpu)
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self._error = error
        self._joined.set()

    def ready(self) -> VcpuThread:
        """Wait until it is in the group."""
        self._joined.wait()
        return self

    def result(self, timeout: float | None = None) -> Any:
        """Wait for its end: what the body returned or raised. TimeoutError: it goes on."""
        self.join(timeout)
        if self.is_alive():
            raise TimeoutError(f"{self.name} has not ended")
        if self._error is not None:
            raise self._error
        return self._returned


class _Free(Alone):
    """No exclusion: in a pause, vCPUs are for all threads; the kernel puts their calls in order."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


class Control(ControlCalls):
    """A group of vCPUs, each run by a thread of its own.

        control = Control(vm)
        thread = control.spawn(vcpu, lambda vcpu: loop(control, vcpu))
        with control.paused():
            print(vcpu.regs.rip)
        control.call(vcpu, lambda vcpu: vcpu.nmi())

    All timeouts are in seconds; None: without end. While a pause holds, all threads may use the vCPUs.

    @param options  signo, flags (ControlFlag), coalesced.
    """

    _vm: Vm | None = None

    def __init__(self, vm: Vm, **options: Any) -> None:
        self._become(vm.control_new(**options))
        vm._group(self)
        self._vm = vm

    def _made(self) -> None:
        self._vcpus: dict[int, Vcpu] = {}
        self._pauses = 0
        self._counts = threading.Lock()

    def join(self, vcpu: Vcpu) -> None:
        """Say that this thread runs the vCPU."""
        super().join(vcpu)
        self._vcpus[vcpu.id()] = vcpu

    def leave(self, vcpu: Vcpu) -> None:
        """Take a vCPU out, on its thread or after that has ended."""
        super().leave(vcpu)
        self._vcpus.pop(vcpu.id(), None)
        vcpu._alone = vcpu._own_lock

    @contextlib.contextmanager
    def member(self, vcpu: Vcpu) -> Iterator[Vcpu]:
        """This thread runs the vCPU, up to the end of `with`."""
        self.join(vcpu)
        try:
            yield vcpu
        finally:
            self.leave(vcpu)

    @property
    def vcpus(self) -> tuple[Vcpu, ...]:
        """Those that have joined."""
        return tuple(self._vcpus.values())

    def run(self, vcpu: Vcpu) -> VcpuExit:
        """Run the guest until it exits, and be there for pauses and work; on the vCPU's thread."""
        return vcpu.control_run()

    def wait(self, vcpu: Vcpu, timeout: float | None = None) -> bool:
        """Wait for a kick, as a vCPU that is halted; whether there was one."""
        return vcpu.control_wait(_nanoseconds(timeout)) != 0

    def spawn(self, vcpu: Vcpu, body: Callable[[Vcpu], Any]) -> VcpuThread:
        """Start a thread that joins with the vCPU, calls body(vcpu), and leaves."""
        thread = VcpuThread(self, vcpu, body)
        thread.start()
        return thread.ready()

    def where(self, vcpu: Vcpu) -> Where:
        """Where a vCPU's thread is."""
        return Where(super().where(vcpu))

    def plug(self, id: int) -> tuple[int, Vcpu]:  # pylint: disable=redefined-builtin
        """Plug a vCPU in: 1 and one that was unplugged, or 0 and a new one."""
        again, vcpu = super().plug(id)
        if self._vm is not None:
            self._vm._has(vcpu)
        return again, vcpu

    def start_ap(self, vcpu: Vcpu, vector: int, timeout: float | None = None) -> None:
        """Start a vCPU as a start-up IPI does."""
        super().start_ap(vcpu, vector, _nanoseconds(timeout))

    def pause(self, timeout: float | None = None) -> None:
        """Bring all vCPUs out of the guest, and keep them there; paused() ends it by itself."""
        super().pause(_nanoseconds(timeout))
        self._lend(1)

    def resume(self) -> None:
        """End a pause; after the last one all go on."""
        if self._pauses:
            self._lend(-1)
        super().resume()

    @contextlib.contextmanager
    def paused(self, timeout: float | None = None) -> Iterator[Control]:
        """All vCPUs are out of the guest, up to the end of `with`."""
        self.pause(timeout)
        try:
            yield self
        finally:
            self.resume()

    def _lend(self, more: int) -> None:
        with self._counts:
            self._pauses += more
            for vcpu in self.vcpus:
                vcpu._alone = _Free("Vcpu", None) if self._pauses else vcpu._own_lock

    def call(self, vcpu: Vcpu, function: Callable[[Vcpu], _Result],
             timeout: float | None = None) -> _Result:
        """Have function(vcpu) called on the vCPU's thread; what it returns or raises is the result."""
        work = _Asked(vcpu, function)
        try:
            library.kvmlib_control_call(self._ref, vcpu, _function, work.number, _nanoseconds(timeout), None)
        finally:
            _asked.pop(work.number, None)
        return work.answer()  # type: ignore[no-any-return]

    def call_begin(self, vcpu: Vcpu, function: Callable[[Vcpu], Any]) -> Call:
        """The same, and do not wait for it."""
        work = _Asked(vcpu, function)
        ticket = Ticket(work.number)
        ref = reference("kvmlib_call")
        library.kvmlib_control_call_begin(self._ref, vcpu, _function, work.number, ctypes.byref(ref))
        call: Call = wrapped("Call", ref, (self, vcpu, ticket))
        call._work = work
        return call

    def watch(self, watches: Sequence[tuple[int, Vcpu | None]], stop_fd: int) -> None:
        """Kick vCPUs as descriptors become readable, until stop_fd is.

        @param watches  Descriptors with the vCPU that each kicks; None: all of them.
        """
        rows = [kvmlib_control_watch(fd=fd, vcpu=vcpu._ref if vcpu is not None else None) for fd, vcpu in watches]
        super().watch(rows, stop_fd)

    def _about(self) -> str:
        members = ", ".join(f"{vcpu.id()} {self.where(vcpu).name}" for vcpu in self.vcpus)
        return f" of {members or 'no vCPUs'}{', paused' if self._pauses else ''}"
