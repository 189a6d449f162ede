# SPDX-License-Identifier: LGPL-2.1-or-later
"""A plugin of pytest: the library's function that KVMLIB_TEST_LACKING names does nothing."""

import os

from support import without

_lacking = without(os.environ["KVMLIB_TEST_LACKING"])
_lacking.__enter__()  # pylint: disable=unnecessary-dunder-call
