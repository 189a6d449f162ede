# SPDX-License-Identifier: LGPL-2.1-or-later
"""`kvmlib run --save` and `--restore`: what is refused, and that no guest has run then."""

import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

sys.path.insert(0, str(TOP / "tests" / "tool"))
from state_file import VM, items_of, make_state  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
COUNTS = bytes.fromhex("b030e6e9fec03c3a75f8ebf4")  # 0 to 9 at the debug port, for ever
RAM = 0x10000
ARM64 = 183


def _machine(ram=RAM, vcpus=1, irqchip=0, reserved=0):
    return struct.pack("<QIHBB", ram, vcpus, 0xE9, irqchip, reserved)


MACHINE, SERIAL, CMOS = ("run.machine", VM, _machine()), ("run.serial", VM, bytes(10)), ("run.cmos", VM, bytes(129))


def _run(*words, stdin=b""):
    if os.uname().machine != "x86_64":
        raise tap.Skip("guests run on x86-64 only")
    return subprocess.run([TOOL, "run", *words], capture_output=True, timeout=60, check=False, input=stdin)


def _refused(state, *parts, status=2):
    """No guest goes on from these bytes, and all the parts tell why."""
    done = _run("--restore", "-", "--timeout", "1", stdin=state)
    text = " ".join(done.stderr.decode().split())
    assert done.returncode == status and not done.stdout, done
    for part in parts:
        assert part in text, (part, text)


def _needs_kvm():
    if os.uname().machine != "x86_64" or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise tap.Skip("no KVM that runs x86 code")


def _saved():
    """The items of a guest that has counted to five."""
    _needs_kvm()
    with tempfile.TemporaryDirectory(prefix="kvmlib-saved-") as folder:
        image, state = Path(folder) / "image", Path(folder) / "state"
        image.write_bytes(COUNTS)
        done = _run("--memory", str(RAM), "--until", "5", "--save", state, image)
        assert done.returncode == 0 and done.stdout == b"012345", done
        return items_of(state.read_bytes())


def _changed(items, name, instance, data, *version):
    """The state with another item of that name: None leaves it out."""
    rest = [item for item in items if item[:2] != (name, instance)]
    return make_state(rest if data is None else [*rest, (name, instance, data, *version)])


def options_that_make_a_machine_are_refused():
    for words, name in ((["image"], "an image"), (["--firmware"], "--firmware"), (["-m64M"], "--memory"),
                        (["--smp=2"], "--smp"), (["--irqchip=full"], "--irqchip"), (["--load=0x8000"], "--load"),
                        (["--entry=0x8000"], "--entry"), (["--debug-port=0xe9"], "--debug-port")):
        for given in (["--restore", "-", *words], [*words, "--restore", "-"]):
            done = _run(*given)
            assert done.returncode == 2 and f"that was saved, without {name}" in done.stderr.decode(), done


def places_that_are_none_are_refused():
    for place in ("", "-"):
        done = _run(f"--save={place}", "image")
        assert done.returncode == 2 and f'--save: "{place}" is no name of a file' in done.stderr.decode(), done
    with tempfile.TemporaryDirectory(prefix="kvmlib-saved-") as folder:
        pipe = Path(folder) / "pipe"
        os.mkfifo(pipe)
        for place, why in (("/nonexistent/state", "No such file"), (folder, "Is a directory"),
                           (pipe, "not a regular file")):
            done = _run("--save", place, "/nonexistent/image")
            assert done.returncode == 3 and f"can't save to {place}: {why}" in done.stderr.decode(), done


def place_is_left_as_it_was_where_nothing_runs():
    with tempfile.TemporaryDirectory(prefix="kvmlib-saved-") as folder:
        done = _run("--save", Path(folder) / "state", "/nonexistent/image")
        assert done.returncode == 2 and not os.listdir(folder), (done, os.listdir(folder))


def files_that_are_no_states_are_refused():
    state = make_state([MACHINE, SERIAL, CMOS])
    damaged = bytearray(state)
    damaged[100] ^= 1
    _refused(b"no state", "standard input", "ends too early")
    _refused(bytes(1000), "no saved state")
    _refused(bytes(damaged), "has changed since it was written")
    _refused(state[:-1], "ends too early")
    _refused(state + b"x", "something follows")
    _refused(make_state([MACHINE], form=2), "a later format than this library knows")
    done = _run("--restore", "/nonexistent/state")
    assert done.returncode == 2 and b"/nonexistent/state: No such file" in done.stderr, done


def states_of_other_programs_are_refused():
    for state in (make_state([]), make_state([("regs", 0, bytes(144))]), make_state([], ARM64)):
        _refused(state, "has no run.machine: it was not saved by `kvmlib run'")


def machines_that_can_not_be_are_refused():
    for machine in (_machine(ram=0), _machine(ram=100), _machine(vcpus=0), _machine(vcpus=2), _machine(irqchip=2),
                    _machine(reserved=1)):
        _refused(make_state([("run.machine", VM, machine), SERIAL, CMOS]), "run.machine is of a machine that can't be")
    _refused(make_state([("run.machine", VM, _machine(ram=0xFF000000))]), "overlaps interrupt controllers")
    _refused(make_state([("run.machine", VM, _machine()[:-1])]), "run.machine has 15 bytes, not 16")
    _refused(make_state([("run.machine", VM, _machine(), 2)]), "run.machine is of version 2", "knows version 1")


def roms_that_can_not_be_are_refused():
    machine = ("run.machine", VM, _machine(ram=0x200000, irqchip=1))
    _refused(make_state([machine, ("run.rom", VM, b"x" * 0x8000)]), "a firmware is a multiple of 64K, not 32768 bytes")
    _refused(make_state([machine, ("run.rom", VM, b"")]), "run.rom has no size of a ROM")
    _refused(make_state([machine, ("run.rom", VM, b"x" * 0x10000, 2)]), "run.rom is of version 2")
    _refused(make_state([MACHINE, ("run.rom", VM, b"x" * 0x10000)]), "firmware needs 1M of RAM or more")


def parts_that_do_not_fit_are_refused():
    items = _saved()
    for name in ("run.serial", "run.cmos"):
        _refused(_changed(items, name, VM, None), f"has no {name}")
        _refused(_changed(items, name, VM, b"x"), f"{name} has 1 bytes, not ")
        _refused(_changed(items, name, VM, b"x", 2), f"{name} is of version 2")
    _refused(_changed(items, "run.cmos", VM, b"\x80" * 129), "run.cmos is at a byte that is not there")
    without_ram = [item for item in items if item[0] != "run.ram"]
    for instance, data in ((RAM, b"x" * RAM), (0x1000, b"x" * (RAM - 0x1000)), (0, b"x" * 100)):
        state = make_state([*without_ram, ("run.ram", instance, data)])
        _refused(state, f"run.ram at {instance:#x} is not a part of the RAM")
    _refused(_changed(items, "run.ram", 0, b"x" * RAM, 2), "run.ram is of version 2")


def what_the_host_lacks_is_named():
    items = _saved()
    msrs = next(data for name, _, data, _ in items if name == "msrs")
    other = _changed(items, "msrs", 0, msrs + struct.pack("<IIQ", 0xDEAD, 0, 1) + struct.pack("<IIQ", 0xBEEF, 0, 1))
    _refused(other, "msrs of vCPU 0: this host lacks the MSR 0xdead", "this host lacks the MSR 0xbeef", status=3)
    _refused(_changed(items, "regs", 0, bytes(8)), "regs of vCPU 0: is not as this library saves it", status=3)
    _refused(_changed(items, "unheard-of", 0, b"x"), "unheard-of of vCPU 0: is not as this library saves it", status=3)
    _refused(_changed(items, "run.machine", VM, _machine(ram=2 * RAM)), "run.ram at 0x0 is not a part of the RAM")
    _refused(_changed(items, "run.machine", VM, _machine(vcpus=2, irqchip=1)),
             "regs of vCPU 1: the machine has not the same vCPUs", status=3)


def what_is_not_changed_goes_on():
    items = _saved()
    done = _run("--restore", "-", "--until", "9", stdin=make_state(items))
    assert done.returncode == 0 and done.stdout == b"6789", done
    done = _run("--restore", "-", "--until", "9", "--timeout", "10",
                stdin=_changed(items, "program.own", 7, b"of somebody else"))
    assert done.returncode == 0 and done.stdout == b"6789", done


if __name__ == "__main__":
    sys.exit(tap.run([options_that_make_a_machine_are_refused, places_that_are_none_are_refused,
                      place_is_left_as_it_was_where_nothing_runs, files_that_are_no_states_are_refused,
                      states_of_other_programs_are_refused, machines_that_can_not_be_are_refused,
                      roms_that_can_not_be_are_refused, parts_that_do_not_fit_are_refused,
                      what_the_host_lacks_is_named, what_is_not_changed_goes_on]))
