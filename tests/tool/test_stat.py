# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tool's stat where no KVM is needed: its command line."""

import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(os.environ.get("top_srcdir", ".")).resolve() / "tests" / "build"))
import tap  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"


def _refused(words, *parts, status=2):
    """The tool ends with that status, prints nothing to stdout, and says all the parts."""
    done = subprocess.run([TOOL, "stat", *words], capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == status and not done.stdout, (words, done)
    for part in parts:
        assert part in done.stderr, (part, done.stderr)


def intervals_are_checked():
    for interval in ("0", "-1", "x", "1s", "nan", ""):
        _refused([f"--interval={interval}", "run", "image"], "--interval", f'"{interval}"')


def what_to_run_is_required():
    _refused([], "missing", "run")
    _refused(["--csv"], "missing", "run")
    _refused(["image"], '"image"', '"run"')


def patterns_have_a_limit():
    _refused(["--only=x"] * 65 + ["run", "image"], "--only", "64")


def arguments_of_run_are_its_own():
    _refused(["run"], "kvmlib run: an image is missing")
    _refused(["run", "--interval=1", "image"], "kvmlib run: unrecognized option")
    _refused(["--firmware", "run", "image"], "kvmlib stat: unrecognized option")
    _refused(["--csv", "run", "/nonexistent/image"], "kvmlib run: /nonexistent/image", "No such file")


def output_must_be_writable():
    _refused(["--output=/nonexistent/file", "run", "image"], "kvmlib stat: /nonexistent/file", "No such file", status=3)


def host_without_kvm_is_explained():
    if os.path.exists("/dev/kvm"):
        raise tap.Skip("this host has /dev/kvm")
    _refused(["run", __file__], "open(/dev/kvm)", "ENOENT", status=3)


if __name__ == "__main__":
    sys.exit(tap.run([intervals_are_checked, what_to_run_is_required, patterns_have_a_limit,
                      arguments_of_run_are_its_own, output_must_be_writable, host_without_kvm_is_explained]))
