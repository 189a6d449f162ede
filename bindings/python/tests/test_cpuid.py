# SPDX-License-Identifier: LGPL-2.1-or-later
"""CPUs as tables."""

import pytest

import kvmlib
from kvmlib import CpuidChange, CpuidLack, CpuidProblem, CpuidRegister, CpuModel, Cpuid


@pytest.fixture
def v3():
    return CpuModel("x86-64-v3")


def test_features_are_members(v3):
    assert v3["avx2"] and "avx2" in v3 and "avx2" in set(v3)
    v3["avx2"] = False
    assert "avx2" not in v3 and not v3["avx2"]
    v3.add("avx2", "sha_ni")
    v3.discard("sse3")
    assert {"avx2", "sha_ni"} <= set(v3) and "sse3" not in v3
    assert "no-such-feature" not in Cpuid.features() and "avx2" in Cpuid.features()
    assert len(v3) == len(set(v3))


def test_a_feature_that_is_unknown(v3):
    for use in (lambda: v3["avx9"], lambda: v3.add("avx9")):
        with pytest.raises(kvmlib.errors.CpuidError) as failed:
            use()
        assert failed.value.cause == kvmlib.Cause.CPUID_FEATURE_UNKNOWN
        assert failed.value.subject == "avx9"


def test_common_and_delta(v3):
    less = v3.copy()
    less["avx2"] = False
    assert less != v3 and v3 == v3.copy()
    assert v3 & less == less and less & v3 == less
    lost, = v3.delta(less)
    assert (lost.kind, lost.leaf, lost.register, lost.missing) == (CpuidChange.LOST, 7, CpuidRegister.EBX, 1 << 5)
    assert less.delta(v3)[0].kind == CpuidChange.GAINED
    both = v3.copy()
    both &= less
    assert both == less
    assert (v3 & v3) == v3


def test_a_delta_of_msrs(v3):
    other = v3.copy()
    other.set_msr(0x10A, 1)
    difference, = v3.delta(other)
    assert (difference.register, difference.leaf, difference.b) == (None, 0x10A, 1)
    assert other.msrs() == {**v3.msrs(), 0x10A: 1}


def test_contradictions(v3):
    assert v3.for_vcpu(0).check() == []
    v3["avx"] = False
    problem = next(one for one in v3.check() if one.feature == "avx2")
    assert (problem.kind, problem.needs) == (CpuidProblem.UNMET, "avx")


def test_contradictions_of_hyperv(v3):
    v3.set_hyperv("hv-time")
    v3.remove_leaf(0x40000001, 0)
    assert CpuidProblem.HYPERV in [one.kind for one in v3.check()]


def test_what_a_host_lacks(v3):
    host = v3.copy()
    assert v3.verdict(host) == []
    host["bmi1"] = False
    lack, = v3.verdict(host)
    assert (lack.kind, lack.feature, lack.register, lack.bit) == (CpuidLack.FEATURE, "bmi1", CpuidRegister.EBX, 3)


def test_a_table_against_itself_on_two_threads_is_refused(v3):
    import threading  # pylint: disable=import-outside-toplevel
    found = []

    def use():
        try:
            v3.copy().delta(v3)
        except kvmlib.WrongThread as error:
            found.append(error)
    with v3._alone:
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
    assert len(found) == 1


def test_models():
    models = CpuModel.models()
    assert ("x86-64-v2", 1) in [(one.name, one.version) for one in models]
    assert all(one.meaning for one in models)
    with pytest.raises(kvmlib.errors.CpuidError) as failed:
        CpuModel("no-such-model")
    assert failed.value.cause == kvmlib.Cause.CPUID_MODEL_UNKNOWN
    with pytest.raises(kvmlib.errors.CpuidError) as failed:
        CpuModel("x86-64-v2", version=99)
    assert failed.value.cause == kvmlib.Cause.CPUID_MODEL_VERSION
    assert repr(CpuModel("x86-64-v2")).startswith("<CpuModel x86-64-v2 of ")


def test_copies_of_models_are_tables(v3):
    assert type(v3.copy()) is Cpuid


def test_entries_make_the_same_table(v3):
    again = Cpuid(v3.get_entries())
    for index, value in v3.msrs().items():
        again.set_msr(index, value)
    assert again == v3 and again is not v3
    assert [leaf.leaf for leaf in again.leaves()] == sorted(leaf.leaf for leaf in v3.leaves())
    assert len(Cpuid()) == 0 and Cpuid()


def test_each_vcpu_has_its_own(v3):
    first, second = (v3.for_vcpu(index, cores=2) for index in range(2))
    assert first.get_leaf(1, 0).registers[1] >> 24 == 0
    assert second.get_leaf(1, 0).registers[1] >> 24 == 1
    with pytest.raises(kvmlib.errors.CpuidError) as failed:
        v3.for_vcpu(5, cores=2)
    assert failed.value.cause == kvmlib.Cause.CPUID_TOPOLOGY


def test_a_hosts_table_becomes_a_vcpus(system, vcpu):
    host = Cpuid.host(system)
    host.for_vcpu(0).apply(vcpu)
    assert Cpuid(vcpu.get_cpuid2()).get_leaf(0, 0) == host.get_leaf(0, 0)


def test_the_host(kvm):
    host = Cpuid.host(kvm)
    assert host.verdict(host) == []
    model = CpuModel("x86-64-v1", host)
    vcpu = kvmlib.Vm(kvm).create_vcpu(0)
    model.for_vcpu(0).apply(vcpu)
    assert "fxsr" in Cpuid(vcpu.get_cpuid2())
    assert kvmlib.Report.collect(kvm).cpuid() == host


def test_positions_that_are_nobodys(v3):
    for position in (0xFF, 0x80, 1 << 63, (1 << 64) - 1):
        assert v3.next_difference(v3.copy(), position)[0] in (0, 1)
