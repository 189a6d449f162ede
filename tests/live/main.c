/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library on the kernel at hand. */

#include <runner.h>

#include "guest.h"

int main(void)
{
	const char *trouble = host_trouble();

	if (trouble)
		return skip_layer("live", trouble);
	/* clang-format off */
	return run_suites((Suite *const[]){ exit_suite(),
					    state_suite(),
					    state_order_suite(),
					    state_guest_suite(),
					    state_clock_suite(),
					    move_suite(),
					    image_suite(), irq_suite(),
					    irqchip_suite(),
					    kick_suite(),
					    adopt_suite(),
					    attr_suite(),
					    cap_suite(),
					    coalesced_suite(),
					    control_suite(),
					    debug_suite(),
					    eventfd_suite(),
					    routes_suite(),
					    events_suite(),
					    onereg_suite(),
					    ring_suite(),
					    cpuid_suite(),
					    cpuid_guest_suite(),
					    msr_suite(),
					    x86_state_suite(),
					    event_suite(),
					    clock_suite(),
					    chips_suite(),
					    paravirt_suite(),
					    exit_answer_suite(),
					    exit_long_suite(),
					    memory_suite(),
					    memory_random_suite(),
					    dirty_suite(),
					    reset_suite(),
					    NULL });
	/* clang-format on */
}
