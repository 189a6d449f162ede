/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The numbers of arm64's interrupt lines. */
#include "arm64_attrs.h"

#ifdef __aarch64__

#define MAX_VCPU 4095U

static const struct {
	uint32_t max_vcpu, first, last;
} lines[] = {
	[KVMLIB_ARM_IRQ_TYPE_CPU] = { MAX_VCPU, KVMLIB_ARM_IRQ_CPU_IRQ, KVMLIB_ARM_IRQ_CPU_FIQ },
	[KVMLIB_ARM_IRQ_TYPE_SPI] = { 0, KVMLIB__FIRST_SPI, KVMLIB__LAST_SPI },
	[KVMLIB_ARM_IRQ_TYPE_PPI] = { MAX_VCPU, KVMLIB__FIRST_PPI, KVMLIB__LAST_PPI },
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
