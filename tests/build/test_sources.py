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
LIB = [path for floor in ("base", "core", "manage") for path in (TOP / "lib" / floor).rglob("*.[ch]")]
SYSCALLS = re.compile(r"(?<![\w.>])(open|close|ioctl|mmap|munmap|madvise|fcntl|readlink|sigaction|"
                      r"syscall|getpid|gettid|nanosleep|read|write|kill|tgkill)\s*\(")


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


def calls_go_down_only():
    floors = {"base": ("core/", "manage/"), "core": ("manage/",)}
    offenders = [f"{path.relative_to(TOP)} includes {name}" for path in LIB
                 for name in _includes(path)
                 for above in floors.get(path.relative_to(TOP / "lib").parts[0], ()) if above in name]
    assert not offenders, offenders


def kernel_definitions_come_from_uapi():
    paths = LIB + list((TOP / "sim").rglob("*.[ch]")) + list((TOP / "include").rglob("*.h"))
    offenders = [path for path in paths for name in _includes(path) if re.match(r"(linux|asm)/", name)]
    assert not offenders, offenders


def programs_see_public_headers_alone():
    paths = [path for folder in ("tools", "examples", "bench") for path in (TOP / folder).rglob("*.[ch]")]
    offenders = [f"{path}: {name}" for path in paths for name in _includes(path) if name.startswith(("..", "lib/"))]
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
