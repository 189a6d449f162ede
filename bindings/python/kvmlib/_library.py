# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shared libraries: found, of the right version, and with the prototypes of the headers.

KVMLIB_LIBRARY_PATH names a folder to take them from in place of the system's.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any, Callable

from . import errors
from ._generated import prototypes
from ._generated.version import VERSION

Prototypes = dict[str, tuple[Any, list[Any]]]


def _open(name: str) -> ctypes.CDLL:
    folder = os.environ.get("KVMLIB_LIBRARY_PATH")
    try:
        return ctypes.CDLL(os.path.join(folder, name) if folder else name)
    except OSError as error:
        raise ImportError(f"{name} can't be loaded ({error}); install kvmlib, run ldconfig, "
                          f"or set KVMLIB_LIBRARY_PATH to the folder that has it", name="kvmlib") from error


def _same_version(loaded: ctypes.CDLL) -> None:
    asked = _function(loaded, "kvmlib_version_string")
    asked.restype = ctypes.c_char_p
    found = (asked() or b"").decode(errors="replace")
    if found != VERSION:
        raise ImportError(f"{loaded._name} is of version {found}, this package of {VERSION}; "
                          f"install both from one release", name="kvmlib")


def _function(loaded: ctypes.CDLL, name: str) -> Any:
    try:
        return getattr(loaded, name)
    except AttributeError:
        raise ImportError(f"{loaded._name} lacks {name}: it is not the library that this package is for; "
                          f"install both from one release", name="kvmlib") from None


def _declare(loaded: ctypes.CDLL, table: Prototypes, check: Callable[..., Any]) -> None:
    for name, (restype, argtypes) in table.items():
        function = _function(loaded, name)
        function.restype = restype
        function.argtypes = argtypes
        if restype in (ctypes.c_int32, ctypes.c_int64) and name not in _UNCHECKED:
            function.errcheck = check


# Getters of the record itself.
_UNCHECKED = {"kvmlib_error_errno", "kvmlib_error_value"}


def _load() -> ctypes.CDLL:
    loaded = _open("libkvmlib.so.0")
    _same_version(loaded)
    _declare(loaded, prototypes.LIBRARY, errors.check)
    errors.use(loaded)
    return loaded


class _Sim:
    """The simulated kernel, loaded when it is first used: it is a library of its own."""

    def __getattr__(self, name: str) -> Any:
        if name not in prototypes.SIM:
            raise AttributeError(name)
        loaded = _open("libkvmlib-sim.so.0")
        _declare(loaded, prototypes.SIM, errors.check_sim)
        self.__dict__.update({function: getattr(loaded, function) for function in prototypes.SIM})
        return getattr(loaded, name)


library = _load()
sim_library = _Sim()
