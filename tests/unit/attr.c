/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes that are numbers. */

#include "played.h"
#include "suites.h"

#include <string.h>

#define GROUP 3U
#define ATTR  ((uint64_t)1 << 33)
#define WIDE  0x1122334455667788U

static int answer_u64(unsigned long arg)
{
	const struct kvm_device_attr *attr = (const void *)(uintptr_t)arg;
	uint64_t value = WIDE;

	ck_assert_uint_eq(attr->group, GROUP);
	ck_assert_uint_eq(attr->attr, ATTR);
	ck_assert_uint_eq(attr->flags, 0);
	memcpy((void *)(uintptr_t)attr->addr, &value, sizeof(value));
	return 0;
}

static int answer_u32(unsigned long arg)
{
	const struct kvm_device_attr *attr = (const void *)(uintptr_t)arg;
	uint32_t value = 0x99aabbccU;

	memcpy((void *)(uintptr_t)attr->addr, &value, sizeof(value));
	return 0;
}

/* The kernel has written something before it found that it can't answer. */
static int answer_enxio(unsigned long arg)
{
	answer_u64(arg);
	return -ENXIO;
}

static int refuse(unsigned long arg)
{
	(void)arg;
	return -ENXIO;
}

#define CALL "KVM_GET_DEVICE_ATTR"

/* The getter of that name on a handle, with two neighbours that must stay as they are. */
#define check_getter(function, bits, handle)                                                       \
	do {                                                                                       \
		uint##bits##_t value[3] = { 7, 7, 7 };                                             \
		uint64_t wide = WIDE;                                                              \
		uint##bits##_t expected;                                                           \
		memcpy(&expected, &wide, sizeof(expected));                                        \
		play(KVM_GET_DEVICE_ATTR, answer_u64);                                             \
		assert_ok(function(handle, GROUP, ATTR, &value[1]));                               \
		ck_assert_uint_eq(value[1], expected);                                             \
		play(KVM_GET_DEVICE_ATTR, answer_enxio);                                           \
		value[1] = 7;                                                                      \
		assert_fails(function(handle, GROUP, ATTR, &value[1]), ENXIO, ATTR_UNKNOWN, CALL); \
		assert_value(GROUP, GROUP);                                                        \
		assert_value(ATTRIBUTE, ATTR);                                                     \
		ck_assert_uint_eq(value[1], 7);                                                    \
		ck_assert(value[0] == 7 && value[2] == 7);                                         \
		played.calls = 0;                                                                  \
		assert_refuses_null(function(NULL, GROUP, ATTR, &value[1]), 1);                    \
		assert_refuses_null(function(handle, GROUP, ATTR, NULL), 4);                       \
		ck_assert_uint_eq(played.calls, 0);                                                \
	} while (0)

START_TEST(attr_numbers_of_the_system)
{
	check_getter(kvmlib_system_get_device_attr_u32, 32, fix.system);
	check_getter(kvmlib_system_get_device_attr_u64, 64, fix.system);
}
END_TEST

START_TEST(attr_numbers_of_a_vm)
{
	check_getter(kvmlib_vm_get_device_attr_u32, 32, fix.vm);
	check_getter(kvmlib_vm_get_device_attr_u64, 64, fix.vm);
}
END_TEST

START_TEST(attr_numbers_of_a_vcpu)
{
	check_getter(kvmlib_vcpu_get_device_attr_u32, 32, fix.vcpu);
	check_getter(kvmlib_vcpu_get_device_attr_u64, 64, fix.vcpu);
	play(KVM_HAS_DEVICE_ATTR, refuse);
	assert_fails(kvmlib_vcpu_has_device_attr(fix.vcpu, 1, 2), ENXIO, ATTR_UNKNOWN,
		     "KVM_HAS_DEVICE_ATTR");
	assert_value(VCPU_ID, 0);
}
END_TEST

START_TEST(attr_numbers_of_a_device)
{
	fix.device = make_device();
	check_getter(kvmlib_device_get_attr_u32, 32, fix.device);
	check_getter(kvmlib_device_get_attr_u64, 64, fix.device);
}
END_TEST

START_TEST(attr_of_32_bits_is_read_whole)
{
	uint32_t value = 0;

	play(KVM_GET_DEVICE_ATTR, answer_u32);
	assert_ok(kvmlib_vm_get_device_attr_u32(fix.vm, GROUP, ATTR, &value));
	ck_assert_uint_eq(value, 0x99aabbccU);
}
END_TEST

Suite *attr_suite(void)
{
	Suite *suite = suite_create("attr");

	ADD_TESTS(add_case(suite, "attr", setup_played), attr_numbers_of_the_system,
		  attr_numbers_of_a_vm, attr_numbers_of_a_vcpu, attr_numbers_of_a_device,
		  attr_of_32_bits_is_read_whole);
	return suite;
}
