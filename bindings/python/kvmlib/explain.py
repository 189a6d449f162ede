# SPDX-License-Identifier: LGPL-2.1-or-later
"""Why calls of the kernel fail, by the library's table."""

from __future__ import annotations

import errno
from typing import Any, NamedTuple

from ._generated import calls
from ._generated.enums import Cause


class Explanation(NamedTuple):
    """One way in which a call fails."""

    call: str
    error: str
    sentence: str
    action: str
    hint: str
    cause: Cause
    errno: int


def explain(call: str | None = None, error: int = 0) -> list[Explanation]:
    """Why a call may fail.

    @param call   Its name, as "KVM_CREATE_VM"; None: all there are.
    @param error  The errno to look for; 0: all of them.
    """
    found: list[Explanation] = []
    while True:
        try:
            row = calls.explain(call, error, len(found))
        except OSError as ended:
            if ended.errno != errno.ENOENT:
                raise
            return found
        found.append(_explanation(row))


def _explanation(row: Any) -> Explanation:
    call, error, sentence, action, hint = [(word or b"").decode() for word in (row.call, row.error, row.sentence,
                                                                               row.action, row.hint)]
    return Explanation(call, error, sentence, action, hint, Cause(row.cause), row.errnum)
