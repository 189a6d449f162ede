# SPDX-License-Identifier: LGPL-2.1-or-later
"""What all generated C files share: the banner, the guard, string literals."""

BANNER = "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n/* Generated from {sources} by uapi/generate; do not edit. */\n"


_GROUP = "/**\n * @defgroup {} {}\n * @brief {}\n * @{{\n */\n\n"


def banner(*sources):
    """The first lines of a generated file."""
    return BANNER.format(sources=", ".join(f"uapi/{source}.tsv" for source in sources))


def header(guard, sources, body, group=None):
    """A whole header file; a public one is a group of the documentation: name, title and brief."""
    if group:
        body = _GROUP.format(*group) + body.rstrip("\n") + "\n\n/** @} */\n"
    return (f"{banner(*sources)}#ifndef {guard}\n#define {guard}\n\n"
            + body.rstrip("\n") + "\n\n#endif\n")


def define(name, value, comment):
    """One documented constant; `#GP` and the like are no links for the documentation."""
    text = comment.replace("#", "\\#")
    return f"#define {name} {value} /**< {text} */\n"


def string(text):
    """A C string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unsigned(text):
    """A value of the facts as an unsigned literal, wide where it must be."""
    value = int(text, 0)
    if value < 0:
        return f"({value})"
    digits = text if text.startswith("0x") else str(value)
    return digits + ("ULL" if value > 0xFFFFFFFF else "U")
