/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* riscv64's AIA: messages and wires become interrupts of the guest; what is pending is taken in another VM. */
#include "every.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <runner.h>

#include "program.h"

#if defined(__riscv)

#include <linux/kvm.h>

#define PC	 (KVM_REG_RISCV | KVM_REG_SIZE_U64 | KVM_REG_RISCV_CORE | KVM_REG_RISCV_CORE_REG(regs.pc))
#define APLIC	 0xd000000U
#define IMSICS	 0x28000000U
#define PAGE	 0x1000U
#define SOURCES	 40U
#define WIRE	 5U
#define OTHER	 37U
#define MESSAGE	 9U /* identities of an IMSIC */
#define FOR_WIRE 20U
#define HIGH	 40U
#define READY	 0U

#define DOMAINCFG   0x0U
#define SOURCECFG   0x0U /* of source 0, which there is not */
#define SETIP	    0x1c00U
#define SETIE	    0x1e00U
#define TARGET	    0x3000U
#define BY_EDGE	    4U
#define SWITCHED_ON 0x100U

/*
 * Have all identities of the IMSIC interrupt, tell that it is so, and then each one that it claims. Known
 * by numbers: siselect, sireg and stopei.
 */
PROGRAM(take_interrupts_program, 0x5000,
	"	.option push\n"
	"	.option norvc\n"
	"	.option norelax\n"
	"	lui a0, 0xd0\n"
	"	lla t0, 2f\n"
	"	csrw stvec, t0\n"
	"	li t0, 0x70\n" /* delivery */
	"	csrw 0x150, t0\n"
	"	li t0, 1\n"
	"	csrw 0x151, t0\n"
	"	li t0, 0x72\n" /* threshold */
	"	csrw 0x150, t0\n"
	"	csrw 0x151, zero\n"
	"	li t0, 0xc0\n" /* enabled: all, but 0 is none */
	"	csrw 0x150, t0\n"
	"	li t0, -2\n"
	"	csrw 0x151, t0\n"
	"	li t0, 0x200\n" /* external interrupts */
	"	csrw sie, t0\n"
	"	csrsi sstatus, 2\n"
	"	sw zero, 0(a0)\n"
	"1:	wfi\n"
	"	j 1b\n"
	"2:	csrrw a1, 0x15c, zero\n"
	"	srli a1, a1, 16\n"
	"	sw a1, 0(a0)\n"
	"	sret\n"
	"	.option pop\n");

/* A VM with its AIA, and a vCPU more than the machine's. */
struct board {
	struct machine machine;
	struct kvmlib_vcpu *vcpus[2];
	size_t nr_vcpus;
	struct kvmlib_device *aia;
	struct kvmlib_state_plan *plan;
};

static struct board board, other;

static void make_boards(void)
{
	board = other = (struct board){ .aia = NULL };
	machine_new(&board.machine);
	machine_new(&other.machine);
}

static void board_free(struct board *b)
{
	kvmlib_state_plan_free(b->plan);
	kvmlib_device_unref(b->aia);
	kvmlib_vcpu_unref(b->vcpus[1]);
	machine_free(&b->machine);
}

static void free_boards(void)
{
	board_free(&other);
	board_free(&board);
}

/* It starts as the first one does: others wait to be started. */
static struct kvmlib_vcpu *second_vcpu(struct kvmlib_vm *vm)
{
	const uint64_t pc = take_interrupts_program.gpa;
	struct kvmlib_vcpu *vcpu;

	ck_assert_int_eq(kvmlib_vm_create_vcpu(vm, 1, &vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_one_reg(vcpu, PC, &pc, sizeof(pc)), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_mp_state(vcpu, KVM_MP_STATE_RUNNABLE), 0);
	return vcpu;
}

static void make_plan(struct board *b)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = b->vcpus,
						     .nr_vcpus = b->nr_vcpus,
						     .memory = b->machine.memory,
						     .aia = b->aia };

	ck_assert_int_eq(kvmlib_state_plan_new(b->machine.vm, &opts, &b->plan), 0);
}

static void make_aia(struct board *b, uint32_t mode)
{
	const uint64_t imsics[] = { IMSICS, IMSICS + PAGE };
	const struct kvmlib_riscv64_aia_opts opts = { .size = sizeof(opts),
						      .mode = mode,
						      .nr_sources = SOURCES,
						      .aplic = APLIC,
						      .imsics = imsics };

	ck_assert_int_eq(kvmlib_riscv64_aia_create(b->machine.vm, &opts, &b->aia), 0);
}

static void start(struct board *b, size_t nr_vcpus, uint32_t mode)
{
	machine_start(&b->machine, &take_interrupts_program);
	b->vcpus[0] = b->machine.vcpu;
	b->nr_vcpus = nr_vcpus;
	if (nr_vcpus > 1)
		b->vcpus[1] = second_vcpu(b->machine.vm);
	make_aia(b, mode);
	make_plan(b);
}

static bool has_aia(void)
{
	int r = kvmlib_riscv64_aia_probe(board.machine.vm);

	ck_assert_int_ge(r, 0);
	return r;
}

static void get_ready(struct board *b)
{
	for (size_t i = 0; i < b->nr_vcpus; i++) {
		ck_assert_uint_eq(told(b->vcpus[i]), READY);
		finish(b->vcpus[i]);
	}
}

static void send(struct board *b, size_t vcpu, uint32_t identity)
{
	const struct kvm_msi msi = { .address_lo = (uint32_t)(IMSICS + vcpu * PAGE),
				     .data = identity };

	ck_assert_int_ge(kvmlib_vm_signal_msi(b->machine.vm, &msi), 0);
}

static void set_aplic(uint32_t offset, uint32_t value)
{
	ck_assert_int_eq(
		kvmlib_device_set_attr(board.aia, KVMLIB_DEV_RISCV_AIA_GRP_APLIC, offset, &value),
		0);
}

/* Sources go to the last vCPU; one of them is not enabled, and pending. */
static void connect_wires(void)
{
	const uint32_t hart = (uint32_t)(board.nr_vcpus - 1) << 18;

	set_aplic(SOURCECFG + 4 * WIRE, BY_EDGE);
	set_aplic(SOURCECFG + 4 * OTHER, BY_EDGE);
	set_aplic(TARGET + 4 * WIRE, hart | FOR_WIRE);
	set_aplic(TARGET + 4 * OTHER, hart | (FOR_WIRE + 1));
	set_aplic(SETIP + 4 * (OTHER / 32), 1U << OTHER % 32);
	set_aplic(SETIE, 1U << WIRE);
	set_aplic(DOMAINCFG, SWITCHED_ON);
}

static void raise_wire(struct board *b)
{
	ck_assert_int_eq(kvmlib_vm_irq_line(b->machine.vm, WIRE, 1), 0);
	ck_assert_int_eq(kvmlib_vm_irq_line(b->machine.vm, WIRE, 0), 0);
}

static const uint32_t modes[] = { KVMLIB_RISCV64_AIA_EMUL, KVMLIB_RISCV64_AIA_DEFAULT };

START_TEST(message_interrupts_the_vcpu_that_it_is_for)
{
	if (!has_aia())
		SKIP("this host has no AIA");
	start(&board, 2, modes[_i]);
	get_ready(&board);
	send(&board, 1, MESSAGE);
	send(&board, 0, MESSAGE + 1);
	ck_assert_uint_eq(told(board.vcpus[1]), MESSAGE);
	ck_assert_uint_eq(told(board.vcpus[0]), MESSAGE + 1);
}
END_TEST

START_TEST(wire_interrupts_the_guest)
{
	if (!has_aia())
		SKIP("this host has no AIA");
	start(&board, 1, modes[_i]);
	get_ready(&board);
	connect_wires();
	raise_wire(&board);
	ck_assert_uint_eq(told(board.vcpus[0]), FOR_WIRE);
}
END_TEST

START_TEST(eventfd_interrupts_the_guest)
{
	const uint64_t one = 1;
	struct kvm_irqfd irqfd = { .gsi = WIRE };

	if (!has_aia())
		SKIP("this host has no AIA");
	start(&board, 1, modes[_i]);
	get_ready(&board);
	connect_wires();
	irqfd.fd = (uint32_t)eventfd(0, EFD_CLOEXEC);
	ck_assert_int_eq(kvmlib_vm_irqfd(board.machine.vm, &irqfd), 0);
	ck_assert_int_eq(write((int)irqfd.fd, &one, sizeof(one)), sizeof(one));
	ck_assert_uint_eq(told(board.vcpus[0]), FOR_WIRE);
	close((int)irqfd.fd);
}
END_TEST

static void restore_into(struct board *to, const struct kvmlib_state *state)
{
	struct kvmlib_state *again;

	ck_assert_int_eq(kvmlib_state_restore(to->plan, state, NULL), 0);
	again = state_of(to->plan);
	expect_same(state, again, "aia");
	kvmlib_state_free(again);
}

/* Messages to both, and what the APLIC holds back and lets through. */
START_TEST(what_is_pending_is_taken_in_another_vm)
{
	struct kvmlib_state *state;

	if (!has_aia())
		SKIP("this host has no AIA");
	start(&board, 2, modes[_i]);
	start(&other, 2, modes[_i]);
	get_ready(&board);
	connect_wires();
	send(&board, 0, MESSAGE);
	send(&board, 1, MESSAGE + 2);
	state = state_of(board.plan);
	restore_into(&other, state);
	ck_assert_uint_eq(told(other.vcpus[0]), MESSAGE);
	ck_assert_uint_eq(told(other.vcpus[1]), MESSAGE + 2);
	raise_wire(&other);
	ck_assert_uint_eq(told(other.vcpus[1]), FOR_WIRE);
	kvmlib_state_free(state);
}
END_TEST

/* Nothing that came since is left: neither messages nor wires. */
START_TEST(aia_goes_back_to_what_it_was)
{
	struct kvmlib_state *state;

	if (!has_aia())
		SKIP("this host has no AIA");
	start(&board, 1, modes[_i]);
	get_ready(&board);
	connect_wires();
	send(&board, 0, MESSAGE);
	state = state_of(board.plan);
	ck_assert_uint_eq(told(board.vcpus[0]), MESSAGE);
	finish(board.vcpus[0]);
	send(&board, 0, MESSAGE + 1);
	set_aplic(SETIE, 0xfffffffeU);
	set_aplic(SOURCECFG + 4 * 7, BY_EDGE);
	set_aplic(DOMAINCFG, 0);
	raise_wire(&board);
	restore_into(&board, state);
	ck_assert_uint_eq(told(board.vcpus[0]), MESSAGE);
	finish(board.vcpus[0]);
	send(&board, 0, MESSAGE + 3);
	ck_assert_uint_eq(told(board.vcpus[0]), MESSAGE + 3);
	kvmlib_state_free(state);
}
END_TEST

static void reset_again_and_again(struct kvmlib_dirty *dirty)
{
	struct kvmlib_reset *reset;

	ck_assert_int_eq(kvmlib_reset_new(board.plan, dirty, &reset), 0);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(told(board.vcpus[0]), MESSAGE);
		finish(board.vcpus[0]);
		send(&board, 0, MESSAGE + 1);
		ck_assert_int_eq(kvmlib_reset(reset, NULL), 0);
	}
	ck_assert_uint_eq(told(board.vcpus[0]), MESSAGE);
	kvmlib_reset_free(reset);
}

START_TEST(message_is_pending_again_after_a_reset)
{
	const struct kvmlib_dirty_opts opts = { .size = sizeof(opts),
						.mechanism = KVMLIB_DIRTY_BITMAP };
	struct kvmlib_dirty *dirty;

	if (!has_aia())
		SKIP("this host has no AIA");
	ck_assert_int_eq(kvmlib_dirty_start(board.machine.memory, &opts, &dirty), 0);
	start(&board, 1, modes[_i]);
	ck_assert_int_eq(kvmlib_dirty_add_vcpu(dirty, board.vcpus[0]), 0);
	get_ready(&board);
	send(&board, 0, MESSAGE);
	reset_again_and_again(dirty);
	kvmlib_dirty_unref(dirty);
}
END_TEST

static uint32_t mode_of(const struct board *b)
{
	uint32_t mode;

	ck_assert_int_eq(kvmlib_device_get_attr_u32(b->aia, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG,
						    KVMLIB_DEV_RISCV_AIA_CONFIG_MODE, &mode),
			 0);
	return mode;
}

/* KVM's own files keep half of what is restored: until a vCPU has run, and has one of the hardware's. */
START_TEST(message_that_kvm_would_lose_is_told)
{
	struct kvmlib_state *state;
	int r;

	if (!has_aia())
		SKIP("this host has no AIA");
	start(&board, 1, KVMLIB_RISCV64_AIA_DEFAULT);
	start(&other, 1, KVMLIB_RISCV64_AIA_DEFAULT);
	if (mode_of(&board) == KVMLIB_DEV_RISCV_AIA_MODE_EMUL)
		SKIP("this host has no interrupt files for guests");
	get_ready(&board);
	send(&board, 0, HIGH);
	state = state_of(board.plan);
	r = kvmlib_state_restore(other.plan, state, NULL);
	if (r) {
		ck_assert_int_eq(r, -ENOTSUP);
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_AIA_REGISTER_LOST);
		get_ready(&other);
		restore_into(&other, state);
	}
	ck_assert_uint_eq(told(other.vcpus[0]), HIGH);
	kvmlib_state_free(state);
}
END_TEST

START_TEST(aia_of_another_vm_is_refused)
{
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts) };
	struct kvmlib_state_plan *plan;

	if (!has_aia())
		SKIP("this host has no AIA");
	start(&board, 1, KVMLIB_RISCV64_AIA_DEFAULT);
	opts.aia = board.aia;
	ck_assert_int_eq(kvmlib_state_plan_new(other.machine.vm, &opts, &plan), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_BAD_ARGUMENT);
}
END_TEST

Suite *aia_suite(void)
{
	Suite *suite = suite_create("aia");
	TCase *tcase = tcase_create("aia");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, make_boards, free_boards);
	tcase_add_loop_test(tcase, message_interrupts_the_vcpu_that_it_is_for, 0, 2);
	tcase_add_loop_test(tcase, wire_interrupts_the_guest, 0, 2);
	tcase_add_loop_test(tcase, eventfd_interrupts_the_guest, 0, 2);
	tcase_add_loop_test(tcase, what_is_pending_is_taken_in_another_vm, 0, 2);
	tcase_add_loop_test(tcase, aia_goes_back_to_what_it_was, 0, 2);
	tcase_add_loop_test(tcase, message_is_pending_again_after_a_reset, 0, 2);
	tcase_add_test(tcase, message_that_kvm_would_lose_is_told);
	tcase_add_test(tcase, aia_of_another_vm_is_refused);
	suite_add_tcase(suite, tcase);
	return suite;
}

#else

Suite *aia_suite(void)
{
	return suite_create("aia");
}

#endif
