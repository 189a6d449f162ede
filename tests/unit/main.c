/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The unit tests of the library, on the simulated kernel. "threads": the concurrent ones alone, for the thread
 * sanitizer, with CK_FORK=no. "2/3": the second of three parts, which can run side by side.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <runner.h>
#include "suites.h"

typedef Suite *maker(void);

/* One a line, whatever their number. */
/* clang-format off */
static maker *const concurrent[] = {
	irqfd_threads_suite,
	kick_suite,
	move_running_suite,
	threads_suite,
	coalesced_threads_suite,
	control_suite,
	control_loop_suite,
	control_plug_suite,
	dirty_race_suite,
	routes_threads_suite,
	enabled_suite,
	memory_threads_suite,
};

static maker *const others[] = {
	version_suite,
	options_suite,
	sys_ops_suite,
	error_suite,
	explain_suite,
	log_suite,
	record_suite,
	system_suite,
	vm_suite,
	slot_suite,
	vcpu_suite,
	x86_suite,
	device_suite,
	vfio_suite,
	arm64_gic_suite,
	arm64_ids_suite,
	arm64_vcpu_suite,
	riscv64_aia_suite,
	riscv64_vcpu_suite,
	run_suite,
	runpage_suite,
	exit_suite,
	exit_payload_suite,
	describe_suite,
	ioeventfd_suite,
	inject_suite,
	irqchip_suite,
	irqfd_suite,
	state_suite,
	state_clocks_suite,
	state_golden_suite,
	state_plan_suite,
	state_aia_suite,
	state_gic_suite,
	state_its_suite,
	state_onereg_suite,
	reset_suite,
	state_filters_suite,
	state_order_suite,
	move_suite,
	stats_suite,
	steps_suite,
	refs_suite,
	fork_suite,
	faults_suite,
	coalesced_suite,
	cpuid_suite,
	cpuid_sets_suite,
	cpuid_fix_suite,
	cpuid_apply_suite,
	cpuid_collect_suite,
	cpuid_hyperv_suite,
	cpuid_model_suite,
	cpuid_verdict_suite,
	debug_suite,
	control_start_suite,
	dirty_suite,
	dirty_ring_suite,
	wire_suite,
	attr_suite,
	routes_suite,
	routing_suite,
	cap_suite,
	regs_suite,
	report_suite,
	capability_suite,
	guestmem_suite,
	memory_map_suite,
	memory_region_suite,
	memory_change_suite,
	memory_order_suite,
	image_suite,
	image_bad_suite,
	image_golden_suite,
	memory_commit_suite,
	memory_reader_suite,
	memory_access_suite,
	memory_pages_suite,
	memory_options_suite,
	memory_faults_suite,
	memory_fork_suite,
	onereg_suite,
	arm64_suite,
	s390x_suite,
	x86_encrypt_suite,
	x86_list_suite,
	x86_msr_suite,
	x86_pmu_suite,
	x86_state_suite,
};
/* clang-format on */

#define NR_CONCURRENT (sizeof(concurrent) / sizeof(concurrent[0]))
#define NR_OTHERS     (sizeof(others) / sizeof(others[0]))

struct choice {
	bool is_of_threads;
	unsigned int part, parts;
};

static bool choose(struct choice *choice, const char *word)
{
	choice->is_of_threads = !strcmp(word, "threads");
	return choice->is_of_threads ||
	       (sscanf(word, "%u/%u", &choice->part, &choice->parts) == 2 && choice->part &&
		choice->part <= choice->parts);
}

/* Those of the part; returns how many. */
static size_t make(Suite *suites[], maker *const makers[], size_t n, const struct choice *choice)
{
	size_t made = 0;

	for (size_t i = choice->part - 1; i < n; i += choice->parts)
		suites[made++] = makers[i]();
	return made;
}

int main(int argc, char *argv[])
{
	Suite *suites[NR_CONCURRENT + NR_OTHERS + 1] = { NULL };
	struct choice choice = { .part = 1, .parts = 1 };
	size_t n;

	if (argc > 1 && !choose(&choice, argv[1])) {
		fprintf(stderr, "usage: %s [threads | PART/PARTS]\n", argv[0]);
		return 2;
	}
	n = make(suites, concurrent, NR_CONCURRENT, &choice);
	if (!choice.is_of_threads)
		make(suites + n, others, NR_OTHERS, &choice);
	return run_suites(suites);
}
