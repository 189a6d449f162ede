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
 *
 * @par Example
 * @snippet cpu.c collect
 * @snippet cpu.c apply
 * @{
 */

struct kvm_cpuid_entry2;
struct kvmlib_cpuid;
struct kvmlib_system;
struct kvmlib_vcpu;

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
 * @brief Ask for permission to give guests components of the extended state that are large and
 * optional (AMX), before the host is asked.
 *
 * It is the process's, for good, and has to be had before its first vCPU is made. Where the host has
 * no such component, there is nothing to ask for.
 */
#define KVMLIB_CPUID_DYNAMIC_XSAVE 0x1U

/** Options of kvmlib_cpuid_collect(). Zero means "default" for every member. */
struct kvmlib_cpuid_collect_opts {
	size_t size;	   /**< sizeof this struct in the caller's build, in bytes */
	uint32_t flags;	   /**< KVMLIB_CPUID_DYNAMIC_XSAVE */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief Make a table of all that a host's KVM can give to a guest.
 *
 * That is KVM_GET_SUPPORTED_CPUID, `tsc_deadline_timer` where KVMLIB_CAP_TSC_DEADLINE_TIMER tells of it, and
 * the feature MSRs that can be read; and beside the leaves what it offers of Hyper-V (cpuid_hyperv.h). It is no vCPU's table yet: see kvmlib_cpuid_fix().
 *
 * @param[in]  system    System.
 * @param[in]  opts      Options, or NULL for all defaults.
 * @param[out] ret_cpuid New table; free it with kvmlib_cpuid_free(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); an
 *                     unknown flag (cause BAD_ARGUMENT).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW); the
 *                     host has more than a table holds (cause CPUID_FULL), or than any list (cause
 *                     LIST_NEVER_FITS).
 * @retval -EEXIST     The host answers twice to one leaf (cause CPUID_LEAF_TWICE).
 * @retval -EPERM      The permission is not to be had (cause XSAVE_PERMISSION); any errno of
 *                     arch_prctl() with that cause: -EBUSY where the process has made a vCPU.
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @retval -ENOMEM     No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval "Other values" As the call has it that asks for the list.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_collect(struct kvmlib_system *system,
				       const struct kvmlib_cpuid_collect_opts *opts,
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
 * The leaf is added where it is missing. What the feature needs is not added: see
 * kvmlib_cpuid_check().
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

/** @name Sets
 * @{
 */

/**
 * @brief Leave in a table what another has as well.
 *
 * Bits are those that both have, counts the smaller, and leaves and MSRs that only one has are gone; so
 * are xsave components that do not lie at the same place. Registers that are neither bits nor counts all
 * come from the table with the smaller signature (leaf 1, EAX), the older model; where those are alike,
 * from the one whose first other difference is the smaller. MSRs of that kind are gone where they
 * differ. Which table is which makes no difference, and what comes out has no feature that one of them
 * has not. Bits of MSRs that tell of something worse (RSBA in IA32_ARCH_CAPABILITIES, and what else
 * `uapi/feature-msrs.tsv` has as `worse`) are those that either has. Those of leaves (`fdp_excptn_only`)
 * are bits like all others: a table of hosts that differ in them is to be looked after. Where only
 * one has Hyper-V's leaves (cpuid_hyperv.h), there are none.
 *
 * @param cpuid Table; unchanged on failure.
 * @param with  The other.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); the vendors (leaf 0) are different (cause
 *                 CPUID_VENDORS).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_intersect(struct kvmlib_cpuid *cpuid,
					 const struct kvmlib_cpuid *with);

/**
 * @brief Clear all bits in a table that another lacks.
 *
 * Registers and MSRs that are sets of bits, and only those; what the mask does not have is all zeros.
 * Bits of MSRs that tell of something worse stay. Where only one has Hyper-V's leaves
 * (cpuid_hyperv.h), there are none.
 *
 * @param cpuid Table.
 * @param mask  The other.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_mask(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid *mask);

/** A guest of the first CPU would miss something on the second. */
#define KVMLIB_CPUID_LOST 1U
/** The second CPU has more. */
#define KVMLIB_CPUID_GAINED 2U
/** They differ in what is neither more nor less. */
#define KVMLIB_CPUID_CHANGED 3U

/** In kvmlib_cpuid_difference::reg: an MSR, with its number as the leaf. */
#define KVMLIB_CPUID_MSR 4U

/** In what two tables differ: one register, or an MSR. */
struct kvmlib_cpuid_difference {
	uint32_t leaf;	  /**< leaf, or the MSR's number */
	uint32_t subleaf; /**< subleaf; 0 for an MSR */
	uint32_t reg;	  /**< KVMLIB_CPUID_EAX, … or KVMLIB_CPUID_MSR */
	uint32_t kind;	  /**< KVMLIB_CPUID_LOST, KVMLIB_CPUID_GAINED or KVMLIB_CPUID_CHANGED */
	uint64_t a;	  /**< what the first table has; 0 where it has nothing */
	uint64_t b;	  /**< what the second table has; 0 where it has nothing */
	uint64_t
		missing; /**< bits by which @ref b is less than @ref a; 0 where the register has no bits */
	uint64_t added; /**< bits by which it is more; 0 where the register has no bits */
};

/**
 * @brief The next difference between two tables, in the order of leaves, subleaves and registers, MSRs last.
 *
 * Bits that went and bits that came make a loss. Counts are compared as numbers. A bit of an MSR that
 * tells of something worse is missing where it came, and added where it went; an MSR that only one
 * table has is lost or gained as a whole.
 *
 * @param[in]     a              The CPU that guests were started on.
 * @param[in]     b              The CPU that they are to run on.
 * @param[in,out] position       0 for the first; moved on by each call.
 * @param[out]    ret_difference The difference.
 * @retval 1       There is one.
 * @retval 0       There are no more; @p ret_difference is untouched.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_next_difference(const struct kvmlib_cpuid *a,
					       const struct kvmlib_cpuid *b, uint64_t *position,
					       struct kvmlib_cpuid_difference *ret_difference);

/** @} */

/** @name A vCPU's own
 * @{
 */

/** The local APIC is the program's: features that only KVM's own has are taken away. */
#define KVMLIB_CPUID_NO_LAPIC 0x1U
/** The guest is not told that it is one: without the hypervisor bit, and the leaves 0x40000000 and up. */
#define KVMLIB_CPUID_HIDE_HYPERVISOR 0x2U
/** Features that lack one that they need are taken away, too. */
#define KVMLIB_CPUID_DROP_UNMET 0x4U
/** kvmlib_cpuid_apply(): MSRs that KVM refuses stay as it has them, and are counted. */
#define KVMLIB_CPUID_LEAVE_MSRS 0x8U

/** A topology, and a vCPU in it. Zero means "default" for every member. */
struct kvmlib_cpuid_vcpu {
	size_t size;	  /**< sizeof this struct in the caller's build, in bytes */
	uint32_t index;	  /**< the vCPU, from 0 on: threads of a core, cores of a die, … first */
	uint32_t sockets; /**< of the VM; 0: 1 */
	uint32_t dies;	  /**< of each socket; 0: 1 */
	uint32_t cores;	  /**< of each die; 0: 1 */
	uint32_t threads; /**< of each core; 0: 1 */
	uint32_t flags;	  /**< KVMLIB_CPUID_NO_LAPIC, … */
};

/**
 * @brief The APIC id of a vCPU in a topology, which is the id to make it by (kvmlib_vm_create_vcpu()).
 *
 * Each level has as many bits of it as its count needs: ids have gaps where counts are no powers of two.
 *
 * @param[in]  vcpu   Topology and vCPU.
 * @param[out] ret_id The id. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); an unknown
 *                 flag (cause BAD_ARGUMENT); ids of more than 31 bits, or a vCPU that the topology does
 *                 not hold (cause CPUID_TOPOLOGY; the record tells INDEX and LIMIT).
 * @retval -E2BIG  @p vcpu sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_apic_id(const struct kvmlib_cpuid_vcpu *vcpu, uint32_t *ret_id);

/**
 * @brief Make a table one vCPU's.
 *
 * What depends on the vCPU and its place is written to the leaves that the table has; others are not
 * added:
 *
 * | leaf | |
 * |---|---|
 * | 0x0, 0x80000000, 0x40000000 | the highest leaf, where the table has a higher one |
 * | 0x1 | APIC id, logical processors, `ht`; `hypervisor` where there is leaf 0x40000000; no `osxsave` |
 * | 0x4, 0x8000001d | which vCPUs share each cache: levels 1 and 2 a core's, others a die's |
 * | 0x7 | no `ospke`: it follows CR4, as `osxsave` does |
 * | 0xb, 0x1f, 0x80000026 | all levels, with the APIC id in every subleaf, the last included |
 * | 0xd | sizes by the components that are there; subleaves of others are gone |
 * | 0x80000001 | `cmp_legacy` (AMD) |
 * | 0x80000008 | logical processors, bits of the APIC id (AMD) |
 * | 0x8000001e | APIC id, core and node (AMD) |
 * | MSRs | gone where the feature that tells of them is not there (`arch_capabilities`, `pdcm`, `vmx`) |
 *
 * Counts that a field has no room for are the largest that it has. With KVMLIB_CPUID_NO_LAPIC, `x2apic`,
 * `tsc_deadline_timer` and what `uapi/cpuid-needs.tsv` and `uapi/hyperv.tsv` have as `in-kernel-lapic` are
 * gone.
 *
 * @param cpuid Table; unchanged on failure.
 * @param vcpu  Topology and vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, size, flags or topology as kvmlib_cpuid_apic_id() has them.
 * @retval -E2BIG  @p vcpu sets a member that this library does not know (cause OPTIONS_TOO_NEW); the
 *                 table has no room for the levels (cause CPUID_FULL).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 * @par Example
 * @snippet cpu.c fix
 */
KVMLIB_EXPORT int kvmlib_cpuid_fix(struct kvmlib_cpuid *cpuid,
				   const struct kvmlib_cpuid_vcpu *vcpu);

/**
 * @brief Give a vCPU the CPU of a table, before it runs.
 *
 * The table, made the vCPU's as kvmlib_cpuid_fix() does it, becomes its CPUID (KVM_SET_CPUID2), and then its
 * feature MSRs get their values (KVM_SET_MSRS): those that `uapi/feature-msrs.tsv` has as `set`, and
 * that are not as they have to be already; all others follow CPUID, or are not known to be settable.
 *
 * What its enlightenments of Hyper-V want is enabled before, as kvmlib_cpuid_enable_hyperv() does without flags; that
 * can't be undone, and means nothing without them.
 *
 * All of it is done or none; with KVMLIB_CPUID_LEAVE_MSRS all but MSRs that KVM refuses: some kernels tell
 * of more than they let a vCPU have. A failure's record has an OUTCOME: 0, nothing was touched; 1, the vCPU has
 * again what it had; 2, KVM did not take that back, and what the vCPU has is not known.
 *
 * @param[in] cpuid Table.
 * @param[in] place Topology, and the vCPU's place in it.
 * @param[in] vcpu  vCPU, made by the id that kvmlib_cpuid_apic_id() tells.
 * @return How many MSRs were left, 0 without KVMLIB_CPUID_LEAVE_MSRS; or a negative errno.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size, flags or topology as kvmlib_cpuid_apic_id()
 *                     has them; a vCPU of another id (cause CPUID_VCPU_ID; the record tells VCPU_ID and
 *                     NEEDED); the vCPU has run (cause CPUID_AFTER_RUN; most kernels take the very same CPUID
 *                     again, and those before 5.16 any), or KVM refuses the table; an MSR that can't have its value,
 *                     without KVMLIB_CPUID_LEAVE_MSRS (cause MSR_REFUSED; the record tells MSR).
 * @retval -E2BIG      @p place sets a member that this library does not know (cause OPTIONS_TOO_NEW); the
 *                     table has no room for the levels (cause CPUID_FULL).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @retval -ENOMEM     No memory (cause NO_MEMORY).
 * @retval "Other values" As KVM_GET_CPUID2, KVM_SET_CPUID2, KVM_GET_MSRS and KVM_SET_MSRS have it, with
 *                     "cpuid" or "msrs" as the record's subject.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 * @par Example
 * @snippet cpu.c apply
 */
KVMLIB_EXPORT int kvmlib_cpuid_apply(const struct kvmlib_cpuid *cpuid,
				     const struct kvmlib_cpuid_vcpu *place,
				     struct kvmlib_vcpu *vcpu);

/** @} */

/** @name Consistency
 * @{
 */

/** A feature is there without one that it needs. */
#define KVMLIB_CPUID_UNMET 1U
/** A leaf is beyond the highest that its range tells of, which is what is expected. */
#define KVMLIB_CPUID_BEYOND 2U
/** Sizes of the extended state do not fit its components, or a component is not described. */
#define KVMLIB_CPUID_XSAVE 3U
/** An APIC id differs from that of another leaf or subleaf, or is above 254 without `x2apic`. */
#define KVMLIB_CPUID_APIC_ID 4U
/** Levels of the topology are out of order, or contradict each other. */
#define KVMLIB_CPUID_LEVELS 5U
/** The vendor of leaf 0x80000000 is not that of leaf 0. */
#define KVMLIB_CPUID_VENDOR 6U
/** More vCPUs share a cache than the package has. */
#define KVMLIB_CPUID_SHARED 7U
/** Leaves look like Hyper-V's, but "Hv#1" or the hypercalls are missing, or KVM's own leaves got lost. */
#define KVMLIB_CPUID_HYPERV 8U

/** A contradiction in a table. */
struct kvmlib_cpuid_problem {
	const char *name;    /**< the kind's: "unmet", "beyond", … */
	const char *feature; /**< UNMET: the feature; NULL otherwise */
	const char *needs;   /**< UNMET: what it needs; NULL otherwise */
	uint32_t kind;	     /**< KVMLIB_CPUID_UNMET, … */
	uint32_t leaf;	     /**< where: leaf */
	uint32_t subleaf;    /**< subleaf */
	uint32_t reg;	     /**< KVMLIB_CPUID_EAX, … */
	uint32_t bits;	     /**< the bits of the register that are at fault */
	uint32_t expected;   /**< what they would be by the rest of the table, in their place */
};

/**
 * @brief Look for contradictions in a table, before a guest sees them.
 * @param cpuid    Table.
 * @param problem  Called for each; what it returns below 0 ends the search.
 * @param userdata Passed to @p problem.
 * @return How many there are, or a negative errno.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval "Other values" What @p problem returned.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 * @par Example
 * @snippet cpu.c check
 */
KVMLIB_EXPORT int kvmlib_cpuid_check(const struct kvmlib_cpuid *cpuid,
				     int (*problem)(const struct kvmlib_cpuid_problem *problem,
						    void *userdata),
				     void *userdata);

/** @} */

/** @} */

KVMLIB_END_DECLS
#endif
