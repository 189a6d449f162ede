/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__MEMORY_H
#define KVMLIB__MEMORY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <kvmlib/kvmlib.h>

#include "../../core/handles.h"

#define KVMLIB__MAX_SPACES 2U
#define KVMLIB__NO_SLOT	   UINT32_MAX

/* What can change while a region is in the map. */
#define KVMLIB__CHANGEABLE (KVMLIB_MEMORY_READONLY | KVMLIB_MEMORY_LOG_DIRTY)

/* Where a region is in the guest, and how. */
struct kvmlib__place {
	uint64_t gpa;
	uint32_t flags; /* of those that can change */
};

/*
 * How writes to a region are tracked; made by the tracker, which has more behind it. What was written
 * is a bit for each page, and in the summary one for each word of those. Set by any thread.
 */
struct kvmlib__track {
	void (*drop)(struct kvmlib__track *track);
	_Atomic uint64_t *marks;
	_Atomic uint64_t *summary;
	uint64_t nr_pages;
	unsigned int page_shift;
	bool in_kernel; /* KVM logs the guest's writes */
};

/* Who tracks writes to a map, and wants to know of its new regions. */
struct kvmlib__tracker {
	/* Give a region its track; the lock is held. */
	int (*add)(struct kvmlib__tracker *tracker, struct kvmlib_memory_region *region);
};

enum kvmlib__region_state {
	KVMLIB__REGION_NEW,   /* of a change that has not been committed */
	KVMLIB__REGION_THERE, /* in the map */
	KVMLIB__REGION_GONE,  /* removed */
	KVMLIB__REGION_LOST,  /* nobody knows what of it the kernel has */
};

struct kvmlib_memory_region {
	struct kvmlib_memory *memory; /* not counted: who has a region, has its map */
	uint8_t *address;
	uint64_t length;
	void *reserved; /* the address space around it, with the guards; NULL for POINTER */
	size_t reserved_size;
	uint64_t offset;
	uint64_t page_size;
	int fd;
	int private_fd; /* the guest_memfd of private pages */
	uint32_t backing;
	uint32_t flags;	  /* those that can't change */
	bool is_writable; /* by this process */
	uint32_t space;
	char name[KVMLIB__NAME_LENGTH + 1];
	struct kvmlib__track *_Atomic track; /* NULL: nobody asks */
	atomic_uint refs;		     /* by the map, changes, and calls under way */

	/* The rest is under the map's lock. */
	struct kvmlib__place place;
	uint32_t slot;
	enum kvmlib__region_state state;
	struct kvmlib__memory_op *op; /* of the change that is being planned */
	uint64_t *private_pages;      /* CONVERTIBLE: a bit for each page that is private */
	uint64_t *next_pages;	      /* room for the next state of them */
	struct kvmlib_memory_region *next_lost;
};

/* The guest_memfd that its slot has, or -1. */
static inline int kvmlib__region_memfd(const struct kvmlib_memory_region *region)
{
	return region->backing == KVMLIB_MEMORY_GUEST_MEMFD ? region->fd : region->private_fd;
}

/* In words of 64 bits; never 0. */
static inline size_t kvmlib__private_pages_size(const struct kvmlib_memory_region *region)
{
	return (size_t)(region->length / kvmlib__page_size()) / 64 + 1;
}

/* A region in a map, or in one that shall be. */
struct kvmlib__placed {
	struct kvmlib_memory_region *region;
	struct kvmlib__place place;
};

/* A part of the guest's memory that readers find. */
struct kvmlib__view_entry {
	uint64_t gpa;
	_Atomic uint64_t length; /* 0: the region is lost */
	uint8_t *address;
	struct kvmlib_memory_region *region;
};

/* Which entries can hold the addresses of a bucket. */
struct kvmlib__view_bucket {
	uint32_t first;
	uint32_t count; /* 1 or more */
};

/*
 * One address space: entries by address, and a table of where to begin to search them: of equal
 * parts of the space, so many that most hold one or two entries.
 */
struct kvmlib__view_space {
	struct kvmlib__view_entry *entries;
	uint32_t *flags; /* of each entry: READONLY, CHECKED */
	struct kvmlib__view_bucket *buckets;
	size_t nr_entries;
	size_t nr_buckets; /* 0: there is no memory */
	unsigned int shift;
};

/* What readers see: made anew for each change, and never changed but for lost regions. */
struct kvmlib__view {
	struct kvmlib__view_space spaces[KVMLIB__MAX_SPACES];
};

struct kvmlib_memory {
	struct kvmlib_vm *vm; /* counted reference */
	int (*hold)(void *userdata);
	void (*resume)(void *userdata);
	void *userdata;
	uint32_t nr_spaces;
	uint32_t first_slot;
	uint32_t end_slot;
	bool has_readonly;
	int pid; /* of the process that made it */
	atomic_uint refs;

	pthread_mutex_t convert_lock; /* one conversion at a time; taken before the next */
	pthread_mutex_t lock;	      /* of the next members; readers never take it */
	struct kvmlib__placed *map;
	size_t nr_regions;
	uint64_t *slots
		[KVMLIB__MAX_SPACES]; /* a bit for each number from first_slot on that is used */
	struct kvmlib_memory_region *lost;
	struct kvmlib__tracker *tracker;

	struct kvmlib__view *_Atomic view;
	_Atomic uint64_t epoch;	      /* counts the views */
	pthread_mutex_t readers_lock; /* of the list; not of what its readers do */
	struct kvmlib_memory_reader *readers;
};

struct kvmlib_memory_reader {
	_Atomic uint64_t epoch;			/* of the map when it entered; 0: it has not */
	const struct kvmlib__view *view;	/* of the last time that it entered */
	const struct kvmlib__view_space *space; /* of the view */
	uint32_t depth;
	uint32_t space_number;
	const unsigned char *alive;   /* the VM's */
	_Atomic uintptr_t thread;     /* that entered */
	struct kvmlib_memory *memory; /* counted reference */
	struct kvmlib_memory_reader *next;
	char apart[64]; /* from other readers' cache lines */
};

/* What a change does to one region. */
struct kvmlib__memory_op {
	struct kvmlib_memory_region *region; /* counted reference */
	struct kvmlib__place to;
	bool has_gpa; /* the change says where to; else the region stays, wherever it is then */
	bool has_flags;
	bool is_new;
	bool is_removed;
	/* While moves are put in order. */
	bool is_done;
	uint32_t blockers; /* moves that must come first */
	uint32_t walk;	   /* the last that came by */
};

struct kvmlib_memory_change {
	struct kvmlib_memory *memory; /* counted reference */
	struct kvmlib__memory_op *ops;
	size_t nr_ops;
	size_t room;
};

/* One call to the kernel. */
struct kvmlib__step {
	struct kvmlib_memory_region *region;
	struct kvmlib__place from;
	struct kvmlib__place to;
	bool was_there; /* the slot exists before the call */
	bool is_there;	/* and after it */
};

/* Whether what the guest wrote may not have been logged, or is elsewhere now. */
static inline bool kvmlib__step_loses_log(const struct kvmlib__step *step)
{
	return !step->was_there || !step->is_there || step->from.gpa != step->to.gpa;
}

/* What a commit will do. */
struct kvmlib__plan {
	struct kvmlib__placed *map; /* as it shall be, sorted */
	size_t nr_regions;
	struct kvmlib__step *steps;
	size_t nr_steps;
	bool needs_hold; /* a slot goes away, and there is another for the same addresses later */
};

/* region.c */
struct kvmlib_memory_region *kvmlib__region_ref(struct kvmlib_memory_region *region);
void kvmlib__region_unref(struct kvmlib_memory_region *region);
int kvmlib__region_new(struct kvmlib_memory *memory, const struct kvmlib_memory_region_opts *opts,
		       const char *function, struct kvmlib_memory_region **ret_region);
/* Whether the region can be there: aligned, not wrapping. */
int kvmlib__region_check_gpa(const struct kvmlib_memory_region *region, uint64_t gpa,
			     const char *function);

/* backing.c */
int kvmlib__region_map(struct kvmlib_memory_region *region,
		       const struct kvmlib_memory_region_opts *opts, const char *function);
void kvmlib__region_unmap(struct kvmlib_memory_region *region);
uint32_t kvmlib__backing_flags(uint32_t backing);

/* slots.c */
int kvmlib__slots_init(struct kvmlib_memory *memory);
void kvmlib__slots_free(struct kvmlib_memory *memory);
int kvmlib__slot_take(struct kvmlib_memory *memory, struct kvmlib_memory_region *region);
void kvmlib__slot_give(struct kvmlib_memory *memory, uint32_t slot, bool is_used);
/* Tell the kernel that the region is at a place, or not there any more. */
int kvmlib__slot_set(struct kvmlib_memory *memory, const struct kvmlib_memory_region *region,
		     const struct kvmlib__place *place, bool is_there);

/* plan.c */
int kvmlib__plan_make(struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
		      struct kvmlib__plan *plan, const char *function);
void kvmlib__plan_free(struct kvmlib__plan *plan);
/* The first of a sorted map that ends behind an address. */
size_t kvmlib__first_behind(const struct kvmlib__placed *map, size_t n, uint32_t space,
			    uint64_t gpa);

/* order.c */
/* Put the moves of a change, which lie behind the deletions of a plan, in an order that works. */
int kvmlib__order_moves(const struct kvmlib_memory *memory, struct kvmlib_memory_change *change,
			struct kvmlib__plan *plan);

/* change.c */
int kvmlib__change_new(struct kvmlib_memory *memory, const char *function,
		       struct kvmlib_memory_change **ret_change);

/* commit.c */
/* Commit and end the change, for a public function of that name. */
int kvmlib__change_commit(struct kvmlib_memory_change *change, const char *function);

/* carry.c */
/* Carry a plan out, or undo what of it was done. */
int kvmlib__plan_carry_out(struct kvmlib_memory *memory, const struct kvmlib__plan *plan,
			   const char *function);

/* view.c */
struct kvmlib__view *kvmlib__view_new(const struct kvmlib__placed *map, size_t n);
void kvmlib__view_free(struct kvmlib__view *view);
/* Pages of a region that follow each other, by number. */
struct kvmlib__page_run {
	uint64_t first;
	uint64_t end; /* where the next one is looked for; 0 at first */
};
/* The next run that is private, or shared; whether there is one. */
bool kvmlib__next_page_run(const struct kvmlib_memory_region *region, bool private_,
			   struct kvmlib__page_run *run);
/* Tell of all that is private, in the order of the address space and the address. */
void kvmlib__private_parts(struct kvmlib_memory *memory,
			   void (*part)(uint64_t gpa, uint64_t length, uint32_t space,
					void *userdata),
			   void *userdata);
/* Let readers not find it any more. */
void kvmlib__view_lose(struct kvmlib__view *view, const struct kvmlib_memory_region *region);

/* reader.c */
bool kvmlib__in_reader(struct kvmlib_memory *memory);
/* Let readers that enter from now on see the view; returns the one before. The lock is held. */
struct kvmlib__view *kvmlib__view_publish(struct kvmlib_memory *memory, struct kvmlib__view *view);
/* Wait until no reader is left that may see a view of before. The lock is not held. */
void kvmlib__readers_wait(struct kvmlib_memory *memory);

/* The entry that an address lies in, and how many bytes follow there; or NULL. */
static inline const struct kvmlib__view_entry *
kvmlib__view_find(const struct kvmlib__view_space *space, uint64_t gpa, uint64_t *left)
{
	const struct kvmlib__view_entry *entry;
	uint64_t bucket = gpa >> space->shift;
	uint64_t length;
	uint32_t n;

	if (bucket >= space->nr_buckets)
		return NULL;
	entry = &space->entries[space->buckets[bucket].first];
	for (n = space->buckets[bucket].count; n > 1; n -= n / 2)
		entry += entry[n / 2].gpa <= gpa ? n / 2 : 0;
	length = atomic_load_explicit(&entry->length, memory_order_relaxed);
	if (gpa - entry->gpa >= length)
		return NULL;
	*left = length - (gpa - entry->gpa);
	return entry;
}

/* pieces.c */
/* A part of a range that lies in one region. */
struct kvmlib__piece {
	struct kvmlib_memory_region *region;
	uint8_t *address;
	uint64_t length;
	uint32_t flags; /* READONLY, CHECKED */
};

/* The first part of a range: -EFAULT where there is none, without a record. */
static inline int kvmlib__piece_at(const struct kvmlib_memory_reader *reader, uint64_t gpa,
				   uint64_t size, struct kvmlib__piece *piece)
{
	const struct kvmlib__view_entry *entry;
	uint64_t left;

	entry = kvmlib__view_find(reader->space, gpa, &left);
	if (!entry)
		return -EFAULT;
	piece->region = entry->region;
	piece->flags = reader->space->flags[entry - reader->space->entries];
	piece->address = entry->address + (gpa - entry->gpa);
	piece->length = left < size ? left : size;
	return 0;
}

/* Whether all of the range is memory, and can be written where it shall be; with a record. */
int kvmlib__range_check(const struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t size,
			bool write, const char *function);
/* Copy from or to memory that may vanish, through the kernel; with a record where it has. */
int kvmlib__checked_copy(const struct kvmlib__piece *piece, void *buffer, bool write,
			 const char *function);

/* track.c */
/* Mark pages of a region that were written before. */
void kvmlib__track_mark(struct kvmlib__track *track, uint64_t offset, uint64_t length);
/* Mark all: the guest sees the region elsewhere, or what it wrote was not logged for a time. */
void kvmlib__track_all(const struct kvmlib_memory_region *region);

static inline void kvmlib__piece_written(const struct kvmlib__piece *piece)
{
	struct kvmlib_memory_region *region = piece->region;
	struct kvmlib__track *track = atomic_load_explicit(&region->track, memory_order_acquire);

	if (track)
		kvmlib__track_mark(track, (uint64_t)(piece->address - region->address),
				   piece->length);
}

/* discard.c */
/* Give whole pages back, without rounding; 0 or -errno, and the call that failed. */
int kvmlib__region_discard(const struct kvmlib_memory_region *region, uint64_t offset,
			   uint64_t length, const char **call);
/* The same for private pages. */
int kvmlib__region_discard_private(const struct kvmlib_memory_region *region, uint64_t offset,
				   uint64_t length, const char **call);

/* A failure that is about a region. */
#define KVMLIB__ABOUT(region_, function_, errnum_, cause_, ...)                               \
	kvmlib__error_record(&(const struct kvmlib__failure){ .function = (function_),        \
							      .subject = (region_)->name,     \
							      .cause = KVMLIB_CAUSE_##cause_, \
							      .errnum = (errnum_),            \
							      KVMLIB__VALUES(__VA_ARGS__) })

#endif
