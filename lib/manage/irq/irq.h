/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__IRQ_H
#define KVMLIB__IRQ_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <kvmlib/kvmlib.h>

#include "../../core/handles.h"

#define KVMLIB__NR_BUCKETS 256U
#define KVMLIB__NO_INDEX   UINT32_MAX

struct kvmlib__eventfd {
	int fd;
	bool is_owned;
};

struct kvmlib_route {
	struct kvmlib_routes *routes; /* which outlives it */
	struct kvmlib_route *next;    /* whose name has the same hash */
	uint32_t gsi;
	char name[KVMLIB__NAME_LENGTH + 1];

	/* The rest is under the table's lock. */
	uint32_t refs;
	uint32_t index;	    /* in the table; NO_INDEX: it is not in there */
	uint32_t plan;	    /* the same; of a new one, what a commit has in mind */
	uint32_t nr_irqfds; /* that need it */
};

/* What shall become of a route: the last one that sets it counts. */
struct kvmlib__route_op {
	struct kvmlib_route *route; /* counted reference */
	struct kvm_irq_routing_entry entry;
	bool is_new;
	bool is_removed;
};

struct kvmlib_routes_change {
	struct kvmlib_routes *routes; /* counted reference */
	struct kvmlib__route_op *ops;
	size_t nr_new; /* of them, routes */
	size_t nr_ops;
	size_t room;
};

struct kvmlib_routes {
	struct kvmlib_vm *vm; /* counted reference */
	atomic_uint refs;
	uint32_t limit;	    /* of entries, and of GSIs */
	uint32_t first_gsi; /* that may be given away */
	uint32_t flags;
	uint32_t msi_flags; /* that the VM's messages have */
	bool has_pins;	    /* of a full controller */
	bool can_resample;  /* level interrupts */

	pthread_mutex_t lock;
	struct kvm_irq_routing *table; /* that is in force, as the kernel wants it */
	struct kvmlib_route **list;    /* whose its entries are */
	uint16_t *users;	       /* of each GSI: routes, uncommitted ones too */
	uint8_t *claims;	       /* on each GSI, while a commit looks at them */
	uint32_t next_gsi;	       /* all before that may be given away are in use */
	struct kvmlib_route *by_name[KVMLIB__NR_BUCKETS];
	struct kvmlib_irqfd *irqfds;
};

struct kvmlib_irqchip {
	struct kvmlib_vm *vm; /* counted reference */
	atomic_uint refs;
	uint32_t profile;
	uint32_t nr_pins;
	uint32_t flags;
};

/* In a forked child another thread may have held the lock, and nobody else is there. */
static inline void kvmlib__routes_lock(struct kvmlib_routes *routes)
{
	if (!kvmlib__forked(routes->vm))
		pthread_mutex_lock(&routes->lock);
}

static inline void kvmlib__routes_unlock(struct kvmlib_routes *routes)
{
	if (!kvmlib__forked(routes->vm))
		pthread_mutex_unlock(&routes->lock);
}

/* A failure that is about a route. */
#define KVMLIB__OF_ROUTE(route_, function_, errnum_, cause_, ...)                             \
	kvmlib__error_record(&(const struct kvmlib__failure){ .function = (function_),        \
							      .subject = (route_)->name,      \
							      .cause = KVMLIB_CAUSE_##cause_, \
							      .errnum = (errnum_),            \
							      KVMLIB__VALUES(__VA_ARGS__) })

/* route.c; the lock is held. */
/* A route that nobody has yet; entry->gsi becomes its GSI. */
int kvmlib__route_new(struct kvmlib_routes *routes, const char *name,
		      struct kvm_irq_routing_entry *entry, const char *function,
		      struct kvmlib_route **ret_route);
struct kvmlib_route *kvmlib__route_ref(struct kvmlib_route *route);
void kvmlib__route_unref(struct kvmlib_route *route);
/* The one that has the name and is in the table, or will be, but for the route itself (or NULL). */
struct kvmlib_route *kvmlib__route_named(const struct kvmlib_routes *routes, const char *name,
					 const struct kvmlib_route *but,
					 struct kvmlib_route *const *list);
void kvmlib__route_put_name(struct kvmlib_route *route);
void kvmlib__route_take_name(struct kvmlib_route *route);
/* Move the bits of a destination that the guest has in the lower half to where KVM wants them. */
void kvmlib__widen_destination(struct kvm_irq_routing_msi *msi);
/* What KVM shall see of what a caller wants. */
int kvmlib__route_entry(const struct kvmlib_routes *routes,
			const struct kvmlib_irq_routing_entry *given, const char *function,
			struct kvm_irq_routing_entry *ret_entry);

/* change.c */
/* What it would have added is gone; table may be the new one. */
void kvmlib__routes_change_end(struct kvmlib_routes_change *change);

/* eventfd.c */
/* Make one where KVMLIB_EVENTFD_NEW asks for it. */
int kvmlib__eventfd_init(struct kvmlib__eventfd *eventfd, const struct kvmlib_system *system,
			 int fd, const char *function);
/* Close it if it is owned. */
void kvmlib__eventfd_close(const struct kvmlib__eventfd *eventfd,
			   const struct kvmlib_system *system);
/* The cause, if an answer of KVM's to an attachment is this descriptor's fault; or 0. */
uint32_t kvmlib__eventfd_blame(const struct kvmlib_system *system, int fd, int r);

/* routes.c */
/*
 * An irqfd that can't be: KVM answers EBADF where only the descriptor is at fault, EINVAL where the
 * VM has no controller that could take such an irqfd, EAGAIN where that has to be initialized
 * first.
 */
int kvmlib__try_irqfd(const struct kvmlib_vm *vm, uint32_t flags);

/* commit.c */
/* Do it; the change is to be ended in any case. */
int kvmlib__routes_commit(struct kvmlib_routes_change *change, const char *function);
/* Hand a whole table to the kernel. */
int kvmlib__routes_set(const struct kvmlib_vm *vm, const struct kvm_irq_routing *table,
		       const char *function);

#endif
