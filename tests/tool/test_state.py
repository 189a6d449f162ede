# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tool's state: files that this test writes by itself, as kvmlib/state.h documents them."""

import json
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

sys.path.insert(0, str(TOP / "tests" / "tool"))
from state_file import VM, make_state  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
ARM64 = 183


def _file(content):
    file = tempfile.NamedTemporaryFile(prefix="kvmlib-state-")
    file.write(content)
    file.flush()
    return file


def _run(*words, status=0, stdin=b""):
    done = subprocess.run([TOOL, "state", *words], capture_output=True, timeout=60, check=False, input=stdin)
    assert done.returncode == status, (words, done)
    return done.stdout.decode(), done.stderr.decode()


def _msrs(*pairs):
    return b"".join(struct.pack("<IIQ", index, 0, data) for index, data in pairs)


SOME = [("clock", VM, bytes(48)), ("regs", 0, bytes(144)), ("msrs", 0, _msrs((0x10, 5), (0xC0000081, 7)))]


def info_lists_items():
    with _file(make_state(SOME)) as file:
        out, err = _run("info", file.name)
        assert out.splitlines() == [
            "x86-64, 3 items",
            f"{'item':31} {'vCPU':>5} {'bytes':>10} version",
            f"{'clock':31} {'-':>5} {48:10} {1:7}",
            f"{'regs':31} {0:5} {144:10} {1:7}",
            f"{'msrs':31} {0:5} {32:10} {1:7}"], out
        assert not err
        assert json.loads(_run("info", "--json", file.name)[0]) == {
            "architecture": "x86-64",
            "items": [{"name": "clock", "vcpu": None, "bytes": 48, "version": 1},
                      {"name": "regs", "vcpu": 0, "bytes": 144, "version": 1},
                      {"name": "msrs", "vcpu": 0, "bytes": 32, "version": 1}]}


def states_of_other_architectures_are_looked_into():
    assert _run("info", "-", stdin=make_state([], ARM64))[0].startswith("arm64, 0 items\n")
    assert _run("info", "-", stdin=make_state([], 1234))[0].startswith("?, 0 items\n")


def verify_tells_each_file():
    good, bad = make_state(SOME), bytearray(make_state(SOME))
    bad[200] ^= 1
    with _file(good) as one, _file(bad) as other, _file(good[:-1]) as short, _file(good + b"x") as long:
        assert _run("verify", one.name)[0] == f"{one.name}: as it was written, 3 items\n"
        out, err = _run("verify", one.name, other.name, short.name, long.name, status=1)
        assert out == f"{one.name}: as it was written, 3 items\n"
        assert other.name in err and "has changed since it was written" in err
        assert short.name in err and "ends too early" in err
        assert long.name in err and "something follows" in err


def what_is_no_state_is_refused():
    out, err = _run("info", "-", stdin=b"something else that is longer than a header", status=1)
    assert not out and "no saved state" in err
    assert "No such file" in _run("info", "/nonexistent/file", status=2)[1]
    assert "can't be read" in _run("info", "/", status=2)[1]


def same_states_do_not_differ():
    with _file(make_state(SOME)) as one, _file(make_state(list(reversed(SOME)))) as other:
        assert _run("diff", one.name, other.name) == ("", "")
        assert _run("diff", "-j", one.name, other.name) == ("[]\n", "")


def diff_names_items_bytes_and_msrs():
    other = [("regs", 0, bytes(8) + b"\1\2" + bytes(134)), ("msrs", 0, _msrs((0x10, 6), (0xC0000081, 7))),
             ("clock", VM, bytes(40)), ("my.own", 3, b"x")]
    with _file(make_state([*SOME, ("lapic", 1, b"y")])) as one, _file(make_state(other)) as two:
        assert _run("diff", one.name, two.name, status=1)[0].splitlines() == [
            "! clock: 48 and 40 bytes",
            "! regs of vCPU 0: 2 of 144 bytes, from byte 8 on",
            "! msrs of vCPU 0: MSR 0x10: 0x5 and 0x6",
            "- lapic of vCPU 1",
            "+ my.own of vCPU 3"]
        assert json.loads(_run("diff", "--json", one.name, two.name, status=1)[0]) == [
            {"name": "clock", "vcpu": None, "bytes_a": 48, "bytes_b": 40},
            {"name": "regs", "vcpu": 0, "first": 8, "differing": 2},
            {"name": "msrs", "vcpu": 0, "msr": 0x10, "a": 5, "b": 6},
            {"name": "lapic", "vcpu": 1, "only_in": "a"},
            {"name": "my.own", "vcpu": 3, "only_in": "b"}]


def lists_of_other_msrs_differ_as_bytes():
    with _file(make_state([("msrs", 0, _msrs((0x10, 5)))])) as one, _file(make_state([("msrs", 0, _msrs((0x11, 5)))])) as two:
        assert _run("diff", one.name, two.name, status=1)[0] == "! msrs of vCPU 0: 1 of 16 bytes, from byte 0 on\n"


PC, SCTLR, VLS, UNNAMED = 0x6030000000100040, 0x603000000013C080, 0x606000000015FFFF, 0x6030000000170001


def _regs(*pairs):
    """Items of registers: ids and values, which take 8 bytes at least."""
    return b"".join(struct.pack("<Q", id) + value.to_bytes(max(8, 1 << (id >> 52 & 15)), "little")
                    for id, value in pairs)


def _arm64(*pairs):
    return _file(make_state([("regs", 1, _regs(*pairs))], ARM64))


def registers_are_listed_by_name():
    with _arm64((PC, 0x40080000), (VLS, 1 << 500), (UNNAMED, 0)) as file:
        assert len(_run("info", file.name)[0].splitlines()) == 3
        lines = _run("info", "--registers", file.name)[0].splitlines()
        assert lines[3:] == [f"  {'pc':29} 0x40080000", f"  {'sve_vls':29} 0x1{'0' * 125}",
                             f"  {'0x6030000000170001':29} 0x0"], lines
        found = json.loads(_run("info", "-j", "-r", file.name)[0])["items"][0]["registers"]
        assert found == {"pc": "0x40080000", "sve_vls": "0x1" + "0" * 125, "0x6030000000170001": "0x0"}, found


def registers_that_differ_are_named():
    with _arm64((PC, 1), (SCTLR, 0x30D00980), (UNNAMED, 3)) as one, _arm64((SCTLR, 0x30D00981), (VLS, 0), (PC, 1)) as two:
        out, _ = _run("diff", one.name, two.name, status=1)
        assert out.splitlines() == ["! regs of vCPU 1: SCTLR_EL1: 0x30d00980 and 0x30d00981",
                                    "- regs of vCPU 1: 0x6030000000170001", "+ regs of vCPU 1: sve_vls"], out
        assert json.loads(_run("diff", "-j", one.name, two.name, status=1)[0]) == [
            {"name": "regs", "vcpu": 1, "register": "SCTLR_EL1", "a": "0x30d00980", "b": "0x30d00981"},
            {"name": "regs", "vcpu": 1, "register": "0x6030000000170001", "only_in": "a"},
            {"name": "regs", "vcpu": 1, "register": "sve_vls", "only_in": "b"}]


def registers_that_are_none_differ_as_bytes():
    """Half an id, a value cut short, one beyond all measure; and x86 has others."""
    whole = _regs((PC, 1), (SCTLR, 2))
    wild = struct.pack("<QQ", PC, 1) + struct.pack("<QQ", 0x60F0 << 48, 2)
    for bad in (whole[:-12], whole[:-4] + bytes(1), wild):
        with _arm64((PC, 1)) as one, _file(make_state([("regs", 1, bad)], ARM64)) as two:
            out, _ = _run("diff", one.name, two.name, status=1)
            assert out == f"! regs of vCPU 1: 16 and {len(bad)} bytes\n", out
            assert len(_run("info", "-r", two.name)[0].splitlines()) == 3
    with _file(make_state([("regs", 1, _regs((PC, 1)))])) as one, _file(make_state([("regs", 1, _regs((PC, 2)))])) as two:
        assert "1 of 16 bytes, from byte 8 on" in _run("diff", one.name, two.name, status=1)[0]


def architectures_are_not_compared():
    with _file(make_state([])) as one, _file(make_state([], ARM64)) as two:
        out, err = _run("diff", one.name, two.name, status=2)
        assert not out and "x86-64" in err and "arm64" in err


def wrong_words_are_refused():
    assert 'no "bogus"' in _run("bogus", "x", status=2)[1]
    assert "wants 1 file, not 0" in _run("info", status=2)[1]
    assert "wants 2 files, not 1" in _run("diff", "x", status=2)[1]
    assert "wants 1 file or more, not 0" in _run("verify", status=2)[1]
    assert "Usage" in _run(status=2)[1]


def selftest_needs_no_file_and_tells_of_each_value():
    assert "selftest wants 0 files, not 1" in _run("selftest", "x", status=2)[1]
    assert "selftest wants 0 files, not 1" in _run("--selftest", "x", status=2)[1]
    assert "selftest wants 0 files, not 1" in _run("info", "--selftest", status=2)[1]
    if os.uname().machine != "x86_64" or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise tap.Skip("no KVM whose states are saved")
    found = json.loads(_run("selftest", "--json")[0])
    assert len({(one["item"], one["field"]) for one in found}) == len(found) > 100, len(found)
    for one in found:
        assert set(one) == {"item", "field", "poked", "found", "verdict", "why"} and one["why"] is None, one
        assert one["verdict"] in {"survives", "refused", "absent"}, one
        assert (one["poked"] is None) == (one["verdict"] != "survives"), one
    rax = next(one for one in found if one["field"] == "rax")
    assert rax["poked"] == rax["found"] == 0x1122334455667788, rax


if __name__ == "__main__":
    sys.exit(tap.run([info_lists_items, states_of_other_architectures_are_looked_into, verify_tells_each_file,
                      what_is_no_state_is_refused, same_states_do_not_differ, diff_names_items_bytes_and_msrs,
                      lists_of_other_msrs_differ_as_bytes, registers_are_listed_by_name,
                      registers_that_differ_are_named, registers_that_are_none_differ_as_bytes,
                      architectures_are_not_compared,
                      wrong_words_are_refused, selftest_needs_no_file_and_tells_of_each_value]))
