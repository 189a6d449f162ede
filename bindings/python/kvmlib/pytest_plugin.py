# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fixtures for tests without /dev/kvm: a simulated kernel, and what is made of it.

    def test_serial_port(sim, vcpu):
        sim.push_io(vcpu.fd(), 0x3f8, 1, 1, True, b"x")
        assert vcpu.run().value == ord("x")

Where the package is not installed, a conftest.py says `pytest_plugins = ["kvmlib.pytest_plugin"]`.
"""

from __future__ import annotations

from typing import Iterator

import pytest

from .sim import Sim
from .system import System
from .vcpu import Vcpu
from .vm import Vm


@pytest.fixture
def sim() -> Iterator[Sim]:
    """A simulated kernel: scripted exits, faults, dirty pages."""
    with Sim() as made:
        yield made


@pytest.fixture
def system(sim: Sim) -> Iterator[System]:  # pylint: disable=redefined-outer-name
    """The system of the simulated kernel."""
    with System(sim=sim) as made:
        yield made


@pytest.fixture
def vm(system: System) -> Iterator[Vm]:  # pylint: disable=redefined-outer-name
    """A VM of it, without memory."""
    with Vm(system) as made:
        yield made


@pytest.fixture
def vcpu(vm: Vm) -> Iterator[Vcpu]:  # pylint: disable=redefined-outer-name
    """A vCPU of that VM, 0."""
    with vm.create_vcpu(0) as made:
        yield made
