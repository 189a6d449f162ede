/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ends of interrupts: vCPUs tell vectors, and devices have GSIs. */
#include "irq.h"

#include "../../core/cap.h"

#define MSI_LEVEL_TRIGGERED 0x8000U
#define MSI_VECTOR	    0xffU

static bool has_vector(const struct kvm_irq_routing_entry *entry, uint8_t vector)
{
	return entry->type == KVMLIB_IRQ_ROUTING_MSI && entry->u.msi.data & MSI_LEVEL_TRIGGERED &&
	       (entry->u.msi.data & MSI_VECTOR) == vector;
}

/* The lock is held. */
static size_t find(const struct kvm_irq_routing *table, uint8_t vector, uint32_t *ret_gsis,
		   size_t room)
{
	size_t n = 0;

	for (uint32_t i = 0; i < table->nr; i++) {
		if (!has_vector(&table->entries[i], vector))
			continue;
		if (n < room)
			ret_gsis[n] = table->entries[i].gsi;
		n++;
	}
	return n;
}

int kvmlib_routes_find_vector(struct kvmlib_routes *routes, uint8_t vector, uint32_t *ret_gsis,
			      size_t room)
{
	size_t n;

	if (!routes || (!ret_gsis && room))
		return KVMLIB__NULL_ARGUMENT(routes ? 3 : 1);
	if (KVMLIB__ELSEWHERE(X86_64))
		return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
	KVMLIB__REFUSE_FORKED(routes->vm);
	pthread_mutex_lock(&routes->lock);
	n = find(routes->table, vector, ret_gsis, room);
	pthread_mutex_unlock(&routes->lock);
	return (int)n;
}
