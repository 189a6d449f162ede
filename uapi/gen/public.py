# SPDX-License-Identifier: LGPL-2.1-or-later
"""Structs of the kernel that older headers lack or define otherwise, under names of the library.

The layout is the kernel's. C99 knows no unnamed members: of padding that shares its bytes with
something else only the latter is declared.
"""

from . import arches, output, structs, tsv
from .arches import ARCHES


def _name(kernel_name):
    """struct kvm_clock_data is struct kvmlib_clock_data."""
    return "kvmlib_" + kernel_name[4:]


class _Printer(structs.Printer):
    """Members with comments, and structs under their public names."""

    def member(self, member, depth):
        text = super().member(member, depth)
        if text.endswith(";\n") and not member.inner:
            return f"{text[:-1]} /**< at {member.offset} */\n"
        return text

    def nested(self, member, tabs, depth):
        text = super().nested(member, tabs, depth)
        return f"{tabs}/** At {member.offset}. */\n{text}"

    def declare(self, member):
        declared = super().declare(member)
        return declared.replace("struct kvm_", "struct kvmlib_", 1) if declared else declared


def _without_shared_padding(members):
    """Members, less the padding that overlaps another one of the same struct."""
    def shared(member):
        return member.name.startswith("pad") and any(
            other is not member and other.offset == member.offset for other in members)
    return [member for member in members if not shared(member)]


def _layouts(name, facts):
    """The struct's layouts with the architectures of each, alike ones as one."""
    found = {}
    for arch in ARCHES:
        if arch.fact in facts:
            rows = [r for r in tsv.read(f"structs-{arch.name}") if r["struct"] == name]
            found.setdefault(tuple(tuple(row.values()) for row in rows), (rows, []))[1].append(arch.fact)
    return found.values()


def _struct(row, known):
    text = ""
    for rows, facts in _layouts(row["struct"], arches.of(row["archs"])):
        members = _without_shared_padding(structs.tree(rows[1:]))
        body = f"/** {row['brief'][0].upper()}{row['brief'][1:]}. */\n"
        body += _Printer(known).struct(_name(row["struct"]), int(rows[0]["size"]), members)
        condition = arches.condition(facts)
        text += f"#if {condition}\n{body}#endif\n" if condition else body
    known.add(row["struct"])
    return text


def _header():
    known = set()
    body = "#include <stdint.h>\n\n"
    body += "\n".join(_struct(row, known) for row in tsv.read("public-structs"))
    return output.header("KVMLIB_UAPI_STRUCTS_H", ["public-structs", "structs-*"], body,
                         ("structs", "Kernel structs",
                          "The kernel's structs that not all of its headers define alike."))


def _checks():
    """Nothing but assertions that the public structs are the kernel's, on this architecture."""
    body = "#include <kvmlib/uapi_structs.h>\n\n#include \"uapi_structs.h\"\n\n"
    for row in tsv.read("public-structs"):
        for rows, facts in _layouts(row["struct"], arches.of(row["archs"])):
            members = _without_shared_padding(structs.tree(rows[1:]))
            text = structs.asserts(_name(row["struct"]), f"sizeof(struct {row['struct']})", members)
            condition = arches.condition(facts)
            body += f"#if {condition}\n{text}#endif\n" if condition else text
    return output.banner("public-structs", "structs-*") + body


def files():
    yield "include/kvmlib/uapi_structs.h", _header()
    yield "lib/base/uapi_structs.c", _checks()
