/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes of arm64's vCPUs, and the numbers of their interrupts. */
#ifndef KVMLIB__ARM64_ATTRS_H
#define KVMLIB__ARM64_ATTRS_H

#include <kvmlib/arm64_vcpu.h>

#include "setup.h"

#define KVMLIB__FIRST_PPI 16U
#define KVMLIB__LAST_PPI  31U
#define KVMLIB__FIRST_SPI 32U
#define KVMLIB__LAST_SPI  1019U
#define KVMLIB__NR_TIMERS 4U

static inline int kvmlib__vcpu_attr_amended(int r, const char *function)
{
	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

static inline int kvmlib__vcpu_attr_set(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr,
					const void *value, const char *function)
{
	return kvmlib__vcpu_attr_amended(kvmlib_vcpu_set_device_attr(vcpu, group, attr, value),
					 function);
}

static inline int kvmlib__vcpu_attr_probe(struct kvmlib_vcpu *vcpu, uint32_t group, uint64_t attr,
					  const char *function)
{
	return kvmlib__vcpu_attr_amended(kvmlib_vcpu_has_device_attr(vcpu, group, attr), function);
}

static inline bool kvmlib__is_ppi(uint32_t irq)
{
	return irq >= KVMLIB__FIRST_PPI && irq <= KVMLIB__LAST_PPI;
}

static inline int kvmlib__bad_irq(uint32_t irq, const char *function)
{
	return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(IRQ, irq));
}

/* The numbers of the timers' interrupts, in the order of their attributes; 0: there is no such timer. */
int kvmlib__arm64_timers(struct kvmlib_vcpu *vcpu, uint32_t irqs[KVMLIB__NR_TIMERS],
			 const char *function);

#endif
