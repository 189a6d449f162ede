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

int guest_cpu_read(const char *command, const char *text, struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_cpuid *host, *cpuid = NULL;
	int status = cpu_of_host(command, &host);

	if (status)
		return status;
	status = cpu_read(command, text, host, &cpuid);
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

/* Without an APIC in the kernel there is none. */
static int fix(struct kvmlib_cpuid *cpuid, uint32_t index, uint32_t nr, bool irqchip)
{
	const struct kvmlib_cpuid_vcpu place = {
		.size = sizeof(place),
		.index = index,
		.cores = nr,
		.flags = KVMLIB_CPUID_DROP_UNMET | (irqchip ? 0 : KVMLIB_CPUID_NO_LAPIC),
	};

	if (!irqchip)
		kvmlib_cpuid_set_feature(cpuid, "apic", 0);
	return kvmlib_cpuid_fix(cpuid, &place);
}

int guest_cpu_set(const char *command, const struct kvmlib_cpuid *cpuid, struct kvmlib_vcpu *vcpu,
		  uint32_t index, uint32_t nr, bool irqchip)
{
	struct kvm_cpuid_entry2 entries[KVMLIB_CPUID_MAX_LEAVES];
	struct kvmlib_cpuid *own = NULL;
	uint32_t count = 0;
	int r = kvmlib_cpuid_copy(cpuid, &own);

	if (!r)
		r = fix(own, index, nr, irqchip);
	if (!r)
		r = kvmlib_cpuid_get_entries(own, entries, KVMLIB_CPUID_MAX_LEAVES, &count);
	if (!r)
		r = kvmlib_vcpu_set_cpuid2(vcpu, entries, count);
	kvmlib_cpuid_free(own);
	return r < 0 ? say_error(command, "can't set the CPUID of vCPU %" PRIu32, index)
		     : STATUS_OK;
}
#endif
