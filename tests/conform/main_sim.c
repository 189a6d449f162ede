/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The conformance table on the simulated kernel. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row.h"

int main(void)
{
	struct world w;
	int r = open_simulated(&w);
	bool good;

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
