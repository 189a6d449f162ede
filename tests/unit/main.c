/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The unit tests of the library, on the simulated kernel. */

#include <stddef.h>

#include <runner.h>
#include "suites.h"

int main(void)
{
	/* One a line, whatever their number. */
	/* clang-format off */
	Suite *suites[] = {
		version_suite(),
		options_suite(),
		sys_ops_suite(),
		error_suite(),
		explain_suite(),
		log_suite(),
		record_suite(),
		system_suite(),
		vm_suite(),
		slot_suite(),
		vcpu_suite(),
		x86_suite(),
		device_suite(),
		vfio_suite(),
		arm64_gic_suite(),
		riscv64_aia_suite(),
		run_suite(),
		runpage_suite(),
		exit_suite(),
		exit_payload_suite(),
		describe_suite(),
		ioeventfd_suite(),
		inject_suite(),
		irqchip_suite(),
		irqfd_suite(),
		irqfd_threads_suite(),
		kick_suite(),
		state_suite(),
		state_plan_suite(),
		stats_suite(),
		steps_suite(),
		threads_suite(),
		refs_suite(),
		fork_suite(),
		faults_suite(),
		coalesced_suite(),
		coalesced_threads_suite(),
		debug_suite(),
		control_suite(),
		control_loop_suite(),
		control_plug_suite(),
		control_start_suite(),
		dirty_suite(),
		dirty_ring_suite(),
		dirty_race_suite(),
		wire_suite(),
		attr_suite(),
		routes_suite(),
		routes_threads_suite(),
		routing_suite(),
		cap_suite(),
		report_suite(),
		capability_suite(),
		enabled_suite(),
		guestmem_suite(),
		memory_map_suite(),
		memory_region_suite(),
		memory_change_suite(),
		memory_order_suite(),
		memory_commit_suite(),
		memory_reader_suite(),
		memory_access_suite(),
		memory_pages_suite(),
		memory_options_suite(),
		memory_faults_suite(),
		memory_fork_suite(),
		memory_threads_suite(),
		onereg_suite(),
		arm64_suite(),
		s390x_suite(),
		x86_encrypt_suite(),
		x86_list_suite(),
		x86_msr_suite(),
		x86_pmu_suite(),
		x86_state_suite(),
		NULL,
	};
	/* clang-format on */

	return run_suites(suites);
}
