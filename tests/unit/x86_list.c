/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of CPUID entries and MSR numbers: too long, too short, and made by the library. */

#include "fixture.h"
#include "suites.h"

#ifdef __x86_64__

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "played.h"

#define MAX_ENTRIES 65536U /* that the library makes room for */

#define MAX_ROOMS 16

/* How many the kernel has, and whether it tells that where there is too little room. */
static uint32_t has;
static bool tells;
static uint32_t rooms[MAX_ROOMS]; /* that it was shown, from the first call on */
static int nr_rooms;

/* Either kind of list: the count, then so many bytes of header, then entries of a pattern. */
static int give(uint32_t *count, size_t header, size_t entry)
{
	rooms[nr_rooms++ % MAX_ROOMS] = *count; /* no assertion: those allocate, too */
	if (*count < has) {
		*count = tells ? has : *count;
		return -E2BIG;
	}
	*count = has;
	for (size_t i = 0; i < has * entry; i++)
		((unsigned char *)count)[header + i] = (unsigned char)(i * 31 + i / 256);
	return 0;
}

static int give_cpuid(unsigned long arg)
{
	return give((void *)arg, sizeof(struct kvm_cpuid2), sizeof(struct kvm_cpuid_entry2));
}

static int give_indices(unsigned long arg)
{
	return give((void *)arg, sizeof(struct kvm_msr_list), sizeof(uint32_t));
}

static int give_none(unsigned long arg)
{
	(void)arg;
	return -EFAULT;
}

/* The functions, in both forms. */
static int get_supported(void *list, uint32_t capacity, uint32_t *count)
{
	return kvmlib_system_get_supported_cpuid(fix.system, list, capacity, count);
}

static int alloc_supported(void **list, uint32_t *count)
{
	return kvmlib_system_get_supported_cpuid_alloc(fix.system, (struct kvm_cpuid_entry2 **)list,
						       count);
}

static int get_emulated(void *list, uint32_t capacity, uint32_t *count)
{
	return kvmlib_system_get_emulated_cpuid(fix.system, list, capacity, count);
}

static int alloc_emulated(void **list, uint32_t *count)
{
	return kvmlib_system_get_emulated_cpuid_alloc(fix.system, (struct kvm_cpuid_entry2 **)list,
						      count);
}

static int get_system_hv(void *list, uint32_t capacity, uint32_t *count)
{
	return kvmlib_system_get_supported_hv_cpuid(fix.system, list, capacity, count);
}

static int alloc_system_hv(void **list, uint32_t *count)
{
	return kvmlib_system_get_supported_hv_cpuid_alloc(fix.system,
							  (struct kvm_cpuid_entry2 **)list, count);
}

static int get_vcpu_hv(void *list, uint32_t capacity, uint32_t *count)
{
	return kvmlib_vcpu_get_supported_hv_cpuid(fix.vcpu, list, capacity, count);
}

static int alloc_vcpu_hv(void **list, uint32_t *count)
{
	return kvmlib_vcpu_get_supported_hv_cpuid_alloc(fix.vcpu, (struct kvm_cpuid_entry2 **)list,
							count);
}

static int get_cpuid2(void *list, uint32_t capacity, uint32_t *count)
{
	return kvmlib_vcpu_get_cpuid2(fix.vcpu, list, capacity, count);
}

static int alloc_cpuid2(void **list, uint32_t *count)
{
	return kvmlib_vcpu_get_cpuid2_alloc(fix.vcpu, (struct kvm_cpuid_entry2 **)list, count);
}

static int get_indices(void *list, uint32_t capacity, uint32_t *count)
{
	return kvmlib_system_get_msr_index_list(fix.system, list, capacity, count);
}

static int alloc_indices(void **list, uint32_t *count)
{
	return kvmlib_system_get_msr_index_list_alloc(fix.system, (uint32_t **)list, count);
}

static int get_features(void *list, uint32_t capacity, uint32_t *count)
{
	return kvmlib_system_get_msr_feature_index_list(fix.system, list, capacity, count);
}

static int alloc_features(void **list, uint32_t *count)
{
	return kvmlib_system_get_msr_feature_index_list_alloc(fix.system, (uint32_t **)list, count);
}

static const struct lister {
	const char *function; /* without _alloc */
	unsigned long request;
	int (*get)(void *list, uint32_t capacity, uint32_t *count);
	int (*alloc)(void **list, uint32_t *count);
	int (*give)(unsigned long arg);
	size_t entry;
	bool of_vcpu;
} listers[] = {
	{ "kvmlib_system_get_supported_cpuid", KVM_GET_SUPPORTED_CPUID, get_supported,
	  alloc_supported, give_cpuid, 40, false },
	{ "kvmlib_system_get_emulated_cpuid", KVM_GET_EMULATED_CPUID, get_emulated, alloc_emulated,
	  give_cpuid, 40, false },
	{ "kvmlib_system_get_supported_hv_cpuid", KVM_GET_SUPPORTED_HV_CPUID, get_system_hv,
	  alloc_system_hv, give_cpuid, 40, false },
	{ "kvmlib_vcpu_get_supported_hv_cpuid", KVM_GET_SUPPORTED_HV_CPUID, get_vcpu_hv,
	  alloc_vcpu_hv, give_cpuid, 40, true },
	{ "kvmlib_vcpu_get_cpuid2", KVM_GET_CPUID2, get_cpuid2, alloc_cpuid2, give_cpuid, 40,
	  true },
	{ "kvmlib_system_get_msr_index_list", KVM_GET_MSR_INDEX_LIST, get_indices, alloc_indices,
	  give_indices, 4, false },
	{ "kvmlib_system_get_msr_feature_index_list", KVM_GET_MSR_FEATURE_INDEX_LIST, get_features,
	  alloc_features, give_indices, 4, false },
};
#define NR_LISTERS ((int)(sizeof(listers) / sizeof(listers[0])))

static const struct lister *start(int i, uint32_t kernel_has, bool kernel_tells)
{
	has = kernel_has;
	tells = kernel_tells;
	nr_rooms = 0;
	play(listers[i].request, listers[i].give);
	return &listers[i];
}

static void assert_entries(const struct lister *lister, const unsigned char *bytes, uint32_t count)
{
	size_t i = 0;

	ck_assert_uint_eq(count, has);
	while (i < has * lister->entry && bytes[i] == (unsigned char)(i * 31 + i / 256))
		i++;
	ck_assert_uint_eq(i, has * lister->entry);
}

static void assert_record(const struct lister *lister, bool alloc, int errnum, uint32_t cause)
{
	char name[80];
	const char *differs;

	snprintf(name, sizeof(name), "%s%s", lister->function, alloc ? "_alloc" : "");
	differs = record_differs(name, errnum, cause, kvmlib_ioctl_name(lister->request));
	ck_assert_msg(!differs, "%s", differs);
	if (lister->of_vcpu)
		assert_value(VCPU_ID, 0);
	else
		assert_no_value(VCPU_ID);
}

START_TEST(list_fits_exactly)
{
	const struct lister *lister = start(_i, 7, true);
	unsigned char list[8 * 40];
	uint32_t count = 77;

	memset(list, 0x5a, sizeof(list));
	assert_ok(lister->get(list, 7, &count));
	assert_entries(lister, list, count);
	ck_assert_uint_eq(list[7 * lister->entry], 0x5a);
	ck_assert_uint_eq(rooms[0], 7);
}
END_TEST

START_TEST(list_short_tells_what_the_kernel_told)
{
	const struct lister *lister = start(_i, 7, true);
	unsigned char list[8 * 40];
	uint32_t count = 77;

	memset(list, 0x5a, sizeof(list));
	spoil_record();
	ck_assert_int_eq(lister->get(list, 6, &count), -E2BIG);
	assert_record(lister, false, E2BIG, KVMLIB_CAUSE_LIST_TOO_SMALL);
	assert_value(COUNT, 6);
	assert_value(NEEDED, 7);
	ck_assert_uint_eq(list[0], 0x5a);
	ck_assert_uint_eq(count, 77);
}
END_TEST

START_TEST(list_short_without_a_count_back_tells_none)
{
	const struct lister *lister = start(_i, 7, false);
	unsigned char list[8 * 40];
	uint32_t count = 77;

	ck_assert_int_eq(lister->get(list, 6, &count), -E2BIG);
	assert_record(lister, false, E2BIG, KVMLIB_CAUSE_LIST_TOO_SMALL);
	assert_no_value(NEEDED);
}
END_TEST

START_TEST(list_of_more_than_256_is_got)
{
	const struct lister *lister = start(_i, 300, true);
	static unsigned char list[300 * 40];
	uint32_t count = 77;

	assert_ok(lister->get(list, UINT32_MAX, &count));
	assert_entries(lister, list, count);
	ck_assert_uint_eq(rooms[0], MAX_ENTRIES);
}
END_TEST

static size_t claimed_header, claimed_entry;

/* Fills the list, and says that there is one entry more. */
static int claim_more(unsigned long arg)
{
	uint32_t *count = (void *)arg;

	memset((unsigned char *)arg + claimed_header, 0, *count * claimed_entry);
	*count += 1;
	return 0;
}

START_TEST(list_claimed_longer_than_its_room_is_cut)
{
	const struct lister *lister = start(_i, 0, true);
	unsigned char list[8 * 40];
	uint32_t count = 77;
	void *made = NULL;

	claimed_header = lister->entry == 4 ? 4 : 8;
	claimed_entry = lister->entry;
	play(lister->request, claim_more);
	memset(list, 0x5a, sizeof(list));
	assert_ok(lister->get(list, 7, &count));
	ck_assert_uint_eq(count, 7);
	ck_assert_uint_eq(list[7 * lister->entry], 0x5a);
	assert_ok(lister->alloc(&made, &count));
	ck_assert_uint_eq(count, 256);
	free(made);
}
END_TEST

START_TEST(list_alloc_of_256_takes_one_call)
{
	const struct lister *lister = start(_i, 256, false);
	uint32_t count = 77;
	void *list = NULL;

	alloc_start();
	assert_ok(lister->alloc(&list, &count));
	assert_entries(lister, list, count);
	ck_assert_int_eq(nr_rooms, 1);
	free(list);
	ck_assert_uint_eq(alloc_stop(), 0);
}
END_TEST

START_TEST(list_alloc_grows_to_what_the_kernel_tells)
{
	const struct lister *lister = start(_i, 5000, true);
	uint32_t count = 77;
	void *list = NULL;

	alloc_start();
	assert_ok(lister->alloc(&list, &count));
	assert_entries(lister, list, count);
	ck_assert_int_eq(nr_rooms, 2);
	ck_assert_uint_eq(rooms[1], 5000);
	free(list);
	ck_assert_uint_eq(alloc_stop(), 0);
}
END_TEST

START_TEST(list_alloc_doubles_where_the_kernel_does_not_tell)
{
	const struct lister *lister = start(_i, 1000, false);
	uint32_t count = 77;
	void *list = NULL;

	assert_ok(lister->alloc(&list, &count));
	assert_entries(lister, list, count);
	ck_assert_int_eq(nr_rooms, 3);
	ck_assert_uint_eq(rooms[2], 1024);
	free(list);
}
END_TEST

START_TEST(list_alloc_that_never_fits_ends)
{
	const struct lister *lister = start(_i, UINT32_MAX, false);
	uint32_t count = 77;
	void *list = SENTINEL;

	alloc_start();
	spoil_record();
	ck_assert_int_eq(lister->alloc(&list, &count), -E2BIG);
	assert_record(lister, true, E2BIG, KVMLIB_CAUSE_LIST_NEVER_FITS);
	assert_value(COUNT, MAX_ENTRIES);
	ck_assert_int_eq(nr_rooms, 9); /* 256, 512, … 65536 */
	ck_assert_ptr_eq(list, SENTINEL);
	ck_assert_uint_eq(count, 77);
	ck_assert_uint_eq(alloc_stop(), 0);
}
END_TEST

START_TEST(list_alloc_passes_other_errnos)
{
	const struct lister *lister = start(_i, 1, true);
	uint32_t count = 77;
	void *list = SENTINEL;

	play(lister->request, give_none);
	alloc_start();
	spoil_record();
	ck_assert_int_eq(lister->alloc(&list, &count), -EFAULT);
	assert_record(lister, true, EFAULT, KVMLIB_CAUSE_BAD_ADDRESS);
	ck_assert_int_eq((int)plays(lister->request), 1);
	ck_assert_ptr_eq(list, SENTINEL);
	ck_assert_uint_eq(count, 77);
	ck_assert_uint_eq(alloc_stop(), 0);
}
END_TEST

/* As Linux 6.1: three entries, and the count as it was. */
static int give_miscounted(unsigned long arg)
{
	struct kvm_cpuid2 *cpuid = (void *)arg;

	memset(cpuid->entries, 0, 3 * sizeof(cpuid->entries[0]));
	return 0;
}

START_TEST(list_that_the_kernel_does_not_count_is_counted)
{
	struct kvm_cpuid_entry2 list[5], *made = NULL;
	uint32_t count = 77;

	play(KVM_GET_CPUID2, give_miscounted);
	memset(list, 0x5a, sizeof(list));
	assert_ok(kvmlib_vcpu_get_cpuid2(fix.vcpu, list, 5, &count));
	ck_assert_uint_eq(count, 3);
	ck_assert_uint_eq(list[3].function, 0x5a5a5a5a);
	assert_ok(kvmlib_vcpu_get_cpuid2(fix.vcpu, list, 3, &count));
	ck_assert_uint_eq(count, 3);
	assert_ok(kvmlib_vcpu_get_cpuid2_alloc(fix.vcpu, &made, &count));
	ck_assert_uint_eq(count, 3);
	free(made);
}
END_TEST

START_TEST(list_without_memory_is_enomem)
{
	const struct lister *lister = start(_i, 1000, true);
	unsigned char entry[40];
	uint32_t count = 77;
	int r;

	alloc_fail_nth(1);
	r = lister->get(entry, 1, &count);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_ptr_null(kvmlib_error_call());
	ck_assert_int_eq(nr_rooms, 0);
	ck_assert_uint_eq(count, 77);
}
END_TEST

START_TEST(list_alloc_without_memory_is_enomem)
{
	unsigned long n = _i % 2 ? 2 : 1;
	const struct lister *lister = start(_i / 2, 1000, true);
	uint32_t count = 77;
	void *list = SENTINEL;
	size_t leaked;
	int r;

	alloc_start();
	alloc_fail_nth(n);
	r = lister->alloc(&list, &count);
	alloc_fail_nth(0);
	leaked = alloc_stop();
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(leaked, 0);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_int_eq(nr_rooms, _i % 2);
	ck_assert_ptr_eq(list, SENTINEL);
	ck_assert_uint_eq(count, 77);
}
END_TEST

START_TEST(list_alloc_null_is_einval)
{
	uint32_t count = 77, *numbers = SENTINEL;
	struct kvm_cpuid_entry2 *list = SENTINEL;

	assert_refuses_null(kvmlib_system_get_supported_cpuid_alloc(NULL, &list, &count), 1);
	assert_refuses_null(kvmlib_system_get_supported_cpuid_alloc(fix.system, NULL, &count), 2);
	assert_refuses_null(kvmlib_system_get_supported_cpuid_alloc(fix.system, &list, NULL), 3);
	assert_refuses_null(kvmlib_system_get_emulated_cpuid_alloc(NULL, &list, &count), 1);
	assert_refuses_null(kvmlib_system_get_emulated_cpuid_alloc(fix.system, NULL, &count), 2);
	assert_refuses_null(kvmlib_system_get_emulated_cpuid_alloc(fix.system, &list, NULL), 3);
	assert_refuses_null(kvmlib_system_get_supported_hv_cpuid_alloc(NULL, &list, &count), 1);
	assert_refuses_null(kvmlib_system_get_supported_hv_cpuid_alloc(fix.system, NULL, &count),
			    2);
	assert_refuses_null(kvmlib_system_get_supported_hv_cpuid_alloc(fix.system, &list, NULL), 3);
	assert_refuses_null(kvmlib_vcpu_get_supported_hv_cpuid_alloc(NULL, &list, &count), 1);
	assert_refuses_null(kvmlib_vcpu_get_supported_hv_cpuid_alloc(fix.vcpu, NULL, &count), 2);
	assert_refuses_null(kvmlib_vcpu_get_supported_hv_cpuid_alloc(fix.vcpu, &list, NULL), 3);
	assert_refuses_null(kvmlib_vcpu_get_cpuid2_alloc(NULL, &list, &count), 1);
	assert_refuses_null(kvmlib_vcpu_get_cpuid2_alloc(fix.vcpu, NULL, &count), 2);
	assert_refuses_null(kvmlib_vcpu_get_cpuid2_alloc(fix.vcpu, &list, NULL), 3);
	assert_refuses_null(kvmlib_system_get_msr_index_list_alloc(NULL, &numbers, &count), 1);
	assert_refuses_null(kvmlib_system_get_msr_index_list_alloc(fix.system, NULL, &count), 2);
	assert_refuses_null(kvmlib_system_get_msr_index_list_alloc(fix.system, &numbers, NULL), 3);
	assert_refuses_null(kvmlib_system_get_msr_feature_index_list_alloc(NULL, &numbers, &count),
			    1);
	assert_refuses_null(
		kvmlib_system_get_msr_feature_index_list_alloc(fix.system, NULL, &count), 2);
	assert_refuses_null(
		kvmlib_system_get_msr_feature_index_list_alloc(fix.system, &numbers, NULL), 3);
	ck_assert_ptr_eq(list, SENTINEL);
	ck_assert_ptr_eq(numbers, SENTINEL);
	ck_assert_uint_eq(count, 77);
}
END_TEST

/* What a kernel that takes more than today's would see. */
static struct kvm_cpuid_entry2 sent[MAX_ENTRIES];
static uint32_t nr_sent;

static int take_cpuid2(unsigned long arg)
{
	struct kvm_cpuid2 *cpuid = (void *)arg;

	nr_sent = cpuid->nent;
	if (nr_sent > MAX_ENTRIES)
		return -E2BIG;
	memcpy(sent, cpuid->entries, nr_sent * sizeof(sent[0]));
	return 0;
}

static int take_cpuid(unsigned long arg)
{
	struct kvm_cpuid *cpuid = (void *)arg;

	nr_sent = cpuid->nent;
	if (nr_sent > MAX_ENTRIES)
		return -E2BIG;
	memcpy(sent, cpuid->entries, nr_sent * sizeof(cpuid->entries[0]));
	return 0;
}

START_TEST(list_set_of_more_than_256_is_sent_whole)
{
	static struct kvm_cpuid_entry2 entries[MAX_ENTRIES];

	for (uint32_t i = 0; i < MAX_ENTRIES; i++)
		entries[i].function = 3 * i;
	play(KVM_SET_CPUID2, take_cpuid2);
	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, 300));
	ck_assert_uint_eq(nr_sent, 300);
	ck_assert_mem_eq(sent, entries, 300 * sizeof(entries[0]));

	/* A count without measure is passed on, but no room is made for it. */
	assert_fails(kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, UINT32_MAX), E2BIG,
		     CPUID_LIST_TOO_LONG, "KVM_SET_CPUID2");
	ck_assert_uint_eq(nr_sent, UINT32_MAX);
	assert_value(COUNT, UINT32_MAX);
}
END_TEST

START_TEST(list_set_of_the_old_form_is_sent_whole)
{
	struct kvm_cpuid_entry entries[3] = { { .function = 1 }, { .function = 2, .edx = 7 } };

	play(KVM_SET_CPUID, take_cpuid);
	assert_ok(kvmlib_vcpu_set_cpuid(fix.vcpu, entries, 3));
	ck_assert_uint_eq(nr_sent, 3);
	ck_assert_mem_eq(sent, entries, sizeof(entries));
	assert_ok(kvmlib_vcpu_set_cpuid(fix.vcpu, NULL, 0));
	ck_assert_uint_eq(nr_sent, 0);
}
END_TEST

START_TEST(list_set_without_memory_is_enomem)
{
	struct kvm_cpuid_entry old = { 0 };
	struct kvm_cpuid_entry2 entry = { 0 };

	alloc_fail_nth(1);
	assert_fails(kvmlib_vcpu_set_cpuid2(fix.vcpu, &entry, 1), ENOMEM, NO_MEMORY, NULL);
	alloc_fail_nth(1);
	assert_fails(kvmlib_vcpu_set_cpuid(fix.vcpu, &old, 1), ENOMEM, NO_MEMORY, NULL);
}
END_TEST

static void add_tests(Suite *suite)
{
	const TTest *const loops[] = {
		list_fits_exactly,
		list_short_tells_what_the_kernel_told,
		list_short_without_a_count_back_tells_none,
		list_of_more_than_256_is_got,
		list_claimed_longer_than_its_room_is_cut,
		list_alloc_of_256_takes_one_call,
		list_alloc_grows_to_what_the_kernel_tells,
		list_alloc_doubles_where_the_kernel_does_not_tell,
		list_alloc_that_never_fits_ends,
		list_alloc_passes_other_errnos,
		list_without_memory_is_enomem,
	};
	TCase *tcase = add_case(suite, "list", setup_played);

	for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++)
		tcase_add_loop_test(tcase, loops[i], 0, NR_LISTERS);
	tcase_add_loop_test(tcase, list_alloc_without_memory_is_enomem, 0, 2 * NR_LISTERS);
	ADD_TESTS(tcase, list_that_the_kernel_does_not_count_is_counted, list_alloc_null_is_einval,
		  list_set_of_more_than_256_is_sent_whole, list_set_of_the_old_form_is_sent_whole,
		  list_set_without_memory_is_enomem);
}

#else

static void add_tests(Suite *suite)
{
	(void)suite;
}

#endif

Suite *x86_list_suite(void)
{
	Suite *suite = suite_create("x86_list");

	add_tests(suite);
	return suite;
}
