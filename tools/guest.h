/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef GUEST_H
#define GUEST_H

#include "dirty_map.h"
#include "history.h"
#include "machine.h"
#include "ports.h"
#include "run.h"
#include "sampler.h"
#include "stats.h"
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
	FAILED_CALL,   /* of the library: its record tells */
	OUTPUT_FAILED, /* nowhere to print to */
};

struct guest {
	const struct run_options *options;
	struct machine machine;
	struct console console;
	struct ports ports;
	struct history history;
	struct stats stats;
	struct sampler sampler;
	struct dirty_map dirty_map;
	struct watch watch;
	enum ending ending;
	double started;	  /* seconds on the monotonic clock */
	double seconds;	  /* from there to the end */
	int output_error; /* errno, with OUTPUT_FAILED */
};

double now(void);

/* Run until guest->ending is set. */
void guest_loop(struct guest *guest);

/* Tell how it ended; returns the exit status. */
int guest_report(struct guest *guest);

#endif
