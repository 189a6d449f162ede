# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signals around KVM_RUN: let through inside of it alone, so that none comes just before and is lost.

Python runs its handlers between its own instructions. A Ctrl-C that comes after the last of them and
before KVM_RUN would be noticed when the guest exits, which may be never.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from typing import Any

_SIG_BLOCK, _SIG_SETMASK = 0, 2
_SET_SIZE = 128

# It returns at once: not worth letting go of the GIL.
_sigmask = ctypes.PyDLL(None).pthread_sigmask
_sigmask.restype = None
_all = ctypes.byref(ctypes.create_string_buffer(b"\xff" * _SET_SIZE, _SET_SIZE))
_main = threading.main_thread().ident


class Gate:
    """One vCPU's: the mask of the thread becomes that of KVM_RUN, and outside of it all is blocked.

    It knows the vCPU's method weakly: in a cycle with it, the vCPU would wait for the garbage collector.
    """

    __slots__ = ("_before", "_inside", "_method", "_signals")

    def __init__(self, set_mask: Any) -> None:
        room = ctypes.create_string_buffer(_SET_SIZE)
        self._before = ctypes.byref(room)
        self._signals = ctypes.c_uint64.from_buffer(room)
        self._inside: int | None = None
        self._method = weakref.WeakMethod(set_mask)

    def call(self, run: Any, ref: Any) -> int:
        """What enters KVM_RUN for a vCPU."""
        if threading.get_ident() != _main:
            self._open()
            return run(ref)  # type: ignore[no-any-return]
        try:  # Python may look for signals right after the call that blocks them
            _sigmask(_SIG_BLOCK, _all, self._before)
            if self._signals.value != self._inside:
                self._close()
            return run(ref)  # type: ignore[no-any-return]
        finally:
            _sigmask(_SIG_SETMASK, self._before, None)

    def _set(self, mask: int | None) -> None:
        set_mask = self._method()
        if set_mask is not None:
            set_mask(mask)

    def _close(self) -> None:
        self._set(self._signals.value)
        self._inside = self._signals.value

    def _open(self) -> None:
        """Another thread than the main one: its own mask holds."""
        if self._inside is not None:
            self._set(None)
            self._inside = None
