/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds attached to interrupts and to addresses. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An attached one, held by a descriptor of its own, as the kernel holds it. */
struct sim_eventfd {
	struct sim_eventfd *next;
	int fd;
	int id;
	bool interrupt;
	struct kvm_ioeventfd address;
	uint32_t gsi;
};

void kvmlib__sim_free_eventfds(struct sim_eventfd *eventfd)
{
	while (eventfd) {
		struct sim_eventfd *next = eventfd->next;

		close(eventfd->fd);
		free(eventfd);
		eventfd = next;
	}
}

/* The number that an eventfd has in this system. */
static int read_id(int fd, int *ret_id)
{
	static const char label[] = "eventfd-id:";
	char line[64];
	bool found = false;
	FILE *file;

	snprintf(line, sizeof(line), "/proc/self/fdinfo/%d", fd);
	file = fopen(line, "re");
	if (!file)
		return REFUSE(EVENTFD_NOT_OPEN);
	while (!found && fgets(line, sizeof(line), file))
		found = !strncmp(line, label, sizeof(label) - 1);
	fclose(file);
	if (!found)
		return REFUSE(EVENTFD_KIND);
	*ret_id = (int)strtol(line + sizeof(label) - 1, NULL, 10);
	return 0;
}

/* Returns NULL where there is no memory, or no descriptor. */
static struct sim_eventfd *make(const struct sim_eventfd *model, int fd)
{
	struct sim_eventfd *eventfd = malloc(sizeof(*eventfd));

	if (!eventfd)
		return NULL;
	*eventfd = *model;
	eventfd->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (eventfd->fd >= 0)
		return eventfd;
	free(eventfd);
	return NULL;
}

static int attach(const struct sim_call *call, const struct sim_eventfd *model, int fd)
{
	struct sim_eventfd *eventfd = make(model, fd);
	struct sim_eventfd **end = &call->vm->eventfds;

	if (!eventfd)
		return -ENOMEM;
	while (*end)
		end = &(*end)->next;
	*end = eventfd;
	return 0;
}

static void detach(struct sim_eventfd **link)
{
	struct sim_eventfd *eventfd = *link;

	*link = eventfd->next;
	eventfd->next = NULL;
	kvmlib__sim_free_eventfds(eventfd);
}

static bool drives_irqfd_of(const struct sim_vm *vm, int id)
{
	for (const struct sim_eventfd *e = vm->eventfds; e; e = e->next)
		if (e->interrupt && e->id == id)
			return true;
	return false;
}

/* An eventfd has one irqfd in the whole system. */
static bool drives_irqfd(const struct kvmlib_sim *sim, int id)
{
	for (size_t i = 0; i < sim->nr_files; i++)
		if (sim->files[i] && sim->files[i]->vm && drives_irqfd_of(sim->files[i]->vm, id))
			return true;
	return false;
}

/* The resampling eventfd is looked at before the one that it goes with is attached. */
static int assign_irqfd(const struct sim_call *call, const struct kvm_irqfd *args)
{
	struct sim_eventfd model = { .interrupt = true, .gsi = args->gsi };
	bool resample = args->flags & KVMLIB_IRQFD_FLAG_RESAMPLE;
	int other;
	int r;

	if (!call->vm->irqchip || (resample && call->vm->split))
		return REFUSE(IRQFD_NO_IRQCHIP);
	r = read_id((int)args->fd, &model.id);
	if (r == 0 && resample)
		r = read_id((int)args->resamplefd, &other);
	if (r == 0 && drives_irqfd(call->sim, model.id))
		r = REFUSE(IRQFD_TWICE);
	return r < 0 ? r : attach(call, &model, (int)args->fd);
}

/* One that is not attached is nothing to complain of. */
static int deassign_irqfd(const struct sim_call *call, const struct kvm_irqfd *args)
{
	struct sim_eventfd **link = &call->vm->eventfds;
	int id;
	int r = read_id((int)args->fd, &id);

	if (r < 0)
		return r;
	while (*link)
		if ((*link)->interrupt && (*link)->id == id && (*link)->gsi == args->gsi)
			detach(link);
		else
			link = &(*link)->next;
	return 0;
}

int kvmlib__sim_irqfd(const struct sim_call *call)
{
	uint32_t known = KVMLIB_IRQFD_FLAG_DEASSIGN | KVMLIB_IRQFD_FLAG_RESAMPLE;
	struct kvm_irqfd args;
	int r = kvmlib__sim_copy_from_user(&args, call->arg, sizeof(args));

	if (r < 0)
		return r;
	if (args.flags & ~known)
		return REFUSE(IRQFD_FLAGS);
	return args.flags & KVMLIB_IRQFD_FLAG_DEASSIGN ? deassign_irqfd(call, &args)
						       : assign_irqfd(call, &args);
}

#define SPACE_FLAGS (KVMLIB_IOEVENTFD_FLAG_PIO | KVMLIB_IOEVENTFD_FLAG_VIRTIO_CCW_NOTIFY)
#define KNOWN_FLAGS (SPACE_FLAGS | KVMLIB_IOEVENTFD_FLAG_DATAMATCH | KVMLIB_IOEVENTFD_FLAG_DEASSIGN)

static bool same_place(const struct kvm_ioeventfd *a, const struct kvm_ioeventfd *b)
{
	return a->addr == b->addr && ((a->flags ^ b->flags) & SPACE_FLAGS) == 0;
}

/* Whether one write could signal both. */
static bool collide(const struct kvm_ioeventfd *a, const struct kvm_ioeventfd *b)
{
	if (!same_place(a, b))
		return false;
	if (!a->len || !b->len)
		return true;
	if (a->len != b->len)
		return false;
	return !(a->flags & b->flags & KVMLIB_IOEVENTFD_FLAG_DATAMATCH) ||
	       a->datamatch == b->datamatch;
}

static int check_address(const struct kvm_ioeventfd *args)
{
	bool matches = args->flags & KVMLIB_IOEVENTFD_FLAG_DATAMATCH;

	if (args->len > 8 || (args->len & (args->len - 1)))
		return REFUSE(IOEVENTFD_RANGE);
	if (args->addr + args->len < args->addr)
		return REFUSE(IOEVENTFD_RANGE);
	if (args->flags & ~KNOWN_FLAGS || (matches && !args->len))
		return REFUSE(IOEVENTFD_FLAGS);
	return 0;
}

static int assign_ioeventfd(const struct sim_call *call, const struct kvm_ioeventfd *args)
{
	struct sim_eventfd model = { .address = *args };
	int r = check_address(args);

	if (r == 0)
		r = read_id(args->fd, &model.id);
	for (const struct sim_eventfd *e = call->vm->eventfds; r == 0 && e; e = e->next)
		if (!e->interrupt && collide(&e->address, args))
			r = REFUSE(IOEVENTFD_EXISTS);
	return r < 0 ? r : attach(call, &model, args->fd);
}

static bool is_same(const struct sim_eventfd *e, const struct kvm_ioeventfd *args, int id)
{
	uint32_t match = KVMLIB_IOEVENTFD_FLAG_DATAMATCH;

	if (e->interrupt || e->id != id || !same_place(&e->address, args) ||
	    e->address.len != args->len || (e->address.flags & match) != (args->flags & match))
		return false;
	return !(args->flags & match) || e->address.datamatch == args->datamatch;
}

static int deassign_ioeventfd(const struct sim_call *call, const struct kvm_ioeventfd *args)
{
	struct sim_eventfd **link = &call->vm->eventfds;
	int id;
	int r = read_id(args->fd, &id);

	if (r < 0)
		return r;
	while (*link && !is_same(*link, args, id))
		link = &(*link)->next;
	if (!*link)
		return REFUSE(IOEVENTFD_ABSENT);
	detach(link);
	return 0;
}

int kvmlib__sim_ioeventfd(const struct sim_call *call)
{
	struct kvm_ioeventfd args;
	int r = kvmlib__sim_copy_from_user(&args, call->arg, sizeof(args));

	if (r < 0)
		return r;
	return args.flags & KVMLIB_IOEVENTFD_FLAG_DEASSIGN ? deassign_ioeventfd(call, &args)
							   : assign_ioeventfd(call, &args);
}
