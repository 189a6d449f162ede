# SPDX-License-Identifier: LGPL-2.1-or-later
"""What KVM counts of a VM or a vCPU."""

from __future__ import annotations

from typing import Iterator, Union

from ._generated.calls import StatsCalls
from ._generated.enums import StatsType, StatsUnit
from ._integers import u64
from ._library import library
from .vcpu import Vcpu
from .vm import Vm

Sample = Union[int, list[int]]


class Stats(StatsCalls):
    """Statistics by name: `Stats(vm)["remote_tlb_flush"]` is the value of the last sample.

    A histogram's value is the list of its buckets. `sample()` takes a new sample, and is all of it.
    """

    _names: dict[str, int]

    def __init__(self, whose: Vm | Vcpu) -> None:
        self._become(whose.stats_open_vcpu() if isinstance(whose, Vcpu) else whose.stats_open_vm())

    def _made(self) -> None:
        self._names = {}
        for index in range(self.count()):
            self._names.setdefault(self.describe(index).name.decode(), index)

    def sample(self) -> dict[str, Sample]:  # type: ignore[override]
        """Take a sample: all names with their values."""
        super().sample()
        return dict(self.items())

    def __getitem__(self, name: str) -> Sample:
        index = self._names[name]
        values = self.values(index)
        is_list = StatsType(self.describe(index).type) in (StatsType.LINEAR_HIST, StatsType.LOG_HIST)
        return values if is_list or len(values) != 1 else values[0]

    def values(self, which: int | str) -> list[int]:
        """All values of one statistic, by its name or index, as they are in the last sample."""
        index = self._names[which] if isinstance(which, str) else which
        count = self.describe(index).nr_values
        with self._alone:
            found = library.kvmlib_stats_values(self._ref, u64(index))
            return list(found[:count])

    def unit(self, name: str) -> StatsUnit:
        """The unit that scaled values are in."""
        return StatsUnit(self.describe(self._names[name]).unit)

    def scaled_value(self, name: str) -> float:
        """The value of the last sample in its unit: seconds for nanoseconds."""
        return self.scaled(self._names[name])

    def buckets(self, name: str) -> list[tuple[int, int, int]]:
        """A histogram: from, to, and how often."""
        index = self._names[name]
        return [(*self.bucket(index, number), value) for number, value in enumerate(self.values(index))]

    def keys(self) -> list[str]:
        """The names."""
        return list(self._names)

    def items(self) -> Iterator[tuple[str, Sample]]:
        """Names with the values of the last sample."""
        return ((name, self[name]) for name in self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def _about(self) -> str:
        return f" {self.id()}, {len(self)} names"
