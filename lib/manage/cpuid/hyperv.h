/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__CPUID_HYPERV_H
#define KVMLIB__CPUID_HYPERV_H

#include "cpuid.h"

#include "../../base/hyperv_tables.h"

/* Leaves, and what they have. */
#define KVMLIB__HYPERV		 0x40000000U
#define KVMLIB__HYPERV_INTERFACE 0x40000001U
#define KVMLIB__HYPERV_FEATURES	 0x40000003U
#define KVMLIB__HYPERV_HINTS	 0x40000004U
#define KVMLIB__HYPERV_LIMITS	 0x40000005U
#define KVMLIB__HYPERV_NESTED	 0x4000000aU
#define KVMLIB__HV_1		 0x31237648U /* "Hv#1" */
#define KVMLIB__HYPERCALLS	 0x20U	     /* of the features' EAX: there with each set */
#define KVMLIB__HOTPLUG		 0x8U	     /* of their EDX; no KVM offers it, and none needs to */
#define KVMLIB__NO_RETRIES	 UINT32_MAX  /* in the hints' EBX: there is no limit */

/* KVM's own leaves, and how far behind those of Hyper-V they are. */
#define KVMLIB__KVM_LEAF  0x40000000U
#define KVMLIB__KVM_MOVED 0x100U
#define KVMLIB__KVM_EBX	  0x4b4d564bU /* "KVMK", "VMKV", "M" */
#define KVMLIB__KVM_ECX	  0x564b4d56U
#define KVMLIB__KVM_EDX	  0x4dU

/* Whether Hyper-V's leaves are there, as KVM finds it out. */
bool kvmlib__is_hyperv(const struct kvmlib_cpuid *cpuid);

/* Where the table has a leaf that features have: KVM's are behind Hyper-V's. */
uint32_t kvmlib__kvm_leaf(const struct kvmlib_cpuid *cpuid, uint32_t leaf);

/* What a host tells, in one register. */
uint32_t kvmlib__hyperv_offered(const struct kvmlib_cpuid *host, uint32_t leaf, uint32_t reg);

/* Take a leaf among what a host tells, or one register of it; it is left out where there is no room. */
void kvmlib__hyperv_offer(struct kvmlib_cpuid *host, uint32_t leaf, uint32_t reg, uint32_t value);

/* Enlightenments by their places, as bits: those of the table's set; those that a host offers. */
uint32_t kvmlib__hyperv_set_of(const struct kvmlib_cpuid *cpuid);
uint32_t kvmlib__hyperv_offers_of(const struct kvmlib_cpuid *host);

/* The bits that a set has in a register, by its place in kvmlib__hyperv_registers. */
uint32_t kvmlib__hyperv_bits(uint32_t set, size_t place);

/* Leave these enlightenments, and what no enlightenment has. */
void kvmlib__hyperv_keep(struct kvmlib_cpuid *cpuid, uint32_t set);

/* Take Hyper-V's leaves out, if they are there; KVM's own are where they were. */
void kvmlib__hyperv_take_out(struct kvmlib_cpuid *cpuid);

#endif
