/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_CPUID_MODEL_H
#define KVMLIB_CPUID_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup cpuid_model Models of CPUs
 * @brief CPUs that have a name and are the same on every host, as tables.
 *
 * A model is a fact with a version (`uapi/cpu-models.tsv`): what it is never changes, so that a guest
 * that was started years ago finds the CPU that it had. What is to be otherwise gets the next version.
 *
 * A model says who it is, which features it has, and which features of KVM's own. It has no caches, no
 * topology and no MSRs: the guest finds those of KVM, and what kvmlib/cpuid.h fills in per vCPU.
 * @{
 */

struct kvmlib_cpuid;

/** A model. */
struct kvmlib_cpuid_model {
	const char *name;    /**< its name */
	const char *meaning; /**< what it is, in a few words */
	uint32_t version;    /**< from 1 on */
	uint32_t reserved;   /**< 0 */
};

/**
 * @brief One of the models, each version for itself.
 * @param index From 0 on.
 * @return The model, for good; NULL: there are less. The versions of a name are in their order.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_model *kvmlib_cpuid_model_at(size_t index);

/**
 * @brief Make the table of a model.
 *
 * Two things no guest can be given as it pleases, and they are the host's: the vendor, by which the
 * guest chooses what it does about the errors of processors; and where XSAVE puts each component. All
 * hosts of a vendor are alike in the first, and most in the second.
 *
 * @param[in]  name      Name of the model.
 * @param[in]  version   Version; 0: the latest.
 * @param[in]  host      Table of the host; NULL: the vendor is AMD, and the components lie one after the
 *                       other.
 * @param[out] ret_cpuid New table; free it with kvmlib_cpuid_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p name or @p ret_cpuid (cause NULL_ARGUMENT); no model has that name (cause
 *                 CPUID_MODEL_UNKNOWN), or the model has no such version (cause CPUID_MODEL_VERSION,
 *                 where the record's VERSION is the one asked for, and LIMIT the latest). The name is
 *                 the record's subject.
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_from_model(const char *name, uint32_t version,
					  const struct kvmlib_cpuid *host,
					  struct kvmlib_cpuid **ret_cpuid);

/** @} */

KVMLIB_END_DECLS
#endif
