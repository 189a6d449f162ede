# SPDX-License-Identifier: LGPL-2.1-or-later
"""Eventfds that raise interrupts, and those that guests write to."""

import os

import pytest

import kvmlib
from kvmlib import to_message, to_pin
from guests import HLT, guest


@pytest.fixture
def routes(vm):
    kvmlib.Irqchip(vm)
    return kvmlib.Routes(vm)


def test_an_irqfd_has_an_eventfd_of_its_own(routes):
    with kvmlib.Irqfd(routes.add("one", to_message(0xFEE00000, 0x41))) as irqfd:
        irqfd.trigger()
        assert os.eventfd_read(irqfd.fileno()) == 1
        descriptor = irqfd.fd()
    with pytest.raises(OSError):
        os.fstat(descriptor)


def test_a_given_eventfd_stays_open(routes):
    descriptor = os.eventfd(0)
    kvmlib.Irqfd(routes.add("one", to_message(0xFEE00000, 0x41)), descriptor).close()
    os.fstat(descriptor)
    os.close(descriptor)


def test_a_route_with_an_irqfd_stays(routes):
    route = routes.add("one", to_message(0xFEE00000, 0x41))
    irqfd = kvmlib.Irqfd(route)
    with pytest.raises(kvmlib.errors.InterruptError) as failed:
        routes.remove(route)
    assert failed.value.cause == kvmlib.Cause.ROUTE_IN_USE
    assert not route.closed
    irqfd.close()
    routes.remove(route)


def test_levels_tell_of_their_end(routes):
    route = routes.add("one", to_pin(2, 9))
    irqfd = kvmlib.Irqfd(route, level=True)
    assert irqfd.resample_fd() >= 0
    assert not irqfd.ended()
    os.eventfd_write(irqfd.resample_fd(), 1)
    assert irqfd.ended()
    assert not irqfd.ended()


def test_no_eventfd_is_refused(routes, tmp_path):
    with open(tmp_path / "file", "wb") as file, pytest.raises(kvmlib.KvmError) as failed:
        kvmlib.Irqfd(routes.add("one", to_message(0xFEE00000, 0x41)), file.fileno())
    assert failed.value.cause == kvmlib.Cause.NOT_EVENTFD


def test_two_of_one_address_are_refused(vm):
    first = kvmlib.Ioeventfd(vm, 0x1000, 4, name="bell")
    with pytest.raises(kvmlib.errors.InterruptError) as failed:
        kvmlib.Ioeventfd(vm, 0x1000, 4)
    assert failed.value.cause == kvmlib.Cause.IOEVENTFD_EXISTS
    first.close()
    kvmlib.Ioeventfd(vm, 0x1000, 4)


def test_a_guests_write_is_counted(kvm):
    vm = guest(kvm, b"\xe6\x40" * 3 + HLT)
    bell = kvmlib.Ioeventfd(vm, 0x40, 1, flags=kvmlib.constants.IOEVENTFD_FLAG_PIO)
    assert bell.read() == 0
    assert vm.vcpus[0].run().reason == kvmlib.Exit.HLT
    assert bell.read() == 3
    assert bell.read() == 0
