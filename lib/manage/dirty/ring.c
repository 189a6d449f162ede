/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rings: each vCPU's list of the pages that it wrote. */
#include "dirty.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../../core/cap.h"

/* What the VM has of it; on weakly ordered machines only the second. */
static int enable(struct kvmlib_dirty *dirty)
{
	struct kvmlib_vm *vm = dirty->memory->vm;

	if (kvmlib__vm_ask(vm, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL) > 0)
		return kvmlib_vm_enable_dirty_log_ring_acq_rel(vm, dirty->ring_size);
	return kvmlib_vm_enable_dirty_log_ring(vm, dirty->ring_size);
}

static int make_table(struct kvmlib_dirty *dirty)
{
	const struct kvmlib_memory *memory = dirty->memory;

	for (uint32_t space = 0; space < memory->nr_spaces; space++) {
		dirty->by_slot[space] = calloc(memory->end_slot - memory->first_slot,
					       sizeof(struct kvmlib_memory_region *));
		if (!dirty->by_slot[space])
			return -ENOMEM;
	}
	return 0;
}

/* A bitmap for what no vCPU writes is only to be had before there are slots. */
static int enable_bitmap(struct kvmlib_dirty *dirty)
{
	struct kvmlib_vm *vm = dirty->memory->vm;
	int r = 0;

	if (dirty->memory->nr_regions ||
	    kvmlib__vm_ask(vm, KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP) <= 0)
		return 0;
	r = kvmlib_vm_enable_dirty_log_ring_with_bitmap(vm);
	dirty->has_bitmap = r >= 0;
	return r;
}

/*
 * arm64's KVM takes a slot for logged by its bitmap alone. Without one it maps blocks of huge pages, and
 * their first page is all that a ring tells.
 */
static int check_bitmap(const struct kvmlib_dirty *dirty, const char *function)
{
	if (KVMLIB__ELSEWHERE(ARM64))
		return 0;
	if (kvmlib__vm_ask(dirty->memory->vm, KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP) <= 0)
		return kvmlib__cap_missing(KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP, function);
	if (!dirty->memory->nr_regions)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_CAP_REFUSED,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP)) });
}

static int enable_all(struct kvmlib_dirty *dirty, const char *function)
{
	int r = enable(dirty);

	if (r >= 0)
		r = enable_bitmap(dirty);
	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

int kvmlib__rings_enable(struct kvmlib_dirty *dirty, const char *function)
{
	int r = check_bitmap(dirty, function);

	if (r < 0)
		return r;
	return make_table(dirty) < 0 ? KVMLIB__NO_MEMORY_IN(function) : enable_all(dirty, function);
}

void kvmlib__rings_free(struct kvmlib_dirty *dirty)
{
	const struct kvmlib_sys_ops *sys = &dirty->memory->vm->system->sys;
	bool is_parent = !kvmlib__forked(dirty->memory->vm);

	for (size_t i = 0; i < dirty->nr_rings; i++) {
		if (is_parent)
			sys->munmap(sys->ctx, dirty->rings[i].entries, dirty->ring_size);
		kvmlib_vcpu_unref(dirty->rings[i].vcpu);
	}
	free(dirty->rings);
	for (uint32_t space = 0; space < KVMLIB__MAX_SPACES; space++)
		free(dirty->by_slot[space]);
}

/* Mapping a vCPU's ring */

static int map_failed(const struct kvmlib_vcpu *vcpu, int r, const char *function)
{
	return kvmlib__error_report(&vcpu->vm->system->log,
				    &(const struct kvmlib__failure){
					    .function = function,
					    .call = "mmap(vcpu)",
					    .errnum = r,
					    KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) });
}

static int map(const struct kvmlib_dirty *dirty, struct kvmlib_vcpu *vcpu, void **ret_entries,
	       const char *function)
{
	const struct kvmlib_sys_ops *sys = &vcpu->vm->system->sys;
	int r = sys->mmap(sys->ctx, dirty->ring_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd,
			  KVMLIB_DIRTY_LOG_PAGE_OFFSET * kvmlib__page_size(), ret_entries);

	if (r < 0)
		return map_failed(vcpu, r, function);
	r = sys->madvise(sys->ctx, *ret_entries, dirty->ring_size, MADV_DONTFORK);
	if (r >= 0)
		return 0;
	sys->munmap(sys->ctx, *ret_entries, dirty->ring_size);
	return map_failed(vcpu, r, function);
}

static struct kvmlib__ring *find_ring(const struct kvmlib_dirty *dirty,
				      const struct kvmlib_vcpu *vcpu)
{
	for (size_t i = 0; i < dirty->nr_rings; i++)
		if (dirty->rings[i].vcpu == vcpu)
			return &dirty->rings[i];
	return NULL;
}

bool kvmlib__dirty_sees(const struct kvmlib_dirty *dirty, const struct kvmlib_vcpu *vcpu)
{
	return dirty->mechanism != KVMLIB_DIRTY_RING || find_ring(dirty, vcpu);
}

/* The lock is held. */
static int add_ring(struct kvmlib_dirty *dirty, struct kvmlib_vcpu *vcpu, const char *function)
{
	struct kvmlib__ring *rings;
	void *entries;
	int r;

	if (find_ring(dirty, vcpu))
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_BAD_ARGUMENT,
			.errnum = -EEXIST,
			KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) });
	rings = reallocarray(dirty->rings, dirty->nr_rings + 1, sizeof(*rings));
	if (!rings)
		return KVMLIB__NO_MEMORY_IN(function);
	dirty->rings = rings;
	r = map(dirty, vcpu, &entries, function);
	if (r < 0)
		return r;
	rings[dirty->nr_rings++] =
		(struct kvmlib__ring){ .vcpu = kvmlib_vcpu_ref(vcpu), .entries = entries };
	return 0;
}

int kvmlib_dirty_add_vcpu(struct kvmlib_dirty *dirty, struct kvmlib_vcpu *vcpu)
{
	int r = 0;

	if (!dirty || !vcpu)
		return KVMLIB__NULL_ARGUMENT(dirty ? 2 : 1);
	KVMLIB__REFUSE_FORKED(dirty->memory->vm);
	if (vcpu->vm != dirty->memory->vm)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	pthread_mutex_lock(&dirty->memory->lock);
	if (dirty->mechanism == KVMLIB_DIRTY_RING)
		r = add_ring(dirty, vcpu, __func__);
	pthread_mutex_unlock(&dirty->memory->lock);
	return r;
}

/* Harvesting */

static void fill_table(struct kvmlib_dirty *dirty)
{
	const struct kvmlib_memory *memory = dirty->memory;
	size_t size =
		(memory->end_slot - memory->first_slot) * sizeof(struct kvmlib_memory_region *);
	uint64_t epoch = atomic_load(&memory->epoch);

	if (dirty->epoch == epoch)
		return;
	for (uint32_t space = 0; space < memory->nr_spaces; space++)
		memset(dirty->by_slot[space], 0, size);
	for (size_t i = 0; i < memory->nr_regions; i++) {
		struct kvmlib_memory_region *region = memory->map[i].region;

		dirty->by_slot[region->space][(region->slot & 0xffffU) - memory->first_slot] =
			region;
	}
	dirty->epoch = epoch;
}

/* A slot may not be there any more, or is another's by now. */
static struct kvmlib__dirty_log *log_of_slot(const struct kvmlib_dirty *dirty, uint32_t slot)
{
	const struct kvmlib_memory *memory = dirty->memory;
	const uint32_t n = (slot & 0xffffU) - memory->first_slot;
	const struct kvmlib_memory_region *region;

	if (slot >> 16 >= memory->nr_spaces || n >= memory->end_slot - memory->first_slot)
		return NULL;
	region = dirty->by_slot[slot >> 16][n];
	return region ? kvmlib__log_of(region) : NULL;
}

static bool is_dirty(const struct kvm_dirty_gfn *entry)
{
	uint32_t flags = __atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE);

	return (flags & KVMLIB_DIRTY_GFN_F_MASK) == KVMLIB_DIRTY_GFN_F_DIRTY;
}

/* The flag is KVM's store after the entry; ours comes after we have read it. */
static inline uint64_t take_entry(struct kvm_dirty_gfn *entry)
{
	const uint64_t page = entry->offset;

	__atomic_store_n(&entry->flags, KVMLIB_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
	return page;
}

/* Entries of one slot that follow each other in a ring: mostly many. */
struct series {
	struct kvm_dirty_gfn *entry; /* the next, up to the end of the ring */
	struct kvm_dirty_gfn *end;
	uint32_t slot;
	uint64_t nr_pages; /* of the slot */
};

static bool goes_on(const struct series *series)
{
	return series->entry < series->end && is_dirty(series->entry) &&
	       series->entry->slot == series->slot;
}

/* How many of the entries are pages of the slot. With one consumer it is done at twice the speed. */
__attribute__((noinline)) static uint64_t take_for_one(struct series *ret_series,
						       struct kvmlib__pages *pages)
{
	const struct kvmlib__pages pending = *pages;
	struct series series = *ret_series;
	uint64_t n = 0;

	for (; __builtin_expect(goes_on(&series), 1); series.entry++) {
		const uint64_t page = take_entry(series.entry);

		if (__builtin_expect(page >= series.nr_pages, 0))
			continue;
		kvmlib__pages_add(&pending, (size_t)(page / 64), UINT64_C(1) << page % 64);
		n++;
	}
	*ret_series = series;
	return n;
}

static uint64_t take_for_all(struct series *series, struct kvmlib__pages **pending, size_t nr)
{
	uint64_t n = 0;

	for (; goes_on(series); series->entry++) {
		const uint64_t page = take_entry(series->entry);

		if (page >= series->nr_pages)
			continue;
		for (size_t i = 0; i < nr; i++)
			kvmlib__pages_add(pending[i], (size_t)(page / 64),
					  UINT64_C(1) << page % 64);
		n++;
	}
	return n;
}

/* What is said of a slot that is not there, or of pages that it has not, is of no use. */
static void take_series(const struct kvmlib_dirty *dirty, struct series *series)
{
	struct kvmlib__dirty_log *log = log_of_slot(dirty, series->slot);
	struct kvmlib__pages *pending[KVMLIB__MAX_CONSUMERS];
	size_t nr = log ? kvmlib__log_pending(log, pending) : 0;
	uint64_t n;

	series->nr_pages = log ? log->track.nr_pages : 0;
	n = nr == 1 ? take_for_one(series, pending[0]) : take_for_all(series, pending, nr);
	if (log)
		kvmlib__log_count(log, n);
}

static uint64_t take_ring(const struct kvmlib_dirty *dirty, struct kvmlib__ring *ring)
{
	const size_t size = dirty->ring_size / sizeof(struct kvm_dirty_gfn);
	const uint64_t before = ring->next;
	struct kvm_dirty_gfn *entry;

	while (entry = &ring->entries[ring->next % size], is_dirty(entry)) {
		struct series series = { .entry = entry,
					 .end = ring->entries + size,
					 .slot = entry->slot };

		take_series(dirty, &series);
		ring->next += (uint64_t)(series.entry - entry);
	}
	ring->nr_found += ring->next - before;
	return ring->next - before;
}

/*
 * A signal may end it early, and an error too: what is left is protected by the next call, so nobody
 * may forget how much that is.
 */
static int reset(struct kvmlib_dirty *dirty, const char *function)
{
	while (dirty->nr_taken) {
		int r = kvmlib_vm_reset_dirty_rings(dirty->memory->vm);

		if (r < 0) {
			kvmlib__error_amend(function, NULL);
			dirty->is_uncertain = true;
			return r;
		}
		if (!r)
			dirty->nr_taken = 0; /* another harvester's call took ours along */
		dirty->nr_taken -= (uint64_t)r < dirty->nr_taken ? (uint64_t)r : dirty->nr_taken;
	}
	return 0;
}

int kvmlib__rings_harvest(struct kvmlib_dirty *dirty, const char *function)
{
	int r;

	fill_table(dirty);
	for (size_t i = 0; i < dirty->nr_rings; i++)
		dirty->nr_taken += take_ring(dirty, &dirty->rings[i]);
	r = reset(dirty, function);
	if (r < 0 || !dirty->is_uncertain)
		return r;
	for (size_t i = 0; i < dirty->memory->nr_regions; i++)
		kvmlib__log_found_all(kvmlib__log_of(dirty->memory->map[i].region));
	dirty->is_uncertain = false;
	return 0;
}

int kvmlib_dirty_count_vcpu(const struct kvmlib_dirty *dirty, const struct kvmlib_vcpu *vcpu,
			    uint64_t *ret_pages)
{
	const struct kvmlib__ring *ring;

	if (!dirty || !vcpu || !ret_pages)
		return KVMLIB__NULL_ARGUMENT(!dirty ? 1 : vcpu ? 3 : 2);
	if (dirty->mechanism != KVMLIB_DIRTY_RING)
		return KVMLIB__REFUSE(-EOPNOTSUPP, DIRTY_RING_OFF, 1);
	pthread_mutex_lock(&dirty->memory->lock);
	ring = find_ring(dirty, vcpu);
	if (ring)
		*ret_pages = ring->nr_found;
	pthread_mutex_unlock(&dirty->memory->lock);
	return ring ? 0 : KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
}
