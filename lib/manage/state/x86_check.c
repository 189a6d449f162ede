/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x86: what a host is asked for a plan, and what a state needs of it. */
#include "x86.h"

#include <errno.h>
#include <string.h>

#include "../../base/opts.h"

#if defined(__x86_64__)

/* Learning */

static int learn_capability(struct kvmlib_state_plan *plan, uint32_t capability,
			    const char *function, size_t *ret_value)
{
	int r = kvmlib__vm_ask(plan->vm, capability);

	if (r < 0)
		return kvmlib__vm_failed(
			plan->vm, KVMLIB__IOC_CHECK_EXTENSION,
			&(struct kvmlib__failure){
				.function = function,
				.errnum = r,
				KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, capability)) });
	*ret_value = (size_t)r;
	return 0;
}

static int learn_capabilities(struct kvmlib_state_plan *plan, const char *function)
{
	size_t has_sregs2 = 0;
	int r = learn_capability(plan, KVMLIB_CAP_XSAVE2, function, &plan->xsave_size);

	if (!r)
		r = learn_capability(plan, KVMLIB_CAP_NESTED_STATE, function, &plan->nested_size);
	if (!r)
		r = learn_capability(plan, KVMLIB_CAP_SREGS2, function, &has_sregs2);
	plan->has |= plan->xsave_size ? KVMLIB__HAS_XSAVE2 : 0;
	plan->has |= plan->nested_size ? KVMLIB__HAS_NESTED : 0;
	plan->has |= has_sregs2 ? KVMLIB__HAS_SREGS2 : KVMLIB__HAS_OLD_SREGS;
	if (plan->xsave_size < sizeof(struct kvm_xsave))
		plan->xsave_size = sizeof(struct kvm_xsave);
	return r;
}

/* Calls that answer so where the VM has not what they are about: that is no failure. */
static int try_call(struct kvmlib_state_plan *plan, int r, int errnum, uint32_t has,
		    const struct kvmlib__record *before, const char *function)
{
	if (r >= 0)
		plan->has |= has;
	if (r >= 0 || r == errnum) {
		kvmlib__error_restore(before);
		return 0;
	}
	kvmlib__error_amend(function, NULL);
	return r;
}

static int learn_chips(struct kvmlib_state_plan *plan, const char *function)
{
	const struct kvmlib__record before = kvmlib__error_save();
	struct kvm_irqchip chip = { .chip_id = KVMLIB_IRQCHIP_IOAPIC };
	struct kvm_pit_state2 pit;
	int r = try_call(plan, kvmlib_vm_get_irqchip(plan->vm, &chip), -ENXIO, KVMLIB__HAS_PIC,
			 &before, function);

	if (!r)
		r = try_call(plan, kvmlib_vm_get_pit2(plan->vm, &pit), -ENXIO, KVMLIB__HAS_PIT,
			     &before, function);
	return r;
}

static int learn_of_vcpu(struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu,
			 const char *function)
{
	const struct kvmlib__record before = kvmlib__error_save();
	struct kvm_lapic_state lapic;
	int r = try_call(plan, kvmlib_vcpu_get_lapic(vcpu, &lapic), -EINVAL, KVMLIB__HAS_LAPIC,
			 &before, function);

	if (!r && kvmlib__vm_ask(plan->vm, KVMLIB_CAP_VCPU_ATTRIBUTES) > 0)
		r = try_call(plan,
			     kvmlib_vcpu_has_device_attr(vcpu, KVMLIB_VCPU_TSC_CTRL,
							 KVMLIB_VCPU_TSC_OFFSET),
			     -ENXIO, KVMLIB__HAS_TSC_OFFSET, &before, function);
	return r;
}

int kvmlib__state_learn(struct kvmlib_state_plan *plan, const char *function)
{
	int r = learn_capabilities(plan, function);

	if (!r)
		r = learn_chips(plan, function);
	if (!r && plan->nr_vcpus)
		r = learn_of_vcpu(plan, plan->vcpus[0], function);
	return r ? r : kvmlib__learn_msrs(plan, function);
}

/* Items */

const struct kvmlib__item_kind kvmlib__state_items[] = {
	{ "clock", KVMLIB_STATE_ONCE, KVMLIB_CAP_ADJUST_CLOCK, 0, 1,
	  sizeof(struct kvmlib_clock_data), sizeof(struct kvmlib_clock_data), NULL },
	{ "mp-state", KVMLIB_STATE_EACH_VCPU, KVMLIB_CAP_MP_STATE, 0, 1, sizeof(uint32_t),
	  sizeof(uint32_t), NULL },
	{ "cpuid", KVMLIB_STATE_EACH_VCPU, 0, 0, sizeof(struct kvm_cpuid_entry2), 0,
	  KVMLIB__MAX_CPUID * sizeof(struct kvm_cpuid_entry2), NULL },
	{ "regs", KVMLIB_STATE_EACH_VCPU, 0, 0, 1, sizeof(struct kvm_regs), sizeof(struct kvm_regs),
	  NULL },
	{ "sregs2", KVMLIB_STATE_EACH_VCPU, 0, 0, 1, sizeof(struct kvmlib_sregs2),
	  sizeof(struct kvmlib_sregs2), NULL },
	{ "sregs", KVMLIB_STATE_EACH_VCPU, 0, 0, 1, sizeof(struct kvm_sregs),
	  sizeof(struct kvm_sregs), NULL },
	{ "xcrs", KVMLIB_STATE_EACH_VCPU, KVMLIB_CAP_XCRS, 0, 1, sizeof(struct kvm_xcrs),
	  sizeof(struct kvm_xcrs), NULL },
	{ "xsave", KVMLIB_STATE_EACH_VCPU, KVMLIB_CAP_XSAVE, 0, 1, sizeof(struct kvm_xsave), 0,
	  NULL },
	{ "debugregs", KVMLIB_STATE_EACH_VCPU, KVMLIB_CAP_DEBUGREGS, 0, 1,
	  sizeof(struct kvm_debugregs), sizeof(struct kvm_debugregs), NULL },
	{ "lapic", KVMLIB_STATE_EACH_VCPU, 0, KVMLIB__HAS_LAPIC, 1, sizeof(struct kvm_lapic_state),
	  sizeof(struct kvm_lapic_state), NULL },
	{ "tsc-khz", KVMLIB_STATE_EACH_VCPU, 0, 0, 1, sizeof(uint32_t), sizeof(uint32_t), NULL },
	{ "tsc-offset", KVMLIB_STATE_EACH_VCPU, 0, 0, 1, sizeof(uint64_t), sizeof(uint64_t), NULL },
	{ "msrs", KVMLIB_STATE_EACH_VCPU, 0, 0, sizeof(struct kvm_msr_entry), 0, 0, NULL },
	{ "nested", KVMLIB_STATE_EACH_VCPU, 0, 0, 1, sizeof(struct kvm_nested_state), 0, NULL },
	{ "vcpu-capabilities", KVMLIB_STATE_EACH_VCPU, 0, 0,
	  sizeof(struct kvmlib__saved_capability), 0, 0, NULL },
	{ "events", KVMLIB_STATE_EACH_VCPU, KVMLIB_CAP_VCPU_EVENTS, 0, 1,
	  sizeof(struct kvmlib_vcpu_events), sizeof(struct kvmlib_vcpu_events), NULL },
	{ "ioapic", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_PIC, 1, sizeof(struct kvm_irqchip),
	  sizeof(struct kvm_irqchip), NULL },
	{ "pic-master", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_PIC, 1, sizeof(struct kvm_irqchip),
	  sizeof(struct kvm_irqchip), NULL },
	{ "pic-slave", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_PIC, 1, sizeof(struct kvm_irqchip),
	  sizeof(struct kvm_irqchip), NULL },
	{ "pit", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_PIT, 1, sizeof(struct kvm_pit_state2),
	  sizeof(struct kvm_pit_state2), NULL },
	{ "capabilities", KVMLIB_STATE_ONCE, 0, 0, sizeof(struct kvmlib__saved_capability), 0, 0,
	  NULL },
	{ "memory", KVMLIB_STATE_ONCE, 0, 0, sizeof(struct kvmlib__saved_region), 0, 0, NULL },
	{ "private-memory", KVMLIB_STATE_ONCE, 0, 0, sizeof(struct kvmlib__saved_region), 0, 0,
	  NULL },
	{ "msr-filter", KVMLIB_STATE_ONCE, KVMLIB_CAP_X86_MSR_FILTER, 0, 1, 0, 0,
	  kvmlib__is_msr_filter },
	{ "pmu-filter", KVMLIB_STATE_ONCE, KVMLIB_CAP_PMU_EVENT_FILTER, 0, 1, 0, 0,
	  kvmlib__is_pmu_filter },
	{ "routes", KVMLIB_STATE_ONCE, 0, KVMLIB__HAS_ROUTES, sizeof(struct kvmlib__saved_route), 0,
	  0, NULL },
};
const size_t kvmlib__nr_state_items = sizeof(kvmlib__state_items) / sizeof(kvmlib__state_items[0]);

/* Registers and areas */

static int check_msrs(struct kvmlib__search *search, const struct kvmlib_state_item *item)
{
	const struct kvm_msr_entry *entries = item->data;
	int r = 0;

	for (size_t i = 0; !r && i < item->length / sizeof(*entries); i++)
		if (kvmlib__is_msr_missed(search->plan, &entries[i]))
			r = kvmlib__state_found(search, &(const struct kvmlib_state_problem){
								.item = item->name,
								.instance = item->instance,
								.number = entries[i].index,
								.saved = entries[i].data,
								.kind = KVMLIB_STATE_MSR });
	return r;
}

static int check_size(struct kvmlib__search *search, const struct kvmlib_state_item *item,
		      size_t here)
{
	return kvmlib__state_found(
		search, &(const struct kvmlib_state_problem){ .item = item->name,
							      .instance = item->instance,
							      .saved = item->length,
							      .here = here,
							      .kind = KVMLIB_STATE_SIZE });
}

/* More than here is fine as long as there is nothing in it. */
static int check_xsave(struct kvmlib__search *search, const struct kvmlib_state_item *item)
{
	size_t here = search->plan->xsave_size;

	if (item->length <= here ||
	    kvmlib__all_zero((const uint8_t *)item->data + here, item->length - here))
		return 0;
	return check_size(search, item, here);
}

static int check_nested(struct kvmlib__search *search, const struct kvmlib_state_item *item)
{
	size_t here = search->plan->nested_size;
	size_t nothing = sizeof(struct kvm_nested_state);

	if (item->length <= (here ? here : nothing))
		return 0;
	return check_size(search, item, here);
}

/* The hosts' own counters differ by so much all the time. */
static bool is_close(uint64_t a, uint64_t b)
{
	uint64_t difference = a > b ? a - b : b - a;

	return difference * 1000000U <= 250U * b;
}

static int check_tsc_khz(struct kvmlib__search *search, const struct kvmlib_state_item *item)
{
	const struct kvmlib_state_plan *plan = search->plan;
	uint32_t saved;
	int here = kvmlib_vcpu_get_tsc_khz(plan->vcpus[0]);

	memcpy(&saved, item->data, sizeof(saved));
	if (saved <= KVMLIB__MAX_TSC_KHZ && (here < 0 || is_close(saved, (uint64_t)here) ||
					     kvmlib__vm_ask(plan->vm, KVMLIB_CAP_TSC_CONTROL) > 0))
		return 0;
	return kvmlib__state_found(
		search, &(const struct kvmlib_state_problem){ .item = item->name,
							      .instance = item->instance,
							      .saved = saved,
							      .here = here < 0 ? 0 : (uint64_t)here,
							      .kind = KVMLIB_STATE_TSC });
}

static const struct {
	const char *name;
	int (*check)(struct kvmlib__search *search, const struct kvmlib_state_item *item);
} vcpu_checks[] = {
	{ "msrs", check_msrs },
	{ "xsave", check_xsave },
	{ "nested", check_nested },
	{ "tsc-khz", check_tsc_khz },
};

static int check_vcpu(struct kvmlib__search *search, const struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_state_item item;
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(vcpu_checks) / sizeof(vcpu_checks[0]); i++)
		if (kvmlib__state_find(search->state, vcpu_checks[i].name, vcpu->id, &item))
			r = vcpu_checks[i].check(search, &item);
	return r;
}

static int check_realtime(struct kvmlib__search *search)
{
	struct kvmlib_state_item item;
	uint32_t flags = 0;

	if (!(search->opts->flags & KVMLIB_STATE_REALTIME))
		return 0;
	if (kvmlib__state_find(search->state, "clock", KVMLIB_STATE_VM, &item))
		flags = ((const struct kvmlib_clock_data *)item.data)->flags;
	if (flags & KVMLIB_CLOCK_REALTIME)
		return 0;
	return kvmlib__state_found(
		search, &(const struct kvmlib_state_problem){ .item = "clock",
							      .instance = KVMLIB_STATE_VM,
							      .saved = flags,
							      .kind = KVMLIB_STATE_NO_REALTIME });
}

int kvmlib__state_check_host(struct kvmlib__search *search)
{
	int r = check_realtime(search);

	if (!r)
		r = kvmlib__check_cpuid(search);
	for (size_t i = 0; !r && i < search->plan->nr_vcpus; i++)
		r = check_vcpu(search, search->plan->vcpus[i]);
	return r;
}

#endif
