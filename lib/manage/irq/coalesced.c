/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reader of a VM's coalesced writes, and its zones. */
#include "coalesced.h"

#include <errno.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#include "../../base/opts.h"
#include "../../core/cap.h"

#define END_OF_PORTS 0x10000U

_Static_assert(sizeof(struct kvmlib_coalesced_opts) == sizeof(size_t) + 3 * sizeof(void *),
	       "no padding");

/* Making */

static int copy_opts(struct kvmlib_coalesced_opts *o, const struct kvmlib_coalesced_opts *opts,
		     const char *function)
{
	struct kvmlib__failure failure = { .function = function };

	failure.errnum = kvmlib__opts_copy(o, sizeof(*o), opts, &failure.cause);
	if (failure.errnum >= 0 && !o->handler) {
		failure.errnum = -EINVAL;
		failure.cause = KVMLIB_CAUSE_BAD_ARGUMENT;
	}
	return failure.errnum < 0 ? kvmlib__error_record(&failure) : 0;
}

/* The ring is so many pages behind the start of the mapping as the capability says. */
static int find_ring(struct kvmlib_coalesced *coalesced, const char *function)
{
	const size_t page = kvmlib__page_size();
	const size_t limit = coalesced->vm->system->run_size / page;
	int offset = kvmlib__vm_ask(coalesced->vm, KVMLIB_CAP_COALESCED_MMIO);

	if (offset <= 0)
		return kvmlib__cap_missing(KVMLIB_CAP_COALESCED_MMIO, function);
	if ((size_t)offset >= limit)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_COALESCED_RING,
			.errnum = -EPROTO,
			KVMLIB__VALUES(KVMLIB__VALUE(OFFSET, (size_t)offset * page),
				       KVMLIB__VALUE(LIMIT, limit * page)) });
	coalesced->ring_offset = (size_t)offset * page;
	coalesced->nr_entries = (uint32_t)((page - sizeof(struct kvm_coalesced_mmio_ring)) /
					   sizeof(struct kvm_coalesced_mmio));
	coalesced->has_pio = kvmlib__vm_ask(coalesced->vm, KVMLIB_CAP_COALESCED_PIO) > 0;
	return 0;
}

static int set_up(struct kvmlib_coalesced *coalesced, const char *function)
{
	int r = find_ring(coalesced, function);

	if (r < 0)
		return r;
	if (atomic_exchange(&coalesced->vm->has_coalesced, true))
		return kvmlib__error_record(
			&(const struct kvmlib__failure){ .function = function,
							 .cause = KVMLIB_CAUSE_COALESCED_TAKEN,
							 .errnum = -EBUSY });
	atomic_init(&coalesced->refs, 1U);
	kvmlib_vm_ref(coalesced->vm);
	pthread_mutex_init(&coalesced->lock, NULL);
	pthread_cond_init(&coalesced->drained, NULL);
	return 0;
}

int kvmlib_coalesced_new(struct kvmlib_vm *vm, const struct kvmlib_coalesced_opts *opts,
			 struct kvmlib_coalesced **ret_coalesced)
{
	struct kvmlib_coalesced *coalesced;
	struct kvmlib_coalesced_opts o;
	int r;

	if (!vm || !opts || !ret_coalesced)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	KVMLIB__REFUSE_FORKED(vm);
	r = copy_opts(&o, opts, __func__);
	if (r < 0)
		return r;
	coalesced = calloc(1, sizeof(*coalesced));
	if (!coalesced)
		return KVMLIB__NO_MEMORY();
	coalesced->vm = vm;
	coalesced->opts = o;
	r = set_up(coalesced, __func__);
	if (r < 0) {
		free(coalesced);
		return r;
	}
	*ret_coalesced = coalesced;
	return 0;
}

struct kvmlib_coalesced *kvmlib_coalesced_ref(struct kvmlib_coalesced *coalesced)
{
	if (coalesced)
		atomic_fetch_add_explicit(&coalesced->refs, 1U, memory_order_relaxed);
	return coalesced;
}

/* Ending; in a forked child the parent's zones are none of its business. */

static void unregister(const struct kvmlib_coalesced *coalesced, const struct kvmlib__zone *zone)
{
	const struct kvmlib_vm *vm = coalesced->vm;
	struct kvm_coalesced_mmio_zone args = { .addr = zone->address,
						.size = zone->length,
						.pio = zone->is_pio };
	int r = kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_UNREGISTER_COALESCED_MMIO,
			      (unsigned long)(uintptr_t)&args);

	if (r < 0)
		KVMLIB__LOG(&vm->system->log, KVMLIB_LOG_WARNING, "a coalesced zone stays",
			    KVMLIB__LOG_NUMBER("address", zone->address),
			    KVMLIB__LOG_NUMBER("errno", -r));
}

static void free_zones(struct kvmlib_coalesced *coalesced, bool is_child)
{
	while (coalesced->zones) {
		struct kvmlib__zone *zone = coalesced->zones;

		if (!is_child)
			unregister(coalesced, zone);
		coalesced->zones = zone->next;
		free(zone);
	}
}

struct kvmlib_coalesced *kvmlib_coalesced_unref(struct kvmlib_coalesced *coalesced)
{
	bool is_child;

	if (!coalesced ||
	    atomic_fetch_sub_explicit(&coalesced->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	is_child = kvmlib__forked(coalesced->vm);
	free_zones(coalesced, is_child);
	if (!is_child) {
		pthread_cond_destroy(&coalesced->drained);
		pthread_mutex_destroy(&coalesced->lock);
	}
	atomic_store(&coalesced->vm->has_coalesced, false);
	kvmlib_vm_unref(coalesced->vm);
	if (coalesced->opts.destroy)
		coalesced->opts.destroy(coalesced->opts.userdata);
	free(coalesced);
	return NULL;
}

/* Zones; the lock is held */

static int refuse_zone(const struct kvmlib__zone *zone, int errnum, uint32_t cause,
		       const struct kvmlib__zone *other, const char *function)
{
	struct kvmlib__failure failure = {
		.function = function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(ADDRESS, zone->address),
			       KVMLIB__VALUE(SIZE, zone->length),
			       KVMLIB__VALUE(OTHER_GPA, other ? other->address : 0),
			       KVMLIB__VALUE(OTHER_SIZE, other ? other->length : 0))
	};

	if (!other)
		failure.nr_values -= 2;
	return kvmlib__error_record(&failure);
}

static bool overlap(const struct kvmlib__zone *a, const struct kvmlib__zone *b)
{
	return a->is_pio == b->is_pio && a->address <= b->address + (b->length - 1) &&
	       b->address <= a->address + (a->length - 1);
}

static int check_zone(const struct kvmlib_coalesced *coalesced, const struct kvmlib__zone *zone,
		      const char *function)
{
	const struct kvmlib__zone *other = coalesced->zones;

	while (other && !overlap(other, zone))
		other = other->next;
	return other ? refuse_zone(zone, -EEXIST, KVMLIB_CAUSE_ZONE_OVERLAP, other, function) : 0;
}

static int add_zone(struct kvmlib_coalesced *coalesced, const struct kvmlib__zone *model,
		    const char *function)
{
	struct kvmlib__zone *zone;
	int r = check_zone(coalesced, model, function);

	if (r < 0)
		return r;
	zone = malloc(sizeof(*zone));
	if (!zone)
		return KVMLIB__NO_MEMORY_IN(function);
	*zone = *model;
	r = kvmlib_vm_register_coalesced_mmio(coalesced->vm, zone->address, zone->length,
					      zone->is_pio);
	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		free(zone);
		return r;
	}
	zone->next = coalesced->zones;
	coalesced->zones = zone;
	return 0;
}

/* What KVM takes, and never happens. */
static bool can_be(const struct kvmlib__zone *zone)
{
	if (!zone->length || zone->address + (zone->length - 1) < zone->address)
		return false;
	return !zone->is_pio ||
	       (zone->address < END_OF_PORTS && zone->length <= END_OF_PORTS - zone->address);
}

int kvmlib_coalesced_add(struct kvmlib_coalesced *coalesced, uint64_t address, uint32_t length,
			 uint32_t flags)
{
	const struct kvmlib__zone zone = { .address = address,
					   .length = length,
					   .is_pio = flags & KVMLIB_COALESCED_PIO };
	int r;

	if (!coalesced)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(coalesced->vm);
	if (flags & ~KVMLIB_COALESCED_PIO || !can_be(&zone))
		return refuse_zone(&zone, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, NULL, __func__);
	if (zone.is_pio && !coalesced->has_pio)
		return kvmlib__cap_missing(KVMLIB_CAP_COALESCED_PIO, __func__);
	pthread_mutex_lock(&coalesced->lock);
	r = add_zone(coalesced, &zone, __func__);
	pthread_mutex_unlock(&coalesced->lock);
	return r;
}

static bool is_same(const struct kvmlib__zone *a, const struct kvmlib__zone *b)
{
	return a->address == b->address && a->length == b->length && a->is_pio == b->is_pio;
}

static int remove_zone(struct kvmlib_coalesced *coalesced, const struct kvmlib__zone *model,
		       const char *function)
{
	struct kvmlib__zone **at = &coalesced->zones;
	struct kvmlib__zone *zone;
	int r;

	while (*at && !is_same(*at, model))
		at = &(*at)->next;
	zone = *at;
	if (!zone)
		return refuse_zone(model, -ENOENT, KVMLIB_CAUSE_ZONE_ABSENT, NULL, function);
	r = kvmlib_vm_unregister_coalesced_mmio(coalesced->vm, zone->address, zone->length,
						zone->is_pio);
	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	*at = zone->next;
	free(zone);
	return 0;
}

int kvmlib_coalesced_remove(struct kvmlib_coalesced *coalesced, uint64_t address, uint32_t length,
			    uint32_t flags)
{
	const struct kvmlib__zone zone = { .address = address, .length = length, .is_pio = flags };
	int r;

	if (!coalesced)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(coalesced->vm);
	pthread_mutex_lock(&coalesced->lock);
	r = remove_zone(coalesced, &zone, __func__);
	pthread_mutex_unlock(&coalesced->lock);
	return r;
}
