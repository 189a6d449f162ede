# SPDX-License-Identifier: LGPL-2.1-or-later
"""Registers by name: what the id tells is done by the library."""

import pytest

import kvmlib

MSR = 0x2030000200000174  # of 64 bits, whatever it holds


def test_a_register_by_name_is_that_by_its_id(vcpu):
    vcpu.one_regs["msr/0x174"] = 77
    assert vcpu.one_regs[MSR] == vcpu.one_regs["msr/0x174"] == vcpu.one_regs[hex(MSR)] == 77


def test_a_name_that_is_none(vcpu):
    with pytest.raises(kvmlib.KvmError) as caught:
        vcpu.one_regs["msr"]  # pylint: disable=pointless-statement
    assert caught.value.cause == kvmlib.Cause.REG_NAME_UNKNOWN and caught.value.subject == "msr"
    assert "msr" not in vcpu.one_regs and 5 not in vcpu.one_regs


def test_names_are_those_of_the_list(vcpu, monkeypatch):
    regs = vcpu.one_regs
    assert regs.names() == [] and len(regs) == 0 and "msr/0x174" not in regs
    monkeypatch.setattr(type(vcpu), "get_reg_list_alloc", lambda self: [MSR, 0x603000000013c080])
    assert regs.names() == ["msr/0x174", "SCTLR_EL1"]
    assert "SCTLR_EL1" in regs and MSR in regs and list(regs) == [MSR, 0x603000000013c080]


def test_a_failure_tells_the_name(vcpu):
    with pytest.raises(kvmlib.KvmError) as caught:
        vcpu.one_regs["x0"]  # pylint: disable=pointless-statement
    assert "register x0" in str(caught.value)


def test_a_register_is_not_deleted(vcpu):
    with pytest.raises(TypeError):
        del vcpu.one_regs["x0"]
