# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/check-abi sees what a library lost, changed or got, on a small library of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
WORK = Path(tempfile.mkdtemp(prefix="kvmlib-abi-"))
TOOLS = ("abidw", "git", "gcc")
ONE = "int kvmlib_one(int a)"
TWO = "int kvmlib_two(int a)"
TWO_WIDE = "int kvmlib_two(long a)"
ENVIRONMENT = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a",
                   GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a")


def _run(*command, status=0):
    done = subprocess.run(command, cwd=WORK, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def _library(*functions):
    """Make a library of those functions, and the header that declares them."""
    header = "".join(f"{function};\n" for function in functions)
    (WORK / "include/one.h").write_text(header)
    (WORK / "lib/one.c").write_text('#include "one.h"\n' +
                                    "".join(f"{function} {{ return (int)a; }}\n" for function in functions))
    _run("gcc", "-g", "-shared", "-fPIC", "-Iinclude", "-o", "one.so", "lib/one.c")


def _commit(news=None):
    if news:
        (WORK / "NEWS.md").write_text(news)
    _run("git", "add", "abi", "NEWS.md")
    _run("git", "commit", "-q", "-m", "change")


def _check(status=0):
    return _run("scripts/check-abi", "one.so", status=status)


def _update():
    _run("scripts/check-abi", "--update", "one.so")


def _start(*functions):
    """A repository whose baseline is of those functions."""
    shutil.rmtree(WORK)
    for folder in ("abi", "include", "lib", "scripts"):
        (WORK / folder).mkdir(parents=True)
    shutil.copy(TOP / "scripts/check-abi", WORK / "scripts")
    _run("git", "init", "-q")
    _library(*functions)
    _update()
    _commit("news\n")


def same_library_passes():
    _start(ONE, TWO)
    assert _check() == ""


def removed_symbol_fails_until_the_baseline_moves():
    _start(ONE, TWO)
    _library(ONE)
    said = _check(status=1)
    assert "1 Removed" in said and "make update-abi" in said, said


def changed_symbol_fails_until_the_baseline_moves():
    _start(ONE, TWO)
    _library(ONE, TWO_WIDE)
    said = _check(status=1)
    assert "'function int kvmlib_two(int)'" in said and "make update-abi" in said, said


def added_symbol_fails_until_the_baseline_has_it():
    _start(ONE)
    _library(ONE, TWO)
    assert "make update-abi" in _check(status=1)
    _update()
    _check()
    _commit()
    _check()


def lost_symbol_needs_news_before_and_after_the_commit():
    for functions in ((ONE,), (ONE, TWO_WIDE)):
        _start(ONE, TWO)
        _library(*functions)
        _update()
        assert "NEWS.md does not say so" in _check(status=1)
        _commit()
        assert "NEWS.md does not say so" in _check(status=1)
        _commit("two is gone\n")
        _check()


def library_without_debug_information_fails():
    _start(ONE)
    _run("strip", "--strip-debug", "one.so")
    assert "no debug information" in _check(status=1)


if __name__ == "__main__":
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        print(f"1..0 # SKIP no {missing[0]}")
        sys.exit(0)
    try:
        sys.exit(tap.run([same_library_passes, removed_symbol_fails_until_the_baseline_moves,
                          changed_symbol_fails_until_the_baseline_moves,
                          added_symbol_fails_until_the_baseline_has_it,
                          lost_symbol_needs_news_before_and_after_the_commit,
                          library_without_debug_information_fails]))
    finally:
        shutil.rmtree(WORK)
