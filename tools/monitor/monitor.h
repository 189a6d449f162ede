/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#define MONITOR "monitor" /* the command's name, in messages */

struct monitor_options {
	int32_t pid;	 /* this process alone, or thread; 0: all */
	uint64_t count;	 /* VMs to tell of; 0: no end */
	double timeout;	 /* seconds; 0: no end */
	double interval; /* seconds between looks at the VMs */
	uint64_t room;	 /* bytes for messages that wait */
	bool json;
	bool stats;
	bool mount;
};

/* Tell of VMs until it ends; returns the exit status. */
int monitor_run(const struct monitor_options *options);

#endif
