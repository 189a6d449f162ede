/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"
#include "suites.h"

#include <string.h>

#define MAX_ENTRIES 256U

#ifdef __x86_64__

#define TSS_CALL      "KVM_SET_TSS_ADDR"
#define IDENTITY_CALL "KVM_SET_IDENTITY_MAP_ADDR"
#define PIT_CALL      "KVM_CREATE_PIT2"
#define GET_CALL      "KVM_GET_SUPPORTED_CPUID"
#define SET_CALL      "KVM_SET_CPUID2"

static struct kvm_cpuid_entry2 entries[MAX_ENTRIES + 1];

START_TEST(x86_tss_addr_is_set)
{
	assert_ok(kvmlib_vm_set_tss_addr(fix.vm, 0xfffbd000));
}
END_TEST

START_TEST(x86_tss_addr_above_4g_less_three_pages_is_einval)
{
	assert_fails(kvmlib_vm_set_tss_addr(fix.vm, 0xffffe000), EINVAL, TSS_ADDRESS_RANGE,
		     TSS_CALL);
	assert_value(GPA, 0xffffe000);
	assert_fails(kvmlib_vm_set_tss_addr(fix.vm, (uint64_t)1 << 32), EINVAL, TSS_ADDRESS_RANGE,
		     TSS_CALL);
	assert_ok(kvmlib_vm_set_tss_addr(fix.vm, 0xffffd000));
}
END_TEST

START_TEST(x86_tss_addr_on_a_slot_is_eexist)
{
	struct kvm_userspace_memory_region region = region_of(0, 16, 1);

	assert_ok(kvmlib_vm_set_user_memory_region(fix.vm, &region));
	assert_fails(kvmlib_vm_set_tss_addr(fix.vm, 14 * page_size()), EEXIST, SLOT_OVERLAP,
		     TSS_CALL);
	assert_ok(kvmlib_vm_set_tss_addr(fix.vm, 13 * page_size()));
}
END_TEST

START_TEST(x86_identity_map_before_vcpus_is_set)
{
	assert_ok(kvmlib_vm_set_identity_map_addr(fix.vm, 0xfffbc000));
	assert_ok(kvmlib_vm_set_identity_map_addr(fix.vm, 0));
}
END_TEST

START_TEST(x86_identity_map_after_vcpu_is_einval)
{
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu));
	assert_fails(kvmlib_vm_set_identity_map_addr(fix.vm, 0xfffbc000), EINVAL, AFTER_FIRST_VCPU,
		     IDENTITY_CALL);
	assert_value(GPA, 0xfffbc000);
}
END_TEST

START_TEST(x86_pit2_after_irqchip_is_made_once)
{
	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
	assert_ok(kvmlib_vm_create_pit2(fix.vm, KVMLIB_PIT_SPEAKER_DUMMY));
	assert_fails(kvmlib_vm_create_pit2(fix.vm, KVMLIB_PIT_SPEAKER_DUMMY), EEXIST, DEVICE_EXISTS,
		     PIT_CALL);
	assert_value(FLAGS, KVMLIB_PIT_SPEAKER_DUMMY);
}
END_TEST

START_TEST(x86_pit2_without_pic_is_enoent)
{
	assert_fails(kvmlib_vm_create_pit2(fix.vm, 0), ENOENT, PIC_MISSING, PIT_CALL);
	assert_value(FLAGS, 0);
}
END_TEST

START_TEST(x86_null_is_einval)
{
	uint32_t count = 77;

	assert_refuses_null(kvmlib_vm_set_tss_addr(NULL, 0), 1);
	assert_refuses_null(kvmlib_vm_set_identity_map_addr(NULL, 0), 1);
	assert_refuses_null(kvmlib_vm_create_pit2(NULL, 0), 1);
	assert_refuses_null(kvmlib_system_get_supported_cpuid(NULL, entries, 1, &count), 1);
	assert_refuses_null(kvmlib_system_get_supported_cpuid(fix.system, NULL, 1, &count), 2);
	assert_refuses_null(kvmlib_system_get_supported_cpuid(fix.system, entries, 1, NULL), 4);
	assert_refuses_null(kvmlib_vcpu_set_cpuid2(NULL, entries, 1), 1);
	ck_assert_uint_eq(count, 77);
}
END_TEST

static uint32_t supported(void)
{
	uint32_t count = 0;

	assert_ok(kvmlib_system_get_supported_cpuid(fix.system, entries, MAX_ENTRIES, &count));
	ck_assert_uint_gt(count, 0);
	ck_assert_uint_le(count, MAX_ENTRIES);
	return count;
}

START_TEST(x86_supported_cpuid_is_told_with_its_count)
{
	uint32_t count;

	memset(entries, 0xaa, sizeof(entries));
	count = supported();
	ck_assert_uint_eq(entries[0].function, 0);
	ck_assert_uint_eq(entries[count].function, 0xaaaaaaaa);
}
END_TEST

START_TEST(x86_supported_cpuid_fits_exactly)
{
	uint32_t count = supported(), again = 0;

	memset(entries, 0xaa, sizeof(entries));
	assert_ok(kvmlib_system_get_supported_cpuid(fix.system, entries, count, &again));
	ck_assert_uint_eq(again, count);
	ck_assert_uint_eq(entries[count].function, 0xaaaaaaaa);
}
END_TEST

START_TEST(x86_supported_cpuid_huge_capacity_is_fine)
{
	uint32_t count = 0;

	assert_ok(kvmlib_system_get_supported_cpuid(fix.system, entries, UINT32_MAX, &count));
	ck_assert_uint_gt(count, 0);
}
END_TEST

START_TEST(x86_supported_cpuid_short_is_e2big_and_untouched)
{
	uint32_t count = supported(), given = _i ? count - 1 : 0;

	memset(entries, 0xaa, sizeof(entries));
	count = 77;
	assert_fails(kvmlib_system_get_supported_cpuid(fix.system, entries, given, &count), E2BIG,
		     LIST_TOO_SMALL, GET_CALL);
	assert_value(COUNT, given);
	ck_assert_uint_eq(count, 77);
	ck_assert_uint_eq(entries[0].function, 0xaaaaaaaa);
}
END_TEST

START_TEST(x86_set_cpuid2_reaches_the_kernel)
{
	static uint64_t room[1 + MAX_ENTRIES * sizeof(entries[0]) / sizeof(uint64_t)];
	struct kvm_cpuid2 *back = (struct kvm_cpuid2 *)room;
	uint32_t count = supported();

	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, count));
	back->nent = MAX_ENTRIES;
	assert_ok(kvmlib_vcpu_ioctl(fix.vcpu, KVM_GET_CPUID2, (uintptr_t)back));
	ck_assert_uint_eq(back->nent, count);
	ck_assert_mem_eq(back->entries, entries, count * sizeof(entries[0]));
}
END_TEST

START_TEST(x86_set_cpuid2_none_may_be_null)
{
	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, NULL, 0));
	assert_refuses_null(kvmlib_vcpu_set_cpuid2(fix.vcpu, NULL, 1), 2);
}
END_TEST

START_TEST(x86_set_cpuid2_too_many_is_e2big)
{
	memset(entries, 0, sizeof(entries));
	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, MAX_ENTRIES));
	assert_fails(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, MAX_ENTRIES + 1), E2BIG,
		     CPUID_LIST_TOO_LONG, SET_CALL);
	assert_value(VCPU_ID, 0);
	assert_value(COUNT, MAX_ENTRIES + 1);
}
END_TEST

START_TEST(x86_set_cpuid2_after_run_may_not_change_it)
{
	uint32_t count = supported();

	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, count));
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, count));
	entries[1].ebx ^= 1U << 24;
	assert_fails(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, count), EINVAL, CPUID_AFTER_RUN,
		     SET_CALL);
}
END_TEST

START_TEST(x86_set_cpuid2_impossible_width_is_einval)
{
	struct kvm_cpuid_entry2 entry = { .function = 0x80000008, .eax = 0x3328 };

	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(fix.vcpu, &entry, 1), -EINVAL);
	ck_assert_str_eq(kvmlib_error_call(), SET_CALL);
}
END_TEST

static void add_tests(Suite *suite)
{
	TCase *vm = add_case(suite, "vm", setup_vm);
	TCase *vcpu = add_case(suite, "cpuid", setup_vcpu);

	ADD_TESTS(vm, x86_tss_addr_is_set, x86_tss_addr_above_4g_less_three_pages_is_einval,
		  x86_tss_addr_on_a_slot_is_eexist, x86_identity_map_before_vcpus_is_set,
		  x86_identity_map_after_vcpu_is_einval, x86_pit2_after_irqchip_is_made_once,
		  x86_pit2_without_pic_is_enoent, x86_null_is_einval);
	ADD_TESTS(vcpu, x86_supported_cpuid_is_told_with_its_count,
		  x86_supported_cpuid_fits_exactly, x86_supported_cpuid_huge_capacity_is_fine,
		  x86_set_cpuid2_reaches_the_kernel, x86_set_cpuid2_none_may_be_null,
		  x86_set_cpuid2_too_many_is_e2big, x86_set_cpuid2_after_run_may_not_change_it,
		  x86_set_cpuid2_impossible_width_is_einval);
	tcase_add_loop_test(vcpu, x86_supported_cpuid_short_is_e2big_and_untouched, 0, 2);
}

#else

#define assert_absent(call, name) assert_fails(call, EOPNOTSUPP, ARCH_UNSUPPORTED, name)

/* No other architecture has these ioctls: none is made, whatever was to be checked before it. */
START_TEST(x86_functions_elsewhere_are_eopnotsupp)
{
	struct kvmlib_pmu_event_filter_opts opts = { .size = sizeof(opts) };
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim), entries[2] = { 0 };
	uint32_t count = 77, *numbers = SENTINEL;
	struct kvm_cpuid_entry2 *made = SENTINEL;

	assert_absent(kvmlib_vcpu_set_cpuid2(fix.vcpu, NULL, 0), "KVM_SET_CPUID2");
	assert_absent(kvmlib_system_get_supported_cpuid_alloc(fix.system, &made, &count),
		      "KVM_GET_SUPPORTED_CPUID");
	assert_absent(kvmlib_vcpu_get_cpuid2_alloc(fix.vcpu, &made, &count), "KVM_GET_CPUID2");
	assert_absent(kvmlib_system_get_msr_index_list_alloc(fix.system, &numbers, &count),
		      "KVM_GET_MSR_INDEX_LIST");
	assert_absent(kvmlib_vcpu_get_msrs(fix.vcpu, (void *)entries, 256), "KVM_GET_MSRS");
	assert_absent(kvmlib_vcpu_get_msrs_all(fix.vcpu, NULL, 0), "KVM_GET_MSRS");
	assert_absent(kvmlib_vcpu_set_msrs_all(fix.vcpu, (void *)entries, 1), "KVM_SET_MSRS");
	assert_absent(kvmlib_system_get_msrs_all(fix.system, NULL, 0), "KVM_GET_MSRS");
	assert_absent(kvmlib_vcpu_xsave_size(fix.vcpu), "KVM_GET_XSAVE2");
	assert_absent(kvmlib_vcpu_get_xsave(fix.vcpu, entries, 0), "KVM_GET_XSAVE");
	assert_absent(kvmlib_vcpu_get_xsave2(fix.vcpu, entries, 0), "KVM_GET_XSAVE2");
	assert_absent(kvmlib_vcpu_set_xsave(fix.vcpu, entries, 0), "KVM_SET_XSAVE");
	assert_absent(kvmlib_vm_nested_state_size(fix.vm), "KVM_GET_NESTED_STATE");
	assert_absent(kvmlib_vcpu_get_nested_state(fix.vcpu, entries, 0), "KVM_GET_NESTED_STATE");
	assert_absent(kvmlib_vcpu_set_nested_state(fix.vcpu, entries, 0), "KVM_SET_NESTED_STATE");
	assert_absent(kvmlib_vm_set_pmu_event_filter(fix.vm, &opts), "KVM_SET_PMU_EVENT_FILTER");
	ck_assert_uint_eq(count, 77);
	ck_assert_ptr_eq(made, SENTINEL);
	ck_assert_ptr_eq(numbers, SENTINEL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
}
END_TEST

static void add_tests(Suite *suite)
{
	ADD_TESTS(add_case(suite, "elsewhere", setup_vcpu), x86_functions_elsewhere_are_eopnotsupp);
}

#endif

Suite *x86_suite(void)
{
	Suite *suite = suite_create("x86");

	add_tests(suite);
	return suite;
}
