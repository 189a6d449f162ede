/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_DEBUG_H
#define KVMLIB_DEBUG_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup debug Guest debugging
 * @brief Single steps, breakpoints and watchpoints of a program outside of the guest.
 *
 * Points belong to the VM, what a vCPU stops at is told to KVM for each vCPU: arm all of them by
 * kvmlib_debug_arm(), then add points. A stop is KVMLIB_EXIT_DEBUG, and kvmlib_debug_stop() says what it
 * was. To go on, arm again with KVMLIB_DEBUG_STEP: a vCPU that stands at a breakpoint is stepped past it;
 * after that, arm without it.
 *
 * Software breakpoints replace an instruction in guest memory (INT3). They work as soon as they are
 * added, on all vCPUs that are armed, at whatever virtual addresses the guest runs that memory. There can
 * be any number. A guest that reads its own code sees them, and so does a state that is saved: drop the
 * object, or remove them, before. While a vCPU is stepped past one, the instruction is in its place, and
 * other vCPUs run it without a stop: pause them where that matters (@ref control).
 *
 * Hardware breakpoints and watchpoints take one of the four debug registers each. They stop at virtual
 * addresses, whatever lies there, and on the vCPUs that were armed after they were added. While there is
 * one, the guest's own debug registers have no effect.
 *
 * x86 only. Not every host does all of it: see kvmlib_vcpu_set_guest_debug().
 *
 * @par Example
 * @snippet debug.c stops
 * @{
 */

struct kvmlib_debug;
struct kvmlib_memory;
struct kvmlib_vcpu;
struct kvmlib_vm;

/** No point any more: it was removed after the vCPU was armed. Go on. */
#define KVMLIB_DEBUG_NOTHING 0U
/** An instruction, by an INT3 in its place. */
#define KVMLIB_DEBUG_SOFTWARE 1U
/** An instruction, by a debug register; the stop comes before it. */
#define KVMLIB_DEBUG_HARDWARE 2U
/** Writes to memory, by a debug register; the stop comes after the instruction that wrote. */
#define KVMLIB_DEBUG_WRITES 3U
/** Reads and writes of memory. */
#define KVMLIB_DEBUG_ACCESSES 4U
/** One instruction was done: KVMLIB_DEBUG_STEP. */
#define KVMLIB_DEBUG_STEPPED 5U
/** The guest's own breakpoint or trap: it is to be handed to the guest (KVMLIB_DEBUG_PASS_ON). */
#define KVMLIB_DEBUG_GUEST 6U

/** Stop after one instruction, and not at a breakpoint that the vCPU stands at. */
#define KVMLIB_DEBUG_STEP 0x1U
/** Keep interrupts from the guest while it is stepped. */
#define KVMLIB_DEBUG_BLOCK_IRQS 0x2U
/** Hand the exception that the vCPU has stopped with to the guest. */
#define KVMLIB_DEBUG_PASS_ON 0x4U

/** Options of kvmlib_debug_new(). Zero means "default" for every member. */
struct kvmlib_debug_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	/** The guest's memory, of the same VM; kept. NULL: there are no software breakpoints. */
	struct kvmlib_memory *memory;
};

/** What a vCPU has stopped at. */
struct kvmlib_debug_stop {
	uint64_t pc;	   /**< linear address of the instruction that comes next */
	uint64_t address;  /**< the point's, as it was added; else 0 */
	uint32_t kind;	   /**< KVMLIB_DEBUG_NOTHING to KVMLIB_DEBUG_GUEST */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief Make an object without points.
 *
 * @param[in]  vm        VM; kept.
 * @param[in]  opts      Options, or NULL for all defaults.
 * @param[out] ret_debug New object; drop it with kvmlib_debug_unref(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); memory
 *                     of another VM (cause BAD_ARGUMENT).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EOPNOTSUPP Not on x86 (cause ARCH_UNSUPPORTED); no KVMLIB_CAP_SET_GUEST_DEBUG (cause
 *                     CAPABILITY_MISSING).
 * @retval -ENOMEM     No memory (cause NO_MEMORY).
 * @retval -EIO        In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_debug_new(struct kvmlib_vm *vm, const struct kvmlib_debug_opts *opts,
				   struct kvmlib_debug **ret_debug);

/**
 * @brief Take a reference.
 * @param debug Object, or NULL.
 * @return @p debug.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_debug *kvmlib_debug_ref(struct kvmlib_debug *debug);

/**
 * @brief Drop a reference; the last one takes the software breakpoints out of the guest's memory.
 *
 * vCPUs stay armed: disarm them before. In a forked child it only frees.
 *
 * @param debug Object, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_debug *kvmlib_debug_unref(struct kvmlib_debug *debug);

/**
 * @brief Add a point.
 *
 * Of a software breakpoint, the first byte of the instruction becomes an INT3 by one atomic write, which is
 * marked as dirty. Memory that is READONLY takes hardware ones.
 *
 * @param debug   Object.
 * @param kind    KVMLIB_DEBUG_SOFTWARE to KVMLIB_DEBUG_ACCESSES.
 * @param address Guest physical for KVMLIB_DEBUG_SOFTWARE, else guest linear; of the first byte.
 * @param length  Bytes: 1 for instructions; 1, 2, 4 or 8 for memory, @p address a multiple of it.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p debug (cause NULL_ARGUMENT); another kind or length, or not aligned (cause
 *                 BAD_ARGUMENT).
 * @retval -EEXIST There is such a point (cause POINT_EXISTS).
 * @retval -ENOSPC All four debug registers are taken (cause POINTS_FULL).
 * @retval -EFAULT A software breakpoint where there is no memory, or no @ref kvmlib_debug_opts::memory
 *                 (cause NOT_MEMORY).
 * @retval -EACCES One in memory that is READONLY (cause MEMORY_READONLY).
 * @retval -EPERM  One in memory whose pages can't be touched (cause of kvmlib_memory_read()).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_debug_add(struct kvmlib_debug *debug, uint32_t kind, uint64_t address,
				   uint32_t length);

/**
 * @brief Remove a point.
 *
 * The instruction of a software breakpoint is put back, unless the guest has written another one there, or
 * its memory was removed. vCPUs stop at a hardware one until they are armed again; such stops are
 * KVMLIB_DEBUG_NOTHING.
 *
 * @param debug   Object.
 * @param kind    As it was added.
 * @param address As it was added.
 * @param length  As it was added.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p debug (cause NULL_ARGUMENT).
 * @retval -ENOENT There is no such point (cause POINT_ABSENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_debug_remove(struct kvmlib_debug *debug, uint32_t kind, uint64_t address,
				      uint32_t length);

/**
 * @brief Have a vCPU stop at the points, or step.
 *
 * Wraps KVM_SET_GUEST_DEBUG (vCPU ioctl, api.rst 4.87). Where it shall step and there are points, it asks
 * for the vCPU's registers as well, and translates its PC (KVM_GET_REGS, KVM_GET_SREGS, KVM_TRANSLATE). What
 * an earlier call asked for is forgotten. If it fails, nothing has changed. While the vCPU is in the guest,
 * it waits until it is out.
 *
 * @param debug Object.
 * @param vcpu  vCPU.
 * @param flags KVMLIB_DEBUG_STEP, BLOCK_IRQS (with STEP), PASS_ON.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); another flag, or a vCPU of another VM (cause
 *                     BAD_ARGUMENT); PASS_ON, and the last exit is not KVMLIB_EXIT_DEBUG (cause WRONG_EXIT).
 * @retval -EBUSY      Another vCPU is being stepped past the same software breakpoint (cause POINT_LIFTED);
 *                     PASS_ON, and the guest has an exception pending (cause EXCEPTION_PENDING).
 * @retval -EOPNOTSUPP BLOCK_IRQS, and this kernel can't (cause CAPABILITY_MISSING).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_debug_arm(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu,
				   uint32_t flags);

/**
 * @brief Have a vCPU stop no more.
 *
 * Wraps KVM_SET_GUEST_DEBUG (vCPU ioctl, api.rst 4.87). Software breakpoints have to be removed before: a
 * vCPU that is not armed takes their INT3 for the guest's own.
 *
 * @param debug Object.
 * @param vcpu  vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a vCPU of another VM (cause BAD_ARGUMENT).
 * @retval -EBUSY  There are software breakpoints (cause POINTS_LEFT).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_debug_disarm(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu);

/**
 * @brief What a vCPU has stopped at, when its exit is KVMLIB_EXIT_DEBUG.
 *
 * An INT3's address is translated (KVM_TRANSLATE). Where a step ends at a hardware point, the point is
 * told. A breakpoint that the vCPU was stepped past is in its place again.
 *
 * @param[in]  debug    Object.
 * @param[in]  vcpu     vCPU.
 * @param[out] ret_stop Receives it. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a vCPU of another VM (cause BAD_ARGUMENT); the last
 *                 exit is another one (cause WRONG_EXIT).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_debug_stop(struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu,
				    struct kvmlib_debug_stop *ret_stop);

/** @} */

KVMLIB_END_DECLS
#endif
