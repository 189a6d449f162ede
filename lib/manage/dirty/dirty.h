/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__DIRTY_H
#define KVMLIB__DIRTY_H

#include "../memory/memory.h"

#define KVMLIB__MAX_CONSUMERS 16U

#define KVMLIB__ALL_READ SIZE_MAX

/*
 * Pages: a bit for each, and in the summary one for each word that is not 0, 64 words in a group. What
 * a kernel wrote here for the only consumer is summarized and counted as it is walked over: it is
 * looked at once then, while it is in the cache.
 */
struct kvmlib__pages {
	uint64_t *words; /* whole groups */
	uint64_t *summary;
	size_t unread;	 /* the group from which on that is still to be done; or ALL_READ */
	bool is_counted; /* those that are handed out are not to be counted any more */
};

/* What one consumer has of a region. */
struct kvmlib__share {
	struct kvmlib__pages pending; /* for its next round; under the map's lock */
	bool is_clean;		      /* nothing is pending */
	struct kvmlib__pages current; /* of its round; its own */
};

/* A region that is tracked. */
struct kvmlib__dirty_log {
	struct kvmlib__track track;	/* first: the map knows it by this */
	struct kvmlib__dirty_log *next; /* to be dropped */
	struct kvmlib_dirty *dirty;
	size_t nr_words;
	uint64_t nr_found;	    /* pages that harvests found; under the map's lock */
	_Atomic uint64_t nr_handed; /* pages that nobody had counted when they were handed out */
	struct kvmlib__share *_Atomic shares[KVMLIB__MAX_CONSUMERS];
};

struct kvmlib__ring {
	struct kvmlib_vcpu *vcpu; /* counted reference */
	struct kvm_dirty_gfn *entries;
	uint64_t next;	   /* to be looked at */
	uint64_t nr_found; /* so far */
};

struct kvmlib_dirty {
	struct kvmlib__tracker tracker; /* first: the map knows it by this */
	struct kvmlib_memory *memory;	/* counted reference */
	atomic_uint refs;
	uint32_t mechanism;
	uint32_t flags;
	uint32_t ring_size;
	uint32_t clear_pages;
	bool has_bitmap; /* beside the rings */

	/* The rest is under the map's lock. */
	struct kvmlib_dirty_consumer *consumers[KVMLIB__MAX_CONSUMERS];
	size_t nr_consumers;
	size_t end_consumers; /* one behind the last that is there */
	struct kvmlib__ring *rings;
	size_t nr_rings;
	uint64_t nr_taken; /* entries that the kernel has not taken back yet */
	bool is_uncertain; /* their pages may have been written again without an entry */
	uint64_t *bitmap;  /* for one region at a time */
	size_t bitmap_words;
	uint64_t nr_found; /* in all regions, of before too */
	_Atomic uint64_t nr_handed;
	/* With rings: the regions by the numbers of their slots, as of an epoch of the map. */
	struct kvmlib_memory_region **by_slot[KVMLIB__MAX_SPACES];
	uint64_t epoch;
};

struct kvmlib_dirty_consumer {
	struct kvmlib_dirty *dirty; /* counted reference */
	size_t index;
	uint64_t gpa;  /* where the round goes on */
	uint64_t last; /* the last address that is asked for */
	bool is_over;
};

static inline size_t kvmlib__summary_words(size_t nr_words)
{
	return (nr_words + 63) / 64;
}

static inline void kvmlib__pages_add(const struct kvmlib__pages *pages, size_t word, uint64_t bits)
{
	pages->words[word] |= bits;
	pages->summary[word / 64] |= UINT64_C(1) << word % 64;
}

/* The builtin is a call, where the processor need not have an instruction for it. */
static inline uint64_t kvmlib__count_bits(uint64_t bits)
{
	bits -= bits >> 1 & UINT64_C(0x5555555555555555);
	bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
	return ((bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f)) *
		       UINT64_C(0x0101010101010101) >>
	       56;
}

static inline struct kvmlib__dirty_log *kvmlib__log_of(const struct kvmlib_memory_region *region)
{
	return (struct kvmlib__dirty_log *)atomic_load_explicit(&region->track,
								memory_order_acquire);
}

/* log.c */
int kvmlib__log_add(struct kvmlib__tracker *tracker, struct kvmlib_memory_region *region);
struct kvmlib__share *kvmlib__share_new(const struct kvmlib__dirty_log *log, bool is_all);
void kvmlib__share_free(struct kvmlib__share *share);
/* A region's pages of one word were found written: all consumers get them. */
void kvmlib__log_found(struct kvmlib__dirty_log *log, size_t word, uint64_t bits);
void kvmlib__log_count(struct kvmlib__dirty_log *log, uint64_t pages);
/* Where single pages that are found go to, which they may until the lock is left: how many places. They
 * are not counted. */
size_t kvmlib__log_pending(struct kvmlib__dirty_log *log,
			   struct kvmlib__pages *pending[KVMLIB__MAX_CONSUMERS]);
/* All consumers but that of the index get these pages, which are settled. */
void kvmlib__log_pass_on(struct kvmlib__dirty_log *log, const struct kvmlib__pages *pages,
			 size_t index);
void kvmlib__log_found_all(struct kvmlib__dirty_log *log);
/* The same for a bitmap of the whole region. */
void kvmlib__log_found_bitmap(struct kvmlib__dirty_log *log, uint64_t *bitmap);
/* Where the kernel may write such a bitmap to: for the only consumer, who has nothing yet; or NULL. */
struct kvmlib__share *kvmlib__log_direct(const struct kvmlib__dirty_log *log);
/* It has been written. */
void kvmlib__log_found_direct(const struct kvmlib__dirty_log *log, struct kvmlib__share *share);
void kvmlib__pages_set_all(const struct kvmlib__dirty_log *log, struct kvmlib__pages *pages);
/* Summarize and count what was written directly. */
void kvmlib__pages_settle(struct kvmlib__dirty_log *log, struct kvmlib__pages *pages);
/* How many there are; they must be settled. */
uint64_t kvmlib__pages_number(const struct kvmlib__dirty_log *log,
			      const struct kvmlib__pages *pages);
/* Summarize up to a group. */
void kvmlib__pages_read(const struct kvmlib__dirty_log *log, struct kvmlib__pages *pages,
			size_t group);
/* Take the marks of the program. */
void kvmlib__log_take_marks(struct kvmlib__dirty_log *log);

/* consumer.c */
/* A consumer whose first round has all pages, or what is written from now on. */
int kvmlib__consumer_new(struct kvmlib_dirty *dirty, bool is_all, const char *function,
			 struct kvmlib_dirty_consumer **ret_consumer);
/* consumer.c: of a consumer that writes the pages of its rounds itself; the lock is held. */
/* As kvmlib_dirty_round(). */
int kvmlib__dirty_round(struct kvmlib_dirty_consumer *consumer, const char *function);
/* The round has all pages. */
void kvmlib__dirty_round_all(const struct kvmlib_dirty_consumer *consumer);
/* All others are given the round's pages, too. */
void kvmlib__dirty_pass_on(const struct kvmlib_dirty_consumer *consumer);
/* Let the round go on at the first address. */
void kvmlib__dirty_rewind(struct kvmlib_dirty_consumer *consumer);

/* runs.c: as kvmlib_dirty_next_runs(), of a view's address space. */
size_t kvmlib__dirty_take_runs(struct kvmlib_dirty_consumer *consumer,
			       const struct kvmlib__view_space *space,
			       struct kvmlib_dirty_run *runs, size_t max);

/* harvest.c */
/* The lock is held. */
int kvmlib__dirty_harvest(struct kvmlib_dirty *dirty, const char *function);

/* ring.c */
/* Whether what the vCPU's guest writes is found; the lock is held. */
bool kvmlib__dirty_sees(const struct kvmlib_dirty *dirty, const struct kvmlib_vcpu *vcpu);
int kvmlib__rings_enable(struct kvmlib_dirty *dirty, const char *function);
int kvmlib__rings_harvest(struct kvmlib_dirty *dirty, const char *function);
void kvmlib__rings_free(struct kvmlib_dirty *dirty);

#endif
