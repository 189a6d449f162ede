# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/test-cross says what it could not run, and tells libraries apart."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), str(TOP / "tests")]
import tap  # noqa: E402
from cross import symbols  # noqa: E402


def _run(required, *words):
    """Its status and output where neither compilers nor emulators are found."""
    environment = dict(os.environ, PATH="/nowhere", KVMLIB_REQUIRE=required)
    done = subprocess.run(["/usr/bin/python3", TOP / "scripts/test-cross", *words],
                          env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def what_cannot_be_had_is_skipped_by_name():
    status, output = _run("vm", "arm64", "s390x")
    assert status == 77, status
    assert "ok 1 - arm64 # SKIP not installed: aarch64-linux-gnu-gcc, qemu-aarch64" in output, output
    assert "not ok" not in output, output


def what_is_required_fails_by_name():
    status, output = _run("vm,cross", "arm64", "loongarch64")
    assert status == 1, status
    assert "not ok 1 - arm64: required, but: not installed: aarch64-linux-gnu-gcc" in output, output
    assert "ok 1 - loongarch64 # SKIP" in output, output


def hosts_without_programs_are_skipped_or_fail_by_name():
    status, output = _run("vm,cross", "--root", "/nowhere/hosts", "arm64")
    assert (status, output) == (77, "ok 1 - arm64 # SKIP not installed: aarch64-linux-gnu-gcc: apt-get "
                                "install --no-install-recommends gcc-aarch64-linux-gnu libc6-dev-arm64-cross "
                                "qemu-user-static\n1..1\n"), output
    status, output = _run("hosts", "--root", "/nowhere/hosts", "arm64")
    assert status == 1 and "not ok 1 - arm64: required, but: not installed" in output, output


def _compare(built):
    """The verdict on what libraries export, and what it says."""
    with contextlib.redirect_stdout(io.StringIO()) as text:
        return symbols.compare(built), text.getvalue()


def libraries_that_differ_are_named():
    one, other = ("libkvmlib", "T", "kvmlib_a@@V"), ("libkvmlib", "T", "kvmlib_b@@V")
    assert _compare({"arm64": {one, other}, "s390x": {one, other}})[0]
    same, text = _compare({"arm64": {one, other}, "s390x": {one}})
    assert not same
    assert "# s390x lacks libkvmlib T kvmlib_b@@V\nnot ok 1" in text, text


if __name__ == "__main__":
    sys.exit(tap.run([what_cannot_be_had_is_skipped_by_name, what_is_required_fails_by_name,
                      hosts_without_programs_are_skipped_or_fail_by_name, libraries_that_differ_are_named]))
