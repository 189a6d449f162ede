/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The conformance table on the simulated kernel. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "row.h"

/* One row makes all the vCPUs that a VM can have, which are more than most users' first limit. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(void)
{
	struct world w;
	int r = open_simulated(&w);
	bool good;

	raise_limit();
	if (r < 0) {
		printf("1..1\nnot ok 1 - no simulated kernel: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	run_table(&w);
	hold_coverage();
	good = print_totals(&w);
	close_world(&w);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
