/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States that libraries before this one wrote: they are read, and a VM becomes what they were of. */

#include "fixture.h"
#include "suites.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "../state/blob.h"
#include "../state/machine.h"

static const struct golden {
	const char *name;
	size_t count; /* of items */
	uint16_t architecture;
} goldens[] = {
	{ "1-empty.state", 0, EM_X86_64 },    { "1-own.state", 19, EM_X86_64 },
	{ "1-s390x-own.state", 19, EM_S390 }, /* of the other order of bytes */
	{ "1-x86-vm.state", 35, EM_X86_64 },  { "1-x86-old-sregs.state", 35, EM_X86_64 },
};
#define NR_GOLDENS (sizeof(goldens) / sizeof(goldens[0]))

static struct blob blob;

static void load(const char *name)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", GOLDEN_STATES, name);
	assert_ok(blob_load(&blob, path));
}

static void teardown_blob(void)
{
	blob_free(&blob);
}

static struct kvmlib_state *parsed(const char *name)
{
	struct kvmlib_state *state = NULL;

	load(name);
	assert_ok(kvmlib_state_parse(blob.data, blob.size, &state));
	return state;
}

/* What is read is written as it was. */
static void expect_same_bytes(const struct kvmlib_state *state)
{
	struct blob again = { 0 };

	assert_ok(blob_write(&again, state));
	ck_assert_uint_eq(again.size, blob.size);
	ck_assert(!memcmp(again.data, blob.data, blob.size));
	blob_free(&again);
}

static int64_t take(void *data, size_t length, void *userdata)
{
	size_t *at = userdata, n = blob.size - *at;

	n = n < length ? n : length;
	n = n < 100 ? n : 100;
	memcpy(data, blob.data + *at, n);
	*at += n;
	return (int64_t)n;
}

START_TEST(golden_state_is_read_and_written)
{
	struct kvmlib_state *state = parsed(goldens[_i].name), *streamed = NULL;
	size_t at = 0;

	ck_assert_uint_eq(kvmlib_state_count(state), goldens[_i].count);
	ck_assert_uint_eq(kvmlib_state_architecture(state), goldens[_i].architecture);
	expect_same_bytes(state);
	assert_ok(kvmlib_state_read(take, &at, &streamed));
	expect_same_bytes(streamed);
	kvmlib_state_free(streamed);
	kvmlib_state_free(state);
}
END_TEST

static void expect_item(const struct kvmlib_state *state, const char *name, uint64_t instance,
			uint32_t version, const void *data, size_t length)
{
	struct kvmlib_state_item item;

	assert_ok(kvmlib_state_get(state, name, instance, &item));
	ck_assert_uint_eq(item.version, version);
	ck_assert_uint_eq(item.length, length);
	ck_assert(!memcmp(item.data, data, length));
}

START_TEST(programs_items_are_as_they_were)
{
	struct kvmlib_state *state = parsed(_i ? "1-s390x-own.state" : "1-own.state");

	for (uint64_t i = 0; i < 18; i++)
		expect_item(state, "golden.text", i, 7, "seventeen letters", i);
	expect_item(state, "golden.longest.name.of.an.item.", KVMLIB_STATE_VM, UINT32_MAX, "VM", 2);
	kvmlib_state_free(state);
}
END_TEST

#if defined(__x86_64__)

static struct machine machine;
static struct kvmlib_state *golden, *saved;

static int expect_no_problem(const struct kvmlib_state_problem *problem, void *userdata)
{
	(void)userdata;
	ck_abort_msg("%s stands in the way: %u", problem->item, problem->kind);
}

static void restore_and_save(const char *name, uint32_t flags)
{
	golden = parsed(name);
	ck_assert(machine_make(&machine, flags));
	assert_ok(kvmlib_state_check(machine.plan, golden, NULL, expect_no_problem, NULL));
	assert_ok(kvmlib_state_restore(machine.plan, golden, NULL));
	assert_ok(kvmlib_state_new(&saved));
	assert_ok(kvmlib_state_save(machine.plan, saved));
}

static void drop_all(void)
{
	kvmlib_state_free(saved);
	kvmlib_state_free(golden);
	machine_drop(&machine);
}

static bool is_sregs(const struct kvmlib_state_item *item)
{
	return !strcmp(item->name, "sregs") || !strcmp(item->name, "sregs2");
}

static bool has_msr(const struct kvmlib_state_item *item, const struct kvm_msr_entry *entry)
{
	const struct kvm_msr_entry *entries = item->data;

	for (size_t i = 0; i < item->length / sizeof(*entries); i++)
		if (entries[i].index == entry->index && entries[i].data == entry->data)
			return true;
	return false;
}

/* A later kernel has more of them. */
static void expect_msrs(const struct kvmlib_state_item *before)
{
	const struct kvm_msr_entry *entries = before->data;
	struct kvmlib_state_item after;

	assert_ok(kvmlib_state_get(saved, before->name, before->instance, &after));
	for (size_t i = 0; i < before->length / sizeof(*entries); i++)
		ck_assert_msg(has_msr(&after, &entries[i]), "MSR %#x", entries[i].index);
}

/* Whatever else a later library saves. */
static void expect_saved_again(bool has_same_sregs)
{
	struct kvmlib_state_item item;

	for (size_t i = 0; !kvmlib_state_at(golden, i, &item); i++)
		if (!strcmp(item.name, "msrs"))
			expect_msrs(&item);
		else if (!strchr(item.name, '.') && (has_same_sregs || !is_sregs(&item)))
			expect_item(saved, item.name, item.instance, item.version, item.data,
				    item.length);
}

static const struct {
	const char *name;
	uint32_t flags;
} same_kernels[] = {
	{ "1-x86-vm.state", 0 },
	{ "1-x86-old-sregs.state", MACHINE_OLD_SREGS },
};

START_TEST(vm_is_what_it_was)
{
	restore_and_save(same_kernels[_i].name, same_kernels[_i].flags);
	expect_saved_again(true);
	drop_all();
}
END_TEST

/* The registers that both calls have; what the bitmap told is among the events. */
static void expect_shared_sregs(const char *there, const char *here)
{
	struct kvmlib_state_item before, after;

	for (uint64_t i = 0; i < MACHINE_VCPUS; i++) {
		assert_ok(kvmlib_state_get(golden, there, i, &before));
		assert_ok(kvmlib_state_get(saved, here, i, &after));
		ck_assert(!memcmp(before.data, after.data,
				  offsetof(struct kvm_sregs, interrupt_bitmap)));
	}
}

START_TEST(vm_of_an_older_kernel_is_what_it_was)
{
	restore_and_save("1-x86-old-sregs.state", 0);
	expect_saved_again(false);
	expect_shared_sregs("sregs", "sregs2");
	drop_all();
}
END_TEST

START_TEST(vm_of_a_newer_kernel_is_what_it_was)
{
	restore_and_save("1-x86-vm.state", MACHINE_OLD_SREGS);
	expect_saved_again(false);
	expect_shared_sregs("sregs2", "sregs");
	drop_all();
}
END_TEST

/* Nothing of it is applied, not even what a program could read. */
START_TEST(state_of_the_other_order_is_refused)
{
	struct kvmlib_state *state = parsed("1-s390x-own.state");

	ck_assert(machine_make(&machine, 0));
	assert_fails(kvmlib_state_check(machine.plan, state, NULL, expect_no_problem, NULL), EPROTO,
		     STATE_ARCHITECTURE, NULL);
	assert_value(TYPE, EM_S390);
	assert_fails(kvmlib_state_restore(machine.plan, state, NULL), EPROTO, STATE_ARCHITECTURE,
		     NULL);
	machine_drop(&machine);
	kvmlib_state_free(state);
}
END_TEST

#endif

Suite *state_golden_suite(void)
{
	Suite *suite = suite_create("state_golden");
	TCase *tcase = tcase_create("golden");

	tcase_add_checked_fixture(tcase, NULL, teardown_blob);
	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, golden_state_is_read_and_written, 0, (int)NR_GOLDENS);
	tcase_add_loop_test(tcase, programs_items_are_as_they_were, 0, 2);
#if defined(__x86_64__)
	tcase_add_loop_test(tcase, vm_is_what_it_was, 0, 2);
	ADD_TESTS(tcase, vm_of_an_older_kernel_is_what_it_was, vm_of_a_newer_kernel_is_what_it_was,
		  state_of_the_other_order_is_refused);
#endif
	return suite;
}
