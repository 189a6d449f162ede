/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Regions: what may be asked for, and what is known of them. */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/opts.h"

#define KNOWN_FLAGS 0x1ffU
#define MAX_GUARD   (UINT64_C(1) << 40)
#define MAX_PAGES   ((UINT64_C(1) << 31) - 1) /* KVM counts a slot's pages in an int */

_Static_assert(sizeof(struct kvmlib_memory_region_opts) == 2 * sizeof(void *) + sizeof(size_t) + 64,
	       "no padding");
_Static_assert(sizeof(struct kvmlib_memory_region_info) == 2 * sizeof(void *) + 56, "no padding");

struct kvmlib_memory_region *kvmlib__region_ref(struct kvmlib_memory_region *region)
{
	atomic_fetch_add_explicit(&region->refs, 1U, memory_order_relaxed);
	return region;
}

void kvmlib__region_unref(struct kvmlib_memory_region *region)
{
	struct kvmlib__track *track;

	if (atomic_fetch_sub_explicit(&region->refs, 1U, memory_order_acq_rel) > 1U)
		return;
	track = atomic_load(&region->track);
	if (track)
		track->drop(track);
	kvmlib__region_unmap(region);
	free(region->private_pages);
	free(region->next_pages);
	free(region);
}

/* Checks of what is asked for; each leaves a record. */

static int refuse(const struct kvmlib_memory_region_opts *opts, const char *function, int errnum,
		  uint32_t cause)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.subject = opts->name,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(GPA, opts->gpa), KVMLIB__VALUE(SIZE, opts->length),
			       KVMLIB__VALUE(FLAGS, opts->flags)) });
}

/* The unit that addresses and length are multiples of. */
static uint64_t page_size_of(const struct kvmlib_memory_region_opts *opts)
{
	return opts->page_size ? opts->page_size : kvmlib__page_size();
}

static bool is_power_of_two(uint64_t n)
{
	return n && !(n & (n - 1));
}

static bool is_aligned(const struct kvmlib_memory_region_opts *opts)
{
	uint64_t in_page = page_size_of(opts) - 1;
	uint64_t in_host_page = kvmlib__page_size() - 1;

	return !((opts->gpa | opts->length | opts->offset) & in_page) &&
	       !((opts->guard | (uintptr_t)opts->address) & in_host_page);
}

static bool in_range(const struct kvmlib_memory_region_opts *opts)
{
	return opts->length && opts->gpa + opts->length > opts->gpa &&
	       opts->length / kvmlib__page_size() <= MAX_PAGES && opts->guard <= MAX_GUARD &&
	       opts->offset <= INT64_MAX && opts->length <= INT64_MAX - opts->offset;
}

/* Members that only some backings have; they must not be set for others. */
static bool members_match(const struct kvmlib_memory_region_opts *opts)
{
	bool is_file = opts->backing == KVMLIB_MEMORY_FILE;
	bool is_pointer = opts->backing == KVMLIB_MEMORY_POINTER;
	bool has_pages = opts->backing <= KVMLIB_MEMORY_FILE;

	return is_pointer == !!opts->address && (is_file || (!opts->fd && !opts->offset)) &&
	       (!is_pointer || !(opts->guard || opts->nodes)) && (has_pages || !opts->page_size) &&
	       (!opts->page_size ||
		(is_power_of_two(opts->page_size) && opts->page_size >= kvmlib__page_size()));
}

/* A slot with a guest_memfd has neither a dirty log nor READONLY. */
static bool flags_match(const struct kvmlib_memory_region_opts *opts)
{
	bool is_private = opts->flags & KVMLIB_MEMORY_CONVERTIBLE ||
			  opts->backing == KVMLIB_MEMORY_GUEST_MEMFD;

	return !(opts->flags & ~(KNOWN_FLAGS & kvmlib__backing_flags(opts->backing))) &&
	       !(is_private && opts->flags & KVMLIB__CHANGEABLE);
}

static int check(const struct kvmlib_memory *memory, const struct kvmlib_memory_region_opts *opts,
		 const char *function)
{
	if (opts->name && strnlen(opts->name, KVMLIB__NAME_LENGTH + 1) > KVMLIB__NAME_LENGTH)
		return refuse(opts, function, -EINVAL, KVMLIB_CAUSE_REGION_NAME);
	if (opts->backing > KVMLIB_MEMORY_GUEST_MEMFD || !members_match(opts) || !flags_match(opts))
		return refuse(opts, function, -EINVAL, KVMLIB_CAUSE_REGION_OPTIONS);
	if (opts->space >= memory->nr_spaces)
		return refuse(opts, function, -EINVAL, KVMLIB_CAUSE_SPACE_MISSING);
	if (!is_aligned(opts))
		return refuse(opts, function, -EINVAL, KVMLIB_CAUSE_REGION_UNALIGNED);
	if (!in_range(opts))
		return refuse(opts, function, -EINVAL, KVMLIB_CAUSE_REGION_RANGE);
	return 0;
}

/* What the VM must be able to do. */

static int lacks(const struct kvmlib_memory_region_opts *opts, const char *function,
		 uint32_t capability)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.subject = opts->name,
		.cause = KVMLIB_CAUSE_CAPABILITY_MISSING,
		.errnum = -EOPNOTSUPP,
		KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, capability)) });
}

static bool answers(const struct kvmlib_memory *memory, uint32_t capability, int bits)
{
	int r = kvmlib__vm_ask(memory->vm, capability);

	return r > 0 && (r & bits) == bits;
}

static int check_vm(const struct kvmlib_memory *memory,
		    const struct kvmlib_memory_region_opts *opts, const char *function)
{
	if (opts->flags & KVMLIB_MEMORY_READONLY && !memory->has_readonly)
		return lacks(opts, function, KVMLIB_CAP_READONLY_MEM);
	if (opts->flags & KVMLIB_MEMORY_CONVERTIBLE &&
	    !answers(memory, KVMLIB_CAP_MEMORY_ATTRIBUTES, KVMLIB_MEMORY_ATTRIBUTE_PRIVATE))
		return lacks(opts, function, KVMLIB_CAP_MEMORY_ATTRIBUTES);
	if (opts->backing == KVMLIB_MEMORY_GUEST_MEMFD &&
	    !answers(memory, KVMLIB_CAP_GUEST_MEMFD_FLAGS,
		     KVMLIB_GUEST_MEMFD_FLAG_MMAP | KVMLIB_GUEST_MEMFD_FLAG_INIT_SHARED))
		return lacks(opts, function, KVMLIB_CAP_GUEST_MEMFD_FLAGS);
	return 0;
}

static struct kvmlib_memory_region *alloc(struct kvmlib_memory *memory,
					  const struct kvmlib_memory_region_opts *opts)
{
	struct kvmlib_memory_region *region = calloc(1, sizeof(*region));

	if (!region)
		return NULL;
	atomic_init(&region->refs, 1U);
	region->memory = memory;
	region->length = opts->length;
	region->offset = opts->offset;
	region->page_size = page_size_of(opts);
	region->fd = -1;
	region->private_fd = -1;
	region->backing = opts->backing;
	region->flags = opts->flags & ~KVMLIB__CHANGEABLE;
	if (opts->backing == KVMLIB_MEMORY_FILE)
		region->flags |= KVMLIB_MEMORY_CHECKED;
	region->space = opts->space;
	region->place.gpa = opts->gpa;
	region->place.flags = opts->flags & KVMLIB__CHANGEABLE;
	region->slot = KVMLIB__NO_SLOT;
	memcpy(region->name, opts->name, strlen(opts->name));
	return region;
}

/* Both bitmaps at once, so that a conversion needs no memory. */
static int make_private_pages(struct kvmlib_memory_region *region)
{
	size_t words = kvmlib__private_pages_size(region);

	if (!(region->flags & KVMLIB_MEMORY_CONVERTIBLE))
		return 0;
	region->private_pages = calloc(words, sizeof(uint64_t));
	region->next_pages = calloc(words, sizeof(uint64_t));
	return region->private_pages && region->next_pages ? 0 : -ENOMEM;
}

static int make(struct kvmlib_memory *memory, const struct kvmlib_memory_region_opts *opts,
		const char *function, struct kvmlib_memory_region **ret_region)
{
	struct kvmlib_memory_region *region = alloc(memory, opts);
	int r;

	if (!region)
		return refuse(opts, function, -ENOMEM, KVMLIB_CAUSE_NO_MEMORY);
	r = make_private_pages(region);
	if (r < 0)
		r = refuse(opts, function, -ENOMEM, KVMLIB_CAUSE_NO_MEMORY);
	else
		r = kvmlib__region_map(region, opts, function);
	if (r < 0) {
		kvmlib__region_unref(region);
		return r;
	}
	*ret_region = region;
	return 0;
}

int kvmlib__region_new(struct kvmlib_memory *memory, const struct kvmlib_memory_region_opts *opts,
		       const char *function, struct kvmlib_memory_region **ret_region)
{
	struct kvmlib_memory_region_opts o;
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(&o, sizeof(o), opts, &cause);

	if (r < 0)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function, .cause = cause, .errnum = r });
	if (!o.name || !*o.name)
		o.name = "memory";
	r = check(memory, &o, function);
	if (!r)
		r = check_vm(memory, &o, function);
	return r < 0 ? r : make(memory, &o, function, ret_region);
}

int kvmlib__region_check_gpa(const struct kvmlib_memory_region *region, uint64_t gpa,
			     const char *function)
{
	if (gpa & (region->page_size - 1))
		return KVMLIB__ABOUT(region, function, -EINVAL, REGION_UNALIGNED,
				     KVMLIB__VALUE(GPA, gpa));
	if (gpa + region->length <= gpa)
		return KVMLIB__ABOUT(region, function, -EINVAL, REGION_RANGE,
				     KVMLIB__VALUE(GPA, gpa), KVMLIB__VALUE(SIZE, region->length));
	return 0;
}

void *kvmlib_memory_region_address(const struct kvmlib_memory_region *region)
{
	return region->address;
}

static void describe(const struct kvmlib_memory_region *region,
		     struct kvmlib_memory_region_info *info)
{
	*info = (struct kvmlib_memory_region_info){
		.gpa = region->place.gpa,
		.length = region->length,
		.address = region->address,
		.name = region->name,
		.offset = region->offset,
		.page_size = region->page_size,
		.fd = region->fd,
		.private_fd = region->private_fd,
		.backing = region->backing,
		.flags = region->flags | region->place.flags,
		.space = region->space,
		.slot = region->slot,
	};
}

int kvmlib_memory_region_describe(const struct kvmlib_memory_region *region,
				  struct kvmlib_memory_region_info *ret)
{
	bool is_there;

	if (!region || !ret)
		return KVMLIB__NULL_ARGUMENT(region ? 2 : 1);
	KVMLIB__REFUSE_FORKED(region->memory->vm);
	pthread_mutex_lock(&region->memory->lock);
	is_there = region->state <= KVMLIB__REGION_THERE;
	if (is_there)
		describe(region, ret);
	pthread_mutex_unlock(&region->memory->lock);
	return is_there ? 0
			: KVMLIB__ABOUT(region, __func__, -ENOENT, REGION_GONE,
					KVMLIB__VALUE(ARGUMENT, 1));
}
