/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of hosts: asked by themselves, and read from their reports. */
#define KVMLIB__STRUCTS "uapi_structs_x86_64.h"
#include "alloc.h"
#include "cpuid_fixture.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#ifdef __x86_64__

#define OPTS(...)                                   \
	(&(const struct kvmlib_cpuid_collect_opts){ \
		.size = sizeof(struct kvmlib_cpuid_collect_opts), __VA_ARGS__ })
#define DYNAMIC OPTS(.flags = KVMLIB_CPUID_DYNAMIC_XSAVE)

/* A host over the simulated kernel, whose dynamic components and lists are the test's. */
static struct {
	struct kvmlib_sys_ops ops;
	const struct kvmlib_sys_ops *below;
	uint64_t components; /* that the attribute tells; 0: there is no attribute */
	int permission;	     /* what arch_prctl() answers */
	int nr_asked;
	bool has_listed; /* leaves were asked for before */
	struct kvm_cpuid_entry2
		more[2];  /* what it lists in place of its own; function 0: nothing */
	uint32_t nr_msrs; /* that it lists in place of its own; 0: its own */
} host;

static int host_arch_prctl(void *ctx, int option, unsigned long argument)
{
	(void)ctx;
	ck_assert_int_eq(option, 0x1025);
	ck_assert_uint_eq(argument, 18);
	ck_assert(!host.has_listed);
	host.nr_asked++;
	return host.permission;
}

static int tell_components(const struct kvm_device_attr *attr)
{
	ck_assert_uint_eq(attr->attr, KVMLIB_X86_XCOMP_GUEST_SUPP);
	memcpy((void *)(uintptr_t)attr->addr, &host.components, sizeof(host.components));
	return 0;
}

static int list_leaves(struct kvm_cpuid2 *list)
{
	list->nent = 2;
	memcpy(list->entries, host.more, sizeof(host.more));
	return 0;
}

static int list_msrs(struct kvm_msr_list *list)
{
	if (list->nmsrs < host.nr_msrs)
		return -E2BIG;
	list->nmsrs = host.nr_msrs;
	for (uint32_t i = 0; i < host.nr_msrs; i++)
		list->indices[i] = 0x1000 + i;
	return 0;
}

/* The last one can't be read. */
static int read_msr(struct kvm_msrs *msrs)
{
	if (msrs->entries[0].index == 0x1000 + host.nr_msrs - 1)
		return 0;
	msrs->entries[0].data = 5;
	return 1;
}

static int host_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	void *pointer = (void *)arg;

	host.has_listed |= request == KVM_GET_SUPPORTED_CPUID;
	if (request == KVM_GET_DEVICE_ATTR && host.components)
		return tell_components(pointer);
	if (request == KVM_GET_SUPPORTED_CPUID && host.more[0].function)
		return list_leaves(pointer);
	if (request == KVM_GET_MSR_FEATURE_INDEX_LIST && host.nr_msrs)
		return list_msrs(pointer);
	if (request == KVM_GET_MSRS && host.nr_msrs)
		return read_msr(pointer);
	return host.below->ioctl(ctx, fd, request, arg);
}

static void setup_host(void)
{
	memset(&host, 0, sizeof(host));
	setup_sim();
	host.below = kvmlib_sim_sys_ops(fix.sim);
	host.ops = *host.below;
	host.ops.ioctl = host_ioctl;
	host.ops.arch_prctl = host_arch_prctl;
	fix.sys = &host.ops;
	make_system();
}

START_TEST(cpuid_of_a_host_is_what_it_supports)
{
	struct kvm_cpuid_entry2 ours[KVMLIB_CPUID_MAX_LEAVES], theirs[KVMLIB_CPUID_MAX_LEAVES];
	uint32_t nr_ours, nr_theirs, found = 0;
	struct kvmlib_cpuid *cpuid;

	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_TSC_DEADLINE_TIMER, 0);
	assert_ok(kvmlib_cpuid_collect(fix.system, NULL, &cpuid));
	assert_ok(kvmlib_cpuid_get_entries(cpuid, ours, KVMLIB_CPUID_MAX_LEAVES, &nr_ours));
	assert_ok(kvmlib_system_get_supported_cpuid(fix.system, theirs, KVMLIB_CPUID_MAX_LEAVES,
						    &nr_theirs));
	ck_assert_uint_eq(nr_ours, nr_theirs);
	for (uint32_t i = 0; i < nr_ours; i++)
		for (uint32_t j = 0; j < nr_theirs; j++)
			found += !memcmp(&ours[i], &theirs[j], sizeof(ours[i]));
	ck_assert_uint_eq(found, nr_ours);
	ck_assert_int_eq(host.nr_asked, 0);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_of_a_host_has_the_deadline_timer)
{
	struct kvmlib_cpuid *cpuid;

	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_TSC_DEADLINE_TIMER, 1);
	assert_ok(kvmlib_cpuid_collect(fix.system, NULL, &cpuid));
	ck_assert_int_eq(kvmlib_cpuid_has_feature(cpuid, "tsc_deadline_timer"), 1);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_of_a_host_has_its_feature_msrs)
{
	struct kvmlib_cpuid *cpuid;

	host.nr_msrs = 3;
	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GET_MSR_FEATURES, 1);
	assert_ok(kvmlib_cpuid_collect(fix.system, NULL, &cpuid));
	ck_assert_uint_eq(kvmlib_cpuid_get_msr(cpuid, 0x1000)->value, 5);
	ck_assert_uint_eq(kvmlib_cpuid_get_msr(cpuid, 0x1001)->value, 5);
	ck_assert_ptr_null(kvmlib_cpuid_msr_at(cpuid, 2));
	kvmlib_cpuid_free(cpuid);
	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GET_MSR_FEATURES, 0);
	assert_ok(kvmlib_cpuid_collect(fix.system, NULL, &cpuid));
	ck_assert_ptr_null(kvmlib_cpuid_msr_at(cpuid, 0));
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(cpuid_of_a_host_with_too_much_is_refused)
{
	struct kvmlib_cpuid *cpuid = SENTINEL;

	host.nr_msrs = KVMLIB_CPUID_MAX_MSRS + 2;
	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GET_MSR_FEATURES, 1);
	assert_fails(kvmlib_cpuid_collect(fix.system, NULL, &cpuid), E2BIG, CPUID_FULL, NULL);
	assert_value(MSR, 0x1000 + KVMLIB_CPUID_MAX_MSRS);
	host.more[0].function = host.more[1].function = 0x12;
	assert_fails(kvmlib_cpuid_collect(fix.system, NULL, &cpuid), EEXIST, CPUID_LEAF_TWICE,
		     NULL);
	assert_value(LEAF, 0x12);
	ck_assert_ptr_eq(cpuid, SENTINEL);
}
END_TEST

START_TEST(cpuid_of_a_host_asks_for_permission_first)
{
	struct kvmlib_cpuid *cpuid;

	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SYS_ATTRIBUTES, 1);
	host.components = 1U << 18 | 7;
	assert_ok(kvmlib_cpuid_collect(fix.system, OPTS(.flags = 0), &cpuid));
	kvmlib_cpuid_free(cpuid);
	ck_assert_int_eq(host.nr_asked, 0);
	host.has_listed = false;
	assert_ok(kvmlib_cpuid_collect(fix.system, DYNAMIC, &cpuid));
	kvmlib_cpuid_free(cpuid);
	ck_assert_int_eq(host.nr_asked, 1);
}
END_TEST

START_TEST(cpuid_of_a_host_without_dynamic_components_asks_for_none)
{
	struct kvmlib_cpuid *cpuid;

	host.components = 1U << 18;
	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SYS_ATTRIBUTES, 0);
	assert_ok(kvmlib_cpuid_collect(fix.system, DYNAMIC, &cpuid));
	kvmlib_cpuid_free(cpuid);
	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SYS_ATTRIBUTES, 1);
	host.components = 7;
	assert_ok(kvmlib_cpuid_collect(fix.system, DYNAMIC, &cpuid));
	kvmlib_cpuid_free(cpuid);
	host.components = 0; /* asking fails */
	assert_ok(kvmlib_cpuid_collect(fix.system, DYNAMIC, &cpuid));
	kvmlib_cpuid_free(cpuid);
	ck_assert_int_eq(host.nr_asked, 0);
}
END_TEST

START_TEST(cpuid_of_a_host_without_permission_is_refused)
{
	struct kvmlib_cpuid *cpuid = SENTINEL;

	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SYS_ATTRIBUTES, 1);
	host.components = 1U << 18;
	host.permission = -EBUSY;
	assert_fails(kvmlib_cpuid_collect(fix.system, DYNAMIC, &cpuid), EBUSY, XSAVE_PERMISSION,
		     "arch_prctl(ARCH_REQ_XCOMP_GUEST_PERM)");
	ck_assert(!host.has_listed);
	ck_assert_ptr_eq(cpuid, SENTINEL);
}
END_TEST

START_TEST(cpuid_of_a_host_checks_its_options)
{
	struct {
		struct kvmlib_cpuid_collect_opts opts;
		uint64_t more;
	} newer = { .opts = { .size = sizeof(newer) }, .more = 1 };
	struct kvmlib_cpuid *cpuid = SENTINEL;

	assert_fails(kvmlib_cpuid_collect(fix.system, &newer.opts, &cpuid), E2BIG, OPTIONS_TOO_NEW,
		     NULL);
	newer.opts.size = 4;
	assert_fails(kvmlib_cpuid_collect(fix.system, &newer.opts, &cpuid), EINVAL, OPTIONS_SIZE,
		     NULL);
	assert_fails(kvmlib_cpuid_collect(fix.system, OPTS(.flags = 2), &cpuid), EINVAL,
		     BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_cpuid_collect(fix.system, OPTS(.reserved = 1), &cpuid), EINVAL,
		     BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	assert_refuses_null(kvmlib_cpuid_collect(NULL, NULL, &cpuid), 1);
	assert_refuses_null(kvmlib_cpuid_collect(fix.system, NULL, NULL), 3);
	ck_assert_ptr_eq(cpuid, SENTINEL);
}
END_TEST

/* What may be missing is no failure; all others pass, and leave nothing. */
static int try_with_fault(unsigned long nth_alloc, uint64_t nth_call)
{
	struct kvmlib_cpuid *cpuid = SENTINEL;
	int r;

	alloc_start();
	alloc_fail_nth(nth_alloc);
	kvmlib_sim_fail_nth(fix.sim, nth_call, ENOMEM);
	r = kvmlib_cpuid_collect(fix.system, DYNAMIC, &cpuid);
	alloc_fail_nth(0);
	kvmlib_sim_fail_nth(fix.sim, 0, 0);
	if (r < 0)
		ck_assert_ptr_eq(cpuid, SENTINEL);
	else
		kvmlib_cpuid_free(cpuid);
	ck_assert_uint_eq(alloc_stop(), 0);
	return r;
}

START_TEST(cpuid_of_a_host_with_any_fault_is_whole_or_not)
{
	unsigned int failures = 0;
	int r;

	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SYS_ATTRIBUTES, 1);
	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_GET_MSR_FEATURES, 1);
	for (unsigned int n = 1; n < 40; n++) {
		r = n < 20 ? try_with_fault(n, 0) : try_with_fault(0, n - 19);
		ck_assert(!r || r == -ENOMEM);
		if (r)
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_cpuid_collect");
		failures += r < 0;
	}
	ck_assert_uint_ge(failures, 5);
}
END_TEST

#else

START_TEST(cpuid_of_a_host_elsewhere_is_refused)
{
	struct kvmlib_cpuid *cpuid = SENTINEL;

	assert_fails(kvmlib_cpuid_collect(fix.system, NULL, &cpuid), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	ck_assert_ptr_eq(cpuid, SENTINEL);
}
END_TEST

#endif

/* Of a report */

#define TITLE "kvmlib-report\t1\n"

static struct kvmlib_report *parsed(const char *text)
{
	struct kvmlib_report *report = NULL;

	ck_assert_int_eq(kvmlib_report_parse(text, strlen(text), &report), 0);
	return report;
}

START_TEST(cpuid_of_a_report_has_leaves_and_msrs)
{
	struct kvmlib_report *report = parsed(
		TITLE "arch\tx86_64\ncpuid/0x1/-/eax\t0x806f8\ncpuid/0x1/-/edx\t0x78bfbff\n"
		      "cpuid/0x7/0x0/ebx\t0xffffffff\ncpuid/0x7/0x1/eax\t16\n"
		      "cpuid-hyperv/0x40000001/-/eax\t0x31237648\nmsr/0x10\tyes\n"
		      "msr-feature/0x10a\t0x8000000000000001\nmsr-feature/0x480\tunreadable\n");
	struct kvmlib_cpuid *cpuid;

	assert_ok(kvmlib_report_cpuid(report, &cpuid));
	ck_assert_uint_eq(kvmlib_cpuid_leaf_at(cpuid, 0)->flags, 0);
	ck_assert_uint_eq(register_of(cpuid, 1, 0, KVMLIB_CPUID_EAX), 0x806f8);
	ck_assert_uint_eq(register_of(cpuid, 1, 0, KVMLIB_CPUID_ECX), 0);
	ck_assert_uint_eq(register_of(cpuid, 1, 0, KVMLIB_CPUID_EDX), 0x78bfbff);
	ck_assert_uint_eq(kvmlib_cpuid_leaf_at(cpuid, 1)->flags, 1);
	ck_assert_uint_eq(register_of(cpuid, 7, 0, KVMLIB_CPUID_EBX), 0xffffffff);
	ck_assert_uint_eq(register_of(cpuid, 7, 1, KVMLIB_CPUID_EAX), 16);
	ck_assert_ptr_null(kvmlib_cpuid_leaf_at(cpuid, 3));
	ck_assert_uint_eq(kvmlib_cpuid_msr_at(cpuid, 0)->value, 0x8000000000000001);
	ck_assert_ptr_null(kvmlib_cpuid_msr_at(cpuid, 1));
	kvmlib_cpuid_free(cpuid);
	kvmlib_report_free(report);
}
END_TEST

static const char *const bad_items[] = {
	"cpuid/0x1/-/efx\t0",	      "cpuid/0x1/-\t0",
	"cpuid/0x1/eax\t0",	      "cpuid/x/-/eax\t0",
	"cpuid/0x100000000/-/eax\t0", "cpuid/0x7/0x100000000/eax\t0",
	"cpuid/-1/-/eax\t0",	      "cpuid/0x1/-/eax\t0x100000000",
	"cpuid/0x1/-/eax\tyes",	      "cpuid/0x1/-/eax\t0x1g",
	"msr-feature/x\t0",	      "msr-feature/0x100000000\t0",
	"msr-feature/0x10a\tyes",     "msr-feature/0x10a\t0x10000000000000000",
};

START_TEST(cpuid_of_a_report_that_is_bad_is_refused)
{
	struct kvmlib_cpuid *cpuid = SENTINEL;
	struct kvmlib_report *report;
	char text[128];

	snprintf(text, sizeof(text), TITLE "cpuid/0x0/-/eax\t1\n%s\n", bad_items[_i]);
	report = parsed(text);
	assert_fails(kvmlib_report_cpuid(report, &cpuid), EPROTO, CPUID_NO_REPORT, NULL);
	assert_value(INDEX, bad_items[_i][6] != '-');
	ck_assert_ptr_eq(cpuid, SENTINEL);
	kvmlib_report_free(report);
}
END_TEST

START_TEST(cpuid_of_a_report_without_leaves_is_refused)
{
	struct kvmlib_report *report = parsed(TITLE "arch\tarm64\nmsr-feature/0x10a\t1\n");
	struct kvmlib_cpuid *cpuid = SENTINEL;

	assert_fails(kvmlib_report_cpuid(report, &cpuid), EPROTO, CPUID_NO_REPORT, NULL);
	assert_value(INDEX, 2);
	assert_refuses_null(kvmlib_report_cpuid(NULL, &cpuid), 1);
	assert_refuses_null(kvmlib_report_cpuid(report, NULL), 2);
	alloc_fail_nth(1);
	assert_fails(kvmlib_report_cpuid(report, &cpuid), ENOMEM, NO_MEMORY, NULL);
	ck_assert_ptr_eq(cpuid, SENTINEL);
	kvmlib_report_free(report);
}
END_TEST

START_TEST(cpuid_of_a_report_in_both_forms_is_refused)
{
	struct kvmlib_report *report =
		parsed(TITLE "cpuid/0x7/-/eax\t0x1\ncpuid/0x7/0x0/eax\t0x1\n");
	struct kvmlib_cpuid *cpuid = SENTINEL;

	assert_fails(kvmlib_report_cpuid(report, &cpuid), EEXIST, CPUID_LEAF_TWICE, NULL);
	assert_value(LEAF, 7);
	ck_assert_str_eq(kvmlib_error_subject(), "cpuid/0x7/0x0/eax");
	kvmlib_report_free(report);
}
END_TEST

static void add_items(struct kvmlib_report *report, const char *before, const char *behind,
		      unsigned int n)
{
	char key[64];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s%u%s", before, i, behind);
		ck_assert_int_eq(kvmlib_report_set(report, key, "0x1"), 0);
	}
}

START_TEST(cpuid_of_a_report_with_too_much_is_refused)
{
	struct kvmlib_report *report = parsed(TITLE);
	struct kvmlib_cpuid *cpuid = NULL;

	add_items(report, "cpuid/0x12/", "/eax", KVMLIB_CPUID_MAX_LEAVES);
	add_items(report, "msr-feature/", "", KVMLIB_CPUID_MAX_MSRS);
	assert_ok(kvmlib_report_cpuid(report, &cpuid));
	kvmlib_cpuid_free(cpuid);
	add_items(report, "msr-feature/", "", KVMLIB_CPUID_MAX_MSRS + 1);
	assert_fails(kvmlib_report_cpuid(report, &cpuid), E2BIG, CPUID_FULL, NULL);
	add_items(report, "cpuid/0x12/", "/eax", KVMLIB_CPUID_MAX_LEAVES + 1);
	assert_fails(kvmlib_report_cpuid(report, &cpuid), E2BIG, CPUID_FULL, NULL);
	assert_value(LEAF, 0x12);
	kvmlib_report_free(report);
}
END_TEST

#ifdef __x86_64__
START_TEST(cpuid_of_a_host_and_of_its_report_are_the_same)
{
	struct kvmlib_cpuid *ours, *reported;
	struct kvmlib_report *report;

	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_TSC_DEADLINE_TIMER, 0);
	ck_assert_int_eq(kvmlib_report_collect(fix.system, &report), 0);
	assert_ok(kvmlib_report_cpuid(report, &reported));
	assert_ok(kvmlib_cpuid_collect(fix.system, NULL, &ours));
	ck_assert(is_same(ours, reported));
	kvmlib_report_free(report);
	kvmlib_cpuid_free(ours);
	kvmlib_cpuid_free(reported);
}
END_TEST
#endif

static void add_host_tests(Suite *suite)
{
#ifdef __x86_64__
	ADD_TESTS(add_case(suite, "host", setup_host), cpuid_of_a_host_is_what_it_supports,
		  cpuid_of_a_host_has_the_deadline_timer, cpuid_of_a_host_has_its_feature_msrs,
		  cpuid_of_a_host_with_too_much_is_refused,
		  cpuid_of_a_host_asks_for_permission_first,
		  cpuid_of_a_host_without_dynamic_components_asks_for_none,
		  cpuid_of_a_host_without_permission_is_refused, cpuid_of_a_host_checks_its_options,
		  cpuid_of_a_host_with_any_fault_is_whole_or_not,
		  cpuid_of_a_host_and_of_its_report_are_the_same);
#else
	ADD_TESTS(add_case(suite, "host", setup_system), cpuid_of_a_host_elsewhere_is_refused);
#endif
}

Suite *cpuid_collect_suite(void)
{
	Suite *suite = suite_create("cpuid_collect");
	TCase *tc = add_case(suite, "report", NULL);

	add_host_tests(suite);
	ADD_TESTS(tc, cpuid_of_a_report_has_leaves_and_msrs,
		  cpuid_of_a_report_without_leaves_is_refused,
		  cpuid_of_a_report_in_both_forms_is_refused,
		  cpuid_of_a_report_with_too_much_is_refused);
	tcase_add_loop_test(tc, cpuid_of_a_report_that_is_bad_is_refused, 0,
			    sizeof(bad_items) / sizeof(bad_items[0]));
	return suite;
}
