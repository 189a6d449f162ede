/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The items of a state, each by its own calls. */
#include "part.h"

#ifdef __x86_64__
#include <errno.h>
#include <string.h>

#include <linux/kvm.h>

#define MAX_CPUID  256U
#define BRAND_LEAF 0x80000002U /* a name, which is of no consequence */

#define OF_VCPU(name)                                                                \
	static int get_##name(const struct probe *probe, uint32_t index, void *data) \
	{                                                                            \
		(void)index;                                                         \
		return kvmlib_vcpu_get_##name(probe->vcpus[0], data);                \
	}                                                                            \
	static int set_##name(const struct probe *probe, uint32_t index, void *data) \
	{                                                                            \
		(void)index;                                                         \
		return kvmlib_vcpu_set_##name(probe->vcpus[0], data);                \
	}
OF_VCPU(regs)
OF_VCPU(sregs)
OF_VCPU(sregs2)
OF_VCPU(xcrs)
OF_VCPU(debugregs)
OF_VCPU(lapic)
OF_VCPU(vcpu_events)

static int get_mp_state(const struct probe *probe, uint32_t index, void *data)
{
	(void)index;
	return kvmlib_vcpu_get_mp_state(probe->vcpus[0], data);
}

static int set_mp_state(const struct probe *probe, uint32_t index, void *data)
{
	uint32_t state;

	(void)index;
	memcpy(&state, data, sizeof(state));
	return kvmlib_vcpu_set_mp_state(probe->vcpus[0], state);
}

static int get_xsave(const struct probe *probe, uint32_t index, void *data)
{
	(void)index;
	return kvmlib_vcpu_get_xsave(probe->vcpus[0], data, PART_SIZE);
}

static int set_xsave(const struct probe *probe, uint32_t index, void *data)
{
	(void)index;
	return kvmlib_vcpu_set_xsave(probe->vcpus[0], data, PART_SIZE);
}

static int get_nested(const struct probe *probe, uint32_t index, void *data)
{
	(void)index;
	return kvmlib_vcpu_get_nested_state(probe->vcpus[0], data, PART_SIZE);
}

static int set_nested(const struct probe *probe, uint32_t index, void *data)
{
	(void)index;
	return kvmlib_vcpu_set_nested_state(probe->vcpus[0], data, PART_SIZE);
}

static int one_msr(int r)
{
	return r < 0 ? r : r == 1 ? 0 : -EINVAL;
}

static int get_msr(const struct probe *probe, uint32_t index, void *data)
{
	struct kvm_msr_entry entry = { .index = index };
	int r = one_msr(kvmlib_vcpu_get_msrs(probe->vcpus[0], &entry, 1));

	memcpy(data, &entry.data, sizeof(entry.data));
	return r;
}

static int set_msr(const struct probe *probe, uint32_t index, void *data)
{
	struct kvm_msr_entry entry = { .index = index };

	memcpy(&entry.data, data, sizeof(entry.data));
	return one_msr(kvmlib_vcpu_set_msrs(probe->vcpus[0], &entry, 1));
}

/* CPUID: the registers of one leaf */

static int find_leaf(const struct probe *probe, struct kvm_cpuid_entry2 *entries,
		     uint32_t *ret_count, uint32_t *ret_at)
{
	int r = kvmlib_vcpu_get_cpuid2(probe->vcpus[0], entries, MAX_CPUID, ret_count);
	uint32_t at = 0;

	if (r < 0)
		return r;
	while (at < *ret_count && entries[at].function != BRAND_LEAF)
		at++;
	*ret_at = at;
	return at < *ret_count ? 0 : -ENOENT;
}

static int get_cpuid(const struct probe *probe, uint32_t index, void *data)
{
	struct kvm_cpuid_entry2 entries[MAX_CPUID];
	uint32_t count, at;
	int r = find_leaf(probe, entries, &count, &at);

	(void)index;
	if (!r)
		memcpy(data, &entries[at].eax, sizeof(entries[at].eax));
	return r;
}

static int set_cpuid(const struct probe *probe, uint32_t index, void *data)
{
	struct kvm_cpuid_entry2 entries[MAX_CPUID];
	uint32_t count, at;
	int r = find_leaf(probe, entries, &count, &at);

	(void)index;
	if (r < 0)
		return r;
	memcpy(&entries[at].eax, data, sizeof(entries[at].eax));
	return kvmlib_vcpu_set_cpuid2(probe->vcpus[0], entries, count);
}

/* Time-stamp counters */

static int get_tsc_khz(const struct probe *probe, uint32_t index, void *data)
{
	int khz = kvmlib_vcpu_get_tsc_khz(probe->vcpus[0]);

	(void)index;
	memcpy(data, &khz, sizeof(khz));
	return khz < 0 ? khz : 0;
}

static int set_tsc_khz(const struct probe *probe, uint32_t index, void *data)
{
	uint32_t khz;

	(void)index;
	memcpy(&khz, data, sizeof(khz));
	return kvmlib_vcpu_set_tsc_khz(probe->vcpus[0], khz);
}

static int offset_of(const struct probe *probe, uint32_t id, uint64_t *ret_offset)
{
	return kvmlib_vcpu_get_device_attr_u64(probe->vcpus[id], KVMLIB_VCPU_TSC_CTRL,
					       KVMLIB_VCPU_TSC_OFFSET, ret_offset);
}

/* How far the second vCPU's is from the first's. */
static int get_tsc_offset(const struct probe *probe, uint32_t index, void *data)
{
	uint64_t first, second;
	int r = offset_of(probe, 0, &first);

	(void)index;
	if (r >= 0)
		r = offset_of(probe, 1, &second);
	if (r < 0)
		return r;
	second -= first;
	memcpy(data, &second, sizeof(second));
	return 0;
}

static int set_tsc_offset(const struct probe *probe, uint32_t index, void *data)
{
	uint64_t first, distance;
	int r = offset_of(probe, 0, &first);

	(void)index;
	if (r < 0)
		return r;
	memcpy(&distance, data, sizeof(distance));
	first += distance;
	return kvmlib_vcpu_set_device_attr(probe->vcpus[1], KVMLIB_VCPU_TSC_CTRL,
					   KVMLIB_VCPU_TSC_OFFSET, &first);
}

/* The VM's */

static int get_clock(const struct probe *probe, uint32_t index, void *data)
{
	(void)index;
	return kvmlib_vm_get_clock(probe->vm, data);
}

static int set_clock(const struct probe *probe, uint32_t index, void *data)
{
	struct kvmlib_clock_data clock = { .clock = ((struct kvmlib_clock_data *)data)->clock };

	(void)index;
	return kvmlib_vm_set_clock(probe->vm, &clock);
}

static int get_pit(const struct probe *probe, uint32_t index, void *data)
{
	(void)index;
	return kvmlib_vm_get_pit2(probe->vm, data);
}

static int set_pit(const struct probe *probe, uint32_t index, void *data)
{
	(void)index;
	return kvmlib_vm_set_pit2(probe->vm, data);
}

static int get_chip(const struct probe *probe, uint32_t chip, void *data)
{
	memcpy(data, &chip, sizeof(chip));
	return kvmlib_vm_get_irqchip(probe->vm, data);
}

static int set_chip(const struct probe *probe, uint32_t chip, void *data)
{
	memcpy(data, &chip, sizeof(chip));
	return kvmlib_vm_set_irqchip(probe->vm, data);
}

static const struct part parts[] = {
	{ "cpuid", get_cpuid, set_cpuid },
	{ "regs", get_regs, set_regs },
	{ "sregs", get_sregs, set_sregs },
	{ "sregs2", get_sregs2, set_sregs2 },
	{ "xsave", get_xsave, set_xsave },
	{ "xcrs", get_xcrs, set_xcrs },
	{ "debugregs", get_debugregs, set_debugregs },
	{ "lapic", get_lapic, set_lapic },
	{ "events", get_vcpu_events, set_vcpu_events },
	{ "mp-state", get_mp_state, set_mp_state },
	{ "nested", get_nested, set_nested },
	{ "msrs", get_msr, set_msr },
	{ "tsc-khz", get_tsc_khz, set_tsc_khz },
	{ "tsc-offset", get_tsc_offset, set_tsc_offset },
	{ "clock", get_clock, set_clock },
	{ "pit", get_pit, set_pit },
	{ "ioapic", get_chip, set_chip },
	{ "pic-master", get_chip, set_chip },
	{ "pic-slave", get_chip, set_chip },
};

const struct part *part_of(const char *item)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(parts[i].item, item))
			return &parts[i];
	return NULL;
}
#endif
