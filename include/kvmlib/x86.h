/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_H
#define KVMLIB_X86_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>
#include <kvmlib/x86_caps.h>
#include <kvmlib/x86_clock.h>
#include <kvmlib/x86_cpuid.h>
#include <kvmlib/x86_encrypt.h>
#include <kvmlib/x86_event.h>
#include <kvmlib/x86_exit.h>
#include <kvmlib/x86_irqchip.h>
#include <kvmlib/x86_msr.h>
#include <kvmlib/x86_paravirt.h>
#include <kvmlib/x86_pmu.h>
#include <kvmlib/x86_state.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86 x86
 * @brief What x86 alone has: KVM's own pages, which vCPU boots, and the groups below.
 *
 * What x86 alone has. On other architectures every function here answers -EOPNOTSUPP (cause
 * ARCH_UNSUPPORTED) without a call to the kernel. The errors that @ref vm and @ref vcpu list for
 * every call hold here too.
 * @{
 */

struct kvmlib_vm;

/**
 * @brief Set where KVM may put three pages of its own on hosts that need them (Intel).
 *
 * Wraps KVM_SET_TSS_ADDR (VM ioctl, api.rst 4.36). Ask KVMLIB_CAP_SET_TSS_ADDR first.
 *
 * @param vm  VM.
 * @param gpa Guest physical address, in bytes, page aligned; below 4 GiB and outside of all slots.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or an address above 4 GiB less three pages (cause TSS_ADDRESS_RANGE).
 * @retval -EEXIST The pages overlap a slot (cause SLOT_OVERLAP).
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet firmware.c pc
 */
KVMLIB_EXPORT int kvmlib_vm_set_tss_addr(struct kvmlib_vm *vm, uint64_t gpa);

/**
 * @brief Set where KVM may put its one-page identity map on hosts that need it (Intel).
 *
 * Wraps KVM_SET_IDENTITY_MAP_ADDR (VM ioctl, api.rst 4.40). Ask KVMLIB_CAP_SET_IDENTITY_MAP_ADDR
 * first. Before the first vCPU.
 *
 * @param vm  VM.
 * @param gpa Guest physical address, in bytes, page aligned; below 4 GiB and outside of all slots.
 *            0 is the default, 0xfffbc000.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or vCPUs exist already (cause AFTER_FIRST_VCPU).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_identity_map_addr(struct kvmlib_vm *vm, uint64_t gpa);

/**
 * @brief Limit the pages that KVM uses for shadow page tables.
 *
 * Wraps KVM_SET_NR_MMU_PAGES (VM ioctl). Ask KVMLIB_CAP_MMU_SHADOW_CACHE_CONTROL first. Without it
 * the limit follows the size of the slots.
 *
 * @param vm    VM.
 * @param pages The limit in pages, 64 or more.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or less than 64 (cause VALUE_REFUSED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_nr_mmu_pages(struct kvmlib_vm *vm, uint32_t pages);

/**
 * @brief Choose the vCPU that boots.
 *
 * Wraps KVM_SET_BOOT_CPU_ID (VM ioctl, api.rst 4.41). Ask KVMLIB_CAP_SET_BOOT_CPU_ID first. Before
 * the first vCPU. The default is the one with id 0.
 *
 * @param vm VM.
 * @param id The vCPU's id.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or an id above the limit (cause VCPU_LIMIT).
 * @retval -EBUSY  vCPUs exist already (cause AFTER_FIRST_VCPU).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_boot_cpu_id(struct kvmlib_vm *vm, uint32_t id);

/** @} */

KVMLIB_END_DECLS
#endif
