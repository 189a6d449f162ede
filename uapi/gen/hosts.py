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


def _cpuid_bits():
    return tables.counted_array("kvmlib__cpuid_bit", "cpuid_bits", (
        f"{row['leaf']}, {0 if row['subleaf'] == '-' else row['subleaf']}, "
        f"{REGISTERS.index(row['register'])}, {row['bit']}, {output.string(row['name'])}"
        for row in tsv.read("cpuid")))


def files():
    yield "lib/base/host_tables.c", (
        output.banner("devices", "flags", "cpuid") + "#include \"host_tables.h\"\n\n"
        + _attrs() + _devices() + _cpuid_bits().rstrip("\n") + "\n")
