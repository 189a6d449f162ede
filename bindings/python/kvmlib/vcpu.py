# SPDX-License-Identifier: LGPL-2.1-or-later
"""vCPUs."""

from __future__ import annotations

import threading
from typing import Any

from . import _quick, errors
from ._generated.calls import VcpuCalls
from ._generated.enums import Exit, MpState
from ._layout import ARCHITECTURE
from ._library import library
from ._signals import Gate
from .exits import VcpuExit
from .registers import OneRegs, Registers


class Vcpu(VcpuCalls):
    """A vCPU. It belongs to one thread at a time: a call while another thread is inside of one is refused,
    but kick(), which is for all threads.

    Ctrl-C, and every other signal that Python handles, ends a run at once if the main thread runs it.
    """

    runs = 0

    @staticmethod
    def _lock() -> Any:
        return threading.RLock()

    def _made(self) -> None:
        self._gate = Gate(self.set_signal_mask)
        self._own_lock = self._alone

    def run(self) -> VcpuExit:  # type: ignore[override]
        """Run the guest until it exits; see also `exit`. Other threads of Python go on meanwhile."""
        with self._alone:
            self._run_once(self._gate, self._ref)
            return VcpuExit(self)

    def _run_once(self, gate: Gate, ref: Any, run: Any = _quick.run) -> None:
        self.runs += 1
        result = gate.call(run, ref)
        if result < 0:
            errors.check(result, None, None)

    def control_run(self) -> VcpuExit:  # type: ignore[override]
        """As run(), for a vCPU of a group: be there for pauses and work meanwhile (Control.run)."""
        with self._alone:
            self._run_once(self._gate, self._ref, library.kvmlib_control_run)
            return VcpuExit(self)

    def finish(self) -> None:
        """Have KVM finish the last exit, which has been answered: its instruction is half done before.

        ValueError: that ended in another exit, which is to be answered first.
        """
        if not self.exit_pending():
            return
        self.kick()
        after = self.run()
        if after.reason != Exit.INTR:
            raise ValueError(f"the last exit is not finished, there is another one: {after!r}")

    @property
    def exit(self) -> VcpuExit:
        """Why the last run ended."""
        return VcpuExit(self)

    @property
    def regs(self) -> Registers:
        """The general purpose registers, by name."""
        return Registers(self.get_regs, self.set_regs)

    @property
    def sregs(self) -> Registers:
        """The special registers, by name: `vcpu.sregs.cs.base = 0`."""
        return Registers(self.get_sregs, self.set_sregs)

    @property
    def fpu(self) -> Registers:
        """The floating point registers, by name."""
        return Registers(self.get_fpu, self.set_fpu)

    @property
    def one_regs(self) -> OneRegs:
        """The registers that have ids, by name or id: `vcpu.one_regs["SCTLR_EL1"]`."""
        return OneRegs(self)

    @property
    def mp_state(self) -> MpState:
        """The multiprocessing state."""
        return MpState(self.get_mp_state())

    @mp_state.setter
    def mp_state(self, state: int) -> None:
        self.set_mp_state(state)

    @property
    def msrs(self) -> Msrs:
        """x86: model specific registers by number, `vcpu.msrs[0x10]`."""
        return Msrs(self)

    def _about(self) -> str:
        reason = Exit(library.kvmlib_vcpu_exit_reason(self._ref))
        return f" {library.kvmlib_vcpu_id(self._ref)}, last exit {reason.name}"


class Msrs:
    """The model specific registers of a vCPU."""

    def __init__(self, vcpu: Vcpu) -> None:
        self._vcpu = vcpu

    def __getitem__(self, index: int) -> int:
        return int(self._vcpu.get_msrs_all([_entry(index, 0)])[0].data)

    def __setitem__(self, index: int, value: int) -> None:
        self._vcpu.set_msrs_all([_entry(index, value)])


def _entry(index: int, value: int) -> Any:
    from . import structs  # pylint: disable=import-outside-toplevel
    if ARCHITECTURE != "x86_64":
        raise NotImplementedError(f"{ARCHITECTURE} has no MSRs")
    return structs.kvm_msr_entry(index=index, data=value)
