# SPDX-License-Identifier: LGPL-2.1-or-later
"""Instructions that calls take, counted by valgrind's callgrind."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# The function of each program `instructions` that makes the calls.
CALLER = "counted_call"


class Unavailable(Exception):
    """Nothing can be counted here; says why."""


class Failed(Exception):
    """A program, or valgrind with it, ended before its time."""


def rows(program):
    """The names of a program's rows, as it makes the calls without being watched."""
    return list(dict.fromkeys(_run([program])))


def count(program):
    """{row: instructions of its last call}, without those of the program itself."""
    if not shutil.which("valgrind"):
        raise Unavailable("valgrind is not installed (scripts/install-packages check)")
    program = Path(program).resolve()
    with tempfile.TemporaryDirectory(prefix="kvmlib-callgrind-") as directory:
        calls = _run([*_callgrind(f"{directory}/out"), program])
        dumps = [Path(directory, f"out.{number}") for number, _ in enumerate(calls, 1)]
        return {row: instructions(dump.read_text(encoding="utf-8"), str(program))
                for row, dump in zip(calls, dumps)}


def _callgrind(output):
    """The command that leaves a dump for each call: output.1 and so on."""
    return ["valgrind", "-q", "--tool=callgrind", f"--toggle-collect={CALLER}",
            f"--dump-after={CALLER}", "--compress-strings=no", "--compress-pos=no",
            f"--callgrind-out-file={output}"]


def _run(command):
    """The rows that were called, in order. Symbols are resolved first, so that none is counted."""
    done = subprocess.run(command, env=dict(os.environ, LD_BIND_NOW="1"), text=True,
                          capture_output=True, check=False)
    if done.returncode:
        raise Failed(f"{command[-1]}: exit status {done.returncode}\n{done.stderr}")
    return done.stdout.split()


def instructions(dump, program):
    """The sum of a dump's own costs, by function, outside of one object.

    A line of cost is "LINE COST"; the one after "calls=" is the called function's, which has its
    own lines elsewhere.
    """
    total, inside, of_callee = 0, False, False
    for line in dump.splitlines():
        if line.startswith("ob="):
            inside = line == f"ob={program}"
        elif line[:1].isdigit():
            total += 0 if inside or of_callee else int(line.split()[1])
        of_callee = line.startswith("calls=")
    return total
