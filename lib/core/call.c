/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all calls share: the ioctl itself, and what can be found out when it failed. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kvmlib/explain.h>
#include <kvmlib/uapi_caps.h>

#include "handles.h"

int kvmlib__vm_ask(const struct kvmlib_vm *vm, uint32_t capability)
{
	return kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_CHECK_EXTENSION, capability);
}

size_t kvmlib__page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Report a failure of an ioctl on such a descriptor, if the caller knew no better. */
static int ioctl_failed(const struct kvmlib_system *system, uint32_t fds, enum kvmlib__ioc ioc,
			struct kvmlib__failure *failure)
{
	failure->call = kvmlib__ioctls[ioc].name;
	if (!failure->fds)
		failure->fds = fds;
	if (!kvmlib__ioctls[ioc].request)
		failure->cause = KVMLIB_CAUSE_ARCH_UNSUPPORTED;
	return kvmlib__error_report(&system->log, failure);
}

int kvmlib__system_failed(const struct kvmlib_system *system, enum kvmlib__ioc ioc,
			  struct kvmlib__failure *failure)
{
	return ioctl_failed(system, KVMLIB__FD_SYSTEM, ioc, failure);
}

static bool is_dead(const struct kvmlib_vm *vm)
{
	return kvmlib__vm_ask(vm, KVMLIB_CAP_CHECK_EXTENSION_VM) == -EIO;
}

/* KVM answers EIO to every call of a forked child or on a dead VM, but also to single calls. */
static uint32_t cause_of_eio(const struct kvmlib_vm *vm, const char *call)
{
	const struct kvmlib__error *own = kvmlib__error_row(call, 0, EIO, 0);

	if (kvmlib__forked(vm))
		return KVMLIB_CAUSE_FORKED;
	if (is_dead(vm))
		return KVMLIB_CAUSE_VM_DEAD;
	return own && own->cause != KVMLIB_CAUSE_FORKED ? own->cause : KVMLIB_CAUSE_UNLISTED;
}

int kvmlib__vm_failed(const struct kvmlib_vm *vm, enum kvmlib__ioc ioc,
		      struct kvmlib__failure *failure)
{
	if (failure->errnum == -EIO)
		failure->cause = cause_of_eio(vm, kvmlib__ioctls[ioc].name);
	return ioctl_failed(vm->system, KVMLIB__FD_VM | KVMLIB__FD_VCPU, ioc, failure);
}

int kvmlib__device_failed(const struct kvmlib_device *device, enum kvmlib__ioc ioc,
			  struct kvmlib__failure *failure)
{
	failure->fds = KVMLIB__FD_DEVICE;
	return kvmlib__vm_failed(device->vm, ioc, failure);
}

int kvmlib__raw_ioctl(const struct kvmlib__target *target, unsigned long request, unsigned long arg,
		      const char *function)
{
	const struct kvmlib_system *system = target->system;
	int r = system->sys.ioctl(system->sys.ctx, target->fd, request, arg);
	struct kvmlib__failure failure = {
		.function = function,
		.call = kvmlib_ioctl_name(request),
		.fds = kvmlib__fd_of_class(target->call_class),
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(REQUEST, request)),
	};

	if (r >= 0)
		return r;
	if (!failure.call)
		failure.call = target->call_class;
	if (r == -EIO && target->vm)
		failure.cause = cause_of_eio(target->vm, failure.call);
	return kvmlib__error_report(&system->log, &failure);
}

int kvmlib__dup(const struct kvmlib_system *system, int fd, const char *function)
{
	int r = system->sys.fcntl(system->sys.ctx, fd, F_DUPFD_CLOEXEC, 0);

	if (r >= 0)
		return r;
	return kvmlib__error_report(&system->log, &(const struct kvmlib__failure){
							  .function = function,
							  .call = "fcntl(F_DUPFD_CLOEXEC)",
							  .errnum = r,
							  KVMLIB__VALUES(KVMLIB__VALUE(FD, fd)) });
}

bool kvmlib__fd_is(const struct kvmlib_system *system, int fd, const char *name)
{
	size_t length = strlen(name);
	char path[32];
	char target[64];
	int r;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = system->sys.readlink(system->sys.ctx, path, target, sizeof(target));
	if (r < 0)
		return true;
	return (size_t)r >= length && !memcmp(target, name, length) &&
	       ((size_t)r == length || target[length] == ':');
}

void kvmlib__close(const struct kvmlib_system *system, int fd)
{
	if (fd >= 0)
		system->sys.close(system->sys.ctx, fd);
}
