# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signals around KVM_RUN: let through inside of it alone, so that none comes just before and is lost.

Python runs its handlers between its own instructions. A Ctrl-C that comes after the last of them and
before KVM_RUN would be noticed when the guest exits, which may be never.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from typing import Any

_SIG_BLOCK, _SIG_SETMASK = 0, 2
_SET_SIZE = 128

_libc = ctypes.CDLL(None)
_sigmask = _libc.pthread_sigmask
_all = ctypes.create_string_buffer(b"\xff" * _SET_SIZE, _SET_SIZE)
_main = threading.main_thread().ident


class Gate:
    """One vCPU's: the mask of the thread becomes that of KVM_RUN, and outside of it all is blocked."""

    __slots__ = ("_before", "_inside", "_set")

    def __init__(self, set_mask: Any) -> None:
        self._before = ctypes.create_string_buffer(_SET_SIZE)
        self._inside: bytes | None = None
        self._set = set_mask

    def __enter__(self) -> None:
        if threading.get_ident() != _main:
            self._open()
            return
        _sigmask(_SIG_BLOCK, _all, self._before)
        if self._before.raw[:8] != self._inside:
            self._close()

    def __exit__(self, *_: object) -> None:
        if threading.get_ident() == _main:
            _sigmask(_SIG_SETMASK, self._before, None)

    def _close(self) -> None:
        try:
            self._set(int.from_bytes(self._before.raw[:8], sys.byteorder))
        except BaseException:
            _sigmask(_SIG_SETMASK, self._before, None)
            raise
        self._inside = self._before.raw[:8]

    def _open(self) -> None:
        """Another thread than the main one: its own mask holds."""
        if self._inside is not None:
            self._set(None)
            self._inside = None
