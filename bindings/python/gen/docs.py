# SPDX-License-Identifier: LGPL-2.1-or-later
"""Docstrings from the headers' comments."""

import re


def _plain(comment):
    bare = [re.sub(r"^\s*/?\*+/?\s?", "", line) for line in comment.splitlines()]
    text = "\n".join(bare).replace("*/", "")
    text = re.sub(r"@(p|c|ref|a) (\S+)", r"\2", text)
    return text.replace("\\#", "#").replace("\\", "\\\\").replace('"""', "'''")


def _paragraphs(text):
    """The words before the first parameter, brief first."""
    head = re.split(r"^@(?:param|ret|return|threadsafety|since|par|snippet)", text, maxsplit=1, flags=re.M)[0]
    head = head.replace("@brief", "").strip()
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", head)]


def errors(comment):
    """The errnos that a function documents, with their causes in words."""
    text = _plain(comment)
    found = re.findall(r"^@retval\s+-(E\w+)\s+((?:.|\n(?!@))*)", text, re.M)
    return [(name, " ".join(words.split())) for name, words in found]


def returns(comment):
    """What `@return` says, or None: then a result of 0 says nothing."""
    match = re.search(r"^@return\s+((?:.|\n(?!@))*)", _plain(comment), re.M)
    return " ".join(match[1].split()) if match else None


def counts(comment):
    """Whether the result says more than "done"."""
    values = re.findall(r"^@retval\s+(\S+)", _plain(comment), re.M)
    words = returns(comment)
    return bool(words and not words.startswith("Otherwise")) or any(value != "0" and value[0] not in '-"' for value in values)


def takes_null(comment, name):
    """Whether a parameter may be left out."""
    match = re.search(rf"^@param(?:\[\w+\])?\s+{name}\s+((?:.|\n(?!@))*)", _plain(comment), re.M)
    return bool(match) and bool(re.search(r"\bNULL[:,]|\bor NULL\b|\bNULL or\b", match[1]))


def thread(comment):
    """The thread phrase."""
    match = re.search(r"@threadsafety\s+([^.]*)", _plain(comment))
    return match[1].strip() if match else ""


def ends(function):
    """Whether a call ends its handle: no call comes after it."""
    return bool(function.parameters) and thread(function.comment).endswith(f"one per {function.parameters[0].name}")


def lines(name, comment, width=108):
    """A docstring's lines."""
    parts = _paragraphs(_plain(comment))
    yield f'"""{parts[0]}'
    for part in parts[1:]:
        yield ""
        yield from _wrap(part, width)
    yield ""
    yield f"C: {name}(). {thread(comment)}."
    for error, words in errors(comment):
        yield from _wrap(f"{error}: {words}", width)
    yield '"""'


def _wrap(text, width):
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    if line:
        yield line
