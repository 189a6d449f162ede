/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Handing coalesced writes over.
 *
 * All vCPUs of a VM share the ring. KVM appends, and moves `last` on after an entry is written; one
 * thread at a time hands over, and moves `first` on after the handler is done with an entry. So who
 * finds the two equal knows that all of what was written before has been served, without a lock;
 * and KVM can't use an entry anew before. One slot stays unused, so that full is not empty.
 *
 * What is in the ring is not trusted: other code in the process can write there.
 */
#include "coalesced.h"

#include <errno.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

static struct kvm_coalesced_mmio_ring *ring_of(const struct kvmlib_coalesced *coalesced,
					       const struct kvmlib_vcpu *vcpu)
{
	return (void *)((char *)vcpu->run + coalesced->ring_offset);
}

static bool is_empty(const struct kvm_coalesced_mmio_ring *ring)
{
	return __atomic_load_n(&ring->first, __ATOMIC_ACQUIRE) ==
	       __atomic_load_n(&ring->last, __ATOMIC_ACQUIRE);
}

/* `found` is what can't be: an index, or the length of an entry. */
static int is_broken(uint32_t index, struct kvmlib__value found, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_COALESCED_RING,
		.errnum = -EPROTO,
		KVMLIB__VALUES(KVMLIB__VALUE(INDEX, index), found) });
}

/* Copied, so that nothing changes under the handler. */
static int take(const struct kvm_coalesced_mmio_ring *ring, uint32_t at,
		struct kvmlib_coalesced_write *write, const char *function)
{
	const struct kvm_coalesced_mmio *entry = &ring->coalesced_mmio[at];

	write->address = entry->phys_addr;
	write->length = __atomic_load_n(&entry->len, __ATOMIC_RELAXED);
	write->flags = entry->pio ? KVMLIB_COALESCED_PIO : 0;
	memcpy(write->data, entry->data, sizeof(write->data));
	if (!write->length || write->length > sizeof(write->data))
		return is_broken(at, (struct kvmlib__value)KVMLIB__VALUE(SIZE, write->length),
				 function);
	return 0;
}

static int hand_over(const struct kvmlib_coalesced *coalesced, struct kvmlib_vcpu *vcpu,
		     const struct kvmlib_coalesced_write *write, const char *function)
{
	int r = coalesced->opts.handler(vcpu, write, coalesced->opts.userdata);

	if (r >= 0)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_CANCELLED,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id),
			       KVMLIB__VALUE(ADDRESS, write->address)) });
}

/* What is there now, and no more: others' guests may write faster than this can go on. */
static int empty_ring(const struct kvmlib_coalesced *coalesced, struct kvmlib_vcpu *vcpu,
		      const char *function)
{
	struct kvm_coalesced_mmio_ring *ring = ring_of(coalesced, vcpu);
	const uint32_t end = __atomic_load_n(&ring->last, __ATOMIC_ACQUIRE);
	const uint32_t n = coalesced->nr_entries;
	uint32_t at = __atomic_load_n(&ring->first, __ATOMIC_RELAXED);
	struct kvmlib_coalesced_write write;
	int r = 0, count = 0;

	if (at >= n || end >= n)
		return is_broken(at >= n ? at : end, (struct kvmlib__value)KVMLIB__VALUE(LIMIT, n),
				 function);
	for (; r >= 0 && at != end; count++) {
		r = take(ring, at, &write, function);
		if (r < 0)
			return r;
		r = hand_over(coalesced, vcpu, &write, function);
		at = (at + 1) % n;
		__atomic_store_n(&ring->first, at, __ATOMIC_RELEASE);
	}
	return r < 0 ? r : count;
}

/* False where the calling thread is in the handler. */
static bool begin(struct kvmlib_coalesced *coalesced)
{
	bool is_nested;

	pthread_mutex_lock(&coalesced->lock);
	is_nested = coalesced->is_draining && pthread_equal(coalesced->drainer, pthread_self());
	while (coalesced->is_draining && !is_nested)
		pthread_cond_wait(&coalesced->drained, &coalesced->lock);
	if (!is_nested) {
		coalesced->is_draining = true;
		coalesced->drainer = pthread_self();
	}
	pthread_mutex_unlock(&coalesced->lock);
	return !is_nested;
}

static void end(struct kvmlib_coalesced *coalesced)
{
	pthread_mutex_lock(&coalesced->lock);
	coalesced->is_draining = false;
	pthread_cond_signal(&coalesced->drained);
	pthread_mutex_unlock(&coalesced->lock);
}

int kvmlib_coalesced_drain(struct kvmlib_coalesced *coalesced, struct kvmlib_vcpu *vcpu)
{
	int r;

	if (!coalesced || !vcpu)
		return KVMLIB__NULL_ARGUMENT(coalesced ? 2 : 1);
	if (vcpu->vm != coalesced->vm)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	KVMLIB__REFUSE_FORKED(coalesced->vm);
	if (is_empty(ring_of(coalesced, vcpu)))
		return 0;
	if (!begin(coalesced))
		return KVMLIB__REFUSE(-EDEADLK, COALESCED_BUSY, 1);
	r = empty_ring(coalesced, vcpu, __func__);
	end(coalesced);
	return r;
}
