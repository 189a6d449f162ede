# SPDX-License-Identifier: LGPL-2.1-or-later
"""A few of the library's functions again, for loops: each answers what C answers, unchecked.

What returns at once is called without letting go of the GIL; it must not call Python back.
"""

from __future__ import annotations

import ctypes
from typing import Any

from ._library import library

_holding = ctypes.PyDLL(library._name, handle=library._handle)
_letting_go = ctypes.CDLL(library._name, handle=library._handle)


def _returning(restype: Any, function: Any) -> Any:
    function.restype = restype
    return function


# Without argtypes, which take longer than the calls: references and byref() alone may be given.
run = _letting_go.kvmlib_vcpu_run
exit_reason = _returning(ctypes.c_uint32, _holding.kvmlib_vcpu_exit_reason)
exit_io = _holding.kvmlib_vcpu_exit_io
exit_mmio = _holding.kvmlib_vcpu_exit_mmio
