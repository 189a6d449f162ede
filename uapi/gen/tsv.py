# SPDX-License-Identifier: LGPL-2.1-or-later
"""Read the tables of facts: tab separated, the first line names the columns, `-` is nothing."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def read(name):
    """The rows of uapi/NAME.tsv as dictionaries."""
    lines = (ROOT / f"{name}.tsv").read_text(encoding="ascii").splitlines()
    columns = lines[0].split("\t")
    return [_row(name, number, columns, line) for number, line in enumerate(lines[1:], 2)]


def _row(name, number, columns, line):
    fields = line.split("\t")
    if len(fields) != len(columns):
        raise SystemExit(f"uapi/{name}.tsv:{number}: {len(fields)} fields, not {len(columns)}")
    return dict(zip(columns, fields))


def dense_ids(name, rows, first=1):
    """Refuse a table whose numbers have gaps: they are appended to, never reused."""
    for number, row in enumerate(rows, first):
        if int(row["id"]) != number:
            raise SystemExit(f"uapi/{name}.tsv: id {row['id']} where {number} belongs")
    return rows
