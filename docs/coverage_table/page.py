# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table as a page of the manual."""

from . import table

_HEAD = """\
# Coverage of the KVM API {{#coverage}}

Of the {total} ioctls of Linux 7.2 that are not obsolete, {wrapped} have a function that the tests have
seen issue them, {vm} of them with success on a real kernel.

The page is made of what the tests' syscall tables saw pass, not of declarations. "Simulated" are the unit
tests on the simulated kernel: `ok` is a success, an errno one that was passed on, either the kernel's own
answer or one made on demand. "Live" is the same on a machine's own KVM, "emulated" names the kernels on which
the ioctl succeeded in a whole emulated host.

| ioctl | function | architectures | simulated | live | emulated | not run because |
| --- | --- | --- | --- | --- | --- | --- |
"""


def _cell(text):
    return "" if text == "-" else text.replace("; ", "<br>")


def _line(fields):
    fields = dict(fields, function=" ".join(f"{name}()" for name in fields["function"].split() if name != "-"))
    return "| " + " | ".join(_cell(fields[column]) for column in table.COLUMNS) + " |\n"


def text(rows):
    """The whole page."""
    real = [row for row in rows.values() if any("ok" in words for words in row.cells["live"].values())
            or row.cells["vm"]]
    head = _HEAD.format(total=len(rows), wrapped=sum(bool(row.functions) for row in rows.values()), vm=len(real))
    return head + "".join(_line(row.fields()) for row in rows.values())
