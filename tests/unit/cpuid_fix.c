/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables as one vCPU's, and the contradictions that a table can have. */
#include "cpuid_fixture.h"
#include "suites.h"

#include <string.h>

#define ROUNDS rounds(1000)

#define EAX KVMLIB_CPUID_EAX
#define EBX KVMLIB_CPUID_EBX
#define ECX KVMLIB_CPUID_ECX
#define EDX KVMLIB_CPUID_EDX

#define VCPU(...) \
	(&(const struct kvmlib_cpuid_vcpu){ .size = sizeof(struct kvmlib_cpuid_vcpu), __VA_ARGS__ })

/* The problems of a table: how many, and the last one. */
static struct kvmlib_cpuid_problem last;

static int note(const struct kvmlib_cpuid_problem *problem, void *userdata)
{
	(void)userdata;
	last = *problem;
	return 0;
}

static void assert_consistent(const struct kvmlib_cpuid *cpuid)
{
	spoil_record();
	ck_assert_msg(kvmlib_cpuid_check(cpuid, note, NULL) == 0,
		      "%s: leaf 0x%x/%u, register %u: bits 0x%x, expected 0x%x, %s needs %s",
		      last.name, last.leaf, last.subleaf, last.reg, last.bits, last.expected,
		      last.feature ? last.feature : "-", last.needs ? last.needs : "-");
	ck_assert(record_is_spoiled());
}

static void assert_registers(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf,
			     const uint32_t expected[4])
{
	for (uint32_t reg = EAX; reg <= EDX; reg++)
		ck_assert_msg(register_of(cpuid, leaf, subleaf, reg) == expected[reg],
			      "0x%x/%u: register %u is 0x%x, not 0x%x", leaf, subleaf, reg,
			      register_of(cpuid, leaf, subleaf, reg), expected[reg]);
}

#define REGISTERS(...) ((const uint32_t[4]){ __VA_ARGS__ })

/* Ids */

static const struct {
	struct kvmlib_cpuid_vcpu vcpu;
	uint32_t id;
} ids[] = {
	{ { .index = 0 }, 0 },
	{ { .index = 3, .cores = 4 }, 3 },
	{ { .index = 3, .sockets = 4 }, 3 },
	{ { .index = 7, .sockets = 2, .cores = 3, .threads = 2 }, 0x9 },
	{ { .index = 11, .sockets = 2, .cores = 3, .threads = 2 }, 0xd },
	{ { .index = 59, .sockets = 2, .dies = 3, .cores = 5, .threads = 2 }, 0x69 },
	{ { .index = 0x7fffffff, .sockets = 0x10000, .cores = 0x8000 }, 0x7fffffff },
	{ { .index = 0x7fffffff, .sockets = 0x80000000 }, 0x7fffffff },
};

START_TEST(cpuid_apic_id_has_bits_for_each_level)
{
	struct kvmlib_cpuid_vcpu vcpu = ids[_i].vcpu;
	uint32_t id = 77;

	vcpu.size = sizeof(vcpu);
	assert_ok(kvmlib_cpuid_apic_id(&vcpu, &id));
	ck_assert_uint_eq(id, ids[_i].id);
}
END_TEST

static const struct {
	struct kvmlib_cpuid_vcpu vcpu;
	uint64_t limit;
} crowded[] = {
	{ { .index = 1 }, 1 },
	{ { .index = 12, .sockets = 2, .cores = 3, .threads = 2 }, 12 },
	{ { .index = UINT32_MAX, .dies = 2 }, 2 },
	{ { .sockets = 0x10000, .cores = 0x10000 }, 0x80000000 },
	{ { .sockets = 0x80000001 }, 0x80000000 },
	{ { .sockets = UINT32_MAX, .dies = UINT32_MAX, .cores = UINT32_MAX, .threads = UINT32_MAX },
	  0x80000000 },
};

START_TEST(cpuid_topology_that_does_not_hold_the_vcpu_is_refused)
{
	struct kvmlib_cpuid *cpuid = make_intel(), *before = make_intel();
	struct kvmlib_cpuid_vcpu vcpu = crowded[_i].vcpu;
	uint32_t id = 77;

	vcpu.size = sizeof(vcpu);
	assert_fails(kvmlib_cpuid_apic_id(&vcpu, &id), EINVAL, CPUID_TOPOLOGY, NULL);
	assert_value(INDEX, vcpu.index);
	assert_value(LIMIT, crowded[_i].limit);
	assert_fails(kvmlib_cpuid_fix(cpuid, &vcpu), EINVAL, CPUID_TOPOLOGY, NULL);
	assert_value(LIMIT, crowded[_i].limit);
	ck_assert_uint_eq(id, 77);
	ck_assert(is_same(cpuid, before));
	kvmlib_cpuid_free(cpuid);
	kvmlib_cpuid_free(before);
}
END_TEST

START_TEST(cpuid_options_of_a_vcpu_are_checked)
{
	struct {
		struct kvmlib_cpuid_vcpu vcpu;
		uint64_t more;
	} newer = { .vcpu = { .size = sizeof(newer) } };
	struct kvmlib_cpuid *cpuid = make_intel();
	uint32_t id;

	assert_ok(kvmlib_cpuid_apic_id(&newer.vcpu, &id));
	newer.more = 1;
	assert_fails(kvmlib_cpuid_apic_id(&newer.vcpu, &id), E2BIG, OPTIONS_TOO_NEW, NULL);
	assert_value(ARGUMENT, 1);
	assert_fails(kvmlib_cpuid_fix(cpuid, &newer.vcpu), E2BIG, OPTIONS_TOO_NEW, NULL);
	assert_value(ARGUMENT, 2);
	assert_fails(kvmlib_cpuid_fix(cpuid, &(struct kvmlib_cpuid_vcpu){ .size = 1 }), EINVAL,
		     OPTIONS_SIZE, NULL);
	assert_fails(kvmlib_cpuid_fix(cpuid, VCPU(.flags = 16)), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	assert_refuses_null(kvmlib_cpuid_apic_id(NULL, &id), 1);
	assert_refuses_null(kvmlib_cpuid_apic_id(VCPU(.index = 0), NULL), 2);
	assert_refuses_null(kvmlib_cpuid_fix(NULL, VCPU(.index = 0)), 1);
	assert_refuses_null(kvmlib_cpuid_fix(cpuid, NULL), 2);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

/* Fixing */

START_TEST(cpuid_fix_of_intel_is_exact)
{
	struct kvmlib_cpuid *cpuid = make_intel();

	/* 2 sockets of 2 dies, of 3 cores, of 2 threads; the last thread of all: 1.1.10.1 */
	assert_ok(kvmlib_cpuid_fix(
		cpuid, VCPU(.index = 23, .sockets = 2, .dies = 2, .cores = 3, .threads = 2)));
	ck_assert_uint_eq(register_of(cpuid, 1, 0, EBX), 0x1d100800);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "ht"), 1);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "osxsave"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "ospke"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "hypervisor"), 1);
	ck_assert_uint_eq(register_of(cpuid, 4, 0, EAX), 7U << 26 | 1U << 14 | 0x121);
	ck_assert_uint_eq(register_of(cpuid, 4, 1, EAX), 7U << 26 | 1U << 14 | 0x143);
	ck_assert_uint_eq(register_of(cpuid, 4, 2, EAX), 7U << 26 | 7U << 14 | 0x163);
	ck_assert_uint_eq(register_of(cpuid, 4, 3, EAX), 0);
	assert_registers(cpuid, 0xb, 0, REGISTERS(1, 2, 0x100, 0x1d));
	assert_registers(cpuid, 0xb, 1, REGISTERS(4, 12, 0x201, 0x1d));
	assert_registers(cpuid, 0xb, 2, REGISTERS(0, 0, 2, 0x1d));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(cpuid, 0xb, 3));
	assert_registers(cpuid, 0x1f, 0, REGISTERS(1, 2, 0x100, 0x1d));
	assert_registers(cpuid, 0x1f, 1, REGISTERS(3, 6, 0x201, 0x1d));
	assert_registers(cpuid, 0x1f, 2, REGISTERS(4, 12, 0x502, 0x1d));
	assert_registers(cpuid, 0x1f, 3, REGISTERS(0, 0, 3, 0x1d));
	assert_registers(cpuid, 0xd, 0, REGISTERS(0x2e7, 0x240, 0xa88, 0));
	ck_assert_uint_eq(register_of(cpuid, 0xd, 1, EBX), 0x240);
	ck_assert_uint_eq(register_of(cpuid, 0x80000008, 0, ECX), 0);
	assert_consistent(cpuid);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_fix_of_amd_is_exact)
{
	struct kvmlib_cpuid *cpuid = make_amd();

	assert_ok(kvmlib_cpuid_fix(
		cpuid, VCPU(.index = 23, .sockets = 2, .dies = 2, .cores = 3, .threads = 2)));
	ck_assert_uint_eq(register_of(cpuid, 1, 0, EBX), 0x1d100800);
	ck_assert_uint_eq(register_of(cpuid, 0x8000001d, 1, EAX), 1U << 14 | 0x143);
	ck_assert_uint_eq(register_of(cpuid, 0x8000001d, 2, EAX), 7U << 14 | 0x163);
	assert_registers(cpuid, 0x8000001e, 0, REGISTERS(0x1d, 0x105, 0x103, 0));
	assert_registers(cpuid, 0x80000008, 0, REGISTERS(0x3030, 0, 0x400b, 0x10007));
	assert_registers(cpuid, 0x80000026, 0, REGISTERS(1, 2, 0x100, 0x1d));
	assert_registers(cpuid, 0x80000026, 1, REGISTERS(3, 6, 0x201, 0x1d));
	assert_registers(cpuid, 0x80000026, 2, REGISTERS(4, 12, 0x302, 0x1d));
	assert_registers(cpuid, 0x80000026, 3, REGISTERS(0, 0, 3, 0x1d));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "cmp_legacy"), 1);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(cpuid, 0x1f, 0));
	assert_consistent(cpuid);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.sockets = 2)));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "cmp_legacy"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "ht"), 0);
	assert_registers(cpuid, 0x80000026, 2, REGISTERS(0, 0, 2, 0));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(cpuid, 0x80000026, 3));
	assert_registers(cpuid, 0x80000008, 0, REGISTERS(0x3030, 0, 0, 0x10007));
	assert_consistent(cpuid);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_fix_has_counts_within_their_fields)
{
	struct kvmlib_cpuid *cpuid = make_intel(), *amd = make_amd();
	const struct kvmlib_cpuid_vcpu *vcpu =
		VCPU(.index = 0x1ffff, .dies = 16, .cores = 4096, .threads = 2);

	assert_ok(kvmlib_cpuid_fix(cpuid, vcpu));
	ck_assert_uint_eq(register_of(cpuid, 1, 0, EBX), 0xffff0800);
	ck_assert_uint_eq(register_of(cpuid, 4, 2, EAX), 0x3fU << 26 | 0xfffU << 14 | 0x163);
	assert_registers(cpuid, 0xb, 1, REGISTERS(17, 0xffff, 0x201, 0x1ffff));
	assert_consistent(cpuid);
	assert_ok(kvmlib_cpuid_fix(amd, vcpu));
	ck_assert_uint_eq(register_of(amd, 0x80000008, 0, ECX), 0xf0ff);
	assert_registers(amd, 0x8000001e, 0, REGISTERS(0x1ffff, 0x1ff, 0x70f, 0));
	assert_consistent(amd);
	kvmlib_cpuid_free(cpuid);
	kvmlib_cpuid_free(amd);
}
END_TEST

START_TEST(cpuid_fix_without_lapic_takes_what_needs_it)
{
	struct kvmlib_cpuid *cpuid = make_intel();
	static const char *const gone[] = { "x2apic", "tsc_deadline_timer", "kvm_pv_eoi",
					    "kvm_async_pf", "kvm_async_pf_int" };

	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.index = 0)));
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, gone[i]), 1);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.flags = KVMLIB_CPUID_NO_LAPIC)));
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, gone[i]), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "kvm_clocksource"), 1);
	assert_consistent(cpuid);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_fix_hides_the_hypervisor)
{
	struct kvmlib_cpuid *cpuid = make_intel();

	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.flags = KVMLIB_CPUID_HIDE_HYPERVISOR)));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "hypervisor"), 0);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(cpuid, 0x40000000, 0));
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(cpuid, 0x40000001, 0));
	ck_assert_ptr_nonnull(kvmlib_cpuid_get_leaf(cpuid, 0x80000000, 0));
	assert_consistent(cpuid);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_fix_tells_of_a_hypervisor_that_is_there)
{
	struct kvmlib_cpuid *cpuid = make_intel();

	change_features(cpuid, "hypervisor", 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.index = 0)));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "hypervisor"), 1);
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(cpuid, 0x40000000, 0), 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.index = 0)));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "hypervisor"), 0);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_fix_of_xsave_follows_the_components)
{
	struct kvmlib_cpuid *cpuid = make_intel();

	change_features(cpuid, "avx512f", 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.index = 0)));
	ck_assert_int_gt(kvmlib_cpuid_check(cpuid, note, NULL), 0);
	ck_assert_uint_eq(last.kind, KVMLIB_CPUID_UNMET);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.flags = KVMLIB_CPUID_DROP_UNMET)));
	assert_registers(cpuid, 0xd, 0, REGISTERS(0x207, 0x240, 0xa88, 0));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "avx512bw"), 0);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(cpuid, 0xd, 6));
	assert_consistent(cpuid);
	change_features(cpuid, "pku", 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.flags = KVMLIB_CPUID_DROP_UNMET)));
	assert_registers(cpuid, 0xd, 0, REGISTERS(0x7, 0x240, 0x340, 0));
	change_features(cpuid, "xsavec", 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.flags = KVMLIB_CPUID_DROP_UNMET)));
	assert_registers(cpuid, 0xd, 1, REGISTERS(0x5, 0, 0, 0));
	change_features(cpuid, "xsave", 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.flags = KVMLIB_CPUID_DROP_UNMET)));
	assert_registers(cpuid, 0xd, 0, REGISTERS(0, 0, 0, 0));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "avx"), 0);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(cpuid, 0xd, 2));
	assert_consistent(cpuid);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_fix_raises_the_highest_leaf)
{
	struct kvmlib_cpuid_leaf kvm = { .leaf = 0x40000100 };
	struct kvmlib_cpuid *cpuid = make_intel();

	change_register(cpuid, 0, 0, EAX, 4);
	change_register(cpuid, 0x80000000, 0, EAX, 0x80000001);
	change_register(cpuid, 0x40000000, 0, EAX, 0);
	ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &kvm), 0); /* behind Hyper-V's */
	kvm.leaf++;
	ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &kvm), 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.index = 0)));
	ck_assert_uint_eq(register_of(cpuid, 0x40000100, 0, EAX), 0x40000101);
	ck_assert_uint_eq(register_of(cpuid, 0, 0, EAX), 0x1f);
	ck_assert_uint_eq(register_of(cpuid, 0x80000000, 0, EAX), 0x80000008);
	ck_assert_uint_eq(register_of(cpuid, 0x40000000, 0, EAX), 0x40000001);
	change_register(cpuid, 0, 0, EAX, 0x23);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.index = 0)));
	ck_assert_uint_eq(register_of(cpuid, 0, 0, EAX), 0x23);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_fix_adds_no_leaf_and_no_feature)
{
	struct kvmlib_cpuid *cpuid = NULL;

	ck_assert_int_eq(kvmlib_cpuid_new(&cpuid), 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.index = 3, .dies = 2, .cores = 2)));
	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(cpuid, 0));
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_fix_of_a_full_table_leaves_it_alone)
{
	struct kvmlib_cpuid *cpuid = make_intel(), *before = NULL;
	struct kvmlib_cpuid_leaf more = { .leaf = 0x80000010 };

	while (!kvmlib_cpuid_leaf_at(cpuid, KVMLIB_CPUID_MAX_LEAVES - 1)) {
		more.leaf++;
		ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &more), 0);
	}
	ck_assert_int_eq(kvmlib_cpuid_copy(cpuid, &before), 0);
	assert_fails(kvmlib_cpuid_fix(cpuid, VCPU(.cores = 2)), E2BIG, CPUID_FULL, NULL);
	assert_value(LEAF, 0xb);
	ck_assert(is_same(cpuid, before));
	kvmlib_cpuid_free(cpuid);
	kvmlib_cpuid_free(before);
}
END_TEST

static struct kvmlib_cpuid_vcpu any_vcpu(void)
{
	struct kvmlib_cpuid_vcpu vcpu = {
		.size = sizeof(vcpu),
		.sockets = any_number() % 8 + 1,
		.dies = any_number() % 4 + 1,
		.cores = any_number() % 70 + 1,
		.threads = any_number() % 3 + 1,
	};

	vcpu.index = any_number() % (vcpu.sockets * vcpu.dies * vcpu.cores * vcpu.threads);
	return vcpu;
}

START_TEST(cpuid_fix_of_any_topology_is_consistent)
{
	for (unsigned int i = 0, n = ROUNDS; i < n; i++) {
		struct kvmlib_cpuid *cpuid = i % 2 ? make_intel() : make_amd(), *once = NULL;
		const struct kvmlib_cpuid_vcpu vcpu = any_vcpu();
		uint32_t id;

		assert_ok(kvmlib_cpuid_fix(cpuid, &vcpu));
		assert_consistent(cpuid);
		ck_assert_int_eq(kvmlib_cpuid_apic_id(&vcpu, &id), 0);
		ck_assert_uint_eq(register_of(cpuid, 0xb, 0, EDX), id);
		ck_assert_int_eq(kvmlib_cpuid_copy(cpuid, &once), 0);
		assert_ok(kvmlib_cpuid_fix(cpuid, &vcpu));
		ck_assert(is_same(cpuid, once));
		kvmlib_cpuid_free(cpuid);
		kvmlib_cpuid_free(once);
	}
}
END_TEST

/* How many vCPUs of a topology agree with one in what is above a shift of their ids. */
static uint32_t count_alike(struct kvmlib_cpuid_vcpu vcpu, uint32_t id, uint32_t shift)
{
	uint32_t all = vcpu.sockets * vcpu.dies * vcpu.cores * vcpu.threads, other, alike = 0;

	for (vcpu.index = 0; vcpu.index < all; vcpu.index++) {
		ck_assert_int_eq(kvmlib_cpuid_apic_id(&vcpu, &other), 0);
		alike += other >> shift == id >> shift;
	}
	return alike;
}

START_TEST(cpuid_fix_has_levels_that_count_their_vcpus)
{
	for (unsigned int i = 0, n = ROUNDS / 20; i < n; i++) {
		struct kvmlib_cpuid *cpuid = make_intel();
		const struct kvmlib_cpuid_vcpu vcpu = any_vcpu();

		ck_assert_int_eq(kvmlib_cpuid_fix(cpuid, &vcpu), 0);
		for (uint32_t j = 0; register_of(cpuid, 0x1f, j, ECX) >> 8; j++)
			ck_assert_uint_eq(count_alike(vcpu, register_of(cpuid, 0x1f, j, EDX),
						      register_of(cpuid, 0x1f, j, EAX)),
					  register_of(cpuid, 0x1f, j, EBX));
		ck_assert_uint_eq(count_alike(vcpu, register_of(cpuid, 0xb, 0, EDX), 0), 1);
		kvmlib_cpuid_free(cpuid);
	}
}
END_TEST

START_TEST(cpuid_fix_drops_all_that_is_unmet)
{
	for (unsigned int i = 0, n = ROUNDS; i < n; i++) {
		struct kvmlib_cpuid *cpuid = make_random();

		assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.flags = KVMLIB_CPUID_DROP_UNMET)));
		last.kind = 0;
		ck_assert_int_ge(kvmlib_cpuid_check(cpuid, note, NULL), 0);
		ck_assert_uint_ne(last.kind, KVMLIB_CPUID_UNMET);
		kvmlib_cpuid_free(cpuid);
	}
}
END_TEST

/* Contradictions */

static const struct {
	const char *name;
	uint32_t kind;
	uint32_t leaf, subleaf, reg; /* that is changed */
	uint32_t value;
	uint32_t at, at_subleaf, at_reg; /* that is told */
	uint32_t bits, expected;
} contradictions[] = {
	{ "beyond", KVMLIB_CPUID_BEYOND, 0, 0, EAX, 0x1e, 0x1f, 0, EAX, 0, 0x1e },
	{ "beyond", KVMLIB_CPUID_BEYOND, 0x40000000, 0, EAX, 0, 0x40000001, 0, EAX, 0, 0 },
	{ "vendor", KVMLIB_CPUID_VENDOR, 0x80000000, 0, ECX, 0x444d4163, 0x80000000, 0, ECX,
	  UINT32_MAX, 0x6c65746e },
	{ "xsave", KVMLIB_CPUID_XSAVE, 0xd, 0, ECX, 0xa80, 0xd, 0, ECX, UINT32_MAX, 0xa88 },
	{ "xsave", KVMLIB_CPUID_XSAVE, 0xd, 0, EBX, 0xa89, 0xd, 0, EBX, UINT32_MAX, 0xa88 },
	{ "xsave", KVMLIB_CPUID_XSAVE, 0xd, 2, EBX, 0x23f, 0xd, 0, EAX, 4, 0 },
	{ "xsave", KVMLIB_CPUID_XSAVE, 0xd, 11, EAX, 0, 0xd, 1, ECX, 0x800, 0 },
	{ "xsave", KVMLIB_CPUID_XSAVE, 0xd, 0, EDX, 4, 0xd, 0, EDX, 4, 0 },
	{ "apic-id", KVMLIB_CPUID_APIC_ID, 0xb, 1, EDX, 4, 0xb, 1, EDX, UINT32_MAX, 5 },
	{ "apic-id", KVMLIB_CPUID_APIC_ID, 0xb, 2, EDX, 4, 0xb, 2, EDX, UINT32_MAX, 5 },
	{ "apic-id", KVMLIB_CPUID_APIC_ID, 0x1f, 0, EDX, 4, 0x1f, 0, EDX, UINT32_MAX, 5 },
	{ "apic-id", KVMLIB_CPUID_APIC_ID, 1, 0, EBX, 0x04080800, 1, 0, EBX, 0xff000000, 5U << 24 },
	{ "levels", KVMLIB_CPUID_LEVELS, 1, 0, EBX, 0x05060800, 1, 0, EBX, 0xff0000, 8U << 16 },
	{ "levels", KVMLIB_CPUID_LEVELS, 0xb, 1, ECX, 0x101, 0xb, 1, ECX, 0xff00, 0 },
	{ "levels", KVMLIB_CPUID_LEVELS, 0xb, 1, ECX, 0x202, 0xb, 1, ECX, 0xff, 1 },
	{ "levels", KVMLIB_CPUID_LEVELS, 0x1f, 1, EAX, 0, 0x1f, 1, EAX, 0x1f, 1 },
	{ "levels", KVMLIB_CPUID_LEVELS, 0x1f, 1, EBX, 1, 0x1f, 1, EBX, 0xffff, 2 },
	{ "levels", KVMLIB_CPUID_LEVELS, 0x1f, 1, EBX, 9, 0x1f, 1, EBX, 0xffff, 8 },
	{ "levels", KVMLIB_CPUID_LEVELS, 0x1f, 2, ECX, 0x502, 0x1f, 2, EAX, 0x1f, 3 },
	{ "shared", KVMLIB_CPUID_SHARED, 4, 2, EAX, 0x3fU << 14 | 0x163, 4, 2, EAX, 0x3ffc000,
	  7U << 14 },
};

/* A vCPU of six, the second thread of the last core. */
static struct kvmlib_cpuid *make_fixed(void)
{
	struct kvmlib_cpuid *cpuid = make_intel();

	ck_assert_int_eq(kvmlib_cpuid_fix(cpuid, VCPU(.index = 5, .cores = 3, .threads = 2)), 0);
	return cpuid;
}

START_TEST(cpuid_contradiction_is_told)
{
	struct kvmlib_cpuid *cpuid = make_fixed();

	assert_consistent(cpuid);
	change_register(cpuid, contradictions[_i].leaf, contradictions[_i].subleaf,
			contradictions[_i].reg, contradictions[_i].value);
	memset(&last, 0, sizeof(last));
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.kind, contradictions[_i].kind);
	ck_assert_str_eq(last.name, contradictions[_i].name);
	ck_assert_uint_eq(last.leaf, contradictions[_i].at);
	ck_assert_uint_eq(last.subleaf, contradictions[_i].at_subleaf);
	ck_assert_uint_eq(last.reg, contradictions[_i].at_reg);
	ck_assert_uint_eq(last.bits, contradictions[_i].bits);
	ck_assert_uint_eq(last.expected, contradictions[_i].expected);
	ck_assert_ptr_null(last.feature);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_contradiction_of_a_feature_names_both)
{
	struct kvmlib_cpuid *cpuid = make_fixed();

	change_features(cpuid, "avx512bw", 0);
	change_features(cpuid, "avx512_vbmi2", 1);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.kind, KVMLIB_CPUID_UNMET);
	ck_assert_str_eq(last.name, "unmet");
	ck_assert_str_eq(last.feature, "avx512_vbmi2");
	ck_assert_str_eq(last.needs, "avx512bw");
	ck_assert_uint_eq(last.leaf, 7);
	ck_assert_uint_eq(last.reg, ECX);
	ck_assert_uint_eq(last.bits, 1U << 6);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_contradictions_of_component_and_subleaf)
{
	struct kvmlib_cpuid *cpuid = make_fixed();
	struct kvmlib_cpuid_leaf more = { .leaf = 0xd,
					  .subleaf = 8,
					  .flags = KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX,
					  .registers = { 8 } };

	ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &more), 0);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.kind, KVMLIB_CPUID_XSAVE);
	ck_assert_uint_eq(last.subleaf, 8);
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(cpuid, 0xd, 8), 0);
	more.subleaf = 64;
	ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &more), 0);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.subleaf, 64);
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(cpuid, 0xd, 64), 0);
	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(cpuid, 0xd, 5), 0);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.bits, 1U << 5);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_contradictions_of_ids_elsewhere)
{
	struct kvmlib_cpuid *cpuid = make_fixed();

	change_features(cpuid, "ht", 0);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.kind, KVMLIB_CPUID_LEVELS);
	ck_assert_uint_eq(last.expected, 1U << 28);
	ck_assert_int_eq(kvmlib_cpuid_fix(cpuid, VCPU(.index = 255, .sockets = 256)), 0);
	change_features(cpuid, "x2apic", 0);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.kind, KVMLIB_CPUID_APIC_ID);
	ck_assert_uint_eq(last.expected, 1U << 21);
	kvmlib_cpuid_free(cpuid);
	cpuid = make_amd();
	ck_assert_int_eq(kvmlib_cpuid_fix(cpuid, VCPU(.index = 1, .cores = 2)), 0);
	change_register(cpuid, 0x8000001e, 0, EAX, 0);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.leaf, 0x8000001e);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_without_leaf_0xb_has_its_ids_in_leaf_1)
{
	struct kvmlib_cpuid *cpuid = make_amd();

	ck_assert_int_eq(kvmlib_cpuid_remove_leaf(cpuid, 0xb, 0), 0);
	assert_ok(kvmlib_cpuid_fix(cpuid, VCPU(.index = 3, .cores = 2, .threads = 2)));
	ck_assert_uint_eq(register_of(cpuid, 1, 0, EBX), 0x03040800);
	assert_consistent(cpuid);
	change_register(cpuid, 0x8000001d, 2, EAX, 7U << 14 | 0x163);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.kind, KVMLIB_CPUID_SHARED);
	ck_assert_uint_eq(last.expected, 3U << 14);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_count_of_leaf_1_means_nothing_without_ht)
{
	struct kvmlib_cpuid *cpuid = make_intel();

	ck_assert_int_eq(kvmlib_cpuid_fix(cpuid, VCPU(.sockets = 2)), 0);
	change_register(cpuid, 1, 0, EBX, 0x800);
	assert_consistent(cpuid);
	change_features(cpuid, "ht", 1);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, note, NULL), 1);
	ck_assert_uint_eq(last.expected, 1U << 16);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_check_of_an_empty_table_finds_nothing)
{
	struct kvmlib_cpuid *cpuid = NULL;

	ck_assert_int_eq(kvmlib_cpuid_new(&cpuid), 0);
	assert_consistent(cpuid);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

/* Ends the search at the n-th. */
static int stop_at(const struct kvmlib_cpuid_problem *problem, void *userdata)
{
	int *left = userdata;

	(void)problem;
	return --*left ? 0 : -ECANCELED;
}

START_TEST(cpuid_check_ends_where_the_callback_wants)
{
	struct kvmlib_cpuid *cpuid = make_amd();
	int all, left;

	for (int i = 0; i < (int)(sizeof(contradictions) / sizeof(contradictions[0])); i++)
		if (kvmlib_cpuid_get_leaf(cpuid, contradictions[i].leaf, contradictions[i].subleaf))
			change_register(cpuid, contradictions[i].leaf, contradictions[i].subleaf,
					contradictions[i].reg, contradictions[i].value);
	change_features(cpuid, "sse", 0);
	all = kvmlib_cpuid_check(cpuid, note, NULL);
	ck_assert_int_gt(all, 8);
	for (int n = 1; n <= all; n++) {
		left = n;
		assert_returns(kvmlib_cpuid_check(cpuid, stop_at, &left), -ECANCELED);
		ck_assert_int_eq(left, 0);
	}
	left = all + 1;
	assert_returns(kvmlib_cpuid_check(cpuid, stop_at, &left), all);
	assert_refuses_null(kvmlib_cpuid_check(NULL, note, NULL), 1);
	assert_refuses_null(kvmlib_cpuid_check(cpuid, NULL, NULL), 2);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

Suite *cpuid_fix_suite(void)
{
	Suite *suite = suite_create("cpuid_fix");
	TCase *tc = add_case(suite, "fix", NULL);

	tcase_set_timeout(tc, 120);
	ADD_TESTS(tc, cpuid_options_of_a_vcpu_are_checked, cpuid_fix_of_intel_is_exact,
		  cpuid_fix_of_amd_is_exact, cpuid_fix_has_counts_within_their_fields,
		  cpuid_fix_without_lapic_takes_what_needs_it, cpuid_fix_hides_the_hypervisor,
		  cpuid_fix_tells_of_a_hypervisor_that_is_there,
		  cpuid_fix_of_xsave_follows_the_components, cpuid_fix_raises_the_highest_leaf,
		  cpuid_fix_adds_no_leaf_and_no_feature, cpuid_fix_of_a_full_table_leaves_it_alone,
		  cpuid_fix_of_any_topology_is_consistent,
		  cpuid_fix_has_levels_that_count_their_vcpus, cpuid_fix_drops_all_that_is_unmet);
	tcase_add_loop_test(tc, cpuid_apic_id_has_bits_for_each_level, 0, NR(ids));
	tcase_add_loop_test(tc, cpuid_topology_that_does_not_hold_the_vcpu_is_refused, 0,
			    NR(crowded));
	tc = add_case(suite, "check", NULL);
	ADD_TESTS(tc, cpuid_contradiction_of_a_feature_names_both,
		  cpuid_contradictions_of_component_and_subleaf,
		  cpuid_contradictions_of_ids_elsewhere,
		  cpuid_without_leaf_0xb_has_its_ids_in_leaf_1,
		  cpuid_count_of_leaf_1_means_nothing_without_ht,
		  cpuid_check_of_an_empty_table_finds_nothing,
		  cpuid_check_ends_where_the_callback_wants);
	tcase_add_loop_test(tc, cpuid_contradiction_is_told, 0, NR(contradictions));
	return suite;
}
