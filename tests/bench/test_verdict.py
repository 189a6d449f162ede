# SPDX-License-Identifier: LGPL-2.1-or-later
"""Benches are judged by their numbers: ok, short, noisy, and what lies on the borders."""

import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

sys.path.insert(0, str(TOP / "bench"))
from harness import callgrind, report, times, verdict  # noqa: E402

TARGETS = [
    {"bench": "b", "metric": "instructions_run_*", "unit": "instructions", "target": "45"},
    {"bench": "b", "metric": "instructions_*", "unit": "instructions", "target": "30"},
    {"bench": "b", "metric": "*", "unit": "ns_added", "target": "30"},
    {"bench": "b", "metric": "*", "unit": "ratio", "target": "1.02"},
]


def _timing(*samples, emulated=False):
    return verdict.timing("b", "row", samples, TARGETS, emulated)


def _judged(raw, wrapped, again, rounds=20, **how):
    """The first line for rounds that are all the same."""
    row = _timing(*[(raw, wrapped, again)] * rounds, **how)[0]
    return row.value, row.unit, row.verdict


def short_calls_are_judged_by_nanoseconds():
    assert _judged(150, 170, 150) == ("20.0", "ns_added", "ok")
    assert _judged(150, 180, 150) == ("30.0", "ns_added", "ok")
    assert _judged(150, 180.1, 150) == ("30.1", "ns_added", "short")
    assert _judged(1999, 2100, 1999) == ("101.0", "ns_added", "short")


def long_calls_are_judged_by_the_ratio():
    assert _judged(2000, 2029, 2000) == ("1.0145", "ratio", "ok")
    assert _judged(10000, 10200, 10000) == ("1.0200", "ratio", "ok")
    assert _judged(10000, 10201, 10000) == ("1.0201", "ratio", "short")
    assert _judged(10000, 9000, 10000) == ("0.9000", "ratio", "ok")


def raw_against_raw_decides_what_is_noise():
    assert _judged(10000, 11000, 10200) == ("1.1000", "ratio", "short")
    assert _judged(10000, 11000, 10201) == ("1.1000", "ratio", "noisy")
    assert _judged(10000, 10000, 9800) == ("1.0000", "ratio", "ok")
    assert _judged(10000, 10000, 9799) == ("1.0000", "ratio", "noisy")
    assert _judged(150, 500, 160) == ("350.0", "ns_added", "noisy")


def control_is_printed_with_its_own_verdict():
    steady = _timing(*[(10000, 10000, 10150)] * 20)
    assert [row.metric for row in steady] == ["row", "row_control", "row_raw"]
    assert (steady[1].value, steady[1].verdict) == ("1.0150", "ok")
    assert (steady[2].value, steady[2].verdict) == ("10000", "-")
    assert _timing(*[(10000, 10000, 9500)] * 20)[1].verdict == "noisy"


def scattered_rounds_are_noisy_though_their_median_is_not():
    rounds = [(10000, 10000, 10000 + shift) for shift in (-900, -600, -300, 0, 300, 600, 900)]
    assert _timing(*rounds)[0].verdict == "noisy"
    assert _timing(*rounds * 100)[0].verdict == "ok"
    one_sided = [(10000, 10000, 10000)] * 10 + [(10000, 10000, 10500)] * 10
    assert _timing(*one_sided)[1].value == "1.0500"


def few_outliers_change_nothing():
    rounds = [(10000, 10100, 10000)] * 40 + [(10000, 90000, 10000), (10000, 10100, 90000)] * 3
    assert [row.value for row in _timing(*rounds)] == ["1.0100", "1.0000", "10000"]


def rounds_are_compared_one_by_one():
    """A host that slows down in the middle disturbs each way alike."""
    rounds = [(10000, 10100, 10000)] * 20 + [(30000, 30300, 30000)] * 20
    assert _timing(*rounds)[0].value == "1.0100"


def emulated_hosts_are_never_better_than_noisy():
    assert _judged(10000, 10000, 10000, emulated=True) == ("1.0000", "ratio", "noisy")
    assert _judged(10000, 20000, 10000, emulated=True) == ("2.0000", "ratio", "noisy")


def units_of_targets_decide():
    rows = TARGETS + [{"bench": "c", "metric": "look_*", "unit": "ns", "target": "15"},
                      {"bench": "c", "metric": "copy", "unit": "ratio", "target": "1.11"}]

    def judge(row, *samples):
        result = verdict.timing("c", row, samples * 20, rows)[0]
        return result.value, result.unit, result.verdict
    assert judge("look_1", (1, 15, 1)) == ("15.0", "ns", "ok")
    assert judge("look_1", (1, 15.1, 1)) == ("15.1", "ns", "short")
    assert judge("look_1", (1, 15.1, 1.03)) == ("15.1", "ns", "noisy")
    assert judge("look_1", *[(1, 14, 1)] * 2, *[(1, 90, 1)] * 8) == ("14.0", "ns", "ok")
    assert judge("look_1", *[(1, 16, 1)] * 2, *[(1.21, 90, 1.21)] * 8)[2] == "noisy"
    assert judge("copy", (500, 555, 500)) == ("1.1100", "ratio", "ok")
    assert judge("copy", (500, 556, 500)) == ("1.1120", "ratio", "short")


def rows_without_a_bound_are_told():
    rows = [{"bench": "b", "metric": "*", "unit": "ratio", "target": "-"}]
    told = verdict.timing("b", "row", [(500, 900, 500)] * 20, rows)[0]
    assert (told.value, told.unit, told.target, told.verdict) == ("1.8000", "ratio", "-", "-")


def rates_are_told_where_they_are_asked_for():
    rows = [{"bench": "b", "metric": "often", "unit": "per_second", "target": "-"}] + TARGETS
    lines = verdict.timing("b", "often", [(10000, 8000, 10000)] * 20, rows)
    assert (lines[0].unit, lines[0].verdict) == ("ratio", "ok")
    assert [(row.metric, row.value, row.verdict) for row in lines[3:]] == [("often_rate", "125000", "-")]
    assert len(verdict.timing("b", "row", [(10000, 8000, 10000)] * 20, rows)) == 3


def numbers_of_calls_must_be_met():
    rows = [{"bench": "b", "metric": "commit", "unit": "calls", "target": "500"}]
    judged = [verdict.counted("b", "commit", number, rows).verdict for number in (499, 500, 501)]
    assert judged == ["short", "ok", "short"]


def instructions_have_targets_by_name():
    def judge(row, number):
        return verdict.instructions("b", row, number, TARGETS).verdict
    assert [judge("run_io", number) for number in (45, 46)] == ["ok", "short"]
    assert [judge("get_regs", number) for number in (30, 31)] == ["ok", "short"]


def metric_without_target_is_refused():
    try:
        verdict.instructions("other", "row", 1, TARGETS)
    except LookupError as error:
        assert "other" in str(error)
    else:
        raise AssertionError("accepted")


def file_of_targets_holds_those_of_the_design():
    def target(metric, unit):
        rows = [row for row in verdict.targets() if row["bench"] == "overhead"]
        return next(row["target"] for row in rows if row["metric"] == metric and row["unit"] == unit)
    assert target("instructions_run_*", "instructions") == "45"
    assert target("instructions_*", "instructions") == "30"
    assert target("*", "ns_added") == "30"
    assert target("*", "ratio") == "1.02"


def status_tells_whether_something_is_short():
    good = verdict.instructions("b", "get_regs", 30, TARGETS)
    bad = verdict.instructions("b", "get_regs", 31, TARGETS)
    noisy = _timing((10000, 20000, 20000))[0]
    missing = verdict.skipped("b", "row", "because")
    assert noisy.verdict == "noisy"
    assert report.status([good, noisy, missing]) == 0
    assert report.status([good, bad]) == 1


def lines_have_six_fields():
    lines = report.tsv(["here"], _timing((150, 170, 150)) + [verdict.skipped("b", "x", "because")])
    assert lines[0] == "# here"
    assert lines[1] == "b\trow\t20.0\tns_added\t30\tok"
    assert lines[4] == "b\tx\t-\t-\t-\tskipped (because)"
    assert {line.count("\t") for line in lines[1:]} == {5}


def output_of_programs_is_understood():
    found = times.parse("Some CPU, kernel 6.12\nsample\ta\t1.5\t2\t3\nsample\ta\t4\t5\t6\nskip\tb\tno such\n"
                        "count\tc\t500\n# ok 1 - command\n")
    assert found.host == "Some CPU, kernel 6.12"
    assert found.samples == {"a": [(1.5, 2, 3), (4, 5, 6)]}
    assert found.skips == {"b": "no such"} and found.counts == {"c": 500}
    try:
        times.parse("Some CPU, kernel 6.12\nbogus\ta\n")
    except times.Failed:
        return
    raise AssertionError("accepted")


def own_instructions_and_calls_are_left_out():
    dump = ("ob=/lib.so\nfn=wrapper\n0 7\ncob=/program\ncfn=table\ncalls=1 0 \n0 100\n3 2\n\n"
            "ob=/program\nfn=table\n0 100\n\nob=/libc.so\nfl=malloc.c\nfn=calloc\n36 5\n\ntotals: 114\n")
    assert callgrind.instructions(dump, "/program") == 14


def option_and_name_are_checked():
    for words in (["nosuchbench"], ["--bogus"]):
        done = subprocess.run([TOP / "scripts/bench", *words], capture_output=True, check=False)
        assert done.returncode == 2, done


if __name__ == "__main__":
    sys.exit(tap.run([short_calls_are_judged_by_nanoseconds, long_calls_are_judged_by_the_ratio,
                      raw_against_raw_decides_what_is_noise, control_is_printed_with_its_own_verdict,
                      scattered_rounds_are_noisy_though_their_median_is_not,
                      few_outliers_change_nothing, rounds_are_compared_one_by_one,
                      emulated_hosts_are_never_better_than_noisy, units_of_targets_decide,
                      rates_are_told_where_they_are_asked_for, numbers_of_calls_must_be_met,
                      instructions_have_targets_by_name,
                      metric_without_target_is_refused, file_of_targets_holds_those_of_the_design,
                      status_tells_whether_something_is_short, lines_have_six_fields,
                      output_of_programs_is_understood, own_instructions_and_calls_are_left_out,
                      option_and_name_are_checked]))
