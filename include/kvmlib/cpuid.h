/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_CPUID_H
#define KVMLIB_CPUID_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup cpuid CPUs as tables
 * @brief What processor an x86 guest sees, as a table that is inspected, edited, compared and made a
 * vCPU's.
 *
 * A table has what the CPUID instruction answers, leaf by leaf, and the MSRs that tell of features. It
 * is data, and the same on all architectures; only what asks a host or a vCPU needs x86.
 *
 * A leaf that is not there answers zeros. Registers are of different kinds, as `uapi/cpuid.tsv` and
 * `uapi/cpuid-registers.tsv` have them: sets of bits, each a feature; counts and sizes, of which more
 * is better; and what is neither, such as the model's number, its name or its caches. MSRs have kinds
 * likewise (`uapi/feature-msrs.tsv`).
 *
 * Functions of one table are for one thread at a time; different tables are independent.
 * @{
 */

struct kvm_cpuid_entry2;
struct kvmlib_cpuid;

/** Leaves that a table has at most, each subleaf counted; KVM takes no more. */
#define KVMLIB_CPUID_MAX_LEAVES 256U
/** MSRs that a table has at most. */
#define KVMLIB_CPUID_MAX_MSRS 64U

/** What one leaf, or one of its subleaves, answers. */
struct kvmlib_cpuid_leaf {
	uint32_t leaf;	       /**< EAX of the instruction */
	uint32_t subleaf;      /**< ECX of the instruction; 0 where the leaf has no subleaves */
	uint32_t flags;	       /**< KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX: the leaf has subleaves */
	uint32_t reserved;     /**< 0 */
	uint32_t registers[4]; /**< by KVMLIB_CPUID_EAX, … */
};

/** An MSR that tells of features. */
struct kvmlib_cpuid_msr {
	uint32_t index;	   /**< its number */
	uint32_t reserved; /**< 0 */
	uint64_t value;	   /**< what it holds */
};

/** @name Tables
 * @{
 */

/**
 * @brief Make an empty table.
 * @param[out] ret_cpuid New table; free it with kvmlib_cpuid_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_new(struct kvmlib_cpuid **ret_cpuid);

/**
 * @brief Free a table.
 * @param cpuid Table, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_cpuid *kvmlib_cpuid_free(struct kvmlib_cpuid *cpuid);

/**
 * @brief Make a table that is like another.
 * @param[in]  cpuid     Table.
 * @param[out] ret_cpuid New table; free it with kvmlib_cpuid_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_copy(const struct kvmlib_cpuid *cpuid,
				    struct kvmlib_cpuid **ret_cpuid);

/**
 * @brief Make a table of entries as KVM has them: of a vCPU, or of kvmlib_system_get_supported_cpuid().
 * @param[in]  entries   The entries, in any order; may be NULL if @p count is 0.
 * @param[in]  count     How many.
 * @param[out] ret_cpuid New table; free it with kvmlib_cpuid_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a flag other than
 *                 KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX (cause BAD_ARGUMENT). The record's INDEX tells the
 *                 entry.
 * @retval -EEXIST Two entries answer to one leaf and subleaf (cause CPUID_LEAF_TWICE; the record
 *                 tells LEAF, SUBLEAF and INDEX).
 * @retval -E2BIG  More than KVMLIB_CPUID_MAX_LEAVES (cause CPUID_FULL).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_from_entries(const struct kvm_cpuid_entry2 *entries, uint32_t count,
					    struct kvmlib_cpuid **ret_cpuid);

/**
 * @brief The leaves as entries for kvmlib_vcpu_set_cpuid2().
 * @param[in]  cpuid     Table.
 * @param[out] entries   Receives the entries, sorted. Untouched on failure.
 * @param[in]  capacity  Room in @p entries, in entries; KVMLIB_CPUID_MAX_LEAVES always suffices.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -E2BIG  @p capacity is too small (cause LIST_TOO_SMALL); the record's NEEDED tells how much
 *                 is not.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_get_entries(const struct kvmlib_cpuid *cpuid,
					   struct kvm_cpuid_entry2 *entries, uint32_t capacity,
					   uint32_t *ret_count);

/** @} */

/** @name Leaves and MSRs
 * @{
 */

/**
 * @brief A leaf by its place in the order of leaves and subleaves.
 * @param cpuid Table, not NULL.
 * @param index From 0 on.
 * @return The leaf, good until the table changes; NULL: there are less.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_leaf *kvmlib_cpuid_leaf_at(const struct kvmlib_cpuid *cpuid,
								   size_t index);

/**
 * @brief What answers to a leaf and subleaf.
 * @param cpuid   Table, not NULL.
 * @param leaf    Leaf.
 * @param subleaf Subleaf; a leaf without subleaves answers to each.
 * @return The leaf, good until the table changes; NULL: there is none.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_leaf *
kvmlib_cpuid_get_leaf(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf);

/**
 * @brief Add a leaf or subleaf, or give it other answers.
 * @param cpuid Table.
 * @param leaf  What it answers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); another flag, a subleaf without
 *                 KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX, or reserved not 0 (cause BAD_ARGUMENT).
 * @retval -EEXIST The leaf is there with subleaves and is given without, or the other way round (cause
 *                 CPUID_LEAF_TWICE; the record tells LEAF and SUBLEAF).
 * @retval -E2BIG  The table is full (cause CPUID_FULL).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_set_leaf(struct kvmlib_cpuid *cpuid,
					const struct kvmlib_cpuid_leaf *leaf);

/**
 * @brief Take out what answers to a leaf and subleaf.
 * @param cpuid   Table.
 * @param leaf    Leaf.
 * @param subleaf Subleaf.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOENT There is none (cause CPUID_LEAF_ABSENT; the record tells LEAF and SUBLEAF).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_remove_leaf(struct kvmlib_cpuid *cpuid, uint32_t leaf,
					   uint32_t subleaf);

/**
 * @brief An MSR by its place in the order of their numbers.
 * @param cpuid Table, not NULL.
 * @param index From 0 on.
 * @return The MSR, good until the table changes; NULL: there are less.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_msr *kvmlib_cpuid_msr_at(const struct kvmlib_cpuid *cpuid,
								 size_t index);

/**
 * @brief An MSR by its number.
 * @param cpuid Table, not NULL.
 * @param msr   Number.
 * @return The MSR, good until the table changes; NULL: it is not there.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_msr *kvmlib_cpuid_get_msr(const struct kvmlib_cpuid *cpuid,
								  uint32_t msr);

/**
 * @brief Add an MSR, or give it another value.
 * @param cpuid Table.
 * @param msr   Number.
 * @param value What it holds.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -E2BIG  The table has KVMLIB_CPUID_MAX_MSRS (cause CPUID_FULL).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_set_msr(struct kvmlib_cpuid *cpuid, uint32_t msr, uint64_t value);

/**
 * @brief Take an MSR out.
 * @param cpuid Table.
 * @param msr   Number.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOENT It is not there (cause CPUID_LEAF_ABSENT; the record tells MSR).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_remove_msr(struct kvmlib_cpuid *cpuid, uint32_t msr);

/** @} */

/** @name Features
 * @{
 */

/** A bit that has a name; no two have the same. */
struct kvmlib_cpuid_feature {
	const char *name;  /**< as Linux has it, in lower case */
	uint32_t leaf;	   /**< leaf */
	uint32_t subleaf;  /**< subleaf */
	uint32_t flags;	   /**< KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX where the leaf has subleaves */
	uint32_t reg;	   /**< KVMLIB_CPUID_EAX, … */
	uint32_t bit;	   /**< from 0 on */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief One of the features that have a name.
 * @param index From 0 on.
 * @return The feature, for good; NULL: there are less.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_feature *kvmlib_cpuid_feature_at(size_t index);

/**
 * @brief Find a feature by its name.
 * @param name Name.
 * @return The feature, for good; NULL: none has that name.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_feature *kvmlib_cpuid_find_feature(const char *name);

/**
 * @brief Whether a table has a feature.
 * @param cpuid Table.
 * @param name  Name.
 * @retval 1       It has.
 * @retval 0       It has not.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); no feature has that name (cause
 *                 CPUID_FEATURE_UNKNOWN, with the name as the record's subject).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_has_feature(const struct kvmlib_cpuid *cpuid, const char *name);

/**
 * @brief Give a feature to a table, or take it away.
 *
 * The leaf is added where it is missing. What the feature needs is not added.
 *
 * @param cpuid Table.
 * @param name  Name.
 * @param on    1: give it; 0: take it away.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); another @p on (cause BAD_ARGUMENT); no feature
 *                 has that name (cause CPUID_FEATURE_UNKNOWN, with the name as the record's subject).
 * @retval -EEXIST The leaf has subleaves in the table and none by the facts, or the other way round
 *                 (cause CPUID_LEAF_TWICE; the record tells LEAF and SUBLEAF).
 * @retval -E2BIG  The leaf is missing, and the table is full (cause CPUID_FULL).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_set_feature(struct kvmlib_cpuid *cpuid, const char *name,
					   uint32_t on);

/** @} */

/** @} */

KVMLIB_END_DECLS
#endif
