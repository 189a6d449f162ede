# SPDX-License-Identifier: LGPL-2.1-or-later
"""What processor an arm64 guest sees, as a table of id registers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ._generated import calls
from ._generated.calls import Arm64IdsCalls
from ._generated.enums import Arm64Change, Arm64Lack
from .cpuid import Model

if TYPE_CHECKING:
    from .system import System


class IdDifference(NamedTuple):
    """In what two tables differ: one field."""

    kind: Arm64Change
    field: str
    a: int
    b: int


class IdLack(NamedTuple):
    """What a host has not for a guest. The field is None for bits that none has; then the values are the register's."""

    kind: Arm64Lack
    field: str | None
    register: int
    guest: int
    host: int


def _name(field: Any) -> str:
    return (field.name or b"").decode()


class Arm64Ids(Arm64IdsCalls):
    """A processor of arm64 as a table: its id registers, by fields.

        cpu = Arm64Ids.host(system)
        cpu["ID_AA64PFR0_EL1.SVE"] = 0
        common = cpu & other
        cpu.apply(vcpu)

    It can be looked at on any architecture.
    """

    def __init__(self) -> None:
        self._become(calls.arm64_ids_new())

    @staticmethod
    def _lock() -> Any:
        return threading.RLock()

    @staticmethod
    def host(system: System) -> Arm64Ids:
        """What a host gives to guests that wish for all it has."""
        return system.arm64_ids_collect()

    @staticmethod
    def fields() -> list[str]:
        """The names of all fields that there are."""
        return _field_names()

    def __getitem__(self, field: str) -> int:
        return self.get_field(field)[1]

    def __setitem__(self, field: str, value: int) -> None:
        self.set_field(field, value)

    def __iter__(self) -> Iterator[str]:
        return (name for name in _field_names() if self.get_field(name)[0])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True

    def __and__(self, other: Arm64Ids) -> Arm64Ids:
        both = self.copy()
        both.intersect(other)
        return both

    def __iand__(self, other: Arm64Ids) -> Arm64Ids:
        self.intersect(other)
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Arm64Ids) and (self is other or not self.delta(other))

    __hash__ = None  # type: ignore[assignment]

    def delta(self, other: Arm64Ids) -> list[IdDifference]:
        """In what another differs: what a guest of this one would lose there, or find."""
        found: list[IdDifference] = []
        more, position, row = self.next_difference(other, 0)
        while more:
            found.append(IdDifference(Arm64Change(row.kind), _name(row.field[0]), row.a, row.b))
            more, position, row = self.next_difference(other, position)
        return found

    def verdict(self, host: Arm64Ids) -> list[IdLack]:  # type: ignore[override]
        """What a host has not for a guest of this processor; nothing: it can run there."""
        rows: list[IdLack] = []
        super().verdict(host, lambda row: rows.append(
            IdLack(Arm64Lack(row.kind), _name(row.field[0]) if row.field else None, row.reg, row.guest, row.host)))
        return rows

    @staticmethod
    def models() -> list[Model]:
        """All models, each version for itself; see to_model()."""
        found: list[Model] = []
        while (row := calls.arm64_model_at(len(found))) is not None:
            found.append(Model((row.name or b"").decode(), row.version, (row.meaning or b"").decode()))
        return found

    def to_model(self, name: str, version: int = 0) -> None:
        """Bring the table to a model: its guests find that, and nothing beyond, whatever more the host has."""
        super().to_model(name, version)

    def _about(self) -> str:
        return f" of {len(self)} fields"


_names: list[str] = []


def _field_names() -> list[str]:
    if not _names:
        found: list[str] = []
        while (field := calls.arm64_field_at(len(found))) is not None:
            found.append(_name(field))
        _names.extend(found)
    return list(_names)
