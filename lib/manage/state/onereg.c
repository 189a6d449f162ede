/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers that have ids: those that KVM lists, whatever they are. */
#include "onereg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../onereg/riscv64.h"
#include "its.h"

#if defined(__aarch64__) || defined(__riscv)

/* No register is larger: those of SVE. */
#define LARGEST 256U

/* The counters that the guest's timers count by: the VM's, whichever vCPU it is that sets them. */
#if defined(__aarch64__)
#define COUNTERS                                                    \
	{                                                           \
		KVMLIB_REG_ARM_TIMER_CNT, KVMLIB_REG_ARM_PTIMER_CNT \
	}
#else
#define COUNTERS                           \
	{                                  \
		KVMLIB__RISCV64_TIMER_TIME \
	}
#endif

static bool is_compare(uint64_t id)
{
#if defined(__riscv)
	return id == KVMLIB__RISCV64_TIMER_COMPARE;
#else
	(void)id;
	return false;
#endif
}

/* With its id, and filled up. */
static size_t room_of(uint64_t id)
{
	return sizeof(id) + (kvmlib_reg_size(id) < sizeof(id) ? sizeof(id) : kvmlib_reg_size(id));
}

static bool is_counter(uint64_t id)
{
	static const uint64_t counters[] = COUNTERS;

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		if (counters[i] == id)
			return true;
	return false;
}

/* One of an item's registers; the first is at 0. False behind the last. */
struct reg {
	uint64_t id;
	const uint8_t *value;
	size_t next;
};

static bool reg_at(const struct kvmlib_state_item *item, size_t offset, struct reg *ret)
{
	const uint8_t *data = item->data;

	if (item->length - offset < sizeof(ret->id))
		return false;
	memcpy(&ret->id, data + offset, sizeof(ret->id));
	ret->value = data + offset + sizeof(ret->id);
	ret->next = offset + room_of(ret->id);
	return kvmlib_reg_size(ret->id) <= LARGEST && ret->next <= item->length;
}

bool kvmlib__are_regs(const struct kvmlib_state_item *item)
{
	struct reg reg = { .next = 0 };

	while (reg.next < item->length)
		if (!reg_at(item, reg.next, &reg))
			return false;
	return true;
}

/* Saving */

size_t kvmlib__room_of_regs(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	uint64_t *ids = NULL;
	uint64_t n = 0;
	size_t room = 0;

	(void)plan;
	kvmlib_vcpu_get_reg_list_alloc(vcpu, &ids, &n);
	for (uint64_t i = 0; i < n; i++)
		room += room_of(ids[i]);
	free(ids);
	return room;
}

static int get_reg(struct kvmlib_vcpu *vcpu, uint64_t id, uint8_t *place)
{
	memcpy(place, &id, sizeof(id));
	return kvmlib_vcpu_get_one_reg(vcpu, id, place + sizeof(id), kvmlib_reg_size(id));
}

int64_t kvmlib__get_regs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			 size_t room)
{
	uint64_t *ids;
	uint64_t n;
	size_t used = 0;
	int r = kvmlib_vcpu_get_reg_list_alloc(vcpu, &ids, &n);

	(void)transfer;
	if (r < 0)
		return r;
	for (uint64_t i = 0; r >= 0 && i < n && room - used >= room_of(ids[i]); i++) {
		r = get_reg(vcpu, ids[i], (uint8_t *)data + used);
		used += room_of(ids[i]);
	}
	free(ids);
	return r < 0 ? r : (int64_t)used;
}

/* Restoring */

static bool has_value(struct kvmlib_vcpu *vcpu, const struct reg *reg)
{
	uint8_t now[LARGEST];

	return kvmlib_vcpu_get_one_reg(vcpu, reg->id, now, kvmlib_reg_size(reg->id)) >= 0 &&
	       !memcmp(now, reg->value, kvmlib_reg_size(reg->id));
}

/* Settled before the first run, or by it, and refused after it: the same, or nothing that a guest changes. */
static bool is_settled(const struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		       const struct reg *reg, int r)
{
	return (r == -EBUSY && transfer->is_reset) || has_value(vcpu, reg);
}

static int put_reg(const struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		   const struct reg *reg)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r = kvmlib_vcpu_set_one_reg(vcpu, reg->id, reg->value, kvmlib_reg_size(reg->id));

	if (r >= 0)
		return 0;
	if (!(r == -ENOENT && transfer->allow & KVMLIB_STATE_REGISTER) &&
	    !is_settled(transfer, vcpu, reg, r))
		return r;
	kvmlib__error_restore(&before);
	return 0;
}

static bool is_of_vcpu(uint64_t id)
{
	return !is_counter(id);
}

/* Those that are the VM's, or those of the vCPU. */
static int put_some(const struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item, bool (*is_meant)(uint64_t id))
{
	struct reg reg = { .next = 0 };
	int r = 0;

	while (!r && reg_at(item, reg.next, &reg))
		if (is_meant(reg.id))
			r = put_reg(transfer, vcpu, &reg);
	return r;
}

/* KVM lets riscv64's timer go off at once when it is switched on: when, it is told again behind that. */
int kvmlib__put_regs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		     const struct kvmlib_state_item *item)
{
	int r = put_some(transfer, vcpu, item, is_of_vcpu);

	return r ? r : put_some(transfer, vcpu, item, is_compare);
}

int kvmlib__put_counter(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			const struct kvmlib_state_item *item)
{
	return vcpu == transfer->plan->vcpus[0] ? put_some(transfer, vcpu, item, is_counter) : 0;
}

/* What the state needs of a host */

static bool is_listed(const uint64_t *ids, uint64_t n, uint64_t id)
{
	for (uint64_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static int tell_missing(struct kvmlib__search *search, const struct kvmlib_state_item *item,
			const uint64_t *ids, uint64_t n)
{
	struct reg reg = { .next = 0 };
	int r = 0;

	while (!r && reg_at(item, reg.next, &reg))
		if (!is_listed(ids, n, reg.id))
			r = kvmlib__state_found(search, &(const struct kvmlib_state_problem){
								.item = item->name,
								.instance = item->instance,
								.number = reg.id,
								.kind = KVMLIB_STATE_REGISTER });
	return r;
}

static int check_vcpu(struct kvmlib__search *search, struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_state_item item;
	uint64_t *ids;
	uint64_t n;
	int r;

	if (!kvmlib__state_find(search->state, "regs", vcpu->id, &item))
		return 0;
	r = kvmlib_vcpu_get_reg_list_alloc(vcpu, &ids, &n);
	if (r < 0) {
		kvmlib__error_amend(search->function, "regs");
		return r;
	}
	r = tell_missing(search, &item, ids, n);
	free(ids);
	return r;
}

int kvmlib__state_check_host(struct kvmlib__search *search)
{
	int r = 0;

	for (size_t i = 0; !r && i < search->plan->nr_vcpus; i++)
		r = check_vcpu(search, search->plan->vcpus[i]);
#if defined(__aarch64__)
	if (!r)
		r = kvmlib__check_its(search);
#endif
	return r;
}

#endif
