/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a guest's CPU can be had on a host. */
#include "alloc.h"
#include "cpuid_fixture.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static struct kvmlib_cpuid *host, *guest;
static char told[1024]; /* all that was missing, one in a line */

static void setup(void)
{
	alloc_start();
	host = make_intel();
	ck_assert_int_eq(kvmlib_cpuid_copy(host, &guest), 0);
	told[0] = '\0';
}

static void done(void)
{
	host = kvmlib_cpuid_free(host);
	guest = kvmlib_cpuid_free(guest);
	ck_assert_uint_eq(alloc_stop(), 0);
}

static int tell(const struct kvmlib_cpuid_lack *lack, void *userdata)
{
	const size_t length = strlen(told);

	ck_assert_uint_eq(lack->reserved, 0);
	ck_assert_uint_gt(strlen(lack->consequence), 0);
	snprintf(told + length, sizeof(told) - length, "%u %s %x/%u %u %d %llx %llx\n", lack->kind,
		 lack->feature ? lack->feature : "-", lack->leaf, lack->subleaf, lack->reg,
		 (int)lack->bit, (unsigned long long)lack->guest, (unsigned long long)lack->host);
	return userdata ? *(const int *)userdata : 0;
}

static void assert_told(int nr, const char *text)
{
	told[0] = '\0';
	assert_returns(kvmlib_cpuid_verdict(guest, host, tell, NULL), nr);
	ck_assert_str_eq(told, text);
	assert_returns(kvmlib_cpuid_verdict(guest, host, NULL, NULL), nr);
}

START_TEST(cpuid_verdict_lets_a_guest_run_on_its_own_host)
{
	assert_told(0, "");
}
END_TEST

START_TEST(cpuid_verdict_lets_a_guest_with_less_run)
{
	change_features(guest, "avx512f avx2 xsaves kvm_pv_eoi aes", 0);
	assert_ok(kvmlib_cpuid_remove_leaf(guest, 0xd, 9));
	assert_ok(kvmlib_cpuid_remove_leaf(guest, 0, 0));
	assert_ok(kvmlib_cpuid_set_msr(guest, 0x10a, 5));
	assert_told(0, "");
}
END_TEST

START_TEST(cpuid_verdict_names_each_feature_that_is_missing)
{
	change_features(host, "ssse3 avx512bw kvm_pv_eoi", 0);
	change_register(guest, 7, 0, KVMLIB_CPUID_ECX,
			register_of(guest, 7, 0, KVMLIB_CPUID_ECX) | 1U << 26);
	assert_told(4, "1 ssse3 1/0 2 9 bfb83203 bfb83003\n"
		       "1 avx512bw 7/0 1 30 40030020 30020\n"
		       "1 - 7/0 2 26 4000098 98\n"
		       "1 kvm_pv_eoi 40000001/0 0 6 1004059 1004019\n");
}
END_TEST

START_TEST(cpuid_verdict_needs_a_leaf_that_is_missing)
{
	change_features(host, "xsaves xsaveopt", 0);
	assert_ok(kvmlib_cpuid_remove_leaf(host, 0xd, 1));
	assert_told(5, "1 xsaveopt d/1 0 0 f 0\n"
		       "1 xsavec d/1 0 1 f 0\n"
		       "1 xgetbv1 d/1 0 2 f 0\n"
		       "1 xsaves d/1 0 3 f 0\n"
		       "1 xsave_cet_user d/1 2 11 800 0\n");
}
END_TEST

START_TEST(cpuid_verdict_tells_less_of_what_is_counted)
{
	change_register(host, 0x80000008, 0, KVMLIB_CPUID_EAX, 0x3927);
	assert_told(1, "2 - 80000008/0 0 -1 3934 3927\n");
	change_register(host, 0x80000008, 0, KVMLIB_CPUID_EAX, 0x3935);
	assert_told(0, "");
}
END_TEST

START_TEST(cpuid_verdict_tells_components_that_lie_elsewhere)
{
	change_register(host, 0xd, 5, KVMLIB_CPUID_EBX, 0x340);
	assert_ok(kvmlib_cpuid_remove_leaf(host, 0xd, 9));
	change_features(host, "xsave_pkru", 0);
	assert_told(2, "1 xsave_pkru d/0 0 9 2e7 e7\n"
		       "3 - d/5 1 -1 440 340\n");
}
END_TEST

START_TEST(cpuid_verdict_tells_another_vendor)
{
	change_register(host, 0, 0, KVMLIB_CPUID_EBX, 0x68747541);
	assert_told(1, "4 - 0/0 1 -1 756e6547 68747541\n");
}
END_TEST

START_TEST(cpuid_verdict_tells_msrs)
{
	assert_ok(kvmlib_cpuid_set_msr(host, 0x10a, 0x80001)); /* RRSBA came, RSBA is none */
	assert_ok(kvmlib_cpuid_set_msr(host, 0x481, 0x7f00000016));
	assert_ok(kvmlib_cpuid_set_msr(host, 0x345, 0x2000));
	assert_ok(kvmlib_cpuid_set_msr(guest, 0x345, 0x32c1));
	assert_ok(kvmlib_cpuid_set_msr(guest, 0x8b, 7));
	assert_told(4, "1 - 10a/0 4 3 d 80001\n"
		       "1 - 10a/0 4 19 d 80001\n"
		       "5 - 345/0 4 -1 32c1 2000\n"
		       "2 - 481/0 4 -1 ff00000016 7f00000016\n");
}
END_TEST

/* Such a guest has none of what the host's MSRs tell of. */
START_TEST(cpuid_verdict_asks_for_no_msr_that_the_guest_has_not)
{
	assert_ok(kvmlib_cpuid_remove_msr(guest, 0x10a));
	assert_ok(kvmlib_cpuid_remove_msr(guest, 0x481));
	assert_ok(kvmlib_cpuid_set_msr(guest, 0x345, 0));
	assert_ok(kvmlib_cpuid_set_msr(host, 0x10a, 4));
	assert_ok(kvmlib_cpuid_set_msr(host, 0x345, 0x32c1));
	assert_ok(kvmlib_cpuid_set_msr(host, 0x486, 0x80000021));
	assert_told(0, "");
}
END_TEST

/* What is made up for each guest: names, places, the highest leaves, what the guest switches on. */
START_TEST(cpuid_verdict_does_not_ask_for_what_is_made_up)
{
	static const char own[] =
		"hypervisor osxsave ospke ht apic monitor cmp_legacy fpu_amd fxsr_amd";

	change_features(host, own, 0);
	change_features(guest, own, 1);
	change_register(guest, 0, 0, KVMLIB_CPUID_EAX, 0x99);
	change_register(guest, 0x80000000, 0, KVMLIB_CPUID_EAX, 0x80000099);
	change_register(guest, 0x40000000, 0, KVMLIB_CPUID_EAX, 0x40000099);
	change_register(guest, 7, 0, KVMLIB_CPUID_EAX, 9);
	change_register(guest, 1, 0, KVMLIB_CPUID_EAX, 9);
	change_register(guest, 0xd, 0, KVMLIB_CPUID_EBX, 0x99999);
	change_register(guest, 0xd, 0, KVMLIB_CPUID_ECX, 0x99999);
	change_register(guest, 0xd, 1, KVMLIB_CPUID_EBX, 0x99999);
	change_register(guest, 4, 1, KVMLIB_CPUID_ECX, 0x99999);
	assert_ok(kvmlib_cpuid_set_msr(guest, 0xce, 0x1900));
	assert_told(0, "");
	assert_ok(kvmlib_cpuid_set_msr(guest, 0xce, 0x80001900));
	assert_told(1, "1 - ce/0 4 31 80001900 0\n");
}
END_TEST

START_TEST(cpuid_verdict_ends_where_the_caller_says)
{
	int stop = -77;

	change_features(host, "ssse3 sse3", 0);
	assert_returns(kvmlib_cpuid_verdict(guest, host, tell, &stop), -77);
	ck_assert_str_eq(told, "1 sse3 1/0 2 0 bfb83203 bfb83002\n");
	stop = 5;
	assert_returns(kvmlib_cpuid_verdict(guest, host, tell, &stop), 2);
}
END_TEST

START_TEST(cpuid_verdict_null_arguments_are_refused)
{
	assert_refuses_null(kvmlib_cpuid_verdict(NULL, host, NULL, NULL), 1);
	assert_refuses_null(kvmlib_cpuid_verdict(guest, NULL, NULL, NULL), 2);
}
END_TEST

/* A model is made by a host's table: no contradiction is left once it is a vCPU's. */

static int refuse(const struct kvmlib_cpuid_problem *problem, void *userdata)
{
	const struct kvmlib_cpuid_model *model = userdata;

	ck_abort_msg("%s: %s at %x/%u, register %u: %s needs %s", model->name, problem->name,
		     problem->leaf, problem->subleaf, problem->reg,
		     problem->feature ? problem->feature : "-",
		     problem->needs ? problem->needs : "-");
	return 0;
}

static void check_model(const struct kvmlib_cpuid_model *model, const struct kvmlib_cpuid *of)
{
	const struct kvmlib_cpuid_vcpu last = { .size = sizeof(last), .index = 4, .cores = 5 };
	struct kvmlib_cpuid *cpuid;

	assert_ok(kvmlib_cpuid_from_model(model->name, model->version, of, &cpuid));
	ck_assert_int_eq(kvmlib_cpuid_fix(cpuid, &last), 0);
	ck_assert_uint_eq(register_of(cpuid, 0xb, 1, KVMLIB_CPUID_EDX), 4);
	ck_assert_int_eq(kvmlib_cpuid_check(cpuid, refuse, (void *)(uintptr_t)model), 0);
	kvmlib_cpuid_free(cpuid);
}

START_TEST(cpuid_model_has_no_contradictions)
{
	const struct kvmlib_cpuid_model *model;
	struct kvmlib_cpuid *amd = make_amd();

	for (size_t i = 0; (model = kvmlib_cpuid_model_at(i)); i++) {
		check_model(model, NULL);
		check_model(model, host);
		check_model(model, amd);
	}
	kvmlib_cpuid_free(amd);
}
END_TEST

Suite *cpuid_verdict_suite(void)
{
	Suite *suite = suite_create("cpuid_verdict");
	TCase *tc = tcase_create("verdict");

	tcase_add_checked_fixture(tc, setup, done);
	suite_add_tcase(suite, tc);
	ADD_TESTS(tc, cpuid_verdict_lets_a_guest_run_on_its_own_host,
		  cpuid_verdict_lets_a_guest_with_less_run,
		  cpuid_verdict_names_each_feature_that_is_missing,
		  cpuid_verdict_needs_a_leaf_that_is_missing,
		  cpuid_verdict_tells_less_of_what_is_counted,
		  cpuid_verdict_tells_components_that_lie_elsewhere,
		  cpuid_verdict_tells_another_vendor, cpuid_verdict_tells_msrs,
		  cpuid_verdict_asks_for_no_msr_that_the_guest_has_not,
		  cpuid_verdict_does_not_ask_for_what_is_made_up,
		  cpuid_verdict_ends_where_the_caller_says,
		  cpuid_verdict_null_arguments_are_refused, cpuid_model_has_no_contradictions);
	return suite;
}
