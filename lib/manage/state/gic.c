/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arm64's interrupt controllers: their registers one by one, in the order in which they are to be
 * written. Some registers are set by what others are before: those that clear stand among them.
 */
#include "gic.h"

#include "attrs.h"

#if defined(__aarch64__)

#define AFFINITY	UINT64_C(0xff00ffffff)
#define FIRST_SHARED	32U /* interrupts before are each vCPU's own */
#define ALL_BITS	0xffffffffU
#define SGI_FRAME	0x10000U /* of a redistributor */
#define CTLR		0x0U	 /* of a redistributor, and where its tables are */
#define TABLES		0x70U
#define TABLES_END	0x80U
#define ENABLE_LPIS	0x1U
#define SYSREG(n, m, o) (3U << 14 | (n) << 7 | (m) << 3 | (o))

/* Registers that hold so many bits of each interrupt, from one on up to another. */
static void take_words(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t offset,
		       uint32_t bits, uint32_t first, uint32_t end)
{
	for (uint32_t irq = first; irq < end; irq += 32U / bits)
		kvmlib__attr_take(walk, group, offset + (uint64_t)irq * bits / 8);
}

/* Where 0 leaves a bit as it is, it is cleared first. */
static void take_bits(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t offset,
		      uint64_t clear, uint32_t first, uint32_t end)
{
	for (uint32_t irq = first; irq < end; irq += 32U) {
		kvmlib__attr_put_in(walk, group, clear + irq / 8, ALL_BITS);
		kvmlib__attr_take(walk, group, offset + irq / 8);
	}
}

/* What the distributor, and a redistributor, hold of interrupts, in arm-vgic-v3.rst's order. */
static void take_irqs(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t base, uint32_t first,
		      uint32_t end)
{
	take_bits(walk, group, base + 0x100, base + 0x180, first, end); /* enabled */
	take_words(walk, group, base + 0x080, 1, first, end);		/* group */
	take_words(walk, group, base + 0xc00, 2, first, end);		/* edge or level */
	take_words(walk, group, base + 0x400, 8, first, end);		/* priority */
}

static void take_pending(struct kvmlib__attr_walk *walk, uint32_t group, uint64_t base,
			 uint32_t first, uint32_t end)
{
	take_words(walk, group, base + 0x200, 1, first, end);
	take_bits(walk, group, base + 0x300, base + 0x380, first, end); /* active */
}

static void take_levels(struct kvmlib__attr_walk *walk, uint32_t first, uint32_t end)
{
	const uint64_t line = (uint64_t)KVMLIB_VGIC_LEVEL_INFO_LINE_LEVEL
			      << KVMLIB_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT;

	for (uint32_t irq = first; irq < end; irq += 32U)
		kvmlib__attr_take(walk, KVMLIB_DEV_ARM_VGIC_GRP_LEVEL_INFO, line | irq);
}

/* GICv3 */

static void take_v3_distributor(struct kvmlib__attr_walk *walk, uint32_t nr_irqs)
{
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS;

	walk->of = 0;
	kvmlib__attr_take(walk, group, 0x8); /* IIDR: how the others are to be taken */
	kvmlib__attr_take(walk, group, 0x0); /* CTLR */
	kvmlib__attr_take(walk, group, 0x10);
	for (uint32_t irq = FIRST_SHARED; irq < nr_irqs; irq++) {
		kvmlib__attr_take(walk, group, 0x6000 + UINT64_C(8) * irq); /* IROUTER, by halves */
		kvmlib__attr_take(walk, group, 0x6004 + UINT64_C(8) * irq);
	}
	take_irqs(walk, group, 0, FIRST_SHARED, nr_irqs);
	take_levels(walk, FIRST_SHARED, nr_irqs);
	take_pending(walk, group, 0, FIRST_SHARED, nr_irqs);
}

static void take_redistributor(struct kvmlib__attr_walk *walk)
{
	static const uint32_t offsets[] = { 0x70, 0x74, 0x78, 0x7c, 0x0, 0x10, 0x14 };
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS;

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		kvmlib__attr_take(walk, group, offsets[i]); /* tables before CTLR; STATUSR, WAKER */
	take_irqs(walk, group, SGI_FRAME, 0, FIRST_SHARED);
	take_levels(walk, 0, FIRST_SHARED);
	take_pending(walk, group, SGI_FRAME, 0, FIRST_SHARED);
}

/* SRE first; how many of the active priorities there are depends on the host. */
static void take_cpu_interface(struct kvmlib__attr_walk *walk)
{
	static const uint32_t always[] = { SYSREG(12U, 12U, 5U), SYSREG(12U, 12U, 4U),
					   SYSREG(4U, 6U, 0U),	 SYSREG(12U, 8U, 3U),
					   SYSREG(12U, 12U, 3U), SYSREG(12U, 12U, 6U),
					   SYSREG(12U, 12U, 7U) };
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_CPU_SYSREGS;

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		kvmlib__attr_take_wide(walk, group, always[i]);
	for (uint32_t i = 0; i < 4; i++) {
		kvmlib__attr_take_optional(walk, group, SYSREG(12U, 8U, 4U + i));
		kvmlib__attr_take_optional(walk, group, SYSREG(12U, 9U, i));
	}
}

static uint64_t affinity_of(struct kvmlib__attr_walk *walk, struct kvmlib_vcpu *vcpu)
{
	uint64_t id, mpidr = 0;

	if (walk->r >= 0)
		walk->r = kvmlib_reg_from_name("MPIDR_EL1", &id);
	if (walk->r >= 0)
		walk->r = kvmlib_vcpu_get_one_reg(vcpu, id, &mpidr, sizeof(mpidr));
	mpidr &= AFFINITY; /* the fourth stands in bits 39 to 32, and is wanted behind the others */
	return (mpidr >> 8 & 0xff000000U) | (mpidr & 0xffffffU);
}

static void take_v3(struct kvmlib__attr_walk *walk, const struct kvmlib_state_plan *plan,
		    uint32_t nr_irqs)
{
	take_v3_distributor(walk, nr_irqs);
	for (size_t i = 0; i < plan->nr_vcpus; i++) {
		walk->of = affinity_of(walk, plan->vcpus[i]) << KVMLIB_DEV_ARM_VGIC_V3_MPIDR_SHIFT;
		take_redistributor(walk);
		take_cpu_interface(walk);
	}
}

/* GICv2: what is each vCPU's own is behind its number. */

static void take_v2_of_vcpu(struct kvmlib__attr_walk *walk)
{
	static const uint32_t offsets[] = { 0x0, 0x4, 0x8, 0x1c, 0xd0 };

	take_irqs(walk, KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, 0, 0, FIRST_SHARED);
	take_pending(walk, KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, 0, 0, FIRST_SHARED);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		kvmlib__attr_take(walk, KVMLIB_DEV_ARM_VGIC_GRP_CPU_REGS, offsets[i]);
}

static void take_v2(struct kvmlib__attr_walk *walk, const struct kvmlib_state_plan *plan,
		    uint32_t nr_irqs)
{
	const uint32_t group = KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS;

	kvmlib__attr_take(walk, group, 0x8);
	kvmlib__attr_take(walk, group, 0x0);
	take_words(walk, group, 0x800, 8, FIRST_SHARED, nr_irqs); /* which vCPUs */
	take_irqs(walk, group, 0, FIRST_SHARED, nr_irqs);
	take_pending(walk, group, 0, FIRST_SHARED, nr_irqs);
	for (size_t i = 0; i < plan->nr_vcpus; i++) {
		walk->of = (uint64_t)i << 32;
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

static void take_all(struct kvmlib__attr_walk *walk, const struct kvmlib_state_plan *plan)
{
	uint32_t nr_irqs = 0;

	walk->device = plan->gic;
	walk->r =
		kvmlib_device_get_attr_u32(plan->gic, KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
	if (is_v3(plan->gic))
		take_v3(walk, plan, nr_irqs);
	else
		take_v2(walk, plan, nr_irqs);
}

size_t kvmlib__room_of_gic(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu)
{
	(void)vcpu;
	return kvmlib__attr_room(take_all, plan);
}

int64_t kvmlib__get_gic(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			size_t room)
{
	(void)vcpu;
	return kvmlib__attr_save(take_all, transfer->plan, data, room);
}

static bool is_of_redistributor(const struct kvmlib__saved_attr *attr, uint32_t first, uint32_t end)
{
	const uint32_t offset = (uint32_t)attr->attr;

	return attr->group == KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS && offset >= first &&
	       offset < end;
}

/* While a redistributor takes LPIs it keeps its tables, and what is pending of another moment. */
static int stop_lpis(struct kvmlib_device *gic, const struct kvmlib__saved_attr *attr)
{
	struct kvmlib__saved_attr now = *attr;
	int r;

	if (!is_of_redistributor(attr, CTLR, CTLR + 1))
		return 0;
	r = kvmlib__attr_get(gic, &now);
	if (r < 0 || !(now.value & ENABLE_LPIS))
		return r;
	now.value = 0;
	return kvmlib__attr_set(gic, &now);
}

/* KVM makes more of a table's address that is 0 when it is written, even to what it was. */
static int put(struct kvmlib_device *gic, const struct kvmlib__saved_attr *attr)
{
	struct kvmlib__saved_attr now = *attr;

	if (is_of_redistributor(attr, TABLES, TABLES_END) && !kvmlib__attr_get(gic, &now) &&
	    now.value == attr->value)
		return 0;
	return kvmlib__attr_set(gic, attr);
}

int kvmlib__put_gic(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item)
{
	int r = kvmlib__attr_each(item, transfer->plan->gic, stop_lpis);

	(void)vcpu;
	return r ? r : kvmlib__attr_each(item, transfer->plan->gic, put);
}

bool kvmlib__is_gic(const struct kvmlib_state_item *item)
{
	const struct kvmlib__saved_attr *attrs = item->data;

	for (size_t i = 0; i < item->length / sizeof(*attrs); i++)
		if ((attrs[i].size != sizeof(uint32_t) && attrs[i].size != sizeof(uint64_t)) ||
		    attrs[i].group == KVMLIB_DEV_ARM_VGIC_GRP_CTRL)
			return false;
	return true;
}

#endif
