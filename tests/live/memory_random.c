/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Changes of a memory map at random, under a guest that reads and writes all of it again and again:
 * after each, what the guest finds is what a simple model of the map has.
 */

#include <runner.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guest.h"

#define PAGE	4096U
#define BASE	0x80000U
#define PLACES	16U /* pages that the guest looks at */
#define CHANGES 500U
#define MOST	12U	/* regions */
#define NONE	~0U	/* what the guest reads where there is no memory */
#define FOUND	0x2000U /* in the guest's RAM: what it has read, a number for each place, */
#define SCANS	0x2100U /* and how often it was through with all of them */

/* clang-format off */
static const uint8_t code[] = {
	0xb8, 0x00, BASE >> 12,               /*    mov ax, BASE / 16 */
	0x8e, 0xd8,                           /*    mov ds, ax */
	0x31, 0xf6,                           /* 1: xor si, si */
	0xbf, 0x00, FOUND >> 8,               /*    mov di, FOUND */
	0x66, 0x43,                           /*    inc ebx */
	0x66, 0x8b, 0x04,                     /* 2: mov eax, [si] */
	0x26, 0x66, 0x89, 0x05,               /*    mov es:[di], eax */
	0x66, 0x89, 0x5c, 0x04,               /*    mov [si + 4], ebx */
	0x83, 0xc7, 0x04,                     /*    add di, 4 */
	0x81, 0xc6, 0x00, 0x10,               /*    add si, 4096 */
	0x75, 0xec,                           /*    jnz 2b */
	0x26, 0x66, 0x89, 0x1e, 0x00, SCANS >> 8, /* mov es:[SCANS], ebx */
	0xeb, 0xdd,                           /*    jmp 1b */
};
/* clang-format on */

/* What the vCPU's thread shall do. */
enum wanted { RUN, PAUSE, STOP };

/* The first bytes of each page: what it is, and the number of the last scan that found it. */
struct page {
	_Atomic uint32_t tag;
	_Atomic uint32_t scan;
};

/* A region of the model. */
struct modelled {
	struct kvmlib_memory_region *region;
	unsigned int first, pages;
	uint32_t tag; /* of its first page; the others count on */
	uint32_t flags;
};

struct model {
	struct modelled regions[MOST];
	unsigned int n;
};

static struct {
	struct kvmlib_memory *memory;
	struct model model;
	uint32_t next_tag;
	bool has_readonly;
	unsigned int holds, conflicts;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum wanted wanted;
	bool is_paused;
	atomic_uint exits[PLACES]; /* accesses that left the guest */
} run = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

/* The vCPU's thread */

static bool pause_here(void)
{
	bool goes_on;

	pthread_mutex_lock(&run.lock);
	run.is_paused = true;
	pthread_cond_broadcast(&run.changed);
	while (run.wanted == PAUSE)
		pthread_cond_wait(&run.changed, &run.lock);
	run.is_paused = false;
	goes_on = run.wanted == RUN;
	pthread_mutex_unlock(&run.lock);
	return goes_on;
}

static const char *serve(void)
{
	struct kvmlib_exit_mmio mmio;

	if (kvmlib_vcpu_exit_mmio(guest.vcpu, &mmio) < 0)
		return kvmlib_exit_name(kvmlib_vcpu_exit_reason(guest.vcpu));
	if (mmio.gpa < BASE || mmio.gpa >= BASE + PLACES * PAGE)
		return "an access elsewhere";
	run.exits[(mmio.gpa - BASE) / PAGE]++;
	if (!mmio.is_write)
		memset(mmio.data, 0xff, mmio.len);
	return NULL;
}

static void *run_guest(void *userdata)
{
	const char *complaint = userdata;

	if (kvmlib_vcpu_bind(guest.vcpu, KICK_SIGNAL) < 0)
		return "can't bind";
	while (!complaint) {
		if (kvmlib_vcpu_run(guest.vcpu) < 0)
			complaint = "can't run";
		else if (kvmlib_vcpu_exit_reason(guest.vcpu) != KVMLIB_EXIT_INTR)
			complaint = serve();
		else if (!pause_here())
			return NULL;
	}
	return (void *)(uintptr_t)complaint;
}

static void want(enum wanted wanted)
{
	pthread_mutex_lock(&run.lock);
	run.wanted = wanted;
	pthread_cond_broadcast(&run.changed);
	pthread_mutex_unlock(&run.lock);
	if (wanted != RUN)
		ck_assert_int_eq(kvmlib_vcpu_kick(guest.vcpu), 0);
}

static int hold(void *userdata)
{
	(void)userdata;
	run.holds++;
	want(PAUSE);
	pthread_mutex_lock(&run.lock);
	while (!run.is_paused)
		pthread_cond_wait(&run.changed, &run.lock);
	pthread_mutex_unlock(&run.lock);
	return 0;
}

static void resume(void *userdata)
{
	(void)userdata;
	want(RUN);
}

/* What the guest finds */

static const _Atomic uint32_t *ram_at(unsigned int offset)
{
	return (const void *)(guest.ram + offset);
}

static struct page *page_of(const struct modelled *modelled, unsigned int n)
{
	return (void *)((uint8_t *)kvmlib_memory_region_address(modelled->region) + n * PAGE);
}

static struct modelled *at_place(struct model *model, unsigned int place)
{
	for (unsigned int i = 0; i < model->n; i++)
		if (place - model->regions[i].first < model->regions[i].pages)
			return &model->regions[i];
	return NULL;
}

/* The second scan from now on began after the change, and so did those that follow. */
static uint32_t wait_for_scans(void)
{
	uint32_t now = *ram_at(SCANS);

	while ((int32_t)(*ram_at(SCANS) - now) < 2)
		sched_yield();
	return now;
}

static void check_place(unsigned int place, uint32_t scan)
{
	const struct modelled *modelled = at_place(&run.model, place);
	uint32_t found = *ram_at(FOUND + 4 * place), written;
	unsigned int n;

	if (!modelled) {
		ck_assert_uint_eq(found, NONE);
		return;
	}
	n = place - modelled->first;
	ck_assert_uint_eq(found, modelled->tag + n);
	written = page_of(modelled, n)->scan;
	if (modelled->flags & KVMLIB_MEMORY_READONLY)
		ck_assert_int_le((int32_t)(written - scan), 1);
	else
		ck_assert_int_ge((int32_t)(written - scan), 2);
}

static void check_all(void)
{
	uint32_t scan = wait_for_scans();

	for (unsigned int place = 0; place < PLACES; place++)
		check_place(place, scan);
}

static bool is_ordinary(struct model *model, unsigned int place)
{
	const struct modelled *modelled = at_place(model, place);

	return modelled && !(modelled->flags & KVMLIB_MEMORY_READONLY);
}

/* Where there was memory before the last change, and is after it, there always was some. */
static void check_exits(struct model *before, const unsigned int exits[PLACES])
{
	for (unsigned int place = 0; place < PLACES; place++)
		if (is_ordinary(before, place) && is_ordinary(&run.model, place))
			ck_assert_uint_eq(run.exits[place], exits[place]);
}

/* Changes of the map, and of a model with it */

static unsigned int below(unsigned int n)
{
	return (unsigned int)rand() % n;
}

static void fill(const struct modelled *modelled)
{
	for (unsigned int n = 0; n < modelled->pages; n++)
		page_of(modelled, n)->tag = modelled->tag + n;
}

static uint32_t random_flags(void)
{
	uint32_t flags = below(3) ? 0 : KVMLIB_MEMORY_LOG_DIRTY;

	return flags | (run.has_readonly && !below(4) ? KVMLIB_MEMORY_READONLY : 0);
}

static struct kvmlib_memory_region_opts random_region(struct modelled *modelled)
{
	*modelled = (struct modelled){ .pages = 1 + below(3), .flags = random_flags() };
	modelled->first = below(PLACES - modelled->pages + 1);
	modelled->tag = run.next_tag;
	run.next_tag += modelled->pages;
	return (struct kvmlib_memory_region_opts){
		.size = sizeof(struct kvmlib_memory_region_opts),
		.gpa = BASE + modelled->first * PAGE,
		.length = modelled->pages * PAGE,
		.backing = below(2) ? KVMLIB_MEMORY_MEMFD : KVMLIB_MEMORY_ANONYMOUS,
		.flags = modelled->flags,
	};
}

static void do_add(struct kvmlib_memory_change *change, struct model *model)
{
	struct modelled *modelled = &model->regions[model->n];
	struct kvmlib_memory_region_opts opts;

	if (model->n == MOST)
		return;
	opts = random_region(modelled);
	ck_assert_int_eq(kvmlib_memory_change_add(change, &opts, &modelled->region), 0);
	fill(modelled);
	model->n++;
}

static void do_remove(struct kvmlib_memory_change *change, struct model *model,
		      struct modelled *modelled)
{
	ck_assert_int_eq(kvmlib_memory_change_remove(change, modelled->region), 0);
	*modelled = model->regions[--model->n];
}

static void do_move(struct kvmlib_memory_change *change, struct modelled *modelled)
{
	modelled->first = below(PLACES - modelled->pages + 1);
	ck_assert_int_eq(
		kvmlib_memory_change_move(change, modelled->region, BASE + modelled->first * PAGE),
		0);
}

static void do_replace(struct kvmlib_memory_change *change, struct modelled *modelled)
{
	struct modelled next;
	struct kvmlib_memory_region_opts opts = random_region(&next);

	ck_assert_int_eq(
		kvmlib_memory_change_replace(change, modelled->region, &opts, &next.region), 0);
	fill(&next);
	*modelled = next;
}

static void do_flags(struct kvmlib_memory_change *change, struct modelled *modelled)
{
	modelled->flags = random_flags();
	ck_assert_int_eq(kvmlib_memory_change_flags(change, modelled->region, modelled->flags), 0);
}

static void do_one(struct kvmlib_memory_change *change, struct model *model)
{
	struct modelled *modelled = model->n ? &model->regions[below(model->n)] : NULL;
	unsigned int what = modelled ? below(7) : 0;

	if (what < 2)
		do_add(change, model);
	else if (what < 3)
		do_remove(change, model, modelled);
	else if (what < 5)
		do_move(change, modelled);
	else if (what < 6)
		do_replace(change, modelled);
	else
		do_flags(change, modelled);
}

/* Where two swap places, each takes the other's: circles are rare otherwise. */
static void do_swap(struct kvmlib_memory_change *change, struct model *model)
{
	struct modelled *one = &model->regions[0], *two = &model->regions[model->n - 1];
	unsigned int first = one->first;

	if (model->n < 2 || one->pages != two->pages)
		return;
	one->first = two->first;
	two->first = first;
	ck_assert_int_eq(kvmlib_memory_change_move(change, one->region, BASE + one->first * PAGE),
			 0);
	ck_assert_int_eq(kvmlib_memory_change_move(change, two->region, BASE + two->first * PAGE),
			 0);
}

static bool overlaps(struct model *model)
{
	for (unsigned int i = 0; i < model->n; i++)
		for (unsigned int n = 0; n < model->regions[i].pages; n++)
			if (at_place(model, model->regions[i].first + n) != &model->regions[i])
				return true;
	return false;
}

static void change_at_random(void)
{
	struct model next = run.model;
	struct kvmlib_memory_change *change;

	ck_assert_int_eq(kvmlib_memory_begin(run.memory, &change), 0);
	for (unsigned int n = 1 + below(3); n; n--)
		do_one(change, &next);
	if (!below(3))
		do_swap(change, &next);
	if (overlaps(&next)) {
		assert_failed(kvmlib_memory_change_commit(change), EEXIST,
			      KVMLIB_CAUSE_REGION_OVERLAP);
		run.conflicts++;
		return;
	}
	ck_assert_int_eq(kvmlib_memory_change_commit(change), 0);
	run.model = next;
}

static void change_and_check(void)
{
	struct model before = run.model;
	unsigned int exits[PLACES];

	for (unsigned int place = 0; place < PLACES; place++)
		exits[place] = run.exits[place];
	change_at_random();
	check_all();
	check_exits(&before, exits);
}

/* A seed that was printed can be given again. */
static void choose_seed(void)
{
	const char *given = getenv("KVMLIB_TEST_SEED");
	unsigned int seed =
		given ? (unsigned int)strtoul(given, NULL, 0) : (unsigned int)time(NULL);

	printf("# KVMLIB_TEST_SEED=%u\n", seed);
	fflush(stdout);
	srand(seed);
}

static void setup(void)
{
	const struct kvmlib_memory_opts opts = {
		.size = sizeof(opts),
		.first_slot = 1,
		.hold = hold,
		.resume = resume,
	};

	guest_setup();
	run.next_tag = 1;
	run.has_readonly = guest_has(KVMLIB_CAP_READONLY_MEM) > 0;
	ck_assert_int_eq(kvmlib_memory_new(guest.vm, &opts, &run.memory), 0);
}

static void teardown(void)
{
	kvmlib_memory_unref(run.memory);
	guest_teardown();
}

START_TEST(guest_finds_what_the_model_has_after_each_change)
{
	pthread_t thread;
	void *complaint;

	choose_seed();
	guest_code(code, sizeof(code));
	ck_assert_int_eq(pthread_create(&thread, NULL, run_guest, NULL), 0);
	for (unsigned int i = 0; i < CHANGES; i++)
		change_and_check();
	want(STOP);
	pthread_join(thread, &complaint);
	ck_assert_ptr_null(complaint);
	ck_assert_uint_gt(run.holds, 0);
	ck_assert_uint_lt(run.conflicts, CHANGES * 3 / 4);
}
END_TEST

Suite *memory_random_suite(void)
{
	Suite *suite = suite_create("memory at random");
	TCase *tc = tcase_create("memory at random");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, guest_finds_what_the_model_has_after_each_change);
	suite_add_tcase(suite, tc);
	return suite;
}
