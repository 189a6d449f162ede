/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ending a guest from outside. */
#include "watch.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "run.h"
#include "tool.h"

#define KICK   SIGRTMIN	      /* makes vCPUs leave KVM_RUN: what kvmlib_control_new() takes */
#define STOP   (SIGRTMIN + 1) /* makes the watch stop */
#define SECOND 1000000000L

/* Who ignores SIGHUP was started by nohup(1). */
void watch_fill_ends(sigset_t *signals)
{
	struct sigaction hangup;

	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN)
		sigaddset(signals, SIGHUP);
}

static void fill_stop(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, STOP);
}

/* Returns false if the deadline has passed. */
static bool time_left(const struct timespec *deadline, struct timespec *left)
{
	clock_gettime(CLOCK_MONOTONIC, left);
	left->tv_sec = deadline->tv_sec - left->tv_sec;
	left->tv_nsec = deadline->tv_nsec - left->tv_nsec;
	if (left->tv_nsec < 0) {
		left->tv_nsec += SECOND;
		left->tv_sec--;
	}
	return left->tv_sec >= 0;
}

/* The signal that came, or WATCH_TIMEOUT. SIGSTOP and SIGCONT interrupt the wait. */
static int wait_for_end(const struct watch *watch)
{
	struct timespec left;
	sigset_t signals;
	int signo = -1;

	watch_fill_ends(&signals);
	sigaddset(&signals, STOP);
	while (signo < 0) {
		if (!watch->deadline.tv_sec)
			signo = sigwaitinfo(&signals, NULL);
		else if (time_left(&watch->deadline, &left))
			signo = sigtimedwait(&signals, NULL, &left);
		else
			return WATCH_TIMEOUT;
	}
	return signo;
}

/* A second Ctrl-C ends the program as if there were no watch: it may hang in its output. */
static void wait_for_stop(void)
{
	sigset_t signals;

	watch_fill_ends(&signals);
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
	fill_stop(&signals);
	while (sigwaitinfo(&signals, NULL) < 0)
		;
}

static void *run_watch(void *userdata)
{
	struct watch *watch = userdata;
	int end = wait_for_end(watch);

	if (end == STOP)
		return NULL;
	atomic_store(&watch->fired, end);
	kvmlib_control_kick(watch->control, NULL);
	wait_for_stop();
	return NULL;
}

static void set_deadline(struct watch *watch, double seconds)
{
	struct timespec *deadline = &watch->deadline;
	time_t whole = (time_t)seconds;

	clock_gettime(CLOCK_MONOTONIC, deadline);
	deadline->tv_sec += whole;
	deadline->tv_nsec += (long)((seconds - (double)whole) * (double)SECOND);
	if (deadline->tv_nsec < SECOND)
		return;
	deadline->tv_nsec -= SECOND;
	deadline->tv_sec++;
}

/* Blocked in every thread; the kick must not be, whatever the parent process left us with. */
static void set_mask(sigset_t *old_mask)
{
	sigset_t signals;

	watch_fill_ends(&signals);
	sigaddset(&signals, STOP);
	pthread_sigmask(SIG_BLOCK, &signals, old_mask);
	sigemptyset(&signals);
	sigaddset(&signals, KICK);
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

int watch_start(struct watch *watch, struct kvmlib_control *control, double seconds)
{
	int r;

	*watch = (struct watch){ .control = control };
	if (seconds > 0)
		set_deadline(watch, seconds);
	set_mask(&watch->old_mask);
	r = pthread_create(&watch->thread, NULL, run_watch, watch);
	if (!r)
		return STATUS_OK;

	pthread_sigmask(SIG_SETMASK, &watch->old_mask, NULL);
	say(RUN, "can't start a thread: %s", strerror(r));
	return STATUS_HOST;
}

const char *watch_signal_name(int signo)
{
	switch (signo) {
	case SIGINT:
		return "Ctrl-C (SIGINT)";
	case SIGHUP:
		return "SIGHUP";
	default:
		return "SIGTERM";
	}
}

void watch_stop(struct watch *watch)
{
	pthread_kill(watch->thread, STOP);
	pthread_join(watch->thread, NULL);
	pthread_sigmask(SIG_SETMASK, &watch->old_mask, NULL);
}
