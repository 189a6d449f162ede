# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Python package's own tests, by pytest, with the build's library: a line of TAP for each."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
BUILD = Path(os.environ.get("builddir", ".")).resolve()
PACKAGE = TOP / "bindings/python"


def _skip(reason):
    def python_tests():
        raise tap.Skip(reason)
    return tap.run([python_tests])


def _missing():
    """Why the tests can't run here, if they can't."""
    if not (BUILD / ".libs/libkvmlib.so.0").exists():
        return "built without a shared library"
    if sys.version_info < (3, 11):
        return "Python is older than 3.11"
    return None if importlib.util.find_spec("pytest") else "no pytest"


def _preloaded():
    """The sanitizer's library, which has to be there before Python is."""
    sanitizers = re.search(r"^KVMLIB_SANITIZE = (.*)$", (BUILD / "Makefile").read_text(), re.M)[1]
    if "address" not in sanitizers:
        return None
    compiler = os.environ.get("CC", "cc").split()
    names = ["libasan.so", f"libclang_rt.asan-{os.uname().machine}.so"]
    found = [subprocess.run([*compiler, f"-print-file-name={name}"], capture_output=True, text=True,
                            check=True).stdout.strip() for name in names]
    return next(path for path in found if "/" in path)


class Tap:
    """What pytest reports, as TAP."""

    def __init__(self):
        self.number = 0

    def pytest_addoption(self, parser):
        """What assertions ask of the terminal's plugin, which is not there."""
        parser.addoption("--verbose", dest="verbose", type=int, default=0)

    def _say(self, verdict, report, more=""):
        self.number += 1
        print(f"{verdict} {self.number} - {report.nodeid.replace('#', '')}{more}", flush=True)

    def pytest_runtest_logreport(self, report):
        if report.skipped:
            self._say("ok", report, f" # SKIP {report.longrepr[2].removeprefix('Skipped: ')}")
        elif report.failed:
            self._fail(report)
        elif report.when == "call":
            self._say("ok", report)

    def pytest_collectreport(self, report):
        if report.failed:
            self._fail(report)

    def _fail(self, report):
        print("\n".join("# " + line for line in report.longreprtext.splitlines()))
        self._say("not ok", report)


def _run():
    import pytest  # pylint: disable=import-outside-toplevel
    os.environ.update(KVMLIB_LIBRARY_PATH=str(BUILD / ".libs"), KVMLIB_TEST_BUILD=str(BUILD),
                      PYTHONPATH=str(PACKAGE), PYTHONDONTWRITEBYTECODE="1")
    sys.path.insert(0, str(PACKAGE))
    shown = Tap()
    status = pytest.main(["-p", "no:terminal", "-p", "no:cacheprovider", "--rootdir", str(PACKAGE), "-c",
                          str(PACKAGE / "pyproject.toml"), str(PACKAGE / "tests"), *sys.argv[1:]], plugins=[shown])
    print(f"1..{shown.number}")
    return int(status)


def main():
    """All of them, or the skip of all."""
    reason = _missing()
    if reason:
        return _skip(reason)
    preload = _preloaded()
    if preload and "LD_PRELOAD" not in os.environ:
        os.environ.update(LD_PRELOAD=preload, ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1:" + os.environ.get("ASAN_OPTIONS", ""))
        os.execv(sys.executable, [sys.executable, *sys.argv])
    return _run()


if __name__ == "__main__":
    sys.exit(main())
