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
from image_file import READONLY, make_image, parts_of  # noqa: E402
from state_file import VM, items_of, make_state  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
COUNTS = bytes.fromhex("b030e6e9fec03c3a75f8ebf4")  # 0 to 9 at the debug port, for ever
RAM = 0x10000
ARM64 = 183


def _machine(ram=RAM, vcpus=1, irqchip=0, firmware=0):
    return struct.pack("<QIHBB", ram, vcpus, 0xE9, irqchip, firmware)


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


def _image(items, parts=((0, bytes(RAM)),), **more):
    """An image of a guest whose RAM is all zeros."""
    return make_image(make_state(items), parts, **more)


def _needs_kvm():
    if os.uname().machine != "x86_64" or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise tap.Skip("no KVM that runs x86 code")


def _saved():
    """The items and the memory of a guest that has counted to five."""
    _needs_kvm()
    with tempfile.TemporaryDirectory(prefix="kvmlib-saved-") as folder:
        image, state = Path(folder) / "image", Path(folder) / "state"
        image.write_bytes(COUNTS)
        done = _run("--memory", str(RAM), "--until", "5", "--save", state, image)
        assert done.returncode == 0 and done.stdout == b"012345", done
        saved, parts = parts_of(state.read_bytes())
        assert make_image(saved, parts) == state.read_bytes(), "it is not as it is documented"
        return items_of(saved), parts


def _changed(saved, name, instance, data, *version):
    """The image with another item of that name: None leaves it out."""
    items, parts = saved
    rest = [item for item in items if item[:2] != (name, instance)]
    return _image(rest if data is None else [*rest, (name, instance, data, *version)], parts)


def options_that_make_a_machine_are_refused():
    for words, name in ((["image"], "an image"), (["--firmware"], "--firmware"), (["-m64M"], "--memory"),
                        (["--smp=2"], "--smp"), (["--cpu=host"], "--cpu"), (["--irqchip=full"], "--irqchip"), (["--load=0x8000"], "--load"),
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


def files_that_are_no_images_are_refused():
    image = _image([MACHINE, SERIAL, CMOS])
    damaged = bytearray(image)
    damaged[20] ^= 1
    _refused(b"no image", "standard input", "ends too early")
    _refused(bytes(10000), "the bytes are no image")
    _refused(make_state([MACHINE, SERIAL, CMOS]) + bytes(10000), "the bytes are no image")
    _refused(bytes(damaged), "has changed since it was written")
    _refused(image[:100], "ends too early")
    _refused(_image([MACHINE], form=2), "a later format than this library knows")
    done = _run("--restore", "/nonexistent/state")
    assert done.returncode == 2 and b"/nonexistent/state: No such file" in done.stderr, done


def memory_that_is_torn_is_refused():
    _needs_kvm()
    image = _image([MACHINE, SERIAL, CMOS], [(0, b"x" * RAM)])
    damaged = bytearray(image)
    damaged[0x3000] ^= 1
    _refused(bytes(damaged), "has changed since it was written")
    _refused(image[:-1], "ends too early")
    _refused(image[:0x8000], "ends too early")
    _refused(image + b"x", "something follows the image")
    _refused(_image([MACHINE, SERIAL, CMOS], base=b"0123456789abcdef"), "is an increment of another")
    _refused(_image([MACHINE, SERIAL, CMOS], [(RAM, bytes(RAM))]), "is no memory")


def images_of_other_programs_are_refused():
    for image in (make_image(b"", [(0, bytes(RAM))]), _image([]), _image([("regs", 0, bytes(144))]),
                  _image([], architecture=ARM64)):
        _refused(image, "has no run.machine: it was not saved by `kvmlib run'")


def machines_that_can_not_be_are_refused():
    for machine in (_machine(ram=0), _machine(ram=100), _machine(vcpus=0), _machine(vcpus=2), _machine(irqchip=2),
                    _machine(firmware=1), _machine(firmware=2)):
        _refused(_image([("run.machine", VM, machine), SERIAL, CMOS]), "run.machine is of a machine that can't be")
    _refused(_image([("run.machine", VM, _machine(ram=0xFF000000))]), "overlaps interrupt controllers")
    _refused(_image([("run.machine", VM, _machine()[:-1])]), "run.machine has 15 bytes, not 16")
    _refused(_image([("run.machine", VM, _machine(), 2)]), "run.machine is of version 2", "knows version 1")


def _rom(machine, size):
    return _image([("run.machine", VM, machine)], [(0, bytes(RAM)), ((1 << 32) - size, b"x" * size, READONLY)])


def roms_that_can_not_be_are_refused():
    large = _machine(ram=0x200000, irqchip=1)
    _refused(_rom(large, 0x8000), "a firmware is a multiple of 64K, not 32768 bytes")
    _refused(_rom(_machine(), 0x10000), "firmware needs 1M of RAM or more")


def parts_that_do_not_fit_are_refused():
    saved = _saved()
    for name in ("run.serial", "run.cmos"):
        _refused(_changed(saved, name, VM, None), f"has no {name}")
        _refused(_changed(saved, name, VM, b"x"), f"{name} has 1 bytes, not ")
        _refused(_changed(saved, name, VM, b"x", 2), f"{name} is of version 2")
    _refused(_changed(saved, "run.cmos", VM, b"\x80" * 129), "run.cmos is at a byte that is not there")


def what_the_host_lacks_is_named():
    saved = _saved()
    msrs = next(data for name, _, data, _ in saved[0] if name == "msrs")
    other = _changed(saved, "msrs", 0, msrs + struct.pack("<IIQ", 0xDEAD, 0, 1) + struct.pack("<IIQ", 0xBEEF, 0, 1))
    _refused(other, "msrs of vCPU 0: this host lacks the MSR 0xdead", "this host lacks the MSR 0xbeef", status=3)
    _refused(_changed(saved, "regs", 0, bytes(8)), "regs of vCPU 0: is not as this library saves it", status=3)
    _refused(_changed(saved, "unheard-of", 0, b"x"), "unheard-of of vCPU 0: is not as this library saves it", status=3)
    _refused(_changed(saved, "run.machine", VM, _machine(ram=2 * RAM)), "memory: not the same memory at 0x0", status=3)
    _refused(_changed(saved, "run.machine", VM, _machine(vcpus=2, irqchip=1)),
             "regs of vCPU 1: the machine has not the same vCPUs", status=3)


def what_is_not_changed_goes_on():
    items, parts = _saved()
    done = _run("--restore", "-", "--until", "9", stdin=_image(items, parts))
    assert done.returncode == 0 and done.stdout == b"6789", done
    done = _run("--restore", "-", "--until", "9", "--timeout", "10",
                stdin=_changed((items, parts), "program.own", 7, b"of somebody else"))
    assert done.returncode == 0 and done.stdout == b"6789", done


def options_of_saving_need_a_place():
    for option in ("--snapshot-at=x", "--compress"):
        done = _run(option, "image")
        assert done.returncode == 2 and f"{option.split('=')[0]}: --save tells where to" in done.stderr.decode(), done
    done = _run("--save=x", "--snapshot-at=", "image")
    assert done.returncode == 2 and b"--snapshot-at: the text is empty" in done.stderr, done


if __name__ == "__main__":
    sys.exit(tap.run([options_that_make_a_machine_are_refused, places_that_are_none_are_refused,
                      options_of_saving_need_a_place, place_is_left_as_it_was_where_nothing_runs,
                      files_that_are_no_images_are_refused, memory_that_is_torn_is_refused,
                      images_of_other_programs_are_refused, machines_that_can_not_be_are_refused,
                      roms_that_can_not_be_are_refused, parts_that_do_not_fit_are_refused,
                      what_the_host_lacks_is_named, what_is_not_changed_goes_on]))
