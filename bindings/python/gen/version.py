# SPDX-License-Identifier: LGPL-2.1-or-later
"""The package's version: the library's."""

import re

from . import headers, output


def _number():
    text = (headers.TOP / "configure.ac").read_text(encoding="utf-8")
    return ".".join(re.search(rf"kvmlib_{part}\], \[(\d+)\]", text)[1] for part in ("major", "minor", "micro"))


def files():
    """version.py."""
    yield "version.py", output.module("The version of the package, and of the library that it is for.",
                                      f'VERSION = "{_number()}"')
