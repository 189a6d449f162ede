# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models of CPUs: who they say they are, which features they have, and what MSRs hold after a reset."""

import re

from . import output, tsv


def _features(row, known, places):
    """The places of a model's features in the table of features, with those of what it is based on."""
    names = [name for name in row["features"].split(",") if name != "-"]
    unknown = [name for name in names if name not in places]
    if unknown or row["based_on"] not in ("-", *known):
        raise SystemExit(f"uapi/cpu-models.tsv: {row['name']}: unknown {unknown or row['based_on']}")
    return sorted({places[name] for name in names} | set(known.get(row["based_on"], ())))


def _msrs(row):
    """A model's own MSRs, each of one vendor's processors: what it is based on has none that are another."""
    if row["msrs"] == "-":
        return []
    parts = (re.fullmatch("(amd|intel):(0x[0-9a-f]+)=(0x[0-9a-f]+)", part) for part in row["msrs"].split(","))
    try:
        return [part.groups() for part in parts]
    except AttributeError:
        raise SystemExit(f"uapi/cpu-models.tsv: {row['name']}: no MSRs: {row['msrs']}") from None


def _models():
    """Pairs of a row and its features. Versions are counted, and stand in their order."""
    places = {row["name"]: number for number, row in enumerate(tsv.read("cpuid"))}
    known = {}
    for row in tsv.read("cpu-models"):
        name, version = row["name"], int(row["version"])
        if version != 1 + sum(other.startswith(f"{name}:") for other in known):
            raise SystemExit(f"uapi/cpu-models.tsv: {name} has version {version} out of its order")
        if len(row["brand"]) > 47:
            raise SystemExit(f"uapi/cpu-models.tsv: {name}: 47 bytes are the longest brand")
        known[f"{name}:{version}"] = _features(row, known, places)
        yield row, known[f"{name}:{version}"]


def _list(number, features):
    """One model's features, in lines of 100 columns."""
    text, line = "", "\t"
    for place in features:
        if len(line) > 88:
            text, line = text + line.rstrip() + "\n", "\t"
        line += f"{place}, "
    return f"static const uint16_t features_{number}[] = {{\n{text}{line.rstrip()}\n}};\n"


def _list_msrs(number, row):
    entries = "".join(f"\t{{ {msr}, {str(vendor == 'amd').lower()}, {value} }},\n" for vendor, msr, value in _msrs(row))
    return f"static const struct kvmlib__cpu_model_msr msrs_{number}[] = {{\n{entries}}};\n" if entries else ""


def _entry(number, row):
    msrs = f"msrs_{number}, sizeof(msrs_{number}) / sizeof(msrs_{number}[0])" if _msrs(row) else "NULL, 0"
    numbers = ", ".join(row[column] for column in ("family", "model", "stepping", "physical_bits"))
    return (f"\t{{ {{ {output.string(row['name'])}, {output.string(row['meaning'])}, {row['version']}, 0 }},\n"
            f"\t  {output.string(row['brand'])}, {numbers},\n"
            f"\t  features_{number}, sizeof(features_{number}) / sizeof(features_{number}[0]), {msrs} }},\n")


def files():
    models = list(_models())
    text = output.banner("cpu-models", "cpuid") + '#include "model_tables.h"\n\n'
    text += "".join(_list(number, features) + _list_msrs(number, row) for number, (row, features) in enumerate(models))
    text += "\nconst struct kvmlib__cpu_model kvmlib__cpu_models[] = {\n"
    text += "".join(_entry(number, row) for number, (row, _) in enumerate(models)) + "};\n"
    text += ("const size_t kvmlib__nr_cpu_models = "
             "sizeof(kvmlib__cpu_models) / sizeof(kvmlib__cpu_models[0]);\n")
    yield "lib/base/model_tables.c", text
