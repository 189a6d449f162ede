# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reports of hosts."""

import pytest

import kvmlib
from kvmlib import Report, ReportChange


@pytest.fixture
def report():
    return Report({"arch": "x86_64", "api-version": "12", "cap/KVM_CAP_IRQFD/vm": "1", "cpuid/0x1/-/ecx": "0x3"})


def test_a_mapping_of_text(report):
    assert report["arch"] == "x86_64" and "arch" in report and len(report) == 4
    assert list(report) == sorted(report) == list(report.keys())
    assert dict(report.items())["api-version"] == "12"
    assert "12" in report.values()
    assert report.get("nothing") is None and report.get("nothing", "x") == "x"
    with pytest.raises(KeyError):
        report["nothing"]  # pylint: disable=pointless-statement
    report["site/rack"] = "7"
    assert report["site/rack"] == "7"
    assert repr(report) == "<Report of x86_64, 5 items>"


def test_written_and_read(report):
    text = report.format()
    assert text.startswith("kvmlib-report\t1\n") and str(report) == text
    assert Report.parse(text) == report
    with pytest.raises(kvmlib.errors.ReportError) as failed:
        Report.parse("kvmlib-report\t1\nno tab\n")
    assert failed.value.cause == kvmlib.Cause.REPORT_MALFORMED


def test_a_value_that_cant_be_written(report):
    for key, value in (("a b", "x"), ("a", "x\n"), ("", "x")):
        with pytest.raises(kvmlib.KvmError):
            report[key] = value
    with pytest.raises(ValueError, match="NUL"):
        report["a"] = "x\0"
    for use in (lambda: report.get(None), lambda: report.set("a", None), lambda: report[3]):
        with pytest.raises(TypeError, match="string"):
            use()
    assert len(report) == 4


def test_delta_and_baseline(report):
    other = Report(dict(report.items()) | {"cpuid/0x1/-/ecx": "0x5", "cap/KVM_CAP_IRQFD/vm": "0"})
    found = {one.key: one for one in report.delta(other)}
    lost = found["cpuid/0x1/-/ecx"]
    assert (lost.kind, lost.a, lost.b, lost.missing, lost.added) == (ReportChange.LOST, "0x3", "0x5", 2, 4)
    assert found["cap/KVM_CAP_IRQFD/vm"].kind == ReportChange.LOST
    assert (report & other)["cpuid/0x1/-/ecx"] == "0x1"
    assert Report.baseline([report, other, report]) == report & other
    assert report & report == report


def test_other_architectures(report):
    with pytest.raises(kvmlib.errors.ReportError) as failed:
        report.delta(Report({"arch": "arm64"}))
    assert failed.value.cause == kvmlib.Cause.REPORT_ARCH


def test_differences_outlive_their_reports(report):
    other = Report(dict(report.items()) | {"api-version": "13"})
    found = report.delta(other)
    report.close()
    other.close()
    assert (found[0].key, found[0].a, found[0].b) == ("api-version", "12", "13")


def test_collected(system):
    report = Report.collect(system)
    assert report["api-version"] == "12"
    assert report.delta(report) == []
    assert Report.parse(str(report)) == report
