/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What handles remember of the capabilities that were enabled through them. */

#include "played.h"
#include "suites.h"

#include <pthread.h>
#include <string.h>

#include "alloc.h"

#define FUTURE	   9999U /* a capability that the facts do not have */
#define NR_THREADS 4U
#define NR_ROUNDS  2000U

static int accept(unsigned long arg)
{
	(void)arg;
	return 0;
}

static int answer_7(unsigned long arg)
{
	(void)arg;
	return 7;
}

static int refuse(unsigned long arg)
{
	(void)arg;
	return -EINVAL;
}

static void setup_accepting(void)
{
	setup_played();
	play(KVM_ENABLE_CAP, accept);
}

/* The entry at that index of the VM's is so, its arguments from args0 on counted up. */
static void assert_entry(size_t index, uint32_t expected, uint64_t args0)
{
	uint32_t capability;
	uint64_t args[4];

	assert_ok(kvmlib_vm_enabled_capability_at(fix.vm, index, &capability, args));
	ck_assert_uint_eq(capability, expected);
	for (uint64_t i = 0; i < 4; i++)
		ck_assert_uint_eq(args[i], args0 ? args0 + i : 0);
}

static void assert_count(size_t n)
{
	uint32_t capability = 77;
	uint64_t args[4] = { 77 };

	if (n)
		assert_ok(kvmlib_vm_enabled_capability_at(fix.vm, n - 1, &capability, NULL));
	capability = 77;
	assert_returns(kvmlib_vm_enabled_capability_at(fix.vm, n, &capability, args), -ENOENT);
	assert_returns(kvmlib_vm_enabled_capability_at(fix.vm, SIZE_MAX, &capability, args),
		       -ENOENT);
	ck_assert_uint_eq(capability, 77);
	ck_assert_uint_eq(args[0], 77);
}

static void enable(uint32_t capability, uint64_t args0)
{
	const uint64_t args[4] = { args0, args0 + 1, args0 + 2, args0 + 3 };

	ck_assert_int_ge(kvmlib_vm_enable_cap(fix.vm, capability, 0, args), 0);
}

START_TEST(enabled_nothing_at_first)
{
	uint64_t args[4] = { 77, 77, 77, 77 };

	assert_returns(kvmlib_vm_enabled_capability(fix.vm, KVMLIB_CAP_HALT_POLL, args), 0);
	assert_returns(kvmlib_vcpu_enabled_capability(fix.vcpu, KVMLIB_CAP_HALT_POLL, args), 0);
	ck_assert_uint_eq(args[0], 77);
	assert_count(0);
}
END_TEST

START_TEST(enabled_is_remembered_with_its_arguments)
{
	uint64_t args[4];

	enable(KVMLIB_CAP_HALT_POLL, 5);
	assert_returns(kvmlib_vm_enabled_capability(fix.vm, KVMLIB_CAP_HALT_POLL, args), 1);
	for (uint64_t i = 0; i < 4; i++)
		ck_assert_uint_eq(args[i], 5 + i);
	assert_returns(kvmlib_vm_enabled_capability(fix.vm, KVMLIB_CAP_HALT_POLL, NULL), 1);
	assert_returns(kvmlib_vm_enabled_capability(fix.vm, KVMLIB_CAP_IRQCHIP, args), 0);
	assert_count(1);
}
END_TEST

START_TEST(enabled_without_arguments_has_zeros)
{
	assert_ok(kvmlib_vm_enable_cap(fix.vm, KVMLIB_CAP_HALT_POLL, 0, NULL));
	assert_entry(0, KVMLIB_CAP_HALT_POLL, 0);
}
END_TEST

START_TEST(enabled_again_has_the_last_arguments_and_its_first_place)
{
	enable(KVMLIB_CAP_HALT_POLL, 5);
	enable(FUTURE, 50);
	enable(KVMLIB_CAP_HALT_POLL, 9);
	assert_entry(0, KVMLIB_CAP_HALT_POLL, 9);
	assert_entry(1, FUTURE, 50);
	assert_count(2);
}
END_TEST

/* Of a capability that is enabled once per value of its first argument. */
START_TEST(enabled_per_hypercall_is_each_remembered)
{
	uint64_t args[4];

	enable(KVMLIB_CAP_PPC_ENABLE_HCALL, 0x18);
	enable(FUTURE, 50);
	enable(KVMLIB_CAP_PPC_ENABLE_HCALL, 0x1c);
	assert_ok(kvmlib_vm_enable_cap(fix.vm, KVMLIB_CAP_PPC_ENABLE_HCALL, 0,
				       (const uint64_t[4]){ 0x18 }));
	assert_entry(1, FUTURE, 50);
	assert_entry(2, KVMLIB_CAP_PPC_ENABLE_HCALL, 0x1c);
	assert_count(3);
	assert_returns(kvmlib_vm_enabled_capability(fix.vm, KVMLIB_CAP_PPC_ENABLE_HCALL, args), 1);
	ck_assert_uint_eq(args[0], 0x18);
	ck_assert_uint_eq(args[1], 0);
}
END_TEST

START_TEST(enabled_by_a_function_of_its_own_is_remembered)
{
	uint64_t args[4] = { 0 };

	assert_ok(kvmlib_vm_enable_halt_poll(fix.vm, 12345));
	assert_returns(kvmlib_vm_enabled_capability(fix.vm, KVMLIB_CAP_HALT_POLL, args), 1);
	ck_assert_uint_eq(args[0], 12345);
#ifdef __x86_64__
	assert_ok(kvmlib_vcpu_enable_hyperv_enforce_cpuid(fix.vcpu, 1));
	assert_returns(
		kvmlib_vcpu_enabled_capability(fix.vcpu, KVMLIB_CAP_HYPERV_ENFORCE_CPUID, args), 1);
	ck_assert_uint_eq(args[0], 1);
#endif
}
END_TEST

START_TEST(enabled_with_a_positive_answer_is_remembered)
{
	play(KVM_ENABLE_CAP, answer_7);
	assert_returns(kvmlib_vm_enable_cap(fix.vm, FUTURE, 0, NULL), 7);
	assert_returns(kvmlib_vm_enabled_capability(fix.vm, FUTURE, NULL), 1);
}
END_TEST

START_TEST(enabled_is_each_handles_own)
{
	const uint64_t given[4] = { 1, 2, 3, 4 };
	uint32_t capability = 77;
	struct kvmlib_vcpu *other;
	uint64_t args[4];

	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 1, &other));
	assert_ok(kvmlib_vcpu_enable_cap(fix.vcpu, FUTURE, 0, given));
	assert_returns(kvmlib_vm_enabled_capability(fix.vm, FUTURE, args), 0);
	assert_returns(kvmlib_vcpu_enabled_capability(other, FUTURE, args), 0);
	assert_returns(kvmlib_vcpu_enabled_capability(fix.vcpu, FUTURE, args), 1);
	ck_assert_mem_eq(args, given, sizeof(given));
	assert_ok(kvmlib_vcpu_enabled_capability_at(fix.vcpu, 0, &capability, NULL));
	ck_assert_uint_eq(capability, FUTURE);
	assert_returns(kvmlib_vcpu_enabled_capability_at(fix.vcpu, 1, &capability, args), -ENOENT);
	assert_returns(kvmlib_vcpu_enabled_capability_at(other, 0, &capability, args), -ENOENT);
	kvmlib_vcpu_unref(other);
}
END_TEST

/* What was enabled before stays as it was. */
START_TEST(enabled_refused_is_not_remembered)
{
	enable(KVMLIB_CAP_HALT_POLL, 5);
	play(KVM_ENABLE_CAP, refuse);
	ck_assert_int_eq(kvmlib_vm_enable_halt_poll(fix.vm, 9), -EINVAL);
	ck_assert_int_eq(kvmlib_vm_enable_cap(fix.vm, FUTURE, 0, NULL), -EINVAL);
	assert_entry(0, KVMLIB_CAP_HALT_POLL, 5);
	assert_count(1);
}
END_TEST

START_TEST(enabled_without_memory_is_not_tried)
{
	int r;

	alloc_fail_nth(1);
	r = kvmlib_vm_enable_cap(fix.vm, FUTURE, 3, NULL);
	ck_assert(alloc_has_failed());
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_ptr_null(kvmlib_error_call());
	assert_value(CAPABILITY, FUTURE);
	assert_value(FLAGS, 3);
	ck_assert_uint_eq(played.calls, 0);
	assert_count(0);

	alloc_fail_nth(1);
	ck_assert_int_eq(kvmlib_vcpu_enable_cap(fix.vcpu, FUTURE, 0, NULL), -ENOMEM);
	alloc_fail_nth(0);
	ck_assert_uint_eq(played.calls, 0);
	assert_returns(kvmlib_vcpu_enabled_capability(fix.vcpu, FUTURE, NULL), 0);
}
END_TEST

START_TEST(enabled_null_is_refused)
{
	uint32_t capability;
	uint64_t args[4];

	assert_refuses_null(kvmlib_vm_enabled_capability(NULL, 1, args), 1);
	assert_refuses_null(kvmlib_vm_enabled_capability_at(NULL, 0, &capability, args), 1);
	assert_refuses_null(kvmlib_vm_enabled_capability_at(fix.vm, 0, NULL, args), 3);
	assert_refuses_null(kvmlib_vcpu_enabled_capability(NULL, 1, args), 1);
	assert_refuses_null(kvmlib_vcpu_enabled_capability_at(NULL, 0, &capability, args), 1);
	assert_refuses_null(kvmlib_vcpu_enabled_capability_at(fix.vcpu, 0, NULL, args), 3);
}
END_TEST

START_TEST(enabled_frees_all_with_the_handle)
{
	alloc_start();
	setup_accepting();
	for (uint32_t i = 0; i < 20; i++)
		enable(FUTURE + i % 10, i);
	teardown();
	ck_assert_uint_eq(alloc_stop(), 0);
}
END_TEST

/* Arguments are always those of one call: the four of a call are equal. */
static void *enables_and_looks(void *userdata)
{
	uint32_t own = FUTURE + (uint32_t)(uintptr_t)userdata;
	uintptr_t wrong = 0;

	for (uint64_t i = 1; i <= NR_ROUNDS; i++) {
		const uint64_t given[4] = { i, i, i, i };
		uint64_t args[4] = { 0 };

		wrong += kvmlib_vm_enable_cap(fix.vm, FUTURE, 0, given) != 0;
		wrong += kvmlib_vm_enable_cap(fix.vm, own, 0, given) != 0;
		wrong += kvmlib_vm_enabled_capability(fix.vm, FUTURE, args) != 1;
		wrong += args[0] != args[1] || args[0] != args[2] || args[0] != args[3];
		wrong += kvmlib_vm_enabled_capability(fix.vm, own, args) != 1 || args[3] != i;
	}
	return (void *)wrong;
}

START_TEST(enabled_by_many_threads_is_whole)
{
	pthread_t threads[NR_THREADS];
	void *wrong;

	for (uintptr_t i = 0; i < NR_THREADS; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, enables_and_looks, (void *)(i + 1)), 0);
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
		ck_assert_ptr_null(wrong);
	}
	assert_count(NR_THREADS + 1);
}
END_TEST

/* A kernel that enables everything, from any thread. */
static int accepting_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	if (request == KVM_ENABLE_CAP)
		return 0;
	return kvmlib_sim_sys_ops(fix.sim)->ioctl(ctx, fd, request, arg);
}

static void setup_threads(void)
{
	static struct kvmlib_sys_ops ops;

	setup_sim();
	ops = *fix.sys;
	ops.ioctl = accepting_ioctl;
	fix.sys = &ops;
	make_system();
	make_vm();
}

Suite *enabled_suite(void)
{
	Suite *suite = suite_create("enabled");

	ADD_TESTS(add_case(suite, "enabled", setup_accepting), enabled_nothing_at_first,
		  enabled_is_remembered_with_its_arguments, enabled_without_arguments_has_zeros,
		  enabled_again_has_the_last_arguments_and_its_first_place,
		  enabled_per_hypercall_is_each_remembered,
		  enabled_by_a_function_of_its_own_is_remembered,
		  enabled_with_a_positive_answer_is_remembered, enabled_is_each_handles_own,
		  enabled_refused_is_not_remembered, enabled_without_memory_is_not_tried,
		  enabled_null_is_refused);
	ADD_TESTS(add_case(suite, "memory", NULL), enabled_frees_all_with_the_handle);
	ADD_TESTS(add_case(suite, "threads", setup_threads), enabled_by_many_threads_is_whole);
	return suite;
}
