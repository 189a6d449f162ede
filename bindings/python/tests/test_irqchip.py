# SPDX-License-Identifier: LGPL-2.1-or-later
"""The interrupt controllers of a PC."""

import pytest

import kvmlib


def test_full(sim, vm):
    chip = kvmlib.Irqchip(vm)
    assert chip.profile() is kvmlib.IrqchipProfile.FULL
    assert chip.nr_pins() == 24
    chip.raise_line(4)
    assert sim.irq_level(vm.fd(), 4) == 1
    chip.lower_line(4)
    assert sim.irq_level(vm.fd(), 4) == 0
    assert repr(chip) == "<Irqchip FULL, 24 pins>"


def test_split_has_the_pins_that_are_wanted(vm):
    chip = kvmlib.Irqchip(vm, profile=kvmlib.IrqchipProfile.SPLIT, nr_pins=48)
    assert (chip.profile(), chip.nr_pins()) == (kvmlib.IrqchipProfile.SPLIT, 48)


def test_a_second_one_is_refused(vm):
    kvmlib.Irqchip(vm)
    with pytest.raises(kvmlib.errors.InterruptError) as failed:
        kvmlib.Irqchip(vm)
    assert failed.value.cause == kvmlib.Cause.IRQCHIP_EXISTS


def test_messages_are_split_into_halves():
    message = kvmlib.msi(0x1_FEE0_0000, 0x41, 7)
    assert (message.address_hi, message.address_lo, message.data, message.devid) == (1, 0xFEE00000, 0x41, 7)


def test_a_message_reaches_a_vcpu(kvm):
    vm = kvmlib.Vm(kvm)
    chip = kvmlib.Irqchip(vm)
    vm.create_vcpu(0)
    assert chip.message(0xFEE00000, 0x41) == 0  # its local APIC is off
