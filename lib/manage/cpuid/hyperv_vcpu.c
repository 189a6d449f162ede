/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a set of enlightenments needs of a vCPU besides CPUID. */
#include "hyperv.h"

#include <errno.h>

#include <kvmlib/uapi_caps.h>
#include <kvmlib/x86_caps.h>

/* The lowest version is in the lower byte, the highest in the upper one. */
static int enable_evmcs(struct kvmlib_vcpu *vcpu, const char *name, const char *function)
{
	uint16_t versions;
	int r = kvmlib_vcpu_enable_hyperv_enlightened_vmcs(vcpu, &versions);

	if (r < 0) {
		kvmlib__error_amend(function, name);
		return r;
	}
	if ((versions & 0xffU) <= 1 && versions >> 8 >= 1)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_CPUID_HYPERV_MISSING,
		.errnum = -EOPNOTSUPP,
		.subject = name,
		KVMLIB__VALUES(KVMLIB__VALUE(VERSION, versions)) });
}

static int enable_one(struct kvmlib_vcpu *vcpu, const struct kvmlib_cpuid_enlightenment *one,
		      const char *function)
{
	int r;

	if (one->capability == KVMLIB_CAP_HYPERV_ENLIGHTENED_VMCS)
		return enable_evmcs(vcpu, one->name, function);
	r = kvmlib_vcpu_enable_hyperv_synic2(vcpu);
	if (r < 0)
		kvmlib__error_amend(function, one->name);
	return r;
}

static int enforce(struct kvmlib_vcpu *vcpu, const char *function)
{
	int r = kvmlib_vcpu_enable_hyperv_enforce_cpuid(vcpu, 1);

	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

int kvmlib_cpuid_enable_hyperv(const struct kvmlib_cpuid *cpuid, struct kvmlib_vcpu *vcpu,
			       uint32_t flags)
{
	uint32_t set;
	int r = 0;

	if (!cpuid || !vcpu)
		return KVMLIB__NULL_ARGUMENT(cpuid ? 2 : 1);
	if (flags & ~KVMLIB_CPUID_ENFORCE_HYPERV)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	set = kvmlib__hyperv_set_of(cpuid);
	for (size_t i = 0; !r && i < kvmlib__nr_enlightenments; i++)
		if (set >> i & kvmlib__enlightenments[i].told.enable)
			r = enable_one(vcpu, &kvmlib__enlightenments[i].told, __func__);
	if (!r && flags && kvmlib__is_hyperv(cpuid))
		r = enforce(vcpu, __func__);
	return r;
}
