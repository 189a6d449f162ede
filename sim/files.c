/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int make_room(struct kvmlib_sim *sim)
{
	struct sim_file **files = kvmlib__sim_make_room(
		sim->files, &sim->files_room, sim->nr_files + 1, sizeof(struct sim_file *));

	if (!files)
		return -ENOMEM;
	sim->files = files;
	return 0;
}

/*
 * Numbers are not used again, other than Linux's: a descriptor used after its close is found out
 * instead of hitting the next file.
 */
static int install(struct kvmlib_sim *sim, struct sim_file *file)
{
	sim->files[sim->nr_files] = file;
	file->refs++;
	sim->open_fds++;
	return SIM_FD_BASE + (int)sim->nr_files++;
}

int kvmlib__sim_open_file(struct kvmlib_sim *sim, enum sim_kind kind, struct sim_vm *vm,
			  struct sim_vcpu *vcpu, struct sim_device *device)
{
	struct sim_file *file;

	if (make_room(sim) < 0)
		return -ENOMEM;
	file = calloc(1, sizeof(*file));
	if (!file)
		return -ENOMEM;
	file->kind = kind;
	file->vm = vm;
	file->vcpu = vcpu;
	file->device = device;
	if (vm)
		vm->refs++;
	return install(sim, file);
}

struct sim_file *kvmlib__sim_file(const struct kvmlib_sim *sim, int fd)
{
	if (fd < SIM_FD_BASE || (size_t)(fd - SIM_FD_BASE) >= sim->nr_files)
		return NULL;
	return sim->files[fd - SIM_FD_BASE];
}

void kvmlib__sim_put_file(struct kvmlib_sim *sim, struct sim_file *file)
{
	(void)sim;
	if (--file->refs)
		return;
	if (file->device)
		kvmlib__sim_close_device(file->device);
	if (file->vm)
		kvmlib__sim_put_vm(file->vm);
	free(file);
}

int kvmlib__sim_close(struct kvmlib_sim *sim, int fd)
{
	struct sim_file *file = kvmlib__sim_file(sim, fd);

	if (fd < SIM_FD_BASE)
		return kvmlib__sim_close_real(sim, fd);
	if (!file)
		return REFUSE(NOT_OPEN);
	sim->files[fd - SIM_FD_BASE] = NULL;
	sim->open_fds--;
	kvmlib__sim_put_file(sim, file);
	return 0;
}

int kvmlib__sim_fcntl(struct kvmlib_sim *sim, int fd, int command, int argument)
{
	struct sim_file *file = kvmlib__sim_file(sim, fd);

	if (fd < SIM_FD_BASE)
		return kvmlib__sim_fcntl_real(sim, fd, command, argument);
	if (!file)
		return REFUSE(NOT_OPEN);
	if (command == F_SETFD)
		return 0; /* nothing here outlives an exec anyway */
	if (command != F_DUPFD_CLOEXEC)
		return REFUSE(FCNTL_COMMAND);
	if (argument < 0 || argument > SIM_FD_BASE)
		return REFUSE(FCNTL_ARGUMENT);
	if (make_room(sim) < 0)
		return -ENOMEM;
	return install(sim, file);
}

/* A name as /proc/self/fd has it. */
static int name_file(const struct kvmlib_sim *sim, const struct sim_file *file, char *name,
		     size_t size)
{
	switch (file->kind) {
	case SIM_SYSTEM:
		return snprintf(name, size, "/dev/kvm");
	case SIM_VM:
		return snprintf(name, size, "anon_inode:kvm-vm");
	case SIM_VCPU:
		return snprintf(name, size, "anon_inode:kvm-vcpu:%u", file->vcpu->id);
	case SIM_DEVICE:
		return snprintf(name, size, "anon_inode:%s", sim->types[file->device->type].name);
	}
	return 0;
}

static int parse_fd(const char *path)
{
	static const char prefix[] = "/proc/self/fd/";
	char *end;
	long fd;

	if (strncmp(path, prefix, sizeof(prefix) - 1) != 0)
		return -1;
	fd = strtol(path + sizeof(prefix) - 1, &end, 10);
	if (*end || fd < 0 || fd > INT32_MAX)
		return -1;
	return (int)fd;
}

int kvmlib__sim_readlink(const struct kvmlib_sim *sim, const char *path, char *buffer, size_t size)
{
	int fd = parse_fd(path);
	const struct sim_file *file = kvmlib__sim_file(sim, fd);
	char name[64];
	size_t length;

	if (fd >= 0 && fd < SIM_FD_BASE)
		return kvmlib__sim_readlink_real(path, buffer, size);
	if (!file)
		return REFUSE(NO_LINK);
	length = (size_t)name_file(sim, file, name, sizeof(name));
	if (length > size)
		length = size;
	memcpy(buffer, name, length);
	return (int)length;
}

int kvmlib__sim_find_vm(struct kvmlib_sim *sim, int fd, struct sim_vm **ret_vm)
{
	const struct sim_file *file = kvmlib__sim_file(sim, fd);

	if (!file)
		return -EBADF;
	if (file->kind != SIM_VM)
		return -EINVAL;
	*ret_vm = file->vm;
	return 0;
}

int kvmlib__sim_find_vcpu(struct kvmlib_sim *sim, int fd, struct sim_vcpu **ret_vcpu)
{
	const struct sim_file *file = kvmlib__sim_file(sim, fd);

	if (!file)
		return -EBADF;
	if (file->kind != SIM_VCPU)
		return -EINVAL;
	*ret_vcpu = file->vcpu;
	return 0;
}
