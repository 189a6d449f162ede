# SPDX-License-Identifier: LGPL-2.1-or-later
"""Progress on stderr, and the two ways in which a harness itself can fail."""

import sys
from pathlib import Path

PROGRAM = Path(sys.argv[0]).name


class Unavailable(Exception):
    """What is needed can't be had here: a skip (77), not a failure."""


class Usage(Exception):
    """The caller asked for something impossible (2)."""


def say(text):
    """One line of progress. Never on stdout, which belongs to what is tested."""
    print(f"{PROGRAM}: {text}", file=sys.stderr, flush=True)
