# SPDX-License-Identifier: LGPL-2.1-or-later
"""kvmlib: the Linux KVM API, from Python.

    import kvmlib
    vm = kvmlib.Vm()
    memory = kvmlib.Memory(vm)
    memory.add(0, 0x10000)
    vcpu = vm.create_vcpu(0)

Classes stand for handles of the C library, and have its functions as methods; C's documentation is
theirs. A failed call raises a KvmError, which is an OSError with `cause`, `hint` and `ioctl`.
Handles are closed by close(), by `with`, or when nobody has them any more, in any order.
"""

# mypy: implicit-reexport
from . import errors, structs
from ._generated import calls, constants
from ._error import KvmError
from ._generated.version import VERSION as __version__
from ._generated.enums import *  # noqa: F401,F403  pylint: disable=wildcard-import
from ._handle import Handle, WrongThread
from .exits import VcpuExit
from .arm64 import Arm64Ids, IdDifference, IdLack
from .coalesced import Coalesced, Write
from .control import Call, Control, VcpuThread
from .cpuid import Contradiction, CpuModel, Cpuid, CpuidDifference, Lack, Model
from .debug import Debug, Point, Stop
from .device import Device, Vfio
from .dirty import Dirty, DirtyConsumer, DirtyRun, Round, Run
from .eventfds import Ioeventfd, Irqfd
from .explain import Explanation, explain
from .image import Image, Piece
from .irqchip import Irqchip, msi
from .loop import Access, Loop, LoopThread
from .memory import Memory, MemoryChange, MemoryReader, MemoryRegion
from .move import Pages
from .registers import Registers
from .report import Report, ReportDifference
from .routes import Route, Routes, RoutesChange, to_message, to_pin
from .snapshot import Snapshot
from .state import Problem, State, StateItem, StatePlan, Step
from .stats import Stats
from .system import System
from .vcpu import Vcpu
from .vm import Vm

# What C calls it.
Reset = Snapshot
