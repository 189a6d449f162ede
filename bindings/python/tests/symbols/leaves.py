# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether C's memory is given back."""

import ctypes
import gc

TIMES = 64


class _Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks",
                                                     "fsmblks", "uordblks", "fordblks", "keepcost")]


def _allocated():
    gc.collect()
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _Mallinfo
    about = mallinfo()
    return about.uordblks + about.hblkhd


def leaves_nothing(make):
    """What is made and dropped is gone: C's memory is as it was, once Python's own caches are full."""
    assert any(_growth(make) < TIMES * 32 for _ in range(8))


def _growth(make):
    before = _allocated()
    for _ in range(TIMES):
        make()
    return _allocated() - before
