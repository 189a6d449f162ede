# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guest writes that KVM collects, and hands over with the next exit."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from ._generated.calls import CoalescedCalls
from ._generated.constants import COALESCED_PIO
from .vcpu import Vcpu
from .vm import Vm


class Write(NamedTuple):
    """A write of the guest's."""

    address: int
    data: bytes
    is_port: bool

    @property
    def value(self) -> int:
        """The data as a number."""
        return int.from_bytes(self.data, "little")


class Coalesced(CoalescedCalls):
    """The reader of a VM's coalesced writes.

    @param handler  Called as handler(vcpu, write) for each Write, by drain(), or by a Control that has it. What it
                    raises comes out of that call; the writes after that one are left for the next time.
    """

    def __init__(self, vm: Vm, handler: Callable[[Vcpu, Write], Any]) -> None:
        if not callable(handler):
            raise TypeError(f"a function is wanted as handler, not {type(handler).__name__}")
        self._become(vm.coalesced_new(handler=lambda vcpu, write: handler(vcpu, _write(write)) and None))

    def add(self, address: int, length: int, flags: int = 0) -> None:
        """Have KVM collect the writes to a range of guest memory; flags COALESCED_PIO: of ports."""
        super().add(address, length, flags)

    def remove(self, address: int, length: int, flags: int = 0) -> None:
        """Have them exits again."""
        super().remove(address, length, flags)

    def add_ports(self, port: int, length: int) -> None:
        """Have KVM collect the writes to ports."""
        self.add(port, length, COALESCED_PIO)


def _write(write: Any) -> Write:
    return Write(write.address, bytes(write.data[:write.length]), bool(write.flags & COALESCED_PIO))
