/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WATCH_H
#define WATCH_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include <kvmlib/kvmlib.h>

#define WATCH_TIMEOUT (-1)

/* A thread that kicks the vCPUs when the time is over, or at Ctrl-C and its like. It waits for the
 * signals, which are blocked meanwhile: nothing runs in a handler, and nothing is lost. */
struct watch {
	struct kvmlib_control *control;
	struct timespec deadline; /* CLOCK_MONOTONIC; 0: none */
	sigset_t old_mask;
	pthread_t thread;
	atomic_int fired; /* 0, WATCH_TIMEOUT, or the signal's number */
};

/* To be called on the thread that will start those of the vCPUs. STATUS_OK, or another status after a
 * message. A vCPU that joins the group has to look whether it has fired already. */
int watch_start(struct watch *watch, struct kvmlib_control *control, double seconds);
void watch_stop(struct watch *watch);

/* The signals that end the program, and what they are called. */
void watch_fill_ends(sigset_t *signals);
const char *watch_signal_name(int signo);

#endif
