/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vCPUs that come and go: KVM can't destroy one, so those that went are kept, and handed out again.
 *
 * The group keeps every vCPU that was plugged, and what a fresh one is made of.
 */
#include "control.h"

#include <errno.h>
#include <stdlib.h>

#include <kvmlib/vcpu.h>
#include <kvmlib/vm.h>

static struct kvmlib__plugged *plugged_of(const struct kvmlib_control *control, uint32_t id)
{
	struct kvmlib__plugged *plugged = control->plugged;

	while (plugged && plugged->vcpu->id != id)
		plugged = plugged->next;
	return plugged;
}

static void free_plugged(struct kvmlib__plugged *plugged)
{
	kvmlib__fresh_free(plugged->fresh);
	kvmlib_vcpu_unref(plugged->vcpu);
	free(plugged);
}

void kvmlib__plugged_end(struct kvmlib_control *control)
{
	struct kvmlib__plugged *plugged;

	while ((plugged = control->plugged)) {
		control->plugged = plugged->next;
		free_plugged(plugged);
	}
}

/* Once KVM has made a vCPU there is no way back: whatever fails later, it is kept. */
static int create(struct kvmlib_control *control, uint32_t id, const char *function,
		  struct kvmlib__plugged **ret_plugged)
{
	struct kvmlib__plugged *plugged = calloc(1, sizeof(*plugged));
	int r;

	if (!plugged)
		return KVMLIB__NO_MEMORY_IN(function);
	r = kvmlib_vm_create_vcpu(control->vm, id, &plugged->vcpu);
	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		free(plugged);
		return r;
	}
	plugged->next = control->plugged;
	control->plugged = plugged;
	*ret_plugged = plugged;
	return 0;
}

static int refuse(const struct kvmlib_vcpu *vcpu, int errnum, uint32_t cause, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) });
}

/* As no run page of a new vCPU has it; nothing is owed, and nobody is in a run. */
static void clear_page(struct kvmlib_vcpu *vcpu)
{
	vcpu->run->request_interrupt_window = 0;
	vcpu->run->cr8 = 0;
	vcpu->run->kvm_valid_regs = 0;
	vcpu->run->kvm_dirty_regs = 0;
	vcpu->reason = KVMLIB_EXIT_NONE;
	vcpu->was_kick = 0;
	if (__atomic_exchange_n(&vcpu->kicked, 0, __ATOMIC_SEQ_CST))
		__atomic_exchange_n(&vcpu->run->immediate_exit, 0, __ATOMIC_SEQ_CST);
}

/* One that could not be saved or reset stays here, and the next plug tries again. */
static int prepare(struct kvmlib__plugged *plugged, const char *function)
{
	int r;

	if (plugged->fresh)
		r = kvmlib__fresh_restore(plugged->vcpu, plugged->fresh);
	else
		r = kvmlib__fresh_save(plugged->vcpu, &plugged->fresh);
	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	clear_page(plugged->vcpu);
	return 0;
}

/* The lock of plugs is held. */
static int plug(struct kvmlib_control *control, uint32_t id, const char *function,
		struct kvmlib_vcpu **ret_vcpu)
{
	struct kvmlib__plugged *plugged = plugged_of(control, id);
	const bool is_new = !plugged || !plugged->fresh; /* never handed out */
	int r = 0;

	if (plugged && plugged->is_out)
		return refuse(plugged->vcpu, -EEXIST, KVMLIB_CAUSE_VCPU_EXISTS, function);
	if (!plugged)
		r = create(control, id, function, &plugged);
	if (!plugged)
		return r;
	r = prepare(plugged, function);
	if (r < 0)
		return r;
	plugged->is_out = true;
	*ret_vcpu = kvmlib_vcpu_ref(plugged->vcpu);
	return is_new ? 0 : 1;
}

int kvmlib_control_plug(struct kvmlib_control *control, uint32_t id, struct kvmlib_vcpu **ret_vcpu)
{
	int r;

	if (!control || !ret_vcpu)
		return KVMLIB__NULL_ARGUMENT(control ? 3 : 1);
	KVMLIB__REFUSE_FORKED(control->vm);
	pthread_mutex_lock(&control->plug_lock);
	r = plug(control, id, __func__, ret_vcpu);
	pthread_mutex_unlock(&control->plug_lock);
	return r;
}

/* The lock of plugs is held. */
static int unplug(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu, const char *function)
{
	struct kvmlib__plugged *plugged = plugged_of(control, vcpu->id);
	int r;

	if (!plugged || plugged->vcpu != vcpu || !plugged->is_out)
		return refuse(vcpu, -EINVAL, KVMLIB_CAUSE_NOT_PLUGGED, function);
	if (!KVMLIB__HAS_RESET)
		return refuse(vcpu, -EOPNOTSUPP, KVMLIB_CAUSE_ARCH_UNSUPPORTED, function);
	r = kvmlib__leave_drained(control, vcpu, function);
	if (r < 0)
		return r;
	plugged->is_out = false;
	return 0;
}

int kvmlib_control_unplug(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu)
{
	int r;

	if (!control || !vcpu)
		return KVMLIB__NULL_ARGUMENT(control ? 2 : 1);
	KVMLIB__REFUSE_FORKED(control->vm);
	pthread_mutex_lock(&control->plug_lock);
	r = unplug(control, vcpu, __func__);
	pthread_mutex_unlock(&control->plug_lock);
	return r;
}
