# SPDX-License-Identifier: LGPL-2.1-or-later
"""Progress on stderr, and the two ways in which the harness itself can fail."""

import sys


class Unavailable(Exception):
    """What is needed can't be had here: a skip (77), not a failure."""


class Usage(Exception):
    """The caller asked for something impossible (2)."""


def say(text):
    """One line of progress. Never on stdout, which belongs to the guest's commands."""
    print(f"test-vm: {text}", file=sys.stderr, flush=True)
