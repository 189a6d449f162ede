# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fixtures that the package ships work in a project of their user's."""

import subprocess
import sys

CONFTEST = 'pytest_plugins = ["kvmlib.pytest_plugin"]\n'
TESTS = """
def test_guest(sim, system, vm, vcpu):
    sim.push_io(vcpu.fd(), 0x3f8, 1, 1, True, b"x")
    assert vcpu.run().value == ord("x")
    assert sim.open_fds() == 3

def test_kernel_is_new(sim):
    assert sim.open_fds() == 0

def test_faults(sim, vm):
    import errno, pytest
    sim.fail_nth(1, errno.ENOMEM)
    with pytest.raises(OSError):
        vm.create_vcpu(0)
"""


def test_fixtures(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path], cwd=tmp_path,
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and "3 passed" in done.stdout, done
