/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table of what a host can give to guests. */
#include "hyperv.h"

#include <errno.h>
#include <stdlib.h>

#include <kvmlib/system.h>
#include <kvmlib/uapi_caps.h>
#include <kvmlib/x86_cpuid.h>
#include <kvmlib/x86_msr.h>

#include "../../base/opts.h"
#include "../../core/cap.h"

/* The one component that a process has to ask for, tile data of AMX; and how. */
#define DYNAMIC_COMPONENT	  18U
#define ARCH_REQ_XCOMP_GUEST_PERM 0x1025

_Static_assert(sizeof(struct kvmlib_cpuid_collect_opts) == sizeof(size_t) + 2 * sizeof(uint32_t),
	       "no padding");

static int refuse(const char *function, int errnum, uint32_t cause)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = cause,
						 .errnum = errnum,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
}

static int copy_opts(struct kvmlib_cpuid_collect_opts *o,
		     const struct kvmlib_cpuid_collect_opts *given, const char *function)
{
	uint32_t cause;
	int r = kvmlib__opts_copy(o, sizeof(*o), given, &cause);

	if (r < 0)
		return refuse(function, r, cause);
	if (o->flags & ~KVMLIB_CPUID_DYNAMIC_XSAVE || o->reserved)
		return refuse(function, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT);
	return 0;
}

static bool has_dynamic(struct kvmlib_system *system)
{
	uint64_t components = 0;

	return kvmlib_system_check_extension(system, KVMLIB_CAP_SYS_ATTRIBUTES) > 0 &&
	       !kvmlib_system_get_device_attr_u64(system, 0, KVMLIB_X86_XCOMP_GUEST_SUPP,
						  &components) &&
	       components >> DYNAMIC_COMPONENT & 1U;
}

static int ask_permission(struct kvmlib_system *system, const char *function)
{
	int r;

	if (!has_dynamic(system))
		return 0;
	r = system->sys.arch_prctl(system->sys.ctx, ARCH_REQ_XCOMP_GUEST_PERM, DYNAMIC_COMPONENT);
	if (r >= 0)
		return 0;
	return kvmlib__error_report(
		&system->log,
		&(const struct kvmlib__failure){ .function = function,
						 .call = "arch_prctl(ARCH_REQ_XCOMP_GUEST_PERM)",
						 .cause = KVMLIB_CAUSE_XSAVE_PERMISSION,
						 .errnum = r });
}

static int collect_leaves(struct kvmlib_system *system, struct kvmlib_cpuid *cpuid,
			  const char *function)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t count;
	int r = kvmlib_system_get_supported_cpuid_alloc(system, &entries, &count);

	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	r = kvmlib__cpuid_add_entries(cpuid, entries, count, function);
	free(entries);
	return r;
}

/* Most kernels don't list it, as it needs a local APIC that is KVM's. */
static void collect_deadline(struct kvmlib_system *system, struct kvmlib_cpuid *cpuid)
{
	if (kvmlib_cpuid_get_leaf(cpuid, 1, 0) &&
	    kvmlib_system_check_extension(system, KVMLIB_CAP_TSC_DEADLINE_TIMER) > 0)
		kvmlib_cpuid_set_feature(cpuid, "tsc_deadline_timer", 1);
}

static void add_offer(struct kvmlib_cpuid *cpuid, const struct kvm_cpuid_entry2 *entry)
{
	const uint32_t registers[4] = { entry->eax, entry->ebx, entry->ecx, entry->edx };

	for (uint32_t reg = 0; reg < 4; reg++)
		kvmlib__hyperv_offer(cpuid, entry->function, reg, registers[reg]);
}

static int collect_offers(struct kvmlib_system *system, struct kvmlib_cpuid *cpuid)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t count;
	int r;

	if (kvmlib_system_check_extension(system, KVMLIB_CAP_SYS_HYPERV_CPUID) <= 0)
		return 0;
	r = kvmlib_system_get_supported_hv_cpuid_alloc(system, &entries, &count);
	if (r < 0)
		return r;
	for (uint32_t i = 0; i < count; i++)
		add_offer(cpuid, &entries[i]);
	free(entries);
	return 0;
}

/* One at a time, for KVM lists some that it does not let be read. */
static int collect_msr(struct kvmlib_system *system, struct kvmlib_cpuid *cpuid, uint32_t index)
{
	struct kvm_msr_entry entry = { .index = index };

	if (kvmlib_system_get_msrs(system, &entry, 1) != 1)
		return 0;
	return kvmlib_cpuid_set_msr(cpuid, index, entry.data);
}

static int collect_msrs(struct kvmlib_system *system, struct kvmlib_cpuid *cpuid)
{
	uint32_t *indices, count;
	int r;

	if (kvmlib_system_check_extension(system, KVMLIB_CAP_GET_MSR_FEATURES) <= 0)
		return 0;
	r = kvmlib_system_get_msr_feature_index_list_alloc(system, &indices, &count);
	if (r < 0)
		return r;
	for (uint32_t i = 0; !r && i < count; i++)
		r = collect_msr(system, cpuid, indices[i]);
	free(indices);
	return r;
}

static int collect(struct kvmlib_system *system, uint32_t flags, struct kvmlib_cpuid *cpuid,
		   const char *function)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r = flags & KVMLIB_CPUID_DYNAMIC_XSAVE ? ask_permission(system, function) : 0;

	if (!r)
		r = collect_leaves(system, cpuid, function);
	if (r < 0)
		return r;
	collect_deadline(system, cpuid);
	r = collect_msrs(system, cpuid);
	if (!r)
		r = collect_offers(system, cpuid);
	if (r < 0)
		kvmlib__error_amend(function, NULL);
	else
		kvmlib__error_restore(&before); /* what was tried on the way is no failure */
	return r;
}

int kvmlib_cpuid_collect(struct kvmlib_system *system, const struct kvmlib_cpuid_collect_opts *opts,
			 struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_cpuid_collect_opts o;
	struct kvmlib_cpuid *cpuid;
	int r;

	if (!system || !ret_cpuid)
		return KVMLIB__NULL_ARGUMENT(system ? 3 : 1);
	r = copy_opts(&o, opts, __func__);
	if (r < 0)
		return r;
	if (KVMLIB__ELSEWHERE(X86_64))
		return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
	cpuid = calloc(1, sizeof(*cpuid));
	if (!cpuid)
		return KVMLIB__NO_MEMORY();
	r = collect(system, o.flags, cpuid, __func__);
	if (r < 0)
		kvmlib_cpuid_free(cpuid);
	else
		*ret_cpuid = cpuid;
	return r;
}
