# SPDX-License-Identifier: LGPL-2.1-or-later
"""The exception that all failed calls raise."""

from __future__ import annotations

from ._generated.enums import Cause, Value


class KvmError(OSError):
    """A call failed. `errno` is the kernel's, the rest is what the library knows beside it."""

    cause: Cause = Cause.UNLISTED
    function: str | None = None
    ioctl: str | None = None
    subject: str | None = None
    sentence: str | None = None
    hint: str | None = None
    candidates: tuple[Cause, ...] = ()
    values: dict[Value, int]

    def __str__(self) -> str:
        return str(self.strerror or "")
