# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/coverage.tsv: reading, merging with what was seen, comparing, writing."""

from fnmatch import fnmatchcase
from pathlib import Path

from gen.arches import ARCHES

from . import facts, hosts

DOCS = Path(__file__).resolve().parent.parent
PATH = DOCS / "coverage.tsv"
LAYERS = ("unit", "live")
FIRST, LAST = ("ioctl", "function", "architectures", *LAYERS), ("reason",)
_ORDER = [arch.name for arch in ARCHES]


class Row:
    """One ioctl: its functions by kind of descriptor, {(arch, kind): results} for each layer, {host: cell}."""

    def __init__(self, ioctl, fields=None):
        self.ioctl = ioctl
        fields = fields or {}
        self.functions = {name.split("_")[1]: name for name in _split(fields.get("function", "-"), " ")}
        self.cells = {layer: dict(map(self._group, _split(fields.get(layer, "-"), "; ")))
                      for layer in LAYERS}
        self.hosts = {name: text for name, text in fields.items() if hosts.is_host(name)}

    def _group(self, text):
        """A part of a cell, `x86_64: ok EINVAL` or `x86_64 vm: ok EINVAL`."""
        where, _, words = text.partition(": ")
        arch, _, kind = where.partition(" ")
        return (arch, kind or facts.kinds(self.ioctl)[0]), set(words.split())

    def fields(self):
        """The row's cells as text, by column."""
        return {"ioctl": self.ioctl, "function": " ".join(sorted(self.functions.values())) or "-",
                "architectures": facts.architectures(self.ioctl),
                **{layer: self._cell(layer) for layer in LAYERS},
                **{name: self.hosts[name] for name in sorted(self.hosts, key=hosts.order)},
                "reason": reason(self.ioctl)}

    def _cell(self, layer):
        groups = sorted(self.cells[layer].items(), key=lambda group: (_ORDER.index(group[0][0]), group[0][1]))
        several = len(facts.kinds(self.ioctl)) > 1
        return "; ".join(f"{arch}{' ' + kind if several else ''}: {' '.join(sorted(words, key=_rank))}"
                         for (arch, kind), words in groups) or "-"

    def passed(self, host):
        """The kinds of descriptors that it passed on in a host."""
        return hosts.passed(self.hosts.get(host, hosts.NOT_RUN), self.ioctl, host)


def _split(text, separator):
    return [] if text == "-" else text.split(separator)


def _rank(word):
    """Success first, then errnos by name."""
    return (word != "ok", word)


def _reasons():
    lines = (DOCS / "coverage-reasons.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


def reason(ioctl):
    """Why no host at hand can run it, or `-`."""
    return next((text for pattern, text in _reasons() if fnmatchcase(ioctl, pattern)), "-")


def read():
    """The committed rows by ioctl; an ioctl without one has an empty row."""
    lines = PATH.read_text(encoding="utf-8").splitlines() if PATH.exists() else [""]
    found = [dict(zip(lines[0].split("\t"), line.split("\t"))) for line in lines[1:]]
    rows = {fields["ioctl"]: Row(fields["ioctl"], fields) for fields in found
            if fields["ioctl"] in facts.IOCTLS}
    return {ioctl: rows.get(ioctl, Row(ioctl)) for ioctl in facts.IOCTLS}


def columns(rows):
    """The names of the hosts that rows know, in order."""
    return sorted({name for row in rows.values() for name in row.hosts}, key=hosts.order)


def _text(rows):
    head = (*FIRST, *columns(rows), *LAST)
    lines = [head] + [[row.fields()[column] for column in head] for row in rows.values()]
    return "".join("\t".join(line) + "\n" for line in lines)


def write(rows):
    """Replace the file."""
    PATH.write_text(_text(rows), encoding="utf-8")


def merged(committed, seen, host_cell):
    """New rows: what the run saw, and of the committed ones what it could not see. See the two below."""
    known = {*columns(committed), *seen.hosts}
    return {ioctl: _merged(row, seen, {name: host_cell(row, seen, name) for name in known})
            for ioctl, row in committed.items()}


def _merged(old, seen, host_cells):
    row = Row(old.ioctl)
    for layer in LAYERS:
        # A machine's own KVM may be another one.
        row.cells[layer] = {where: set(words) for where, words in old.cells[layer].items()
                            if layer == "live" or (layer, where[0]) not in seen.ran}
        for where, words in seen.cells.get((layer, old.ioctl), {}).items():
            row.cells[layer].setdefault(where, set()).update(words)
    row.hosts = host_cells
    row.functions = {kind: seen.functions.get((old.ioctl, kind)) or old.functions[kind] for kind in _kinds(row)}
    return row


def shown(old, seen, name):
    """The cell of a host to write: what the run shows, or else what is known."""
    if name in seen.hosts:
        return hosts.cell(old.ioctl, name, seen.hosts[name], reason(old.ioctl))
    return old.hosts.get(name, hosts.unknown(old.ioctl, name))


def compared(old, seen, name):
    """The cell of a host to compare: what is known, as long as the run does not contradict."""
    known, now = old.hosts.get(name, hosts.unknown(old.ioctl, name)), shown(old, seen, name)
    return now if hosts.contradicts(known, now, old.ioctl, name) else known


def _kinds(row):
    """The kinds of descriptors that anything was seen of."""
    kinds = {kind for cell in row.cells.values() for _, kind in cell}
    return kinds.union(*(row.passed(host) for host in row.hosts))


def false_reasons(seen):
    """Reasons of ioctls that do run, or that do not exist."""
    wrong = [f"coverage-reasons.tsv: no ioctl is {pattern}" for pattern, _ in _reasons()
             if not any(fnmatchcase(ioctl, pattern) for ioctl in facts.IOCTLS)]
    ran = {ioctl for layer, ioctl in seen.cells if layer == "live"}.union(*(host.passed for host in seen.hosts.values()))
    return wrong + [f"coverage-reasons.tsv: {ioctl} can be run" for ioctl in sorted(ran)
                    if reason(ioctl) != "-"]


def differences(committed, wanted):
    """What the file says wrongly or not yet, a line for each cell; and whether it is as docs/coverage writes it."""
    lines = []
    for ioctl, row in committed.items():
        before, after = row.fields(), wanted[ioctl].fields()
        before.update({name: hosts.unknown(ioctl, name) for name in after if name not in before})
        lines += [f"{ioctl}: {column} claims \"{before[column]}\", but the tests show \"{text}\""
                  for column, text in after.items() if before[column] != text]
    if not lines and (not PATH.exists() or PATH.read_text(encoding="utf-8") != _text(wanted)):
        lines = ["is not as docs/coverage writes it"]
    return lines
