# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the library tells while it works: a function that gets its events."""

from __future__ import annotations

from typing import Any, Callable

from . import errors
from ._generated.enums import LogLevel

Log = Callable[[LogLevel, str, dict[str, Any]], Any]


def guarded(log: Log | None) -> Callable[[int, str, list[Any]], int] | None:
    """A log for C. One that raises stops nothing: its exception is shown as that of a destructor is."""
    if log is None:
        return None
    if not callable(log):
        raise TypeError(f"a function is wanted as log, not {type(log).__name__}")

    called = log

    def tell(level: int, message: str, fields: list[Any]) -> int:
        try:
            called(LogLevel(level), message, {field.key.decode(): _value(field) for field in fields})
        except BaseException as error:  # pylint: disable=broad-exception-caught
            errors.unraisable(error)
        return 0
    return tell


def _value(field: Any) -> int | str:
    return int(field.number) if field.text is None else str(field.text.decode(errors="replace"))
