# SPDX-License-Identifier: LGPL-2.1-or-later
"""Headers, map, shared objects and documentation name the same functions."""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
BUILD = Path(os.environ.get("builddir", ".")).resolve()
NM = os.environ.get("NM", "nm").split()[0]
OBJDUMP = os.environ.get("OBJDUMP", "objdump")
HEADERS = sorted((TOP / "include/kvmlib").glob("*.h")) + [TOP / "include/kvmlib/version.h.in"]
PHRASES = ("Any thread", "One thread per handle at a time", "The vCPU's thread", "Async-signal-safe")
DECLARATION = re.compile(r"(/\*\*(?:(?!\*/).)*\*/)?\s*KVMLIB_EXPORT\s([^;]*?)\b(kvmlib_\w+)\s*\(", re.S)


def _declared(sim):
    """Declared functions, with their comments; those of the simulated kernel or the others."""
    found = {}
    for header in HEADERS:
        for comment, _, name in DECLARATION.findall(header.read_text(encoding="utf-8")):
            if name.startswith("kvmlib_sim_") == sim:
                found[name] = comment
    return found


def _mapped(path):
    return set(re.findall(r"^\t(kvmlib_\w+);$", (TOP / path).read_text(encoding="utf-8"), re.M))


def _exported(library):
    """Lines of nm for what a shared object defines."""
    path = next((BUILD / ".libs").glob(f"{library}.so.0"), None)
    if not path:
        raise tap.Skip("built without a shared library")
    out = subprocess.run([NM, "-D", "--defined-only",
                          "--with-symbol-versions", path], check=True, capture_output=True, text=True)
    return [line.split()[-1] for line in out.stdout.splitlines()]


def _without_sanitizers(names):
    return [name for name in names if not re.match(r"__(asan|odr_asan|ubsan|tsan)|_?_?(start|stop)___", name)]


def _compare(library, node, declared, map_path):
    exported = _without_sanitizers(_exported(library))
    functions = {name.split("@@")[0] for name in exported if name != f"{node}@@{node}" and name != node}
    assert all(name.endswith(f"@@{node}") or name == node for name in exported), exported
    assert functions == declared, functions ^ declared
    assert _mapped(map_path) == declared, _mapped(map_path) ^ declared


def library_exports_what_headers_and_map_say():
    _compare("libkvmlib", "KVMLIB_0.1", set(_declared(False)), "lib/kvmlib.map")


def simulated_kernel_exports_what_headers_and_map_say():
    _compare("libkvmlib-sim", "KVMLIB_SIM_0.1", set(_declared(True)), "sim/kvmlib-sim.map")


def every_function_is_documented():
    void = {name for header in HEADERS
            for _, returned, name in DECLARATION.findall(header.read_text(encoding="utf-8")) if returned == "void "}
    for name, comment in {**_declared(False), **_declared(True)}.items():
        assert comment, f"{name} has no comment"
        for tag in ("@brief", "@threadsafety", "@since"):
            assert tag in comment, f"{name} lacks {tag}"
        assert "@retval" in comment or "@return" in comment or name in void, f"{name} does not say what it returns"


def every_function_has_one_of_the_four_thread_phrases():
    for name, comment in _declared(False).items():
        rule = comment.split("@threadsafety", 1)[1].strip()
        assert rule.startswith(PHRASES), f"{name}: {rule.splitlines()[0]}"


def library_needs_libc_alone():
    path = BUILD / ".libs" / "libkvmlib.so.0"
    if not path.exists():
        raise tap.Skip("built without a shared library")
    out = subprocess.run([OBJDUMP, "-p", path], check=True, capture_output=True, text=True).stdout
    needed = re.findall(r"NEEDED\s+(\S+)", out)
    if any(re.match(r"lib(asan|ubsan|tsan)", name) for name in needed):
        raise tap.Skip("built with sanitizers")
    # The loader is named for the thread-local record's sake; it is libc's other half.
    others = [name for name in needed if not name.startswith(("ld-linux", "ld64"))]
    # gcc before 13 has no exchange of a byte of its own on riscv64.
    if "elf64-littleriscv" in out and "libatomic.so.1" in others:
        others.remove("libatomic.so.1")
    assert others == ["libc.so.6"], needed


def library_has_no_constructor():
    path = BUILD / ".libs" / "libkvmlib.so.0"
    if not path.exists():
        raise tap.Skip("built without a shared library")
    out = subprocess.run([OBJDUMP, "-h", path], check=True, capture_output=True, text=True).stdout
    if "asan" in out or "__tsan" in out:
        raise tap.Skip("built with sanitizers")
    size = {name: int(size, 16) for name, size in re.findall(r"\d+ (\.\w+)\s+([0-9a-f]{8})", out)}
    symbols = subprocess.run([NM, path], check=True, capture_output=True, text=True).stdout
    compilers = re.findall(r" t (frame_dummy|init_have_lse_atomics)$", symbols, re.M)
    assert size.get(".init_array", 0) <= 8 * len(compilers), f"more than the compiler's: {compilers}"


if __name__ == "__main__":
    sys.exit(tap.run([library_exports_what_headers_and_map_say,
                      simulated_kernel_exports_what_headers_and_map_say,
                      every_function_is_documented,
                      every_function_has_one_of_the_four_thread_phrases,
                      library_needs_libc_alone, library_has_no_constructor]))
