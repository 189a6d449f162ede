# SPDX-License-Identifier: LGPL-2.1-or-later
"""Handlers by ranges of addresses, of which no two overlap."""

from __future__ import annotations

import bisect
from typing import Any, Callable

Handler = Callable[[Any], Any]


class Range:
    """Some addresses, and who handles accesses to them."""

    __slots__ = ("end", "first", "handler")

    def __init__(self, first: int, length: int, handler: Handler) -> None:
        self.first = first
        self.end = first + length
        self.handler = handler

    def __repr__(self) -> str:
        name = getattr(self.handler, "__qualname__", repr(self.handler))
        return f"{name} at {self.first:#x} to {self.end - 1:#x}"


class Ranges:
    """Ranges in their order, and one for all addresses that have none."""

    def __init__(self, what: str, size: int) -> None:
        self._what = what
        self._size = size
        self._firsts: list[int] = []
        self._ranges: list[Range] = []
        self.others: Range | None = None

    def add(self, first: int | None, length: int, handler: Handler) -> None:
        """Give a range to a handler; first None is all that no range has."""
        if not callable(handler):
            raise TypeError(f"a handler is wanted, not {type(handler).__name__}")
        if first is None:
            self._add_others(handler)
        else:
            self._add(Range(*self._inside(first, length), handler))

    def _add_others(self, handler: Handler) -> None:
        if self.others is not None:
            raise ValueError(f"{self._what} without a range are handled already: {self.others!r}")
        self.others = Range(0, self._size, handler)

    def _inside(self, first: int, length: int) -> tuple[int, int]:
        for number in (first, length):
            if not isinstance(number, int):
                raise TypeError(f"an integer is wanted, not {type(number).__name__}")
        if first < 0 or length < 1 or first + length > self._size:
            raise ValueError(f"wanted: {self._what} below {self._size:#x}, not {length:#x} at {first:#x}")
        return first, length

    def _add(self, new: Range) -> None:
        place = bisect.bisect(self._firsts, new.first)
        for old in self._ranges[max(place - 1, 0):place + 1]:
            if old.first < new.end and new.first < old.end:
                raise ValueError(f"{self._what} of {new!r} overlap {old!r}")
        self._firsts.insert(place, new.first)
        self._ranges.insert(place, new)

    def find(self, address: int) -> Range | None:
        """Who handles an address."""
        place = bisect.bisect(self._firsts, address)
        if place:
            found = self._ranges[place - 1]
            if address < found.end:
                return found
        return self.others
