# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each exported symbol has a test of its effect, which a function that returns 0 and does nothing fails."""

import gc
import importlib
import os
import re
import subprocess
import sys
from ctypes import addressof
from pathlib import Path

import pytest
from support import PACKAGE, SYMBOLS, Machines, ioctl_numbers, run_of, without
from symbols import COVERED
from symbols.core import CORE, ELSEWHERE
from symbols.exits import EXITS

from kvmlib import Cause, Exit, KvmError

NUMBERS = ioctl_numbers()
# Each notes what it covers.
for _name in ("lifetimes", "managers", "names", "simulator"):
    importlib.import_module(f"symbols.{_name}")


def core(row):
    """Hold one row of the table against what happens."""
    _, call, ioctl, holds = row
    on = Machines()
    try:
        before = counts(on, ioctl)
        result = outcome(on, call)
        if ioctl:
            assert counts(on, ioctl) == before + 1, f"{ioctl} was not called once"
        if holds in Cause.__members__:
            assert result == Cause[holds]
        else:
            assert not isinstance(result, Cause), result
            assert not holds or eval(holds, {}, Names(on, result)), result
    finally:
        on.close()


def counts(on, ioctl):
    return on.sim.nr_ioctls(NUMBERS[ioctl]) if ioctl else 0


def outcome(on, call):
    """What a call gives, or the cause of its failure."""
    warm(on, call)
    try:
        return eval(call, {}, on)
    except KvmError as error:
        return error.cause


def warm(on, call):
    """Make the machines that a call names, so that only its own ioctls count."""
    for name in ("bare", "chipped_vcpu", "chipped", "memory", "reader", "pages"):
        if re.search(rf"\b{name}\b", call):
            getattr(on, name)


class Names(dict):
    """The machines, and the result."""

    def __init__(self, on, result):
        super().__init__(result=result)
        self._on = on

    def __missing__(self, name):
        return self._on[name]


def elsewhere(row):
    """A call of another architecture is refused, and says so."""
    on = Machines()
    with pytest.raises(KvmError) as caught:
        eval(row[1], {}, on)
    assert caught.value.cause == Cause.ARCH_UNSUPPORTED and caught.value.hint


def exits(row):
    """A payload that the simulated kernel gives comes out, and an answer goes in."""
    _, reason, members, call, holds = row
    on = Machines()
    run = exit_with(on, Exit[reason], members)
    result = outcome(on, call)
    names = Names(on, result)
    names.update(payload=run._unnamed9, addressof=addressof, Exit=Exit, Cause=Cause)
    assert eval(holds, {}, names), result


def exit_with(on, reason, members):
    """Run to an exit, its payload and the rest of the run page filled in; the run page."""
    on.sim.push_exit(on.vcpu.fd(), reason=reason)
    on.vcpu.run()
    run = run_of(on.vcpu)
    run._unnamed9.io.data_offset = 4096
    for path, value in members.items():
        *way, name = path.removeprefix("run.").split(".")
        place = run if path.startswith("run.") else run._unnamed9
        for step in way:
            place = getattr(place, step)
        if isinstance(getattr(place, name), int):
            setattr(place, name, value)
    return run


def scenario(check):
    """A function that covers more than one symbol."""
    on = Machines()
    try:
        check(on)
    finally:
        on.close()


def read_named():
    """Symbols that a test of another file is known to need."""
    lines = (Path(__file__).parent / "symbols/named.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines[1:])


NAMED = read_named()
# Each takes a process of its own: a sample, or all.
SAMPLE = sorted(NAMED)[::1 if os.environ.get("KVMLIB_TEST_ALL") else 12]


CHECKS = {row[0]: (core, row) for row in CORE} | {row[0]: (elsewhere, row) for row in ELSEWHERE}
CHECKS |= {row[0]: (exits, row) for row in EXITS}
CHECKS |= {symbol: (scenario, check) for symbol, check in COVERED.items()}


@pytest.mark.parametrize("symbol", SAMPLE)
def test_without_the_symbol_the_named_test_fails(symbol):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "lacking", "-p", "no:cacheprovider",
               str(PACKAGE / NAMED[symbol])]
    path = os.pathsep.join([str(PACKAGE / "tests"), str(PACKAGE)])
    done = subprocess.run(command, env=dict(os.environ, KVMLIB_TEST_LACKING=symbol, PYTHONPATH=path), timeout=60,
                          capture_output=True, text=True, check=False)
    if re.match(r"s\s", done.stdout):
        pytest.skip("the test needs what is not here")
    assert done.returncode not in (0, 4, 5), done.stdout + done.stderr


def test_every_symbol_has_a_test():
    assert sorted({*CHECKS, *NAMED}) == SYMBOLS


@pytest.mark.parametrize("symbol", sorted(CHECKS))
def test_symbol_has_its_effect(symbol):
    check, row = CHECKS[symbol]
    check(row)


@pytest.mark.parametrize("symbol", sorted({*CHECKS} - {*NAMED}))
def test_without_the_symbol_its_test_fails(symbol):
    check, row = CHECKS[symbol]
    with without(symbol), pytest.raises(BaseException) as caught:
        check(row)
    assert not isinstance(caught.value, KeyboardInterrupt)
    gc.collect()
