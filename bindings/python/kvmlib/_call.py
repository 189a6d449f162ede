# SPDX-License-Identifier: LGPL-2.1-or-later
"""From Python's values to C's, and back: what the generated calls are made of."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import itertools
import os
from typing import Any, Callable, Sequence, Union

from . import errors
from ._generated import prototypes
from ._integers import u64
from ._handle import HANDLES, Handle, forget, reference, shown, wrap

__all__ = ["Buffer", "address", "argument_callback", "array", "borrow", "claim", "copied", "data", "fixed", "grown",
           "lent", "member_callback", "owned", "padded", "pinned",
           "elements", "pointer", "reference", "room", "scratch", "string", "taken", "text", "value",
           "view", "wants", "wrapped"]

Buffer = Union[bytes, bytearray, memoryview, ctypes.Structure, ctypes.Union, "ctypes.Array[Any]"]

# No attribute and no command of KVM's is larger.
SCRATCH = 16384
# What a list may take, so that a wrong number is an error and not a machine without memory.
LARGEST = 1 << 30

_libc = ctypes.CDLL(None)
_libc.free.argtypes = [ctypes.c_void_p]
_libc.free.restype = None


def wants(holds: bool, sentence: str) -> None:
    """Refuse a value, with a sentence that says what is wanted."""
    if not holds:
        raise ValueError(f"wanted: {sentence}")


def text(words: str | os.PathLike[str] | None, may_lack: bool = True) -> bytes | None:
    """A string for C; one with a NUL inside would be cut there."""
    if words is None and may_lack:
        return None
    if not isinstance(words, (str, os.PathLike)):
        raise TypeError(f"a string is wanted, not {type(words).__name__}")
    encoded = os.fsencode(words)
    wants(b"\0" not in encoded, "a string without NUL")
    return encoded


def string(words: bytes | None) -> Any:
    """A string from C; None where C has none."""
    return None if words is None else os.fsdecode(words)


def room(size: int, each: int = 1) -> int:
    """A number of elements, of so many bytes each, that is sane."""
    if not isinstance(size, int):
        raise TypeError(f"an integer is wanted, not {type(size).__name__}")
    most = LARGEST // max(each, 1)  # structs of other architectures have no members
    wants(0 <= size <= most, f"a size between 0 and {most}")
    return size


def elements(kind: Any, count: int) -> Any:
    """Room for so many."""
    return (kind * room(count, ctypes.sizeof(kind)))()


def view(buffer: Any) -> Any:
    """Bytes as C reads them; not copied where they can be written to."""
    flat = memoryview(buffer).cast("B") if not isinstance(buffer, bytes) else buffer
    if isinstance(flat, memoryview) and not flat.readonly:
        return (ctypes.c_char * len(flat)).from_buffer(flat)
    return (ctypes.c_char * len(flat)).from_buffer_copy(flat)


def data(buffer: Any, at_least: int) -> Any:
    """Bytes as C reads them, at least so many."""
    made = view(buffer)
    wants(len(made) >= at_least, f"{at_least} bytes, not {len(made)}")
    return made


def padded(buffer: Any) -> Any:
    """Bytes with zeros behind them, for calls that know the size by themselves."""
    if buffer is None:
        return None
    content = bytes(memoryview(buffer).cast("B"))
    wants(len(content) <= SCRATCH, f"at most {SCRATCH} bytes, not {len(content)}")
    return ctypes.create_string_buffer(content, SCRATCH)


def scratch(size: int) -> Any:
    """Room for a result whose size only the kernel knows."""
    wants(0 <= room(size) <= SCRATCH, f"a size of at most {SCRATCH} bytes, not {size}")
    return ctypes.create_string_buffer(SCRATCH)


def address(buffer: Any) -> Any:
    """Where a writable buffer, or an address, is."""
    if buffer is None or isinstance(buffer, int):
        return buffer
    flat = memoryview(buffer).cast("B")
    wants(not flat.readonly, "a buffer that can be written to")
    return ctypes.addressof(ctypes.c_char.from_buffer(flat))


def value(ctype: Any, number: int | None) -> Any:
    """A number behind a pointer, or NULL."""
    return None if number is None else ctypes.byref(ctype(u64(number)))


def pointer(handle: Handle) -> Any:
    """The reference of a handle, for a member of a struct."""
    if not isinstance(handle, Handle):
        raise TypeError(f"a handle is wanted, not {type(handle).__name__}")
    return handle._ref


def claim(handle: Handle | None) -> Any:
    """The claim on a handle that may be left out."""
    return contextlib.nullcontext() if handle is None else handle._alone


def borrow(struct: Any) -> Any:
    """A pointer to a struct, for a member of another; a handle's reference."""
    if isinstance(struct, Handle):
        return struct._ref
    return struct if isinstance(struct, ctypes._Pointer) else ctypes.pointer(struct)


def array(ctype: Any, values: Sequence[Any], are_handles: bool) -> Any:
    """A C array of values."""
    wanted = [pointer(one) if are_handles else _element(ctype, one) for one in values]
    return (ctype * len(wanted))(*wanted)


def _element(ctype: Any, one: Any) -> Any:
    if ctype is ctypes.c_char_p:
        return text(one, False)
    if issubclass(ctype, ctypes._Pointer):
        return _pointer_to(ctype, one)
    if isinstance(one, int) and issubclass(ctype, ctypes._SimpleCData):
        wants(ctype(one).value == one, f"a number that {ctype.__name__} can hold, not {one:#x}")
    return one


def _pointer_to(ctype: Any, one: Any) -> Any:
    if not isinstance(one, (ctype._type_, ctypes._Pointer)) or not one:
        raise TypeError(f"a {ctype._type_.__name__} is wanted, not {type(one).__name__}")
    return ctypes.pointer(one) if isinstance(one, ctype._type_) else one


def fixed(ctype: Any, values: Sequence[int]) -> Any:
    """An array of a fixed length; what is left out is 0."""
    wants(len(values) <= ctype._length_, f"at most {ctype._length_} numbers, not {len(values)}")
    for one in values:
        wants(0 <= one < 1 << 64, f"a number of 64 bits, not {one:#x}")
    return ctype(*values)


def taken(items: Any, count: int) -> list[Any]:
    """The elements of an array that the library allocated, which is freed."""
    try:
        return [_copy(items[number]) for number in range(count)]
    finally:
        _libc.free(items)


def _copy(item: Any) -> Any:
    return owned(type(item).from_buffer_copy(item)) if isinstance(item, (ctypes.Structure, ctypes.Union)) else item


@functools.lru_cache(maxsize=None)
def _strings(struct: Any) -> tuple[str, ...]:
    return tuple(name for name, ctype, *_ in struct._fields_ if ctype is ctypes.c_char_p)


def owned(struct: Any) -> Any:
    """A struct whose strings are its own: those of C may end before it."""
    kind: Any = type(struct)
    for name in _strings(kind):
        setattr(struct, name, getattr(struct, name))
    return struct


def copied(pointed: Any, keep: Any) -> Any:
    """A copy of a struct that a call returned a pointer to, or None. Its strings live as long as it."""
    if not pointed:
        return None
    copy = _copy(pointed.contents)
    object.__setattr__(copy, "_keep", _references(keep))
    return copy


def lent(pointed: Any, keep: Any) -> Any:
    """A struct in the library's memory, which stays there as long as it is used."""
    struct = pointed.contents
    object.__setattr__(struct, "_keep", _references(keep))
    return struct


def _references(keep: Any) -> list[Any]:
    return [one._ref if isinstance(one, Handle) else one for one in keep]


def wrapped(name: str, ref: Any, keep: Any) -> Any:
    """The object of a handle that a call gave; it keeps alive what C still looks at."""
    return wrap(name, ref, _references(keep))


def grown(call: Callable[[Any, int], int]) -> str:
    """The text of a call that tells how much room it needs."""
    size = 256
    while True:
        buffer = ctypes.create_string_buffer(size)
        needed = call(buffer, size)
        if needed < size:
            return os.fsdecode(buffer.value)
        size = needed + 1


# Callbacks

def argument_callback(function: str, position: int, called: Callable[..., Any]) -> Any:
    """The callback that is an argument of a function."""
    source = prototypes.SIM if function in prototypes.SIM else prototypes.LIBRARY
    return _callback(source[function][1][position], called)


def member_callback(struct: Any, member: str, called: Callable[..., Any]) -> Any:
    """The callback that is a member of a struct."""
    return _callback(next(ctype for name, ctype, *_ in struct._fields_ if name == member), called)


class pinned:  # pylint: disable=invalid-name
    """Callbacks that C may call for longer than Python has the handle: kept until C says that it ended."""

    def __init__(self, struct: Any, destroy: str) -> None:
        self._number = next(_numbers)
        self._struct = struct
        setattr(struct, destroy, _unpin)
        setattr(struct, destroy.replace("destroy", "userdata"), self._number)

    def __enter__(self) -> None:
        _pins[self._number] = self._struct

    def __exit__(self, kind: Any, *_: object) -> None:
        if kind is not None:
            _pins.pop(self._number, None)


_pins: dict[int, Any] = {}
_numbers = itertools.count(1)
_unpin = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda number: _pins.pop(number, None) and None)


def _callback(ctype: Any, called: Callable[..., Any]) -> Any:
    if not callable(called):
        raise TypeError(f"something that can be called is wanted, not {type(called).__name__}")
    return ctype(errors.guarded(_adapter(ctype, called), ctype._restype_))


def _adapter(ctype: Any, called: Callable[..., Any]) -> Callable[..., Any]:
    """C's arguments as Python's, without the userdata, which comes last."""
    kinds = ctype._argtypes_[:-1]
    if ctype._restype_ is ctypes.c_int64 and kinds and kinds[0] is ctypes.c_void_p:
        return lambda buffer, size, _: _filled(buffer, size, called(size))

    def adapted(*arguments: Any) -> Any:
        found = _arguments(kinds, arguments)
        try:
            return called(*found)
        finally:
            forget(found)
    return adapted


def _filled(buffer: int, size: int, content: Any) -> int:
    """Answer a read: at most what was asked for."""
    piece = bytes(content)
    wants(len(piece) <= size, f"at most {size} bytes, not {len(piece)}")
    ctypes.memmove(buffer, piece, len(piece))
    return len(piece)


def _arguments(kinds: Any, arguments: Any) -> list[Any]:
    found: list[Any] = []
    position = 0
    while position < len(kinds):
        kind, one = kinds[position], arguments[position]
        counted = position + 1 < len(kinds) and kinds[position + 1] is ctypes.c_uint64
        if kind is ctypes.c_void_p and counted:
            size = arguments[position + 1]
            found.append(bytes(size) if one is None else ctypes.string_at(one, size))
            position += 1
        elif isinstance(kind, type) and issubclass(kind, ctypes._Pointer):
            found.append(_pointed(kind, one, arguments[position + 1] if counted else None))
            position += counted
        else:
            found.append(string(one) if kind is ctypes.c_char_p else one)
        position += 1
    return found


def _pointed(kind: Any, one: Any, count: int | None) -> Any:
    if kind._type_.__name__ in HANDLES:
        return shown(one)
    if count is None:
        return _copy(one.contents)
    return [_copy(one[number]) for number in range(count)]
