/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_MEMORY_FIXTURE_H
#define TESTS_MEMORY_FIXTURE_H

#include "fixture.h"

/* Calls that a test can make fail. */
enum call {
	CALL_OPEN,
	CALL_MMAP,
	CALL_MMAP_AT,
	CALL_MADVISE,
	CALL_MBIND,
	CALL_MEMFD_CREATE,
	CALL_FTRUNCATE,
	CALL_FCNTL,
	CALL_FALLOCATE,
	CALL_FSTAT,
	CALL_MINCORE,
	CALL_READV,
	CALL_WRITEV,
	CALL_ATTRIBUTES,
	NR_CALLS,
};

/* A memory map on a simulated kernel whose calls are noted, and fail where they are told to. */
struct map {
	struct kvmlib_memory *memory;
	struct kvmlib_memory_reader *reader; /* of address space 0 */

	int fail[NR_CALLS];	 /* what such calls answer, positive; 0: as the simulated kernel */
	unsigned int skip;	 /* so many of the calls that would fail, do not */
	unsigned int fail_slot;	 /* the number of the first slot call that fails, from 1; 0: none */
	unsigned int fail_slots; /* how many fail from there on */
	int slot_error;		 /* what they answer, positive */
	void (*on_call)(void);	 /* called before each of the calls above; NULL: nothing is */
	void (*on_sleep)(void);	 /* called when the library waits; NULL: nothing is */

	unsigned int calls[NR_CALLS];
	unsigned int slot_calls; /* KVM_SET_USER_MEMORY_REGION and KVM_SET_USER_MEMORY_REGION2 */
	unsigned int unmaps;
	char text[8192]; /* slot calls that succeeded */
	int advices[64]; /* of the last madvise() calls, with where and how much */
	const void *advised[64];
	size_t advised_length[64];
	void *reserved; /* the last address space that was reserved */
	size_t reserved_length;
	unsigned long nodes; /* of the last mbind() */
	int fallocate_mode;  /* of the last fallocate() */
	uint64_t punched, punched_length;
	int punched_fd;
	uint64_t read_to;    /* where the last pread() ended */
	unsigned int seeks;  /* those that began elsewhere, but for the file's start */
	unsigned int broken; /* slots that overlapped, or whose memory was unmapped */
};
extern struct map map;

#define PAGES(n) ((uint64_t)(n)*page_size())

/* Checked fixtures: the simulated kernel below the notes; a VM on it; a map of it, and a reader. */
void setup_noted(void);
void setup_noted_vm(void);
void setup_map(void);

/* Drop the map; assert that all slots were deleted before their memory was unmapped. */
void teardown_map(void);

TCase *map_case(Suite *suite, const char *name, SFun setup);

/* As setup_map(), on a VM with private memory. */
void setup_private(void);

/* Make map.memory and map.reader; NULL: default options. */
void make_map(const struct kvmlib_memory_opts *opts);

/* Forget the slot calls that were noted. */
void forget_calls(void);

/*
 * The slot calls that succeeded, in their order: "0:16+4" tells that slot 0 was set to page 16, of 4
 * pages, "0:-" that it was deleted. Behind a number: r READONLY, l dirty log, m guest_memfd.
 */
#define assert_calls(expected)                        \
	do {                                          \
		ck_assert_str_eq(map.text, expected); \
		forget_calls();                       \
	} while (0)

/* The slots are gone in another way, as with a VM that is dead. */
void forget_slots(void);

/* How many slots there are. */
size_t nr_slots(void);

/*
 * The regions of the map, in order: "a@16+4" is region a at page 16, of 4 pages; r and l as above.
 * The slots must be the same.
 */
const char *map_text(void);
#define assert_map(expected) ck_assert_str_eq(map_text(), expected)

/* A region of anonymous memory, in pages. */
struct kvmlib_memory_region_opts opts_of(const char *name, uint64_t page, uint64_t pages);

/* Add it, by a change of its own. */
struct kvmlib_memory_region *add(const char *name, uint64_t page, uint64_t pages);
struct kvmlib_memory_region *add_opts(const struct kvmlib_memory_region_opts *opts);

struct kvmlib_memory_region_info info_of(const struct kvmlib_memory_region *region);

struct kvmlib_memory_change *begin(void);
#define commit(change)		   assert_ok(kvmlib_memory_change_commit(change))
#define move(change, region, page) assert_ok(kvmlib_memory_change_move(change, region, PAGES(page)))

/* The record is about that region. */
#define assert_subject(name) ck_assert_str_eq(kvmlib_error_subject(), name)

/* A call of map.reader fails at that guest address. */
#define assert_fails_at(expression, errnum, cause, gpa)        \
	do {                                                   \
		assert_fails(expression, errnum, cause, NULL); \
		assert_value(GPA, gpa);                        \
	} while (0)

/* What map.reader finds at an address: the region's name, or "". */
const char *name_at(uint64_t gpa);

/* The region that it finds there. */
struct kvmlib_memory_region *region_found(uint64_t gpa);

/* A file of that many pages, each of which holds its number in each byte; from memfd_create(2). */
int make_file(unsigned int pages);

/* Whether a byte of this process can be read, without touching it. */
bool can_read(const void *address);
bool can_write(void *address);

#endif
