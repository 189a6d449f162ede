# SPDX-License-Identifier: LGPL-2.1-or-later
"""A run loop: handlers by port, by guest address and by exit reason.

    loop = Loop(vcpu)

    @loop.ports(0x3f8, 8)
    def serial(access):
        if access.is_write:
            print(chr(access.value), end="")
        return 0

    exit = loop.run()
"""

from __future__ import annotations

import ctypes
import functools
import signal
import struct
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Iterator, TypeVar

from . import _quick, errors
from ._generated.enums import Exit
from ._layout import kvmlib_exit_io, kvmlib_exit_mmio
from ._library import library
from ._ranges import Range, Ranges
from .exits import VcpuExit, memory_at
from .vcpu import Vcpu

if TYPE_CHECKING:
    from .control import Control

_Handler = TypeVar("_Handler", bound=Callable[..., Any])

_IO, _MMIO, _INTR = int(Exit.IO), int(Exit.MMIO), int(Exit.INTR)
# The payloads as they lie: kvmlib_exit_io, kvmlib_exit_mmio.
_io_members = struct.Struct("@PBBHI").unpack_from
_mmio_members = struct.Struct("@QPIB").unpack_from


class Access:
    """What the guest does to one port or address: good until its handler returns.

    `data` are its bytes in place. `offset` counts from the first address of the handler's range.
    """

    __slots__ = ("address", "data", "is_write", "offset", "size")

    def __init__(self, address: int, offset: int, size: int, is_write: int, data: memoryview) -> None:
        self.address = address
        self.offset = offset
        self.size = size
        self.is_write = is_write
        self.data = data

    @property
    def value(self) -> int:
        """The bytes as a number, little endian as the bus is."""
        return int.from_bytes(self.data, "little")

    @value.setter
    def value(self, number: int) -> None:
        self.data[:] = number.to_bytes(self.size, "little")

    def __repr__(self) -> str:
        word = "write of" if self.is_write else "read, so far"
        return f"<Access at {self.address:#x}: {word} {self.value:#x}, {self.size} bytes>"


class Loop:
    """Runs a vCPU, and calls for each exit its handler, until one has none.

    A handler of ports or memory gets an Access. To a read it returns the answer, a number or the bytes; None is
    what it has put into `access.data`, at first zeros. Other handlers get the VcpuExit. An access belongs to the
    range that has its first address.

    An exception of a handler leaves run(); the access stays unanswered. The vCPU is the loop's until run() ends: other
    threads may stop() it, and kick the vCPU.

    `seen`, if it is set, is called with the reason of each exit, before its handler.

    @param control  The group that the vCPU is in, if it is: the loop goes on behind pauses, and work is done.
    @param signo    The signal that gets it out of KVM_RUN, else; the library's empty handler is installed for it.
    """

    def __init__(self, vcpu: Vcpu, *, control: Control | None = None, signo: int | None = None) -> None:
        if not isinstance(vcpu, Vcpu):
            raise TypeError(f"a Vcpu is wanted, not {type(vcpu).__name__}")
        self.vcpu = vcpu
        self._is_grouped = control is not None
        self._enter = library.kvmlib_control_run if control is not None else _quick.run
        self._signo = signal.SIGRTMIN if signo is None else signo
        self._ports = Ranges("ports", 1 << 16)
        self._memory = Ranges("addresses", 1 << 64)
        self._exits: dict[int, Callable[[VcpuExit], Any]] = {}
        self.seen: Callable[[int], Any] | None = None
        self._stopping = False
        self._view = functools.lru_cache(maxsize=64)(functools.partial(_view, vcpu))
        self._io, self._mmio = kvmlib_exit_io(), kvmlib_exit_mmio()
        self._io_at, self._mmio_at = ctypes.byref(self._io), ctypes.byref(self._mmio)
        if not self._is_grouped:
            _install(vcpu, self._signo)

    def ports(self, first: int | None = None, length: int = 1) -> Callable[[_Handler], _Handler]:
        """Handle accesses to ports; without a range, those to all ports that no range has."""
        return functools.partial(_added, self._ports, first, length)

    def memory(self, first: int | None = None, length: int = 1) -> Callable[[_Handler], _Handler]:
        """Handle accesses to guest addresses without memory; without a range, all that no range has."""
        return functools.partial(_added, self._memory, first, length)

    def on(self, reason: int) -> Callable[[_Handler], _Handler]:
        """Handle the exits of one reason; a kick is Exit.INTR, and so are other signals then."""
        if reason in (_IO, _MMIO):
            raise ValueError(f"{Exit(reason).name} is handled by {'ports' if reason == _IO else 'memory'}()")
        if reason in self._exits:
            raise ValueError(f"{Exit(reason).name} is handled already: {self._exits[reason]!r}")

        def add(handler: _Handler) -> _Handler:
            self._exits[int(reason)] = handler
            return handler
        return add

    def run(self) -> VcpuExit:
        """Run until an exit that has no handler, or stop(), and return the last exit."""
        vcpu = self.vcpu
        with vcpu._alone:
            if not self._is_grouped:
                vcpu.bind(self._signo)
            gate, ref, reason_of = vcpu._gate, vcpu._ref, _quick.exit_reason
            answers = {_IO: self._answer_io, _MMIO: self._answer_mmio}
            while True:
                vcpu._run_once(gate, ref, self._enter)
                reason = reason_of(ref)
                if self.seen is not None:
                    self.seen(reason)
                if not answers.get(reason, self._answer_other)(ref):
                    return VcpuExit(vcpu)

    def stop(self) -> None:
        """End the run, or the next one if there is none; any thread, handlers too.

        What the guest is in the middle of is finished first: its state is whole then. The exit is Exit.INTR.
        """
        self._stopping = True
        self.vcpu.kick()

    def thread(self) -> LoopThread:
        """Run in a thread: `with loop.thread() as thread:` starts it, and stops it at the end."""
        return LoopThread(self)

    def _answer_io(self, ref: Any) -> bool:
        result = _quick.exit_io(ref, self._io_at)
        if result < 0:
            errors.check(result, None, None)
        address, is_write, size, port, count = _io_members(self._io)
        found = self._ports.find(port)
        if found is None:
            return False
        data = self._view(address, size * count)
        if count == 1:
            _answer(found, Access(port, port - found.first, size, is_write, data))
        else:
            for at in range(0, size * count, size):
                _answer(found, Access(port, port - found.first, size, is_write, data[at:at + size]))
        return True

    def _answer_mmio(self, ref: Any) -> bool:
        result = _quick.exit_mmio(ref, self._mmio_at)
        if result < 0:
            errors.check(result, None, None)
        gpa, address, length, is_write = _mmio_members(self._mmio)
        found = self._memory.find(gpa)
        if found is None:
            return False
        _answer(found, Access(gpa, gpa - found.first, length, is_write, self._view(address, length)))
        return True

    def _answer_other(self, ref: Any) -> bool:
        reason = _quick.exit_reason(ref)
        is_kick = reason == _INTR and bool(library.kvmlib_vcpu_exit_kicked(ref))
        if is_kick and self._stopping:
            self._stopping = False
            return False
        handler = self._exits.get(reason)
        if handler is not None:
            handler(VcpuExit(self.vcpu))
            return True
        return reason == _INTR and (self._is_grouped or not is_kick)


def _added(ranges: Ranges, first: int | None, length: int, handler: _Handler) -> _Handler:
    ranges.add(first, length, handler)
    return handler


def _view(vcpu: Vcpu, address: int, size: int) -> memoryview:
    return memory_at(address, size, vcpu)


def _answer(found: Range, access: Access) -> None:
    if access.is_write:
        found.handler(access)
        return
    access.data[:] = bytes(access.size)
    answer = found.handler(access)
    if answer is not None:
        _store(found, access, answer)


def _store(found: Range, access: Access, answer: Any) -> None:
    if isinstance(answer, int):
        if not 0 <= answer < 1 << 8 * access.size:
            raise ValueError(f"{found!r} answered {answer:#x} to a read of {access.size} bytes")
        access.data[:] = answer.to_bytes(access.size, "little")
        return
    content = bytes(memoryview(answer))
    if len(content) != access.size:
        raise ValueError(f"{found!r} answered {len(content)} bytes to a read of {access.size}")
    access.data[:] = content


def _install(vcpu: Vcpu, signo: int) -> None:
    systems = [one for one in _kept(vcpu._ref) if one._type_.__name__ == "kvmlib_system"]
    library.kvmlib_kick_handler_install(systems[0], signo)


def _kept(ref: Any) -> Iterator[Any]:
    """A reference, and what keeps it alive: its VM, and the system in the end."""
    if isinstance(ref, (list, tuple)):
        for one in ref:
            yield from _kept(one)
    elif isinstance(ref, ctypes._Pointer):
        yield ref
        yield from _kept(getattr(ref, "keep", None))


class LoopThread(threading.Thread):
    """A thread that runs a loop; result() is what run() returned or raised."""

    def __init__(self, loop: Loop) -> None:
        super().__init__(name=f"vcpu{loop.vcpu.id()}", daemon=True)
        self._loop = loop
        self._exit: VcpuExit | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """What the thread does."""
        try:
            self._exit = self._loop.run()
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self._error = error

    def result(self, timeout: float | None = None) -> VcpuExit | None:
        """Wait for the end of the loop: its last exit, or the exception that ended it."""
        self.join(timeout)
        if self.is_alive():
            raise TimeoutError(f"{self.name} still runs after {timeout} seconds")
        if self._error is not None:
            raise self._error
        return self._exit

    def __enter__(self) -> LoopThread:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self.is_alive():
            self._loop.stop()
        self.join()
        if kind is None and self._error is not None:
            raise self._error
