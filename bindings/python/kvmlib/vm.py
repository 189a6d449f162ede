# SPDX-License-Identifier: LGPL-2.1-or-later
"""Virtual machines."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from . import structs
from ._generated.calls import VmCalls
from ._generated.enums import Cap
from ._library import library
from .system import System

if TYPE_CHECKING:
    from .control import Control
    from .memory import Memory
    from .vcpu import Vcpu


class Vm(VmCalls):
    """A virtual machine; `Vm()` is one of a system of its own."""

    def __init__(self, system: System | None = None, **options: Any) -> None:
        self._become((system or System()).create_vm(**options))

    def _made(self) -> None:
        self._vcpus: list[Vcpu] = []
        self._memory: Memory | None = None
        self._control: Control | None = None

    @property
    def vcpus(self) -> tuple[Vcpu, ...]:
        """The vCPUs that were made by this object, and are not closed."""
        return tuple(vcpu for vcpu in self._vcpus if not vcpu.closed)

    @property
    def memory(self) -> Memory:
        """The VM's memory: the map that was made for it, or a new one."""
        from .memory import Memory  # pylint: disable=import-outside-toplevel
        return self._memory if self._memory is not None and not self._memory.closed else Memory(self)

    @property
    def control(self) -> Control | None:
        """The group of its vCPUs, if there is one."""
        return self._control if self._control is not None and not self._control.closed else None

    def create_vcpu(self, id: int = 0) -> Vcpu:  # pylint: disable=redefined-builtin
        """Make a vCPU."""
        return self._has(super().create_vcpu(id))

    def vcpu_from_fd(self, fd: int, id: int) -> Vcpu:  # pylint: disable=redefined-builtin
        """Adopt the descriptor of a vCPU; see Vcpu."""
        return self._has(super().vcpu_from_fd(fd, id))

    def _has(self, vcpu: Vcpu) -> Vcpu:
        self._vcpus = [one for one in self._vcpus if one is not vcpu and not one.closed] + [vcpu]
        return vcpu

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

        @param pages  How many pages the slot has: KVM writes a bit for each, whatever is said here.
        """
        bitmap = ctypes.create_string_buffer((pages + 63) // 64 * 8)
        library.kvmlib_vm_get_dirty_log(self._ref, slot, bitmap)
        return bitmap.raw

    def clear_dirty_log(self, slot: int, first_page: int, pages: int, bitmap: bytes) -> None:
        """Clear and protect pages again (KVM_CLEAR_DIRTY_LOG)."""
        if len(bitmap) * 8 < pages:
            raise ValueError(f"wanted: {(pages + 7) // 8} bytes of bitmap, not {len(bitmap)}")
        library.kvmlib_vm_clear_dirty_log(self._ref, slot, first_page, pages, ctypes.create_string_buffer(bitmap))

    def __contains__(self, capability: int) -> bool:
        return self.check_extension(capability) > 0

    def capabilities(self) -> dict[Cap, int]:
        """What KVM answers of each capability that this VM has."""
        found = {cap: self.check_extension(cap) for cap in Cap}
        return {cap: value for cap, value in found.items() if value > 0}

    def _about(self) -> str:
        return f" fd {library.kvmlib_vm_fd(self._ref)}"
