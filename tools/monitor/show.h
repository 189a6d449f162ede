/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_SHOW_H
#define MONITOR_SHOW_H

#include <stdbool.h>

#include "vms.h"

/* What is told, one line each. All return 0, or -1 if it can't be written. */

/* What makes a line of a VM. */
struct told {
	const char *event; /* exists, create, vcpus, destroy */
	const struct vm *vm;
	const struct uevent *uevent; /* NULL: the kernel did not say so, it was found */
	bool is_resync;		     /* found after messages were lost */
};

/* The first line: from now on nothing is missed. `reason`: why debugfs is not read, or NULL. */
int show_listening(bool json, const struct host *host, const char *reason);
int show_vm(bool json, const struct told *told);

/* Text has what has changed from `before` (sorted as vm->stats), JSON has all. */
int show_stats(bool json, const struct vm *vm, const struct stat_value *before, size_t nr_before);

/* Messages were lost; and all that they could have told has been told. */
int show_lost(bool json);
int show_resynced(bool json, unsigned int found, unsigned int gone);

#endif
