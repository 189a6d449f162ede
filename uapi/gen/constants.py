# SPDX-License-Identifier: LGPL-2.1-or-later
"""The public constants: the kernel's values under names that begin with KVMLIB_."""

from . import arches, output, tsv


def public_name(kernel_name):
    """KVM_CAP_IRQCHIP is KVMLIB_CAP_IRQCHIP; names without KVM_ gain the prefix."""
    name = kernel_name.upper()
    return "KVMLIB_" + (name[4:] if name.startswith("KVM_") else name)


def _caps():
    body = "".join(output.define(public_name(row["name"]), row["number"] + "U",
                                 f"{row['returns_meaning']}; {row['archs']}; since {row['since']}")
                   for row in tsv.read("caps"))
    return output.header("KVMLIB_UAPI_CAPS_H", ["caps"], body,
                         ("caps", "Capabilities", "What KVM_CHECK_EXTENSION can be asked for."))


def _exits():
    body = "".join(output.define(public_name(row["name"]), row["number"] + "U", row["meaning"])
                   for row in tsv.read("exits"))
    return output.header("KVMLIB_UAPI_EXITS_H", ["exits"], body,
                         ("exits", "Exit reasons", "Why a guest left KVM_RUN, as KVM has it."))


def _flag(row):
    comment = f"{row['name']}; {row['archs']}"
    return output.define(public_name(row["name"]), output.unsigned(row["value"]), comment)


def _flags():
    """Most names have one value everywhere; the few that differ depend on the architecture."""
    rows = tsv.read("flags")
    names = [row["name"] for row in rows]
    body, family = "", None
    for row in rows:
        if row["family"] != family:
            family = row["family"]
            body += f"\n/* {family} */\n"
        text = _flag(row)
        if names.count(row["name"]) > 1:
            text = f"#if {arches.condition(arches.of(row['archs']))}\n{text}#endif\n"
        body += text
    return output.header("KVMLIB_UAPI_FLAGS_H", ["flags"], body.lstrip("\n"),
                         ("flags", "Flags, types and attributes",
                          "The kernel's other constants, with KVMLIB_ before their names."))


def _numbered(table, prefix, comment, guard, title, brief):
    rows = tsv.dense_ids(table, tsv.read(table))
    body = "".join(output.define(f"KVMLIB_{prefix}_{row['name']}", row["id"] + "U", row[comment])
                   for row in rows)
    return output.header(guard, [table], body, (table, title, brief))


def files():
    yield "include/kvmlib/uapi_caps.h", _caps()
    yield "include/kvmlib/uapi_exits.h", _exits()
    yield "include/kvmlib/uapi_flags.h", _flags()
    yield "include/kvmlib/causes.h", _numbered("causes", "CAUSE", "hint", "KVMLIB_CAUSES_H",
                                               "Causes of errors",
                                               "What kvmlib_error_cause() answers; numbers are never reused.")
    yield "include/kvmlib/values.h", _numbered("values", "VALUE", "meaning", "KVMLIB_VALUES_H",
                                               "Values in error records",
                                               "What kvmlib_error_value() can be asked for.")
    yield "include/kvmlib/features.h", _numbered("features", "FEATURE", "meaning",
                                                 "KVMLIB_FEATURES_H", "Features",
                                                 "What kvmlib_has_feature() can be asked for.")
