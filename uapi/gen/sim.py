# SPDX-License-Identifier: LGPL-2.1-or-later
"""The simulated kernel's table of ioctls: what each takes, and when the kernel has it."""

import re

from . import output, tsv
from .arches import ARCHES, of
from .tables import FDS

ACCESS = {"none": (0, 0), "w": (1, 0), "r": (0, 1), "rw": (1, 1),
          "in": (1, 0), "out": (0, 1), "inout": (1, 1)}


def _fds(row, arch):
    """The descriptors on which the architecture serves it: `vm: arm64,s390; vcpu: x86`, or all."""
    parts = dict(re.findall(r"(system|vm|vcpu|device): ([a-z0-9,]+)", row["archs"]))
    return [fd for fd in row["fd"].split(",")
            if arch.fact in of(parts.get(fd, row["archs"] if not parts else ""))]


def _capabilities(row):
    """Any one of these announces it; none where every kernel has it."""
    text = row["capability"]
    return [] if text.startswith("basic") else re.findall(r"KVM_CAP_\w+", text)


def _twin(row, names):
    """The call that sets what this one gets."""
    name = row["name"].replace("GET_", "SET_", 1)
    return name if name != row["name"] and name in names else "0"


def _entry(row, arch, numbers, access, names):
    reads, writes = ACCESS[access.get(row["name"], row["dir"])]
    size = numbers[row["name"]][f"size_{arch.number}"]
    if not size.isdigit():
        size, reads, writes = "0", 0, 0
    caps = _capabilities(row)
    listed = ", ".join(f"KVMLIB{cap[3:]}" for cap in caps) or "0"
    fds = " | ".join(FDS[fd] for fd in _fds(row, arch))
    return (f"\t{{ \"{row['name']}\", {row['name']}, {_twin(row, names)}, {size}, {fds}, "
            f"{reads}, {writes}, {len(caps)}, {{ {listed} }} }},\n")


def _calls():
    numbers = {row["name"]: row for row in tsv.read("ioctl-numbers")}
    access = {row["name"]: row["access"] for row in tsv.read("ioctl-access")}
    rows = [row for row in tsv.read("ioctls") if row["obsolete"] == "no" and row["name"] in numbers]
    for index, arch in enumerate(ARCHES):
        here = [row for row in rows
                if _fds(row, arch) and numbers[row["name"]][f"num_{arch.number}"] != "-"]
        names = {row["name"] for row in here}
        yield f"#{'elif' if index else 'if'} {arch.condition}\n"
        yield from (_entry(row, arch, numbers, access, names) for row in here)
    yield "#endif\n"


def files():
    yield "sim/facts.c", (
        output.banner("ioctls", "ioctl-numbers", "ioctl-access") + "#include \"facts.h\"\n\n"
        "const struct kvmlib__sim_fact kvmlib__sim_facts[] = {\n" + "".join(_calls()) + "};\n"
        "const size_t kvmlib__sim_nr_facts =\n"
        "\tsizeof(kvmlib__sim_facts) / sizeof(kvmlib__sim_facts[0]);\n")
