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
 * @par Loops
 * A program with a loop of its own need not wait here: kvmlib_control_pause_begin(),
 * kvmlib_control_call_begin() and kvmlib_control_wait_begin() return at once, and kvmlib_control_fd()
 * gives descriptors that become readable when it pays to ask how things are. To kick a vCPU by an eventfd
 * or a timerfd, call kvmlib_control_kick() when the loop finds it readable; a program without a loop has a
 * thread in kvmlib_control_watch(). The library makes no threads. A POSIX timer kicks without either: its
 * handler may call kvmlib_vcpu_kick(), which is async-signal-safe.
 *
 * @par Starting the other vCPUs
 * With local APICs in the kernel (the full or the split irqchip), KVM does what INIT and SIPI ask for. All
 * vCPUs but the boot one begin in KVMLIB_MP_STATE_UNINITIALIZED; their threads just run them, and stay in the
 * guest until the boot vCPU starts them. Such a run may report KVMLIB_EXIT_AGAIN: run again. It ends by a
 * kick, as any other. Without them all vCPUs are KVMLIB_MP_STATE_RUNNABLE from the beginning, and KVM knows no
 * INIT: the threads of those that are not started yet stay in kvmlib_control_wait(), and when the program's
 * own APIC is told of a SIPI, kvmlib_control_start_ap() does the rest. On arm64 and riscv64 KVM starts vCPUs
 * on PSCI's and SBI's calls; kvmlib_vcpu_set_mp_state() tells which begin stopped.
 *
 * @par Halt polling
 * How long KVM itself looks for an interrupt before a halted vCPU's thread sleeps is set by
 * kvmlib_vm_enable_halt_poll().
 *
 * @par Example
 * @snippet timer.c thread
 * @snippet timer.c pause
 * @{
 */

struct kvmlib_call;
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

/** A descriptor that kicks, for kvmlib_control_watch(). */
struct kvmlib_control_watch {
	struct kvmlib_vcpu *vcpu; /**< to be kicked; NULL: all of the group */
	int32_t fd;		  /**< eventfd, timerfd or what else is read 8 bytes at a time */
	uint32_t reserved;	  /**< 0 */
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
 * Threads should leave by themselves: the kernel takes an ended one away a moment after pthread_join() has
 * returned, and until then it is still there.
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

/** @name vCPUs that come and go
 * @{
 */

/**
 * @brief Plug a vCPU in: one that was unplugged, reset, or a new one.
 *
 * KVM can't destroy a vCPU before its VM: a second KVM_CREATE_VCPU of its id fails with EEXIST. So the
 * group keeps every vCPU that was made here, until it ends. One that was unplugged comes back with what
 * it had when it was new, nothing pending and no kick; the program then sets it up and joins as with any
 * other.
 *
 * On x86 the state of a new vCPU is read when it is made: registers, FPU, MSRs, local APIC, events,
 * nested state and MP state; its signal mask is cleared and guest debugging ends. Not reset are CPUID,
 * which KVM does not let change once the vCPU has run, the TSC, which goes on, MSRs that can't be written,
 * and capabilities that were enabled for the vCPU: give it the same ones again, or none.
 *
 * On arm64 the reset is the program's own kvmlib_vcpu_arm_vcpu_init(), with the same features as before,
 * which a new vCPU needs as well. On s390x it is KVM_S390_CLEAR_RESET.
 *
 * @param[in]  control  Group.
 * @param[in]  id       Id, as for kvmlib_vm_create_vcpu().
 * @param[out] ret_vcpu The vCPU; drop it with kvmlib_vcpu_unref(). Untouched on failure.
 * @retval 1       It had been unplugged, and is reset.
 * @retval 0       It is new.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -EEXIST It is plugged (cause VCPU_EXISTS), or the id is that of a vCPU which was made elsewhere
 *                 (the same, with KVM_CREATE_VCPU as the record's call).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval "Other values" As kvmlib_vm_create_vcpu(), and as the calls that get or set the vCPU's state; the
 *                 record names the ioctl. The vCPU remains unplugged, and can be plugged again.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_plug(struct kvmlib_control *control, uint32_t id,
				      struct kvmlib_vcpu **ret_vcpu);

/**
 * @brief Unplug a vCPU: take it out of the group if it is in, and park it.
 *
 * Its last exit is finished first, and has to be answered. The group keeps the vCPU; the program drops its
 * own reference, and does not touch it any more.
 *
 * @param control Group.
 * @param vcpu    vCPU that kvmlib_control_plug() gave out, in the group or not.
 * @retval 0       It is parked.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); the vCPU was not made by kvmlib_control_plug(), or is
 *                 unplugged (cause NOT_PLUGGED).
 * @retval -EBUSY  Its thread is another one, which is still there (as kvmlib_control_leave() has it), or
 *                 it is running (cause VCPU_BUSY);
 *                 finishing the last exit ended in another one, which is to be answered first (cause
 *                 EXIT_PENDING).
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval -EOPNOTSUPP KVM has no reset of vCPUs on this architecture: riscv64, ppc64, loongarch64 (cause
 *                 ARCH_UNSUPPORTED). The vCPU remains what it was.
 * @retval "Other values" As kvmlib_vcpu_run(), from finishing the last exit.
 * @threadsafety The vCPU's thread; any thread, after that one has ended, or where none has joined.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_unplug(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu);

/**
 * @brief Start a vCPU as a start-up IPI does (x86).
 *
 * CS and RIP are those of the vector, and the MP state is KVMLIB_MP_STATE_RUNNABLE; all else remains as it
 * is, which for a new vCPU is as after an INIT. Done on the vCPU's thread, by kvmlib_control_call(); a
 * thread in kvmlib_control_wait() wakes up.
 *
 * @param control Group.
 * @param vcpu    vCPU of it.
 * @param vector  Page where it begins, below 1 MiB: at @p vector << 12.
 * @param timeout Nanoseconds until the thread comes; KVMLIB_CONTROL_FOREVER.
 * @retval 0       It starts with its next run.
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @retval "Other values" As kvmlib_control_call(), and as the calls that get and set registers and the MP
 *                 state; the record names the ioctl. Nothing is changed.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_start_ap(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
					  uint8_t vector, uint64_t timeout);

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

/**
 * @brief Begin to wait for a kick in a loop of the program's own, as a vCPU that is halted.
 *
 * Does what others want, as kvmlib_control_wait(), but returns at once, paused or not. From now on the
 * vCPU counts as out of the guest (KVMLIB_CONTROL_WAITING), until the next kvmlib_control_run(): as with
 * any vCPU that is out, others may be at it. Ask kvmlib_control_fd() for the vCPU's descriptor before;
 * each time that it is readable, read it, and call this again, for there may be work to do.
 *
 * @param vcpu vCPU that has joined.
 * @retval 1       There is a kick: run the vCPU.
 * @retval 0       There is none so far.
 * @retval -EINVAL NULL @p vcpu (cause NULL_ARGUMENT); it has not joined (cause NOT_JOINED).
 * @retval -EBUSY  Finishing the last exit ended in another one, which is to be answered first (cause
 *                 EXIT_PENDING).
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval "Other values" As kvmlib_vcpu_run(), from finishing the last exit.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_wait_begin(struct kvmlib_vcpu *vcpu);

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
 * @brief Begin a pause, and do not wait for it.
 *
 * All vCPUs are kicked, as by kvmlib_control_pause(); kvmlib_control_pause_poll() tells when they are
 * out, and kvmlib_control_resume() ends the pause, whether they are or not.
 *
 * @param control Group.
 * @retval 0       The pause has begun.
 * @retval -EINVAL NULL @p control (cause NULL_ARGUMENT).
 * @retval -EBUSY  Finishing the last exit of this thread's vCPU ended in another one, which is to be
 *                 answered first (cause EXIT_PENDING). There is no pause.
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval "Other values" As kvmlib_vcpu_run(), from finishing the last exit of this thread's vCPU.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_pause_begin(struct kvmlib_control *control);

/**
 * @brief Ask whether all vCPUs are out of the guest, in a pause that has begun.
 *
 * The answer can change when the group's kvmlib_control_fd() becomes readable, and without it when a
 * thread ends that has not left. Once they are all out they stay there until the pause ends, but for
 * threads that join: those are in their program's code until they come to run.
 *
 * @param control Group.
 * @retval 1       All are out.
 * @retval 0       Not yet; kvmlib_control_where() tells of each.
 * @retval -EINVAL NULL @p control (cause NULL_ARGUMENT); there is no pause (cause NOT_PAUSED).
 * @retval -ESRCH  A thread has ended without leaving (cause VCPU_THREAD_GONE; values as of
 *                 kvmlib_control_pause()). The pause goes on.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_pause_poll(struct kvmlib_control *control);

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

/**
 * @brief Have a function called on a vCPU's thread, and do not wait for it.
 *
 * As kvmlib_control_call(), but on one's own vCPU too the function is called when the thread comes to run
 * or wait. kvmlib_call_poll() tells when it has returned.
 *
 * @param[in]  control  Group; the call keeps a reference.
 * @param[in]  vcpu     vCPU of it.
 * @param[in]  function Called once at most; what it returns is the result.
 * @param[in]  userdata Passed to @p function.
 * @param[out] ret_call The call; drop it with kvmlib_call_free(). Untouched on failure.
 * @retval 0       It is queued.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); it is not in the group (cause NOT_JOINED).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int
kvmlib_control_call_begin(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			  int (*function)(struct kvmlib_vcpu *vcpu, void *userdata), void *userdata,
			  struct kvmlib_call **ret_call);

/**
 * @brief Ask whether a call has been made.
 *
 * The answer can change when the group's kvmlib_control_fd() becomes readable, and without it when a
 * thread ends that has not left.
 *
 * @param[in]  call       Call.
 * @param[out] ret_result Receives the result where the call has been made; may be NULL.
 * @retval 1       The function has returned.
 * @retval 0       Not yet.
 * @retval -EINVAL NULL @p call (cause NULL_ARGUMENT).
 * @retval -ESRCH  The thread has ended, or its vCPU has left (cause VCPU_THREAD_GONE); the function will
 *                 not be called.
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_call_poll(struct kvmlib_call *call, int *ret_result);

/**
 * @brief Forget a call: one that has not begun will not be made.
 *
 * One that has begun goes on, and is waited for by nobody: what @p userdata of it points to has to stay
 * until it ends.
 *
 * @param call Call, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_call *kvmlib_call_free(struct kvmlib_call *call);

/** @} */

/** @name Descriptors
 * @{
 */

/**
 * @brief Have a descriptor that becomes readable when there is something to ask for.
 *
 * The group's: when a vCPU comes out of the guest or leaves, or a call has been made; ask
 * kvmlib_control_pause_poll() and kvmlib_call_poll(). A vCPU's: when it is kicked by
 * kvmlib_control_kick() or the like, there is work for it, or a pause ends; ask
 * kvmlib_control_wait_begin().
 *
 * It is a non-blocking eventfd: read its 8 bytes first, and ask then, whatever was begun. It may become
 * readable without anything new. From the first call on, what is told costs a write(2) each time.
 *
 * @param[in]  control Group.
 * @param[in]  vcpu    vCPU of it; NULL: the group's.
 * @param[out] ret_fd  Receives the descriptor, the same one each time. The library's: it is closed when
 *                     the vCPU leaves, or the group ends. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p control or @p ret_fd (cause NULL_ARGUMENT); the vCPU is not in the group
 *                 (cause NOT_JOINED).
 * @retval -EMFILE Too many open descriptors (cause FD_LIMIT); system wide: -ENFILE (cause
 *                 SYSTEM_FD_LIMIT).
 * @retval -ENOMEM No memory in the kernel (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_fd(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
				    int *ret_fd);

/**
 * @brief Kick vCPUs as descriptors become readable, until told to stop.
 *
 * For a thread of the program's, which stays here. Each descriptor that is readable is read once, 8 bytes,
 * and then its vCPU is kicked, as by kvmlib_control_kick(): a timerfd or an eventfd ends a run, or wakes
 * up a vCPU that is halted. No kick is lost: what comes while the vCPU is being kicked kicks it again. A
 * vCPU that is not in the group, or not yet, is kicked as by kvmlib_vcpu_kick().
 *
 * @param control    Group.
 * @param watches    What is watched; nobody else may read those descriptors. The vCPUs stay alive.
 * @param nr_watches How many; may be 0.
 * @param stop_fd    The call ends when it is readable; it is not read.
 * @retval 0       @p stop_fd is readable.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a vCPU of another VM, or reserved is not 0 (cause
 *                 BAD_ARGUMENT; the values are the descriptor and the index of its entry); more descriptors
 *                 than the process may have (cause FD_LIMIT).
 * @retval -EBADF  A descriptor is not open (cause BAD_FD; values as above, the index of @p stop_fd is
 *                 @p nr_watches).
 * @retval -EPIPE  The other end of a descriptor is closed (cause WATCH_ENDED; values as above).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @retval "Other values" As read(2) of a descriptor (cause WATCH_ENDED; values as above).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_control_watch(struct kvmlib_control *control,
				       const struct kvmlib_control_watch *watches,
				       size_t nr_watches, int stop_fd);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
