# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library's own tables: ioctls, capabilities, errors and their causes."""

import fnmatch
import re

from . import output, tsv
from .arches import ARCHES, of

FDS = {"system": "KVMLIB__FD_SYSTEM", "vm": "KVMLIB__FD_VM", "vcpu": "KVMLIB__FD_VCPU",
       "device": "KVMLIB__FD_DEVICE"}


def requests_by_arch():
    """Per architecture, the request number of every ioctl that it has, by name."""
    numbers = {row["name"]: row for row in tsv.read("ioctl-numbers")}
    for arch in ARCHES:
        yield arch, [(row["name"], numbers[row["name"]][f"num_{arch.number}"])
                     for row in tsv.read("ioctls")
                     if row["name"] in numbers and _has(row, arch)
                     and numbers[row["name"]][f"num_{arch.number}"] != "-"]


def _has(row, arch):
    """Whether the architecture's kernel serves the ioctl on any of its descriptors."""
    archs = set(re.findall(r"[a-z0-9]+", row["archs"])) - set(FDS)
    return "all" in archs or arch.fact in archs


def _ioctls_header():
    body = "/* Index of an ioctl in kvmlib__ioctls. */\nenum kvmlib__ioc {\n"
    for row in tsv.read("ioctls"):
        body += f"\tKVMLIB__IOC_{row['name'][4:]},\n"
    body += "\tKVMLIB__NR_IOCTLS\n};\n\n/* Request numbers of the ioctls that this architecture has. */\n"
    for number, (arch, requests) in enumerate(requests_by_arch()):
        body += f"#{'if' if number == 0 else 'elif'} {arch.condition}\n"
        body += "".join(f"#define {name} {request}UL\n" for name, request in requests)
    return output.header("KVMLIB__UAPI_IOCTLS_H", ["ioctls", "ioctl-numbers"],
                         body + "#endif\n\n" + _arch_masks())


def _arch_masks():
    """Bits for sets of architectures; which of them is the build's, and what it is called."""
    names = [f"KVMLIB__ARCH_{arch.name.upper()}" for arch in ARCHES]
    body = "".join(f"#define {name} {1 << bit}U\n" for bit, name in enumerate(names))
    body += f"#define KVMLIB__ARCH_ALL {(1 << len(names)) - 1}U\n\n"
    for number, (arch, name) in enumerate(zip(ARCHES, names)):
        body += f"#{'if' if number == 0 else 'elif'} {arch.condition}\n#define KVMLIB__ARCH {name}\n"
        body += f"#define KVMLIB__ARCH_NAME {output.string(arch.name)}\n"
    return body + "#endif\n"


def _ioctls():
    text = "const struct kvmlib__ioctl kvmlib__ioctls[KVMLIB__NR_IOCTLS] = {\n"
    for row in tsv.read("ioctls"):
        fds = " | ".join(FDS[fd] for fd in row["fd"].split(",") if fd in FDS) or "0"
        index = f"KVMLIB__IOC_{row['name'][4:]}"
        rest = f"{fds}, {int(row['obsolete'] == 'yes')}"
        text += (f"#ifdef {row['name']}\n\t[{index}] = {{ \"{row['name']}\", {row['name']}, {rest} }},\n"
                 f"#else\n\t[{index}] = {{ \"{row['name']}\", 0, {rest} }},\n#endif\n")
    return text + "};\n\n"


def _array(kind, name, entries):
    body = "".join(f"\t{{ {entry} }},\n" for entry in entries)
    return f"const struct {kind} kvmlib__{name}[] = {{\n{body}}};\n"


def counted_array(kind, name, entries):
    """An array with its length beside it."""
    return (_array(kind, name, entries) +
            f"const size_t kvmlib__nr_{name} = sizeof(kvmlib__{name}) / sizeof(kvmlib__{name}[0]);\n\n")


def _optional(text):
    """A string, or NULL where the facts have nothing."""
    return "NULL" if text == "-" else output.string(text)


def _kind(text):
    """What a value is: one kind everywhere, or `x86:mask,s390:bool` with the last one elsewhere."""
    *per_arch, last = (part.split(":") for part in text.split(","))
    expression = f"KVMLIB_CAPABILITY_{last[-1].upper()}"
    for arch, kind in reversed(per_arch):
        expression = (f"{here(arch)} & KVMLIB__ARCH ? KVMLIB_CAPABILITY_{kind.upper()} : "
                      f"{expression}")
    return expression


ON = {"system": "KVMLIB_CAPABILITY_ON_SYSTEM", "vm": "KVMLIB_CAPABILITY_ON_VM",
      "vcpu": "KVMLIB_CAPABILITY_ON_VCPU", "none": "0"}


def _scope(row):
    return f"{ON['system']} | {ON['vm']}" if row["scope"] == "both" else ON[row["scope"]]


def _enable(row):
    return f"{ON['vm']} | {ON['vcpu']}" if row["enable"] == "both" else ON[row["enable"]]


def _capability(row):
    """A row as struct kvmlib_capability."""
    args = output.string(row["enable_args"]) if row["enable"] != "none" else "NULL"
    strings = ", ".join([output.string(row["name"]), output.string(row["returns_meaning"]),
                         _optional(row["bits"]), args, output.string(row["archs"]),
                         _optional(row["doc"]), output.string(row["since"])])
    return (f"{row['number']}, {_kind(row['kind'])}, {_scope(row)}, {_enable(row)}, "
            f"{int(row['vm_value_differs'] == 'yes')}, "
            f"(({here(row['archs'])}) & KVMLIB__ARCH) != 0, {strings}")


def _caps():
    return (counted_array("kvmlib_capability", "caps", map(_capability, tsv.read("caps")))
            + counted_array("kvmlib__cap_enabling", "cap_enablings", _cap_enablings())
            + counted_array("kvmlib__cap_bit", "cap_bits", _cap_bits()))


def _cap_enablings():
    """Capabilities that are enabled once per value of an argument, or asked for by another one."""
    caps = {row["name"]: row for row in tsv.read("caps")}
    for row in tsv.read("cap-enabling"):
        name, per, by = row["name"], row["enabled_per"], row["asked_by"]
        if name not in caps or caps[name]["enable"] == "none":
            raise SystemExit(f"uapi/cap-enabling.tsv: {name} can't be enabled")
        if per not in ("-", "arg0") or by not in ("-", *caps):
            raise SystemExit(f"uapi/cap-enabling.tsv: {name}: enabled per {per}, asked by {by}")
        yield (f"{caps[name]['number']}, {caps[name if by == '-' else by]['number']}, "
               f"{int(per == 'arg0')}")


def _cap_bits():
    """The named bits of every mask, and on which architectures they are called so."""
    flags = tsv.read("flags")
    for row in tsv.read("caps"):
        if ("mask" in row["kind"]) == (row["bits"] == "-"):
            raise SystemExit(f"uapi/caps.tsv: {row['name']}: bits without a mask, or a mask without")
        if row["bits"] != "-" and not row["bits"].startswith("("):
            yield from (f"{row['number']}, {bit}, {here(archs)}, {output.string(name)}"
                        for bit, name, archs in _bits_of(row, flags))


def _bits_of(row, flags):
    """The bits of one mask as (bit, name, archs); names may have `*`, `1<<` counts bits."""
    counted, text = row["bits"].startswith("1<<"), row["bits"].removeprefix("1<<")
    found = [(int(flag["value"], 0), flag["name"], flag["archs"]) for flag in flags
             if any(fnmatch.fnmatchcase(flag["name"], glob) for glob in text.split(","))]
    if not counted:
        found = [(value.bit_length() - 1, *rest) for value, *rest in found if value.bit_count() == 1]
    taken = [(bit, arch) for bit, _, archs in found for arch in of(archs)]
    if not found or len(set(taken)) < len(taken):
        raise SystemExit(f"uapi/caps.tsv: {row['name']}: no bits, or a bit of two names")
    return sorted(found)


def _errnum(text):
    """The errno's macro, or 0 for what is no errno: a short count, a signal."""
    return text if text.isidentifier() else "0"


def here(archs):
    """Whether the build's architecture is one of them, as the preprocessor has it."""
    masks = [f"KVMLIB__ARCH_{arch.name.upper()}" for arch in ARCHES if arch.fact in of(archs)]
    return "KVMLIB__ARCH_ALL" if archs == "all" else " | ".join(masks) or "0"


def _errors():
    return counted_array("kvmlib__error", "errors", (
        f"{output.string(row['ioctl'])}, {output.string(row['errno'])}, "
        f"{output.string(row['cause'])}, {output.string(row['action'])}, "
        f"{_errnum(row['errno'])}, {row['cause_id']}, {here(row['archs'])}"
        for row in tsv.read("errors")))


def _causes():
    rows = tsv.dense_ids("causes", tsv.read("causes"))
    return counted_array("kvmlib__cause", "causes", (
        f"{output.string(row['name'])}, {output.string(_sentence(row))}, "
        f"{output.string(row['hint'])}" for row in rows))


def _sentence(row):
    """What a cause says where no row of the errors does; `-` where one always does."""
    return row["name"].lower().replace("_", " ") if row["sentence"] == "-" else row["sentence"]


def _errnos():
    names = sorted({row["errno"] for row in tsv.read("errors") if row["errno"].isidentifier()}
                   | {"EPROTO", "EPROTONOSUPPORT", "ESRCH"})
    return counted_array("kvmlib__errno_name", "errno_names", (f"{name}, \"{name}\"" for name in names))


def _values():
    rows = tsv.dense_ids("values", tsv.read("values"))
    return _array("kvmlib__value_kind", "value_kinds", (
        f"{output.string(row['label'])}, KVMLIB__{row['format'].upper()}" for row in rows)) + "\n"


def _features():
    rows = tsv.dense_ids("features", tsv.read("features"))
    return f"const uint32_t kvmlib__last_feature = {len(rows)};\n"


def _tables():
    sources = ["ioctls", "caps", "cap-enabling", "flags", "errors", "causes", "values", "features"]
    return (output.banner(*sources) + "#include <errno.h>\n\n#include \"tables.h\"\n\n" + _ioctls()
            + _caps() + _errors() + _causes() + _errnos() + _values() + _features())


def files():
    yield "lib/base/uapi_ioctls.h", _ioctls_header()
    yield "lib/base/tables.c", _tables()
