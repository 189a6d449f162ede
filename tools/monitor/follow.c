/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeping the list of VMs up to date: by what the kernel tells, and by what can be seen. */
#include "follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../tool.h"
#include "listener.h"
#include "show.h"

#define MAX_MISSED 2U /* looks: its message may be on its way */

void follow_check(struct monitor *monitor, int r)
{
	if (r == 0 || monitor->outcome != RUNNING)
		return;
	monitor->output_error = errno;
	monitor->outcome = NO_OUTPUT;
}

/* Telling */

static bool is_wanted(const struct monitor *monitor, const struct vm *vm)
{
	int32_t pid = monitor->options->pid;

	return !pid || vm->process == pid || vm->thread == pid;
}

static void tell(struct monitor *monitor, const char *event, const struct vm *vm,
		 const struct uevent *uevent)
{
	struct told told = {
		.event = event, .vm = vm, .uevent = uevent, .is_resync = monitor->is_resync
	};

	if (!is_wanted(monitor, vm) || monitor->outcome != RUNNING)
		return;
	follow_check(monitor, show_vm(monitor->options->json, &told));
	if (++monitor->told == monitor->options->count)
		monitor->outcome = DONE;
}

static void tell_found(void *userdata, struct vm *vm)
{
	struct monitor *monitor = userdata;

	vm->is_found = true;
	monitor->found++;
	tell(monitor, "exists", vm, NULL);
}

/* Nothing has said that the VM is gone, or nothing yet: the entry stays until the next resync, so that
 * a message on its way is not told again. */
static void tell_gone(struct monitor *monitor, struct vm *vm)
{
	vm->is_gone = true;
	monitor->gone++;
	tell(monitor, "destroy", vm, NULL);
}

static void fail(struct monitor *monitor, const char *what, int error)
{
	say(MONITOR, "%s: %s", what, strerror(error));
	monitor->outcome = BROKEN;
}

void follow_list(struct monitor *monitor)
{
	int r = vms_list(&monitor->vms, tell_found, monitor);

	if (r < 0)
		fail(monitor, "can't look up the VMs", -r);
}

/* What the kernel says */

/* Its name is used again, so the message that it was destroyed is lost. */
static void drop_replaced(struct monitor *monitor, struct vm *vm)
{
	monitor->is_resync = true;
	tell(monitor, "destroy", vm, NULL);
	monitor->is_resync = false;
	vms_remove(&monitor->vms, vm);
}

static void handle_create(struct monitor *monitor, const struct uevent *uevent)
{
	struct vm *vm = vms_find_created(&monitor->vms, uevent);

	if (vm && vm->is_found) {
		vm->is_found = false;
		vm->thread = uevent->pid;
		return;
	}
	if (vm)
		drop_replaced(monitor, vm);
	vm = vms_add(&monitor->vms, uevent->pid, UNKNOWN, uevent->fd);
	if (vm)
		tell(monitor, "create", vm, uevent);
	else
		fail(monitor, "can't keep a VM", ENOMEM);
}

static void handle_destroy(struct monitor *monitor, const struct uevent *uevent)
{
	struct vm *vm = vms_find_destroyed(&monitor->vms, uevent);

	if (!vm) /* it was there before, but this user could not see it */
		vm = vms_add(&monitor->vms, uevent->pid, UNKNOWN, uevent->fd);
	if (!vm) {
		fail(monitor, "can't keep a VM", ENOMEM);
		return;
	}
	if (!vm->is_gone)
		tell(monitor, "destroy", vm, uevent);
	vms_remove(&monitor->vms, vm);
}

static void handle_message(struct monitor *monitor, const char *message, size_t size)
{
	struct uevent uevent;

	switch (uevent_parse(message, size, &uevent)) {
	case UEVENT_CREATE:
		handle_create(monitor, &uevent);
		break;
	case UEVENT_DESTROY:
		handle_destroy(monitor, &uevent);
		break;
	case UEVENT_MALFORMED:
		say(MONITOR, "a message of KVM's is ignored: %s", uevent.reason);
		break;
	case UEVENT_OTHER:
		break;
	}
}

/* The error comes before the messages that were still kept: those are read first. */
static void note_loss(struct monitor *monitor)
{
	if (!monitor->is_lost)
		follow_check(monitor, show_lost(monitor->options->json));
	monitor->is_lost = true;
}

void follow_drain(struct monitor *monitor)
{
	char *message;
	int size = 1;

	while (size != 0 && monitor->outcome == RUNNING) {
		size = listener_receive(monitor->listener, &message);
		if (size == -ENOBUFS)
			note_loss(monitor);
		else if (size < 0)
			monitor->outcome = BROKEN;
		if (size <= 0)
			continue;
		handle_message(monitor, message, (size_t)size);
		free(message);
	}
}

/* What can be seen */

static void drop_gone(struct monitor *monitor)
{
	struct vm *vm, *next;

	for (vm = monitor->vms.first; vm; vm = next) {
		next = vm->next;
		if (vm->is_gone)
			vms_remove(&monitor->vms, vm);
	}
}

void follow_resync(struct monitor *monitor)
{
	if (monitor->outcome != RUNNING)
		return;
	monitor->is_lost = false;
	monitor->is_resync = true;
	monitor->found = monitor->gone = 0;
	drop_gone(monitor);
	for (struct vm *vm = monitor->vms.first; vm; vm = vm->next)
		if (!vms_has(&monitor->vms, vm))
			tell_gone(monitor, vm);
	follow_list(monitor);
	monitor->is_resync = false;
	if (monitor->outcome == RUNNING)
		follow_check(monitor,
			     show_resynced(monitor->options->json, monitor->found, monitor->gone));
}

static void look_at_stats(struct monitor *monitor, struct vm *vm)
{
	struct stat_value *before = vm->stats, *stats = NULL;
	size_t nr_before = vm->nr_stats, nr;

	if (vms_in_debugfs(&monitor->vms, vm))
		stats = debugfs_stats(monitor->vms.host.debugfs, vm->thread, vm->fd, &nr);
	if (!stats)
		return;
	vm->stats = stats;
	vm->nr_stats = nr;
	follow_check(monitor, show_stats(monitor->options->json, vm, before, nr_before));
	free(before);
}

static void look_at(struct monitor *monitor, struct vm *vm)
{
	if (vm->is_gone)
		return;
	if (!vms_has(&monitor->vms, vm)) {
		if (++vm->missed == MAX_MISSED)
			tell_gone(monitor, vm);
		return;
	}
	vm->missed = 0;
	if (vms_look(&monitor->vms, vm))
		tell(monitor, "vcpus", vm, NULL);
	if (monitor->options->stats && is_wanted(monitor, vm) && monitor->outcome == RUNNING)
		look_at_stats(monitor, vm);
}

void follow_look(struct monitor *monitor)
{
	for (struct vm *vm = monitor->vms.first; vm; vm = vm->next)
		look_at(monitor, vm);
}
