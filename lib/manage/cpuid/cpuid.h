/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__CPUID_H
#define KVMLIB__CPUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The tables are x86's on every architecture. */
#define KVMLIB__STRUCTS "uapi_structs_x86_64.h"
#include "../../core/handles.h"

#include <kvmlib/cpuid.h>
#include <kvmlib/explain.h>
#include <kvmlib/uapi_flags.h>

/* Leaves that KVM can tell as Hyper-V: there are 10. */
#define KVMLIB__MAX_OFFERS 16U

/* No pointers: a copy is an assignment, and what can fail is tried on one. */
struct kvmlib_cpuid {
	uint32_t nr_leaves;
	uint32_t nr_msrs;
	uint32_t nr_offers;
	struct kvmlib_cpuid_leaf offers[KVMLIB__MAX_OFFERS];	  /* a host's, of Hyper-V; sorted */
	struct kvmlib_cpuid_leaf leaves[KVMLIB_CPUID_MAX_LEAVES]; /* sorted, with no two alike */
	struct kvmlib_cpuid_msr msrs[KVMLIB_CPUID_MAX_MSRS];	  /* the same */
};

/* What answers to a leaf and subleaf; NULL: nothing does. */
struct kvmlib_cpuid_leaf *kvmlib__cpuid_find(struct kvmlib_cpuid *cpuid, uint32_t leaf,
					     uint32_t subleaf);

/* What a register holds, 0 where there is no such leaf. */
uint32_t kvmlib__cpuid_register(const struct kvmlib_cpuid *cpuid, uint32_t leaf, uint32_t subleaf,
				uint32_t reg);

/*
 * Put a leaf in its place, over one that is there. Whether that went well: 0, -EEXIST where the leaf
 * is there in the other form, -E2BIG. No record.
 */
int kvmlib__cpuid_put(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_leaf *leaf);

/* Take out the leaf in that place; all the subleaves of a leaf. */
void kvmlib__cpuid_drop(struct kvmlib_cpuid *cpuid, uint32_t place);
void kvmlib__cpuid_drop_all(struct kvmlib_cpuid *cpuid, uint32_t leaf);

/* The record of a leaf that put() refused. */
int kvmlib__cpuid_refuse(const char *function, int errnum, uint32_t leaf, uint32_t subleaf);

/* Add KVM's entries, for that function: 0, or a failure with its record. */
int kvmlib__cpuid_add_entries(struct kvmlib_cpuid *cpuid, const struct kvm_cpuid_entry2 *entries,
			      uint32_t count, const char *function);

/* Add a vCPU's entries as KVM reads them: the first that answers counts, and so does no flag of old kernels. */
void kvmlib__cpuid_take_entries(struct kvmlib_cpuid *cpuid, const struct kvm_cpuid_entry2 *entries,
				uint32_t count);

/* Whether a feature is there; and take it away. */
bool kvmlib__cpuid_has(const struct kvmlib_cpuid *cpuid,
		       const struct kvmlib_cpuid_feature *feature);
void kvmlib__cpuid_clear(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_feature *feature);

/* Take out the MSRs that a feature would tell of which is not there. */
void kvmlib__cpuid_drop_untold_msrs(struct kvmlib_cpuid *cpuid);

/* The leaf of the extended state; the bytes that it has at least, x87, SSE and the header. */
#define KVMLIB__CPUID_XSAVE	  0xdU
#define KVMLIB__CPUID_XSAVE_LEAST 576U

/* Leave those components of the extended state that subleaves describe, and the subleaves of those. */
void kvmlib__cpuid_describe_components(struct kvmlib_cpuid *cpuid);

/* The components: of XCR0, or of XCR0 and the supervisor's; the bytes that all of XCR0 takes. */
uint64_t kvmlib__cpuid_user_components(const struct kvmlib_cpuid *cpuid);
uint64_t kvmlib__cpuid_components(const struct kvmlib_cpuid *cpuid);
uint32_t kvmlib__cpuid_xsave_size(const struct kvmlib_cpuid *cpuid);
bool kvmlib__cpuid_has_compacted(const struct kvmlib_cpuid *cpuid);
void kvmlib__cpuid_fix_xsave(struct kvmlib_cpuid *cpuid);

/* The leaf that tells the highest one of its range. */
uint32_t kvmlib__cpuid_range(uint32_t leaf);

#endif
