/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kicks one by one, and pauses of several vCPUs, by the library and without it. */
#include "subject.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define KICKS	300U
#define ROUNDS	20U
#define PAUSES	5
#define SETTLED 30e3 /* nanoseconds, by which a thread is in the guest again */
#define LOST	5e6  /* after which a signal that came between two runs has been forgotten */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Threads that were let go are in the guest after a while. */
static void settle(void)
{
	const double end = now() + SETTLED;

	while (now() < end)
		continue;
}

/* Kicks */

static void kick(const struct guest *guest, bool is_plain)
{
	if (is_plain)
		(void)pthread_kill(guest->thread, SIGNAL);
	else if (kvmlib_vcpu_kick(guest->vcpu) < 0)
		bench_fail("a kick");
}

/* From the kick until its thread has left KVM_RUN. */
static double time_kick(const struct guest *guest, bool is_plain)
{
	const unsigned int before = atomic_load(&guest->returns);
	double begun;

	settle();
	begun = now();
	kick(guest, is_plain);
	while (atomic_load(&guest->returns) == before)
		if (now() > begun + LOST)
			return time_kick(guest, is_plain);
	return now() - begun;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;

	return (x > y) - (x < y);
}

struct kick_times {
	double half, most; /* take no longer: of 2, of 100 */
};

static struct kick_times time_kicks(struct subject *subject, bool is_plain)
{
	double times[KICKS];

	subject_run_plainly(subject, is_plain);
	for (size_t i = 0; i < KICKS; i++)
		times[i] = time_kick(&subject->guests[0], is_plain);
	qsort(times, KICKS, sizeof(times[0]), compare);
	return (struct kick_times){ times[KICKS / 2], times[KICKS * 99 / 100] };
}

void measure_kicks(struct subject *subject)
{
	subject_start(subject, 1);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		const struct kick_times plain = time_kicks(subject, true);
		const struct kick_times own = time_kicks(subject, false);
		const struct kick_times again = time_kicks(subject, true);

		printf("sample\tkick_p50\t%.2f\t%.2f\t%.2f\n", plain.half, own.half, again.half);
		printf("sample\tkick_p99\t%.2f\t%.2f\t%.2f\n", plain.most, own.most, again.most);
	}
	subject_run_plainly(subject, false);
	subject_stop(subject);
}

/* Pauses */

static void pause_plainly(struct subject *subject)
{
	pthread_mutex_lock(&subject->lock);
	atomic_store(&subject->hold, true);
	for (size_t i = 0; i < subject->nr_guests; i++) {
		subject->guests[i].run->immediate_exit = 1;
		kick(&subject->guests[i], true);
	}
	while (subject->nr_held < subject->nr_guests)
		pthread_cond_wait(&subject->changed, &subject->lock);
	atomic_store(&subject->hold, false);
	subject->nr_held = 0;
	subject->nr_released++;
	pthread_cond_broadcast(&subject->changed);
	pthread_mutex_unlock(&subject->lock);
}

static void pause_and_resume(struct subject *subject)
{
	if (kvmlib_control_pause(subject->control, UINT64_C(10000000000)) < 0 ||
	    kvmlib_control_resume(subject->control) < 0)
		bench_fail("a pause");
}

static double time_pauses(struct subject *subject, bool is_plain)
{
	double time = 0;

	subject_run_plainly(subject, is_plain);
	for (unsigned int i = 0; i < PAUSES; i++) {
		settle();
		time -= now();
		(is_plain ? pause_plainly : pause_and_resume)(subject);
		time += now();
	}
	return time / PAUSES;
}

void measure_pauses(struct subject *subject, size_t nr_guests)
{
	subject_start(subject, nr_guests);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		const double plain = time_pauses(subject, true);
		const double own = time_pauses(subject, false);

		printf("sample\tpause_resume_%zu\t%.2f\t%.2f\t%.2f\n", nr_guests, plain, own,
		       time_pauses(subject, true));
	}
	subject_run_plainly(subject, false);
	subject_stop(subject);
}
