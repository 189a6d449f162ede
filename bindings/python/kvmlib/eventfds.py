# SPDX-License-Identifier: LGPL-2.1-or-later
"""Eventfds that raise interrupts, and eventfds that guests write to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ._generated.calls import IoeventfdCalls, IrqfdCalls
from ._generated.constants import EVENTFD_NEW
from ._library import library
from .vm import Vm

if TYPE_CHECKING:
    from .routes import Route

# Type checkers' tables don't have them yet.
_eventfd_read: Any = getattr(os, "eventfd_read")
_eventfd_write: Any = getattr(os, "eventfd_write")


class Irqfd(IrqfdCalls):
    """An eventfd that raises a route's interrupt.

    @param route     The route.
    @param fd        An eventfd (os.eventfd()), which has to stay open; None: one that is made for it.
    @param level     Whether the interrupt stays up until the guest ends it.
    @param resample  With level: the eventfd that tells of the end; None: one that is made for it.
    """

    def __init__(self, route: Route, fd: int | None = None, *, level: bool = False,
                 resample: int | None = None) -> None:
        own = EVENTFD_NEW if fd is None else fd
        if level:
            self._become(route.irqfd_attach_level(own, EVENTFD_NEW if resample is None else resample))
        else:
            self._become(route.irqfd_attach(own))

    def trigger(self) -> None:
        """Raise it."""
        _eventfd_write(self.fd(), 1)

    def ended(self) -> bool:
        """Whether the guest has ended it since the last time that this was asked."""
        try:
            return int(_eventfd_read(self.resample_fd())) > 0
        except BlockingIOError:
            return False

    def fileno(self) -> int:
        """The eventfd, for select and its like."""
        return self.fd()

    def _about(self) -> str:
        return f" fd {library.kvmlib_irqfd_fd(self._ref)}"


class Ioeventfd(IoeventfdCalls):
    """An eventfd that a guest's write to an address signals; the write is no exit.

    @param vm       The VM.
    @param address  Guest physical address, or port.
    @param length   1, 2, 4 or 8; 0: any.
    @param fd       An eventfd, which has to stay open; None: one that is made for it.
    @param options  datamatch, flags, name.
    """

    def __init__(self, vm: Vm, address: int, length: int = 0, fd: int | None = None, **options: Any) -> None:
        own = EVENTFD_NEW if fd is None else fd
        self._become(vm.ioeventfd_attach(own, address=address, length=length, **options))

    def read(self) -> int:
        """How often it was signalled since the last time; 0 at once where it was not."""
        try:
            return int(_eventfd_read(self.fd()))
        except BlockingIOError:
            return 0

    def fileno(self) -> int:
        """The eventfd, for select and its like."""
        return self.fd()

    def _about(self) -> str:
        return f" fd {library.kvmlib_ioeventfd_fd(self._ref)}"
