/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_CPUID_HYPERV_H
#define KVMLIB_CPUID_HYPERV_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup cpuid_hyperv Hyper-V in CPUID
 * @brief KVM poses as Hyper-V, for guests that are Windows.
 *
 * What a guest finds of Hyper-V are enlightenments, each with a name (`uapi/hyperv.tsv`; they are
 * QEMU's). A table has a set of them or none. Where it has one, these are its leaves:
 *
 * | leaf | |
 * |---|---|
 * | 0x40000000 | "Microsoft Hv", and the highest leaf |
 * | 0x40000001 | "Hv#1", by which KVM knows that the guest may use Hyper-V's MSRs and hypercalls |
 * | 0x40000002 | the version that KVM poses as: that of Windows Server 2016 |
 * | 0x40000003 | what the guest may use, hypercalls and the hotplug of processors always |
 * | 0x40000004 | what it had better use; how often it tries for a lock |
 * | 0x40000005 | how many virtual processors there are at most |
 * | 0x4000000a | features for nested guests, where there are any |
 * | 0x40000100, 0x40000101 | KVM's own: the ones that are at 0x40000000 otherwise |
 *
 * Features of KVM (`kvm_pv_eoi`, …) have the same names wherever they are, and all functions of tables
 * look for them where they are. kvmlib_cpuid_verdict() names the enlightenments that a host lacks, and
 * kvmlib_cpuid_check() those that lack what they need.
 *
 * What a host offers is in the tables of kvmlib_cpuid_collect() and kvmlib_report_cpuid(), beside the
 * leaves: no guest gets it unasked. Linux tells it since 5.11 (KVMLIB_CAP_SYS_HYPERV_CPUID).
 *
 * @par Example
 * @snippet cpu.c hyperv
 * @{
 */

struct kvmlib_cpuid;
struct kvmlib_cpuid_leaf;
struct kvmlib_vcpu;

/** One of the enlightenments. */
struct kvmlib_cpuid_enlightenment {
	const char *name;    /**< "hv-relaxed", … */
	const char *meaning; /**< what it is, in a few words */
	const char *
		needs; /**< those that it needs, with commas between, or ""; `in-kernel-lapic` is KVM's local APIC */
	uint32_t capability; /**< KVM's that it came with: KVMLIB_CAP_HYPERV_VP_INDEX, … */
	uint32_t
		enable; /**< 1: @ref capability is to be enabled on each vCPU; kvmlib_cpuid_enable_hyperv() does */
};

/**
 * @brief One of the enlightenments.
 * @param index From 0 on.
 * @return The enlightenment, for good; NULL: there are less.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_enlightenment *kvmlib_cpuid_enlightenment_at(size_t index);

/** How often a guest tries for a lock with `hv-spinlocks`, where nothing else is said; as Hyper-V has it. */
#define KVMLIB_CPUID_SPINLOCK_RETRIES 4095U

/** Options of kvmlib_cpuid_set_hyperv(). Zero means "default" for every member. */
struct kvmlib_cpuid_hyperv_opts {
	size_t size;		   /**< sizeof this struct in the caller's build, in bytes */
	uint32_t spinlock_retries; /**< with `hv-spinlocks`; 0: KVMLIB_CPUID_SPINLOCK_RETRIES */
	uint32_t max_vcpus;	   /**< virtual processors that the guest is told of; 0: no limit */
};

/**
 * @brief Give a table a set of enlightenments in place of the one that it has, or take it away.
 *
 * Leaves 0x40000000 to 0x400000ff become Hyper-V's, and KVM's own move behind them; without a set they
 * are KVM's again. A table that has none of KVM's gets the signature. The vCPU of a table with a set
 * wants kvmlib_cpuid_enable_hyperv().
 *
 * @param cpuid Table; unchanged on failure.
 * @param names Names with commas between, in any order; NULL or "": none.
 * @param host  Table of the host, which has to offer them; NULL: none is asked.
 * @param opts  Options, or NULL for all defaults.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p cpuid (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE);
 *                     @ref kvmlib_cpuid_hyperv_opts::spinlock_retries of 0xffffffff, which says
 *                     that there are none, or without `hv-spinlocks` (cause BAD_ARGUMENT); no
 *                     enlightenment has that name (cause CPUID_HYPERV_UNKNOWN, with the name as the
 *                     record's subject); one lacks another (cause CPUID_HYPERV_UNMET; the subject is
 *                     "stimer: synic" where `hv-stimer` lacks `hv-synic`, and INDEX the place of what
 *                     is missing, for kvmlib_cpuid_enlightenment_at()).
 * @retval -EOPNOTSUPP The host does not offer one (cause CPUID_HYPERV_MISSING, with the name as the
 *                     subject; the record tells LEAF).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW); the
 *                     table is full (cause CPUID_FULL).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_set_hyperv(struct kvmlib_cpuid *cpuid, const char *names,
					  const struct kvmlib_cpuid *host,
					  const struct kvmlib_cpuid_hyperv_opts *opts);

/**
 * @brief Whether the set of a table has an enlightenment.
 * @param cpuid Table.
 * @param name  Name.
 * @retval 1       It has.
 * @retval 0       It has not, or there is no set.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); no enlightenment has that name (cause
 *                 CPUID_HYPERV_UNKNOWN, with the name as the record's subject).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_has_hyperv(const struct kvmlib_cpuid *cpuid, const char *name);

/**
 * @brief Whether a host offers an enlightenment.
 * @param host Table of the host. One that has a set offers that set.
 * @param name Name.
 * @retval 1       It does.
 * @retval 0       It does not.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); no enlightenment has that name (cause
 *                 CPUID_HYPERV_UNKNOWN, with the name as the record's subject).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_offers_hyperv(const struct kvmlib_cpuid *host, const char *name);

/**
 * @brief What a host offers, as KVM tells it: a leaf by its place in their order.
 * @param host  Table of the host, not NULL.
 * @param index From 0 on.
 * @return The leaf, good until the table changes; NULL: there are less.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_cpuid_leaf *
kvmlib_cpuid_hyperv_leaf_at(const struct kvmlib_cpuid *host, size_t index);

/** The guest can use no enlightenment that it was not told of (KVMLIB_CAP_HYPERV_ENFORCE_CPUID). */
#define KVMLIB_CPUID_ENFORCE_HYPERV 0x1U

/**
 * @brief Enable on a vCPU what the set of its table needs besides CPUID.
 *
 * `hv-synic` has to be enabled (KVMLIB_CAP_HYPERV_SYNIC2), and `hv-evmcs`
 * (KVMLIB_CAP_HYPERV_ENLIGHTENED_VMCS), whose first version the host has to have; without a set
 * nothing is. Call it before kvmlib_vcpu_set_cpuid2(), and before MSRs are set. None of it can be
 * disabled: what was enabled before a failure stays so, which a guest that is not told of it does not
 * notice; and all of it can be enabled again.
 *
 * @param cpuid Table of the vCPU.
 * @param vcpu  vCPU.
 * @param flags KVMLIB_CPUID_ENFORCE_HYPERV, or 0.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); an unknown flag (cause BAD_ARGUMENT); no
 *                     interrupt controller in the kernel for `hv-synic` (cause CAP_REFUSED); a capability
 *                     that the host lacks (cause CAPABILITY_MISSING).
 * @retval -ENOTTY     The CPU has no nested VMX (cause HOST_FEATURE_MISSING).
 * @retval -EOPNOTSUPP The host's enlightened VMCS is of later versions (cause CPUID_HYPERV_MISSING).
 * @retval "Other values" As KVM_ENABLE_CAP has them.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_cpuid_enable_hyperv(const struct kvmlib_cpuid *cpuid,
					     struct kvmlib_vcpu *vcpu, uint32_t flags);

/** @} */

KVMLIB_END_DECLS
#endif
