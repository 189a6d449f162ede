/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers one by one, named by id. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "../base/register_tables.h"
#include "handles.h"

/* Far more than any kernel lists; arm64 with SVE has some 360. */
#define LIST_MAX 65536U

/* A list that does not fit what the kernel just asked for is tried again, but not for ever. */
#define LIST_TRIES 4

/* The kernel goes by the id alone, and would read or write past a shorter buffer. */
static int refuse_size(const struct kvmlib_vcpu *vcpu, uint64_t id, size_t size,
		       const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_REG_SIZE,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(REGISTER, id),
			       KVMLIB__VALUE(SIZE, size),
			       KVMLIB__VALUE(NEEDED, kvmlib__register_size(id))) });
}

int kvmlib_vcpu_get_one_reg(struct kvmlib_vcpu *vcpu, uint64_t id, void *ret_value, size_t size)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)ret_value };

	if (!vcpu || !ret_value)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 3 : 1);
	if (size != kvmlib__register_size(id))
		return refuse_size(vcpu, id, size, __func__);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, GET_ONE_REG, &reg,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(REGISTER, id));
}

int kvmlib_vcpu_set_one_reg(struct kvmlib_vcpu *vcpu, uint64_t id, const void *value, size_t size)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)value };

	if (!vcpu || !value)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 3 : 1);
	if (size != kvmlib__register_size(id))
		return refuse_size(vcpu, id, size, __func__);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, SET_ONE_REG, &reg,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(REGISTER, id));
}

/* The kernel wants the ids behind a header of its own. */
static struct kvm_reg_list *list_new(uint64_t capacity)
{
	uint64_t n = capacity < LIST_MAX ? capacity : LIST_MAX;
	struct kvm_reg_list *list = malloc(sizeof(*list) + n * sizeof(list->reg[0]));

	if (list)
		list->n = n;
	return list;
}

static int get_list(const struct kvmlib_vcpu *vcpu, struct kvm_reg_list *list)
{
	return kvmlib__ioctl(vcpu->vm->system, vcpu->fd, KVMLIB__IOC_GET_REG_LIST,
			     (unsigned long)list);
}

/* What a failure tells; the kernel left the count that it needs in the list. */
static int list_failed(const struct kvmlib_vcpu *vcpu, const struct kvm_reg_list *list, int r,
		       uint32_t cause, const char *function)
{
	struct kvmlib__failure failure = {
		.function = function,
		.cause = cause,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(NEEDED, list->n)),
	};

	if (r != -E2BIG)
		failure.nr_values = 1;
	return kvmlib__vm_failed(vcpu->vm, KVMLIB__IOC_GET_REG_LIST, &failure);
}

int kvmlib_vcpu_get_reg_list(struct kvmlib_vcpu *vcpu, uint64_t *ids, uint64_t capacity,
			     uint64_t *ret_count)
{
	struct kvm_reg_list *list;
	int r;

	if (!vcpu || (!ids && capacity) || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !ret_count ? 4 : 2);
	list = list_new(capacity);
	if (!list)
		return KVMLIB__NO_MEMORY();

	r = get_list(vcpu, list);
	if (r < 0) {
		r = list_failed(vcpu, list, r, 0, __func__);
	} else {
		if (ids)
			memcpy(ids, list->reg, list->n * sizeof(ids[0]));
		*ret_count = list->n;
	}
	free(list);
	return r;
}

/* A list of the size that the kernel asks for, and its last answer; NULL without memory. */
static struct kvm_reg_list *list_that_fits(const struct kvmlib_vcpu *vcpu, int *ret_answer)
{
	struct kvm_reg_list *list = list_new(0);

	for (int tries = 1; list; tries++) {
		uint64_t needed;

		*ret_answer = get_list(vcpu, list);
		needed = list->n;
		if (*ret_answer != -E2BIG || needed > LIST_MAX || tries == LIST_TRIES)
			break;
		free(list);
		list = list_new(needed);
	}
	return list;
}

int kvmlib_vcpu_get_reg_list_alloc(struct kvmlib_vcpu *vcpu, uint64_t **ret_ids,
				   uint64_t *ret_count)
{
	struct kvm_reg_list *list;
	int r = 0;

	if (!vcpu || !ret_ids || !ret_count)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !ret_ids ? 2 : 3);
	list = list_that_fits(vcpu, &r);
	if (!list)
		return KVMLIB__NO_MEMORY();
	if (r < 0) {
		r = list_failed(vcpu, list, r, r == -E2BIG ? KVMLIB_CAUSE_LIST_NEVER_FITS : 0,
				__func__);
		free(list);
		return r;
	}
	*ret_count = list->n;
	/* The ids take the header's place, so that free() takes what the caller gets. */
	*ret_ids = memmove(list, list->reg, list->n * sizeof(list->reg[0]));
	return r;
}
