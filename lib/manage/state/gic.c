/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arm64's interrupt controllers: their registers one by one, in the order in which they are to be
 * written. Some registers are set by what others are before: those that clear stand among them.
 */
#include "gic.h"

#include <errno.h>

#if defined(__aarch64__)

#define AFFINITY	UINT64_C(0xff00ffffff)
#define FIRST_SHARED	32U /* interrupts before are each vCPU's own */
#define ALL_BITS	0xffffffffU
#define SGI_FRAME	0x10000U /* of a redistributor */
#define SYSREG(n, m, o) (3U << 14 | (n) << 7 | (m) << 3 | (o))

/* What an attribute of the device holds, as it stands in the item. */
struct saved_attr {
	uint32_t group;
	uint32_t size; /* 4 or 8 bytes */
	uint64_t attr;
	uint64_t value;
};
_Static_assert(sizeof(struct saved_attr) == KVMLIB__GIC_ATTR_SIZE, "no padding");

/* A controller on its way into the item; without room, what there is is only counted. */
struct walk {
	struct kvmlib_device *gic;
	struct saved_attr *attrs;
	size_t room, n;
	uint64_t vcpu; /* whose registers they are, in the upper half */
	uint32_t nr_irqs;
	int r;
};

static int get(struct kvmlib_device *gic, struct saved_attr *attr)
{
	uint32_t value = 0;
	int r;

	if (attr->size == sizeof(attr->value))
		return kvmlib_device_get_attr_u64(gic, attr->group, attr->attr, &attr->value);
	r = kvmlib_device_get_attr_u32(gic, attr->group, attr->attr, &value);
	attr->value = value;
	return r;
}

static void put_in(struct walk *walk, const struct saved_attr *attr)
{
	if (walk->n < walk->room)
		walk->attrs[walk->n] = *attr;
	walk->n++;
}

/* A register that some controllers have not is left out. */
static void take(struct walk *walk, uint32_t group, uint64_t offset, uint32_t size,
		 bool is_optional)
{
	const struct kvmlib__record before = kvmlib__error_save();
	struct saved_attr attr = { .group = group, .size = size, .attr = walk->vcpu | offset };

	if (walk->r < 0)
		return;
	walk->r = walk->attrs ? get(walk->gic, &attr) : 0;
	if (!walk->r) {
		put_in(walk, &attr);
	} else if (is_optional) {
		kvmlib__error_restore(&before);
		walk->r = 0;
	}
}

static void take_word(struct walk *walk, uint32_t group, uint64_t offset)
{
	take(walk, group, offset, sizeof(uint32_t), false);
}

/* Registers that hold so many bits of each interrupt, from one on up to another. */
static void take_words(struct walk *walk, uint32_t group, uint64_t offset, uint32_t bits,
		       uint32_t first, uint32_t end)
{
	for (uint32_t irq = first; irq < end; irq += 32U / bits)
		take_word(walk, group, offset + (uint64_t)irq * bits / 8);
}

/* Where 0 leaves a bit as it is, it is cleared first. */
static void take_bits(struct walk *walk, uint32_t group, uint64_t offset, uint64_t clear,
		      uint32_t first, uint32_t end)
{
	for (uint32_t irq = first; irq < end && walk->r >= 0; irq += 32U) {
		put_in(walk, &(const struct saved_attr){ .group = group,
							 .size = sizeof(uint32_t),
							 .attr = walk->vcpu | (clear + irq / 8),
							 .value = ALL_BITS });
		take_word(walk, group, offset + irq / 8);
	}
}

/* What the distributor, and a redistributor, hold of interrupts, in arm-vgic-v3.rst's order. */
static void take_irqs(struct walk *walk, uint32_t group, uint64_t base, uint32_t first,
		      uint32_t end)
{
	take_bits(walk, group, base + 0x100, base + 0x180, first, end); /* enabled */
	take_words(walk, group, base + 0x080, 1, first, end);		/* group */
	take_words(walk, group, base + 0xc00, 2, first, end);		/* edge or level */
	take_words(walk, group, base + 0x400, 8, first, end);		/* priority */
}

static void take_pending(struct walk *walk, uint32_t group, uint64_t base, uint32_t first,
			 uint32_t end)
{
	take_words(walk, group, base + 0x200, 1, first, end);
	take_bits(walk, group, base + 0x300, base + 0x380, first, end); /* active */
}

static void take_levels(struct walk *walk, uint32_t first, uint32_t end)
{
	const uint64_t line = (uint64_t)KVMLIB_VGIC_LEVEL_INFO_LINE_LEVEL
			      << KVMLIB_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT;

	for (uint32_t irq = first; irq < end; irq += 32U)
		take_word(walk, KVMLIB_DEV_ARM_VGIC_GRP_LEVEL_INFO, line | irq);
}

/* GICv3 */

static void take_v3_distributor(struct walk *walk)
{
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS;

	walk->vcpu = 0;
	take_word(walk, group, 0x8); /* IIDR: how the others are to be taken */
	take_word(walk, group, 0x0); /* CTLR */
	take_word(walk, group, 0x10);
	for (uint32_t irq = FIRST_SHARED; irq < walk->nr_irqs; irq++) {
		take_word(walk, group, 0x6000 + UINT64_C(8) * irq); /* IROUTER, by halves */
		take_word(walk, group, 0x6004 + UINT64_C(8) * irq);
	}
	take_irqs(walk, group, 0, FIRST_SHARED, walk->nr_irqs);
	take_levels(walk, FIRST_SHARED, walk->nr_irqs);
	take_pending(walk, group, 0, FIRST_SHARED, walk->nr_irqs);
}

static void take_redistributor(struct walk *walk)
{
	static const uint32_t offsets[] = { 0x70, 0x74, 0x78, 0x7c, 0x0, 0x10, 0x14 };
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS;

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		take_word(walk, group, offsets[i]); /* tables before CTLR; STATUSR, WAKER */
	take_irqs(walk, group, SGI_FRAME, 0, FIRST_SHARED);
	take_levels(walk, 0, FIRST_SHARED);
	take_pending(walk, group, SGI_FRAME, 0, FIRST_SHARED);
}

/* SRE first; how many of the active priorities there are depends on the host. */
static void take_cpu_interface(struct walk *walk)
{
	static const uint32_t always[] = { SYSREG(12U, 12U, 5U), SYSREG(12U, 12U, 4U),
					   SYSREG(4U, 6U, 0U),	 SYSREG(12U, 8U, 3U),
					   SYSREG(12U, 12U, 3U), SYSREG(12U, 12U, 6U),
					   SYSREG(12U, 12U, 7U) };
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_CPU_SYSREGS;

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		take(walk, group, always[i], sizeof(uint64_t), false);
	for (uint32_t i = 0; i < 4; i++) {
		take(walk, group, SYSREG(12U, 8U, 4U + i), sizeof(uint64_t), true);
		take(walk, group, SYSREG(12U, 9U, i), sizeof(uint64_t), true);
	}
}

static uint64_t affinity_of(struct walk *walk, struct kvmlib_vcpu *vcpu)
{
	uint64_t id, mpidr = 0;

	if (walk->r >= 0)
		walk->r = kvmlib_reg_from_name("MPIDR_EL1", &id);
	if (walk->r >= 0)
		walk->r = kvmlib_vcpu_get_one_reg(vcpu, id, &mpidr, sizeof(mpidr));
	mpidr &= AFFINITY; /* the fourth stands in bits 39 to 32, and is wanted behind the others */
	return (mpidr >> 8 & 0xff000000U) | (mpidr & 0xffffffU);
}

static void take_v3(struct walk *walk, const struct kvmlib_state_plan *plan)
{
	take_v3_distributor(walk);
	for (size_t i = 0; i < plan->nr_vcpus; i++) {
		walk->vcpu = affinity_of(walk, plan->vcpus[i])
			     << KVMLIB_DEV_ARM_VGIC_V3_MPIDR_SHIFT;
		take_redistributor(walk);
		take_cpu_interface(walk);
	}
}

/* GICv2: what is each vCPU's own is behind its number. */

static void take_v2_of_vcpu(struct walk *walk)
{
	static const uint32_t offsets[] = { 0x0, 0x4, 0x8, 0x1c, 0xd0 };

	take_irqs(walk, KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, 0, 0, FIRST_SHARED);
	take_pending(walk, KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, 0, 0, FIRST_SHARED);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		take_word(walk, KVMLIB_DEV_ARM_VGIC_GRP_CPU_REGS, offsets[i]);
}

static void take_v2(struct walk *walk, const struct kvmlib_state_plan *plan)
{
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS;

	take_word(walk, group, 0x8);
	take_word(walk, group, 0x0);
	take_words(walk, group, 0x800, 8, FIRST_SHARED, walk->nr_irqs); /* which vCPUs */
	take_irqs(walk, group, 0, FIRST_SHARED, walk->nr_irqs);
	take_pending(walk, group, 0, FIRST_SHARED, walk->nr_irqs);
	for (size_t i = 0; i < plan->nr_vcpus; i++) {
		walk->vcpu = (uint64_t)i << 32;
		take_v2_of_vcpu(walk);
	}
}

/* Both */

static bool is_v3(struct kvmlib_device *gic)
{
	const struct kvmlib__record before = kvmlib__error_save();
	bool is = !kvmlib_device_has_attr(gic, KVMLIB_DEV_ARM_VGIC_GRP_CTRL,
					  KVMLIB_DEV_ARM_VGIC_SAVE_PENDING_TABLES);

	kvmlib__error_restore(&before);
	return is;
}

static void take_all(struct walk *walk, const struct kvmlib_state_plan *plan)
{
	walk->gic = plan->gic;
	walk->r = kvmlib_device_get_attr_u32(plan->gic, KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS, 0,
					     &walk->nr_irqs);
	if (is_v3(plan->gic))
		take_v3(walk, plan);
	else
		take_v2(walk, plan);
}

size_t kvmlib__room_of_gic(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib__record before = kvmlib__error_save();
	struct walk walk = { .n = 0 };

	(void)vcpu;
	take_all(&walk, plan);
	kvmlib__error_restore(&before);
	return walk.n * sizeof(struct saved_attr);
}

int64_t kvmlib__get_gic(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			size_t room)
{
	struct walk walk = { .attrs = data, .room = room / sizeof(struct saved_attr) };

	(void)vcpu;
	take_all(&walk, transfer->plan);
	return walk.r < 0 ? walk.r : (int64_t)(walk.n * sizeof(struct saved_attr));
}

/* KVM makes more of a table's address that is 0 when it is written, even to what it was. */
static bool is_table(const struct saved_attr *attr)
{
	const uint32_t offset = (uint32_t)attr->attr;

	return attr->group == KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS && offset >= 0x70 &&
	       offset < 0x80;
}

static int put(struct kvmlib_device *gic, const struct saved_attr *attr)
{
	struct saved_attr now = *attr;

	if (is_table(attr) && !get(gic, &now) && now.value == attr->value)
		return 0;
	return kvmlib_device_set_attr(gic, attr->group, attr->attr, &attr->value);
}

int kvmlib__put_gic(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item)
{
	const struct saved_attr *attrs = item->data;
	int r = 0;

	(void)vcpu;
	for (size_t i = 0; !r && i < item->length / sizeof(*attrs); i++)
		r = put(transfer->plan->gic, &attrs[i]);
	return r;
}

bool kvmlib__is_gic(const struct kvmlib_state_item *item)
{
	const struct saved_attr *attrs = item->data;

	for (size_t i = 0; i < item->length / sizeof(*attrs); i++)
		if ((attrs[i].size != sizeof(uint32_t) && attrs[i].size != sizeof(uint64_t)) ||
		    attrs[i].group == KVMLIB_DEV_ARM_VGIC_GRP_CTRL)
			return false;
	return true;
}

#endif
