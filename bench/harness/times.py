# SPDX-License-Identifier: LGPL-2.1-or-later
"""Running a program `times` on this machine's KVM, or on that of an emulated host."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
VM_SECONDS = 600
VM_SKIPPED = 77
# One line that names the machine, as the shell there sees it.
HOST = ("""echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), """
        """kernel $(uname -r)\"""")


class Failed(Exception):
    """A bench ended before its time."""


@dataclass
class Times:
    """What was measured, and where."""

    host: str
    emulated: bool
    samples: dict = field(default_factory=dict)  # row: [(raw, wrapped, raw again)]
    skips: dict = field(default_factory=dict)  # row: reason
    counts: dict = field(default_factory=dict)  # row: number of calls


def parse(text, emulated=False):
    """The output of HOST and of a program: see bench/support/rounds.h."""
    host, *lines = [line for line in text.splitlines() if not line.startswith("# ")]
    times = Times(host, emulated)
    for line in lines:
        word, row, *values = line.split("\t")
        if word == "sample":
            times.samples.setdefault(row, []).append(tuple(map(float, values)))
        elif word == "skip":
            times.skips[row] = values[0]
        elif word == "count":
            times.counts[row] = int(values[0])
        else:
            raise Failed(f"can't understand: {line}")
    return times


def _run(command, good):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=False,
                          stdin=subprocess.DEVNULL)
    if done.returncode not in good:
        raise Failed(f"{command[0]}: exit status {done.returncode}\n{done.stdout[-2000:]}")
    return done


def host():
    """This machine's name."""
    return _run(["sh", "-c", HOST], (0,)).stdout.strip()


def _here(program):
    return parse(_run(["sh", "-c", f"{HOST}; {program}"], (0,)).stdout)


def _emulated(program):
    """None where no host can be emulated."""
    if subprocess.run([TOP / "scripts/install-packages", "emulator"], check=False).returncode:
        return None
    done = _run([TOP / "scripts/test-vm", "x86_64", "--timeout", str(VM_SECONDS), "--file", program,
                 "--run", f"{HOST}; {program}"], (0, VM_SKIPPED))
    return parse(done.stdout, emulated=True) if done.returncode == 0 else None


def measure(program, allow_vm):
    """Here if any row can be measured here, else in an emulated host if that is allowed."""
    here = _here(program)
    if here.samples or not allow_vm:
        return here
    return _emulated(program) or here
