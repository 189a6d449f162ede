/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VCPU_THREAD_H
#define VCPU_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "history.h"
#include "vcpu_counts.h"

struct guest;

/* A vCPU and the thread that runs it. All but the first four and the thread is the guest's lock's. */
struct vcpu_thread {
	struct guest *guest;
	struct kvmlib_vcpu *vcpu;
	uint32_t id;
	bool is_over; /* it can't go on: it ended the guest, or would have */
	struct history history;
	struct vcpu_counts counts;
	pthread_t thread;
};

/* Make one for each vCPU of the guest's machine. Returns STATUS_OK, or another status after a message;
 * they must be closed in either case. */
int vcpu_threads_open(struct guest *guest);
void vcpu_threads_close(struct guest *guest);

/* Run the guest to its end: returns when all threads have ended. */
void vcpu_threads_run(struct guest *guest);

#endif
