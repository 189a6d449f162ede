/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dirty tracking against a plain model: random writes of guests and of the program, changes of the map,
 * rounds of several consumers, and failing calls, under each mechanism. Each consumer must be given
 * each page that was written since its last round began, and no other.
 *
 *     KVMLIB_MODEL_STEPS=1000000 KVMLIB_MODEL_SEED=1 tests/model/dirty
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#define DEFAULT_STEPS 20000U
#define MAX_REGIONS   6
#define MAX_PAGES     150U
#define ALL_PAGES     1024U /* of guest addresses */
#define MAX_CONSUMERS 4
#define MAX_RUNS      5

/* What a consumer is owed of a page. */
enum owed {
	NOTHING,
	PERHAPS, /* a call failed: it may come, and need not */
	SURELY,
};

struct page {
	uint8_t current[MAX_CONSUMERS]; /* in the round */
	uint8_t pending[MAX_CONSUMERS]; /* in the next */
	bool failed[MAX_CONSUMERS];	/* a round that failed may have taken what is pending */
};

struct region {
	struct kvmlib_memory_region *region; /* NULL: none */
	uint64_t gpa;			     /* in pages, as all here */
	uint64_t pages;
	bool is_readonly;
	struct page state[MAX_PAGES];
};

static struct {
	uint32_t mechanism;
	bool has_readonly;
	uint64_t page_size;
	uint64_t random;
	uint64_t seed;
	uint64_t step;
	struct kvmlib_sim *sim;
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpus[2];
	struct kvmlib_memory *memory;
	struct kvmlib_memory_reader *reader;
	struct kvmlib_dirty *dirty;
	struct kvmlib_dirty_consumer *consumers[MAX_CONSUMERS];
	struct region regions[MAX_REGIONS];
} m;

static _Noreturn void fail(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	printf("not ok %" PRIu32 " - dirty: mechanism %" PRIu32 ", seed %" PRIu64 ", step %" PRIu64
	       ": %s (%s)\n",
	       m.mechanism, m.mechanism, m.seed, m.step, what, line);
	exit(EXIT_FAILURE);
}

#define CHECK(condition)                  \
	do {                              \
		if (!(condition))         \
			fail(#condition); \
	} while (0)

/* xorshift64* */
static uint64_t below(uint64_t n)
{
	m.random ^= m.random >> 12;
	m.random ^= m.random << 25;
	m.random ^= m.random >> 27;
	return (m.random * UINT64_C(2685821657736338717) >> 11) % n;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* The model */

static struct region *region_at(uint64_t page)
{
	for (size_t i = 0; i < MAX_REGIONS; i++) {
		struct region *region = &m.regions[i];

		if (region->region && page >= region->gpa && page - region->gpa < region->pages)
			return region;
	}
	return NULL;
}

static void owe(struct page *page)
{
	memset(page->pending, SURELY, sizeof(page->pending));
	memset(page->failed, 0, sizeof(page->failed));
}

static void owe_all(struct region *region)
{
	for (uint64_t i = 0; i < region->pages; i++)
		owe(&region->state[i]);
}

static void owe_perhaps(struct region *region)
{
	for (uint64_t i = 0; i < region->pages; i++)
		for (int c = 0; c < MAX_CONSUMERS; c++)
			if (region->state[i].pending[c] == NOTHING)
				region->state[i].pending[c] = PERHAPS;
}

static void owe_range(uint64_t page, uint64_t pages)
{
	for (; pages; page++, pages--) {
		struct region *region = region_at(page);

		CHECK(region);
		owe(&region->state[page - region->gpa]);
	}
}

/* How many pages from one on lie in regions; those that the guest can't write end it too. */
static uint64_t reach(uint64_t page, uint64_t most)
{
	uint64_t n = 0;

	while (n < most && region_at(page + n) && !region_at(page + n)->is_readonly)
		n++;
	return n;
}

/* A round begins: what is left of the one before, and what came since. */
static void turn_page(struct page *page, int c, bool failed)
{
	uint8_t pending = page->pending[c];

	page->failed[c] = failed && pending;
	if (page->failed[c])
		pending = PERHAPS; /* and still owed later */
	if (page->current[c] < pending)
		page->current[c] = pending;
	if (!failed)
		page->pending[c] = NOTHING;
}

static void turn(int c, bool failed)
{
	for (size_t i = 0; i < MAX_REGIONS; i++)
		for (uint64_t page = 0; m.regions[i].region && page < m.regions[i].pages; page++)
			turn_page(&m.regions[i].state[page], c, failed);
}

static void take_page(uint64_t gpa, int c)
{
	struct region *region = region_at(gpa);
	struct page *page;

	CHECK(region);
	page = &region->state[gpa - region->gpa];
	CHECK(page->current[c] != NOTHING);
	if (page->failed[c])
		page->pending[c] = PERHAPS; /* it was taken before the call failed */
	page->current[c] = NOTHING;
}

static void check_nothing_left(int c)
{
	for (size_t i = 0; i < MAX_REGIONS; i++)
		for (uint64_t page = 0; m.regions[i].region && page < m.regions[i].pages; page++)
			CHECK(m.regions[i].state[page].current[c] != SURELY);
}

/* What happens */

static uint64_t random_page(void)
{
	return below(ALL_PAGES);
}

static void guest_writes(void)
{
	uint64_t page = random_page();
	uint64_t pages = reach(page, 1 + below(20));
	int vcpu = kvmlib_vcpu_fd(m.vcpus[below(2)]);
	int r;

	if (!pages)
		return;
	r = kvmlib_sim_dirty_by(m.sim, vcpu, page * m.page_size, pages * m.page_size);
	if (r == -ENOSPC) {
		CHECK(kvmlib_dirty_harvest(m.dirty) == 0);
		r = kvmlib_sim_dirty_by(m.sim, vcpu, page * m.page_size, pages * m.page_size);
	}
	CHECK(r == 0);
	owe_range(page, pages);
}

static void program_writes(void)
{
	static const uint8_t bytes[3 * 65536];
	uint64_t page = random_page();
	uint64_t pages = reach(page, 1 + below(3));

	if (!pages)
		return;
	CHECK(kvmlib_memory_write(m.reader, page * m.page_size, bytes, pages * m.page_size) == 0);
	owe_range(page, pages);
}

static void program_marks(void)
{
	uint64_t page = random_page();
	uint64_t pages = reach(page, 1 + below(100));

	CHECK(kvmlib_memory_enter(m.reader) == 0);
	CHECK(kvmlib_dirty_mark(m.reader, page * m.page_size, pages * m.page_size) == 0);
	kvmlib_memory_leave(m.reader);
	owe_range(page, pages);
}

static void engine_writes(void)
{
	uint64_t page = random_page() & ~UINT64_C(1);
	uint64_t pages = reach(page, 128) / 2;
	uint64_t bitmap = (below(UINT64_MAX) & below(UINT64_MAX)) | (below(2) ? UINT64_MAX : 0);

	if (pages < 64)
		bitmap &= (UINT64_C(1) << pages) - 1;
	CHECK(kvmlib_memory_enter(m.reader) == 0);
	CHECK(kvmlib_dirty_merge(m.reader, page * m.page_size, 2 * m.page_size, &bitmap, pages) ==
	      0);
	kvmlib_memory_leave(m.reader);
	for (uint64_t i = 0; i < pages; i++)
		if (bitmap >> i & 1)
			owe_range(page + 2 * i, 2);
}

/* Maybe a call fails soon. */
static bool arm(void)
{
	if (below(4))
		return false;
	CHECK(kvmlib_sim_fail_nth(m.sim, 1 + below(6), ENOMEM) == 0);
	return true;
}

static void disarm(void)
{
	CHECK(kvmlib_sim_fail_nth(m.sim, 0, 0) == 0);
}

/* Rings that the kernel did not take back: their pages may be written unseen, so all may come. */
static void become_uncertain(void)
{
	if (m.mechanism != KVMLIB_DIRTY_RING)
		return;
	for (size_t i = 0; i < MAX_REGIONS; i++)
		if (m.regions[i].region)
			owe_perhaps(&m.regions[i]);
}

static void harvests(void)
{
	bool may_fail = arm();
	int r = kvmlib_dirty_harvest(m.dirty);

	disarm();
	CHECK(r == 0 || may_fail);
	if (r < 0)
		become_uncertain();
}

static int random_consumer(void)
{
	int c = (int)below(MAX_CONSUMERS);

	return m.consumers[c] ? c : -1;
}

static void begins_round(void)
{
	int c = random_consumer();
	bool may_fail;
	int r;

	if (c < 0)
		return;
	may_fail = arm();
	r = kvmlib_dirty_round(m.consumers[c], NULL);
	disarm();
	CHECK(r == 0 || may_fail);
	turn(c, r < 0);
	if (r < 0)
		become_uncertain();
}

/* Go through some runs of the round, or all. */
static void takes_runs(void)
{
	struct kvmlib_dirty_run runs[MAX_RUNS];
	int c = random_consumer();
	size_t max = 1 + below(MAX_RUNS);
	uint64_t calls = below(3) ? below(4) : UINT64_MAX;
	int n = (int)max;

	if (c < 0)
		return;
	CHECK(kvmlib_memory_enter(m.reader) == 0);
	CHECK(kvmlib_dirty_clip(m.consumers[c], 0, 0) == 0);
	for (; calls && n == (int)max; calls--) {
		n = kvmlib_dirty_next_runs(m.consumers[c], m.reader, runs, max);
		CHECK(n >= 0);
		for (int i = 0; i < n; i++)
			for (uint64_t at = 0; at < runs[i].length; at += m.page_size)
				take_page((runs[i].gpa + at) / m.page_size, c);
	}
	kvmlib_memory_leave(m.reader);
	if (n < (int)max)
		check_nothing_left(c);
}

static void consumer_comes_or_goes(void)
{
	int c = (int)below(MAX_CONSUMERS);

	if (m.consumers[c]) {
		m.consumers[c] = kvmlib_dirty_consumer_free(m.consumers[c]);
		return;
	}
	CHECK(kvmlib_dirty_consumer_new(m.dirty, &m.consumers[c]) == 0);
	for (size_t i = 0; i < MAX_REGIONS; i++) {
		for (uint64_t page = 0; page < MAX_PAGES; page++) {
			m.regions[i].state[page].pending[c] = NOTHING;
			m.regions[i].state[page].current[c] = NOTHING;
		}
	}
}

static bool is_free(uint64_t gpa, uint64_t pages, const struct region *except)
{
	for (uint64_t i = 0; i < pages; i++)
		if (region_at(gpa + i) && region_at(gpa + i) != except)
			return false;
	return gpa + pages <= ALL_PAGES;
}

static void adds(struct region *region)
{
	struct kvmlib_memory_region_opts opts = {
		.size = sizeof(opts),
		.gpa = random_page() * m.page_size,
		.length = (1 + below(MAX_PAGES)) * m.page_size,
		.backing = below(2) ? KVMLIB_MEMORY_MEMFD : KVMLIB_MEMORY_ANONYMOUS,
	};

	if (!is_free(opts.gpa / m.page_size, opts.length / m.page_size, NULL))
		return;
	CHECK(kvmlib_memory_add(m.memory, &opts, &region->region) == 0);
	region->gpa = opts.gpa / m.page_size;
	region->pages = opts.length / m.page_size;
	region->is_readonly = false;
	memset(region->state, 0, sizeof(region->state));
	owe_all(region);
}

static void removes(struct region *region)
{
	CHECK(kvmlib_memory_remove(m.memory, region->region) == 0);
	region->region = NULL;
}

/* Move it or switch READONLY, which deletes the slot; perhaps in vain. */
static void changes(struct region *region)
{
	struct kvmlib_memory_change *change;
	bool moves = below(2);
	uint64_t gpa = moves ? random_page() : region->gpa;
	bool readonly = moves || !m.has_readonly ? region->is_readonly : !region->is_readonly;
	bool may_fail;
	int r;

	if (!is_free(gpa, region->pages, region))
		return;
	CHECK(kvmlib_memory_begin(m.memory, &change) == 0);
	CHECK(kvmlib_memory_change_move(change, region->region, gpa * m.page_size) == 0);
	CHECK(kvmlib_memory_change_flags(change, region->region,
					 readonly ? KVMLIB_MEMORY_READONLY : 0) == 0);
	may_fail = arm();
	r = kvmlib_memory_change_commit(change);
	disarm();
	CHECK(r == 0 || may_fail);
	if (r == 0 && (gpa != region->gpa || readonly != region->is_readonly))
		owe_all(region);
	if (r < 0 && !moves)
		owe_perhaps(region); /* the slot may have been deleted, and put back */
	if (r == 0) {
		region->gpa = gpa;
		region->is_readonly = readonly;
	}
}

static void map_changes(void)
{
	struct region *region = &m.regions[below(MAX_REGIONS)];

	if (!region->region)
		adds(region);
	else if (below(3))
		changes(region);
	else
		removes(region);
}

static void take_step(void)
{
	static void (*const actions[])(void) = {
		guest_writes,  guest_writes, guest_writes, program_writes, program_marks,
		engine_writes, harvests,     begins_round, begins_round,   takes_runs,
		takes_runs,    takes_runs,   takes_runs,   map_changes,
	};

	if (!below(50))
		consumer_comes_or_goes();
	else
		actions[below(sizeof(actions) / sizeof(actions[0]))]();
}

static void make_vm(void)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };

	CHECK(kvmlib_sim_new(&m.sim) == 0);
	opts.sys = kvmlib_sim_sys_ops(m.sim);
	CHECK(kvmlib_system_open(&opts, &m.system) == 0);
	CHECK(kvmlib_system_create_vm(m.system, NULL, &m.vm) == 0);
	m.has_readonly = kvmlib_vm_check_extension(m.vm, KVMLIB_CAP_READONLY_MEM) > 0;
}

static void drop_vm(void)
{
	kvmlib_vm_unref(m.vm);
	kvmlib_system_unref(m.system);
	CHECK(kvmlib_sim_open_fds(m.sim) == 0);
	CHECK(kvmlib_sim_mappings(m.sim) == 0);
	kvmlib_sim_free(m.sim);
}

/* Whether the architecture has the mechanism. */
static bool has_mechanism(void)
{
	static const uint32_t needs[][2] = {
		[KVMLIB_DIRTY_BITMAP] = { KVMLIB_CAP_USER_MEMORY },
		[KVMLIB_DIRTY_MANUAL] = { KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2 },
		[KVMLIB_DIRTY_RING] = { KVMLIB_CAP_DIRTY_LOG_RING,
					KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL },
	};
	bool has = false;

	make_vm();
	for (int i = 0; i < 2 && needs[m.mechanism][i]; i++)
		has |= kvmlib_vm_check_extension(m.vm, needs[m.mechanism][i]) > 0;
	drop_vm();
	return has;
}

static void begin(void)
{
	const struct kvmlib_dirty_opts tracking = {
		.size = sizeof(tracking),
		.mechanism = m.mechanism,
		.clear_pages = 64,
		.ring_size = (uint32_t)m.page_size,
	};

	memset(m.regions, 0, sizeof(m.regions));
	make_vm();
	CHECK(kvmlib_memory_new(m.vm, NULL, &m.memory) == 0);
	CHECK(kvmlib_memory_reader_new(m.memory, 0, &m.reader) == 0);
	CHECK(kvmlib_dirty_start(m.memory, &tracking, &m.dirty) == 0);
	for (uint32_t i = 0; i < 2; i++) {
		CHECK(kvmlib_vm_create_vcpu(m.vm, i, &m.vcpus[i]) == 0);
		CHECK(kvmlib_dirty_add_vcpu(m.dirty, m.vcpus[i]) == 0);
	}
}

static void end(void)
{
	for (int c = 0; c < MAX_CONSUMERS; c++)
		m.consumers[c] = kvmlib_dirty_consumer_free(m.consumers[c]);
	for (size_t i = 0; i < 2; i++)
		kvmlib_vcpu_unref(m.vcpus[i]);
	kvmlib_dirty_unref(m.dirty);
	kvmlib_memory_reader_free(m.reader);
	kvmlib_memory_unref(m.memory);
	drop_vm();
}

static void play(uint64_t steps)
{
	m.random = m.seed * 2 + 1;
	begin();
	for (m.step = 0; m.step < steps; m.step++)
		take_step();
	end();
	printf("ok %" PRIu32 " - dirty: mechanism %" PRIu32 ", %" PRIu64 " steps, seed %" PRIu64
	       "\n",
	       m.mechanism, m.mechanism, steps, m.seed);
}

int main(void)
{
	uint64_t steps = number_from("KVMLIB_MODEL_STEPS", DEFAULT_STEPS);

	m.page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	m.seed = number_from("KVMLIB_MODEL_SEED", (uint64_t)time(NULL));
	printf("1..%" PRIu32 "\n", KVMLIB_DIRTY_RING);
	printf("# seed %" PRIu64 "\n", m.seed);
	for (m.mechanism = KVMLIB_DIRTY_BITMAP; m.mechanism <= KVMLIB_DIRTY_RING; m.mechanism++) {
		if (has_mechanism())
			play(steps);
		else
			printf("ok %" PRIu32 " - dirty: mechanism %" PRIu32
			       " # SKIP this architecture has no such logs\n",
			       m.mechanism, m.mechanism);
		fflush(stdout);
	}
	return EXIT_SUCCESS;
}
