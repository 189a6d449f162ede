/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a guest's CPU can be had on a host. */
#include "hyperv.h"

#include <errno.h>
#include <inttypes.h>

#include <kvmlib/cpuid_model.h>

#define ALL		   UINT64_MAX
#define XSAVE		   0xdU
#define FIRST_WITH_A_PLACE 2U /* of XSAVE's components: the others are FXSAVE's */
#define MICROCODE	   0x8bU
#define PLATFORM_INFO	   0xceU
#define CPUID_FAULTING	   (1ULL << 31)

/* Bits that hosts do not give, but programs and KVM make up, or that repeat others. */
static const struct {
	uint32_t leaf, subleaf, reg;
	uint64_t bits;
} made_up[] = {
	{ 0, 0, KVMLIB_CPUID_EAX, ALL },
	{ 1, 0, KVMLIB_CPUID_ECX,
	  1U << 3 | 1U << 27 | 1U << 31 },		/* monitor, osxsave, hypervisor */
	{ 1, 0, KVMLIB_CPUID_EDX, 1U << 9 | 1U << 28 }, /* apic, ht */
	{ 7, 0, KVMLIB_CPUID_EAX, ALL },
	{ 7, 0, KVMLIB_CPUID_ECX, 1U << 4 }, /* ospke */
	{ XSAVE, 0, KVMLIB_CPUID_EBX, ALL },
	{ XSAVE, 0, KVMLIB_CPUID_ECX, ALL },
	{ XSAVE, 1, KVMLIB_CPUID_EBX, ALL },
	{ 0x40000000, 0, KVMLIB_CPUID_EAX, ALL },
	{ 0x80000000, 0, KVMLIB_CPUID_EAX, ALL },
	{ 0x80000001, 0, KVMLIB_CPUID_ECX, 1U << 1 },	 /* cmp_legacy */
	{ 0x80000001, 0, KVMLIB_CPUID_EDX, 0x0183f3ff }, /* of 1 EDX, again */
	{ MICROCODE, 0, KVMLIB_CPUID_MSR, ALL },
	{ PLATFORM_INFO, 0, KVMLIB_CPUID_MSR,
	  ~CPUID_FAULTING }, /* speeds, which are the program's */
};

static uint64_t bits_that_count(const struct kvmlib_cpuid_difference *difference)
{
	for (size_t i = 0; i < sizeof(made_up) / sizeof(made_up[0]); i++)
		if (made_up[i].leaf == difference->leaf &&
		    made_up[i].subleaf == difference->subleaf && made_up[i].reg == difference->reg)
			return ~made_up[i].bits;
	return UINT64_MAX;
}

/* Those who are told of what is missing, and how much it was. */
struct listener {
	int (*lack)(const struct kvmlib_cpuid_lack *lack, void *userdata);
	void *userdata;
	int nr;
	const char *name; /* of the enlightenment that is looked at */
	uint32_t moved;	  /* how far from their place the guest's leaves of KVM are */
};

static const char *const consequences[] = {
	[KVMLIB_CPUID_LACKS_FEATURE] = "what the guest does with it fails",
	[KVMLIB_CPUID_LACKS_AMOUNT] = "the guest uses more than there is",
	[KVMLIB_CPUID_LACKS_PLACE] = "the guest finds other registers there",
	[KVMLIB_CPUID_LACKS_VENDOR] = "the guest deals with errors of other processors",
	[KVMLIB_CPUID_LACKS_VALUE] = "the guest relies on what is not so",
};

/* Bits of MSRs tell how the processor is, more often than what it can do. */
static const char *consequence_of(uint32_t kind, uint32_t reg)
{
	if (kind == KVMLIB_CPUID_LACKS_FEATURE && reg == KVMLIB_CPUID_MSR)
		return consequences[KVMLIB_CPUID_LACKS_VALUE];
	return consequences[kind];
}

static const char *name_of(const struct kvmlib_cpuid_difference *difference, uint32_t bit)
{
	const struct kvmlib_cpuid_feature *feature;

	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++)
		if (feature->leaf == difference->leaf && feature->subleaf == difference->subleaf &&
		    feature->reg == difference->reg && feature->bit == bit)
			return feature->name;
	return NULL;
}

static int tell(struct listener *listener, const struct kvmlib_cpuid_difference *difference,
		uint32_t kind, uint32_t bit)
{
	const struct kvmlib_cpuid_lack lack = {
		.feature = listener->name	       ? listener->name
			   : bit == KVMLIB_CPUID_WHOLE ? NULL
						       : name_of(difference, bit),
		.consequence = consequence_of(kind, difference->reg),
		.guest = difference->a,
		.host = difference->b,
		.kind = kind,
		.leaf = difference->leaf +
			(difference->leaf >> 8 == KVMLIB__KVM_LEAF >> 8 ? listener->moved : 0),
		.subleaf = difference->subleaf,
		.reg = difference->reg,
		.bit = bit,
	};
	int r = listener->lack ? listener->lack(&lack, listener->userdata) : 0;

	listener->nr++;
	return r < 0 ? r : 0;
}

static int tell_bits(struct listener *listener, const struct kvmlib_cpuid_difference *difference,
		     uint64_t bits)
{
	int r = 0;

	for (uint32_t bit = 0; !r && bit < 64; bit++)
		if (bits >> bit & 1)
			r = tell(listener, difference, KVMLIB_CPUID_LACKS_FEATURE, bit);
	return r;
}

static int tell_lost(struct listener *listener, const struct kvmlib_cpuid_difference *difference)
{
	const uint64_t counts = bits_that_count(difference);

	if (difference->missing)
		return tell_bits(listener, difference, difference->missing & counts);
	if (counts)
		return tell(listener, difference, KVMLIB_CPUID_LACKS_AMOUNT, KVMLIB_CPUID_WHOLE);
	return 0;
}

/* A component that one of them has not is told as a feature. */
static bool is_elsewhere(const struct kvmlib_cpuid_difference *difference)
{
	return difference->leaf == XSAVE && difference->subleaf >= FIRST_WITH_A_PLACE &&
	       difference->reg <= KVMLIB_CPUID_EBX && difference->a && difference->b;
}

static int tell_changed(struct listener *listener, const struct kvmlib_cpuid_difference *difference)
{
	if (!difference->leaf && difference->reg == KVMLIB_CPUID_EBX && difference->a)
		return tell(listener, difference, KVMLIB_CPUID_LACKS_VENDOR, KVMLIB_CPUID_WHOLE);
	if (difference->reg == KVMLIB_CPUID_MSR && difference->a)
		return tell(listener, difference, KVMLIB_CPUID_LACKS_VALUE, KVMLIB_CPUID_WHOLE);
	if (is_elsewhere(difference))
		return tell(listener, difference, KVMLIB_CPUID_LACKS_PLACE, KVMLIB_CPUID_WHOLE);
	return 0;
}

/* Hyper-V */

static uint32_t lowest(uint32_t bits)
{
	uint32_t bit = 0;

	while (!(bits >> bit & 1U))
		bit++;
	return bit;
}

/* One that the host does not offer, by the first bit that it lacks; by the count where it has no bits. */
static int tell_enlightenment(struct listener *listener, const struct kvmlib_cpuid *guest,
			      const struct kvmlib_cpuid *host,
			      const struct kvmlib__enlightenment *one)
{
	struct kvmlib_cpuid_difference difference = { .leaf = KVMLIB__HYPERV_HINTS,
						      .reg = KVMLIB_CPUID_EBX };
	uint32_t bit = KVMLIB_CPUID_WHOLE;

	for (size_t i = 0; bit == KVMLIB_CPUID_WHOLE && i < KVMLIB__NR_HYPERV_REGISTERS; i++) {
		const struct kvmlib__hyperv_register *in = &kvmlib__hyperv_registers[i];
		const uint32_t missing = (one->bits[i] | one->with[i]) &
					 ~kvmlib__hyperv_offered(host, in->leaf, in->reg);

		if (!missing)
			continue;
		difference.leaf = in->leaf;
		difference.reg = in->reg;
		bit = lowest(missing);
	}
	difference.a = kvmlib__cpuid_register(guest, difference.leaf, 0, difference.reg);
	difference.b = kvmlib__hyperv_offered(host, difference.leaf, difference.reg);
	listener->name = one->told.name;
	return tell(listener, &difference, KVMLIB_CPUID_LACKS_FEATURE, bit);
}

/* Bits that no enlightenment of the guest has. */
static int tell_unnamed(struct listener *listener, const struct kvmlib_cpuid *guest,
			const struct kvmlib_cpuid *host, size_t place, uint32_t named)
{
	const struct kvmlib__hyperv_register *in = &kvmlib__hyperv_registers[place];
	struct kvmlib_cpuid_difference difference = { .leaf = in->leaf, .reg = in->reg };
	uint64_t missing;

	difference.a = kvmlib__cpuid_register(guest, in->leaf, 0, in->reg);
	difference.b = kvmlib__hyperv_offered(host, in->leaf, in->reg);
	missing = difference.a & ~difference.b & ~(uint64_t)named;
	return tell_bits(listener, &difference, missing);
}

static int tell_hyperv(struct listener *listener, const struct kvmlib_cpuid *guest,
		       const struct kvmlib_cpuid *host)
{
	const uint32_t set = kvmlib__hyperv_set_of(guest);
	const uint32_t missing = set & ~kvmlib__hyperv_offers_of(host);
	const uint32_t always[KVMLIB__NR_HYPERV_REGISTERS] = { set ? KVMLIB__HYPERCALLS : 0, 0,
							       KVMLIB__HOTPLUG };
	int r = 0;

	listener->moved = 0;
	for (size_t i = 0; !r && i < kvmlib__nr_enlightenments; i++)
		if (missing >> i & 1U)
			r = tell_enlightenment(listener, guest, host, &kvmlib__enlightenments[i]);
	listener->name = NULL;
	for (size_t i = 0; !r && kvmlib__is_hyperv(guest) && i < KVMLIB__NR_HYPERV_REGISTERS; i++)
		r = tell_unnamed(listener, guest, host, i, kvmlib__hyperv_bits(set, i) | always[i]);
	return r;
}

/* All but Hyper-V, with KVM's own leaves where they are without it. */
static int tell_rest(struct listener *listener, const struct kvmlib_cpuid *guest,
		     const struct kvmlib_cpuid *host)
{
	struct kvmlib_cpuid plain = *guest, there = *host;
	struct kvmlib_cpuid_difference difference;
	uint64_t position = 0;
	int r = 0;

	listener->moved = kvmlib__is_hyperv(guest) ? KVMLIB__KVM_MOVED : 0;
	kvmlib__hyperv_take_out(&plain);
	kvmlib__hyperv_take_out(&there);
	while (!r && kvmlib_cpuid_next_difference(&plain, &there, &position, &difference)) {
		if (difference.kind == KVMLIB_CPUID_LOST)
			r = tell_lost(listener, &difference);
		else if (difference.kind == KVMLIB_CPUID_CHANGED)
			r = tell_changed(listener, &difference);
	}
	return r;
}

int kvmlib_cpuid_verdict(const struct kvmlib_cpuid *guest, const struct kvmlib_cpuid *host,
			 int (*lack)(const struct kvmlib_cpuid_lack *lack, void *userdata),
			 void *userdata)
{
	struct listener listener = { lack, userdata, 0, NULL, 0 };
	int r;

	if (!guest || !host)
		return KVMLIB__NULL_ARGUMENT(guest ? 2 : 1);
	r = tell_rest(&listener, guest, host);
	if (!r)
		r = tell_hyperv(&listener, guest, host);
	return r < 0 ? r : listener.nr;
}
