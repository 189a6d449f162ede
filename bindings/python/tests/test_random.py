# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random calls with random arguments: exceptions, never a crash.

Each run is a process of its own. The seeds are the same each time, so that what fails is what was changed;
KVMLIB_TEST_SEED is another one, KVMLIB_TEST_CALLS how many calls are made.
"""

import os
import subprocess
import sys

import pytest
from support import PACKAGE

CALLS = int(os.environ.get("KVMLIB_TEST_CALLS", "1500"))
SEEDS = [int(os.environ["KVMLIB_TEST_SEED"])] if "KVMLIB_TEST_SEED" in os.environ else [1, 2, 3, 4]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", ["alone", "threads", "forked"])
def test_random_calls_raise_at_most(seed, way):
    command = [sys.executable, "-X", "faulthandler", str(PACKAGE / "tests/random_calls.py"), way, str(seed), str(CALLS)]
    path = os.pathsep.join([str(PACKAGE / "tests"), str(PACKAGE)])
    done = subprocess.run(command, env=dict(os.environ, PYTHONPATH=path), capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, f"seed {seed}, {way}:\n{done.stdout[-2000:]}{done.stderr[-6000:]}"
