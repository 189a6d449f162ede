# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a function's parameters are in Python: arguments, results, or both.

Each parameter, or group of parameters that belong together, becomes a Piece: words of the
signature, lines that prepare, expressions of the call, and results. The library's conventions
make that possible: results last and named ret_, a list's length behind it, options by name.
"""

import re
from dataclasses import dataclass, field

from . import docs, types
from .handles import CLASSES

COUNTS = re.compile(r"count|nr_\w+|num_dirty")
ROOMS = ("max", "room", "capacity")
SIZES = ("size", "length")
# Arrays of a size that only their documentation tells.
FIXED = {("kvmlib_vcpu_complete_tdx_vmcall_info", "info"): 4}
# Options whose list has no length of its own.
LENGTHS = {"imsics": "nr_vcpus"}
# Handles without references are for one thread, wherever they are used.
FREED = set()


@dataclass
class Piece:
    """A part of a call."""

    call: list
    signature: list = field(default_factory=list)
    keywords: list = field(default_factory=list)
    setup: list = field(default_factory=list)
    results: list = field(default_factory=list)
    keep: list = field(default_factory=list)
    formats: bool = False
    contexts: list = field(default_factory=list)


def _class(kind):
    target = types.pointee(kind)
    name = types.struct(target) if target else None
    return CLASSES[name][0] if name in CLASSES else None


def _struct(kind):
    target = types.pointee(kind)
    return types.struct(target) if target else None


def is_freed(kind):
    """Whether it is a handle without references."""
    return _struct(kind) in FREED


def _is_const(kind):
    target = types.pointee(kind)
    return bool(target) and target.is_const_qualified()


def annotation(kind):
    """What a value of a type is in Python."""
    ctype = types.of(kind)
    if _class(kind):
        return _class(kind)
    if types.is_string(kind):
        return "str"
    return {"c_double": "float"}.get(ctype, "int" if ctype.startswith("c_") else "Any")


def is_sized(kind):
    """Whether a parameter points to options: a struct that begins with its own size."""
    target = types.pointee(kind)
    if not target or not _is_const(kind) or not _struct(kind) or not _struct(kind).startswith("kvmlib_"):
        return False
    fields = list(target.get_canonical().get_fields())
    return bool(fields) and fields[0].spelling == "size" and types.of(fields[0].type) == "c_uint64" \
        and _struct(kind) != "kvmlib_sys_ops"


# Options

def _option_fields(kind):
    fields = list(types.pointee(kind).get_canonical().get_fields())[1:]
    lengths = {f"nr_{one.spelling}" for one in fields} | {"userdata", "log_userdata", "log_destroy", "destroy"}
    names = [one.spelling for one in fields]
    for one in fields:
        kept = not one.spelling.startswith(("reserved", "pad"))
        counted = one.spelling.startswith("nr_") and one.spelling[3:] in names
        if kept and not counted and one.spelling not in lengths:
            yield one, names


def _option(name, one, names):
    """Signature, setup and keep of one member of options."""
    word = safe(one.spelling)
    kind = one.type
    target = f"{name}.{one.spelling}"
    if types.is_function(kind):
        return (f"{word}: Callable[..., Any] | None = None",
                [f"if {word} is not None:",
                 f"    {target} = _callback({name}, {one.spelling!r}, {word})"], [])
    if f"nr_{one.spelling}" in names or one.spelling in LENGTHS:
        length = LENGTHS.get(one.spelling) or f"nr_{one.spelling}"
        element = types.of(types.pointee(kind))
        lines = [f"{word}_array = array({element}, {word}, {_is_pointers(kind)})", f"{target} = {word}_array"]
        if one.spelling in LENGTHS:
            lines.append(f"wants(len({word}_array) >= {length}, \"{word} has an entry for each of {length}\")")
        else:
            lines.append(f"{name}.{length} = len({word}_array)")
        return f"{word}: Sequence[Any] = ()", lines, [f"{word}_array"]
    if _class(kind):
        return (f"{word}: {_class(kind)} | None = None",
                [f"if {word} is not None:", f"    {target} = pointer({word})"], [word])
    if types.is_string(kind):
        return f"{word}: str | None = None", [f"{target} = text({word})"], []
    if types.is_void_pointer(kind):
        return f"{word}: int | None = None", [f"{target} = {word}"], []
    if _struct(kind):
        return (f"{word}: Any = None", [f"if {word} is not None:", f"    {target} = borrow({word})"], [word])
    if types.pointee(kind):
        return f"{word}: Any = None", [f"{target} = {word}"], [word]
    return f"{word}: int = 0", [f"{target} = {word}"], []


def _is_pointers(kind):
    target = types.pointee(kind)
    return bool(target) and types.pointee(target) is not None and _class(target) is not None


def options(parameter):
    """A struct of options as keyword arguments."""
    struct = _struct(parameter.type)
    piece = Piece([f"byref({parameter.name})"], keep=[parameter.name])
    piece.setup = [f"{parameter.name} = {struct}()", f"{parameter.name}.size = sizeof({struct})"]
    for one, names in _option_fields(parameter.type):
        signature, lines, keep = _option(parameter.name, one, names)
        piece.keywords.append(signature)
        piece.setup += lines
        piece.keep += keep
    ends = [one.spelling for one in types.pointee(parameter.type).get_canonical().get_fields()
            if one.spelling.endswith("destroy")]
    piece.contexts = [f"claim({safe(one.spelling)})" for one, _ in _option_fields(parameter.type) if is_freed(one.type)]
    piece.contexts += [f"pinned({parameter.name}, {end!r})" for end in ends]
    return piece


# The other shapes. Each takes the parameters from one on, and returns its piece and how many it used.

def safe(name):
    """A name that is no word of Python's."""
    return {"from": "source", "in": "into", "is": "is_it", "with": "other", "type": "type", "id": "id"}.get(name, name)


def _named(rest, position, test):
    return len(rest) > position and test(rest[position].name)


def callback(function, rest):
    first = rest[0]
    if not types.is_function(first.type):
        return None
    word = safe(first.name)
    piece = Piece([f"c_{word}", "None"], [f"{word}: Callable[..., Any]"],
                  setup=[f"c_{word} = _call(\"{function.name}\", {_position(function, first)}, {word})"], keep=[f"c_{word}"])
    return piece, 2


def _position(function, parameter):
    return [one.name for one in function.parameters].index(parameter.name)


def sized(_function, rest):
    return (options(rest[0]), 1) if is_sized(rest[0].type) else None


def out_handle(_function, rest):
    target = types.pointee(rest[0].type)
    if not target or not _class(target) or not rest[0].name.startswith("ret"):
        return None
    name = rest[0].name
    cls = _class(target)
    piece = Piece([f"byref({name})"], setup=[f"{name} = reference(\"{types.struct(types.pointee(target))}\")"])
    piece.results = [(f"wrapped({cls!r}, {name}, KEEP)", cls)]
    return piece, 1


def handle_room(_function, rest):
    target = types.pointee(rest[0].type)
    if not target or not _class(target) or not _named(rest, 1, lambda name: name in ROOMS):
        return None
    name, cls = rest[0].name, _class(target)
    piece = Piece([name, "maximum"], ["maximum: int = 1024"],
                  setup=[f"{name} = elements({types.of(target)}, maximum)"])
    piece.results = [(f"[wrapped({cls!r}, one, KEEP) for one in {name}[:min(result, maximum)]]", f"list[{cls}]")]
    return piece, 2


def handle_list(_function, rest):
    target = types.pointee(rest[0].type)
    if not target or not _class(target) or not _named(rest, 1, COUNTS.fullmatch):
        return None
    name = rest[0].name
    return Piece([f"{name}_array", f"len({name}_array)"], [f"{name}: Sequence[{_class(target)}]"],
                 setup=[f"{name}_array = array({types.of(target)}, {name}, True)"], keep=[name]), 2


def allocated(_function, rest):
    target = types.pointee(rest[0].type)
    if not target or not types.pointee(target) or not _named(rest, 1, lambda name: name == "ret_count"):
        return None
    name = rest[0].name
    element = types.of(types.pointee(target))
    piece = Piece([f"byref({name})", "byref(ret_count)"],
                  setup=[f"{name} = {types.of(target)}()", f"ret_count = {types.of(types.pointee(rest[1].type))}()"])
    piece.results = [(f"taken({name}, ret_count.value)", f"list[{_element(element)}]")]
    return piece, 2


def _element(ctype):
    return "int" if ctype.startswith("c_") else "Any"


def listed(_function, rest):
    """A list with room, and how much of it was filled."""
    room = _named(rest, 1, lambda name: name in ROOMS)
    if not types.pointee(rest[0].type) or _is_const(rest[0].type) or not room or types.is_string(rest[0].type):
        return None
    name = rest[0].name
    element = types.of(types.pointee(rest[0].type))
    piece = Piece([name, "maximum"], ["maximum: int = 1024"], setup=[f"{name} = elements({element}, maximum)"])
    if _named(rest, 2, lambda word: word == "ret_count"):
        piece.setup.append(f"ret_count = {types.of(types.pointee(rest[2].type))}()")
        piece.call.append("byref(ret_count)")
        piece.results = [(f"list({name}[:ret_count.value])", f"list[{_element(element)}]")]
        return piece, 3
    piece.results = [(f"list({name}[:min(result, maximum)])", f"list[{_element(element)}]")]
    return piece, 2


def sequence(_function, rest):
    """A list and its length; one that the kernel fills in is filled in."""
    target = types.pointee(rest[0].type)
    if not target or types.is_void_pointer(rest[0].type) or not _named(rest, 1, COUNTS.fullmatch):
        return None
    name = rest[0].name
    if name.startswith("ret_"):
        element = types.of(target)
        piece = Piece([name, "count"], ["count: int"], setup=[f"{name} = elements({element}, count)"])
        piece.results = [(f"list({name})", f"list[{_element(element)}]")]
        return piece, 2
    element = types.of(target)
    piece = Piece([f"{name}_array", f"len({name}_array)"], [f"{name}: Sequence[{_element(element)}]"],
                  setup=[f"{name}_array = array({element}, {name}, False)"])
    if not _is_const(rest[0].type):
        piece.results = [(f"list({name}_array)", f"list[{_element(element)}]")]
    return piece, 2


def bitmap(_function, rest):
    """A bitmap and how many bits of it count."""
    if not types.is_void_pointer(rest[0].type) or not _named(rest, 1, lambda name: name == "num_dirty"):
        return None
    name = rest[0].name
    return Piece([f"data({name}, (num_dirty + 63) // 64 * 8)", "u32(num_dirty)"], [f"{name}: Buffer", "num_dirty: int"]), 2


def bits(_function, rest):
    """A bitmap of words, and how many bits of it count."""
    if rest[0].name != "bitmap" or not _is_const(rest[0].type) or not _named(rest, 1, lambda name: name == "nr_pages"):
        return None
    words = "(room(nr_pages) + 63) // 64"
    return Piece([f"(c_uint64 * ({words})).from_buffer_copy(data(bitmap, {words} * 8))", "nr_pages"],
                 ["bitmap: Buffer", "nr_pages: int"]), 2


def keys(_function, rest):
    """Bytes whose number stands before them."""
    if rest[0].name != "count" or not _named(rest, 1, lambda name: name in ("keys", "ret_keys")):
        return None
    if rest[1].name == "keys":
        return Piece(["len(keys)", "(c_uint8 * len(keys)).from_buffer_copy(keys)"], ["keys: bytes"]), 2
    return Piece(["count", "ret_keys"], ["count: int"], setup=["ret_keys = elements(c_uint8, count)"],
                 results=[("bytes(ret_keys)", "bytes")]), 2


def given_bytes(_function, rest):
    wide = types.is_void_pointer(rest[0].type) or types.is_string(rest[0].type)
    if not wide or not _is_const(rest[0].type) or not _named(rest, 1, lambda name: name in SIZES + ("data_size",)):
        return None
    name = rest[0].name
    encode = f"text({name}) or b''" if types.is_string(rest[0].type) else f"data({name}, 0)"
    kind = "str" if types.is_string(rest[0].type) else "Buffer"
    return Piece([f"{name}_data", f"len({name}_data)"], [f"{name}: {kind}"], setup=[f"{name}_data = {encode}"]), 2


def taken_bytes(_function, rest):
    if not types.is_void_pointer(rest[0].type) or _is_const(rest[0].type) or not _named(rest, 1, lambda n: n == "size"):
        return None
    name = rest[0].name
    if name == "address":
        return None
    piece = Piece([name, "size"], ["size: int"], setup=[f"{name} = elements(c_char, size)"])
    piece.results = [(f"{name}.raw", "bytes")]
    return piece, 2


def formatted(_function, rest):
    if not types.is_string(rest[0].type) or _is_const(rest[0].type) or not _named(rest, 1, lambda name: name == "size"):
        return None
    return Piece(["buffer", "size"], formats=True), 2


def loose_bytes(_function, rest):
    """A buffer whose size only the kernel knows: one that holds every struct of KVM's."""
    if not types.is_void_pointer(rest[0].type) or types.pointee(types.pointee(rest[0].type)):
        return None
    name = rest[0].name
    if name == "address":
        return Piece([name], ["address: int"]), 1
    if name.startswith("ret_"):
        return Piece([name], ["size: int"], setup=[f"{name} = scratch(size)"], results=[(f"{name}.raw[:size]", "bytes")]), 1
    if _is_const(rest[0].type) or name == "data":
        return Piece([f"padded({name})"], [f"{name}: Buffer | None"]), 1
    return Piece([f"address({name})"], [f"{name}: Any"]), 1


def fixed_array(function, rest):
    size = _length(rest[0].type) or FIXED.get((function.name, rest[0].name))
    if not size:
        return None
    name = rest[0].name
    element = types.of(types.pointee(rest[0].type))
    if name.startswith("ret_"):
        return Piece([name], setup=[f"{name} = ({element} * {size})()"], results=[(f"list({name})", "list[int]")]), 1
    return Piece([f"fixed({element} * {size}, {name})"], [f"{name}: Sequence[int] = ()"]), 1


def _length(kind):
    """The length that a parameter's declaration gives: `args[4]`."""
    match = re.search(r"\[(\d+)\]", kind.spelling)
    return int(match[1]) if match else None


def out_pointer(_function, rest):
    """A result that lies in the library's memory."""
    target = types.pointee(rest[0].type)
    if not target or not types.pointee(target) or not rest[0].name.startswith("ret"):
        return None
    name = rest[0].name
    piece = Piece([f"byref({name})"], setup=[f"{name} = {types.of(target)}()"])
    if types.is_string(target):
        piece.results = [(f"string({name}.value)", "str")]
    elif types.is_void_pointer(target):
        piece.results = [(f"{name}.value or 0", "int")]
    else:
        piece.results = [(f"lent({name}, KEEP)", "Any")]
    return piece, 1


def out_value(_function, rest):
    target = types.pointee(rest[0].type)
    if not target or types.is_string(rest[0].type) or not re.match(r"ret(_|$)", rest[0].name):
        return None
    name, ctype = rest[0].name, types.of(target)
    scalar = ctype.startswith("c_")
    result = (f"{name}.value", "float" if ctype == "c_double" else "int")
    if not scalar:
        result = (f"owned({name})" if _has_strings(target) else name, _named_struct(ctype))
    return Piece([f"byref({name})"], setup=[f"{name} = {ctype}()"], results=[result]), 1


def _has_strings(kind):
    return any(types.is_string(one.type) for one in kind.get_canonical().get_fields())


def _named_struct(ctype):
    return ctype if ctype.startswith("kvmlib_") and ctype not in VARYING else "Any"


# Structs that differ between architectures: no name that a type checker could know.
VARYING = set()


def in_out(_function, rest):
    target = types.pointee(rest[0].type)
    if not target or _is_const(rest[0].type) or types.struct(target) or types.is_string(rest[0].type):
        return None
    name, ctype = rest[0].name, types.of(target)
    piece = Piece([f"byref(c_{name})"], [f"{name}: int"], setup=[f"c_{name} = {ctype}({_checked(ctype, name)})"])
    piece.results = [(f"c_{name}.value", "int")]
    return piece, 1


def plain(function, rest):
    name = safe(rest[0].name)
    kind = rest[0].type
    null = docs.takes_null(function.comment, rest[0].name)
    if _class(kind):
        return Piece([name], [f"{name}: {_class(kind)}{' | None = None' if null else ''}"], keep=[name]), 1
    if types.is_string(kind):
        return Piece([f"text({name}{'' if null else ', False'})"], [f"{name}: str{' | None' if null else ''}"]), 1
    if types.pointee(kind) and not types.struct(types.pointee(kind)):
        return Piece([f"value({types.of(types.pointee(kind))}, {name})"], [f"{name}: int | None"]), 1
    if types.pointee(kind):
        return Piece([name], [f"{name}: Any"]), 1
    return Piece([_checked(types.of(kind), name)], [f"{name}: {annotation(kind)}"]), 1


def _checked(ctype, name):
    """An argument whose size ctypes would cut."""
    if "int" not in ctype:
        return name
    return f"{'u' if 'uint' in ctype else 's'}{re.sub('[^0-9]', '', ctype)}({name})"


SHAPES = (callback, sized, out_handle, handle_room, handle_list, allocated, bitmap, bits, keys, listed, given_bytes, taken_bytes,
          formatted, fixed_array, out_pointer, sequence, loose_bytes, out_value, in_out, plain)


def _first(function, rest):
    return next(filter(None, (shape(function, rest) for shape in SHAPES)))


def pieces(function, skip):
    """The pieces of a call, behind its handle."""
    rest = function.parameters[skip:]
    while rest:
        piece, used = _first(function, rest)
        yield piece
        rest = rest[used:]
