# SPDX-License-Identifier: LGPL-2.1-or-later
"""The package as it is installed, and libraries that it refuses."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest
from support import PACKAGE, TOP

import kvmlib
from kvmlib._generated.version import VERSION


def python(*words, **environment):
    """Run Python with this tree's package."""
    environment = dict(os.environ, PYTHONPATH=str(PACKAGE), PYTHONDONTWRITEBYTECODE="1") | environment
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False,
                          timeout=120)


def library_of(folder, code):
    """A libkvmlib.so.0 of this code."""
    source = folder / "fake.c"
    source.write_text(code, encoding="utf-8")
    compiler = os.environ.get("CC", "cc").split()
    subprocess.run([*compiler, "-shared", "-fPIC", str(source), "-o", str(folder / "libkvmlib.so.0")], check=True)
    return {"KVMLIB_LIBRARY_PATH": str(folder), "LD_PRELOAD": ""}


def refused(**environment):
    """The last line of an import that fails."""
    done = python("-c", "import kvmlib", **environment)
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


def test_a_missing_library_is_named(tmp_path):
    words = refused(KVMLIB_LIBRARY_PATH=str(tmp_path))
    assert words.startswith("ImportError: libkvmlib.so.0 can't be loaded") and "set KVMLIB_LIBRARY_PATH" in words


def test_a_library_of_another_version_is_refused(tmp_path):
    words = refused(**library_of(tmp_path, 'const char *kvmlib_version_string(void) { return "9.9.9"; }'))
    assert f"is of version 9.9.9, this package of {VERSION}" in words


def test_a_library_that_lacks_a_symbol_is_refused(tmp_path):
    words = refused(**library_of(tmp_path, f'const char *kvmlib_version_string(void) {{ return "{VERSION}"; }}'))
    assert re.match(r"ImportError: \S+/libkvmlib.so.0 lacks kvmlib_\w+: it is not the library", words)
    (tmp_path / "none").mkdir()
    words = refused(**library_of(tmp_path / "none", "int nothing;"))
    assert "lacks kvmlib_version_string" in words


def test_versions_are_the_librarys():
    assert kvmlib.__version__ == VERSION == kvmlib.calls.version_string()


def test_import_does_not_touch_kvm(tmp_path):
    code = "import sys\nsys.addaudithook(lambda what, about: what == 'open' and 'kvm' in str(about[0]) " \
        "and str(about[0]).startswith('/dev') and print(about))\nimport kvmlib"
    done = python("-c", code, HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "")


def test_info_says_what_is_wrong_in_a_line():
    done = python("-m", "kvmlib", "info", "--device", "/nowhere")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("kvmlib: kvmlib_system_open: open(/dev/kvm): ENOENT") and done.stderr.count("\n") == 1
    assert python("-m", "kvmlib").returncode == 2 and python("-m", "kvmlib", "nothing").returncode == 2


def test_info_prints_the_report(kvm):
    done = python("-m", "kvmlib", "info")
    assert done.returncode == 0 and done.stdout.startswith("kvmlib-report\t1\napi-version\t12\n"), kvm


def test_every_file_is_in_the_makefile():
    text = (PACKAGE / "local.mk").read_text(encoding="utf-8")
    names = {str(path.relative_to(TOP)) for path in PACKAGE.rglob("*") if path.is_file()}
    ours = {name for name in names if not re.search(r"__pycache__|egg-info|\.pytest_cache|\.mypy_cache|/build/", name)}
    assert ours - {"bindings/python/local.mk"} == set(re.findall(r"bindings/python/[\w./]+", text))


def test_pip_installs_from_the_tree(tmp_path):
    if not importlib.util.find_spec("pip") or not importlib.util.find_spec("setuptools"):
        pytest.skip("no pip, or no setuptools")
    shutil.copytree(PACKAGE, tmp_path / "tree", ignore=shutil.ignore_patterns("__pycache__"))
    for path in [tmp_path / "tree", *(tmp_path / "tree").rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    done = python("-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--target",
                  str(tmp_path / "site"), str(tmp_path / "tree"), LD_PRELOAD="", PYTHONPATH="",
                  PIP_ROOT_USER_ACTION="ignore")
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    assert (site / "kvmlib/py.typed").exists() and (site / f"kvmlib-{VERSION}.dist-info").exists()
    done = python("-P", "-c", "import kvmlib; print(kvmlib.__file__)", PYTHONPATH=str(site))
    assert done.stdout.startswith(str(site))
