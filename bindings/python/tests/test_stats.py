# SPDX-License-Identifier: LGPL-2.1-or-later
"""Statistics by name."""

import os
import struct

import pytest

import kvmlib


def content(values):
    """A file of statistics: a counter of nanoseconds, and a histogram of three buckets."""
    rows = [(b"run_time", 0 << 0 | 2 << 4 | 0 << 8, -9, 1, 0), (b"waits", 3 << 0 | 0 << 4, 0, 3, 10)]
    head = struct.pack("<IIIIII", 0, 16, len(rows), 24, 24 + 16, 24 + 16 + len(rows) * 32)
    text, offset = head + b"kvm-7".ljust(16, b"\0"), 0
    for name, flags, exponent, count, bucket in rows:
        text += struct.pack("<IhHII", flags, exponent, count, offset, bucket) + name.ljust(16, b"\0")
        offset += 8 * count
    return text + struct.pack("<4Q", *values)


@pytest.fixture
def stats(sim, vm):
    sim.set_stats(content([5_000_000_000, 1, 2, 3]))
    return kvmlib.Stats(vm)


def test_values_by_name(stats):
    assert list(stats) == ["run_time", "waits"] == stats.keys()
    assert stats["run_time"] == 5_000_000_000
    assert stats["waits"] == [1, 2, 3]
    assert stats.values("waits") == stats.values(1) == [1, 2, 3]
    assert dict(stats.items()) == {"run_time": 5_000_000_000, "waits": [1, 2, 3]}
    assert "run_time" in stats and "nothing" not in stats and len(stats) == 2
    assert repr(stats) == "<Stats kvm-7, 2 names>"


def test_units_and_buckets(stats):
    assert stats.unit("run_time") == kvmlib.StatsUnit.SECONDS
    assert stats.scaled_value("run_time") == pytest.approx(5.0)
    assert [bucket[:2] for bucket in stats.buckets("waits")] == [(0, 10), (10, 20), (20, (1 << 64) - 1)]
    assert [bucket[2] for bucket in stats.buckets("waits")] == [1, 2, 3]


def test_a_sample_is_a_dictionary(stats):
    assert stats["run_time"] == 5_000_000_000
    os.pwrite(stats.fd(), struct.pack("<Q", 6_000_000_000), len(content([0] * 4)) - 32)
    assert stats["run_time"] == 5_000_000_000
    assert stats.sample() == {"run_time": 6_000_000_000, "waits": [1, 2, 3]}


def test_what_is_not_there(stats):
    with pytest.raises(KeyError):
        stats["nothing"]  # pylint: disable=pointless-statement
    with pytest.raises(kvmlib.KvmError):
        stats.values(2)
    stats.close()
    with pytest.raises(ValueError, match="closed"):
        stats.sample()


def test_a_description_outlives_its_reader(stats):
    described = stats.describe(0)
    stats.close()
    assert described.name == b"run_time"
    assert b"run_time" in described._objects.values()  # its own, not C's


def test_a_vm_that_ran_has_exits(kvm):
    from guests import HLT, guest  # pylint: disable=import-outside-toplevel
    vm = guest(kvm, HLT)
    stats = kvmlib.Stats(vm.vcpus[0])
    before = stats["exits"]
    vm.vcpus[0].run()
    assert stats.sample()["exits"] > before
