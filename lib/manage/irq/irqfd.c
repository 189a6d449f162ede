/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds that raise the interrupts of routes. */
#include "irq.h"

#include <errno.h>
#include <stdlib.h>

struct kvmlib_irqfd {
	struct kvmlib_routes *routes; /* counted reference */
	struct kvmlib_route *route;
	struct kvmlib__eventfd eventfd;
	struct kvmlib__eventfd resample; /* fd: -1 where it raises edges */
	atomic_uint refs;

	/* The rest is under the table's lock. */
	bool is_attached;
	struct kvmlib_irqfd *next, **link; /* all of the table's */
};

/* What a caller wants of one. */
struct wish {
	int fd;
	int resample_fd;
	bool is_level;
	uint32_t flags;
};

/* Descriptors */

static const struct kvmlib_system *system_of(const struct kvmlib_irqfd *irqfd)
{
	return irqfd->routes->vm->system;
}

static int open_eventfds(struct kvmlib_irqfd *irqfd, const struct wish *wish, const char *function)
{
	int r = kvmlib__eventfd_init(&irqfd->eventfd, system_of(irqfd), wish->fd, function);

	irqfd->resample.fd = -1;
	if (r >= 0 && wish->is_level)
		r = kvmlib__eventfd_init(&irqfd->resample, system_of(irqfd), wish->resample_fd,
					 function);
	return r;
}

static void close_eventfds(const struct kvmlib_irqfd *irqfd)
{
	kvmlib__eventfd_close(&irqfd->eventfd, system_of(irqfd));
	kvmlib__eventfd_close(&irqfd->resample, system_of(irqfd));
}

/* Attaching and detaching; the lock is held */

/* The other one that has the descriptor already. */
static const struct kvmlib_irqfd *rival_of(const struct kvmlib_irqfd *irqfd)
{
	const struct kvmlib_irqfd *other = irqfd->routes->irqfds;

	while (other && (other == irqfd || other->eventfd.fd != irqfd->eventfd.fd))
		other = other->next;
	return other;
}

/* Tell of an answer whose fault it is. */
static int explain(const struct kvmlib_irqfd *irqfd, const struct kvm_irqfd *args, int r,
		   const char *function)
{
	const struct kvmlib_irqfd *rival = r == -EBUSY ? rival_of(irqfd) : NULL;
	int fd = irqfd->eventfd.fd;
	uint32_t cause = kvmlib__eventfd_blame(system_of(irqfd), fd, r);

	if (!cause && irqfd->resample.fd >= 0) {
		cause = kvmlib__eventfd_blame(system_of(irqfd), irqfd->resample.fd, r);
		if (cause)
			fd = irqfd->resample.fd;
	}
	return kvmlib__vm_failed(
		irqfd->routes->vm, KVMLIB__IOC_IRQFD,
		&(struct kvmlib__failure){ .function = function,
					   .subject = (rival ? rival : irqfd)->route->name,
					   .cause = cause,
					   .errnum = r,
					   KVMLIB__VALUES(KVMLIB__VALUE(FD, fd),
							  KVMLIB__VALUE(IRQ, args->gsi),
							  KVMLIB__VALUE(FLAGS, args->flags)) });
}

static int call(struct kvmlib_irqfd *irqfd, bool attach, const char *function)
{
	const struct kvmlib_vm *vm = irqfd->routes->vm;
	struct kvm_irqfd args = { .fd = (uint32_t)irqfd->eventfd.fd, .gsi = irqfd->route->gsi };
	int r;

	if (!attach)
		args.flags = KVMLIB_IRQFD_FLAG_DEASSIGN;
	else if (irqfd->resample.fd >= 0)
		args.flags = KVMLIB_IRQFD_FLAG_RESAMPLE;
	if (args.flags & KVMLIB_IRQFD_FLAG_RESAMPLE)
		args.resamplefd = (uint32_t)irqfd->resample.fd;
	r = kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_IRQFD, (unsigned long)(uintptr_t)&args);
	if (r < 0)
		return explain(irqfd, &args, r, function);
	irqfd->is_attached = attach;
	return 0;
}

static void enlist(struct kvmlib_irqfd *irqfd)
{
	struct kvmlib_irqfd **first = &irqfd->routes->irqfds;

	irqfd->next = *first;
	irqfd->link = first;
	if (*first)
		(*first)->link = &irqfd->next;
	*first = irqfd;
	irqfd->route->nr_irqfds++;
}

static void delist(const struct kvmlib_irqfd *irqfd)
{
	*irqfd->link = irqfd->next;
	if (irqfd->next)
		irqfd->next->link = irqfd->link;
	irqfd->route->nr_irqfds--;
}

static int attach(struct kvmlib_irqfd *irqfd, const char *function)
{
	int r;

	if (irqfd->route->index == KVMLIB__NO_INDEX)
		return KVMLIB__OF_ROUTE(irqfd->route, function, -ENOENT, ROUTE_GONE,
					KVMLIB__VALUE(ARGUMENT, 1));
	r = call(irqfd, true, function);
	if (r >= 0)
		enlist(irqfd);
	return r;
}

/* Making */

static int check(const struct kvmlib_routes *routes, const struct wish *wish, const char *function)
{
	struct kvmlib__failure failure = { .function = function,
					   .errnum = -EINVAL,
					   KVMLIB__VALUES(
						   KVMLIB__VALUE(ARGUMENT, wish->is_level ? 4 : 3),
						   KVMLIB__VALUE(FLAGS, wish->flags)) };

	if (wish->flags & ~KVMLIB_EVENTFD_OWN) {
		failure.cause = KVMLIB_CAUSE_BAD_ARGUMENT;
		return kvmlib__error_record(&failure);
	}
	if (!wish->is_level || routes->can_resample)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_RESAMPLE_UNSUPPORTED,
		.errnum = -EOPNOTSUPP,
		KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_IRQFD_RESAMPLE)) });
}

static int connect_route(struct kvmlib_irqfd *irqfd, const struct wish *wish, const char *function)
{
	int r = open_eventfds(irqfd, wish, function);

	if (r >= 0) {
		pthread_mutex_lock(&irqfd->routes->lock);
		r = attach(irqfd, function);
		pthread_mutex_unlock(&irqfd->routes->lock);
	}
	if (r < 0)
		close_eventfds(irqfd);
	return r;
}

static int make(struct kvmlib_route *route, const struct wish *wish, const char *function,
		struct kvmlib_irqfd **ret_irqfd)
{
	struct kvmlib_irqfd *irqfd;
	int r = check(route->routes, wish, function);

	if (r < 0)
		return r;
	irqfd = calloc(1, sizeof(*irqfd));
	if (!irqfd)
		return KVMLIB__NO_MEMORY_IN(function);
	atomic_init(&irqfd->refs, 1U);
	irqfd->routes = route->routes;
	irqfd->route = route;
	r = connect_route(irqfd, wish, function);
	if (r < 0) {
		free(irqfd);
		return r;
	}
	kvmlib_routes_ref(irqfd->routes);
	if (wish->flags & KVMLIB_EVENTFD_OWN) {
		irqfd->eventfd.is_owned = true;
		irqfd->resample.is_owned = wish->is_level;
	}
	*ret_irqfd = irqfd;
	return 0;
}

int kvmlib_irqfd_attach(struct kvmlib_route *route, int fd, uint32_t flags,
			struct kvmlib_irqfd **ret_irqfd)
{
	const struct wish wish = { .fd = fd, .flags = flags };

	if (!route || !ret_irqfd)
		return KVMLIB__NULL_ARGUMENT(route ? 4 : 1);
	KVMLIB__REFUSE_FORKED(route->routes->vm);
	return make(route, &wish, __func__, ret_irqfd);
}

int kvmlib_irqfd_attach_level(struct kvmlib_route *route, int fd, int resample_fd, uint32_t flags,
			      struct kvmlib_irqfd **ret_irqfd)
{
	const struct wish wish = {
		.fd = fd, .resample_fd = resample_fd, .is_level = true, .flags = flags
	};

	if (!route || !ret_irqfd)
		return KVMLIB__NULL_ARGUMENT(route ? 5 : 1);
	KVMLIB__REFUSE_FORKED(route->routes->vm);
	return make(route, &wish, __func__, ret_irqfd);
}

struct kvmlib_irqfd *kvmlib_irqfd_ref(struct kvmlib_irqfd *irqfd)
{
	if (irqfd)
		atomic_fetch_add_explicit(&irqfd->refs, 1U, memory_order_relaxed);
	return irqfd;
}

static void detach(struct kvmlib_irqfd *irqfd, const char *function)
{
	struct kvmlib__record record = kvmlib__error_save();

	pthread_mutex_lock(&irqfd->routes->lock);
	if (irqfd->is_attached && call(irqfd, false, function) < 0)
		KVMLIB__LOG(&system_of(irqfd)->log, KVMLIB_LOG_WARNING, "an irqfd stays attached",
			    KVMLIB__LOG_TEXT("route", irqfd->route->name),
			    KVMLIB__LOG_NUMBER("gsi", irqfd->route->gsi));
	delist(irqfd);
	pthread_mutex_unlock(&irqfd->routes->lock);
	kvmlib__error_restore(&record);
}

/* In a forked child the parent's is none of its business. */
struct kvmlib_irqfd *kvmlib_irqfd_unref(struct kvmlib_irqfd *irqfd)
{
	if (!irqfd || atomic_fetch_sub_explicit(&irqfd->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	if (!kvmlib__forked(irqfd->routes->vm))
		detach(irqfd, __func__);
	close_eventfds(irqfd);
	kvmlib_routes_unref(irqfd->routes);
	free(irqfd);
	return NULL;
}

int kvmlib_irqfd_fd(const struct kvmlib_irqfd *irqfd)
{
	return irqfd->eventfd.fd;
}

int kvmlib_irqfd_resample_fd(const struct kvmlib_irqfd *irqfd)
{
	return irqfd->resample.fd;
}

static int set_attached(struct kvmlib_irqfd *irqfd, bool attached, const char *function)
{
	int r = 0;

	pthread_mutex_lock(&irqfd->routes->lock);
	if (irqfd->is_attached != attached)
		r = call(irqfd, attached, function);
	pthread_mutex_unlock(&irqfd->routes->lock);
	return r;
}

int kvmlib_irqfd_mask(struct kvmlib_irqfd *irqfd)
{
	if (!irqfd)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(irqfd->routes->vm);
	return set_attached(irqfd, false, __func__);
}

int kvmlib_irqfd_unmask(struct kvmlib_irqfd *irqfd)
{
	if (!irqfd)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(irqfd->routes->vm);
	return set_attached(irqfd, true, __func__);
}
