/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The filters that a VM was given: KVM can't be asked. */
#include "filters.h"

#include <stdlib.h>
#include <string.h>

#include "handles.h"

struct kvmlib__filter *kvmlib__filter_new(size_t size)
{
	struct kvmlib__filter *filter = calloc(1, sizeof(*filter) + size);

	if (filter)
		filter->size = size;
	return filter;
}

void kvmlib__filter_publish(struct kvmlib_vm *vm, enum kvmlib__filter_kind kind,
			    struct kvmlib__filter *filter)
{
	struct kvmlib__filter *before;

	pthread_mutex_lock(&vm->enabled.lock);
	before = vm->filters[kind];
	vm->filters[kind] = filter;
	pthread_mutex_unlock(&vm->enabled.lock);
	free(before);
}

size_t kvmlib__filter_copy(struct kvmlib_vm *vm, enum kvmlib__filter_kind kind, void *data,
			   size_t room)
{
	const struct kvmlib__filter *filter;
	size_t size = 0;

	pthread_mutex_lock(&vm->enabled.lock);
	filter = vm->filters[kind];
	if (filter)
		size = filter->size;
	if (size && size <= room)
		memcpy(data, filter->bytes, size);
	pthread_mutex_unlock(&vm->enabled.lock);
	return size;
}

bool kvmlib__filter_is(struct kvmlib_vm *vm, enum kvmlib__filter_kind kind, const void *data,
		       size_t size)
{
	const struct kvmlib__filter *filter;
	bool is_same;

	pthread_mutex_lock(&vm->enabled.lock);
	filter = vm->filters[kind];
	is_same = filter ? filter->size == size && !memcmp(filter->bytes, data, size) : !size;
	pthread_mutex_unlock(&vm->enabled.lock);
	return is_same;
}

void kvmlib__filters_free(struct kvmlib_vm *vm)
{
	for (unsigned int kind = 0; kind < KVMLIB__NR_FILTERS; kind++)
		free(vm->filters[kind]);
}
