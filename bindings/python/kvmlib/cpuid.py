# SPDX-License-Identifier: LGPL-2.1-or-later
"""What processor an x86 guest sees, as a table; and models, which are the same on every host."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Iterable, Iterator, NamedTuple

from ._generated import calls
from ._generated.calls import CpuidCalls
from ._generated.constants import CPUID_MSR, CPUID_WHOLE
from ._generated.enums import CpuidChange, CpuidLack, CpuidProblem, CpuidRegister

if TYPE_CHECKING:
    from .system import System


class CpuidDifference(NamedTuple):
    """In what two tables differ. The register is None for an MSR, whose number is the leaf."""

    kind: CpuidChange
    leaf: int
    subleaf: int
    register: CpuidRegister | None
    a: int
    b: int
    missing: int
    added: int


class Contradiction(NamedTuple):
    """What does not fit in a table."""

    kind: CpuidProblem
    feature: str | None
    needs: str | None
    leaf: int
    subleaf: int
    register: CpuidRegister
    bits: int
    expected: int


class Lack(NamedTuple):
    """What a host has not for a guest. The bit is None where it is a whole register."""

    kind: CpuidLack
    feature: str | None
    leaf: int
    subleaf: int
    register: CpuidRegister | None
    bit: int | None
    guest: int
    host: int


def _register(number: int) -> CpuidRegister | None:
    return None if number == CPUID_MSR else CpuidRegister(number)


def _words(words: bytes | None) -> str | None:
    return None if words is None else words.decode()


class Cpuid(CpuidCalls):
    """A CPU as a table: what CPUID answers, and the MSRs that tell of features.

        cpu = Cpuid.host(system)
        cpu["avx2"] = False
        common = cpu & other
        cpu.for_vcpu(0, cores=2).apply(vcpu)

    Features are members: `"avx2" in cpu`, `set(cpu)`, `cpu.add("avx2")`, `cpu.discard("avx2")`.

    @param entries  kvm_cpuid_entry2, as of a vCPU.
    """

    def __init__(self, entries: Iterable[Any] = ()) -> None:
        self._become(calls.cpuid_from_entries(list(entries)))

    @staticmethod
    def _lock() -> Any:
        return threading.RLock()

    @staticmethod
    def host(system: System, flags: int = 0) -> Cpuid:
        """All that a host's KVM can give to a guest."""
        return system.cpuid_collect(flags=flags)

    @staticmethod
    def features() -> list[str]:
        """The names of all features that there are."""
        return _feature_names()

    def __getitem__(self, feature: str) -> bool:
        return self.has_feature(feature) != 0

    def __setitem__(self, feature: str, there: bool) -> None:
        self.set_feature(feature, int(bool(there)))

    def __contains__(self, feature: object) -> bool:
        return isinstance(feature, str) and self[feature]

    def __iter__(self) -> Iterator[str]:
        return (name for name in _feature_names() if self[name])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True

    def add(self, *features: str) -> None:
        """Give it features."""
        for feature in features:
            self[feature] = True

    def discard(self, *features: str) -> None:
        """Take features away."""
        for feature in features:
            self[feature] = False

    def __and__(self, other: Cpuid) -> Cpuid:
        both = self.copy()
        both.intersect(other)
        return both

    def __iand__(self, other: Cpuid) -> Cpuid:
        self.intersect(other)
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cpuid) and (self is other or not self.delta(other))

    __hash__ = None  # type: ignore[assignment]

    def delta(self, other: Cpuid) -> list[CpuidDifference]:
        """In what another differs: what a guest of this one would lose there, or find."""
        found: list[CpuidDifference] = []
        more, position, row = self.next_difference(other, 0)
        while more:
            found.append(CpuidDifference(CpuidChange(row.kind), row.leaf, row.subleaf, _register(row.reg),
                                         row.a, row.b, row.missing, row.added))
            more, position, row = self.next_difference(other, position)
        return found

    def check(self) -> list[Contradiction]:  # type: ignore[override]
        """What does not fit in it."""
        rows: list[Any] = []
        super().check(rows.append)
        return [Contradiction(CpuidProblem(row.kind), _words(row.feature), _words(row.needs), row.leaf, row.subleaf,
                              CpuidRegister(row.reg), row.bits, row.expected) for row in rows]

    def verdict(self, host: Cpuid) -> list[Lack]:  # type: ignore[override]
        """What a host has not for a guest of this CPU; nothing: it can run there."""
        rows: list[Any] = []
        super().verdict(host, rows.append)
        return [Lack(CpuidLack(row.kind), _words(row.feature), row.leaf, row.subleaf, _register(row.reg),
                     None if row.bit == CPUID_WHOLE else row.bit, row.guest, row.host) for row in rows]

    def leaves(self) -> list[Any]:
        """The leaves, in their order: leaf, subleaf, flags, registers."""
        found: list[Any] = []
        while (leaf := self.leaf_at(len(found))) is not None:
            found.append(leaf)
        return found

    def msrs(self) -> dict[int, int]:
        """The MSRs that tell of features."""
        found: dict[int, int] = {}
        while (msr := self.msr_at(len(found))) is not None:
            found[msr.index] = msr.value
        return found

    def for_vcpu(self, index: int = 0, **topology: int) -> Cpuid:
        """The table of one vCPU: as fix() makes it, of a copy.

        @param topology  sockets, dies, cores, threads, flags (CpuidFlag).
        """
        own = self.copy()
        own.fix(index=index, **topology)
        return own

    def _about(self) -> str:
        return f" of {len(self.leaves())} leaves, {len(self)} features"


_names: list[str] = []


def _feature_names() -> list[str]:
    if not _names:
        found: list[str] = []
        while (feature := calls.cpuid_feature_at(len(found))) is not None:
            found.append((feature.name or b"").decode())
        _names.extend(found)
    return list(_names)


class Model(NamedTuple):
    """A model of a CPU: what it is never changes."""

    name: str
    version: int
    meaning: str


class CpuModel(Cpuid):
    """The table of a model: `CpuModel("x86-64-v2", host)`.

    @param name     Its name; CpuModel.models() has all of them.
    @param host     Table of the host, whose vendor and places of xsave components are taken.
    @param version  0: the latest.
    """

    def __init__(self, name: str, host: Cpuid | None = None, version: int = 0) -> None:
        self._become(calls.cpuid_from_model(name, version, host))
        self.name = name

    @staticmethod
    def models() -> list[Model]:
        """All models, each version for itself."""
        found: list[Model] = []
        while (row := calls.cpuid_model_at(len(found))) is not None:
            found.append(Model((row.name or b"").decode(), row.version, (row.meaning or b"").decode()))
        return found

    def _about(self) -> str:
        return f" {self.name}{super()._about()}"
