/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_SYSTEM_H
#define KVMLIB_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>
#include <kvmlib/log.h>
#include <kvmlib/sys.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup system The system
 * @brief An open `/dev/kvm`: its capabilities, and the VMs made from it.
 *
 * A system handle owns an open `/dev/kvm`, the syscall table and the log hook. VMs are made from
 * it and keep it alive. System calls work in a forked child too.
 * @{
 */

struct kvmlib_system;
struct kvmlib_vm;

/** Options of kvmlib_system_open(). Zero means "default" for every member. */
struct kvmlib_system_opts {
	size_t size;			  /**< sizeof this struct in the caller's build, in bytes */
	const char *path;		  /**< the device node; NULL is "/dev/kvm"; not kept */
	const struct kvmlib_sys_ops *sys; /**< replaces system calls; copied; NULL is libc */
	kvmlib_log_fn log;		  /**< receives events; NULL for none */
	void *log_userdata;		  /**< passed to @ref log */
	/** Called with @ref log_userdata when the system is freed; not if it is not opened. */
	void (*log_destroy)(void *userdata);
	uint32_t log_level; /**< the most talkative level wanted; 0 with a @ref log is WARNING */
	uint32_t reserved;  /**< must be 0 */
};

/**
 * @brief Open the system's KVM.
 *
 * Opens the device node close-on-exec, and asks KVM_GET_API_VERSION (api.rst 4.1) and
 * KVM_GET_VCPU_MMAP_SIZE (api.rst 4.5).
 *
 * @param[in]  opts       Options, or NULL for all defaults.
 * @param[out] ret_system New system; drop it with kvmlib_system_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p ret_system, opts->size too small, a set reserved member, an unknown level.
 * @retval -E2BIG  @p opts sets a member that this library does not know.
 * @retval -ENOENT No such node: the module is not loaded, or the host has no virtualization.
 * @retval -EACCES No permission on the node (the hint names the group kvm).
 * @retval -EPERM  Denied by a device cgroup, a seccomp filter or a security module.
 * @retval -ENODEV The node exists, but no KVM module serves it (also -ENXIO).
 * @retval -ENOTTY The node is not KVM's (cause NOT_KVM_FD).
 * @retval -EPROTONOSUPPORT The API version is not 12, or the run page's size is absurd.
 * @retval -EMFILE Too many open file descriptors (system wide: -ENFILE).
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet hello.c handles
 */
KVMLIB_EXPORT int kvmlib_system_open(const struct kvmlib_system_opts *opts,
				     struct kvmlib_system **ret_system);

/**
 * @brief Adopt an open `/dev/kvm`.
 *
 * For a descriptor that a privileged parent passed on. It is duplicated, close-on-exec; the caller
 * keeps its own.
 *
 * @param[in]  fd         An open `/dev/kvm`.
 * @param[in]  opts       Options, or NULL; opts->path is not used.
 * @param[out] ret_system New system; drop it with kvmlib_system_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EBADF  @p fd is not open.
 * @retval -ENOTTY @p fd is not KVM's device node (cause NOT_KVM_FD).
 * @retval -EINVAL As kvmlib_system_open(); so are -E2BIG, -EPROTONOSUPPORT, -EMFILE and -ENOMEM.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_from_fd(int fd, const struct kvmlib_system_opts *opts,
					struct kvmlib_system **ret_system);

/**
 * @brief Take a reference.
 * @param system System, or NULL.
 * @return @p system.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_system *kvmlib_system_ref(struct kvmlib_system *system);

/**
 * @brief Drop a reference; the last one closes the descriptor.
 * @param system System, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_system *kvmlib_system_unref(struct kvmlib_system *system);

/**
 * @brief The descriptor of `/dev/kvm`.
 * @param system System.
 * @return The descriptor, borrowed until the system is freed; -EINVAL if @p system is NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_fd(const struct kvmlib_system *system);

/**
 * @brief Issue any ioctl on the system: the way out for what the library does not wrap.
 *
 * @param system  System.
 * @param request Request number, as this architecture encodes it.
 * @param arg     Its argument: a value, or a pointer cast to uintptr_t.
 * @return What the kernel returned, >= 0, or a negative errno with a record.
 * @retval -EINVAL NULL @p system, or the kernel's.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_ioctl(struct kvmlib_system *system, unsigned long request,
				      uintptr_t arg);

/**
 * @brief Ask for the version of KVM's API: always 12.
 *
 * Wraps KVM_GET_API_VERSION (system ioctl, api.rst 4.1).
 *
 * @param system System.
 * @return The version, or a negative errno.
 * @retval -EINVAL NULL @p system.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_api_version(struct kvmlib_system *system);

/**
 * @brief Ask for a capability of the host.
 *
 * Wraps KVM_CHECK_EXTENSION (system ioctl, api.rst 4.4). A VM may answer otherwise: ask it with
 * kvmlib_vm_check_extension() where there is one.
 *
 * @param system     System.
 * @param capability KVMLIB_CAP_*, or the number of a capability newer than this library.
 * @return 0 if absent; a value > 0, whose meaning kvmlib_capability_meaning() tells; or a negative
 *         errno.
 * @retval -EINVAL NULL @p system, or (arm64) a capability that only a VM can answer.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_check_extension(struct kvmlib_system *system, uint32_t capability);

/**
 * @brief Ask for the size of a vCPU's mapping.
 *
 * Wraps KVM_GET_VCPU_MMAP_SIZE (system ioctl, api.rst 4.5).
 *
 * @param system System.
 * @return The size in bytes, or a negative errno.
 * @retval -EINVAL NULL @p system.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_vcpu_mmap_size(struct kvmlib_system *system);

/** Options of kvmlib_system_create_vm(). Zero means "default" for every member. */
struct kvmlib_vm_opts {
	size_t size;   /**< sizeof this struct in the caller's build, in bytes */
	uint64_t type; /**< machine type, KVMLIB_X86_*_VM and the like; api.rst 4.2 */
};

/**
 * @brief Create a virtual machine.
 *
 * Wraps KVM_CREATE_VM (system ioctl, api.rst 4.2). The only call that is retried: the kernel may
 * answer EINTR without a signal that the caller knows of. It is tried up to 64 times, with pauses
 * that grow from 1 microsecond to 1 millisecond; the record (KVMLIB_VALUE_RETRIES) and the log say
 * how often. The VM has no memory and no vCPUs yet, and keeps @p system alive.
 *
 * @param[in]  system System.
 * @param[in]  opts   Options, or NULL for all defaults.
 * @param[out] ret_vm New VM; drop it with kvmlib_vm_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p system or @p ret_vm, size too small, or a type that KVM refuses.
 * @retval -E2BIG  @p opts sets a member that this library does not know.
 * @retval -EINTR  Signals came during every try.
 * @retval -EBUSY  Another hypervisor holds the CPUs (before Linux 6.12), or the host goes down.
 * @retval -EIO    Another hypervisor holds the CPUs (Linux 6.12 and later).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @retval -EMFILE Too many open file descriptors (system wide: -ENFILE).
 * @threadsafety Any thread; calls on one @p system may run at the same time.
 * @since 0.1
 * @par Example
 * @snippet hello.c handles
 */
KVMLIB_EXPORT int kvmlib_system_create_vm(struct kvmlib_system *system,
					  const struct kvmlib_vm_opts *opts,
					  struct kvmlib_vm **ret_vm);

/**
 * @brief Read an attribute of the system.
 *
 * Wraps KVM_GET_DEVICE_ATTR (system ioctl, api.rst 4.80). Only x86 has any. Ask for
 * KVMLIB_CAP_SYS_ATTRIBUTES first.
 *
 * @warning KVM writes as many bytes as the attribute has, and can't know the size of the caller's
 * buffer.
 *
 * @param[in]  system    System.
 * @param[in]  group     KVMLIB_X86_GRP_*: the group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value, of the size that its documentation gives.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENXIO  No such group or attribute (cause ATTR_UNKNOWN).
 * @retval -EPERM  The attribute can't be read (cause ATTR_WRITE_ONLY).
 * @retval -EFAULT @p ret_value can't be written.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_device_attr(struct kvmlib_system *system, uint32_t group,
						uint64_t attr, void *ret_value);

/**
 * @brief Read an attribute of 32 bits.
 *
 * As kvmlib_system_get_device_attr(); for attributes whose documentation gives 4 bytes.
 *
 * @param[in]  system    System.
 * @param[in]  group     The group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; so are the other errors of kvmlib_system_get_device_attr().
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_device_attr_u32(struct kvmlib_system *system, uint32_t group,
						    uint64_t attr, uint32_t *ret_value);

/**
 * @brief Read an attribute of 64 bits.
 *
 * As kvmlib_system_get_device_attr(); for attributes whose documentation gives 8 bytes.
 *
 * @param[in]  system    System.
 * @param[in]  group     The group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; so are the other errors of kvmlib_system_get_device_attr().
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_get_device_attr_u64(struct kvmlib_system *system, uint32_t group,
						    uint64_t attr, uint64_t *ret_value);

/**
 * @brief Ask whether the system has an attribute.
 *
 * Wraps KVM_HAS_DEVICE_ATTR (system ioctl, api.rst 4.81). Only x86 has any. Ask for
 * KVMLIB_CAP_SYS_ATTRIBUTES first.
 *
 * @param system System.
 * @param group KVMLIB_X86_GRP_*: the group of the attribute.
 * @param attr  The attribute in its group.
 * @retval 0       It has.
 * @retval -EINVAL NULL @p system.
 * @retval -ENXIO  It has not (cause ATTR_UNKNOWN).
 * @retval -EPERM  It can't be asked (cause ATTR_NO_PROBE).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_system_has_device_attr(struct kvmlib_system *system, uint32_t group,
						uint64_t attr);

/** @} */

KVMLIB_END_DECLS
#endif
