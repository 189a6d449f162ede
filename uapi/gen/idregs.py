# SPDX-License-Identifier: LGPL-2.1-or-later
"""Id registers of arm64: where their fields are, and which of two values is the safe one."""

from . import output, registers, tables, tsv

SAFE = ("lower", "higher", "higher-or-zero", "exact", "identity")


def _entry(row, ids):
    safe = f"KVMLIB_ARM64_SAFE_{row['safe'].upper().replace('-', '_')}"
    neutral = "0" if row["neutral"] == "-" else row["neutral"]
    return (f"{output.string(row['register'] + '.' + row['field'])}, {ids[row['register']]:#x}, {row['lsb']}, {row['width']}, "
            f"{int(row['sign'] == 'signed')}, {safe}, {neutral}, 0")


def _check(rows, ids):
    """Fields of a register stand together and in their order, and none overlaps another."""
    places = [(ids[row["register"]], int(row["lsb"])) for row in rows]
    if places != sorted(set(places)):
        raise SystemExit("uapi/arm64-idregs.tsv: not in the order of registers and bits, or one twice")
    for row, other in zip(rows, rows[1:]):
        if row["register"] == other["register"] and int(row["lsb"]) + int(row["width"]) > int(other["lsb"]):
            raise SystemExit(f"uapi/arm64-idregs.tsv: {row['register']}: {row['field']} overlaps {other['field']}")
    if {row["safe"] for row in rows} - set(SAFE) or {row["sign"] for row in rows} - {"signed", "unsigned"}:
        raise SystemExit("uapi/arm64-idregs.tsv: an unknown sign, or kind of safety")


def files():
    rows = tsv.read("arm64-idregs")
    ids = registers.single_ids()
    _check(rows, ids)
    names = list(dict.fromkeys(row["register"] for row in rows))
    yield "lib/base/idreg_tables.c", (
        output.banner("arm64-idregs", "registers") + '#include "idreg_tables.h"\n\n'
        + tables.counted_array("kvmlib_arm64_field", "arm64_fields", (_entry(row, ids) for row in rows))
        + tables.counted_array("kvmlib__idreg", "idregs", (
            f"{ids[name]:#x}, {output.string(name)}" for name in names))
        + f"_Static_assert({len(names)} <= KVMLIB__MAX_IDREGS, \"all have a place\");\n")
