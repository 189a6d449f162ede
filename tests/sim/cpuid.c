/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUID: what is supported, and what a vCPU has. */
#include "fixture.h"

#include <stdbool.h>

#include "suites.h"

#ifdef KVM_SET_CPUID2
START_TEST(supported_cpuid_fills_the_list)
{
	static struct cpuid_list list;
	bool long_mode = false;

	list.nent = 300;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	ck_assert_uint_ge(list.nent, 4);
	ck_assert_uint_lt(list.nent, 256);
	for (uint32_t i = 0; i < list.nent; i++)
		if (list.entries[i].function == 0x80000001 && list.entries[i].edx & 1U << 29)
			long_mode = true;
	ck_assert(long_mode);
}
END_TEST

START_TEST(supported_cpuid_too_small_is_e2big_without_count)
{
	static struct cpuid_list list;
	uint32_t needed;

	list.nent = 300;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	needed = list.nent;
	list.nent = needed - 1;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), -E2BIG);
	ck_assert_uint_eq(list.nent, needed - 1);
	list.nent = 0;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), -E2BIG);
	list.nent = needed;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, hole), -EFAULT);
}
END_TEST

START_TEST(supported_cpuid_unwritable_entries_is_efault)
{
	struct kvm_cpuid2 *list = (void *)(hole - sizeof(*list));

	list->nent = 100;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, list), -EFAULT);
	ck_assert_uint_eq(list->nent, 100);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, list), -EFAULT);
}
END_TEST

START_TEST(cpuid_is_stored)
{
	static struct cpuid_list set;
	static struct cpuid_list got;

	set.nent = 300;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &set), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &set), 0);
	got.nent = set.nent - 1;
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_CPUID2, &got), -E2BIG);
	got.nent = 300;
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_CPUID2, &got), 0);
	ck_assert_uint_eq(got.nent, set.nent);
	ck_assert_mem_eq(got.entries, set.entries, set.nent * sizeof(set.entries[0]));
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_CPUID2, hole), -EFAULT);
}
END_TEST

START_TEST(cpuid_257_entries_is_e2big)
{
	static struct cpuid_list list;

	list.nent = 257;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), -E2BIG);
	list.nent = 256;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
}
END_TEST

START_TEST(cpuid_odd_address_width_is_einval)
{
	static struct cpuid_list list;

	list = (struct cpuid_list){ .nent = 1, .entries[0].function = 0x80000008 };
	list.entries[0].eax = 0x2f28;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), -EINVAL);
	list.entries[0].eax = 0x3928;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
	list.entries[0].eax = 0x28;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
}
END_TEST

START_TEST(cpuid_change_after_a_run_is_einval)
{
	static struct cpuid_list list;

	list = (struct cpuid_list){ .nent = 1, .entries[0].function = 7 };
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	list.entries[0].ecx = 1;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0); /* the guest has not run */
	set_immediate_exit(0);
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
	list.entries[0].padding[0] = 9; /* does not count */
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), 0);
	list.entries[0].ecx = 2;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), -EINVAL);
	list.nent = 0;
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_CPUID2, &list), -EINVAL);
}
END_TEST
#endif

Suite *cpuid_suite(void)
{
	Suite *suite = suite_create("sim_cpuid");

#ifdef KVM_SET_CPUID2
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), supported_cpuid_fills_the_list,
		  supported_cpuid_too_small_is_e2big_without_count,
		  supported_cpuid_unwritable_entries_is_efault, cpuid_is_stored,
		  cpuid_257_entries_is_e2big, cpuid_odd_address_width_is_einval,
		  cpuid_change_after_a_run_is_einval);
#endif
	return suite;
}
