# SPDX-License-Identifier: LGPL-2.1-or-later
"""Virtual machines."""

from __future__ import annotations

import ctypes
import mmap
from typing import TYPE_CHECKING, Any, Callable

from . import structs
from ._call import wants
from ._generated.calls import VmCalls
from ._generated.enums import Cap
from ._integers import u32, u64
from ._library import library
from .system import System

# Of a slot with as many pages as one can have.
_LARGEST_BITMAP = 1 << 28
_NORESERVE = 0x4000

if TYPE_CHECKING:
    from ._handle import Handle
    from .control import Control
    from .memory import Memory
    from .move import Pages
    from .routes import Routes
    from .snapshot import Snapshot
    from .vcpu import Vcpu


class Vm(VmCalls):
    """A virtual machine; `Vm()` is one of a system of its own."""

    def __init__(self, system: System | None = None, **options: Any) -> None:
        self._become((system or System()).create_vm(**options))

    def _made(self) -> None:
        self._vcpus: list[Vcpu] = []
        self._memory: Memory | None = None
        self._control: Control | None = None
        self._routes: Routes | None = None

    @property
    def vcpus(self) -> tuple[Vcpu, ...]:
        """The vCPUs that were made by this object, and are not closed."""
        return tuple(vcpu for vcpu in self._vcpus if not vcpu.closed)

    @property
    def memory(self) -> Memory:
        """The VM's memory: the map that was made for it, or a new one."""
        from .memory import Memory  # pylint: disable=import-outside-toplevel,cyclic-import
        known = self.known("memory")
        return known if isinstance(known, Memory) else Memory(self)

    @property
    def control(self) -> Control | None:
        """The group of its vCPUs, if there is one."""
        return self.known("control")  # type: ignore[return-value]

    def known(self, what: str) -> Handle | None:
        """Its "memory", "control" or "routes", where it has one that is not closed."""
        handle: Handle | None = getattr(self, f"_{what}")
        return None if handle is None or handle.closed else handle

    def snapshot(self, **options: Any) -> Snapshot:
        """Take a snapshot, to go back to: `with vm.snapshot() as s: ...; s.reset()`.

        vCPUs' last exits, which have been answered, are finished. Steps of the plan that a guest has no use for
        can be skipped, which makes resets faster.

        @param options  As of StatePlan: skip, steps, ...
        """
        from . import snapshot  # pylint: disable=import-outside-toplevel,cyclic-import
        return snapshot.take(self, **options)

    def save(self, file: Any = None, **options: Any) -> bytes | None:
        """Save all of it, memory and state: as bytes, or to a path or file.

        @param options  As of StatePlan: skip, steps, ...
        """
        from . import snapshot  # pylint: disable=import-outside-toplevel,cyclic-import
        return snapshot.save(self, file, **options)

    def load(self, source: Any, allow: int = 0, flags: int = 0, **options: Any) -> None:
        """Load what save() gave, into this VM, which has the same capabilities and interrupt controllers.

        A VM without vCPUs or memory gets them as they were.

        @param source   Bytes, a path, or a file.
        @param allow    StateProblem: what is left out where this host can't do it.
        @param flags    RestoreFlag.
        @param options  As of StatePlan.
        """
        from . import snapshot  # pylint: disable=import-outside-toplevel,cyclic-import
        snapshot.load(self, source, allow, flags, **options)

    def move(self, send: Callable[[list[Pages]], Any], hand_over: Callable[[bytes], Any], **options: Any) -> Any:
        """Hand the running guest over: send(pages) for its memory, in rounds, and hand_over(state) once it is stopped.

        hand_over() waits for the other side's word. What either raises ends the move, and the guest runs on here.

        @param options  plan, progress, stop, go_on, downtime (nanoseconds), rounds, throttle, flags.
        @return How it went.
        """
        from . import move  # pylint: disable=import-outside-toplevel,cyclic-import
        return move.move(self, send, hand_over, **options)

    def create_vcpu(self, id: int = 0) -> Vcpu:  # pylint: disable=redefined-builtin
        """Make a vCPU."""
        return self._has(super().create_vcpu(id))

    def vcpu_from_fd(self, fd: int, id: int) -> Vcpu:  # pylint: disable=redefined-builtin
        """Adopt the descriptor of a vCPU; see Vcpu."""
        return self._has(super().vcpu_from_fd(fd, id))

    def _has(self, vcpu: Vcpu) -> Vcpu:
        self._vcpus = [one for one in self._vcpus if one is not vcpu and not one.closed] + [vcpu]
        return vcpu

    def _routed(self, routes: Routes) -> None:
        self._routes = routes

    def _group(self, control: Control) -> None:
        self._control = control

    def _mapped(self, memory: Memory) -> None:
        self._memory = memory

    def close(self) -> None:
        """Let go of it; vCPUs and memory that the program has stay."""
        self._made()
        super().close()

    def set_slot(self, slot: int, gpa: int, address: int, size: int, flags: int = 0) -> None:
        """Set a memory slot (KVM_SET_USER_MEMORY_REGION): what Memory does by itself."""
        self.set_user_memory_region(structs.kvm_userspace_memory_region(
            slot=slot, flags=flags, guest_phys_addr=gpa, memory_size=size, userspace_addr=address))

    def get_dirty_log(self, slot: int, pages: int) -> bytes:
        """The bitmap of a slot's dirty pages (KVM_GET_DIRTY_LOG).

        @param pages  How many pages the slot has.
        """
        size = (pages + 63) // 64 * 8
        wants(0 < size <= _LARGEST_BITMAP, f"1 to {_LARGEST_BITMAP * 8} pages, not {pages}")
        # KVM writes a bit for each page that the slot has, whatever was said: there is room for all it can have.
        bitmap = mmap.mmap(-1, _LARGEST_BITMAP, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NORESERVE)
        library.kvmlib_vm_get_dirty_log(self._ref, u32(slot), ctypes.byref(ctypes.c_char.from_buffer(bitmap)))
        return bitmap[:size]

    def clear_dirty_log(self, slot: int, first_page: int, pages: int, bitmap: bytes) -> None:
        """Clear and protect pages again (KVM_CLEAR_DIRTY_LOG)."""
        if len(bitmap) * 8 < pages:
            raise ValueError(f"wanted: {(pages + 7) // 8} bytes of bitmap, not {len(bitmap)}")
        library.kvmlib_vm_clear_dirty_log(self._ref, u32(slot), u64(first_page), u32(pages), ctypes.create_string_buffer(bitmap))

    def __contains__(self, capability: int) -> bool:
        return self.check_extension(capability) > 0

    def capabilities(self) -> dict[Cap, int]:
        """What KVM answers of each capability that this VM has."""
        found = {cap: self.check_extension(cap) for cap in Cap}
        return {cap: value for cap, value in found.items() if value > 0}

    def _about(self) -> str:
        return f" fd {library.kvmlib_vm_fd(self._ref)}"
