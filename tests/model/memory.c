/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory map against a plain model of it: random steps, and after each the two must agree. The
 * model has a list of regions with their bytes, and of open changes with what was noted in them; it
 * predicts what each call answers. Faults come at random calls of the simulated kernel.
 *
 * KVMLIB_MODEL_STEPS is how many steps (20000), KVMLIB_MODEL_SEED where the numbers start: the same
 * seed makes the same steps.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memfd_create() */
#endif

#include <errno.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

/* Headers before Linux 6.8 lack it. */
#ifndef KVM_SET_USER_MEMORY_REGION2
#define KVM_SET_USER_MEMORY_REGION2 _IOW(KVMIO, 0x49, struct kvmlib_userspace_memory_region2)
#endif
#ifndef KVM_SET_MEMORY_ATTRIBUTES
#define KVM_SET_MEMORY_ATTRIBUTES _IOW(KVMIO, 0xd2, uint64_t[4])
#endif

#define SPACE_PAGES 96U /* of the guest's addresses that regions lie at */
#define MAX_PAGES   32U /* of a region */
#define MAX_REGIONS 64U /* that exist at a time, those of open changes included */
#define NR_SLOTS    9U
#define MAX_CHANGES 3U
#define MAX_OPS	    8U
#define MAX_COPY    3U /* pages of one copy */

enum state { FREE, NEW, THERE, GONE };

struct region {
	enum state state;
	struct kvmlib_memory_region *handle;
	uint8_t *pointer; /* POINTER: the test's own memory */
	uint64_t page, pages;
	uint32_t backing;
	uint32_t flags; /* READONLY and LOG_DIRTY */
	bool has_memfd; /* its slot has a guest_memfd */
	bool is_convertible;
	bool is_rom;	   /* for ever: a file that this process can't write to */
	bool keeps_file;   /* COPY_ON_WRITE: discarding brings the file's bytes back */
	uint32_t private_; /* a bit for each page */
	uint8_t *bytes;
	uint8_t fill[MAX_PAGES]; /* what each page of the file holds */
};

struct op {
	struct region *region;
	bool is_new, is_removed, has_page, has_flags;
	uint64_t page;
	uint32_t flags;
};

struct change {
	struct kvmlib_memory_change *handle;
	struct op ops[MAX_OPS];
	unsigned int nr_ops;
};

static struct region regions[MAX_REGIONS];
static struct change changes[MAX_CHANGES];

static struct kvmlib_sim *sim;
static struct kvmlib_system *kvm;
static struct kvmlib_vm *vm;
static struct kvmlib_memory *memory;
static struct kvmlib_memory_reader *reader;
static bool has_guest_memfd, has_private;
static unsigned int held, resumed;

static uint64_t seed, numbers;
static unsigned long step;
static uint64_t page_size;

#define PAGES(n) ((uint64_t)(n)*page_size)

__attribute__((format(printf, 2, 3))) static _Noreturn void fail(int line, const char *format, ...)
{
	va_list arguments;

	printf("not ok 1 - memory: step %lu, seed %llu, line %d: ", step, (unsigned long long)seed,
	       line);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	exit(1);
}

#define CHECK(condition)                                          \
	do {                                                      \
		if (!(condition))                                 \
			fail(__LINE__, "not so: %s", #condition); \
	} while (0)

#define EQUAL(expression, expected)                                                      \
	do {                                                                             \
		long long is_ = (long long)(expression), must_ = (long long)(expected);  \
		if (is_ != must_)                                                        \
			fail(__LINE__, "%s is %lld, not %lld", #expression, is_, must_); \
	} while (0)

/* xorshift64*. */
static uint32_t some(uint32_t below)
{
	numbers ^= numbers >> 12;
	numbers ^= numbers << 25;
	numbers ^= numbers >> 27;
	return (uint32_t)((numbers * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % below;
}

/* The model. */

static bool covers(const struct region *region, uint64_t page)
{
	return region->state == THERE && page >= region->page &&
	       page < region->page + region->pages;
}

/* The region that a page lies in, private or not. */
static struct region *region_at(uint64_t page)
{
	for (unsigned int i = 0; i < MAX_REGIONS; i++)
		if (covers(&regions[i], page))
			return &regions[i];
	return NULL;
}

static bool is_private(const struct region *region, uint64_t page)
{
	return region->private_ >> (page - region->page) & 1;
}

/* The one that readers find. */
static struct region *found_at(uint64_t page)
{
	struct region *region = region_at(page);

	return region && !is_private(region, page) ? region : NULL;
}

/* For where the model itself must have one. */
static struct region *known(struct region *region)
{
	CHECK(region);
	return region;
}

static uint8_t *byte_at(uint64_t gpa)
{
	const struct region *region = known(found_at(gpa / page_size));

	return &region->bytes[gpa - PAGES(region->page)];
}

/* What a copy answers, and the first address that is in its way. */
static int check_range(uint64_t gpa, uint64_t size, bool write, uint64_t *ret_gpa)
{
	for (uint64_t at = gpa; at < gpa + size; at = PAGES(at / page_size + 1)) {
		const struct region *region = found_at(at / page_size);

		*ret_gpa = at;
		if (!region)
			return -EFAULT;
		if (write && region->flags & KVMLIB_MEMORY_READONLY)
			return -EACCES;
	}
	return 0;
}

static struct op *find_op(struct change *change, const struct region *region)
{
	for (unsigned int i = 0; i < change->nr_ops; i++)
		if (change->ops[i].region == region)
			return &change->ops[i];
	return NULL;
}

static bool is_known(const struct region *region)
{
	for (unsigned int i = 0; i < MAX_CHANGES; i++)
		if (changes[i].handle && find_op(&changes[i], region))
			return true;
	return false;
}

static unsigned int count_there(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < MAX_REGIONS; i++)
		n += regions[i].state == THERE;
	return n;
}

static struct region *free_region(void)
{
	for (unsigned int i = 0; i < MAX_REGIONS; i++)
		if (regions[i].state == FREE)
			return &regions[i];
	return NULL;
}

static void drop_region(struct region *region)
{
	if (region->pointer)
		munmap(region->pointer, PAGES(region->pages));
	free(region->bytes);
	memset(region, 0, sizeof(*region));
}

/* Regions that nobody can name any more. */
static void drop_gone(void)
{
	for (unsigned int i = 0; i < MAX_REGIONS; i++)
		if (regions[i].state == GONE && !is_known(&regions[i]))
			drop_region(&regions[i]);
}

/* Faults. */

static uint64_t fault_at; /* the call that fails; 0: none */
static int fault_error;

static void maybe_arm(uint32_t most)
{
	static const int errors[] = { ENOMEM, EINVAL, EEXIST };

	fault_at = 0;
	if (some(4))
		return;
	fault_error = errors[some(3)];
	fault_at = kvmlib_sim_nr_calls(sim) + 1 + some(most);
	EQUAL(kvmlib_sim_fail_nth(sim, fault_at - kvmlib_sim_nr_calls(sim), fault_error), 0);
}

/* Whether the fault has come. */
static bool disarm(void)
{
	bool came = fault_at && kvmlib_sim_nr_calls(sim) >= fault_at;

	EQUAL(kvmlib_sim_fail_nth(sim, 0, 0), 0);
	return came;
}

/* Adding. */

static uint32_t choose_backing(void)
{
	return some(has_guest_memfd ? 5 : 4);
}

static int make_file(struct region *region)
{
	int fd = memfd_create("model", MFD_CLOEXEC);

	CHECK(fd >= 0);
	for (uint64_t i = 0; i < region->pages; i++) {
		region->fill[i] = (uint8_t)some(256);
		memset(region->bytes + PAGES(i), region->fill[i], page_size);
	}
	EQUAL(write(fd, region->bytes, PAGES(region->pages)), PAGES(region->pages));
	return fd;
}

static uint32_t choose_flags(struct region *region)
{
	uint32_t flags = some(4) ? 0 : KVMLIB_MEMORY_NO_DUMP;

	if (region->backing == KVMLIB_MEMORY_POINTER)
		flags = some(2) ? KVMLIB_MEMORY_CHECKED : 0;
	if (region->backing == KVMLIB_MEMORY_FILE && some(2))
		flags |= KVMLIB_MEMORY_COPY_ON_WRITE;
	if (has_private && region->backing <= KVMLIB_MEMORY_MEMFD && !some(3))
		return flags | KVMLIB_MEMORY_CONVERTIBLE;
	if (region->backing == KVMLIB_MEMORY_GUEST_MEMFD)
		return flags;
	flags |= some(4) ? 0 : KVMLIB_MEMORY_READONLY;
	flags |= some(4) ? 0 : KVMLIB_MEMORY_LOG_DIRTY;
	return flags;
}

static void choose_memory(struct region *region, struct kvmlib_memory_region_opts *opts)
{
	region->bytes = calloc(region->pages, page_size);
	CHECK(region->bytes);
	if (region->backing == KVMLIB_MEMORY_FILE)
		opts->fd = make_file(region);
	if (region->backing != KVMLIB_MEMORY_POINTER)
		return;
	region->pointer = mmap(NULL, PAGES(region->pages), PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(region->pointer != MAP_FAILED);
	opts->address = region->pointer;
}

static struct kvmlib_memory_region_opts choose_region(struct region *region)
{
	struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .name = "model" };

	region->state = NEW;
	region->pages = 1 + some(1 + some(MAX_PAGES));
	region->page = some(SPACE_PAGES);
	region->backing = choose_backing();
	opts.flags = choose_flags(region);
	region->flags = opts.flags & (KVMLIB_MEMORY_READONLY | KVMLIB_MEMORY_LOG_DIRTY);
	region->is_convertible = opts.flags & KVMLIB_MEMORY_CONVERTIBLE;
	region->has_memfd = region->is_convertible || region->backing == KVMLIB_MEMORY_GUEST_MEMFD;
	region->keeps_file = opts.flags & KVMLIB_MEMORY_COPY_ON_WRITE;
	region->is_rom = region->backing == KVMLIB_MEMORY_FILE && !region->keeps_file &&
			 region->flags & KVMLIB_MEMORY_READONLY;
	choose_memory(region, &opts);
	opts.gpa = PAGES(region->page);
	opts.length = PAGES(region->pages);
	opts.backing = region->backing;
	return opts;
}

/* The owner fills the region before the guest sees it. */
static void fill_region(struct region *region)
{
	uint8_t *address = kvmlib_memory_region_address(region->handle);

	EQUAL(memcmp(address, region->bytes, PAGES(region->pages)), 0);
	if (region->is_rom)
		return;
	for (uint64_t i = 0; i < region->pages; i++) {
		memset(address + PAGES(i), (int)(step + i), 40);
		memset(region->bytes + PAGES(i), (int)(step + i), 40);
	}
}

/* In the place of another, or of none. */
static void note_new(struct change *change, struct op *replaced)
{
	struct region *region = free_region();
	struct kvmlib_memory_region_opts opts;
	int r;

	if (!region || change->nr_ops == MAX_OPS)
		return;
	opts = choose_region(region);
	maybe_arm(8);
	r = replaced ? kvmlib_memory_change_replace(change->handle, replaced->region->handle, &opts,
						    &region->handle)
		     : kvmlib_memory_change_add(change->handle, &opts, &region->handle);
	if (opts.fd)
		close(opts.fd);
	if (disarm()) {
		CHECK(r < 0);
		drop_region(region);
		return;
	}
	EQUAL(r, 0);
	fill_region(region);
	if (replaced)
		replaced->is_removed = true;
	change->ops[change->nr_ops++] = (struct op){
		.region = region,
		.is_new = true,
		.has_page = true,
		.has_flags = true,
		.page = region->page,
		.flags = region->flags,
	};
}

/* Noting what shall become of a region. */

/* Any that can be named: those in the map, and those that an open change knows. */
static struct region *choose_known(void)
{
	for (unsigned int i = 0, start = some(MAX_REGIONS); i < MAX_REGIONS; i++) {
		struct region *region = &regions[(start + i) % MAX_REGIONS];

		if (region->state != FREE)
			return region;
	}
	return NULL;
}

/* What the change answers about a region: 0, and the op that the library now has, too. */
static int expect_op(struct change *change, struct region *region, struct op **ret_op)
{
	struct op *op = find_op(change, region);

	if (!op && region->state != THERE)
		return -ENOENT;
	if (op && op->is_removed)
		return -ENOENT;
	if (!op && change->nr_ops == MAX_OPS)
		return -EBUSY; /* the model has no room: leave it */
	if (!op) {
		op = &change->ops[change->nr_ops++];
		*op = (struct op){ .region = region };
	}
	*ret_op = op;
	return 0;
}

static void note_removal(struct change *change, struct region *region)
{
	struct op *op = NULL;
	int expected = expect_op(change, region, &op);

	if (expected == -EBUSY)
		return;
	EQUAL(kvmlib_memory_change_remove(change->handle, region->handle), expected);
	if (op)
		op->is_removed = true;
}

static void note_move(struct change *change, struct region *region)
{
	uint64_t page = some(8) ? some(SPACE_PAGES) : region->page + some(3);
	struct op *op = NULL;
	int expected = expect_op(change, region, &op);

	if (expected == -EBUSY)
		return;
	EQUAL(kvmlib_memory_change_move(change->handle, region->handle, PAGES(page)), expected);
	if (!op)
		return;
	op->has_page = true;
	op->page = page;
}

static void note_flags(struct change *change, struct region *region)
{
	uint32_t flags = some(4);
	struct op *op = NULL;
	int expected = 0;

	if ((region->has_memfd && flags) || (region->is_rom && !(flags & KVMLIB_MEMORY_READONLY)))
		expected = -EINVAL;
	else
		expected = expect_op(change, region, &op);
	if (expected == -EBUSY)
		return;
	EQUAL(kvmlib_memory_change_flags(change->handle, region->handle, flags), expected);
	if (!op)
		return;
	op->has_flags = true;
	op->flags = flags;
}

/* Each region of the map into the place of the next: a circle. */
static void note_circle(struct change *change)
{
	struct region *chosen[4];
	unsigned int n = 0;

	for (unsigned int i = 0; i < MAX_REGIONS && n < 4; i++)
		if (regions[i].state == THERE && !find_op(change, &regions[i]) && some(2))
			chosen[n++] = &regions[i];
	if (change->nr_ops + n > MAX_OPS)
		return;
	for (unsigned int i = 0; i < n; i++) {
		struct op *op = NULL;

		EQUAL(expect_op(change, chosen[i], &op), 0);
		op->has_page = true;
		op->page = chosen[(i + 1) % n]->page;
		EQUAL(kvmlib_memory_change_move(change->handle, chosen[i]->handle, PAGES(op->page)),
		      0);
	}
}

static void note_replacement(struct change *change, struct region *region)
{
	struct op *op = find_op(change, region);

	if (change->nr_ops + 2 > MAX_OPS || !free_region())
		return;
	if (!op && region->state == THERE) {
		/* A replacement that fails leaves nothing; one that succeeds is a removal. */
		unsigned int before = change->nr_ops;

		EQUAL(expect_op(change, region, &op), 0);
		note_new(change, op);
		if (!op->is_removed)
			change->nr_ops = before;
	} else if (op && !op->is_removed) {
		note_new(change, op);
	}
}

static void note(struct change *change)
{
	struct region *region = choose_known();
	uint32_t kind = some(10);

	if (!region || kind < 3)
		note_new(change, NULL);
	else if (kind < 5)
		note_removal(change, region);
	else if (kind < 7)
		note_move(change, region);
	else if (kind < 8)
		note_flags(change, region);
	else if (kind < 9)
		note_replacement(change, region);
	else
		note_circle(change);
}

/* Commits. */

static uint64_t page_of(const struct op *op)
{
	return op->has_page ? op->page : op->region->page;
}

static uint32_t flags_of(const struct op *op)
{
	return op->has_flags ? op->flags : op->region->flags;
}

/* The places that regions shall have. */
struct place {
	uint64_t page, pages;
};

static unsigned int places_of(struct change *change, struct place *places)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < MAX_REGIONS; i++)
		if (regions[i].state == THERE && !find_op(change, &regions[i]))
			places[n++] = (struct place){ regions[i].page, regions[i].pages };
	for (unsigned int i = 0; i < change->nr_ops; i++)
		if (!change->ops[i].is_removed)
			places[n++] = (struct place){ page_of(&change->ops[i]),
						      change->ops[i].region->pages };
	return n;
}

static bool meet(const struct place *left, const struct place *right)
{
	return left->page < right->page + right->pages && right->page < left->page + left->pages;
}

static int expect_commit(struct change *change, const struct place *places, unsigned int n)
{
	for (unsigned int i = 0; i < change->nr_ops; i++)
		if (!change->ops[i].is_new && change->ops[i].region->state != THERE)
			return -ENOENT;
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int j = 0; j < i; j++)
			if (meet(&places[i], &places[j]))
				return -EEXIST;
	return n > NR_SLOTS ? -ENOSPC : 0;
}

/* How many calls it takes at least, how many at most, and whether a deleted range comes back. */
struct effort {
	unsigned int least, most;
	bool must_hold, may_hold;
};

static struct effort effort_of(const struct change *change, const struct place *places,
			       unsigned int n)
{
	struct effort effort = { 0 };

	for (unsigned int i = 0; i < change->nr_ops; i++) {
		const struct op *op = &change->ops[i];
		const struct region *region = op->region;
		struct place old = { region->page, region->pages };
		bool moves = page_of(op) != region->page;
		bool deletes = op->is_removed || (moves && region->has_memfd) ||
			       (flags_of(op) ^ region->flags) & KVMLIB_MEMORY_READONLY;

		if (op->is_new) {
			effort.least += !op->is_removed;
			effort.most += !op->is_removed;
			continue;
		}
		for (unsigned int j = 0; deletes && j < n; j++)
			effort.must_hold |= meet(&old, &places[j]);
		if (deletes)
			effort.least += op->is_removed ? 1 : 2;
		else
			effort.least += moves || flags_of(op) != region->flags;
		effort.may_hold |= moves;
		effort.most += op->is_removed ? 1 : 2;
	}
	effort.may_hold |= effort.must_hold;
	return effort;
}

static void end_regions(struct change *change, bool is_done)
{
	for (unsigned int i = 0; i < change->nr_ops; i++) {
		struct op *op = &change->ops[i];

		if (!is_done && op->is_new)
			op->region->state = GONE;
		if (!is_done)
			continue;
		op->region->page = page_of(op);
		op->region->flags = flags_of(op);
		op->region->state = op->is_removed ? GONE : THERE;
	}
	change->handle = NULL;
	change->nr_ops = 0;
	drop_gone();
}

static unsigned int slot_calls(void)
{
	return (unsigned int)(kvmlib_sim_nr_ioctls(sim, KVM_SET_USER_MEMORY_REGION) +
			      kvmlib_sim_nr_ioctls(sim, KVM_SET_USER_MEMORY_REGION2));
}

static void check_effort(const struct effort *effort, unsigned int calls)
{
	CHECK(calls >= effort->least);
	CHECK(calls <= effort->most);
	CHECK(held || !effort->must_hold);
	CHECK(!held || effort->may_hold);
}

static void commit(struct change *change)
{
	struct place places[MAX_REGIONS];
	unsigned int n = places_of(change, places);
	int expected = expect_commit(change, places, n);
	struct effort effort = effort_of(change, places, n);
	unsigned int calls = slot_calls();
	uint64_t attributes = kvmlib_sim_nr_ioctls(sim, KVM_SET_MEMORY_ATTRIBUTES);
	bool faulted;
	int r;

	held = 0;
	resumed = 0;
	maybe_arm(10);
	r = kvmlib_memory_change_commit(change->handle);
	faulted = disarm();
	/* What was private need not be forgotten: where that fails, it is only told to the log. */
	attributes = kvmlib_sim_nr_ioctls(sim, KVM_SET_MEMORY_ATTRIBUTES) - attributes;
	if (faulted && !(r == 0 && attributes))
		expected = -fault_error;
	else if (faulted)
		CHECK(!expected);
	else if (!expected)
		check_effort(&effort, slot_calls() - calls);
	EQUAL(r, expected);
	EQUAL(resumed, held);
	end_regions(change, !r);
}

static void change_step(void)
{
	struct change *change = &changes[some(MAX_CHANGES)];
	uint32_t kind = some(10);

	if (!change->handle)
		EQUAL(kvmlib_memory_begin(memory, &change->handle), 0);
	if (kind < 6) {
		note(change);
	} else if (kind < 9) {
		commit(change);
	} else {
		kvmlib_memory_change_abort(change->handle);
		end_regions(change, false);
	}
}

/* Access. */

static uint8_t buffer[MAX_COPY * 65536], other[MAX_COPY * 65536];

static uint64_t choose_range(uint64_t *ret_size)
{
	uint64_t gpa = PAGES(some(SPACE_PAGES + 8));
	uint64_t size = some(3) ? some(200) : some((uint32_t)PAGES(MAX_COPY));

	gpa += some(3) ? some(64) : (uint64_t)page_size - some(100);
	*ret_size = size;
	return gpa;
}

static void assert_answer(int line, int r, int expected, uint64_t gpa)
{
	uint64_t value = 0;

	if (r != expected)
		fail(line, "%d, not %d", r, expected);
	if (expected >= 0)
		return;
	if (kvmlib_error_value(KVMLIB_VALUE_GPA, &value) || value != gpa)
		fail(line, "at %llx, not %llx", (unsigned long long)value, (unsigned long long)gpa);
}

#define ANSWERS(expression, expected, gpa) assert_answer(__LINE__, expression, expected, gpa)

static void expect_bytes(uint64_t gpa, uint64_t size, uint8_t *bytes)
{
	for (uint64_t done = 0, part; done < size; done += part) {
		part = page_size - (gpa + done) % page_size;
		part = part < size - done ? part : size - done;
		memcpy(bytes + done, byte_at(gpa + done), part);
	}
}

static void take_bytes(uint64_t gpa, uint64_t size, const uint8_t *bytes)
{
	for (uint64_t done = 0, part; done < size; done += part) {
		part = page_size - (gpa + done) % page_size;
		part = part < size - done ? part : size - done;
		memcpy(byte_at(gpa + done), bytes + done, part);
	}
}

static void read_step(uint64_t gpa, uint64_t size)
{
	uint64_t bad = 0;
	int expected = check_range(gpa, size, false, &bad);

	ANSWERS(kvmlib_memory_read(reader, gpa, buffer, size), expected, bad);
	if (expected)
		return;
	expect_bytes(gpa, size, other);
	EQUAL(memcmp(buffer, other, size), 0);
}

static void write_step(uint64_t gpa, uint64_t size)
{
	uint64_t bad = 0;
	int expected = check_range(gpa, size, true, &bad);

	for (uint64_t i = 0; i < size; i++)
		buffer[i] = (uint8_t)(step * 7 + i);
	ANSWERS(kvmlib_memory_write(reader, gpa, buffer, size), expected, bad);
	if (!expected)
		take_bytes(gpa, size, buffer);
}

static void fill_step(uint64_t gpa, uint64_t size)
{
	uint64_t bad = 0;
	int expected = check_range(gpa, size, true, &bad);

	memset(buffer, (int)step, size);
	ANSWERS(kvmlib_memory_fill(reader, gpa, (uint8_t)step, size), expected, bad);
	if (!expected)
		take_bytes(gpa, size, buffer);
}

static void compare_step(uint64_t gpa, uint64_t size)
{
	uint64_t bad = 0, at = size;
	int expected = check_range(gpa, size, false, &bad);
	size_t equal = 0;

	if (!expected)
		expect_bytes(gpa, size, buffer);
	if (size && some(2)) {
		at = some((uint32_t)size);
		buffer[at] ^= 0x10;
	}
	ANSWERS(kvmlib_memory_compare(reader, gpa, buffer, size, &equal), expected, bad);
	if (!expected)
		EQUAL(equal, at);
}

static void string_step(uint64_t gpa, uint64_t size)
{
	uint64_t bad = 0, length = 0;
	int expected = 0, r;
	size_t is = 0;

	size = size ? size : 1;
	for (; length < size; length++) {
		expected = check_range(gpa + length, 1, false, &bad);
		if (expected || !*byte_at(gpa + length))
			break;
	}
	if (length == size)
		expected = -ENAMETOOLONG;
	r = kvmlib_memory_read_string(reader, gpa, (char *)buffer, size, &is);
	EQUAL(r, expected);
	if (!r) {
		EQUAL(is, length);
		EQUAL(strlen((char *)buffer), length);
	}
}

static uint64_t cut(uint64_t number, uint32_t size)
{
	return size == 8 ? number : number & ((UINT64_C(1) << 8 * size) - 1);
}

/* Numbers of each size are in the host's byte order. */
static void take_number(uint64_t gpa, uint32_t size, uint64_t number)
{
	const uint8_t n8 = (uint8_t)number;
	const uint16_t n16 = (uint16_t)number;
	const uint32_t n32 = (uint32_t)number;

	take_bytes(gpa, size,
		   size == 1   ? &n8
		   : size == 2 ? (const uint8_t *)&n16
		   : size == 4 ? (const uint8_t *)&n32
			       : (const uint8_t *)&number);
}

static uint64_t expect_number(uint64_t gpa, uint32_t size)
{
	uint64_t number = 0;

	expect_bytes(gpa, size,
		     (uint8_t *)&number + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 8 - size : 0));
	return number;
}

static void exchange_step(uint64_t gpa, uint32_t size, int writable, uint64_t bad)
{
	uint64_t is = expect_number(gpa, size), number = cut(is ^ some(2), size);
	bool is_equal = number == is;

	ANSWERS(kvmlib_memory_compare_exchange(reader, gpa, size, &number, step),
		writable ? writable : is_equal, bad);
	if (writable)
		return;
	EQUAL(number, is);
	if (is_equal)
		take_number(gpa, size, step);
}

static void number_step(uint64_t gpa)
{
	uint32_t size = 1U << some(4);
	uint64_t bad = 0, number = 0;
	int readable, writable;

	gpa &= ~(uint64_t)(size - 1);
	readable = check_range(gpa, size, false, &bad);
	ANSWERS(kvmlib_memory_load(reader, gpa, size, &number), readable, bad);
	if (readable)
		return;
	EQUAL(number, expect_number(gpa, size));
	writable = check_range(gpa, size, true, &bad);
	if (some(2)) {
		exchange_step(gpa, size, writable, bad);
		return;
	}
	ANSWERS(kvmlib_memory_store(reader, gpa, size, step), writable, bad);
	if (!writable)
		take_number(gpa, size, step);
}

static void discard_step(uint64_t gpa, uint64_t size)
{
	uint64_t bad = 0, done = 0, expected_done = 0;
	int expected = check_range(gpa, size, true, &bad);
	uint64_t first = (gpa + page_size - 1) / page_size, end = (gpa + size) / page_size;

	ANSWERS(kvmlib_memory_discard(reader, gpa, size, &done), expected, bad);
	for (uint64_t page = first; !expected && page < end; page++) {
		struct region *region = known(found_at(page));
		uint64_t n = page - region->page;

		memset(region->bytes + PAGES(n), region->keeps_file ? region->fill[n] : 0,
		       page_size);
		expected_done += page_size;
	}
	EQUAL(done, expected_done);
}

static void iovec_step(uint64_t gpa, uint64_t size)
{
	uint64_t bad = 0, total = 0;
	bool write = some(2);
	int expected = check_range(gpa, size, write, &bad), n;
	struct iovec iov[MAX_PAGES];

	EQUAL(kvmlib_memory_enter(reader), 0);
	n = kvmlib_memory_iovec(reader, gpa, size, write, iov, MAX_PAGES);
	if (expected)
		ANSWERS(n, expected, bad);
	for (int i = 0; i < n; i++) {
		EQUAL(memcmp(iov[i].iov_base, byte_at(gpa + total),
			     iov[i].iov_len < 64 ? iov[i].iov_len : 64),
		      0);
		total += iov[i].iov_len;
	}
	if (!expected)
		EQUAL(total, size);
	kvmlib_memory_leave(reader);
}

/* What the guest writes where slots are, readers see. */
static void guest_step(uint64_t gpa, uint64_t size)
{
	int expected = 0, r;

	size = size ? size : 1;
	for (uint64_t page = gpa / page_size; page <= (gpa + size - 1) / page_size; page++) {
		const struct region *region = region_at(page);

		if (region && is_private(region, page))
			return; /* it would write to the other side */
		if (!region || region->flags & KVMLIB_MEMORY_READONLY)
			expected = -ENOENT;
	}
	memset(buffer, (int)~step, size);
	r = kvmlib_sim_write_guest(sim, kvmlib_vm_fd(vm), gpa, buffer, size);
	EQUAL(r, expected);
	if (!expected)
		take_bytes(gpa, size, buffer);
}

static void convert_step(void)
{
	uint64_t page = some(SPACE_PAGES), pages = 1 + some(some(3) ? 4 : MAX_PAGES), bad = 0;
	uint32_t to_private = some(2);
	int expected = 0, r;

	for (uint64_t i = page; !expected && i < page + pages; i++) {
		const struct region *region = region_at(i);

		bad = PAGES(i);
		if (!region || !region->is_convertible)
			expected = -EFAULT;
	}
	if (!expected)
		maybe_arm(1);
	r = kvmlib_memory_convert(memory, PAGES(page), PAGES(pages), (int)to_private);
	if (!expected && disarm()) {
		EQUAL(r, -fault_error);
		return;
	}
	ANSWERS(r, expected, bad);
	for (uint64_t i = page; !expected && i < page + pages; i++) {
		struct region *region = known(region_at(i));
		uint32_t bit = 1U << (i - region->page);

		region->private_ = to_private ? region->private_ | bit : region->private_ & ~bit;
		if (to_private)
			memset(region->bytes + PAGES(i - region->page), 0, page_size);
	}
}

static void access_step(void)
{
	static void (*const steps[])(uint64_t gpa, uint64_t size) = {
		read_step,   write_step,   fill_step,  compare_step,
		string_step, discard_step, iovec_step, guest_step,
	};
	uint64_t size, gpa = choose_range(&size);
	uint32_t kind = some(10);

	if (kind < 8)
		steps[kind](gpa, size);
	else if (kind < 9)
		number_step(gpa);
	else
		convert_step();
}

/* Everything is where the model has it. */

static void check_page(uint64_t page)
{
	struct region *region = found_at(page), *slot = region_at(page);
	uint64_t left = 0, end = page;
	uint8_t *address = kvmlib_memory_at(reader, PAGES(page), &left);

	EQUAL(kvmlib_memory_region_at(reader, PAGES(page)) == (region ? region->handle : NULL), 1);
	EQUAL(kvmlib_sim_dirty(sim, kvmlib_vm_fd(vm), PAGES(page), page_size),
	      slot && !(slot->flags & KVMLIB_MEMORY_READONLY) ? 0 : -ENOENT);
	if (!region) {
		CHECK(!address);
		return;
	}
	while (found_at(end) == region)
		end++;
	EQUAL(left, PAGES(end - page));
	CHECK(address ==
	      (uint8_t *)kvmlib_memory_region_address(region->handle) + PAGES(page - region->page));
}

static void check_region(const struct region *region)
{
	struct kvmlib_memory_region_info info;
	struct kvmlib_memory_usage usage;
	uint64_t dirty;
	int r;

	EQUAL(kvmlib_memory_region_describe(region->handle, &info), 0);
	EQUAL(info.gpa, PAGES(region->page));
	EQUAL(info.length, PAGES(region->pages));
	EQUAL(info.flags & (KVMLIB_MEMORY_READONLY | KVMLIB_MEMORY_LOG_DIRTY), region->flags);
	CHECK(info.slot < NR_SLOTS);
	r = kvmlib_vm_get_dirty_log(vm, info.slot, &dirty);
	EQUAL(r, region->flags & KVMLIB_MEMORY_LOG_DIRTY ? 0 : -ENOENT);
	if (!region->is_convertible || some(16))
		return;
	EQUAL(kvmlib_memory_region_usage(region->handle, &usage), 0);
	EQUAL(usage.private_bytes, PAGES(__builtin_popcount(region->private_)));
}

static void check_bytes(const struct region *region)
{
	const uint8_t *address = kvmlib_memory_region_address(region->handle);

	for (uint64_t i = 0; i < region->pages; i++)
		if (!(region->private_ >> i & 1))
			EQUAL(memcmp(address + PAGES(i), region->bytes + PAGES(i), page_size), 0);
}

static void check_all(void)
{
	EQUAL(kvmlib_memory_regions(memory, NULL, 0), count_there());
	EQUAL(kvmlib_memory_enter(reader), 0);
	for (uint64_t page = 0; page < SPACE_PAGES + MAX_PAGES; page++)
		check_page(page);
	kvmlib_memory_leave(reader);
	for (unsigned int i = 0; i < MAX_REGIONS; i++)
		if (regions[i].state == THERE)
			check_region(&regions[i]);
}

static void take_step(void)
{
	const struct region *region;

	if (some(3)) {
		access_step();
	} else {
		change_step();
		check_all();
	}
	region = region_at(some(SPACE_PAGES));
	if (region && !some(8))
		check_bytes(region);
}

/* The program. */

static int hold(void *userdata)
{
	(void)userdata;
	held++;
	return 0;
}

static void resume(void *userdata)
{
	(void)userdata;
	resumed++;
}

static void open_world(void)
{
	struct kvmlib_memory_opts opts = {
		.size = sizeof(opts), .hold = hold, .resume = resume, .nr_slots = NR_SLOTS
	};
	struct kvmlib_system_opts system = { .size = sizeof(system) };

	EQUAL(kvmlib_sim_new(&sim), 0);
	EQUAL(kvmlib_sim_set_capability(sim, KVMLIB_CAP_READONLY_MEM, 1), 0);
	EQUAL(kvmlib_sim_set_capability(sim, KVMLIB_CAP_MEMORY_ATTRIBUTES,
					KVMLIB_MEMORY_ATTRIBUTE_PRIVATE),
	      0);
	system.sys = kvmlib_sim_sys_ops(sim);
	EQUAL(kvmlib_system_open(&system, &kvm), 0);
	EQUAL(kvmlib_system_create_vm(kvm, NULL, &vm), 0);
	has_private = kvmlib_vm_check_extension(vm, KVMLIB_CAP_GUEST_MEMFD) > 0;
	has_guest_memfd = kvmlib_vm_check_extension(vm, KVMLIB_CAP_GUEST_MEMFD_FLAGS) > 0;
	EQUAL(kvmlib_memory_new(vm, &opts, &memory), 0);
	EQUAL(kvmlib_memory_reader_new(memory, 0, &reader), 0);
}

/* Nothing is left of it. */
static void close_world(void)
{
	for (unsigned int i = 0; i < MAX_CHANGES; i++) {
		kvmlib_memory_change_abort(changes[i].handle);
		end_regions(&changes[i], false);
	}
	kvmlib_memory_reader_free(reader);
	kvmlib_memory_unref(memory);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(kvm);
	EQUAL(kvmlib_sim_open_fds(sim), 0);
	EQUAL(kvmlib_sim_mappings(sim), 0);
	kvmlib_sim_free(sim);
	for (unsigned int i = 0; i < MAX_REGIONS; i++)
		if (regions[i].state != FREE)
			drop_region(&regions[i]);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

int main(void)
{
	unsigned long steps = number_of("KVMLIB_MODEL_STEPS", 20000);

	seed = number_of("KVMLIB_MODEL_SEED", (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32);
	numbers = seed * 2 + 1;
	page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	for (unsigned int i = 0; i < 16; i++)
		some(2); /* small seeds begin with small numbers */
	printf("1..1\n# seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	open_world();
	while (step++ < steps)
		take_step();
	close_world();
	printf("ok 1 - memory: %lu steps, seed %llu\n", steps, (unsigned long long)seed);
	return 0;
}
