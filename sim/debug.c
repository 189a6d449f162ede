/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debugging the guest: what is asked for is checked; nothing comes of it but an exception. */
#include "internal.h"

#ifdef KVM_SET_GUEST_DEBUG

#if defined(__x86_64__)
#define INJECTS (KVMLIB_GUESTDBG_INJECT_DB | KVMLIB_GUESTDBG_INJECT_BP)

static int check_control(struct sim_vcpu *vcpu, uint32_t control)
{
	if (!(control & INJECTS))
		return 0;
	if (vcpu->exception_pending)
		return REFUSE(DEBUG_PENDING);
	vcpu->exception_pending = true;
	return 0;
}
#else
#if defined(__aarch64__)
#define CONTROLS                                                                           \
	(KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_SINGLESTEP | KVMLIB_GUESTDBG_USE_SW_BP | \
	 KVMLIB_GUESTDBG_USE_HW)
#elif defined(__s390x__)
#define CONTROLS (KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_SINGLESTEP | KVMLIB_GUESTDBG_USE_HW_BP)
#elif defined(__loongarch__)
#define CONTROLS (KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_SINGLESTEP | KVMLIB_GUESTDBG_USE_SW_BP)
#else
#define CONTROLS UINT32_MAX /* what is unknown is ignored */
#endif

static int check_control(struct sim_vcpu *vcpu, uint32_t control)
{
	(void)vcpu;
	return control & ~CONTROLS ? REFUSE(DEBUG_CONTROL) : 0;
}
#endif

int kvmlib__sim_set_guest_debug(const struct sim_call *call)
{
	struct kvm_guest_debug debug;
	int r = kvmlib__sim_copy_from_user(&debug, call->arg, sizeof(debug));

	return r < 0 ? r : check_control(call->vcpu, debug.control);
}

#else
/* A file must not be empty. */
typedef int kvmlib__sim_no_debug;
#endif
