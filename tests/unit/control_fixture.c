/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control_fixture.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct kvmlib_control *control;
struct guest guests[NR_GUESTS];

static void answer(struct guest *guest)
{
	struct kvmlib_exit_mmio mmio;

	sem_post(&guest->at_exit);
	sem_wait(&guest->answered);
	if (!kvmlib_vcpu_exit_mmio(guest->vcpu, &mmio) && !mmio.is_write)
		memset(mmio.data, 0x5a, mmio.len);
}

static void serve(struct guest *guest, int r)
{
	if (r == -EBUSY) {
		atomic_fetch_add(&guest->refused, 1);
		sched_yield();
	} else if (r < 0) {
		guest->error = r;
	} else if (kvmlib_vcpu_exit_reason(guest->vcpu) == KVMLIB_EXIT_INTR) {
		atomic_fetch_add(&guest->interrupts, 1);
	} else if (kvmlib_vcpu_exit_reason(guest->vcpu) == KVMLIB_EXIT_HLT) {
		kvmlib_control_wait(guest->vcpu, KVMLIB_CONTROL_FOREVER);
	} else {
		answer(guest);
	}
}

static int end_as_told(struct guest *guest)
{
	int r = 0;

	if (guest->at_end == PAUSES_AND_LEAVES || guest->at_end == PAUSES_AND_RESUMES)
		r = kvmlib_control_pause(control, LONG);
	sem_post(&guest->at_exit);
	sem_wait(&guest->may_end);
	if (!r && guest->at_end == PAUSES_AND_RESUMES)
		r = kvmlib_control_resume(control);
	return r || guest->at_end == ENDS ? r : kvmlib_control_leave(control, guest->vcpu);
}

static void *run_guest(void *userdata)
{
	struct guest *guest = userdata;

	guest->tid = (int)syscall(SYS_gettid);
	guest->error = kvmlib_control_join(control, guest->vcpu);
	sem_post(&guest->joined);
	while (!guest->error && !atomic_load(&guest->stop))
		serve(guest, kvmlib_control_run(guest->vcpu));
	if (!guest->error)
		guest->error = end_as_told(guest);
	return NULL;
}

void start_guest(struct guest *guest)
{
	sem_init(&guest->joined, 0, 0);
	sem_init(&guest->at_exit, 0, 0);
	sem_init(&guest->answered, 0, 0);
	sem_init(&guest->may_end, 0, 1);
	ck_assert_int_eq(pthread_create(&guest->thread, NULL, run_guest, guest), 0);
	sem_wait(&guest->joined);
}

/* The kernel tells who joins a thread before the thread is gone. */
static void join(struct guest *guest)
{
	ck_assert_int_eq(pthread_join(guest->thread, NULL), 0);
	while (!syscall(SYS_tgkill, getpid(), guest->tid, 0))
		sched_yield();
	ck_assert_int_eq(guest->error, 0);
}

void stop_guest(struct guest *guest)
{
	atomic_store(&guest->stop, true);
	kvmlib_control_kick(control, NULL);
	join(guest);
	guest->vcpu = kvmlib_vcpu_unref(guest->vcpu);
}

static void make_guests(void)
{
	memset(guests, 0, sizeof(guests));
	for (uint32_t i = 0; i < NR_GUESTS; i++)
		ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, i, &guests[i].vcpu), 0);
}

void run_all(void)
{
	for (size_t i = 0; i < NR_GUESTS; i++)
		start_guest(&guests[i]);
	for (size_t i = 0; i < NR_GUESTS; i++)
		wait_in_guest(guests[i].vcpu);
}

void begin_group(uint32_t flags)
{
	const struct kvmlib_control_opts opts = { .size = sizeof(opts), .flags = flags };

	ck_assert_int_eq(kvmlib_control_new(fix.vm, &opts, &control), 0);
	make_guests();
}

void setup_group(void)
{
	setup_vm();
	begin_group(0);
}

void setup_running(void)
{
	setup_group();
	run_all();
}

void setup_returning(void)
{
	setup_vm();
	begin_group(KVMLIB_CONTROL_RETURN);
	run_all();
}

void teardown_group(void)
{
	for (size_t i = 0; i < NR_GUESTS; i++)
		if (guests[i].thread)
			stop_guest(&guests[i]);
		else
			guests[i].vcpu = kvmlib_vcpu_unref(guests[i].vcpu);
	control = kvmlib_control_unref(control);
	teardown();
}

uint32_t where(size_t i)
{
	uint32_t ret = UINT32_MAX;

	assert_ok(kvmlib_control_where(control, guests[i].vcpu, &ret));
	return ret;
}

void wait_until(size_t i, uint32_t wanted)
{
	double deadline = now() + 30;

	while (where(i) != wanted) {
		ck_assert_msg(now() < deadline, "vCPU %zu does not get to %u", i, wanted);
		sched_yield();
	}
}

bool is_in_guest(size_t i)
{
	return kvmlib_sim_in_guest(fix.sim, kvmlib_vcpu_fd(guests[i].vcpu));
}

void assert_all(uint32_t wanted)
{
	for (size_t i = 0; i < NR_GUESTS; i++) {
		ck_assert_uint_eq(where(i), wanted);
		ck_assert_int_eq(is_in_guest(i), wanted == KVMLIB_CONTROL_IN_GUEST);
	}
}

void wait_for_all(void)
{
	for (size_t i = 0; i < NR_GUESTS; i++)
		wait_in_guest(guests[i].vcpu);
}

void end_guest(size_t i)
{
	atomic_store(&guests[i].stop, true);
	assert_ok(kvmlib_control_kick(control, guests[i].vcpu));
	join(&guests[i]);
	guests[i].thread = 0;
}

void halt(size_t i)
{
	const struct kvmlib_sim_exit hlt = { .size = sizeof(hlt), .reason = KVMLIB_EXIT_HLT };

	ck_assert_int_eq(kvmlib_sim_push_exit(fix.sim, kvmlib_vcpu_fd(guests[i].vcpu), &hlt), 0);
	wait_until(i, KVMLIB_CONTROL_WAITING);
}

int add_one(struct kvmlib_vcpu *vcpu, void *userdata)
{
	(void)vcpu;
	return ++*(int *)userdata;
}

TCase *add_group(Suite *suite, const char *name, SFun begin)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, begin, teardown_group);
	suite_add_tcase(suite, tcase);
	return tcase;
}
