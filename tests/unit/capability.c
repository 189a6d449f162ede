/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The facts about capabilities. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

#define UNKNOWN 100000U

static struct kvmlib_capability info(uint32_t number)
{
	struct kvmlib_capability facts;

	assert_ok(kvmlib_capability_info(number, &facts));
	return facts;
}

static void assert_consistent(const struct kvmlib_capability *facts)
{
	const uint32_t checks = KVMLIB_CAPABILITY_ON_SYSTEM | KVMLIB_CAPABILITY_ON_VM;
	const uint32_t enables = KVMLIB_CAPABILITY_ON_VM | KVMLIB_CAPABILITY_ON_VCPU;

	ck_assert_msg(!strncmp(facts->name, "KVM_CAP_", 8), "%s", facts->name);
	ck_assert(facts->kind >= KVMLIB_CAPABILITY_BOOL);
	ck_assert(facts->kind <= KVMLIB_CAPABILITY_UNREPORTED);
	ck_assert(facts->scope & KVMLIB_CAPABILITY_ON_VM && !(facts->scope & ~checks));
	ck_assert_msg(!(facts->enable & ~enables), "%s", facts->name);
	ck_assert_msg(!facts->enable == !facts->enable_args, "%s", facts->name);
	ck_assert(facts->vm_may_differ <= 1 && facts->here <= 1);
	ck_assert(*facts->meaning && *facts->architectures && *facts->since);
}

static bool same(const struct kvmlib_capability *a, const struct kvmlib_capability *b)
{
	return a->number == b->number && a->kind == b->kind && !strcmp(a->name, b->name);
}

START_TEST(capability_each_is_found_by_place_number_and_name)
{
	struct kvmlib_capability facts, found;
	uint32_t number;
	size_t i;

	for (i = 0; !kvmlib_capability_at(i, &facts); i++) {
		assert_consistent(&facts);
		found = info(facts.number);
		ck_assert_msg(same(&facts, &found), "%s", facts.name);
		assert_ok(kvmlib_capability_find(facts.name, &number));
		ck_assert_uint_eq(number, facts.number);
		assert_ok(kvmlib_capability_find(facts.name + 8, &number));
		ck_assert_uint_eq(number, facts.number);
		ck_assert_str_eq(kvmlib_capability_name(number), facts.name);
		ck_assert_str_eq(kvmlib_capability_meaning(number), facts.meaning);
	}
	ck_assert_uint_eq(i, kvmlib_capability_count());
	ck_assert_uint_ge(i, 244);
}
END_TEST

START_TEST(capability_numbers_ascend)
{
	struct kvmlib_capability facts;
	uint32_t next = 0;

	for (size_t i = 0; !kvmlib_capability_at(i, &facts); i++) {
		ck_assert_uint_ge(facts.number, next);
		next = facts.number + 1;
	}
	ck_assert_uint_eq(next, KVMLIB_CAP_S390_HPAGE_2G + 1);
}
END_TEST

START_TEST(capability_kinds_are_those_of_the_facts)
{
	ck_assert_uint_eq(info(KVMLIB_CAP_IRQCHIP).kind, KVMLIB_CAPABILITY_BOOL);
	ck_assert_uint_eq(info(KVMLIB_CAP_NR_MEMSLOTS).kind, KVMLIB_CAPABILITY_COUNT);
	ck_assert_uint_eq(info(KVMLIB_CAP_XSAVE2).kind, KVMLIB_CAPABILITY_SIZE);
	ck_assert_uint_eq(info(KVMLIB_CAP_XEN_HVM).kind, KVMLIB_CAPABILITY_MASK);
	ck_assert_uint_eq(info(KVMLIB_CAP_ARM_VM_IPA_SIZE).kind, KVMLIB_CAPABILITY_NUMBER);
	ck_assert_uint_eq(info(KVMLIB_CAP_IOMMU).kind, KVMLIB_CAPABILITY_UNREPORTED);
#ifdef __x86_64__
	ck_assert_uint_eq(info(KVMLIB_CAP_SYNC_REGS).kind, KVMLIB_CAPABILITY_MASK);
#else
	ck_assert_uint_eq(info(KVMLIB_CAP_SYNC_REGS).kind, KVMLIB_CAPABILITY_BOOL);
#endif
}
END_TEST

START_TEST(capability_tells_where_it_is_asked_for_and_enabled)
{
	struct kvmlib_capability facts = info(KVMLIB_CAP_HYPERV_SYNIC);

	ck_assert_uint_eq(facts.enable, KVMLIB_CAPABILITY_ON_VCPU);
	ck_assert_str_eq(facts.enable_args, "none");
	ck_assert_str_eq(facts.doc, "6.76");
	ck_assert_str_eq(facts.since, "4.5");
	ck_assert_uint_eq(facts.vm_may_differ, 0);
	facts = info(KVMLIB_CAP_HALT_POLL);
	ck_assert_uint_eq(facts.enable, KVMLIB_CAPABILITY_ON_VM);
	ck_assert_str_eq(facts.enable_args, "args[0]=max poll ns (32-bit)");
	facts = info(KVMLIB_CAP_MSI_DEVID);
	ck_assert_uint_eq(facts.scope, KVMLIB_CAPABILITY_ON_VM);
	ck_assert_uint_eq(facts.enable, 0);
	ck_assert_ptr_null(facts.enable_args);
	ck_assert_ptr_null(facts.doc);
	ck_assert_ptr_null(facts.bits);
	facts = info(KVMLIB_CAP_NR_VCPUS);
	ck_assert_uint_eq(facts.scope, KVMLIB_CAPABILITY_ON_SYSTEM | KVMLIB_CAPABILITY_ON_VM);
	ck_assert_uint_eq(facts.vm_may_differ, 1);
}
END_TEST

START_TEST(capability_tells_its_architectures)
{
	struct kvmlib_capability facts = info(KVMLIB_CAP_USER_MEMORY);

	ck_assert_str_eq(facts.architectures, "all");
	ck_assert_uint_eq(facts.here, 1);
	facts = info(KVMLIB_CAP_PIT);
	ck_assert_str_eq(facts.architectures, "x86");
#ifdef __x86_64__
	ck_assert_uint_eq(facts.here, 1);
#else
	ck_assert_uint_eq(facts.here, 0);
#endif
	ck_assert_uint_eq(info(KVMLIB_CAP_MIPS_FPU).here, 0);
}
END_TEST

START_TEST(capability_unknown_number_is_enoent_and_untouched)
{
	struct kvmlib_capability facts = { .number = 77 };

	assert_fails(kvmlib_capability_info(UNKNOWN, &facts), ENOENT, CAPABILITY_UNKNOWN, NULL);
	assert_value(CAPABILITY, UNKNOWN);
	assert_fails(kvmlib_capability_info(5, &facts), ENOENT, CAPABILITY_UNKNOWN, NULL);
	assert_fails(kvmlib_capability_info(UINT32_MAX, &facts), ENOENT, CAPABILITY_UNKNOWN, NULL);
	ck_assert_uint_eq(facts.number, 77);
	ck_assert_ptr_null(kvmlib_capability_name(UNKNOWN));
	ck_assert_ptr_null(kvmlib_capability_meaning(UNKNOWN));
	ck_assert_ptr_null(kvmlib_capability_bit_name(UNKNOWN, 0));
}
END_TEST

START_TEST(capability_unknown_name_is_enoent_and_untouched)
{
	static const char *const names[] = {
		"",	  "KVM_CAP_", "KVM_CAP_NONE", "kvm_cap_irqchip", "KVM_CAP_KVM_CAP_IRQCHIP",
		"IRQCHI", "IRQCHIPS"
	};
	uint32_t number = 77;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_fails(kvmlib_capability_find(names[i], &number), ENOENT, CAPABILITY_UNKNOWN,
			     NULL);
		assert_value(ARGUMENT, 1);
	}
	ck_assert_uint_eq(number, 77);
}
END_TEST

START_TEST(capability_behind_the_end_is_enoent_without_a_record)
{
	struct kvmlib_capability facts = { .number = 77 };

	assert_returns(kvmlib_capability_at(kvmlib_capability_count(), &facts), -ENOENT);
	assert_returns(kvmlib_capability_at(SIZE_MAX, &facts), -ENOENT);
	ck_assert_uint_eq(facts.number, 77);
}
END_TEST

START_TEST(capability_null_is_refused)
{
	uint32_t number;

	assert_refuses_null(kvmlib_capability_at(0, NULL), 2);
	assert_refuses_null(kvmlib_capability_info(0, NULL), 2);
	assert_refuses_null(kvmlib_capability_find(NULL, &number), 1);
	assert_refuses_null(kvmlib_capability_find("IRQCHIP", NULL), 2);
}
END_TEST

static unsigned int count_bits(uint32_t number)
{
	unsigned int n = 0;

	for (uint32_t bit = 0; bit < 64; bit++)
		n += kvmlib_capability_bit_name(number, bit) != NULL;
	return n;
}

/* Masks of this architecture have names of bits, or say in parentheses why they have none. */
START_TEST(capability_masks_have_named_bits_or_a_reason)
{
	struct kvmlib_capability facts;
	unsigned int masks = 0;

	for (size_t i = 0; !kvmlib_capability_at(i, &facts); i++) {
		bool is_mask = facts.kind == KVMLIB_CAPABILITY_MASK;

		masks += is_mask;
		ck_assert_msg(!is_mask || facts.bits, "%s", facts.name);
		if (!is_mask || facts.bits[0] == '(')
			ck_assert_msg(!count_bits(facts.number) || !facts.here, "%s", facts.name);
		else if (facts.here)
			ck_assert_msg(count_bits(facts.number), "%s", facts.name);
	}
	ck_assert_uint_ge(masks, 17);
}
END_TEST

START_TEST(capability_bits_have_the_kernels_names)
{
	uint32_t flags = KVMLIB_CAP_GUEST_MEMFD_FLAGS, quirks = KVMLIB_CAP_DISABLE_QUIRKS2;

	ck_assert_str_eq(kvmlib_capability_bit_name(flags, 0), "GUEST_MEMFD_FLAG_MMAP");
	ck_assert_str_eq(kvmlib_capability_bit_name(flags, 1), "GUEST_MEMFD_FLAG_INIT_SHARED");
	ck_assert_ptr_null(kvmlib_capability_bit_name(flags, 2));
	ck_assert_ptr_null(kvmlib_capability_bit_name(flags, UINT32_MAX));
	ck_assert_ptr_null(kvmlib_capability_bit_name(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 6));
	ck_assert_uint_eq(count_bits(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2), 2);
	ck_assert_uint_eq(count_bits(KVMLIB_CAP_IRQCHIP), 0);
#ifdef __x86_64__
	ck_assert_str_eq(kvmlib_capability_bit_name(quirks, 11),
			 "KVM_X86_QUIRK_NESTED_SVM_SHARED_PAT");
	ck_assert_uint_eq(count_bits(quirks), 12);
	ck_assert_str_eq(kvmlib_capability_bit_name(KVMLIB_CAP_VM_TYPES, 0), "KVM_X86_DEFAULT_VM");
	ck_assert_str_eq(kvmlib_capability_bit_name(KVMLIB_CAP_EXIT_HYPERCALL, 12),
			 "KVM_HC_MAP_GPA_RANGE");
	ck_assert_str_eq(kvmlib_capability_bit_name(KVMLIB_CAP_SET_GUEST_DEBUG2, 17),
			 "KVM_GUESTDBG_USE_HW_BP");
	ck_assert_uint_eq(count_bits(KVMLIB_CAP_SYNC_REGS), 3);
#else
	ck_assert_uint_eq(count_bits(quirks), 0);
#endif
}
END_TEST

Suite *capability_suite(void)
{
	Suite *suite = suite_create("capability");

	ADD_TESTS(add_case(suite, "facts", NULL), capability_each_is_found_by_place_number_and_name,
		  capability_numbers_ascend, capability_kinds_are_those_of_the_facts,
		  capability_tells_where_it_is_asked_for_and_enabled,
		  capability_tells_its_architectures,
		  capability_unknown_number_is_enoent_and_untouched,
		  capability_unknown_name_is_enoent_and_untouched,
		  capability_behind_the_end_is_enoent_without_a_record, capability_null_is_refused);
	ADD_TESTS(add_case(suite, "bits", NULL), capability_masks_have_named_bits_or_a_reason,
		  capability_bits_have_the_kernels_names);
	return suite;
}
