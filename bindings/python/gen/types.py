# SPDX-License-Identifier: LGPL-2.1-or-later
"""C types as ctypes write them."""

from clang.cindex import TypeKind

SCALARS = {
    TypeKind.UCHAR: "c_uint8", TypeKind.SCHAR: "c_int8", TypeKind.CHAR_S: "c_char", TypeKind.USHORT: "c_uint16",
    TypeKind.SHORT: "c_int16", TypeKind.UINT: "c_uint32", TypeKind.INT: "c_int32", TypeKind.ULONG: "c_uint64",
    TypeKind.LONG: "c_int64", TypeKind.ULONGLONG: "c_uint64", TypeKind.LONGLONG: "c_int64", TypeKind.DOUBLE: "c_double",
}


def struct(kind):
    """The name of a struct or union that a type is, or None."""
    canonical = kind.get_canonical()
    return canonical.get_declaration().spelling if canonical.kind == TypeKind.RECORD else None


def pointee(kind):
    """What a type points to, or None."""
    canonical = kind.get_canonical()
    if canonical.kind in (TypeKind.CONSTANTARRAY, TypeKind.INCOMPLETEARRAY):
        return canonical.element_type
    return canonical.get_pointee() if canonical.kind == TypeKind.POINTER else None


def is_function(kind):
    """Whether a type is a pointer to a function."""
    target = pointee(kind)
    return bool(target) and target.get_canonical().kind == TypeKind.FUNCTIONPROTO


def is_void_pointer(kind):
    target = pointee(kind)
    return bool(target) and target.get_canonical().kind == TypeKind.VOID


def is_string(kind):
    target = pointee(kind)
    return bool(target) and target.get_canonical().kind == TypeKind.CHAR_S


def function(kind):
    """A pointer to a function."""
    signature = pointee(kind).get_canonical()
    arguments = [of(one) for one in signature.argument_types()]
    result = signature.get_result()
    returned = "None" if result.kind == TypeKind.VOID else of(result)
    return f"CFUNCTYPE({', '.join([returned] + arguments)})"


def of(kind):
    """The ctypes expression for a type."""
    canonical = kind.get_canonical()
    if canonical.kind == TypeKind.CONSTANTARRAY:
        return f"{of(canonical.element_type)} * {canonical.element_count}"
    if canonical.kind in SCALARS:
        return SCALARS[canonical.kind]
    if canonical.kind == TypeKind.RECORD:
        return struct(canonical)
    if is_function(canonical):
        return function(canonical)
    if is_void_pointer(canonical):
        return "c_void_p"
    target = pointee(canonical)
    if is_string(canonical) and target.is_const_qualified():
        return "c_char_p"
    return f"POINTER({of(target)})"
