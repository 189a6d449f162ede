/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The concurrent tests alone, for the thread sanitizer: run with CK_FORK=no. */

#include <stddef.h>

#include <runner.h>
#include "suites.h"

int main(void)
{
	Suite *suites[] = { kick_suite(),
			    threads_suite(),
			    enabled_suite(),
			    memory_threads_suite(),
			    dirty_race_suite(),
			    routes_threads_suite(),
			    irqfd_threads_suite(),
			    coalesced_threads_suite(),
			    control_suite(),
			    control_loop_suite(),
			    control_plug_suite(),
			    move_running_suite(),
			    NULL };

	return run_suites(suites);
}
