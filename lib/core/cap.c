/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

/* What a success will be remembered by; had before the call, so that nothing can fail after it. */
static struct kvmlib__enabled *entry_of(const struct kvm_enable_cap *cap)
{
	struct kvmlib__enabled *entry = calloc(1, sizeof(*entry));

	if (entry) {
		entry->capability = cap->cap;
		memcpy(entry->args, cap->args, sizeof(entry->args));
	}
	return entry;
}

/* The kernel's answer; no memory is told by its cause. */
static int enable(const struct kvmlib__enabling *enabling, uint32_t *cause)
{
	struct kvmlib__enabled *entry = entry_of(&enabling->cap);
	int r;

	if (!entry) {
		*cause = KVMLIB_CAUSE_NO_MEMORY;
		return -ENOMEM;
	}
	r = kvmlib__ioctl(enabling->vm->system, enabling->fd, KVMLIB__IOC_ENABLE_CAP,
			  (unsigned long)&enabling->cap);
	if (r < 0)
		free(entry);
	else
		kvmlib__enabled_publish(enabling->list, entry);
	return r;
}

static bool is_missing(const struct kvmlib__enabling *enabling)
{
	return !kvmlib__vm_ask(enabling->vm, kvmlib__cap_enabling_of(enabling->cap.cap).asked_by);
}

int kvmlib__cap_missing(uint32_t capability, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_CAPABILITY_MISSING,
		.errnum = -EOPNOTSUPP,
		KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, capability)) });
}

int kvmlib__enable_cap(const struct kvmlib__enabling *enabling, struct kvmlib__failure *failure)
{
	const struct kvmlib_vm *vm = enabling->vm;

	failure->errnum = -EOPNOTSUPP;
	if (enabling->elsewhere)
		failure->cause = KVMLIB_CAUSE_ARCH_UNSUPPORTED;
	else
		failure->errnum = enable(enabling, &failure->cause);
	if (failure->errnum >= 0)
		return failure->errnum;
	if (failure->cause == KVMLIB_CAUSE_NO_MEMORY)
		return kvmlib__error_report(&vm->system->log, failure);
	if (failure->errnum == -EINVAL && is_missing(enabling))
		failure->cause = KVMLIB_CAUSE_CAPABILITY_MISSING;
	if (failure->errnum == -EBUSY)
		failure->cause = enabling->busy;
	return kvmlib__vm_failed(vm, KVMLIB__IOC_ENABLE_CAP, failure);
}

static void set_args(struct kvm_enable_cap *cap, const uint64_t args[4])
{
	if (args)
		memcpy(cap->args, args, sizeof(cap->args));
}

int kvmlib_vm_enable_cap(struct kvmlib_vm *vm, uint32_t capability, uint32_t flags,
			 const uint64_t args[4])
{
	struct kvmlib__enabling enabling = { .vm = vm,
					     .cap = { .cap = capability, .flags = flags } };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	enabling.list = &vm->enabled;
	enabling.fd = vm->fd;
	set_args(&enabling.cap, args);
	return kvmlib__enable_cap(&enabling,
				  KVMLIB__FAILURE(0, KVMLIB__VALUE(CAPABILITY, capability),
						  KVMLIB__VALUE(FLAGS, flags)));
}

int kvmlib_vcpu_enable_cap(struct kvmlib_vcpu *vcpu, uint32_t capability, uint32_t flags,
			   const uint64_t args[4])
{
	struct kvmlib__enabling enabling = { .cap = { .cap = capability, .flags = flags } };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	enabling.vm = vcpu->vm;
	enabling.list = &vcpu->enabled;
	enabling.fd = vcpu->fd;
	set_args(&enabling.cap, args);
	return kvmlib__enable_cap(&enabling, KVMLIB__FAILURE(0, KVMLIB__VALUE(VCPU_ID, vcpu->id),
							     KVMLIB__VALUE(CAPABILITY, capability),
							     KVMLIB__VALUE(FLAGS, flags)));
}

int kvmlib_vm_enable_manual_dirty_log_protect2(struct kvmlib_vm *vm, uint64_t flags)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm, false, MANUAL_DIRTY_LOG_PROTECT2, flags, 0,
			      KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_enable_dirty_log_ring(struct kvmlib_vm *vm, uint32_t size)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm, false, DIRTY_LOG_RING, size, 0, KVMLIB__VALUE(SIZE, size));
}

int kvmlib_vm_enable_dirty_log_ring_acq_rel(struct kvmlib_vm *vm, uint32_t size)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm, false, DIRTY_LOG_RING_ACQ_REL, size, 0,
			      KVMLIB__VALUE(SIZE, size));
}

int kvmlib_vm_enable_dirty_log_ring_with_bitmap(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm, false, DIRTY_LOG_RING_WITH_BITMAP, 0, 0,
			      KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_enable_halt_poll(struct kvmlib_vm *vm, uint32_t max_ns)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm, false, HALT_POLL, max_ns, 0, KVMLIB__VALUE(FD, vm->fd));
}
