#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the Python binding adds to the same loop in C, on the same handles.

BENCH_SUBJECT names the shared object of subject.c; bench/support/rounds.h says what is printed.
"""

import ctypes
import os
import statistics
import sys
import time
from itertools import cycle

import kvmlib
from kvmlib._handle import wrap
from kvmlib._layout import kvmlib_dirty_consumer, kvmlib_memory_reader
from kvmlib.dirty import DirtyRun

EXITS = 1000
CALLS = 2000
RUNS = 16384
ROW_SECONDS = 1.5
ROUNDS_MIN = 12
# Each way comes first, second and third, and before and after each other, equally often.
ORDERS = [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1), (0, 2, 1), (1, 2, 0)]
# mov cx, EXITS; out 0xe9, al; loop; hlt; and again
GUEST = b"\xb9" + EXITS.to_bytes(2, "little") + b"\xe6\xe9\xe2\xfc\xf4\xeb\xf6"


def subject():
    """The loops in C."""
    loaded = ctypes.CDLL(os.environ["BENCH_SUBJECT"])
    loaded.python_track.restype = None
    return loaded


def check(holds, what):
    """End the program: a row can't be trusted."""
    if not holds:
        sys.exit(f"{what}: not as it should be")


def nanoseconds(call, count):
    """Of one of so many that a call does."""
    begin = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - begin) / count


def measure(row, raw, wrapped, count):
    """Rounds of raw, wrapped, and raw again; the first is for caches."""
    ways = raw, wrapped, raw
    for way in ways:
        way()
    end = time.perf_counter() + ROW_SECONDS
    for number, order in enumerate(cycle(ORDERS)):
        if number >= ROUNDS_MIN and time.perf_counter() > end:
            break
        times = [0.0] * 3
        for way in order:
            times[way] = nanoseconds(ways[way], count)
        print("sample", row, *(f"{one:.2f}" for one in times), sep="\t")


def make_guest():
    """A vCPU of this host's KVM."""
    vm = kvmlib.Vm()
    memory = kvmlib.Memory(vm)
    memory.add(0, 0x10000, content=GUEST)
    vcpu = vm.create_vcpu(0)
    with vcpu.sregs as sregs:
        sregs.cs.base = sregs.cs.selector = 0
    vcpu.regs.rip = 0
    return vcpu, memory


def measure_exits(loops):
    """A loop with a handler that does nothing."""
    vcpu, _memory = make_guest()
    loop = kvmlib.Loop(vcpu)
    loop.ports(0xe9)(lambda access: None)
    check(loops.python_io_exits(vcpu._ref) == EXITS, "the exits")
    measure("io_exit", lambda: loops.python_io_exits(vcpu._ref), loop.run, EXITS)


def measure_calls(loops):
    """A call that does little, with a number in and a number out."""
    with kvmlib.System() as system:
        def calls():
            for _ in range(CALLS):
                system.check_extension(kvmlib.Cap.NR_VCPUS)
        check(loops.python_simple_calls(system._ref, 1) == system.check_extension(kvmlib.Cap.NR_VCPUS), "the answer")
        measure("simple_call", lambda: loops.python_simple_calls(system._ref, CALLS), calls, CALLS)


def borrowed(kind):
    """Room for a handle that the subject owns."""
    return ctypes.POINTER(kind)()


def measure_dirty(loops):
    """A round, and all of its runs in an array."""
    refs = borrowed(kvmlib_dirty_consumer), borrowed(kvmlib_memory_reader)
    loops.python_track(*map(ctypes.byref, refs))
    consumer, reader = wrap("DirtyConsumer", refs[0], None), wrap("MemoryReader", refs[1], None)
    runs = (DirtyRun * RUNS)()

    def harvest():
        consumer.round()
        with reader:
            count = total = consumer.fill(runs, reader)
            while count == RUNS:
                count = consumer.fill(runs, reader)
                total += count
        return total
    counts = [harvest() for _ in range(8)]
    check(counts == [loops.python_harvest(runs) for _ in range(8)] and statistics.mean(counts) > 2000, "the runs")
    measure("dirty_runs", lambda: loops.python_harvest(runs), harvest, 1)


def main():
    """All rows, or why not."""
    loops = subject()
    if os.access("/dev/kvm", os.R_OK | os.W_OK):
        measure_exits(loops)
        measure_calls(loops)
    else:
        for row in ("io_exit", "simple_call"):
            print("skip", row, "no usable /dev/kvm", sep="\t")
    measure_dirty(loops)


if __name__ == "__main__":
    main()
