/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports: their text, whoever wrote it, what is collected, and how hosts compare. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "fixture.h"
#include "suites.h"

#define TITLE "kvmlib-report\t1\n"

static struct kvmlib_report *parsed(const char *text)
{
	struct kvmlib_report *report = NULL;

	ck_assert_int_eq(kvmlib_report_parse(text, strlen(text), &report), 0);
	return report;
}

static void assert_unparsed(const char *text, size_t size, int errnum, uint32_t cause,
			    uint64_t line)
{
	struct kvmlib_report *report = SENTINEL;
	uint64_t index;

	ck_assert_int_eq(kvmlib_report_parse(text, size, &report), -errnum);
	ck_assert_uint_eq(kvmlib_error_cause(), cause);
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_INDEX, &index), 0);
	ck_assert_uint_eq(index, line);
	ck_assert_ptr_eq(report, SENTINEL);
}

START_TEST(report_text_comes_back_sorted)
{
	struct kvmlib_report *report = parsed(TITLE "b\ttwo words\na/c\t1\na\t0x5\n");
	static const char sorted[] = TITLE "a\t0x5\na/c\t1\nb\ttwo words\n";
	char text[sizeof(sorted)];

	ck_assert_uint_eq(kvmlib_report_count(report), 3);
	ck_assert_int_eq(kvmlib_report_format(report, text, sizeof(text)), sizeof(sorted) - 1);
	ck_assert_str_eq(text, sorted);
	ck_assert_str_eq(kvmlib_report_get(report, "a/c"), "1");
	ck_assert_ptr_null(kvmlib_report_get(report, "a/"));
	ck_assert_ptr_null(kvmlib_report_get(report, "c"));
	kvmlib_report_free(report);
}
END_TEST

START_TEST(report_text_is_cut_where_room_ends)
{
	struct kvmlib_report *report = parsed(TITLE "key\tvalue\n");
	static const char whole[] = TITLE "key\tvalue\n";
	char text[sizeof(whole) + 1];

	ck_assert_int_eq(kvmlib_report_format(report, NULL, 0), sizeof(whole) - 1);
	for (size_t size = 1; size <= sizeof(whole); size++) {
		memset(text, '#', sizeof(text));
		ck_assert_int_eq(kvmlib_report_format(report, text, size), sizeof(whole) - 1);
		ck_assert_uint_eq(strlen(text), size - 1);
		ck_assert(!memcmp(text, whole, size - 1) && text[size] == '#');
	}
	kvmlib_report_free(report);
}
END_TEST

static const struct {
	const char *text;
	int errnum;
	uint32_t cause;
	uint64_t line;
} bad_texts[] = {
	{ "", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 0 },
	{ "kvmlib-report\t1", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 0 },
	{ "kvmlib-repork\t1\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 0 },
	{ "kvmlib-report\t2\n", EPROTONOSUPPORT, KVMLIB_CAUSE_REPORT_VERSION, 0 },
	{ "kvmlib-report\t10\nkey\tvalue\n", EPROTONOSUPPORT, KVMLIB_CAUSE_REPORT_VERSION, 0 },
	{ TITLE "\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 1 },
	{ TITLE "key value\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 1 },
	{ TITLE "a\tb\n\tvalue\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 2 },
	{ TITLE "a\tb\nkey\t\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 2 },
	{ TITLE "a\tb\nc\td\tE\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 2 },
	{ TITLE "a b\tc\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 1 },
	{ TITLE "a\x7f\tc\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 1 },
	{ TITLE "a\tc\r\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 1 },
	{ TITLE "a\tb\nc\td", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 2 },
	{ TITLE "x\t1\na\tb\nb\t2\nab\t1\na\tb\n", EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 5 },
};
#define NR_BAD_TEXTS ((int)(sizeof(bad_texts) / sizeof(bad_texts[0])))

START_TEST(report_text_that_is_bad_is_refused)
{
	assert_unparsed(bad_texts[_i].text, strlen(bad_texts[_i].text), bad_texts[_i].errnum,
			bad_texts[_i].cause, bad_texts[_i].line);
}
END_TEST

START_TEST(report_text_with_a_nul_is_refused)
{
	static const char text[] = TITLE "a\0b\tc\n";

	assert_unparsed(text, sizeof(text) - 1, EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 1);
}
END_TEST

/* A report of one item with a key and a value of that many bytes. */
static size_t write_long(char *text, size_t key, size_t value)
{
	char *end = stpcpy(text, TITLE);

	memset(end, 'k', key);
	end[key] = '\t';
	memset(end + key + 1, 'v', value);
	end[key + 1 + value] = '\n';
	return strlen(TITLE) + key + value + 2;
}

START_TEST(report_limits_of_keys_and_values_are_exact)
{
	static char text[4096];
	struct kvmlib_report *report;
	size_t size = write_long(text, KVMLIB_REPORT_MAX_KEY, KVMLIB_REPORT_MAX_VALUE);

	ck_assert_int_eq(kvmlib_report_parse(text, size, &report), 0);
	kvmlib_report_free(report);
	size = write_long(text, KVMLIB_REPORT_MAX_KEY + 1, 1);
	assert_unparsed(text, size, EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 1);
	size = write_long(text, 1, KVMLIB_REPORT_MAX_VALUE + 1);
	assert_unparsed(text, size, EPROTO, KVMLIB_CAUSE_REPORT_MALFORMED, 1);
}
END_TEST

START_TEST(report_limit_of_items_is_exact)
{
	char *text = malloc(16 * (KVMLIB_REPORT_MAX_ITEMS + 2)), *end = stpcpy(text, TITLE);
	struct kvmlib_report *report;

	for (unsigned int i = 0; i < KVMLIB_REPORT_MAX_ITEMS; i++)
		end += sprintf(end, "k%u\tv\n", i);
	ck_assert_int_eq(kvmlib_report_parse(text, (size_t)(end - text), &report), 0);
	ck_assert_uint_eq(kvmlib_report_count(report), KVMLIB_REPORT_MAX_ITEMS);
	ck_assert_int_eq(kvmlib_report_set(report, "more", "1"), -E2BIG);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_REPORT_TOO_LARGE);
	ck_assert_int_eq(kvmlib_report_set(report, "k7", "other"), 0);
	kvmlib_report_free(report);

	end = stpcpy(end, "more\t1\n");
	assert_unparsed(text, (size_t)(end - text), E2BIG, KVMLIB_CAUSE_REPORT_TOO_LARGE,
			KVMLIB_REPORT_MAX_ITEMS + 1);
	free(text);
}
END_TEST

static void assert_cut_is_refused_but_between_lines(const char *text, size_t size)
{
	struct kvmlib_report *report = NULL;
	int r = kvmlib_report_parse(text, size, &report);

	ck_assert_int_eq(r, size && text[size - 1] == '\n' ? 0 : -EPROTO);
	kvmlib_report_free(report);
}

/* Whatever byte is another one, or missing at the end: an error, or a report of as many items. */
START_TEST(report_text_survives_every_change_of_a_byte)
{
	static const char good[] = TITLE "arch\tx86_64\ncap/KVM_CAP_HLT/vm\t1\nz\t-\n";
	char text[sizeof(good)];

	for (size_t at = 0; at < sizeof(good) - 1; at++) {
		for (int byte = 0; byte < 256; byte++) {
			struct kvmlib_report *report = NULL;

			memcpy(text, good, sizeof(good));
			text[at] = (char)byte;
			if (!kvmlib_report_parse(text, sizeof(good) - 1, &report))
				ck_assert_uint_ge(kvmlib_report_count(report), 2);
			kvmlib_report_free(report);
		}
		assert_cut_is_refused_but_between_lines(good, at);
	}
}
END_TEST

START_TEST(report_items_are_set_in_order_and_replaced)
{
	static const char *const keys[] = { "m", "a", "z", "b", "m" };
	struct kvmlib_report *report;
	char text[64];

	ck_assert_int_eq(kvmlib_report_new(&report), 0);
	for (size_t i = 0; i < 5; i++)
		ck_assert_int_eq(
			kvmlib_report_set(report, keys[i], (const char[]){ '0' + (char)i, 0 }), 0);
	kvmlib_report_format(report, text, sizeof(text));
	ck_assert_str_eq(text, TITLE "a\t1\nb\t3\nm\t4\nz\t2\n");
	kvmlib_report_free(report);
}
END_TEST

static void assert_refused(int r, uint64_t argument, uint32_t cause)
{
	uint64_t found = 0;

	ck_assert_int_eq(r, -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), cause);
	kvmlib_error_value(KVMLIB_VALUE_ARGUMENT, &found);
	ck_assert_uint_eq(found, argument);
}

START_TEST(report_arguments_are_checked)
{
	struct kvmlib_report *report = parsed(TITLE "a\t1\n"), *result;
	const struct kvmlib_report *list[] = { report, NULL };
	struct kvmlib_report_difference difference;
	const char *key, *value;
	uint64_t position = 0;

	assert_refused(kvmlib_report_new(NULL), 1, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_collect(NULL, &result), 1, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_collect(SENTINEL, NULL), 2, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_parse(NULL, 0, &result), 1, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_parse("", 0, NULL), 3, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_format(NULL, NULL, 0), 1, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_format(report, NULL, 1), 2, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_set(NULL, "a", "b"), 1, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_set(report, NULL, "b"), 2, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_set(report, "a", NULL), 3, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_set(report, "a b", "b"), 2, KVMLIB_CAUSE_BAD_ARGUMENT);
	assert_refused(kvmlib_report_set(report, "a", "b\n"), 3, KVMLIB_CAUSE_BAD_ARGUMENT);
	assert_refused(kvmlib_report_set(report, "a", ""), 3, KVMLIB_CAUSE_BAD_ARGUMENT);
	assert_refused(kvmlib_report_item(NULL, 0, &key, &value), 1, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_item(report, 0, NULL, &value), 3, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_item(report, 0, &key, NULL), 4, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_item(report, 1, &key, &value), 2, KVMLIB_CAUSE_BAD_ARGUMENT);
	assert_refused(kvmlib_report_next_difference(NULL, report, &position, &difference), 1,
		       KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_next_difference(report, NULL, &position, &difference), 2,
		       KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_next_difference(report, report, NULL, &difference), 3,
		       KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_next_difference(report, report, &position, NULL), 4,
		       KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_next_difference(report, report, &position, &difference), 1,
		       KVMLIB_CAUSE_REPORT_ARCH);
	assert_refused(kvmlib_report_baseline(NULL, 1, &result), 1, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_baseline(list, 1, NULL), 3, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_baseline(list, 0, &result), 2, KVMLIB_CAUSE_BAD_ARGUMENT);
	assert_refused(kvmlib_report_baseline(list, 2, &result), 1, KVMLIB_CAUSE_NULL_ARGUMENT);
	assert_refused(kvmlib_report_baseline(list, 1, &result), 1, KVMLIB_CAUSE_REPORT_ARCH);
	ck_assert_str_eq(kvmlib_report_get(report, "a"), "1");
	kvmlib_report_free(report);
}
END_TEST

static const char host_a[] = TITLE "arch\tx86_64\n"
				   "cap/KVM_CAP_HLT/vm\t1\n"
				   "cap/KVM_CAP_MAX_VCPUS/vm\t1024\n"
				   "cap/KVM_CAP_XEN_HVM/system\t7\n"
				   "cpuid/0x1/-/eax\t0x806f8\n"
				   "cpuid/0x1/-/ecx\t0x6\n"
				   "cpuid/0x7/0x0/ebx\t0x20\n"
				   "msr/0x10\tyes\n"
				   "zzz\tsame\n";
static const char host_b[] = TITLE "arch\tx86_64\n"
				   "cap/KVM_CAP_HLT/vm\t0\n"
				   "cap/KVM_CAP_MAX_VCPUS/vm\t4096\n"
				   "cap/KVM_CAP_XEN_HVM/system\t13\n"
				   "cpuid/0x1/-/eax\t0x50657\n"
				   "cpuid/0x1/-/ecx\t0xe\n"
				   "device/VFIO\tyes\n"
				   "kernel/release\t7.2\n"
				   "zzz\tsame\n";

static const struct kvmlib_report_difference differences[] = {
	{ "cap/KVM_CAP_HLT/vm", "1", "0", 0, 0, KVMLIB_REPORT_LOST, 0 },
	{ "cap/KVM_CAP_MAX_VCPUS/vm", "1024", "4096", 0, 0, KVMLIB_REPORT_GAINED, 0 },
	{ "cap/KVM_CAP_XEN_HVM/system", "7", "13", 2, 8, KVMLIB_REPORT_LOST, 0 },
	{ "cpuid/0x1/-/eax", "0x806f8", "0x50657", 0, 0, KVMLIB_REPORT_CHANGED, 0 },
	{ "cpuid/0x1/-/ecx", "0x6", "0xe", 0, 8, KVMLIB_REPORT_GAINED, 0 },
	{ "cpuid/0x7/0x0/ebx", "0x20", NULL, 0x20, 0, KVMLIB_REPORT_LOST, 0 },
	{ "device/VFIO", NULL, "yes", 0, 1, KVMLIB_REPORT_GAINED, 0 },
	{ "kernel/release", NULL, "7.2", 0, 0, KVMLIB_REPORT_CHANGED, 0 },
	{ "msr/0x10", "yes", NULL, 1, 0, KVMLIB_REPORT_LOST, 0 },
};
#define NR_DIFFERENCES (sizeof(differences) / sizeof(differences[0]))

static void assert_same_text(const char *a, const char *b)
{
	ck_assert(!a == !b && (!a || !strcmp(a, b)));
}

START_TEST(report_differences_are_told_in_order)
{
	struct kvmlib_report *a = parsed(host_a), *b = parsed(host_b);
	struct kvmlib_report_difference found;
	uint64_t position = 0;

	for (size_t i = 0; i < NR_DIFFERENCES; i++) {
		ck_assert_int_eq(kvmlib_report_next_difference(a, b, &position, &found), 1);
		ck_assert_str_eq(found.key, differences[i].key);
		assert_same_text(found.a, differences[i].a);
		assert_same_text(found.b, differences[i].b);
		ck_assert_uint_eq(found.missing, differences[i].missing);
		ck_assert_uint_eq(found.added, differences[i].added);
		ck_assert_uint_eq(found.kind, differences[i].kind);
	}
	found.key = SENTINEL;
	ck_assert_int_eq(kvmlib_report_next_difference(a, b, &position, &found), 0);
	ck_assert_ptr_eq(found.key, SENTINEL);
	position = UINT64_MAX;
	ck_assert_int_eq(kvmlib_report_next_difference(a, b, &position, &found), 0);
	kvmlib_report_free(a);
	kvmlib_report_free(b);
}
END_TEST

START_TEST(report_of_another_architecture_is_refused)
{
	struct kvmlib_report *a = parsed(host_a), *b = parsed(TITLE "arch\tarm64\n"), *result;
	struct kvmlib_report_difference difference;
	uint64_t position = 0;

	assert_refused(kvmlib_report_next_difference(a, b, &position, &difference), 2,
		       KVMLIB_CAUSE_REPORT_ARCH);
	assert_refused(
		kvmlib_report_baseline((const struct kvmlib_report *const[]){ a, b }, 2, &result),
		1, KVMLIB_CAUSE_REPORT_ARCH);
	kvmlib_report_free(a);
	kvmlib_report_free(b);
}
END_TEST

START_TEST(report_baseline_is_what_all_have)
{
	struct kvmlib_report *a = parsed(host_a), *b = parsed(host_b), *result;
	char text[512];

	ck_assert_int_eq(kvmlib_report_baseline((const struct kvmlib_report *const[]){ a, b, a }, 3,
						&result),
			 0);
	kvmlib_report_format(result, text, sizeof(text));
	ck_assert_str_eq(text, TITLE "arch\tx86_64\n"
				     "cap/KVM_CAP_HLT/vm\t0\n"
				     "cap/KVM_CAP_MAX_VCPUS/vm\t1024\n"
				     "cap/KVM_CAP_XEN_HVM/system\t5\n"
				     "cpuid/0x1/-/ecx\t0x6\n"
				     "zzz\tsame\n");
	kvmlib_report_free(a);
	kvmlib_report_free(b);
	kvmlib_report_free(result);
}
END_TEST

START_TEST(report_collects_what_the_host_says)
{
	struct kvmlib_report *report;
	char text[24];

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_NR_VCPUS, 7), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, 400, INT32_MAX), 0);
	ck_assert_int_eq(kvmlib_report_collect(fix.system, &report), 0);
	ck_assert_str_eq(kvmlib_report_get(report, "api-version"), "12");
	ck_assert_str_eq(kvmlib_report_get(report, "cap/KVM_CAP_NR_VCPUS/system"), "7");
	ck_assert_str_eq(kvmlib_report_get(report, "cap/KVM_CAP_NR_VCPUS/vm"), "7");
	ck_assert_str_eq(kvmlib_report_get(report, "cap/400/system"), "2147483647");
	ck_assert_ptr_null(kvmlib_report_get(report, "cap/401/system"));
	snprintf(text, sizeof(text), "%d", kvmlib_system_get_vcpu_mmap_size(fix.system));
	ck_assert_str_eq(kvmlib_report_get(report, "run-size"), text);
	kvmlib_report_free(report);
}
END_TEST

START_TEST(report_collected_leaves_the_record_alone)
{
	struct kvmlib_report *report;

	ck_assert_int_eq(kvmlib_report_new(NULL), -EINVAL);
	ck_assert_int_eq(kvmlib_report_collect(fix.system, &report), 0);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_report_new");
	kvmlib_report_free(report);
}
END_TEST

/* Each allocation on the way fails once; nothing stays behind. */
START_TEST(report_collected_without_memory_leaves_nothing)
{
	struct kvmlib_report *report;
	int r = -ENOMEM;

	/* Once before, for what the simulated kernel keeps. */
	ck_assert_int_eq(kvmlib_report_collect(fix.system, &report), 0);
	kvmlib_report_free(report);
	report = SENTINEL;
	for (unsigned long n = 1; r; n += n < 40 ? 1 : 97) {
		alloc_start();
		alloc_fail_nth(n);
		r = kvmlib_report_collect(fix.system, &report);
		alloc_fail_nth(0);
		if (r) {
			ck_assert_int_eq(r, -ENOMEM);
			ck_assert_ptr_eq(report, SENTINEL);
			ck_assert_uint_eq(alloc_stop(), 0);
		}
	}
	kvmlib_report_free(report);
}
END_TEST

START_TEST(report_parsed_or_compared_without_memory_leaves_nothing)
{
	struct kvmlib_report *a = parsed(host_a), *report = SENTINEL;
	int r = -ENOMEM;

	for (unsigned long n = 1; r; n++) {
		alloc_start();
		alloc_fail_nth(n);
		r = kvmlib_report_parse(host_a, sizeof(host_a) - 1, &report);
		alloc_fail_nth(0);
		ck_assert(!r || (r == -ENOMEM && report == SENTINEL && !alloc_stop()));
	}
	kvmlib_report_free(report);
	report = SENTINEL;
	r = -ENOMEM;
	for (unsigned long n = 1; r; n++) {
		alloc_start();
		alloc_fail_nth(n);
		r = kvmlib_report_baseline((const struct kvmlib_report *const[]){ a, a }, 2,
					   &report);
		alloc_fail_nth(0);
		ck_assert(!r || (r == -ENOMEM && report == SENTINEL && !alloc_stop()));
	}
	kvmlib_report_free(report);
	kvmlib_report_free(a);
}
END_TEST

START_TEST(report_set_without_memory_changes_nothing)
{
	struct kvmlib_report *report = parsed(TITLE "a\t1\n");

	for (int i = 0; i < 2; i++) {
		alloc_fail_nth(1);
		ck_assert_int_eq(kvmlib_report_set(report, i ? "a" : "b", "2"), -ENOMEM);
		alloc_fail_nth(0);
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		ck_assert_uint_eq(kvmlib_report_count(report), 1);
		ck_assert_str_eq(kvmlib_report_get(report, "a"), "1");
	}
	kvmlib_report_free(report);
}
END_TEST

START_TEST(report_of_a_host_without_vms_fails_as_the_vm_does)
{
	struct kvmlib_report *report = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_VM), ENOMEM, 1), 0);
	ck_assert_int_eq(kvmlib_report_collect(fix.system, &report), -ENOMEM);
	ck_assert_str_eq(kvmlib_error_call(), "KVM_CREATE_VM");
	ck_assert_ptr_eq(report, SENTINEL);
}
END_TEST

Suite *report_suite(void)
{
	Suite *suite = suite_create("report");
	TCase *text = add_case(suite, "text", NULL);
	TCase *compare = add_case(suite, "compare", NULL);
	TCase *collect = add_case(suite, "collect", setup_system);

	ADD_TESTS(text, report_text_comes_back_sorted, report_text_is_cut_where_room_ends,
		  report_text_with_a_nul_is_refused, report_limits_of_keys_and_values_are_exact,
		  report_limit_of_items_is_exact, report_text_survives_every_change_of_a_byte,
		  report_items_are_set_in_order_and_replaced, report_arguments_are_checked,
		  report_set_without_memory_changes_nothing,
		  report_parsed_or_compared_without_memory_leaves_nothing);
	tcase_add_loop_test(text, report_text_that_is_bad_is_refused, 0, NR_BAD_TEXTS);
	ADD_TESTS(compare, report_differences_are_told_in_order,
		  report_of_another_architecture_is_refused, report_baseline_is_what_all_have);
	ADD_TESTS(collect, report_collects_what_the_host_says,
		  report_collected_leaves_the_record_alone,
		  report_collected_without_memory_leaves_nothing,
		  report_of_a_host_without_vms_fails_as_the_vm_does);
	return suite;
}
