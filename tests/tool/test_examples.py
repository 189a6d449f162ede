# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples that need no KVM do what they say; tests/live/tool.sh runs the others."""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")).resolve() / "tests" / "build"))
import tap  # noqa: E402

EXAMPLES = Path(os.environ.get("builddir", ".")).resolve() / "examples"
HAS_KVM = os.access("/dev/kvm", os.R_OK | os.W_OK)


def _run(name, *words, status=0):
    done = subprocess.run([EXAMPLES / name, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status and not done.stderr, done
    return done.stdout


def capabilities_names_bits_and_tells_what_was_enabled():
    if os.uname().machine != "x86_64":
        raise tap.Skip("these capabilities are x86's")
    lines = _run("capabilities").splitlines()
    assert "  bit 0: GUEST_MEMFD_FLAG_MMAP" in lines and "  bit 2: not known here" in lines, lines
    assert lines[lines.index("KVM_CAP_SYNC_REGS") + 1] == "  bit 0: KVM_SYNC_X86_REGS", lines
    assert lines[-1] == "enabled: capability 168 with 0x1", lines


def coalesced_gets_every_byte_with_few_exits():
    if os.uname().machine != "x86_64" or not HAS_KVM:
        raise tap.Skip("no KVM that runs x86 code")
    lines = _run("coalesced").splitlines()
    assert lines[0] == "Hello from the guest, a byte at a time!", lines
    found = re.fullmatch(r"2000 bytes to the screen and 39 to the port by ([1-9]\d*) exits", lines[1])
    assert found and int(found.group(1)) < 20, lines


def devices_has_what_the_kernel_serves():
    if os.uname().machine != "x86_64":
        raise tap.Skip("these devices are x86's")
    assert _run("devices") == "interrupt controllers, a timer, a VFIO file\n"


def dirty_log_has_the_pages_that_were_written():
    assert _run("dirty-log") == "dirty pages: 3 70\ndirty pages: 70\n"


def dirty_shows_each_consumer_the_same_pages():
    lines = _run("dirty").splitlines()
    assert [line.split(": ")[1] for line in lines[:5]] == ["11 pages"] * 5, lines
    assert lines[5:] == ["snapshot, its round: 43 pages", "both saw 43 and 43 different ones"], lines


def doorbell_loses_no_ring():
    if os.uname().machine != "x86_64" or not HAS_KVM:
        raise tap.Skip("no KVM that runs x86 code")
    assert re.fullmatch(r"500 round trips, [1-9]\d* a second\n", _run("doorbell", "500"))
    assert _run("doorbell", "1").startswith("1 round trips, ")


def errors_tells_call_cause_and_values():
    lines = _run("errors").splitlines()
    assert lines[0] == "KVM_SET_USER_MEMORY_REGION: EINVAL, cause SLOT_UNALIGNED", lines
    assert lines[1] == "slot: 3", lines
    assert lines[2].startswith("kvmlib_vm_set_user_memory_region: KVM_SET_USER_MEMORY_REGION: EINVAL: "), lines
    assert {"SLOT_UNALIGNED", "SLOT_FLAGS"} <= set(lines[3].split()), lines
    assert lines[4] == "KVM_CREATE_VM fails with EBUSY if:", lines
    assert "(VIRTUALIZATION_BUSY)" in lines[5], lines


def inject_hands_over_every_interrupt():
    if os.uname().machine != "x86_64" or not HAS_KVM:
        raise tap.Skip("no KVM that runs x86 code")
    assert _run("inject", "60") == "60 interrupts raised, 30 of them had to wait, 60 counted\n"


def kick_ends_the_run():
    assert _run("kick") == "the guest was kicked\n"


def memory_loses_nothing():
    if os.uname().machine != "x86_64" or not HAS_KVM:
        raise tap.Skip("no KVM that runs x86 code")
    assert re.fullmatch(r"300 changes, [1-9]\d* counted, [1-9]\d* lookups: nothing was lost\n", _run("memory"))


def stats_prints_what_is_counted():
    assert _run("stats") == "remote_tlb_flush: 0, unit none\n"


def trace_shows_system_calls_and_events():
    out = _run("trace", status=0 if HAS_KVM else 1)
    assert re.match(r'open\("/dev/kvm", 0x80002\) = -?\d+\n', out), out
    if HAS_KVM:
        assert re.search(r"^ioctl\(\d+, KVM_CREATE_VM, 0x0\) = \d+$", out, re.M), out
    else:
        assert re.search(r"^\[4\] call failed: function=kvmlib_system_open call=open\(/dev/kvm\) ", out, re.M), out


def unit_test_passes():
    assert re.fullmatch(r"[1-9]\d* calls failed in turn\nall passed\n", _run("unit-test"))


if __name__ == "__main__":
    sys.exit(tap.run([capabilities_names_bits_and_tells_what_was_enabled,
                      coalesced_gets_every_byte_with_few_exits, devices_has_what_the_kernel_serves,
                      dirty_log_has_the_pages_that_were_written, dirty_shows_each_consumer_the_same_pages,
                      doorbell_loses_no_ring, errors_tells_call_cause_and_values, inject_hands_over_every_interrupt,
                      kick_ends_the_run, memory_loses_nothing,
                      stats_prints_what_is_counted,
                      trace_shows_system_calls_and_events, unit_test_passes]))
