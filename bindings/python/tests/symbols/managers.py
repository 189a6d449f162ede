# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the managers do, where no other test names it."""

import errno
import gc
import os
import signal
import threading

from kvmlib import Cap, Exit, constants, structs
from kvmlib._generated import calls

from . import covers, leaves, plain

LONG = 10_000_000_000
UCODE_REV = 0x8b
HV_1 = int.from_bytes(b"Hv#1", "little")


def refused(call, *arguments):
    """The errno of a call that fails, or 0."""
    try:
        call(*arguments)
    except OSError as error:
        return error.errno
    return 0


@covers("arm64_its_create")
def its_is_of_another_architecture(on):
    device = plain(on.vm.create_device(4, 0))
    assert refused(device.arm64_its_create) == errno.EOPNOTSUPP


@covers("vcpu_run", "vcpu_exit_errno")
def run_leaves_its_errno(on):
    on.sim.push_stale(on.vcpu.fd(), -errno.EFAULT)
    run = plain(on.vcpu).run
    assert refused(run) == errno.EFAULT and on.vcpu.exit_errno() == errno.EFAULT
    on.sim.push_exit(on.vcpu.fd(), reason=Exit.HLT)
    run()
    assert on.sim.script_left(on.vcpu.fd()) == 0


@covers("cpuid_new", "cpuid_set_leaf", "cpuid_leaf_at", "cpuid_remove_leaf", "cpuid_set_msr", "cpuid_get_msr",
        "cpuid_msr_at", "cpuid_remove_msr", "cpuid_mask")
def tables_keep_what_is_put_in(_on):
    table, mask = plain(calls.cpuid_new()), plain(calls.cpuid_new())
    table.set_leaf(leaf(7, 0xff))
    mask.set_leaf(leaf(7, 0x0f))
    table.set_msr(0x10a, 5)
    assert (table.leaf_at(0).leaf, table.msr_at(0).value, table.get_msr(0x10a).value) == (7, 5, 5)
    table.mask(mask._handle)
    assert table.leaf_at(0).registers[1] == 0x0f
    table.remove_msr(0x10a)
    table.remove_leaf(7, 0)
    assert table.leaf_at(0) is None and table.msr_at(0) is None


def leaf(number, ebx):
    """A leaf of a table."""
    made = structs.kvmlib_cpuid_leaf(leaf=number)
    made.registers[1] = ebx
    return made


@covers("cpuid_apply")
def tables_become_a_vcpus(on):
    table = plain(on.system.cpuid_collect())
    table.set_msr(UCODE_REV, 7)
    assert table.apply(on.vcpu) == 0
    assert len(on.vcpu.get_cpuid2()) > 1 and msr_of(on.vcpu, UCODE_REV) == 7


def msr_of(vcpu, index):
    """What an MSR holds."""
    done, (entry,) = plain(vcpu).get_msrs([structs.kvm_msr_entry(index=index)])
    assert done == 1
    return entry.data


@covers("cpuid_set_hyperv", "cpuid_has_hyperv", "cpuid_offers_hyperv", "cpuid_hyperv_leaf_at", "cpuid_enable_hyperv")
def tables_pose_as_hyperv(on):
    host, table = plain(on.system.cpuid_collect()), plain(calls.cpuid_new())
    assert host.offers_hyperv("hv-synic") == 1 and table.offers_hyperv("hv-synic") == 0
    assert (host.hyperv_leaf_at(0).leaf, table.hyperv_leaf_at(0)) == (0x40000000, None)
    table.set_hyperv("hv-vpindex,hv-synic", host._handle)
    assert (table.has_hyperv("hv-synic"), table.has_hyperv("hv-time")) == (1, 0)
    assert table.get_leaf(0x40000001, 0).registers[0] == HV_1
    table.enable_hyperv(on.chipped_vcpu, 0)
    assert on.chipped_vcpu.enabled_capability(Cap.HYPERV_SYNIC2)[0] == 1


@covers("dirty_harvest", "dirty_mark", "dirty_merge", "dirty_count")
def pages_are_found(on):
    dirty = plain(plain(on.memory).dirty_start())
    region, reader = on.memory.regions()[0], plain(on.reader)
    plain(dirty.consumer_new()).round()
    on.sim.dirty(on.vm.fd(), 0, 4096)
    dirty.harvest()
    assert dirty.count(region) == 1
    consumer = plain(dirty.consumer_new())
    consumer.round()
    on.sim.dirty(on.vm.fd(), 0x1000, 4096)
    reader.enter()
    reader.dirty_mark(0x2000, 1)
    reader.dirty_merge(0x8000, 4096, bytes([0b11]) + bytes(7), 2)
    consumer.round()
    runs = consumer.next_runs(on.reader)
    reader.leave()
    assert sum(run.length for run in runs) == 4 * 4096, f"{runs}, not one written, one marked, two merged"


@covers("irqchip_pulse", "irqchip_signal_msi", "irqchip_inject")
def chips_are_driven(on):
    numbers = on.numbers
    chip = plain(on.system.create_vm().irqchip_create())
    before = on.sim.nr_ioctls(numbers["IRQ_LINE_STATUS"]) + on.sim.nr_ioctls(numbers["IRQ_LINE"])
    chip.pulse(5)
    assert on.sim.nr_ioctls(numbers["IRQ_LINE_STATUS"]) + on.sim.nr_ioctls(numbers["IRQ_LINE"]) == before + 2
    before = on.sim.nr_ioctls(numbers["SIGNAL_MSI"])
    refused(chip.signal_msi, structs.kvmlib_irq_routing_msi(address_lo=0xfee00000, data=0x30))
    assert on.sim.nr_ioctls(numbers["SIGNAL_MSI"]) == before + 1
    assert refused(chip.inject, on.vcpu, 0x20) == errno.EINVAL


def routes_of(on):
    """Routes of a VM with chips."""
    vm = on.system.create_vm()
    on.once("_chip", lambda: vm.irqchip_create())  # pylint: disable=unnecessary-lambda
    return plain(vm.routes_new())


def msi(data):
    """A message."""
    entry = structs.kvmlib_irq_routing_entry(gsi=constants.ROUTES_ANY_GSI, type=2)
    entry.u.msi.address_lo, entry.u.msi.data = 0xfee00000, data
    return entry


@covers("routes_count", "routes_change_set", "routes_change_abort", "route_set_msi", "irqfd_mask", "irqfd_unmask")
def routes_change(on):
    routes = routes_of(on)
    route = routes.add("net", msi(0x31))
    count = routes.count()
    sent = on.sim.nr_ioctls(on.numbers["SET_GSI_ROUTING"])
    assert count > 1
    change = routes._handle.change()
    change.set(route, msi(0x32))
    change.commit()
    plain(route).set_msi(structs.kvmlib_irq_routing_msi(address_lo=0xfee00000, data=0x33))
    assert on.sim.nr_ioctls(on.numbers["SET_GSI_ROUTING"]) == sent + 2
    change = routes._handle.change()
    change.add("gone", msi(0x34))
    change.abort()
    assert routes.count() == count
    given_up(on)
    masking(on, plain(route))


@covers("routes_find_vector")
def level_triggered_vectors_are_found(on):
    vm = on.system.create_vm()
    on.once("_split", lambda: vm.irqchip_create(profile=constants.IRQCHIP_PROFILE_SPLIT))
    routes = plain(vm.routes_new())
    entry = msi(0x8031)
    entry.gsi = 1
    routes.add("line", entry)
    assert routes.find_vector(0x31) == [1]


def given_up(on):
    """A change that is given up keeps its VM open no longer."""
    opened = on.sim.open_fds()
    vm = on.system.create_vm()
    vm.create_irqchip()
    change = vm.routes_new().change()
    del vm
    assert on.sim.open_fds() == opened + 1
    change.abort()
    del change
    gc.collect()
    assert on.sim.open_fds() == opened


def masking(on, route):
    """A masked irqfd is taken from KVM, and given back."""
    irqfd = plain(route.irqfd_attach(on.event, 0))
    before = on.sim.nr_ioctls(on.numbers["IRQFD"])
    irqfd.mask()
    assert on.sim.nr_ioctls(on.numbers["IRQFD"]) == before + 1
    irqfd.unmask()
    assert on.sim.nr_ioctls(on.numbers["IRQFD"]) == before + 2


@covers("memory_change_abort", "memory_change_flags", "memory_change_move", "memory_change_remove",
        "memory_change_replace", "memory_add", "memory_region_address")
def map_changes(on):
    memory = plain(on.memory)
    region = memory.add(gpa=0x100000, length=0x10000)
    assert plain(region).address() and len(memory.regions()) == 2
    change = memory._handle.change()
    change.move(region, 0x200000)
    change.flags(region, 1)
    change.commit()
    assert (plain(region).describe().gpa, plain(region).describe().flags) == (0x200000, 1)
    change = memory._handle.change()
    other = change.replace(region, gpa=0x200000, length=0x20000)
    change.commit()
    assert len(memory.regions()) == 2 and plain(other).describe().length == 0x20000
    abandoned(memory, other)
    change = memory._handle.change()
    change.remove(other)
    change.commit()
    assert len(memory.regions()) == 1


def abandoned(memory, region):
    """A change that is given up lets the next one begin."""
    change = memory._handle.change()
    change.remove(region)
    change.abort()
    assert len(memory.regions()) == 2
    before = len(os.listdir("/proc/self/fd"))
    change = memory._handle.change()
    change.add(0x400000, 0x10000, backing=constants.MEMORY_MEMFD)
    assert len(os.listdir("/proc/self/fd")) == before + 1
    change.abort()
    assert len(os.listdir("/proc/self/fd")) == before


@covers("memory_compare", "memory_fill", "memory_discard", "memory_region_usage", "memory_convert")
def memory_is_read_and_written(on):
    reader, region = plain(on.reader), plain(on.memory.regions()[0])
    reader.fill(0x1000, 0x41, 4096)
    assert reader.read(0x1000, 4096) == b"A" * 4096
    assert reader.compare(0x1000, b"AB") == 1 and reader.compare(0x1000, b"A" * 4) == 4
    assert region.usage().resident_bytes >= 4096
    assert reader.discard(0x1000, 4096) == 4096 and reader.read(0x1000, 4) == bytes(4)
    assert refused(plain(on.memory).convert, 0, 4096, 1) != 0


@covers("state_architecture", "state_save_vcpu", "state_restore_vcpu", "state_validate")
def vcpu_is_saved_alone(on):
    state, plan = calls.state_new(), plain(on.vm.state_plan_new(vcpus=[on.vcpu]))
    on.vcpu.set_regs(structs.kvm_regs(rip=0x77, rflags=2))
    plan.save_vcpu(on.vcpu, state)
    assert plain(state).count() > 0 and plain(state).architecture() == 62
    on.vcpu.set_regs(structs.kvm_regs(rflags=2))
    plan.restore_vcpu(state, on.vcpu)
    assert on.vcpu.get_regs().rip == 0x77 and refused(calls.state_validate, b"no state") != 0


@covers("stats_find", "stats_value", "stats_values")
def statistics_have_values(on):
    stats = on.vm.stats_open_vm()
    assert plain(stats).find("remote_tlb_flush") == 0 and refused(plain(stats).find, "none") != 0
    plain(stats).sample()
    assert refused(plain(stats).value, 0, 9) != 0 and first_value(stats) == 0


def first_value(stats):
    """The first value of a statistic, where the library has it."""
    return calls.lib.kvmlib_stats_values(stats._ref, 0)[0]


@covers("vfio_new", "vfio_fd", "vfio_add", "vfio_remove", "vfio_set_spapr_tce")
def vfio_takes_files(on):
    vfio = plain(on.vm.vfio_new())
    assert vfio.fd() > on.vm.fd()
    fd = on.fd_of(os.open("/dev/null", os.O_RDONLY))
    before = on.sim.nr_ioctls(on.numbers["SET_DEVICE_ATTR"])
    refused(vfio.add, fd)
    assert on.sim.nr_ioctls(on.numbers["SET_DEVICE_ATTR"]) > before
    assert refused(vfio.remove, -1) != 0 and refused(vfio.set_spapr_tce, fd, fd) != 0


class Group:
    """A vCPU on a thread that runs it by its group."""

    def __init__(self, on):
        self.on = on
        on.system.kick_handler_install(signal.SIGUSR1)
        self.control = plain(on.vm.control_new())
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.ended = False

    def _run(self):
        vcpu = plain(self.on.vcpu)
        self.control.join(self.on.vcpu)
        while not self.ended and refused(vcpu.control_run) in (0, errno.EINTR):
            pass
        refused(self.control.leave, self.on.vcpu)

    def spin(self):
        """Start; the guest computes."""
        self.on.sim.push_spin(self.on.vcpu.fd())
        self.thread.start()
        self.wait()

    def wait(self):
        """Until the guest computes."""
        for _ in range(1 << 20):
            if self.on.sim.in_guest(self.on.vcpu.fd()):
                return
        raise AssertionError("the guest does not run")

    def where(self):
        """Where the vCPU is."""
        return self.control.where(self.on.vcpu)

    def end(self):
        """Out of the guest, for good."""
        self.ended = True
        self.on.vcpu.kick()
        self.thread.join(5)
        assert not self.thread.is_alive()


@covers("control_where", "control_resume", "control_kick", "vcpu_exit_kicked", "control_pause_begin", "control_leave")
def vcpus_of_a_group_stop_and_go_on(on):
    group = Group(on)
    group.spin()
    assert group.where() == constants.CONTROL_IN_GUEST
    group.control.pause(LONG)
    assert group.where() == constants.CONTROL_PARKED
    group.control.resume()
    group.wait()
    group.control.pause_begin()
    group.control.pause(LONG)
    group.control.resume()
    assert group.where() == constants.CONTROL_PARKED, "paused twice"
    group.control.resume()
    group.wait()
    group.ended = True
    group.control.kick(on.vcpu)
    group.thread.join(2)
    assert not group.thread.is_alive() and on.vcpu.exit_kicked() == 1
    assert refused(group.control.leave, on.vcpu) == errno.EINVAL


@covers("call_poll", "call_free")
def calls_are_asked_for_and_dropped(on):
    group = Group(on)
    group.spin()
    called = threading.Event()
    call = plain(group.control._handle.call_begin(on.vcpu, lambda _: called.set()))
    assert called.wait(5)
    for _ in range(1 << 20):
        if call.poll() in (1, (1, 0)):
            break
    else:
        raise AssertionError("the call does not end")
    del call
    leaves.leaves_nothing(lambda: group.control._handle.call_begin(on.vcpu, lambda _: 0))
    group.end()


@covers("control_wait", "control_wait_begin", "control_fd", "control_watch", "control_start_ap", "control_unplug")
def waits_and_descriptors(on):
    control = plain(on.vm.control_new())
    control.join(on.vcpu)
    assert plain(on.vcpu).control_wait_begin() == 0 and control.where(on.vcpu) == constants.CONTROL_WAITING
    plain(on.vcpu).control_wait(0)
    control.kick(on.vcpu)
    assert plain(on.vcpu).control_wait(LONG) == 1
    assert os.fstat(control.fd(on.vcpu)) and control.fd(on.vcpu) > 2
    control.start_ap(on.vcpu, 1, 0)
    assert on.vcpu.get_sregs().cs.selector == 0x100
    assert refused(control.watch, [structs.kvmlib_control_watch(fd=-1)], -1) != 0
    assert refused(control.unplug, on.vcpu) == errno.EINVAL
