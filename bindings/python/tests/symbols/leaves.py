# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether C's memory is given back."""

import ctypes
import gc
import statistics

TIMES = 32
WARM = 4
ROUNDS = 16
# What malloc() takes at least.
LEAST = 32


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
    """What is made and dropped is gone: C's memory is as it was after most rounds.

    Not after each: the simulated kernel uses no number of a descriptor again, and its table of them grows at times.
    """
    gc.collect()
    gc.freeze()  # What is let go of in between is not taken for what is left.
    try:
        grown = [_growth(make) for _ in range(WARM + ROUNDS)][WARM:]
    finally:
        gc.unfreeze()
    assert statistics.median(grown) < TIMES * LEAST // 2, grown


def _growth(make):
    before = _allocated()
    for _ in range(TIMES):
        make()
    return _allocated() - before
