/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pauses, kicks and calls from several threads against guests that spin, halt and exit. What is lost
 * leaves a vCPU in the guest while the group is paused, or out of it for ever: a pause has a deadline.
 */

#include <runner.h>

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "guest.h"

#define NR_GUESTS   3U
#define NR_STEPPERS 2U
#define NR_STEPS    4000U /* of all threads */
#define DEADLINE    UINT64_C(60000000000)

static struct {
	struct kvmlib_control *control;
	struct kvmlib_vcpu *vcpus[NR_GUESTS];
	pthread_t threads[NR_GUESTS];
	atomic_uint exits[NR_GUESTS];
	atomic_bool stop;
	atomic_bool has_loop;
} group;

/* What each does for ever. */
static const uint8_t programs[NR_GUESTS][4] = {
	{ 0xeb, 0xfe },		    /* jmp here */
	{ 0xf4, 0xeb, 0xfd },	    /* hlt; jmp back */
	{ 0xe6, 0x42, 0xeb, 0xfc }, /* out 0x42, al; jmp back */
};

/* As kvmlib_control_wait() does, in a loop of the program's own. */
static int wait_in_loop(struct kvmlib_vcpu *vcpu)
{
	struct pollfd readable = { .events = POLLIN };
	uint64_t count;
	int r = kvmlib_control_fd(group.control, vcpu, &readable.fd);

	while (r >= 0) {
		r = kvmlib_control_wait_begin(vcpu);
		if (r)
			break;
		if (poll(&readable, 1, -1) != 1 || read(readable.fd, &count, sizeof(count)) != 8)
			r = -EPROTO;
	}
	return r;
}

static void *run_guest(void *userdata)
{
	size_t i = *(size_t *)userdata;
	int r = kvmlib_control_join(group.control, group.vcpus[i]);

	while (r >= 0 && !atomic_load(&group.stop)) {
		r = kvmlib_control_run(group.vcpus[i]);
		atomic_fetch_add(&group.exits[i], 1);
		if (r >= 0 && kvmlib_vcpu_exit_reason(group.vcpus[i]) == KVMLIB_EXIT_HLT)
			r = atomic_load(&group.has_loop)
				    ? wait_in_loop(group.vcpus[i])
				    : kvmlib_control_wait(group.vcpus[i], KVMLIB_CONTROL_FOREVER);
	}
	if (r >= 0)
		r = kvmlib_control_leave(group.control, group.vcpus[i]);
	return r < 0 ? "the vCPU's thread" : NULL;
}

static void add_guest(size_t i)
{
	struct kvm_regs regs;
	struct kvm_sregs sregs;

	if (i)
		ck_assert_int_eq(kvmlib_vm_create_vcpu(guest.vm, (uint32_t)i, &group.vcpus[i]), 0);
	else
		group.vcpus[i] = kvmlib_vcpu_ref(guest.vcpu);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	regs.rip = CODE_GPA + 0x100 * i;
	memcpy(guest.ram + regs.rip, programs[i], sizeof(programs[i]));
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(group.vcpus[i], &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(group.vcpus[i], &regs), 0);
}

static void setup(void)
{
	static size_t numbers[NR_GUESTS];
	const struct kvmlib_control_opts opts = { .size = sizeof(opts),
						  .signo = (uint32_t)KICK_SIGNAL };

	guest_setup();
	memset(&group, 0, sizeof(group));
	ck_assert_int_eq(kvmlib_control_new(guest.vm, &opts, &group.control), 0);
	for (size_t i = 0; i < NR_GUESTS; i++)
		add_guest(i);
	for (size_t i = 0; i < NR_GUESTS; i++) {
		numbers[i] = i;
		ck_assert_int_eq(pthread_create(&group.threads[i], NULL, run_guest, &numbers[i]),
				 0);
	}
	for (size_t i = 0; i < NR_GUESTS; i++)
		while (kvmlib_control_kick(group.control, group.vcpus[i]) < 0)
			sched_yield(); /* it has not joined yet */
}

static void teardown(void)
{
	void *complaint;

	atomic_store(&group.stop, true);
	ck_assert_int_eq(kvmlib_control_kick(group.control, NULL), 0);
	for (size_t i = 0; i < NR_GUESTS; i++) {
		ck_assert_int_eq(pthread_join(group.threads[i], &complaint), 0);
		ck_assert_ptr_null(complaint);
		kvmlib_vcpu_unref(group.vcpus[i]);
	}
	kvmlib_control_unref(group.control);
	guest_teardown();
}

/* While the group is paused, nothing returns from KVM_RUN, and registers stay as they are. */
static int check_held(void)
{
	struct kvm_regs before[NR_GUESTS], after[NR_GUESTS];
	int r = kvmlib_control_pause(group.control, DEADLINE);

	for (size_t i = 0; i < NR_GUESTS && r >= 0; i++)
		r = kvmlib_vcpu_get_regs(group.vcpus[i], &before[i]);
	for (size_t i = 0; i < NR_GUESTS && r >= 0; i++)
		r = kvmlib_vcpu_get_regs(group.vcpus[i], &after[i]);
	if (r >= 0 && memcmp(before, after, sizeof(before)))
		r = -EPROTO;
	return r < 0 ? r : kvmlib_control_resume(group.control);
}

static int check_here(struct kvmlib_vcpu *vcpu, void *userdata)
{
	struct kvm_regs regs;
	int r = kvmlib_control_pause(group.control, DEADLINE);

	(void)userdata;
	if (r < 0)
		return r;
	r = kvmlib_vcpu_get_regs(vcpu, &regs);
	return r < 0 ? r : kvmlib_control_resume(group.control);
}

static int take_step(unsigned int n)
{
	struct kvmlib_vcpu *vcpu = group.vcpus[n % NR_GUESTS];
	int result = 0;
	int r;

	switch (n / NR_GUESTS % 4) {
	case 0:
		return kvmlib_control_kick(group.control, n % 2 ? vcpu : NULL);
	case 1:
		r = kvmlib_control_call(group.control, vcpu, check_here, NULL, DEADLINE, &result);
		return r < 0 ? r : result;
	default:
		return check_held();
	}
}

static void *stepper(void *userdata)
{
	int r = 0;

	(void)userdata;
	for (unsigned int n = 0; r >= 0 && n < NR_STEPS / NR_STEPPERS; n++)
		r = take_step(n);
	return r < 0 ? "a step" : NULL;
}

START_TEST(control_of_running_guests_loses_nothing)
{
	unsigned int exits[NR_GUESTS];
	pthread_t threads[NR_STEPPERS];
	void *complaint;

	for (size_t i = 0; i < NR_STEPPERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, stepper, NULL), 0);
	for (size_t i = 0; i < NR_STEPPERS; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &complaint), 0);
		ck_assert_msg(!complaint, "%s", (const char *)complaint);
	}
	for (size_t i = 0; i < NR_GUESTS; i++) {
		exits[i] = atomic_load(&group.exits[i]);
		ck_assert_int_eq(kvmlib_control_kick(group.control, group.vcpus[i]), 0);
		while (atomic_load(&group.exits[i]) == exits[i])
			sched_yield();
	}
}
END_TEST

static void *watch_fd(void *userdata)
{
	const struct kvmlib_control_watch watch = { .vcpu = group.vcpus[0],
						    .fd = ((int *)userdata)[0] };

	return kvmlib_control_watch(group.control, &watch, 1, ((int *)userdata)[1]) ? "the watch"
										    : NULL;
}

static void wait_for_exit(size_t i, unsigned int before)
{
	while (atomic_load(&group.exits[i]) == before)
		sched_yield();
}

/* The first guest spins for ever: nothing else ends its run. */
START_TEST(control_watch_ends_the_run_of_a_guest_that_spins)
{
	const struct itimerspec soon = { .it_value = { .tv_nsec = 1000000 } };
	int fds[2] = { timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
		       eventfd(0, EFD_CLOEXEC) };
	const uint64_t one = 1;
	pthread_t thread;
	void *complaint;
	unsigned int before;

	ck_assert_int_eq(pthread_create(&thread, NULL, watch_fd, fds), 0);
	for (int i = 0; i < 3; i++) {
		before = atomic_load(&group.exits[0]);
		ck_assert_int_eq(timerfd_settime(fds[0], 0, &soon, NULL), 0);
		wait_for_exit(0, before);
	}
	ck_assert_int_eq((int)write(fds[1], &one, sizeof(one)), 8);
	ck_assert_int_eq(pthread_join(thread, &complaint), 0);
	ck_assert_msg(!complaint, "%s", (const char *)complaint);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(control_loop_is_told_of_a_pause)
{
	struct pollfd readable = { .events = POLLIN };
	uint64_t count;

	ck_assert_int_eq(kvmlib_control_fd(group.control, NULL, &readable.fd), 0);
	ck_assert_int_eq(kvmlib_control_pause_begin(group.control), 0);
	while (kvmlib_control_pause_poll(group.control) == 0) {
		ck_assert_int_eq(poll(&readable, 1, 60000), 1);
		ck_assert_int_eq((int)read(readable.fd, &count, sizeof(count)), 8);
	}
	ck_assert_int_eq(kvmlib_control_pause_poll(group.control), 1);
	ck_assert_int_eq(kvmlib_control_resume(group.control), 0);
}
END_TEST

/* The second guest halts, and its thread waits in a loop: it does others' work, and runs when kicked. */
START_TEST(control_loop_does_work_for_a_guest_that_halts)
{
	unsigned int before = atomic_load(&group.exits[1]);
	int result = -1;

	atomic_store(&group.has_loop, true);
	ck_assert_int_eq(kvmlib_control_kick(group.control, group.vcpus[1]), 0);
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(kvmlib_control_call(group.control, group.vcpus[1], check_here,
						     NULL, DEADLINE, &result),
				 0);
		ck_assert_int_eq(result, 0);
		wait_for_exit(1, before);
		before = atomic_load(&group.exits[1]);
		ck_assert_int_eq(kvmlib_control_kick(group.control, group.vcpus[1]), 0);
	}
}
END_TEST

START_TEST(control_loop_is_told_of_calls)
{
	struct pollfd readable = { .events = POLLIN };
	struct kvmlib_call *calls[NR_GUESTS];
	int r, result = -1;
	uint64_t count;

	ck_assert_int_eq(kvmlib_control_fd(group.control, NULL, &readable.fd), 0);
	for (size_t i = 0; i < NR_GUESTS; i++)
		ck_assert_int_eq(kvmlib_control_call_begin(group.control, group.vcpus[i],
							   check_here, NULL, &calls[i]),
				 0);
	for (size_t i = 0; i < NR_GUESTS; i++) {
		while ((r = kvmlib_call_poll(calls[i], &result)) == 0) {
			ck_assert_int_eq(poll(&readable, 1, 60000), 1);
			ck_assert_int_eq((int)read(readable.fd, &count, sizeof(count)), 8);
		}
		ck_assert_int_eq(r, 1);
		ck_assert_int_eq(result, 0);
		kvmlib_call_free(calls[i]);
	}
}
END_TEST

/* The second guest halts; a SIPI has it go where the third one is, to exits without end. */
#define AP_PAGE 2U

START_TEST(control_starts_a_vcpu_that_waits)
{
	struct kvm_regs regs;
	unsigned int before;

	memcpy(guest.ram + (AP_PAGE << 12), programs[2], sizeof(programs[2]));
	ck_assert_int_eq(kvmlib_control_start_ap(group.control, group.vcpus[1], AP_PAGE, DEADLINE),
			 0);
	for (int i = 0; i < 10; i++) {
		before = atomic_load(&group.exits[1]);
		wait_for_exit(1, before);
	}
	ck_assert_int_eq(kvmlib_control_pause(group.control, DEADLINE), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(group.vcpus[1], &regs), 0);
	ck_assert_uint_lt(regs.rip, sizeof(programs[2]));
	ck_assert_int_eq(kvmlib_control_resume(group.control), 0);
}
END_TEST

/* A vCPU that comes and goes, by hand: there is no thread but this one. */

static struct kvmlib_vcpu *plug(int expected)
{
	struct kvmlib_vcpu *vcpu;

	ck_assert_int_eq(kvmlib_control_plug(group.control, 1, &vcpu), expected);
	return vcpu;
}

static void run_out(struct kvmlib_vcpu *vcpu, uint8_t byte)
{
	const uint8_t code[] = { 0xb0, byte, 0xe6, 0xe9,
				 0xf4 }; /* mov al, byte; out 0xe9, al; hlt */
	struct kvmlib_exit_io io;
	struct kvm_regs regs;
	struct kvm_sregs sregs;

	memcpy(guest.ram + CODE_GPA, code, sizeof(code));
	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.apic_base &= ~UINT64_C(0x100); /* not the boot vCPU */
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(vcpu, &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(vcpu, &regs), 0);
	ck_assert_int_eq(kvmlib_control_run(vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_exit_io(vcpu, &io), 0);
	ck_assert_uint_eq(io.port, 0xe9);
	ck_assert_uint_eq(*(const uint8_t *)io.data, byte);
}

static void setup_plugs(void)
{
	const struct kvmlib_control_opts opts = { .size = sizeof(opts),
						  .signo = (uint32_t)KICK_SIGNAL };

	guest_setup();
	ck_assert_int_eq(kvmlib_control_new(guest.vm, &opts, &group.control), 0);
}

static void teardown_plugs(void)
{
	kvmlib_control_unref(group.control);
	guest_teardown();
}

START_TEST(control_plug_resets_a_vcpu_that_was_unplugged)
{
	struct kvm_sregs fresh_sregs, sregs;
	struct kvm_regs fresh_regs, regs;
	struct kvmlib_vcpu *vcpu = plug(0), *other;

	ck_assert_int_eq(kvmlib_vm_create_vcpu(guest.vm, 1, &other), -EEXIST);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(vcpu, &fresh_regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(vcpu, &fresh_sregs), 0);
	for (uint8_t byte = 1; byte < 4; byte++) {
		ck_assert_int_eq(kvmlib_control_join(group.control, vcpu), 0);
		run_out(vcpu, byte);
		ck_assert_int_eq(kvmlib_control_unplug(group.control, vcpu), 0);
		kvmlib_vcpu_unref(vcpu);
		vcpu = plug(1);
		ck_assert_int_eq(kvmlib_vcpu_get_regs(vcpu, &regs), 0);
		ck_assert_mem_eq(&regs, &fresh_regs, sizeof(regs));
		ck_assert_int_eq(kvmlib_vcpu_get_sregs(vcpu, &sregs), 0);
		ck_assert_mem_eq(&sregs, &fresh_sregs, sizeof(sregs));
	}
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

Suite *control_suite(void)
{
	Suite *suite = suite_create("control");
	TCase *tcase = tcase_create("group");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, control_of_running_guests_loses_nothing);
	tcase_add_test(tcase, control_watch_ends_the_run_of_a_guest_that_spins);
	tcase_add_test(tcase, control_loop_is_told_of_a_pause);
	tcase_add_test(tcase, control_loop_does_work_for_a_guest_that_halts);
	tcase_add_test(tcase, control_loop_is_told_of_calls);
	tcase_add_test(tcase, control_starts_a_vcpu_that_waits);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("plug");
	tcase_add_checked_fixture(tcase, setup_plugs, teardown_plugs);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, control_plug_resets_a_vcpu_that_was_unplugged);
	suite_add_tcase(suite, tcase);
	return suite;
}
