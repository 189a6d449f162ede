/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs that are unplugged, parked, and plugged again. */

#include "control_fixture.h"
#include "suites.h"

#include <string.h>

#include "alloc.h"
#include "child.h"
#include "played.h"

#if defined(__x86_64__) || defined(__aarch64__) || defined(__s390x__)
#define HAS_RESET 1
#else
#define HAS_RESET 0
#endif

#define NEEDS_RESET                                                      \
	do {                                                             \
		if (!HAS_RESET)                                          \
			SKIP("this architecture has no reset of vCPUs"); \
	} while (0)

#define ID 5U

static void setup_plugs(void)
{
	setup_vm();
	begin_group(0);
}

static struct kvmlib_vcpu *plug(uint32_t id, int expected)
{
	struct kvmlib_vcpu *vcpu = NULL;

	assert_returns(kvmlib_control_plug(control, id, &vcpu), expected);
	return vcpu;
}

START_TEST(plug_makes_a_vcpu_once)
{
	struct kvmlib_vcpu *vcpu = plug(ID, 0), *other = SENTINEL;

	assert_fails(kvmlib_control_plug(control, ID, &other), EEXIST, VCPU_EXISTS, NULL);
	assert_value(VCPU_ID, ID);
	assert_fails(kvmlib_control_plug(control, 0, &other), EEXIST, VCPU_EXISTS,
		     "KVM_CREATE_VCPU");
	assert_value(VCPU_ID, 0);
	ck_assert_ptr_eq(other, SENTINEL);
	ck_assert(strstr(kvmlib_error_hint(), "kvmlib_control_plug()"));
	kvmlib_vcpu_unref(vcpu);
	assert_fails(kvmlib_control_plug(control, ID, &other), EEXIST, VCPU_EXISTS, NULL);
}
END_TEST

START_TEST(unplug_takes_the_vcpu_out_of_the_group)
{
	struct kvmlib_vcpu *vcpu, *again;
	uint32_t ret;

	NEEDS_RESET;
	vcpu = plug(ID, 0);
	assert_ok(kvmlib_control_join(control, vcpu));
	assert_ok(kvmlib_control_unplug(control, vcpu));
	assert_fails(kvmlib_control_where(control, vcpu, &ret), EINVAL, NOT_JOINED, NULL);
	assert_fails(kvmlib_control_unplug(control, vcpu), EINVAL, NOT_PLUGGED, NULL);
	assert_value(VCPU_ID, ID);
	kvmlib_vcpu_unref(vcpu);
	again = plug(ID, 1);
	ck_assert_ptr_eq(again, vcpu);
	assert_ok(kvmlib_control_unplug(control, again)); /* not joined */
	kvmlib_vcpu_unref(again);
}
END_TEST

START_TEST(unplug_refuses_vcpus_of_others)
{
	struct kvmlib_control *other;
	struct kvmlib_vcpu *vcpu = plug(ID, 0);

	assert_fails(kvmlib_control_unplug(control, guests[0].vcpu), EINVAL, NOT_PLUGGED, NULL);
	ck_assert_int_eq(kvmlib_control_new(fix.vm, NULL, &other), 0);
	assert_fails(kvmlib_control_unplug(other, vcpu), EINVAL, NOT_PLUGGED, NULL);
	kvmlib_control_unref(other);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

START_TEST(unplug_without_a_reset_is_refused)
{
	struct kvmlib_vcpu *vcpu;

	if (HAS_RESET)
		SKIP("this architecture resets vCPUs");
	vcpu = plug(ID, 0);
	assert_fails(kvmlib_control_unplug(control, vcpu), EOPNOTSUPP, ARCH_UNSUPPORTED, NULL);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

START_TEST(unplug_finishes_the_last_exit)
{
	struct kvmlib_vcpu *vcpu;

	NEEDS_RESET;
	vcpu = plug(ID, 0);
	ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(vcpu), 0x80, 1, 1, 1, "x"), 0);
	assert_ok(kvmlib_control_join(control, vcpu));
	assert_ok(kvmlib_control_run(vcpu));
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 1);
	assert_ok(kvmlib_control_unplug(control, vcpu));
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 0);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

START_TEST(unplug_finishes_the_last_exit_outside_of_the_group)
{
	struct kvmlib_vcpu *vcpu;

	NEEDS_RESET;
	vcpu = plug(ID, 0);
	ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(vcpu), 0x80, 1, 1, 1, "x"), 0);
	assert_ok(kvmlib_vcpu_run(vcpu));
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 1);
	assert_ok(kvmlib_control_unplug(control, vcpu));
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 0);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

static struct kvm_run *page;

static int exit_again(unsigned long arg)
{
	(void)arg;
	page->exit_reason = KVMLIB_EXIT_MMIO;
	return 0;
}

START_TEST(unplug_with_another_exit_is_refused)
{
	const struct kvmlib_sys_ops *sys = kvmlib_sim_sys_ops(fix.sim);
	struct kvmlib_vcpu *vcpu;
	void *address;

	NEEDS(RUN);
	NEEDS_RESET;
	ck_assert_int_eq(kvmlib_control_new(fix.vm, NULL, &control), 0);
	vcpu = plug(ID, 0);
	ck_assert_int_eq(sys->mmap(sys->ctx, (size_t)kvmlib_system_get_vcpu_mmap_size(fix.system),
				   3, 1, kvmlib_vcpu_fd(vcpu), 0, &address),
			 0);
	page = address;
	play(REQUEST(RUN), exit_again);
	assert_ok(kvmlib_control_join(control, vcpu));
	assert_ok(kvmlib_control_run(vcpu));
	assert_fails(kvmlib_control_unplug(control, vcpu), EBUSY, EXIT_PENDING, NULL);
	assert_fails(kvmlib_control_plug(control, ID, &vcpu), EEXIST, VCPU_EXISTS, NULL);
	assert_ok(kvmlib_control_leave(control, vcpu)); /* it is in the group still */
	ck_assert_int_eq(
		sys->munmap(sys->ctx, page, (size_t)kvmlib_system_get_vcpu_mmap_size(fix.system)),
		0);
	kvmlib_vcpu_unref(vcpu);
	control = kvmlib_control_unref(control);
}
END_TEST

static void use_plugged(size_t i)
{
	kvmlib_vcpu_unref(guests[i].vcpu);
	guests[i].vcpu = plug(ID, 0);
}

START_TEST(unplug_waits_for_no_thread)
{
	NEEDS_RESET;
	use_plugged(1);
	guests[1].at_end = ENDS;
	start_guest(&guests[1]);
	wait_in_guest(guests[1].vcpu);
	assert_fails(kvmlib_control_unplug(control, guests[1].vcpu), EBUSY, VCPU_BUSY, NULL);
	assert_value(WHERE, KVMLIB_CONTROL_IN_GUEST);
	end_guest(1);
	assert_ok(kvmlib_control_unplug(control, guests[1].vcpu));
	assert_ok(kvmlib_control_pause(control, LONG)); /* nobody is missing */
	assert_ok(kvmlib_control_resume(control));
}
END_TEST

static void *run_alone(void *userdata)
{
	return (void *)(intptr_t)kvmlib_vcpu_run(userdata);
}

START_TEST(unplug_finds_a_vcpu_that_runs_outside_of_the_group)
{
	struct kvmlib_vcpu *vcpu;
	pthread_t thread;
	void *r;

	NEEDS_RESET;
	vcpu = plug(ID, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, run_alone, vcpu), 0);
	wait_in_guest(vcpu);
	assert_fails(kvmlib_control_unplug(control, vcpu), EBUSY, VCPU_BUSY, NULL);
	assert_value(WHERE, KVMLIB_CONTROL_IN_GUEST);
	ck_assert_int_eq(kvmlib_sim_push_exit(
				 fix.sim, kvmlib_vcpu_fd(vcpu),
				 &(struct kvmlib_sim_exit){ .size = sizeof(struct kvmlib_sim_exit),
							    .reason = KVMLIB_EXIT_HLT }),
			 0);
	ck_assert_int_eq(pthread_join(thread, &r), 0);
	ck_assert_ptr_null(r);
	assert_ok(kvmlib_control_unplug(control, vcpu));
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

/* Whoever had the vCPU before, its first run begins where a new one's would. */
START_TEST(plug_gives_no_kick_and_no_exit_back)
{
	const struct kvmlib_sim_exit hlt = { .size = sizeof(hlt), .reason = KVMLIB_EXIT_HLT };
	struct kvmlib_vcpu *vcpu;

	NEEDS_RESET;
	vcpu = plug(ID, 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(kvmlib_sim_push_exit(fix.sim, kvmlib_vcpu_fd(vcpu), &hlt), 0);
	assert_ok(kvmlib_vcpu_run(vcpu));
	ck_assert_int_eq(kvmlib_vcpu_kick(vcpu), 0);
	assert_ok(kvmlib_control_unplug(control, vcpu));
	ck_assert_int_eq(kvmlib_vcpu_kick(vcpu), 0);
	kvmlib_vcpu_unref(vcpu);
	vcpu = plug(ID, 1);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_NONE);
	assert_ok(kvmlib_vcpu_run(vcpu));
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_HLT);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

#if defined(__x86_64__)

static void setup_chip(void)
{
	setup_vm();
	ck_assert_int_eq(kvmlib_vm_create_irqchip(fix.vm), 0);
	begin_group(0);
}

#define MSR_SYSENTER_CS 0x174U

struct state {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_xcrs xcrs;
	struct kvm_debugregs debugregs;
	struct kvmlib_vcpu_events events;
	struct kvm_lapic_state lapic;
	uint8_t xsave[4096];
	struct kvm_msr_entry msr;
	uint32_t mp_state;
};

static void get_state(struct kvmlib_vcpu *vcpu, struct state *state)
{
	memset(state, 0, sizeof(*state));
	state->msr.index = MSR_SYSENTER_CS;
	ck_assert_int_eq(kvmlib_vcpu_get_regs(vcpu, &state->regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(vcpu, &state->sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_xcrs(vcpu, &state->xcrs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_debugregs(vcpu, &state->debugregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(vcpu, &state->events), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_lapic(vcpu, &state->lapic), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_xsave(vcpu, state->xsave, sizeof(state->xsave)), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_msrs(vcpu, &state->msr, 1), 1);
	ck_assert_int_eq(kvmlib_vcpu_get_mp_state(vcpu, &state->mp_state), 0);
}

/* Everything that a new vCPU has otherwise. */
static void use(struct kvmlib_vcpu *vcpu, const struct state *fresh)
{
	struct state state = *fresh;

	state.regs.rax = 0x1234;
	state.regs.rip = 0x1000;
	state.sregs.cs.base = 0;
	state.sregs.cr8 = 5;
	state.debugregs.db[0] = 0x4000;
	state.events.nmi.pending = 1;
	state.lapic.regs[0x80] = 0x20;
	state.xsave[160] = 0x77;
	state.xsave[512] = 3;
	state.msr.data = 0x10;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(vcpu, &state.sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(vcpu, &state.regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_xsave(vcpu, state.xsave, sizeof(state.xsave)), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_debugregs(vcpu, &state.debugregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_lapic(vcpu, &state.lapic), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_msrs(vcpu, &state.msr, 1), 1);
	ck_assert_int_eq(kvmlib_vcpu_set_vcpu_events(vcpu, &state.events), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_mp_state(vcpu, KVMLIB_MP_STATE_HALTED), 0);
}

#define assert_same(member) ck_assert_mem_eq(&before.member, &after.member, sizeof(before.member))

START_TEST(plug_resets_the_state)
{
	struct kvmlib_vcpu *vcpu = plug(ID, 0);
	struct state before, after;

	get_state(vcpu, &before);
	use(vcpu, &before);
	get_state(vcpu, &after);
	ck_assert_mem_ne(&before, &after, sizeof(before));
	assert_ok(kvmlib_control_unplug(control, vcpu));
	kvmlib_vcpu_unref(vcpu);
	vcpu = plug(ID, 1);
	get_state(vcpu, &after);
	assert_same(regs);
	assert_same(sregs);
	assert_same(xcrs);
	assert_same(debugregs);
	assert_same(events);
	assert_same(lapic);
	assert_same(xsave);
	assert_same(msr.data);
	assert_same(mp_state);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

static size_t xsave_size_set;
static int xsave_capability;

static int answer_xsave_size(unsigned long arg)
{
	return arg == KVMLIB_CAP_XSAVE2 ? xsave_capability : 1;
}

static uint32_t xsave_set; /* its first word: what the x87 unit is told first */

static int note_xsave(unsigned long arg)
{
	const uint8_t *area = (const uint8_t *)arg;

	memcpy(&xsave_set, area, sizeof(xsave_set));
	xsave_size_set = 4096;
	for (size_t i = 4096; i < 8192; i++)
		xsave_size_set += !area[i];
	return 0;
}

/* By CPUID, after the vCPU was made: what is new in it is empty. */
START_TEST(plug_resets_an_extended_state_that_has_grown)
{
	struct kvmlib_vcpu *vcpu;
	int r = -1;

	ck_assert_int_eq(kvmlib_control_new(fix.vm, NULL, &control), 0);
	xsave_capability = 4096;
	play(REQUEST(CHECK_EXTENSION), answer_xsave_size);
	vcpu = plug(ID, 0);
	play(REQUEST(SET_XSAVE), note_xsave);
	xsave_capability = 8192;
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(vcpu, NULL, 0), 0);
	assert_ok(kvmlib_control_unplug(control, vcpu));
	kvmlib_vcpu_unref(vcpu);
	for (unsigned long n = 1; alloc_fail_nth(n), r < 0; n++)
		r = kvmlib_control_plug(control, ID, &vcpu);
	alloc_fail_nth(0);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_control_plug");
	ck_assert_uint_eq(xsave_size_set, 8192);
	ck_assert_uint_eq(xsave_set, 0x37f);
	assert_ok(kvmlib_control_unplug(control, vcpu));
	kvmlib_vcpu_unref(vcpu);
	xsave_capability = -EFAULT;
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(vcpu, NULL, 0), 0);
	assert_fails(kvmlib_control_plug(control, ID, &vcpu), EFAULT, BAD_ADDRESS,
		     "KVM_CHECK_EXTENSION");
	control = kvmlib_control_unref(control);
}
END_TEST

static int refuse(unsigned long arg)
{
	(void)arg;
	return -EINVAL;
}

static int accept(unsigned long arg)
{
	(void)arg;
	return 0;
}

START_TEST(plug_that_cannot_save_is_tried_again)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;

	ck_assert_int_eq(kvmlib_control_new(fix.vm, NULL, &control), 0);
	xsave_capability = -EFAULT;
	play(REQUEST(CHECK_EXTENSION), answer_xsave_size);
	assert_fails(kvmlib_control_plug(control, ID, &vcpu), EFAULT, BAD_ADDRESS,
		     "KVM_CHECK_EXTENSION");
	ck_assert_ptr_eq(vcpu, SENTINEL);
	xsave_capability = 8192;
	play(REQUEST(GET_XSAVE2), refuse);
	ck_assert_int_eq(kvmlib_control_plug(control, ID, &vcpu), -EINVAL);
	ck_assert_str_eq(kvmlib_error_call(), "KVM_GET_XSAVE2");
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_control_plug");
	play(REQUEST(GET_XSAVE2), accept);
	vcpu = plug(ID, 0);
	kvmlib_vcpu_unref(vcpu);
	control = kvmlib_control_unref(control);
}
END_TEST

#endif

/* Whatever call fails, nothing is handed out, and the next time it works. */
START_TEST(plug_may_fail_anywhere)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;
	uint32_t id = ID;
	uint64_t n;
	int r;

	NEEDS_RESET;
	for (n = 1;; n++, id++) {
		kvmlib_sim_fail_nth(fix.sim, n, ENOMEM);
		r = kvmlib_control_plug(control, id, &vcpu);
		kvmlib_sim_fail_nth(fix.sim, 0, 0);
		if (r >= 0)
			break;
		ck_assert_ptr_eq(vcpu, SENTINEL);
	}
	ck_assert_uint_ge(n, 4);
	for (n = 1;; n++) {
		assert_ok(kvmlib_control_unplug(control, vcpu));
		kvmlib_vcpu_unref(vcpu);
		vcpu = SENTINEL;
		kvmlib_sim_fail_nth(fix.sim, n, ENOMEM);
		r = kvmlib_control_plug(control, id, &vcpu);
		kvmlib_sim_fail_nth(fix.sim, 0, 0);
		if (r == 1)
			break;
		ck_assert_ptr_eq(vcpu, SENTINEL);
		vcpu = plug(id, 1);
	}
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

START_TEST(plug_without_memory_leaves_nothing)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;
	uint32_t id = ID;
	unsigned long n;

	for (n = 1;; n++, id++) {
		alloc_fail_nth(n);
		if (kvmlib_control_plug(control, id, &vcpu) >= 0)
			break;
		ck_assert_int_eq(kvmlib_error_errno(), ENOMEM);
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		ck_assert_ptr_eq(vcpu, SENTINEL);
	}
	alloc_fail_nth(0);
	ck_assert_uint_ge(n, 3);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

START_TEST(plug_refuses_null)
{
	struct kvmlib_vcpu *vcpu = NULL;

	assert_refuses_null(kvmlib_control_plug(NULL, ID, &vcpu), 1);
	assert_refuses_null(kvmlib_control_plug(control, ID, NULL), 3);
	assert_refuses_null(kvmlib_control_unplug(NULL, guests[0].vcpu), 1);
	assert_refuses_null(kvmlib_control_unplug(control, NULL), 2);
}
END_TEST

static void use_in_child(void)
{
	struct kvmlib_vcpu *vcpu;

	CHECK(kvmlib_control_plug(control, ID, &vcpu) == -EIO);
	CHECK(kvmlib_control_unplug(control, guests[0].vcpu) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
}

START_TEST(plug_of_a_forked_child_is_refused)
{
	NEEDS_WIPED_PAGES;
	in_child(use_in_child);
}
END_TEST

static void *plug_and_unplug(void *userdata)
{
	struct kvmlib_vcpu *vcpu;
	intptr_t done = 0;
	int r;

	(void)userdata;
	for (int i = 0; i < 200; i++) {
		r = kvmlib_control_plug(control, ID, &vcpu);
		if (r == -EEXIST)
			continue;
		if (r >= 0)
			r = kvmlib_control_unplug(control, vcpu);
		if (r < 0)
			return (void *)(intptr_t)r;
		kvmlib_vcpu_unref(vcpu);
		done++;
	}
	return (void *)done;
}

START_TEST(plug_from_several_threads_gives_a_vcpu_to_one)
{
	pthread_t threads[2];
	void *done;
	intptr_t sum = 0;

	NEEDS_RESET;
	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, plug_and_unplug, NULL), 0);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &done), 0);
		ck_assert_int_ge((intptr_t)done, 0);
		sum += (intptr_t)done;
	}
	ck_assert_int_ge(sum, 1);
}
END_TEST

Suite *control_plug_suite(void)
{
	Suite *suite = suite_create("control_plug");
	TCase *tcase = add_group(suite, "group", setup_plugs);

	ADD_TESTS(tcase, plug_makes_a_vcpu_once, unplug_takes_the_vcpu_out_of_the_group,
		  unplug_refuses_vcpus_of_others, unplug_without_a_reset_is_refused,
		  unplug_finishes_the_last_exit, unplug_finishes_the_last_exit_outside_of_the_group,
		  unplug_waits_for_no_thread, unplug_finds_a_vcpu_that_runs_outside_of_the_group,
		  plug_gives_no_kick_and_no_exit_back, plug_may_fail_anywhere,
		  plug_without_memory_leaves_nothing, plug_refuses_null,
		  plug_of_a_forked_child_is_refused, plug_from_several_threads_gives_a_vcpu_to_one);
#if defined(__x86_64__)
	ADD_TESTS(add_group(suite, "chip", setup_chip), plug_resets_the_state);
#endif
	tcase = add_case(suite, "played", setup_played);
	ADD_TESTS(tcase, unplug_with_another_exit_is_refused);
#if defined(__x86_64__)
	ADD_TESTS(tcase, plug_resets_an_extended_state_that_has_grown,
		  plug_that_cannot_save_is_tried_again);
#endif
	return suite;
}
