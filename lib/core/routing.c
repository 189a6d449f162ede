/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where interrupts go, and interrupts that are messages. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "handles.h"

/* What every kernel so far takes; a list that is longer is copied only if this one takes more. */
#define USUAL_MAX 4096U

_Static_assert(sizeof(struct kvmlib_irq_routing_entry) == sizeof(struct kvm_irq_routing_entry),
	       "the kernel's layout");

/* 0, or the most entries that the kernel takes, if the count is above that. */
static uint32_t exceeded_limit(const struct kvmlib_vm *vm, uint32_t count)
{
	int limit = count > USUAL_MAX ? kvmlib__vm_ask(vm, KVMLIB_CAP_IRQ_ROUTING) : 0;

	return limit > 0 && count > (uint32_t)limit ? (uint32_t)limit : 0;
}

/* The kernel wants the entries behind a header of its own; the caller has them alone. */
static struct kvm_irq_routing *table_new(const struct kvmlib_irq_routing_entry *entries,
					 uint32_t count, uint32_t flags)
{
	struct kvm_irq_routing *table = malloc(sizeof(*table) + count * sizeof(*entries));

	if (!table)
		return NULL;
	table->nr = count;
	table->flags = flags;
	if (count)
		memcpy(table->entries, entries, count * sizeof(*entries));
	return table;
}

/* The kernel would say so too, but would have the list copied first. */
static int too_many(const struct kvmlib_vm *vm, uint32_t count, uint32_t limit,
		    const char *function)
{
	return kvmlib__vm_failed(
		vm, KVMLIB__IOC_SET_GSI_ROUTING,
		&(struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_GSI_ROUTE_INVALID,
			.errnum = -EINVAL,
			KVMLIB__VALUES(KVMLIB__VALUE(COUNT, count), KVMLIB__VALUE(LIMIT, limit)) });
}

int kvmlib_vm_set_gsi_routing(struct kvmlib_vm *vm, const struct kvmlib_irq_routing_entry *entries,
			      uint32_t count, uint32_t flags)
{
	struct kvm_irq_routing *table;
	uint32_t limit;
	int r;

	if (!vm || (!entries && count))
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	limit = exceeded_limit(vm, count);
	if (limit)
		return too_many(vm, count, limit, __func__);
	table = table_new(entries, count, flags);
	if (!table)
		return KVMLIB__NO_MEMORY();

	r = KVMLIB__VM_IOCTL(vm, SET_GSI_ROUTING, table, KVMLIB__VALUE(COUNT, count),
			     KVMLIB__VALUE(FLAGS, flags));
	free(table);
	return r;
}

int kvmlib_vm_signal_msi(struct kvmlib_vm *vm, const struct kvm_msi *msi)
{
	if (!vm || !msi)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(
		vm, SIGNAL_MSI, msi,
		KVMLIB__VALUE(ADDRESS, (uint64_t)msi->address_hi << 32 | msi->address_lo),
		KVMLIB__VALUE(FLAGS, msi->flags));
}
