/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory encryption: AMD SEV, SEV-ES and SEV-SNP, and Intel TDX. */

#include <kvmlib/x86_encrypt.h>

#include "x86.h"

#include <kvmlib/uapi_flags.h>

int kvmlib_vm_memory_encrypt_op(struct kvmlib_vm *vm, void *command)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, MEMORY_ENCRYPT_OP, command, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vcpu_memory_encrypt_op(struct kvmlib_vcpu *vcpu, void *command)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, MEMORY_ENCRYPT_OP, command);
}

int kvmlib_vm_memory_encrypt_reg_region(struct kvmlib_vm *vm, void *address, uint64_t size)
{
	struct kvm_enc_region region = { .addr = (uintptr_t)address, .size = size };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, MEMORY_ENCRYPT_REG_REGION, &region,
				KVMLIB__VALUE(HOST_ADDRESS, region.addr),
				KVMLIB__VALUE(SIZE, size));
}

int kvmlib_vm_memory_encrypt_unreg_region(struct kvmlib_vm *vm, void *address, uint64_t size)
{
	struct kvm_enc_region region = { .addr = (uintptr_t)address, .size = size };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, MEMORY_ENCRYPT_UNREG_REGION, &region,
				KVMLIB__VALUE(HOST_ADDRESS, region.addr),
				KVMLIB__VALUE(SIZE, size));
}

int kvmlib_vm_sev_command(struct kvmlib_vm *vm, uint32_t id, int sev_fd, void *data,
			  uint32_t *ret_firmware_error)
{
	struct kvm_sev_cmd command = {
		.id = id,
		.data = (uintptr_t)data,
		.sev_fd = (uint32_t)sev_fd,
	};
	int r;

	if (!vm || !ret_firmware_error)
		return KVMLIB__NULL_ARGUMENT(vm ? 5 : 1);
	r = KVMLIB__VM_IOCTL(vm, MEMORY_ENCRYPT_OP, &command, KVMLIB__VALUE(FD, sev_fd),
			     KVMLIB__VALUE(FIRMWARE_ERROR, command.error));
	*ret_firmware_error = command.error;
	if (r >= 0 && id == KVMLIB_SEV_ES_INIT)
		vm->has_sev_es = true;
	return r;
}

bool kvmlib__vm_is_protected(const struct kvmlib_vm *vm)
{
	return kvmlib__has_ioctl(KVMLIB__IOC_MEMORY_ENCRYPT_OP) &&
	       (vm->has_sev_es || vm->type == KVMLIB_X86_SEV_ES_VM ||
		vm->type == KVMLIB_X86_SNP_VM || vm->type == KVMLIB_X86_TDX_VM);
}

int kvmlib_vm_tdx_command(struct kvmlib_vm *vm, uint32_t id, uint32_t flags, void *data,
			  uint64_t *ret_hw_error)
{
	struct kvm_tdx_cmd command = { .id = id, .flags = flags, .data = (uintptr_t)data };
	int r;

	if (!vm || !ret_hw_error)
		return KVMLIB__NULL_ARGUMENT(vm ? 5 : 1);
	r = KVMLIB__VM_IOCTL(vm, MEMORY_ENCRYPT_OP, &command, KVMLIB__VALUE(FLAGS, flags),
			     KVMLIB__VALUE(FIRMWARE_ERROR, command.hw_error));
	*ret_hw_error = command.hw_error;
	return r;
}

int kvmlib_vcpu_tdx_command(struct kvmlib_vcpu *vcpu, uint32_t id, uint32_t flags, void *data,
			    uint64_t *ret_hw_error)
{
	struct kvm_tdx_cmd command = { .id = id, .flags = flags, .data = (uintptr_t)data };
	int r;

	if (!vcpu || !ret_hw_error)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 5 : 1);
	r = KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, MEMORY_ENCRYPT_OP, &command,
				KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(FLAGS, flags),
				KVMLIB__VALUE(FIRMWARE_ERROR, command.hw_error));
	*ret_hw_error = command.hw_error;
	return r;
}
