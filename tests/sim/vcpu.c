/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs: ids, limits, multiprocessing states. */
#include "fixture.h"

#include <sys/resource.h>

#include "suites.h"

START_TEST(create_vcpu_refuses_ids)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MAX_VCPU_ID, 10), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 10), -EINVAL);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, ~0UL), -EINVAL);
	vcpu = call(vm, KVM_CREATE_VCPU, 9);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 9), -EEXIST);
	assert_link(vcpu, "anon_inode:kvm-vcpu:9");
}
END_TEST

START_TEST(create_vcpu_refuses_one_too_many)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MAX_VCPUS, 1), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MAX_VCPU_ID, 8), 0);
	vcpu = call(vm, KVM_CREATE_VCPU, 5);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 6), -EINVAL);
}
END_TEST

START_TEST(create_vcpu_without_a_limit_of_ids_goes_by_their_number)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MAX_VCPUS, 2), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MAX_VCPU_ID, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 2), -EINVAL);
	vcpu = call(vm, KVM_CREATE_VCPU, 1);
	ck_assert_int_ge(vcpu, 0);
}
END_TEST

/* The run page and the wake-up need real descriptors. */
START_TEST(create_vcpu_without_descriptors_is_emfile)
{
	struct rlimit old;
	struct rlimit none;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	for (rlim_t limit = 0; vcpu < 0; limit++) {
		none = (struct rlimit){ .rlim_cur = limit, .rlim_max = old.rlim_max };
		setrlimit(RLIMIT_NOFILE, &none);
		vcpu = call(vm, KVM_CREATE_VCPU, 0);
		setrlimit(RLIMIT_NOFILE, &old);
		ck_assert(vcpu >= 0 || vcpu == -EMFILE);
		ck_assert_uint_lt(limit, 1000);
	}
}
END_TEST

#if defined(__x86_64__)
START_TEST(create_vcpu_apic_page_excludes_slots)
{
	int fd;

	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(set_slot(0, 0, 0xfee00000, 1, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 0), -EEXIST);
	ck_assert_int_eq(set_slot(0, 0, 0xfee00000, 0, 0), 0);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(set_slot(0, 0, 0xfee00000, 1, 0), -EEXIST);
	fd = call(vm, KVM_CREATE_VCPU, 1);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST
#endif

#ifdef KVM_GET_MP_STATE
static int set_state(int fd, uint32_t state)
{
	struct kvm_mp_state args = { .mp_state = state };

	return call_ptr(fd, KVM_SET_MP_STATE, &args);
}

static uint32_t get_state(int fd)
{
	struct kvm_mp_state args = { .mp_state = 99 };

	ck_assert_int_eq(call_ptr(fd, KVM_GET_MP_STATE, &args), 0);
	return args.mp_state;
}

START_TEST(mp_state_bad_values_are_refused)
{
	ck_assert_int_eq(set_state(vcpu, 11), -EINVAL);
	ck_assert_int_eq(set_state(vcpu, ~0U), -EINVAL);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_LOAD), -EINVAL);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_MP_STATE, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_MP_STATE, hole), -EFAULT);
}
END_TEST
#endif

#if defined(__x86_64__)
START_TEST(mp_state_without_apic_is_runnable_alone)
{
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_RUNNABLE), 0);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_HALTED), -EINVAL);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_UNINITIALIZED), -EINVAL);
}
END_TEST

START_TEST(mp_state_with_apic_is_stored)
{
	int ap;

	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ap = call(vm, KVM_CREATE_VCPU, 1);
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_uint_eq(get_state(ap), KVMLIB_MP_STATE_UNINITIALIZED);
	ck_assert_int_eq(set_state(ap, KVMLIB_MP_STATE_HALTED), 0);
	ck_assert_uint_eq(get_state(ap), KVMLIB_MP_STATE_HALTED);
	ck_assert_int_eq(set_state(ap, KVMLIB_MP_STATE_SIPI_RECEIVED), 0);
	ck_assert_uint_eq(get_state(ap), KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_int_eq(set_state(ap, KVMLIB_MP_STATE_AP_RESET_HOLD), 0);
	ck_assert_int_eq(set_state(ap, KVMLIB_MP_STATE_STOPPED), -EINVAL);
	ck_assert_int_eq(close_fd(ap), 0);
}
END_TEST
#elif defined(__aarch64__) || defined(__riscv)
START_TEST(mp_state_is_stored)
{
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_STOPPED), 0);
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_STOPPED);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_HALTED), -EINVAL);
}
END_TEST
#elif defined(__s390x__)
START_TEST(mp_state_is_stored)
{
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_STOPPED);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_OPERATING), 0);
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_OPERATING);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_RUNNABLE), -EINVAL);
}
END_TEST
#elif defined(KVM_GET_MP_STATE)
START_TEST(mp_state_is_stored)
{
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_RUNNABLE);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_RUNNABLE), 0);
	ck_assert_int_eq(set_state(vcpu, KVMLIB_MP_STATE_STOPPED), -EINVAL);
	ck_assert_uint_eq(get_state(vcpu), KVMLIB_MP_STATE_RUNNABLE);
}
END_TEST
#endif

Suite *vcpu_suite(void)
{
	Suite *suite = suite_create("sim_vcpu");

	ADD_TESTS(add_case(suite, "vm", setup_vm), create_vcpu_refuses_ids,
		  create_vcpu_refuses_one_too_many,
		  create_vcpu_without_a_limit_of_ids_goes_by_their_number,
		  create_vcpu_without_descriptors_is_emfile);
#ifdef KVM_GET_MP_STATE
	ADD_TESTS(add_case(suite, "mp_state", setup_vcpu), mp_state_bad_values_are_refused);
#endif
#if defined(__x86_64__)
	ADD_TESTS(add_case(suite, "x86_vm", setup_vm), create_vcpu_apic_page_excludes_slots,
		  mp_state_with_apic_is_stored);
	ADD_TESTS(add_case(suite, "x86_vcpu", setup_vcpu), mp_state_without_apic_is_runnable_alone);
#elif defined(KVM_GET_MP_STATE)
	ADD_TESTS(add_case(suite, "arch", setup_vcpu), mp_state_is_stored);
#endif
	return suite;
}
