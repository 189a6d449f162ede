# SPDX-License-Identifier: LGPL-2.1-or-later
"""Registers that have ids (KVM_GET_ONE_REG): their names, single ones and those that are counted.

A name has a range in braces for each number in it, `z{0-31}`, and the row a step of the id for each.
`@` stands for the members of a struct or of a family of flags, whose places follow on the id. A row with
more than two numbers is for those of its ids that no other row has.
"""

import itertools
import re
from collections import Counter, namedtuple

from . import output, tables, tsv

ARCHES = {"x86": "KVM_REG_X86", "arm64": "KVM_REG_ARM64", "riscv": "KVM_REG_RISCV"}
RANGE = re.compile(r"\{(0x[0-9a-f]+|\d+)-(0x[0-9a-f]+|\d+)\}")
SYSREG = re.compile(r"S(\d)_(\d)_C(\d+)_C(\d+)_(\d)")
LONGEST = 47      # bytes: KVMLIB_REG_NAME_SIZE has one more
ENDLESS = 1 << 16  # of a row with more registers only the ends are compared with others
MAX_INDICES = 5   # KVMLIB__MAX_INDICES

Index = namedtuple("Index", "first last step is_hex")
Register = namedtuple("Register", "id name indices")


def _constants():
    return {row["name"]: int(row["value"], 0) for row in tsv.read("flags") if row["family"] == "one-reg"}


def _place(text, constants):
    """The id's lower bits: a number, or how assemblers call a system register without a name."""
    match = SYSREG.fullmatch(text)
    if not match:
        return int(text, 0)
    parts = ("OP0", "OP1", "CRN", "CRM", "OP2")
    return constants["KVM_REG_ARM64_SYSREG"] | sum(
        int(value) << constants[f"KVM_REG_ARM64_SYSREG_{part}_SHIFT"] for part, value in zip(parts, match.groups()))


def _members(row):
    """What `@` stands for, with each one's place behind the id of the first."""
    fields = [(field["field"], int(field["offset"]) * 8 // int(row["size"]))
              for field in tsv.read("structs-riscv64")
              if field["struct"] == row["members"] and field["field"] != "-"]
    flags = [(flag["name"].split("_EXT_")[-1].lower(), int(flag["value"], 0)) for flag in tsv.read("flags")
             if flag["family"] == row["members"] and not flag["name"].endswith("_MAX")]
    if bool(fields) == bool(flags):
        raise SystemExit(f"uapi/registers.tsv: {row['name']}: what are its members?")
    return fields or flags


def _names(row):
    if row["members"] == "-":
        return [(row["name"], 0)]
    return [(row["name"].replace("@", member), place) for member, place in _members(row)]


def _indices(row):
    ranges = RANGE.findall(row["name"])
    steps = [] if row["steps"] == "-" else row["steps"].split(",")
    if len(ranges) != len(steps) or len(ranges) > MAX_INDICES:
        raise SystemExit(f"uapi/registers.tsv: {row['name']}: a step for each number, and five at most")
    return [Index(int(first, 0), int(last, 0), int(step), first.startswith("0x"))
            for (first, last), step in zip(ranges, steps)]


def _registers():
    constants = _constants()
    for row in tsv.read("registers"):
        size = constants[f"KVM_REG_SIZE_U{row['size']}"]
        base = constants[ARCHES[row["arch"]]] | size | _place(row["id"], constants)
        for name, place in _names(row):
            yield Register(base + place, RANGE.sub("#", name), _indices(row))


def single_ids():
    """The ids of the registers that are not counted, by their names."""
    return {register.name: register.id for register in _registers() if not register.indices}


def _each(register):
    """All of a row, or its ends: pairs of id and name."""
    counts = [range(index.last - index.first + 1) for index in register.indices]
    if any(len(count) > ENDLESS for count in counts):
        counts = [(0, len(count) - 1) for count in counts]
    for numbers in itertools.product(*counts):
        name = register.name
        for index, number in zip(register.indices, numbers):
            shown = index.first + number
            name = name.replace("#", hex(shown) if index.is_hex else str(shown), 1)
        yield register.id + sum(n * i.step for n, i in zip(numbers, register.indices)), name


def _checked(registers):
    """One id for each name, and one name for each id."""
    pairs = [pair for register in registers if len(register.indices) <= 2 for pair in _each(register)]
    for kind in zip(*pairs):
        twice = [one for one, count in Counter(kind).items() if count > 1]
        if twice:
            raise SystemExit(f"uapi/registers.tsv: two registers have {twice}")
    long = [name for _, name in pairs if len(name) > LONGEST]
    if long:
        raise SystemExit(f"uapi/registers.tsv: too long: {long}")
    return registers


def _single(register):
    return f"{register.id:#x}, {output.string(register.name)}"


def _index(index):
    return f"{{ {index.first}U, {index.last}U, {index.step}U, {str(index.is_hex).lower()} }}"


def _pattern(register):
    indices = ", ".join(map(_index, register.indices))
    return f"{_single(register)}, {len(register.indices)}, {{ {indices} }}"


def files():
    registers = _checked(sorted(_registers(), key=lambda register: (len(register.indices), register.id)))
    yield "lib/base/register_tables.c", (
        output.banner("registers", "flags", "structs-riscv64") + '#include "register_tables.h"\n\n'
        + tables.counted_array("kvmlib__register", "registers", (_single(r) for r in registers if not r.indices))
        + tables.counted_array("kvmlib__register_pattern", "register_patterns",
                               (_pattern(r) for r in registers if r.indices)).rstrip("\n") + "\n")
