/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages that become private to the guest, or shared. KVM tells nobody which are: the map knows. */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The part of a region that is converted, in bytes. */
struct part {
	struct kvmlib_memory_region *region; /* counted reference */
	uint64_t offset;
	uint64_t length;
};

struct conversion {
	struct kvmlib_memory *memory;
	uint64_t gpa;
	uint64_t length;
	bool to_private;
	const char *function;
	const char *name; /* of the first region that it touches */
	struct part *parts;
	size_t nr_parts;
};

static int refuse(const struct conversion *conversion, uint64_t gpa, int errnum, uint32_t cause)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = conversion->function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(GPA, gpa), KVMLIB__VALUE(SIZE, conversion->length)) });
}

static void add_part(struct conversion *conversion, const struct kvmlib__placed *placed,
		     uint64_t gpa)
{
	uint64_t left = conversion->gpa + conversion->length - gpa;
	struct part *part = &conversion->parts[conversion->nr_parts++];

	if (!conversion->name)
		conversion->name = placed->region->name;
	part->region = kvmlib__region_ref(placed->region);
	part->offset = gpa - placed->place.gpa;
	part->length = placed->region->length - part->offset;
	if (part->length > left)
		part->length = left;
}

/* All of the range must lie in regions that can be converted. */
static int find_parts(struct conversion *conversion)
{
	const struct kvmlib_memory *memory = conversion->memory;
	uint64_t gpa = conversion->gpa;
	size_t i = kvmlib__first_behind(memory->map, memory->nr_regions, 0, gpa);

	conversion->parts = calloc(memory->nr_regions - i + 1, sizeof(*conversion->parts));
	if (!conversion->parts)
		return refuse(conversion, gpa, -ENOMEM, KVMLIB_CAUSE_NO_MEMORY);
	for (; gpa < conversion->gpa + conversion->length; i++) {
		const struct kvmlib__placed *placed =
			i < memory->nr_regions ? &memory->map[i] : NULL;

		if (!placed || placed->region->space || placed->place.gpa > gpa ||
		    !placed->region->private_pages)
			return refuse(conversion, gpa, -EFAULT, KVMLIB_CAUSE_NOT_MEMORY);
		add_part(conversion, placed, gpa);
		gpa = placed->place.gpa + placed->region->length;
	}
	return 0;
}

static void drop_parts(struct conversion *conversion)
{
	for (size_t i = 0; i < conversion->nr_parts; i++)
		kvmlib__region_unref(conversion->parts[i].region);
	free(conversion->parts);
}

static void set_pages(const struct part *part, bool to_private)
{
	const uint64_t page_size = kvmlib__page_size();
	uint64_t *pages = part->region->next_pages;

	for (uint64_t i = part->offset / page_size; i < (part->offset + part->length) / page_size;
	     i++) {
		uint64_t bit = UINT64_C(1) << i % 64;

		pages[i / 64] = to_private ? pages[i / 64] | bit : pages[i / 64] & ~bit;
	}
}

static void swap_pages(const struct conversion *conversion)
{
	for (size_t i = 0; i < conversion->nr_parts; i++) {
		struct kvmlib_memory_region *region = conversion->parts[i].region;
		uint64_t *pages = region->private_pages;

		region->private_pages = region->next_pages;
		region->next_pages = pages;
	}
}

static void prepare_pages(const struct conversion *conversion)
{
	for (size_t i = 0; i < conversion->nr_parts; i++) {
		const struct kvmlib_memory_region *region = conversion->parts[i].region;

		memcpy(region->next_pages, region->private_pages,
		       kvmlib__private_pages_size(region) * sizeof(uint64_t));
		set_pages(&conversion->parts[i], conversion->to_private);
	}
	swap_pages(conversion);
}

static int tell_kernel(const struct conversion *conversion)
{
	int r = kvmlib_vm_set_memory_attributes(
		conversion->memory->vm, conversion->gpa, conversion->length,
		conversion->to_private ? KVMLIB_MEMORY_ATTRIBUTE_PRIVATE : 0, 0);

	if (r < 0)
		kvmlib__error_amend(conversion->function, conversion->name);
	return r;
}

/* The lock is held. */
static int convert(struct conversion *conversion, struct kvmlib__view **ret_old)
{
	struct kvmlib_memory *memory = conversion->memory;
	struct kvmlib__view *view;
	int r = find_parts(conversion);

	if (r < 0)
		return r;
	prepare_pages(conversion);
	view = kvmlib__view_new(memory->map, memory->nr_regions);
	r = view ? tell_kernel(conversion)
		 : refuse(conversion, conversion->gpa, -ENOMEM, KVMLIB_CAUSE_NO_MEMORY);
	if (r < 0) {
		swap_pages(conversion);
		kvmlib__view_free(view);
		return r;
	}
	*ret_old = kvmlib__view_publish(memory, view);
	return 0;
}

/* The side that nobody uses now. Where it can't be emptied it costs memory, and nothing else. */
static void empty_other_side(const struct conversion *conversion, const struct part *part)
{
	const char *call;
	int r;

	if (conversion->to_private)
		r = kvmlib__region_discard(part->region, part->offset, part->length, &call);
	else
		r = kvmlib__region_discard_private(part->region, part->offset, part->length, &call);
	if (r < 0)
		KVMLIB__LOG(&conversion->memory->vm->system->log, KVMLIB_LOG_WARNING,
			    "converted pages stay in memory twice",
			    KVMLIB__LOG_TEXT("region", part->region->name),
			    KVMLIB__LOG_TEXT("call", call), KVMLIB__LOG_NUMBER("errno", -r));
}

/* One conversion at a time: what the next one has made shared must not be emptied. */
static int convert_range(struct conversion *conversion)
{
	struct kvmlib_memory *memory = conversion->memory;
	struct kvmlib__view *old = NULL;
	int r;

	pthread_mutex_lock(&memory->convert_lock);
	pthread_mutex_lock(&memory->lock);
	r = convert(conversion, &old);
	pthread_mutex_unlock(&memory->lock);
	if (!r)
		kvmlib__readers_wait(memory);
	for (size_t i = 0; !r && i < conversion->nr_parts; i++)
		empty_other_side(conversion, &conversion->parts[i]);
	pthread_mutex_unlock(&memory->convert_lock);
	kvmlib__view_free(old);
	drop_parts(conversion);
	return r;
}

static int check(const struct conversion *conversion)
{
	if ((conversion->gpa | conversion->length) & (kvmlib__page_size() - 1))
		return refuse(conversion, conversion->gpa, -EINVAL, KVMLIB_CAUSE_REGION_UNALIGNED);
	if (conversion->gpa + conversion->length <= conversion->gpa)
		return refuse(conversion, conversion->gpa, -EINVAL, KVMLIB_CAUSE_REGION_RANGE);
	if (kvmlib__in_reader(conversion->memory))
		return refuse(conversion, conversion->gpa, -EDEADLK, KVMLIB_CAUSE_IN_READER);
	return 0;
}

int kvmlib_memory_convert(struct kvmlib_memory *memory, uint64_t gpa, uint64_t length,
			  int is_private)
{
	struct conversion conversion = {
		.memory = memory,
		.gpa = gpa,
		.length = length,
		.to_private = is_private,
		.function = __func__,
	};
	int r;

	if (!memory)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(memory->vm);
	if (is_private != 0 && is_private != 1)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 4);
	r = check(&conversion);
	return r < 0 ? r : convert_range(&conversion);
}
