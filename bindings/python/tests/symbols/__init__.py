# SPDX-License-Identifier: LGPL-2.1-or-later
"""What each exported symbol does, seen from Python: tables, and functions that cover several symbols each.

All go by the generated methods, whatever the classes make of them for those who use them.
"""

import functools
import inspect

from kvmlib._generated import calls, sim_calls

COVERED = {}


def covers(*symbols):
    """The function fails if one of these does nothing; it gets machines of its own."""
    def note(function):
        for symbol in symbols:
            name = f"kvmlib_{symbol}"
            assert name not in COVERED, name
            COVERED[name] = function
        return function
    return note


class Plain:
    """A handle's generated methods."""

    def __init__(self, handle):
        self._handle = handle

    def __getattr__(self, name):
        for base in inspect.getmro(type(self._handle)):
            if base.__module__ in (calls.__name__, sim_calls.__name__) and name in vars(base):
                return functools.partial(vars(base)[name], self._handle)
        raise AttributeError(name)


plain = Plain
