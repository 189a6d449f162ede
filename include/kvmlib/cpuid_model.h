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
 * A model says who it is, which features it has, and which features of KVM's own. It has no caches and no
 * topology: the guest finds those of KVM, and what kvmlib/cpuid.h fills in per vCPU. From their second
 * versions on, models have what MSRs hold after a reset, where that tells of a processor: the microcode's
 * number (IA32_BIOS_SIGN_ID), as QEMU and KVM have it for AMD's and for other processors.
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

/** @name Verdict
 * @{
 */

/** The host lacks a feature: what the guest does with it fails. */
#define KVMLIB_CPUID_LACKS_FEATURE 1U
/** The host has less of what is counted: addresses of less bits, less counters. */
#define KVMLIB_CPUID_LACKS_AMOUNT 2U
/** The host's XSAVE puts a component elsewhere: the guest would find other registers there. */
#define KVMLIB_CPUID_LACKS_PLACE 3U
/** The host is of another vendor: the guest would deal with errors of processors that are not this one's. */
#define KVMLIB_CPUID_LACKS_VENDOR 4U
/** An MSR that has to be the same tells something else: the guest would take the host for what it is not. */
#define KVMLIB_CPUID_LACKS_VALUE 5U

/** In kvmlib_cpuid_lack::bit: the whole register. */
#define KVMLIB_CPUID_WHOLE 0xffffffffU

/** Something that a host has not for a guest. */
struct kvmlib_cpuid_lack {
	const char *feature;	 /**< the bit's name; NULL: it has none, or it is no bit */
	const char *consequence; /**< what would become of the guest, in a few words */
	uint64_t guest;		 /**< what the guest's register or MSR has */
	uint64_t host;		 /**< what the host's has; 0 where it has nothing */
	uint32_t kind;		 /**< KVMLIB_CPUID_LACKS_FEATURE, … */
	uint32_t leaf;		 /**< leaf, or the MSR's number */
	uint32_t subleaf;	 /**< subleaf; 0 for an MSR */
	uint32_t reg;		 /**< KVMLIB_CPUID_EAX, … or KVMLIB_CPUID_MSR */
	uint32_t bit;		 /**< from 0 on, or KVMLIB_CPUID_WHOLE */
	uint32_t reserved;	 /**< 0 */
};

/**
 * @brief Whether a guest with a CPU may start on a host, or move there, and if not, why.
 *
 * What the program or KVM makes up for each guest is not asked for: the hypervisor's bit, topology and
 * caches, names and numbers of models and of the microcode, speeds, the highest leaves, `osxsave` and `ospke`, which the guest
 * switches on, as it does `apic` and `monitor`. kvmlib_state_check() judges by the same rule.
 *
 * @param[in] guest    Table of the guest's CPU: a model, or a vCPU's.
 * @param[in] host     Table of what the host has: kvmlib_cpuid_collect(), kvmlib_report_cpuid().
 * @param[in] lack     Called for each thing that is missing, in the order of leaves, MSRs and enlightenments
 *                     of Hyper-V last; NULL: only count. What it returns below 0 ends the search.
 * @param[in] userdata Passed to @p lack.
 * @return How much is missing; 0: the guest runs there. Otherwise what @p lack returned.
 * @retval -EINVAL NULL @p guest or @p host (cause NULL_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int
kvmlib_cpuid_verdict(const struct kvmlib_cpuid *guest, const struct kvmlib_cpuid *host,
		     int (*lack)(const struct kvmlib_cpuid_lack *lack, void *userdata),
		     void *userdata);

/** @} */

/** @} */

KVMLIB_END_DECLS
#endif
