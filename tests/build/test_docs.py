# SPDX-License-Identifier: LGPL-2.1-or-later
"""The documentation leaves nothing out: headers, groups and examples."""

import os
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
GROUPLESS = {"common.h", "kvmlib.h"}  # the linkage's macros; includes alone


def _text(path):
    return (TOP / path).read_text(encoding="utf-8")


def _groups():
    """The group that each public header defines."""
    headers = [*(TOP / "include/kvmlib").glob("*.h"), TOP / "include/kvmlib/version.h.in"]
    texts = {path.name.removesuffix(".in"): _text(path) for path in headers}
    return {name: re.findall(r"@defgroup (\w+) .*\n \* @brief ", text) for name, text in texts.items()}


def every_public_header_is_one_group_with_a_brief():
    groups = _groups()
    assert len(groups) > 15, groups
    offenders = {name: found for name, found in groups.items()
                 if len(found) != (0 if name in GROUPLESS else 1)}
    assert not offenders, offenders


def main_page_has_every_group():
    groups = {group for found in _groups().values() for group in found}
    listed = set(re.findall(r"^\| @ref (\w+)", _text("docs/mainpage.md"), re.M))
    assert groups == listed, groups ^ listed


def every_example_is_listed_and_shown():
    examples = {path.name for path in (TOP / "examples").glob("*.c")}
    listed = set(re.findall(r"@example (\S+)", _text("docs/examples.dox")))
    assert examples == listed, examples ^ listed
    headers = "".join(_text(path) for path in (TOP / "include/kvmlib").glob("*.h"))
    assert examples == set(re.findall(r"@snippet (\S+)", headers)), examples


if __name__ == "__main__":
    sys.exit(tap.run([every_public_header_is_one_group_with_a_brief, main_page_has_every_group,
                      every_example_is_listed_and_shown]))
