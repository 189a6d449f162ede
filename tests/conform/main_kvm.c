/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The conformance table on the kernel at hand. With --confirm the last column of sim/checks.h is
 * held against it: for the emulated hosts, which always have the same capabilities.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <runner.h>

#include "row.h"

int main(int argc, char **argv)
{
	bool confirm = argc == 2 && strcmp(argv[1], "--confirm") == 0;
	struct world w;
	char reason[64];
	int r = open_real(&w);
	bool good;

	if (r < 0) {
		snprintf(reason, sizeof(reason), "/dev/kvm: %s", strerror(-r));
		return skip_layer("live", reason);
	}
	run_table(&w);
	if (confirm)
		hold_confirmations(&w);
	good = print_totals(&w);
	close_world(&w);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
