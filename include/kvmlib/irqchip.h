/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_IRQCHIP_H
#define KVMLIB_IRQCHIP_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup irqchip Interrupt controllers of a PC
 * @brief Who has the interrupt controllers of an x86 VM, and how interrupts are raised there.
 *
 * A VM has them in one of three ways, which is chosen before its first vCPU and for good: KVM can
 * neither take a controller away nor put another one in its place.
 *
 * - **Full**: KVM has all of them, the PICs, the I/O APIC, a local APIC with each vCPU, and the
 *   interval timer where it is wanted. Devices raise lines.
 * - **Split**: KVM has the local APICs alone. The program has the I/O APIC, and keeps one route (see
 *   @ref irq) for each of its pins that the guest has not masked.
 * - **None**: the program has all of them, and hands single vectors to vCPUs by
 *   kvmlib_irqchip_inject().
 *
 * @par Ends of interrupts, with the split controller
 * KVM takes the GSIs from 0 on, as many as kvmlib_irqchip_opts::nr_pins says, for the pins of the
 * program's I/O APIC. Of these it looks at the routes that are messages of level triggered
 * interrupts (bit 15 of their data): when a vCPU ends one of their vectors, its run ends with
 * KVMLIB_EXIT_IOAPIC_EOI. kvmlib_routes_find_vector() tells which pins that can be.
 *
 * @par NMI and SMI
 * Any VM's vCPUs get them by kvmlib_vcpu_nmi() and kvmlib_vcpu_smi(). These wait as long as another
 * thread runs the vCPU: call them by kvmlib_control_call() from there.
 *
 * Of other architectures than x86 there is nothing here.
 *
 * @par Example
 * @snippet inject.c inject
 * @{
 */

struct kvmlib_irq_routing_msi;
struct kvmlib_irqchip;
struct kvmlib_vcpu;
struct kvmlib_vm;

/** In kvmlib_irqchip_opts::profile: KVM has the PICs, the I/O APIC and the local APICs. */
#define KVMLIB_IRQCHIP_PROFILE_FULL 0U
/** KVM has the local APICs; the program has the I/O APIC, and a PIC where it wants one. */
#define KVMLIB_IRQCHIP_PROFILE_SPLIT 1U
/** The program has all of them. */
#define KVMLIB_IRQCHIP_PROFILE_NONE 2U

/** In kvmlib_irqchip_opts::nr_pins: the split controller's I/O APIC has none. */
#define KVMLIB_IRQCHIP_NO_PINS 0xffffffffU

/**
 * Full: the interval timer (i8254) too, which answers the speaker's port 0x61 as well. Ticks that a
 * guest missed are forgotten.
 */
#define KVMLIB_IRQCHIP_PIT 0x1U
/** With KVMLIB_IRQCHIP_PIT: make up for missed ticks, which floods a guest that was stopped. */
#define KVMLIB_IRQCHIP_PIT_REINJECT 0x2U
/**
 * Full, split: leave APIC ids of 8 bits, of which 255 is a broadcast. Without it ids have 32 bits,
 * where the host can do that: in messages, and in the x2APIC's state (kvmlib_vcpu_get_lapic()).
 */
#define KVMLIB_IRQCHIP_NO_X2APIC_API 0x4U
/**
 * Split: guests may tell local APICs to keep the ends of interrupts to themselves, for the program's
 * I/O APIC has an EOI register (its version is 0x20 or more). Without it guests are told that they
 * can't, where the host can do that; else they are told that they can, and it has no effect.
 */
#define KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST 0x8U
/** Full, split: messages are as KVMLIB_ROUTES_EXT_DEST_ID says, in kvmlib_irqchip_signal_msi(). */
#define KVMLIB_IRQCHIP_EXT_DEST_ID 0x10U

/** Options of kvmlib_irqchip_create(). Zero means "default" for every member. */
struct kvmlib_irqchip_opts {
	size_t size;	  /**< sizeof this struct in the caller's build, in bytes */
	uint32_t profile; /**< KVMLIB_IRQCHIP_PROFILE_* */
	/** Split: how many pins the I/O APIC has, to 4096; 0: 24. KVMLIB_IRQCHIP_NO_PINS. */
	uint32_t nr_pins;
	uint32_t flags;	   /**< KVMLIB_IRQCHIP_* */
	uint32_t reserved; /**< 0 */
};

/** @name Making
 * @{
 */

/**
 * @brief Give a VM its interrupt controllers.
 *
 * Before the first vCPU, but for the profile "none", which makes nothing and only looks that KVM has
 * none. Calls, as the options want it, KVM_CREATE_IRQCHIP (VM ioctl, api.rst 4.24) or KVM_ENABLE_CAP
 * of KVM_CAP_SPLIT_IRQCHIP (7.5), KVM_ENABLE_CAP of KVM_CAP_X2APIC_API (7.7), KVM_CREATE_PIT2 (4.71)
 * and KVM_REINJECT_CONTROL (4.99). Whether a controller is there already, KVM is asked by a KVM_IRQFD
 * (4.75) that it has to refuse.
 *
 * Impossible options are refused before anything is made. Where a later step fails, what was made
 * before stays, and the record's KEPT tells it: the VM can't be given anything else then.
 *
 * @param[in]  vm          VM; the object keeps a reference.
 * @param[in]  opts        Options, or NULL: the full controller, without timer.
 * @param[out] ret_irqchip New object; drop it with kvmlib_irqchip_unref(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE);
 *                     another profile or flag (cause BAD_ARGUMENT); pins or flags that the profile
 *                     can't have, or flags that need others (cause IRQCHIP_COMBINATION); more pins
 *                     than KVM has routes (cause CAP_REFUSED); a host without the split one (cause
 *                     CAPABILITY_MISSING); full: vCPUs exist (cause AFTER_FIRST_VCPU).
 * @retval -EEXIST     The VM has a controller (cause IRQCHIP_EXISTS; the record's KEPT is its
 *                     profile); split: vCPUs exist (cause AFTER_FIRST_VCPU).
 * @retval -ENOTTY     The VM's type can't have the full one (cause SPLIT_IRQCHIP_REQUIRED).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EOPNOTSUPP The host can't do what a flag asks for (cause CAPABILITY_MISSING); another
 *                     architecture (cause ARCH_UNSUPPORTED).
 * @retval -ENOMEM     No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqchip_create(struct kvmlib_vm *vm,
					const struct kvmlib_irqchip_opts *opts,
					struct kvmlib_irqchip **ret_irqchip);

/**
 * @brief Take a reference.
 * @param irqchip Object, or NULL.
 * @return @p irqchip.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_irqchip *kvmlib_irqchip_ref(struct kvmlib_irqchip *irqchip);

/**
 * @brief Drop a reference; the last one frees the object. The VM keeps its controllers.
 * @param irqchip Object, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_irqchip *kvmlib_irqchip_unref(struct kvmlib_irqchip *irqchip);

/**
 * @brief Which controllers the VM has.
 * @param irqchip Object, not NULL.
 * @return KVMLIB_IRQCHIP_PROFILE_*.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_irqchip_profile(const struct kvmlib_irqchip *irqchip);

/**
 * @brief How many GSIs, from 0 on, are pins of the I/O APIC.
 * @param irqchip Object, not NULL.
 * @return The number: 24 with the full controller, 0 without one.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_irqchip_nr_pins(const struct kvmlib_irqchip *irqchip);

/** @} */

/** @name Raising
 *
 * With the split controller a GSI is a message, that of its route: level 1 sends it, and level 0
 * does nothing.
 * @{
 */

/**
 * @brief Set the level of a line, and learn what became of it.
 *
 * Wraps KVM_IRQ_LINE_STATUS (VM ioctl, api.rst 4.25), or KVM_IRQ_LINE where @p ret_status is NULL.
 * The first has KVM count the ends of line 8's interrupts, for a clock that makes up for those that
 * were coalesced; the second has not.
 *
 * @param[in]  irqchip    Object.
 * @param[in]  gsi        The line. One that has no route leads nowhere, which is no failure.
 * @param[in]  level      1 active, 0 inactive.
 * @param[out] ret_status Above 0: it was taken, by that many controllers or vCPUs. 0: it was
 *                        coalesced, with one that is pending. Below 0: it was ignored, for it is
 *                        masked, or leads nowhere. May be NULL. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p irqchip (cause NULL_ARGUMENT).
 * @retval -ENXIO  The program has the controllers (cause IRQCHIP_MISSING).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqchip_set_line(struct kvmlib_irqchip *irqchip, uint32_t gsi,
					  uint32_t level, int32_t *ret_status);

/**
 * @brief Raise an edge: level 1, then level 0.
 *
 * Two calls, as kvmlib_irqchip_set_line() makes them. Where the second fails, the line stays active.
 *
 * @param[in]  irqchip    Object.
 * @param[in]  gsi        The line; nobody else may use it meanwhile.
 * @param[out] ret_status What became of level 1, as in kvmlib_irqchip_set_line(). May be NULL.
 *                        Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p irqchip (cause NULL_ARGUMENT).
 * @retval -ENXIO  The program has the controllers (cause IRQCHIP_MISSING).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqchip_pulse(struct kvmlib_irqchip *irqchip, uint32_t gsi,
				       int32_t *ret_status);

/**
 * @brief Send a message, past all routes.
 *
 * Wraps KVM_SIGNAL_MSI (VM ioctl, api.rst 4.70).
 *
 * @param irqchip Object.
 * @param msi     The message; with KVMLIB_IRQCHIP_EXT_DEST_ID its destination is moved as that of a
 *                route is. devid is not looked at.
 * @return > 0 if it was delivered, 0 if the guest blocked it or no vCPU is at that destination, or a
 *         negative errno.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); an address that KVM refuses (cause
 *                 MSI_INVALID).
 * @retval -ENXIO  The program has the controllers (cause IRQCHIP_MISSING).
 * @retval -EPERM  No vCPU is at that destination either, found by the longer way (cause
 *                 MSI_NO_DESTINATION).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqchip_signal_msi(struct kvmlib_irqchip *irqchip,
					    const struct kvmlib_irq_routing_msi *msi);

/** @} */

/** @name Handing vectors to vCPUs
 *
 * Where the program has a PIC, with the profiles "none" and "split", it hands its vectors to one vCPU
 * at a time. The library keeps none: the program's PIC has them, and acknowledges one when the guest
 * takes it, since another may have come before it while the guest could take none.
 * @{
 */

/**
 * @brief Let a vCPU take an interrupt on its next run, or ask for the moment when it can.
 *
 * Wraps KVM_INTERRUPT (vCPU ioctl, api.rst 4.16). Where the last run left the guest with interrupts
 * masked, or with one on its way, no call is made: a window is requested
 * (kvmlib_vcpu_request_interrupt_window()), and a run ends with KVMLIB_EXIT_IRQ_WINDOW_OPEN as soon
 * as the guest can take it. Call this again then. Once a vector was handed over, no window is
 * requested any more; call this with the next one that waits.
 *
 * A program whose interrupt goes away while it waits ends the request itself. Without a local APIC
 * in the kernel, HLT is an exit, KVMLIB_EXIT_HLT: the program waits for an interrupt before it runs
 * the guest on. What the last run told does not hold any more where the program has changed the
 * interrupt flag since: run the vCPU first.
 *
 * @param irqchip Object.
 * @param vcpu    vCPU of its VM handle.
 * @param vector  0 to 255.
 * @retval 1       The guest takes it on the next run: acknowledge it.
 * @retval 0       It can't now: a window is requested. Nobody has the vector but the program.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a vCPU of another VM handle (cause
 *                 BAD_ARGUMENT); no such vector (cause INTERRUPT_VECTOR).
 * @retval -ENXIO  The PIC is in the kernel (cause PIC_IN_KERNEL).
 * @retval -EEXIST Other code has queued one, with the split controller (cause INTERRUPT_QUEUED).
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqchip_inject(struct kvmlib_irqchip *irqchip, struct kvmlib_vcpu *vcpu,
					uint32_t vector);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
