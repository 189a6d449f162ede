/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers by id: any id of the build's architecture is one, and zero until it is set. */
#include "internal.h"

#include <string.h>

#define LARGEST_REGISTER 256U

#if defined(__x86_64__)
#define OUR_IDS 0x20U
#elif defined(__aarch64__)
#define OUR_IDS 0x60U
#elif defined(__riscv)
#define OUR_IDS 0x80U
#elif defined(__s390x__)
#define OUR_IDS 0x50U
#elif defined(__powerpc64__)
#define OUR_IDS 0x10U
#else
#define OUR_IDS 0x90U
#endif

#if !defined(__aarch64__) && !defined(__riscv)
int kvmlib__sim_first_value(const struct sim_call *call, uint64_t id, void *value)
{
	(void)call;
	(void)id;
	(void)value;
	return 0;
}

int kvmlib__sim_check_value(const struct sim_call *call, uint64_t id, const void *value)
{
	(void)call;
	(void)id;
	(void)value;
	return 0;
}
#endif

static int read_args(const struct sim_call *call, struct kvm_one_reg *args, size_t *ret_size)
{
	int r;

	if (!kvmlib__sim_find_fact(call, SIM_VCPU))
		return REFUSE(UNKNOWN_VCPU);
	r = kvmlib__sim_copy_from_user(args, call->arg, sizeof(*args));
	if (r < 0)
		return r;
	*ret_size = (size_t)1 << (args->id >> KVMLIB_REG_SIZE_SHIFT & 0xfU);
	return args->id >> 56 != OUR_IDS || *ret_size > LARGEST_REGISTER ? REFUSE(REGISTER_ID) : 0;
}

int kvmlib__sim_get_one_reg(const struct sim_call *call)
{
	uint8_t value[LARGEST_REGISTER] = { 0 };
	struct kvm_one_reg args;
	size_t size;
	int r = read_args(call, &args, &size);

	if (r == 0)
		r = kvmlib__sim_first_value(call, args.id, value);
	if (r < 0)
		return r;
	kvmlib__sim_recall(call, args.id, value, size);
	return kvmlib__sim_copy_to_user(args.addr, value, size);
}

int kvmlib__sim_set_one_reg(const struct sim_call *call)
{
	uint8_t value[LARGEST_REGISTER] = { 0 };
	struct kvm_one_reg args;
	size_t size;
	int r = read_args(call, &args, &size);

	if (r == 0)
		r = kvmlib__sim_copy_from_user(value, args.addr, size);
	if (r == 0)
		r = kvmlib__sim_check_value(call, args.id, value);
	return r < 0 ? r : kvmlib__sim_keep(call, args.id, value, size);
}

#ifdef KVM_GET_REG_LIST
/* Any id is good, so that there is no list of them: an empty one. */
int kvmlib__sim_get_reg_list(const struct sim_call *call)
{
	struct kvm_reg_list head;
	int r;

	if (!kvmlib__sim_find_fact(call, SIM_VCPU))
		return REFUSE(UNKNOWN_VCPU);
	r = kvmlib__sim_copy_from_user(&head, call->arg, sizeof(head));
	head.n = 0;
	return r < 0 ? r : kvmlib__sim_copy_to_user(call->arg, &head, sizeof(head));
}
#endif
