/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The VMs that are known, and what the host shows of them.
 *
 * debugfs names a VM as KVM's messages do. In /proc it is a descriptor of a process, whose number is the
 * same unless it was duplicated or sent to another process.
 */
#include "vms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"

#define MAX_COMMAND 4096U

void vms_init(struct vms *vms, const struct host *host)
{
	*vms = (struct vms){ .host = *host };
}

static void free_vm(struct vm *vm)
{
	free(vm->command);
	free(vm->stats);
	free(vm);
}

void vms_clear(struct vms *vms)
{
	while (vms->first)
		vms_remove(vms, vms->first);
}

void vms_remove(struct vms *vms, struct vm *vm)
{
	struct vm **link = &vms->first;

	while (*link != vm)
		link = &(*link)->next;
	*link = vm->next;
	free_vm(vm);
}

static void read_command(const struct vms *vms, struct vm *vm)
{
	char command[MAX_COMMAND];
	int32_t pid = vm->process != UNKNOWN ? vm->process : vm->thread;
	size_t size = process_command(vms->host.proc, pid, command, sizeof(command));

	if (!size)
		return;
	vm->command = malloc(size);
	if (!vm->command)
		return;
	memcpy(vm->command, command, size);
	vm->command_size = size;
}

struct vm *vms_add(struct vms *vms, int32_t thread, int32_t process, int32_t fd)
{
	struct vm *vm = calloc(1, sizeof(*vm)), **link = &vms->first;

	if (!vm)
		return NULL;
	vm->thread = thread;
	vm->process = process != UNKNOWN ? process : process_of(vms->host.proc, thread);
	vm->fd = fd;
	vm->vcpus = UNKNOWN;
	read_command(vms, vm);
	vms_look(vms, vm);
	while (*link)
		link = &(*link)->next;
	*link = vm;
	return vm;
}

static bool is_same(const struct vm *vm, int32_t thread, int32_t fd)
{
	return vm->thread == thread && vm->fd == fd;
}

/* Found in /proc, by what KVM's name for it should be. */
static bool is_same_in_proc(const struct vm *vm, int32_t process, int32_t fd)
{
	return vm->thread == UNKNOWN && vm->process == process && (fd == UNKNOWN || vm->fd == fd);
}

/* KVM does not name two VMs alike, but where it does not tell the descriptor. */
struct vm *vms_find_created(struct vms *vms, const struct uevent *uevent)
{
	int32_t process;

	if (uevent->fd == UNKNOWN)
		return NULL;
	process = process_of(vms->host.proc, uevent->pid);
	for (struct vm *vm = vms->first; vm; vm = vm->next)
		if (!vm->is_gone && (is_same(vm, uevent->pid, uevent->fd) ||
				     is_same_in_proc(vm, process, uevent->fd)))
			return vm;
	return NULL;
}

/* The thread may be gone by now, and with it what process it belonged to. */
static bool is_remains(const struct vms *vms, const struct vm *vm, const struct uevent *uevent)
{
	return vm->thread == UNKNOWN && (uevent->fd == UNKNOWN || vm->fd == uevent->fd) &&
	       !vms_has(vms, vm);
}

struct vm *vms_find_destroyed(struct vms *vms, const struct uevent *uevent)
{
	int32_t process = process_of(vms->host.proc, uevent->pid);
	struct vm *remains = NULL;

	for (struct vm *vm = vms->first; vm; vm = vm->next) {
		if (is_same(vm, uevent->pid, uevent->fd) ||
		    is_same_in_proc(vm, process, uevent->fd))
			return vm;
		if (!remains && is_remains(vms, vm, uevent))
			remains = vm;
	}
	return remains;
}

bool vms_in_debugfs(const struct vms *vms, const struct vm *vm)
{
	return vms->host.debugfs && vm->thread != UNKNOWN && vm->fd != UNKNOWN;
}

bool vms_has(const struct vms *vms, const struct vm *vm)
{
	const struct host *host = &vms->host;
	int r = UNKNOWN;

	if (vms_in_debugfs(vms, vm))
		r = debugfs_has_vm(host->debugfs, vm->thread, vm->fd);
	else if (vm->process != UNKNOWN && vm->fd != UNKNOWN)
		r = process_has_vm(host->proc, vm->process, vm->fd);
	if (r != UNKNOWN || vm->process == UNKNOWN)
		return r; /* a process that was never seen may be of another PID namespace */
	return process_of(host->proc, vm->process) != UNKNOWN;
}

/* /proc tells what a process has, so it can't be told which of its VMs a vCPU belongs to. */
static int vcpus_in_proc(const struct vms *vms, const struct vm *vm)
{
	int32_t pid = vm->process != UNKNOWN ? vm->process : vm->thread;
	struct process_files files = process_files(vms->host.proc, pid);

	return files.vms == 0 || files.vms == 1 ? files.vcpus : UNKNOWN;
}

/* A folder without vCPUs proves nothing where KVM makes none for them. */
bool vms_look(const struct vms *vms, struct vm *vm)
{
	int before = vm->vcpus, n = UNKNOWN;

	if (vms_in_debugfs(vms, vm))
		n = debugfs_vcpus(vms->host.debugfs, vm->thread, vm->fd);
	if (n <= 0)
		n = vcpus_in_proc(vms, vm);
	if (n != UNKNOWN)
		vm->vcpus = n;
	return vm->vcpus != before;
}

struct listing {
	struct vms *vms;
	void (*added)(void *userdata, struct vm *vm);
	void *userdata;
	bool in_proc;
	int error;
};

static bool is_listed(const struct listing *listing, const struct vm *vm, int32_t pid, int32_t fd)
{
	if (vm->is_gone)
		return false;
	if (!listing->in_proc)
		return is_same(vm, pid, fd);
	return vm->process == pid && vm->fd == fd;
}

static void list_one(void *userdata, int32_t pid, int32_t fd)
{
	struct listing *listing = userdata;
	struct vm *vm = listing->vms->first;

	while (vm && !is_listed(listing, vm, pid, fd))
		vm = vm->next;
	if (vm)
		return;
	vm = listing->in_proc ? vms_add(listing->vms, UNKNOWN, pid, fd)
			      : vms_add(listing->vms, pid, UNKNOWN, fd);
	if (vm)
		listing->added(listing->userdata, vm);
	else
		listing->error = -ENOMEM;
}

int vms_list(struct vms *vms, void (*added)(void *userdata, struct vm *vm), void *userdata)
{
	struct listing listing = { .vms = vms, .added = added, .userdata = userdata };

	int r = 0;

	listing.in_proc = !vms->host.debugfs;
	if (listing.in_proc)
		process_find_vms(vms->host.proc, list_one, &listing);
	else
		r = debugfs_find_vms(vms->host.debugfs, list_one, &listing);
	return r < 0 ? r : listing.error;
}
