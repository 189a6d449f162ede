# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests share: where things are, machines on the simulated kernel, libraries whose functions do nothing."""

import contextlib
import ctypes
import mmap
import os
import signal
from pathlib import Path

import kvmlib
from kvmlib import _handle, structs
from kvmlib._generated import calls, prototypes
from kvmlib._library import library, sim_library
from kvmlib.sim import Sim

TOP = Path(__file__).resolve().parents[3]
PACKAGE = TOP / "bindings/python"
SYMBOLS = sorted([*prototypes.LIBRARY, *prototypes.SIM])


def ioctl_numbers():
    """The ioctls' numbers on this architecture."""
    head, *rows = [line.split("\t") for line in (TOP / "uapi/ioctl-numbers.tsv").read_text("utf-8").splitlines()]
    column = head.index("num_x86")
    return {row[0].removeprefix("KVM_"): int(row[column], 16) for row in rows if row[column].startswith("0x")}


class Machines:
    """Names for the rows of a table: a VM with a vCPU, and others, made when they are asked for."""

    numbers = ioctl_numbers()

    def __init__(self):
        self.sim = Sim()
        self.system = kvmlib.System(sim=self.sim)
        self.vm = self.system.create_vm()
        self.vcpu = self.vm.create_vcpu(0)
        self._fds = []

    @property
    def bare(self):
        """A VM without vCPUs."""
        return self._once("_bare", self.system.create_vm)

    @property
    def chipped(self):
        """A VM with the interrupt chips."""
        return self._once("_chipped", lambda: with_chips(self.system.create_vm()))

    @property
    def chipped_vcpu(self):
        """A vCPU beside the chips."""
        return self._once("_chipped_vcpu", lambda: self.chipped.create_vcpu(0))

    @property
    def memory(self):
        """64 KiB at 0."""
        return self._once("_memory", lambda: with_memory(self.vm))

    @property
    def reader(self):
        """A reader of it."""
        return self._once("_reader", lambda: self.memory.reader_new(0))

    @property
    def pages(self):
        """The address of 64 pages."""
        self._once("_pages", lambda: mmap.mmap(-1, 64 * 4096))
        return ctypes.addressof(ctypes.c_char.from_buffer(self._pages))

    @property
    def event(self):
        """An eventfd."""
        return self.fd_of(os.eventfd(0))

    def fd_of(self, fd):
        """A descriptor that is closed in the end."""
        self._fds.append(fd)
        return fd

    def logged(self, vm):
        """A VM with a slot of 64 pages with a dirty log."""
        vm.set_slot(0, 0, self.pages, 64 * 4096, 1)
        return vm

    @property
    def one_event(self):
        """An eventfd, always the same."""
        return self.once("_event", lambda: self.fd_of(os.eventfd(0)))

    def run_of(self, vcpu):
        """A vCPU's run page."""
        return run_of(vcpu)

    def once(self, name, make):
        """What is made when it is asked for first."""
        return self._once(name, lambda: make(self) if make.__code__.co_argcount else make())

    def _once(self, name, make):
        if name not in self.__dict__:
            self.__dict__[name] = make()
        return self.__dict__[name]

    def __getitem__(self, name):
        if hasattr(self, name):
            return getattr(self, name)
        return NAMES[name] if name in NAMES else getattr(structs, name)

    def close(self):
        """Close what is a number; the rest goes by itself."""
        for fd in self._fds:
            os.close(fd)


def with_chips(vm):
    """Give a VM its interrupt chips."""
    vm.create_irqchip()
    return vm


def with_memory(vm):
    """Memory with 64 KiB at 0."""
    memory = kvmlib.Memory(vm)
    memory.add(0, 0x10000)
    return memory


def run_of(vcpu):
    """A vCPU's run page."""
    area, _ = vcpu.sync_area()
    return structs.kvm_run.from_address(area - structs.kvm_run.s.offset)


def handler_of(signo):
    """Whether a signal has a handler that is not Python's default."""
    class Action(ctypes.Structure):
        _fields_ = [("handler", ctypes.c_void_p), ("rest", ctypes.c_char * 248)]
    action = Action()
    ctypes.CDLL(None).sigaction(signo, None, ctypes.byref(action))
    return bool(action.handler)


NAMES = {"Cap": kvmlib.Cap, "DeviceType": kvmlib.DeviceType, "ROOM": bytes(4096), "name": "x", "signal": signal,
         "len": len, "type": type, "isinstance": isinstance, "list": list, "bytes": bytes, "bytearray": bytearray, "run_of": run_of,
         "handler_of": handler_of, "calls": calls, "Arm64Ids": kvmlib.Arm64Ids}


def _nothing(restype):
    """A function of C that returns 0 and touches nothing."""
    if restype is None or restype in (ctypes.c_char_p, ctypes.c_void_p):
        return lambda *arguments: None
    if issubclass(restype, ctypes._Pointer):
        return lambda *arguments: restype()
    return lambda *arguments: 0


@contextlib.contextmanager
def without(symbol):
    """In here a function of C returns 0, and does nothing."""
    source = library if symbol in prototypes.LIBRARY else sim_library
    before, references = getattr(source, symbol), dict(_handle._references)
    setattr(source, symbol, _nothing((prototypes.LIBRARY | prototypes.SIM)[symbol][0]))
    _handle._references.clear()
    try:
        yield
    finally:
        setattr(source, symbol, before)
        _handle._references.clear()
        _handle._references.update(references)
