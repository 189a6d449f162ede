# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models of arm64's processors: the values that fields of their id registers have."""

from . import output, tables, tsv


def _named(pattern, rows):
    """The places of the fields that a model names: one, or all of a register of which the smaller value is the safe one."""
    register, field = pattern.split(".")
    found = [place for place, row in enumerate(rows) if row["register"] == register
             and (row["field"] == field or field == "*" and row["safe"] == "lower")]
    if not found:
        raise SystemExit(f"uapi/arm64-models.tsv: no field {pattern}")
    return found


def _settings(row, known, rows):
    """Place and value of each of a model's fields, with those of what it is based on."""
    settings = dict(known.get(row["based_on"], {}))
    if row["based_on"] not in ("-", *known):
        raise SystemExit(f"uapi/arm64-models.tsv: {row['name']} is based on {row['based_on']}, which is not before it")
    for part in row["fields"].split(","):
        pattern, value = part.split("=")
        for place in _named(pattern, rows):
            settings.pop(place, None)
            if value != "host":
                settings[place] = int(value)
    return dict(sorted(settings.items()))


def _models():
    """Pairs of a row and its settings. Versions are counted, and stand in their order."""
    rows, known = tsv.read("arm64-idregs"), {}
    for row in tsv.read("arm64-models"):
        name, version = row["name"], int(row["version"])
        if version != 1 + sum(other.startswith(f"{name}:") for other in known):
            raise SystemExit(f"uapi/arm64-models.tsv: {name} has version {version} out of its order")
        known[f"{name}:{version}"] = _settings(row, known, rows)
        yield row, known[f"{name}:{version}"]


def _list(number, settings):
    entries = "".join(f"\t{{ {place}, {value} }},\n" for place, value in settings.items())
    return f"static const struct kvmlib__arm64_setting settings_{number}[] = {{\n{entries}}};\n"


def _entry(number, row):
    return (f"{{ {output.string(row['name'])}, {output.string(row['meaning'])}, {row['version']}, 0 }}, "
            f"settings_{number}, sizeof(settings_{number}) / sizeof(settings_{number}[0])")


def files():
    models = list(_models())
    yield "lib/base/arm64_model_tables.c", (
        output.banner("arm64-models", "arm64-idregs") + '#include "arm64_model_tables.h"\n\n'
        + "".join(_list(number, settings) for number, (_, settings) in enumerate(models)) + "\n"
        + tables.counted_array("kvmlib__arm64_model", "arm64_models", (
            _entry(number, row) for number, (row, _) in enumerate(models))))
