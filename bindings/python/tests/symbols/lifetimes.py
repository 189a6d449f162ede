# SPDX-License-Identifier: LGPL-2.1-or-later
"""References: taken, given back, and gone with all that they held."""

import ctypes
import io

import kvmlib
from kvmlib._generated import calls
from kvmlib._library import library, sim_library
from kvmlib.sim import Sim

from . import covers, plain
from .leaves import leaves_nothing
from .managers import msi

def _counted(handle, make):
    @covers(f"{handle}_ref", f"{handle}_unref")
    def check(on):
        once = make(on)
        again = getattr(library, f"kvmlib_{handle}_ref")(once._ref)
        assert again and ctypes.addressof(again.contents) == ctypes.addressof(once._ref.contents)
        assert not getattr(library, f"kvmlib_{handle}_unref")(once._ref)
        del once
        leaves_nothing(lambda: make(on))
    return check


def _freed(handle, make):
    @covers(f"{handle}_free")
    def check(on):
        leaves_nothing(lambda: make(on))
    return check


def _started(on):
    return plain(on.memory).dirty_start()


def _image(on):
    blob = io.BytesIO()
    plain(on.memory).image_write(lambda data: blob.write(data) and 0)
    blob.seek(0)
    return calls.image_open(read=blob.read)


COUNTED = {
    "system": lambda on: kvmlib.System(sim=on.sim),
    "vm": lambda on: on.system.create_vm(),
    "vcpu": lambda on: on.system.create_vm().create_vcpu(0),
    "device": lambda on: on.system.create_vm().create_device(kvmlib.DeviceType.VFIO, 0),
    "memory": lambda on: on.system.create_vm().memory_new(),
    "routes": lambda on: _chipped(on).routes_new(),
    "irqfd": lambda on: plain(plain(_chipped(on).routes_new()).add("line", msi(0x31))).irqfd_attach(on.one_event, 0),
    "ioeventfd": lambda on: on.system.create_vm().ioeventfd_attach(on.one_event, address=0x9000, length=4),
    "irqchip": lambda on: on.system.create_vm().irqchip_create(),
    "coalesced": lambda on: on.system.create_vm().coalesced_new(handler=lambda *_: 0),
    "control": lambda on: on.system.create_vm().control_new(),
    "debug": lambda on: on.system.create_vm().debug_new(),
    "dirty": _started,
    "vfio": lambda on: on.system.create_vm().vfio_new(),
}

FREED = {
    "memory_reader": lambda on: plain(on.memory).reader_new(0),
    "dirty_consumer": lambda on: plain(on.once("dirty", _started)).consumer_new(),
    "cpuid": lambda on: calls.cpuid_new(),
    "arm64_ids": lambda on: calls.arm64_ids_new(),
    "report": lambda on: calls.report_new(),
    "state": lambda on: calls.state_new(),
    "state_plan": lambda on: on.vm.state_plan_new(),
    "image": _image,
    "reset": lambda on: plain(on.vm.state_plan_new(memory=on.memory)).reset_new(on.once("dirty", _started)),
    "stats": lambda on: on.vm.stats_open_vm(),
}


def _chipped(on):
    vm = on.system.create_vm()
    vm.create_irqchip()
    return vm


for _handle, _make in COUNTED.items():
    _counted(_handle, _make)
for _handle, _make in FREED.items():
    _freed(_handle, _make)


@covers("sim_new", "sim_free")
def simulated_kernels_leave_nothing(_on):
    assert Sim().nr_calls() == 0
    leaves_nothing(Sim)


@covers("sys_default", "sim_sys_ops", "system_open", "system_from_fd")
def systems_have_the_table_that_they_are_given(on):
    assert library.kvmlib_sys_default() and sim_library.kvmlib_sim_sys_ops(on.sim._ref)
    opened = on.sim.open_fds()
    made = kvmlib.System(sim=on.sim)
    again = kvmlib.System(fd=made.fd(), sim=on.sim)
    assert on.sim.open_fds() == opened + 2 and made.fd() != again.fd()
