# SPDX-License-Identifier: LGPL-2.1-or-later
"""Structs that say what they hold, and refuse a number that does not fit."""

from __future__ import annotations

import ctypes
from typing import Any


class _Record:
    _fields_: Any

    def __setattr__(self, name: str, value: Any) -> None:
        before = getattr(self, name, None)
        super().__setattr__(name, value)
        if isinstance(value, int) and isinstance(before, int) and getattr(self, name) != value:
            super().__setattr__(name, before)
            raise OverflowError(f"{type(self).__name__}.{name} can't hold {value:#x}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._shown())})"

    def _shown(self) -> list[str]:
        found = []
        for name, *_ in self._fields_:
            if not name.startswith(("pad", "reserved")):
                found.append(f"{name}={_show(getattr(self, name))}")
        return found

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and bytes(self) == bytes(other)  # type: ignore[call-overload]

    __hash__ = None  # type: ignore[assignment]


def _show(value: Any) -> str:
    if isinstance(value, int):
        return hex(value) if value > 9 else str(value)
    if isinstance(value, ctypes.Array):
        return "[" + ", ".join(_show(one) for one in value) + "]"
    return repr(value)


class Struct(_Record, ctypes.Structure):
    """A struct of C."""


class Union(_Record, ctypes.Union):
    """A union of C."""

    def _shown(self) -> list[str]:
        return [f"{bytes(self).hex()}"]
