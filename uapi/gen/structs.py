# SPDX-License-Identifier: LGPL-2.1-or-later
"""The kernel's structs, from their layout: members at overlapping offsets form a union.

Bit-fields and arrays of unnamed structs become bytes: nothing in the library reads them by name.
Every size and offset is asserted in the generated header itself.
"""

import re

from . import output, tsv
from .arches import ARCHES

SCALARS = {
    "__u8": "uint8_t", "__u16": "uint16_t", "__u32": "uint32_t", "__u64": "uint64_t",
    "__s8": "int8_t", "__s16": "int16_t", "__s32": "int32_t", "__s64": "int64_t",
    "char": "char", "unsigned long": "unsigned long", "void *": "void *",
}


class Member:
    """One member: where it is, what it is, and the members inside of an unnamed struct."""

    def __init__(self, row):
        self.path = row["field"]
        self.name = self.path.split(".")[-1]
        self.offset = int(row["offset"])
        self.size = int(row["size"])
        self.type = row["type"]
        self.inner = []


def _wanted(row):
    plain = ":" not in row["offset"] and "[" not in row["field"]
    return plain and "__empty_" not in row["field"]


def tree(rows):
    """Nest the rows of one struct by their dotted names."""
    members = {}
    top = []
    for row in filter(_wanted, rows):
        member = Member(row)
        parent = members.get(member.path.rpartition(".")[0])
        (parent.inner if parent else top).append(member)
        members[member.path] = member
    return top


def _overlapping(members):
    """Split members, in the order of their offsets, into groups that share bytes."""
    groups = []
    end = -1
    for member in sorted(members, key=lambda m: (m.offset, m.size == 0)):
        if groups and member.offset < end and member.size:
            groups[-1].append(member)
        else:
            groups.append([member])
        end = max(end, member.offset + member.size)
    return groups


class Printer:
    """Prints one struct; knows which others it may hold: C has no way for flexible ones."""

    def __init__(self, known):
        self.known = known

    def struct(self, name, size, members):
        return f"struct {name} {{\n{self.body(members, 0, size, 1)}}};\n"

    def body(self, members, start, end, depth):
        """Members in order, with the gaps between them filled."""
        text, at = "", start
        for group in _overlapping(members):
            text += self.gap(at, group[0].offset, depth)
            text += self.group(group, depth)
            at = max(at, *(m.offset + m.size for m in group))
        return text + self.gap(at, end, depth)

    def gap(self, start, end, depth):
        tabs = "\t" * depth
        return f"{tabs}uint8_t gap_{start}[{end - start}];\n" if end > start else ""

    def group(self, group, depth):
        if len(group) == 1:
            return self.member(group[0], depth)
        tabs = "\t" * depth
        start = min(m.offset for m in group)
        text = "".join(self.alternative(m, start, depth + 1) for m in group)
        return f"{tabs}union {{\n{text}{tabs}}};\n"

    def alternative(self, member, start, depth):
        """A member of a union; one that starts later is pushed there by a gap."""
        if member.offset == start:
            return self.member(member, depth)
        tabs = "\t" * depth
        gap = f"{tabs}\tuint8_t gap_to_{member.name}[{member.offset - start}];\n"
        return f"{tabs}struct {{\n{gap}{self.member(member, depth + 1)}{tabs}}};\n"

    def member(self, member, depth):
        tabs = "\t" * depth
        if member.inner and not member.size:
            return ""
        if member.inner:
            return self.nested(member, tabs, depth)
        declared = self.declare(member)
        return f"{tabs}{declared};\n" if declared else ""

    def nested(self, member, tabs, depth):
        kind = "union" if member.type == "union" else "struct"
        end = member.offset + member.size
        if kind == "union":
            body = "".join(self.alternative(m, member.offset, depth + 1) for m in member.inner)
        else:
            body = self.body(member.inner, member.offset, end, depth + 1)
        return f"{tabs}{kind} {{\n{body}{tabs}}} {member.name};\n"

    def declare(self, member):
        base, dims = re.fullmatch(r"([^\[]+?)((?:\[\d*\])*)(?: \(flexible\))?",
                                  member.type).groups()
        ctype = SCALARS.get(base)
        if not ctype and base.startswith("struct ") and base[7:] in self.known:
            ctype = base
        if member.size == 0:
            return f"{ctype} {member.name}[]" if ctype and "." not in member.path else None
        if not ctype:
            return f"uint8_t {member.name}[{member.size}]"
        space = "" if ctype.endswith("*") else " "
        return f"{ctype}{space}{member.name}{dims}"


def _grouped(rows):
    structs = {}
    for row in rows:
        structs.setdefault(row["struct"], []).append(row)
    return structs


def _needs(rows):
    """Structs that must be defined before this one."""
    return {m.group(1) for row in rows[1:] for m in [re.match(r"struct (\w+)", row["type"])] if m}


def _ordered(structs):
    """Structs, each after those that it holds."""
    done = []

    def visit(name):
        if name in done or name not in structs:
            return
        for need in sorted(_needs(structs[name]) - {name}):
            visit(need)
        done.append(name)

    for name in structs:
        visit(name)
    return done


def asserts(name, size, members):
    text = f"_Static_assert(sizeof(struct {name}) == {size}, \"struct {name}\");\n"
    for member in members:
        if member.size and not (member.type.startswith("struct ") and member.inner):
            text += (f"_Static_assert(offsetof(struct {name}, {member.name}) == {member.offset}, "
                     f"\"{name}.{member.name}\");\n")
    return text


def _file(arch):
    source = f"structs-{arch.name}"
    structs = _grouped(tsv.read(source))
    known, body = set(), "#include <stddef.h>\n#include <stdint.h>\n\n"
    for name in _ordered(structs):
        rows = structs[name]
        members = tree(rows[1:])
        size = int(rows[0]["size"])
        if not size:
            continue
        body += Printer(known).struct(name, size, members) + asserts(name, size, members) + "\n"
        if not any(member.size == 0 for member in members):
            known.add(name)
    guard = f"KVMLIB__UAPI_STRUCTS_{arch.name.upper()}_H"
    return output.header(guard, [source], body)


def _chooser():
    """The structs of the build's architecture, or those that a file names before."""
    body = "#ifdef KVMLIB__STRUCTS\n#include KVMLIB__STRUCTS\n"
    for arch in ARCHES:
        body += f"#elif {arch.condition}\n"
        body += f"#include \"uapi_structs_{arch.name}.h\"\n"
    body += "#else\n#error \"kvmlib does not know this architecture\"\n#endif\n"
    return output.header("KVMLIB__UAPI_STRUCTS_H", ["structs-*"], body)


def files():
    yield "lib/base/uapi_structs.h", _chooser()
    for arch in ARCHES:
        yield f"lib/base/uapi_structs_{arch.name}.h", _file(arch)
