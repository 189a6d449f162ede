# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/coverage.tsv: reading, merging with what was seen, comparing, writing."""

import sys
from fnmatch import fnmatchcase
from pathlib import Path

from gen.arches import ARCHES

from . import facts

DOCS = Path(__file__).resolve().parent.parent
PATH = DOCS / "coverage.tsv"
LAYERS = ("unit", "live", "vm")
COLUMNS = ("ioctl", "function", "architectures", *LAYERS, "reason")
_ORDER = [arch.name for arch in ARCHES]


class Row:
    """One ioctl: its functions by kind of descriptor, and {(arch, kind): set} for each layer."""

    def __init__(self, ioctl, fields=None):
        self.ioctl = ioctl
        fields = fields or {}
        self.functions = {name.split("_")[1]: name for name in _split(fields.get("function", "-"), " ")}
        self.cells = {layer: dict(map(self._group, _split(fields.get(layer, "-"), "; ")))
                      for layer in LAYERS}

    def _group(self, text):
        """A part of a cell, `x86_64: ok EINVAL` or `x86_64 vm: ok EINVAL`."""
        where, _, words = text.partition(": ")
        arch, _, kind = where.partition(" ")
        return (arch, kind or facts.kinds(self.ioctl)[0]), set(words.split())

    def fields(self):
        """The row's cells as text."""
        return {"ioctl": self.ioctl, "function": " ".join(sorted(self.functions.values())) or "-",
                "architectures": facts.architectures(self.ioctl), "reason": reason(self.ioctl),
                **{layer: self._cell(layer) for layer in LAYERS}}

    def _cell(self, layer):
        groups = sorted(self.cells[layer].items(), key=lambda group: (_ORDER.index(group[0][0]), group[0][1]))
        several = len(facts.kinds(self.ioctl)) > 1
        return "; ".join(f"{arch}{' ' + kind if several else ''}: {' '.join(sorted(words, key=_rank))}"
                         for (arch, kind), words in groups) or "-"


def _split(text, separator):
    return [] if text == "-" else text.split(separator)


def _rank(word):
    """Success first, errnos by name, kernels by number."""
    if word[0].isdigit():
        return tuple(int(part) for part in word.split("."))
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


def _text(rows):
    lines = [COLUMNS] + [[row.fields()[column] for column in COLUMNS] for row in rows.values()]
    return "".join("\t".join(line) + "\n" for line in lines)


def write(rows):
    """Replace the file."""
    PATH.write_text(_text(rows), encoding="utf-8")


def merged(committed, seen):
    """New rows: what the run saw, and of the committed ones what it could not see."""
    return {ioctl: _merged(row, seen) for ioctl, row in committed.items()}


def _merged(old, seen):
    row = Row(old.ioctl)
    for layer in LAYERS:
        for (arch, kind), words in old.cells[layer].items():
            kept = {word for word in words if not _was_run(seen, layer, arch, word)}
            if kept:
                row.cells[layer].setdefault((arch, kind), set()).update(kept)
        for where, words in seen.cells.get((layer, old.ioctl), {}).items():
            row.cells[layer].setdefault(where, set()).update(words)
    kinds = {kind for cell in row.cells.values() for _, kind in cell}
    row.functions = {kind: seen.functions.get((old.ioctl, kind)) or old.functions[kind] for kind in kinds}
    return row


def _was_run(seen, layer, arch, word):
    """Whether this run would have seen it again; a machine's own KVM may be another one."""
    return {"unit": ("unit", arch), "vm": ("vm", arch, word)}.get(layer) in seen.ran


def false_reasons(seen):
    """Reasons of ioctls that do run, or that do not exist."""
    wrong = [f"coverage-reasons.tsv: no ioctl is {pattern}" for pattern, _ in _reasons()
             if not any(fnmatchcase(ioctl, pattern) for ioctl in facts.IOCTLS)]
    ran = {ioctl for (layer, ioctl) in seen.cells if layer != "unit"}
    return wrong + [f"coverage-reasons.tsv: {ioctl} can be run" for ioctl in sorted(ran)
                    if reason(ioctl) != "-"]


def ignore_newer_kernels(committed, seen):
    """A distribution's next kernel makes no table wrong: leave it out of a comparison, and say so."""
    for _, arch, kernel in sorted(run for run in seen.ran if run[0] == "vm"):
        known = {word for row in committed.values() for (where, _), words in row.cells["vm"].items()
                 if where == arch for word in words}
        if known and _rank(kernel) > max(map(_rank, known)):
            print(f"docs/coverage.tsv: knows no {kernel} on {arch} yet, so it was not compared",
                  file=sys.stderr)
            _forget(seen, arch, kernel)


def _forget(seen, arch, kernel):
    seen.ran.discard(("vm", arch, kernel))
    for (layer, _), cell in seen.cells.items():
        for (where, _), words in cell.items():
            if layer == "vm" and where == arch:
                words.discard(kernel)


def differences(committed, wanted):
    """What a run of docs/coverage would change, a line for each cell, and the file as a whole."""
    lines = []
    for ioctl, row in committed.items():
        before, after = row.fields(), wanted[ioctl].fields()
        lines += [f"{ioctl}: {column} claims \"{before[column]}\", but the tests show \"{after[column]}\""
                  for column in COLUMNS if before[column] != after[column]]
    if not lines and (not PATH.exists() or PATH.read_text(encoding="utf-8") != _text(wanted)):
        lines = ["is not as docs/coverage writes it"]
    return lines
