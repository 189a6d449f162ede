# SPDX-License-Identifier: LGPL-2.1-or-later
"""The facts in uapi/ agree with this host's kernel headers, where those have the name.

Older headers lack names, and newer ones may have more: neither matters. A value, a size or an
offset that differs does. Only the build's own architecture can be asked.
"""

import os
import platform
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "uapi"))
from gen import arches, tsv  # noqa: E402

CC = os.environ.get("CC", "cc").split()
MACHINES = {"x86_64": "x86_64", "aarch64": "arm64", "riscv64": "riscv64", "s390x": "s390x",
            "ppc64le": "ppc64le", "loongarch64": "loongarch64"}
# Some of the kernel's macros use others that it does not export.
INCLUDES = "#define PAGE_SIZE 4096\n#define BIT(n) (1ULL << (n))\n" \
           "#define GENMASK(h, l) ((~0ULL << (l)) & (~0ULL >> (63 - (h))))\n" \
           "#include <errno.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n" \
           "#include <linux/kvm.h>\n#include <linux/kvm_para.h>\n"


def _arch():
    name = MACHINES.get(platform.machine())
    return next(arch for arch in arches.ARCHES if arch.name == name)


def _compiled(body, *, check):
    """What a program with that main prints; None if it does not compile and need not."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "facts.c"
        source.write_text(f"{INCLUDES}int main(void)\n{{\n{body}\treturn 0;\n}}\n")
        done = subprocess.run([*CC, "-w", "-o", f"{folder}/facts", source], capture_output=True,
                              text=True)
        if done.returncode:
            assert not check, done.stderr
            return None
        return subprocess.run([f"{folder}/facts"], check=True, capture_output=True, text=True).stdout


def _host_values(names):
    """What the host's headers define, by name."""
    body = "".join(f'#ifdef {name}\n\tprintf("{name} %llu\\n", (unsigned long long)({name}));\n#endif\n'
                   for name in names)
    lines = _compiled(body, check=True).splitlines()
    return {name: int(value) for name, value in (line.split() for line in lines)}


def _compare(table):
    """Compare a table of {name: value} with the host, at least some of which it must have."""
    host = _host_values(table)
    assert len(host) > len(table) / 4, f"only {len(host)} of {len(table)} names"
    mask = (1 << 64) - 1
    wrong = {name: (value, host[name]) for name, value in table.items()
             if name in host and value & mask != host[name]}
    assert not wrong, f"(ours, host's): {wrong}"


def ioctl_numbers_agree():
    arch = _arch()
    have = {row["name"]: row[f"num_{arch.number}"] for row in tsv.read("ioctl-numbers")}
    served = {row["name"] for row in tsv.read("ioctls")
              if "all" in row["archs"] or arch.fact in row["archs"]}
    _compare({name: int(number, 16) for name, number in have.items()
              if number != "-" and name in served})


def capabilities_agree():
    _compare({row["name"]: int(row["number"]) for row in tsv.read("caps")})


def exit_reasons_agree():
    _compare({row["name"]: int(row["number"]) for row in tsv.read("exits")})


def flags_agree():
    fact = _arch().fact
    _compare({row["name"]: int(row["value"], 0) for row in tsv.read("flags")
              if fact in arches.of(row["archs"])})


def _layout_of(rows):
    """The host's idea of a struct: {member: (offset, size)}, or None if it has another shape."""
    name = rows[0]["struct"]
    body = f'\tprintf("- 0 %zu\\n", sizeof(struct {name}));\n'
    for row in rows[1:]:
        field = row["field"]
        if ":" in row["offset"] or "[" in field or "__empty" in field or row["size"] == "0":
            continue
        body += (f'\tprintf("{field} %zu %zu\\n", offsetof(struct {name}, {field}), '
                 f"sizeof(((struct {name} *)0)->{field}));\n")
    return _compiled(body, check=False)


def _difference(rows):
    """Lines of the host's layout that differ from ours."""
    ours = {row["field"]: row for row in rows}
    text = _layout_of(rows)
    if text is None:
        return None
    return [line for line in text.splitlines() if _differs(ours, *line.split())]


def _differs(ours, field, offset, size):
    """Structs may have grown at their end since the host's headers; numbers may not."""
    row = ours[field]
    return offset != row["offset"] or (size != row["size"] and not row["type"].startswith("struct"))


def struct_layouts_agree():
    structs = {}
    for row in tsv.read(f"structs-{_arch().name}"):
        structs.setdefault(row["struct"], []).append(row)
    with ThreadPoolExecutor() as pool:
        differences = dict(zip(structs, pool.map(_difference, structs.values())))
    known = {name: lines for name, lines in differences.items() if lines is not None}
    assert len(known) > len(structs) / 2, f"only {len(known)} of {len(structs)} structs"
    wrong = {name: lines for name, lines in known.items() if lines}
    assert not wrong, wrong


if __name__ == "__main__":
    if platform.machine() not in MACHINES:
        print(f"1..0 # SKIP no facts about {platform.machine()}")
        sys.exit(0)
    sys.exit(tap.run([ioctl_numbers_agree, capabilities_agree, exit_reasons_agree, flags_agree,
                      struct_layouts_agree]))
