#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Samples a guest from one snapshot, thousands of times, each time with another input.

    sample.py                        one process
    sample.py --processes 4          so many of this machine
    sample.py --dask HOST:8786       the workers of a Dask cluster; without an address, two on this machine

The guest is booted once. What travels is that machine as bytes: each worker loads it when it first sees it, and
goes back to it before each input. A batch of inputs is answered by what it is alone, on whichever worker: one
that is lost in the middle of a batch has its batch done again by another.
"""

import argparse
import functools
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import kvmlib

RAM_SIZE = 0x10000
INPUT = 0x2000
ANSWER = 0xe9
BATCH = 250
# The number at INPUT: how many steps of Collatz's it is from 1, or from leaving 32 bits. It is said to ANSWER.
GUEST = bytes([
    0xf4,                                # hlt: it has booted
    0x66, 0xa1, 0x00, 0x20,              # eax = the input
    0x31, 0xc9,                          # cx = 0
    0x66, 0x83, 0xf8, 0x01, 0x76, 0x11,  # again: to the end at 1
    0x41,                                # cx += 1
    0x66, 0xd1, 0xe8, 0x73, 0xf4,        # eax /= 2, and again if it was even
    0x67, 0x66, 0x8d, 0x44, 0x40, 0x02,  # what was 2 * eax + 1 becomes 3 times that and 1: (3 * eax + 2) * 2
    0x66, 0x01, 0xc0, 0x73, 0xe9,        # and again, if that has 32 bits
    0x89, 0xc8, 0xe7, ANSWER, 0xf4,      # the end: out ANSWER, cx; hlt
])


def booted():
    """The guest, behind its boot, as bytes."""
    vm = kvmlib.Vm()
    vm.memory.add(0, RAM_SIZE, content=GUEST)
    vcpu = vm.create_vcpu(0)
    with vcpu.sregs as sregs:
        sregs.cs.base = sregs.cs.selector = 0
    with vcpu.regs as regs:
        regs.rip, regs.rflags = 0, 2
    if vcpu.run().reason != kvmlib.Exit.HLT:
        raise RuntimeError(f"the guest does not boot: {vcpu.exit}")
    return vm.save()


class Machine:
    """A machine made of the bytes, that answers one input after the other."""

    def __init__(self, blob):
        self.vm = kvmlib.Vm()
        self.vm.load(blob)
        self._vcpu, = self.vm.vcpus
        self._loop = kvmlib.Loop(self._vcpu)
        self._loop.ports(ANSWER, 2)(self._hear)
        self._snapshot = self.vm.snapshot()
        self._answer = None

    def _hear(self, access):
        self._answer = access.value

    def answer(self, number):
        """What the guest says to an input."""
        self._snapshot.reset()
        self._answer = None
        self.vm.memory[INPUT:INPUT + 4] = number.to_bytes(4, "little")
        if self._loop.run().reason != kvmlib.Exit.HLT:
            raise RuntimeError(f"the guest ended by {self._vcpu.exit}")
        return self._answer


@functools.lru_cache(maxsize=1)
def machine(blob):
    """Each process makes its own, once."""
    return Machine(blob)


def answers(blob, numbers):
    """The answers to a batch: all that runs elsewhere."""
    here = machine(blob)
    return [here.answer(number) for number in numbers]


def batches(numbers):
    """Pieces that are worth the travel."""
    return [numbers[at:at + BATCH] for at in range(0, len(numbers), BATCH)]


def by_executor(executor, blob, numbers):
    """Any executor of concurrent.futures, Dask's too."""
    return sum(executor.map(functools.partial(answers, blob), batches(numbers)), [])


def by_dask(client, blob, numbers):
    """The bytes go to each worker once; batches of workers that are lost are done again."""
    shared = client.scatter(blob, broadcast=True)
    futures = [client.submit(answers, shared, batch, pure=False) for batch in batches(numbers)]
    return sum(client.gather(futures), [])


def sample(options, blob, numbers):
    """As the options say."""
    if options.dask is not None:
        from distributed import Client  # pylint: disable=import-outside-toplevel
        here = {} if options.dask else {"n_workers": 2, "threads_per_worker": 1}
        with Client(options.dask or None, **here) as client:
            return by_dask(client, blob, numbers)
    if options.processes > 1:
        with ProcessPoolExecutor(options.processes) as executor:
            return by_executor(executor, blob, numbers)
    return answers(blob, numbers)


def arguments():
    """What is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=5000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--dask", metavar="ADDRESS", nargs="?", const="")
    return parser.parse_args()


def main():
    """Sample, and tell the input that takes longest."""
    options = arguments()
    numbers = random.Random(5).sample(range(1, 1 << 20), options.inputs)
    blob = booted()
    begin = time.perf_counter()
    found = sample(options, blob, numbers)
    took = time.perf_counter() - begin
    most, number = max(zip(found, numbers))
    print(f"{len(found)} inputs, {len(found) / took:.0f} a second; {number} takes {most} steps, the most")


if __name__ == "__main__":
    sys.exit(main())
