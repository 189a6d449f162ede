/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>

static void free_vm(struct sim_vm *vm)
{
	while (vm->vcpus) {
		struct sim_vcpu *vcpu = vm->vcpus;

		vm->vcpus = vcpu->next;
		kvmlib__sim_free_vcpu(vcpu);
	}
	while (vm->devices) {
		struct sim_device *device = vm->devices;

		vm->devices = device->next;
		kvmlib__sim_free_device(device);
	}
	kvmlib__sim_free_slots(vm);
	kvmlib__sim_free_kept(vm->kept);
	kvmlib__sim_free_eventfds(vm->eventfds);
	kvmlib__sim_free_coalesced(vm);
	free(vm->lines);
	free(vm);
}

void kvmlib__sim_put_vm(struct sim_vm *vm)
{
	if (--vm->refs == 0)
		free_vm(vm);
}

/* The second bit is only good together with the first. */
static int enable_manual_protect(struct sim_vm *vm, const struct kvm_enable_cap *cap)
{
	int known = kvmlib__sim_capability(vm->sim, KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2);
	uint64_t allowed = (uint64_t)known;

	if (!(cap->args[0] & KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE))
		allowed &= KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE;
	if (!known || cap->flags || cap->args[0] & ~allowed)
		return REFUSE(CAP_ARGUMENT);
	vm->manual_protect = cap->args[0];
	return 0;
}

static int enable_split_irqchip(struct sim_vm *vm, const struct kvm_enable_cap *cap)
{
	if (!kvmlib__sim_capability(vm->sim, KVMLIB_CAP_SPLIT_IRQCHIP) || cap->flags ||
	    cap->args[0] > 4096)
		return REFUSE(CAP_ARGUMENT);
	if (vm->irqchip || vm->nr_vcpus)
		return REFUSE(CAP_SPLIT_EXISTS);
	kvmlib__sim_set_irqchip(vm, true);
	vm->split = true;
	return 0;
}

/* A VM has the one that is for split irqchips with one of these alone. */
int kvmlib__sim_x2apic_flags(const struct sim_vm *vm)
{
	int flags = kvmlib__sim_capability(vm->sim, KVMLIB_CAP_X2APIC_API);

	return vm->split ? flags : flags & ~(int)KVMLIB_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST;
}

static int enable_x2apic_api(const struct sim_vm *vm, const struct kvm_enable_cap *cap)
{
	const uint64_t both = KVMLIB_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST |
			      KVMLIB_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST;

	if (!kvmlib__sim_capability(vm->sim, KVMLIB_CAP_X2APIC_API) || cap->flags ||
	    cap->args[0] & ~(uint64_t)kvmlib__sim_x2apic_flags(vm) || (cap->args[0] & both) == both)
		return REFUSE(CAP_ARGUMENT);
	return 0;
}

static int allow_irqchip(struct sim_vm *vm, const struct kvm_enable_cap *cap)
{
	if (!kvmlib__sim_capability(vm->sim, KVMLIB_CAP_S390_IRQCHIP) || cap->flags)
		return REFUSE(CAP_ARGUMENT);
	vm->irqchip_allowed = true;
	return 0;
}

int kvmlib__sim_enable_cap(const struct sim_call *call)
{
	struct kvm_enable_cap cap;
	int r = kvmlib__sim_copy_from_user(&cap, call->arg, sizeof(cap));

	if (r < 0)
		return r;
	switch (cap.cap) {
	case KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2:
		return enable_manual_protect(call->vm, &cap);
	case KVMLIB_CAP_SPLIT_IRQCHIP:
		return enable_split_irqchip(call->vm, &cap);
	case KVMLIB_CAP_X2APIC_API:
		return enable_x2apic_api(call->vm, &cap);
	case KVMLIB_CAP_S390_IRQCHIP:
		return allow_irqchip(call->vm, &cap);
#ifdef KVM_RESET_DIRTY_RINGS
	case KVMLIB_CAP_DIRTY_LOG_RING:
	case KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL:
		return kvmlib__sim_enable_rings(call->vm, &cap);
	case KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP:
		return kvmlib__sim_enable_ring_bitmap(call->vm, &cap);
#endif
	default:
		return REFUSE(CAP_ARGUMENT);
	}
}

#ifdef KVM_SET_TSS_ADDR
/* Three pages of KVM's own, as on an Intel host whose guests can't run in real mode. */
int kvmlib__sim_set_tss_addr(const struct sim_call *call)
{
	uint64_t size = 3 * (uint64_t)call->sim->page_size;
	int r;

	if (call->arg > UINT32_MAX + UINT64_C(1) - size)
		return REFUSE(TSS_RANGE);
	if (call->vm->tss)
		return REFUSE(TSS_OVERLAP);
	r = kvmlib__sim_add_internal_slot(call->vm, call->arg, 3);
	if (r < 0)
		return r == -EEXIST ? REFUSE(TSS_OVERLAP) : r;
	call->vm->tss = true;
	return 0;
}
#endif

#ifdef KVM_SET_IDENTITY_MAP_ADDR
int kvmlib__sim_set_identity_map_addr(const struct sim_call *call)
{
	uint64_t address;

	if (call->vm->nr_vcpus)
		return REFUSE(IDENTITY_LATE);
	return kvmlib__sim_copy_from_user(&address, call->arg, sizeof(address));
}
#endif

int kvmlib_sim_kill_vm(struct kvmlib_sim *sim, int vm_fd)
{
	struct sim_vm *vm;
	int r;

	if (!sim)
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vm(sim, vm_fd, &vm);
	if (r == 0) {
		vm->dead = true;
		for (struct sim_vcpu *vcpu = vm->vcpus; vcpu; vcpu = vcpu->next)
			kvmlib__sim_wake(vcpu);
	}
	kvmlib__sim_unlock(sim);
	return r;
}
