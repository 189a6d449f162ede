# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a VM is besides its memory: states, and the plans that save and restore them."""

from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Sequence, Union

from . import errors
from ._call import text
from ._generated import calls
from ._generated.calls import StateCalls, StatePlanCalls
from ._generated.constants import STATE_VM
from ._generated.enums import Direction, Scope, StateProblem
from ._handle import forget, shown
from ._layout import kvmlib_state_item, kvmlib_state_step
from ._integers import u64
from ._library import library

if TYPE_CHECKING:
    from .dirty import Dirty
    from .snapshot import Snapshot
    from .vcpu import Vcpu
    from .vm import Vm

Key = Union[str, "tuple[str, int | None]"]


class StateItem(NamedTuple):
    """One part of a state. Its instance is a vCPU's id, or None where it is the VM's."""

    name: str
    instance: int | None
    version: int
    data: bytes


def _key(key: Key) -> tuple[str, int]:
    name, instance = (key, None) if isinstance(key, str) else key
    return name, STATE_VM if instance is None else instance


class State(StateCalls):
    """A list of items, each with a name and bytes.

    `state["clock"]` are the bytes of an item of the VM, `state["regs", 0]` those of vCPU 0. `bytes(state)` is
    all of it, which State.parse() reads. Programs' own items have names with a dot in them.
    """

    def __init__(self) -> None:
        self._become(calls.state_new())

    @staticmethod
    def parse(blob: Any) -> State:
        """A state of the bytes that were written."""
        return calls.state_parse(blob)

    @staticmethod
    def read(file: Any) -> State:
        """Read a state from a file: its bytes, and none that follow."""
        return calls.state_read(file.read)

    @staticmethod
    def _lock() -> Any:
        # The steps of a plan use the state that it is saved to.
        return threading.RLock()

    def __bytes__(self) -> bytes:
        return b"".join(self._parts())

    def write(self, emit: Callable[[bytes], Any]) -> None:
        """Write it: emit is called with one part after the other, a file's write() for instance."""
        for part in self._parts():
            emit(part)

    def _parts(self) -> list[bytes]:
        parts: list[bytes] = []
        with self._alone:
            super().write(parts.append)
        return parts

    def _made(self) -> None:
        self._lent = not hasattr(self._ref, "release")

    def _own(self) -> None:
        if self._lent:
            raise TypeError(f"{self!r} belongs to what it was got from: it can be read alone")

    def clear(self) -> None:
        """Take all items out."""
        self._own()
        with self._alone:
            library.kvmlib_state_clear(self._ref)

    def put(self, name: str, instance: int, version: int, data: Any) -> None:
        """Put an item in, behind the others: of a vCPU, or of STATE_VM."""
        self._own()
        super().put(name, instance, version, data)

    def get(self, name: str, instance: int = STATE_VM) -> StateItem:  # type: ignore[override]
        """Find an item, of a vCPU or the VM; ENOENT where there is none."""
        item = kvmlib_state_item()
        held = self._ref
        with self._alone:
            library.kvmlib_state_get(held, text(name), u64(instance), ctypes.byref(item))
            return _item(item)

    def at(self, index: int) -> StateItem:  # type: ignore[override]
        """An item by its place in the order in which they were put."""
        item = kvmlib_state_item()
        held = self._ref
        with self._alone:
            library.kvmlib_state_at(held, u64(index), ctypes.byref(item))
            return _item(item)

    def __getitem__(self, key: Key) -> bytes:
        try:
            return self.get(*_key(key)).data
        except errors.StateError:
            raise KeyError(key) from None

    def __setitem__(self, key: Key, data: Any) -> None:
        self.put(*_key(key), 1, data)

    def __contains__(self, key: Key) -> bool:
        try:
            self.get(*_key(key))
        except errors.StateError:
            return False
        return True

    def __len__(self) -> int:
        return self.count()

    def __iter__(self) -> Iterator[StateItem]:
        return (self.at(index) for index in range(len(self)))

    def keys(self) -> list[tuple[str, int | None]]:
        """Names with the vCPU's id, or None: what `state[...]` takes, and `dict(state)` has."""
        return [(item.name, item.instance) for item in self]

    def items(self) -> list[tuple[tuple[str, int | None], bytes]]:
        """The same, with the bytes."""
        return [((item.name, item.instance), item.data) for item in self]

    def vcpu_ids(self) -> list[int]:
        """The ids of the vCPUs that it has items of."""
        return sorted({item.instance for item in self if item.instance is not None})

    def _about(self) -> str:
        return f" of {library.kvmlib_state_count(self._ref)} items"


def _item(item: Any) -> StateItem:
    instance = None if item.instance == STATE_VM else item.instance
    return StateItem(item.name.decode(), instance, item.version, ctypes.string_at(item.data, item.length))


class Problem(NamedTuple):
    """What stands in the way of restoring a state."""

    kind: StateProblem
    item: str
    instance: int | None
    number: int
    saved: int
    here: int


def _problem(row: Any) -> Problem:
    instance = None if row.instance == STATE_VM else row.instance
    return Problem(StateProblem(row.kind), (row.item or b"").decode(), instance, row.number, row.saved, row.here)


class Step:
    """A step of the program's own, done when a plan saves or restores.

    @param name   At most 31 bytes, with a dot in it.
    @param work   Called as work(state, vm, vcpu); vcpu is None where it is done once. What it raises ends all.
    @param after  Names of steps that come before.
    @param restoring  Whether it is one of restoring, and not of saving.
    @param once   Whether it is done for the VM, and not for each vCPU.
    """

    def __init__(self, name: str, work: Callable[[State, Any, Any], Any], after: Sequence[str] = (), *,
                 restoring: bool = False, once: bool = True, capability: int = 0) -> None:
        self.name = name
        step = self._struct = kvmlib_state_step()
        step.size = ctypes.sizeof(step)
        step.name, step.after = text(name), text(" ".join(after)) if after else None
        step.direction = Direction.RESTORING if restoring else Direction.SAVING
        step.scope = Scope.ONCE if once else Scope.EACH_VCPU
        step.capability = capability
        step.run = _runner(work, restoring)


_Run: Any = next(field[1] for field in kvmlib_state_step._fields_ if field[0] == "run")


def _runner(work: Callable[[State, Any, Any], Any], restoring: bool) -> Any:
    if not callable(work):
        raise TypeError(f"a function is wanted as work, not {type(work).__name__}")

    def run(state: Any, vm: Any, vcpu: Any, _: Any) -> None:
        arguments = shown(state), shown(vm), shown(vcpu) if vcpu else None
        if not restoring:
            arguments[0]._lent = False
        try:
            work(*arguments)
        finally:
            forget(arguments)
    return _Run(errors.guarded(run, ctypes.c_int32))


class StatePlan(StatePlanCalls):
    """How a VM is saved and restored: all of it but its memory.

    @param vm     The VM: its vCPUs, memory, group and routes, unless others are given.
    @param steps  Of the program's own: Step.
    @param options  vcpus, memory, control, routes, skip (names of steps to leave out), timeout (nanoseconds);
                  gic, its (several) and aia: interrupt controllers.
    """

    def __init__(self, vm: Vm, steps: Sequence[Step] = (), **options: Any) -> None:
        known: dict[str, Any] = {"vcpus": vm.vcpus, "memory": vm.known("memory"), "control": vm.known("control"),
                 "routes": vm.known("routes")}
        structs = [step._struct for step in steps]
        self._become(vm.state_plan_new(**{**known, **options}, steps=structs))
        self._steps = structs
        self._vm = vm

    def save(self, state: State | None = None) -> State:  # type: ignore[override]
        """Save the VM: into a new state, or behind the items of one."""
        into = State() if state is None else state
        into._own()
        super().save(into)
        return into

    def save_vcpu(self, vcpu: Vcpu, state: State) -> None:
        """Save one vCPU, on its thread."""
        state._own()
        super().save_vcpu(vcpu, state)

    def check(self, state: State | bytes, **options: int) -> list[Problem]:  # type: ignore[override]
        """What stands in the way of restoring a state; nothing is touched.

        @param options  As of restore().
        """
        found: list[Problem] = []
        super().check(_state(state), lambda row: found.append(_problem(row)), **options)
        return found

    def restore(self, state: State | bytes, **options: int) -> None:
        """Restore the VM, whose memory has to be there before.

        @param options  allow (StateProblem: what is left out where it can't be had), flags (RestoreFlag).
        """
        super().restore(_state(state), **options)

    def steps(self, direction: Direction = Direction.SAVING) -> list[str]:
        """Names of the steps, in the order in which they are done."""
        names: list[str] = []
        while (step := self.step_at(direction, len(names))) is not None:
            names.append(step.name.decode())
        return names

    def reset_new(self, dirty: Dirty) -> Snapshot:
        """Take a snapshot; see Vm.snapshot()."""
        made = super().reset_new(dirty)
        made._of(self, dirty)
        return made

    def _about(self) -> str:
        return f" of {len(self.steps())} steps to save, {len(self.steps(Direction.RESTORING))} to restore"


def _state(state: Any) -> State:
    return state if isinstance(state, State) else State.parse(state)
