# SPDX-License-Identifier: LGPL-2.1-or-later
"""Boots the test VM and carries its words out: output, exit statuses, end."""

import ctypes
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field

KERNEL_ARGUMENTS = "panic=-1 quiet cryptomgr.notests"  # end on a panic; boot faster
GRACE = 10  # seconds for QEMU to end after the guest has
_PDEATHSIG = 1  # of prctl(2)


@dataclass
class Machine:
    """What is to be booted."""

    arch: object
    emulator: tuple  # the first words of its command line
    image: object
    initramfs: object
    log: str  # file that takes the kernel's console; None: our own terminal
    memory: int  # MiB
    cpus: int

    def command(self, control, output):
        """QEMU's command line; the two pipes become the guest's virtio ports 1 and 2."""
        return [
            *self.emulator, *self.arch.machine, "-accel", "tcg",
            "-m", str(self.memory), "-smp", str(self.cpus),
            "-display", "none", "-nodefaults", "-no-user-config", "-no-reboot",
            "-kernel", str(self.image), "-initrd", str(self.initramfs),
            "-append", f"console={self.arch.console} {KERNEL_ARGUMENTS}",
            "-chardev", self._console(), "-serial", "chardev:console",
            "-device", "virtio-serial",
            *_port(1, control), *_port(2, output)]

    def _console(self):
        """With a terminal ^C belongs to the guest."""
        if self.log is None:
            return "stdio,id=console,signal=off"
        return f"file,id=console,path={self.log.replace(',', ',,')}"


def _port(number, descriptor):
    """A virtio port that writes to a pipe of ours."""
    return ("-chardev", f"file,id=port{number},path=/proc/self/fd/{descriptor}",
            "-device", f"virtserialport,nr={number},chardev=port{number}")


@dataclass
class Outcome:
    """How a run went."""

    statuses: dict = field(default_factory=dict)  # command's number: exit status
    ready: bool = False  # the commands were started
    ended: bool = False  # init came to its end
    timeout: bool = False


class Lines:
    """Cuts what arrives into lines."""

    def __init__(self, take):
        self._take, self._rest = take, b""

    def feed(self, data):
        """Hand on each complete line; b"" means that nothing more will come."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            lines.append(self._rest)
        for line in lines:
            self._take(line.rstrip(b"\r"))


def _die_with_parent():
    """A killed harness must not leave an emulator behind that computes for ever."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


class Run:
    """One boot of a machine."""

    def __init__(self, machine, on_output, on_ready):
        """on_output gets each line of the commands, on_ready whether KVM is there."""
        self._machine, self._on_ready = machine, on_ready
        self._outcome = Outcome()
        self._control, self._output = Lines(self._told), Lines(on_output)

    def _told(self, line):
        """What init reports, see init.c."""
        word, *values = line.decode("ascii", "replace").split()
        if word == "ready":
            self._outcome.ready = True
            self._on_ready(values == ["with"])
        elif word == "exit":
            self._outcome.statuses[int(values[0])] = int(values[1])
        self._outcome.ended = word == "end"

    def _start(self, readers):
        """QEMU with the writing ends of two pipes; the reading ends are watched."""
        pipes = [os.pipe(), os.pipe()]
        inner = [write for _, write in pipes]
        for (read, _), lines in zip(pipes, (self._control, self._output)):
            readers.register(read, selectors.EVENT_READ, lines)
        stdin = subprocess.DEVNULL if self._machine.log else None
        try:
            return subprocess.Popen(self._machine.command(*inner), pass_fds=inner,
                                    stdin=stdin, preexec_fn=_die_with_parent)
        finally:
            for descriptor in inner:
                os.close(descriptor)

    def _follow(self, readers, seconds):
        """Until QEMU has closed both pipes, which it does by ending. False: too late."""
        deadline = time.monotonic() + seconds if seconds else None
        while readers.get_map():
            events = readers.select(deadline and max(0, deadline - time.monotonic()))
            if not events:
                return False
            for key, _ in events:
                data = os.read(key.fd, 65536)
                key.data.feed(data)
                if not data:
                    readers.unregister(key.fd)
                    os.close(key.fd)
        return True

    def go(self, seconds):
        """Boot, and return how it went when the machine is off, or its time over."""
        with selectors.DefaultSelector() as readers:
            process = self._start(readers)
            try:
                self._outcome.timeout = not self._follow(readers, seconds)
                if not self._outcome.timeout:
                    process.wait(GRACE)
            finally:
                self._stop(process)
            if self._outcome.timeout:
                self._follow(readers, 1)
        return self._outcome

    def _stop(self, process):
        """At once, but a QEMU that has our terminal must first put it back in order."""
        if self._machine.log is None:
            process.terminate()
            time.sleep(0.1)
        process.kill()
        process.wait()
