# SPDX-License-Identifier: LGPL-2.1-or-later
"""Enumerations in which the numbers of a newer kernel survive."""

from __future__ import annotations

import enum
from typing import Any


class IntEnum(enum.IntEnum):
    """An unknown number becomes a member of its own, named after it."""

    @classmethod
    def _missing_(cls, value: Any) -> Any:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value:#x}"
        member._value_ = value
        return member

    def __str__(self) -> str:
        return self.name


class IntFlag(enum.IntFlag, boundary=enum.KEEP):
    """Unknown bits are kept."""
