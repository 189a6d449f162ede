/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States of any content: looked through, and put into VMs, which are as before where that fails. */
#include "blob.h"
#include "fuzz.h"
#include "machine.h"

#include <errno.h>
#include <string.h>

#include "../../lib/manage/state/state.h"

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

#define ALL_KINDS 0x3ffU /* KVMLIB_STATE_BAD_ITEM, … */
#define ALL_FLAGS (KVMLIB_STATE_REALTIME | KVMLIB_STATE_NO_WAY_BACK | KVMLIB_STATE_KEEP_DEADLINE)

static void look_at_item(const struct kvmlib_state *state, const struct kvmlib_state_item *item)
{
	const uint8_t *data = item->data;
	struct kvmlib_state_item same;
	volatile uint8_t sum = 0;

	CHECK(strnlen(item->name, KVMLIB_STATE_NAME_LENGTH + 1) <= KVMLIB_STATE_NAME_LENGTH);
	CHECK((uintptr_t)data % 8 == 0);
	for (uint64_t i = 0; i < item->length; i++)
		sum = (uint8_t)(sum + data[i]);
	CHECK(!kvmlib_state_get(state, item->name, item->instance, &same));
	CHECK(same.data == item->data);
}

static void look(const struct kvmlib_state *state)
{
	struct kvmlib_state_item item;
	size_t i;

	for (i = 0; !kvmlib_state_at(state, i, &item); i++)
		look_at_item(state, &item);
	CHECK(kvmlib_state_count(state) == i);
}

/* A state has room for more behind its items; nobody reads it. */
static void hide_rest(const struct kvmlib_state *state)
{
	ASAN_POISON_MEMORY_REGION(state->bytes + state->used, state->room - state->used);
}

/* Restoring */

static void save(const struct machine *machine, struct blob *blob)
{
	struct kvmlib_state *state = NULL;

	CHECK(!kvmlib_state_new(&state));
	CHECK(!kvmlib_state_save(machine->plan, state));
	CHECK(!blob_write(blob, state));
	kvmlib_state_free(state);
}

static int count_problem(const struct kvmlib_state_problem *problem, void *userdata)
{
	unsigned int *kinds = userdata;

	CHECK(problem->item && problem->kind & ALL_KINDS);
	*kinds |= problem->kind;
	return 0;
}

static struct kvmlib_state_restore_opts some_opts(void)
{
	static const uint32_t allowed[] = { 0, ALL_KINDS, ALL_KINDS };
	struct kvmlib_state_restore_opts opts = { .size = sizeof(opts) };

	opts.allow = allowed[fuzz_some(3)] & (fuzz_some(2) ? ALL_KINDS : fuzz_some(ALL_KINDS));
	opts.flags = fuzz_some(ALL_FLAGS + 1);
	return opts;
}

static void expect_as_before(const struct machine *machine, const struct blob *before)
{
	struct blob after = { 0 };

	save(machine, &after);
	CHECK(after.size == before->size && !memcmp(after.data, before->data, after.size));
	blob_free(&after);
}

static void restore(const struct machine *machine, const struct kvmlib_state *state)
{
	const struct kvmlib_state_restore_opts opts = some_opts();
	struct blob before = { 0 }, after = { 0 };
	unsigned int kinds = 0;
	uint64_t outcome = 0;
	int found = kvmlib_state_check(machine->plan, state, &opts, count_problem, &kinds), r;

	CHECK(found >= 0 || found == -EPROTO);
	save(machine, &before);
	r = kvmlib_state_restore(machine->plan, state, &opts);
	CHECK(found >= 0 || r == found);
	CHECK((r == -ENOTSUP) == ((kinds & ~opts.allow) != 0));
	if (r < 0 && kvmlib_error_value(KVMLIB_VALUE_OUTCOME, &outcome) < 0)
		outcome = 0;
	if (r < 0 && outcome < 2)
		expect_as_before(machine, &before);
	else
		save(machine, &after);
	blob_free(&before);
	blob_free(&after);
}

/* One vCPU alone is not checked before: it must do no harm. */
static void restore_vcpu(const struct machine *machine, const struct kvmlib_state *state)
{
	struct blob after = { 0 };

	(void)kvmlib_state_restore_vcpu(machine->plan, state,
					machine->vcpus[fuzz_some(MACHINE_VCPUS)]);
	save(machine, &after);
	blob_free(&after);
}

void fuzz_apply(const struct kvmlib_state *state)
{
	struct machine machine;

	hide_rest(state);
	look(state);
	if (machine_make(&machine, fuzz_some(2) ? MACHINE_OLD_SREGS : 0)) {
		restore(&machine, state);
		restore_vcpu(&machine, state);
	}
	machine_drop(&machine);
}
