/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of enlightenments of Hyper-V in tables. */
#include "alloc.h"
#include "cpuid_fixture.h"
#include "played.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS rounds(1000)

#define EAX KVMLIB_CPUID_EAX
#define EBX KVMLIB_CPUID_EBX
#define ECX KVMLIB_CPUID_ECX
#define EDX KVMLIB_CPUID_EDX

#define FEATURES      0x40000003U
#define HINTS	      0x40000004U
#define NESTED	      0x4000000aU
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define OPTS(...)                                  \
	(&(const struct kvmlib_cpuid_hyperv_opts){ \
		.size = sizeof(struct kvmlib_cpuid_hyperv_opts), __VA_ARGS__ })
#define VCPU(...) \
	(&(const struct kvmlib_cpuid_vcpu){ .size = sizeof(struct kvmlib_cpuid_vcpu), __VA_ARGS__ })

/* A host with all of it: leaf, register, value, as KVM has them with nested VMX. */
static const struct {
	const char *reg;
	uint32_t leaf;
	uint32_t value;
} offers[] = {
	{ "eax", 0x40000000, 0x40000082 }, { "eax", 0x40000001, 0x31237648 },
	{ "eax", 0x40000002, 0x3839 },	   { "ebx", 0x40000002, 0xa0000 },
	{ "eax", 0x40000003, 0xaaff },	   { "ebx", 0x40000003, 0x100830 },
	{ "edx", 0x40000003, 0x84d30 },	   { "eax", 0x40000004, 0x44e2c },
	{ "ebx", 0x40000004, 0xfff },	   { "eax", 0x40000005, 1024 },
	{ "eax", 0x4000000a, 0xa0101 },
};

static struct kvmlib_cpuid *host, *plain, *table;
static char told[2048]; /* what a callback was told, one in a line */

static const struct kvmlib_cpuid_enlightenment *at(size_t index)
{
	return kvmlib_cpuid_enlightenment_at(index);
}

static struct kvmlib_report *report_of_host(void)
{
	struct kvmlib_report *report = NULL;
	char key[64], value[16];

	ck_assert_int_eq(kvmlib_report_new(&report), 0);
	ck_assert_int_eq(kvmlib_report_set(report, "cpuid/0x0/-/eax", "1"), 0);
	for (size_t i = 0; i < LENGTH(offers); i++) {
		snprintf(key, sizeof(key), "cpuid-hyperv/0x%x/-/%s", offers[i].leaf, offers[i].reg);
		snprintf(value, sizeof(value), "0x%x", offers[i].value);
		ck_assert_int_eq(kvmlib_report_set(report, key, value), 0);
	}
	return report;
}

/* The host, with that in one of its registers. */
static void make_host(const char *key, const char *value)
{
	struct kvmlib_report *report = report_of_host();

	if (key)
		ck_assert_int_eq(kvmlib_report_set(report, key, value), 0);
	host = kvmlib_cpuid_free(host);
	ck_assert_int_eq(kvmlib_report_cpuid(report, &host), 0);
	kvmlib_report_free(report);
}

static void setup(void)
{
	alloc_start();
	make_host(NULL, NULL);
	plain = make_intel();
	table = make_intel();
	told[0] = '\0';
}

static void done(void)
{
	host = kvmlib_cpuid_free(host);
	plain = kvmlib_cpuid_free(plain);
	table = kvmlib_cpuid_free(table);
	ck_assert_uint_eq(alloc_stop(), 0);
}

static void set(const char *names)
{
	assert_ok(kvmlib_cpuid_set_hyperv(table, names, host, NULL));
}

static void assert_registers(uint32_t leaf, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_get_leaf(table, leaf, 0);

	ck_assert_msg(found != NULL, "no leaf 0x%x", leaf);
	ck_assert_uint_eq(found->flags, 0);
	ck_assert_uint_eq(found->registers[EAX], eax);
	ck_assert_uint_eq(found->registers[EBX], ebx);
	ck_assert_uint_eq(found->registers[ECX], ecx);
	ck_assert_uint_eq(found->registers[EDX], edx);
}

/* Names of a table's set, with commas between. */
static const char *names_of(const struct kvmlib_cpuid *cpuid)
{
	static char names[1024];

	names[0] = '\0';
	for (size_t i = 0; at(i); i++) {
		if (kvmlib_cpuid_has_hyperv(cpuid, at(i)->name) != 1)
			continue;
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 *names ? "," : "", at(i)->name);
	}
	return names;
}

static int note(const struct kvmlib_cpuid_problem *problem, void *userdata)
{
	const size_t length = strlen(told);

	snprintf(told + length, sizeof(told) - length, "%s %s %s %x %u %x %x\n", problem->name,
		 problem->feature ? problem->feature : "-", problem->needs ? problem->needs : "-",
		 problem->leaf, problem->reg, problem->bits, problem->expected);
	return userdata ? *(const int *)userdata : 0;
}

static void assert_problems(int nr, const char *text)
{
	told[0] = '\0';
	assert_returns(kvmlib_cpuid_check(table, note, NULL), nr);
	ck_assert_str_eq(told, text);
}

static void assert_consistent(void)
{
	assert_ok(kvmlib_cpuid_fix(table, VCPU(.index = 0)));
	assert_problems(0, "");
}

/* Names */

START_TEST(hyperv_names_are_those_of_the_facts)
{
	size_t i = 0;

	for (; at(i); i++) {
		ck_assert_int_eq(strncmp(at(i)->name, "hv-", 3), 0);
		ck_assert_uint_gt(strlen(at(i)->meaning), 0);
		ck_assert_uint_gt(at(i)->capability, 0);
		ck_assert_int_eq(at(i)->enable == 1, !strcmp(at(i)->name, "hv-synic") ||
							     !strcmp(at(i)->name, "hv-evmcs"));
		ck_assert_int_eq(kvmlib_cpuid_has_hyperv(plain, at(i)->name), 0);
		ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(plain, at(i)->name), 0);
		ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(host, at(i)->name), 1);
	}
	ck_assert_uint_eq(i, 22);
	ck_assert_ptr_null(at(i + 1));
}
END_TEST

START_TEST(hyperv_names_that_are_unknown_are_refused)
{
	assert_fails(kvmlib_cpuid_has_hyperv(table, "hv-syni"), EINVAL, CPUID_HYPERV_UNKNOWN, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "hv-syni");
	assert_value(ARGUMENT, 2);
	assert_fails(kvmlib_cpuid_offers_hyperv(host, "relaxed"), EINVAL, CPUID_HYPERV_UNKNOWN,
		     NULL);
	assert_refuses_null(kvmlib_cpuid_has_hyperv(NULL, "hv-time"), 1);
	assert_refuses_null(kvmlib_cpuid_has_hyperv(table, NULL), 2);
	assert_refuses_null(kvmlib_cpuid_offers_hyperv(NULL, "hv-time"), 1);
	assert_refuses_null(kvmlib_cpuid_offers_hyperv(host, NULL), 2);
}
END_TEST

/* Leaves */

START_TEST(hyperv_set_makes_leaves)
{
	const uint32_t kvm = register_of(plain, 0x40000001, 0, EAX);

	assert_ok(kvmlib_cpuid_set_hyperv(
		table, "hv-stimer,hv-relaxed,hv-vapic,hv-time,hv-synic,hv-vpindex,hv-spinlocks",
		host, OPTS(.spinlock_retries = 8191, .max_vcpus = 64)));
	assert_registers(0x40000000, 0x40000005, 0x7263694d, 0x666f736f, 0x76482074);
	assert_registers(0x40000001, 0x31237648, 0, 0, 0);
	assert_registers(0x40000002, 0x3839, 0xa0000, 0, 0);
	assert_registers(0x40000003, 0x27e, 0x30, 0, 0x8);
	assert_registers(0x40000004, 0x28, 8191, 0, 0);
	assert_registers(0x40000005, 64, 64, 0, 0);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(table, NESTED, 0));
	assert_registers(0x40000100, 0x40000101, 0x4b4d564b, 0x564b4d56, 0x4d);
	assert_registers(0x40000101, kvm, 0, 0, 0);
	ck_assert_str_eq(names_of(table),
			 "hv-relaxed,hv-vapic,hv-spinlocks,hv-vpindex,hv-time,hv-synic,hv-stimer");
	assert_consistent();
}
END_TEST

START_TEST(hyperv_set_has_defaults)
{
	set("hv-spinlocks");
	assert_registers(FEATURES, 0x20, 0, 0, 8);
	assert_registers(HINTS, 0, KVMLIB_CPUID_SPINLOCK_RETRIES, 0, 0);
	assert_registers(0x40000005, UINT32_MAX, 64, 0, 0);
	set("hv-relaxed");
	assert_registers(HINTS, 0x20, UINT32_MAX, 0, 0);
	ck_assert_str_eq(names_of(table), "hv-relaxed");
	assert_ok(kvmlib_cpuid_set_hyperv(table, "hv-runtime,hv-runtime", NULL, NULL));
	ck_assert_str_eq(names_of(table), "hv-runtime");
}
END_TEST

START_TEST(hyperv_set_has_a_leaf_for_nested_guests)
{
	set("hv-emsr-bitmap");
	assert_registers(0x40000000, NESTED, 0x7263694d, 0x666f736f, 0x76482074);
	assert_registers(NESTED, 0x80000, 0, 0, 0);
	set("hv-evmcs,hv-vapic,hv-tlbflush-direct");
	assert_registers(HINTS, 0x4008, UINT32_MAX, 0, 0);
	assert_registers(NESTED, 0x20101, 0, 0, 0);
	set("hv-vapic");
	assert_registers(0x40000000, 0x40000005, 0x7263694d, 0x666f736f, 0x76482074);
	ck_assert_ptr_null(kvmlib_cpuid_get_leaf(table, NESTED, 0));
}
END_TEST

START_TEST(hyperv_set_with_avic_wants_no_msrs_for_the_apic)
{
	set("hv-vapic");
	assert_registers(HINTS, 0x8, UINT32_MAX, 0, 0);
	set("hv-avic,hv-vapic");
	assert_registers(HINTS, 0x200, UINT32_MAX, 0, 0);
	ck_assert_str_eq(names_of(table), "hv-vapic,hv-avic");
}
END_TEST

START_TEST(hyperv_set_is_taken_out_again)
{
	set("hv-relaxed,hv-emsr-bitmap");
	set("hv-time");
	ck_assert(!is_same(table, plain));
	set(NULL);
	ck_assert(is_same(table, plain));
	set("hv-time");
	set("");
	ck_assert(is_same(table, plain));
	set(NULL);
	ck_assert(is_same(table, plain));
	ck_assert_int_eq(kvmlib_cpuid_has_hyperv(table, "hv-time"), 0);
}
END_TEST

/* Whatever is there, what KVM is told is that it is Hyper-V, and the guest that it is KVM, too. */
START_TEST(hyperv_set_goes_on_any_table)
{
	const struct kvmlib_cpuid_leaf indexed = { .leaf = 0x40000003, .flags = 1, .subleaf = 2 };
	const struct kvmlib_cpuid_leaf behind = { .leaf = 0x40000101, .registers = { 1 } };

	assert_ok(kvmlib_cpuid_remove_leaf(table, 0x40000000, 0));
	assert_ok(kvmlib_cpuid_set_leaf(table, &indexed));
	assert_ok(kvmlib_cpuid_set_leaf(table, &behind));
	set("hv-time");
	assert_registers(0x40000003, 0x222, 0, 0, 8);
	assert_registers(0x40000100, 0x40000100, 0x4b4d564b, 0x564b4d56, 0x4d);
	assert_registers(0x40000101, register_of(plain, 0x40000001, 0, EAX), 0, 0, 0);
	assert_consistent();
	assert_registers(0x40000100, 0x40000101, 0x4b4d564b, 0x564b4d56, 0x4d);
}
END_TEST

START_TEST(hyperv_set_leaves_features_of_kvm_their_names)
{
	set("hv-relaxed");
	ck_assert_int_eq(kvmlib_cpuid_has_feature(table, "kvm_pv_eoi"), 1);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(table, "kvm_mmu_op"), 0);
	assert_ok(kvmlib_cpuid_set_feature(table, "kvm_pv_eoi", 0));
	assert_ok(kvmlib_cpuid_set_feature(table, "kvm_poll_control", 1));
	assert_ok(kvmlib_cpuid_set_feature(table, "kvm_hints_realtime", 1));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(table, "kvm_pv_eoi"), 0);
	assert_registers(0x40000001, 0x31237648, 0, 0, 0);
	ck_assert_uint_eq(register_of(table, 0x40000101, 0, EDX), 1);
	set(NULL);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(table, "kvm_pv_eoi"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_feature(table, "kvm_poll_control"), 1);
	ck_assert_uint_eq(register_of(table, 0x40000001, 0, EDX), 1);
}
END_TEST

/* Refusals change nothing */

#define assert_refused(names, opts, errnum, cause)                                             \
	do {                                                                                   \
		assert_fails(kvmlib_cpuid_set_hyperv(table, names, host, opts), errnum, cause, \
			     NULL);                                                            \
		ck_assert(is_same(table, plain));                                              \
	} while (0)

START_TEST(hyperv_set_with_bad_names_is_refused)
{
	static const struct {
		const char *names, *subject;
	} bad[] = {
		{ "hv-none", "hv-none" },
		{ "hv-time,HV-TIME", "HV-TIME" },
		{ "hv-time,", "" },
		{ ",hv-time", "" },
		{ "hv-time,,hv-relaxed", "" },
		{ "hv-time, hv-relaxed", " hv-relaxed" },
		{ "hv-stimer-directly,hv-time", "hv-stimer-directly" },
		{ "hv-a-name-that-no-record-can-have-room-for", "hv-a-name-that-no-record-can-" },
	};

	for (size_t i = 0; i < LENGTH(bad); i++) {
		assert_refused(bad[i].names, NULL, EINVAL, CPUID_HYPERV_UNKNOWN);
		ck_assert_str_eq(kvmlib_error_subject(), bad[i].subject);
		assert_value(ARGUMENT, 2);
	}
	assert_refuses_null(kvmlib_cpuid_set_hyperv(NULL, "hv-time", host, NULL), 1);
}
END_TEST

START_TEST(hyperv_set_with_bad_options_is_refused)
{
	struct {
		struct kvmlib_cpuid_hyperv_opts opts;
		uint64_t more;
	} newer = { .opts = { .size = sizeof(newer) }, .more = 1 };

	assert_refused("hv-time", &newer.opts, E2BIG, OPTIONS_TOO_NEW);
	newer.opts.size = 4;
	assert_refused("hv-time", &newer.opts, EINVAL, OPTIONS_SIZE);
	assert_value(ARGUMENT, 4);
	assert_refused("hv-time", OPTS(.spinlock_retries = 1), EINVAL, BAD_ARGUMENT);
	assert_refused("hv-spinlocks", OPTS(.spinlock_retries = UINT32_MAX), EINVAL, BAD_ARGUMENT);
	assert_value(ARGUMENT, 4);
	newer.opts.size = sizeof(newer);
	newer.more = 0;
	assert_ok(kvmlib_cpuid_set_hyperv(table, "hv-time", host, &newer.opts));
}
END_TEST

START_TEST(hyperv_set_names_what_is_needed)
{
	assert_refused("hv-synic,hv-stimer,hv-time", NULL, EINVAL, CPUID_HYPERV_UNMET);
	ck_assert_str_eq(kvmlib_error_subject(), "synic: vpindex");
	assert_refused("hv-reenlightenment,hv-time", NULL, EINVAL, CPUID_HYPERV_UNMET);
	ck_assert_str_eq(kvmlib_error_subject(), "reenlightenment: frequencies");
	assert_value(INDEX, 8);
	ck_assert_str_eq(at(8)->name, "hv-frequencies");
}
END_TEST

START_TEST(hyperv_set_that_a_host_does_not_offer_is_refused)
{
	make_host("cpuid-hyperv/0x40000003/-/edx", "0x4d30");
	assert_refused("hv-vpindex,hv-time,hv-synic,hv-stimer,hv-stimer-direct", NULL, EOPNOTSUPP,
		       CPUID_HYPERV_MISSING);
	ck_assert_str_eq(kvmlib_error_subject(), "hv-stimer-direct");
	assert_value(ARGUMENT, 3);
	assert_value(LEAF, 0x40000003);
	ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(host, "hv-stimer-direct"), 0);
	make_host("cpuid-hyperv/0x40000003/-/ebx", "0x20"); /* what comes with it is half there */
	assert_refused("hv-vpindex,hv-synic", NULL, EOPNOTSUPP, CPUID_HYPERV_MISSING);
	make_host("cpuid-hyperv/0x40000001/-/eax", "0");
	assert_refused("hv-spinlocks", NULL, EOPNOTSUPP, CPUID_HYPERV_MISSING);
	assert_value(LEAF, 0x40000001);
	assert_fails(kvmlib_cpuid_set_hyperv(table, "hv-relaxed", plain, NULL), EOPNOTSUPP,
		     CPUID_HYPERV_MISSING, NULL);
	assert_value(LEAF, 0x40000004);
	assert_ok(kvmlib_cpuid_set_hyperv(table, "hv-relaxed", NULL, NULL));
}
END_TEST

static void fill(struct kvmlib_cpuid *cpuid)
{
	struct kvmlib_cpuid_leaf leaf = { .leaf = 0x12, .flags = 1 };

	while (!kvmlib_cpuid_set_leaf(cpuid, &leaf))
		leaf.subleaf++;
}

START_TEST(hyperv_set_needs_room)
{
	fill(table);
	fill(plain);
	assert_refused("hv-time", NULL, E2BIG, CPUID_FULL);
	assert_ok(kvmlib_cpuid_remove_leaf(table, 0x40000000, 0));
	assert_ok(kvmlib_cpuid_remove_leaf(plain, 0x40000000, 0));
	fill(table);
	fill(plain);
	assert_refused("hv-time", NULL, E2BIG, CPUID_FULL); /* for KVM's signature */
}
END_TEST

/* Properties */

/* An enlightenment with all that it needs, and what they need. */
static uint32_t closure_of(size_t place)
{
	uint32_t all = 1U << place;
	const char *needs = at(place)->needs;

	for (size_t i = 0; at(i); i++) {
		const char *found = strstr(needs, at(i)->name);
		const char *behind = found ? found + strlen(at(i)->name) : NULL;

		if (found && (!*behind || *behind == ','))
			all |= closure_of(i);
	}
	return all;
}

static const char *text_of(uint32_t wanted)
{
	static char text[1024];

	text[0] = '\0';
	for (size_t i = 0; at(i); i++)
		if (wanted >> i & 1U)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
				 *text ? "," : "", at(i)->name);
	return text;
}

/* Each need of something in the set is refused where it is missing, and both are named. */
static void expect_refusal(uint32_t wanted, size_t without)
{
	char expected[64], subject[64];
	const char *name = at(without)->name;

	assert_fails(kvmlib_cpuid_set_hyperv(table, text_of(wanted & ~(1U << without)), host, NULL),
		     EINVAL, CPUID_HYPERV_UNMET, NULL);
	snprintf(expected, sizeof(expected), ": %s", name + 3);
	snprintf(subject, sizeof(subject), "%s", kvmlib_error_subject());
	ck_assert_str_eq(strchr(subject, ':'), expected);
	assert_value(INDEX, without);
}

START_TEST(hyperv_each_alone_with_its_needs_is_consistent)
{
	const uint32_t wanted = closure_of((size_t)_i);
	char text[1024];

	snprintf(text, sizeof(text), "%s", text_of(wanted));
	for (size_t i = 0; at(i); i++)
		if (wanted >> i & 1U && i != (size_t)_i)
			expect_refusal(wanted, i);
	set(text);
	ck_assert_str_eq(names_of(table), text);
	assert_consistent();
	ck_assert_str_eq(names_of(table), text);
	assert_ok(kvmlib_cpuid_verdict(table, table, NULL, NULL));
}
END_TEST

static uint32_t any_closed_set(void)
{
	uint32_t wanted = 0;

	for (size_t i = 0; at(i); i++)
		if (any_number() % 4 == 0)
			wanted |= closure_of(i);
	return wanted;
}

static struct kvmlib_cpuid *copy_of(const struct kvmlib_cpuid *cpuid)
{
	struct kvmlib_cpuid *copy = NULL;

	ck_assert_int_eq(kvmlib_cpuid_copy(cpuid, &copy), 0);
	return copy;
}

START_TEST(hyperv_any_closed_set_survives_a_fix)
{
	for (unsigned int i = 0, n = ROUNDS; i < n; i++) {
		struct kvmlib_cpuid *before;
		char text[1024];

		snprintf(text, sizeof(text), "%s", text_of(any_closed_set()));
		set(text);
		ck_assert_str_eq(names_of(table), text);
		assert_consistent();
		before = copy_of(table);
		assert_ok(kvmlib_cpuid_fix(table, VCPU(.flags = KVMLIB_CPUID_DROP_UNMET)));
		ck_assert(is_same(table, before));
		kvmlib_cpuid_free(before);
		set(NULL);
		assert_ok(kvmlib_cpuid_fix(plain, VCPU(.flags = KVMLIB_CPUID_DROP_UNMET)));
		ck_assert(is_same(table, plain));
	}
}
END_TEST

/* Contradictions */

static void change(uint32_t leaf, uint32_t reg, uint32_t value)
{
	change_register(table, leaf, 0, reg, value);
}

START_TEST(hyperv_bits_without_their_needs_are_told)
{
	const int stop = -EINTR;

	set("hv-stimer,hv-synic,hv-vpindex,hv-time,hv-stimer-direct");
	assert_consistent();
	change(FEATURES, EAX, 0x28);
	assert_problems(2, "unmet hv-stimer hv-time 40000003 0 8 0\n"
			   "unmet hv-stimer hv-synic 40000003 0 8 0\n");
	assert_returns(kvmlib_cpuid_check(table, note, (void *)(uintptr_t)&stop), -EINTR);
	change(FEATURES, EAX, 0x20);
	assert_problems(1, "unmet hv-stimer-direct hv-stimer 40000003 3 80000 0\n");
}
END_TEST

START_TEST(hyperv_without_its_name_is_told)
{
	const int stop = -EINTR;

	set("hv-relaxed");
	assert_consistent();
	change(0x40000001, EAX, 0);
	assert_problems(1, "hyperv - - 40000001 0 ffffffff 31237648\n");
	change(0x40000000, EBX, 0);
	assert_problems(1, "hyperv - - 40000001 0 ffffffff 31237648\n");
	assert_returns(kvmlib_cpuid_check(table, note, (void *)(uintptr_t)&stop), -EINTR);
	for (uint32_t leaf = 0x40000001; leaf <= 0x40000005; leaf++)
		assert_ok(kvmlib_cpuid_remove_leaf(table, leaf, 0));
	change(0x40000000, EAX, 0x40000000);
	assert_problems(0, "");
	change(0x40000000, EBX, 0x7263694d);
	assert_problems(2, "hyperv - - 40000001 0 ffffffff 31237648\n"
			   "hyperv - - 40000003 0 20 20\n");
}
END_TEST

START_TEST(hyperv_without_hypercalls_is_told)
{
	const int stop = -EINTR;

	set("hv-relaxed");
	assert_consistent();
	change(FEATURES, EAX, 0);
	assert_problems(1, "hyperv - - 40000003 0 20 20\n");
	assert_returns(kvmlib_cpuid_check(table, note, (void *)(uintptr_t)&stop), -EINTR);
}
END_TEST

START_TEST(hyperv_without_kvm_is_told)
{
	const int stop = -EINTR;

	set("hv-relaxed");
	assert_consistent();
	change(0x40000100, EBX, 0);
	assert_problems(1, "hyperv - - 40000100 1 ffffffff 4b4d564b\n");
	assert_ok(kvmlib_cpuid_remove_leaf(table, 0x40000100, 0));
	assert_ok(kvmlib_cpuid_remove_leaf(table, 0x40000101, 0));
	assert_problems(1, "hyperv - - 40000100 1 ffffffff 4b4d564b\n");
	assert_returns(kvmlib_cpuid_check(table, note, (void *)(uintptr_t)&stop), -EINTR);
}
END_TEST

/* KVM's features need each other there, too. */
START_TEST(hyperv_does_not_hide_what_kvm_needs)
{
	set("hv-relaxed");
	assert_consistent();
	change_features(table, "kvm_clocksource2", 0);
	assert_problems(1, "unmet kvm_clocksource_stable kvm_clocksource2 40000101 0 1000000 0\n");
}
END_TEST

/* A vCPU's own */

#define ALL_OF_IT                                                                        \
	"hv-relaxed,hv-vapic,hv-spinlocks,hv-vpindex,hv-runtime,hv-time,hv-frequencies," \
	"hv-reenlightenment,hv-synic,hv-stimer,hv-stimer-direct,hv-tlbflush,hv-ipi,hv-avic"

START_TEST(hyperv_without_lapic_has_what_does_not_need_it)
{
	set(ALL_OF_IT);
	assert_ok(kvmlib_cpuid_fix(table,
				   VCPU(.flags = KVMLIB_CPUID_NO_LAPIC | KVMLIB_CPUID_DROP_UNMET)));
	ck_assert_str_eq(names_of(table),
			 "hv-relaxed,hv-spinlocks,hv-vpindex,hv-runtime,hv-time,hv-frequencies,"
			 "hv-reenlightenment,hv-tlbflush");
	assert_registers(FEATURES, 0x2a63, 0, 0, 0x108);
	assert_registers(HINTS, 0x824, KVMLIB_CPUID_SPINLOCK_RETRIES, 0, 0);
	set(ALL_OF_IT);
	assert_ok(kvmlib_cpuid_fix(table, VCPU(.flags = KVMLIB_CPUID_NO_LAPIC)));
	ck_assert_int_eq(kvmlib_cpuid_has_hyperv(table, "hv-synic"), 0);
	ck_assert_int_eq(kvmlib_cpuid_has_hyperv(table, "hv-stimer"), 1);
}
END_TEST

START_TEST(hyperv_fix_drops_what_lacks_its_needs)
{
	set(ALL_OF_IT);
	change(FEATURES, EAX, register_of(table, FEATURES, 0, EAX) & ~0x40U);
	assert_ok(kvmlib_cpuid_fix(table, VCPU(.index = 0)));
	ck_assert_int_eq(kvmlib_cpuid_has_hyperv(table, "hv-tlbflush"), 1);
	assert_ok(kvmlib_cpuid_fix(table, VCPU(.flags = KVMLIB_CPUID_DROP_UNMET)));
	ck_assert_str_eq(names_of(table),
			 "hv-relaxed,hv-vapic,hv-spinlocks,hv-runtime,hv-time,hv-frequencies,"
			 "hv-reenlightenment,hv-avic");
	assert_registers(FEATURES, 0x2a33, 0, 0, 0x108);
	assert_registers(HINTS, 0x220, KVMLIB_CPUID_SPINLOCK_RETRIES, 0, 0);
	assert_problems(0, "");
}
END_TEST

START_TEST(hyperv_fix_hides_all_of_it)
{
	set(ALL_OF_IT);
	assert_ok(kvmlib_cpuid_fix(table, VCPU(.flags = KVMLIB_CPUID_HIDE_HYPERVISOR)));
	ck_assert_str_eq(names_of(table), "");
	for (size_t i = 0; kvmlib_cpuid_leaf_at(table, i); i++)
		ck_assert_uint_ne(kvmlib_cpuid_leaf_at(table, i)->leaf >> 16, 0x4000);
	assert_problems(0, "");
}
END_TEST

/* Other tables */

static int note_lack(const struct kvmlib_cpuid_lack *lack, void *userdata)
{
	const size_t length = strlen(told);

	ck_assert_msg(lack->kind == KVMLIB_CPUID_LACKS_FEATURE, "0x%x: register %u", lack->leaf,
		      lack->reg);
	snprintf(told + length, sizeof(told) - length, "%s %x %u %d %llx %llx\n",
		 lack->feature ? lack->feature : "-", lack->leaf, lack->reg, (int)lack->bit,
		 (unsigned long long)lack->guest, (unsigned long long)lack->host);
	return userdata ? *(const int *)userdata : 0;
}

static void assert_lacks(const struct kvmlib_cpuid *on, int nr, const char *text)
{
	told[0] = '\0';
	assert_returns(kvmlib_cpuid_verdict(table, on, note_lack, NULL), nr);
	ck_assert_str_eq(told, text);
	assert_returns(kvmlib_cpuid_verdict(table, on, NULL, NULL), nr);
}

/* Of nothing but Hyper-V. */
static void make_small_table(const char *names)
{
	table = kvmlib_cpuid_free(table);
	ck_assert_int_eq(kvmlib_cpuid_new(&table), 0);
	set(names);
}

START_TEST(hyperv_verdict_names_what_a_host_does_not_offer)
{
	const int stop = -EINTR;

	make_small_table("hv-relaxed,hv-spinlocks,hv-time,hv-vpindex,hv-tlbflush");
	assert_lacks(host, 0, "");
	make_host("cpuid-hyperv/0x40000003/-/eax", "0xfd");
	assert_lacks(host, 1, "hv-time 40000003 0 1 262 fd\n");
	make_host("cpuid-hyperv/0x40000004/-/eax", "0x24");
	assert_lacks(host, 1, "hv-tlbflush 40000004 0 11 824 24\n");
	kvmlib_cpuid_free(plain);
	plain = NULL;
	ck_assert_int_eq(kvmlib_cpuid_new(&plain), 0);
	assert_lacks(plain, 5,
		     "hv-relaxed 40000004 0 5 824 0\n"
		     "hv-spinlocks 40000004 1 -1 fff 0\n"
		     "hv-vpindex 40000003 0 6 262 0\n"
		     "hv-time 40000003 0 1 262 0\n"
		     "hv-tlbflush 40000004 0 2 824 0\n");
	assert_returns(kvmlib_cpuid_verdict(table, plain, note_lack, (void *)(uintptr_t)&stop),
		       -EINTR);
}
END_TEST

START_TEST(hyperv_verdict_tells_bits_without_a_name)
{
	const int stop = -EINTR;

	make_small_table("hv-relaxed");
	change(FEATURES, EBX, 0x100001);
	assert_lacks(host, 1, "- 40000003 1 0 100001 100830\n");
	assert_returns(kvmlib_cpuid_verdict(table, host, note_lack, (void *)(uintptr_t)&stop),
		       -EINTR);
	set(NULL);
	change_features(table, "kvm_pv_eoi", 1);
	set("hv-relaxed");
	assert_lacks(host, 1, "kvm_pv_eoi 40000101 0 6 40 0\n");
}
END_TEST

START_TEST(hyperv_verdict_does_not_mind_where_kvm_is)
{
	set("hv-relaxed,hv-time");
	assert_lacks(table, 0, "");
	assert_ok(kvmlib_cpuid_verdict(plain, table, NULL, NULL));
	kvmlib_cpuid_free(plain);
	plain = copy_of(table);
	set("hv-relaxed,hv-time,hv-runtime");
	assert_lacks(plain, 1, "hv-runtime 40000003 0 0 223 222\n");
}
END_TEST

static void intersect(const struct kvmlib_cpuid *with)
{
	assert_ok(kvmlib_cpuid_intersect(table, with));
}

START_TEST(hyperv_common_set_is_that_of_both)
{
	struct kvmlib_cpuid *other = copy_of(table);

	assert_ok(kvmlib_cpuid_set_hyperv(other, "hv-vapic,hv-avic,hv-time,hv-vpindex,hv-ipi", host,
					  OPTS(.max_vcpus = 8)));
	set("hv-spinlocks,hv-vapic,hv-vpindex,hv-tlbflush,hv-time,hv-emsr-bitmap");
	intersect(other);
	ck_assert_str_eq(names_of(table), "hv-vapic,hv-vpindex,hv-time");
	ck_assert_uint_eq(register_of(table, 0x40000005, 0, EAX), 8);
	assert_consistent();
	set("hv-spinlocks,hv-time");
	kvmlib_cpuid_intersect(other, table);
	ck_assert_str_eq(names_of(other), "hv-time");
	kvmlib_cpuid_free(other);
}
END_TEST

START_TEST(hyperv_common_set_with_none_is_none)
{
	set("hv-time");
	intersect(plain);
	ck_assert(is_same(table, plain));
	set("hv-time");
	assert_ok(kvmlib_cpuid_intersect(plain, table));
	set(NULL);
	ck_assert(is_same(table, plain));
}
END_TEST

START_TEST(hyperv_mask_goes_by_names_of_kvm)
{
	set("hv-time,hv-runtime");
	change_features(plain, "kvm_pv_eoi", 0);
	assert_ok(kvmlib_cpuid_mask(table, plain));
	ck_assert(is_same(table, plain));
	set("hv-time,hv-runtime");
	assert_ok(kvmlib_cpuid_mask(plain, table));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(plain, "kvm_clocksource"), 1);
	kvmlib_cpuid_free(plain);
	plain = copy_of(table);
	set("hv-time,hv-relaxed");
	assert_ok(kvmlib_cpuid_mask(table, plain));
	ck_assert_str_eq(names_of(table), "hv-time");
}
END_TEST

START_TEST(hyperv_offers_in_common_are_those_of_both)
{
	struct kvmlib_cpuid *all = copy_of(host);

	make_host("cpuid-hyperv/0x40000003/-/eax", "0xfd");
	assert_ok(kvmlib_cpuid_intersect(all, host));
	ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(all, "hv-time"), 0);
	ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(all, "hv-vpindex"), 1);
	ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(all, "hv-spinlocks"), 1);
	kvmlib_cpuid_free(all);
	assert_ok(kvmlib_cpuid_remove_leaf(plain, 0, 0));
	assert_ok(kvmlib_cpuid_intersect(host, plain));
	ck_assert_ptr_null(kvmlib_cpuid_hyperv_leaf_at(host, 0));
	ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(host, "hv-spinlocks"), 0);
}
END_TEST

static void expect_difference(uint64_t *position, uint32_t leaf, uint32_t reg, uint32_t kind)
{
	struct kvmlib_cpuid_difference difference;

	ck_assert_int_eq(kvmlib_cpuid_next_difference(plain, table, position, &difference), 1);
	ck_assert_uint_eq(difference.leaf, leaf);
	ck_assert_uint_eq(difference.reg, reg);
	ck_assert_uint_eq(difference.kind, kind);
	if (kind == KVMLIB_CPUID_CHANGED)
		ck_assert_uint_eq(difference.missing | difference.added, 0);
}

START_TEST(hyperv_differs_from_kvm_in_no_features)
{
	uint64_t position = 0;

	set("hv-relaxed");
	expect_difference(&position, 0x40000000, EAX, KVMLIB_CPUID_GAINED);
	for (uint32_t reg = EBX; reg <= EDX; reg++)
		expect_difference(&position, 0x40000000, reg, KVMLIB_CPUID_CHANGED);
	expect_difference(&position, 0x40000001, EAX, KVMLIB_CPUID_CHANGED);
	ck_assert_str_eq(kvmlib_cpuid_bit_name(HINTS, 0, EAX, 5), "hv-relaxed");
	ck_assert_str_eq(kvmlib_cpuid_bit_name(HINTS, 0, EAX, 11), "hv-tlbflush");
	ck_assert_ptr_null(kvmlib_cpuid_bit_name(HINTS, 0, EBX, 5));
	ck_assert_ptr_null(kvmlib_cpuid_bit_name(HINTS, 1, EAX, 5));
	ck_assert_ptr_null(kvmlib_cpuid_bit_name(FEATURES, 0, EAX, 31));
	ck_assert_str_eq(kvmlib_cpuid_bit_name(0x40000101, 0, EAX, 6), "kvm_pv_eoi");
}
END_TEST

/* Hosts */

START_TEST(hyperv_offers_of_a_report_are_beside_its_leaves)
{
	const struct kvmlib_cpuid_leaf *leaf;
	size_t n = 0;

	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(host, 1));
	for (; (leaf = kvmlib_cpuid_hyperv_leaf_at(host, n)); n++)
		ck_assert_uint_eq(leaf->leaf, n < 6 ? 0x40000000 + n : NESTED);
	ck_assert_uint_eq(n, 7);
	ck_assert_uint_eq(kvmlib_cpuid_hyperv_leaf_at(host, 3)->registers[EDX], 0x84d30);
}
END_TEST

START_TEST(hyperv_offers_of_a_report_that_are_bad_are_refused)
{
	static const char *const bad[][2] = {
		{ "cpuid-hyperv/0x40000001/-/efx", "0" },
		{ "cpuid-hyperv/0x40000001/-/eax", "yes" },
		{ "cpuid-hyperv/0x40000001/-/eax", "0x100000000" },
	};

	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct kvmlib_report *report = report_of_host();

		ck_assert_int_eq(kvmlib_report_set(report, bad[i][0], bad[i][1]), 0);
		assert_fails(kvmlib_report_cpuid(report, &table), EPROTO, CPUID_NO_REPORT, NULL);
		kvmlib_report_free(report);
	}
}
END_TEST

START_TEST(hyperv_offers_have_an_end)
{
	struct kvmlib_report *report = report_of_host();
	struct kvmlib_cpuid *big = NULL;
	char key[64];
	size_t n = 0;

	for (uint32_t i = 0; i < 20; i++) {
		snprintf(key, sizeof(key), "cpuid-hyperv/0x400000%x/-/eax", 0x80 + i);
		ck_assert_int_eq(kvmlib_report_set(report, key, "1"), 0);
	}
	assert_ok(kvmlib_report_cpuid(report, &big));
	while (kvmlib_cpuid_hyperv_leaf_at(big, n))
		n++;
	ck_assert_uint_eq(n, 16);
	kvmlib_report_free(report);
	kvmlib_cpuid_free(big);
}
END_TEST

#ifdef __x86_64__

static struct kvmlib_cpuid *collected(void)
{
	struct kvmlib_cpuid *cpuid = NULL;

	ck_assert_int_eq(kvmlib_cpuid_collect(fix.system, NULL, &cpuid), 0);
	return cpuid;
}

START_TEST(hyperv_offers_of_a_host_are_those_of_its_report)
{
	struct kvmlib_cpuid *ours = collected(), *reported = NULL;
	struct kvmlib_report *report = NULL;
	size_t i = 0;

	ck_assert_int_eq(kvmlib_report_collect(fix.system, &report), 0);
	assert_ok(kvmlib_report_cpuid(report, &reported));
	for (; kvmlib_cpuid_hyperv_leaf_at(ours, i); i++)
		ck_assert_mem_eq(kvmlib_cpuid_hyperv_leaf_at(ours, i),
				 kvmlib_cpuid_hyperv_leaf_at(reported, i),
				 sizeof(struct kvmlib_cpuid_leaf));
	ck_assert_uint_eq(i, 10);
	ck_assert_ptr_null(kvmlib_cpuid_hyperv_leaf_at(reported, i));
	ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(ours, "hv-stimer-direct"), 1);
	ck_assert_int_eq(kvmlib_cpuid_offers_hyperv(ours, "hv-evmcs"), 0);
	kvmlib_report_free(report);
	kvmlib_cpuid_free(reported);
	kvmlib_cpuid_free(ours);
}
END_TEST

START_TEST(hyperv_offers_of_an_old_host_are_none)
{
	struct kvmlib_cpuid *cpuid;

	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SYS_HYPERV_CPUID, 0);
	cpuid = collected();
	ck_assert_ptr_null(kvmlib_cpuid_hyperv_leaf_at(cpuid, 0));
	kvmlib_cpuid_free(cpuid);
}
END_TEST

/* What is enabled on a vCPU */

static char enabled[64]; /* capabilities, in their order */

static int note_cap(unsigned long arg)
{
	struct kvm_enable_cap cap;
	const size_t length = strlen(enabled);
	uint16_t versions = 0x0301;

	memcpy(&cap, (const void *)(uintptr_t)arg, sizeof(cap));
	snprintf(enabled + length, sizeof(enabled) - length, "%u ", cap.cap);
	if (cap.cap == KVMLIB_CAP_HYPERV_ENLIGHTENED_VMCS)
		memcpy((void *)(uintptr_t)cap.args[0], &versions, sizeof(versions));
	return 0;
}

static int answer_later_versions(unsigned long arg)
{
	struct kvm_enable_cap cap;
	uint16_t versions = 0x0302;

	memcpy(&cap, (const void *)(uintptr_t)arg, sizeof(cap));
	memcpy((void *)(uintptr_t)cap.args[0], &versions, sizeof(versions));
	return 0;
}

static struct kvmlib_cpuid *with(const char *names)
{
	struct kvmlib_cpuid *cpuid = NULL;

	ck_assert_int_eq(kvmlib_cpuid_new(&cpuid), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_hyperv(cpuid, names, NULL, NULL), 0);
	return cpuid;
}

static void assert_enabled(const char *names, uint32_t flags, const char *caps)
{
	struct kvmlib_cpuid *cpuid = with(names);

	enabled[0] = '\0';
	assert_ok(kvmlib_cpuid_enable_hyperv(cpuid, fix.vcpu, flags));
	ck_assert_str_eq(enabled, caps);
	kvmlib_cpuid_free(cpuid);
}

START_TEST(hyperv_is_enabled_on_a_vcpu)
{
	play(KVM_ENABLE_CAP, note_cap);
	assert_enabled("", 0, "");
	assert_enabled("", KVMLIB_CPUID_ENFORCE_HYPERV, "");
	assert_enabled("hv-relaxed", 0, "");
	assert_enabled("hv-relaxed", KVMLIB_CPUID_ENFORCE_HYPERV, "199 ");
	assert_enabled("hv-synic,hv-vpindex", 0, "148 ");
	assert_enabled("hv-synic,hv-vpindex,hv-evmcs,hv-vapic", 1, "148 163 199 ");
}
END_TEST

START_TEST(hyperv_that_can_not_be_enabled_is_refused)
{
	struct kvmlib_cpuid *relaxed = with("hv-relaxed");
	struct kvmlib_cpuid *synic = with("hv-synic,hv-vpindex"),
			    *evmcs = with("hv-evmcs,hv-vapic");

	assert_fails(kvmlib_cpuid_enable_hyperv(synic, fix.vcpu, 1), EINVAL, CAP_REFUSED,
		     "KVM_ENABLE_CAP");
	ck_assert_str_eq(kvmlib_error_subject(), "hv-synic");
	assert_fails(kvmlib_cpuid_enable_hyperv(evmcs, fix.vcpu, 0), ENOTTY, HOST_FEATURE_MISSING,
		     "KVM_ENABLE_CAP");
	kvmlib_sim_fail_ioctl(fix.sim, KVM_ENABLE_CAP, EINVAL, 1);
	assert_fails(kvmlib_cpuid_enable_hyperv(relaxed, fix.vcpu, 1), EINVAL, CAP_REFUSED,
		     "KVM_ENABLE_CAP");
	play(KVM_ENABLE_CAP, answer_later_versions);
	assert_fails(kvmlib_cpuid_enable_hyperv(evmcs, fix.vcpu, 0), EOPNOTSUPP,
		     CPUID_HYPERV_MISSING, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "hv-evmcs");
	assert_value(VERSION, 0x302);
	assert_refuses_null(kvmlib_cpuid_enable_hyperv(NULL, fix.vcpu, 0), 1);
	assert_refuses_null(kvmlib_cpuid_enable_hyperv(synic, NULL, 0), 2);
	assert_fails(kvmlib_cpuid_enable_hyperv(synic, fix.vcpu, 2), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
	kvmlib_cpuid_free(relaxed);
	kvmlib_cpuid_free(synic);
	kvmlib_cpuid_free(evmcs);
}
END_TEST

#endif

static void add_host_tests(Suite *suite)
{
#ifdef __x86_64__
	ADD_TESTS(add_case(suite, "host", setup_system),
		  hyperv_offers_of_a_host_are_those_of_its_report,
		  hyperv_offers_of_an_old_host_are_none);
	ADD_TESTS(add_case(suite, "vcpu", setup_played), hyperv_is_enabled_on_a_vcpu,
		  hyperv_that_can_not_be_enabled_is_refused);
#else
	(void)suite;
#endif
}

Suite *cpuid_hyperv_suite(void)
{
	Suite *suite = suite_create("cpuid_hyperv");
	TCase *tc = tcase_create("tables");

	tcase_add_checked_fixture(tc, setup, done);
	suite_add_tcase(suite, tc);
	ADD_TESTS(tc, hyperv_names_are_those_of_the_facts,
		  hyperv_names_that_are_unknown_are_refused, hyperv_set_makes_leaves,
		  hyperv_set_has_defaults, hyperv_set_has_a_leaf_for_nested_guests,
		  hyperv_set_with_avic_wants_no_msrs_for_the_apic, hyperv_set_is_taken_out_again,
		  hyperv_set_goes_on_any_table, hyperv_set_leaves_features_of_kvm_their_names,
		  hyperv_set_with_bad_names_is_refused, hyperv_set_with_bad_options_is_refused,
		  hyperv_set_names_what_is_needed, hyperv_set_that_a_host_does_not_offer_is_refused,
		  hyperv_set_needs_room, hyperv_any_closed_set_survives_a_fix,
		  hyperv_bits_without_their_needs_are_told, hyperv_without_its_name_is_told,
		  hyperv_without_hypercalls_is_told, hyperv_without_kvm_is_told,
		  hyperv_does_not_hide_what_kvm_needs,
		  hyperv_without_lapic_has_what_does_not_need_it,
		  hyperv_fix_drops_what_lacks_its_needs, hyperv_fix_hides_all_of_it,
		  hyperv_verdict_names_what_a_host_does_not_offer,
		  hyperv_verdict_tells_bits_without_a_name,
		  hyperv_verdict_does_not_mind_where_kvm_is, hyperv_common_set_is_that_of_both,
		  hyperv_common_set_with_none_is_none, hyperv_mask_goes_by_names_of_kvm,
		  hyperv_offers_in_common_are_those_of_both, hyperv_differs_from_kvm_in_no_features,
		  hyperv_offers_of_a_report_are_beside_its_leaves,
		  hyperv_offers_of_a_report_that_are_bad_are_refused, hyperv_offers_have_an_end);
	tcase_add_loop_test(tc, hyperv_each_alone_with_its_needs_is_consistent, 0, 22);
	add_host_tests(suite);
	return suite;
}
