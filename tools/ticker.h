/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TICKER_H
#define TICKER_H

#include <pthread.h>

/* A thread that does something again and again, until it is stopped or can't. */
struct ticker {
	int (*tick)(void *userdata); /* returns STATUS_OK, or another status, which ends it */
	void *userdata;
	int timer;  /* timerfd, or -1 */
	int stop;   /* eventfd, or -1 */
	int status; /* what the last tick returned; the thread's until it has stopped */
	pthread_t thread;
};

/* Tick every so many seconds. Returns 0, or a negative errno; the ticker must be closed in either case. */
int ticker_start(struct ticker *ticker, double interval, int (*tick)(void *userdata),
		 void *userdata);

/* Returns when the thread has ended; it must have been started. */
void ticker_stop(struct ticker *ticker);
void ticker_close(struct ticker *ticker);

#endif
