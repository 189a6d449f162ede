/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes that the kernel collects. */

#include <runner.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "guest.h"

static struct kvm_coalesced_mmio_ring *ring;

static void setup(void)
{
	guest_setup();
	ring = map_vcpu((size_t)guest_has(KVMLIB_CAP_COALESCED_MMIO), 4096);
}

static void teardown(void)
{
	munmap(ring, 4096);
	guest_teardown();
}

static void expect_entry(uint32_t i, uint64_t address, uint8_t byte)
{
	ck_assert_uint_eq(ring->coalesced_mmio[i].phys_addr, address);
	ck_assert_uint_eq(ring->coalesced_mmio[i].len, 1);
	ck_assert_uint_eq(ring->coalesced_mmio[i].data[0], byte);
}

START_TEST(coalesced_writes_collect_in_the_ring)
{
	struct kvmlib_exit_mmio mmio;

	ck_assert_int_eq(kvmlib_vm_register_coalesced_mmio(guest.vm, MMIO_GPA, 0x20, 0), 0);
	/* mov ax, 0xd000; mov ds, ax; mov byte [0x10], 0x41; mov byte [0x1f], 0x42; out 0xe9, al */
	/* mov byte [0x10], 0x43 */
	GUEST_CODE(0xb8, 0x00, 0xd0, 0x8e, 0xd8, 0xc6, 0x06, 0x10, 0x00, 0x41, 0xc6, 0x06, 0x1f,
		   0x00, 0x42, 0xe6, 0xe9, 0xc6, 0x06, 0x10, 0x00, 0x43);
	run_to_out(0xe9);
	ck_assert_uint_eq(ring->first, 0);
	ck_assert_uint_eq(ring->last, 2);
	expect_entry(0, MMIO_GPA + 0x10, 0x41);
	expect_entry(1, MMIO_GPA + 0x1f, 0x42);

	ck_assert_int_eq(kvmlib_vm_unregister_coalesced_mmio(guest.vm, MMIO_GPA, 0x20, 0), 0);
	run_to(KVMLIB_EXIT_MMIO);
	ck_assert_int_eq(kvmlib_vcpu_exit_mmio(guest.vcpu, &mmio), 0);
	ck_assert_uint_eq(mmio.gpa, MMIO_GPA + 0x10);
	ck_assert_uint_eq(ring->last, 2);
}
END_TEST

START_TEST(coalesced_ports_collect_too)
{
	if (guest_has(KVMLIB_CAP_COALESCED_PIO) <= 0)
		SKIP("no KVM_CAP_COALESCED_PIO");
	ck_assert_int_eq(kvmlib_vm_register_coalesced_mmio(guest.vm, 0x80, 1, 1), 0);
	/* mov al, 0x55; out 0x80, al; out 0xe9, al */
	GUEST_CODE(0xb0, 0x55, 0xe6, 0x80, 0xe6, 0xe9);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
	ck_assert_uint_eq(ring->last, 1);
	expect_entry(0, 0x80, 0x55);
	ck_assert_uint_eq(ring->coalesced_mmio[0].pio, 1);
}
END_TEST

START_TEST(coalesced_of_a_third_kind_is_refused)
{
	assert_failed(kvmlib_vm_register_coalesced_mmio(guest.vm, 0x80, 1, 2), EINVAL,
		      KVMLIB_CAUSE_VALUE_REFUSED);
	assert_failed(kvmlib_vm_unregister_coalesced_mmio(guest.vm, 0x80, 1, 2), EINVAL,
		      KVMLIB_CAUSE_VALUE_REFUSED);
	ck_assert_int_eq(kvmlib_vm_unregister_coalesced_mmio(guest.vm, 0x80, 1, 1), 0);
}
END_TEST

/* The reader */

static struct {
	unsigned int count;
	unsigned int misplaced;
	uint32_t length;
	uint32_t flags;
} taken;

/* The guest counts in AL. */
static int take(struct kvmlib_vcpu *vcpu, const struct kvmlib_coalesced_write *write,
		void *userdata)
{
	ck_assert_ptr_eq(vcpu, guest.vcpu);
	ck_assert_ptr_null(userdata);
	taken.misplaced += write->data[0] != (uint8_t)(taken.count + 1);
	taken.length |= write->length;
	taken.flags |= write->flags;
	taken.count++;
	return 0;
}

static struct kvmlib_coalesced *make_reader(void)
{
	const struct kvmlib_coalesced_opts opts = { .size = sizeof(opts), .handler = take };
	struct kvmlib_coalesced *coalesced;

	ck_assert_int_eq(kvmlib_coalesced_new(guest.vm, &opts, &coalesced), 0);
	memset(&taken, 0, sizeof(taken));
	return coalesced;
}

/* mov cx, n; next: inc al; mov [0x10], al; loop next; out 0xe9, al */
#define COUNT_IN_MEMORY(n)                                                                     \
	0xb8, 0x00, 0xd0, 0x8e, 0xd8, 0xb0, 0x00, 0xb9, n, 0x00, 0xfe, 0xc0, 0xa2, 0x10, 0x00, \
		0xe2, 0xf9, 0xe6, 0xe9

START_TEST(coalesced_writes_are_handed_over)
{
	struct kvmlib_coalesced *coalesced = make_reader();

	ck_assert_int_eq(kvmlib_coalesced_add(coalesced, MMIO_GPA, 0x20, 0), 0);
	GUEST_CODE(COUNT_IN_MEMORY(50), COUNT_IN_MEMORY(5));
	ck_assert_uint_eq(run_to_out(0xe9), 50);
	ck_assert_int_eq(kvmlib_coalesced_drain(coalesced, guest.vcpu), 50);
	ck_assert_uint_eq(taken.count, 50);
	ck_assert_uint_eq(taken.misplaced, 0);
	ck_assert_uint_eq(taken.length, 1);
	ck_assert_uint_eq(taken.flags, 0);
	ck_assert_int_eq(kvmlib_coalesced_remove(coalesced, MMIO_GPA, 0x20, 0), 0);
	run_to(KVMLIB_EXIT_MMIO);
	ck_assert_int_eq(kvmlib_coalesced_drain(coalesced, guest.vcpu), 0);
	kvmlib_coalesced_unref(coalesced);
}
END_TEST

/* What the guest has written when it exits, by a write that found no room or by its last OUT. */
static uint32_t run_to_write(void)
{
	struct kvmlib_exit_mmio mmio;
	struct kvmlib_exit_io io;

	ck_assert_int_eq(kvmlib_vcpu_run(guest.vcpu), 0);
	if (!kvmlib_vcpu_exit_mmio(guest.vcpu, &mmio))
		return *(const uint8_t *)mmio.data;
	ck_assert_int_eq(kvmlib_vcpu_exit_io(guest.vcpu, &io), 0);
	return 0;
}

/* The ring has room for 169 writes; kernels before 6.12 count wrong, and take fewer. */
START_TEST(coalesced_ring_that_is_full_exits)
{
	struct kvmlib_coalesced *coalesced = make_reader();
	unsigned int exits = 0;
	uint32_t number;

	ck_assert_int_eq(kvmlib_coalesced_add(coalesced, MMIO_GPA, 0x20, 0), 0);
	GUEST_CODE(COUNT_IN_MEMORY(200));
	while ((number = run_to_write())) {
		const unsigned int owed = number - 1 - taken.count;

		ck_assert_int_eq(kvmlib_coalesced_drain(coalesced, guest.vcpu), (int)owed);
		taken.count++; /* that exit's */
		ck_assert_uint_eq(taken.count, number);
		ck_assert(exits++ || number <= KVMLIB_COALESCED_MMIO_MAX);
	}
	ck_assert_uint_ge(exits, 1);
	kvmlib_coalesced_drain(coalesced, guest.vcpu);
	ck_assert_uint_eq(taken.count, 200);
	ck_assert_uint_eq(taken.misplaced, 0);
	kvmlib_coalesced_unref(coalesced);
}
END_TEST

START_TEST(coalesced_ports_are_handed_over_by_groups)
{
	struct kvmlib_coalesced *coalesced = make_reader();
	const struct kvmlib_control_opts opts = { .size = sizeof(opts),
						  .signo = (uint32_t)KICK_SIGNAL,
						  .coalesced = coalesced };
	struct kvmlib_control *control;

	if (guest_has(KVMLIB_CAP_COALESCED_PIO) <= 0)
		SKIP("no KVM_CAP_COALESCED_PIO");
	ck_assert_int_eq(kvmlib_coalesced_add(coalesced, 0x80, 1, KVMLIB_COALESCED_PIO), 0);
	ck_assert_int_eq(kvmlib_control_new(guest.vm, &opts, &control), 0);
	ck_assert_int_eq(kvmlib_control_join(control, guest.vcpu), 0);
	/* mov al, 1; out 0x80, al; mov al, 2; out 0x80, al; hlt */
	GUEST_CODE(0xb0, 0x01, 0xe6, 0x80, 0xb0, 0x02, 0xe6, 0x80, 0xf4);
	ck_assert_int_eq(kvmlib_control_run(guest.vcpu), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(guest.vcpu), KVMLIB_EXIT_HLT);
	ck_assert_uint_eq(taken.count, 2);
	ck_assert_uint_eq(taken.misplaced, 0);
	ck_assert_uint_eq(taken.flags, KVMLIB_COALESCED_PIO);
	ck_assert_int_eq(kvmlib_control_leave(control, guest.vcpu), 0);
	kvmlib_control_unref(control);
	kvmlib_coalesced_unref(coalesced);
}
END_TEST

Suite *coalesced_suite(void)
{
	Suite *suite = suite_create("coalesced");
	TCase *tc = tcase_create("coalesced");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, coalesced_writes_collect_in_the_ring);
	tcase_add_test(tc, coalesced_ports_collect_too);
	tcase_add_test(tc, coalesced_of_a_third_kind_is_refused);
	tcase_add_test(tc, coalesced_writes_are_handed_over);
	tcase_add_test(tc, coalesced_ring_that_is_full_exits);
	tcase_add_test(tc, coalesced_ports_are_handed_over_by_groups);
	suite_add_tcase(suite, tc);
	return suite;
}
