# SPDX-License-Identifier: LGPL-2.1-or-later
"""Snapshots that a VM goes back to at the cost of what was written since, and VMs as bytes."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING, Any, ContextManager, Iterable

from ._generated.calls import ResetCalls
from ._generated.enums import DirtyMechanism, LoadFlag, MemoryFlag
from .dirty import Dirty
from .image import Image
from .state import State, StatePlan

if TYPE_CHECKING:
    from .vcpu import Vcpu
    from .vm import Vm

# Exits in a row that one instruction of a guest makes: a string of ports, a page of it.
_MOST = 4096


class Snapshot(ResetCalls):
    """A snapshot of a VM, made by Vm.snapshot(): state and memory, as they were then.

        with vm.snapshot() as snapshot:
            for case in cases:
                memory[0x2000:] = case
                run(vm)
                snapshot.reset()
    """

    _plan: StatePlan | None = None
    _dirty: Dirty

    def _of(self, plan: StatePlan, dirty: Dirty) -> None:
        self._plan, self._dirty = plan, dirty
        self._alone = plan._alone

    def reset(self) -> int:
        """Put the VM back, whatever its vCPUs' last exits are; how many pages that took."""
        if self._plan is not None:
            _forget_exits(self._plan._vm)
        return super().reset()

    def _about(self) -> str:
        if self._plan is None:
            return ""
        vm = self._plan._vm
        return f" of {len(vm.vcpus)} vCPUs, {sum(region.length for region in vm.memory):#x} bytes"

    def state(self) -> State:
        """The state that the VM is reset to; it can be read alone."""
        state = super().state()
        assert state is not None
        return state


def _forget_exits(vm: Vm) -> None:
    """The guests' instructions do not matter, but KVM has to have finished them."""
    for vcpu in _unpaused(vm):
        _forget_exit(vcpu)


def _unpaused(vm: Vm) -> list[Vcpu]:
    """Those whose exits no pause finishes: they are in no group."""
    members = () if vm.control is None else vm.control.vcpus
    return [vcpu for vcpu in vm.vcpus if vcpu not in members]


def _forget_exit(vcpu: Vcpu) -> None:
    for _ in range(_MOST):
        if not vcpu.exit_pending():
            return
        vcpu.kick()
        vcpu.run()


def take(vm: Vm, **options: Any) -> Snapshot:
    """Take a snapshot; see Vm.snapshot()."""
    _finish(vm)
    plan, dirty = StatePlan(vm, **options), vm.memory.dirty
    if dirty.mechanism() == DirtyMechanism.RING:
        _tell(dirty, vm.vcpus)
    return plan.reset_new(dirty)


def _tell(dirty: Dirty, vcpus: Iterable[Vcpu]) -> None:
    for vcpu in vcpus:
        try:
            dirty.add_vcpu(vcpu)
        except OSError as error:
            if error.errno != errno.EEXIST:
                raise


def _finish(vm: Vm) -> None:
    for vcpu in _unpaused(vm):
        vcpu.finish()


def _paused(vm: Vm) -> ContextManager[Any]:
    return contextlib.nullcontext() if vm.control is None else vm.control.paused()


def save(vm: Vm, file: Any = None, **options: Any) -> bytes | None:
    """Save a VM; see Vm.save()."""
    vm.memory  # pylint: disable=pointless-statement
    plan = StatePlan(vm, **options)
    with _paused(vm):
        _finish(vm)
        state = plan.save()
        if file is None:
            return Image.dump(vm.memory, state=state)
        Image.write(vm.memory, file, state=state)
        return None


def load(vm: Vm, source: Any, allow: int = 0, flags: int = 0, **options: Any) -> None:
    """Load a VM; see Vm.load()."""
    with Image(source) as image, _paused(vm):
        state = image.state()
        if state is None:
            raise ValueError("the image has memory alone: it was not made by Vm.save()")
        _forget_exits(vm)
        fresh = _make(vm, image, state)
        plan = StatePlan(vm, **options)
        if any(not problem.kind & allow for problem in plan.check(state)):
            plan.restore(state, allow=allow, flags=flags)  # says why not, before memory is touched
        image.load(vm.memory, flags=LoadFlag.FRESH if fresh else 0)
        plan.restore(state, allow=allow, flags=flags)


def _make(vm: Vm, image: Image, state: State) -> bool:
    """Make the memory and the vCPUs that are not there; whether the memory is new."""
    if not vm.vcpus:
        for number in state.vcpu_ids():
            vm.create_vcpu(number)
    if len(vm.memory):
        return False
    with vm.memory.change() as change:
        for part in image.parts():
            change.add(part.gpa, part.length, space=part.space, flags=part.flags & MemoryFlag.READONLY)
    return True
