/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State of nested guests as SVM has it. No vCPU has EFER.SVME, so that GIF is all there is to set. */
#include "internal.h"

#if defined(__x86_64__)

#define HEADER ((uint32_t)sizeof(struct kvm_nested_state))
#define SVM_FLAGS                                                           \
	(KVMLIB_STATE_NESTED_GUEST_MODE | KVMLIB_STATE_NESTED_RUN_PENDING | \
	 KVMLIB_STATE_NESTED_GIF_SET)

static struct kvm_nested_state reset_state(void)
{
	return (struct kvm_nested_state){ .flags = KVMLIB_STATE_NESTED_GIF_SET,
					  .format = KVMLIB_STATE_NESTED_FORMAT_SVM,
					  .size = HEADER };
}

int kvmlib__sim_get_nested_state(const struct sim_call *call)
{
	uint64_t size_at = call->arg + offsetof(struct kvm_nested_state, size);
	struct kvm_nested_state state = reset_state();
	uint32_t room;
	int r = kvmlib__sim_copy_from_user(&room, size_at, sizeof(room));

	if (r < 0)
		return r;
	if (room < HEADER) {
		r = kvmlib__sim_copy_to_user(size_at, &state.size, sizeof(state.size));
		return r < 0 ? r : REFUSE(NESTED_ROOM);
	}
	kvmlib__sim_recall(call, KVM_SET_NESTED_STATE, &state, sizeof(state));
	return kvmlib__sim_copy_to_user(call->arg, &state, sizeof(state));
}

static int check_state(const struct kvm_nested_state *state)
{
	if (state->size < HEADER || state->format != KVMLIB_STATE_NESTED_FORMAT_SVM ||
	    state->flags & ~SVM_FLAGS)
		return REFUSE(NESTED_HEADER);
	return state->flags & ~KVMLIB_STATE_NESTED_GIF_SET ? REFUSE(NESTED_NO_SVM) : 0;
}

int kvmlib__sim_set_nested_state(const struct sim_call *call)
{
	struct kvm_nested_state state;
	int r = kvmlib__sim_copy_from_user(&state, call->arg, sizeof(state));

	if (r == 0)
		r = check_state(&state);
	state.size = HEADER;
	return r < 0 ? r : kvmlib__sim_keep(call, KVM_SET_NESTED_STATE, &state, sizeof(state));
}

#else
/* A file must not be empty. */
typedef int kvmlib__sim_no_nested;
#endif
