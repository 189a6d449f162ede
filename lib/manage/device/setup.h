/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__SETUP_H
#define KVMLIB__SETUP_H

/* Devices that are set up in steps, on the architectures that have such. */

#include <errno.h>

#include <kvmlib/kvmlib.h>

#include "../../base/opts.h"
#include "../../core/handles.h"

/* A part of the guest's addresses. */
struct kvmlib__range {
	uint64_t address;
	uint64_t size;
};

static inline int kvmlib__setup_refuse(const char *function, uint32_t cause,
				       const struct kvmlib__value *values, size_t nr_values)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){ .function = function,
								     .cause = cause,
								     .errnum = -EINVAL,
								     .values = values,
								     .nr_values = nr_values });
}

/* Refuse before anything was done. */
#define KVMLIB__SETUP_REFUSE(function, cause, ...)                                   \
	kvmlib__setup_refuse(function, KVMLIB_CAUSE_##cause,                         \
			     (const struct kvmlib__value[]){ __VA_ARGS__ },          \
			     sizeof((const struct kvmlib__value[]){ __VA_ARGS__ }) / \
				     sizeof(struct kvmlib__value))

static inline int kvmlib__setup_opts(void *copy, size_t size, const void *given,
				     const char *function)
{
	struct kvmlib__failure failure = { .function = function };

	failure.errnum = kvmlib__opts_copy(copy, size, given, &failure.cause);
	return failure.errnum < 0 ? kvmlib__error_record(&failure) : 0;
}

/* How many vCPUs the VM has, as far as anybody says. */
static inline int kvmlib__setup_vcpus(const struct kvmlib_vm *vm, uint32_t *nr_vcpus,
				      const char *function)
{
	if (!*nr_vcpus)
		*nr_vcpus = atomic_load(&vm->nr_vcpus);
	return *nr_vcpus ? 0
			 : KVMLIB__SETUP_REFUSE(function, VCPUS_MISSING, KVMLIB__VALUE(COUNT, 0));
}

static inline int kvmlib__setup_check_range(const struct kvmlib__range *range, uint64_t alignment,
					    const char *function)
{
	if (range->address % alignment || range->address + range->size < range->address)
		return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE,
					    KVMLIB__VALUE(GPA, range->address),
					    KVMLIB__VALUE(SIZE, range->size));
	return 0;
}

static inline int kvmlib__setup_check_apart(const struct kvmlib__range *a,
					    const struct kvmlib__range *b, const char *function)
{
	if (a->address + a->size <= b->address || b->address + b->size <= a->address)
		return 0;
	return KVMLIB__SETUP_REFUSE(function, DEVICE_RANGE_OVERLAP, KVMLIB__VALUE(GPA, a->address),
				    KVMLIB__VALUE(SIZE, a->size),
				    KVMLIB__VALUE(OTHER_GPA, b->address),
				    KVMLIB__VALUE(OTHER_SIZE, b->size));
}

/* vCPUs of the VM, of the options that are argument 2. */
static inline int kvmlib__setup_check_vcpus(const struct kvmlib_vm *vm,
					    struct kvmlib_vcpu *const *vcpus, size_t nr_vcpus,
					    const char *function)
{
	if (!nr_vcpus)
		return KVMLIB__SETUP_REFUSE(function, VCPUS_MISSING, KVMLIB__VALUE(COUNT, 0));
	if (!vcpus)
		return KVMLIB__SETUP_REFUSE(function, NULL_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 2));
	for (size_t i = 0; i < nr_vcpus; i++) {
		if (!vcpus[i])
			return KVMLIB__SETUP_REFUSE(function, NULL_ARGUMENT,
						    KVMLIB__VALUE(ARGUMENT, 2),
						    KVMLIB__VALUE(INDEX, i));
		if (vcpus[i]->vm != vm)
			return KVMLIB__SETUP_REFUSE(function, BAD_ARGUMENT,
						    KVMLIB__VALUE(ARGUMENT, 2),
						    KVMLIB__VALUE(INDEX, i));
	}
	return 0;
}

/* The steps of one device: after one that KVM refused, the others are left out. */
struct kvmlib__setup {
	struct kvmlib_device *device;
	const char *function;
	int r;
};

static inline void kvmlib__setup_begin(struct kvmlib__setup *setup, struct kvmlib_vm *vm,
				       uint32_t type, const char *function)
{
	setup->device = NULL;
	setup->function = function;
	setup->r = kvmlib_vm_create_device(vm, type, 0, &setup->device);
	if (setup->r < 0)
		kvmlib__error_amend(function, NULL);
}

static inline void kvmlib__setup_step(struct kvmlib__setup *setup, uint32_t group, uint64_t attr,
				      const void *value)
{
	if (setup->r < 0)
		return;
	setup->r = kvmlib_device_set_attr(setup->device, group, attr, value);
	if (setup->r < 0)
		kvmlib__error_amend(setup->function, NULL);
}

static inline int kvmlib__setup_end(struct kvmlib__setup *setup, struct kvmlib_device **ret_device)
{
	if (setup->r < 0)
		kvmlib_device_unref(setup->device);
	else
		*ret_device = setup->device;
	return setup->r;
}

#endif
