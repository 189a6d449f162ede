/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_CONTROL_H
#define KVMLIB_CONTROL_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup control vCPU control
 * @brief The vCPUs of a VM as a group: paused, resumed, kicked, and given work.
 *
 * Each vCPU's thread joins the group and runs its guest by kvmlib_control_run() instead of
 * kvmlib_vcpu_run(). A pause then brings all of them out of the guest: the exit that each was at is
 * answered by the program and finished by KVM first, however many runs that takes, so that registers and
 * memory are those between two instructions. A thread is parked inside kvmlib_control_run() until the
 * group goes on; the run then reports KVMLIB_EXIT_INTR, as after any kick.
 *
 * Pauses nest, come from any thread, and hold until each of them has been resumed. A vCPU's own thread
 * may pause the group while it answers an exit: the answer has to be stored before. vCPUs may join and
 * leave at any time; one that joins a paused group does not enter the guest until it goes on.
 *
 * A thread that has nothing to run, because its guest halted and the program has the interrupt
 * controller, waits in kvmlib_control_wait(): there it counts as out of the guest.
 *
 * @par Example
 * @snippet timer.c thread
 * @snippet timer.c pause
 * @{
 */

struct kvmlib_coalesced;
struct kvmlib_control;
struct kvmlib_vcpu;
struct kvmlib_vm;

/** No deadline. */
#define KVMLIB_CONTROL_FOREVER UINT64_MAX

/** In the program's code: between two calls of kvmlib_control_run(). */
#define KVMLIB_CONTROL_OUT 0U
/** Inside KVM_RUN. */
#define KVMLIB_CONTROL_IN_GUEST 1U
/** Held by a pause. */
#define KVMLIB_CONTROL_PARKED 2U
/** In kvmlib_control_wait(), or waiting for work that another vCPU's thread does. */
#define KVMLIB_CONTROL_WAITING 3U
/** The thread has ended. */
#define KVMLIB_CONTROL_GONE 4U

/**
 * A pause does not park threads: kvmlib_control_run() returns KVMLIB_EXIT_INTR to the program's loop,
 * and -EBUSY as long as the group is paused. For loops that have more to do than to run a vCPU.
 */
#define KVMLIB_CONTROL_RETURN 0x1U

/** Options of kvmlib_control_new(). Zero means "default" for every member. */
struct kvmlib_control_opts {
	size_t size;	/**< sizeof this struct in the caller's build, in bytes */
	uint32_t signo; /**< the kick's signal, 1 to 64; 0: SIGRTMIN */
	uint32_t flags; /**< KVMLIB_CONTROL_RETURN */
	/**
	 * What hands the VM's coalesced writes over: on the vCPU's thread, before each kvmlib_control_run()
	 * returns, and before the thread is parked or does others' work. May be NULL; the group keeps a
	 * reference.
	 */
	struct kvmlib_coalesced *coalesced;
};

/** @name The group
 * @{
 */

/**
 * @brief Make a group, without vCPUs, and install the handler of its kick's signal.
 *
 * @param[in]  vm          VM; the group keeps a reference.
 * @param[in]  opts        Options, or NULL for all defaults.
 * @param[out] ret_control New group; drop it with kvmlib_control_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); an unknown
 *                 flag, or coalesced writes of another VM (cause BAD_ARGUMENT); no signal that can be used
 *                 (cause BAD_SIGNAL).
 * @retval -E2BIG  @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EBUSY  The program has another handler for the signal (cause HANDLER_EXISTS).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_new(struct kvmlib_vm *vm, const struct kvmlib_control_opts *opts,
				     struct kvmlib_control **ret_control);

/**
 * @brief Take a reference.
 * @param control Group, or NULL.
 * @return @p control.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_control *kvmlib_control_ref(struct kvmlib_control *control);

/**
 * @brief Drop a reference. Each vCPU of the group holds one, until it leaves.
 * @param control Group, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_control *kvmlib_control_unref(struct kvmlib_control *control);

/**
 * @brief Say that this thread runs the vCPU, as a part of the group.
 *
 * Binds the vCPU to the thread, as kvmlib_vcpu_bind() does.
 *
 * @param control Group; the vCPU keeps a reference until it leaves.
 * @param vcpu    vCPU of the same VM; the group keeps a reference until it leaves.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a vCPU of another VM (cause BAD_ARGUMENT).
 * @retval -EEXIST The vCPU is in a group, or the thread has another vCPU in this one (cause
 *                 ALREADY_JOINED).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_join(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu);

/**
 * @brief Take a vCPU out of the group: before its thread ends, or after it has ended.
 *
 * Who waits for it does not any more; work that it has not done fails. Pauses that its thread began end.
 *
 * @param control Group.
 * @param vcpu    vCPU of it.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); it is not in the group (cause NOT_JOINED).
 * @retval -EBUSY  Its thread is another one, which is still there (cause VCPU_BUSY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety The vCPU's thread; any thread, after that one has ended.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_leave(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu);

/**
 * @brief Where a vCPU's thread is, as far as can be told from outside.
 *
 * @param[in]  control   Group.
 * @param[in]  vcpu      vCPU of it.
 * @param[out] ret_where Receives KVMLIB_CONTROL_OUT, … Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); it is not in the group (cause NOT_JOINED).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_where(struct kvmlib_control *control,
				       const struct kvmlib_vcpu *vcpu, uint32_t *ret_where);

/** @} */

/** @name The vCPU's thread
 * @{
 */

/**
 * @brief Run the guest until it exits, and be there for pauses and work.
 *
 * As kvmlib_vcpu_run(), which it calls. After a kick the thread does what others want of it (work, a
 * pause), and then returns KVMLIB_EXIT_INTR.
 *
 * @param vcpu vCPU that has joined.
 * @retval 0        The guest exited.
 * @retval -EINVAL  NULL @p vcpu (cause NULL_ARGUMENT); it has not joined (cause NOT_JOINED).
 * @retval -EDEADLK This thread has paused the group itself (cause OWN_PAUSE).
 * @retval -EBUSY   The group is paused, and has KVMLIB_CONTROL_RETURN (cause PAUSED).
 * @retval "Other values" As kvmlib_vcpu_run(), without an exit; or as kvmlib_coalesced_drain(), with
 *                  kvmlib_control_opts::coalesced: then the guest has exited all the same, and the exit is to
 *                  be answered before the next run.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_run(struct kvmlib_vcpu *vcpu);

/**
 * @brief Wait for a kick, as a vCPU that is halted.
 *
 * Does what others want meanwhile. The kick is still there for the next run, which returns at once.
 * kvmlib_vcpu_kick() does not wake the thread up: kvmlib_control_kick() does. The last exit is finished
 * first, and has to be answered.
 *
 * @param vcpu    vCPU that has joined.
 * @param timeout Nanoseconds; KVMLIB_CONTROL_FOREVER.
 * @retval 1       There is a kick.
 * @retval 0       There was none in time.
 * @retval -EINVAL NULL @p vcpu (cause NULL_ARGUMENT); it has not joined (cause NOT_JOINED).
 * @retval -EBUSY  Finishing the last exit ended in another one, which is to be answered first (cause
 *                 EXIT_PENDING).
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval "Other values" As kvmlib_vcpu_run() and kvmlib_coalesced_drain(), from finishing the last exit.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_wait(struct kvmlib_vcpu *vcpu, uint64_t timeout);

/** @} */

/** @name Other threads
 * @{
 */

/**
 * @brief Bring all vCPUs of the group out of the guest, and keep them there.
 *
 * Called on a vCPU's thread, that one is out while it holds the pause; its last exit is finished first,
 * and has to be answered. Such a pause is ended by the same thread.
 *
 * @param control Group.
 * @param timeout Nanoseconds; KVMLIB_CONTROL_FOREVER.
 * @retval 0          All are out.
 * @retval -EINVAL    NULL @p control (cause NULL_ARGUMENT).
 * @retval -ETIMEDOUT Some did not come (cause VCPU_LATE): the values are the id of each (four at most), and
 *                    where it is. There is no pause, and all go on.
 * @retval -ESRCH     A thread has ended without leaving (cause VCPU_THREAD_GONE; values as above). There is
 *                    no pause.
 * @retval -EBUSY     Finishing the last exit of this thread's vCPU ended in another one, which is to be
 *                    answered first (cause EXIT_PENDING). There is no pause.
 * @retval -EIO       In a forked child (cause FORKED).
 * @retval "Other values" As kvmlib_vcpu_run() and kvmlib_coalesced_drain(), from finishing the last exit of this thread's vCPU.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_pause(struct kvmlib_control *control, uint64_t timeout);

/**
 * @brief End a pause; after the last one all go on.
 *
 * On a vCPU's thread that ends its own pause while others hold theirs, it returns when they have ended
 * too: the guest is not this thread's to touch before (but not with KVMLIB_CONTROL_RETURN, nor inside of
 * a function that kvmlib_control_call() calls).
 *
 * @param control Group.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p control (cause NULL_ARGUMENT); there is no pause, or all are vCPUs' threads' own
 *                 (cause NOT_PAUSED).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_resume(struct kvmlib_control *control);

/**
 * @brief Kick one vCPU of the group, or all.
 *
 * As kvmlib_vcpu_kick(), but a thread in kvmlib_control_wait() wakes up, too. Takes the group's lock: not
 * for signal handlers.
 *
 * @param control Group.
 * @param vcpu    vCPU of it; NULL: all.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p control (cause NULL_ARGUMENT); it is not in the group (cause NOT_JOINED).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_kick(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu);

/**
 * @brief Have a function called on a vCPU's thread, out of the guest, and wait for its result.
 *
 * Many vCPU calls are several times as fast there. The group need not be paused. It is called without
 * any lock, and may call everything of this group but kvmlib_control_run() and kvmlib_control_leave().
 * Calls on one's own vCPU are made at once. While it waits, a vCPU's own thread does what others want
 * of it, so that two may call each other; its last exit is finished first, and has to be answered.
 *
 * @param[in]  control    Group.
 * @param[in]  vcpu       vCPU of it.
 * @param[in]  function   Called once; what it returns is the result.
 * @param[in]  userdata   Passed to @p function.
 * @param[in]  timeout    Nanoseconds until it begins; KVMLIB_CONTROL_FOREVER.
 * @param[out] ret_result Receives the result; may be NULL. Untouched on failure.
 * @retval 0          It was called, and has returned.
 * @retval -EINVAL    NULL argument (cause NULL_ARGUMENT); it is not in the group (cause NOT_JOINED).
 * @retval -ETIMEDOUT The thread did not come (cause VCPU_LATE); the function will not be called.
 * @retval -ESRCH     The thread has ended, or its vCPU has left (cause VCPU_THREAD_GONE); the function will
 *                    not be called.
 * @retval -EBUSY     Finishing the last exit of this thread's vCPU ended in another one, which is to be
 *                    answered first (cause EXIT_PENDING).
 * @retval -EIO       In a forked child (cause FORKED).
 * @retval "Other values" As kvmlib_vcpu_run() and kvmlib_coalesced_drain(), from finishing the last exit of this thread's vCPU.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_call(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
				      int (*function)(struct kvmlib_vcpu *vcpu, void *userdata),
				      void *userdata, uint64_t timeout, int *ret_result);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
