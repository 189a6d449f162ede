# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests' syscall tables recorded; the lines are described in tests/support/recording.h."""

import errno
from collections import namedtuple

from . import facts

SIM = "sim"
Line = namedtuple("Line", "arch kernel function request kind result")


class Seen:
    """What of it counts. A capability may be asked for in code that has no exported name: to find
    the cause of a failure, in what the compiler took for unlikely and moved away."""

    def __init__(self):
        self.functions = {}  # (ioctl, kind): name
        self.cells = {}  # (layer, ioctl): {(arch, kind): what was seen}
        self.ran = set()  # (layer, arch) of unit tests, (layer, arch, kernel) of emulated hosts
        self.lost = []  # calls that no function can be found for

    def add(self, layer, line):
        """Count a line, if it is of an ioctl's own function."""
        self.ran.add((layer, line.arch, line.kernel) if layer == "vm" else (layer, line.arch))
        name = facts.NUMBERS.get((line.arch, int(line.request, 16)))
        if line.function == "-" and name != "KVM_CHECK_EXTENSION":
            self.lost.append(f"{name or line.request} was issued by no public function: {line}")
        elif name and line.kind in facts.kinds(name) \
                and facts.is_named_after(line.function, name, line.kind):
            self._count(layer, name, line)

    def _count(self, layer, name, line):
        word = "ok" if line.result == "0" else errno.errorcode.get(-int(line.result), line.result)
        if layer == "unit" and word != "ok" and not facts.lists(name, line.kind, line.arch, word):
            return
        if layer == "vm" and word != "ok":
            return
        self.functions[name, line.kind] = line.function
        cell = self.cells.setdefault((layer, name), {})
        cell.setdefault((line.arch, line.kind), set()).add(line.kernel if layer == "vm" else word)


def _lines(path):
    """The recorded calls in a file, each once."""
    with open(path, encoding="utf-8", errors="replace") as file:
        texts = {text.strip() for text in file if text.startswith("# recorded ")}
    for text in sorted(texts):
        machine, *rest = text.split()[2:]
        yield Line(facts.MACHINES.get(machine, machine), *rest)


def read(files, vm_files):
    """Everything that the files have; each must have something."""
    seen = Seen()
    for path in files + vm_files:
        lines = list(_lines(path))
        if not lines:
            raise SystemExit(f"docs/coverage: {path} has no record")
        for line in lines:
            layer = "unit" if line.kernel == SIM else "vm" if path in vm_files else "live"
            seen.add(layer, line)
    return seen
