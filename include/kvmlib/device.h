/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_DEVICE_H
#define KVMLIB_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup device Devices
 * @brief Devices in the kernel, and their attributes.
 *
 * A device handle owns the descriptor of a device that kvmlib_vm_create_device() made in the
 * kernel. The errors that @ref vm lists for every call hold here too.
 * @{
 */

struct kvmlib_device;

/**
 * @brief Take a reference.
 * @param device Device, or NULL.
 * @return @p device.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_device *kvmlib_device_ref(struct kvmlib_device *device);

/**
 * @brief Drop a reference; the last one closes the descriptor.
 *
 * Most devices stay in the VM until it is gone.
 *
 * @param device Device, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_device *kvmlib_device_unref(struct kvmlib_device *device);

/**
 * @brief The device's descriptor.
 * @param device Device.
 * @return The descriptor, borrowed until the device is freed; -EINVAL if @p device is NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_device_fd(const struct kvmlib_device *device);

/**
 * @brief Issue any ioctl on the device: the way out for what the library does not wrap.
 *
 * @param device  Device.
 * @param request Request number, as this architecture encodes it.
 * @param arg     Its argument: a value, or a pointer cast to uintptr_t.
 * @return What the kernel returned, >= 0, or a negative errno with a record.
 * @retval -EINVAL NULL @p device, or the kernel's.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_device_ioctl(struct kvmlib_device *device, unsigned long request,
				      uintptr_t arg);

/**
 * @brief Write an attribute of the device.
 *
 * Wraps KVM_SET_DEVICE_ATTR (device ioctl, api.rst 4.80).
 *
 * @param device Device.
 * @param group  KVMLIB_DEV_*_GRP_*: the group of the attribute.
 * @param attr   The attribute in its group.
 * @param value  What the attribute takes, of the size that its documentation gives; may be NULL
 *               where it takes nothing.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p device, or a value that KVM refuses.
 * @retval -ENXIO  No such group or attribute.
 * @retval -EPERM  The attribute can't be written.
 * @retval -EBUSY  Not in this state of the device or its vCPUs.
 * @retval -EEXIST An address or range that is set already.
 * @retval -E2BIG  An address beyond guest physical memory.
 * @retval -ENODEV Hardware support or a vCPU feature is missing.
 * @retval -EBADF  VFIO: the file in @p value is not open.
 * @retval -ENOENT VFIO: the file to be taken away was not added.
 * @retval -EFAULT @p value can't be read.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet devices.c device
 */
KVMLIB_EXPORT int kvmlib_device_set_attr(struct kvmlib_device *device, uint32_t group,
					 uint64_t attr, const void *value);

/**
 * @brief Read an attribute of the device.
 *
 * Wraps KVM_GET_DEVICE_ATTR (device ioctl, api.rst 4.80).
 *
 * @param[in]  device    Device.
 * @param[in]  group     KVMLIB_DEV_*_GRP_*: the group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value, of the size that its documentation gives.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or as the device has it.
 * @retval -ENXIO  No such group or attribute.
 * @retval -EPERM  The attribute can't be read.
 * @retval -EFAULT @p ret_value can't be written.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_device_get_attr(struct kvmlib_device *device, uint32_t group,
					 uint64_t attr, void *ret_value);

/**
 * @brief Ask whether the device has an attribute.
 *
 * Wraps KVM_HAS_DEVICE_ATTR (device ioctl, api.rst 4.81).
 *
 * @param device Device.
 * @param group  KVMLIB_DEV_*_GRP_*: the group of the attribute.
 * @param attr   The attribute in its group.
 * @retval 0       It has.
 * @retval -EINVAL NULL @p device.
 * @retval -ENXIO  It has not.
 * @retval -EPERM  The device can't be asked.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_device_has_attr(struct kvmlib_device *device, uint32_t group,
					 uint64_t attr);

/**
 * @brief Read an attribute of 32 bits.
 *
 * As kvmlib_device_get_attr(); for attributes whose documentation gives 4 bytes.
 *
 * @param[in]  device    Device.
 * @param[in]  group     The group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; so are the other errors of kvmlib_device_get_attr().
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_device_get_attr_u32(struct kvmlib_device *device, uint32_t group,
					     uint64_t attr, uint32_t *ret_value);

/**
 * @brief Read an attribute of 64 bits.
 *
 * As kvmlib_device_get_attr(); for attributes whose documentation gives 8 bytes.
 *
 * @param[in]  device    Device.
 * @param[in]  group     The group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; so are the other errors of kvmlib_device_get_attr().
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_device_get_attr_u64(struct kvmlib_device *device, uint32_t group,
					     uint64_t attr, uint64_t *ret_value);

/** @} */

KVMLIB_END_DECLS
#endif
