# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the measurements mean: every verdict is made here, by the targets in bench/targets.tsv.

A timing row is measured in rounds of raw calls, the library's, and raw calls again. What the
library adds to a call is the median over the rounds; raw against raw tells how far the medians of
these rounds can be trusted.

Rows whose targets are in other units are judged by these: "ns" is the library's own time, "ratio" is
that against the raw call however short it is, and "calls" is a number that must be met exactly. A
target "-" has a row measured and told, and not judged.
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
# And so does a raw call that mostly takes so many times what it takes at its fastest, where the
# library's own time is judged.
BUSY = 1.2
# In this unit a row is told besides: how often the library does it.
RATE = "per_second"
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
    if target == NONE:
        return Result(bench, metric, value, unit, NONE, NONE)
    verdict = NOISY if noisy else OK if float(value) <= float(target) else SHORT
    return Result(bench, metric, value, unit, target, verdict)


def counted(bench, metric, number, rows):
    """The line of a number of calls, of which neither more nor fewer will do."""
    target = _target(bench, metric, "calls", rows)
    return Result(bench, metric, str(number), "calls", target, OK if str(number) == target else SHORT)


def _bounds_of_median(values):
    """Where the median lies with a confidence of 95 %: order statistics, for any distribution."""
    ordered = sorted(values)
    rank = max(0, math.floor(len(ordered) / 2 - 0.98 * math.sqrt(len(ordered))))
    return ordered[rank], ordered[-1 - rank]


def stray(ratios):
    """The end of the median's confidence interval that is farther from 1."""
    return max(_bounds_of_median(ratios), key=lambda bound: abs(bound - 1))


def _fastest(times):
    """That of a tenth of the rounds: what else the host does can only add to a time."""
    return sorted(times)[len(times) // 10]


def _is_busy(samples):
    """Whether the raw call mostly takes longer than it can: who shares a core makes all of a row slow."""
    raw = [first for first, _, _ in samples]
    return statistics.median(raw) > BUSY * _fastest(raw)


def _units(bench, metric, rows):
    """Those that there are targets in."""
    return {row["unit"] for row in rows if row["bench"] == bench and fnmatchcase(metric, row["metric"])}


def _unit(bench, metric, raw, rows):
    """What a row is judged in: nanoseconds added to short calls and a ratio for others, or its only unit."""
    units = _units(bench, metric, rows) - {RATE}
    if len(units) == 1:
        return units.pop()
    return "ns_added" if raw < SHORT_CALL else "ratio"


def _measured(samples, unit):
    """The value in a unit, as it is printed."""
    if unit == "ns":
        return f"{_fastest([own for _, own, _ in samples]):.1f}"
    if unit == "ns_added":
        return f"{statistics.median(own - first for first, own, _ in samples):.1f}"
    return f"{statistics.median(own / first for first, own, _ in samples):.4f}"


def _rate(bench, metric, samples, rows):
    """A line more where there is a row of that unit; it is told, and not judged."""
    if RATE not in _units(bench, metric, rows):
        return []
    rate = 1e9 / statistics.median(own for _, own, _ in samples)
    return [Result(bench, f"{metric}_rate", f"{rate:.0f}", RATE, NONE, NONE)]


def timing(bench, metric, samples, rows, emulated=False):
    """A row's three lines from its rounds, or four: (raw, library, raw again), in nanoseconds a call.

    In an emulated host the same instructions take what their translation takes, which comparing
    raw calls with themselves can't show: nothing measured there is better than noisy.
    """
    raw = statistics.median(first for first, _, _ in samples)
    control = f"{stray([again / first for first, _, again in samples]):.4f}"
    steady = STEADY[0] <= float(control) <= STEADY[1]
    unit = _unit(bench, metric, raw, rows)
    noisy = emulated or not steady or (unit == "ns" and _is_busy(samples))
    return [
        _judged(bench, metric, _measured(samples, unit), unit, rows, noisy),
        Result(bench, f"{metric}_control", control, "ratio", f"{STEADY[0]}-{STEADY[1]}",
               OK if steady else NOISY),
        Result(bench, f"{metric}_raw", f"{raw:.{0 if raw >= 100 else 1}f}", "ns", NONE, NONE),
    ] + _rate(bench, metric, samples, rows)


def instructions(bench, metric, number, rows):
    """The line of an instruction count."""
    return _judged(bench, f"instructions_{metric}", str(number), "instructions", rows)


def skipped(bench, metric, reason):
    """The line of a row that was not measured."""
    return Result(bench, metric, NONE, NONE, NONE, SKIPPED, reason)
