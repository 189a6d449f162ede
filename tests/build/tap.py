# SPDX-License-Identifier: LGPL-2.1-or-later
"""Print TAP from Python: one function, one check."""

import sys
import traceback
from unittest import SkipTest as Skip  # raised by a check that can't run here; says why, to pytest as well


def run(checks):
    """Run functions in order; a check fails by raising, and is named after its function."""
    print(f"1..{len(checks)}")
    failed = 0
    for number, check in enumerate(checks, 1):
        failed += _one(number, check)
    return 1 if failed else 0


def _one(number, check):
    name = check.__name__
    try:
        check()
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}")
    except Exception:  # pylint: disable=broad-except
        print("\n".join("# " + line for line in traceback.format_exc().splitlines()))
        print(f"not ok {number} - {name}")
        return 1
    else:
        print(f"ok {number} - {name}")
    finally:
        sys.stdout.flush()
    return 0
