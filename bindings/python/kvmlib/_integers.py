# SPDX-License-Identifier: LGPL-2.1-or-later
"""Integers as arguments: one that does not fit is refused, where ctypes would cut it."""

from __future__ import annotations

import ctypes
from typing import Any


class _Checked:
    """Stands in a function's argtypes for an integer of a size."""

    ctype: Any
    low: int
    high: int

    @classmethod
    def from_param(cls, value: Any) -> Any:
        if not isinstance(value, int):
            raise TypeError(f"an integer is wanted, not {type(value).__name__}")
        if not cls.low <= value <= cls.high:
            raise OverflowError(f"{value:#x} does not lie between {cls.low:#x} and {cls.high:#x}")
        return cls.ctype(value)


def _checked(ctype: Any, low: int, high: int) -> Any:
    return type(ctype.__name__, (_Checked,), {"ctype": ctype, "low": low, "high": high})


U8 = _checked(ctypes.c_uint8, 0, 0xFF)
U16 = _checked(ctypes.c_uint16, 0, 0xFFFF)
U32 = _checked(ctypes.c_uint32, 0, 0xFFFF_FFFF)
U64 = _checked(ctypes.c_uint64, 0, 0xFFFF_FFFF_FFFF_FFFF)
S32 = _checked(ctypes.c_int32, -0x8000_0000, 0x7FFF_FFFF)
S64 = _checked(ctypes.c_int64, -0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF)
