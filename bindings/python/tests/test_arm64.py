# SPDX-License-Identifier: LGPL-2.1-or-later
"""Id registers of arm64 as tables."""

import pytest

import kvmlib
from kvmlib import Arm64Change, Arm64Ids, Arm64Lack, Arm64Safe
from kvmlib._generated import calls

PFR0 = 0x603000000013C020
SVE = "ID_AA64PFR0_EL1.SVE"


def test_fields_have_names():
    assert SVE in Arm64Ids.fields() and len(Arm64Ids.fields()) > 400
    field = calls.arm64_find_field(SVE)
    assert (field.reg, field.lsb, field.width, field.safe) == (PFR0, 32, 4, Arm64Safe.LOWER)


def test_fields_are_items():
    cpu = Arm64Ids()
    assert len(cpu) == 0 and cpu[SVE] == 0
    cpu[SVE] = 1
    cpu["ID_AA64PFR0_EL1.FP"] = -1
    assert cpu[SVE] == 1 and cpu["ID_AA64PFR0_EL1.FP"] == -1 and SVE in set(cpu)
    for name, value in ((SVE, 16), ("SVE", 1)):
        with pytest.raises(kvmlib.KvmError):
            cpu[name] = value
    with pytest.raises(kvmlib.errors.CpuidError) as failed:
        cpu["SVE"]  # pylint: disable=pointless-statement
    assert failed.value.subject == "SVE"


def test_registers():
    cpu = Arm64Ids()
    assert cpu.get(PFR0) == (0, 0)
    cpu.set(PFR0, 1 << 32)
    assert cpu.get(PFR0) == (1, 1 << 32) and cpu[SVE] == 1


def test_common_and_delta():
    cpu = Arm64Ids()
    cpu[SVE] = 1
    less = cpu.copy()
    less[SVE] = 0
    assert less != cpu and cpu == cpu.copy()
    assert cpu & less == less and less & cpu == less
    lost, = cpu.delta(less)
    assert (lost.kind, lost.field, lost.a, lost.b) == (Arm64Change.LOST, SVE, 1, 0)
    assert less.delta(cpu)[0].kind == Arm64Change.GAINED
    cpu &= less
    assert cpu == less


def test_what_a_host_lacks():
    guest, host = Arm64Ids(), Arm64Ids()
    guest[SVE] = 1
    assert guest.verdict(guest) == []
    lack, = guest.verdict(host)
    assert (lack.kind, lack.field, lack.register, lack.guest, lack.host) == (Arm64Lack.FEATURE, SVE, PFR0, 1, 0)
    guest.set(0x603000000013D801, 1 << 63)
    assert guest.verdict(host)[1].field is None


def test_models():
    assert ("armv8.2-a", 1) in [(model.name, model.version) for model in Arm64Ids.models()]
    cpu = Arm64Ids()
    cpu[SVE] = 1
    cpu["ID_AA64ISAR0_EL1.SM4"] = 1
    cpu.to_model("armv8.1-a")
    assert (cpu["ID_AA64ISAR0_EL1.ATOMIC"], cpu["ID_AA64ISAR0_EL1.SM4"], cpu[SVE]) == (2, 0, 1)
    with pytest.raises(kvmlib.errors.CpuidError) as failed:
        cpu.to_model("armv8.1-a", 9)
    assert failed.value.cause == kvmlib.Cause.ARM64_MODEL_VERSION


def test_what_a_host_lets_be_changed():
    report = kvmlib.Report.parse(f"kvmlib-report\t1\nidreg/{SVE}\t1\nidreg-writable/ID_AA64PFR0_EL1\t0xff\n")
    host = report.arm64_ids()
    assert host[SVE] == 1 and host.writable(PFR0) == 0xFF
    guest = Arm64Ids()
    guest[SVE] = 0
    lack, = guest.verdict(host)
    assert lack.kind == Arm64Lack.CHANGE
