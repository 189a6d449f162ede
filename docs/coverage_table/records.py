# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests' syscall tables recorded; the lines are described in tests/support/recording.h."""

import errno
from collections import namedtuple

from . import facts

SIM = "sim"
Line = namedtuple("Line", "arch kernel function request kind result")


class Host:
    """What a run in an emulated host has shown."""

    def __init__(self, kernel, lacking):
        self.kernel = kernel  # its version, 7.2
        self.lacking = lacking  # names of capabilities
        self.passed = {}  # ioctl: kinds


class Seen:
    """What of it counts. A capability may be asked for in code that has no exported name: to find
    the cause of a failure, in what the compiler took for unlikely and moved away."""

    def __init__(self):
        self.functions = {}  # (ioctl, kind): name
        self.cells = {}  # (layer, ioctl): {(arch, kind): results seen}
        self.ran = set()  # (layer, arch)
        self.hosts = {}  # name: Host
        self.lost = []  # calls that no function can be found for

    def add(self, line):
        """Count a line of this machine."""
        layer = "unit" if line.kernel == SIM else "live"
        self.ran.add((layer, line.arch))
        name, word = self._ioctl(line), _word(line)
        if name and (layer == "live" or word == "ok" or facts.lists(name, line.kind, line.arch, word)):
            self.functions[name, line.kind] = line.function
            cell = self.cells.setdefault((layer, name), {})
            cell.setdefault((line.arch, line.kind), set()).add(word)

    def add_of(self, host, line):
        """Count a line of an emulated host."""
        name = self._ioctl(line)
        if name and _word(line) == "ok":
            self.functions[name, line.kind] = line.function
            host.passed.setdefault(name, set()).add(line.kind)

    def _ioctl(self, line):
        """The ioctl, if it was issued by its own function."""
        name = facts.NUMBERS.get((line.arch, int(line.request, 16)))
        if line.function == "-" and name != "KVM_CHECK_EXTENSION":
            self.lost.append(f"{name or line.request} was issued by no public function: {line}")
        elif name and line.kind in facts.kinds(name) \
                and facts.is_named_after(line.function, name, line.kind):
            return name
        return None


def _word(line):
    return "ok" if line.result == "0" else errno.errorcode.get(-int(line.result), line.result)


def _texts(path, start):
    """The lines of a file that begin so, without that, each once."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return sorted({text.strip().removeprefix(start) for text in file if text.startswith(start)})


def _lines(path):
    """The recorded calls in a file, of which there must be some."""
    texts = _texts(path, "# recorded ")
    if not texts:
        raise SystemExit(f"docs/coverage: {path} has no record")
    for text in texts:
        machine, *rest = text.split()
        yield Line(facts.MACHINES.get(machine, machine), *rest)


def _host(seen, path):
    lines = list(_lines(path))
    lacking = {name for text in _texts(path, "# lacks ") for name in text.split()}
    host = Host(lines[0].kernel, lacking)
    for line in lines:
        seen.add_of(host, line)
    return host


def read(files, host_files):
    """Everything that the files have: of this machine, and of {host: file}."""
    seen = Seen()
    for path in files:
        for line in _lines(path):
            seen.add(line)
    seen.hosts = {name: _host(seen, path) for name, path in host_files.items()}
    return seen
