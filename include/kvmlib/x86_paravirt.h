/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_X86_PARAVIRT_H
#define KVMLIB_X86_PARAVIRT_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup x86_paravirt Xen and Hyper-V
 * @brief What guests made for Xen or Hyper-V expect.
 * @ingroup x86
 *
 * What guests made for these hypervisors expect.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvmlib_xen_hvm_attr;
struct kvmlib_xen_vcpu_attr;
struct kvm_xen_hvm_config;

/**
 * @brief Let a VM pose as one of Xen.
 *
 * Wraps KVM_XEN_HVM_CONFIG (VM ioctl, api.rst 4.28). Ask KVMLIB_CAP_XEN_HVM first; it tells which
 * of KVMLIB_XEN_HVM_CONFIG_* the kernel knows.
 *
 * @param vm     VM.
 * @param config With KVMLIB_XEN_HVM_CONFIG_INTERCEPT_HCALL in flags KVM fills the hypercall page,
 *               and no blob is given.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, an unknown flag, an MSR outside of KVMLIB_XEN_MSR_MIN_INDEX to
 *                 _MAX_INDEX, or blobs beside that flag (cause VALUE_REFUSED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_xen_hvm_config(struct kvmlib_vm *vm,
					   const struct kvm_xen_hvm_config *config);

/**
 * @brief Get an attribute of a Xen guest.
 *
 * Wraps KVM_XEN_HVM_GET_ATTR (VM ioctl, api.rst 4.127). Ask KVMLIB_CAP_XEN_HVM for
 * KVMLIB_XEN_HVM_CONFIG_SHARED_INFO first.
 *
 * @param[in]     vm   VM.
 * @param[in,out] attr Its type chooses, KVMLIB_XEN_ATTR_TYPE_*. Receives the value. Untouched on
 *                     failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENOENT An unknown type (cause XEN_ATTR_UNKNOWN).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_xen_hvm_get_attr(struct kvmlib_vm *vm,
					     struct kvmlib_xen_hvm_attr *attr);

/**
 * @brief Set an attribute of a Xen guest.
 *
 * Wraps KVM_XEN_HVM_SET_ATTR (VM ioctl, api.rst 4.126). Ask KVMLIB_CAP_XEN_HVM for
 * KVMLIB_XEN_HVM_CONFIG_SHARED_INFO first.
 *
 * @param vm   VM.
 * @param attr The attribute: type, KVMLIB_XEN_ATTR_TYPE_*, and value.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or a value that the attribute can't have (cause VALUE_REFUSED).
 * @retval -ENOENT An unknown type (cause XEN_ATTR_UNKNOWN).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_xen_hvm_set_attr(struct kvmlib_vm *vm,
					     const struct kvmlib_xen_hvm_attr *attr);

/**
 * @brief Deliver an event to a Xen guest.
 *
 * Wraps KVM_XEN_HVM_EVTCHN_SEND (VM ioctl, api.rst 4.135). Ask KVMLIB_CAP_XEN_HVM for
 * KVMLIB_XEN_HVM_CONFIG_EVTCHN_SEND first. Returns what the kernel does: 0 where the event was
 * pending already or is masked, else 1.
 *
 * @param vm       VM.
 * @param port     Event channel of the guest.
 * @param vcpu_id  Id of the vCPU that gets it.
 * @param priority KVMLIB_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL.
 * @return What the kernel answers, >= 0, or a negative errno.
 * @retval -EINVAL NULL @p vm, no or too high a port, or another priority (cause VALUE_REFUSED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_xen_hvm_evtchn_send(struct kvmlib_vm *vm, uint32_t port,
						uint32_t vcpu_id, uint32_t priority);

/**
 * @brief Get an attribute of a Xen guest's vCPU.
 *
 * Wraps KVM_XEN_VCPU_GET_ATTR (vCPU ioctl, api.rst 4.129). Ask KVMLIB_CAP_XEN_HVM for
 * KVMLIB_XEN_HVM_CONFIG_SHARED_INFO first.
 *
 * @param[in]     vcpu vCPU.
 * @param[in,out] attr Its type chooses, KVMLIB_XEN_VCPU_ATTR_TYPE_*. Receives the value. Untouched
 *                     on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENOENT An unknown type (cause XEN_ATTR_UNKNOWN).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_xen_vcpu_get_attr(struct kvmlib_vcpu *vcpu,
						struct kvmlib_xen_vcpu_attr *attr);

/**
 * @brief Set an attribute of a Xen guest's vCPU.
 *
 * Wraps KVM_XEN_VCPU_SET_ATTR (vCPU ioctl, api.rst 4.128). Ask KVMLIB_CAP_XEN_HVM for
 * KVMLIB_XEN_HVM_CONFIG_SHARED_INFO first.
 *
 * @param vcpu vCPU.
 * @param attr The attribute: type, KVMLIB_XEN_VCPU_ATTR_TYPE_*, and value.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument.
 * @retval -ENOENT     An unknown type (cause XEN_ATTR_UNKNOWN).
 * @retval -EOPNOTSUPP The host does not account for run states (cause HOST_FEATURE_MISSING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_xen_vcpu_set_attr(struct kvmlib_vcpu *vcpu,
						const struct kvmlib_xen_vcpu_attr *attr);

/**
 * @brief Connect an eventfd to a Hyper-V connection of the guest.
 *
 * Wraps KVM_HYPERV_EVENTFD (VM ioctl, api.rst 4.113). Ask KVMLIB_CAP_HYPERV_EVENTFD first.
 * HvCallSignalEvent on the connection signals the descriptor instead of exiting.
 *
 * @param vm      VM.
 * @param conn_id Connection, 24 bits.
 * @param fd      An eventfd, which KVM keeps a reference of; ignored where the connection is
 *                undone.
 * @param flags   0, or KVMLIB_HYPERV_EVENTFD_DEASSIGN to undo it.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, more than 24 bits, an unknown flag, or no eventfd (cause
 *                 VALUE_REFUSED).
 * @retval -ENOENT No such connection to undo (cause NOT_REGISTERED).
 * @retval -EEXIST The connection has an eventfd (cause ID_IN_USE).
 * @retval -EBADF  @p fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_hyperv_eventfd(struct kvmlib_vm *vm, uint32_t conn_id, int fd,
					   uint32_t flags);

/** @} */

KVMLIB_END_DECLS
#endif
