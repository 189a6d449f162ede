/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages that the guest writes, by each mechanism that this KVM has. */
#include "every.h"

#include <errno.h>

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

/* Each second page, and none that the guest only read. */
static void check_runs(struct machine *machine, struct kvmlib_dirty_consumer *consumer)
{
	struct kvmlib_dirty_run runs[TOUCHED + 1];
	struct kvmlib_memory_reader *reader;
	uint64_t pages;

	ck_assert_int_eq(kvmlib_memory_reader_new(machine->memory, 0, &reader), 0);
	ck_assert_int_eq(kvmlib_dirty_round(consumer, &pages), 0);
	ck_assert_uint_eq(pages, TOUCHED);
	ck_assert_int_eq(kvmlib_memory_enter(reader), 0);
	ck_assert_int_eq(kvmlib_dirty_next_runs(consumer, reader, runs, TOUCHED + 1), TOUCHED);
	for (uint32_t i = 0; i < TOUCHED; i++) {
		ck_assert_uint_eq(runs[i].gpa, TOUCHED_GPA + (uint64_t)i * 2 * PAGE);
		ck_assert_uint_eq(runs[i].length, PAGE);
	}
	kvmlib_memory_leave(reader);
	kvmlib_memory_reader_free(reader);
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
