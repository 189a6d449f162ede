# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples that need no KVM do what they say; tests/live/tool.sh runs the others."""

import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
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


def _migrate(path, side):
    return subprocess.Popen([EXAMPLES / "migrate", side, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True)


def _swallow(connection, size):
    """Read so many bytes, or up to the end."""
    while size > 0:
        part = connection.recv(min(size, 1 << 16))
        if not part:
            return
        size -= len(part)


def migrate_counts_on_elsewhere():
    if os.uname().machine != "x86_64" or not HAS_KVM:
        raise tap.Skip("no KVM that runs x86 code")
    lines = _run("migrate").splitlines()
    assert lines[0] == "sender: round 1: 65536 of 65536 KiB, throttle 0 %", lines
    assert [line for line in lines if re.fullmatch(
        r"sender: moved at \d+: \d+ KiB in [1-9]\d* rounds, \d+ KiB of zeros, downtime [1-9]\d* us", line)], lines
    assert [line for line in lines if re.fullmatch(r"receiver: the guest counts on from [1-9]\d*", line)], lines


def migrate_runs_on_when_its_peer_hangs_up():
    """In the midst of a head, of a page, and after all of the first round, which has 16 MiB."""
    if os.uname().machine != "x86_64" or not HAS_KVM:
        raise tap.Skip("no KVM that runs x86 code")
    for size in (0, 11, 5000, 10000000, 16900000):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
            server.bind(folder + "/socket")
            server.listen(1)
            with _migrate(folder + "/socket", "send") as sender:
                connection, _ = server.accept()
                _swallow(connection, size)
                connection.close()
                out, err = sender.communicate(timeout=60)
        assert sender.returncode == 1, (size, out, err)
        assert re.match(r"sender: not moved: (Broken pipe|Connection reset by peer) \n$", err), (size, err)
        assert "sender: the guest counts on from " in out and "sender: moved" not in out, (size, out)


def migrate_receives_no_guest_that_is_none():
    if os.uname().machine != "x86_64" or not HAS_KVM:
        raise tap.Skip("no KVM that runs x86 code")
    head = struct.Struct("=QQQ")
    for data, complaint in ((b"", "no guest: Broken pipe"),
                            (b"short", "no guest: Broken pipe"),
                            (head.pack(9, 0, 0), "no guest: Protocol error"),
                            (head.pack(0, 0, 4096) + b"short", "no pages: Broken pipe"),
                            (head.pack(0, 1 << 40, 4096) + bytes(4096), "pages of another machine: "),
                            (head.pack(1, 0x3fff000, 8192), "pages of another machine: "),
                            (head.pack(2, 0, 0) + bytes(32), "no state: ")):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as client:
            with _migrate(folder + "/socket", "receive") as receiver:
                while client.connect_ex(folder + "/socket"):
                    assert receiver.poll() is None, receiver.communicate()
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                out, err = receiver.communicate(timeout=60)
        assert receiver.returncode == 1 and not out and err.startswith(f"receiver: {complaint}"), (data[:30], out, err)


def regs_are_named_or_refused():
    if not HAS_KVM:
        raise tap.Skip("no KVM")
    done = subprocess.run([EXAMPLES / "regs", "xyzzy"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "xyzzy: EINVAL: no register has that name" in done.stderr, done


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
                      kick_ends_the_run, memory_loses_nothing, migrate_counts_on_elsewhere,
                      migrate_runs_on_when_its_peer_hangs_up, migrate_receives_no_guest_that_is_none, regs_are_named_or_refused,
                      stats_prints_what_is_counted,
                      trace_shows_system_calls_and_events, unit_test_passes]))
