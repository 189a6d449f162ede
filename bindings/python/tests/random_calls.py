# SPDX-License-Identifier: LGPL-2.1-or-later
"""random_calls.py WAY SEED CALLS: random methods with random arguments, on the simulated kernel."""

import contextlib
import gc
import inspect
import os
import random
import sys
import tempfile
import threading

from support import Machines


from kvmlib import structs
from kvmlib._generated import calls, sim_calls
from kvmlib._handle import Handle, WrongThread

# What waits for others, for as long as it is told; what puts a number where an address is wanted, or takes away
# descriptors and handlers that are not ours.
LEFT_OUT = {"run", "control_run", "control_wait", "wait", "watch", "pause", "call", "start_ap", "ioctl", "set_slot",
            "set_user_memory_region", "set_user_memory_region2", "kick_handler_install", "bind", "system_from_fd",
            "vm_from_fd", "vcpu_from_fd", "push_spin", "stats_open", "system_open", "spawn", "move_run", "populate",
            "memory_pre_fault", "s390_mem_op"}
# Arguments that are addresses of this process: only 0 is sane.
ADDRESSES = {"address", "userspace_addr", "arg", "payload", "data_address", "buf", "old"}
STRUCTS = [one for name, one in vars(structs).items() if isinstance(one, type) and name.startswith("kvm")]


class Caller:
    """Makes calls; keeps some of what they give."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        on = Machines()
        self.things = [on.sim, on.system, on.vm, on.vcpu, on.chipped, on.chipped_vcpu, on.memory, on.reader]
        self.things += [calls.cpuid_new(), calls.report_new(), calls.state_new(), on.memory.regions()[0]]

    def _number(self):
        usual = [0, 1, 2, 3, 7, 0x1000, 0x10000, -1, -(1 << 63), (1 << 64) - 1]
        return self.random.choice(usual + [1 << self.random.randrange(66)])

    def value(self, name):
        """Anything."""
        if name in ADDRESSES:
            return self.random.choice([0, None, "x", -1])
        plain = [None, "", "x", "ä\0", b"", b"x", bytes(64), bytearray(4096), 1.5, [], [1, 2], ["x"], {}, (), True,
                 lambda *_: 0, lambda *_: 1 / 0, object(), int, memoryview(bytearray(8))]
        return self.random.choice([self._number, self._number, lambda: self.random.choice(plain), self._struct,
                                   lambda: self.random.choice(self.things), lambda: [self._struct()]])()

    def _struct(self):
        try:
            return self.random.choice(STRUCTS)()
        except TypeError:
            return None

    def one(self):
        """One call, of a method or a function."""
        thing = self.random.choice(self.things + [calls, sim_calls])
        if isinstance(thing, Handle):
            names = [name for name in dir(type(thing)) if not name.startswith("_") and name not in LEFT_OUT]
        else:
            names = [name for name, one in vars(thing).items() if inspect.isfunction(one) and name[0] != "_"
                     and name not in LEFT_OUT and one.__module__ == thing.__name__]
        self._call(thing, self.random.choice(names))

    def _call(self, thing, name):
        try:
            called = getattr(thing, name)
            result = called(*self._arguments(called)) if callable(called) else None
        except Exception:  # pylint: disable=broad-exception-caught
            return
        self._keep(result)
        if name == "enter":
            self._inside(thing)

    def _inside(self, reader):
        """Some calls inside of a reader, which has to leave: commits wait for it."""
        for _ in range(3):
            self.one()
        while reader._depth and reader._thread == threading.get_ident() and not reader.closed:
            with contextlib.suppress(WrongThread, ValueError):
                reader.leave()

    def _arguments(self, called):
        wanted = [one for one in inspect.signature(called).parameters.values() if one.kind == one.POSITIONAL_OR_KEYWORD]
        count = len(wanted) if self.random.random() < 0.9 else self.random.randrange(len(wanted) + 2)
        names = [one.name for one in wanted] + ["more"] * 2
        return [self.value(names[number]) for number in range(count)]

    def _keep(self, result):
        if isinstance(result, Handle):
            self.things.append(result)
        if len(self.things) > 40:
            del self.things[self.random.randrange(len(self.things))]
        if self.random.random() < 0.01:
            gc.collect()


def many(seed, count):
    """A caller's calls."""
    caller = Caller(seed)
    for _ in range(count):
        if len(caller.things) < 8:
            caller = Caller(seed + count)
        caller.one()


def in_threads(seed, count):
    """Three threads with handles of their own, and one caller that two of them share."""
    shared = Caller(seed)
    threads = [threading.Thread(target=many, args=(seed + 1, count // 3))]
    threads += [threading.Thread(target=lambda: [shared.one() for _ in range(count // 3)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def forked(seed, count):
    """What was made before a fork, in the child."""
    caller = Caller(seed)
    child = os.fork()
    if child == 0:
        for _ in range(count):
            caller.one()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    sys.exit(0 if status == 0 else 1)


def main():
    """The way that is asked for."""
    way, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(f"seed {seed}", flush=True)
    os.chdir(tempfile.mkdtemp())
    {"alone": many, "threads": in_threads, "forked": forked}[way](seed, count)


if __name__ == "__main__":
    main()
