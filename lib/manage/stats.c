/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader of KVM's statistics. */
#include "stats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

static int sample(struct kvmlib_stats *stats, const char *function)
{
	uint64_t *fresh = stats->next;
	int r = kvmlib__stats_read(stats, fresh, stats->nr_values * sizeof(*fresh),
				   stats->header.data_offset, function);

	if (r < 0)
		return r;
	stats->next = stats->values;
	stats->values = fresh;
	return 0;
}

/* A reader of a descriptor, which it takes over in any case. */
static int open_fd(struct kvmlib_vm *vm, int fd, const char *function,
		   struct kvmlib_stats **ret_stats)
{
	struct kvmlib_stats *stats = calloc(1, sizeof(*stats));
	int r;

	if (!stats) {
		kvmlib__close(vm->system, fd);
		return KVMLIB__NO_MEMORY_IN(function);
	}
	stats->vm = kvmlib_vm_ref(vm);
	stats->fd = fd;
	r = kvmlib__stats_learn(stats, function);
	if (!r)
		r = sample(stats, function);
	if (r < 0) {
		kvmlib_stats_free(stats);
		return r;
	}
	*ret_stats = stats;
	return 0;
}

int kvmlib_stats_open_vm(struct kvmlib_vm *vm, struct kvmlib_stats **ret_stats)
{
	int fd;

	if (!vm || !ret_stats)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	fd = KVMLIB__VM_IOCTL(vm, GET_STATS_FD, 0, KVMLIB__VALUE(FD, vm->fd));
	return fd < 0 ? fd : open_fd(vm, fd, __func__, ret_stats);
}

int kvmlib_stats_open_vcpu(struct kvmlib_vcpu *vcpu, struct kvmlib_stats **ret_stats)
{
	int fd;

	if (!vcpu || !ret_stats)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	fd = KVMLIB__VCPU_IOCTL(vcpu, GET_STATS_FD, 0);
	return fd < 0 ? fd : open_fd(vcpu->vm, fd, __func__, ret_stats);
}

struct kvmlib_stats *kvmlib_stats_free(struct kvmlib_stats *stats)
{
	if (!stats)
		return NULL;
	kvmlib__close(stats->vm->system, stats->fd);
	kvmlib_vm_unref(stats->vm);
	free(stats->id);
	free(stats->table);
	free(stats->list);
	free(stats->values);
	free(stats->next);
	free(stats);
	return NULL;
}

int kvmlib_stats_fd(const struct kvmlib_stats *stats)
{
	return stats ? stats->fd : KVMLIB__NULL_ARGUMENT(1);
}

const char *kvmlib_stats_id(const struct kvmlib_stats *stats)
{
	return stats->id;
}

size_t kvmlib_stats_count(const struct kvmlib_stats *stats)
{
	return stats->header.num_desc;
}

static const struct kvmlib__stat *stat_at(const struct kvmlib_stats *stats, size_t index)
{
	return index < stats->header.num_desc ? &stats->list[index] : NULL;
}

int kvmlib_stats_describe(const struct kvmlib_stats *stats, size_t index,
			  struct kvmlib_stats_descriptor *ret)
{
	const struct kvmlib__stat *stat;

	if (!stats || !ret)
		return KVMLIB__NULL_ARGUMENT(stats ? 3 : 1);
	stat = stat_at(stats, index);
	if (!stat)
		return -ENOENT;
	*ret = stat->facts;
	return 0;
}

int kvmlib_stats_find(const struct kvmlib_stats *stats, const char *name, size_t *ret_index)
{
	if (!stats || !name || !ret_index)
		return KVMLIB__NULL_ARGUMENT(!stats ? 1 : name ? 3 : 2);
	for (size_t i = 0; i < stats->header.num_desc; i++) {
		if (strcmp(stats->list[i].facts.name, name) != 0)
			continue;
		*ret_index = i;
		return 0;
	}
	return KVMLIB__REFUSE(-ENOENT, STATS_UNKNOWN, 2);
}

int kvmlib_stats_sample(struct kvmlib_stats *stats)
{
	if (!stats)
		return KVMLIB__NULL_ARGUMENT(1);
	if (kvmlib__forked(stats->vm))
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = __func__, .cause = KVMLIB_CAUSE_FORKED, .errnum = -EIO });
	return sample(stats, __func__);
}

const uint64_t *kvmlib_stats_values(const struct kvmlib_stats *stats, size_t index)
{
	const struct kvmlib__stat *stat = stats ? stat_at(stats, index) : NULL;

	return stat ? stats->values + stat->first : NULL;
}

int kvmlib_stats_value(const struct kvmlib_stats *stats, size_t index, uint32_t k,
		       uint64_t *ret_value)
{
	const struct kvmlib__stat *stat;

	if (!stats || !ret_value)
		return KVMLIB__NULL_ARGUMENT(stats ? 4 : 1);
	stat = stat_at(stats, index);
	if (!stat || k >= stat->facts.nr_values)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, stat ? 3 : 2);
	*ret_value = stats->values[stat->first + k];
	return 0;
}

static bool is_histogram(uint32_t type)
{
	return type == KVMLIB_STATS_TYPE_LINEAR_HIST || type == KVMLIB_STATS_TYPE_LOG_HIST;
}

/* By squaring; ends in 0 or infinity where a double does. */
static double power(double base, uint32_t exponent)
{
	double result = 1;

	while (exponent) {
		if (exponent & 1)
			result *= base;
		base *= base;
		exponent >>= 1;
	}
	return result;
}

int kvmlib_stats_scaled(const struct kvmlib_stats *stats, size_t index, double *ret_value)
{
	const struct kvmlib__stat *stat;
	double value;
	int32_t e;

	if (!stats || !ret_value)
		return KVMLIB__NULL_ARGUMENT(stats ? 3 : 1);
	stat = stat_at(stats, index);
	if (!stat || !stat->facts.base || is_histogram(stat->facts.type) ||
	    !kvmlib_stats_type_name(stat->facts.type))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	value = (double)stats->values[stat->first];
	e = stat->facts.exponent;
	*ret_value = e < 0 ? value / power(stat->facts.base, (uint32_t)-e)
			   : value * power(stat->facts.base, (uint32_t)e);
	return 0;
}

/* The least value that bucket k counts. */
static uint64_t bucket_start(const struct kvmlib_stats_descriptor *facts, uint32_t k)
{
	if (facts->type == KVMLIB_STATS_TYPE_LINEAR_HIST)
		return (uint64_t)k * facts->bucket_size;
	if (!k)
		return 0;
	return k > 64 ? UINT64_MAX : UINT64_C(1) << (k - 1);
}

int kvmlib_stats_bucket(const struct kvmlib_stats *stats, size_t index, uint32_t k,
			uint64_t *ret_from, uint64_t *ret_to)
{
	const struct kvmlib__stat *stat;

	if (!stats || !ret_from || !ret_to)
		return KVMLIB__NULL_ARGUMENT(!stats ? 1 : ret_from ? 5 : 4);
	stat = stat_at(stats, index);
	if (!stat || !is_histogram(stat->facts.type))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	if (k >= stat->facts.nr_values)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	*ret_from = bucket_start(&stat->facts, k);
	*ret_to = k + 1 < stat->facts.nr_values ? bucket_start(&stat->facts, k + 1) : UINT64_MAX;
	return 0;
}

const char *kvmlib_stats_type_name(uint32_t type)
{
	static const char *const names[] = {
		[KVMLIB_STATS_TYPE_CUMULATIVE] = "cumulative",
		[KVMLIB_STATS_TYPE_INSTANT] = "instant",
		[KVMLIB_STATS_TYPE_PEAK] = "peak",
		[KVMLIB_STATS_TYPE_LINEAR_HIST] = "linear histogram",
		[KVMLIB_STATS_TYPE_LOG_HIST] = "log histogram",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

const char *kvmlib_stats_unit_name(uint32_t unit)
{
	static const char *const names[] = {
		[KVMLIB_STATS_UNIT_NONE] = "none",	 [KVMLIB_STATS_UNIT_BYTES] = "bytes",
		[KVMLIB_STATS_UNIT_SECONDS] = "seconds", [KVMLIB_STATS_UNIT_CYCLES] = "cycles",
		[KVMLIB_STATS_UNIT_BOOLEAN] = "boolean",
	};

	return unit < sizeof(names) / sizeof(names[0]) ? names[unit] : NULL;
}
