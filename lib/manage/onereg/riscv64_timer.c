/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The timer of riscv64's vCPUs, and where their guests are told of stolen time. */
#include <kvmlib/riscv64_vcpu.h>

#include "riscv64.h"

#define STA_ALIGNMENT 64U /* by the SBI */

/* Of 64 bits the first register has all. */
#define STA_SHMEM (KVMLIB__RISCV64_REG(SBI_STATE) | KVMLIB_REG_RISCV_SBI_STA)

_Static_assert(sizeof(struct kvmlib_riscv64_timer) == 32, "no padding");

static int get_timer(struct kvmlib_vcpu *vcpu, struct kvmlib_riscv64_timer *timer,
		     const char *function)
{
	uint64_t state = 0;
	int r = kvmlib__riscv64_get(vcpu, KVMLIB__RISCV64_TIMER_FREQUENCY, &timer->frequency,
				    function);

	if (!r)
		r = kvmlib__riscv64_get(vcpu, KVMLIB__RISCV64_TIMER_COMPARE, &timer->compare,
					function);
	if (!r)
		r = kvmlib__riscv64_get(vcpu, KVMLIB__RISCV64_TIMER_STATE, &state, function);
	if (!r)
		r = kvmlib__riscv64_get(vcpu, KVMLIB__RISCV64_TIMER_TIME, &timer->time, function);
	timer->state = (uint32_t)state;
	return r;
}

int kvmlib_riscv64_timer_get(struct kvmlib_vcpu *vcpu, struct kvmlib_riscv64_timer *ret_timer)
{
	struct kvmlib_riscv64_timer timer = { .time = 0 };
	int r;

	if (!vcpu || !ret_timer)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	if (!KVMLIB__ON_RISCV64)
		return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
	r = get_timer(vcpu, &timer, __func__);
	if (!r)
		*ret_timer = timer;
	return r;
}

/*
 * KVM refuses to switch off what is off. Where it switches one on, it lets it go off at 1, whatever it was
 * told before.
 */
static int put_timer(struct kvmlib_vcpu *vcpu, const struct kvmlib_riscv64_timer *timer,
		     uint32_t state, const char *function)
{
	int r = kvmlib__riscv64_set(vcpu, KVMLIB__RISCV64_TIMER_TIME, timer->time, function);

	if (!r && timer->state != state)
		r = kvmlib__riscv64_set(vcpu, KVMLIB__RISCV64_TIMER_STATE, timer->state, function);
	return r ? r
		 : kvmlib__riscv64_set(vcpu, KVMLIB__RISCV64_TIMER_COMPARE, timer->compare,
				       function);
}

static void put_back(struct kvmlib_vcpu *vcpu, const struct kvmlib_riscv64_timer *before)
{
	const struct kvmlib__record first = kvmlib__error_save();
	struct kvmlib_riscv64_timer now;

	if (!get_timer(vcpu, &now, __func__))
		put_timer(vcpu, before, now.state, __func__);
	kvmlib__error_restore(&first);
}

static int refuse_frequency(const struct kvmlib_riscv64_timer *timer, uint64_t here)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = "kvmlib_riscv64_timer_set",
		.cause = KVMLIB_CAUSE_TIMER_FREQUENCY,
		.errnum = -EINVAL,
		KVMLIB__VALUES(KVMLIB__VALUE(SAVED, timer->frequency),
			       KVMLIB__VALUE(HERE, here)) });
}

int kvmlib_riscv64_timer_set(struct kvmlib_vcpu *vcpu, const struct kvmlib_riscv64_timer *timer)
{
	struct kvmlib_riscv64_timer before;
	int r;

	if (!vcpu || !timer)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	if (!KVMLIB__ON_RISCV64)
		return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
	if (timer->state > KVMLIB_RISCV_TIMER_STATE_ON || timer->reserved)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	r = get_timer(vcpu, &before, __func__);
	if (r < 0)
		return r;
	if (timer->frequency != before.frequency)
		return refuse_frequency(timer, before.frequency);
	r = put_timer(vcpu, timer, before.state, __func__);
	if (r < 0)
		put_back(vcpu, &before);
	return r;
}

/* Stolen time */

static int sta_failed(int r)
{
	if (r == -EINVAL || r == -ENOENT)
		kvmlib__error_found(KVMLIB_CAUSE_EXTENSION_OFF);
	return r;
}

int kvmlib_riscv64_sta_get(struct kvmlib_vcpu *vcpu, uint64_t *ret_gpa)
{
	if (!vcpu || !ret_gpa)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	if (!KVMLIB__ON_RISCV64)
		return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
	return sta_failed(kvmlib__riscv64_get(vcpu, STA_SHMEM, ret_gpa, __func__));
}

int kvmlib_riscv64_sta_set(struct kvmlib_vcpu *vcpu, uint64_t gpa)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	if (!KVMLIB__ON_RISCV64)
		return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
	if (gpa != KVMLIB_RISCV64_STA_NONE && gpa % STA_ALIGNMENT)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	return sta_failed(kvmlib__riscv64_set(vcpu, STA_SHMEM, gpa, __func__));
}
