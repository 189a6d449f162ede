# SPDX-License-Identifier: LGPL-2.1-or-later
"""Structs as the architecture of this process lays them out."""

from __future__ import annotations

import importlib
import os
import sys

from ._generated.opaque import *  # noqa: F401,F403  pylint: disable=wildcard-import,unused-wildcard-import
from ._generated.structs import *  # noqa: F401,F403  pylint: disable=wildcard-import,unused-wildcard-import

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "riscv64": "riscv64", "s390x": "s390x",
                 "ppc64le": "ppc64le", "loongarch64": "loongarch64"}

machine = os.uname().machine
if machine not in ARCHITECTURES or sys.maxsize < 1 << 32:
    raise ImportError(f"kvmlib knows no structs of {machine} with pointers of {sys.maxsize.bit_length() + 1} bits")

ARCHITECTURE = ARCHITECTURES[machine]
_structs = importlib.import_module(f"._generated.structs_{ARCHITECTURE}", __package__)
globals().update({name: value for name, value in vars(_structs).items() if name.startswith("kvm")})
