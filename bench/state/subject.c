/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vCPU that is saved, and which calls that takes. */
#include "subject.h"

#include <stdlib.h>

#include <linux/kvm.h>

static bool open_vcpu(struct subject *subject)
{
	struct kvm_cpuid_entry2 *entries = NULL;
	uint32_t n;
	int r = kvmlib_vm_create_vcpu(subject->vm, 0, &subject->vcpu);

	if (!r)
		r = kvmlib_system_get_supported_cpuid_alloc(subject->system, &entries, &n);
	if (!r)
		r = kvmlib_vcpu_set_cpuid2(subject->vcpu, entries, n);
	free(entries);
	return r >= 0;
}

static bool open_vm(struct subject *subject)
{
	if (kvmlib_system_create_vm(subject->system, NULL, &subject->vm) < 0)
		return false;
	if (kvmlib_vm_check_extension(subject->vm, KVM_CAP_IRQCHIP) > 0 &&
	    kvmlib_vm_create_irqchip(subject->vm) < 0)
		return false;
	return open_vcpu(subject);
}

static bool make_plan(struct subject *subject)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &subject->vcpu,
						     .nr_vcpus = 1 };

	return !kvmlib_state_plan_new(subject->vm, &opts, &subject->plan) &&
	       !kvmlib_state_new(&subject->saved) && !kvmlib_state_new(&subject->state);
}

/* The second time it knows which MSRs there are. */
static bool note_calls(struct subject *subject)
{
	struct kvmlib_state_item xsave = { .length = 0 };

	if (kvmlib_state_save_vcpu(subject->plan, subject->vcpu, subject->saved) < 0 ||
	    kvmlib_state_get(subject->saved, "xsave", 0, &xsave) < 0)
		return false;
	calls_start(&subject->saving, xsave.length);
	if (kvmlib_state_save_vcpu(subject->plan, subject->vcpu, subject->state) < 0)
		return false;
	calls_start(&subject->restoring, xsave.length);
	if (kvmlib_state_restore_vcpu(subject->plan, subject->saved, subject->vcpu) < 0)
		return false;
	calls_stop();
	return true;
}

bool subject_open(struct subject *subject)
{
	const struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = calls_sys() };

	return !kvmlib_system_open(&opts, &subject->system) && open_vm(subject) &&
	       make_plan(subject) && note_calls(subject);
}

void subject_close(struct subject *subject)
{
	calls_free(&subject->saving);
	calls_free(&subject->restoring);
	kvmlib_state_free(subject->state);
	kvmlib_state_free(subject->saved);
	kvmlib_state_plan_free(subject->plan);
	kvmlib_vcpu_unref(subject->vcpu);
	kvmlib_vm_unref(subject->vm);
	kvmlib_system_unref(subject->system);
}
