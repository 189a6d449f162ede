# SPDX-License-Identifier: LGPL-2.1-or-later
"""The simulated kernel's own functions: what they script is what happens."""

import errno
import signal
import threading

import kvmlib
from kvmlib import Cap, Exit, KvmError, constants, structs
from kvmlib.sim import Sim

from . import covers, plain


def _refused(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return error.errno
    return 0


@covers("sim_set_capability", "sim_set_api_version", "sim_set_open_error", "sim_set_vcpu_mmap_size")
def system_answers_as_it_was_told(on):
    on.sim.set_capability(Cap.HALT_POLL, 7)
    assert on.system.check_extension(Cap.HALT_POLL) == 7
    on.sim.set_vcpu_mmap_size(5 * 4096)
    assert on.system.get_vcpu_mmap_size() == 5 * 4096
    on.sim.set_api_version(11)
    assert on.system.get_api_version() == 11
    on.sim.set_open_error(errno.EACCES)
    assert _refused(lambda: kvmlib.System(sim=on.sim)) == errno.EACCES


@covers("sim_fail_nth", "sim_fail_ioctl", "sim_nr_calls", "sim_nr_ioctls")
def calls_fail_as_they_were_told(on):
    before = on.sim.nr_calls()
    on.sim.fail_nth(1, errno.EIO)
    assert _refused(on.vcpu.get_regs) == errno.EIO and on.vcpu.get_regs()
    on.sim.fail_ioctl(0xae9a, errno.EPERM, 1)
    assert _refused(on.vcpu.nmi) == errno.EPERM and on.vcpu.nmi() is None
    assert on.sim.nr_ioctls(0xae9a) == 2 and on.sim.nr_calls() >= before + 4


@covers("sim_open_fds", "sim_mappings")
def descriptors_and_mappings_are_counted(on):
    fds, mappings = on.sim.open_fds(), on.sim.mappings()
    vcpu = on.vm.create_vcpu(3)
    assert (on.sim.open_fds(), on.sim.mappings()) == (fds + 1, mappings + 1)
    vcpu.close()
    assert (on.sim.open_fds(), on.sim.mappings()) == (fds, mappings)


@covers("sim_slept")
def sleep_is_added_up(on):
    """A VM that a signal interrupts in the making is made again, after a pause."""
    on.sim.fail_ioctl(on.numbers["CREATE_VM"], errno.EINTR, 2)
    on.system.create_vm()
    assert on.sim.slept() > 0


@covers("sim_push_exit", "sim_push_io", "sim_push_mmio", "sim_script_left", "sim_push_stale", "sim_completion")
def script_is_played(on):
    fd = on.vcpu.fd()
    on.sim.push_exit(fd, reason=Exit.HLT)
    on.sim.push_io(fd, 0x3f8, 1, 1, 0, b"a")
    on.sim.push_mmio(fd, 0x9000, 4, 1, b"abcd")
    on.sim.push_stale(fd, -errno.EIO)
    assert on.sim.script_left(fd) == 4
    assert on.vcpu.run().reason == Exit.HLT
    assert on.vcpu.run().port == 0x3f8
    on.vcpu.exit.value = 0x55
    assert bytes(on.vcpu.run().data) == b"abcd"
    assert on.sim.completion(fd, 8)[1][:1] == b"\x55"
    assert _refused(on.vcpu.run) == errno.EIO and on.sim.script_left(fd) == 0


@covers("sim_push_spin", "sim_in_guest")
def guest_spins_until_it_is_kicked(on):
    on.system.kick_handler_install(signal.SIGUSR1)
    on.sim.push_spin(on.vcpu.fd())
    assert on.sim.script_left(on.vcpu.fd()) == 1
    thread = threading.Thread(target=lambda: (on.vcpu.bind(signal.SIGUSR1), on.vcpu.run()))
    thread.start()
    for _ in range(1 << 20):
        if on.sim.in_guest(on.vcpu.fd()) or not thread.is_alive():
            break
    was_inside = on.sim.in_guest(on.vcpu.fd())
    on.vcpu.kick()
    thread.join()
    assert was_inside and on.vcpu.exit_kicked() == 1


@covers("sim_set_completion_by_reason")
def completion_goes_by_the_reason_if_told(on):
    on.sim.set_completion_by_reason(1)
    on.sim.push_io(on.vcpu.fd(), 0x3f8, 1, 1, 0, b"a")
    on.sim.push_exit(on.vcpu.fd(), reason=Exit.HLT)
    on.vcpu.run()
    on.run_of(on.vcpu).exit_reason = Exit.SHUTDOWN
    on.vcpu.run()
    assert _refused(on.sim.completion, on.vcpu.fd(), 8) == errno.ENODATA


@covers("sim_write_coalesced")
def collected_write_reaches_the_handler(on):
    seen = []
    coalesced = plain(on.vm.coalesced_new(handler=lambda *write: seen.append(write) or 0))
    coalesced.add(0x9000, 4, 0)
    assert on.sim.write_coalesced(on.vm.fd(), 0x9000, 4, 0, b"abcd") == 1
    assert coalesced.drain(on.vcpu) == 1 and len(seen) == 1


@covers("sim_dirty", "sim_dirty_by", "sim_write_guest", "sim_write_guest_by")
def written_pages_are_in_the_log(on):
    on.logged(on.vm)
    on.sim.dirty(on.vm.fd(), 0, 1)
    on.sim.dirty_by(on.vcpu.fd(), 0x1000, 1)
    on.sim.write_guest(on.vm.fd(), 0x2000, b"abc")
    on.sim.write_guest_by(on.vcpu.fd(), 0x3000, b"abc")
    assert on.vm.get_dirty_log(0, 64)[0] == 0b1111


@covers("sim_irq_level", "sim_kill_vm")
def lines_have_levels_and_vms_die(on):
    on.chipped.irq_line(5, 1)
    assert on.sim.irq_level(on.chipped.fd(), 5) == 1
    on.sim.kill_vm(on.vm.fd())
    assert _refused(on.vm.get_clock) == errno.EIO


@covers("sim_set_stats")
def statistics_are_what_was_put_there(on):
    before = Sim()
    descriptor = structs.kvm_stats_desc if hasattr(structs, "kvm_stats_desc") else None
    del before, descriptor
    on.sim.set_stats(b"short")
    assert _refused(on.vm.stats_open_vm) != 0


@covers("sim_add_attr", "device_set_attr", "device_get_attr", "device_get_attr_u32", "device_get_attr_u64",
        "device_has_attr", "device_fd", "device_ioctl")
def attributes_keep_what_is_written(on):
    on.sim.add_attr(20, 1, 2, 8, constants.SIM_ATTR_SET | constants.SIM_ATTR_GET)
    on.sim.add_attr(20, 1, 3, 4, constants.SIM_ATTR_SET | constants.SIM_ATTR_GET)
    device = plain(on.vm.create_device(20, 0))
    device.has_attr(1, 2)
    device.set_attr(1, 2, b"\1" + bytes(7))
    device.set_attr(1, 3, b"\2" + bytes(3))
    assert device.get_attr(1, 2, 8) == b"\1" + bytes(7)
    assert (device.get_attr_u64(1, 2), device.get_attr_u32(1, 3)) == (1, 2)
    assert device.fd() > on.vm.fd() and _refused(device.has_attr, 1, 9) == errno.ENXIO
    try:
        device.ioctl(0xae00, 0)
    except KvmError as error:
        assert error.errno == errno.ENOTTY
    else:
        raise AssertionError("a device knew KVM_GET_API_VERSION")
