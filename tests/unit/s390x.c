/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* s390x: options, lists and record values, which a row of the wire can't say. */

#include "played.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* Room for any of the options, and for a longer struct of a later caller. */
union options {
	struct kvmlib_s390_mem_op mem_op;
	struct kvmlib_s390_zpci_op zpci_op;
	unsigned char bytes[128];
};

static union options options;

/* One function with options, and where its reserved bytes are. */
static const struct taker {
	const char *function;
	size_t size, reserved;
} takers[] = {
	{ "kvmlib_vm_s390_mem_op()", sizeof(struct kvmlib_s390_mem_op),
	  offsetof(struct kvmlib_s390_mem_op, reserved) },
	{ "kvmlib_vcpu_s390_mem_op()", sizeof(struct kvmlib_s390_mem_op),
	  offsetof(struct kvmlib_s390_mem_op, reserved) },
	{ "kvmlib_vm_s390_zpci_op()", sizeof(struct kvmlib_s390_zpci_op),
	  offsetof(struct kvmlib_s390_zpci_op, reserved) },
};
#define NR_TAKERS ((int)(sizeof(takers) / sizeof(takers[0])))

static int call(int i)
{
	if (i == 0)
		return kvmlib_vm_s390_mem_op(fix.vm, &options.mem_op);
	if (i == 1)
		return kvmlib_vcpu_s390_mem_op(fix.vcpu, &options.mem_op);
	return kvmlib_vm_s390_zpci_op(fix.vm, &options.zpci_op);
}

static void assert_refused(int i, int errnum, uint32_t cause)
{
	const char *differs;

	spoil_record();
	ck_assert_int_eq(call(i), -errnum);
	differs = record_differs(takers[i].function, errnum, cause, NULL);
	ck_assert_msg(!differs, "%s", differs);
	assert_value(ARGUMENT, 2);
}

static void set_size(size_t size)
{
	memset(&options, 0, sizeof(options));
	memcpy(&options, &size, sizeof(size));
}

START_TEST(s390_options_set_tail_is_e2big)
{
	set_size(takers[_i].size + 8);
	options.bytes[takers[_i].size] = 1;
	assert_refused(_i, E2BIG, KVMLIB_CAUSE_OPTIONS_TOO_NEW);
}
END_TEST

START_TEST(s390_options_without_room_for_size_are_einval)
{
	set_size(sizeof(size_t) - 1);
	assert_refused(_i, EINVAL, KVMLIB_CAUSE_OPTIONS_SIZE);
}
END_TEST

START_TEST(s390_options_reserved_is_einval)
{
	set_size(takers[_i].size);
	options.bytes[takers[_i].reserved] = 1;
	assert_refused(_i, EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT);
}
END_TEST

#ifdef KVM_S390_MEM_OP

static unsigned char seen[72];

static int take_mem_op(unsigned long arg)
{
	memcpy(seen, (const void *)arg, 64);
	return 0;
}

static int take_zpci_op(unsigned long arg)
{
	memcpy(seen, (const void *)arg, 72);
	return 0;
}

/* The bytes of the kernel's struct are those that the given size covers, and zeros. */
static void assert_taken(int i)
{
	static const unsigned char zeros[72];

	memset(seen, 0xff, sizeof(seen));
	play(i == 2 ? KVM_S390_ZPCI_OP : KVM_S390_MEM_OP, i == 2 ? take_zpci_op : take_mem_op);
	assert_ok(call(i));
	ck_assert_uint_eq(played.calls, 1);
	ck_assert_mem_eq(seen, zeros, i == 2 ? 72 : 64);
}

START_TEST(s390_options_of_other_sizes_are_taken)
{
	set_size(takers[_i].size);
	assert_taken(_i);
	set_size(takers[_i].size + 8);
	assert_taken(_i);
	set_size(sizeof(size_t));
	memset(options.bytes + sizeof(size_t), 0xff, sizeof(options) - sizeof(size_t));
	assert_taken(_i);
}
END_TEST

START_TEST(s390_sida_has_an_offset_in_place_of_the_key)
{
	struct kvm_s390_mem_op op;

	set_size(sizeof(options.mem_op));
	options.mem_op.sida_offset = 0x12345678;
	options.mem_op.ar = 1;
	options.mem_op.key = 2;
	play(KVM_S390_MEM_OP, take_mem_op);
	for (uint32_t i = KVMLIB_S390_MEMOP_SIDA_READ; i <= KVMLIB_S390_MEMOP_SIDA_WRITE; i++) {
		options.mem_op.op = i;
		assert_ok(kvmlib_vcpu_s390_mem_op(fix.vcpu, &options.mem_op));
		memcpy(&op, seen, sizeof(op));
		ck_assert_uint_eq(op.sida_offset, 0x12345678);
	}
}
END_TEST

static int refuse_command(unsigned long arg)
{
	struct kvm_pv_cmd *command = (void *)arg;

	command->rc = 0x8001;
	command->rrc = 0x9002;
	return -EINVAL;
}

START_TEST(s390_pv_command_refused_tells_what_the_ultravisor_said)
{
	struct kvm_pv_cmd command = { .cmd = KVMLIB_PV_VERIFY };

	play(KVM_S390_PV_COMMAND, refuse_command);
	assert_fails(kvmlib_vm_s390_pv_command(fix.vm, &command), EINVAL, ULTRAVISOR_REFUSED,
		     "KVM_S390_PV_COMMAND");
	assert_value(FIRMWARE_ERROR, 0x80019002);
	ck_assert_uint_eq(command.rc, 0x8001);
}
END_TEST

/* A kernel with so many interrupts pending. */
static uint32_t pending;

static int give_irqs(unsigned long arg)
{
	const struct kvm_s390_irq_state *state = (void *)arg;
	struct kvm_s390_irq *irqs = (void *)(uintptr_t)state->buf;

	if (state->len / sizeof(irqs[0]) < pending)
		return -ENOBUFS;
	memset(irqs, 0, pending * sizeof(irqs[0]));
	for (uint32_t i = 0; i < pending; i++)
		irqs[i].type = 1000 + i;
	return (int)(pending * sizeof(irqs[0]));
}

START_TEST(s390_irq_state_allocated_fits)
{
	struct kvm_s390_irq *irqs = NULL;
	uint32_t count = 77;

	play(KVM_S390_GET_IRQ_STATE, give_irqs);
	for (pending = 0; pending <= 4096; pending = pending ? 4 * pending : 16) {
		assert_returns(kvmlib_vcpu_s390_get_irq_state_alloc(fix.vcpu, &irqs, &count),
			       (int)pending * 72);
		ck_assert_uint_eq(count, pending);
		for (uint32_t i = 0; i < count; i++)
			ck_assert_uint_eq(irqs[i].type, 1000 + i);
		free(irqs);
	}
}
END_TEST

START_TEST(s390_irq_state_that_never_fits_is_given_up)
{
	struct kvm_s390_irq *irqs = SENTINEL;
	uint32_t count = 77;

	pending = 4097;
	play(KVM_S390_GET_IRQ_STATE, give_irqs);
	assert_fails(kvmlib_vcpu_s390_get_irq_state_alloc(fix.vcpu, &irqs, &count), ENOBUFS,
		     LIST_NEVER_FITS, "KVM_S390_GET_IRQ_STATE");
	assert_value(COUNT, 4096);
	ck_assert_ptr_eq(irqs, SENTINEL);
	ck_assert_uint_eq(count, 77);
	ck_assert_uint_eq(played.calls, 8);
}
END_TEST

START_TEST(s390_irq_state_without_memory_is_enomem)
{
	struct kvm_s390_irq *irqs = SENTINEL;
	uint32_t count = 77;
	int r;

	pending = 33;
	play(KVM_S390_GET_IRQ_STATE, give_irqs);
	for (unsigned int n = 1; n <= 2; n++) {
		spoil_record();
		alloc_fail_nth(n);
		r = kvmlib_vcpu_s390_get_irq_state_alloc(fix.vcpu, &irqs, &count);
		alloc_fail_nth(0);
		ck_assert_int_eq(r, -ENOMEM);
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		ck_assert(irqs == SENTINEL && count == 77);
	}
}
END_TEST

static uint32_t seen_length;

static int see_length(unsigned long arg)
{
	seen_length = ((const struct kvm_s390_irq_state *)arg)->len;
	return -EINVAL;
}

START_TEST(s390_irq_state_beyond_all_measure_does_not_wrap)
{
	static struct kvm_s390_irq irq;

	play(KVM_S390_SET_IRQ_STATE, see_length);
	ck_assert_int_eq(kvmlib_vcpu_s390_set_irq_state(fix.vcpu, &irq, UINT32_MAX / 72 + 1),
			 -EINVAL);
	ck_assert_uint_eq(seen_length, UINT32_MAX);
	assert_value(COUNT, UINT32_MAX / 72 + 1);
}
END_TEST

#else

START_TEST(s390_irq_state_allocated_elsewhere_is_eopnotsupp)
{
	struct kvm_s390_irq *irqs = SENTINEL;
	uint32_t count = 77;

	ck_assert_int_eq(kvmlib_vcpu_s390_get_irq_state_alloc(fix.vcpu, &irqs, &count),
			 -EOPNOTSUPP);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_ARCH_UNSUPPORTED);
	ck_assert(irqs == SENTINEL && count == 77 && !played.calls);
}
END_TEST

#endif

START_TEST(s390_irq_state_allocated_refuses_null)
{
	struct kvm_s390_irq *irqs = SENTINEL;
	uint32_t count = 77;

	ck_assert_int_eq(kvmlib_vcpu_s390_get_irq_state_alloc(NULL, &irqs, &count), -EINVAL);
	assert_value(ARGUMENT, 1);
	ck_assert_int_eq(kvmlib_vcpu_s390_get_irq_state_alloc(fix.vcpu, NULL, &count), -EINVAL);
	assert_value(ARGUMENT, 2);
	ck_assert_int_eq(kvmlib_vcpu_s390_get_irq_state_alloc(fix.vcpu, &irqs, NULL), -EINVAL);
	assert_value(ARGUMENT, 3);
	ck_assert(irqs == SENTINEL && count == 77);
}
END_TEST

Suite *s390x_suite(void)
{
	Suite *suite = suite_create("s390x");
	TCase *tcase = add_case(suite, "options", setup_played);
	TCase *irq_state = add_case(suite, "irq state", setup_played);

	tcase_add_loop_test(tcase, s390_options_set_tail_is_e2big, 0, NR_TAKERS);
	tcase_add_loop_test(tcase, s390_options_without_room_for_size_are_einval, 0, NR_TAKERS);
	tcase_add_loop_test(tcase, s390_options_reserved_is_einval, 0, NR_TAKERS);
#ifdef KVM_S390_MEM_OP
	tcase_add_loop_test(tcase, s390_options_of_other_sizes_are_taken, 0, NR_TAKERS);
	ADD_TESTS(tcase, s390_sida_has_an_offset_in_place_of_the_key,
		  s390_pv_command_refused_tells_what_the_ultravisor_said);
	ADD_TESTS(irq_state, s390_irq_state_allocated_fits,
		  s390_irq_state_that_never_fits_is_given_up,
		  s390_irq_state_without_memory_is_enomem,
		  s390_irq_state_beyond_all_measure_does_not_wrap);
#else
	ADD_TESTS(irq_state, s390_irq_state_allocated_elsewhere_is_eopnotsupp);
#endif
	ADD_TESTS(irq_state, s390_irq_state_allocated_refuses_null);
	return suite;
}
