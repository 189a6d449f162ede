# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example that samples a guest: the same answers here, in processes, and from a cluster that loses a worker."""

import os
import random
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[3] / "examples/python"


@pytest.fixture(scope="module")
def sample():
    """The example, as a module that workers find, too."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        import sample as found  # pylint: disable=import-outside-toplevel
        yield found
    finally:
        sys.path.remove(str(EXAMPLES))


@pytest.fixture
def numbers(sample, monkeypatch):
    """Inputs for many small batches."""
    monkeypatch.setattr(sample, "BATCH", 50)
    return random.Random(1).sample(range(1, 1 << 20), 2000)


def steps(number):
    """What the guest computes."""
    count = 0
    while number > 1:
        count += 1
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        if number >= 1 << 32:
            break
    return count


def expected(numbers):
    return [steps(number) for number in numbers]


def test_one_process(kvm, sample, numbers):
    assert sample.answers(sample.booted(), numbers[:200] + [0, 1]) == expected(numbers[:200]) + [0, 0]


def test_processes(kvm, sample, numbers):
    with ProcessPoolExecutor(2) as executor:
        assert sample.by_executor(executor, sample.booted(), numbers) == expected(numbers)


@pytest.fixture
def client():
    """A cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, \
            distributed.Client(cluster) as made:
        yield made


def done(dask_scheduler=None):
    """How many tasks have their results."""
    return sum(task.state == "memory" for task in dask_scheduler.tasks.values())


class Killer(threading.Thread):
    """Kills a worker once some of the results are there."""

    def __init__(self, client):
        super().__init__()
        self.client = client
        self.pids = client.run(os.getpid)
        self.saw = None

    def run(self):
        while self.saw is None:
            count = self.client.run_on_scheduler(done)
            if count > 4:
                os.kill(min(self.pids.values()), signal.SIGKILL)
                self.saw = count


def test_cluster_that_loses_a_worker_loses_no_result(kvm, sample, numbers, client):
    killer = Killer(client)
    killer.start()
    found = sample.by_dask(client, sample.booted(), numbers)
    killer.join(60)
    assert found == expected(numbers)
    assert 4 < killer.saw < len(sample.batches(numbers)), "the worker was to be lost in the middle"
    assert client.run(os.getpid) != killer.pids
