# SPDX-License-Identifier: LGPL-2.1-or-later
"""Enlightenments of Hyper-V: bits of CPUID, what each needs, and which capability of KVM's stands behind it."""

from . import output, tables, tsv

REGISTERS = (("0x40000003", "eax"), ("0x40000003", "ebx"), ("0x40000003", "edx"), ("0x40000004", "eax"),
             ("0x4000000a", "eax"))
NUMBERS = {"eax": 0, "ebx": 1, "ecx": 2, "edx": 3}
LAPIC = "in-kernel-lapic"


def _list(text):
    return [] if text == "-" else text.split(",")


def _bits(row, column):
    """Bits per register; LEAF/REGISTER/BITS in the facts."""
    found = dict.fromkeys(REGISTERS, 0)
    for text in _list(row[column]):
        leaf, register, bits = text.split("/")
        if (leaf, register) not in found:
            raise SystemExit(f"uapi/hyperv.tsv: {row['name']}: no register {leaf}/{register}")
        found[leaf, register] |= int(bits, 0)
    return "{ " + ", ".join(f"{bits:#x}" for bits in found.values()) + " }"


def _needs(row, places):
    needs = [name for name in _list(row["needs"]) if name != LAPIC]
    if row["name"] in needs or not set(needs) <= set(places):
        raise SystemExit(f"uapi/hyperv.tsv: {row['name']} needs {needs}")
    return " | ".join(f"1U << {places[name]}" for name in needs) or "0"


def _entry(row, places, caps):
    """What everybody is told, what it needs, and its bits."""
    cap = caps[row["capability"]]
    told = ", ".join(output.string(text) for text in (row["name"], row["meaning"], ",".join(_list(row["needs"]))))
    return (f"{{ {told}, {cap['number']}, {int(cap['enable'] == 'vcpu')} }},\n\t  "
            f"{_needs(row, places)}, {int(LAPIC in _list(row['needs']))}, "
            + ", ".join(_bits(row, column) for column in ("bits", "with", "clears")))


def _check(rows):
    """Sets of them are 32 bits; one has no bits of its own, but a count."""
    if len(rows) > 32 or len({row["name"] for row in rows}) != len(rows):
        raise SystemExit("uapi/hyperv.tsv: more than 32 enlightenments, or two of one name")
    if any(not row["name"].startswith("hv-") for row in rows):
        raise SystemExit("uapi/hyperv.tsv: all names begin with hv-")
    if [row["name"] for row in rows if row["bits"] == "-"] != ["hv-spinlocks"]:
        raise SystemExit("uapi/hyperv.tsv: hv-spinlocks is the one without bits")


def files():
    rows = tsv.read("hyperv")
    caps = {row["name"]: row for row in tsv.read("caps")}
    places = {row["name"]: number for number, row in enumerate(rows)}
    _check(rows)
    yield "lib/base/hyperv_tables.c", (
        output.banner("hyperv", "caps") + '#include "hyperv_tables.h"\n\n'
        + "const struct kvmlib__hyperv_register kvmlib__hyperv_registers[KVMLIB__NR_HYPERV_REGISTERS] = {\n"
        + "".join(f"\t{{ {leaf}, {NUMBERS[register]} }},\n" for leaf, register in REGISTERS) + "};\n"
        + tables.counted_array("kvmlib__enlightenment", "enlightenments",
                               (_entry(row, places, caps) for row in rows)).rstrip("\n") + "\n")
