/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tests of the simulated kernel. */
#include <stddef.h>

#include <runner.h>

#include "suites.h"

int main(void)
{
	/* One a line, whatever their number. */
	/* clang-format off */
	Suite *suites[] = {
		handle_suite(),
		files_suite(),
		mappings_suite(),
		faults_suite(),
		system_suite(),
		vm_suite(),
		walk_suite(),
		slots_suite(),
		dirty_suite(),
		irqchip_suite(),
		device_suite(),
		vcpu_suite(),
		calls_suite(),
		coalesced_suite(),
		registers_suite(),
		cpuid_suite(),
		script_suite(),
		run_suite(),
		completion_suite(),
		threads_suite(),
		memory_suite(),
		guestmem_suite(),
		ring_suite(),
		NULL,
	};
	/* clang-format on */

	return run_suites(suites);
}
