# SPDX-License-Identifier: LGPL-2.1-or-later
"""A guest that runs is handed over to another host."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from .state import StatePlan

if TYPE_CHECKING:
    from .vm import Vm


class Pages(NamedTuple):
    """Pages that are sent; data is None where all are zeros."""

    gpa: int
    length: int
    space: int
    data: bytes | None


def _pages(rows: list[Any]) -> list[Pages]:
    return [Pages(row.gpa, row.length, row.space, ctypes.string_at(row.data, row.length) if row.data else None)
            for row in rows]


def move(vm: Vm, send: Callable[[list[Pages]], Any], hand_over: Callable[[bytes], Any], *,
         plan: StatePlan | None = None, **options: Any) -> Any:
    """Move a VM; see Vm.move()."""
    own = StatePlan(vm) if plan is None else plan
    return own.move_run(vm.memory.dirty, pages=lambda rows: send(_pages(rows)) and 0,
                        state=lambda state: hand_over(bytes(state)) and 0, **options)
