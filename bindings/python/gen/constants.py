# SPDX-License-Identifier: LGPL-2.1-or-later
"""The constants of the headers as numbers, and those that belong together as enumerations."""

import re
from collections import namedtuple
from pathlib import Path

from . import headers, output

TABLE = Path(__file__).resolve().parent.parent / "enums.tsv"

Enum = namedtuple("Enum", "name base headers names brief")


def enums():
    """The rows of enums.tsv."""
    rows = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    return [Enum(*row.split("\t")) for row in rows]


def _number(value):
    return str(value) if value < 10 else hex(value)


def _members(enum, constants):
    for constant in constants:
        match = re.fullmatch(enum.names, output.short(constant.name))
        if match and constant.header in enum.headers.split(","):
            yield match[1], constant.value


def _enum(enum, constants):
    members = list(_members(enum, constants))
    if not members:
        raise SystemExit(f"enums.tsv: no constant for {enum.name}")
    lines = [f"class {enum.name}({enum.base}):", f'    """{enum.brief}"""', ""]
    return "\n".join(lines + [f"    {name} = {_number(value)}" for name, value in members])


def files():
    """constants.py and enums.py."""
    constants = list(headers.constants())
    plain = "\n".join(f"{output.short(one.name)} = {_number(one.value)}" for one in constants)
    yield "constants.py", output.module("Every constant of the C headers, without KVMLIB_.", plain)
    body = "from .._enums import IntEnum, IntFlag\n\n\n" + "\n\n\n".join(_enum(one, constants) for one in enums())
    yield "enums.py", output.module("The constants that belong together.", body)
