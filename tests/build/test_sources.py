# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sources keep the rules of the house: layers, one place for system calls, generated files."""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
FLOORS = ("base", "core", "manage")
# A manager may call those before it.
MANAGERS = ("stats", "onereg", "memory", "irq", "device", "control", "debug", "dirty", "cpuid", "ids", "report", "state", "images", "reset", "move")
LIB = [path for floor in FLOORS for path in (TOP / "lib" / floor).rglob("*.[ch]")]
SYSCALLS = re.compile(r"(?<![\w.>])(open|close|ioctl|mmap|munmap|madvise|fcntl|readlink|sigaction|"
                      r"syscall|getpid|gettid|nanosleep|pread|read|write|arch_prctl|kill|tgkill|memfd_create|ftruncate|"
                      r"fallocate|fstat|eventfd|poll|mbind|mincore|process_vm_readv|process_vm_writev)\s*\(")


def _code(path):
    """A file's text without comments and strings, so that prose does not count."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\])*"', '""', text)


def _offenders(paths, pattern):
    return [f"{path.relative_to(TOP)}: {match.group(0)}" for path in paths
            for match in re.finditer(pattern, _code(path))]


def system_calls_only_in_sys_c():
    others = [path for path in LIB if path.name not in ("sys.c", "sys.h")]
    assert len(others) > 10, "no sources found"
    offenders = _offenders(others, SYSCALLS)
    assert not offenders, offenders


def _includes(path):
    return re.findall(r'#include\s+[<"]([^>"]+)[>"]', path.read_text(encoding="utf-8"))


def _own_includes(path):
    """The project's own files that a file includes by a path."""
    return [(path.parent / name).resolve()
            for name in re.findall(r'#include\s+"([^"]+)"', path.read_text(encoding="utf-8"))]


def _floor(path):
    """Where in the house a file of lib/ is: the floor, and for a manager its place in their order."""
    floor, name = path.relative_to(TOP / "lib").parts[:2]
    if floor != "manage":
        return FLOORS.index(floor), 0
    manager = re.match(r"[a-z]+", name).group(0)
    assert manager in MANAGERS, f"{path}: no such manager; MANAGERS here has their order"
    return FLOORS.index(floor), MANAGERS.index(manager)


def calls_go_down_only():
    offenders = []
    for path in LIB:
        for included in _own_includes(path):
            if TOP / "lib" not in included.parents or _floor(included) > _floor(path):
                offenders.append(f"{path.relative_to(TOP)} includes {included}")
    assert not offenders, offenders


def kernel_definitions_come_from_uapi():
    paths = LIB + list((TOP / "sim").rglob("*.[ch]")) + list((TOP / "include").rglob("*.h"))
    offenders = [path for path in paths for name in _includes(path) if re.match(r"(linux|asm)/", name)]
    assert not offenders, offenders


def programs_see_public_headers_alone():
    offenders = [f"{path.relative_to(TOP)} includes {included}" for folder in ("tools", "examples", "bench")
                 for path in (TOP / folder).rglob("*.[ch]") for included in _own_includes(path)
                 if TOP / folder not in included.parents]
    assert not offenders, offenders


def library_prints_and_exits_nowhere():
    pattern = r"(?<![\w.>])(printf|fprintf|puts|perror|abort|exit|_exit|assert|__attribute__\(\(constructor)\s*\("
    offenders = _offenders(LIB, pattern)
    assert not offenders, offenders


def generated_files_are_up_to_date():
    subprocess.run(["/usr/bin/python3", TOP / "uapi" / "generate", "--check"], check=True)


def every_source_has_its_license():
    paths = LIB + [path for folder in ("sim", "tools", "examples", "tests", "bench", "include")
                   for path in (TOP / folder).rglob("*.[ch]")]
    offenders = [path for path in paths
                 if "SPDX-License-Identifier: LGPL-2.1-or-later" not in path.read_text(encoding="utf-8")[:80]]
    assert not offenders, offenders


if __name__ == "__main__":
    sys.exit(tap.run([system_calls_only_in_sys_c, calls_go_down_only,
                      kernel_definitions_come_from_uapi, programs_see_public_headers_alone,
                      library_prints_and_exits_nowhere, generated_files_are_up_to_date,
                      every_source_has_its_license]))
