/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interrupts of arm64's timers. */
#include "arm64_attrs.h"

_Static_assert(sizeof(struct kvmlib_arm64_timer_irqs) == 16, "no padding");

#ifdef __aarch64__

#define TIMER KVMLIB_ARM_VCPU_TIMER_CTRL

/* The attributes count as the members do. */
int kvmlib__arm64_timers(struct kvmlib_vcpu *vcpu, uint32_t irqs[KVMLIB__NR_TIMERS],
			 const char *function)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r = 0;

	for (uint32_t i = 0; !r && i < KVMLIB__NR_TIMERS; i++) {
		irqs[i] = 0;
		r = kvmlib_vcpu_get_device_attr(vcpu, TIMER, i, &irqs[i]);
		if (r == -ENXIO && i >= KVMLIB_ARM_VCPU_TIMER_IRQ_HVTIMER) {
			kvmlib__error_restore(&before);
			r = 0;
		}
	}
	return kvmlib__vcpu_attr_amended(r, function);
}

int kvmlib_arm64_timer_irqs_get(struct kvmlib_vcpu *vcpu, struct kvmlib_arm64_timer_irqs *ret_irqs)
{
	uint32_t irqs[KVMLIB__NR_TIMERS];
	int r;

	if (!vcpu || !ret_irqs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = kvmlib__arm64_timers(vcpu, irqs, __func__);
	if (r < 0)
		return r;
	*ret_irqs = (struct kvmlib_arm64_timer_irqs){ irqs[0], irqs[1], irqs[2], irqs[3] };
	return 0;
}

/* Those that are as they were only count where a guest has them for sure: not those of EL2. */
static bool counts(const uint32_t wanted[KVMLIB__NR_TIMERS], uint32_t i)
{
	return wanted[i] || i < KVMLIB_ARM_VCPU_TIMER_IRQ_HVTIMER;
}

static int check_timers(const uint32_t wanted[KVMLIB__NR_TIMERS],
			const uint32_t now[KVMLIB__NR_TIMERS], const char *function)
{
	for (uint32_t i = 0; i < KVMLIB__NR_TIMERS; i++) {
		const uint32_t irq = wanted[i] ? wanted[i] : now[i];

		if (wanted[i] && !kvmlib__is_ppi(irq))
			return kvmlib__bad_irq(irq, function);
		for (uint32_t j = 0; counts(wanted, i) && j < i; j++)
			if (counts(wanted, j) && irq == (wanted[j] ? wanted[j] : now[j]))
				return kvmlib__bad_irq(irq, function);
	}
	return 0;
}

int kvmlib_arm64_timer_irqs_set(struct kvmlib_vcpu *vcpu,
				const struct kvmlib_arm64_timer_irqs *irqs)
{
	uint32_t now[KVMLIB__NR_TIMERS];
	int r;

	if (!vcpu || !irqs)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	const uint32_t wanted[] = { irqs->vtimer, irqs->ptimer, irqs->hvtimer, irqs->hptimer };

	r = kvmlib__arm64_timers(vcpu, now, __func__);
	if (!r)
		r = check_timers(wanted, now, __func__);
	for (uint32_t i = 0; !r && i < KVMLIB__NR_TIMERS; i++)
		if (wanted[i])
			r = kvmlib__vcpu_attr_probe(vcpu, TIMER, i, __func__);
	for (uint32_t i = 0; !r && i < KVMLIB__NR_TIMERS; i++)
		if (wanted[i])
			r = kvmlib__vcpu_attr_set(vcpu, TIMER, i, &wanted[i], __func__);
	return r;
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

#endif
