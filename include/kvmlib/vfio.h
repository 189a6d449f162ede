/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_VFIO_H
#define KVMLIB_VFIO_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup vfio The VFIO device
 * @brief Telling KVM which devices of the host are the guest's.
 *
 * KVM makes no access of its own to them, but has to know: whether their DMA is coherent, and, on
 * POWER, which I/O translation tables they use; drivers of mediated devices learn of the VM by it.
 * Files are added before the guest runs, and before a device is opened through its group. KVM
 * holds a file as long as it is added; the caller keeps its own descriptor.
 * @{
 */

struct kvmlib_vfio;
struct kvmlib_vm;

/**
 * @brief Make the VFIO device of a VM, without files.
 *
 * Wraps KVM_CREATE_DEVICE (VM ioctl, api.rst 4.79) with KVM_DEV_TYPE_VFIO. A VM has one at a time.
 *
 * @param[in]  vm       VM; the device keeps a reference.
 * @param[out] ret_vfio New device; drop it with kvmlib_vfio_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -EBUSY  The VM has one (cause DEVICE_EXISTS).
 * @retval -ENODEV This kernel or architecture has no such device (cause DEVICE_TYPE_UNKNOWN).
 * @retval -EMFILE Too many open files in this process (cause FD_LIMIT).
 * @retval -ENOMEM No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vfio_new(struct kvmlib_vm *vm, struct kvmlib_vfio **ret_vfio);

/**
 * @brief Take a reference.
 * @param vfio Device, or NULL.
 * @return @p vfio.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_vfio *kvmlib_vfio_ref(struct kvmlib_vfio *vfio);

/**
 * @brief Drop a reference; the last one removes all files, and the device.
 *
 * Not as long as a forked child has its descriptor.
 *
 * @param vfio Device, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_vfio *kvmlib_vfio_unref(struct kvmlib_vfio *vfio);

/**
 * @brief Add a file of VFIO.
 *
 * Wraps KVM_SET_DEVICE_ATTR (device ioctl, api.rst 4.80) with KVM_DEV_VFIO_FILE_ADD
 * (devices/vfio.rst), which has the number of KVM_DEV_VFIO_GROUP_ADD: kernels before 6.6 take
 * groups alone.
 *
 * @param vfio Device.
 * @param fd   A VFIO group, or a VFIO device's own file.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vfio (cause NULL_ARGUMENT); the file is no such one, or the kernel has no
 *                 VFIO (cause NOT_VFIO_FILE).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @retval -EEXIST The file was added before (cause VFIO_FILE_ADDED).
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vfio_add(struct kvmlib_vfio *vfio, int fd);

/**
 * @brief Remove a file.
 *
 * Wraps KVM_SET_DEVICE_ATTR (device ioctl, api.rst 4.80) with KVM_DEV_VFIO_FILE_DEL
 * (devices/vfio.rst).
 *
 * @param vfio Device.
 * @param fd   A descriptor of a file that was added; need not be the same one.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vfio (cause NULL_ARGUMENT); kernels before 6.2: the file is no VFIO group
 *                 (cause NOT_VFIO_FILE).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @retval -ENOENT The file was not added (cause NOT_REGISTERED).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vfio_remove(struct kvmlib_vfio *vfio, int fd);

/**
 * @brief POWER: say which I/O translation table a group uses.
 *
 * Wraps KVM_SET_DEVICE_ATTR (device ioctl, api.rst 4.80) with KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE
 * (devices/vfio.rst).
 *
 * @param vfio     Device.
 * @param group_fd A VFIO group that was added.
 * @param table_fd A table of this VM, from kvmlib_vm_create_spapr_tce_64().
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p vfio (cause NULL_ARGUMENT); no table of this VM, or one that the group
 *                     can't use (cause TCE_TABLE_REFUSED).
 * @retval -EBADF      One of the two is not open (cause BAD_FD; the record's FD is that one).
 * @retval -ENOENT     The group was not added (cause NOT_REGISTERED).
 * @retval -ENOMEM     No memory in the kernel.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vfio_set_spapr_tce(struct kvmlib_vfio *vfio, int group_fd, int table_fd);

/**
 * @brief The descriptor of the device.
 * @param vfio Device.
 * @return The descriptor, which stays the device's; -EINVAL for NULL (cause NULL_ARGUMENT).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vfio_fd(const struct kvmlib_vfio *vfio);

/** @} */

KVMLIB_END_DECLS
#endif
