# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guest memory: the map of regions, and access to it."""

from __future__ import annotations

import contextlib
import ctypes
import threading
import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Any, Iterator

from ._call import elements
from ._generated.calls import MemoryCalls, MemoryChangeCalls, MemoryReaderCalls, MemoryRegionCalls
from ._generated.enums import Backing, MemoryFlag
from ._handle import Alone, WrongThread
from ._layout import iovec
from ._integers import u64
from ._library import library
from .exits import memory_at
from .vm import Vm

if TYPE_CHECKING:
    from .dirty import Dirty


class _Uses:
    """Calls that look at a region: none begins while it is being removed, as C frees it then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._leaving = False
        self._arriving = False

    def __enter__(self) -> None:
        with self._lock:
            if self._leaving or self._arriving:
                raise ValueError("this MemoryRegion is closed, or about to be")
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._count -= 1

    def leave(self) -> None:
        """It is about to be removed."""
        with self._lock:
            self._idle()
            self._leaving = True

    def stay(self) -> None:
        """It was not."""
        self._leaving = False

    def arrive(self) -> None:
        """It is about to be in the map, or to be gone."""
        with self._lock:
            self._idle()
            self._arriving = True

    def arrived(self) -> None:
        """It is in the map: it was found there."""
        self._arriving = False

    def _idle(self) -> None:
        if self._count or self._leaving or self._arriving:
            raise BufferError("another thread is in a call with this MemoryRegion")


@contextlib.contextmanager
def _leaving(regions: list[MemoryRegion]) -> Iterator[None]:
    """Regions are removed, unless the block raises: then they stay."""
    with contextlib.ExitStack() as back:
        for region in regions:
            region.uses.leave()
            back.callback(region.uses.stay)
            region._unused()
        yield
        back.pop_all()


@contextlib.contextmanager
def _arriving(regions: list[MemoryRegion]) -> Iterator[None]:
    """Regions come into the map, unless the block raises: then they are gone."""
    with contextlib.ExitStack() as back:
        for region in regions:
            region.uses.arrive()
            back.callback(region.uses.arrived)
            region._unused()
        yield


class MemoryRegion(MemoryRegionCalls):
    """A region of a memory map, until its removal."""

    def _made(self) -> None:
        self._views: weakref.WeakSet[Any] = weakref.WeakSet()
        self.uses = _Uses()

    def address(self) -> int:
        """Where it is in this process."""
        with self.uses:
            return super().address()

    def describe(self) -> Any:
        """What it is."""
        with self.uses:
            return super().describe()

    def usage(self) -> Any:
        """How much of it is in the host's memory."""
        with self.uses:
            return super().usage()

    def populate(self, **options: Any) -> None:
        """Have all of it in place before the guest touches it: progress(done, total), threads."""
        with self.uses:
            super().populate(**options)

    @property
    def view(self) -> memoryview:
        """All of its bytes, in place: not a copy. The region can't be removed while a view of it is in use."""
        with self.uses:
            view = memory_at(super().address(), super().describe().length, self)
            self._views.add(view.obj)
        return view

    def _unused(self) -> None:
        if self._views:
            raise BufferError(f"{self!r} has {len(self._views)} views in use; release them first")

    @property
    def gpa(self) -> int:
        """Its guest physical address."""
        return int(self.describe().gpa)

    @property
    def length(self) -> int:
        """Its size in bytes."""
        return int(self.describe().length)

    @property
    def name(self) -> str:
        """Its name."""
        return bytes(self.describe().name or b"").decode()

    def _about(self) -> str:
        try:
            about = self.describe()
        except (ValueError, OSError):
            return " that is not in the map"
        flags = f", {MemoryFlag(about.flags)!r}" if about.flags else ""
        name = bytes(about.name or b"").decode()
        return f" {name!r} at {about.gpa:#x}, {about.length:#x} bytes, {Backing(about.backing).name}{flags}"


class MemoryChange(MemoryChangeCalls):
    """A change of a map: it happens as a whole at the end of `with`, or not at all."""

    def _made(self) -> None:
        self._removed: list[MemoryRegion] = []
        self._added: list[MemoryRegion] = []
        # The lists, and what C has, are one.
        self._whole = Alone("MemoryChange", threading.Lock())

    def add(self, gpa: int, length: int, **options: Any) -> MemoryRegion:  # type: ignore[override]
        """Add a region; see Memory.add()."""
        with self._whole:
            self._added.append(super().add(gpa=gpa, length=length, **options))
            return self._added[-1]

    def remove(self, region: MemoryRegion) -> None:
        """Remove a region that no view is in use of."""
        with self._whole, region.uses:
            region._unused()
            super().remove(region)
            self._removed.append(region)

    def replace(self, region: MemoryRegion, **options: Any) -> MemoryRegion:
        """Put another region where one is."""
        with self._whole, region.uses:
            region._unused()
            self._added.append(super().replace(region, **options))
            self._removed.append(region)
            return self._added[-1]

    def move(self, region: MemoryRegion, gpa: int) -> None:
        """Move a region to another guest physical address."""
        with region.uses:
            super().move(region, gpa)

    def flags(self, region: MemoryRegion, flags: int) -> None:
        """Set whether a region is READONLY, and whether its writes are logged (MemoryFlag)."""
        with region.uses:
            super().flags(region, flags)

    def commit(self) -> None:
        """Make it happen; the change ends, whether it can or not.

        BufferError, and it has not ended: another thread or a view uses a region that would come or go.
        """
        with self._whole:
            stay = [region for region in self._added if region not in self._removed]
            with _arriving(stay), _leaving(self._removed):
                self._commit()
            for region in self._removed:
                region.close()

    def _commit(self) -> None:
        try:
            super().commit()
        except BaseException:
            self._forget()
            raise

    def abort(self) -> None:
        """Forget it. BufferError as in commit()."""
        with self._whole:
            self._abort()

    def _abort(self) -> None:
        with _leaving(self._added):
            super().abort()
        self._forget()

    def _forget(self) -> None:
        if self.closed:
            for region in self._added:
                region.close()

    def close(self) -> None:
        """Forget it, unless it has ended."""
        if not self.closed:
            with self._whole:
                if not self.closed:
                    self._abort()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if kind is None and not self.closed:
            self.commit()
        self.close()

    def __del__(self) -> None:
        # Where a view is in use, its reference ends it after that.
        with contextlib.suppress(BufferError):
            self.close()


class _Piece(ctypes.Structure):
    _fields_ = [("address", ctypes.c_void_p), ("length", ctypes.c_uint64)]


class MemoryReader(MemoryReaderCalls):
    """One thread's view of a map. In `with reader:` it does not change: what `at()` gave stays good."""

    def _made(self) -> None:
        self._depth = 0
        self._thread = 0

    def enter(self) -> None:
        """Begin to look at the map; the same thread leaves."""
        with self._alone:
            if self._depth:
                self._inside()
            library.kvmlib_memory_enter(self._ref)
            self._depth, self._thread = self._depth + 1, threading.get_ident()

    def leave(self) -> None:
        """End looking."""
        with self._alone:
            self._inside()
            library.kvmlib_memory_leave(self._ref)
            self._depth -= 1

    def _inside(self) -> None:
        if not self._depth:
            raise ValueError("this MemoryReader has not entered")
        if self._thread != threading.get_ident():
            raise WrongThread("another thread is inside of this MemoryReader")

    def close(self) -> None:
        """Leave, and let go of it."""
        while not self.closed and self._depth:
            self.leave()
        super().close()

    def at(self, gpa: int) -> tuple[int, int]:
        """Where an address is in this process, and how many bytes from there on; zeros: no memory."""
        self._inside()
        return super().at(gpa)

    def region_at(self, gpa: int) -> MemoryRegion | None:
        """Which region an address lies in."""
        self._inside()
        region = super().region_at(gpa)
        if region is not None:
            region.uses.arrived()
        return region

    def gpa_of(self, address: int) -> int:
        """Which guest physical address lies at an address of this process."""
        self._inside()
        return super().gpa_of(address)

    def read_string(self, gpa: int, size: int = 4096) -> bytes:
        """The bytes up to a NUL, of which there has to be one within the size."""
        buffer: ctypes.Array[ctypes.c_char] = elements(ctypes.c_char, size)
        length = ctypes.c_uint64()
        with self._alone:
            library.kvmlib_memory_read_string(self._ref, u64(gpa), buffer, size, ctypes.byref(length))
        return buffer.raw[:length.value]

    def iovec(self, gpa: int, size: int, writable: bool = False, maximum: int = 64) -> list[memoryview]:
        """The pieces of a range, in place, for os.readv() and its like; between enter() and leave().

        Their regions can't be removed as long as the pieces are in use.
        """
        pieces = elements(_Piece, maximum)
        first = ctypes.byref(iovec.from_buffer(pieces))
        with self._alone:
            count = library.kvmlib_memory_iovec(self._ref, u64(gpa), u64(size), int(writable), first, maximum)
        views = []
        for piece in pieces[:count]:
            views.append(self._piece(gpa, piece.length, writable))
            gpa += piece.length
        return views

    def fetch_add(self, gpa: int, size: int, amount: int) -> int:
        """Add to a number in guest memory, at once; what it was before."""
        before, done = self.load(gpa, size), 0
        while not done:
            after = before + amount & (1 << 8 * size) - 1
            done, before = self.compare_exchange(gpa, size, before, after)
        return before

    def _piece(self, gpa: int, length: int, writable: bool) -> memoryview:
        region = self.region_at(gpa)
        if region is None:
            raise IndexError(f"no memory at {gpa:#x}")
        start = gpa - region.gpa
        view = region.view[start:start + length]
        return view if writable else view.toreadonly()

    def __enter__(self) -> MemoryReader:
        self.enter()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.leave()


class Memory(MemoryCalls):
    """The memory of a VM: `memory.add(0, 1 << 20)` puts a mebibyte at 0, `memory[0x1000:0x1008]` are bytes."""

    def __init__(self, vm: Vm, **options: Any) -> None:
        self._become(vm.memory_new(**options))
        vm._mapped(self)

    def _made(self) -> None:
        # Each thread has its own.
        self._readers = threading.local()
        self._tracker: weakref.ref[Dirty] | None = None

    def add(self, gpa: int, length: int, *, content: Any = b"",  # type: ignore[override]
            **options: Any) -> MemoryRegion:
        """Add a region.

        @param content  Its first bytes, put there before the guest sees it.
        @param options  backing, flags, name, fd, ... as in struct kvmlib_memory_region_opts.
        """
        if len(content) > length:
            raise ValueError(f"wanted: content of at most {length:#x} bytes, not {len(content):#x}")
        with self.change() as change:
            region = change.add(gpa, length, **options)
            if len(content):
                memory_at(region.address(), len(content), region)[:] = content
        return region

    def remove(self, region: MemoryRegion) -> None:
        """Remove a region that no view is in use of."""
        with _leaving([region]):
            super().remove(region)
        region.close()

    def regions(self, maximum: int = 1024) -> list[MemoryRegion]:
        """The regions, by address space and address."""
        with self._own:
            regions = super().regions(maximum)
            for region in regions:
                region.uses.arrived()
            return regions

    def dirty_start(self, **options: Any) -> Dirty:
        """Begin to track writes; see Dirty."""
        return self._track(super().dirty_start(**options))

    @property
    def dirty(self) -> Dirty:
        """The tracker of its writes: the one that there is, or a new one."""
        known = self._tracker() if self._tracker is not None else None
        return known if known is not None and not known.closed else self.dirty_start()

    def _track(self, dirty: Dirty) -> Dirty:
        dirty._memory = self
        self._tracker = weakref.ref(dirty)
        return dirty

    def reader(self, space: int = 0) -> MemoryReader:
        """A view of the map for one thread."""
        return self.reader_new(space)

    def change(self) -> MemoryChange:
        """Begin a change: `with memory.change() as change:` commits it at the end."""
        return self.begin()

    def __iter__(self) -> Iterator[MemoryRegion]:
        return iter(self.regions())

    def __len__(self) -> int:
        return len(self.regions())

    @property
    def _own(self) -> MemoryReader:
        reader: MemoryReader | None = getattr(self._readers, "reader", None)
        if reader is None:
            reader = self._readers.reader = self.reader_new(0)
        return reader

    def view(self, gpa: int, length: int) -> memoryview:
        """Bytes of one region, in place."""
        with self._own as reader:
            region = reader.region_at(gpa)
            if region is None:
                raise IndexError(f"no memory at {gpa:#x}")
            start = gpa - region.gpa
            if not 0 <= length <= region.length - start:
                raise IndexError(f"{region!r} has no {length} bytes at {gpa:#x}")
            return region.view[start:start + length]

    def __getitem__(self, where: int | slice) -> Any:
        if isinstance(where, slice):
            start, length = _range(where)
            return self._own.read(start, length)
        return self._own.read(where, 1)[0]

    def __setitem__(self, where: int | slice, content: Any) -> None:
        if not isinstance(where, slice):
            self._own.write(where, bytes([content]))
            return
        start = where.start or 0
        if where.stop is not None and where.stop - start != len(content):
            raise ValueError(f"wanted: {where.stop - start} bytes, not {len(content)}")
        self._own.write(start, content)

    def close(self) -> None:
        """Let go of it; the guest's memory goes when the last user of it has."""
        self._readers = threading.local()
        super().close()

    def _about(self) -> str:
        return "".join(f"\n  {region!r}" for region in self)


def _range(where: slice) -> tuple[int, int]:
    if where.stop is None or where.step not in (None, 1):
        raise ValueError("wanted: memory[first:end]")
    start = where.start or 0
    return start, max(0, where.stop - start)
