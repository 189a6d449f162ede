# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which pages of guest memory were written, for any number of consumers."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ._call import elements, wants
from ._generated.calls import DirtyCalls, DirtyConsumerCalls
from ._generated.enums import DirtyMechanism
from ._layout import kvmlib_dirty_run
from ._library import library

if TYPE_CHECKING:
    from .memory import Memory, MemoryReader, MemoryRegion

_BATCH = 512


class Run(NamedTuple):
    """Pages that follow each other and were written."""

    gpa: int
    length: int


class DirtyRun(ctypes.Structure):
    """The same, as C has it; the address is good as long as the reader that it was asked with stays in."""

    _fields_ = [("gpa", ctypes.c_uint64), ("length", ctypes.c_uint64), ("address", ctypes.c_uint64)]

    def __repr__(self) -> str:
        return f"DirtyRun(gpa={self.gpa:#x}, length={self.length:#x})"


class Round:
    """The pages of a round. It is iterated once: what was handed out is not given again."""

    def __init__(self, consumer: DirtyConsumer, pages: int) -> None:
        self.pages = pages
        self._consumer = consumer

    def __iter__(self) -> Iterator[Run]:
        full = True
        while full:
            runs = self._consumer.runs(_BATCH)
            full = len(runs) == _BATCH
            for run in runs:
                yield Run(run.gpa, run.length)

    def __repr__(self) -> str:
        return f"<Round of {self.pages} pages>"


class DirtyConsumer(DirtyConsumerCalls):
    """One that is told of written pages, in rounds of its own.

        for run in consumer.round():
            send(run.gpa, memory[run.gpa:run.gpa + run.length])
    """

    _reader: MemoryReader
    _dirty: Dirty

    def round(self) -> Round:  # type: ignore[override]
        """Begin a round: each page that was written since the last one began."""
        return Round(self, super().round())

    def runs(self, maximum: int = 4096, into: Any = None, reader: MemoryReader | None = None) -> Any:
        """The next runs of the round, without an object for each: an array that numpy takes as it is.

            array = numpy.asarray(consumer.runs())
            array["length"].sum()

        Fewer than asked for: the round ends there.

        @param maximum  How many at most.
        @param into     An array (DirtyRun * n) that is filled again, in place of a new one.
        @param reader   A reader that has entered: then the addresses are good until it leaves.
        """
        array = elements(DirtyRun, maximum) if into is None else into
        count = self.fill(array, reader)
        return array if count == len(array) else (DirtyRun * count).from_buffer(array)

    def fill(self, array: Any, reader: MemoryReader | None = None) -> int:
        """The next runs of the round into an array (DirtyRun * n); how many there were. See runs()."""
        if not isinstance(array, ctypes.Array) or array._type_ is not DirtyRun:
            raise TypeError("an array of DirtyRun is wanted")
        with self._alone:
            if reader is not None:
                with reader._alone:
                    return self._next(array, reader)
            with self._reader as own:
                return self._next(array, own)

    def _next(self, array: Any, reader: MemoryReader) -> int:
        wants(len(array) > 0, "room for one run at least")
        first = ctypes.byref(kvmlib_dirty_run.from_buffer(array))
        return int(library.kvmlib_dirty_next_runs(self._ref, reader, first, len(array)))

    def clip(self, gpa: int, length: int = 0) -> None:
        """Let the round go on at an address, and only within a range; 0: to the end."""
        super().clip(gpa, length)


class Dirty(DirtyCalls):
    """The tracker of a map: finds what the guest, the program and other engines write.

    @param memory   The map; it has one tracker at a time.
    @param options  mechanism (DirtyMechanism), flags (DirtyFlag), ring_size, clear_pages.
    """

    _memory: Memory

    def __init__(self, memory: Memory, **options: Any) -> None:
        self._become(memory.dirty_start(**options))
        memory._track(self)

    def mechanism(self) -> DirtyMechanism:
        """How KVM tells."""
        return DirtyMechanism(super().mechanism())

    def count(self, region: MemoryRegion | None = None) -> int:
        """How many pages of a region, or of all, were found written since tracking began."""
        if region is None:
            return super().count()
        with region.uses:
            return super().count(region)

    def consumer(self) -> DirtyConsumer:
        """Add a consumer: its first round has what is written from now on."""
        return self.consumer_new()

    def consumer_new(self) -> DirtyConsumer:
        """The same."""
        made = super().consumer_new()
        made._reader, made._dirty = self._memory.reader_new(0), self
        return made

    def _about(self) -> str:
        return f" by {DirtyMechanism(library.kvmlib_dirty_mechanism(self._ref)).name}"
