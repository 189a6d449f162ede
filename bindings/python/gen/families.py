# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exceptions: one for each family of causes. The first family that knows a cause has it."""

import re
from pathlib import Path

from . import output

TABLE = Path(__file__).resolve().parent.parent / "families.tsv"


def _rows():
    return [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]]


def files(constants):
    """families.py: the classes, and the class of each cause that has one."""
    rows = _rows()
    causes = [output.short(one.name).removeprefix("CAUSE_") for one in constants if one.header == "causes.h"]
    text = "from .._error import KvmError\n\n\n"
    text += "\n\n\n".join(f'class {name}(KvmError):\n    """{brief}"""' for name, _, brief in rows)
    text += "\n\n\nOF_CAUSE: dict[str, type[KvmError]] = {\n"
    for cause in causes:
        family = next((name for name, pattern, _ in rows if re.fullmatch(pattern, cause)), None)
        if family:
            text += f'    "{cause}": {family},\n'
    yield "families.py", output.module("Exceptions by the family of the cause.", text + "}")
