/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds that guests write to. */
#include "irq.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/opts.h"

#define SPACES	     (KVMLIB_IOEVENTFD_FLAG_PIO | KVMLIB_IOEVENTFD_FLAG_VIRTIO_CCW_NOTIFY)
#define KERNEL_FLAGS (SPACES | KVMLIB_IOEVENTFD_FLAG_DATAMATCH)
#define END_OF_PORTS 0x10000U
#define MAX_LENGTH   8U

_Static_assert(sizeof(struct kvmlib_ioeventfd_opts) == sizeof(size_t) + sizeof(const char *) + 24,
	       "no padding");

struct kvmlib_ioeventfd {
	struct kvmlib_vm *vm; /* counted reference */
	struct kvmlib__eventfd eventfd;
	struct kvm_ioeventfd args; /* that it was attached with */
	atomic_uint refs;
	struct kvmlib_ioeventfd *next, **link; /* all of the VM's; under their lock */
	char name[KVMLIB__NAME_LENGTH + 1];
};

/* Options */

static int refuse(const struct kvmlib_ioeventfd_opts *o, int r, uint32_t cause,
		  const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.subject = o->name,
		.cause = cause,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 3), KVMLIB__VALUE(ADDRESS, o->address),
			       KVMLIB__VALUE(SIZE, o->length), KVMLIB__VALUE(FLAGS, o->flags)) });
}

/* What KVM takes, and never happens: other data than are written, and ports that are not there. */
static bool can_happen(const struct kvmlib_ioeventfd_opts *o)
{
	if (o->flags & KVMLIB_IOEVENTFD_FLAG_DATAMATCH && o->length < MAX_LENGTH &&
	    o->datamatch >> o->length * 8)
		return false;
	return !(o->flags & KVMLIB_IOEVENTFD_FLAG_PIO) ||
	       (o->address < END_OF_PORTS && o->length <= END_OF_PORTS - o->address);
}

static int copy_opts(struct kvmlib_ioeventfd_opts *o, const struct kvmlib_ioeventfd_opts *opts,
		     const char *function)
{
	uint32_t cause = 0;
	int r;

	memset(o, 0, sizeof(*o));
	r = kvmlib__opts_copy(o, sizeof(*o), opts, &cause);
	if (r < 0)
		return refuse(o, r, cause, function);
	if (o->flags & ~(KERNEL_FLAGS | KVMLIB_EVENTFD_OWN) ||
	    (o->name && strnlen(o->name, KVMLIB__NAME_LENGTH + 1) > KVMLIB__NAME_LENGTH))
		return refuse(o, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, function);
	if (!can_happen(o))
		return refuse(o, -EINVAL, KVMLIB_CAUSE_IOEVENTFD_INVALID, function);
	return 0;
}

/* Attaching; the VM's list is locked */

/* Whether one write could signal both. */
static bool collide(const struct kvm_ioeventfd *a, const struct kvm_ioeventfd *b)
{
	if (a->addr != b->addr || (a->flags ^ b->flags) & SPACES)
		return false;
	if (!a->len || !b->len)
		return true;
	if (a->len != b->len)
		return false;
	return !(a->flags & b->flags & KVMLIB_IOEVENTFD_FLAG_DATAMATCH) ||
	       a->datamatch == b->datamatch;
}

static const struct kvmlib_ioeventfd *rival_of(const struct kvmlib_ioeventfd *ioeventfd)
{
	const struct kvmlib_ioeventfd *other = ioeventfd->vm->ioeventfds.first;

	while (other && !collide(&other->args, &ioeventfd->args))
		other = other->next;
	return other;
}

static int explain(const struct kvmlib_ioeventfd *ioeventfd, int r, const char *function)
{
	const struct kvm_ioeventfd *args = &ioeventfd->args;
	const struct kvmlib_ioeventfd *rival = r == -EEXIST ? rival_of(ioeventfd) : NULL;
	struct kvmlib__failure failure = {
		.function = function,
		.subject = (rival ? rival : ioeventfd)->name,
		.cause = kvmlib__eventfd_blame(ioeventfd->vm->system, args->fd, r),
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(FD, args->fd), KVMLIB__VALUE(ADDRESS, args->addr),
			       KVMLIB__VALUE(SIZE, args->len), KVMLIB__VALUE(FLAGS, args->flags),
			       KVMLIB__VALUE(OTHER_SIZE, rival ? rival->args.len : 0))
	};

	if (!rival)
		failure.nr_values--;
	return kvmlib__vm_failed(ioeventfd->vm, KVMLIB__IOC_IOEVENTFD, &failure);
}

static int call(const struct kvmlib_ioeventfd *ioeventfd, uint32_t flags)
{
	const struct kvmlib_vm *vm = ioeventfd->vm;
	struct kvm_ioeventfd args = ioeventfd->args;

	args.flags |= flags;
	return kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_IOEVENTFD,
			     (unsigned long)(uintptr_t)&args);
}

static void enlist(struct kvmlib_ioeventfd *ioeventfd)
{
	struct kvmlib_ioeventfd **first = &ioeventfd->vm->ioeventfds.first;

	ioeventfd->next = *first;
	ioeventfd->link = first;
	if (*first)
		(*first)->link = &ioeventfd->next;
	*first = ioeventfd;
}

static int attach(struct kvmlib_ioeventfd *ioeventfd, const char *function)
{
	struct kvmlib__ioeventfd_list *list = &ioeventfd->vm->ioeventfds;
	int r;

	pthread_mutex_lock(&list->lock);
	r = call(ioeventfd, 0);
	if (r < 0)
		r = explain(ioeventfd, r, function);
	else
		enlist(ioeventfd);
	pthread_mutex_unlock(&list->lock);
	return r;
}

/* Making */

static void fill(struct kvmlib_ioeventfd *ioeventfd, const struct kvmlib_ioeventfd_opts *o)
{
	atomic_init(&ioeventfd->refs, 1U);
	ioeventfd->args.addr = o->address;
	ioeventfd->args.len = o->length;
	ioeventfd->args.flags = o->flags & KERNEL_FLAGS;
	if (o->flags & KVMLIB_IOEVENTFD_FLAG_DATAMATCH)
		ioeventfd->args.datamatch = o->datamatch;
	if (o->name)
		memcpy(ioeventfd->name, o->name, strnlen(o->name, KVMLIB__NAME_LENGTH));
}

static int open_and_attach(struct kvmlib_ioeventfd *ioeventfd, int fd, const char *function)
{
	int r = kvmlib__eventfd_init(&ioeventfd->eventfd, ioeventfd->vm->system, fd, function);

	if (r < 0)
		return r;
	ioeventfd->args.fd = ioeventfd->eventfd.fd;
	r = attach(ioeventfd, function);
	if (r < 0)
		kvmlib__eventfd_close(&ioeventfd->eventfd, ioeventfd->vm->system);
	return r;
}

int kvmlib_ioeventfd_attach(struct kvmlib_vm *vm, int fd, const struct kvmlib_ioeventfd_opts *opts,
			    struct kvmlib_ioeventfd **ret_ioeventfd)
{
	struct kvmlib_ioeventfd *ioeventfd;
	struct kvmlib_ioeventfd_opts o;
	int r;

	if (!vm || !opts || !ret_ioeventfd)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 4 : 3);
	KVMLIB__REFUSE_FORKED(vm);
	r = copy_opts(&o, opts, __func__);
	if (r < 0)
		return r;
	ioeventfd = calloc(1, sizeof(*ioeventfd));
	if (!ioeventfd)
		return KVMLIB__NO_MEMORY();
	fill(ioeventfd, &o);
	ioeventfd->vm = vm;
	r = open_and_attach(ioeventfd, fd, __func__);
	if (r < 0) {
		free(ioeventfd);
		return r;
	}
	kvmlib_vm_ref(vm);
	if (o.flags & KVMLIB_EVENTFD_OWN)
		ioeventfd->eventfd.is_owned = true;
	*ret_ioeventfd = ioeventfd;
	return 0;
}

struct kvmlib_ioeventfd *kvmlib_ioeventfd_ref(struct kvmlib_ioeventfd *ioeventfd)
{
	if (ioeventfd)
		atomic_fetch_add_explicit(&ioeventfd->refs, 1U, memory_order_relaxed);
	return ioeventfd;
}

static void detach(const struct kvmlib_ioeventfd *ioeventfd)
{
	struct kvmlib__ioeventfd_list *list = &ioeventfd->vm->ioeventfds;
	int r;

	pthread_mutex_lock(&list->lock);
	r = call(ioeventfd, KVMLIB_IOEVENTFD_FLAG_DEASSIGN);
	*ioeventfd->link = ioeventfd->next;
	if (ioeventfd->next)
		ioeventfd->next->link = ioeventfd->link;
	pthread_mutex_unlock(&list->lock);
	if (r < 0)
		KVMLIB__LOG(&ioeventfd->vm->system->log, KVMLIB_LOG_WARNING,
			    "an ioeventfd stays attached",
			    KVMLIB__LOG_TEXT("name", ioeventfd->name),
			    KVMLIB__LOG_NUMBER("errno", -r));
}

/* In a forked child the parent's is none of its business. */
struct kvmlib_ioeventfd *kvmlib_ioeventfd_unref(struct kvmlib_ioeventfd *ioeventfd)
{
	if (!ioeventfd ||
	    atomic_fetch_sub_explicit(&ioeventfd->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	if (!kvmlib__forked(ioeventfd->vm))
		detach(ioeventfd);
	kvmlib__eventfd_close(&ioeventfd->eventfd, ioeventfd->vm->system);
	kvmlib_vm_unref(ioeventfd->vm);
	free(ioeventfd);
	return NULL;
}

int kvmlib_ioeventfd_fd(const struct kvmlib_ioeventfd *ioeventfd)
{
	return ioeventfd->eventfd.fd;
}
