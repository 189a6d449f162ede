/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#include <rounds.h>
#include <runner.h>

#include "../../lib/base/tables.h"
#include "../../lib/base/uapi_structs.h"

/* What most tests need, each made by the setup of its name; NULL where it was not. */
struct fixture {
	struct kvmlib_sim *sim;
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_device *device;
	const struct kvmlib_sys_ops *sys; /* what the system is opened with */
};

extern struct fixture fix;

/* Checked fixtures: each makes what the one before does, and one handle more. */
void setup_sim(void);
void setup_system(void);
void setup_vm(void);
void setup_vcpu(void);

/* The single steps, for setups that put another table around the simulated kernel's first. */
void make_system(void);
void make_vm(void);
void make_vcpu(void);

/* Drop the fixture's handles, and assert that the simulated kernel has nothing left. */
void teardown(void);

/* A test case with such a setup (NULL: none) and the teardown, in its suite. */
TCase *add_case(Suite *suite, const char *name, SFun setup);

/* Add tests to a case. */
#define ADD_TESTS(tcase, ...)                                                      \
	do {                                                                       \
		const TTest *const tests_[] = { __VA_ARGS__ };                     \
		for (size_t i_ = 0; i_ < sizeof(tests_) / sizeof(tests_[0]); i_++) \
			tcase_add_test(tcase, tests_[i_]);                         \
	} while (0)

/* Options that open the simulated kernel, through the fixture's table. */
struct kvmlib_system_opts sim_opts(void);

/* An ioctl's request number: 0 where the architecture has none. */
#define REQUEST(ioc) (kvmlib__ioctls[KVMLIB__IOC_##ioc].request)

/* Leave a test of an ioctl that the architecture has not. */
#define NEEDS(ioc)                                                  \
	do {                                                        \
		if (!REQUEST(ioc))                                  \
			SKIP("this architecture has no KVM_" #ioc); \
	} while (0)

/* A handle that no function may write to an output: what outputs are preset to. */
#define SENTINEL ((void *)(uintptr_t)0x5e47)

/* Write a known record, so that a call that leaves none can be told. */
void spoil_record(void);

/* Whether the record is still that one. */
bool record_is_spoiled(void);

/*
 * NULL if the record is that of the call, else how it differs. The function's name is taken from
 * the text of the call.
 */
const char *record_differs(const char *text, int errnum, uint32_t cause, const char *call);

/* The call fails with -errnum, and leaves a record with that cause and kernel call. */
#define assert_fails(expression, errnum, cause, call)                                       \
	do {                                                                                \
		const char *differs_;                                                       \
		int r_;                                                                     \
		spoil_record();                                                             \
		r_ = (expression);                                                          \
		ck_assert_int_eq(r_, -(errnum));                                            \
		differs_ = record_differs(#expression, errnum, KVMLIB_CAUSE_##cause, call); \
		ck_assert_msg(!differs_, "%s", differs_);                                   \
	} while (0)

/* The call refuses its argument number n, which is NULL. */
#define assert_refuses_null(expression, n)                             \
	do {                                                           \
		assert_fails(expression, EINVAL, NULL_ARGUMENT, NULL); \
		assert_value(ARGUMENT, n);                             \
	} while (0)

/* The call returns that, and does not touch the record. */
#define assert_returns(expression, expected)                    \
	do {                                                    \
		int r_;                                         \
		spoil_record();                                 \
		r_ = (expression);                              \
		ck_assert_int_eq(r_, expected);                 \
		ck_assert_msg(record_is_spoiled(), "a record"); \
	} while (0)

#define assert_ok(expression) assert_returns(expression, 0)

/* The record holds that value. */
#define assert_value(kind, expected)                                                   \
	do {                                                                           \
		uint64_t value_ = 0;                                                   \
		ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_##kind, &value_), 0); \
		ck_assert_uint_eq(value_, (uint64_t)(expected));                       \
	} while (0)

#define assert_no_value(kind)                                                                \
	do {                                                                                 \
		uint64_t value_ = 77;                                                        \
		ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_##kind, &value_), -ENOENT); \
		ck_assert_uint_eq(value_, 77);                                               \
	} while (0)

/*
 * A device of a type that no architecture has, with attributes in group 1: 0 of 8 bytes, 1 that can
 * only be read, 2 that can only be written, and 3 that takes nothing.
 */
#define DEVICE_TYPE 40U
void add_device_type(void);
struct kvmlib_device *make_device(void);

/* An interrupt line that every controller has. */
#ifdef __aarch64__
#define SHARED_LINE (1U << 24 | 0x32U) /* KVM_ARM_IRQ_TYPE_SPI */
#else
#define SHARED_LINE 0x12U
#endif

/* A descriptor that is open in no kernel. */
#define NO_SUCH_FD 0x4b00ffff

/* The host's page size, in bytes. */
size_t page_size(void);

/* Page aligned memory for slots, of that many pages, zeroed; the test's process has one. */
#define GUEST_PAGES 192U
uint8_t *guest_memory(void);

/* A slot's region over guest_memory(), in pages. */
struct kvm_userspace_memory_region region_of(uint32_t slot, uint64_t page, uint64_t pages);

/* Add an entry to the script of the fixture's vCPU. */
void push_exit(uint32_t reason, int result);
void push_payload(const struct kvm_run *run, int result);

/* Run the fixture's vCPU to an exit with that reason, or fail the test. */
void run_to(uint32_t reason);

/* The run page of the fixture's vCPU, mapped once more by a test that plays other code. */
struct kvm_run *map_run_page(void);
void unmap_run_page(struct kvm_run *run);

/* Wait until the vCPU's guest computes, or fail the test after ten seconds. */
void wait_in_guest(struct kvmlib_vcpu *vcpu);

/* Seconds of a clock that does not jump. */
double now(void);

#endif
