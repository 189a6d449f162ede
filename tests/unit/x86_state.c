/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State with a size of its own: the extended state, and a nested hypervisor's. */

#include "fixture.h"
#include "suites.h"

#ifdef __x86_64__

#include <string.h>

#include "played.h"

#define AMX_SIZE 11008

/* The host's extended state: what the capability tells, and how much the kernel copies. */
static int xsave_capability;
static size_t xsave_size;
static unsigned char state[AMX_SIZE + 1], seen[AMX_SIZE];

static int tell_size(unsigned long arg)
{
	ck_assert_uint_eq(arg, KVMLIB_CAP_XSAVE2);
	return xsave_capability;
}

static int write_state(unsigned long arg)
{
	memset((void *)arg, 0x77, xsave_size);
	return 0;
}

static int read_state(unsigned long arg)
{
	memcpy(seen, (const void *)arg, xsave_size);
	return 0;
}

static int take_cpuid(unsigned long arg)
{
	(void)arg;
	return 0;
}

static void setup(void)
{
	setup_played();
	play(KVM_CHECK_EXTENSION, tell_size);
	play(KVM_SET_CPUID2, take_cpuid);
	xsave_capability = AMX_SIZE;
	xsave_size = AMX_SIZE;
	memset(state, 0x5a, sizeof(state));
	memset(seen, 0, sizeof(seen));
}

START_TEST(xsave_size_is_asked_once)
{
	assert_returns(kvmlib_vcpu_xsave_size(fix.vcpu), AMX_SIZE);
	xsave_capability = 4096;
	assert_returns(kvmlib_vcpu_xsave_size(fix.vcpu), AMX_SIZE);
	ck_assert_int_eq((int)plays(KVM_CHECK_EXTENSION), 1);
	assert_refuses_null(kvmlib_vcpu_xsave_size(NULL), 1);
}
END_TEST

START_TEST(xsave_size_is_asked_again_after_cpuid)
{
	xsave_capability = 4096;
	assert_returns(kvmlib_vcpu_xsave_size(fix.vcpu), 4096);
	xsave_capability = AMX_SIZE; /* this process got its permission since */
	assert_ok(kvmlib_vcpu_set_cpuid2(fix.vcpu, NULL, 0));
	assert_returns(kvmlib_vcpu_xsave_size(fix.vcpu), AMX_SIZE);
}
END_TEST

START_TEST(xsave_size_is_4096_on_old_kernels)
{
	xsave_capability = 0;
	assert_returns(kvmlib_vcpu_xsave_size(fix.vcpu), 4096);
	assert_returns(kvmlib_vcpu_xsave_size(fix.vcpu), 4096);
	ck_assert_int_eq((int)plays(KVM_CHECK_EXTENSION), 1);
}
END_TEST

START_TEST(xsave_size_that_cannot_be_asked_is_a_failure)
{
	play(KVM_SET_XSAVE, read_state);
	xsave_capability = -EFAULT;
	assert_fails(kvmlib_vcpu_xsave_size(fix.vcpu), EFAULT, BAD_ADDRESS, "KVM_CHECK_EXTENSION");
	assert_value(VCPU_ID, 0);
	assert_value(CAPABILITY, KVMLIB_CAP_XSAVE2);
	assert_fails(kvmlib_vcpu_set_xsave(fix.vcpu, state, 4096), EFAULT, BAD_ADDRESS,
		     "KVM_CHECK_EXTENSION");
	assert_fails(kvmlib_vcpu_get_xsave2(fix.vcpu, state, 4096), EFAULT, BAD_ADDRESS,
		     "KVM_CHECK_EXTENSION");
	ck_assert_int_eq((int)plays(KVM_SET_XSAVE), 0);
	xsave_capability = 4096;
	assert_returns(kvmlib_vcpu_xsave_size(fix.vcpu), 4096);
}
END_TEST

#define assert_too_small(call, size, needed)                                               \
	do {                                                                               \
		assert_fails(call, EINVAL, BUFFER_TOO_SMALL, NULL);                        \
		assert_value(SIZE, size);                                                  \
		assert_value(NEEDED, needed);                                              \
		assert_value(VCPU_ID, 0);                                                  \
		ck_assert_str_eq(                                                          \
			kvmlib_error_sentence(),                                           \
			"the buffer is shorter than what the kernel would write or read"); \
	} while (0)

START_TEST(xsave2_of_any_size_comes_and_goes_whole)
{
	play(KVM_GET_XSAVE2, write_state);
	play(KVM_SET_XSAVE, read_state);
	assert_ok(kvmlib_vcpu_set_xsave(fix.vcpu, state, AMX_SIZE));
	ck_assert_mem_eq(seen, state, AMX_SIZE);
	assert_ok(kvmlib_vcpu_get_xsave2(fix.vcpu, state, AMX_SIZE));
	ck_assert_uint_eq(state[AMX_SIZE - 1], 0x77);
	ck_assert_uint_eq(state[AMX_SIZE], 0x5a);
	assert_ok(kvmlib_vcpu_get_xsave2(fix.vcpu, state, SIZE_MAX));
}
END_TEST

START_TEST(xsave_short_is_refused_before_the_call)
{
	play(KVM_GET_XSAVE2, write_state);
	play(KVM_SET_XSAVE, read_state);
	assert_too_small(kvmlib_vcpu_get_xsave2(fix.vcpu, state, AMX_SIZE - 1), AMX_SIZE - 1,
			 AMX_SIZE);
	assert_too_small(kvmlib_vcpu_set_xsave(fix.vcpu, state, AMX_SIZE - 1), AMX_SIZE - 1,
			 AMX_SIZE);
	assert_too_small(kvmlib_vcpu_get_xsave2(fix.vcpu, state, 0), 0, AMX_SIZE);
	ck_assert_int_eq((int)plays(KVM_GET_XSAVE2) + (int)plays(KVM_SET_XSAVE), 0);
	ck_assert_uint_eq(state[0], 0x5a);
}
END_TEST

START_TEST(xsave_of_the_old_call_is_4096)
{
	play(KVM_GET_XSAVE, write_state);
	xsave_size = 4096;
	assert_too_small(kvmlib_vcpu_get_xsave(fix.vcpu, state, 4095), 4095, 4096);
	ck_assert_int_eq((int)plays(KVM_GET_XSAVE), 0);
	assert_ok(kvmlib_vcpu_get_xsave(fix.vcpu, state, 4096));
	ck_assert_uint_eq(state[4095], 0x77);
	ck_assert_uint_eq(state[4096], 0x5a);
	ck_assert_int_eq((int)plays(KVM_CHECK_EXTENSION), 0);
}
END_TEST

/* A nested state of the kernel's, of 200 bytes, whose size is what it finds in the buffer. */
static uint32_t shown;

static int give_nested(unsigned long arg)
{
	struct kvm_nested_state *nested = (void *)arg;

	shown = nested->size;
	if (shown < 200) {
		nested->size = 200;
		return -E2BIG;
	}
	memset(nested, 0x77, 200);
	nested->size = 200;
	return 0;
}

static int take_nested(unsigned long arg)
{
	const struct kvm_nested_state *nested = (void *)arg;

	shown = nested->size;
	memcpy(seen, (const void *)arg, nested->size);
	return 0;
}

START_TEST(nested_state_has_its_size_in_it)
{
	struct kvm_nested_state *nested = (void *)seen;

	play(KVM_GET_NESTED_STATE, give_nested);
	assert_ok(kvmlib_vcpu_get_nested_state(fix.vcpu, seen, sizeof(seen)));
	ck_assert_uint_eq(shown, sizeof(seen));
	ck_assert_uint_eq(nested->size, 200);
	assert_ok(kvmlib_vcpu_get_nested_state(fix.vcpu, seen, SIZE_MAX));
	ck_assert_uint_eq(shown, UINT32_MAX);
}
END_TEST

START_TEST(nested_state_too_small_tells_the_size_and_is_untouched)
{
	unsigned char buffer[199], before[199];

	memset(buffer, 0x5a, sizeof(buffer));
	memcpy(before, buffer, sizeof(before));
	play(KVM_GET_NESTED_STATE, give_nested);
	assert_fails(kvmlib_vcpu_get_nested_state(fix.vcpu, buffer, 199), E2BIG, BUFFER_TOO_SMALL,
		     "KVM_GET_NESTED_STATE");
	assert_value(SIZE, 199);
	assert_value(NEEDED, 200);
	assert_value(VCPU_ID, 0);
	ck_assert_mem_eq(buffer, before, sizeof(buffer));
	assert_too_small(kvmlib_vcpu_get_nested_state(fix.vcpu, buffer, 127), 127, 128);
	ck_assert_int_eq((int)plays(KVM_GET_NESTED_STATE), 1);
}
END_TEST

START_TEST(nested_state_longer_than_its_buffer_is_refused)
{
	struct kvm_nested_state nested = { .size = 129 };

	play(KVM_SET_NESTED_STATE, take_nested);
	assert_too_small(kvmlib_vcpu_set_nested_state(fix.vcpu, &nested, 127), 127, 128);
	assert_too_small(kvmlib_vcpu_set_nested_state(fix.vcpu, &nested, 128), 128, 129);
	ck_assert_int_eq((int)plays(KVM_SET_NESTED_STATE), 0);
	nested.size = 128;
	assert_ok(kvmlib_vcpu_set_nested_state(fix.vcpu, &nested, 128));
	ck_assert_mem_eq(seen, &nested, 128);
}
END_TEST

static int tell_nested_size(unsigned long arg)
{
	ck_assert_uint_eq(arg, KVMLIB_CAP_NESTED_STATE);
	return 4224;
}

START_TEST(nested_state_size_is_the_capability)
{
	play(KVM_CHECK_EXTENSION, tell_nested_size);
	assert_returns(kvmlib_vm_nested_state_size(fix.vm), 4224);
	assert_refuses_null(kvmlib_vm_nested_state_size(NULL), 1);
}
END_TEST

static void add_tests(Suite *suite)
{
	ADD_TESTS(add_case(suite, "size", setup), xsave_size_is_asked_once,
		  xsave_size_is_asked_again_after_cpuid, xsave_size_is_4096_on_old_kernels,
		  xsave_size_that_cannot_be_asked_is_a_failure,
		  xsave2_of_any_size_comes_and_goes_whole, xsave_short_is_refused_before_the_call,
		  xsave_of_the_old_call_is_4096, nested_state_has_its_size_in_it,
		  nested_state_too_small_tells_the_size_and_is_untouched,
		  nested_state_longer_than_its_buffer_is_refused,
		  nested_state_size_is_the_capability);
}

#else

static void add_tests(Suite *suite)
{
	(void)suite;
}

#endif

Suite *x86_state_suite(void)
{
	Suite *suite = suite_create("x86_state");

	add_tests(suite);
	return suite;
}
