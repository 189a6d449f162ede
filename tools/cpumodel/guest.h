/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CPUMODEL_GUEST_H
#define CPUMODEL_GUEST_H

#include <stdbool.h>

#include <kvmlib/kvmlib.h>

/* The CPU that a guest is to have (source.h), if this host can give it; with interrupt controllers of KVM's, or
 * none. STATUS_OK, or another status after messages that tell all that is missing. */
int guest_cpu_read(const char *command, const char *text, bool irqchip,
		   struct kvmlib_cpuid **ret_cpuid);

/* Give it to a vCPU, one of `nr` that are the cores of one socket, before it runs. */
int guest_cpu_set(const char *command, const struct kvmlib_cpuid *cpuid, struct kvmlib_vcpu *vcpu,
		  uint32_t index, uint32_t nr, bool irqchip);

/* Enable on a vCPU what the CPU that a state has needs besides it; nothing where the state has none. */
int guest_cpu_enable(const char *command, const struct kvmlib_state *state,
		     struct kvmlib_vcpu *vcpu, uint32_t index);

#endif
