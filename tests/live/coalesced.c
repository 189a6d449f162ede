/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes to ports that the kernel collects; tests/every has those to memory. */

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
	Suite *suite = suite_create("coalesced ports");
	TCase *tc = tcase_create("coalesced ports");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, coalesced_ports_collect_too);
	tcase_add_test(tc, coalesced_ports_are_handed_over_by_groups);
	suite_add_tcase(suite, tc);
	return suite;
}
