# SPDX-License-Identifier: LGPL-2.1-or-later
"""Structs of C, the library's and the kernel's, as this architecture lays them out."""

from typing import TYPE_CHECKING, Any

from . import _layout
from ._layout import *  # noqa: F401,F403  pylint: disable=wildcard-import,unused-wildcard-import

if TYPE_CHECKING:
    def __getattr__(_name: str) -> Any: ...

globals().update({name: value for name, value in vars(_layout).items() if name.startswith("kvm")})
