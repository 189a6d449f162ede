# SPDX-License-Identifier: LGPL-2.1-or-later
"""The interrupt controllers of a PC."""

from __future__ import annotations

from typing import Any

from . import structs
from ._generated.calls import IrqchipCalls
from ._generated.enums import IrqchipProfile
from .vm import Vm


class Irqchip(IrqchipCalls):
    """Who has the interrupt controllers of an x86 VM: `Irqchip(vm)` puts all of them into KVM.

    @param options  profile (IrqchipProfile), nr_pins, flags (IrqchipFlag).
    """

    def __init__(self, vm: Vm, **options: Any) -> None:
        self._become(vm.irqchip_create(**options))

    def profile(self) -> IrqchipProfile:
        """Which controllers the VM has."""
        return IrqchipProfile(super().profile())

    def raise_line(self, gsi: int) -> int:
        """Set a line to 1. 1: it reached a vCPU, 0: one was pending, -1: masked."""
        return self.set_line(gsi, 1)

    def lower_line(self, gsi: int) -> int:
        """Set a line to 0."""
        return self.set_line(gsi, 0)

    def message(self, address: int, data: int, devid: int = 0) -> int:
        """Send a message: KVM_SIGNAL_MSI."""
        return self.signal_msi(msi(address, data, devid))

    def _about(self) -> str:
        return f" {self.profile().name}, {self.nr_pins()} pins"


def msi(address: int, data: int, devid: int = 0) -> Any:
    """A message: where it goes, and what it says."""
    return structs.kvmlib_irq_routing_msi(address_lo=address & 0xFFFF_FFFF, address_hi=address >> 32,
                                          data=data, devid=devid)
