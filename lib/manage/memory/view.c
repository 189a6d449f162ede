/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Views: the map as readers look it up. */
#include "memory.h"

#include <stdlib.h>

/* So many parts for each entry that regions of like sizes seldom share one. */
#define BUCKETS_PER_ENTRY 4U
#define MIN_BUCKETS	  16U

static bool is_private(const struct kvmlib_memory_region *region, uint64_t page)
{
	return region->private_pages && region->private_pages[page / 64] >> page % 64 & 1;
}

/* The first page from one on that is private, or shared, or the number of pages. */
static uint64_t next_page(const struct kvmlib_memory_region *region, uint64_t page, bool private_)
{
	uint64_t pages = region->length / kvmlib__page_size();

	if (!region->private_pages)
		return private_ ? pages : page;
	while (page < pages && is_private(region, page) != private_)
		page++;
	return page;
}

bool kvmlib__next_page_run(const struct kvmlib_memory_region *region, bool private_,
			   struct kvmlib__page_run *run)
{
	run->first = next_page(region, run->end, private_);
	run->end = next_page(region, run->first, !private_);
	return run->first < region->length / kvmlib__page_size();
}

static void tell_private(const struct kvmlib__placed *placed,
			 void (*part)(uint64_t gpa, uint64_t length, uint32_t space,
				      void *userdata),
			 void *userdata)
{
	const struct kvmlib_memory_region *region = placed->region;
	uint64_t page_size = kvmlib__page_size();
	struct kvmlib__page_run run = { .end = 0 };

	while (kvmlib__next_page_run(region, true, &run))
		part(placed->place.gpa + run.first * page_size, (run.end - run.first) * page_size,
		     region->space, userdata);
}

void kvmlib__private_parts(struct kvmlib_memory *memory,
			   void (*part)(uint64_t gpa, uint64_t length, uint32_t space,
					void *userdata),
			   void *userdata)
{
	pthread_mutex_lock(&memory->lock);
	for (size_t i = 0; i < memory->nr_regions; i++)
		tell_private(&memory->map[i], part, userdata);
	pthread_mutex_unlock(&memory->lock);
}

/* Add the parts of a region that are shared; without entries, only count them. */
static size_t add_parts(struct kvmlib__view_space *space, const struct kvmlib__placed *placed,
			size_t n)
{
	const struct kvmlib_memory_region *region = placed->region;
	uint64_t page_size = kvmlib__page_size();
	struct kvmlib__page_run run = { .end = 0 };

	while (kvmlib__next_page_run(region, false, &run)) {
		if (space->entries) {
			space->flags[n] = (region->flags & KVMLIB_MEMORY_CHECKED) |
					  (placed->place.flags & KVMLIB_MEMORY_READONLY);
			space->entries[n].gpa = placed->place.gpa + run.first * page_size;
			space->entries[n].address = region->address + run.first * page_size;
			space->entries[n].region = placed->region;
			atomic_init(&space->entries[n].length, (run.end - run.first) * page_size);
		}
		n++;
	}
	return n;
}

static size_t add_all(struct kvmlib__view_space *space, const struct kvmlib__placed *map, size_t n)
{
	size_t nr_entries = 0;

	for (size_t i = 0; i < n; i++)
		nr_entries = add_parts(space, &map[i], nr_entries);
	return nr_entries;
}

static void choose_buckets(struct kvmlib__view_space *space)
{
	const struct kvmlib__view_entry *end = &space->entries[space->nr_entries - 1];
	uint64_t last = end->gpa + end->length - 1;
	size_t most = MIN_BUCKETS;

	while (most < space->nr_entries * BUCKETS_PER_ENTRY)
		most *= 2;
	while (last >> space->shift >= most)
		space->shift++;
	space->nr_buckets = (size_t)(last >> space->shift) + 1;
}

/* Of each part of the space: the last entry that begins before it ends, and before it begins. */
static void fill_buckets(struct kvmlib__view_space *space)
{
	size_t last = 0;

	for (size_t i = 0; i < space->nr_buckets; i++) {
		uint64_t end = ((uint64_t)i << space->shift) + ((UINT64_C(1) << space->shift) - 1);
		size_t first;

		while (last + 1 < space->nr_entries &&
		       space->entries[last + 1].gpa <= (uint64_t)i << space->shift)
			last++;
		first = last;
		while (last + 1 < space->nr_entries && space->entries[last + 1].gpa <= end)
			last++;
		space->buckets[i].first = (uint32_t)first;
		space->buckets[i].count = (uint32_t)(last - first + 1);
	}
}

static int fill_space(struct kvmlib__view_space *space, const struct kvmlib__placed *map, size_t n)
{
	space->nr_entries = add_all(space, map, n);
	if (!space->nr_entries)
		return 0;
	space->entries = calloc(space->nr_entries, sizeof(*space->entries));
	space->flags = calloc(space->nr_entries, sizeof(*space->flags));
	if (!space->entries || !space->flags)
		return -ENOMEM;
	add_all(space, map, n);
	choose_buckets(space);
	space->buckets = calloc(space->nr_buckets, sizeof(*space->buckets));
	if (!space->buckets)
		return -ENOMEM;
	fill_buckets(space);
	return 0;
}

struct kvmlib__view *kvmlib__view_new(const struct kvmlib__placed *map, size_t n)
{
	struct kvmlib__view *view = calloc(1, sizeof(*view));
	size_t i = 0;

	if (!view)
		return NULL;
	for (uint32_t space = 0; space < KVMLIB__MAX_SPACES; space++) {
		size_t first = i;

		while (i < n && map[i].region->space == space)
			i++;
		if (fill_space(&view->spaces[space], &map[first], i - first) < 0) {
			kvmlib__view_free(view);
			return NULL;
		}
	}
	return view;
}

void kvmlib__view_free(struct kvmlib__view *view)
{
	if (!view)
		return;
	for (size_t i = 0; i < KVMLIB__MAX_SPACES; i++) {
		free(view->spaces[i].entries);
		free(view->spaces[i].flags);
		free(view->spaces[i].buckets);
	}
	free(view);
}

void kvmlib__view_lose(struct kvmlib__view *view, const struct kvmlib_memory_region *region)
{
	struct kvmlib__view_space *space = &view->spaces[region->space];

	for (size_t i = 0; i < space->nr_entries; i++)
		if (space->entries[i].region == region)
			atomic_store(&space->entries[i].length, 0);
}
