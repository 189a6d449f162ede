# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tool's monitor on a kernel that has no VMs: what it listens to, and how it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")).resolve() / "tests" / "build"))
import tap  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
UEVENT = 15  # NETLINK_KOBJECT_UEVENT
KERNEL_GROUP = 1
DEVICE = Path("/sys/class/mem/null/uevent")  # writing there makes the kernel send a message
FORGED = (b"change@/devices/virtual/misc/kvm\0ACTION=change\0DEVPATH=/devices/virtual/misc/kvm\0SUBSYSTEM=misc\0"
          b"CREATED=1\0COUNT=1\0EVENT=create\0PID=1\0STATS_PATH=/kvm/1-1\0SEQNUM=1\0")


def _monitor(*options, **kwargs):
    """The whole of a run that ends by itself."""
    return subprocess.run([TOOL, "monitor", *options], capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL, **kwargs)


def _has_listener():
    done = _monitor("--timeout", "0.1")
    if done.returncode == 0:
        return
    assert done.returncode == 3 and not done.stdout, done
    raise tap.Skip(done.stderr.strip())


class _Running:
    """A monitor in the background that listens; its first line is read."""

    def __init__(self, *options):
        _has_listener()
        self.process = subprocess.Popen([TOOL, "monitor", "--json", *options], stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.first = self.line()
        assert self.first["event"] == "listening", self.first

    def line(self):
        return json.loads(self.process.stdout.readline())

    def end(self, number=signal.SIGTERM):
        """(status, further lines, stderr)"""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out.splitlines(), err


def built_without_libnl_says_so():
    makefile = (TOOL.parent.parent / "Makefile").read_text(encoding="utf-8")
    if not re.search(r"^LIBNL_LIBS = *$", makefile, re.M):
        raise tap.Skip("built with libnl")
    done = _monitor("--json")
    assert done.returncode == 3 and not done.stdout, done
    assert "built without its listener" in done.stderr and "libnl" in done.stderr, done


def options_are_checked():
    for option in ("--pid=0", "--pid=x", "--pid=2147483648", "--count=0", "--count=-1", "--timeout=0", "--timeout=x",
                   "--interval=0", "--interval=x", "--buffer=255", "--buffer=2G", "--buffer=x"):
        done = _monitor(option)
        assert done.returncode == 2 and option.split("=", maxsplit=1)[0] in done.stderr, (option, done)
    assert _monitor("x").returncode == 2


def timeout_ends_it():
    _has_listener()
    done = _monitor("--timeout", "0.2")
    assert done.returncode == 0 and "listening" in done.stdout.splitlines()[0] and not done.stderr, done
    assert _monitor("--timeout", "0.2", "--count", "1000000").returncode == 124


def first_line_tells_where_it_looks():
    _has_listener()
    line = json.loads(_monitor("--json", "--timeout", "0.2").stdout.splitlines()[0])
    assert list(line)[:3] == ["time", "event", "debugfs"] and line["event"] == "listening", line
    assert (line["debugfs"] is None) == ("reason" in line), line


def signals_end_it_well():
    for number in (signal.SIGINT, signal.SIGTERM):
        status, _, err = _Running().end(number)
        assert (status, err) == (0, ""), (number, status, err)


def output_that_can_not_be_written_ends_it():
    _has_listener()
    with open("/dev/full", "w", encoding="ascii") as full:
        for words in ((), ("--json",)):
            done = subprocess.run([TOOL, "monitor", "--timeout", "30", *words], stdout=full, stderr=subprocess.PIPE,
                                  text=True, timeout=20, check=False)
            assert done.returncode == 3 and "No space left" in done.stderr, done


def _send_from_kernel(times):
    try:
        for _ in range(times):
            DEVICE.write_text("change", encoding="ascii")
    except OSError as error:
        raise tap.Skip(f"can't make the kernel send: {error}") from error


def messages_of_other_devices_are_ignored():
    _send_from_kernel(1)
    running = _Running("--timeout", "1")
    _send_from_kernel(3)
    out, err = running.process.communicate(timeout=60)
    assert running.process.returncode == 0 and not err, err
    assert not [line for line in out.splitlines() if '"lost"' in line], out


def lost_messages_are_told_and_made_up_for():
    _send_from_kernel(1)
    running = _Running("--buffer", "4K", "--pid", str(os.getpid()))  # the VMs of others are not told then
    os.kill(running.process.pid, signal.SIGSTOP)
    try:
        _send_from_kernel(100)
    finally:
        os.kill(running.process.pid, signal.SIGCONT)
    events = [running.line()["event"], running.line()["event"]]
    assert events == ["lost", "resynced"], events
    assert running.end()[0] == 0


def _port_of(process):
    """libnl's ports are process ids, with a number in the upper bits."""
    rows = [line.split() for line in Path("/proc/net/netlink").read_text(encoding="ascii").splitlines()[1:]]
    ports = [int(row[2]) for row in rows if int(row[1]) == UEVENT and int(row[2]) & 0x3fffff == process.pid]
    assert len(ports) == 1, (process.pid, rows)
    return ports[0]


def messages_from_user_space_are_ignored():
    running = _Running("--timeout", "1")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, UEVENT) as sender:
        try:
            sender.sendto(FORGED, (0, KERNEL_GROUP))
            sender.sendto(FORGED, (_port_of(running.process), 0))
            sender.sendto(b"x" * 30000, (0, KERNEL_GROUP))  # longer than any that is read
        except OSError as error:
            running.end()
            raise tap.Skip(f"can't send: {error}") from error
    out, err = running.process.communicate(timeout=60)
    assert running.process.returncode == 0 and not err, err
    assert '"pid":1,' not in out, out


def mount_is_seen_inside_alone():
    if os.geteuid() != 0:
        raise tap.Skip("needs root, to mount")
    _has_listener()
    before = Path("/proc/self/mounts").read_text(encoding="utf-8")
    done = _monitor("--mount", "--timeout", "0.1")
    if done.returncode != 0:
        assert done.returncode == 3 and "--mount" in done.stderr, done
        raise tap.Skip(done.stderr.strip())
    running = _Running("--mount", "--stats")
    assert running.first["debugfs"].endswith("/kvm"), running.first
    assert Path("/proc/self/mounts").read_text(encoding="utf-8") == before
    assert running.end()[0] == 0


def statistics_need_debugfs():
    if " debugfs " in Path("/proc/self/mounts").read_text(encoding="utf-8"):
        raise tap.Skip("debugfs is mounted")
    _has_listener()
    done = _monitor("--stats")
    assert done.returncode == 3 and "--mount" in done.stderr and not done.stdout, done


if __name__ == "__main__":
    sys.exit(tap.run([built_without_libnl_says_so, options_are_checked, timeout_ends_it, first_line_tells_where_it_looks,
                      signals_end_it_well, output_that_can_not_be_written_ends_it,
                      messages_of_other_devices_are_ignored, lost_messages_are_told_and_made_up_for,
                      messages_from_user_space_are_ignored, mount_is_seen_inside_alone,
                      statistics_need_debugfs]))
