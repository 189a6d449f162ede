# SPDX-License-Identifier: LGPL-2.1-or-later
"""What hosts differ in: types of devices, attributes that can be asked for, bits of CPUID."""

from . import output, tables, tsv


def _attr_owner(row):
    """Whose an attribute is: the descriptor's kind, or the name of the device's type."""
    fd = row["device_or_scope"].removesuffix(" fd")
    return tables.FDS.get(fd, tables.FDS["device"]), fd.removeprefix("KVM_DEV_TYPE_"), row["number"]


def _attrs():
    """Those that have one number; the others are numbered by what the guest has."""
    entries = []
    for row in tsv.read("devices"):
        fds, owner, device = _attr_owner(row)
        if row["attribute_value"].isdigit():
            entries.append(f"{output.string(row['attribute'].removeprefix('KVM_'))}, "
                           f"{output.string(owner)}, {fds}, {device if device.isdigit() else 0}, "
                           f"{row['group_value']}, {row['attribute_value']}, {tables.here(row['archs'])}")
    return tables.counted_array("kvmlib__attr", "attrs", entries)


def _devices():
    rows = [row for row in tsv.read("flags") if row["family"] == "device-type"
            and row["name"] != "KVM_DEV_TYPE_MAX"]
    return tables.counted_array("kvmlib__device_type", "device_types", (
        f"{row['value']}, {output.string(row['name'].removeprefix('KVM_DEV_TYPE_'))}" for row in rows))


REGISTERS = ("eax", "ebx", "ecx", "edx")


# What a register or an MSR is made of, as enum kvmlib__cpuid_kind has it; all others are values.
KINDS = ("value", "bits", "count", "bytes", "lacks", "controls")


def _subleaf(row):
    return 0 if row["subleaf"] == "-" else row["subleaf"]


def _kind(row):
    if row["kind"] not in KINDS:
        raise SystemExit(f"uapi: a register of kind {row['kind']}")
    return f"KVMLIB__CPUID_{row['kind'].upper()}"


def _cpuid_features():
    rows = tsv.read("cpuid")
    if len({row["name"] for row in rows}) != len(rows):
        raise SystemExit("uapi/cpuid.tsv: two features of one name")
    return tables.counted_array("kvmlib_cpuid_feature", "cpuid_features", (
        f"{output.string(row['name'])}, {row['leaf']}, {_subleaf(row)}, {int(row['subleaf'] != '-')}, "
        f"{REGISTERS.index(row['register'])}, {row['bit']}, 0" for row in rows))


def _cpuid_registers():
    """Those that are told, and those of which a bit has a name; both can't be."""
    kinds = {(row["leaf"], _subleaf(row), row["register"]): "KVMLIB__CPUID_BITS" for row in tsv.read("cpuid")}
    for row in tsv.read("cpuid-registers"):
        register = row["leaf"], _subleaf(row), row["register"]
        if register in kinds:
            raise SystemExit(f"uapi/cpuid-registers.tsv: {register} is there, or has bits with names")
        kinds[register] = _kind(row)
    return tables.counted_array("kvmlib__cpuid_register", "cpuid_registers", (
        f"{leaf}, {subleaf}, {REGISTERS.index(register)}, {kind}"
        for (leaf, subleaf, register), kind in kinds.items()))


def _feature_msrs():
    """Worse: bits that a processor is better without. Needs: the feature that tells of it, by its place."""
    places = {row["name"]: number for number, row in enumerate(tsv.read("cpuid"))}
    places["-"] = "KVMLIB__CPUID_NONE"
    return tables.counted_array("kvmlib__feature_msr", "feature_msrs", (
        f"{row['index']}, {_kind(row)}, {output.string(row['name'])}, {row['worse']}, {places[row['needs']]}, "
        f"{str(row['set'] == 'yes').lower()}" for row in tsv.read("feature-msrs")))


def _cpuid_needs():
    """Pairs of features, by their places; in-kernel-lapic is no feature, but a device."""
    places = {row["name"]: number for number, row in enumerate(tsv.read("cpuid"))}
    places["in-kernel-lapic"] = "KVMLIB__CPUID_LAPIC"
    rows = tsv.read("cpuid-needs")
    unknown = {name for row in rows for name in row.values() if name not in places}
    if unknown:
        raise SystemExit(f"uapi/cpuid-needs.tsv: no features: {unknown}")
    return tables.counted_array("kvmlib__cpuid_need", "cpuid_needs", (
        f"{places[row['feature']]}, {places[row['needs']]}" for row in rows))


def files():
    yield "lib/base/host_tables.c", (
        output.banner("devices", "flags", "cpuid", "cpuid-registers", "feature-msrs", "cpuid-needs")
        + "#include \"host_tables.h\"\n\n" + _attrs() + _devices() + _cpuid_features()
        + _cpuid_registers() + _feature_msrs() + _cpuid_needs().rstrip("\n") + "\n")
