/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was written since is put back: under the map's lock, which nobody else needs meanwhile. */
#include "reset.h"

#include <errno.h>
#include <string.h>

#define RUNS 64

/* Before anything is touched */

int kvmlib__reset_check_private(const struct kvmlib_memory *memory, const char *function)
{
	for (size_t i = 0; i < memory->nr_regions; i++) {
		const struct kvmlib_memory_region *region = memory->map[i].region;
		struct kvmlib__page_run run = { .end = 0 };

		if (kvmlib__next_page_run(region, true, &run))
			return KVMLIB__ABOUT(
				region, function, -ENOTSUP, MEMORY_PRIVATE,
				KVMLIB__VALUE(GPA,
					      region->place.gpa + run.first * kvmlib__page_size()));
	}
	return 0;
}

static bool is_same(const struct kvmlib__kept_region *kept,
		    const struct kvmlib_memory_region *region)
{
	return kept->gpa == region->place.gpa && kept->length == region->length &&
	       kept->space == region->space && !kept->bytes == !region->is_writable &&
	       kept->flags == (region->place.flags & KVMLIB_MEMORY_READONLY);
}

static int refuse_map(const char *name, uint64_t gpa, const char *function)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .subject = name,
						 .cause = KVMLIB_CAUSE_RESET_MAP,
						 .errnum = -ESTALE,
						 KVMLIB__VALUES(KVMLIB__VALUE(GPA, gpa)) });
}

/* The first region that is not as it was. */
static int check_map(const struct kvmlib_reset *reset, const char *function)
{
	const struct kvmlib_memory *memory = reset->memory;

	for (size_t i = 0; i < memory->nr_regions; i++) {
		const struct kvmlib_memory_region *region = memory->map[i].region;

		if (i >= reset->nr_regions || !is_same(&reset->regions[i], region))
			return refuse_map(region->name, region->place.gpa, function);
	}
	if (memory->nr_regions < reset->nr_regions)
		return refuse_map(NULL, reset->regions[memory->nr_regions].gpa, function);
	return kvmlib__reset_check_private(memory, function);
}

/* Pages */

static int put_run(const struct kvmlib__kept_region *kept, struct kvmlib_memory_region *region,
		   const struct kvmlib_dirty_run *run, const char *function)
{
	const struct kvmlib__piece piece = { region, run->address, run->length, region->flags };
	uint8_t *bytes;

	if (!kept->bytes) /* nor can the program have written it */
		return 0;
	bytes = kept->bytes + (run->gpa - kept->gpa);
	if (region->flags & KVMLIB_MEMORY_CHECKED)
		return kvmlib__checked_copy(&piece, bytes, true, function);
	memcpy(run->address, bytes, run->length);
	return 0;
}

/* Runs come by address, as the regions do. */
static int put_runs(const struct kvmlib_reset *reset, size_t *region,
		    const struct kvmlib_dirty_run *runs, size_t n, const char *function)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		while (runs[i].gpa - reset->regions[*region].gpa >= reset->regions[*region].length)
			++*region;
		r = put_run(&reset->regions[*region], reset->memory->map[*region].region, &runs[i],
			    function);
	}
	return r;
}

static uint64_t count_pages(const struct kvmlib_dirty_run *runs, size_t n)
{
	uint64_t length = 0;

	for (size_t i = 0; i < n; i++)
		length += runs[i].length;
	return length / kvmlib__page_size();
}

static int put_space(const struct kvmlib_reset *reset, uint32_t space, uint64_t *pages,
		     const char *function)
{
	const struct kvmlib__view *view = atomic_load(&reset->memory->view);
	struct kvmlib_dirty_run runs[RUNS];
	size_t n, region = 0;
	int r = 0;

	while (region < reset->nr_regions && reset->regions[region].space < space)
		region++;
	kvmlib__dirty_rewind(reset->consumer);
	while (!r && !reset->consumer->is_over) {
		n = kvmlib__dirty_take_runs(reset->consumer, &view->spaces[space], runs, RUNS);
		r = put_runs(reset, &region, runs, n, function);
		*pages += count_pages(runs, n);
	}
	return r;
}

/* Others see the pages change: they are given them first, for none of them can begin a round now. */
static int put_round(struct kvmlib_reset *reset, bool is_all, uint64_t *pages, const char *function)
{
	int r = 0;

	reset->is_half = true;
	if (is_all)
		kvmlib__dirty_round_all(reset->consumer);
	kvmlib__dirty_pass_on(reset->consumer);
	for (uint32_t space = 0; !r && space < reset->memory->nr_spaces; space++)
		r = put_space(reset, space, pages, function);
	return r;
}

int kvmlib__reset_memory(struct kvmlib_reset *reset, bool is_all, uint64_t *pages,
			 const char *function)
{
	int r;

	pthread_mutex_lock(&reset->memory->lock);
	r = check_map(reset, function);
	if (!r)
		r = kvmlib__dirty_round(reset->consumer, function);
	if (!r)
		r = put_round(reset, is_all, pages, function);
	pthread_mutex_unlock(&reset->memory->lock);
	return r;
}
