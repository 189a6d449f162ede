# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples run SeaBIOS, and do with it what they say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[3]
ROM = Path("/usr/share/seabios/bios.bin")


def run(name, *words, status=0):
    done = subprocess.run([sys.executable, TOP / "examples/python" / name, *map(str, words)], capture_output=True,
                          text=True, timeout=100, check=False)
    assert done.returncode == status, done
    return done.stdout if status == 0 else done.stderr


@pytest.fixture
def seabios(kvm):
    if not ROM.exists():
        pytest.skip("no SeaBIOS (Debian's package seabios)")


def test_firmware_runs_is_saved_and_restored(seabios, tmp_path):
    lines = run("firmware.py", "--dirty", "--save", tmp_path / "pc").splitlines()
    *said, ticks, count, first, second, third, fourth = lines
    assert said[-1] == "No bootable device"
    assert int(re.fullmatch(r"(\d+) pages were written:", count).group(1)) > 100
    assert re.fullmatch(r"[#+]{4}\.{60}", first), "a PC's firmware works in the first MiB"
    assert all(re.fullmatch(r"[.+]{64}", line) for line in (second, third, fourth))
    ticks = int(re.fullmatch(r"(\d+) timer interrupts", ticks).group(1))
    restored = re.fullmatch(r"restored at (\d+) timer interrupts, now (\d+)\n",
                            run("firmware.py", "--restore", tmp_path / "pc"))
    assert int(restored.group(1)) == ticks and ticks < int(restored.group(2)) < ticks + 30


def test_firmware_starts_again_from_a_snapshot(seabios):
    lines = run("firmware.py", "--again", 2).splitlines()
    found = [re.fullmatch(r"start \d: (\d+) bytes said, reset: (\d+) pages, [\d.]+ ms", line).groups()
             for line in lines]
    assert len(found) == 2 and found[0][0] == found[1][0] and all(int(pages) > 100 for _, pages in found)


def test_guest_of_every_architecture_says_hello(kvm):
    assert run("everywhere.py") == "Hello from the guest!\n"


def test_firmware_that_is_not_there_is_one_line():
    assert run("firmware.py", "/nonexistent", status=1).count("\n") == 1


def test_pictures(seabios, tmp_path):
    pytest.importorskip("matplotlib")
    assert re.match(r"IO: \d{4,}, ", run("pictures.py", tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"exits.png", "dirty.png", "memory.png"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())
