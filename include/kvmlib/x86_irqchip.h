/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_IRQCHIP_H
#define KVMLIB_X86_IRQCHIP_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_irqchip PIC, I/O APIC and PIT
 * @brief The interrupt controllers and the timer of a PC, in the kernel.
 * @ingroup x86
 *
 * The interrupt controllers and the timer of a PC, in the kernel. Each vCPU's local APIC is part of
 * @ref x86_state "its state".
 * @{
 */

struct kvmlib_vm;
struct kvm_irqchip;
struct kvm_pit_state;
struct kvm_pit_state2;

/**
 * @brief Get the state of one chip of the in-kernel interrupt controller.
 *
 * Wraps KVM_GET_IRQCHIP (VM ioctl, api.rst 4.26). Ask KVMLIB_CAP_IRQCHIP first.
 *
 * @param[in]     vm   VM.
 * @param[in,out] chip Its chip_id chooses: KVMLIB_IRQCHIP_PIC_MASTER, KVMLIB_IRQCHIP_PIC_SLAVE or
 *                     KVMLIB_IRQCHIP_IOAPIC. Receives the state. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or another chip_id (cause VALUE_REFUSED).
 * @retval -ENXIO  The VM has no full interrupt controller in the kernel (cause
 *                 FULL_IRQCHIP_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_get_irqchip(struct kvmlib_vm *vm, struct kvm_irqchip *chip);

/**
 * @brief Set the state of one chip of the in-kernel interrupt controller.
 *
 * Wraps KVM_SET_IRQCHIP (VM ioctl, api.rst 4.27). Ask KVMLIB_CAP_IRQCHIP first.
 *
 * @param vm   VM.
 * @param chip Its chip_id chooses: KVMLIB_IRQCHIP_PIC_MASTER, KVMLIB_IRQCHIP_PIC_SLAVE or
 *             KVMLIB_IRQCHIP_IOAPIC.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or another chip_id (cause VALUE_REFUSED).
 * @retval -ENXIO  The VM has no full interrupt controller in the kernel (cause
 *                 FULL_IRQCHIP_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_irqchip(struct kvmlib_vm *vm, const struct kvm_irqchip *chip);

/**
 * @brief Create the interval timer (i8254) in the kernel, in the old way.
 *
 * Wraps KVM_CREATE_PIT (VM ioctl). Ask KVMLIB_CAP_PIT first. The same as kvmlib_vm_create_pit2()
 * with KVMLIB_PIT_SPEAKER_DUMMY, which is the one to use.
 *
 * @param vm VM.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm.
 * @retval -EEXIST The VM has a PIT (cause DEVICE_EXISTS).
 * @retval -ENOENT The VM has no in-kernel PIC (cause PIC_MISSING; Linux 6.1 does not look, and
 *                 makes a mute PIT).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_create_pit(struct kvmlib_vm *vm);

/**
 * @brief Create the interval timer (i8254) in the kernel.
 *
 * Wraps KVM_CREATE_PIT2 (VM ioctl, api.rst 4.71). Ask KVMLIB_CAP_PIT2 first. After
 * kvmlib_vm_create_irqchip().
 *
 * @param vm    VM.
 * @param flags 0 or KVMLIB_PIT_SPEAKER_DUMMY: answer the speaker's port 0x61 in the kernel too.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm.
 * @retval -EEXIST The VM has a PIT (cause DEVICE_EXISTS).
 * @retval -ENOENT The VM has no in-kernel PIC (cause PIC_MISSING; Linux 6.1 does not look, and
 *                 makes a mute PIT).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_create_pit2(struct kvmlib_vm *vm, uint32_t flags);

/**
 * @brief Get the state of the PIT's channels.
 *
 * Wraps KVM_GET_PIT (VM ioctl). Ask KVMLIB_CAP_PIT first. kvmlib_vm_get_pit2() gives the flags too.
 *
 * @param[in]  vm      VM.
 * @param[out] ret_pit Receives the state. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENXIO  The VM has no PIT in the kernel (cause PIT_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_get_pit(struct kvmlib_vm *vm, struct kvm_pit_state *ret_pit);

/**
 * @brief Set the state of the PIT's channels.
 *
 * Wraps KVM_SET_PIT (VM ioctl). Ask KVMLIB_CAP_PIT first. Restarts the timer.
 *
 * @param vm  VM.
 * @param pit The state.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENXIO  The VM has no PIT in the kernel (cause PIT_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_pit(struct kvmlib_vm *vm, const struct kvm_pit_state *pit);

/**
 * @brief Get the state of the PIT.
 *
 * Wraps KVM_GET_PIT2 (VM ioctl, api.rst 4.72). Ask KVMLIB_CAP_PIT_STATE2 first.
 *
 * @param[in]  vm      VM.
 * @param[out] ret_pit Receives the state, with KVMLIB_PIT_FLAGS_* in flags. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENXIO  The VM has no PIT in the kernel (cause PIT_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_get_pit2(struct kvmlib_vm *vm, struct kvm_pit_state2 *ret_pit);

/**
 * @brief Set the state of the PIT.
 *
 * Wraps KVM_SET_PIT2 (VM ioctl, api.rst 4.73). Ask KVMLIB_CAP_PIT_STATE2 first. Restarts the timer.
 *
 * @param vm  VM.
 * @param pit The state, with KVMLIB_PIT_FLAGS_* in flags.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENXIO  The VM has no PIT in the kernel (cause PIT_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_pit2(struct kvmlib_vm *vm, const struct kvm_pit_state2 *pit);

/**
 * @brief Choose what becomes of PIT ticks that the guest missed.
 *
 * Wraps KVM_REINJECT_CONTROL (VM ioctl, api.rst 4.99). Ask KVMLIB_CAP_REINJECT_CONTROL first.
 *
 * @param vm       VM.
 * @param reinject 1, the default, to make up for them one after the other, which floods a guest
 *                 that was stopped; 0 to forget them.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm.
 * @retval -ENXIO  The VM has no PIT in the kernel (cause PIT_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_reinject_control(struct kvmlib_vm *vm, uint32_t reinject);

/** @} */

KVMLIB_END_DECLS
#endif
