# SPDX-License-Identifier: LGPL-2.1-or-later
"""Why a run ended, and what the exit came with."""

from __future__ import annotations

import ctypes
import functools
from typing import TYPE_CHECKING, Any

from ._generated.enums import Exit
from ._layout import ARCHITECTURE
from ._library import library

if TYPE_CHECKING:
    from .vcpu import Vcpu

# The payloads that are not called as the reason is.
_DEBUG = {"x86_64": "exit_debug", "arm64": "exit_arm_debug", "s390x": "exit_s390_debug", "ppc64le": "exit_ppc_debug"}
_PAYLOADS = {
    Exit.DEBUG: _DEBUG.get(ARCHITECTURE, "exit_debug"), Exit.X86_RDMSR: "exit_msr", Exit.X86_WRMSR: "exit_msr",
    Exit.ARM_LDST64B: "exit_arm_nisv", Exit.XEN: "exit_xen_hcall",
}


class VcpuExit:
    """An exit of a vCPU: good until its next run.

    Members of the payload are attributes: `exit.port`, `exit.gpa`. `data` of ports and memory is a
    memoryview of the run page: writing to it answers a read.
    """

    def __init__(self, vcpu: Vcpu) -> None:
        self._vcpu = vcpu
        self.reason = Exit(vcpu.exit_reason())
        self._number = vcpu.runs

    @property
    def kicked(self) -> bool:
        """Whether a kick ended the run."""
        return bool(self._current().exit_kicked())

    @property
    def owes(self) -> str:
        """What the VMM has to do about it."""
        words = library.kvmlib_exit_owes(self.reason)
        return str(words.decode()) if words else ""

    @property
    def payload(self) -> Any:
        """The struct that it came with, or None."""
        accessor = getattr(self._current(), _PAYLOADS.get(self.reason, f"exit_{self.reason.name.lower()}"), None)
        return accessor() if accessor else None

    @property
    def data(self) -> memoryview:
        """The bytes of a port or memory access, in place."""
        payload = self.payload
        size = payload.size * payload.count if self.reason == Exit.IO else payload.len
        return memory_at(payload.data, size, self._vcpu)

    @property
    def value(self) -> int:
        """The bytes of an access as a number, little endian as the bus is."""
        return int.from_bytes(self.data, "little")

    @value.setter
    def value(self, number: int) -> None:
        data = self.data
        data[:] = number.to_bytes(len(data), "little")

    def _current(self) -> Vcpu:
        if self._vcpu.runs != self._number:
            raise ValueError("the vCPU has run since: this exit is gone")
        return self._vcpu

    def __getattr__(self, name: str) -> Any:
        payload = None if name.startswith("_") else self.payload
        if payload is None or not hasattr(payload, name):
            raise AttributeError(f"an exit of {self.reason.name} has no {name}")
        return getattr(payload, name)

    def __repr__(self) -> str:
        if self._vcpu.closed or self._vcpu.runs != self._number:
            return f"<VcpuExit {self.reason.name}, gone>"
        return self._vcpu.exit_describe()


@functools.lru_cache(maxsize=64)
def _bytes_of(size: int) -> Any:
    class View(ctypes.c_char * size):  # type: ignore[misc]
        """Bytes, and whom they belong to."""

        __hash__ = object.__hash__

    return View


def memory_at(address: int, size: int, owner: Any) -> memoryview:
    """A writable view of memory in this process; what it belongs to is kept as long as it."""
    view = _bytes_of(size).from_address(address)
    view.owner = owner, owner._ref
    return memoryview(view).cast("B")
