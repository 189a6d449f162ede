/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counting exits. */
#include "stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "board/devices.h"
#include "run.h"
#include "tool.h"
#include "vcpu_table.h"

#define KEY(address, is_write) ((address) << 1 | (is_write))

static void count(struct counters *counters, uint64_t key)
{
	for (size_t i = 0; i < counters->nr; i++) {
		if (counters->list[i].key != key)
			continue;
		counters->list[i].count++;
		return;
	}
	if (counters->nr == MAX_COUNTERS)
		counters->others++;
	else
		counters->list[counters->nr++] = (struct counter){ .key = key, .count = 1 };
}

void stats_add(struct stats *stats, const struct seen *seen)
{
	stats->exits++;
	count(&stats->reasons, seen->reason);
	if (seen->reason == KVMLIB_EXIT_IO)
		count(&stats->ports, KEY(seen->address, seen->is_write));
	if (seen->reason == KVMLIB_EXIT_MMIO)
		count(&stats->mmio, KEY(seen->address, seen->is_write));
}

/* The most frequent first. */
static int compare(const void *a, const void *b)
{
	const struct counter *left = a, *right = b;

	if (left->count != right->count)
		return left->count < right->count ? 1 : -1;
	return left->key > right->key ? 1 : -1;
}

static void print_row(const char *name, uint64_t number, double seconds)
{
	fprintf(stderr, "    %-40s%12" PRIu64 "%12.1f/s\n", name, number,
		seconds > 0 ? (double)number / seconds : 0);
}

static void name_reason(uint64_t key, char *name, size_t size)
{
	const char *known = kvmlib_exit_name((uint32_t)key);

	snprintf(name, size, known ? "%s" : "exit %s%" PRIu64, known ? known : "", key);
}

static void name_port(uint64_t key, char *name, size_t size)
{
	snprintf(name, size, "%-3s 0x%04" PRIx64 "  %s", key & 1 ? "out" : "in", key >> 1,
		 devices_port_name((uint16_t)(key >> 1)));
}

static void name_mmio(uint64_t key, char *name, size_t size)
{
	snprintf(name, size, "%-5s 0x%" PRIx64 "  %s", key & 1 ? "write" : "read", key >> 1,
		 devices_mmio_name(key >> 1));
}

static void print_counters(const char *title, struct counters *counters, double seconds,
			   void (*name_of)(uint64_t key, char *name, size_t size))
{
	char name[64];

	if (!counters->nr)
		return;
	qsort(counters->list, counters->nr, sizeof(counters->list[0]), compare);
	fprintf(stderr, "  %s:\n", title);
	for (size_t i = 0; i < counters->nr; i++) {
		name_of(counters->list[i].key, name, sizeof(name));
		print_row(name, counters->list[i].count, seconds);
	}
	if (counters->others)
		print_row("others", counters->others, seconds);
}

static void print_injected(uint64_t injected, double seconds)
{
	fprintf(stderr, "  interrupts:\n");
	if (injected == COUNT_UNKNOWN)
		fprintf(stderr, "    %-40s%12s\n", "injected", "not offered by this kernel");
	else
		print_row("injected", injected, seconds);
}

/* Returns the interrupts that it was given. */
static uint64_t print_vcpu(const struct vcpu_thread *vcpu, double seconds)
{
	struct vcpu_row row = { .time = seconds, .id = vcpu->id };

	if (vcpu_counts_take(&vcpu->counts, row.counts) < 0) {
		say_error(RUN, "can't read the statistics of vCPU %" PRIu32, vcpu->id);
		return COUNT_UNKNOWN;
	}
	row.exits_a_second = seconds > 0 ? (double)row.counts[COUNT_EXITS] / seconds : 0;
	vcpu_table_print_row(stderr, &row);
	return row.counts[COUNT_INTERRUPTS];
}

static void print_vcpus(const struct vcpu_thread *vcpus, uint32_t nr, double seconds)
{
	uint64_t injected = 0;

	fprintf(stderr, "  by vCPU:\n");
	vcpu_table_print_titles(stderr, vcpus[0].counts.stats != NULL);
	for (uint32_t id = 0; id < nr; id++)
		injected = vcpu_counts_sum(injected, print_vcpu(&vcpus[id], seconds));
	print_injected(injected, seconds);
}

void stats_print(struct stats *stats, double seconds, const struct vcpu_thread *vcpus,
		 uint32_t nr_vcpus)
{
	fprintf(stderr, "kvmlib run: statistics of %.3f s\n  exits:\n", seconds);
	print_row("all", stats->exits, seconds);
	print_counters("exits by reason", &stats->reasons, seconds, name_reason);
	print_counters("exits by port", &stats->ports, seconds, name_port);
	print_counters("exits by memory address", &stats->mmio, seconds, name_mmio);
	print_vcpus(vcpus, nr_vcpus, seconds);
}
