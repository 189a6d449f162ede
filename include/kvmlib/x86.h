/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_H
#define KVMLIB_X86_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86 x86
 * @brief What x86 alone has: CPUID, the timer, KVM's own pages.
 *
 * What x86 alone has. On other architectures every function here answers -EOPNOTSUPP (cause
 * ARCH_UNSUPPORTED) without a call to the kernel. The errors that @ref vm and @ref vcpu list for
 * every call hold here too.
 * @{
 */

struct kvmlib_system;
struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvm_cpuid_entry2;

/**
 * @brief Set where KVM may put three pages of its own on hosts that need them (Intel).
 *
 * Wraps KVM_SET_TSS_ADDR (VM ioctl, api.rst 4.36).
 *
 * @param vm  VM.
 * @param gpa Guest physical address, in bytes, page aligned; below 4 GiB and outside of all slots.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or an address above 4 GiB less three pages.
 * @retval -EEXIST The pages overlap a slot.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet firmware.c pc
 */
KVMLIB_EXPORT int kvmlib_vm_set_tss_addr(struct kvmlib_vm *vm, uint64_t gpa);

/**
 * @brief Set where KVM may put its one-page identity map on hosts that need it (Intel).
 *
 * Wraps KVM_SET_IDENTITY_MAP_ADDR (VM ioctl, api.rst 4.40). Before the first vCPU.
 *
 * @param vm  VM.
 * @param gpa Guest physical address, in bytes, page aligned; below 4 GiB and outside of all slots.
 *            0 is the default, 0xfffbc000.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or vCPUs exist already.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_identity_map_addr(struct kvmlib_vm *vm, uint64_t gpa);

/**
 * @brief Create the interval timer (i8254) in the kernel.
 *
 * Wraps KVM_CREATE_PIT2 (VM ioctl, api.rst 4.71). After kvmlib_vm_create_irqchip().
 *
 * @param vm    VM.
 * @param flags 0 or KVMLIB_PIT_SPEAKER_DUMMY: answer the speaker's port 0x61 in the kernel too.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm.
 * @retval -EEXIST The VM has a PIT.
 * @retval -ENOENT The VM has no in-kernel PIC (Linux 6.1 does not look, and makes a mute PIT).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_create_pit2(struct kvmlib_vm *vm, uint32_t flags);

/**
 * @brief Ask for the CPUID that this host can give to guests.
 *
 * Wraps KVM_GET_SUPPORTED_CPUID (system ioctl, api.rst 4.46). The answer is not a guest's CPUID
 * yet: APIC ids, topology and sizes in it are the host's.
 *
 * @param[in]  system    System.
 * @param[out] entries   Receives the entries. Untouched on failure.
 * @param[in]  capacity  Room in @p entries, in entries; 256 always suffices.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -E2BIG  @p capacity is too small; the kernel does not tell how much is needed.
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_supported_cpuid(struct kvmlib_system *system,
						    struct kvm_cpuid_entry2 *entries,
						    uint32_t capacity, uint32_t *ret_count);

/**
 * @brief Set what the vCPU answers to the CPUID instruction.
 *
 * Wraps KVM_SET_CPUID2 (vCPU ioctl, api.rst 4.20).
 *
 * @param vcpu    vCPU.
 * @param entries The entries; may be NULL if @p count is 0.
 * @param count   How many; 256 at most.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, an impossible CPUID, or a changed one after the vCPU has run.
 * @retval -E2BIG  More than 256 entries.
 * @retval -EPERM  A dynamic feature (AMX) without this process's permission for guests.
 * @retval -ENOMEM No memory, here or in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 * @par Example
 * @snippet firmware.c cpuid
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_cpuid2(struct kvmlib_vcpu *vcpu,
					 const struct kvm_cpuid_entry2 *entries, uint32_t count);

/** @} */

KVMLIB_END_DECLS
#endif
