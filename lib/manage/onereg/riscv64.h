/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__ONEREG_RISCV64_H
#define KVMLIB__ONEREG_RISCV64_H

/* Registers of riscv64's vCPUs, read and written on behalf of another function. All are of 64 bits. */

#include <kvmlib/kvmlib.h>

#include "../../core/handles.h"

/* Not another architecture's: there no call is made. */
#ifdef __riscv
#define KVMLIB__ON_RISCV64 true
#else
#define KVMLIB__ON_RISCV64 false
#endif

#define KVMLIB__RISCV64_REG(kind) \
	(KVMLIB_REG_RISCV | KVMLIB_REG_SIZE_U64 | (uint64_t)KVMLIB_REG_RISCV_##kind)

/* The timer's, in the order of struct kvm_riscv_timer. */
#define KVMLIB__RISCV64_TIMER_FREQUENCY (KVMLIB__RISCV64_REG(TIMER) | 0U)
#define KVMLIB__RISCV64_TIMER_TIME	(KVMLIB__RISCV64_REG(TIMER) | 1U)
#define KVMLIB__RISCV64_TIMER_COMPARE	(KVMLIB__RISCV64_REG(TIMER) | 2U)
#define KVMLIB__RISCV64_TIMER_STATE	(KVMLIB__RISCV64_REG(TIMER) | 3U)

static inline int kvmlib__riscv64_get(struct kvmlib_vcpu *vcpu, uint64_t id, uint64_t *ret_value,
				      const char *function)
{
	int r = kvmlib_vcpu_get_one_reg(vcpu, id, ret_value, sizeof(*ret_value));

	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

static inline int kvmlib__riscv64_set(struct kvmlib_vcpu *vcpu, uint64_t id, uint64_t value,
				      const char *function)
{
	int r = kvmlib_vcpu_set_one_reg(vcpu, id, &value, sizeof(value));

	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

#endif
