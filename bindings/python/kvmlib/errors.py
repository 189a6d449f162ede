# SPDX-License-Identifier: LGPL-2.1-or-later
"""Failed calls as exceptions, with what the library knows about the failure.

Each is an OSError; the classes are families of causes. An exception of a callback is kept while C
returns, and raised where the call was made.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
import threading
from typing import Any, Callable

from ._error import KvmError
from ._generated import families
from ._generated.enums import Cause, Value
from ._generated.families import *  # noqa: F401,F403  pylint: disable=wildcard-import,unused-wildcard-import

_MAX_CANDIDATES = 16
_library: Any = None
_raised = threading.local()


def use(library: ctypes.CDLL) -> None:
    """Take the records of errors from here."""
    global _library  # pylint: disable=global-statement
    _library = library


def check(result: int, _function: Any, _arguments: Any) -> int:
    """What the library's functions answer, or the exception for it."""
    if result < 0:
        _raise_callbacks()
        raise _of_record(-result)
    return result


def check_sim(result: int, function: Any, _arguments: Any) -> int:
    """As check(), for the simulated kernel, which keeps no record."""
    if result < 0:
        raise OSError(-result, f"{function.__name__}: {os.strerror(-result)}")
    return result


def _raise_callbacks() -> None:
    error = getattr(_raised, "error", None)
    if error is not None:
        _raised.error = None
        raise error


def guarded(called: Callable[..., Any], restype: Any) -> Callable[..., Any]:
    """A callback for C: its exception becomes -ECANCELED, and is raised by the call that C returns from."""
    def safely(*arguments: Any) -> Any:
        try:
            result = called(*arguments)
        except BaseException as error:  # pylint: disable=broad-exception-caught
            return _keep(error, restype)
        return None if restype is None else int(result or 0)
    return safely


def _keep(error: BaseException, restype: Any) -> int | None:
    if restype is None:
        unraisable(error)
        return None
    _raised.error = error
    return -errno.ECANCELED


def unraisable(error: BaseException) -> None:
    """Show an exception that no call can raise."""
    sys.unraisablehook(_Unraisable(error))  # type: ignore[arg-type]


class _Unraisable:
    """What sys.unraisablehook() wants to know."""

    def __init__(self, error: BaseException) -> None:
        self.exc_type = type(error)
        self.exc_value = error
        self.exc_traceback = error.__traceback__
        self.err_msg = "in a callback that can't fail"
        self.object = None


def _text(words: bytes | None) -> str | None:
    return None if words is None else words.decode(errors="replace")


def _message(number: int) -> str:
    buffer = ctypes.create_string_buffer(1024)
    _library.kvmlib_error_format(buffer, len(buffer))
    return buffer.value.decode(errors="replace") or os.strerror(number)


def _values() -> dict[Value, int]:
    found = {}
    number = ctypes.c_uint64()
    for kind in Value:
        if _library.kvmlib_error_value(kind, ctypes.byref(number)) == 0:
            found[kind] = number.value
    return found


def _candidates() -> tuple[Cause, ...]:
    causes = (ctypes.c_uint32 * _MAX_CANDIDATES)()
    count = _library.kvmlib_error_candidates(causes, _MAX_CANDIDATES)
    return tuple(Cause(one) for one in causes[:min(count, _MAX_CANDIDATES)])


def _of_record(number: int) -> KvmError:
    """The exception for this thread's record; a call that left none has only its errno."""
    if _library.kvmlib_error_errno() != number:
        return KvmError(number, os.strerror(number))
    cause = Cause(_library.kvmlib_error_cause())
    error = families.OF_CAUSE.get(cause.name, KvmError)(number, _message(number))
    error.cause = cause
    error.function = _text(_library.kvmlib_error_function())
    error.ioctl = _text(_library.kvmlib_error_call())
    error.subject = _text(_library.kvmlib_error_subject())
    error.sentence = _text(_library.kvmlib_error_sentence())
    error.hint = _text(_library.kvmlib_error_hint())
    error.values = _values()
    error.candidates = _candidates()
    return error
