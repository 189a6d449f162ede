# SPDX-License-Identifier: LGPL-2.1-or-later
"""Virtual machines."""

from __future__ import annotations

import ctypes
from typing import Any

from . import structs
from ._generated.calls import VmCalls
from ._generated.enums import Cap
from ._handle import Handle
from ._library import library
from .system import System

_PAGE = 4096


class Vm(VmCalls):
    """A virtual machine; `Vm()` is one of a system of its own."""

    def __init__(self, system: System | None = None, **options: Any) -> None:
        made = (system or System()).create_vm(**options)
        Handle.__init__(self, made._ref, made._ref.keep)

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
