# SPDX-License-Identifier: LGPL-2.1-or-later
"""Handles are let go in any order, at any time, by any thread."""

import gc
import itertools
import os
import subprocess
import sys
import threading

import pytest
from support import PACKAGE, Machines

import kvmlib
from kvmlib._library import library
from kvmlib.sim import Sim


def parts():
    """A simulated kernel, and what stands on it."""
    sim = Sim()
    system = kvmlib.System(sim=sim)
    vm = system.create_vm()
    memory = kvmlib.Memory(vm)
    memory.add(0, 0x10000)
    return [sim, system, vm, memory, vm.create_vcpu(0)]


@pytest.mark.parametrize("order", itertools.permutations(range(5)))
def test_handles_are_closed_in_any_order(order):
    handles = parts()
    for number in order:
        handles[number].close()
        handles[number].close()
        assert handles[number].closed and "closed" in repr(handles[number])


@pytest.mark.parametrize("order", itertools.permutations(range(5)))
def test_handles_are_dropped_in_any_order(order):
    handles = dict(enumerate(parts()))
    for number in order:
        del handles[number]


def test_descriptors_go_at_once():
    on = Machines()
    before = on.sim.open_fds(), on.sim.mappings()
    gc.disable()
    try:
        vm = on.system.create_vm()
        vcpu = vm.create_vcpu(0)
        del vm, vcpu
        assert (on.sim.open_fds(), on.sim.mappings()) == before
    finally:
        gc.enable()


def test_a_cycle_is_let_go_in_the_order_that_c_needs():
    for _ in range(200):
        handles = parts()
        for handle in handles:
            handle.others = handles
        del handle, handles
        gc.collect()


AT_EXIT = """
import sys
from test_lifetimes import parts
handles = parts()
if sys.argv[1] == "cycle":
    for handle in handles:
        handle.others = handles
if sys.argv[1] == "module":
    sys.kept = handles
if sys.argv[1] == "thread":
    import threading
    threading.Thread(target=lambda kept=handles: threading.Event().wait(0.2)).start()
if sys.argv[1] == "error":
    raise SystemExit(0)
"""


@pytest.mark.parametrize("how", ["plain", "cycle", "module", "thread", "error"])
def test_what_is_left_at_exit_is_no_trouble(how):
    path = os.pathsep.join([str(PACKAGE / "tests"), str(PACKAGE)])
    done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", AT_EXIT, how], capture_output=True, text=True,
                          env=dict(os.environ, PYTHONPATH=path), timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_close_in_another_thread_takes_nothing_from_a_call():
    on = Machines()
    inside, closed = threading.Event(), threading.Event()

    def problem(*_):
        inside.set()
        assert closed.wait(10)
        return 0
    table = on.memory
    thread = threading.Thread(target=lambda: table.regions()[0].populate(progress=problem))
    thread.start()
    assert inside.wait(10)
    table.close()
    closed.set()
    thread.join(10)
    assert not thread.is_alive() and table.closed


def test_close_in_another_thread_takes_nothing_from_a_result(monkeypatch):
    on = Machines()
    region = on.memory.add(0x100000, 0x1000, name="named")
    describe = library.kvmlib_memory_region_describe

    def closed_meanwhile(*arguments):
        answer = describe(*arguments)
        del arguments
        for handle in (region, on.memory, on.vm):
            handle.close()
        on.__dict__.clear()
        gc.collect()
        return answer
    monkeypatch.setattr(library, "kvmlib_memory_region_describe", closed_meanwhile)
    assert region.describe().name == b"named"


def test_a_closed_handle_says_so():
    on = Machines()
    on.vm.close()
    with pytest.raises(ValueError, match="this Vm is closed"):
        on.vm.create_vcpu(1)
    with pytest.raises(ValueError, match="this Vm is closed"):
        kvmlib.Memory(on.vm)


def test_a_callback_that_raises_is_heard_where_the_call_was_made():
    on = Machines()

    def raises(*_):
        raise KeyError("mine")
    with pytest.raises(KeyError, match="mine"):
        on.memory.regions()[0].populate(progress=raises)
    assert on.vcpu.get_regs()


def test_the_wrong_thread_is_refused():
    on = Machines()
    refused = []

    def other():
        try:
            on.vcpu.get_regs()
        except kvmlib.WrongThread as error:
            refused.append(str(error))
    with on.vcpu._alone:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert refused and "one thread at a time" in refused[0]


def test_a_forked_child_is_refused():
    on = Machines()
    child = os.fork()
    if child == 0:
        try:
            on.vcpu.get_regs()
        except kvmlib.KvmError as error:
            os._exit(0 if error.cause == kvmlib.Cause.FORKED else 2)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
