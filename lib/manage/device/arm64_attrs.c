/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What arm64's vCPUs are told of their surroundings: PMU, stolen time, and the numbers of interrupts. */

#include <kvmlib/arm64_vcpu.h>

#define KVMLIB__STRUCTS "uapi_structs_arm64.h"
#include "setup.h"

_Static_assert(sizeof(struct kvmlib_arm64_pmu_filter) == 8, "no padding");
_Static_assert(sizeof(struct kvmlib_arm64_pmu_opts) == 3 * sizeof(size_t) + 2 * sizeof(void *) + 16,
	       "no padding");
_Static_assert(sizeof(struct kvmlib_arm64_pvtime_opts) == 2 * sizeof(size_t) + sizeof(void *) + 8,
	       "no padding");
_Static_assert(sizeof(struct kvmlib_arm64_timer_irqs) == 16, "no padding");

#ifdef __aarch64__

#define FIRST_PPI 16U
#define LAST_PPI  31U
#define FIRST_SPI 32U
#define LAST_SPI  1019U
#define MAX_VCPU  4095U
#define NR_EVENTS 0x10000U
#define NR_TIMERS 4U
#define NOWHERE	  UINT64_MAX /* what KVM has for a record's address before it is set */

#define PMU    KVMLIB_ARM_VCPU_PMU_V3_CTRL
#define TIMER  KVMLIB_ARM_VCPU_TIMER_CTRL
#define PVTIME KVMLIB_ARM_VCPU_PVTIME_CTRL

static int amended(int r, const char *function)
{
	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

static int set(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr, const void *value,
	       const char *function)
{
	return amended(kvmlib_vcpu_set_device_attr(vcpu, group, attr, value), function);
}

static int probe(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr, const char *function)
{
	return amended(kvmlib_vcpu_has_device_attr(vcpu, group, attr), function);
}

static bool is_ppi(uint32_t irq)
{
	return irq >= FIRST_PPI && irq <= LAST_PPI;
}

static int bad_irq(uint32_t irq, const char *function)
{
	return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(IRQ, irq));
}

/* Timers. The attributes count as the members do. */

static int get_timers(struct kvmlib_vcpu *vcpu, uint32_t irqs[NR_TIMERS], const char *function)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r = 0;

	for (uint32_t i = 0; !r && i < NR_TIMERS; i++) {
		irqs[i] = 0;
		r = kvmlib_vcpu_get_device_attr(vcpu, TIMER, i, &irqs[i]);
		if (r == -ENXIO && i >= KVMLIB_ARM_VCPU_TIMER_IRQ_HVTIMER) {
			kvmlib__error_restore(&before);
			r = 0;
		}
	}
	return amended(r, function);
}

int kvmlib_arm64_timer_irqs_get(struct kvmlib_vcpu *vcpu, struct kvmlib_arm64_timer_irqs *ret_irqs)
{
	uint32_t irqs[NR_TIMERS];
	int r;

	if (!vcpu || !ret_irqs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = get_timers(vcpu, irqs, __func__);
	if (r < 0)
		return r;
	*ret_irqs = (struct kvmlib_arm64_timer_irqs){ irqs[0], irqs[1], irqs[2], irqs[3] };
	return 0;
}

/* Those that are as they were only count where a guest has them for sure: not those of EL2. */
static bool counts(const uint32_t wanted[NR_TIMERS], uint32_t i)
{
	return wanted[i] || i < KVMLIB_ARM_VCPU_TIMER_IRQ_HVTIMER;
}

static int check_timers(const uint32_t wanted[NR_TIMERS], const uint32_t now[NR_TIMERS],
			const char *function)
{
	for (uint32_t i = 0; i < NR_TIMERS; i++) {
		const uint32_t irq = wanted[i] ? wanted[i] : now[i];

		if (wanted[i] && !is_ppi(irq))
			return bad_irq(irq, function);
		for (uint32_t j = 0; counts(wanted, i) && j < i; j++)
			if (counts(wanted, j) && irq == (wanted[j] ? wanted[j] : now[j]))
				return bad_irq(irq, function);
	}
	return 0;
}

int kvmlib_arm64_timer_irqs_set(struct kvmlib_vcpu *vcpu,
				const struct kvmlib_arm64_timer_irqs *irqs)
{
	uint32_t now[NR_TIMERS];
	int r;

	if (!vcpu || !irqs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	const uint32_t wanted[] = { irqs->vtimer, irqs->ptimer, irqs->hvtimer, irqs->hptimer };

	r = get_timers(vcpu, now, __func__);
	if (!r)
		r = check_timers(wanted, now, __func__);
	for (uint32_t i = 0; !r && i < NR_TIMERS; i++)
		if (wanted[i])
			r = probe(vcpu, TIMER, i, __func__);
	for (uint32_t i = 0; !r && i < NR_TIMERS; i++)
		if (wanted[i])
			r = set(vcpu, TIMER, i, &wanted[i], __func__);
	return r;
}

/* PMU */

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
	uint32_t timers[NR_TIMERS];
	int r;

	if (!o->irq)
		return 0;
	if (!is_ppi(o->irq))
		return o->irq >= FIRST_SPI && o->irq <= LAST_SPI &&
				       o->nr_vcpus <= LAST_SPI - o->irq + 1
			       ? 0
			       : bad_irq(o->irq, function);
	r = get_timers(o->vcpus[0], timers, function);
	if (r < 0)
		return r;
	return o->irq == timers[KVMLIB_ARM_VCPU_TIMER_IRQ_VTIMER] ||
			       o->irq == timers[KVMLIB_ARM_VCPU_TIMER_IRQ_PTIMER]
		       ? bad_irq(o->irq, function)
		       : 0;
}

/* The VM's are asked of its first vCPU, those of all vCPUs of each. */
static int probe_pmu(const struct kvmlib_arm64_pmu_opts *o, const char *function)
{
	int r = 0;

	for (size_t i = 0; !r && i < o->nr_vcpus; i++)
		r = probe(o->vcpus[i], PMU, KVMLIB_ARM_VCPU_PMU_V3_INIT, function);
	if (!r && o->flags & KVMLIB_ARM64_PMU_CHOOSE)
		r = probe(o->vcpus[0], PMU, KVMLIB_ARM_VCPU_PMU_V3_SET_PMU, function);
	if (!r && o->flags & KVMLIB_ARM64_PMU_COUNTERS)
		r = probe(o->vcpus[0], PMU, KVMLIB_ARM_VCPU_PMU_V3_SET_NR_COUNTERS, function);
	if (!r && o->nr_filters)
		r = probe(o->vcpus[0], PMU, KVMLIB_ARM_VCPU_PMU_V3_FILTER, function);
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

	return set(vcpu, PMU, KVMLIB_ARM_VCPU_PMU_V3_FILTER, &value, function);
}

/* A filter holds for the PMU that is chosen, and ends the choice. */
static int set_of_vm(const struct kvmlib_arm64_pmu_opts *o, const char *function)
{
	struct kvmlib_vcpu *vcpu = o->vcpus[0];
	int r = 0;

	if (o->flags & KVMLIB_ARM64_PMU_CHOOSE)
		r = set(vcpu, PMU, KVMLIB_ARM_VCPU_PMU_V3_SET_PMU, &o->host_pmu, function);
	if (!r && o->flags & KVMLIB_ARM64_PMU_COUNTERS)
		r = set(vcpu, PMU, KVMLIB_ARM_VCPU_PMU_V3_SET_NR_COUNTERS, &o->nr_counters,
			function);
	for (size_t i = 0; !r && i < o->nr_filters; i++)
		r = set_filter(vcpu, &o->filters[i], function);
	return r;
}

static int set_of_vcpu(const struct kvmlib_arm64_pmu_opts *o, size_t i, const char *function)
{
	const uint32_t irq = is_ppi(o->irq) ? o->irq : o->irq + (uint32_t)i;
	int r = 0;

	if (o->irq)
		r = set(o->vcpus[i], PMU, KVMLIB_ARM_VCPU_PMU_V3_IRQ, &irq, function);
	return r < 0 ? r : set(o->vcpus[i], PMU, KVMLIB_ARM_VCPU_PMU_V3_INIT, NULL, function);
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

/* Stolen time */

static int check_record(struct kvmlib_vcpu *vcpu, const char *function)
{
	uint64_t now;
	int r = amended(
		kvmlib_vcpu_get_device_attr_u64(vcpu, PVTIME, KVMLIB_ARM_VCPU_PVTIME_IPA, &now),
		function);

	if (r < 0 || now == NOWHERE)
		return r;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_ADDRESS_ALREADY_SET,
		.errnum = -EEXIST,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(GPA, now)) });
}

static int check_pvtime(const struct kvmlib_vm *vm, const struct kvmlib_arm64_pvtime_opts *o,
			const char *function)
{
	int r = kvmlib__setup_check_vcpus(vm, o->vcpus, o->nr_vcpus, function);

	if (r < 0)
		return r;
	if (o->gpa % KVMLIB_ARM64_PVTIME_SIZE ||
	    o->nr_vcpus > (UINT64_MAX - o->gpa) / KVMLIB_ARM64_PVTIME_SIZE)
		return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(GPA, o->gpa));
	for (size_t i = 0; !r && i < o->nr_vcpus; i++)
		r = check_record(o->vcpus[i], function);
	return r;
}

int kvmlib_arm64_pvtime_set(struct kvmlib_vm *vm, const struct kvmlib_arm64_pvtime_opts *opts)
{
	struct kvmlib_arm64_pvtime_opts o;
	int r;

	if (!vm || !opts)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	r = kvmlib__setup_opts(&o, sizeof(o), opts, __func__);
	if (!r)
		r = check_pvtime(vm, &o, __func__);
	for (size_t i = 0; !r && i < o.nr_vcpus; i++) {
		const uint64_t gpa = o.gpa + i * KVMLIB_ARM64_PVTIME_SIZE;

		r = set(o.vcpus[i], PVTIME, KVMLIB_ARM_VCPU_PVTIME_IPA, &gpa, __func__);
	}
	return r;
}

/* Lines */

static const struct {
	uint32_t max_vcpu, first, last;
} lines[] = {
	[KVMLIB_ARM_IRQ_TYPE_CPU] = { MAX_VCPU, KVMLIB_ARM_IRQ_CPU_IRQ, KVMLIB_ARM_IRQ_CPU_FIQ },
	[KVMLIB_ARM_IRQ_TYPE_SPI] = { 0, FIRST_SPI, LAST_SPI },
	[KVMLIB_ARM_IRQ_TYPE_PPI] = { MAX_VCPU, FIRST_PPI, LAST_PPI },
};

/* The argument that can't be; 0: all can. */
static uint32_t odd_of_line(uint32_t type, uint32_t vcpu, uint32_t number)
{
	if (type >= sizeof(lines) / sizeof(lines[0]))
		return 1;
	if (vcpu > lines[type].max_vcpu)
		return 2;
	return number < lines[type].first || number > lines[type].last ? 3 : 0;
}

int kvmlib_arm64_irq(uint32_t type, uint32_t vcpu, uint32_t number, uint32_t *ret_irq)
{
	const uint32_t odd = odd_of_line(type, vcpu, number);

	if (!ret_irq)
		return KVMLIB__NULL_ARGUMENT(4);
	if (odd)
		return KVMLIB__REFUSE(-EINVAL, IRQ_LINE_RANGE, odd);
	*ret_irq = vcpu / (KVMLIB_ARM_IRQ_VCPU_MASK + 1) << KVMLIB_ARM_IRQ_VCPU2_SHIFT |
		   type << KVMLIB_ARM_IRQ_TYPE_SHIFT |
		   (vcpu & KVMLIB_ARM_IRQ_VCPU_MASK) << KVMLIB_ARM_IRQ_VCPU_SHIFT | number;
	return 0;
}

#else

int kvmlib_arm64_timer_irqs_get(struct kvmlib_vcpu *vcpu, struct kvmlib_arm64_timer_irqs *ret_irqs)
{
	if (!vcpu || !ret_irqs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_timer_irqs_set(struct kvmlib_vcpu *vcpu,
				const struct kvmlib_arm64_timer_irqs *irqs)
{
	if (!vcpu || !irqs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_pmu_init(struct kvmlib_vm *vm, const struct kvmlib_arm64_pmu_opts *opts)
{
	if (!vm || !opts)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_pvtime_set(struct kvmlib_vm *vm, const struct kvmlib_arm64_pvtime_opts *opts)
{
	if (!vm || !opts)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_irq(uint32_t type, uint32_t vcpu, uint32_t number, uint32_t *ret_irq)
{
	(void)type;
	(void)vcpu;
	(void)number;
	if (!ret_irq)
		return KVMLIB__NULL_ARGUMENT(4);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

#endif
