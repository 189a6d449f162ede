# SPDX-License-Identifier: LGPL-2.1-or-later
"""A VM's memory and state as one file, stream or string of bytes."""

from __future__ import annotations

import ctypes
import errno
import io
import os
from typing import Any, Callable, NamedTuple

from . import errors
from ._call import claim, member_callback, owned, pointer, reference
from ._generated import prototypes
from ._generated.calls import ImageCalls
from ._handle import Handle
from ._layout import kvmlib_image_id, kvmlib_image_opts, kvmlib_image_source
from ._library import library
from .dirty import DirtyConsumer
from .memory import Memory
from .state import State

_PAGE = 4096
_Emit = prototypes.LIBRARY["kvmlib_image_write"][1][2]
_Read: Any = next(field[1] for field in kvmlib_image_source._fields_ if field[0] == "read")
_Visit = prototypes.LIBRARY["kvmlib_image_walk"][1][1]


class Piece(NamedTuple):
    """Some of an image's memory; data is None where all are zeros."""

    gpa: int
    length: int
    space: int
    data: bytes | None


def _bytes_at(address: int, length: int) -> Any:
    return memoryview((ctypes.c_char * length).from_address(address)).cast("B")


class _Source:
    """Where an image is read from."""

    def __init__(self, source: Any) -> None:
        self._mine = isinstance(source, (str, os.PathLike))
        if self._mine:
            self.file: Any = open(source, "rb", buffering=0)  # pylint: disable=consider-using-with
        elif hasattr(source, "readinto"):
            self.file = source
        else:
            self.file = io.BytesIO(source)

    def struct(self) -> Any:
        """For C, with the callbacks in it."""
        struct = kvmlib_image_source(size=ctypes.sizeof(kvmlib_image_source))
        struct.read = _Read(errors.guarded(self._read, ctypes.c_int64))
        if self._mine:
            struct.zeros = member_callback(struct, "zeros", self._zeros)
        return struct

    def _read(self, address: int, size: int, _: Any) -> int:
        if self._mine and size > _PAGE:
            size = min(size, self._up_to(os.SEEK_HOLE)) or size
        return int(self.file.readinto(_bytes_at(address, size)) or 0)

    def _zeros(self, length: int) -> int:
        """Holes need not be read."""
        zeros = min(length, self._up_to(os.SEEK_DATA))
        self.file.seek(zeros, os.SEEK_CUR)
        return int(zeros)

    def _up_to(self, what: int) -> int:
        """How many bytes there are up to the next hole, or data; 0: it is here, or nobody knows."""
        here = self.file.tell()
        try:
            return int(self.file.seek(here, what) - here)
        except OSError as error:
            return int(max(0, self.file.seek(0, os.SEEK_END) - here)) if error.errno == errno.ENXIO else 0
        finally:
            self.file.seek(here)

    def close(self) -> None:
        """Close what was opened here."""
        if self._mine:
            self.file.close()


class Image(ImageCalls):
    """An image that is read: its memory is taken once, by load(), walk() or check(), or mapped.

    @param source  A path, bytes, or a file that has readinto().
    """

    _source: _Source

    def __init__(self, source: Any) -> None:
        own = _Source(source)
        try:
            struct, ref = own.struct(), reference("kvmlib_image")
            library.kvmlib_image_open(ctypes.byref(struct), ctypes.byref(ref))
        except BaseException:
            own.close()
            raise
        Handle.__init__(self, ref, [struct, own])
        self._source = own

    @staticmethod
    def write(memory: Memory, file: Any, *, state: State | None = None, base: Any = None,
              consumer: DirtyConsumer | None = None, progress: Callable[[int, int], Any] | None = None) -> Any:
        """Write an image of a map to a path or file; the id that it returns is the base of increments.

        @param state     That goes with the memory.
        @param base      Of which image it is an increment, by its id.
        @param consumer  Whose round has what was written since the base.
        @param progress  Told how many bytes are done, and of how many.
        """
        if isinstance(file, (str, os.PathLike)):
            with open(file, "wb") as opened:
                return _write(memory, _Sparse(opened), state, base, consumer, progress)
        return _write(memory, _Plain(file), state, base, consumer, progress)

    @staticmethod
    def dump(memory: Memory, **options: Any) -> bytes:
        """The same as bytes."""
        file = io.BytesIO()
        Image.write(memory, file, **options)
        return file.getvalue()

    def parts(self) -> list[Any]:
        """The parts of its memory: gpa, length, offset, space, flags."""
        return [self.part_at(index) for index in range(self.describe().nr_parts)]

    def walk(self, visit: Callable[[Piece], Any]) -> Any:
        """Look at its memory, a Piece after the other, and check it; which image it is."""
        def visited(piece: Any) -> None:
            data = ctypes.string_at(piece.data, piece.length) if piece.data else None
            visit(Piece(piece.gpa, piece.length, piece.space, data))
        return super().walk(visited)

    def check(self) -> Any:
        """Only check it; which image it is."""
        found = kvmlib_image_id()
        with self._alone:
            library.kvmlib_image_walk(self._ref, _Visit(), None, ctypes.byref(found))
        return found

    def map_into(self, memory: Memory, fd: int) -> None:
        """Add its memory to a map, without reading it: fd is the file that it is read from."""
        with memory.change() as change:
            self.map(fd, change)

    def close(self) -> None:
        """Let go of it, and of the file that it opened."""
        super().close()
        self._source.close()

    def _about(self) -> str:
        about = self.describe()
        kind = "an increment of" if about.flags else ""
        return f" {kind} {about.memory_bytes:#x} bytes of memory, {about.state_bytes} of state".replace("  ", " ")


class _Plain:
    """A file that zeros are written to."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def put(self, address: int | None, length: int, _: Any) -> None:
        """Write so many bytes."""
        rest = bytes(length) if address is None else _bytes_at(address, length)
        while len(rest):
            done = self._file.write(rest)
            rest = rest[len(rest) if done is None else done:]


class _Sparse(_Plain):
    """A new file that has holes for zeros."""

    def put(self, address: int | None, length: int, _: Any) -> None:
        if address is None:
            self._file.seek(length, os.SEEK_CUR)
        else:
            super().put(address, length, _)


def _write(memory: Memory, file: _Plain, state: State | None, base: Any, consumer: DirtyConsumer | None,
           progress: Any) -> Any:
    options = kvmlib_image_opts(size=ctypes.sizeof(kvmlib_image_opts))
    options.state = None if state is None else pointer(state)
    options.base = None if base is None else ctypes.pointer(base)
    options.consumer = None if consumer is None else pointer(consumer)
    if progress is not None:
        options.progress = member_callback(options, "progress", lambda done, total: progress(done, total) and 0)
    made, emit = kvmlib_image_id(), _Emit(errors.guarded(file.put, ctypes.c_int32))
    with claim(state), claim(consumer):
        library.kvmlib_image_write(memory, ctypes.byref(options), emit, None, ctypes.byref(made))
    return owned(made)
