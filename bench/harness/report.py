# SPDX-License-Identifier: LGPL-2.1-or-later
"""How results are printed."""

from . import verdict

COLUMNS = ("bench", "metric", "value", "unit", "target", "verdict")


def _fields(result):
    mark = f"{result.verdict} ({result.reason})" if result.reason else result.verdict
    return (result.bench, result.metric, result.value, result.unit, result.target, mark)


def tsv(notes, results):
    """Notes as comments, then a line for each result."""
    return [f"# {note}" for note in notes] + ["\t".join(_fields(result)) for result in results]


def table(notes, results):
    """The same for people: aligned, and a reason once, below the rows that share it."""
    rows = [COLUMNS] + [_fields(result)[:-1] + (result.verdict,) for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["  ".join(field.ljust(width) for field, width in zip(row, widths)).rstrip()
             for row in rows]
    reasons = dict.fromkeys(result.reason for result in results if result.reason)
    return list(notes) + [""] + lines + [f"skipped: {reason}" for reason in reasons]


def status(results):
    """The exit status."""
    return 1 if any(result.verdict == verdict.SHORT for result in results) else 0
