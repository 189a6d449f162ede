/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exits and interrupts of one vCPU. */
#include "vcpu_counts.h"

#include <errno.h>

#include "run.h"
#include "tool.h"

#define NO_INDEX SIZE_MAX

/* KVM's names, and the reasons of exits by which the program counts the same. */
static const struct {
	const char *name;
	uint32_t reason; /* 0: the program can't */
} sources[NR_COUNTS] = {
	[COUNT_EXITS] = { "exits", 0 },
	[COUNT_IO] = { "io_exits", KVMLIB_EXIT_IO },
	[COUNT_MMIO] = { "mmio_exits", KVMLIB_EXIT_MMIO },
	[COUNT_HALTS] = { "halt_exits", KVMLIB_EXIT_HLT },
	[COUNT_WINDOWS] = { "irq_window_exits", KVMLIB_EXIT_IRQ_WINDOW_OPEN },
	[COUNT_INTERRUPTS] = { "irq_injections", 0 },
	[COUNT_NMIS] = { "nmi_injections", 0 },
};

int vcpu_counts_open(struct vcpu_counts *counts, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu)
{
	if (kvmlib_vm_check_extension(vm, KVMLIB_CAP_BINARY_STATS_FD) <= 0)
		return STATUS_OK;
	if (kvmlib_stats_open_vcpu(vcpu, &counts->stats) < 0)
		return say_error(RUN, "can't open the statistics of a vCPU");
	for (size_t i = 0; i < NR_COUNTS; i++)
		if (kvmlib_stats_find(counts->stats, sources[i].name, &counts->indexes[i]) < 0)
			counts->indexes[i] = NO_INDEX;
	return STATUS_OK;
}

void vcpu_counts_close(struct vcpu_counts *counts)
{
	counts->stats = kvmlib_stats_free(counts->stats);
}

void vcpu_counts_add(struct vcpu_counts *counts, uint32_t reason)
{
	counts->seen[COUNT_EXITS]++;
	for (size_t i = 0; i < NR_COUNTS; i++)
		if (sources[i].reason && sources[i].reason == reason)
			counts->seen[i]++;
}

static int take_from_kvm(const struct vcpu_counts *counts, uint64_t ret_values[NR_COUNTS])
{
	int r;

	do
		r = kvmlib_stats_sample(counts->stats);
	while (r == -EINTR);
	if (r < 0)
		return r;
	for (size_t i = 0; i < NR_COUNTS; i++)
		ret_values[i] = counts->indexes[i] == NO_INDEX
					? COUNT_UNKNOWN
					: *kvmlib_stats_values(counts->stats, counts->indexes[i]);
	return 0;
}

int vcpu_counts_take(const struct vcpu_counts *counts, uint64_t ret_values[NR_COUNTS])
{
	if (counts->stats)
		return take_from_kvm(counts, ret_values);
	for (size_t i = 0; i < NR_COUNTS; i++)
		ret_values[i] =
			sources[i].reason || i == COUNT_EXITS ? counts->seen[i] : COUNT_UNKNOWN;
	return 0;
}
