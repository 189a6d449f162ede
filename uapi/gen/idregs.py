# SPDX-License-Identifier: LGPL-2.1-or-later
"""Id registers of arm64: where their fields are, and which of two values is the safe one."""

from . import output, tables, tsv

SAFE = ("lower", "higher", "higher-or-zero", "exact", "identity")
# KVM_REG_ARM64, 64 bits, KVM_REG_ARM64_SYSREG; op0 is 3 and CRn 0.
FIRST_ID = 0x603000000013C000


def _register(row):
    """The number for KVM_GET_ONE_REG."""
    return FIRST_ID | int(row["op1"]) << 11 | int(row["crm"]) << 3 | int(row["op2"])


def _entry(row):
    safe = f"KVMLIB_ARM64_SAFE_{row['safe'].upper().replace('-', '_')}"
    neutral = "0" if row["neutral"] == "-" else row["neutral"]
    return (f"{output.string(row['register'] + '.' + row['field'])}, {_register(row):#x}, {row['lsb']}, {row['width']}, "
            f"{int(row['sign'] == 'signed')}, {safe}, {neutral}, 0")


def _check(rows):
    """Fields of a register stand together and in their order, and none overlaps another."""
    places = [(_register(row), int(row["lsb"])) for row in rows]
    if places != sorted(set(places)):
        raise SystemExit("uapi/arm64-idregs.tsv: not in the order of registers and bits, or one twice")
    for row, other in zip(rows, rows[1:]):
        if _register(row) == _register(other) and int(row["lsb"]) + int(row["width"]) > int(other["lsb"]):
            raise SystemExit(f"uapi/arm64-idregs.tsv: {row['register']}: {row['field']} overlaps {other['field']}")
    if {row["safe"] for row in rows} - set(SAFE) or {row["sign"] for row in rows} - {"signed", "unsigned"}:
        raise SystemExit("uapi/arm64-idregs.tsv: an unknown sign, or kind of safety")


def files():
    rows = tsv.read("arm64-idregs")
    _check(rows)
    registers = {_register(row): row["register"] for row in rows}
    yield "lib/base/idreg_tables.c", (
        output.banner("arm64-idregs") + '#include "idreg_tables.h"\n\n'
        + tables.counted_array("kvmlib_arm64_field", "arm64_fields", map(_entry, rows))
        + tables.counted_array("kvmlib__idreg", "idregs", (
            f"{register:#x}, {output.string(name)}" for register, name in registers.items()))
        + f"_Static_assert({len(registers)} <= KVMLIB__MAX_IDREGS, \"all have a place\");\n")
