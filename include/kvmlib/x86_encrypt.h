/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_ENCRYPT_H
#define KVMLIB_X86_ENCRYPT_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_encrypt Memory encryption
 * @brief SEV, SEV-ES, SEV-SNP and TDX.
 * @ingroup x86
 *
 * AMD SEV, SEV-ES and SEV-SNP, and Intel TDX. None of it has been run on hardware: no host of the
 * project has it.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;

/**
 * @brief Issue a command of memory encryption, as it is.
 *
 * Wraps KVM_MEMORY_ENCRYPT_OP (VM ioctl, api.rst 4.110). kvmlib_vm_sev_command() and
 * kvmlib_vm_tdx_command() are easier.
 *
 * @param[in]     vm      VM.
 * @param[in,out] command A struct kvm_sev_cmd or kvm_tdx_cmd; NULL asks on AMD hosts whether SEV is
 *                        there.
 * @retval 0       Success.
 * @retval -EINVAL NULL handle, an unknown command, or one that the guest's state does not allow
 *                 (cause ENCRYPT_COMMAND_STATE).
 * @retval -EPERM  A command of SEV for an SNP guest (cause ENCRYPT_COMMAND_STATE).
 * @retval -ENOTTY The host or the VM's type has no encryption (cause ENCRYPTION_UNAVAILABLE).
 * @retval -EIO    The firmware refused (cause FIRMWARE_ERROR).
 * @retval -EBUSY  Resources are in use (cause ENCRYPT_BUSY).
 * @retval -EAGAIN TDX: call again (cause CONTENTION).
 * @retval -E2BIG  TDX: too little room for the capabilities (cause LIST_TOO_SMALL).
 * @retval -ENOSPC TDX: no key is free (cause KEY_IDS_EXHAUSTED).
 * @retval -EFAULT The command or its data can't be accessed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_memory_encrypt_op(struct kvmlib_vm *vm, void *command);

/**
 * @brief Issue a command of memory encryption on a vCPU, as it is.
 *
 * Wraps KVM_MEMORY_ENCRYPT_OP (vCPU ioctl, api.rst 4.110; Linux 6.16). kvmlib_vcpu_tdx_command() is
 * easier.
 *
 * @param[in]     vcpu    vCPU.
 * @param[in,out] command A struct kvm_tdx_cmd.
 * @retval 0       Success.
 * @retval -EINVAL NULL handle, an unknown command, or one that the guest's state does not allow
 *                 (cause ENCRYPT_COMMAND_STATE).
 * @retval -EPERM  A command of SEV for an SNP guest (cause ENCRYPT_COMMAND_STATE).
 * @retval -ENOTTY The host or the VM's type has no encryption (cause ENCRYPTION_UNAVAILABLE).
 * @retval -EIO    The firmware refused (cause FIRMWARE_ERROR).
 * @retval -EBUSY  Resources are in use (cause ENCRYPT_BUSY).
 * @retval -EAGAIN TDX: call again (cause CONTENTION).
 * @retval -E2BIG  TDX: too little room for the capabilities (cause LIST_TOO_SMALL).
 * @retval -ENOSPC TDX: no key is free (cause KEY_IDS_EXHAUSTED).
 * @retval -EFAULT The command or its data can't be accessed.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_memory_encrypt_op(struct kvmlib_vcpu *vcpu, void *command);

/**
 * @brief Issue a command of SEV, SEV-ES or SEV-SNP.
 *
 * Wraps KVM_MEMORY_ENCRYPT_OP (VM ioctl, api.rst 4.110).
 *
 * @param[in]     vm                 VM.
 * @param[in]     id                 KVMLIB_SEV_*.
 * @param[in]     sev_fd             /dev/sev, opened by the caller.
 * @param[in,out] data               The command's own struct; NULL where it has none.
 * @param[out]    ret_firmware_error Receives the firmware's error, 0 where it has none to tell; on
 *                                   failure too, where it stands in the record as FIRMWARE_ERROR as
 *                                   well.
 * @retval 0       Success.
 * @retval -EINVAL NULL handle, an unknown command, or one that the guest's state does not allow
 *                 (cause ENCRYPT_COMMAND_STATE).
 * @retval -EPERM  A command of SEV for an SNP guest (cause ENCRYPT_COMMAND_STATE).
 * @retval -ENOTTY The host or the VM's type has no encryption (cause ENCRYPTION_UNAVAILABLE).
 * @retval -EIO    The firmware refused (cause FIRMWARE_ERROR).
 * @retval -EBUSY  Resources are in use (cause ENCRYPT_BUSY).
 * @retval -EAGAIN TDX: call again (cause CONTENTION).
 * @retval -E2BIG  TDX: too little room for the capabilities (cause LIST_TOO_SMALL).
 * @retval -ENOSPC TDX: no key is free (cause KEY_IDS_EXHAUSTED).
 * @retval -EFAULT The command or its data can't be accessed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_sev_command(struct kvmlib_vm *vm, uint32_t id, int sev_fd, void *data,
					uint32_t *ret_firmware_error);

/**
 * @brief Issue a command of TDX on a VM.
 *
 * Wraps KVM_MEMORY_ENCRYPT_OP (VM ioctl, api.rst 4.110; Linux 6.16).
 *
 * @param[in]     vm           VM.
 * @param[in]     id           KVMLIB_TDX_*.
 * @param[in]     flags        The command's flags.
 * @param[in,out] data         The command's own struct; NULL where it has none.
 * @param[out]    ret_hw_error Receives the TDX module's error, 0 where it has none to tell; on
 *                             failure too, where it stands in the record as FIRMWARE_ERROR as well.
 * @retval 0       Success.
 * @retval -EINVAL NULL handle, an unknown command, or one that the guest's state does not allow
 *                 (cause ENCRYPT_COMMAND_STATE).
 * @retval -EPERM  A command of SEV for an SNP guest (cause ENCRYPT_COMMAND_STATE).
 * @retval -ENOTTY The host or the VM's type has no encryption (cause ENCRYPTION_UNAVAILABLE).
 * @retval -EIO    The firmware refused (cause FIRMWARE_ERROR).
 * @retval -EBUSY  Resources are in use (cause ENCRYPT_BUSY).
 * @retval -EAGAIN TDX: call again (cause CONTENTION).
 * @retval -E2BIG  TDX: too little room for the capabilities (cause LIST_TOO_SMALL).
 * @retval -ENOSPC TDX: no key is free (cause KEY_IDS_EXHAUSTED).
 * @retval -EFAULT The command or its data can't be accessed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_tdx_command(struct kvmlib_vm *vm, uint32_t id, uint32_t flags,
					void *data, uint64_t *ret_hw_error);

/**
 * @brief Issue a command of TDX on a vCPU.
 *
 * Wraps KVM_MEMORY_ENCRYPT_OP (vCPU ioctl, api.rst 4.110; Linux 6.16).
 *
 * @param[in]     vcpu         vCPU.
 * @param[in]     id           KVMLIB_TDX_*.
 * @param[in]     flags        The command's flags.
 * @param[in,out] data         The command's own struct; NULL where it has none.
 * @param[out]    ret_hw_error Receives the TDX module's error, 0 where it has none to tell; on
 *                             failure too, where it stands in the record as FIRMWARE_ERROR as well.
 * @retval 0       Success.
 * @retval -EINVAL NULL handle, an unknown command, or one that the guest's state does not allow
 *                 (cause ENCRYPT_COMMAND_STATE).
 * @retval -EPERM  A command of SEV for an SNP guest (cause ENCRYPT_COMMAND_STATE).
 * @retval -ENOTTY The host or the VM's type has no encryption (cause ENCRYPTION_UNAVAILABLE).
 * @retval -EIO    The firmware refused (cause FIRMWARE_ERROR).
 * @retval -EBUSY  Resources are in use (cause ENCRYPT_BUSY).
 * @retval -EAGAIN TDX: call again (cause CONTENTION).
 * @retval -E2BIG  TDX: too little room for the capabilities (cause LIST_TOO_SMALL).
 * @retval -ENOSPC TDX: no key is free (cause KEY_IDS_EXHAUSTED).
 * @retval -EFAULT The command or its data can't be accessed.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_tdx_command(struct kvmlib_vcpu *vcpu, uint32_t id, uint32_t flags,
					  void *data, uint64_t *ret_hw_error);

/**
 * @brief Pin memory that a SEV guest may encrypt.
 *
 * Wraps KVM_MEMORY_ENCRYPT_REG_REGION (VM ioctl, api.rst 4.111).
 *
 * @param vm      VM.
 * @param address Address in this process, page aligned.
 * @param size    Size in bytes.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, a range that wraps, or the mirror of another VM (cause
 *                 ENCRYPT_REGION_INVALID).
 * @retval -ENOTTY The VM is no SEV guest (cause ENCRYPTION_UNAVAILABLE).
 * @retval -ENOMEM No memory, or more locked memory than the limit allows (cause
 *                 LOCKED_MEMORY_LIMIT).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_memory_encrypt_reg_region(struct kvmlib_vm *vm, void *address,
						      uint64_t size);

/**
 * @brief Release memory that was pinned for a SEV guest.
 *
 * Wraps KVM_MEMORY_ENCRYPT_UNREG_REGION (VM ioctl, api.rst 4.112).
 *
 * @param vm      VM.
 * @param address Address in this process, as it was given.
 * @param size    Size in bytes, as it was given.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or no such region (cause NOT_REGISTERED).
 * @retval -ENOTTY The VM is no SEV guest (cause ENCRYPTION_UNAVAILABLE).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_memory_encrypt_unreg_region(struct kvmlib_vm *vm, void *address,
							uint64_t size);

/** @} */

KVMLIB_END_DECLS
#endif
