/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__STATE_X86_H
#define KVMLIB__STATE_X86_H

#include "plan.h"

/* MSRs that have steps of their own. */
#define KVMLIB__MSR_TSC		    0x10U
#define KVMLIB__MSR_FEATURE_CONTROL 0x3aU
#define KVMLIB__MSR_TSC_DEADLINE    0x6e0U

/* Of a counter: KVM takes higher speeds, but can't tell them. */
#define KVMLIB__MAX_TSC_KHZ 0x7fffffffU

/* A kernel before 7.x takes no more entries. */
#define KVMLIB__MAX_CPUID 256U

/* x86_msrs.c */
size_t kvmlib__room_of_msrs(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_msrs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			 size_t room);
int kvmlib__put_feature_control(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
				const struct kvmlib_state_item *item);
int kvmlib__put_msrs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		     const struct kvmlib_state_item *item);
/* Whether the host has it, as far as the plan knows. */
bool kvmlib__has_msr(const struct kvmlib_state_plan *plan, uint32_t index);
int kvmlib__learn_msrs(struct kvmlib_state_plan *plan, const char *function);
/* The register's value in the item; whether it has one. */
bool kvmlib__msr_of(const struct kvmlib_state_item *item, uint32_t index, uint64_t *ret_value);
int kvmlib__write_msr(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, uint32_t index,
		      uint64_t value);
/* Whether it is what it is to be. */
bool kvmlib__is_msr_right(struct kvmlib_vcpu *vcpu, const struct kvm_msr_entry *entry);
/* Whether the host lacks one that was in use. */
bool kvmlib__is_msr_missed(const struct kvmlib_state_plan *plan, const struct kvm_msr_entry *entry);
/* One after the other, each once more if it is there twice. */
int kvmlib__write_msrs(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		       const struct kvm_msr_entry *entries, uint32_t n);

/* x86_clocks.c */
int64_t kvmlib__get_clock(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			  size_t room);
int kvmlib__put_clock(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		      const struct kvmlib_state_item *item);
int kvmlib__run_kvmclock_ctrl(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_tsc_khz(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			    size_t room);
int kvmlib__put_tsc_khz(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			const struct kvmlib_state_item *item);
int kvmlib__put_tsc(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		    const struct kvmlib_state_item *item);
int64_t kvmlib__get_tsc_offset(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			       void *data, size_t room);
int kvmlib__put_tsc_offset(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			   const struct kvmlib_state_item *item);
int kvmlib__put_tsc_deadline(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			     const struct kvmlib_state_item *item);

/* x86_filters.c */
size_t kvmlib__room_of_msr_filter(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
size_t kvmlib__room_of_pmu_filter(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_msr_filter(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			       void *data, size_t room);
int64_t kvmlib__get_pmu_filter(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			       void *data, size_t room);
int kvmlib__put_msr_filter(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			   const struct kvmlib_state_item *item);
int kvmlib__put_pmu_filter(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
			   const struct kvmlib_state_item *item);
/* Whether what is in the item fits together. */
bool kvmlib__is_msr_filter(const struct kvmlib_state_item *item);
bool kvmlib__is_pmu_filter(const struct kvmlib_state_item *item);

/* x86_cpuid.c: the processors of the state's vCPUs, and the MSRs that tell of their features. */
int kvmlib__check_cpuid(struct kvmlib__search *search);

/* x86_check.c */
size_t kvmlib__room_of_xsave(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
size_t kvmlib__room_of_nested(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);

#endif
