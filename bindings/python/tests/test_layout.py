# SPDX-License-Identifier: LGPL-2.1-or-later
"""Structs are laid out as C lays them out; prototypes, headers, maps and libraries name the same functions."""

import ctypes
import os
import re
import subprocess

import pytest
from support import TOP

from kvmlib import structs
from kvmlib._generated import prototypes
from kvmlib._library import library, sim_library

HEADERS = sorted((TOP / "include/kvmlib").glob("*.h")) + [TOP / "include/kvmlib/version.h.in"]
DECLARATION = re.compile(r"KVMLIB_EXPORT\s[^;]*?\b(kvmlib_\w+)\s*\(", re.S)
PROGRAM = """#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>
#include <stddef.h>
#include <stdio.h>
#include "base/uapi_structs_{arch}.h"
int main(void)
{{
{lines}
	return 0;
}}
"""


def public():
    """Each struct that has a name in C, with its members that have one."""
    for name, struct in vars(structs).items():
        if isinstance(struct, type) and issubclass(struct, ctypes.Structure) and getattr(struct, "_fields_", None):
            if re.search(rf"struct {name}\b", SOURCES):
                yield name, struct


def _sources():
    files = [*HEADERS, TOP / f"lib/base/uapi_structs_{structs._layout.ARCHITECTURE}.h"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


SOURCES = _sources()


def _members(struct):
    return [name for name, *_ in struct._fields_ if not name.startswith("_unnamed")]


def _lines():
    for name, struct in public():
        yield f'\tprintf("%zu\\n", sizeof(struct {name}));'
        for member in _members(struct):
            yield f'\tprintf("%zu\\n", offsetof(struct {name}, {member}));'


def _asked():
    for name, struct in public():
        yield name, ctypes.sizeof(struct)
        for member in _members(struct):
            yield f"{name}.{member}", getattr(struct, member).offset


def test_structs_are_laid_out_as_in_c(tmp_path):
    build = os.environ.get("KVMLIB_TEST_BUILD", os.path.join(os.environ.get("KVMLIB_LIBRARY_PATH", ""), ".."))
    source = tmp_path / "layout.c"
    source.write_text(PROGRAM.format(arch=structs._layout.ARCHITECTURE, lines="\n".join(_lines())), encoding="utf-8")
    compiler = os.environ.get("CC", "cc").split()
    subprocess.run([*compiler, f"-I{TOP}/include", f"-I{build}/include", f"-I{TOP}/lib", str(source), "-o",
                    str(tmp_path / "layout")], check=True)
    printed = subprocess.run([tmp_path / "layout"], check=True, capture_output=True, text=True).stdout.split()
    asked = list(_asked())
    assert len(asked) > 1000 and len(asked) == len(printed)
    wrong = [(name, ours, int(c)) for (name, ours), c in zip(asked, printed) if ours != int(c)]
    assert not wrong


def _declared(sim):
    text = "\n".join(path.read_text(encoding="utf-8") for path in HEADERS)
    return {name for name in DECLARATION.findall(text) if name.startswith("kvmlib_sim_") == sim}


def _mapped(path):
    return set(re.findall(r"^\t(kvmlib_\w+);$", (TOP / path).read_text(encoding="utf-8"), re.M))


def _exported(loaded):
    nm = os.environ.get("NM", "nm").split()
    done = subprocess.run([*nm, "-D", "--defined-only", loaded], check=True, capture_output=True, text=True)
    return {word for word in re.findall(r" T (kvmlib_\w+)", done.stdout)}


@pytest.mark.parametrize("table, sim, names", [("LIBRARY", False, "lib/kvmlib.map"),
                                               ("SIM", True, "sim/kvmlib-sim.map")])
def test_prototypes_are_those_of_the_headers(table, sim, names):
    ours = set(getattr(prototypes, table))
    assert ours == _declared(sim) == _mapped(names)


def test_prototypes_are_those_of_the_libraries():
    assert set(prototypes.LIBRARY) == _exported(library._name)
    beside = library._name.replace("kvmlib.so", "kvmlib-sim.so")
    assert sim_library.kvmlib_sim_new and set(prototypes.SIM) == _exported(beside)
