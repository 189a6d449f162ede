# SPDX-License-Identifier: LGPL-2.1-or-later
"""What all handles share: who lets go of them, when, and on which thread they may be used.

A handle's reference is a pointer object that lets go when the last user of it is gone: closing a
handle while another thread is inside of a call with it takes nothing away from that call.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from types import TracebackType
from typing import Any, ClassVar, Iterable, Iterator, TypeVar

from . import _layout
from ._library import library, sim_library

_Self = TypeVar("_Self", bound="Handle")

_references: dict[str, Any] = {}
_classes: dict[str, type[Handle]] = {}
# What callbacks are shown is what Python has already, where it has.
_live: weakref.WeakValueDictionary[int, Handle] = weakref.WeakValueDictionary()
HANDLES: set[str] = set()
_finding = threading.RLock()


class Alone:
    """One thread at a time: the second is refused, as it could only wait or do harm."""

    __slots__ = ("_lock", "_what")

    def __init__(self, what: str, lock: Any) -> None:
        self._lock = lock
        self._what = what

    def __enter__(self) -> None:
        if not self._lock.acquire(False):
            raise WrongThread(f"this {self._what} is in use: one thread at a time, and no call from a call's callback")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class WrongThread(RuntimeError):
    """A handle that belongs to one thread at a time was used by a second."""


def _release(handle: str) -> Any:
    source = sim_library if handle == "kvmlib_sim" else library
    for word in ("unref", "free", "abort"):
        try:
            return getattr(source, f"{handle}_{word}")
        except AttributeError:
            continue
    return None


def _let_go(ref: Any) -> None:
    ref.__dict__["gone"] = True
    _settle(ref)


def _settle(ref: Any, pointer: Any = ctypes.c_void_p.from_buffer) -> None:
    """Let go, once all that use it have: finalizers of a cycle's objects come in any order."""
    if not ref.users and ref.__dict__.pop("gone", False):
        if ref:
            ref.release(ref)
            # A handle of the same cycle may still be finalized.
            pointer(ref).value = None
        for kept in ref.kept:
            kept.users.discard(id(ref))
            _settle(kept)


def _hold(ref: Any, keep: Any) -> None:
    """What C still looks at lives as long as the last call that uses a reference: it is kept there."""
    ref.keep = [getattr(ref, "keep", None), keep]
    for kept in _owned(keep) if hasattr(ref, "release") else ():
        kept.__dict__.setdefault("users", set()).add(id(ref))
        ref.__dict__.setdefault("kept", []).append(kept)


def _owned(keep: Any) -> Iterator[Any]:
    """The references in it that let go of something; a borrowed one stands for what it was borrowed from."""
    if isinstance(keep, (list, tuple)):
        for one in keep:
            yield from _owned(one)
    elif hasattr(keep, "release"):
        yield keep
    elif isinstance(keep, ctypes._Pointer):
        yield from _owned(getattr(keep, "keep", None))


def _make_reference(handle: str) -> Any:
    members: dict[str, Any] = {"_type_": getattr(_layout, handle), "users": frozenset(), "kept": ()}
    release = _release(handle)
    if release is not None:
        members |= {"release": staticmethod(release), "__del__": _let_go}
    return type(f"{handle}_reference", (ctypes.POINTER(members["_type_"]),), members)


def reference(handle: str) -> Any:
    """A new, empty reference to a handle of C, which lets go of it in the end."""
    if handle not in _references:
        _references[handle] = _make_reference(handle)
    return _references[handle]()


class Handle:
    """A handle of C: closed by close(), at the end of `with`, or when nobody has it any more."""

    _handle: ClassVar[str]
    _ref: Any
    _as_parameter_: Any

    def __init_subclass__(cls, of: str | None = None, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if of is not None:
            cls._handle = of
            HANDLES.add(of)
        # Of two classes, one upon the other, that which stands upon the generated one is what calls give.
        if of is not None or any("_handle" in base.__dict__ for base in cls.__bases__):
            _classes[cls._handle.removeprefix("kvmlib_").title().replace("_", "")] = cls

    def __init__(self, ref: Any, keep: Any = None) -> None:
        self._take(ref, keep)
        _live[_address(ref)] = self

    def _take(self, ref: Any, keep: Any) -> None:
        _hold(ref, keep)
        self._ref = self._as_parameter_ = ref
        self._alone = Alone(type(self).__name__, self._lock())

    @staticmethod
    def _lock() -> Any:
        return threading.Lock()

    def __getattr__(self, name: str) -> Any:
        if name in ("_ref", "_as_parameter_"):
            raise ValueError(f"this {type(self).__name__} is closed")
        raise AttributeError(f"{type(self).__name__} has no {name}")

    def _become(self, made: Handle) -> None:
        """Be what a call of C gave."""
        self.__dict__.update(made.__dict__)
        _live[_address(self._ref)] = self

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return "_ref" not in self.__dict__

    def close(self) -> None:
        """Let go of it; twice is once. What depends on it keeps it alive inside of the library."""
        self.__dict__.pop("_ref", None)
        self.__dict__.pop("_as_parameter_", None)

    def _ended(self) -> Any:
        """Its pointer, for the call that ends it in any case: nobody else has that from now on."""
        ref = self._ref
        last: Any = ctypes.pointer(ref.contents) if ref else ctypes.POINTER(ref._type_)()
        last.keep = ref
        Handle.close(self)
        ctypes.c_void_p.from_buffer(ref).value = None
        return last

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{' closed' if self.closed else self._about()}>"

    def _made(self) -> None:
        """Done to each object that a call of C gave."""

    def _about(self) -> str:
        return ""


def _address(ref: Any) -> int:
    # Not by ctypes.cast(), which makes a reference cycle: handles would be let go by the collector alone.
    return ctypes.c_void_p.from_buffer(ref).value or 0


def shown(ref: Any) -> Any:
    """The object for a handle that a callback is shown, which it must not keep unless Python has it already."""
    known = _live.get(_address(ref))
    if known is not None and not known.closed:
        return known
    made = wrap(ref._type_.__name__.removeprefix("kvmlib_").title().replace("_", ""), ref, None)
    made._passing = True
    return made


def forget(arguments: Iterable[Any]) -> None:
    """Close what a callback was shown, and Python has not: C may free it."""
    for one in arguments:
        if isinstance(one, Handle) and one.__dict__.get("_passing"):
            one.close()


def wrap(name: str, ref: Any, keep: Any) -> Any:
    """A handle's object for a reference, or None for NULL; for what C still owns, the one object there is."""
    if not ref:
        return None
    cls = _classes[name]
    known = _known(cls, ref)
    return _make(cls, ref, keep) if known is None else known


def _known(cls: type[Handle], ref: Any) -> Handle | None:
    known = _live.get(_address(ref)) if not hasattr(ref, "__del__") else None
    return known if isinstance(known, cls) and not known.closed else None


def _make(cls: type[Handle], ref: Any, keep: Any) -> Handle:
    made = cls.__new__(cls)
    made._take(ref, keep)
    made._made()
    # Not before it is whole: another thread may find it there, or may have been faster.
    with _finding:
        known = _known(cls, ref)
        if known is not None:
            return known
        _live[_address(ref)] = made
        return made
