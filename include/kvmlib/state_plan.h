/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_STATE_PLAN_H
#define KVMLIB_STATE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup state_plan Saving and restoring
 * @brief The steps by which a VM becomes a @ref state "state", and a state a VM again.
 *
 * KVM has some twenty calls for a VM's state, and what one of them sets is lost by another that comes
 * too late: a timer's deadline by the local APIC, a pending exception by the registers, and so on. A
 * plan has them as steps in an order that keeps all of it: each names the steps that it has to come
 * after. A program can list them, leave some out, and put steps of its own between them.
 *
 * | step | saved as | restored after | because |
 * |---|---|---|---|
 * | cpuid | `cpuid` | | |
 * | tsc-khz | `tsc-khz` | | |
 * | feature-control | `msrs` | cpuid | the vCPU needs VMX for it |
 * | sregs | `sregs2` or `sregs` | cpuid | bits of CR4 and EFER have to be the vCPU's |
 * | smm | `events` | | |
 * | nested | `nested` | sregs, smm, feature-control | EFER.SVME or CR4.VMXE allow it; SMM does not |
 * | regs | `regs` | | |
 * | xsave | `xsave` | cpuid | it gives the room for the largest components |
 * | xcrs | `xcrs` | cpuid | bits of XCR0 have to be the vCPU's |
 * | debugregs | `debugregs` | | |
 * | lapic | `lapic` | sregs | to switch it on, by APIC_BASE, resets its id |
 * | msrs | `msrs` | cpuid | registers have to be the vCPU's |
 * | tsc | `msrs` | tsc-khz | the counter's value becomes an offset by the frequency |
 * | events | `events` | regs | setting registers clears a pending exception |
 * | mp-state | `mp-state` | | so late that nothing wakes the vCPU up after it |
 * | tsc-offset | `tsc-offset` | tsc | all vCPUs' counters again as far apart as they were |
 * | tsc-deadline | `msrs` | tsc, lapic | one that has passed fires; forgotten unless the timer waits for one |
 * | ioapic, pic-master, pic-slave | the same | | when those who take their interrupts are there |
 * | pit | `pit` | | it starts to run |
 * | routes | `routes` | | |
 * | msr-filter, pmu-filter | the same | | |
 * | clock | `clock` | | as late as can be |
 * | kvmclock-ctrl | | msrs | the guest's clock is there |
 *
 * On arm64 and riscv64, where every register has an id:
 *
 * | step | saved as | restored after | because |
 * |---|---|---|---|
 * | counter | `regs` | | it is the VM's: the first vCPU's holds for all |
 * | regs | `regs` | counter | a timer is set by how far its deadline is from the counter |
 * | events | `events` | regs | (arm64) |
 * | its-reset | `its` | | (arm64) what an ITS has mapped before is forgotten |
 * | gic | `gic` | regs, its-reset | (arm64) which vCPU has which registers; tables of LPIs are looked at once |
 * | its | `its` | gic | (arm64) its tables name LPIs, which are pending in tables of the GIC |
 * | aia | `aia` | regs | (riscv64) |
 * | mp-state | `mp-state` | | so late that nothing wakes the vCPU up after it |
 * | routes | `routes` | | |
 *
 * `regs` are all that KVM lists, whatever they are. What was settled before the first run, such as the
 * features of the processor, has to be the same where the state is restored. Interrupt controllers are those of the
 * options: they are made and set up as they were before, and a state has what they hold since. KVM doesn't tell
 * which wires of an AIA's APLIC are up: a device that keeps one up raises it again.
 *
 * @par Tables in guest memory
 * An ITS has its tables in guest memory, and so are those of LPIs that are pending. KVM writes them when the
 * step `its` saves, in memory that the guest has given it for that, and reads them when it restores; it then takes
 * out what was pending. So memory is saved after the state, and put in place before it, as @ref image,
 * @ref move and @ref reset do. Dirty tracking sees these writes. Where the ITS was in use before a restore that
 * fails there is no way back: the record's OUTCOME is 2.
 *
 * Each step is done for all vCPUs before the next one begins. Saving asks `mp-state` first, which
 * takes in what is on its way, and `events` last, as the others may change it.
 *
 * @par What KVM can't tell
 * Enabled capabilities, memory slots, private pages, filters and routes are in the state as kvmlib's
 * handles and managers know them: `capabilities` (but for those of dirty tracking, which is the host's own),
 * `memory`, `private-memory`, `msr-filter`, `pmu-filter`, `routes`. The first three must be alike where the state is restored; filters and routes
 * are put in place. What else is set and can't be had (guest debugging, signal masks), or belongs to
 * another hypervisor's guests (Xen's attributes), is the program's to keep.
 *
 * @par Example
 * @snippet snapshot.c save
 * @snippet snapshot.c load
 * @{
 */

struct kvmlib_control;
struct kvmlib_cpuid_lack;
struct kvmlib_memory;
struct kvmlib_routes;
struct kvmlib_state;
struct kvmlib_state_plan;
struct kvmlib_vcpu;
struct kvmlib_vm;

/** @name Steps
 * @{
 */

/** In kvmlib_state_step::scope: done once for each vCPU. */
#define KVMLIB_STATE_EACH_VCPU 0U
/** Done once, for the VM. */
#define KVMLIB_STATE_ONCE 1U

/** In kvmlib_state_step::direction: a step of saving. */
#define KVMLIB_STATE_SAVING 0U
/** A step of restoring. */
#define KVMLIB_STATE_RESTORING 1U

/** What is done for one part of a state. */
struct kvmlib_state_step {
	size_t size;	  /**< sizeof this struct in the caller's build, in bytes */
	const char *name; /**< 1 to 31 bytes; with a dot in it where it is a program's */
	const char *
		after; /**< names of steps that come before, separated by spaces; NULL: none has to */
	/** Called for the work; NULL where it is the library's. What it returns below 0 ends all. */
	int (*run)(struct kvmlib_state *state, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
		   void *userdata);
	void *userdata;	     /**< passed to run */
	uint32_t direction;  /**< KVMLIB_STATE_SAVING or KVMLIB_STATE_RESTORING */
	uint32_t scope;	     /**< KVMLIB_STATE_EACH_VCPU or KVMLIB_STATE_ONCE */
	uint32_t capability; /**< without which there is nothing to do; 0: none */
	uint32_t reserved;   /**< 0 */
};

/**
 * @brief One of the library's steps.
 * @param direction KVMLIB_STATE_SAVING or KVMLIB_STATE_RESTORING.
 * @param index     From 0 on, in the order in which they are done.
 * @return The step; NULL: there are less.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_state_step *kvmlib_state_step_at(uint32_t direction,
								   size_t index);

/** @} */

/** @name Plans
 * @{
 */

/** Options of kvmlib_state_plan_new(). Zero means "default" for every member. */
struct kvmlib_state_plan_opts {
	size_t size;			  /**< sizeof this struct in the caller's build, in bytes */
	struct kvmlib_vcpu *const *vcpus; /**< all of the VM's */
	size_t nr_vcpus;		  /**< how many */
	struct kvmlib_control *control;	  /**< that pauses them; NULL: none of them runs */
	struct kvmlib_memory *memory;	  /**< the VM's memory map, or NULL */
	struct kvmlib_routes *routes;	  /**< the VM's routes, or NULL */
	const char *const *skip;	  /**< names of the library's steps that are left out */
	size_t nr_skip;			  /**< how many */
	const struct kvmlib_state_step *const *steps; /**< of the program's own */
	size_t nr_steps;			      /**< how many */
	uint64_t timeout;		  /**< of a pause, in nanoseconds; 0: without end */
	struct kvmlib_device *gic;	  /**< arm64: the VM's GICv2 or GICv3, or NULL */
	struct kvmlib_device *const *its; /**< arm64: the VM's ITSs, always in the same order */
	size_t nr_its;			  /**< how many; not without a GIC */
	struct kvmlib_device *aia;	  /**< riscv64: the VM's AIA, or NULL */
};

/**
 * @brief Make a plan to save and restore a VM.
 *
 * The host is asked once what it can do. A plan can be used any number of times, and is tied to the
 * vCPUs that it was made with.
 *
 * A step of the program's is done as early as its `after` allows, behind those that were given
 * before. What a step of either direction puts into, or takes out of, the state is its own business:
 * kvmlib_state_put() and kvmlib_state_get(), by names with a dot in them.
 *
 * @param[in]  vm       VM; the plan keeps a reference on it, and on what the options name.
 * @param[in]  opts     Options.
 * @param[out] ret_plan New plan; free it with kvmlib_state_plan_free(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); a
 *                     vCPU, group, memory map, table or device of another VM, an ITS without a GIC, a name that
 *                     can't be, or a step after one that is not there (cause BAD_ARGUMENT; the record names it); a name
 *                     to skip that no step has (cause STATE_STEP_UNKNOWN).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EEXIST     Two steps of one name (cause STATE_STEP_EXISTS).
 * @retval -EOPNOTSUPP This architecture has no steps yet (cause ARCH_UNSUPPORTED).
 * @retval -ENOMEM     No memory (cause NO_MEMORY).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_plan_new(struct kvmlib_vm *vm,
					const struct kvmlib_state_plan_opts *opts,
					struct kvmlib_state_plan **ret_plan);

/**
 * @brief Free a plan.
 * @param plan Plan, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_state_plan *kvmlib_state_plan_free(struct kvmlib_state_plan *plan);

/**
 * @brief One of a plan's steps: without those that are left out, or that the VM has no use for, and
 * with the program's.
 * @param plan      Plan, not NULL.
 * @param direction KVMLIB_STATE_SAVING or KVMLIB_STATE_RESTORING.
 * @param index     From 0 on, in the order in which they are done.
 * @return The step, as long as the plan; NULL: there are less.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_state_step *
kvmlib_state_plan_step_at(const struct kvmlib_state_plan *plan, uint32_t direction, size_t index);

/** @} */

/** @name Saving
 * @{
 */

/**
 * @brief Save a VM, all but its memory.
 *
 * Guest memory is saved afterwards: KVM may write to it, such as the tables of an ITS.
 *
 * The group, if the plan has one, is paused meanwhile. What is saved is of one moment: devices of the
 * program, and irqfds, must not raise interrupts before either.
 *
 * @param plan  Plan.
 * @param state Receives the items, behind those that it has; on failure some may be there.
 * @retval 0          Success.
 * @retval -EINVAL    NULL argument (cause NULL_ARGUMENT).
 * @retval -EPERM     The guest's state is hidden from the host: SEV-ES, SEV-SNP, TDX (cause
 *                    STATE_PROTECTED).
 * @retval -EBUSY     A vCPU runs (cause VCPU_BUSY), or its last exit is unfinished: the guest's
 *                    instruction is half done, and that is in no state (cause EXIT_PENDING); another
 *                    thread has set a filter, or a controller up, meanwhile (cause STATE_CHANGED).
 * @retval -ETIMEDOUT vCPUs did not come (cause VCPU_LATE), as kvmlib_control_pause() has it; so has
 *                    it -ESRCH.
 * @retval -EEXIST    The state has such an item (cause STATE_ITEM_EXISTS).
 * @retval -ENOMEM    No memory (cause NO_MEMORY).
 * @retval -EIO       In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval "Other values" As the step's call has it, with the step's name as the record's subject; or
 *                    what a program's step returned.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_save(struct kvmlib_state_plan *plan, struct kvmlib_state *state);

/**
 * @brief Save one vCPU: the steps that are done for each.
 *
 * The caller sees to it that the vCPU does not run.
 *
 * @param plan  Plan that has the vCPU.
 * @param vcpu  vCPU.
 * @param state Receives the items, as in kvmlib_state_save().
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a vCPU that the plan has not (cause
 *                 BAD_ARGUMENT).
 * @retval -EPERM  As kvmlib_state_save() has it; so are the other errors.
 * @threadsafety The vCPU's thread; one thread per plan at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_save_vcpu(struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu,
					 struct kvmlib_state *state);

/** @} */

/** @name What stands in the way
 * @{
 */

/** The state has an item that is not as the kernel's structs are, or that no step knows. */
#define KVMLIB_STATE_BAD_ITEM 0x1U
/** A vCPU of the state is not in the plan, or the other way round; the number is its id. */
#define KVMLIB_STATE_OTHER_VCPUS 0x2U
/** An item needs what this VM has not: a capability, an interrupt controller, or as many ITSs. */
#define KVMLIB_STATE_MISSING 0x4U
/**
 * The host does not have a model specific register that is not 0, or lacks what it tells of; the number
 * is its index.
 */
#define KVMLIB_STATE_MSR 0x8U
/** The host lacks something of the guest's processor; the number is the CPUID leaf (subleaf in the upper half). */
#define KVMLIB_STATE_CPUID 0x10U
/** Extended or nested state is larger than here. */
#define KVMLIB_STATE_SIZE 0x20U
/** The time-stamp counter runs at a speed that this host can't give, in kHz. */
#define KVMLIB_STATE_TSC 0x40U
/** A capability was enabled there and is not here, with other arguments, or the other way round. */
#define KVMLIB_STATE_CAPABILITY 0x80U
/** Guest memory is not the same; the number is an address. */
#define KVMLIB_STATE_MEMORY 0x100U
/** The time of day was not saved, and is wanted. */
#define KVMLIB_STATE_NO_REALTIME 0x200U
/** arm64, riscv64: a vCPU here has no such register; the number is its id. */
#define KVMLIB_STATE_REGISTER 0x400U

/** One of the things that stand in the way. */
struct kvmlib_state_problem {
	const char *item;  /**< the item's name */
	uint64_t instance; /**< a vCPU's id, or KVMLIB_STATE_VM */
	uint64_t number;   /**< as KVMLIB_STATE_MSR and so on have it */
	uint64_t saved;	   /**< what the state has */
	uint64_t here;	   /**< what is here */
	const struct kvmlib_cpuid_lack
		*lack;	   /**< what kvmlib_cpuid_verdict() told, good during the call; or NULL */
	uint32_t kind;	   /**< KVMLIB_STATE_BAD_ITEM, … */
	uint32_t reserved; /**< 0 */
};

/** Options of kvmlib_state_restore(). Zero means "default" for every member. */
struct kvmlib_state_restore_opts {
	size_t size;	/**< sizeof this struct in the caller's build, in bytes */
	uint32_t allow; /**< KVMLIB_STATE_MSR, …: what is left out where it can't be had here */
	uint32_t flags; /**< KVMLIB_STATE_REALTIME, … */
};

/** The guest's clocks go on with the time that has passed since, instead of where they stopped. */
#define KVMLIB_STATE_REALTIME 0x1U
/** A failure leaves vCPUs that can't be used, for nothing was saved before. */
#define KVMLIB_STATE_NO_WAY_BACK 0x2U
/** A timer that had no deadline keeps none. Otherwise it fires, as it may have been about to. */
#define KVMLIB_STATE_KEEP_DEADLINE 0x4U

/**
 * @brief Look for what stands in the way of restoring a state, without touching the VM.
 *
 * @param plan     Plan.
 * @param state    State.
 * @param opts     Options as for kvmlib_state_restore(), or NULL; what is allowed is told all the same.
 * @param problem  Called for each thing; what it returns below 0 ends the search.
 * @param userdata Passed to @p problem.
 * @return How many there are, or a negative errno.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT), or options as in kvmlib_state_restore().
 * @retval -EPROTO The state is of another architecture (cause STATE_ARCHITECTURE).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval "Other values" What @p problem returned.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int
kvmlib_state_check(struct kvmlib_state_plan *plan, const struct kvmlib_state *state,
		   const struct kvmlib_state_restore_opts *opts,
		   int (*problem)(const struct kvmlib_state_problem *problem, void *userdata),
		   void *userdata);

/** @} */

/** @name Restoring
 * @{
 */

/**
 * @brief Restore a VM, all but its memory, which has to be there before.
 *
 * The state is checked first, and refused where something stands in the way that is not allowed. The
 * group, if the plan has one, is paused meanwhile. Exits of before are forgotten: they have been
 * answered, or the state that they belong to is gone.
 *
 * If a step fails, the VM gets back the state that it had, and the record's OUTCOME is 1; where that
 * fails as well, or with KVMLIB_STATE_NO_WAY_BACK, it is 2: its vCPUs can't be used before a state has
 * been restored. 0: nothing has been touched.
 *
 * @param plan  Plan.
 * @param state State.
 * @param opts  Options, or NULL for all defaults.
 * @retval 0          Success.
 * @retval -EINVAL    NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); unknown
 *                    bits (cause BAD_ARGUMENT).
 * @retval -E2BIG     @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EPROTO    The state is of another architecture (cause STATE_ARCHITECTURE).
 * @retval -ENOTSUP   Something stands in the way (cause STATE_UNSUPPORTED; the record has the first:
 *                    its item's name, kind, number, and values). kvmlib_state_check() tells all. riscv64: KVM
 *                    has lost bits of an IMSIC (cause AIA_REGISTER_LOST, with GROUP, ATTRIBUTE, SAVED
 *                    and HERE), as it does of identities 32 to 63 of each 64 where a vCPU has no
 *                    interrupt file of the hardware's, which it gets as it first runs.
 * @retval -EPERM     As in kvmlib_state_save() (cause STATE_PROTECTED); so are -EBUSY, -ETIMEDOUT,
 *                    -ESRCH, -ENOMEM and -EIO.
 * @retval "Other values" As the step's call has it, with the step's name as the record's subject; or
 *                    what a program's step returned.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_restore(struct kvmlib_state_plan *plan,
				       const struct kvmlib_state *state,
				       const struct kvmlib_state_restore_opts *opts);

/**
 * @brief Restore one vCPU: the steps that are done for each, without the check, and without a way
 * back.
 *
 * The caller sees to it that the vCPU does not run. Its counter is not held against the others'.
 *
 * @param plan  Plan that has the vCPU.
 * @param state State that kvmlib_state_check() has found nothing in.
 * @param vcpu  vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a vCPU that the plan has not (cause
 *                 BAD_ARGUMENT).
 * @retval -ENOENT The state has no such vCPU (cause STATE_ITEM_MISSING).
 * @retval -EPERM  As kvmlib_state_restore() has it; so are the other errors.
 * @threadsafety The vCPU's thread; one thread per plan at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_restore_vcpu(struct kvmlib_state_plan *plan,
					    const struct kvmlib_state *state,
					    struct kvmlib_vcpu *vcpu);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
