/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds of interrupts and addresses. */
#include "row.h"

#if defined(__x86_64__)

#include <sys/eventfd.h>
#include <unistd.h>

#define UNREAD	REFUSED(EFAULT, UNREADABLE)
#define NO_FILE 9999 /* a descriptor that is not open */

static int other = NOT_THERE; /* a second VM */
static int made;	      /* an eventfd, good for all rows of this file */

#define IRQFD(number, ...) IN(struct kvm_irqfd, .fd = (uint32_t)(number), .gsi = 4, __VA_ARGS__)

static int add_irqfd(struct world *w)
{
	struct kvm_irqfd args = { .fd = (uint32_t)made, .gsi = 5 };

	return call_with(w, w->vm, KVM_IRQFD, &args);
}

/* It goes with the row, as the row's VM does. */
static int add_irqfd_elsewhere(struct world *w)
{
	struct kvm_irqfd args = { .fd = (uint32_t)made, .gsi = 5 };

	other = call(w, w->system, KVM_CREATE_VM, 0);
	if (other < 0)
		return other;
	w->result = call(w, other, KVM_CREATE_IRQCHIP, 0);
	return w->result < 0 ? w->result : call_with(w, other, KVM_IRQFD, &args);
}

static const struct deviation one_for_each_vm = {
	.name = "an eventfd could have an irqfd in each VM",
	.before = KERNEL(6, 13),
	.gone_by = KERNEL(7, 0),
	.answer = OK,
};

static void irqfd_rows(struct world *w)
{
	int ends[2] = { NO_FILE, NO_FILE };

	ROW(ON_IRQCHIP_VM, KVM_IRQFD, "an eventfd", IRQFD(made, .flags = 0), OK);
	ROW(ON_SPLIT_VM, KVM_IRQFD, "an eventfd, split irqchip", IRQFD(made, .flags = 0), OK);
	ROW(ON_IRQCHIP_VM, KVM_IRQFD, "the same again", IRQFD(made, .flags = 0),
	    REFUSED(EBUSY, IRQFD_TWICE), .before = add_irqfd);
	ROW(ON_IRQCHIP_VM, KVM_IRQFD, "the same in another VM", IRQFD(made, .flags = 0),
	    REFUSED(EBUSY, IRQFD_TWICE), .before = add_irqfd_elsewhere,
	    .deviation = &one_for_each_vm);
	close_fd(w, other);
	ROW(ON_VM, KVM_IRQFD, "no irqchip", IRQFD(made, .flags = 0),
	    REFUSED(EINVAL, IRQFD_NO_IRQCHIP));
	ROW(ON_SPLIT_VM, KVM_IRQFD, "resampled, split irqchip",
	    IRQFD(made, .flags = KVMLIB_IRQFD_FLAG_RESAMPLE), REFUSED(EINVAL, IRQFD_NO_IRQCHIP));
	ROW(ON_IRQCHIP_VM, KVM_IRQFD, "an unknown flag", IRQFD(made, .flags = 4),
	    REFUSED(EINVAL, IRQFD_FLAGS));
	ROW(ON_IRQCHIP_VM, KVM_IRQFD, "not open", IRQFD(NO_FILE, .flags = 0),
	    REFUSED(EBADF, EVENTFD_NOT_OPEN));
	if (pipe(ends) == 0)
		ROW(ON_IRQCHIP_VM, KVM_IRQFD, "a pipe", IRQFD(ends[0], .flags = 0),
		    REFUSED(EINVAL, EVENTFD_KIND));
	ROW(ON_IRQCHIP_VM, KVM_IRQFD, "taken away without being there",
	    IRQFD(made, .flags = KVMLIB_IRQFD_FLAG_DEASSIGN), OK);
	ROW(ON_VM, KVM_IRQFD, "unreadable", w->hole, UNREAD);
	close(ends[0]);
	close(ends[1]);
}

#define PLACE(length, bits, value)                                                             \
	IN(struct kvm_ioeventfd, .addr = 0x1000, .len = (length), .fd = made, .flags = (bits), \
	   .datamatch = (value))
#define MATCH  KVMLIB_IOEVENTFD_FLAG_DATAMATCH
#define REMOVE KVMLIB_IOEVENTFD_FLAG_DEASSIGN

static int add_place(struct world *w)
{
	struct kvm_ioeventfd args = {
		.addr = 0x1000, .len = 4, .fd = made, .flags = MATCH, .datamatch = 1
	};

	return call_with(w, w->vm, KVM_IOEVENTFD, &args);
}

static void ioeventfd_rows(struct world *w)
{
	ROW(ON_VM, KVM_IOEVENTFD, "four bytes", PLACE(4, 0, 0), OK);
	ROW(ON_VM, KVM_IOEVENTFD, "any length", PLACE(0, 0, 0), OK);
	ROW(ON_VM, KVM_IOEVENTFD, "the same again", PLACE(4, MATCH, 1),
	    REFUSED(EEXIST, IOEVENTFD_EXISTS), .before = add_place);
	ROW(ON_VM, KVM_IOEVENTFD, "another value", PLACE(4, MATCH, 2), OK, .before = add_place);
	ROW(ON_VM, KVM_IOEVENTFD, "any value", PLACE(4, 0, 0), REFUSED(EEXIST, IOEVENTFD_EXISTS),
	    .before = add_place);
	ROW(ON_VM, KVM_IOEVENTFD, "another length", PLACE(2, MATCH, 1), OK, .before = add_place);
	ROW(ON_VM, KVM_IOEVENTFD, "three bytes", PLACE(3, 0, 0), REFUSED(EINVAL, IOEVENTFD_RANGE));
	ROW(ON_VM, KVM_IOEVENTFD, "an unknown flag", PLACE(4, 1U << 20, 0),
	    REFUSED(EINVAL, IOEVENTFD_FLAGS));
	ROW(ON_VM, KVM_IOEVENTFD, "a value of any length", PLACE(0, MATCH, 0),
	    REFUSED(EINVAL, IOEVENTFD_FLAGS));
	ROW(ON_VM, KVM_IOEVENTFD, "taken away", PLACE(4, MATCH | REMOVE, 1), OK,
	    .before = add_place);
	ROW(ON_VM, KVM_IOEVENTFD, "taken away without being there", PLACE(4, REMOVE, 0),
	    REFUSED(ENOENT, IOEVENTFD_ABSENT), .before = add_place);
	ROW(ON_VM, KVM_IOEVENTFD, "unreadable", w->hole, UNREAD);
}

void eventfd_rows(struct world *w)
{
	made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	irqfd_rows(w);
	ioeventfd_rows(w);
	close(made);
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void eventfd_rows(struct world *w)
{
	(void)w;
}

#endif
