/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "move_fixture.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

#define PAGE	      4096U /* x86's */
#define MAX_CONSUMERS 16U
#define PEER_PAGES    (ROM_PAGE + ROM_PAGES) /* more it does not keep */

struct moved moved;
struct peer peer;

static uint8_t copy[2][PEER_PAGES][PAGE];

/* Callbacks */

static int answer(void)
{
	peer.calls++;
	if (peer.on_call)
		peer.on_call();
	return peer.calls == peer.fail_at ? -EPIPE : 0;
}

static void add_text(const char *separator, const char *text)
{
	size_t length = strlen(peer.text);

	ck_assert_uint_lt(length + strlen(text) + 2, sizeof(peer.text));
	snprintf(peer.text + length, sizeof(peer.text) - length, "%s%s", length ? separator : "",
		 text);
}

static void note(const struct kvmlib_move_pages *pages)
{
	char text[64];

	snprintf(text, sizeof(text), "%s%u+%u%s", pages->data ? "" : "z",
		 (unsigned int)(pages->gpa / PAGE), (unsigned int)(pages->length / PAGE),
		 pages->space ? "/1" : "");
	add_text(pages == peer.pages ? "|" : " ", text);
}

static void store(const struct kvmlib_move_pages *pages)
{
	const uint64_t page = pages->gpa / PAGE;

	ck_assert_uint_eq(pages->reserved, 0);
	if (pages->data)
		clock_move_on(peer.page_time * (pages->length / PAGE));
	if (page >= PEER_PAGES)
		return;
	note(pages);
	if (pages->data)
		memcpy(copy[pages->space][page], pages->data, pages->length);
	else
		memset(copy[pages->space][page], 0, pages->length);
}

static int get_pages(const struct kvmlib_move_pages *pages, size_t nr_pages, void *userdata)
{
	int r;

	ck_assert_ptr_eq(userdata, &peer);
	peer.pages = pages;
	peer.nr_pages = nr_pages;
	for (size_t i = 0; i < nr_pages; i++)
		store(&pages[i]);
	r = answer();
	peer.pages = NULL;
	return r;
}

static int get_state(const struct kvmlib_state *state, void *userdata)
{
	struct kvmlib_state_item item;

	ck_assert_ptr_eq(userdata, &peer);
	ck_assert_int_eq(kvmlib_state_get(state, "regs", 0, &item), 0);
	peer.states++;
	add_text("|", "state");
	return answer();
}

static int get_progress(const struct kvmlib_move_progress *progress, void *userdata)
{
	ck_assert_ptr_eq(userdata, &peer);
	peer.progress = *progress;
	return answer();
}

static int stop(void *userdata)
{
	int r;

	ck_assert_ptr_eq(userdata, &peer);
	add_text("|", "stop");
	r = answer();
	peer.stops += r >= 0;
	return r;
}

static void go_on(void *userdata)
{
	ck_assert_ptr_eq(userdata, &peer);
	ck_assert_uint_eq(peer.stops, 1);
	peer.stops = 0;
	add_text("|", "go_on");
}

/* The machine */

void announce_memory(void)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MULTI_ADDRESS_SPACE, 2), 0);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MEMORY_ATTRIBUTES,
						   KVMLIB_MEMORY_ATTRIBUTE_PRIVATE),
			 0);
}

static struct kvmlib_memory_region *add(const char *name, uint64_t page, uint64_t pages,
					uint32_t flags, uint32_t space)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts),
							.name = name,
							.gpa = page * PAGE,
							.length = pages * PAGE,
							.flags = flags,
							.space = space };
	struct kvmlib_memory_region *region;

	assert_ok(kvmlib_memory_add(moved.memory, &opts, &region));
	return region;
}

static void fill(struct kvmlib_memory_region *region, unsigned int pages, uint8_t first)
{
	uint8_t *bytes = kvmlib_memory_region_address(region);

	for (size_t i = 0; i < pages; i++)
		memset(bytes + i * PAGE, (int)(first + i), PAGE);
}

static void make_map(void)
{
	assert_ok(kvmlib_memory_new(fix.vm, NULL, &moved.memory));
	moved.ram = add("ram", 0, RAM_PAGES, 0, 0);
	fill(moved.ram, FULL_PAGES, 1);
	fill(add("rom", ROM_PAGE, ROM_PAGES, KVMLIB_MEMORY_READONLY, 0), ROM_PAGES, 0xa0);
	fill(add("smm", 0, SMM_PAGES, 0, 1), SMM_PAGES, 0x50);
	assert_ok(kvmlib_memory_reader_new(moved.memory, 0, &moved.reader));
	assert_ok(kvmlib_dirty_start(moved.memory, NULL, &moved.dirty));
}

void make_moved(struct kvmlib_vcpu *const *vcpus, size_t n, struct kvmlib_control *control,
		uint64_t timeout)
{
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
					       .vcpus = vcpus,
					       .nr_vcpus = n,
					       .control = control,
					       .timeout = timeout };

	memset(&moved, 0, sizeof(moved));
	memset(&peer, 0, sizeof(peer));
	memset(copy, 0xff, sizeof(copy));
	make_map();
	opts.memory = moved.memory;
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &moved.plan));
	moved.opts = (struct kvmlib_move_opts){ .size = sizeof(moved.opts),
						.pages = get_pages,
						.state = get_state,
						.progress = get_progress,
						.stop = stop,
						.go_on = go_on,
						.userdata = &peer };
}

void drop_moved(void)
{
	clock_go_on();
	kvmlib_state_plan_free(moved.plan);
	kvmlib_dirty_unref(moved.dirty);
	kvmlib_memory_reader_free(moved.reader);
	kvmlib_memory_unref(moved.memory);
}

int move_it(struct kvmlib_move_progress *ret)
{
	peer.text[0] = 0;
	peer.calls = 0;
	peer.states = 0;
	peer.stops = 0;
	return kvmlib_move_run(moved.plan, moved.dirty, &moved.opts, ret);
}

void guest_writes(uint64_t page, uint64_t pages)
{
	ck_assert_int_eq(kvmlib_sim_dirty(fix.sim, kvmlib_vm_fd(fix.vm), page * PAGE, pages * PAGE),
			 0);
}

static void assert_same(uint64_t page, uint64_t pages)
{
	static uint8_t bytes[RAM_PAGES * PAGE];

	assert_ok(kvmlib_memory_read(moved.reader, page * PAGE, bytes, pages * PAGE));
	ck_assert_mem_eq(copy[0][page], bytes, pages * PAGE);
}

void assert_same_memory(void)
{
	assert_same(0, RAM_PAGES);
	assert_same(ROM_PAGE, ROM_PAGES);
	for (size_t i = 0; i < SMM_PAGES; i++)
		ck_assert_uint_eq(copy[1][i][PAGE - 1], 0x50 + i);
}

void assert_nothing_left(void)
{
	struct kvmlib_dirty_consumer *consumers[MAX_CONSUMERS];

	for (size_t i = 0; i < MAX_CONSUMERS; i++)
		assert_ok(kvmlib_dirty_consumer_new(moved.dirty, &consumers[i]));
	for (size_t i = 0; i < MAX_CONSUMERS; i++)
		kvmlib_dirty_consumer_free(consumers[i]);
}
