/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the CPUID instruction tells. */

#include <runner.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define MOVBE (1U << 22)

static const struct kvm_cpuid_entry2 *find(const struct kvm_cpuid_entry2 *entries, uint32_t count,
					   uint32_t function)
{
	for (uint32_t i = 0; i < count; i++)
		if (entries[i].function == function)
			return &entries[i];
	ck_abort_msg("no leaf 0x%x", function);
}

static void assert_same(const struct kvm_cpuid_entry2 *a, uint32_t nr_a,
			const struct kvm_cpuid_entry2 *b, uint32_t nr_b)
{
	ck_assert_uint_eq(nr_a, nr_b);
	ck_assert_mem_eq(a, b, nr_a * sizeof(*a));
}

START_TEST(cpuid_list_is_the_same_in_both_forms)
{
	static struct kvm_cpuid_entry2 exact[256];
	struct kvm_cpuid_entry2 *made;
	uint32_t count, nr_made;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid(guest.system, exact, 256, &count), 0);
	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &made, &nr_made), 0);
	ck_assert_uint_eq(nr_made, count);
	for (uint32_t i = 0; i < count; i++)
		ck_assert_uint_eq(made[i].function, exact[i].function);
	ck_assert_uint_eq(find(made, count, 0x80000000)->eax, find(exact, count, 0x80000000)->eax);
	free(made);
}
END_TEST

START_TEST(cpuid_that_is_set_comes_back)
{
	struct kvm_cpuid_entry2 *in, *out;
	uint32_t nr_in, nr_out;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &in, &nr_in), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(guest.vcpu, in, nr_in), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_cpuid2_alloc(guest.vcpu, &out, &nr_out), 0);
	ck_assert_uint_eq(nr_out, nr_in);
	for (uint32_t i = 0; i < nr_in; i++) {
		ck_assert_uint_eq(out[i].function, in[i].function);
		ck_assert_uint_eq(out[i].index, in[i].index);
	}
	ck_assert_mem_eq(find(out, nr_out, 0), find(in, nr_in, 0), sizeof(*in));
	assert_failed(kvmlib_vcpu_get_cpuid2(guest.vcpu, out, nr_in - 1, &nr_out), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	free(in);
	free(out);
}
END_TEST

START_TEST(cpuid_of_the_old_form_comes_back)
{
	struct kvm_cpuid_entry in[2] = {
		{ .function = 0, .eax = 1, .ebx = 0x11111111 },
		{ .function = 0x40000000, .ebx = 0x22222222, .edx = 0x33333333 },
	};
	struct kvm_cpuid_entry2 out[2];
	uint32_t count = 0;

	ck_assert_int_eq(kvmlib_vcpu_set_cpuid(guest.vcpu, in, 2), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_cpuid2(guest.vcpu, out, 2, &count), 0);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(out[0].ebx, 0x11111111);
	ck_assert_uint_eq(out[1].function, 0x40000000);
	ck_assert_uint_eq(out[1].edx, 0x33333333);
}
END_TEST

START_TEST(cpuid_reaches_the_guest)
{
	struct kvm_cpuid_entry2 entries[2] = {
		{ .function = 0, .eax = 1 },
		{ .function = 0x40000000, .ebx = 0x12345678 },
	};
	uint32_t ebx;

	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(guest.vcpu, entries, 2), 0);
	/* mov eax, 0x40000000; cpuid; mov [0x2000], ebx; hlt */
	GUEST_CODE(0x66, 0xb8, 0x00, 0x00, 0x00, 0x40, 0x0f, 0xa2, 0x66, 0x89, 0x1e, 0x00, 0x20,
		   0xf4);
	run_to(KVMLIB_EXIT_HLT);
	memcpy(&ebx, guest.ram + 0x2000, sizeof(ebx));
	ck_assert_uint_eq(ebx, 0x12345678);
}
END_TEST

START_TEST(cpuid_that_is_emulated_has_movbe)
{
	static struct kvm_cpuid_entry2 exact[256];
	struct kvm_cpuid_entry2 *entries;
	uint32_t count, nr_exact;

	if (kvmlib_system_check_extension(guest.system, KVMLIB_CAP_EXT_EMUL_CPUID) <= 0)
		SKIP("this kernel has no KVM_CAP_EXT_EMUL_CPUID");
	ck_assert_int_eq(kvmlib_system_get_emulated_cpuid_alloc(guest.system, &entries, &count), 0);
	ck_assert_uint_eq(find(entries, count, 1)->ecx & MOVBE, MOVBE);
	ck_assert_int_eq(kvmlib_system_get_emulated_cpuid(guest.system, exact, 256, &nr_exact), 0);
	assert_same(exact, nr_exact, entries, count);
	assert_failed(kvmlib_system_get_emulated_cpuid(guest.system, entries, 1, &count), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	free(entries);
}
END_TEST

/* Leaf 0x40000000 has Hyper-V's interface; its maker is KVM. */
static void assert_hyperv(const struct kvm_cpuid_entry2 *entries, uint32_t count)
{
	const struct kvm_cpuid_entry2 *leaf = find(entries, count, 0x40000000);
	char maker[13] = "";

	memcpy(maker, &leaf->ebx, 12);
	ck_assert_str_eq(maker, "Linux KVM Hv");
	ck_assert_uint_ge(leaf->eax, 0x40000005);
	ck_assert_int_eq(memcmp(&find(entries, count, 0x40000001)->eax, "Hv#1", 4), 0);
}

START_TEST(cpuid_of_hyperv_is_told_by_the_system)
{
	static struct kvm_cpuid_entry2 exact[256];
	struct kvm_cpuid_entry2 *entries;
	uint32_t count, nr_exact;

	if (kvmlib_system_check_extension(guest.system, KVMLIB_CAP_SYS_HYPERV_CPUID) <= 0)
		SKIP("this kernel has no KVM_CAP_SYS_HYPERV_CPUID");
	ck_assert_int_eq(kvmlib_system_get_supported_hv_cpuid_alloc(guest.system, &entries, &count),
			 0);
	assert_hyperv(entries, count);
	ck_assert_int_eq(kvmlib_system_get_supported_hv_cpuid(guest.system, exact, 256, &nr_exact),
			 0);
	assert_same(exact, nr_exact, entries, count);
	free(entries);
}
END_TEST

START_TEST(cpuid_of_hyperv_is_told_by_the_vcpu)
{
	static struct kvm_cpuid_entry2 exact[256];
	struct kvm_cpuid_entry2 *entries;
	uint32_t count, nr_exact;

	if (guest_has(KVMLIB_CAP_HYPERV_CPUID) <= 0)
		SKIP("this kernel has no KVM_CAP_HYPERV_CPUID");
	ck_assert_int_eq(kvmlib_vcpu_get_supported_hv_cpuid_alloc(guest.vcpu, &entries, &count), 0);
	assert_hyperv(entries, count);
	ck_assert_int_eq(kvmlib_vcpu_get_supported_hv_cpuid(guest.vcpu, exact, 256, &nr_exact), 0);
	assert_same(exact, nr_exact, entries, count);
	assert_failed(kvmlib_vcpu_get_supported_hv_cpuid(guest.vcpu, entries, 1, &count), E2BIG,
		      KVMLIB_CAUSE_LIST_TOO_SMALL);
	free(entries);
}
END_TEST

/* Tables, fixed for two vCPUs */

#define NR_VCPUS 2

static struct kvmlib_cpuid *table_of(struct kvmlib_system *system, uint32_t index)
{
	const struct kvmlib_cpuid_vcpu vcpu = {
		.size = sizeof(vcpu),
		.index = index,
		.cores = NR_VCPUS,
		.flags = KVMLIB_CPUID_DROP_UNMET,
	};
	struct kvmlib_cpuid *cpuid = NULL;

	ck_assert_int_eq(kvmlib_cpuid_collect(system, NULL, &cpuid), 0);
	ck_assert_int_eq(kvmlib_cpuid_fix(cpuid, &vcpu), 0);
	return cpuid;
}

static void set_table(struct kvmlib_vcpu *vcpu, const struct kvmlib_cpuid *cpuid)
{
	struct kvm_cpuid_entry2 entries[KVMLIB_CPUID_MAX_LEAVES];
	uint32_t count;

	ck_assert_int_eq(kvmlib_cpuid_get_entries(cpuid, entries, KVMLIB_CPUID_MAX_LEAVES, &count),
			 0);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(vcpu, entries, count), 0);
}

static struct kvmlib_cpuid *get_table(struct kvmlib_vcpu *vcpu)
{
	struct kvm_cpuid_entry2 entries[KVMLIB_CPUID_MAX_LEAVES];
	struct kvmlib_cpuid *cpuid = NULL;
	uint32_t count;

	ck_assert_int_eq(kvmlib_vcpu_get_cpuid2(vcpu, entries, KVMLIB_CPUID_MAX_LEAVES, &count), 0);
	ck_assert_int_eq(kvmlib_cpuid_from_entries(entries, count, &cpuid), 0);
	return cpuid;
}

/* Some can't hide features of the processor that runs the guest: movbe was not asked for. */
static bool kernel_can_hide(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_cpuid *cpuid = NULL;
	bool hides;

	ck_assert_int_eq(kvmlib_cpuid_new(&cpuid), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_feature(cpuid, "fpu", 1), 0);
	set_table(vcpu, cpuid);
	kvmlib_cpuid_free(cpuid);
	cpuid = get_table(vcpu);
	hides = !kvmlib_cpuid_has_feature(cpuid, "movbe");
	kvmlib_cpuid_free(cpuid);
	return hides;
}

/* What follows the guest's own registers, or is the processor's where the kernel can't hide that. */
static bool is_the_kernels(const struct kvmlib_cpuid_difference *difference, bool hides)
{
	if (difference->reg == KVMLIB_CPUID_MSR)
		return true;
	if (!hides && (difference->leaf == 7 || difference->leaf == 0xd ||
		       (difference->leaf == 1 && difference->reg >= KVMLIB_CPUID_ECX)))
		return true;
	return difference->leaf == 0xd && difference->subleaf < 2 &&
	       difference->reg == KVMLIB_CPUID_EBX;
}

static void assert_as_set(const struct kvmlib_cpuid *set, const struct kvmlib_cpuid *got,
			  bool hides)
{
	struct kvmlib_cpuid_difference difference;
	uint64_t position = 0;

	while (kvmlib_cpuid_next_difference(set, got, &position, &difference) == 1)
		ck_assert_msg(is_the_kernels(&difference, hides),
			      "leaf 0x%x/%u, register %u: 0x%" PRIx64 ", not 0x%" PRIx64,
			      difference.leaf, difference.subleaf, difference.reg, difference.b,
			      difference.a);
}

START_TEST(cpuid_table_of_the_host_becomes_each_vcpus)
{
	bool hides = kernel_can_hide(guest.vcpu);
	struct kvmlib_vcpu *other = NULL;

	ck_assert_int_eq(kvmlib_vm_create_vcpu(guest.vm, 1, &other), 0);
	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		struct kvmlib_vcpu *vcpu = i ? other : guest.vcpu;
		struct kvmlib_cpuid *set = table_of(guest.system, i), *got;

		set_table(vcpu, set);
		got = get_table(vcpu);
		assert_as_set(set, got, hides);
		ck_assert_uint_eq(kvmlib_cpuid_get_leaf(got, 1, 0)->registers[1] >> 24, i);
		kvmlib_cpuid_free(set);
		kvmlib_cpuid_free(got);
	}
	kvmlib_vcpu_unref(other);
}
END_TEST

#define QUESTIONS 0x3000U
#define ANSWERS	  0x4000U

/* Ask for each leaf in turn: si has the questions, di takes the answers, bp counts. */
static const uint8_t ask_all[] = {
	0xbe, 0x00, 0x30,	/* mov si, QUESTIONS */
	0xbf, 0x00, 0x40,	/* mov di, ANSWERS */
	0x8b, 0x2e, 0xfe, 0x2f, /* mov bp, [QUESTIONS - 2] */
	0x66, 0x8b, 0x04,	/* mov eax, [si] */
	0x66, 0x8b, 0x4c, 0x04, /* mov ecx, [si + 4] */
	0x0f, 0xa2,		/* cpuid */
	0x66, 0x89, 0x05,	/* mov [di], eax */
	0x66, 0x89, 0x5d, 0x04, /* mov [di + 4], ebx */
	0x66, 0x89, 0x4d, 0x08, /* mov [di + 8], ecx */
	0x66, 0x89, 0x55, 0x0c, /* mov [di + 12], edx */
	0x83, 0xc6, 0x08,	/* add si, 8 */
	0x83, 0xc7, 0x10,	/* add di, 16 */
	0x4d,			/* dec bp */
	0x75, 0xdf,		/* jnz to the first of eax */
	0xe6, 0xe9,		/* out 0xe9, al */
};

/* The table that the guest sees: the leaves of another, with the answers that it got. */
static struct kvmlib_cpuid *ask_guest(const struct kvmlib_cpuid *set)
{
	struct kvmlib_cpuid *got = NULL;
	struct kvmlib_cpuid_leaf leaf;
	uint16_t count = 0;

	for (; kvmlib_cpuid_leaf_at(set, count); count++)
		memcpy(guest.ram + QUESTIONS + (size_t)count * 8, kvmlib_cpuid_leaf_at(set, count),
		       8);
	memcpy(guest.ram + QUESTIONS - 2, &count, sizeof(count));
	guest_code(ask_all, sizeof(ask_all));
	run_to_out(0xe9);
	ck_assert_int_eq(kvmlib_cpuid_new(&got), 0);
	for (uint32_t i = 0; i < count; i++) {
		leaf = *kvmlib_cpuid_leaf_at(set, i);
		memcpy(leaf.registers, guest.ram + ANSWERS + (size_t)i * 16,
		       sizeof(leaf.registers));
		ck_assert_int_eq(kvmlib_cpuid_set_leaf(got, &leaf), 0);
	}
	return got;
}

START_TEST(cpuid_table_is_what_the_guest_finds)
{
	struct kvmlib_cpuid *set = table_of(guest.system, 1), *got;
	bool hides = kernel_can_hide(guest.vcpu);

	set_table(guest.vcpu, set);
	got = ask_guest(set);
	assert_as_set(set, got, hides);
	kvmlib_cpuid_free(set);
	kvmlib_cpuid_free(got);
}
END_TEST

START_TEST(cpuid_table_is_the_reports)
{
	struct kvmlib_cpuid *ours = NULL, *reported = NULL;
	struct kvmlib_cpuid_difference difference;
	struct kvmlib_report *report = NULL;
	uint64_t position = 0;

	ck_assert_int_eq(kvmlib_report_collect(guest.system, &report), 0);
	ck_assert_int_eq(kvmlib_report_cpuid(report, &reported), 0);
	ck_assert_int_eq(kvmlib_cpuid_collect(guest.system, NULL, &ours), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_feature(ours, "tsc_deadline_timer", 0), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_feature(reported, "tsc_deadline_timer", 0), 0);
	while (kvmlib_cpuid_next_difference(ours, reported, &position, &difference) == 1)
		ck_assert_uint_eq(difference.kind, KVMLIB_CPUID_CHANGED); /* ids of processors */
	kvmlib_report_free(report);
	kvmlib_cpuid_free(ours);
	kvmlib_cpuid_free(reported);
}
END_TEST

Suite *cpuid_suite(void)
{
	Suite *suite = suite_create("cpuid");
	TCase *tc = tcase_create("cpuid");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_add_test(tc, cpuid_list_is_the_same_in_both_forms);
	tcase_add_test(tc, cpuid_that_is_set_comes_back);
	tcase_add_test(tc, cpuid_of_the_old_form_comes_back);
	tcase_add_test(tc, cpuid_reaches_the_guest);
	tcase_add_test(tc, cpuid_that_is_emulated_has_movbe);
	tcase_add_test(tc, cpuid_of_hyperv_is_told_by_the_system);
	tcase_add_test(tc, cpuid_of_hyperv_is_told_by_the_vcpu);
	suite_add_tcase(suite, tc);
	tc = tcase_create("tables");
	tcase_add_checked_fixture(tc, guest_setup_irqchip, guest_teardown);
	tcase_add_test(tc, cpuid_table_of_the_host_becomes_each_vcpus);
	tcase_add_test(tc, cpuid_table_is_what_the_guest_finds);
	tcase_add_test(tc, cpuid_table_is_the_reports);
	suite_add_tcase(suite, tc);
	return suite;
}
