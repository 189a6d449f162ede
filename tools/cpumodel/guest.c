/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CPU of a guest that runs. */
#include "guest.h"

#ifdef __x86_64__
#include <inttypes.h>

#include <linux/kvm.h>

#include "../tool.h"
#include "lack.h"
#include "source.h"

static int say_lack(const struct kvmlib_cpuid_lack *lack, void *userdata)
{
	const char *command = userdata;
	char text[CPU_WIDEST];

	say(command, "this host lacks %s", cpu_lack(text, lack));
	return 0;
}

/* Without an APIC in the kernel there is none. */
int guest_cpu_read(const char *command, const char *text, bool irqchip,
		   struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_cpuid *host, *cpuid = NULL;
	int status = cpu_of_host(command, &host);

	if (status)
		return status;
	status = cpu_read(command, text, host, &cpuid);
	if (!status && !irqchip)
		kvmlib_cpuid_set_feature(cpuid, "apic", 0);
	if (!status && kvmlib_cpuid_verdict(cpuid, host, say_lack, (void *)(uintptr_t)command)) {
		say(command, "--cpu: a guest of this host can't have %s", text);
		status = STATUS_HOST;
	}
	kvmlib_cpuid_free(host);
	if (status)
		kvmlib_cpuid_free(cpuid);
	else
		*ret_cpuid = cpuid;
	return status;
}

/* Once, for all vCPUs are alike. */
static void warn_of_msrs(const char *command, uint32_t index, int nr)
{
	if (nr && !index)
		say(command, "warning: %d MSRs of its CPU can't be set on this host", nr);
}

int guest_cpu_set(const char *command, const struct kvmlib_cpuid *cpuid, struct kvmlib_vcpu *vcpu,
		  uint32_t index, uint32_t nr, bool irqchip)
{
	const struct kvmlib_cpuid_vcpu place = {
		.size = sizeof(place),
		.index = index,
		.cores = nr,
		.flags = KVMLIB_CPUID_DROP_UNMET | KVMLIB_CPUID_LEAVE_MSRS |
			 (irqchip ? 0 : KVMLIB_CPUID_NO_LAPIC),
	};
	int r = kvmlib_cpuid_apply(cpuid, &place, vcpu);

	if (r < 0)
		return say_error(command, "can't give its CPU to vCPU %" PRIu32, index);
	warn_of_msrs(command, index, r);
	return STATUS_OK;
}

/* The leaves of hypervisors alone: of others old kernels have forms that no table takes. */
static uint32_t pick(const struct kvmlib_state_item *item,
		     struct kvm_cpuid_entry2 entries[KVMLIB_CPUID_MAX_LEAVES])
{
	const struct kvm_cpuid_entry2 *saved = item->data;
	uint32_t n = 0;

	for (uint64_t i = 0; i < item->length / sizeof(*saved); i++)
		if (saved[i].function >> 16 == 0x4000 && n < KVMLIB_CPUID_MAX_LEAVES)
			entries[n++] = saved[i];
	return n;
}

int guest_cpu_enable(const char *command, const struct kvmlib_state *state,
		     struct kvmlib_vcpu *vcpu, uint32_t index)
{
	struct kvm_cpuid_entry2 entries[KVMLIB_CPUID_MAX_LEAVES];
	struct kvmlib_cpuid *cpuid = NULL;
	struct kvmlib_state_item item;
	int r;

	if (kvmlib_state_get(state, "cpuid", index, &item) < 0)
		return STATUS_OK;
	r = kvmlib_cpuid_from_entries(entries, pick(&item, entries), &cpuid);
	if (!r)
		r = kvmlib_cpuid_enable_hyperv(cpuid, vcpu, 0);
	kvmlib_cpuid_free(cpuid);
	return r < 0 ? say_error(command, "can't give vCPU %" PRIu32 " what its CPUID has", index)
		     : STATUS_OK;
}
#endif
