# SPDX-License-Identifier: LGPL-2.1-or-later
"""What uapi/ says of ioctls, as far as coverage needs it."""

import re

from gen import tsv
from gen.arches import ALL, ARCHES, of

KINDS = ("system", "vm", "vcpu", "device")
_ANY = {"system": "(any system ioctl)", "vm": "(any VM ioctl)", "vcpu": "(any vCPU ioctl)",
        "device": "(any device ioctl)"}
_FACT = {arch.name: arch.fact for arch in ARCHES}

# What `uname -m` says, where that is not the name here.
MACHINES = {"aarch64": "arm64"}

# By name, the rows that the table of coverage has.
IOCTLS = {row["name"]: row for row in tsv.read("ioctls") if row["obsolete"] == "no"}


def _numbers():
    rows = [row for row in tsv.read("ioctl-numbers") if row["name"] in IOCTLS]
    return {(arch.name, int(row[f"num_{arch.number}"], 16)): row["name"]
            for arch in ARCHES for row in rows
            if row[f"num_{arch.number}"] != "-" and arch.fact in _served(row["name"])}


def _served(name):
    """The architectures, as the facts name them, that have the ioctl on some descriptor."""
    words = set(re.findall(r"[a-z0-9]+", IOCTLS[name]["archs"])) - set(KINDS)
    return set(ALL) if "all" in words else words


def architectures(name):
    """The same in our names; `all` where that is so."""
    served = [arch.name for arch in ARCHES if arch.fact in _served(name)]
    return "all" if len(served) == len(ARCHES) else " ".join(served) or "-"


def kinds(name):
    """The kinds of descriptors that the ioctl is for."""
    return IOCTLS[name]["fd"].split(",")


def kinds_on(name, arch):
    """The kinds of descriptors that it is for on an architecture."""
    parts = [part.rpartition(": ")[::2] for part in IOCTLS[name]["archs"].split("; ")]
    return {kind for where, archs in parts if _FACT[arch] in of(archs)
            for kind in ([where] if where else kinds(name))}


def since(name):
    """The first version of Linux that has it, or None of the old ones."""
    text = IOCTLS[name]["since"].partition("..")[0]
    return None if text.startswith("<=") else text


def capabilities(name):
    """Those of which one at least is there where the ioctl is; none for what always is."""
    text = IOCTLS[name]["capability"]
    return [] if text.startswith("basic") else re.findall(r"KVM_CAP_\w+", text)


def _errnos():
    """By (ioctl or class, architecture), the errnos that the facts list."""
    listed = {}
    for row in tsv.read("errors"):
        for fact in of(row["archs"]):
            listed.setdefault((row["ioctl"], fact), set()).add(row["errno"])
    return listed


NUMBERS = _numbers()
_ERRNOS = _errnos()


def lists(name, kind, arch, errno):
    """Whether the facts list that errno for the ioctl."""
    fact = _FACT[arch]
    return any(errno in _ERRNOS.get((row, fact), ()) for row in (name, _ANY[kind]))


def is_named_after(function, name, kind):
    """Whether kvmlib_KIND_... is the ioctl's own function: the same words, but for the handle's,
    the architecture's, and the `device` of its attributes."""
    return _words(function.removeprefix("kvmlib_"), kind) == _words(name[4:].lower(), kind) \
        and function.startswith(f"kvmlib_{kind}_")


def _words(text, kind):
    optional = {kind, "x86", "arm", "s390", "ppc"}
    return [word for word in text.replace("device_attr", "attr").split("_") if word not in optional]
