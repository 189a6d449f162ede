# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shared libraries that programs need, as this machine's loader finds them."""

import re
import subprocess

_FOUND = re.compile(r"^\s+(?:\S+ => )?(/\S+) \(0x", re.MULTILINE)
_MISSING = re.compile(r"^\s+(\S+) => not found", re.MULTILINE)


def is_elf(path):
    """Whether it is worth asking the loader about."""
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def closure(programs):
    """(paths of the libraries and the loader, names of those not found).

    A program's run path is honoured, so one from a build tree finds its library at
    the same place in the guest.
    """
    if not programs:
        return set(), set()
    result = subprocess.run(["ldd", *programs], text=True, check=False,
                            capture_output=True)
    return set(_FOUND.findall(result.stdout)), set(_MISSING.findall(result.stdout))
