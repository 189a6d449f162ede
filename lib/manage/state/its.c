/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arm64's ITSs: a few registers, and tables that the guest has given them in its memory. KVM keeps what is in
 * these for itself, and writes it there when it is told to.
 */
#include "its.h"

#include <errno.h>

#if defined(__aarch64__)

#define CTLR	     (KVMLIB__ITS_REGISTERS - 1)
#define CTLR_ENABLED 0x1U

/* IIDR; CBASER, whose writing sets the other two: CREADR, CWRITER; BASER0 to 7. CTLR comes after the tables. */
static const uint64_t offsets[KVMLIB__ITS_REGISTERS] = { 0x4,	0x80,  0x90,  0x88,  0x100,
							 0x108, 0x110, 0x118, 0x120, 0x128,
							 0x130, 0x138, 0x0 };

struct saved_its {
	uint64_t registers[KVMLIB__ITS_REGISTERS];
};
_Static_assert(sizeof(struct saved_its) == KVMLIB__ITS_SIZE, "no padding");

static int control(struct kvmlib_device *device, uint64_t what)
{
	return kvmlib_device_set_attr(device, KVMLIB_DEV_ARM_VGIC_GRP_CTRL, what, NULL);
}

size_t kvmlib__room_of_its(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	(void)vcpu;
	return plan->nr_its * sizeof(struct saved_its);
}

static int get_registers(struct kvmlib_device *its, struct saved_its *saved)
{
	int r = 0;

	for (size_t i = 0; !r && i < KVMLIB__ITS_REGISTERS; i++)
		r = kvmlib_device_get_attr_u64(its, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, offsets[i],
					       &saved->registers[i]);
	return r;
}

/* LPIs that are pending are in tables of the redistributors. */
static int save_tables(const struct kvmlib_state_plan *plan)
{
	int r = control(plan->gic, KVMLIB_DEV_ARM_VGIC_SAVE_PENDING_TABLES);

	for (size_t i = 0; !r && i < plan->nr_its; i++)
		r = control(plan->its[i], KVMLIB_DEV_ARM_ITS_SAVE_TABLES);
	return r;
}

/* For the way back the tables are not written: the memory is that of the state that comes already. */
int64_t kvmlib__get_its(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			size_t room)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	struct saved_its *saved = data;
	int r = transfer->is_way_back ? 0 : save_tables(plan);

	(void)vcpu;
	for (size_t i = 0; !r && i < plan->nr_its; i++)
		r = get_registers(plan->its[i], &saved[i]);
	return r < 0 ? r : (int64_t)room;
}

int kvmlib__reset_its(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		      const struct kvmlib_state_item *item)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	int r = 0;

	(void)vcpu;
	(void)item;
	for (size_t i = 0; !r && i < plan->nr_its; i++)
		r = control(plan->its[i], KVMLIB_DEV_ARM_ITS_CTRL_RESET);
	return r;
}

static int set_register(struct kvmlib_device *its, const struct saved_its *saved, size_t i)
{
	return kvmlib_device_set_attr(its, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, offsets[i],
				      &saved->registers[i]);
}

static int put_one(struct kvmlib_device *its, const struct saved_its *saved)
{
	int r = 0;

	for (size_t i = 0; !r && i < CTLR; i++)
		r = set_register(its, saved, i);
	if (!r)
		r = control(its, KVMLIB_DEV_ARM_ITS_RESTORE_TABLES);
	return r ? r : set_register(its, saved, CTLR);
}

/* One that was in use has no way back: what it had mapped is nowhere. */
int kvmlib__put_its(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item)
{
	const struct kvmlib_state_plan *plan = transfer->plan;
	const struct saved_its *saved = item->data;
	int r = 0;

	(void)vcpu;
	for (size_t i = 0; !r && i < plan->nr_its && i < item->length / sizeof(*saved); i++) {
		if (transfer->is_way_back && saved[i].registers[CTLR] & CTLR_ENABLED)
			return -ENODATA;
		r = put_one(plan->its[i], &saved[i]);
	}
	return r;
}

int kvmlib__check_its(struct kvmlib__search *search)
{
	struct kvmlib_state_item item;
	size_t n;

	if (!kvmlib__state_find(search->state, "its", KVMLIB_STATE_VM, &item))
		return 0;
	n = item.length / sizeof(struct saved_its);
	if (!search->plan->nr_its || n == search->plan->nr_its)
		return 0;
	return kvmlib__state_found(
		search, &(const struct kvmlib_state_problem){ .item = "its",
							      .instance = KVMLIB_STATE_VM,
							      .saved = n,
							      .here = search->plan->nr_its,
							      .kind = KVMLIB_STATE_MISSING });
}

#else
/* A file must not be empty. */
typedef int kvmlib__no_its;
#endif
