/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a guest's CPU can be had on a host. */
#include "cpuid.h"

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
		.feature = bit == KVMLIB_CPUID_WHOLE ? NULL : name_of(difference, bit),
		.consequence = consequence_of(kind, difference->reg),
		.guest = difference->a,
		.host = difference->b,
		.kind = kind,
		.leaf = difference->leaf,
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

int kvmlib_cpuid_verdict(const struct kvmlib_cpuid *guest, const struct kvmlib_cpuid *host,
			 int (*lack)(const struct kvmlib_cpuid_lack *lack, void *userdata),
			 void *userdata)
{
	struct listener listener = { lack, userdata, 0 };
	struct kvmlib_cpuid_difference difference;
	uint64_t position = 0;
	int r = 0;

	if (!guest || !host)
		return KVMLIB__NULL_ARGUMENT(guest ? 2 : 1);
	while (!r && kvmlib_cpuid_next_difference(guest, host, &position, &difference)) {
		if (difference.kind == KVMLIB_CPUID_LOST)
			r = tell_lost(&listener, &difference);
		else if (difference.kind == KVMLIB_CPUID_CHANGED)
			r = tell_changed(&listener, &difference);
	}
	return r < 0 ? r : listener.nr;
}
