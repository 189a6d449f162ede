# SPDX-License-Identifier: LGPL-2.1-or-later
"""MSRs that KVM has beside those that it lists."""

from . import output, tsv


def _indices():
    for row in tsv.read("msrs-unlisted"):
        yield from range(int(row["first"], 0), int(row["last"], 0) + 1)


def files():
    indices = list(_indices())
    if indices != sorted(set(indices)):
        raise SystemExit("uapi/msrs-unlisted.tsv: not in order, or one twice")
    text = output.banner("msrs-unlisted") + '#include "msr_tables.h"\n\n'
    text += "const uint32_t kvmlib__unlisted_msrs[] = {\n"
    for start in range(0, len(indices), 8):
        text += "\t" + ", ".join(f"0x{index:08x}" for index in indices[start:start + 8]) + ",\n"
    text += "};\nconst size_t kvmlib__nr_unlisted_msrs = sizeof(kvmlib__unlisted_msrs) / sizeof(kvmlib__unlisted_msrs[0]);\n"
    yield "lib/base/msr_tables.c", text
