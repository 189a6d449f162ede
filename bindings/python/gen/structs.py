# SPDX-License-Identifier: LGPL-2.1-or-later
"""Structs as ctypes: those of the library, and the kernel's of each architecture.

What all architectures lay out alike stands in structs.py, the rest in a module for each.
"""

import re

from clang.cindex import CursorKind, TypeKind

from . import headers, output, types

_IMPORTS = """# What the architecture lacks is opaque.
# mypy: disable-error-code="no-redef"
# pylint: disable=function-redefined
from __future__ import annotations

from ctypes import (CFUNCTYPE, POINTER, c_char, c_char_p, c_double, c_int8, c_int16, c_int32, c_int64, c_uint8,
                    c_uint16, c_uint32, c_uint64, c_void_p)

from .._struct import Struct, Union
from .opaque import *  # noqa: F401,F403  pylint: disable=wildcard-import,unused-wildcard-import
"""


# The last has no length: what follows the struct belongs to it.
_ARRAYS = (TypeKind.CONSTANTARRAY, TypeKind.INCOMPLETEARRAY)


def _kernel(arch):
    return f'#include "base/uapi_structs_{arch}.h"\n'


def _is_record(kind):
    return kind.get_canonical().kind == TypeKind.RECORD


def _nested(cursor, path):
    """Classes for the unnamed structs and unions inside of a struct, innermost first."""
    for field in cursor.type.get_canonical().get_fields():
        kind = field.type
        while kind.get_canonical().kind in _ARRAYS:
            kind = kind.get_canonical().element_type
        declaration = kind.get_canonical().get_declaration()
        if _is_record(kind) and _is_unnamed(declaration):
            yield from _class(declaration, f"{path}_{field.spelling or 'u'}")


def _is_unnamed(declaration):
    return not declaration.spelling or "unnamed" in declaration.spelling or "anonymous" in declaration.spelling


def _field_type(field, path):
    kind = field.type.get_canonical()
    if kind.kind in _ARRAYS and _is_record(kind.element_type):
        return f"{_record(kind.element_type, path, field)} * {_length(kind)}"
    if kind.kind == TypeKind.INCOMPLETEARRAY:
        return f"{types.of(kind.element_type)} * 0"
    return _record(kind, path, field) if _is_record(kind) else types.of(kind)


def _length(kind):
    return kind.element_count if kind.kind == TypeKind.CONSTANTARRAY else 0


def _record(kind, path, field):
    declaration = kind.get_canonical().get_declaration()
    return f"{path}_{field.spelling or 'u'}" if _is_unnamed(declaration) else declaration.spelling


def _annotation(ctype):
    if ctype.startswith("c_char_p"):
        return "bytes | None"
    if "*" in ctype or ctype.startswith(("POINTER", "CFUNCTYPE")) or not ctype.startswith("c_"):
        return "Any"
    return {"c_double": "float", "c_char": "bytes", "c_void_p": "int | None"}.get(ctype, "int")


def _field_name(field, number):
    return field.spelling or f"_unnamed{number}"


def _class(cursor, name):
    """The lines of one class, its inner ones before it."""
    yield from _nested(cursor, name)
    fields = list(cursor.type.get_canonical().get_fields())
    base = "Union" if cursor.kind == CursorKind.UNION_DECL else "Struct"
    yield f"class {name}({base}):"
    unnamed = [_field_name(field, number) for number, field in enumerate(fields) if not field.spelling]
    if unnamed:
        yield f"    _anonymous_ = {tuple(unnamed)!r}"
    rows = [(_field_name(field, number), _field_type(field, name)) for number, field in enumerate(fields)]
    yield "    _fields_ = ["
    yield from (f'        ("{field}", {ctype}),' for field, ctype in rows)
    yield "    ]"
    yield ""
    yield ""


def _code(cursor):
    return "\n".join(_class(cursor, cursor.spelling))


def _by_name(arch):
    found = {}
    for main in (headers.PUBLIC, _kernel(arch)):
        for cursor in headers.struct_cursors(headers.parse(main, arch)):
            found.setdefault(cursor.spelling, _code(cursor))
    return found


def opaque(names):
    """The classes of handles, and of structs that only pointers name."""
    body = "from ctypes import Structure\n\n\n"
    return body + "\n\n\n".join(f'class {name}(Structure):\n    """Opaque."""' for name in names)


def pointed_at(every):
    """Names that structs point to."""
    codes = [code for found in every.values() for code in found.values()]
    return {name for code in codes for name in re.findall(r"POINTER\(((?!c_)[a-z]\w+)\)", code)}


def tables():
    """Structs by architecture: name to code."""
    return {arch: _by_name(arch) for arch in headers.MACROS}


def common(every):
    """Names of structs that are the same everywhere."""
    first, *others = every.values()
    return [name for name, code in first.items() if all(other.get(name) == code for other in others)]


def files(every, opaque_names):
    """opaque.py, structs.py, and structs_ARCH.py for each architecture."""
    yield "opaque.py", output.module("Handles as C sees them: nothing is known but the name.", opaque(opaque_names))
    shared = common(every)
    first = every["x86_64"]
    yield "structs.py", output.module("Structs that are the same on every architecture.",
                                      _IMPORTS + "\n\n" + "\n".join(first[name] for name in shared))
    for arch, found in every.items():
        own = "\n".join(code for name, code in found.items() if name not in shared)
        body = _IMPORTS + "from .structs import *  # noqa: F401,F403  pylint: disable=wildcard-import\n\n\n" + own
        yield f"structs_{arch}.py", output.module(f"Structs as {arch} lays them out.", body)
