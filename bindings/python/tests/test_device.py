# SPDX-License-Identifier: LGPL-2.1-or-later
"""Devices in the kernel."""

import pytest

import kvmlib

TYPE = kvmlib.DeviceType.FLIC


@pytest.fixture
def device(sim, vm):
    sim.add_attr(TYPE, 3, 7, 8, 3)
    return kvmlib.Device(vm, TYPE)


def test_attributes_are_items(device):
    device[3, 7] = 0x1122334455667788
    assert device[3, 7] == 0x1122334455667788
    assert (3, 7) in device
    assert (3, 8) not in device


def test_an_attribute_that_is_not_there(device):
    with pytest.raises(kvmlib.KvmError) as failed:
        device[9, 9]  # pylint: disable=pointless-statement
    assert failed.value.cause == kvmlib.Cause.ATTR_UNKNOWN


def test_a_closed_device(device):
    device.close()
    with pytest.raises(ValueError, match="closed"):
        device.has_attr(3, 7)
