/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a start-up IPI does, for programs whose local APICs are their own. */
#include "control.h"

#include <errno.h>

#include <kvmlib/uapi_flags.h>
#include <kvmlib/vcpu.h>

#if defined(__x86_64__)

struct start {
	uint8_t vector;
	struct kvmlib__record record; /* of the failure, which is on the vCPU's thread */
};

static int put(struct kvmlib_vcpu *vcpu, const struct kvm_sregs *sregs, const struct kvm_regs *regs)
{
	int r = kvmlib_vcpu_set_sregs(vcpu, sregs);

	return r < 0 ? r : kvmlib_vcpu_set_regs(vcpu, regs);
}

/* What was there comes back if not all can be done; the record tells why. */
static int start_at(struct kvmlib_vcpu *vcpu, uint8_t vector, const struct kvm_sregs *sregs,
		    const struct kvm_regs *regs)
{
	struct kvm_sregs new_sregs = *sregs;
	struct kvm_regs new_regs = *regs;
	struct kvmlib__record record;
	int r;

	new_sregs.cs.selector = (uint16_t)(vector << 8);
	new_sregs.cs.base = (uint64_t)vector << 12;
	new_regs.rip = 0;
	r = put(vcpu, &new_sregs, &new_regs);
	if (!r)
		r = kvmlib_vcpu_set_mp_state(vcpu, KVMLIB_MP_STATE_RUNNABLE);
	if (!r)
		return 0;
	record = kvmlib__error_save();
	put(vcpu, sregs, regs);
	kvmlib__error_restore(&record);
	return r;
}

/* On the vCPU's thread. */
static int start_here(struct kvmlib_vcpu *vcpu, void *userdata)
{
	struct start *start = userdata;
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	int r = kvmlib_vcpu_get_sregs(vcpu, &sregs);

	if (!r)
		r = kvmlib_vcpu_get_regs(vcpu, &regs);
	if (!r)
		r = start_at(vcpu, start->vector, &sregs, &regs);
	if (r < 0)
		start->record = kvmlib__error_save();
	return r;
}

int kvmlib_control_start_ap(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			    uint8_t vector, uint64_t timeout)
{
	struct start start = { .vector = vector };
	int result = 0;
	int r;

	if (!control || !vcpu)
		return KVMLIB__NULL_ARGUMENT(control ? 2 : 1);
	r = kvmlib_control_call(control, vcpu, start_here, &start, timeout, &result);
	if (!r && result < 0) {
		r = result;
		kvmlib__error_restore(&start.record);
	}
	if (r < 0)
		kvmlib__error_amend(__func__, NULL);
	return r;
}

#else

int kvmlib_control_start_ap(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			    uint8_t vector, uint64_t timeout)
{
	(void)vector, (void)timeout;
	if (!control || !vcpu)
		return KVMLIB__NULL_ARGUMENT(control ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

#endif
