# SPDX-License-Identifier: LGPL-2.1-or-later
"""Methods of the handles' classes, and functions, one for each of C."""

import re

from clang.cindex import TypeKind

from . import docs, handles, output, shapes, types

# What Python does by hand: iovecs, bitmaps and lists whose length another call tells, tables of system calls, and a
# callback that C may be in when the call's handle is let go of.
BY_HAND = {"kvmlib_memory_iovec", "kvmlib_memory_read_string", "kvmlib_stats_values", "kvmlib_vm_get_dirty_log",
           "kvmlib_vm_clear_dirty_log", "kvmlib_sim_sys_ops", "kvmlib_sys_default", "kvmlib_control_call_begin"}

# Helpers of _call.py. They get an underscore, as parameters have such names, too.
_HELPERS = ("address", "array", "borrow", "claim", "copied", "data", "fixed", "grown", "lent", "owned", "padded",
            "elements", "pinned", "pointer", "reference", "room", "scratch", "string", "taken", "text", "value", "view",
            "wants", "wrapped")

_IMPORTS = """# pylint: disable=too-many-lines,wildcard-import,unused-wildcard-import
# What comes through ctypes is of any type for a type checker.
# mypy: disable-error-code="no-any-return"
from __future__ import annotations

from ctypes import (POINTER, byref, c_char, c_char_p, c_double, c_int32, c_int64, c_uint8, c_uint16, c_uint32,
                    c_uint64, c_void_p, sizeof)
from typing import TYPE_CHECKING, Any, Callable, Sequence

from .._call import Buffer
from .._call import argument_callback as _call
from .._call import member_callback as _callback
{helpers}
from .._handle import Handle
from .._integers import s32, s64, u8, u16, u32, u64
from .._library import {library} as lib
from .._layout import *  # noqa: F401,F403

if TYPE_CHECKING:
    {classes}

"""


def handle_of(function):
    """The handle that a function is a method of, or None."""
    target = types.pointee(function.parameters[0].type) if function.parameters else None
    struct = types.struct(target) if target else None
    made = function.name.endswith(("_ref", "_unref", "_free"))
    return struct if struct in handles.CLASSES and not made else None


def _is_lifetime(function):
    return function.name.endswith(("_ref", "_unref", "_free")) and function.parameters


def _returned(function, results):
    """Expression and annotation of the result."""
    kind = function.result
    counts = docs.counts(function.comment) or not results and kind.kind != TypeKind.INT
    own = [] if kind.kind == TypeKind.VOID else [_own_result(kind)]
    used = any(_uses_result(text) for text, _ in results)
    if results and not types.pointee(kind) and (kind.kind != TypeKind.INT or not counts or used):
        own = []
    if not results and kind.kind == TypeKind.INT and not counts:
        return "", "None"
    every = own + results
    if not every:
        return "", "None"
    if len(every) == 1:
        return every[0]
    return ", ".join(text for text, _ in every), f"tuple[{', '.join(kind for _, kind in every)}]"


# What points into a handle's memory is looked at while a reference is held: another thread may close the handle.
_POINTS = re.compile(r"KEEP|\bresult\b|\bowned\(|\bstring\(")


def _uses_result(text):
    return re.search(r"\bresult\b", text)


def _own_result(kind):
    target = types.pointee(kind)
    struct = types.struct(target) if target else None
    if struct in handles.CLASSES:
        return f"wrapped_or_none({handles.CLASSES[struct][0]!r}, result, KEEP)", f"{handles.CLASSES[struct][0]} | None"
    if types.is_string(kind):
        return "string(result)", "str | None"
    if struct:
        return "copied(result, KEEP)", f"{shapes._named_struct(struct)} | None"
    if target and not types.is_void_pointer(kind):
        return "result", "Any"
    if types.is_void_pointer(kind):
        return "result or 0", "int"
    return "result", "float" if kind.kind == TypeKind.DOUBLE else "int"


def _signature(name, first, pieces, returned):
    plain = [word for piece in pieces for word in piece.signature]
    plain.sort(key=lambda word: " = " in word)
    keywords = [word for piece in pieces for word in piece.keywords]
    words = first + plain + (["*"] + keywords if keywords else [])
    line = f"def {name}({', '.join(words)}) -> {returned}:"
    if len(line) < 108:
        return [line]
    return [f"def {name}("] + [f"    {word}," for word in words] + [f") -> {returned}:"]


def _keep(pieces, is_method):
    words = (["held"] if is_method else []) + [word for piece in pieces for word in piece.keep]
    return "(" + ", ".join(words) + ("," if len(words) == 1 else "") + ")"


def _alone(function, is_method):
    """Whose threads exclude each other: the handle's, or those of the vCPU that it is given."""
    words = docs.thread(function.comment)
    given = [one.name for one in function.parameters[1:] if types.of(one.type) == "POINTER(kvmlib_vcpu)"]
    if not is_method or not words.startswith(("One thread", "The vCPU")) and not docs.ends(function):
        return []
    if not words.startswith("The vCPU") or not given:
        return ["self._alone"] + _beside(function)
    shared = "one thread per" not in words and handle_of(function) not in shapes.FREED
    return [f"{given[0]}._alone"] + ["self._alone"] * (not shared) + _beside(function)


def _beside(function):
    """The other handles of a call that are for one thread."""
    beside = [one.name for one in function.parameters[1:] if shapes.is_freed(one.type)]
    return [f"claim({shapes.safe(name)})" if docs.takes_null(function.comment, name) else f"{shapes.safe(name)}._alone"
            for name in beside]


def lines(function, is_method, name):
    """The lines of one function: helpers are called by the names that they are imported as."""
    for line, is_code in _lines(function, is_method, name):
        yield re.sub(rf"(?<![\w.])({'|'.join(_HELPERS)})\(", r"_\1(", line) if is_code else line


def _lines(function, is_method, name):
    """The lines, and whether they are code."""
    pieces = list(shapes.pieces(function, 1 if is_method else 0))
    results = [result for piece in pieces for result in piece.results]
    own = "self._ended()" if docs.ends(function) else "self._ref"
    arguments = ([own] if is_method else []) + [word for piece in pieces for word in piece.call]
    formats = any(piece.formats for piece in pieces)
    text, returned = ("", "str") if formats else _returned(function, results)
    held = is_method and text != "result" and _POINTS.search(text)
    if held:
        arguments[0] = "held"
    text = text.replace("KEEP", _keep(pieces, is_method)).replace("wrapped_or_none", "wrapped")
    for line in _signature(name, ["self"] if is_method else [], pieces, returned):
        yield line, False
    for line in docs.lines(function.name, function.comment):
        yield f"    {line}".rstrip(), False
    if held:
        yield "    held = self._ref", True
    for line in _body(function, is_method, pieces, arguments, text):
        yield f"    {line}", True


def _body(function, is_method, pieces, arguments, text):
    yield from (line for piece in pieces for line in piece.setup)
    call = f"lib.{function.name}({', '.join(arguments)})"
    indent = ""
    contexts = _alone(function, is_method) + [word for piece in pieces for word in piece.contexts]
    if contexts:
        yield f"with {', '.join(contexts)}:"
        indent = "    "
    if any(piece.formats for piece in pieces):
        yield f"{indent}return grown(lambda buffer, size: {call})"
    elif not text:
        yield f"{indent}{call}"
    elif text == "result":
        yield f"{indent}return {call}"
    else:
        yield f"{indent}{'result = ' if _uses_result(text) else ''}{call}"
        yield f"{indent}return {text}"


def _methods(handle, functions):
    cls = handles.CLASSES[handle][0]
    yield f"class {cls}Calls(Handle, of=\"{handle}\"):"
    yield f'    """What C has for {handle.removeprefix("kvmlib_").replace("_", " ")}s."""'
    for function in functions:
        if handle_of(function) == handle and function.name not in BY_HAND:
            yield ""
            yield from (f"    {line}".rstrip() for line in lines(function, True, handles.method(handle, function.name)))


def _plain(functions):
    for function in functions:
        if handle_of(function) is None and not _is_lifetime(function) and function.name not in BY_HAND:
            yield from lines(function, False, function.name.removeprefix("kvmlib_"))
            yield ""
            yield ""


def files(functions):
    """calls.py, and sim_calls.py."""
    classes = "from .. import (" + ", ".join(cls for cls, _ in handles.CLASSES.values() if cls != "Sim") + ")"
    library = [one for one in functions if not one.name.startswith("kvmlib_sim_")]
    ended = re.compile("(.*)_(free|abort)$")
    shapes.FREED.update(found[1] for found in (ended.match(one.name) for one in library) if found)
    sim = [one for one in functions if one.name.startswith("kvmlib_sim_")]
    helpers = "\n".join(f"from .._call import {name} as _{name}" for name in _HELPERS)
    body = _IMPORTS.format(library="library", classes=classes, helpers=helpers) + "\n"
    body += "\n\n\n".join("\n".join(_methods(handle, library)) for handle in handles.CLASSES if handle != "kvmlib_sim")
    body += "\n\n\n" + "\n".join(_plain(library))
    yield "calls.py", output.module("A method or function for each of C.", body)
    body = _IMPORTS.format(library="sim_library", classes="from ..sim import Sim", helpers=helpers) + "\n"
    body += "\n".join(_methods("kvmlib_sim", sim))
    body += "\n\n\n" + "\n".join(_plain(sim))
    yield "sim_calls.py", output.module("A method or function for each of the simulated kernel's.", body)
