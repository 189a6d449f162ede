# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the public headers declare, as libclang sees it.

An architecture is its macro alone: all 64-bit ones lay structs out alike, so one compiler serves.
The C library's headers are not asked: the few names that ours need from them stand here.
"""

import re
from collections import namedtuple
from pathlib import Path

from clang import cindex

TOP = Path(__file__).resolve().parents[3]
INCLUDE = TOP / "include"
MACROS = {"x86_64": "__x86_64__", "arm64": "__aarch64__", "riscv64": "__riscv", "s390x": "__s390x__",
          "ppc64le": "__powerpc64__", "loongarch64": "__loongarch__"}

_STDINT = "".join(f"typedef __{sign}INT{bits}_TYPE__ {sign.lower()}int{bits}_t;\n"
                  for sign in ("", "U") for bits in (8, 16, 32, 64)) + """
typedef __UINTPTR_TYPE__ uintptr_t;
#define UINT64_C(x) x##ULL
#define UINT64_MAX 0xffffffffffffffffULL
#define UINT32_MAX 0xffffffffU
"""
_STDDEF = "typedef __SIZE_TYPE__ size_t;\n#define NULL ((void *)0)\n#define offsetof __builtin_offsetof\n"
_VIRTUAL = "/libc"
_WORDS = ("KVMLIB_BEGIN_DECLS", "KVMLIB_END_DECLS", "KVMLIB_EXPORT")

Parameter = namedtuple("Parameter", "name type")
Function = namedtuple("Function", "name header result parameters comment")
Constant = namedtuple("Constant", "name header value")


def _version():
    text = (INCLUDE / "kvmlib/version.h.in").read_text(encoding="utf-8")
    return re.sub(r"@\w+@", "0", text)


def _files(main):
    return [("main.h", main), (f"{_VIRTUAL}/stdint.h", _STDINT), (f"{_VIRTUAL}/stddef.h", _STDDEF),
            (f"{_VIRTUAL}/kvmlib/version.h", _version())]


def parse(main, arch="x86_64", options=0):
    """The translation unit of a main file; anything that the compiler minds ends it all."""
    arguments = ["-x", "c", "-std=c11", "-ffreestanding", "-nostdinc", f"-I{_VIRTUAL}", f"-I{INCLUDE}",
                 f"-I{TOP}/lib", "-U__x86_64__", f"-D{MACROS[arch]}=1", "-D__riscv_xlen=64"]
    unit = cindex.Index.create().parse("main.h", arguments, _files(main), options)
    for problem in unit.diagnostics:
        raise SystemExit(f"the headers don't compile: {problem}")
    return unit


PUBLIC = "#include <kvmlib/kvmlib.h>\n#include <kvmlib/sim.h>\n"


def _ours(cursor):
    return cursor.location.file and "/kvmlib/" in cursor.location.file.name


def _header(cursor):
    return Path(cursor.location.file.name).name


def functions(unit):
    """Every function of the public headers, in their order."""
    for cursor in filter(_ours, unit.cursor.get_children()):
        if cursor.kind == cindex.CursorKind.FUNCTION_DECL:
            parameters = [Parameter(one.spelling, one.type) for one in cursor.get_arguments()]
            yield Function(cursor.spelling, _header(cursor), cursor.result_type, parameters, cursor.raw_comment or "")


def struct_cursors(unit):
    """Every struct that a header defines."""
    for cursor in unit.cursor.get_children():
        if cursor.kind == cindex.CursorKind.STRUCT_DECL and cursor.is_definition() and cursor.location.file:
            yield cursor


def _macros(unit):
    for cursor in filter(_ours, unit.cursor.get_children()):
        tokens = [token.spelling for token in cursor.get_tokens()][1:]
        plain = cursor.kind == cindex.CursorKind.MACRO_DEFINITION and tokens and tokens[0] != '"'
        if plain and cursor.spelling.startswith("KVMLIB_") and re.fullmatch(r"[-()0-9A-Za-z_|<> ]+", " ".join(tokens)):
            yield cursor


def _is_value(cursor):
    """A macro that stands for a number: no guard, no words of the language, no arguments."""
    return cursor.spelling not in _WORDS and not _takes_arguments(cursor)


def _takes_arguments(cursor):
    second = list(cursor.get_tokens())[1]
    return second.spelling == "(" and second.extent.start.offset == cursor.extent.start.offset + len(cursor.spelling)


def constants():
    """The constants of the headers: enumerations made of them tell values and signs."""
    detailed = cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD
    macros = [macro for macro in _macros(parse(PUBLIC, options=detailed)) if _is_value(macro)]
    where = {macro.spelling: _header(macro) for macro in macros}
    asked = "".join(f"enum of_{name} {{ is_negative_{name} = ({name}) < 0, value_{name} = (long long)({name}) }};\n"
                    for name in where)
    for cursor in parse(PUBLIC + asked).cursor.get_children():
        if cursor.kind == cindex.CursorKind.ENUM_DECL and cursor.spelling.startswith("of_"):
            is_negative, value = (member.enum_value for member in cursor.get_children())
            name = cursor.spelling[3:]
            yield Constant(name, where[name], value if is_negative else value & (1 << 64) - 1)
