# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual pages say what the tool's --help says, and are well formed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
PAGES = [TOP / "docs/man/kvmlib.1", TOP / "docs/man/kvmlib.7"]
COMMANDS = ("run", "stat", "info", "explain", "monitor", "snapshot", "state", "cpu")
ENVIRONMENT = dict(os.environ, LC_ALL="C.UTF-8", MANROFFSEQ="", MANWIDTH="80")


def _help(*words):
    out = subprocess.run([TOOL, *words, "--help"], check=True, capture_output=True, text=True)
    return out.stdout


def _helped_options(*words):
    """Options as --help lists them: {"-m, --memory=SIZE": description}."""
    entry = re.compile(r"^ {2}(?:(-.), | {4})(--[\w-]+(?:=\w+|\[=\w+\])?) +(.*(?:\n {29}.*)*)", re.M)
    return {", ".join(filter(None, [short, long])): " ".join(text.split())
            for short, long, text in entry.findall(_help(*words).split("\n\n")[1])}


def _section(title):
    """The lines of kvmlib(1) below a .Sh or .Ss with that title."""
    text = PAGES[0].read_text(encoding="utf-8")
    found = re.search(rf"^\.S[hs] {title}\n(.*?)(?=^\.S[hs] |\Z)", text, re.S | re.M)
    assert found, f"kvmlib(1) has no section {title}"
    return found.group(1)


def _plain(macros):
    """mdoc lines as text: what an option's .It reads like, and what stands below it."""
    text = re.sub(r"^\.\w+ ", "", macros, flags=re.M).replace(r"\&", "")
    text = re.sub(r"\bFl (\S)", r"-\1", text).replace(" Ns ", "").replace("Ar ", "")
    text = re.sub(r"Op (\S+)", r"[\1]", text)
    return " ".join(text.replace(" ,", ",").split())


def _paged_options(title):
    items = re.findall(r"^\.It (Fl .*)\n((?:(?!\.It |\.El).*\n)*)", _section(title), re.M)
    return {_plain(option): _plain(text) for option, text in items}


def every_option_is_on_the_page_and_no_other():
    common = _paged_options("DESCRIPTION")
    assert set(_helped_options()) == set(common), common
    for command in COMMANDS:
        helped, paged = _helped_options(command), {**common, **_paged_options(command)}
        assert set(helped) == set(paged), (command, set(helped) ^ set(paged))


def defaults_are_on_the_page():
    defaults = {option: found.group(1) for option, text in _helped_options("run").items()
                if (found := re.search(r"\(([^)]*)\)$", text))}
    paged = _paged_options("run")
    assert len(defaults) >= 3, defaults
    for option, default in defaults.items():
        assert default in paged[option], (option, default, paged[option])


def exit_statuses_are_on_the_page():
    listed = re.search(r"Exit status:\n(.*?)\n\n", _help("run"), re.S).group(1)
    helped = set(re.findall(r"^ +(\d+) |(?:\(|, )(\d+): by SIG", listed, re.M))
    paged = set(re.findall(r"^\.It (\d+)$", _section("EXIT STATUS"), re.M))
    assert {number for pair in helped for number in pair if number} == paged, (helped, paged)


def synopsis_has_every_command():
    named = re.findall(r"^\.Cm (\w+)$", _section("SYNOPSIS"), re.M)
    named = list(dict.fromkeys(named))  # a command may have several forms
    assert named == [*COMMANDS, "help"], named
    assert re.findall(r"^  (\w+) ", _help(), re.M) == named


def examples_are_those_of_the_help():
    page = _section("EXAMPLES").replace("\\e", "\\")
    helped = _help("run").split("Examples:\n")[1].strip()
    for example in re.split(r"\n {2}(?=kvmlib)", helped):
        assert re.sub(r"\n +", "\n    ", example) in page, example


def man_formats_the_pages_without_warnings():
    if not shutil.which("man") or not shutil.which("groff"):
        raise tap.Skip("no man")
    for page in PAGES:
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page], check=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        assert not done.stderr, done.stderr


def mandoc_has_no_complaints():
    if not shutil.which("mandoc"):
        raise tap.Skip("no mandoc")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *PAGES], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0 and not done.stdout, done.stdout


if __name__ == "__main__":
    sys.exit(tap.run([every_option_is_on_the_page_and_no_other, defaults_are_on_the_page,
                      exit_statuses_are_on_the_page, synopsis_has_every_command,
                      examples_are_those_of_the_help, man_formats_the_pages_without_warnings,
                      mandoc_has_no_complaints]))
