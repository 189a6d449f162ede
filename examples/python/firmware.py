#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An unmodified PC firmware as the guest: SeaBIOS looks for a disk, finds none, and says so on its debug console.

Interrupt controllers and timer are KVM's, the little else that the firmware asks for is here.

    firmware.py                      run it up to its last words
    firmware.py --save FILE          and save the machine
    firmware.py --restore FILE       go on with a saved one
    firmware.py --again 3            start three times, by resets to a snapshot of before its first instruction
    firmware.py --dirty              show where it has written
"""

import argparse
import sys
import textwrap
import threading
import time

import kvmlib

KIB, MIB = 1 << 10, 1 << 20
RAM_SIZE = 64 * MIB
ROM = "/usr/share/seabios/bios.bin"
ROM_END = 1 << 32  # the CPU starts 16 bytes below
CONSOLE, CMOS_INDEX, CMOS_DATA = 0x402, 0x70, 0x71
TICKS = 0x46c  # here the BIOS counts timer interrupts, 18.2 a second
LAST_WORDS = b"No bootable device"


class Pc:
    """One vCPU, RAM, ROM, a console and the CMOS.

    @param system  The KVM to make it of.
    @param rom     The firmware's file; None leaves the memory to an image that is loaded.
    """

    def __init__(self, system, rom=ROM):
        self.vm = kvmlib.Vm(system)
        self._add_chips()
        self.memory = kvmlib.Memory(self.vm)
        if rom is not None:
            self._add_memory(rom)
        self.vcpu = self.vm.create_vcpu(0)
        self.vcpu.set_cpuid2(own_cpuid(system))
        self.cmos, self.cmos_index = cmos(), 0
        self.said = bytearray()
        self.loop = kvmlib.Loop(self.vcpu)
        self._add_handlers()

    def _add_chips(self):
        """On some of Intel's processors KVM needs four pages where no memory is: below the ROM."""
        self.vm.set_identity_map_addr(0xfeffc000)
        self.vm.set_tss_addr(0xfeffd000)
        self.vm.create_irqchip()
        self.vm.create_pit2(kvmlib.constants.PIT_SPEAKER_DUMMY)

    def _add_memory(self, path):
        """16-bit code needs the ROM below 1 MiB: a PC has a copy there, in RAM."""
        with open(path, "rb") as file:
            rom = file.read()
        ram = self.memory.add(0, RAM_SIZE, name="ram")
        self.memory.add(ROM_END - len(rom), len(rom), name="rom", content=rom)
        low = rom[-256 * KIB:]
        ram.view[MIB - len(low):MIB] = low

    def _add_handlers(self):
        loop = self.loop

        @loop.ports(CONSOLE)
        def console(access):
            if access.is_write:
                self.hear(access.data)
            return 0xe9

        @loop.ports(CMOS_INDEX, 2)
        def clock(access):
            if access.is_write and access.offset == 0:
                self.cmos_index = access.value & 0x7f
            elif access.is_write:
                self.cmos[self.cmos_index] = access.value
            return self.cmos[self.cmos_index]

        @loop.ports()
        @loop.memory()
        def nothing(access):
            """Where no device is, all ones are read."""
            return b"\xff" * access.size

    def hear(self, data):
        """The console's text; the machine stops behind the last words."""
        self.said += data
        if self.said.endswith(LAST_WORDS):
            self.loop.stop()

    def run(self, seconds=60):
        """Run up to the last words, or for some time; whether the words were said. Another end is an error."""
        timer = threading.Timer(seconds, self.loop.stop)
        timer.start()
        try:
            ended = self.loop.run()
        finally:
            timer.cancel()
            timer.join()
        if not ended.kicked:
            raise RuntimeError(f"the guest ended by {ended!r}")
        return self.said.endswith(LAST_WORDS)

    @property
    def ticks(self):
        """Timer interrupts so far."""
        return int.from_bytes(self.memory[TICKS:TICKS + 4], "little")


def own_cpuid(system):
    """KVM's proposal has the APIC id of the CPU that asked; the first vCPU's is 0."""
    entries = system.get_supported_cpuid()
    for entry in entries:
        if entry.function == 1:
            entry.ebx &= 0x00ffffff
        if entry.function in (0xb, 0x1f):
            entry.edx = 0
    return entries


def cmos():
    """Where a PC's firmware learns how much memory there is; the clock in there stands at midnight."""
    content = bytearray(128)
    content[0x15:0x17] = (640).to_bytes(2, "little")
    above = ((RAM_SIZE - MIB) // KIB & 0xffff).to_bytes(2, "little")
    content[0x17:0x19] = content[0x30:0x32] = above
    content[0x34:0x36] = ((RAM_SIZE - 16 * MIB) // (64 * KIB)).to_bytes(2, "little")
    return content


def boot(pc):
    """Run up to the last words, and show all of them."""
    if not pc.run():
        raise RuntimeError("the firmware takes too long")
    print(pc.said.decode(errors="replace"))
    print(f"{pc.ticks} timer interrupts")


def restore(system, path):
    """The saved machine waits for a disk: its clock goes on."""
    pc = Pc(system, rom=None)
    pc.vm.load(path)
    before = pc.ticks
    pc.run(seconds=0.5)
    print(f"restored at {before} timer interrupts, now {pc.ticks}")


def again(pc, times):
    """The same start, over and over."""
    with pc.vm.snapshot() as snapshot:
        for number in range(times):
            pc.said.clear()
            pc.run()
            begin = time.perf_counter()
            pages = snapshot.reset()
            took = time.perf_counter() - begin
            print(f"start {number + 1}: {len(pc.said)} bytes said, reset: {pages} pages, {took * 1000:.1f} ms")


def show_dirty(consumer):
    """Where it has written, one character for 256 KiB."""
    pages = bytearray(RAM_SIZE // (256 * KIB))
    found = consumer.round()
    for run in found:
        for gpa in range(run.gpa, min(run.gpa + run.length, RAM_SIZE), 4096):
            pages[gpa // (256 * KIB)] += 1
    print(f"{found.pages} pages were written:")
    signs = "".join(".+#"[(count > 0) + (count > 32)] for count in pages)
    print(*textwrap.wrap(signs, 64), sep="\n")


def arguments():
    """What is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rom", nargs="?", default=ROM)
    parser.add_argument("--save", metavar="FILE")
    parser.add_argument("--restore", metavar="FILE")
    parser.add_argument("--again", metavar="TIMES", type=int)
    parser.add_argument("--dirty", action="store_true")
    return parser.parse_args()


def main():
    """Do it; an error is one line."""
    options = arguments()
    try:
        with kvmlib.System() as system:
            if options.restore:
                return restore(system, options.restore)
            pc = Pc(system, options.rom)
            if options.again:
                return again(pc, options.again)
            consumer = pc.memory.dirty.consumer() if options.dirty else None
            boot(pc)
            if options.dirty:
                show_dirty(consumer)
            if options.save:
                pc.vm.save(options.save)
    except (OSError, RuntimeError) as error:
        return f"firmware.py: {error}"
    return None


if __name__ == "__main__":
    sys.exit(main())
