/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/arm64.h>

#include <kvmlib/uapi_flags.h>

#define KVMLIB__STRUCTS "uapi_structs_arm64.h" /* other architectures make no call */
#include "../handles.h"

int kvmlib_vcpu_arm_vcpu_init(struct kvmlib_vcpu *vcpu, const struct kvm_vcpu_init *init)
{
	if (!vcpu || !init)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(
		vcpu->vm, vcpu->fd, ARM_VCPU_INIT, init, KVMLIB__VALUE(VCPU_ID, vcpu->id),
		KVMLIB__VALUE(TYPE, init->target), KVMLIB__VALUE(FLAGS, init->features[0]));
}

int kvmlib_vcpu_arm_vcpu_finalize(struct kvmlib_vcpu *vcpu, int feature)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, ARM_VCPU_FINALIZE, &feature,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(ID, feature));
}

int kvmlib_vm_arm_preferred_target(struct kvmlib_vm *vm, struct kvm_vcpu_init *ret_init)
{
	if (!vm || !ret_init)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, ARM_PREFERRED_TARGET, ret_init, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_arm_mte_copy_tags(struct kvmlib_vm *vm, uint64_t guest_ipa, uint64_t length,
				void *tags, uint64_t flags)
{
	struct kvm_arm_copy_mte_tags copy = {
		.guest_ipa = guest_ipa,
		.length = length,
		.addr = tags,
		.flags = flags,
	};

	if (!vm || !tags)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	return KVMLIB__VM_IOCTL(vm, ARM_MTE_COPY_TAGS, &copy, KVMLIB__VALUE(GPA, guest_ipa),
				KVMLIB__VALUE(SIZE, length),
				KVMLIB__VALUE(HOST_ADDRESS, (uintptr_t)tags),
				KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_arm_set_counter_offset(struct kvmlib_vm *vm, uint64_t offset)
{
	struct kvm_arm_counter_offset counter = { .counter_offset = offset };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, ARM_SET_COUNTER_OFFSET, &counter,
				KVMLIB__VALUE(OFFSET, offset));
}

/* How many masks the kernel writes for a range; 0: that range is not known here. */
static size_t masks_of(uint32_t range)
{
	return range == KVMLIB_ARM_FEATURE_ID_RANGE ? KVMLIB_ARM_FEATURE_ID_RANGE_SIZE : 0;
}

int kvmlib_vm_arm_get_reg_writable_masks(struct kvmlib_vm *vm, uint32_t range, uint64_t *ret_masks,
					 size_t count)
{
	struct reg_mask_range masks = { .addr = (uintptr_t)ret_masks, .range = range };

	if (!vm || !ret_masks)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	if (count < masks_of(range))
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = __func__,
			.cause = KVMLIB_CAUSE_BUFFER_TOO_SMALL,
			.errnum = -EINVAL,
			KVMLIB__VALUES(KVMLIB__VALUE(COUNT, count),
				       KVMLIB__VALUE(NEEDED, masks_of(range))) });
	return KVMLIB__VM_IOCTL(vm, ARM_GET_REG_WRITABLE_MASKS, &masks, KVMLIB__VALUE(TYPE, range),
				KVMLIB__VALUE(COUNT, count));
}

/* The filter is an attribute: the ioctl that sets it is there on all architectures. */
static bool elsewhere(void)
{
	return !kvmlib__ioctls[KVMLIB__IOC_ARM_VCPU_INIT].request;
}

static int set_filter(const struct kvmlib_vm *vm, const struct kvm_smccc_filter *filter)
{
	struct kvm_device_attr attr = {
		.group = KVMLIB_ARM_VM_SMCCC_CTRL,
		.attr = KVMLIB_ARM_VM_SMCCC_FILTER,
		.addr = (uintptr_t)filter,
	};

	if (elsewhere())
		return -EOPNOTSUPP;
	return kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_SET_DEVICE_ATTR, (unsigned long)&attr);
}

int kvmlib_vm_arm_set_smccc_filter(struct kvmlib_vm *vm, uint32_t base, uint32_t nr_functions,
				   uint8_t action)
{
	struct kvm_smccc_filter filter = {
		.base = base,
		.nr_functions = nr_functions,
		.action = action,
	};
	struct kvmlib__failure failure = {
		.function = __func__,
		.cause = elsewhere() ? KVMLIB_CAUSE_ARCH_UNSUPPORTED : 0,
		KVMLIB__VALUES(KVMLIB__VALUE(ID, base), KVMLIB__VALUE(COUNT, nr_functions)),
	};

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	failure.errnum = set_filter(vm, &filter);
	if (failure.errnum >= 0)
		return failure.errnum;
	return kvmlib__vm_failed(vm, KVMLIB__IOC_SET_DEVICE_ATTR, &failure);
}
