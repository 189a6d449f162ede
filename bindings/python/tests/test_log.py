# SPDX-License-Identifier: LGPL-2.1-or-later
"""The log of a system, and explanations."""

import errno
import sys

import pytest

import kvmlib
from kvmlib.sim import Sim


def events(**options):
    found = []
    sim = Sim()
    system = kvmlib.System(sim=sim, log=lambda *event: found.append(event), **options)
    return system, found


def test_events_have_level_message_and_fields():
    system, found = events(log_level=kvmlib.LogLevel.DEBUG)
    with pytest.raises(OSError):
        system.ioctl(0x1234, 0)
    level, message, fields = found[-1]
    assert (level, message) == (kvmlib.LogLevel.DEBUG, "call failed")
    assert fields["function"] == "kvmlib_system_ioctl"
    assert fields["errno"] == errno.EINVAL


def test_less_is_told_by_default():
    system, found = events()
    with pytest.raises(OSError):
        system.ioctl(0x1234, 0)
    assert found == []


def test_a_vm_that_outlives_its_system_logs_on():
    system, found = events(log_level=kvmlib.LogLevel.DEBUG)
    vm = system.create_vm()
    system.close()
    del system
    with pytest.raises(OSError):
        vm.ioctl(0x1234, 0)
    assert found[-1][1] == "call failed"


def test_a_log_that_raises_stops_nothing(monkeypatch):
    shown = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: shown.append(what.exc_value))

    def log(*_):
        raise ValueError("bad log")
    with Sim() as sim, kvmlib.System(sim=sim, log=log, log_level=kvmlib.LogLevel.INFO) as system:
        assert system.get_api_version() == 12
    assert str(shown[0]) == "bad log"


def test_a_log_that_is_no_function_is_refused():
    with Sim() as sim, pytest.raises(TypeError, match="function"):
        kvmlib.System(sim=sim, log=3)


def test_explanations():
    rows = kvmlib.System.explain("KVM_CREATE_VM", errno.EBUSY)
    assert rows[0].call == "KVM_CREATE_VM"
    assert rows[0].error == "EBUSY"
    assert rows[0].cause == kvmlib.Cause.VIRTUALIZATION_BUSY
    assert rows == kvmlib.explain("KVM_CREATE_VM", -errno.EBUSY)
    assert kvmlib.explain("KVM_NO_SUCH_CALL") == []
    assert len(kvmlib.explain()) > 300
