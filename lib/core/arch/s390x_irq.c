/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupts of s390. */

#include <kvmlib/s390x.h>

#include <stdlib.h>

#define KVMLIB__STRUCTS "uapi_structs_s390x.h" /* other architectures make no call */
#include "../handles.h"

/* A vCPU has some 30 kinds of interrupts, and one emergency signal from each other vCPU. */
#define FIRST_CAPACITY 32U
#define LAST_CAPACITY  4096U

int kvmlib_vm_s390_interrupt(struct kvmlib_vm *vm, uint32_t type, uint32_t parm, uint64_t parm64)
{
	struct kvm_s390_interrupt interrupt = { .type = type, .parm = parm, .parm64 = parm64 };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, S390_INTERRUPT, &interrupt, KVMLIB__VALUE(TYPE, type));
}

int kvmlib_vcpu_s390_interrupt(struct kvmlib_vcpu *vcpu, uint32_t type, uint32_t parm,
			       uint64_t parm64)
{
	struct kvm_s390_interrupt interrupt = { .type = type, .parm = parm, .parm64 = parm64 };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, S390_INTERRUPT, &interrupt,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(TYPE, type));
}

int kvmlib_vcpu_s390_irq(struct kvmlib_vcpu *vcpu, const struct kvm_s390_irq *irq)
{
	if (!vcpu || !irq)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, S390_IRQ, irq,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id),
				   KVMLIB__VALUE(TYPE, irq->type));
}

/* The kernel counts in bytes; a list that it can't be told of is refused there as too long. */
static uint32_t bytes_of(uint32_t count)
{
	uint64_t bytes = (uint64_t)count * sizeof(struct kvm_s390_irq);

	return bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
}

int kvmlib_vcpu_s390_set_irq_state(struct kvmlib_vcpu *vcpu, const struct kvm_s390_irq *irqs,
				   uint32_t count)
{
	struct kvm_s390_irq_state state = { .buf = (uintptr_t)irqs, .len = bytes_of(count) };

	if (!vcpu || (!irqs && count))
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, S390_SET_IRQ_STATE, &state,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(COUNT, count));
}

/* The kernel's answer: how many bytes it wrote, or -errno. */
static int get_irq_state(const struct kvmlib_vcpu *vcpu, struct kvm_s390_irq *irqs,
			 uint32_t capacity)
{
	struct kvm_s390_irq_state state = { .buf = (uintptr_t)irqs, .len = bytes_of(capacity) };

	return kvmlib__ioctl(vcpu->vm->system, vcpu->fd, KVMLIB__IOC_S390_GET_IRQ_STATE,
			     (unsigned long)&state);
}

static int get_failed(const struct kvmlib_vcpu *vcpu, uint32_t capacity, int r, uint32_t cause,
		      const char *function)
{
	struct kvmlib__failure failure = {
		.function = function,
		.cause = cause,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(COUNT, capacity)),
	};

	return kvmlib__vm_failed(vcpu->vm, KVMLIB__IOC_S390_GET_IRQ_STATE, &failure);
}

int kvmlib_vcpu_s390_get_irq_state(struct kvmlib_vcpu *vcpu, struct kvm_s390_irq *irqs,
				   uint32_t capacity, uint32_t *ret_count)
{
	int r;

	if (!vcpu || (!irqs && capacity) || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !ret_count ? 4 : 2);
	r = get_irq_state(vcpu, irqs, capacity);
	if (r < 0)
		return get_failed(vcpu, capacity, r, 0, __func__);
	*ret_count = (uint32_t)r / (uint32_t)sizeof(irqs[0]);
	return r;
}

/* The kernel does not tell how much room it takes: ask with more, as long as it wants more. */
int kvmlib_vcpu_s390_get_irq_state_alloc(struct kvmlib_vcpu *vcpu, struct kvm_s390_irq **ret_irqs,
					 uint32_t *ret_count)
{
	if (!vcpu || !ret_irqs || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !ret_irqs ? 2 : 3);
	for (uint32_t capacity = FIRST_CAPACITY;; capacity *= 2) {
		struct kvm_s390_irq *irqs = malloc(capacity * sizeof(irqs[0]));
		int r;

		if (!irqs)
			return KVMLIB__NO_MEMORY();
		r = get_irq_state(vcpu, irqs, capacity);
		if (r >= 0) {
			*ret_irqs = irqs;
			*ret_count = (uint32_t)r / (uint32_t)sizeof(irqs[0]);
			return r;
		}
		free(irqs);
		if (r != -ENOBUFS)
			return get_failed(vcpu, capacity, r, 0, __func__);
		if (capacity == LAST_CAPACITY)
			return get_failed(vcpu, capacity, r, KVMLIB_CAUSE_LIST_NEVER_FITS,
					  __func__);
	}
}
