/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The multiprocessing state of vCPUs. */
#include "row.h"

#if defined(__x86_64__)

static uint32_t state_of(const struct world *w)
{
	struct kvm_mp_state state = { .mp_state = ~0U };
	int r = call_with(w, w->vcpu, KVM_GET_MP_STATE, &state);

	return r < 0 ? ~0U : state.mp_state;
}

static const char *state_is(const struct world *w, uint32_t wanted)
{
	return state_of(w) == wanted ? NULL : "another state";
}

static const char *is_runnable(struct world *w)
{
	return state_is(w, KVMLIB_MP_STATE_RUNNABLE);
}

static const char *is_uninitialized(struct world *w)
{
	return state_is(w, KVMLIB_MP_STATE_UNINITIALIZED);
}

static const char *is_halted(struct world *w)
{
	return state_is(w, KVMLIB_MP_STATE_HALTED);
}

static const char *waits_for_sipi(struct world *w)
{
	return state_is(w, KVMLIB_MP_STATE_INIT_RECEIVED);
}

/* Whether the kernel wrote it to the argument. */
static const char *runnable_is_told(struct world *w)
{
	const struct kvm_mp_state *state = (const struct kvm_mp_state *)w->arg;

	return state->mp_state == KVMLIB_MP_STATE_RUNNABLE ? NULL : "another state";
}

/* Another vCPU instead of the level's. */
static int vcpu_1(struct world *w)
{
	int r = call(w, w->vm, KVM_CREATE_VCPU, 1);

	if (r < 0)
		return r;
	close_fd(w, w->vcpu);
	w->vcpu = r;
	return 0;
}

static void *state(const struct world *w, uint32_t number)
{
	return IN(struct kvm_mp_state, .mp_state = number);
}

#define SET(on, text, name, ...) \
	ROW(on, KVM_SET_MP_STATE, text, state(w, KVMLIB_MP_STATE_##name), __VA_ARGS__)

static void alone_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_MP_STATE, "runnable at first", IN(struct kvm_mp_state, .mp_state = 9),
	    OK, .verify = runnable_is_told);
	ROW(ON_VCPU, KVM_GET_MP_STATE, "runnable, the second one too, without irqchip",
	    IN(struct kvm_mp_state, .mp_state = 9), OK, .before = vcpu_1,
	    .verify = runnable_is_told);
	ROW(ON_VCPU, KVM_GET_MP_STATE, "an argument that can't be written", w->hole,
	    REFUSED(EFAULT, UNWRITABLE));
	ROW(ON_VCPU, KVM_SET_MP_STATE, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	SET(ON_VCPU, "runnable", RUNNABLE, OK);
	SET(ON_VCPU, "uninitialized, without irqchip", UNINITIALIZED, REFUSED(EINVAL, MP_STATE));
	SET(ON_VCPU, "halted, without irqchip", HALTED, REFUSED(EINVAL, MP_STATE));
	SET(ON_VCPU, "INIT received, without irqchip", INIT_RECEIVED, REFUSED(EINVAL, MP_STATE));
	SET(ON_VCPU, "SIPI received, without irqchip", SIPI_RECEIVED, REFUSED(EINVAL, MP_STATE));
	SET(ON_VCPU, "AP reset hold, without irqchip", AP_RESET_HOLD, REFUSED(EINVAL, MP_STATE));
	SET(ON_VCPU, "an s390 state, without irqchip", OPERATING, REFUSED(EINVAL, MP_STATE));
}

static void apic_rows(struct world *w)
{
	ROW(ON_IRQCHIP_VCPU, KVM_GET_MP_STATE, "runnable, the first one",
	    IN(struct kvm_mp_state, .mp_state = 9), OK, .verify = runnable_is_told);
	ROW(ON_IRQCHIP_VCPU, KVM_GET_MP_STATE, "uninitialized, the second one",
	    OUT(struct kvm_mp_state), OK, .before = vcpu_1, .verify = is_uninitialized);
	SET(ON_IRQCHIP_VCPU, "runnable", RUNNABLE, OK, .before = vcpu_1, .verify = is_runnable);
	SET(ON_IRQCHIP_VCPU, "halted", HALTED, OK, .verify = is_halted);
	SET(ON_IRQCHIP_VCPU, "uninitialized", UNINITIALIZED, OK, .verify = is_uninitialized);
	SET(ON_IRQCHIP_VCPU, "INIT received", INIT_RECEIVED, OK, .verify = waits_for_sipi);
	SET(ON_IRQCHIP_VCPU, "SIPI received, which wakes it", SIPI_RECEIVED, OK, .before = vcpu_1,
	    .verify = is_runnable);
	SET(ON_IRQCHIP_VCPU, "AP reset hold", AP_RESET_HOLD, OK);
	SET(ON_IRQCHIP_VCPU, "an s390 state", OPERATING, REFUSED(EINVAL, MP_STATE));
	ROW(ON_IRQCHIP_VCPU, KVM_SET_MP_STATE, "a number that is no state", state(w, 11),
	    REFUSED(EINVAL, MP_STATE));
	ROW(ON_IRQCHIP_VCPU, KVM_SET_MP_STATE, "the last number of all", state(w, ~0U),
	    REFUSED(EINVAL, MP_STATE));
}

void vcpu_rows(struct world *w)
{
	alone_rows(w);
	apic_rows(w);
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void vcpu_rows(struct world *w)
{
	(void)w;
}

#endif
