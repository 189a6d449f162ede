/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_FOLLOW_H
#define MONITOR_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "monitor.h"
#include "vms.h"

enum outcome { RUNNING, DONE, TIME_OVER, NO_OUTPUT, BROKEN };

struct monitor {
	const struct monitor_options *options;
	struct listener *listener;
	struct vms vms;
	int signals; /* a descriptor that is readable when the program shall end */
	double end, next_look;
	uint64_t told;
	unsigned int found, gone; /* by the resync that is going on */
	bool is_lost;		  /* messages were, and all is to be looked up */
	bool is_resync;
	enum outcome outcome;
	int output_error; /* errno of NO_OUTPUT */
};

/* Each goes on as long as the outcome is RUNNING, and changes that. */

/* Tell of the VMs that are there and not yet known. */
void follow_list(struct monitor *monitor);

/* Read all messages that wait. */
void follow_drain(struct monitor *monitor);

/* Compare with what is there, after messages were lost. */
void follow_resync(struct monitor *monitor);

/* Count vCPUs, read statistics, and find out what is gone without a message. */
void follow_look(struct monitor *monitor);

/* Note whether a line could be written. */
void follow_check(struct monitor *monitor, int r);

#endif
