# SPDX-License-Identifier: LGPL-2.1-or-later
"""python3 -m kvmlib info: what this host's KVM has."""

from __future__ import annotations

import argparse
import sys

from . import __version__
from .system import System


def _report(path: str | None) -> str:
    """The host's report."""
    with System(path) as system:
        return system.report_collect().format()


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kvmlib", description=__doc__)
    parser.add_argument("--version", action="version", version=f"kvmlib {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    info = commands.add_parser("info", help="print the report of this host, as `kvmlib info --report' does")
    info.add_argument("--device", metavar="PATH", help="the device node, if it isn't /dev/kvm")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """The command; its status."""
    arguments = _arguments(words)
    try:
        print(_report(arguments.device), end="")
    except OSError as error:
        print(f"kvmlib: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
