# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the measurements mean: every verdict is made here, by the targets in bench/targets.tsv.

A timing row is measured in rounds of raw calls, the library's, and raw calls again. What the
library adds to a call is the median over the rounds; raw against raw tells how far the medians of
these rounds can be trusted.
"""

import csv
import math
import statistics
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

TARGETS = Path(__file__).resolve().parent.parent / "targets.tsv"
# A raw call that takes less is judged by the nanoseconds added, and any other by the ratio.
SHORT_CALL = 2000
# Raw against raw outside of this says that the host is too noisy to tell.
STEADY = (0.98, 1.02)
OK, SHORT, NOISY, SKIPPED, NONE = "ok", "short", "noisy", "skipped", "-"


@dataclass(frozen=True)
class Result:
    """One line of the output; a reason only where the verdict is `skipped`."""

    bench: str
    metric: str
    value: str
    unit: str
    target: str
    verdict: str
    reason: str = ""


def targets(path=TARGETS):
    """The rows of the file; metrics are shell patterns, the first that fits holds."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _target(bench, metric, unit, rows):
    for row in rows:
        if row["bench"] == bench and row["unit"] == unit and fnmatchcase(metric, row["metric"]):
            return row["target"]
    raise LookupError(f"{TARGETS.name} has no target for {bench} {metric} in {unit}")


def _judged(bench, metric, value, unit, rows, noisy=False):
    """The value as it is printed decides, so that the reader can follow."""
    target = _target(bench, metric, unit, rows)
    verdict = NOISY if noisy else OK if float(value) <= float(target) else SHORT
    return Result(bench, metric, value, unit, target, verdict)


def _bounds_of_median(values):
    """Where the median lies with a confidence of 95 %: order statistics, for any distribution."""
    ordered = sorted(values)
    rank = max(0, math.floor(len(ordered) / 2 - 0.98 * math.sqrt(len(ordered))))
    return ordered[rank], ordered[-1 - rank]


def stray(ratios):
    """The end of the median's confidence interval that is farther from 1."""
    return max(_bounds_of_median(ratios), key=lambda bound: abs(bound - 1))


def _added(samples, raw):
    """What the library adds to a raw call of so many nanoseconds: (value, unit)."""
    if raw < SHORT_CALL:
        return f"{statistics.median(own - first for first, own, _ in samples):.1f}", "ns_added"
    return f"{statistics.median(own / first for first, own, _ in samples):.4f}", "ratio"


def timing(bench, metric, samples, rows, emulated=False):
    """A row's three lines from its rounds: (raw, library, raw again), in nanoseconds a call.

    In an emulated host the same instructions take what their translation takes, which comparing
    raw calls with themselves can't show: nothing measured there is better than noisy.
    """
    raw = statistics.median(first for first, _, _ in samples)
    control = f"{stray([again / first for first, _, again in samples]):.4f}"
    steady = STEADY[0] <= float(control) <= STEADY[1]
    return [
        _judged(bench, metric, *_added(samples, raw), rows, noisy=emulated or not steady),
        Result(bench, f"{metric}_control", control, "ratio", f"{STEADY[0]}-{STEADY[1]}",
               OK if steady else NOISY),
        Result(bench, f"{metric}_raw", f"{raw:.0f}", "ns", NONE, NONE),
    ]


def instructions(bench, metric, number, rows):
    """The line of an instruction count."""
    return _judged(bench, f"instructions_{metric}", str(number), "instructions", rows)


def skipped(bench, metric, reason):
    """The line of a row that was not measured."""
    return Result(bench, metric, NONE, NONE, NONE, SKIPPED, reason)
