/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_IRQ_H
#define KVMLIB_IRQ_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup irq Interrupts and doorbells
 * @brief Where interrupts go: a table of named routes that changes by transactions, and eventfds
 * that raise them or are written to by the guest.
 *
 * A route says where one GSI goes: to a pin of the interrupt controller, as a message to a vCPU,
 * and so on. KVM takes the table as a whole alone, and waits for all vCPUs and irqfds that use the
 * old one: so changes are collected, and reach it by one call.
 *
 * @par What the table owns
 * KVM_SET_GSI_ROUTING of its VM: kvmlib_vm_set_gsi_routing() must not be used beside it, and there
 * is one for each VM. KVM_IRQFD for the GSIs of its routes.
 *
 * @par Example
 * @snippet doorbell.c attach
 * @{
 */

struct kvmlib_ioeventfd;
struct kvmlib_irq_routing_entry;
struct kvmlib_irq_routing_msi;
struct kvmlib_irqfd;
struct kvmlib_route;
struct kvmlib_routes;
struct kvmlib_routes_change;
struct kvmlib_vm;

/** In kvmlib_irq_routing_entry::gsi: a GSI that nothing else has. */
#define KVMLIB_ROUTES_ANY_GSI 0xffffffffU

/** In kvmlib_routes_opts::nr_pins: none of the kernel's own routes are kept. */
#define KVMLIB_ROUTES_NO_PINS 0xffffffffU

/**
 * The guest puts bits 8 to 14 of a destination into bits 5 to 11 of the address of a message, as
 * KVMLIB_FEATURE_MSI_EXT_DEST_ID tells it to: they are moved to where KVM wants them. x86, with
 * KVMLIB_X2APIC_API_USE_32BIT_IDS.
 */
#define KVMLIB_ROUTES_EXT_DEST_ID 0x1U

/** Options of kvmlib_routes_new(). Zero means "default" for every member. */
struct kvmlib_routes_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	/**
	 * How many lines go where KVM has them go at first: line n to pin n. 0: on x86 24
	 * with the full interrupt controller, on loongarch64 64, else none: arm64 and riscv64 have
	 * to tell what the controller was set up with.
	 */
	uint32_t nr_pins;
	/**
	 * The first GSI that KVMLIB_ROUTES_ANY_GSI may become. 0: behind the pins, and on x86
	 * behind those that an I/O APIC would have.
	 */
	uint32_t first_gsi;
	uint32_t flags;	   /**< KVMLIB_ROUTES_EXT_DEST_ID */
	uint32_t reserved; /**< 0 */
};

/** @name The table
 * @{
 */

/**
 * @brief Make the table of a VM's routes, which has the kernel's own ones at first.
 *
 * These are named as their pins: `ioapic0` to `ioapic23`, `pic0` to `pic15` on x86, else `pin0` and
 * so on. The kernel's table is left alone until the first commit.
 *
 * The interrupt controller must be there: KVM would put routes of its own in place of these later.
 * KVM is asked by a KVM_IRQFD (VM ioctl, api.rst 4.75) that it has to refuse.
 *
 * @param[in]  vm         VM; the table keeps a reference.
 * @param[in]  opts       Options, or NULL for all defaults.
 * @param[out] ret_routes New table; drop it with kvmlib_routes_unref(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE);
 *                     more pins than there are, a first GSI beyond the limit, or another flag
 *                     (cause BAD_ARGUMENT); no interrupt controller in the kernel (cause
 *                     IRQCHIP_MISSING).
 * @retval -E2BIG      @p opts sets a member that this library does not know (cause
 *                     OPTIONS_TOO_NEW).
 * @retval -EAGAIN     arm64, riscv64: the interrupt controller is not initialized (cause
 *                     IRQCHIP_UNINITIALIZED).
 * @retval -EOPNOTSUPP The VM can't have routes (cause CAPABILITY_MISSING).
 * @retval -ENOMEM     No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_new(struct kvmlib_vm *vm, const struct kvmlib_routes_opts *opts,
				    struct kvmlib_routes **ret_routes);

/**
 * @brief Take a reference.
 * @param routes Table, or NULL.
 * @return @p routes.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_routes *kvmlib_routes_ref(struct kvmlib_routes *routes);

/**
 * @brief Drop a reference; the last one frees the table. The kernel keeps its own as it is.
 * @param routes Table, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_routes *kvmlib_routes_unref(struct kvmlib_routes *routes);

/**
 * @brief How many routes there are, the pins' among them.
 * @param routes Table.
 * @return The number, or a negative errno.
 * @retval -EINVAL NULL @p routes (cause NULL_ARGUMENT).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_count(struct kvmlib_routes *routes);

/**
 * @brief Find a route by its name.
 * @param[in]  routes    Table.
 * @param[in]  name      The name.
 * @param[out] ret_route The route, borrowed until its removal commits. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOENT No route has that name (cause ROUTE_GONE).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_find(struct kvmlib_routes *routes, const char *name,
				     struct kvmlib_route **ret_route);

/**
 * @brief The GSI of a route.
 * @param route Route, not NULL; it may be uncommitted.
 * @return The number.
 * @threadsafety Any thread; the route must not be removed meanwhile.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_route_gsi(const struct kvmlib_route *route);

/**
 * @brief The name of a route.
 * @param route Route, not NULL; it may be uncommitted.
 * @return The name, "" where it has none; valid as long as the route.
 * @threadsafety Any thread; the route must not be removed meanwhile.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_route_name(const struct kvmlib_route *route);

/** @} */

/** @name Changes
 *
 * A change collects what shall become of routes, and commits it by one call of KVM. Any number of
 * changes may be open; one that meets a route that another has removed meanwhile fails to commit.
 * @{
 */

/**
 * @brief Begin a change.
 * @param[in]  routes     Table; the change keeps a reference.
 * @param[out] ret_change New change; ended by kvmlib_routes_change_commit() or
 *                        kvmlib_routes_change_abort(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_begin(struct kvmlib_routes *routes,
				      struct kvmlib_routes_change **ret_change);

/**
 * @brief Add a route.
 *
 * Several routes of one GSI may lead to pins, each of another chip; else a GSI has one route.
 *
 * @param[in]  change    Change.
 * @param[in]  name      1 to 29 bytes; NULL or "": the route has none.
 * @param[in]  entry     Where it goes. gsi: KVMLIB_ROUTES_ANY_GSI, or one below the limit. flags:
 *                       0; whether KVM is told the device of a message, the library knows. The
 *                       members that the type does not use must be 0.
 * @param[out] ret_route The new route, borrowed until its removal commits; its GSI is its own from
 *                       now on. May be NULL. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a longer name, or flags (cause
 *                 BAD_ARGUMENT).
 * @retval -ERANGE A GSI beyond what the host has (cause GSI_LIMIT; the record's LIMIT is the first
 *                 one that is not there).
 * @retval -ENOSPC No GSI is left (cause GSI_LIMIT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_change_add(struct kvmlib_routes_change *change, const char *name,
					   const struct kvmlib_irq_routing_entry *entry,
					   struct kvmlib_route **ret_route);

/**
 * @brief Let a route go elsewhere.
 * @param change Change.
 * @param route  Route that is in the table.
 * @param entry  Where it goes from now on, as in kvmlib_routes_change_add(); gsi is not looked at.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a route of another table, or flags (cause
 *                 BAD_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_change_set(struct kvmlib_routes_change *change,
					   struct kvmlib_route *route,
					   const struct kvmlib_irq_routing_entry *entry);

/**
 * @brief Remove a route. Its GSI is free when that has committed.
 * @param change Change.
 * @param route  Route that is in the table.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a route of another table (cause
 *                 BAD_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @retval -EIO    In a forked child (cause FORKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_change_remove(struct kvmlib_routes_change *change,
					      struct kvmlib_route *route);

/**
 * @brief Do it: all of the change, or nothing.
 *
 * Wraps KVM_SET_GSI_ROUTING (VM ioctl, api.rst 4.52), one call for all; none where the table stays
 * the same. On failure the old table is in force, here and in KVM.
 * The change ends in any case: @p change must not be used any more, and on failure the routes that
 * it would have added are gone.
 *
 * @param change Change.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p change (cause NULL_ARGUMENT); a GSI with two routes that exclude each
 *                 other (cause GSI_ROUTE_DUPLICATE; the record names the route and the GSI); a
 *                 type, chip or pin that KVM refuses (cause GSI_ROUTE_INVALID).
 * @retval -EEXIST Another route has that name (cause NAME_TAKEN).
 * @retval -ENOENT A route is not in the table, for it was removed meanwhile (cause ROUTE_GONE).
 * @retval -EBUSY  A route that would be removed has an irqfd, masked or not (cause ROUTE_IN_USE).
 * @retval -ENOSPC More routes than the VM can have (cause ROUTES_LIMIT; the record's LIMIT is the
 *                 most).
 * @retval -ENOMEM No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread, one per @p change.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_change_commit(struct kvmlib_routes_change *change);

/**
 * @brief Forget the change; the routes that it would have added are gone.
 * @param change Change, or NULL.
 * @threadsafety Any thread, one per @p change.
 * @since 0.1
 */
KVMLIB_EXPORT void kvmlib_routes_change_abort(struct kvmlib_routes_change *change);

/**
 * @brief Add one route: a change of its own.
 * @param[in]  routes    Table.
 * @param[in]  name      As in kvmlib_routes_change_add().
 * @param[in]  entry     As in kvmlib_routes_change_add().
 * @param[out] ret_route The new route, borrowed until its removal commits. May be NULL. Untouched
 *                       on failure.
 * @retval 0       Success.
 * @retval -EINVAL As kvmlib_routes_change_add() and kvmlib_routes_change_commit() have it; so are
 *                 their other errors.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_add(struct kvmlib_routes *routes, const char *name,
				    const struct kvmlib_irq_routing_entry *entry,
				    struct kvmlib_route **ret_route);

/**
 * @brief Remove one route: a change of its own.
 * @param routes Table.
 * @param route  The route; not valid any more on success.
 * @retval 0       Success.
 * @retval -EINVAL As kvmlib_routes_change_remove() and kvmlib_routes_change_commit() have it; so
 *                 are their other errors.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_remove(struct kvmlib_routes *routes, struct kvmlib_route *route);

/**
 * @brief Let a message go elsewhere, at once: a guest has moved an interrupt to another vCPU.
 *
 * Wraps KVM_SET_GSI_ROUTING (VM ioctl, api.rst 4.52): one call and no memory; nothing at all where
 * the message stays the same.
 *
 * @param route Route of type KVMLIB_IRQ_ROUTING_MSI that is in its table.
 * @param msi   The message; devid is not looked at where KVMLIB_CAP_MSI_DEVID is not there.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a route of another type (cause
 *                 BAD_ARGUMENT); an address that KVM refuses (cause GSI_ROUTE_INVALID). The route
 *                 is as it was.
 * @retval -ENOENT The route is not in its table yet (cause ROUTE_GONE).
 * @retval -ENOMEM No memory in the kernel. The route is as it was.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread; the route must not be removed meanwhile.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_route_set_msi(struct kvmlib_route *route,
				       const struct kvmlib_irq_routing_msi *msi);

/** @} */

/** @name Ends of interrupts
 * @{
 */

/**
 * @brief Which GSIs a vector that a vCPU has ended may belong to.
 *
 * Looks in the table that is in force for messages of level triggered interrupts (bit 15 of the
 * data) with that vector. x86: on KVMLIB_EXIT_IOAPIC_EOI, which comes with the split interrupt
 * controller, for those of the first GSIs, as many as it was given for pins. Two pins may have one
 * vector, at different vCPUs for instance: those whose interrupt is on its way are at its end.
 *
 * @param[in]  routes   Table.
 * @param[in]  vector   What kvmlib_vcpu_exit_ioapic_eoi() tells.
 * @param[out] ret_gsis Receives the GSIs, in the order in which their routes were added; may be NULL
 *                      if @p room is 0.
 * @param[in]  room     How many fit.
 * @return How many there are, which may be more than fit, or a negative errno.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT).
 * @retval -EOPNOTSUPP Another architecture, whose messages have no vectors (cause
 *                     ARCH_UNSUPPORTED).
 * @retval -EIO        In a forked child (cause FORKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_routes_find_vector(struct kvmlib_routes *routes, uint8_t vector,
					    uint32_t *ret_gsis, size_t room);

/** @} */

/** @name Eventfds that raise interrupts
 *
 * While a device writes to its eventfd, it need not know where the interrupt goes: the route may
 * change, or be masked, at any time.
 * @{
 */

/** In place of a descriptor: an eventfd that is made for it, close-on-exec and without waiting. */
#define KVMLIB_EVENTFD_NEW (-1)

/** The descriptors become the object's, which closes them when it ends; not where it can't be made. */
#define KVMLIB_EVENTFD_OWN 0x10000U

/**
 * @brief Let an eventfd raise a route's interrupt, by an edge.
 *
 * Wraps KVM_IRQFD (VM ioctl, api.rst 4.75). What was written before raises it at once. An eventfd
 * raises one interrupt, in all VMs of the host.
 *
 * @param[in]  route     Route that is in its table; it can't be removed as long as the object is
 *                       there, which holds the table.
 * @param[in]  fd        Eventfd, which stays the caller's and has to be open as long as the object
 *                       is there; or KVMLIB_EVENTFD_NEW.
 * @param[in]  flags     0 or KVMLIB_EVENTFD_OWN.
 * @param[out] ret_irqfd New object; drop it with kvmlib_irqfd_unref(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); another flag (cause BAD_ARGUMENT); a
 *                 descriptor that is no eventfd (cause NOT_EVENTFD; the record tells which).
 * @retval -ENOENT The route is not in its table yet (cause ROUTE_GONE).
 * @retval -EBADF  A descriptor is not open (cause BAD_FD; the record tells which).
 * @retval -EBUSY  The eventfd raises an interrupt already (cause IRQFD_EVENTFD_BUSY; the record
 *                 names the route, if it is one of this table's).
 * @retval -EMFILE No descriptor is left for a new one (cause FD_LIMIT; for the whole host: -ENFILE,
 *                 cause SYSTEM_FD_LIMIT).
 * @retval -ENOMEM No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread; the route must not be removed meanwhile.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqfd_attach(struct kvmlib_route *route, int fd, uint32_t flags,
				      struct kvmlib_irqfd **ret_irqfd);

/**
 * @brief Let an eventfd raise a route's interrupt, by a level.
 *
 * As kvmlib_irqfd_attach(). The level stays up until the guest ends the interrupt: then KVM takes
 * it down and writes to the second eventfd, for the device to look whether it has to go up again.
 * x86: this needs the full interrupt controller in the kernel; with the split one the end is an
 * exit, KVMLIB_EXIT_IOAPIC_EOI.
 *
 * @param[in]  route       As in kvmlib_irqfd_attach(); to a pin.
 * @param[in]  fd          As in kvmlib_irqfd_attach().
 * @param[in]  resample_fd Eventfd that is written to at the end; as @p fd. Several objects may have
 *                         the same.
 * @param[in]  flags       0 or KVMLIB_EVENTFD_OWN.
 * @param[out] ret_irqfd   As in kvmlib_irqfd_attach().
 * @retval 0           Success.
 * @retval -EINVAL     As in kvmlib_irqfd_attach(); so are the other errors.
 * @retval -EOPNOTSUPP The VM can't tell the end of an interrupt (cause RESAMPLE_UNSUPPORTED).
 * @threadsafety Any thread; the route must not be removed meanwhile.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqfd_attach_level(struct kvmlib_route *route, int fd, int resample_fd,
					    uint32_t flags, struct kvmlib_irqfd **ret_irqfd);

/**
 * @brief Take a reference.
 * @param irqfd Object, or NULL.
 * @return @p irqfd.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_irqfd *kvmlib_irqfd_ref(struct kvmlib_irqfd *irqfd);

/**
 * @brief Drop a reference; the last one detaches the eventfd. In a forked child it only closes what
 * it owns.
 * @param irqfd Object, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_irqfd *kvmlib_irqfd_unref(struct kvmlib_irqfd *irqfd);

/**
 * @brief The eventfd: write to it, or hand it to a device.
 * @param irqfd Object, not NULL.
 * @return The descriptor, open as long as the object is there.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqfd_fd(const struct kvmlib_irqfd *irqfd);

/**
 * @brief The eventfd that is written to when an interrupt ends.
 * @param irqfd Object, not NULL.
 * @return The descriptor, open as long as the object is there; -1 where it raises edges.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqfd_resample_fd(const struct kvmlib_irqfd *irqfd);

/**
 * @brief Keep what is written to the eventfd, and raise nothing.
 *
 * Wraps KVM_IRQFD with KVMLIB_IRQFD_FLAG_DEASSIGN (VM ioctl, api.rst 4.75). When it returns,
 * nothing that was written before is on its way any more. A guest that asks whether an interrupt is
 * pending is answered by poll(2) on the eventfd. Nothing happens where it is masked already.
 *
 * @param irqfd Object.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p irqfd (cause NULL_ARGUMENT).
 * @retval -EBADF  The caller's eventfd is not open any more (cause BAD_FD).
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqfd_mask(struct kvmlib_irqfd *irqfd);

/**
 * @brief Let the eventfd raise interrupts again; at once, where it was written to meanwhile.
 *
 * Nothing happens where it is not masked. KVM leaves the count that it finds as it is, and forgets
 * it when the eventfd is written to or masked again: what was written raises one interrupt, and
 * poll(2) tells of pending ones while it is masked only.
 *
 * @param irqfd Object.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p irqfd (cause NULL_ARGUMENT).
 * @retval -EBADF  A descriptor of the caller's is not open any more (cause BAD_FD).
 * @retval -EBUSY  The eventfd was attached elsewhere meanwhile (cause IRQFD_EVENTFD_BUSY).
 * @retval -ENOMEM No memory in the kernel.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_irqfd_unmask(struct kvmlib_irqfd *irqfd);

/** @} */

/** @name Eventfds that the guest writes to
 *
 * A guest's write to an address is a signal to a device's thread: it does not leave the kernel, and
 * its data is not told.
 * @{
 */

/** What kvmlib_ioeventfd_attach() is to look out for. */
struct kvmlib_ioeventfd_opts {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	/** 1 to 29 bytes, for error records; NULL: it has none. Copied. */
	const char *name;
	uint64_t address; /**< guest physical address, or port; in bytes */
	uint64_t
		datamatch; /**< with KVMLIB_IOEVENTFD_FLAG_DATAMATCH: the data; must fit in the length */
	uint32_t
		length; /**< bytes that are written: 1, 2, 4 or 8; 0: any number, whatever the data */
	/**
	 * KVMLIB_IOEVENTFD_FLAG_PIO: a port. KVMLIB_IOEVENTFD_FLAG_DATAMATCH: that data only.
	 * KVMLIB_IOEVENTFD_FLAG_VIRTIO_CCW_NOTIFY: s390x, a subchannel's id. KVMLIB_EVENTFD_OWN.
	 */
	uint32_t flags;
};

/**
 * @brief Let guest writes to an address signal an eventfd.
 *
 * Wraps KVM_IOEVENTFD (VM ioctl, api.rst 4.59). One address may signal several, by lengths that
 * differ, or by data. To an address where the guest never writes, or which is memory, this succeeds
 * as well.
 *
 * @param[in]  vm            VM; the object keeps a reference.
 * @param[in]  fd            Eventfd, which stays the caller's and has to be open as long as the
 *                           object is there; or KVMLIB_EVENTFD_NEW.
 * @param[in]  opts          The address, and what is to be written.
 * @param[out] ret_ioeventfd New object; drop it with kvmlib_ioeventfd_unref(). Untouched on
 *                           failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); size too small (cause OPTIONS_SIZE); a
 *                 longer name, or another flag (cause BAD_ARGUMENT); another length, an address
 *                 that wraps or is no port, data that does not fit or has no length (cause
 *                 IOEVENTFD_INVALID); a descriptor that is no eventfd (cause NOT_EVENTFD).
 * @retval -E2BIG  @p opts sets a member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EEXIST A write could signal two (cause IOEVENTFD_EXISTS; the record names the other one,
 *                 and has its length as OTHER_SIZE, if it is an object of this VM handle).
 * @retval -EBADF  @p fd is not open (cause BAD_FD).
 * @retval -ENOSPC The VM's I/O bus is full (cause IO_BUS_FULL).
 * @retval -EMFILE No descriptor is left for a new one (cause FD_LIMIT; for the whole host: -ENFILE,
 *                 cause SYSTEM_FD_LIMIT).
 * @retval -ENOMEM No memory, here (cause NO_MEMORY) or in the kernel.
 * @retval -EIO    In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_ioeventfd_attach(struct kvmlib_vm *vm, int fd,
					  const struct kvmlib_ioeventfd_opts *opts,
					  struct kvmlib_ioeventfd **ret_ioeventfd);

/**
 * @brief Take a reference.
 * @param ioeventfd Object, or NULL.
 * @return @p ioeventfd.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_ioeventfd *kvmlib_ioeventfd_ref(struct kvmlib_ioeventfd *ioeventfd);

/**
 * @brief Drop a reference; the last one detaches the eventfd. In a forked child it only closes what
 * it owns.
 * @param ioeventfd Object, or NULL.
 * @return NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_ioeventfd *kvmlib_ioeventfd_unref(struct kvmlib_ioeventfd *ioeventfd);

/**
 * @brief The eventfd: wait for it, and read how often it was signalled.
 * @param ioeventfd Object, not NULL.
 * @return The descriptor, open as long as the object is there.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_ioeventfd_fd(const struct kvmlib_ioeventfd *ioeventfd);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
