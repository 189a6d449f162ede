# SPDX-License-Identifier: LGPL-2.1-or-later
"""Integers as arguments: one that does not fit is refused, where ctypes would cut it.

Not by argtypes: what a signal's handler raises inside of a converter of theirs would become an ArgumentError.
"""

from __future__ import annotations

from typing import Any, Callable


def _checked(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if not isinstance(value, int):
            raise TypeError(f"an integer is wanted, not {type(value).__name__}")
        if not low <= value <= high:
            raise OverflowError(f"{value:#x} does not lie between {low:#x} and {high:#x}")
        return value
    return check


u8 = _checked(0, 0xFF)
u16 = _checked(0, 0xFFFF)
u32 = _checked(0, 0xFFFF_FFFF)
u64 = _checked(0, 0xFFFF_FFFF_FFFF_FFFF)
s32 = _checked(-0x8000_0000, 0x7FFF_FFFF)
s64 = _checked(-0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF)
