/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What times.py measures Python against, on the same handles: a loop in C for each row. */

#include <errno.h>

#include "../dirty/subject.h"

#define RUNS 16384

static struct subject subject;

KVMLIB_EXPORT int python_io_exits(struct kvmlib_vcpu *vcpu);
KVMLIB_EXPORT int python_simple_calls(struct kvmlib_system *system, unsigned int n);
KVMLIB_EXPORT void python_track(struct kvmlib_dirty_consumer **ret_consumer,
				struct kvmlib_memory_reader **ret_reader);
KVMLIB_EXPORT int python_harvest(struct kvmlib_dirty_run runs[RUNS]);

/* Run the guest until it halts. Returns how often it wrote to a port. */
KVMLIB_EXPORT int python_io_exits(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_exit_io io;
	int exits = 0;

	for (;;) {
		int r = kvmlib_vcpu_run(vcpu);

		if (r < 0)
			return r;
		if (kvmlib_vcpu_exit_reason(vcpu) == KVMLIB_EXIT_HLT)
			return exits;
		r = kvmlib_vcpu_exit_io(vcpu, &io);
		if (r < 0)
			return r;
		exits++;
	}
}

KVMLIB_EXPORT int python_simple_calls(struct kvmlib_system *system, unsigned int n)
{
	int r = 0;

	for (unsigned int i = 0; i < n; i++)
		r |= kvmlib_system_check_extension(system, KVMLIB_CAP_NR_VCPUS);
	return r < 0 ? -EIO : r;
}

/* A map of 4 GiB with a log in which 1 % of the pages are set, here and there. */
KVMLIB_EXPORT void python_track(struct kvmlib_dirty_consumer **ret_consumer,
				struct kvmlib_memory_reader **ret_reader)
{
	static const struct density density = { 4 * GIB, 10, false };

	subject_open(&subject);
	subject_track(&subject, &density, KVMLIB_DIRTY_BITMAP);
	*ret_consumer = subject.consumer;
	*ret_reader = subject.reader;
}

/* One round, of which Python tells the pages, and its runs. Returns how many there are. */
KVMLIB_EXPORT int python_harvest(struct kvmlib_dirty_run runs[RUNS])
{
	uint64_t pages;
	int n, total = 0;

	if (kvmlib_dirty_round(subject.consumer, &pages) < 0 ||
	    kvmlib_memory_enter(subject.reader) < 0)
		return -1;
	do {
		n = kvmlib_dirty_next_runs(subject.consumer, subject.reader, runs, RUNS);
		total += n;
	} while (n == RUNS);
	kvmlib_memory_leave(subject.reader);
	return total;
}
