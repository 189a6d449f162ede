# SPDX-License-Identifier: LGPL-2.1-or-later
"""Breakpoints, watchpoints and single steps of a program outside of the guest."""

from __future__ import annotations

from types import TracebackType
from typing import NamedTuple

from ._generated.calls import DebugCalls
from ._generated.enums import DebugFlag, DebugKind
from .memory import Memory
from .vcpu import Vcpu
from .vm import Vm


class Stop(NamedTuple):
    """What a vCPU has stopped at."""

    kind: DebugKind
    pc: int
    address: int


class Point:
    """A breakpoint or watchpoint, until remove() or the end of `with`."""

    def __init__(self, debug: Debug, kind: DebugKind, address: int, length: int) -> None:
        self.kind, self.address, self.length = kind, address, length
        self._debug: Debug | None = debug

    def remove(self) -> None:
        """Take it away; twice is once."""
        debug, self._debug = self._debug, None
        if debug is not None and not debug.closed:
            debug.remove(self.kind, self.address, self.length)

    def __enter__(self) -> Point:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.remove()

    def __repr__(self) -> str:
        gone = ", removed" if self._debug is None else ""
        return f"<Point {self.kind.name} at {self.address:#x}, {self.length} bytes{gone}>"


class Debug(DebugCalls):
    """Points of a VM, and what vCPUs stop at.

        debug = Debug(vm, memory)
        debug.arm(vcpu)
        debug.breakpoint(0x1000)
        if vcpu.run().reason == Exit.DEBUG:
            print(debug.stop(vcpu))
            debug.step(vcpu)

    @param memory  Without it there are no software breakpoints.
    """

    def __init__(self, vm: Vm, memory: Memory | None = None) -> None:
        self._become(vm.debug_new(memory=memory))

    def breakpoint(self, address: int, hardware: bool = False) -> Point:
        """Stop before the instruction at a guest physical address; with hardware it is a linear one."""
        return self.point(DebugKind.HARDWARE if hardware else DebugKind.SOFTWARE, address, 1)

    def watch(self, address: int, length: int = 1, reads: bool = False) -> Point:
        """Stop after writes to 1, 2, 4 or 8 bytes at a linear address, or after any access."""
        return self.point(DebugKind.ACCESSES if reads else DebugKind.WRITES, address, length)

    def point(self, kind: DebugKind, address: int, length: int) -> Point:
        """Add a point of a kind."""
        self.add(kind, address, length)
        return Point(self, kind, address, length)

    def arm(self, vcpu: Vcpu, flags: int = 0) -> None:
        """Have a vCPU stop at the points, or step (DebugFlag)."""
        super().arm(vcpu, flags)

    def step(self, vcpu: Vcpu, block_irqs: bool = False) -> Stop | None:
        """Run one instruction, past a breakpoint too; None: something else than its end ended the run."""
        self.arm(vcpu, DebugFlag.STEP | (DebugFlag.BLOCK_IRQS if block_irqs else 0))
        try:
            vcpu.run()
            return self.stop_or_none(vcpu)
        finally:
            self.arm(vcpu)

    def stop(self, vcpu: Vcpu) -> Stop:  # type: ignore[override]
        """What a vCPU has stopped at, when its exit is Exit.DEBUG."""
        stop = super().stop(vcpu)
        return Stop(DebugKind(stop.kind), stop.pc, stop.address)

    def stop_or_none(self, vcpu: Vcpu) -> Stop | None:
        """The same, and None where the exit is another one."""
        return self.stop(vcpu) if vcpu.exit.reason.name == "DEBUG" else None
