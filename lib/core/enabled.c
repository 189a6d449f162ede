/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was enabled through a handle: KVM can't be asked. */
#include "enabled.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/cap.h>

#include "handles.h"

void kvmlib__enabled_init(struct kvmlib__enabled_list *list)
{
	pthread_mutex_init(&list->lock, NULL);
	list->first = NULL;
}

void kvmlib__enabled_destroy(struct kvmlib__enabled_list *list)
{
	while (list->first) {
		struct kvmlib__enabled *entry = list->first;

		list->first = entry->next;
		free(entry);
	}
	pthread_mutex_destroy(&list->lock);
}

static bool is_same(const struct kvmlib__enabled *a, const struct kvmlib__enabled *b, bool per_arg0)
{
	return a->capability == b->capability && (!per_arg0 || a->args[0] == b->args[0]);
}

/* Where such an entry hangs, or would. */
static struct kvmlib__enabled **place_of(struct kvmlib__enabled_list *list,
					 const struct kvmlib__enabled *entry)
{
	bool per_arg0 = kvmlib__cap_enabling_of(entry->capability).per_arg0;
	struct kvmlib__enabled **place = &list->first;

	while (*place && !is_same(*place, entry, per_arg0))
		place = &(*place)->next;
	return place;
}

void kvmlib__enabled_publish(struct kvmlib__enabled_list *list, struct kvmlib__enabled *entry)
{
	struct kvmlib__enabled **place;

	pthread_mutex_lock(&list->lock);
	place = place_of(list, entry);
	if (*place) {
		memcpy((*place)->args, entry->args, sizeof(entry->args));
	} else {
		*place = entry;
		entry = NULL;
	}
	pthread_mutex_unlock(&list->lock);
	free(entry);
}

/* A copy of a capability's first entry; whether there is one. */
static bool look_up(struct kvmlib__enabled_list *list, uint32_t capability,
		    struct kvmlib__enabled *copy)
{
	const struct kvmlib__enabled *entry;

	pthread_mutex_lock(&list->lock);
	entry = list->first;
	while (entry && entry->capability != capability)
		entry = entry->next;
	if (entry)
		*copy = *entry;
	pthread_mutex_unlock(&list->lock);
	return entry;
}

static bool look_at(struct kvmlib__enabled_list *list, size_t index, struct kvmlib__enabled *copy)
{
	const struct kvmlib__enabled *entry;

	pthread_mutex_lock(&list->lock);
	for (entry = list->first; entry && index; index--)
		entry = entry->next;
	if (entry)
		*copy = *entry;
	pthread_mutex_unlock(&list->lock);
	return entry;
}

static int forked(const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function, .cause = KVMLIB_CAUSE_FORKED, .errnum = -EIO });
}

static void give_args(uint64_t ret_args[4], const struct kvmlib__enabled *entry)
{
	if (ret_args)
		memcpy(ret_args, entry->args, sizeof(entry->args));
}

/* A child must not wait for a lock that its parent's threads held: it is told before. */
static int tell(const struct kvmlib_vm *vm, struct kvmlib__enabled_list *list, uint32_t capability,
		uint64_t ret_args[4], const char *function)
{
	struct kvmlib__enabled copy;

	if (kvmlib__forked(vm))
		return forked(function);
	if (!look_up(list, capability, &copy))
		return 0;
	give_args(ret_args, &copy);
	return 1;
}

static int tell_at(const struct kvmlib_vm *vm, struct kvmlib__enabled_list *list, size_t index,
		   uint32_t *ret_capability, uint64_t ret_args[4], const char *function)
{
	struct kvmlib__enabled copy;

	if (kvmlib__forked(vm))
		return forked(function);
	if (!look_at(list, index, &copy))
		return -ENOENT;
	*ret_capability = copy.capability;
	give_args(ret_args, &copy);
	return 0;
}

int kvmlib_vm_enabled_capability(struct kvmlib_vm *vm, uint32_t capability, uint64_t ret_args[4])
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return tell(vm, &vm->enabled, capability, ret_args, __func__);
}

int kvmlib_vm_enabled_capability_at(struct kvmlib_vm *vm, size_t index, uint32_t *ret_capability,
				    uint64_t ret_args[4])
{
	if (!vm || !ret_capability)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	return tell_at(vm, &vm->enabled, index, ret_capability, ret_args, __func__);
}

int kvmlib_vcpu_enabled_capability(struct kvmlib_vcpu *vcpu, uint32_t capability,
				   uint64_t ret_args[4])
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return tell(vcpu->vm, &vcpu->enabled, capability, ret_args, __func__);
}

int kvmlib_vcpu_enabled_capability_at(struct kvmlib_vcpu *vcpu, size_t index,
				      uint32_t *ret_capability, uint64_t ret_args[4])
{
	if (!vcpu || !ret_capability)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 3 : 1);
	return tell_at(vcpu->vm, &vcpu->enabled, index, ret_capability, ret_args, __func__);
}
