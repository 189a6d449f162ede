# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shared libraries that programs need.

Those of this machine's programs are where its loader finds them. Those of another architecture's are
looked for in the folders of its cross compiler, and beside the programs.
"""

import re
import subprocess
from pathlib import Path

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


_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_LOADER = re.compile(r"program interpreter: (.+)\]")


def _reads(path):
    """What the dynamic section and the program headers name."""
    out = subprocess.run(["readelf", "-dl", path], text=True, check=False, capture_output=True).stdout
    return _NEEDED.findall(out) + [Path(name).name for name in _LOADER.findall(out)]


def foreign(programs, folders):
    """As closure(), for another architecture: (files, names of those not found)."""
    found, missing, waiting = {}, set(), list(programs)
    while waiting:
        for name in _reads(waiting.pop()):
            if name in found or name in missing:
                continue
            path = next((folder / name for folder in folders if (folder / name).exists()), None)
            if path:
                found[name] = path
                waiting.append(path)
            else:
                missing.add(name)
    return set(found.values()), missing
