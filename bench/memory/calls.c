/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many calls to the kernel a commit makes. */
#include "calls.h"

#include <stdio.h>

#include <linux/kvm.h>

#define ELSE   UINT64_C(4000) /* a page behind the regions, which are on every other one from 0 on */
#define CIRCLE 10U

static uint64_t page(uint64_t n)
{
	return n * PAGE;
}

static void add(struct kvmlib_memory_change *change, uint64_t gpa)
{
	const struct kvmlib_memory_region_opts opts = subject_page_at(gpa);

	if (kvmlib_memory_change_add(change, &opts, NULL) < 0)
		bench_fail("an addition");
}

static void add_all(struct kvmlib_memory_change *change)
{
	for (uint64_t i = 0; i < CHANGES; i++)
		add(change, page(2 * i));
}

/*
 * One call for each region that goes, comes, moves or has its log switched; two where READONLY
 * changes, and for one region of each circle.
 */
static int change_region(struct kvmlib_memory_change *change,
			 struct kvmlib_memory_region *const *regions, size_t i)
{
	if (i < 100)
		return kvmlib_memory_change_remove(change, regions[i]);
	if (i < 200)
		return kvmlib_memory_change_move(change, regions[i], page(ELSE + i));
	if (i < 300) /* each takes the place of the next, in circles */
		return kvmlib_memory_change_move(
			change, regions[i],
			page(2 * (i % CIRCLE == CIRCLE - 1 ? i - CIRCLE + 1 : i + 1)));
	return kvmlib_memory_change_flags(
		change, regions[i], i < 350 ? KVMLIB_MEMORY_READONLY : KVMLIB_MEMORY_LOG_DIRTY);
}

/* 400 regions change, and 100 come. */
static void change_all(struct subject *subject, struct kvmlib_memory_change *change)
{
	struct kvmlib_memory_region *regions[CHANGES];

	if (kvmlib_memory_regions(subject->memory, regions, CHANGES) != CHANGES)
		bench_fail("the regions");
	for (size_t i = 0; i < 400; i++)
		if (change_region(change, regions, i) < 0)
			bench_fail("a change");
	for (size_t i = 0; i < 100; i++)
		add(change, page(ELSE + i));
}

static void begin(struct subject *subject, struct kvmlib_memory_change **ret_change)
{
	if (kvmlib_memory_begin(subject->memory, ret_change) < 0)
		bench_fail("a change");
}

static void commit(struct subject *subject, struct kvmlib_memory_change *change, const char *name)
{
	uint64_t before = kvmlib_sim_nr_ioctls(subject->sim, KVM_SET_USER_MEMORY_REGION);
	uint64_t after;

	if (kvmlib_memory_change_commit(change) < 0)
		bench_fail(name);
	after = kvmlib_sim_nr_ioctls(subject->sim, KVM_SET_USER_MEMORY_REGION);
	printf("count\t%s\t%llu\n", name, (unsigned long long)(after - before));
}

void count_calls(struct subject *subject)
{
	struct kvmlib_memory_change *change;

	subject_make_map(subject, 0);
	begin(subject, &change);
	add_all(change);
	commit(subject, change, "commit_500_calls");
	begin(subject, &change);
	change_all(subject, change);
	commit(subject, change, "commit_500_mixed_calls");
	subject_drop_map(subject);
}
