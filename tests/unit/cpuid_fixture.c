/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpuid_fixture.h"

#include <string.h>

#define INDEXED KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX

#define COMMON                                                                               \
	"fpu tsc msr pae cx8 apic cmov mmx fxsr sse sse2 ht sse3 ssse3 cx16 sse4_1 sse4_2 "  \
	"x2apic popcnt aes pclmulqdq xsave osxsave avx fma f16c tsc_deadline_timer avx2 "    \
	"hypervisor avx512f avx512dq avx512bw pku ospke xsave_x87 xsave_sse xsave_avx "      \
	"xsave_opmask xsave_zmm_hi256 xsave_hi16_zmm xsave_pkru xsaveopt xsavec xgetbv1 "    \
	"xsaves shstk xsave_cet_user lm nx syscall rdtscp kvm_clocksource kvm_clocksource2 " \
	"kvm_clocksource_stable kvm_pv_eoi kvm_async_pf kvm_async_pf_int"

/* Subleaves of the extended state that both have; PKRU is elsewhere. */
static const struct kvmlib_cpuid_leaf shared_leaves[] = {
	{ 0xd, 0, INDEXED, 0, { 0, 0x240, 0, 0 } },
	{ 0xd, 1, INDEXED, 0, { 0, 0x240, 0, 0 } },
	{ 0xd, 2, INDEXED, 0, { 0x100, 0x240, 0, 0 } },
	{ 0xd, 5, INDEXED, 0, { 0x40, 0x440, 0, 0 } },
	{ 0xd, 6, INDEXED, 0, { 0x200, 0x480, 0, 0 } },
	{ 0xd, 7, INDEXED, 0, { 0x400, 0x680, 0, 0 } },
	{ 0xd, 11, INDEXED, 0, { 0x10, 0, 1, 0 } },
	{ 0x40000000, 0, 0, 0, { 0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d } },
};

static const struct kvmlib_cpuid_leaf intel_leaves[] = {
	{ 0x0, 0, 0, 0, { 0x1f, 0x756e6547, 0x6c65746e, 0x49656e69 } },
	{ 0x1, 0, 0, 0, { 0x000806f8, 0x00010800, 0, 0 } },
	{ 0x4, 0, INDEXED, 0, { 0x121, 0x02c0003f, 0x3f, 0 } },
	{ 0x4, 1, INDEXED, 0, { 0x143, 0x03c0003f, 0x7ff, 0 } },
	{ 0x4, 2, INDEXED, 0, { 0x163, 0x03c0003f, 0xffff, 4 } },
	{ 0x4, 3, INDEXED, 0, { 0, 0, 0, 0 } },
	{ 0xb, 0, INDEXED, 0, { 0, 0, 0, 0 } },
	{ 0xd, 9, INDEXED, 0, { 0x8, 0xa80, 0, 0 } },
	{ 0x1f, 0, INDEXED, 0, { 0, 0, 0, 0 } },
	{ 0x80000000, 0, 0, 0, { 0x80000008, 0, 0, 0 } },
	{ 0x80000002, 0, 0, 0, { 0x65746e49, 0x2952286c, 0x6f655820, 0x2952286e } },
	{ 0x80000008, 0, 0, 0, { 0x3934, 0, 0, 0 } },
};

static const struct kvmlib_cpuid_leaf amd_leaves[] = {
	{ 0x0, 0, 0, 0, { 0x10, 0x68747541, 0x444d4163, 0x69746e65 } },
	{ 0x1, 0, 0, 0, { 0x00a10f11, 0x00010800, 0, 0 } },
	{ 0xb, 0, INDEXED, 0, { 0, 0, 0, 0 } },
	{ 0xd, 9, INDEXED, 0, { 0x8, 0xa80, 0, 0 } },
	{ 0x80000000, 0, 0, 0, { 0x80000026, 0x68747541, 0x444d4163, 0x69746e65 } },
	{ 0x80000008, 0, 0, 0, { 0x3030, 0, 0, 0x00010007 } },
	{ 0x8000001d, 0, INDEXED, 0, { 0x121, 0x01c0003f, 0x3f, 0 } },
	{ 0x8000001d, 1, INDEXED, 0, { 0x143, 0x01c0003f, 0x7ff, 2 } },
	{ 0x8000001d, 2, INDEXED, 0, { 0x163, 0x03c0003f, 0x7fff, 1 } },
	{ 0x8000001d, 3, INDEXED, 0, { 0, 0, 0, 0 } },
	{ 0x8000001e, 0, 0, 0, { 0, 0, 0, 0 } },
	{ 0x80000026, 0, INDEXED, 0, { 0, 0, 0, 0 } },
};

static void add_leaves(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_leaf *leaves, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &leaves[i]), 0);
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static struct kvmlib_cpuid *make(const struct kvmlib_cpuid_leaf *leaves, size_t n)
{
	struct kvmlib_cpuid *cpuid = NULL;

	ck_assert_int_eq(kvmlib_cpuid_new(&cpuid), 0);
	add_leaves(cpuid, shared_leaves, LENGTH(shared_leaves));
	add_leaves(cpuid, leaves, n);
	change_features(cpuid, COMMON, 1);
	change_register(cpuid, 0xd, 0, KVMLIB_CPUID_ECX, 0xa88);
	return cpuid;
}

struct kvmlib_cpuid *make_intel(void)
{
	struct kvmlib_cpuid *cpuid = make(intel_leaves, LENGTH(intel_leaves));

	ck_assert_int_eq(kvmlib_cpuid_set_msr(cpuid, 0x10a, 0xd), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_msr(cpuid, 0x481, 0xff00000016), 0);
	return cpuid;
}

struct kvmlib_cpuid *make_amd(void)
{
	struct kvmlib_cpuid *cpuid = make(amd_leaves, LENGTH(amd_leaves));

	change_features(cpuid, "topoext cmp_legacy", 1);
	return cpuid;
}

uint32_t any_number(void)
{
	static uint64_t state = 88172645463325252U;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

static void add_random_leaf(struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf,
			    uint32_t flags)
{
	const struct kvmlib_cpuid_leaf made = {
		leaf, subleaf, flags, 0, { any_number(), any_number(), any_number(), any_number() },
	};

	if (any_number() % 8)
		ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &made), 0);
}

static void add_random_msrs(struct kvmlib_cpuid *cpuid)
{
	static const uint32_t msrs[] = {
		0x8b, 0x10a, 0x345, 0x480, 0x481, 0x486, 0x48c, 0xc0011029
	};

	for (size_t i = 0; i < LENGTH(msrs); i++)
		if (any_number() % 8)
			ck_assert_int_eq(
				kvmlib_cpuid_set_msr(cpuid, msrs[i],
						     (uint64_t)any_number() << 32 | any_number()),
				0);
}

struct kvmlib_cpuid *make_random(void)
{
	static const uint32_t values[] = { 0x2, 0x5, 0xa, 0x15, 0x80000002, 0x80000005 };
	const struct kvmlib_cpuid_feature *feature;
	struct kvmlib_cpuid *cpuid = NULL;

	ck_assert_int_eq(kvmlib_cpuid_new(&cpuid), 0);
	add_leaves(cpuid, intel_leaves, 1);
	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++)
		if (!kvmlib_cpuid_get_leaf(cpuid, feature->leaf, feature->subleaf))
			add_random_leaf(cpuid, feature->leaf, feature->subleaf, feature->flags);
	for (size_t i = 0; i < LENGTH(values); i++)
		add_random_leaf(cpuid, values[i], 0, 0);
	for (uint32_t i = 2; i < 20; i++)
		add_random_leaf(cpuid, 0xd, i, INDEXED);
	add_random_msrs(cpuid);
	return cpuid;
}

uint32_t register_of(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf,
		     uint32_t reg)
{
	const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_get_leaf(cpuid, leaf, subleaf);

	return found ? found->registers[reg] : 0;
}

void change_register(struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf, uint32_t reg,
		     uint32_t value)
{
	struct kvmlib_cpuid_leaf changed = *kvmlib_cpuid_get_leaf(cpuid, leaf, subleaf);

	changed.registers[reg] = value;
	ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &changed), 0);
}

void change_features(struct kvmlib_cpuid *cpuid, const char *names, uint32_t on)
{
	char name[32];

	while (*names) {
		size_t size = strcspn(names, " ");

		memcpy(name, names, size);
		name[size] = '\0';
		ck_assert_msg(!kvmlib_cpuid_set_feature(cpuid, name, on), "%s", name);
		names += size + (names[size] == ' ');
	}
}

static bool same_leaf(const struct kvmlib_cpuid_leaf *a, const struct kvmlib_cpuid_leaf *b)
{
	return a && b ? !memcmp(a, b, sizeof(*a)) : a == b;
}

static bool same_msr(const struct kvmlib_cpuid_msr *a, const struct kvmlib_cpuid_msr *b)
{
	return a && b ? !memcmp(a, b, sizeof(*a)) : a == b;
}

bool is_same(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b)
{
	bool same = true;

	for (size_t i = 0; same && i <= KVMLIB_CPUID_MAX_LEAVES; i++)
		same = same_leaf(kvmlib_cpuid_leaf_at(a, i), kvmlib_cpuid_leaf_at(b, i));
	for (size_t i = 0; same && i <= KVMLIB_CPUID_MAX_MSRS; i++)
		same = same_msr(kvmlib_cpuid_msr_at(a, i), kvmlib_cpuid_msr_at(b, i));
	return same;
}
