/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef GUEST_H
#define GUEST_H

#include <pthread.h>
#include <stdbool.h>

#include "dirty_map.h"
#include "live_stats.h"
#include "machine.h"
#include "board/devices.h"
#include "run.h"
#include "sampler.h"
#include "snapshot.h"
#include "stats.h"
#include "vcpu_thread.h"
#include "watch.h"

/* How a guest ended. */
enum ending {
	RUNNING = 0,
	SAID_TEXT, /* --until */
	HALTED,	   /* HLT, and nothing that could wake it */
	POWERED_OFF,
	SHUT_DOWN,	/* triple fault */
	OTHER_EVENT,	/* reset, crash: a system event */
	TIME_OVER,	/* --timeout */
	SIGNALLED,	/* Ctrl-C and its like */
	INTERNAL_ERROR, /* KVM's */
	FAILED_ENTRY,
	UNEXPECTED,    /* an exit that this program knows nothing of */
	FAILED_CALL,   /* of the library: told already, on its thread */
	NO_THREAD,     /* for a vCPU */
	OUTPUT_FAILED, /* nowhere to print to */
};

struct guest {
	const struct run_options *options;
	struct machine machine;
	struct kvmlib_control *control; /* the vCPUs as a group */
	struct vcpu_thread *vcpus;
	pthread_mutex_t lock; /* of all below that changes while vCPUs run, and of output */
	struct console console;
	struct devices devices;
	struct stats stats;
	struct sampler sampler;
	struct dirty_map dirty_map;
	struct live_stats live_stats;
	struct watch watch;
	enum ending ending;
	const struct vcpu_thread *ender; /* the vCPU that ended it, or NULL */
	enum snapshot snapshot;		 /* of --snapshot-at */
	double started;			 /* seconds on the monotonic clock */
	double seconds;			 /* from there to the end */
	int error;			 /* errno, with OUTPUT_FAILED and NO_THREAD */
};

double now(void);

/* Run a vCPU, on its thread, until the guest ends. One that is to be saved is between two instructions
 * then. */
void guest_loop(struct vcpu_thread *vcpu);

/* Answer exits of a vCPU's until it is between two instructions, and the group is paused: to be resumed.
 * False: the guest has ended. On the vCPU's thread. */
bool guest_pause(struct vcpu_thread *vcpu);

/* Whether an ended guest was stopped, and did not end by itself. */
bool guest_can_go_on(const struct guest *guest);

/* End the guest because there is no thread for a vCPU. */
void guest_end_without_thread(struct guest *guest, int error);

/* Tell how it ended; returns the exit status. */
int guest_report(struct guest *guest);

#endif
