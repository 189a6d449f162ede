# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the library knows of exits: the reasons, what is owed, and what their payloads tell."""

from . import arches, constants, output, tables, tsv

# Constants that payloads and states hold, by what their names begin with.
NAMES = {
    "INTERNAL_ERROR": "KVM_INTERNAL_ERROR_",
    "SYSTEM_EVENT": "KVM_SYSTEM_EVENT_",
    "HYPERV": "KVM_EXIT_HYPERV_",
    "MSR_EXIT_REASON": "KVM_MSR_EXIT_REASON_",
    "XEN": "KVM_EXIT_XEN_",
    "TDVMCALL": "TDVMCALL_",
    "MP_STATE": "KVM_MP_STATE_",
}
DRAINS = {"-": "NONE", "always": "ALWAYS", "answered": "ANSWERED"}


def _drain(row):
    """How KVM can be made to finish it; a field of the payload tells a write from a read."""
    field = row["drain"]
    if field in DRAINS:
        return f"KVMLIB_DRAIN_{DRAINS[field]}, 0"
    return f"KVMLIB_DRAIN_WRITES, offsetof(struct kvm_run, {field})"


def _exits():
    rows = tsv.read("exits")
    for number, row in enumerate(rows):
        if int(row["number"]) != number:
            raise SystemExit(f"uapi/exits.tsv: {row['name']} is not at its number")
        if (row["needs_completion"] == "no") != (row["drain"] == "-"):
            raise SystemExit(f"uapi/exits.tsv: {row['name']}: only what needs completion drains")
    return tables.counted_array("kvmlib__exit", "exits", (
        f"{output.string(row['name'])}, {output.string(row['owes'])}, "
        f"{int(row['needs_completion'] == 'yes')}, {_drain(row)}" for row in rows))


def _names():
    """Kinds of payloads; flags that belong to one kind have its name and _FLAG_ in theirs."""
    return tables.counted_array("kvmlib__name", "names", (
        f"KVMLIB__NAMES_{family}, {constants.public_name(row['name'])}, {output.string(row['name'])}"
        for family, prefix in NAMES.items() for row in tsv.read("flags")
        if row["name"].startswith(prefix) and not any(
            part in row["name"] for part in ("_FLAG_", "_MASK"))))


def _place(field):
    return f"KVMLIB__PLACE({field})" if field != "-" else "{ 0, 0 }"


def _field(row):
    """One member of a payload: how to show it, how long it is, and when it is there."""
    named = row["format"] == "name"
    when, _, value = row["when"].partition("=")
    text = (f"\t{{ {constants.public_name(row['exit'])}, KVMLIB__SHOW_{row['format'].upper()}, "
            f"{'KVMLIB__NAMES_' + row['arg'] if named else 0}, {output.string(row['label'])}, "
            f"{_place(row['field'])}, {_place('-' if named else row['arg'])}, {_place(when)}, "
            f"{value or 0} }},\n")
    condition = arches.condition(arches.of(row["archs"]))
    return f"#if {condition}\n{text}#endif\n" if condition else text


def _fields():
    name = "exit_fields"
    body = "".join(_field(row) for row in tsv.read("exit-fields"))
    return (f"const struct kvmlib__exit_field kvmlib__{name}[] = {{\n{body}}};\n"
            f"const size_t kvmlib__nr_{name} = sizeof(kvmlib__{name}) / sizeof(kvmlib__{name}[0]);\n")


def files():
    yield "lib/base/exit_tables.c", (
        output.banner("exits", "exit-fields", "flags")
        + "#include <stddef.h>\n\n#include <kvmlib/explain.h>\n#include <kvmlib/uapi_exits.h>\n"
        "#include <kvmlib/uapi_flags.h>\n\n#include \"exit_tables.h\"\n#include \"uapi_structs.h\"\n\n"
        "#define KVMLIB__PLACE(field) \\\n"
        "\t{ offsetof(struct kvm_run, field), sizeof(((struct kvm_run *)NULL)->field) }\n\n"
        + _exits() + _names() + _fields())
