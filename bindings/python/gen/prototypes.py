# SPDX-License-Identifier: LGPL-2.1-or-later
"""restype and argtypes of every function."""

from clang.cindex import TypeKind

from . import output, types

_IMPORTS = """from __future__ import annotations

from ctypes import (CFUNCTYPE, POINTER, c_char, c_char_p, c_double, c_int8, c_int16, c_int32, c_int64, c_uint8,
                    c_uint16, c_uint32, c_uint64, c_void_p)
from typing import Any

from .._layout import *  # noqa: F401,F403  pylint: disable=wildcard-import,unused-wildcard-import

"""


def _result(kind):
    return "None" if kind.kind == TypeKind.VOID else types.of(kind)


def _row(function):
    arguments = ", ".join(types.of(one.type) for one in function.parameters)
    return f'    "{function.name}": ({_result(function.result)}, [{arguments}]),'


def named_structs(functions):
    """Names of the structs that prototypes name."""
    text = "\n".join(_row(one) for one in functions)
    return {word for word in text.replace("(", " ").replace(")", " ").replace("[", " ").replace("]", " ")
            .replace(",", " ").split() if word.startswith(("kvmlib_", "kvm_", "iovec", "sigaction", "stat", "pollfd"))}


def files(functions):
    """prototypes.py."""
    library = [one for one in functions if not one.name.startswith("kvmlib_sim_")]
    sim = [one for one in functions if one.name.startswith("kvmlib_sim_")]
    body = _IMPORTS
    for name, some in (("LIBRARY", library), ("SIM", sim)):
        body += f"{name}: dict[str, tuple[Any, list[Any]]] = {{\n" + "\n".join(map(_row, some)) + "\n}\n\n"
    yield "prototypes.py", output.module("The prototypes of all functions.", body)
