# SPDX-License-Identifier: LGPL-2.1-or-later
"""The simulated kernel: a KVM without /dev/kvm, for tests.

    with Sim() as sim, System(sim=sim) as system:
        vcpu = system.create_vm().create_vcpu(0)
        sim.push_io(vcpu.fd(), 0x3f8, 1, 1, True, b"x")
"""

from __future__ import annotations

import ctypes
from typing import Any

from . import _layout
from ._generated import sim_calls
from ._generated.sim_calls import SimCalls
from ._handle import Handle
from ._library import sim_library


class Sim(SimCalls):
    """A simulated kernel; `System(sim=sim)` opens it."""

    def __init__(self) -> None:
        made = sim_calls.sim_new()
        Handle.__init__(self, made._ref)

    @property
    def sys_ops(self) -> Any:
        """Its table of system calls."""
        table = sim_library.kvmlib_sim_sys_ops(self._ref)
        return ctypes.cast(table, ctypes.POINTER(_layout.kvmlib_sys_ops))
