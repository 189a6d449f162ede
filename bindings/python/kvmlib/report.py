# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a host's KVM offers, as text that can be kept, sent and compared."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Iterator, Mapping, NamedTuple, Sequence

from ._generated import calls
from ._generated.calls import ReportCalls
from ._generated.enums import ReportChange

if TYPE_CHECKING:
    from .system import System


class ReportDifference(NamedTuple):
    """In what two hosts differ."""

    kind: ReportChange
    key: str
    a: str | None
    b: str | None
    missing: int
    added: int


def _words(words: bytes | None) -> str | None:
    return None if words is None else words.decode()


class Report(ReportCalls):
    """A report of a host: keys with values, both text.

        report = Report.collect(system)
        report["arch"]
        print(report.format())
        common = report & Report.parse(text)

    @param items  What is in it at first.
    """

    def __init__(self, items: Mapping[str, str] | None = None) -> None:
        self._become(calls.report_new())
        for key, value in (items or {}).items():
            self[key] = value

    @staticmethod
    def _lock() -> Any:
        return threading.RLock()

    @staticmethod
    def collect(system: System) -> Report:
        """The report of a host."""
        return system.report_collect()

    @staticmethod
    def parse(text: str) -> Report:
        """Read what format() wrote."""
        return calls.report_parse(text)

    @staticmethod
    def baseline(reports: Sequence[Report]) -> Report:
        """What all of some hosts have."""
        return calls.report_baseline(reports)

    def __str__(self) -> str:
        return self.format()

    def get(self, key: str, default: Any = None) -> Any:
        """The value of an item, or the default."""
        value = super().get(key)
        return default if value is None else value

    def __getitem__(self, key: str) -> str:
        value: str | None = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str, value: str) -> None:
        self.set(key, value)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __len__(self) -> int:
        return self.count()

    def items(self) -> Iterator[tuple[str, str]]:
        """Keys with their values, in the order of keys."""
        return (self.item(index) for index in range(len(self)))

    def keys(self) -> Iterator[str]:
        """The keys, in their order."""
        return (key for key, _ in self.items())

    def values(self) -> Iterator[str]:
        """The values, in the order of keys."""
        return (value for _, value in self.items())

    def __iter__(self) -> Iterator[str]:
        return self.keys()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and self.format() == other.format()

    __hash__ = None  # type: ignore[assignment]

    def __and__(self, other: Report) -> Report:
        return self.baseline([self, other])

    def delta(self, other: Report) -> list[ReportDifference]:
        """In what another host differs: what guests of this one would lose there, or find."""
        found: list[ReportDifference] = []
        more, position, row = self.next_difference(other, 0)
        while more:
            found.append(ReportDifference(ReportChange(row.kind), (row.key or b"").decode(), _words(row.a),
                                          _words(row.b), row.missing, row.added))
            more, position, row = self.next_difference(other, position)
        return found

    def _about(self) -> str:
        return f" of {self.get('arch', 'nothing known')}, {len(self)} items"
