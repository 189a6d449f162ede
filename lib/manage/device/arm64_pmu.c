/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The performance monitors of arm64's vCPUs. */
#define KVMLIB__STRUCTS "uapi_structs_arm64.h"
#include "arm64_attrs.h"

_Static_assert(sizeof(struct kvmlib_arm64_pmu_filter) == 8, "no padding");
_Static_assert(sizeof(struct kvmlib_arm64_pmu_opts) == 3 * sizeof(size_t) + 2 * sizeof(void *) + 16,
	       "no padding");

#ifdef __aarch64__

#define NR_EVENTS 0x10000U
#define PMU	  KVMLIB_ARM_VCPU_PMU_V3_CTRL

static int check_filters(const struct kvmlib_arm64_pmu_opts *o, const char *function)
{
	if (o->nr_filters && !o->filters)
		return KVMLIB__SETUP_REFUSE(function, NULL_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 2));
	for (size_t i = 0; i < o->nr_filters; i++) {
		const struct kvmlib_arm64_pmu_filter *filter = &o->filters[i];

		if (!filter->count || (uint32_t)filter->first + filter->count > NR_EVENTS ||
		    filter->action > KVMLIB_PMU_EVENT_DENY)
			return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(INDEX, i),
						    KVMLIB__VALUE(ID, filter->first),
						    KVMLIB__VALUE(COUNT, filter->count));
	}
	return 0;
}

/* One for all, or one for each. */
static int check_overflow(const struct kvmlib_arm64_pmu_opts *o, const char *function)
{
	uint32_t timers[KVMLIB__NR_TIMERS];
	int r;

	if (!o->irq)
		return 0;
	if (!kvmlib__is_ppi(o->irq))
		return o->irq >= KVMLIB__FIRST_SPI && o->irq <= KVMLIB__LAST_SPI &&
				       o->nr_vcpus <= KVMLIB__LAST_SPI - o->irq + 1
			       ? 0
			       : kvmlib__bad_irq(o->irq, function);
	r = kvmlib__arm64_timers(o->vcpus[0], timers, function);
	if (r < 0)
		return r;
	return o->irq == timers[KVMLIB_ARM_VCPU_TIMER_IRQ_VTIMER] ||
			       o->irq == timers[KVMLIB_ARM_VCPU_TIMER_IRQ_PTIMER]
		       ? kvmlib__bad_irq(o->irq, function)
		       : 0;
}

/* The VM's are asked of its first vCPU, those of all vCPUs of each. */
static int probe_pmu(const struct kvmlib_arm64_pmu_opts *o, const char *function)
{
	int r = 0;

	for (size_t i = 0; !r && i < o->nr_vcpus; i++)
		r = kvmlib__vcpu_attr_probe(o->vcpus[i], PMU, KVMLIB_ARM_VCPU_PMU_V3_INIT,
					    function);
	if (!r && o->flags & KVMLIB_ARM64_PMU_CHOOSE)
		r = kvmlib__vcpu_attr_probe(o->vcpus[0], PMU, KVMLIB_ARM_VCPU_PMU_V3_SET_PMU,
					    function);
	if (!r && o->flags & KVMLIB_ARM64_PMU_COUNTERS)
		r = kvmlib__vcpu_attr_probe(o->vcpus[0], PMU,
					    KVMLIB_ARM_VCPU_PMU_V3_SET_NR_COUNTERS, function);
	if (!r && o->nr_filters)
		r = kvmlib__vcpu_attr_probe(o->vcpus[0], PMU, KVMLIB_ARM_VCPU_PMU_V3_FILTER,
					    function);
	return r;
}

static int check_pmu(const struct kvmlib_vm *vm, const struct kvmlib_arm64_pmu_opts *o,
		     const char *function)
{
	const uint32_t known = KVMLIB_ARM64_PMU_CHOOSE | KVMLIB_ARM64_PMU_COUNTERS;
	int r;

	if (o->flags & ~known || o->flags == KVMLIB_ARM64_PMU_COUNTERS)
		return KVMLIB__SETUP_REFUSE(function, BAD_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 2),
					    KVMLIB__VALUE(FLAGS, o->flags));
	r = kvmlib__setup_check_vcpus(vm, o->vcpus, o->nr_vcpus, function);
	if (!r)
		r = check_filters(o, function);
	if (!r)
		r = check_overflow(o, function);
	return r < 0 ? r : probe_pmu(o, function);
}

static int set_filter(struct kvmlib_vcpu *vcpu, const struct kvmlib_arm64_pmu_filter *filter,
		      const char *function)
{
	const struct kvm_pmu_event_filter value = {
		.base_event = filter->first,
		.nevents = filter->count,
		.action = (uint8_t)filter->action,
	};

	return kvmlib__vcpu_attr_set(vcpu, PMU, KVMLIB_ARM_VCPU_PMU_V3_FILTER, &value, function);
}

/* A filter holds for the PMU that is chosen, and ends the choice. */
static int set_of_vm(const struct kvmlib_arm64_pmu_opts *o, const char *function)
{
	struct kvmlib_vcpu *vcpu = o->vcpus[0];
	int r = 0;

	if (o->flags & KVMLIB_ARM64_PMU_CHOOSE)
		r = kvmlib__vcpu_attr_set(vcpu, PMU, KVMLIB_ARM_VCPU_PMU_V3_SET_PMU, &o->host_pmu,
					  function);
	if (!r && o->flags & KVMLIB_ARM64_PMU_COUNTERS)
		r = kvmlib__vcpu_attr_set(vcpu, PMU, KVMLIB_ARM_VCPU_PMU_V3_SET_NR_COUNTERS,
					  &o->nr_counters, function);
	for (size_t i = 0; !r && i < o->nr_filters; i++)
		r = set_filter(vcpu, &o->filters[i], function);
	return r;
}

static int set_of_vcpu(const struct kvmlib_arm64_pmu_opts *o, size_t i, const char *function)
{
	const uint32_t irq = kvmlib__is_ppi(o->irq) ? o->irq : o->irq + (uint32_t)i;
	int r = 0;

	if (o->irq)
		r = kvmlib__vcpu_attr_set(o->vcpus[i], PMU, KVMLIB_ARM_VCPU_PMU_V3_IRQ, &irq,
					  function);
	return r < 0 ? r
		     : kvmlib__vcpu_attr_set(o->vcpus[i], PMU, KVMLIB_ARM_VCPU_PMU_V3_INIT, NULL,
					     function);
}

int kvmlib_arm64_pmu_init(struct kvmlib_vm *vm, const struct kvmlib_arm64_pmu_opts *opts)
{
	struct kvmlib_arm64_pmu_opts o;
	int r;

	if (!vm || !opts)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	r = kvmlib__setup_opts(&o, sizeof(o), opts, __func__);
	if (!r)
		r = check_pmu(vm, &o, __func__);
	if (!r)
		r = set_of_vm(&o, __func__);
	for (size_t i = 0; !r && i < o.nr_vcpus; i++)
		r = set_of_vcpu(&o, i, __func__);
	return r;
}

#else

int kvmlib_arm64_pmu_init(struct kvmlib_vm *vm, const struct kvmlib_arm64_pmu_opts *opts)
{
	if (!vm || !opts)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

#endif
