# SPDX-License-Identifier: LGPL-2.1-or-later
"""What docs/python.md says, typed as it stands."""

import doctest
import re
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).resolve().parents[3] / "docs/python.md"
WITHOUT_KVM = "## Without /dev/kvm"


def parts():
    """Its blocks of Python, with empty lines for the text between: those for a KVM, and the others."""
    text = TUTORIAL.read_text(encoding="utf-8")
    assert WITHOUT_KVM in text
    blocks = re.sub(r"(?ms)(?:\A|^```$).*?(?:^```python$|\Z)", lambda match: "\n" * match.group().count("\n"), text)
    line = text[:text.index(WITHOUT_KVM)].count("\n")
    lines = blocks.splitlines(keepends=True)
    return "".join(lines[:line]), "\n" * line + "".join(lines[line:])


def type_in(part):
    test = doctest.DocTestParser().get_doctest(part, {}, TUTORIAL.name, str(TUTORIAL), 0)
    assert len(test.examples) > 5
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    told = []
    runner.run(test, out=told.append)
    assert runner.failures == 0, "".join(told)


def test_with_kvm(kvm, tmp_path, monkeypatch):
    pytest.importorskip("numpy")
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    type_in(parts()[0])
    assert (tmp_path / "exits.png").exists()


def test_without_kvm():
    type_in(parts()[1])


def test_every_block_of_python_is_typed():
    text = TUTORIAL.read_text(encoding="utf-8")
    assert "".join(parts()).count(">>> ") == text.count(">>> ")
