/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_STATS_H
#define KVMLIB_STATS_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup stats Statistics
 * @brief What KVM counts of a VM or a vCPU: names, units, and samples of the values.
 *
 * A reader of KVM's binary statistics (api.rst 4.133; Linux 5.14, KVMLIB_CAP_BINARY_STATS_FD).
 * Opening reads what never changes and takes a first sample; from then on a sample is one pread(),
 * without an allocation, and may be taken while vCPUs run. The values of a sample are not of the
 * same instant: KVM reads them without a lock.
 *
 * A file that contradicts itself is refused. Its limits are 4096 bytes for a name, 65536 statistics,
 * 4 MiB for their descriptions and 1 MiB for values; kernels need 48 bytes, some dozens, and a few
 * KiB. Types, units and
 * bases of newer kernels are passed on as their numbers.
 * @{
 */

struct kvmlib_stats;
struct kvmlib_vcpu;
struct kvmlib_vm;

/** What one statistic is. */
struct kvmlib_stats_descriptor {
	const char *name;     /**< "exits" …; valid as long as the reader */
	uint32_t type;	      /**< KVMLIB_STATS_TYPE_CUMULATIVE, … */
	uint32_t unit;	      /**< KVMLIB_STATS_UNIT_NONE, … */
	uint32_t base;	      /**< of the scale: 10 or 2; 0 if this library does not know it */
	int32_t exponent;     /**< a value is to be multiplied by base to this power */
	uint32_t nr_values;   /**< 1 or more; the buckets of a histogram */
	uint32_t bucket_size; /**< of a linear histogram, in units of the value */
};

/**
 * @brief Open the statistics of a VM.
 *
 * @param[in]  vm        VM; the reader keeps a reference.
 * @param[out] ret_stats New reader; free it with kvmlib_stats_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm or @p ret_stats (cause NULL_ARGUMENT).
 * @retval -EPROTO The file contradicts itself, is too short, or beyond the limits (cause
 *                 STATS_MALFORMED).
 * @retval -ENOTTY A kernel before Linux 5.14 (cause UNKNOWN_IOCTL).
 * @retval -ENOMEM No memory; the library's own with cause NO_MEMORY.
 * @retval -EMFILE Too many open file descriptors.
 * @retval -EINTR  A signal came while it was read (cause INTERRUPTED): call again.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet stats.c print
 */
KVMLIB_EXPORT int kvmlib_stats_open_vm(struct kvmlib_vm *vm, struct kvmlib_stats **ret_stats);

/**
 * @brief Open the statistics of a vCPU.
 *
 * @param[in]  vcpu      vCPU; the reader keeps a reference to its VM alone.
 * @param[out] ret_stats New reader; free it with kvmlib_stats_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu or @p ret_stats (cause NULL_ARGUMENT).
 * @retval -EPROTO The file contradicts itself, is too short, or beyond the limits (cause
 *                 STATS_MALFORMED).
 * @retval -ENOTTY A kernel before Linux 5.14 (cause UNKNOWN_IOCTL).
 * @retval -ENOMEM No memory; the library's own with cause NO_MEMORY.
 * @retval -EMFILE Too many open file descriptors.
 * @retval -EINTR  A signal came while it was read (cause INTERRUPTED): call again.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_stats_open_vcpu(struct kvmlib_vcpu *vcpu, struct kvmlib_stats **ret_stats);

/**
 * @brief Close the file and free the reader.
 * @param stats Reader, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_stats *kvmlib_stats_free(struct kvmlib_stats *stats);

/**
 * @brief The file's descriptor.
 * @param stats Reader.
 * @return The descriptor, borrowed, or a negative errno.
 * @retval -EINVAL NULL @p stats (cause NULL_ARGUMENT).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_stats_fd(const struct kvmlib_stats *stats);

/**
 * @brief Whose statistics they are.
 * @param stats Reader, not NULL.
 * @return "kvm-1234" for a VM, "kvm-1234/vcpu-0" for a vCPU; valid as long as the reader.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_stats_id(const struct kvmlib_stats *stats);

/**
 * @brief How many statistics there are.
 * @param stats Reader, not NULL.
 * @return Their number, 0 to 65536.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT size_t kvmlib_stats_count(const struct kvmlib_stats *stats);

/**
 * @brief What a statistic is.
 *
 * @param[in]  stats Reader.
 * @param[in]  index From 0.
 * @param[out] ret   Receives the description. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p stats or @p ret (cause NULL_ARGUMENT).
 * @retval -ENOENT No more statistics. This ends a loop, and writes no error record.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_stats_describe(const struct kvmlib_stats *stats, size_t index,
					struct kvmlib_stats_descriptor *ret);

/**
 * @brief The statistic of a name.
 *
 * @param[in]  stats     Reader.
 * @param[in]  name      Its whole name.
 * @param[out] ret_index Receives the index; of several with the name the first one's.
 * @retval 0       Success.
 * @retval -EINVAL A NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOENT There is none (cause STATS_UNKNOWN).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_stats_find(const struct kvmlib_stats *stats, const char *name,
				    size_t *ret_index);

/**
 * @brief Take a sample of all values.
 *
 * One pread(), more only where the kernel gives less than was asked for. On failure the values of
 * the last sample stay. Works on a VM that KVM has given up, too.
 *
 * @param stats Reader.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p stats (cause NULL_ARGUMENT).
 * @retval -EPROTO The file has become shorter (cause STATS_MALFORMED).
 * @retval -EINTR  A signal came (cause INTERRUPTED): call again.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_stats_sample(struct kvmlib_stats *stats);

/**
 * @brief A value of the last sample.
 *
 * @param[in]  stats     Reader.
 * @param[in]  index     Statistic.
 * @param[in]  k         Which of its values: 0, or the bucket of a histogram.
 * @param[out] ret_value Receives it, not scaled. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p stats or @p ret_value (cause NULL_ARGUMENT), or no such statistic or value
 *                 (cause BAD_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_stats_value(const struct kvmlib_stats *stats, size_t index, uint32_t k,
				     uint64_t *ret_value);

/**
 * @brief All values of a statistic, as they are in the last sample.
 * @param stats Reader.
 * @param index Statistic.
 * @return As many values as the statistic has, valid until the next sample; NULL if @p stats is NULL
 *         or there is no such statistic.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT const uint64_t *kvmlib_stats_values(const struct kvmlib_stats *stats, size_t index);

/**
 * @brief A value of the last sample, in its unit.
 *
 * The value multiplied by the base to the power of the exponent, as the nearest double or so.
 *
 * @param[in]  stats     Reader.
 * @param[in]  index     Statistic, no histogram.
 * @param[out] ret_value Receives it. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p stats or @p ret_value (cause NULL_ARGUMENT), or no such statistic, a
 *                 histogram, or one whose base or type is not known (cause BAD_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_stats_scaled(const struct kvmlib_stats *stats, size_t index,
				      double *ret_value);

/**
 * @brief What a bucket of a histogram counts.
 *
 * @param[in]  stats    Reader.
 * @param[in]  index    Statistic of type KVMLIB_STATS_TYPE_LINEAR_HIST or _LOG_HIST.
 * @param[in]  k        Bucket.
 * @param[out] ret_from Receives the least value that is counted.
 * @param[out] ret_to   Receives the first value that is not any more; UINT64_MAX for the last
 *                      bucket, which has no end.
 * @retval 0       Success.
 * @retval -EINVAL A NULL argument (cause NULL_ARGUMENT), or no such statistic or bucket, or no
 *                 histogram (cause BAD_ARGUMENT).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_stats_bucket(const struct kvmlib_stats *stats, size_t index, uint32_t k,
				      uint64_t *ret_from, uint64_t *ret_to);

/**
 * @brief Name of a type of statistic.
 * @param type KVMLIB_STATS_TYPE_*.
 * @return "cumulative", "instant", "peak", "linear histogram", "log histogram"; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_stats_type_name(uint32_t type);

/**
 * @brief Name of a unit of statistics.
 * @param unit KVMLIB_STATS_UNIT_*.
 * @return "none", "bytes", "seconds", "cycles", "boolean"; NULL if unknown.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_stats_unit_name(uint32_t unit);

/** @} */

KVMLIB_END_DECLS
#endif
