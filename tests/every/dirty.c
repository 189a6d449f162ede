/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages that the guest writes, by each mechanism that this KVM has. */
#include "every.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <runner.h>

#define PAGE 0x1000U

static struct kvmlib_dirty *start(struct machine *machine, uint32_t mechanism)
{
	const struct kvmlib_dirty_opts opts = { .size = sizeof(opts), .mechanism = mechanism };
	struct kvmlib_dirty *dirty = NULL;
	int r = kvmlib_dirty_start(machine->memory, &opts, &dirty);

	ck_assert_msg(r == 0 || r == -EOPNOTSUPP, "%d", r);
	return dirty;
}

/* Runs as text, in pages. */
static const char *runs_of(struct kvmlib_dirty_consumer *consumer, struct kvmlib_memory *memory)
{
	struct kvmlib_memory_reader *reader;
	struct kvmlib_dirty_run run;
	static char text[256];
	size_t length = 0;

	ck_assert_int_eq(kvmlib_memory_reader_new(memory, 0, &reader), 0);
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	while (kvmlib_dirty_next_runs(consumer, reader, &run, 1) == 1)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%x+%x ",
					   (unsigned int)(run.gpa / PAGE),
					   (unsigned int)(run.length / PAGE));
	kvmlib_memory_leave(reader);
	kvmlib_memory_reader_free(reader);
	return text;
}

/*
 * Each second page, and none that was only read; but where the guest's code is, x86's KVM may map the
 * page for writing at once, and tells that it was written.
 */
static void check_runs(struct machine *machine, struct kvmlib_dirty_consumer *consumer)
{
	const char *runs;

	ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
	runs = runs_of(consumer, machine->memory);
	if (!strncmp(runs, "3+1 ", 4))
		runs += 4;
	ck_assert_str_eq(runs, "10+1 12+1 14+1 16+1 18+1 1a+1 1c+1 1e+1 ");
}

/* Memory and vCPU come after the tracking, which rings want. */
static bool is_tracked_by(uint32_t mechanism)
{
	struct kvmlib_dirty_consumer *consumer;
	struct machine machine;
	struct kvmlib_dirty *dirty;

	machine_new(&machine);
	dirty = start(&machine, mechanism);
	if (dirty) {
		machine_start(&machine, &touch_program);
		ck_assert_int_eq(kvmlib_dirty_add_vcpu(dirty, machine.vcpu), 0);
		ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &consumer), 0);
		ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL),
				 0); /* new memory is uncertain */
		told(machine.vcpu);
		check_runs(&machine, consumer);
		kvmlib_dirty_consumer_free(consumer);
	}
	kvmlib_dirty_unref(dirty);
	machine_free(&machine);
	return dirty;
}

#define TEST_BY(mechanism)                                       \
	START_TEST(dirty_tells_the_pages_written_by_##mechanism) \
	{                                                        \
		if (!is_tracked_by(KVMLIB_DIRTY_##mechanism))    \
			SKIP("this KVM has not that mechanism"); \
	}                                                        \
	END_TEST

TEST_BY(BITMAP)
TEST_BY(MANUAL)
TEST_BY(RING)

Suite *dirty_suite(void)
{
	Suite *suite = suite_create("dirty");
	TCase *tcase = tcase_create("dirty");

	tcase_add_test(tcase, dirty_tells_the_pages_written_by_BITMAP);
	tcase_add_test(tcase, dirty_tells_the_pages_written_by_MANUAL);
	tcase_add_test(tcase, dirty_tells_the_pages_written_by_RING);
	suite_add_tcase(suite, tcase);
	return suite;
}
