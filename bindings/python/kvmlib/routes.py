# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where interrupts go: a table of named routes."""

from __future__ import annotations

import errno
import threading
from types import TracebackType
from typing import Any

from . import structs
from ._generated.calls import RouteCalls, RoutesCalls, RoutesChangeCalls
from ._generated.constants import ROUTES_ANY_GSI
from ._generated.enums import IrqRouting
from .eventfds import Irqfd
from .irqchip import msi
from .vm import Vm


def to_pin(chip: int, pin: int, gsi: int = ROUTES_ANY_GSI) -> Any:
    """An entry that leads to a pin of an interrupt controller."""
    entry = structs.kvmlib_irq_routing_entry(gsi=gsi, type=IrqRouting.IRQCHIP)
    entry.u.irqchip = structs.kvmlib_irq_routing_irqchip(irqchip=chip, pin=pin)
    return entry


def to_message(address: int, data: int, devid: int = 0, gsi: int = ROUTES_ANY_GSI) -> Any:
    """An entry that leads to a message (MSI)."""
    entry = structs.kvmlib_irq_routing_entry(gsi=gsi, type=IrqRouting.MSI)
    entry.u.msi = msi(address, data, devid)
    return entry


class Route(RouteCalls):
    """One route of a table; closed when it is removed."""

    def _made(self) -> None:
        # The table's: a route is not looked at while one is removed.
        self._table = threading.RLock()

    def _of(self, table: Any) -> Route:
        self._table = table
        return self

    def gsi(self) -> int:
        """Its GSI."""
        with self._table:
            return super().gsi()

    def name(self) -> str:
        """Its name, "" where it has none."""
        with self._table:
            return super().name() or ""

    def set_msi(self, msi: Any) -> None:  # pylint: disable=redefined-outer-name
        """Let a message go elsewhere, at once; see irqchip.msi()."""
        with self._table:
            super().set_msi(msi)

    def irqfd_attach(self, fd: int, flags: int = 0) -> Irqfd:
        """Let an eventfd raise it, by an edge; see Irqfd."""
        with self._table:
            return super().irqfd_attach(fd, flags)

    def irqfd_attach_level(self, fd: int, resample_fd: int, flags: int = 0) -> Irqfd:
        """Let an eventfd raise it, by a level; see Irqfd."""
        with self._table:
            return super().irqfd_attach_level(fd, resample_fd, flags)

    def _about(self) -> str:
        return f" {self.name()!r}, GSI {self.gsi()}"


class RoutesChange(RoutesChangeCalls):
    """A change of a table: it happens as a whole at the end of `with`, or not at all."""

    _table: Any

    def _made(self) -> None:
        self._removed: list[Route] = []
        self._added: list[Route] = []

    def _of(self, table: Any) -> RoutesChange:
        self._table = table
        return self

    def add(self, name: str | None, entry: Any) -> Route:
        """Add a route; see Routes.add()."""
        with self._table:
            self._added.append(super().add(name or "", entry)._of(self._table))
            return self._added[-1]

    def set(self, route: Route, entry: Any) -> None:
        """Let a route lead elsewhere."""
        with self._table:
            super().set(route, entry)

    def remove(self, route: Route) -> None:
        """Remove a route."""
        with self._table:
            super().remove(route)
            self._removed.append(route)

    def commit(self) -> None:
        """Make it happen; the change ends, whether it can or not."""
        with self._table:
            try:
                super().commit()
            except BaseException:
                self._end(self._added)
                raise
            self._end(self._removed)

    def abort(self) -> None:
        """Forget it."""
        with self._table:
            super().abort()
            self._end(self._added)

    def _end(self, gone: list[Route]) -> None:
        for route in gone if self.closed else ():
            route.close()

    def close(self) -> None:
        """Forget it, unless it has ended."""
        if not self.closed:
            with self._table:
                if not self.closed:
                    self.abort()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if kind is None and not self.closed:
            self.commit()
        self.close()

    def __del__(self) -> None:
        self.close()


class Routes(RoutesCalls):
    """The routes of a VM's interrupts: `routes["ioapic4"]` is one, by its name.

    `with routes.change() as change:` makes any number of changes by one call of KVM, or none.

    @param options  nr_pins, first_gsi, flags.
    """

    def __init__(self, vm: Vm, **options: Any) -> None:
        self._become(vm.routes_new(**options))
        vm._routed(self)

    def _made(self) -> None:
        self._table = threading.RLock()

    def add(self, name: str | None, entry: Any) -> Route:
        """Add a route.

        @param name   At most 29 bytes; None: it has none.
        @param entry  Where it goes: to_pin(), to_message().
        """
        with self._table:
            return super().add(name or "", entry)._of(self._table)

    def remove(self, route: Route | str) -> None:
        """Remove a route, which is closed."""
        gone = self[route] if isinstance(route, str) else route
        with self._table:
            super().remove(gone)
            gone.close()

    def change(self) -> RoutesChange:
        """Begin a change."""
        return self.begin()

    def begin(self) -> RoutesChange:
        """Begin a change."""
        return super().begin()._of(self._table)

    def find(self, name: str) -> Route:
        """A route by its name; ENOENT where there is none."""
        with self._table:
            return super().find(name)._of(self._table)

    def __getitem__(self, name: str) -> Route:
        route = self.get(name)
        if route is None:
            raise KeyError(name)
        return route

    def get(self, name: str) -> Route | None:
        """A route by its name, or None."""
        try:
            return self.find(name)
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise
            return None

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __len__(self) -> int:
        return self.count()

    def _about(self) -> str:
        return f" with {len(self)}"
