# SPDX-License-Identifier: LGPL-2.1-or-later
"""What happened when: exits and dirty pages over time, for kvmlib.plot and whoever else counts.

    exits = ExitHistory(loop)
    with DirtyHistory(dirty.consumer()) as pages:
        loop.run()
    print(exits.counts())
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from ._generated.enums import Exit

if TYPE_CHECKING:
    from .dirty import DirtyConsumer, Run
    from .loop import Loop


class ExitHistory:
    """The exits of a loop from now on: when, in seconds since, and why."""

    def __init__(self, loop: Loop) -> None:
        self.times: list[float] = []
        self.reasons: list[int] = []
        self._begin = time.perf_counter()
        loop.seen = self._see

    def _see(self, reason: int) -> None:
        self.times.append(time.perf_counter() - self._begin)
        self.reasons.append(reason)

    def counts(self) -> dict[Exit, int]:
        """How many there were of each reason, the most frequent first."""
        return {Exit(reason): count for reason, count in Counter(self.reasons).most_common()}

    def times_of(self, reason: int) -> list[float]:
        """When those of one reason were."""
        return [when for when, why in zip(self.times, self.reasons) if why == reason]


class DirtyRound(NamedTuple):
    """What was written up to a moment, since the round before."""

    time: float
    pages: int
    runs: list[Run]


class DirtyHistory:
    """Rounds of a consumer. In `with` a thread begins one at each interval, and a last one at the end.

    @param consumer  Nobody else may use it meanwhile.
    @param interval  Seconds.
    """

    def __init__(self, consumer: DirtyConsumer, interval: float = 0.05) -> None:
        self.rounds: list[DirtyRound] = []
        self._consumer = consumer
        self._interval = interval
        self._begin = time.perf_counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="dirty pages", daemon=True)
        self._error: BaseException | None = None

    def sample(self) -> DirtyRound:
        """Begin a round here and now, and take what is in it."""
        found = self._consumer.round()
        self.rounds.append(DirtyRound(time.perf_counter() - self._begin, found.pages, list(found)))
        return self.rounds[-1]

    def _repeat(self) -> None:
        try:
            while not self._ended.wait(self._interval):
                self.sample()
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self._error = error

    def __enter__(self) -> DirtyHistory:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        if kind is not None:
            return
        if self._error is not None:
            raise self._error
        self.sample()
