# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the README shows is what the example is, and what it prints."""

import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
FIRST_SCREEN = 60


def shown():
    """The README's lines of Python, of which there is one block."""
    (block,) = re.findall(r"^```python\n(.*?)^```$", (TOP / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    return block


def promised():
    """What its comment says that it prints."""
    return shown().splitlines()[-1].partition("  # ")[2] + "\n"


def run(*words, typed=""):
    done = subprocess.run([sys.executable, *words], input=typed, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


def test_it_is_ten_lines_on_the_first_screen():
    text = (TOP / "README.md").read_text(encoding="utf-8")
    assert len(shown().splitlines()) <= 10
    assert text[:text.index(shown())].count("\n") + shown().count("\n") < FIRST_SCREEN


def test_example_is_the_same():
    lines = (TOP / "examples/python/hello.py").read_text(encoding="utf-8").splitlines(keepends=True)
    assert "".join(line for line in lines if not line.startswith("#")) == shown()


def test_example_prints_what_is_promised(kvm):
    assert run(TOP / "examples/python/hello.py") == promised()


def test_typed_at_the_prompt_it_prints_the_same(kvm):
    """The run's exit as its value, and printed; the line before begins the block."""
    assert run("-iqc", "", typed=shown()).splitlines()[-2:] == [promised().strip()] * 2
