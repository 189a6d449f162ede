/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exits that take a guest in long mode. */

#include <runner.h>

#include <string.h>

#include "guest.h"

#define PAGE_TABLES 0x10000U
#define PE	    (1U << 0)
#define PG	    (1U << 31)
#define PAE	    (1U << 5)
#define LME_LMA	    (1U << 8 | 1U << 10)

/* The first 2 MiB as they are: PML4, PDPT, PD. */
static void map_low_memory(void)
{
	const uint64_t entries[] = { PAGE_TABLES + 0x1003, PAGE_TABLES + 0x2003, 0x83 };

	for (size_t i = 0; i < 3; i++)
		memcpy(guest.ram + PAGE_TABLES + i * 0x1000, &entries[i], sizeof(entries[i]));
}

static void enter_long_mode(uint8_t cs_db)
{
	struct kvm_sregs sregs;

	pose_as_host();
	map_low_memory();
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.cr3 = PAGE_TABLES;
	sregs.cr4 |= PAE;
	sregs.cr0 |= PE | PG;
	sregs.efer |= LME_LMA;
	sregs.cs = (struct kvm_segment){
		.limit = 0xffffffff,
		.selector = 8,
		.type = 11,
		.present = 1,
		.db = cs_db,
		.s = 1,
		.l = 1,
		.g = 1,
	};
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
}

START_TEST(task_priority_that_falls_is_told)
{
	uint64_t priority = 77;

	enter_long_mode(0);
	ck_assert_int_eq(kvmlib_vcpu_set_cr8(guest.vcpu, 5), 0);
	/* mov eax, 9; mov cr8, rax (no exit: it rises); mov eax, 3; mov cr8, rax; hlt */
	GUEST_CODE(0xb8, 9, 0, 0, 0, 0x44, 0x0f, 0x22, 0xc0, 0xb8, 3, 0, 0, 0, 0x44, 0x0f, 0x22,
		   0xc0, 0xf4);
	run_to(KVMLIB_EXIT_SET_TPR);
	ck_assert_int_eq(kvmlib_vcpu_get_cr8(guest.vcpu, &priority), 0);
	ck_assert_uint_eq(priority, 3);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(guest.vcpu), 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

/* A code segment of 64 and of 32 bits at once: KVM takes it, and no processor does. */
START_TEST(state_that_the_processor_refuses_is_told)
{
	struct kvmlib_exit_fail_entry entry;
	char line[512];

	enter_long_mode(1);
	GUEST_CODE(0xf4);
	run_to(KVMLIB_EXIT_FAIL_ENTRY);
	ck_assert_int_eq(kvmlib_vcpu_exit_fail_entry(guest.vcpu, &entry), 0);
	ck_assert_uint_ne(entry.reason, 0);
	kvmlib_exit_describe(guest.vcpu, line, sizeof(line));
	ck_assert_msg(strstr(line, "KVM_EXIT_FAIL_ENTRY"), "%s", line);
}
END_TEST

Suite *exit_long_suite(void)
{
	Suite *suite = suite_create("exit_long");
	TCase *tc = tcase_create("long");

	tcase_add_checked_fixture(tc, guest_setup, guest_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, task_priority_that_falls_is_told);
	tcase_add_test(tc, state_that_the_processor_refuses_is_told);
	suite_add_tcase(suite, tc);
	return suite;
}
