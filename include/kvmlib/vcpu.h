/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_VCPU_H
#define KVMLIB_VCPU_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup vcpu Virtual CPUs
 * @brief Registers, running and kicking.
 *
 * A vCPU handle owns a vCPU descriptor and the mapping of its run page. KVM runs one call on a vCPU
 * at a time: a call from another thread waits until the vCPU has left KVM_RUN. "The vCPU's thread"
 * is the one that calls kvmlib_vcpu_run(); it may change between runs, but KVM is faster when it
 * does not.
 *
 * Every call on a vCPU that reaches the kernel can, besides the errors listed with it, fail with:
 *
 * - -EIO, cause FORKED: this process is a forked child of the one that created the VM;
 * - -EIO, cause VM_DEAD: KVM has given the VM up; only dropping it is left;
 * - -EINTR: a fatal signal came while another thread held the vCPU;
 * - -EINVAL, cause PROTECTED_STATE: the guest is encrypted, and its state out of reach;
 * - -EOPNOTSUPP, cause ARCH_UNSUPPORTED: this architecture has no such ioctl; none was issued;
 * - -EINVAL or -ENOTTY, cause UNKNOWN_IOCTL: this kernel has no such ioctl.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvmlib_system;
struct kvm_regs;
struct kvm_sregs;
struct kvm_fpu;
struct kvm_guest_debug;
struct kvm_translation;
struct kvmlib_vcpu_events;

/**
 * @brief Adopt a vCPU of other code in this process.
 *
 * The descriptor is duplicated, close-on-exec, and its run page mapped once more; the caller keeps
 * its own of both.
 *
 * @param[in]  vm       VM of the vCPU; kept alive by the handle.
 * @param[in]  fd       A vCPU descriptor.
 * @param[in]  id       The vCPU's id.
 * @param[out] ret_vcpu New handle; drop it with kvmlib_vcpu_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm or @p ret_vcpu.
 * @retval -EBADF  @p fd is not open.
 * @retval -ENOTTY @p fd is not a vCPU (cause NOT_VCPU_FD).
 * @retval -EIO    Forked child (cause FORKED).
 * @retval -ENOMEM No memory.
 * @retval -EMFILE Too many open file descriptors.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet adopt.c adopt
 */
KVMLIB_EXPORT int kvmlib_vcpu_from_fd(struct kvmlib_vm *vm, int fd, uint32_t id,
				      struct kvmlib_vcpu **ret_vcpu);

/**
 * @brief Take a reference.
 * @param vcpu vCPU, or NULL.
 * @return @p vcpu.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_vcpu *kvmlib_vcpu_ref(struct kvmlib_vcpu *vcpu);

/**
 * @brief Drop a reference; the last one unmaps the run page and closes the descriptor.
 * @param vcpu vCPU, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_vcpu *kvmlib_vcpu_unref(struct kvmlib_vcpu *vcpu);

/**
 * @brief The vCPU's descriptor.
 * @param vcpu vCPU.
 * @return The descriptor, borrowed until the vCPU is freed; -EINVAL if @p vcpu is NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_fd(const struct kvmlib_vcpu *vcpu);

/**
 * @brief The vCPU's id.
 * @param vcpu vCPU, not NULL.
 * @return The id that it was created or adopted with.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_vcpu_id(const struct kvmlib_vcpu *vcpu);

/**
 * @brief Issue any ioctl on the vCPU: the way out for what the library does not wrap.
 *
 * Not for KVM_RUN: the handle would not learn of the exit.
 *
 * @param vcpu    vCPU.
 * @param request Request number, as this architecture encodes it.
 * @param arg     Its argument: a value, or a pointer cast to uintptr_t.
 * @return What the kernel returned, >= 0, or a negative errno with a record.
 * @retval -EINVAL NULL @p vcpu, or the kernel's.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_ioctl(struct kvmlib_vcpu *vcpu, unsigned long request, uintptr_t arg);

/** @name Registers
 * @{
 */

/**
 * @brief Read the general purpose registers.
 *
 * Wraps KVM_GET_REGS (vCPU ioctl, api.rst 4.11; not on arm64 and riscv64).
 *
 * @param[in]  vcpu     vCPU.
 * @param[out] ret_regs The registers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or an encrypted guest.
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EFAULT @p ret_regs can't be written.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_regs(struct kvmlib_vcpu *vcpu, struct kvm_regs *ret_regs);

/**
 * @brief Write the general purpose registers.
 *
 * Wraps KVM_SET_REGS (vCPU ioctl, api.rst 4.12; not on arm64 and riscv64). While an exit is pending
 * (kvmlib_vcpu_exit_pending()) the next run completes it on top of what is written here.
 *
 * @param vcpu vCPU.
 * @param regs The registers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or an encrypted guest.
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EFAULT @p regs can't be read.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_regs(struct kvmlib_vcpu *vcpu, const struct kvm_regs *regs);

/**
 * @brief Read the special registers.
 *
 * Wraps KVM_GET_SREGS (vCPU ioctl, api.rst 4.13; x86, ppc64 and s390x).
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_sregs The registers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or an encrypted guest.
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EFAULT @p ret_sregs can't be written.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_sregs(struct kvmlib_vcpu *vcpu, struct kvm_sregs *ret_sregs);

/**
 * @brief Write the special registers.
 *
 * Wraps KVM_SET_SREGS (vCPU ioctl, api.rst 4.14; x86, ppc64 and s390x).
 *
 * @param vcpu  vCPU.
 * @param sregs The registers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, contradictory values (cause SREGS_INCONSISTENT), or an encrypted guest.
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EFAULT @p sregs can't be read.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 * @par Example
 * @snippet hello.c registers
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_sregs(struct kvmlib_vcpu *vcpu, const struct kvm_sregs *sregs);

/**
 * @brief Read the floating point registers.
 *
 * Wraps KVM_GET_FPU (vCPU ioctl, api.rst 4.22; x86, s390x and loongarch64).
 *
 * @param[in]  vcpu    vCPU.
 * @param[out] ret_fpu The registers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or an encrypted guest.
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EFAULT @p ret_fpu can't be written.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_fpu(struct kvmlib_vcpu *vcpu, struct kvm_fpu *ret_fpu);

/**
 * @brief Write the floating point registers.
 *
 * Wraps KVM_SET_FPU (vCPU ioctl, api.rst 4.23; x86, s390x and loongarch64).
 *
 * @param vcpu vCPU.
 * @param fpu  The registers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or an encrypted guest.
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EFAULT @p fpu can't be read.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_fpu(struct kvmlib_vcpu *vcpu, const struct kvm_fpu *fpu);

/**
 * @brief Read the multiprocessing state.
 *
 * Wraps KVM_GET_MP_STATE (vCPU ioctl, api.rst 4.38; not on ppc64).
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_state KVMLIB_MP_STATE_*. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or an encrypted guest.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_mp_state(struct kvmlib_vcpu *vcpu, uint32_t *ret_state);

/**
 * @brief Write the multiprocessing state.
 *
 * Wraps KVM_SET_MP_STATE (vCPU ioctl, api.rst 4.39; not on ppc64).
 *
 * @param vcpu  vCPU.
 * @param state KVMLIB_MP_STATE_*.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, a state that the architecture lacks, or one that needs the
 *                 in-kernel local APIC.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_mp_state(struct kvmlib_vcpu *vcpu, uint32_t state);

/** @} */

/** @name Running and kicking
 * @{
 */

/**
 * @brief Run the guest until it exits.
 *
 * Wraps KVM_RUN (vCPU ioctl, api.rst 4.10), and always enters the kernel, so that what a pending
 * exit owes is completed first. What happened is told by kvmlib_vcpu_exit_reason():
 *
 * | the kernel says                                | returned                                    |
 * |------------------------------------------------|---------------------------------------------|
 * | 0                                              | 0; the exit                                 |
 * | EINTR                                          | 0; KVMLIB_EXIT_INTR, and kvmlib_vcpu_exit_kicked() |
 * | EAGAIN                                         | 0; KVMLIB_EXIT_AGAIN                        |
 * | EFAULT or EHWPOISON with KVM_EXIT_MEMORY_FAULT | 0; KVMLIB_EXIT_MEMORY_FAULT, and kvmlib_vcpu_exit_errno() |
 * | anything else                                  | -errno; KVMLIB_EXIT_NONE                    |
 *
 * The library never writes kvm_run->exit_reason, which some architectures read back to complete
 * the exit; but the run after a reported memory fault first stores KVM_EXIT_UNKNOWN there.
 *
 * @param vcpu vCPU.
 * @retval 0        The guest exited; see the table.
 * @retval -EINVAL  NULL @p vcpu; bits in the sync registers' sets that KVM does not know; data for
 *                  the completion that KVM refuses; a vCPU or VM that is not ready to run.
 * @retval -EIO     Forked child, or dead VM.
 * @retval -EFAULT  Guest memory could not be reached, and KVM does not say where.
 * @retval -ENOEXEC arm64: the vCPU is not initialized.
 * @retval -EPERM   arm64: SVE is not finalized.
 * @retval -ENOSYS  arm64: an access that KVM can't decode.
 * @retval -EBUSY   arm64: the vGIC is not initialized; the VM is dead now.
 * @retval -ENXIO   arm64: the vGIC has no addresses; the VM is dead now.
 * @retval -ENOMEM  No memory in the kernel.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 * @par Example
 * @snippet hello.c run
 */
KVMLIB_EXPORT int kvmlib_vcpu_run(struct kvmlib_vcpu *vcpu);

/**
 * @brief Say that this thread is the one that runs the vCPU, and which signal kicks it.
 *
 * Call it before the first run, and again when another thread takes over. Without it a kick only
 * works between runs.
 *
 * @param vcpu  vCPU.
 * @param signo Signal that kvmlib_vcpu_kick() sends to this thread, 1 to 64, but neither SIGKILL
 *              nor SIGSTOP. It needs a handler: kvmlib_kick_handler_install() has one.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu (cause NULL_ARGUMENT), or no such signal (cause BAD_SIGNAL).
 * @retval -EIO    Forked child (cause FORKED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 * @par Example
 * @snippet kick.c thread
 */
KVMLIB_EXPORT int kvmlib_vcpu_bind(struct kvmlib_vcpu *vcpu, int signo);

/**
 * @brief Install an empty handler for the kick's signal.
 *
 * Changes the process's disposition of @p signo to a function that does nothing, with SA_RESTART
 * and SA_ONSTACK: other system calls of the thread go on, KVM_RUN returns. Nothing puts the old
 * disposition back. Calling it again for the same signal is fine.
 *
 * @param system System.
 * @param signo  Signal, 1 to 64, but neither SIGKILL nor SIGSTOP; one that nothing else uses.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p system, or no such signal (cause BAD_SIGNAL).
 * @retval -EBUSY  The signal has a handler that is not this one (cause HANDLER_EXISTS); it is left.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet kick.c kick
 */
KVMLIB_EXPORT int kvmlib_kick_handler_install(struct kvmlib_system *system, int signo);

/**
 * @brief Make the vCPU leave KVM_RUN, or not stay in its next one.
 *
 * The run that it ends reports KVMLIB_EXIT_INTR with kvmlib_vcpu_exit_kicked(). Whatever the caller
 * stored before the kick is visible to the vCPU's thread after that run. Kicks that come before the
 * run returns are one; a kick that comes late costs one early return, and none is lost. It takes no
 * lock, allocates nothing, and does not touch the error record or the log. A signal handler may kick,
 * but not the handler of the signal that the vCPU is bound with: it would call itself for ever.
 *
 * @param vcpu vCPU.
 * @retval 0       The vCPU is on its way out, or its next run returns at once.
 * @retval -EINVAL NULL @p vcpu.
 * @retval -EIO    Forked child.
 * @retval -ESRCH  The vCPU is inside KVM_RUN on a thread that did not call kvmlib_vcpu_bind(): it
 *                 returns at the guest's next exit only.
 * @retval -EAGAIN The user's queue of real-time signals is full (RLIMIT_SIGPENDING): as -ESRCH, and
 *                 never with a signal below SIGRTMIN.
 * @threadsafety Async-signal-safe.
 * @since 0.1
 * @par Example
 * @snippet kick.c kick
 * @snippet firmware.c alarm
 */
KVMLIB_EXPORT int kvmlib_vcpu_kick(struct kvmlib_vcpu *vcpu);

/** @} */
/**
 * @brief Write an attribute of the vCPU.
 *
 * Wraps KVM_SET_DEVICE_ATTR (vCPU ioctl, api.rst 4.80). Only x86, arm64 and loongarch64 have any.
 * Ask for KVMLIB_CAP_VCPU_ATTRIBUTES first.
 *
 * @param vcpu  vCPU.
 * @param group KVMLIB_VCPU_TSC_CTRL, KVMLIB_ARM_VCPU_*: the group of the attribute.
 * @param attr  The attribute in its group.
 * @param value What the attribute takes, of the size that its documentation gives; may be NULL
 *              where it takes nothing.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or a value that KVM refuses (cause ATTR_VALUE).
 * @retval -ENXIO  No such group or attribute (cause ATTR_UNKNOWN).
 * @retval -EPERM  The attribute can't be written (cause ATTR_READ_ONLY).
 * @retval -EBUSY  Too late, or vCPUs run (cause ATTR_BUSY).
 * @retval -EEXIST An address or range that is set already (cause ADDRESS_ALREADY_SET).
 * @retval -E2BIG  An address beyond guest physical memory (cause DEVICE_ABOVE_GPA_LIMIT).
 * @retval -ENODEV Hardware support or a vCPU feature is missing (cause HOST_FEATURE_MISSING).
 * @retval -EFAULT @p value can't be read.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_device_attr(struct kvmlib_vcpu *vcpu, uint32_t group,
					      uint64_t attr, const void *value);

/**
 * @brief Read an attribute of the vCPU.
 *
 * Wraps KVM_GET_DEVICE_ATTR (vCPU ioctl, api.rst 4.80). Only x86, arm64 and loongarch64 have any.
 * Ask for KVMLIB_CAP_VCPU_ATTRIBUTES first.
 *
 * @warning KVM writes as many bytes as the attribute has, and can't know the size of the caller's
 * buffer.
 *
 * @param[in]  vcpu      vCPU.
 * @param[in]  group     KVMLIB_VCPU_TSC_CTRL, KVMLIB_ARM_VCPU_*: the group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value, of the size that its documentation gives.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENXIO  No such group or attribute (cause ATTR_UNKNOWN).
 * @retval -EPERM  The attribute can't be read (cause ATTR_WRITE_ONLY).
 * @retval -EFAULT @p ret_value can't be written.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_device_attr(struct kvmlib_vcpu *vcpu, uint32_t group,
					      uint64_t attr, void *ret_value);

/**
 * @brief Read an attribute of 32 bits.
 *
 * As kvmlib_vcpu_get_device_attr(); for attributes whose documentation gives 4 bytes.
 *
 * @param[in]  vcpu      vCPU.
 * @param[in]  group     The group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; so are the other errors of kvmlib_vcpu_get_device_attr().
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_device_attr_u32(struct kvmlib_vcpu *vcpu, uint32_t group,
						  uint64_t attr, uint32_t *ret_value);

/**
 * @brief Read an attribute of 64 bits.
 *
 * As kvmlib_vcpu_get_device_attr(); for attributes whose documentation gives 8 bytes.
 *
 * @param[in]  vcpu      vCPU.
 * @param[in]  group     The group of the attribute.
 * @param[in]  attr      The attribute in its group.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; so are the other errors of kvmlib_vcpu_get_device_attr().
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_device_attr_u64(struct kvmlib_vcpu *vcpu, uint32_t group,
						  uint64_t attr, uint64_t *ret_value);

/**
 * @brief Ask whether the vCPU has an attribute.
 *
 * Wraps KVM_HAS_DEVICE_ATTR (vCPU ioctl, api.rst 4.81). Only x86, arm64 and loongarch64 have any.
 * Ask for KVMLIB_CAP_VCPU_ATTRIBUTES first.
 *
 * @param vcpu  vCPU.
 * @param group KVMLIB_VCPU_TSC_CTRL, KVMLIB_ARM_VCPU_*: the group of the attribute.
 * @param attr  The attribute in its group.
 * @retval 0       It has.
 * @retval -EINVAL NULL @p vcpu.
 * @retval -ENXIO  It has not (cause ATTR_UNKNOWN).
 * @retval -EPERM  It can't be asked (cause ATTR_NO_PROBE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_has_device_attr(struct kvmlib_vcpu *vcpu, uint32_t group,
					      uint64_t attr);

/**
 * @brief Enable a capability of the vCPU.
 *
 * Wraps KVM_ENABLE_CAP (vCPU ioctl, api.rst 4.37). Not on arm64 and riscv64. Those whose arguments
 * have a meaning have a function of their own, kvmlib_vcpu_enable_ and the capability's words; for
 * the others this is all that is needed: kvmlib_vcpu_enable_cap(vcpu, KVMLIB_CAP_PPC_PAPR, 0, NULL).
 * A success is remembered: kvmlib_vcpu_enabled_capability().
 *
 * @param vcpu       vCPU.
 * @param capability KVMLIB_CAP_*.
 * @param flags      0; no capability has any yet.
 * @param args       Four arguments, or NULL for zeros.
 * @return What the kernel returned, 0 for most, or a negative errno.
 * @retval -EINVAL NULL @p vcpu; the VM does not have the capability (cause CAPABILITY_MISSING), or
 *                 it can't be enabled here or so (cause CAP_REFUSED).
 * @retval -EPERM  ppc64: a device of another type, or another VM's (cause BAD_FD).
 * @retval -EBUSY  ppc64: the vCPU is connected to an interrupt controller; the functions of those
 *                 capabilities tell the cause, this one VCPU_CONNECTED as a candidate.
 * @retval -EEXIST ppc64: another vCPU has that number there (cause ID_IN_USE).
 * @retval -ENXIO  ppc64: the host has no XIVE (cause HOST_FEATURE_MISSING).
 * @retval -EBADF  ppc64: a descriptor in @p args is not open (cause BAD_FD).
 * @retval -ENOTTY The CPU does not support it (cause HOST_FEATURE_MISSING).
 * @retval -ENOMEM No memory; without an ioctl if it is the library's (cause NO_MEMORY).
 * @retval -EFAULT A pointer in @p args can't be used.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_enable_cap(struct kvmlib_vcpu *vcpu, uint32_t capability,
					 uint32_t flags, const uint64_t args[4]);

/**
 * @brief Read one register.
 *
 * Wraps KVM_GET_ONE_REG (vCPU ioctl, api.rst 4.69).
 *
 * @param[in]  vcpu      vCPU.
 * @param[in]  id        Its id; api.rst 4.68 lists them, kvmlib_vcpu_get_reg_list() those of a
 *                       vCPU. @ref regs has their names.
 * @param[out] ret_value Receives the value. Untouched on failure.
 * @param[in]  size      Bytes of @p ret_value; must be what @p id encodes in bits 52 to 55.
 * @retval 0        Success.
 * @retval -EINVAL  NULL argument; another size (cause REG_SIZE, no call is made); an id that KVM
 *                  refuses (cause REG_ID_INVALID).
 * @retval -ENOENT  arm64, riscv64: the vCPU does not have it (cause REG_MISSING).
 * @retval -EPERM   arm64: not before kvmlib_vcpu_arm_vcpu_finalize() (cause VCPU_NOT_FINALIZED).
 * @retval -ENOEXEC arm64: the vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @retval -ENXIO   ppc64: the host lacks what is behind it (cause HOST_FEATURE_MISSING).
 * @retval -EFAULT  @p ret_value can't be written.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_one_reg(struct kvmlib_vcpu *vcpu, uint64_t id, void *ret_value,
					  size_t size);

/**
 * @brief Write one register.
 *
 * Wraps KVM_SET_ONE_REG (vCPU ioctl, api.rst 4.68).
 *
 * @param vcpu  vCPU.
 * @param id    Its id.
 * @param value The value.
 * @param size  Bytes of @p value; must be what @p id encodes in bits 52 to 55.
 * @retval 0        Success.
 * @retval -EINVAL  NULL argument; another size (cause REG_SIZE, no call is made); an id or a value
 *                  that KVM refuses (cause REG_VALUE_INVALID).
 * @retval -ENOENT  arm64, riscv64: the vCPU does not have it (cause REG_MISSING).
 * @retval -EPERM   arm64: not before, or not after, it is finalized (cause FINALIZE_ORDER).
 * @retval -EBUSY   arm64, riscv64: not after the first run (cause AFTER_FIRST_RUN).
 * @retval -ENOEXEC arm64: the vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @retval -ENXIO   ppc64: the host lacks what is behind it (cause HOST_FEATURE_MISSING).
 * @retval -EFAULT  @p value can't be read.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_one_reg(struct kvmlib_vcpu *vcpu, uint64_t id, const void *value,
					  size_t size);

/**
 * @brief List the ids of the registers that the vCPU has.
 *
 * Wraps KVM_GET_REG_LIST (vCPU ioctl, api.rst 4.84). arm64, riscv64 (Linux 6.6), and x86 (Linux
 * 6.18, where it may be empty).
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ids       Receives the ids. Untouched on failure. May be NULL if @p capacity is 0.
 * @param[in]  capacity  Room in @p ids, in entries; more than 65536 is taken as 65536.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0        Success.
 * @retval -EINVAL  NULL argument; a kernel without the ioctl (cause UNKNOWN_IOCTL).
 * @retval -E2BIG   @p capacity is too small (cause LIST_TOO_SMALL); the record's value NEEDED is
 *                  enough.
 * @retval -ENOEXEC arm64: the vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @retval -EPERM   arm64: the vCPU is not finalized (cause VCPU_NOT_FINALIZED).
 * @retval -ENOMEM  No memory, here or in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_reg_list(struct kvmlib_vcpu *vcpu, uint64_t *ids,
					   uint64_t capacity, uint64_t *ret_count);

/**
 * @brief List the ids of the registers that the vCPU has, however many.
 *
 * KVM_GET_REG_LIST until the list fits.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_ids   The ids, for free(3); never NULL, but there may be none. Untouched on
 *                       failure.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @retval 0        Success.
 * @retval -EINVAL  NULL argument; a kernel without the ioctl (cause UNKNOWN_IOCTL).
 * @retval -E2BIG   The kernel asks for more and more, or for more than 65536 (cause
 *                  LIST_NEVER_FITS, value NEEDED).
 * @retval -ENOEXEC arm64: the vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @retval -EPERM   arm64: the vCPU is not finalized (cause VCPU_NOT_FINALIZED).
 * @retval -ENOMEM  No memory, here or in the kernel.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_reg_list_alloc(struct kvmlib_vcpu *vcpu, uint64_t **ret_ids,
						 uint64_t *ret_count);

/**
 * @brief Read pending exceptions, interrupts and NMIs.
 *
 * Wraps KVM_GET_VCPU_EVENTS (vCPU ioctl, api.rst 4.31). x86 and arm64.
 *
 * @param[in]  vcpu       vCPU.
 * @param[out] ret_events Receives them. Untouched on failure.
 * @retval 0        Success.
 * @retval -EINVAL  NULL argument.
 * @retval -ENOEXEC arm64: the vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_vcpu_events(struct kvmlib_vcpu *vcpu,
					      struct kvmlib_vcpu_events *ret_events);

/**
 * @brief Write pending exceptions, interrupts and NMIs.
 *
 * Wraps KVM_SET_VCPU_EVENTS (vCPU ioctl, api.rst 4.32). x86 and arm64. On x86 the flags
 * (KVMLIB_VCPUEVENT_VALID_*) say which members beyond the oldest count; some need their capability
 * enabled.
 *
 * @param vcpu   vCPU.
 * @param events The events; reserved members must be 0.
 * @retval 0        Success.
 * @retval -EINVAL  NULL argument; a flag, number or state that KVM refuses (cause
 *                  VCPU_EVENTS_INVALID; arm64 also RESERVED_NOT_ZERO).
 * @retval -ENOEXEC arm64: the vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_vcpu_events(struct kvmlib_vcpu *vcpu,
					      const struct kvmlib_vcpu_events *events);

/**
 * @brief Translate a guest linear address as the vCPU would now.
 *
 * Wraps KVM_TRANSLATE (vCPU ioctl, api.rst 4.15). x86 and ppc64. On x86 only physical_address and
 * valid mean something: the others are set however the page is.
 *
 * @param[in]     vcpu        vCPU.
 * @param[in,out] translation linear_address in; the others out. Untouched on failure.
 * @retval 0       Success; not valid is no failure.
 * @retval -EINVAL NULL argument.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_translate(struct kvmlib_vcpu *vcpu,
					struct kvm_translation *translation);

/**
 * @brief Let the guest's steps and breakpoints exit, or no more.
 *
 * Wraps KVM_SET_GUEST_DEBUG (vCPU ioctl, api.rst 4.87). The answer for KVMLIB_CAP_SET_GUEST_DEBUG2
 * is a mask of what @p debug may ask for. What it stops at exits as KVMLIB_EXIT_DEBUG.
 *
 * @param vcpu  vCPU.
 * @param debug control (KVMLIB_GUESTDBG_*; 0 ends it) and the architecture's debug registers.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or a bit that KVM refuses (cause GUEST_DEBUG_UNSUPPORTED).
 * @retval -EBUSY  x86: an exception is pending, so none can be injected (cause EXCEPTION_PENDING).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_guest_debug(struct kvmlib_vcpu *vcpu,
					      const struct kvm_guest_debug *debug);

/**
 * @brief Queue an interrupt for the vCPU.
 *
 * Wraps KVM_INTERRUPT (vCPU ioctl, api.rst 4.16). x86: for VMs whose PIC is not in the kernel; not
 * on arm64 and s390x.
 *
 * @param vcpu vCPU.
 * @param irq  x86: the vector, 0 to 255; riscv64, ppc64, loongarch64: set or unset, as api.rst
 *             has it.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or no such vector (cause INTERRUPT_VECTOR).
 * @retval -EEXIST One is queued already (cause INTERRUPT_QUEUED).
 * @retval -ENXIO  The PIC is in the kernel (cause PIC_IN_KERNEL).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_interrupt(struct kvmlib_vcpu *vcpu, uint32_t irq);

/**
 * @brief Set which signals are blocked while the vCPU is in KVM_RUN.
 *
 * Wraps KVM_SET_SIGNAL_MASK (vCPU ioctl, api.rst 4.17). The mask takes the place of the thread's
 * for the time of the run: a signal that is blocked otherwise, and not here, ends the run, and is
 * delivered once it is unblocked. kvmlib_vcpu_kick() needs no such mask.
 *
 * @param vcpu vCPU.
 * @param mask Bit n - 1 blocks signal n; NULL: the thread's own mask again.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or a kernel whose signal set is not of 8 bytes (cause SIGSET_SIZE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_set_signal_mask(struct kvmlib_vcpu *vcpu, const uint64_t *mask);

/**
 * @brief Fault guest memory in, before the guest touches it.
 *
 * Wraps KVM_PRE_FAULT_MEMORY (vCPU ioctl, api.rst 4.143); Linux 6.11, x86 and s390x. Ask for
 * KVMLIB_CAP_PRE_FAULT_MEMORY first. The kernel may do a part only, and says so: after success
 * @p size is what is left, and the call is to be repeated until it is 0.
 *
 * @param[in]     vcpu  vCPU.
 * @param[in,out] gpa   Where to begin, guest physical, page aligned; after success, where to go on.
 * @param[in,out] size  Bytes, page aligned, above 0; after success, what is left.
 * @param[in]     flags 0.
 * @retval 0           Something was mapped: @p gpa and @p size moved. On failure nothing was, and
 *                     they are untouched.
 * @retval -EINVAL     NULL argument, or a range or flag that KVM refuses (cause
 *                     PAGE_RANGE_INVALID).
 * @retval -EINTR      A signal came first (cause INTERRUPTED): call again.
 * @retval -EAGAIN     Other work came between (cause CONTENTION): call again.
 * @retval -ENOENT     @p gpa is in no slot (cause GPA_NOT_IN_SLOT).
 * @retval -EOPNOTSUPP Shadow paging, a vCPU in nested mode, or a VM type that forbids it (cause
 *                     PREFAULT_UNSUPPORTED).
 * @retval -EFAULT     The host page can't be had (cause HOST_PAGE_FAULT).
 * @retval -EHWPOISON  The page is poisoned (cause HWPOISON).
 * @retval -EIO        The kernel did not expect this (cause KERNEL_BUG).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_pre_fault_memory(struct kvmlib_vcpu *vcpu, uint64_t *gpa,
					       uint64_t *size, uint64_t flags);

/**
 * @brief Open the vCPU's statistics.
 *
 * Wraps KVM_GET_STATS_FD (vCPU ioctl, api.rst 4.133); Linux 5.14. Ask for
 * KVMLIB_CAP_BINARY_STATS_FD first. The file can be read while the vCPU runs, and keeps the VM
 * alive in the kernel.
 *
 * @param vcpu vCPU.
 * @return A descriptor to read from, close-on-exec, the caller's to close; or a negative errno.
 * @retval -EINVAL NULL @p vcpu.
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EMFILE Too many open file descriptors.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_get_stats_fd(struct kvmlib_vcpu *vcpu);

/** @} */

KVMLIB_END_DECLS
#endif
