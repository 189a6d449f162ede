/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a vCPU is told to stop at. */
#include "debug.h"

#include <errno.h>

#define FLAGS (KVMLIB_DEBUG_STEP | KVMLIB_DEBUG_BLOCK_IRQS | KVMLIB_DEBUG_PASS_ON)

#if defined(__x86_64__)

#define DR7_ALWAYS_ONE 0x400U

/* Debug registers */

/* How DR7 has it: 0 execution, 1 writes, 3 accesses; and the length less one, but 2 for 8 bytes. */
static uint64_t condition(const struct kvmlib__point *point)
{
	const uint64_t length = point->length == 8 ? 2 : point->length - 1;

	if (point->kind == KVMLIB_DEBUG_HARDWARE)
		return 0;
	return length << 2 | (point->kind == KVMLIB_DEBUG_WRITES ? 1U : 3U);
}

/* All but the breakpoint where the vCPU is to step; KVM does not step over it. */
static void fill_registers(const struct kvmlib_debug *debug, struct kvm_guest_debug *args,
			   const uint64_t *step_at)
{
	uint64_t *registers = args->arch.debugreg;

	for (const struct kvmlib__point *point = debug->points; point; point = point->next) {
		if (point->kind == KVMLIB_DEBUG_SOFTWARE ||
		    (step_at && point->kind == KVMLIB_DEBUG_HARDWARE && point->address == *step_at))
			continue;
		args->control |= KVMLIB_GUESTDBG_USE_HW_BP;
		registers[point->number] = point->address;
		registers[7] |= DR7_ALWAYS_ONE | 1U << (2 * point->number) |
				condition(point) << (16 + 4 * point->number);
	}
}

/* Stepping */

/* Where the vCPU is, as a linear address; KVM reckons it in the same way. */
static int read_pc(struct kvmlib_vcpu *vcpu, uint64_t *ret_pc)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	int r = kvmlib_vcpu_get_regs(vcpu, &regs);

	if (r >= 0)
		r = kvmlib_vcpu_get_sregs(vcpu, &sregs);
	if (r < 0)
		return r;
	*ret_pc = sregs.cs.l ? regs.rip : (uint32_t)(sregs.cs.base + regs.rip);
	return 0;
}

static int prepare(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint32_t flags,
		   struct kvm_guest_debug *args, const char *function)
{
	const bool steps = flags & KVMLIB_DEBUG_STEP && debug->points;
	uint64_t pc = 0;
	int r = steps ? read_pc(vcpu, &pc) : 0;

	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	fill_registers(debug, args, steps ? &pc : NULL);
	return steps ? kvmlib__step_lift(debug, vcpu, pc, function) : 0;
}

/* Passing on */

static int pass_on(struct kvmlib_vcpu *vcpu, struct kvm_guest_debug *args, const char *function)
{
	struct kvmlib_exit_debug exit;
	int r = kvmlib_vcpu_exit_debug(vcpu, &exit);

	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	args->control |= exit.exception == KVMLIB__BREAKPOINT ? KVMLIB_GUESTDBG_INJECT_BP
							      : KVMLIB_GUESTDBG_INJECT_DB;
	return 0;
}

static int take_flags(struct kvmlib_vcpu *vcpu, uint32_t flags, struct kvm_guest_debug *args,
		      const char *function)
{
	if (flags & KVMLIB_DEBUG_STEP)
		args->control |= KVMLIB_GUESTDBG_SINGLESTEP;
	if (flags & KVMLIB_DEBUG_BLOCK_IRQS) {
		int mask = kvmlib__vm_ask(vcpu->vm, KVMLIB_CAP_SET_GUEST_DEBUG2);

		if (mask < 0 || !((uint32_t)mask & KVMLIB_GUESTDBG_BLOCKIRQ))
			return kvmlib__cap_missing(KVMLIB_CAP_SET_GUEST_DEBUG2, function);
		args->control |= KVMLIB_GUESTDBG_BLOCKIRQ;
	}
	return flags & KVMLIB_DEBUG_PASS_ON ? pass_on(vcpu, args, function) : 0;
}

/* Telling KVM */

static int tell(struct kvmlib_vcpu *vcpu, const struct kvm_guest_debug *args, const char *function)
{
	int r = kvmlib_vcpu_set_guest_debug(vcpu, args);

	if (r < 0)
		kvmlib__error_amend(function, NULL);
	return r;
}

/* The breakpoint that it was stepped past before is in its place again, whatever comes of this. */
static int arm(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint32_t flags,
	       struct kvm_guest_debug *args, const char *function)
{
	int r;

	kvmlib__step_put_back(debug, vcpu);
	r = prepare(debug, vcpu, flags, args, function);
	if (r >= 0)
		r = tell(vcpu, args, function);
	if (r < 0)
		kvmlib__step_put_back(debug, vcpu);
	return r;
}

static bool is_usable(uint32_t flags)
{
	return !(flags & ~FLAGS) &&
	       (!(flags & KVMLIB_DEBUG_BLOCK_IRQS) || flags & KVMLIB_DEBUG_STEP);
}

int kvmlib_debug_arm(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint32_t flags)
{
	struct kvm_guest_debug args = { .control = KVMLIB_GUESTDBG_ENABLE |
						   KVMLIB_GUESTDBG_USE_SW_BP };
	int r;

	if (!debug || !vcpu)
		return KVMLIB__NULL_ARGUMENT(debug ? 2 : 1);
	KVMLIB__REFUSE_FORKED(debug->vm);
	if (vcpu->vm != debug->vm)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	if (!is_usable(flags))
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 3);
	r = take_flags(vcpu, flags, &args, __func__);
	if (r < 0)
		return r;
	pthread_mutex_lock(&debug->lock);
	r = arm(debug, vcpu, flags, &args, __func__);
	pthread_mutex_unlock(&debug->lock);
	return r;
}

static bool has_software_points(const struct kvmlib_debug *debug)
{
	const struct kvmlib__point *point = debug->points;

	while (point && point->kind != KVMLIB_DEBUG_SOFTWARE)
		point = point->next;
	return point;
}

int kvmlib_debug_disarm(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu)
{
	const struct kvm_guest_debug off = { .control = 0 };
	int r;

	if (!debug || !vcpu)
		return KVMLIB__NULL_ARGUMENT(debug ? 2 : 1);
	KVMLIB__REFUSE_FORKED(debug->vm);
	if (vcpu->vm != debug->vm)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	pthread_mutex_lock(&debug->lock);
	r = has_software_points(debug) ? KVMLIB__REFUSE(-EBUSY, POINTS_LEFT, 1)
				       : tell(vcpu, &off, __func__);
	pthread_mutex_unlock(&debug->lock);
	return r;
}

#else

/* There are no objects elsewhere. */

int kvmlib_debug_arm(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint32_t flags)
{
	(void)flags;
	if (!debug || !vcpu)
		return KVMLIB__NULL_ARGUMENT(debug ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_debug_disarm(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu)
{
	if (!debug || !vcpu)
		return KVMLIB__NULL_ARGUMENT(debug ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

#endif
