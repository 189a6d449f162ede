# SPDX-License-Identifier: LGPL-2.1-or-later
"""The profiles that the tool prints: what the facts say, and a filter that the kernel takes. Needs no KVM."""

import errno
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
BUILD = Path(os.environ.get("builddir", ".")).resolve()
sys.path[:0] = [str(TOP / "tests" / "build"), str(TOP / "uapi")]
import tap  # noqa: E402
from gen import arches, tsv  # noqa: E402

TOOL = BUILD / "tools" / "kvmlib"
CONFINED = BUILD / "tests" / "live" / "confined"
IOCTL_ERRNO = BUILD / "tests" / "tool" / "ioctl_errno"
MACHINES = {"x86_64": "x86", "aarch64": "arm64", "riscv64": "riscv", "s390x": "s390", "ppc64le": "ppc",
            "loongarch64": "loongarch"}
ARCH = next(arch for arch in arches.ARCHES if arch.fact == MACHINES[platform.machine()])
SETS = list(dict.fromkeys(row["set"] for row in tsv.read("feature-sets")))
TCGETS = 0x5401
EXPECTED_ARG = {"index": 1, "value": 0xFFFFFFFF, "op": "SCMP_CMP_MASKED_EQ"}


def _tool(*words):
    return subprocess.run([TOOL, "info", *words], capture_output=True, text=True, timeout=60, check=False)


def _profile(sets):
    done = _tool("--seccomp", sets)
    assert done.returncode == 0 and not done.stderr, done
    return json.loads(done.stdout)


def _rules(sets):
    """{name: request} of a profile, with its form checked."""
    rules = {}
    for rule in _profile(sets)["syscalls"]:
        (arg,) = rule["args"]
        name = re.match(r"(KVM_\w+)(?:: .+)?$", rule["comment"]).group(1)
        assert name not in rules, name
        rules[name] = arg.pop("valueTwo")
        assert (rule["names"], rule["action"], arg) == (["ioctl"], "SCMP_ACT_ALLOW", EXPECTED_ARG), rule
    return rules


def _facts():
    """{name: request} of all that this architecture's kernel serves and that is not obsolete."""
    served = {row["name"] for row in tsv.read("ioctls") if row["obsolete"] == "no"
              and re.search(rf"\b(all|{ARCH.fact})\b", row["archs"].replace("device: all", "all"))}
    return {row["name"]: int(row[f"num_{ARCH.number}"], 0) for row in tsv.read("ioctl-numbers")
            if row["name"] in served and row[f"num_{ARCH.number}"] != "-"}


def _expected(name):
    """What the facts have in a set."""
    names = {ioctl for row in tsv.read("feature-sets") if row["set"] == name for ioctl in row["ioctls"].split(",")}
    return {ioctl: number for ioctl, number in _facts().items() if "*" in names or ioctl in names}


def each_set_has_the_ioctls_of_the_facts():
    assert len(SETS) > 10 and len(_facts()) > 20, (SETS, _facts())
    for name in SETS:
        expected = _expected(name)
        assert expected and _rules(name) == expected, (name, expected.keys() ^ _rules(name).keys())


def profile_denies_all_else_on_this_architecture():
    profile = _profile("base")
    del profile["syscalls"]
    assert profile == {"defaultAction": "SCMP_ACT_KILL_PROCESS", "architectures": ["SCMP_ARCH_" + ARCH.scmp]}


def several_sets_have_each_rule_once():
    both = {**_expected("state"), **_expected("timer"), **_expected("irqchip")}
    assert len(both) < sum(len(_expected(name)) for name in ("state", "timer", "irqchip"))
    assert _rules("state,timer,irqchip,state") == both
    assert _rules("base,all") == _expected("all")


def list_tells_what_sets_are_for():
    told = [f"{row['set']} {row['why']}" for row in tsv.read("feature-sets") if row["ioctls"] == "-"]
    done = _tool("--seccomp", "list")
    assert [" ".join(line.split()) for line in done.stdout.splitlines()] == told, done


def unknown_sets_are_refused():
    for sets, culprit in (("bogus", "bogus"), ("base,bogus", "bogus"), ("base,", ""), ("", ""), ("bas", "bas"),
                          ("base,list", "list"), ("bases", "bases")):
        done = _tool("--seccomp", sets)
        assert done.returncode == 2 and not done.stdout, (sets, done)
        assert f'no set "{culprit}"' in done.stderr and ", ".join(SETS) in done.stderr, done


def output_that_can_not_be_written_is_an_error():
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([TOOL, "info", "--seccomp", "all"], stdout=full, stderr=subprocess.PIPE, text=True,
                              check=False)
    assert done.returncode == 3 and "No space left" in done.stderr, done


def _confined(sets, request):
    """What an ioctl comes to under a profile: the errno, or minus the signal."""
    if not CONFINED.exists():
        raise tap.Skip("built without libseccomp")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(_profile(sets), file)
        file.flush()
        done = subprocess.run([CONFINED, file.name, IOCTL_ERRNO, str(request)], capture_output=True,
                              check=False, timeout=60)
    assert not done.stderr, done
    return done.returncode


def filter_lets_through_what_is_listed_and_kills_the_rest():
    run, stats = _expected("run")["KVM_RUN"], _expected("stats")["KVM_GET_STATS_FD"]
    assert _confined("base", run) == errno.ENOTTY
    assert _confined("base,stats", stats) == errno.ENOTTY
    assert _confined("base", stats) == -signal.SIGSYS
    assert _confined("all", TCGETS) == -signal.SIGSYS


def filter_takes_what_an_int_makes_of_a_request():
    request = _expected("state")["KVM_GET_CLOCK" if ARCH.fact == "x86" else "KVM_GET_ONE_REG"]
    assert _confined("state", request | 0xFFFFFFFF << 32) == errno.ENOTTY
    assert _confined("stats", request | 0xFFFFFFFF << 32) == -signal.SIGSYS


if __name__ == "__main__":
    sys.exit(tap.run([each_set_has_the_ioctls_of_the_facts, profile_denies_all_else_on_this_architecture,
                      several_sets_have_each_rule_once, list_tells_what_sets_are_for, unknown_sets_are_refused,
                      output_that_can_not_be_written_is_an_error,
                      filter_lets_through_what_is_listed_and_kills_the_rest,
                      filter_takes_what_an_int_makes_of_a_request]))
