/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_CLOCK_H
#define KVMLIB_X86_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_clock Time
 * @brief The time-stamp counter, and the clock that guests share with KVM.
 * @ingroup x86
 *
 * The time-stamp counter and the clock that guests share with KVM.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvmlib_clock_data;

/**
 * @brief Set how fast a vCPU's time-stamp counter runs.
 *
 * Wraps KVM_SET_TSC_KHZ (vCPU ioctl, api.rst 4.55). Ask KVMLIB_CAP_TSC_CONTROL first; without it
 * the kernel takes only what is close to the host's (250 ppm). Before the counter's value.
 *
 * @param vcpu vCPU.
 * @param khz  Frequency in kHz; 0 is the host's.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, a frequency beyond what the host can give, or a protected counter
 *                 (cause TSC_KHZ_REFUSED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_tsc_khz(struct kvmlib_vcpu *vcpu, uint32_t khz);

/**
 * @brief Set how fast the time-stamp counters of vCPUs to come run.
 *
 * Wraps KVM_SET_TSC_KHZ (VM ioctl, api.rst 4.55). Ask KVMLIB_CAP_VM_TSC_CONTROL first (Linux 5.19).
 * Before the first vCPU.
 *
 * @param vm  VM.
 * @param khz Frequency in kHz; 0 is the host's.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, a frequency beyond what the host can give, or vCPUs exist already
 *                 (cause TSC_KHZ_REFUSED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_tsc_khz(struct kvmlib_vm *vm, uint32_t khz);

/**
 * @brief How fast a vCPU's time-stamp counter runs.
 *
 * Wraps KVM_GET_TSC_KHZ (vCPU ioctl, api.rst 4.56). Ask KVMLIB_CAP_GET_TSC_KHZ first.
 *
 * @param vcpu vCPU.
 * @return The frequency in kHz, or a negative errno.
 * @retval -EINVAL NULL @p vcpu.
 * @retval -EIO    The host's counter is not stable (cause HOST_FEATURE_MISSING); the kernels of
 *                 today do not say so.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_tsc_khz(struct kvmlib_vcpu *vcpu);

/**
 * @brief How fast the time-stamp counters of vCPUs to come run.
 *
 * Wraps KVM_GET_TSC_KHZ (VM ioctl, api.rst 4.56). Ask KVMLIB_CAP_VM_TSC_CONTROL first (Linux 5.19).
 *
 * @param vm VM.
 * @return The frequency in kHz, or a negative errno.
 * @retval -EINVAL NULL @p vm.
 * @retval -EIO    The host's counter is not stable (cause HOST_FEATURE_MISSING); the kernels of
 *                 today do not say so.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_get_tsc_khz(struct kvmlib_vm *vm);

/**
 * @brief Tell the guest that it was stopped, before it goes on.
 *
 * Wraps KVM_KVMCLOCK_CTRL (vCPU ioctl, api.rst 4.70). Ask KVMLIB_CAP_KVMCLOCK_CTRL first. A guest
 * that uses kvmclock keeps its watchdogs quiet then.
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or the guest does not use kvmclock (cause KVMCLOCK_NOT_REGISTERED),
 *                 which needs nothing done.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_kvmclock_ctrl(struct kvmlib_vcpu *vcpu);

/**
 * @brief Get the VM's clock.
 *
 * Wraps KVM_GET_CLOCK (VM ioctl, api.rst 4.29). Ask KVMLIB_CAP_ADJUST_CLOCK first; it tells which
 * of KVMLIB_CLOCK_* the kernel knows.
 *
 * @param[in]  vm        VM.
 * @param[out] ret_clock Receives the clock in nanoseconds; flags tells what else is set:
 *                       KVMLIB_CLOCK_REALTIME, KVMLIB_CLOCK_HOST_TSC (Linux 5.16). Untouched on
 *                       failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_get_clock(struct kvmlib_vm *vm, struct kvmlib_clock_data *ret_clock);

/**
 * @brief Set the VM's clock.
 *
 * Wraps KVM_SET_CLOCK (VM ioctl, api.rst 4.30). Ask KVMLIB_CAP_ADJUST_CLOCK first. Guests that use
 * kvmclock see it, others do not.
 *
 * @param vm    VM.
 * @param clock The clock in nanoseconds. With KVMLIB_CLOCK_REALTIME in flags (Linux 5.16) it is
 *              moved on by the time since realtime. All else 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or a flag that the kernel does not take (cause UNKNOWN_FLAGS).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_clock(struct kvmlib_vm *vm, const struct kvmlib_clock_data *clock);

/** @} */

KVMLIB_END_DECLS
#endif
