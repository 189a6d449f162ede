/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What holds on every architecture, on the kernel at hand. */

#include <unistd.h>

#include <runner.h>

#include "every.h"

int main(void)
{
	if (access("/dev/kvm", R_OK | W_OK))
		return skip_layer("live", "no access to /dev/kvm");
	return run_suites((Suite *const[]){ host_suite(),      run_suite(),
					    vcpu_suite(),      fork_suite(),
					    slot_suite(),      guestmem_suite(),
					    ring_suite(),      eventfd_suite(),
					    coalesced_suite(), stats_suite(),
					    dirty_suite(),     state_suite(),
					    reset_suite(),     regs_suite(),
					    arm64_suite(),     arm64_vcpu_suite(),
					    arm64_ids_suite(), gic_suite(),
					    its_suite(),       aia_suite(),
					    riscv64_suite(),   NULL });
}
