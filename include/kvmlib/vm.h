/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_VM_H
#define KVMLIB_VM_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup vm Virtual machines
 * @brief Memory slots, dirty logs, interrupts; vCPUs and devices are made from them.
 *
 * A VM handle owns one VM descriptor of KVM. It belongs to the process that created the VM. Every
 * call on it that reaches the kernel can, besides the errors listed with it, fail with:
 *
 * - -EIO, cause FORKED: this process is a forked child of the one that created the VM;
 * - -EIO, cause VM_DEAD: KVM has given the VM up; only dropping it is left;
 * - -EOPNOTSUPP, cause ARCH_UNSUPPORTED: this architecture has no such ioctl; none was issued;
 * - -ENOTTY or -EINVAL, cause UNKNOWN_IOCTL: this kernel has no such ioctl.
 * @{
 */

struct kvmlib_system;
struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvmlib_device;
struct kvm_userspace_memory_region;
struct kvm_irqfd;
struct kvm_ioeventfd;
struct kvm_msi;
struct kvmlib_irq_routing_entry;
struct kvmlib_userspace_memory_region2;

/**
 * @brief Adopt the VM of other code in this process.
 *
 * The descriptor is duplicated, close-on-exec; the caller keeps its own. For an existing VMM that
 * moves over call by call. KVM refuses a process that did not create the VM, and so does this.
 *
 * @param[in]  system System; the VM keeps it alive.
 * @param[in]  fd     A VM descriptor.
 * @param[out] ret_vm New handle; drop it with kvmlib_vm_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p system or @p ret_vm.
 * @retval -EBADF  @p fd is not open.
 * @retval -ENOTTY @p fd is not a VM (cause NOT_VM_FD).
 * @retval -EIO    The VM belongs to another process (cause FORKED).
 * @retval -ENOMEM No memory.
 * @retval -EMFILE Too many open file descriptors.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_from_fd(struct kvmlib_system *system, int fd,
				    struct kvmlib_vm **ret_vm);

/**
 * @brief Take a reference.
 * @param vm VM, or NULL.
 * @return @p vm.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_vm *kvmlib_vm_ref(struct kvmlib_vm *vm);

/**
 * @brief Drop a reference.
 *
 * The last one closes the descriptor. vCPUs and devices hold references of their own, so that the
 * order of release does not matter.
 *
 * @param vm VM, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_vm *kvmlib_vm_unref(struct kvmlib_vm *vm);

/**
 * @brief The VM's descriptor.
 * @param vm VM.
 * @return The descriptor, borrowed until the VM is freed; -EINVAL if @p vm is NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_fd(const struct kvmlib_vm *vm);

/**
 * @brief Issue any ioctl on the VM: the way out for what the library does not wrap.
 *
 * @param vm      VM.
 * @param request Request number, as this architecture encodes it.
 * @param arg     Its argument: a value, or a pointer cast to uintptr_t.
 * @return What the kernel returned, >= 0, or a negative errno with a record.
 * @retval -EINVAL NULL @p vm, or the kernel's.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet dirty-log.c ioctl
 */
KVMLIB_EXPORT int kvmlib_vm_ioctl(struct kvmlib_vm *vm, unsigned long request, uintptr_t arg);

/**
 * @brief Ask for a capability of the VM.
 *
 * Wraps KVM_CHECK_EXTENSION (VM ioctl, api.rst 4.4). The answer may differ from the system's, and
 * change with the VM's type and the capabilities enabled on it.
 *
 * @param vm         VM.
 * @param capability KVMLIB_CAP_*, or the number of a capability newer than this library.
 * @return 0 if absent, a value > 0, or a negative errno.
 * @retval -EINVAL NULL @p vm.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_check_extension(struct kvmlib_vm *vm, uint32_t capability);

/**
 * @brief Create, move, change the flags of, or delete a memory slot.
 *
 * Wraps KVM_SET_USER_MEMORY_REGION (VM ioctl, api.rst 4.35). Exactly the kernel's call: a size of 0
 * deletes; a slot's size, host address and READONLY flag can't change, delete it first. The memory
 * behind the slot must stay mapped until the slot is gone.
 *
 * @param vm     VM.
 * @param region Slot (bits 0-15 its number, 16-31 the address space), flags (KVMLIB_MEM_*), guest
 *               physical address, size and host address, the last three in bytes and page aligned.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; not page aligned (cause SLOT_UNALIGNED); an unknown flag; a slot
 *                 number beyond KVMLIB_CAP_NR_MEMSLOTS; a range that wraps, or (x86, s390x) ends beyond
 *                 the guest's addresses; a change that needs delete and create; a deletion of
 *                 what is not there.
 * @retval -EEXIST The guest range overlaps another slot (cause SLOT_OVERLAP).
 * @retval -ENOMEM No memory in the kernel (loongarch64: range beyond the guest's address size).
 * @retval -EFAULT @p region can't be read (arm64, riscv64: range beyond the guest's address size).
 * @retval -EPERM  riscv64: host memory is read-only, the slot is not; arm64: a protected VM's slot.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet dirty-log.c slot
 */
KVMLIB_EXPORT int
kvmlib_vm_set_user_memory_region(struct kvmlib_vm *vm,
				 const struct kvm_userspace_memory_region *region);

/**
 * @brief Read (and, without manual protection, clear) the dirty log of a slot.
 *
 * Wraps KVM_GET_DIRTY_LOG (VM ioctl, api.rst 4.8).
 *
 * @warning KVM writes one bit for each page of the slot, rounded up to 64-bit words, and can't know
 * the size of the caller's buffer: one that is too small is overrun.
 *
 * @param[in]  vm         VM.
 * @param[in]  slot       Slot number, and address space in bits 16-31.
 * @param[out] ret_bitmap One bit a page, lowest first; (pages + 63) / 64 words of 64 bits.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or a slot number out of range.
 * @retval -ENOENT No such slot, or its dirty log is off.
 * @retval -ENXIO  The dirty ring is in use instead.
 * @retval -EFAULT @p ret_bitmap can't be written.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet dirty-log.c dirty
 */
KVMLIB_EXPORT int kvmlib_vm_get_dirty_log(struct kvmlib_vm *vm, uint32_t slot, void *ret_bitmap);

/**
 * @brief Clear bits of a slot's dirty log, and protect their pages again.
 *
 * Wraps KVM_CLEAR_DIRTY_LOG (VM ioctl, api.rst 4.117); for use with
 * KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2. Clear only bits that were read before.
 *
 * @param vm         VM.
 * @param slot       Slot number, and address space in bits 16-31.
 * @param first_page First page of @p bitmap; a multiple of 64.
 * @param num_pages  Pages in @p bitmap; a multiple of 64, or up to the end of the slot.
 * @param bitmap     One bit a page, bit 0 is @p first_page; set bits are cleared in the log.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, pages not multiples of 64 or beyond the slot, slot out of range.
 * @retval -ENOENT No such slot, or its dirty log is off.
 * @retval -ENXIO  The dirty ring is in use instead.
 * @retval -EFAULT @p bitmap can't be read.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet dirty-log.c dirty
 */
KVMLIB_EXPORT int kvmlib_vm_clear_dirty_log(struct kvmlib_vm *vm, uint32_t slot,
					    uint64_t first_page, uint32_t num_pages,
					    const void *bitmap);

/**
 * @brief Create the architecture's default interrupt controller in the kernel.
 *
 * Wraps KVM_CREATE_IRQCHIP (VM ioctl, api.rst 4.24). On x86: two PICs, an IOAPIC, and a local APIC
 * with every vCPU made from then on. Before the first vCPU.
 *
 * @param vm VM.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or vCPUs exist already.
 * @retval -EEXIST The VM has an interrupt controller, full or split.
 * @retval -ENXIO  arm64: the host has no usable vGIC.
 * @retval -ENODEV arm64: the host can't emulate a GICv2.
 * @retval -EBUSY  arm64: a vCPU has run.
 * @retval -E2BIG  arm64: more vCPUs than a GICv2 serves.
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet devices.c irqchip
 */
KVMLIB_EXPORT int kvmlib_vm_create_irqchip(struct kvmlib_vm *vm);

/**
 * @brief Set the level of an interrupt line.
 *
 * Wraps KVM_IRQ_LINE (VM ioctl, api.rst 4.25). An edge is level 1, then level 0.
 *
 * @param vm    VM.
 * @param irq   x86: the GSI; arm64: type, vCPU and number as api.rst 4.25 packs them; riscv64: the
 *              AIA's source.
 * @param level 1 active, 0 inactive.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or (arm64, riscv64) no such line.
 * @retval -ENXIO  No interrupt controller in the kernel.
 * @retval -EBUSY  arm64, riscv64: the interrupt controller is not initialized.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet devices.c irq
 */
KVMLIB_EXPORT int kvmlib_vm_irq_line(struct kvmlib_vm *vm, uint32_t irq, uint32_t level);

/**
 * @brief Create a vCPU.
 *
 * Wraps KVM_CREATE_VCPU (VM ioctl, api.rst 4.7) and maps its run page, which a forked child does
 * not inherit. KVM can't destroy a vCPU alone: after the handle is gone, the id stays taken until
 * the VM is gone. So it is when the mapping fails after KVM made the vCPU; the record's call is
 * then "mmap(vcpu)".
 *
 * @param[in]  vm       VM; the vCPU keeps it alive.
 * @param[in]  id       Id; below KVMLIB_CAP_MAX_VCPU_ID. On x86 it is the APIC id.
 * @param[out] ret_vcpu New vCPU; drop it with kvmlib_vcpu_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm or @p ret_vcpu, an id or a count beyond the maximum.
 * @retval -EEXIST A vCPU with that id exists (x86: or a slot covers the APIC page at 0xfee00000).
 * @retval -EBUSY  arm64: the interrupt controller is initialized already.
 * @retval -ENOMEM No memory, here or in the kernel.
 * @retval -EMFILE Too many open file descriptors (system wide: -ENFILE).
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet hello.c handles
 */
KVMLIB_EXPORT int kvmlib_vm_create_vcpu(struct kvmlib_vm *vm, uint32_t id,
					struct kvmlib_vcpu **ret_vcpu);

/**
 * @brief Create an in-kernel device.
 *
 * Wraps KVM_CREATE_DEVICE (VM ioctl, api.rst 4.79).
 *
 * @param[in]  vm         VM; the device keeps it alive.
 * @param[in]  type       KVMLIB_DEV_TYPE_*.
 * @param[in]  flags      0, or KVMLIB_CREATE_DEVICE_TEST to ask whether the type is there; then no
 *                        device is made, and @p ret_device may be NULL and is left alone.
 * @param[out] ret_device New device; drop it with kvmlib_device_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm or @p ret_device.
 * @retval -ENODEV The kernel has no such device type.
 * @retval -EEXIST There can be one only, and it exists.
 * @retval -EBUSY  Too late for this device: a vCPU has run (VFIO: exists already).
 * @retval -E2BIG  arm64: more vCPUs than that GIC serves.
 * @retval -ENOMEM No memory, here or in the kernel.
 * @retval -EMFILE Too many open file descriptors.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet devices.c device
 */
KVMLIB_EXPORT int kvmlib_vm_create_device(struct kvmlib_vm *vm, uint32_t type, uint32_t flags,
					  struct kvmlib_device **ret_device);

/**
 * @brief Write an attribute of the VM.
 *
 * Wraps KVM_SET_DEVICE_ATTR (VM ioctl, api.rst 4.80). Only arm64, s390x and loongarch64 have any.
 * s390x tells with KVMLIB_CAP_VM_ATTRIBUTES; elsewhere ask kvmlib_vm_has_device_attr().
 *
 * @param vm    VM.
 * @param group KVMLIB_ARM_VM_*, KVMLIB_S390_VM_*: the group of the attribute.
 * @param attr  The attribute in its group.
 * @param value What the attribute takes, of the size that its documentation gives; may be NULL
 *              where it takes nothing.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a value that KVM refuses (cause ATTR_VALUE).
 * @retval -ENXIO  No such group or attribute (cause ATTR_UNKNOWN).
 * @retval -EPERM  The attribute can't be written (cause ATTR_READ_ONLY).
 * @retval -EBUSY  Too late, or vCPUs run (cause ATTR_BUSY).
 * @retval -EEXIST An address or range that is set already (cause ADDRESS_ALREADY_SET).
 * @retval -E2BIG  An address beyond guest physical memory (cause DEVICE_ABOVE_GPA_LIMIT).
 * @retval -ENODEV Hardware support or a vCPU feature is missing (cause HOST_FEATURE_MISSING).
 * @retval -EFAULT @p value can't be read.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_device_attr(struct kvmlib_vm *vm, uint32_t group, uint64_t attr,
					    const void *value);

/**
 * @brief Read an attribute of the VM.
 *
 * Wraps KVM_GET_DEVICE_ATTR (VM ioctl, api.rst 4.80). Only arm64, s390x and loongarch64 have any.
 * s390x tells with KVMLIB_CAP_VM_ATTRIBUTES; elsewhere ask kvmlib_vm_has_device_attr().
 *
 * @warning KVM writes as many bytes as the attribute has, and can't know the size of the caller's
 * buffer.
 *
 * @param[in]  vm        VM.
 * @param[in]  group     KVMLIB_ARM_VM_*, KVMLIB_S390_VM_*: the group of the attribute.
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
KVMLIB_EXPORT int kvmlib_vm_get_device_attr(struct kvmlib_vm *vm, uint32_t group, uint64_t attr,
					    void *ret_value);

/**
 * @brief Read an attribute of 32 bits.
 *
 * As kvmlib_vm_get_device_attr(); for attributes whose documentation gives 4 bytes.
 *
 * @param[in]  vm        VM.
 * @param[in]  group     The group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; so are the other errors of kvmlib_vm_get_device_attr().
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_get_device_attr_u32(struct kvmlib_vm *vm, uint32_t group, uint64_t attr,
						uint32_t *ret_value);

/**
 * @brief Read an attribute of 64 bits.
 *
 * As kvmlib_vm_get_device_attr(); for attributes whose documentation gives 8 bytes.
 *
 * @param[in]  vm        VM.
 * @param[in]  group     The group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; so are the other errors of kvmlib_vm_get_device_attr().
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_get_device_attr_u64(struct kvmlib_vm *vm, uint32_t group, uint64_t attr,
						uint64_t *ret_value);

/**
 * @brief Ask whether the VM has an attribute.
 *
 * Wraps KVM_HAS_DEVICE_ATTR (VM ioctl, api.rst 4.81). Only arm64, s390x and loongarch64 have any.
 * s390x tells with KVMLIB_CAP_VM_ATTRIBUTES; elsewhere ask kvmlib_vm_has_device_attr().
 *
 * @param vm    VM.
 * @param group KVMLIB_ARM_VM_*, KVMLIB_S390_VM_*: the group of the attribute.
 * @param attr  The attribute in its group.
 * @retval 0       It has.
 * @retval -EINVAL NULL @p vm.
 * @retval -ENXIO  It has not (cause ATTR_UNKNOWN).
 * @retval -EPERM  It can't be asked (cause ATTR_NO_PROBE).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_has_device_attr(struct kvmlib_vm *vm, uint32_t group, uint64_t attr);

/**
 * @brief Create, move or delete a memory slot that may have a guest_memfd.
 *
 * Wraps KVM_SET_USER_MEMORY_REGION2 (VM ioctl, api.rst 4.140); Linux 6.8. Ask for
 * KVMLIB_CAP_USER_MEMORY2 first. As kvmlib_vm_set_user_memory_region(), and with the flag
 * KVMLIB_MEM_GUEST_MEMFD the slot's private pages come from a file of
 * kvmlib_vm_create_guest_memfd(). Such a slot can be created and deleted, but not changed, and has
 * neither a dirty log nor READONLY.
 *
 * @param vm     VM.
 * @param region Slot; the padding must be 0. guest_memfd and guest_memfd_offset (in bytes, page
 *               aligned) count with KVMLIB_MEM_GUEST_MEMFD only.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; as kvmlib_vm_set_user_memory_region(), with the same causes;
 *                 flags that don't go with a guest_memfd (cause GUEST_MEMFD_SLOT_FLAGS); a file
 *                 of another VM, an offset that is not aligned, or a range beyond its end (cause
 *                 GUEST_MEMFD_BINDING; where that can't be told, SLOT_INVALID); arm64: a
 *                 guest_memfd without KVMLIB_GUEST_MEMFD_FLAG_MMAP.
 * @retval -EBADF  The guest_memfd is not open (cause BAD_FD).
 * @retval -EEXIST The guest range overlaps another slot, or the file's range is in one already
 *                 (cause SLOT_OVERLAP).
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EFAULT @p region can't be read.
 * @retval -ENOTTY A kernel before Linux 6.8 (cause UNKNOWN_IOCTL); arm64 and riscv64: -EINVAL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int
kvmlib_vm_set_user_memory_region2(struct kvmlib_vm *vm,
				  const struct kvmlib_userspace_memory_region2 *region);

/**
 * @brief Create a file of memory for the guest of this VM.
 *
 * Wraps KVM_CREATE_GUEST_MEMFD (VM ioctl, api.rst 4.142); Linux 6.8, x86 and arm64. Ask for
 * KVMLIB_CAP_GUEST_MEMFD first, and for KVMLIB_CAP_GUEST_MEMFD_FLAGS which flags there are. The
 * kernel leaves the descriptor open across exec; it is closed on exec here.
 *
 * @param vm    VM.
 * @param size  Bytes; page aligned, above 0.
 * @param flags 0, or KVMLIB_GUEST_MEMFD_FLAG_*.
 * @return A descriptor, the caller's to close, or a negative errno.
 * @retval -EINVAL NULL @p vm, or a size or flag that KVM refuses (cause GUEST_MEMFD_ARGUMENTS).
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EMFILE Too many open file descriptors (system wide: -ENFILE).
 * @retval -ENOTTY The kernel has no guest_memfd (cause UNKNOWN_IOCTL); arm64: -EINVAL.
 * @retval -EBADF  Another thread closed the new descriptor before it could be set to close on exec;
 *                 the record's call is then "fcntl(F_SETFD)".
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_create_guest_memfd(struct kvmlib_vm *vm, uint64_t size, uint64_t flags);

/**
 * @brief Set the attributes of a range of guest memory.
 *
 * Wraps KVM_SET_MEMORY_ATTRIBUTES (VM ioctl, api.rst 4.141); Linux 6.8, x86. The answer for
 * KVMLIB_CAP_MEMORY_ATTRIBUTES on the VM is a mask of what it supports. KVM tells attributes to
 * nobody: keep them.
 *
 * @param vm         VM.
 * @param gpa        Guest physical address, in bytes, page aligned.
 * @param size       Bytes; page aligned, above 0.
 * @param attributes KVMLIB_MEMORY_ATTRIBUTE_PRIVATE, or 0 for shared memory.
 * @param flags      0.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a range, attribute or flag that KVM refuses (cause
 *                 MEMORY_ATTRIBUTES_INVALID).
 * @retval -ENOMEM No memory in the kernel.
 * @retval -ENOTTY The kernel has no memory attributes (cause UNKNOWN_IOCTL).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_memory_attributes(struct kvmlib_vm *vm, uint64_t gpa, uint64_t size,
						  uint64_t attributes, uint64_t flags);

/**
 * @brief Hand harvested entries of all vCPUs' dirty rings back to the kernel.
 *
 * Wraps KVM_RESET_DIRTY_RINGS (VM ioctl, api.rst 7.36). Entries are harvested once their flag
 * KVMLIB_DIRTY_GFN_F_RESET is set; their pages are protected again before this returns, so read the
 * pages after it.
 *
 * @param vm VM, with kvmlib_vm_enable_dirty_log_ring() or its siblings.
 * @return How many entries were handed back, or a negative errno. A signal may end the work early:
 *         then the count is short, and the rest is left for the next call.
 * @retval -EINVAL NULL @p vm, or the VM has no dirty rings (cause DIRTY_RING_OFF).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_reset_dirty_rings(struct kvmlib_vm *vm);

/**
 * @brief Enable a capability of the VM.
 *
 * Wraps KVM_ENABLE_CAP (VM ioctl, api.rst 4.37). Those whose arguments have a meaning have a
 * function of their own, kvmlib_vm_enable_ and the capability's words; for the others this is all
 * that is needed: kvmlib_vm_enable_cap(vm, KVMLIB_CAP_ARM_MTE, 0, NULL). A success is remembered:
 * kvmlib_vm_enabled_capability().
 *
 * @param vm         VM.
 * @param capability KVMLIB_CAP_*.
 * @param flags      0; no capability has any yet.
 * @param args       Four arguments, or NULL for zeros.
 * @return What the kernel returned, 0 for most, or a negative errno.
 * @retval -EINVAL NULL @p vm; the VM does not have the capability (cause CAPABILITY_MISSING); it
 *                 can't be enabled here or so (cause CAP_REFUSED), or not after the first vCPU
 *                 (cause AFTER_FIRST_VCPU).
 * @retval -EEXIST The VM has an interrupt controller or vCPUs (cause IRQCHIP_EXISTS).
 * @retval -EBUSY  Not on x86 and arm64: vCPUs or slots exist (cause AFTER_FIRST_VCPU).
 * @retval -E2BIG  A dirty ring that is too large (cause DIRTY_RING_SIZE).
 * @retval -EPERM  KVMLIB_CAP_VM_DISABLE_NX_HUGE_PAGES without CAP_SYS_BOOT (cause
 *                 CAP_SYS_BOOT_MISSING).
 * @retval -ENXIO  x86: the interrupt controller that it needs is missing (cause IRQCHIP_MISSING).
 * @retval -EBADF  A descriptor in @p args is not open (cause BAD_FD).
 * @retval -ENOTTY The CPU does not support it (cause HOST_FEATURE_MISSING).
 * @retval -ENOMEM No memory; without an ioctl if it is the library's (cause NO_MEMORY).
 * @retval -EFAULT A pointer in @p args can't be used.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_cap(struct kvmlib_vm *vm, uint32_t capability, uint32_t flags,
				       const uint64_t args[4]);

/**
 * @brief Let dirty logs be cleared by hand.
 *
 * Enables KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2 (api.rst 7.18). The answer for
 * KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2 is a mask of the flags. Not on s390x and ppc64.
 *
 * @param vm    VM.
 * @param flags KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE: kvmlib_vm_get_dirty_log() does not clear any
 *              more, kvmlib_vm_clear_dirty_log() does; with it, KVMLIB_DIRTY_LOG_INITIALLY_SET: a
 *              new log has all bits set. 0 turns it off.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or flags that KVM refuses (cause CAP_REFUSED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_manual_dirty_log_protect2(struct kvmlib_vm *vm, uint64_t flags);

/**
 * @brief Give every vCPU a dirty ring.
 *
 * Enables KVM_CAP_DIRTY_LOG_RING (api.rst 7.36); Linux 5.11, x86 alone. The answer for
 * KVMLIB_CAP_DIRTY_LOG_RING is the largest size. Once, and before the first vCPU. The ring of a
 * vCPU is mapped from its descriptor, KVMLIB_DIRTY_LOG_PAGE_OFFSET pages in.
 *
 * @param vm   VM.
 * @param size Bytes of each ring; a power of two, a page at least.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, a size that is no power of two or below a page, vCPUs or rings exist
 *                 (cause CAP_REFUSED; without the capability CAPABILITY_MISSING).
 * @retval -E2BIG  A size above the largest (cause DIRTY_RING_SIZE).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_dirty_log_ring(struct kvmlib_vm *vm, uint32_t size);

/**
 * @brief Give every vCPU a dirty ring, on architectures whose memory is weakly ordered too.
 *
 * Enables KVM_CAP_DIRTY_LOG_RING_ACQ_REL (api.rst 7.36); Linux 6.1. As
 * kvmlib_vm_enable_dirty_log_ring(), but flags of entries must be loaded with acquire and stored
 * with release semantics.
 *
 * @param vm   VM.
 * @param size Bytes of each ring; a power of two, a page at least.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, a size that is no power of two or below a page, vCPUs or rings exist
 *                 (cause CAP_REFUSED; without the capability CAPABILITY_MISSING).
 * @retval -E2BIG  A size above the largest (cause DIRTY_RING_SIZE).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_dirty_log_ring_acq_rel(struct kvmlib_vm *vm, uint32_t size);

/**
 * @brief Have a bitmap beside the dirty rings, for pages that no vCPU dirtied.
 *
 * Enables KVM_CAP_DIRTY_LOG_RING_WITH_BITMAP (api.rst 7.36); Linux 6.2, arm64 alone. After the
 * rings, before the first slot.
 *
 * @param vm VM.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, no rings, or slots exist (cause CAP_REFUSED; without the capability
 *                 CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_dirty_log_ring_with_bitmap(struct kvmlib_vm *vm);

/**
 * @brief Set how long KVM polls before it lets a halted vCPU's thread sleep.
 *
 * Enables KVM_CAP_HALT_POLL (api.rst 7.20); Linux 5.8. In place of the module's parameter
 * halt_poll_ns, for this VM.
 *
 * @param vm     VM.
 * @param max_ns The longest poll, in nanoseconds; 0 never polls.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or no such capability (cause CAPABILITY_MISSING).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_halt_poll(struct kvmlib_vm *vm, uint32_t max_ns);

/**
 * @brief Set the level of an interrupt line, and learn what became of it.
 *
 * Wraps KVM_IRQ_LINE_STATUS (VM ioctl, api.rst 4.25). As kvmlib_vm_irq_line(). Not on s390x.
 *
 * @param[in]  vm         VM.
 * @param[in]  irq        The line, as in kvmlib_vm_irq_line().
 * @param[in]  level      1 active, 0 inactive.
 * @param[out] ret_status x86: how many vCPUs got it; 0 if it was coalesced with one that is
 *                        pending; below 0 if it was ignored, for it is masked. Untouched on
 *                        failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or (arm64, riscv64) no such line (cause IRQ_LINE_RANGE).
 * @retval -ENXIO  No interrupt controller in the kernel (cause IRQCHIP_MISSING).
 * @retval -EBUSY  The interrupt controller is not initialized (cause IRQCHIP_UNINITIALIZED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_irq_line_status(struct kvmlib_vm *vm, uint32_t irq, uint32_t level,
					    int32_t *ret_status);

/**
 * @brief Replace the whole table of where interrupts go.
 *
 * Wraps KVM_SET_GSI_ROUTING (VM ioctl, api.rst 4.52). There is no call that reads the table. The
 * answer for KVMLIB_CAP_IRQ_ROUTING is the most entries.
 *
 * @param vm      VM with an interrupt controller.
 * @param entries The new table; the members that a type does not use must be 0. May be NULL if
 *                @p count is 0.
 * @param count   How many.
 * @param flags   0.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; too many entries (the record's LIMIT is the most), flags, or an
 *                 entry that KVM refuses (cause GSI_ROUTE_INVALID); a GSI twice (cause
 *                 GSI_ROUTE_DUPLICATE); no interrupt controller (cause IRQCHIP_MISSING).
 * @retval -ENOMEM No memory, here or in the kernel.
 * @retval -EFAULT @p entries can't be read.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_set_gsi_routing(struct kvmlib_vm *vm,
					    const struct kvmlib_irq_routing_entry *entries,
					    uint32_t count, uint32_t flags);

/**
 * @brief Deliver a message signalled interrupt.
 *
 * Wraps KVM_SIGNAL_MSI (VM ioctl, api.rst 4.70). Ask for KVMLIB_CAP_SIGNAL_MSI first. Not on s390x.
 *
 * @param vm  VM with an interrupt controller.
 * @param msi Address, data, flags (KVMLIB_MSI_VALID_DEVID where KVMLIB_CAP_MSI_DEVID is there),
 *            device id; the padding must be 0.
 * @return > 0 if it was delivered, 0 if the guest blocked it or (x86) no vCPU is at that destination,
 *         or a negative errno.
 * @retval -EINVAL NULL argument, no interrupt controller, or a flag or address that KVM refuses
 *                 (cause MSI_INVALID).
 * @retval -EPERM  x86: no vCPU is at that destination either, found by the longer way; no question
 *                 of permission (cause MSI_NO_DESTINATION).
 * @retval -ENODEV arm64: nothing has a doorbell at that address (cause MSI_NO_DOORBELL).
 * @retval -EBUSY  riscv64: the AIA is not initialized (cause IRQCHIP_UNINITIALIZED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_signal_msi(struct kvmlib_vm *vm, const struct kvm_msi *msi);

/**
 * @brief Have an eventfd raise an interrupt, or no more.
 *
 * Wraps KVM_IRQFD (VM ioctl, api.rst 4.75). KVM keeps the eventfd; the caller may close its own.
 * Attach after the GSI's route is set.
 *
 * @param vm    VM with an interrupt controller.
 * @param irqfd fd, gsi and flags (KVMLIB_IRQFD_FLAG_DEASSIGN: take it away again;
 *              KVMLIB_IRQFD_FLAG_RESAMPLE: a level interrupt, whose end resamplefd tells); the
 *              padding must be 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, no eventfd, an unknown flag, no interrupt controller, or RESAMPLE
 *                 with a split one (cause IRQFD_REFUSED).
 * @retval -EBADF  A descriptor is not open (cause BAD_FD).
 * @retval -EBUSY  The eventfd raises an interrupt already (cause IRQFD_EVENTFD_BUSY).
 * @retval -EAGAIN The interrupt controller is not initialized (cause IRQCHIP_UNINITIALIZED).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_irqfd(struct kvmlib_vm *vm, const struct kvm_irqfd *irqfd);

/**
 * @brief Have guest writes to an address signal an eventfd, or no more.
 *
 * Wraps KVM_IOEVENTFD (VM ioctl, api.rst 4.59). A write that matches does not leave the kernel. To
 * an address that the guest never writes to, this succeeds as well.
 *
 * @param vm        VM.
 * @param ioeventfd addr, len (bytes: 1, 2, 4, 8, or 0 for any where
 *                  KVMLIB_CAP_IOEVENTFD_ANY_LENGTH is there), fd, flags (KVMLIB_IOEVENTFD_FLAG_*: a
 *                  port, only that datamatch, deassign); the padding must be 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; a length, range or flag that KVM refuses, or no eventfd (cause
 *                 IOEVENTFD_INVALID).
 * @retval -EEXIST The address is taken (cause IOEVENTFD_EXISTS).
 * @retval -ENOENT Deassign: there is none like this (cause NOT_REGISTERED).
 * @retval -EBADF  fd is not open (cause BAD_FD).
 * @retval -ENOSPC The VM's I/O bus is full (cause IO_BUS_FULL).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_ioeventfd(struct kvmlib_vm *vm, const struct kvm_ioeventfd *ioeventfd);

/**
 * @brief Let guest writes to a range collect in a ring, without an exit each.
 *
 * Wraps KVM_REGISTER_COALESCED_MMIO (VM ioctl, api.rst 4.116). The ring is a page of every vCPU's
 * mapping; the answer for KVMLIB_CAP_COALESCED_MMIO says which one. Empty it after every exit,
 * before the exit itself is handled. Not on s390x.
 *
 * @param vm   VM.
 * @param addr Guest physical address or port.
 * @param size Bytes or ports.
 * @param pio  0 for memory; 1 for ports, where KVMLIB_CAP_COALESCED_PIO is there.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or another @p pio (cause VALUE_REFUSED).
 * @retval -ENOSPC The VM's I/O bus is full (cause IO_BUS_FULL).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_register_coalesced_mmio(struct kvmlib_vm *vm, uint64_t addr,
						    uint32_t size, uint32_t pio);

/**
 * @brief Let guest writes to a range exit again.
 *
 * Wraps KVM_UNREGISTER_COALESCED_MMIO (VM ioctl, api.rst 4.116). Takes away every range that lies
 * in this one; that there is none is no failure. Not on s390x.
 *
 * @param vm   VM.
 * @param addr Guest physical address or port.
 * @param size Bytes or ports.
 * @param pio  0 for memory, 1 for ports.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or another @p pio (cause VALUE_REFUSED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_unregister_coalesced_mmio(struct kvmlib_vm *vm, uint64_t addr,
						      uint32_t size, uint32_t pio);

/**
 * @brief Open the VM's statistics.
 *
 * Wraps KVM_GET_STATS_FD (VM ioctl, api.rst 4.133); Linux 5.14. Ask for KVMLIB_CAP_BINARY_STATS_FD
 * first. The file keeps the VM alive in the kernel.
 *
 * @param vm VM.
 * @return A descriptor to read from, close-on-exec, the caller's to close; or a negative errno.
 * @retval -EINVAL NULL @p vm.
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EMFILE Too many open file descriptors.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_get_stats_fd(struct kvmlib_vm *vm);

/** @} */

KVMLIB_END_DECLS
#endif
