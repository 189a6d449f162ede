/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* riscv64's AIA: the registers of the APLIC, and of each vCPU's IMSIC. */
#include "aia.h"

#include "attrs.h"

#include <errno.h>

#if defined(__riscv)

#define ALL_BITS  0xffffffffU
#define BY_EDGE	  4U /* how a source tells: else KVM clears nothing that is pending */
#define DOMAINCFG 0x0U
#define SOURCECFG 0x4U /* of the first source, which is 1 */
#define SETIP	  0x1c00U
#define CLRIP	  0x1d00U
#define SETIE	  0x1e00U
#define CLRIE	  0x1f00U
#define TARGET	  0x3004U

#define EIDELIVERY  0x70U
#define EITHRESHOLD 0x72U
#define EIP	    0x80U
#define EIE	    0xc0U

static uint32_t config(struct kvmlib__attr_walk *walk, uint64_t what)
{
	uint32_t value = 0;

	if (!walk->r)
		walk->r = kvmlib_device_get_attr_u32(walk->device, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG,
						     what, &value);
	return value;
}

static void put_in_aplic(struct kvmlib__attr_walk *walk, uint32_t offset, uint32_t value)
{
	kvmlib__attr_put_in(walk, KVMLIB_DEV_RISCV_AIA_GRP_APLIC, offset, value);
}

/* Registers that follow each other. */
static void take_aplic(struct kvmlib__attr_walk *walk, uint32_t offset, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		kvmlib__attr_take(walk, KVMLIB_DEV_RISCV_AIA_GRP_APLIC, offset + 4 * i);
}

/* It sends nothing meanwhile, and nothing of what was before is left. */
static void clear_aplic(struct kvmlib__attr_walk *walk, uint32_t nr_sources, uint32_t words)
{
	put_in_aplic(walk, DOMAINCFG, 0);
	for (uint32_t i = 0; i < nr_sources; i++)
		put_in_aplic(walk, SOURCECFG + 4 * i, BY_EDGE);
	for (uint32_t i = 0; i < words; i++) {
		put_in_aplic(walk, CLRIE + 4 * i, ALL_BITS);
		put_in_aplic(walk, CLRIP + 4 * i, ALL_BITS);
	}
}

/* One without sources is not there. */
static void take_all_of_aplic(struct kvmlib__attr_walk *walk)
{
	const uint32_t nr_sources = config(walk, KVMLIB_DEV_RISCV_AIA_CONFIG_SRCS);
	const uint32_t words = nr_sources / 32 + 1;

	if (!nr_sources)
		return;
	clear_aplic(walk, nr_sources, words);
	take_aplic(walk, SOURCECFG, nr_sources);
	take_aplic(walk, TARGET, nr_sources);
	take_aplic(walk, SETIP, words);
	take_aplic(walk, SETIE, words);
	take_aplic(walk, DOMAINCFG, 1);
}

static void take_imsic(struct kvmlib__attr_walk *walk, uint32_t nr_ids)
{
	const uint32_t group = KVMLIB_DEV_RISCV_AIA_GRP_IMSIC;

	kvmlib__attr_take_wide(walk, group, EIDELIVERY);
	kvmlib__attr_take_wide(walk, group, EITHRESHOLD);
	for (uint32_t i = 0; i <= nr_ids; i += 64) { /* each second number, of 64 bits */
		kvmlib__attr_take_wide(walk, group, EIE + i / 32);
		kvmlib__attr_take_wide(walk, group, EIP + i / 32);
	}
}

/* The IMSICs after what may send to them. */
static void take_all(struct kvmlib__attr_walk *walk, const struct kvmlib_state_plan *plan)
{
	uint32_t nr_ids;

	walk->device = plan->aia;
	take_all_of_aplic(walk);
	nr_ids = config(walk, KVMLIB_DEV_RISCV_AIA_CONFIG_IDS);
	for (size_t i = 0; i < plan->nr_vcpus; i++) {
		walk->of = (uint64_t)plan->vcpus[i]->id << KVMLIB_DEV_RISCV_AIA_IMSIC_ISEL_BITS;
		take_imsic(walk, nr_ids);
	}
}

size_t kvmlib__room_of_aia(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	(void)vcpu;
	return kvmlib__attr_room(take_all, plan);
}

int64_t kvmlib__get_aia(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			size_t room)
{
	(void)vcpu;
	return kvmlib__attr_save(take_all, transfer->plan, data, room);
}

static int lost(const struct kvmlib__saved_attr *attr, uint64_t here)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.cause = KVMLIB_CAUSE_AIA_REGISTER_LOST,
		.errnum = -ENOTSUP,
		KVMLIB__VALUES(KVMLIB__VALUE(GROUP, attr->group),
			       KVMLIB__VALUE(ATTRIBUTE, attr->attr),
			       KVMLIB__VALUE(SAVED, attr->value), KVMLIB__VALUE(HERE, here)) });
}

/* KVM's own files of interrupts take and give half of a register (Linux 6.5 to 7.2), and say nothing. */
static int put(struct kvmlib_device *aia, const struct kvmlib__saved_attr *attr)
{
	struct kvmlib__saved_attr now = *attr;
	int r = kvmlib__attr_set(aia, attr);

	if (r < 0 || attr->group != KVMLIB_DEV_RISCV_AIA_GRP_IMSIC)
		return r;
	r = kvmlib__attr_get(aia, &now);
	return r < 0 || now.value == attr->value ? r : lost(attr, now.value);
}

int kvmlib__put_aia(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item)
{
	(void)vcpu;
	return kvmlib__attr_each(item, transfer->plan->aia, put);
}

bool kvmlib__is_aia(const struct kvmlib_state_item *item)
{
	const struct kvmlib__saved_attr *attrs = item->data;

	for (size_t i = 0; i < item->length / sizeof(*attrs); i++) {
		const bool is_aplic = attrs[i].group == KVMLIB_DEV_RISCV_AIA_GRP_APLIC;

		if ((!is_aplic && attrs[i].group != KVMLIB_DEV_RISCV_AIA_GRP_IMSIC) ||
		    attrs[i].size != (is_aplic ? sizeof(uint32_t) : sizeof(uint64_t)))
			return false;
	}
	return true;
}

#else
/* A file must not be empty. */
typedef int kvmlib__no_aia;
#endif
