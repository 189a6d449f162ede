# SPDX-License-Identifier: LGPL-2.1-or-later
"""What each emulated host has shown of each ioctl, a cell of a host's column:

  passed          on each kind of descriptor that the architecture has the ioctl on,
  passed (vcpu)   or on these alone
  skipped: WHY    the kernel is older, KVM lacks the capability, or docs/coverage-reasons.tsv tells why not
  not run         no test has made it succeed
  -               the architecture has no such ioctl

Hosts are called as scripts/check calls them, arm64-gicv2:6.1: a machine, and how its kernel's version begins.
"""

import re

from gen.arches import ARCHES

from . import facts

NO_IOCTL, NOT_RUN, SKIPPED = "-", "not run", "skipped: "
_ORDER = [arch.name for arch in ARCHES]
_NAME = re.compile(r"([a-z0-9_]+)(-[a-z0-9]+)?:(\d+(?:\.\d+)*)")
_PASSED = re.compile(r"passed(?: \((.+)\))?")


def is_host(name):
    """Whether a column's name, or a word of the command line, is a host's."""
    found = _NAME.fullmatch(name)
    return bool(found) and found[1] in _ORDER


def family(host):
    """The architecture."""
    return _NAME.fullmatch(host)[1]


def kernel(host):
    """How the version of its kernel begins."""
    return _NAME.fullmatch(host)[3]


def number(version):
    """A version as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


def order(host):
    """A key to sort by: architectures in their order, then kernels, then machines."""
    return _ORDER.index(family(host)), number(kernel(host)), host.partition(":")[0]


def passed(cell, ioctl, host):
    """The kinds of descriptors that a cell says passed."""
    found = _PASSED.fullmatch(cell)
    if not found:
        return set()
    return set(found[1].split()) if found[1] else facts.kinds_on(ioctl, family(host))


def cell(ioctl, host, seen, reason):
    """What a run has shown of an ioctl; the reason is that of docs/coverage-reasons.tsv, or `-`."""
    there = facts.kinds_on(ioctl, family(host))
    if not there:
        return NO_IOCTL
    kinds = seen.passed.get(ioctl, set())
    if kinds:
        return "passed" if kinds >= there else f"passed ({' '.join(sorted(kinds))})"
    why = _lacking(ioctl, seen) or (reason if reason != "-" else None)
    return SKIPPED + why if why else NOT_RUN


def _lacking(ioctl, seen):
    since = facts.since(ioctl)
    if since and number(since) > number(seen.kernel):
        return f"since Linux {since}"
    wanted = facts.capabilities(ioctl)
    return f"no {' or '.join(wanted)}" if wanted and set(wanted) <= seen.lacking else None


def unknown(ioctl, host):
    """The cell of a host that has not been seen."""
    return NOT_RUN if facts.kinds_on(ioctl, family(host)) else NO_IOCTL


def contradicts(before, after, ioctl, host):
    """Whether a run does not show what is claimed, or shows more, but not since its kernel has become another."""
    then, now = passed(before, ioctl, host), passed(after, ioctl, host)
    return not then <= now or then != now and not before.startswith(SKIPPED)
