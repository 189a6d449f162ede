/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of statistics as it says it is; nothing of it is believed. */
#include "stats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/uapi_flags.h>

#define MAX_NAME   4096U
#define MAX_COUNT  65536U
#define MAX_TABLE  4194304U
#define MAX_VALUES (1048576U / sizeof(uint64_t))

/* One of the file's blocks. */
struct block {
	uint64_t start;
	uint64_t size;
};

static int malformed(const struct kvmlib_stats *stats, uint64_t offset, const char *function)
{
	return kvmlib__error_report(
		&stats->vm->system->log,
		&(const struct kvmlib__failure){ .function = function,
						 .cause = KVMLIB_CAUSE_STATS_MALFORMED,
						 .errnum = -EPROTO,
						 KVMLIB__VALUES(KVMLIB__VALUE(OFFSET, offset)) });
}

static int no_memory(const struct kvmlib_stats *stats, const char *function)
{
	return kvmlib__error_report(
		&stats->vm->system->log,
		&(const struct kvmlib__failure){
			.function = function, .cause = KVMLIB_CAUSE_NO_MEMORY, .errnum = -ENOMEM });
}

int kvmlib__stats_read(const struct kvmlib_stats *stats, void *buffer, size_t size, uint64_t offset,
		       const char *function)
{
	const struct kvmlib_sys_ops *sys = &stats->vm->system->sys;
	char *to = buffer;

	while (size) {
		int n = sys->pread(sys->ctx, stats->fd, to, size, offset);

		if (n < 0)
			return kvmlib__error_report(
				&stats->vm->system->log,
				&(const struct kvmlib__failure){ .function = function,
								 .call = "pread(stats)",
								 .errnum = n });
		if (!n || (size_t)n > size)
			return malformed(stats, offset, function);
		to += n;
		size -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

static uint64_t stride(const struct kvmlib_stats *stats)
{
	return sizeof(struct kvm_stats_desc) + stats->header.name_size;
}

static bool overlap(const struct block *a, const struct block *b)
{
	return a->start < b->start + b->size && b->start < a->start + a->size;
}

/* Sizes are bounded and offsets have 32 bits, so that nothing here overflows. */
static bool blocks_are_sane(const struct kvmlib_stats *stats)
{
	const struct kvm_stats_header *header = &stats->header;
	const struct block blocks[] = {
		{ 0, sizeof(*header) },
		{ header->id_offset, header->name_size },
		{ header->desc_offset, header->num_desc * stride(stats) },
		{ header->data_offset, stats->nr_values * sizeof(uint64_t) },
	};

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (blocks[i].start % sizeof(uint64_t))
			return false;
		for (size_t k = 0; k < i; k++)
			if (overlap(&blocks[i], &blocks[k]))
				return false;
	}
	return true;
}

static int read_header(struct kvmlib_stats *stats, const char *function)
{
	struct kvm_stats_header *header = &stats->header;
	int r = kvmlib__stats_read(stats, header, sizeof(*header), 0, function);

	if (r < 0)
		return r;
	if (!header->name_size || header->name_size > MAX_NAME || header->num_desc > MAX_COUNT ||
	    header->num_desc * stride(stats) > MAX_TABLE || !blocks_are_sane(stats))
		return malformed(stats, 0, function);
	return 0;
}

static int read_names(struct kvmlib_stats *stats, const char *function)
{
	const struct kvm_stats_header *header = &stats->header;
	const size_t size = (size_t)(header->num_desc * stride(stats));
	int r;

	stats->id = malloc(header->name_size);
	stats->table = malloc(size + 1);
	stats->list = calloc(header->num_desc + 1U, sizeof(*stats->list));
	if (!stats->id || !stats->table || !stats->list)
		return no_memory(stats, function);
	r = kvmlib__stats_read(stats, stats->id, header->name_size, header->id_offset, function);
	if (r < 0)
		return r;
	if (!memchr(stats->id, '\0', header->name_size))
		return malformed(stats, header->id_offset, function);
	return kvmlib__stats_read(stats, stats->table, size, header->desc_offset, function);
}

static uint32_t base_of(uint32_t flags)
{
	switch (flags & KVMLIB_STATS_BASE_MASK) {
	case KVMLIB_STATS_BASE_POW10:
		return 10;
	case KVMLIB_STATS_BASE_POW2:
		return 2;
	default:
		return 0;
	}
}

/* One descriptor of the table; false if it can't be. */
static bool parse(struct kvmlib_stats *stats, size_t index)
{
	const char *at = stats->table + index * stride(stats);
	const char *name = at + sizeof(struct kvm_stats_desc);
	struct kvmlib__stat *stat = &stats->list[index];
	struct kvm_stats_desc desc;

	memcpy(&desc, at, sizeof(desc));
	stat->first = desc.offset / sizeof(uint64_t);
	stat->facts = (struct kvmlib_stats_descriptor){
		.name = name,
		.type = desc.flags & KVMLIB_STATS_TYPE_MASK,
		.unit = desc.flags & KVMLIB_STATS_UNIT_MASK,
		.base = base_of(desc.flags),
		.exponent = desc.exponent,
		.nr_values = desc.size,
		.bucket_size = desc.bucket_size,
	};
	return desc.size && !(desc.offset % sizeof(uint64_t)) && stat->first < MAX_VALUES &&
	       desc.size <= MAX_VALUES - stat->first && memchr(name, '\0', stats->header.name_size);
}

static int parse_all(struct kvmlib_stats *stats, const char *function)
{
	for (size_t i = 0; i < stats->header.num_desc; i++) {
		const struct kvmlib__stat *stat = &stats->list[i];

		if (!parse(stats, i))
			return malformed(stats, stats->header.desc_offset + i * stride(stats),
					 function);
		if (stat->first + stat->facts.nr_values > stats->nr_values)
			stats->nr_values = stat->first + stat->facts.nr_values;
	}
	if (!blocks_are_sane(stats))
		return malformed(stats, stats->header.data_offset, function);
	return 0;
}

/* Whether each value belongs to one statistic at most; `taken` has a zero byte for each. */
static bool values_are_apart(const struct kvmlib_stats *stats, char *taken)
{
	for (size_t i = 0; i < stats->header.num_desc; i++) {
		const struct kvmlib__stat *stat = &stats->list[i];

		if (memchr(taken + stat->first, 1, stat->facts.nr_values))
			return false;
		memset(taken + stat->first, 1, stat->facts.nr_values);
	}
	return true;
}

static int check_values(const struct kvmlib_stats *stats, const char *function)
{
	char *taken = calloc(stats->nr_values + 1, 1);
	bool apart;

	if (!taken)
		return no_memory(stats, function);
	apart = values_are_apart(stats, taken);
	free(taken);
	return apart ? 0 : malformed(stats, stats->header.desc_offset, function);
}

static int make_room(struct kvmlib_stats *stats, const char *function)
{
	stats->values = calloc(stats->nr_values + 1, sizeof(uint64_t));
	stats->next = calloc(stats->nr_values + 1, sizeof(uint64_t));
	return stats->values && stats->next ? 0 : no_memory(stats, function);
}

int kvmlib__stats_learn(struct kvmlib_stats *stats, const char *function)
{
	int r = read_header(stats, function);

	if (!r)
		r = read_names(stats, function);
	if (!r)
		r = parse_all(stats, function);
	if (!r)
		r = check_values(stats, function);
	return r ? r : make_room(stats, function);
}
