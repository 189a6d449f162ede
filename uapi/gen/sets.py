# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tool's sets of ioctls, one for each thing that a program does with KVM."""

from . import output, tables, tsv


def _sets(rows):
    """The names of the sets, each with what it is for: a row without ioctls begins a set."""
    sets = {row["set"]: row["why"] for row in rows if row["ioctls"] == "-"}
    if list(dict.fromkeys(row["set"] for row in rows)) != list(sets):
        raise SystemExit("uapi/feature-sets.tsv: a set that nothing is said about, or in two places")
    if len(sets) > 32:
        raise SystemExit("uapi/feature-sets.tsv: the tool has 32 bits for sets")
    return sets


def _members(row, names):
    """The ioctls of a row; `*` is all that are not obsolete."""
    members = row["ioctls"].split(",")
    if row["ioctls"] == "*":
        return [name for name, obsolete in names.items() if not obsolete]
    unknown = [name for name in members if names.get(name, True)]
    if unknown:
        raise SystemExit(f"uapi/feature-sets.tsv: no ioctls, or obsolete: {unknown}")
    return members


def _rules(rows, sets):
    """(set's number, ioctl, why) in the order of the facts."""
    names = {row["name"]: row["obsolete"] == "yes" for row in tsv.read("ioctls")}
    return [(list(sets).index(row["set"]), name, row["why"])
            for row in rows if row["ioctls"] != "-" for name in _members(row, names)]


def _entry(rule, requests):
    number, name, why = rule
    text = "NULL" if why == "-" else output.string(why)
    return f'{number}, {requests[name]}U, "{name}", {text}'


def _arches_rules(rules):
    """An #if for each architecture, which has the ioctls that its kernel serves."""
    body = ""
    for number, (arch, requests) in enumerate(tables.requests_by_arch()):
        entries = [_entry(rule, dict(requests)) for rule in rules if rule[1] in dict(requests)]
        body += f"#{'if' if number == 0 else 'elif'} {arch.condition}\n"
        body += f"const char set_arch[] = {output.string('SCMP_ARCH_' + arch.scmp)};\n"
        body += "const struct set_rule set_rules[] = {\n"
        body += "".join(f"\t{{ {entry} }},\n" for entry in entries) + "};\n"
    return body + "#endif\n"


def _count(name):
    return f"const size_t nr_{name} = sizeof({name}) / sizeof({name}[0]);\n"


def files():
    rows = tsv.read("feature-sets")
    sets = _sets(rows)
    body = "const struct feature_set feature_sets[] = {\n"
    body += "".join(f"\t{{ {output.string(name)}, {output.string(what)} }},\n" for name, what in sets.items())
    body += "};\n" + _count("feature_sets") + "\n" + _arches_rules(_rules(rows, sets)) + _count("set_rules")
    yield "tools/set_tables.c", (output.banner("feature-sets", "ioctls", "ioctl-numbers")
                                 + '#include "sets.h"\n\n' + body)
