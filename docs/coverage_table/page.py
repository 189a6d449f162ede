# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table as a page of the manual."""

from . import facts, hosts, table

_HEAD = """\
# Coverage of the KVM API {{#coverage}}

Of the {total} ioctls of Linux 7.2 that are not obsolete, {wrapped} have a function that the tests have
seen issue them, {real} of them with success on a real kernel.

The page is made of what the tests' syscall tables saw pass, not of declarations.

## Kernels {{#coverage_kernels}}

What has succeeded in whole emulated hosts, by architecture and version of the kernel: "passed" is a success seen of the
ioctl's own function, on the kinds of descriptors in brackets if not on all; a reason is why it is skipped there: the
version that it came with, a capability that this KVM lacks, or what the host has not. Elsewhere no test has made it
succeed yet. Nothing is where the architecture has no such ioctl.

"""
_UNIT_HEAD = """
## Functions {#coverage_functions}

"Simulated" are the unit tests on the simulated kernel: `ok` is a success, an errno one that was passed on, either the
kernel's own answer or one made on demand. "Live" is the same on a machine's own KVM.

"""


def _columns(rows):
    """{(architecture, kernel): its hosts}, in order."""
    found = {}
    for host in table.columns(rows):
        found.setdefault((hosts.family(host), hosts.kernel(host)), []).append(host)
    return found


def _best(row, members):
    """Of several machines with one kernel, what any has shown; the first one's reason."""
    kinds = set().union(*(row.passed(host) for host in members))
    if not kinds:
        return next((row.hosts[host] for host in members if row.hosts[host] != hosts.NOT_RUN), hosts.NOT_RUN)
    there = facts.kinds_on(row.ioctl, hosts.family(members[0]))
    return "passed" if kinds >= there else f"passed ({' '.join(sorted(kinds))})"


def _line(cells):
    return "| " + " | ".join(cells) + " |\n"


def _kernels(rows):
    """The table of ioctls by kernels, with the numbers of each column at its top."""
    columns = _columns(rows)
    cells = {ioctl: [_best(row, members) for members in columns.values()] for ioctl, row in rows.items()
             if any(_best(row, members) != hosts.NO_IOCTL for members in columns.values())}
    text = _line(["ioctl", *(f"{arch} {kernel}" for arch, kernel in columns)]) + _line(["---"] * (len(columns) + 1))
    text += _line(["machines", *(", ".join(host.partition(":")[0] for host in members) for members in columns.values())])
    text += _line(["passed, of", *(_score(column) for column in zip(*cells.values()))])
    return text + "".join(_line([ioctl, *map(_shown, line)]) for ioctl, line in cells.items())


def _score(column):
    there = [cell for cell in column if cell != hosts.NO_IOCTL]
    return f"{sum(cell.startswith('passed') for cell in there)}, {len(there)}"


def _shown(cell):
    return "" if cell == hosts.NO_IOCTL else cell.removeprefix(hosts.SKIPPED)


def _functions(rows):
    head = ("ioctl", "function", "architectures", "simulated", "live", "not run because")
    return _line(head) + _line(["---"] * len(head)) + "".join(_function(row.fields()) for row in rows.values())


def _function(fields):
    functions = " ".join(f"{name}()" for name in fields["function"].split() if name != "-")
    cells = [fields["ioctl"], functions, fields["architectures"], *(fields[layer] for layer in table.LAYERS),
             fields["reason"]]
    return _line(["" if cell == "-" else cell.replace("; ", "<br>") for cell in cells])


def text(rows):
    """The whole page."""
    real = [row for row in rows.values() if any("ok" in words for words in row.cells["live"].values())
            or any(row.passed(host) for host in row.hosts)]
    head = _HEAD.format(total=len(rows), wrapped=sum(bool(row.functions) for row in rows.values()), real=len(real))
    return head + _kernels(rows) + _UNIT_HEAD + _functions(rows)
