/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KVM as /proc shows it: VMs and vCPUs are descriptors with names. */
#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_PATH   256U
#define MAX_VCPUS  8192U
#define MAX_DIGITS 9U /* fit an int */

static const char vm_link[] = "anon_inode:kvm-vm";
static const char vcpu_link[] = "anon_inode:kvm-vcpu:";

static ssize_t read_whole(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	do {
		n = read(fd, buffer + done, size - done);
		done += n > 0 ? (size_t)n : 0;
	} while (n > 0 && done < size);
	close(fd);
	return n < 0 ? -1 : (ssize_t)done;
}

static ssize_t read_file(const char *proc, int32_t pid, const char *name, char *buffer, size_t size)
{
	char path[MAX_PATH];

	snprintf(path, sizeof(path), "%s/%d/%s", proc, pid, name);
	return read_whole(path, buffer, size);
}

int32_t process_of(const char *proc, int32_t thread)
{
	char status[1024];
	ssize_t size = read_file(proc, thread, "status", status, sizeof(status) - 1);
	const char *line;

	if (size <= 0)
		return -1;
	status[size] = '\0';
	line = strstr(status, "\nTgid:");
	return line ? (int32_t)strtol(line + strlen("\nTgid:"), NULL, 10) : -1;
}

static size_t process_name(const char *proc, int32_t pid, char *buffer, size_t size)
{
	char name[64];
	ssize_t length = read_file(proc, pid, "comm", name, sizeof(name) - 1);

	if (length <= 0)
		return 0;
	name[length] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return (size_t)snprintf(buffer, size, "[%s]", name) + 1;
}

size_t process_command(const char *proc, int32_t pid, char *buffer, size_t size)
{
	ssize_t length = read_file(proc, pid, "cmdline", buffer, size - 1);

	if (length <= 0)
		return process_name(proc, pid, buffer, size);
	if (buffer[length - 1])
		buffer[length++] = '\0';
	return (size_t)length;
}

/* Numbers are the names of processes and of descriptors. */
static int32_t number_of(const char *name)
{
	if (!*name || strspn(name, "0123456789") != strlen(name) || strlen(name) > MAX_DIGITS)
		return -1;
	return (int32_t)strtol(name, NULL, 10);
}

/* Call `each` for each descriptor of a process; -1 if they can't be read. */
static int for_each_link(const char *proc, int32_t pid,
			 void (*each)(void *userdata, int32_t fd, const char *target),
			 void *userdata)
{
	char path[MAX_PATH], target[64];
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/%d/fd", proc, pid);
	folder = opendir(path);
	if (!folder)
		return -1;
	while ((entry = readdir(folder))) {
		int32_t fd = number_of(entry->d_name);
		ssize_t length =
			readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1);

		if (fd < 0 || length < 0)
			continue;
		target[length] = '\0';
		each(userdata, fd, target);
	}
	closedir(folder);
	return 0;
}

struct count {
	int vms, vcpus;
	bool seen[MAX_VCPUS];
};

/* A descriptor that was duplicated is the same vCPU. */
static void count_link(void *userdata, int32_t fd, const char *target)
{
	struct count *count = userdata;
	int32_t id;

	(void)fd;
	count->vms += !strcmp(target, vm_link);
	if (strncmp(target, vcpu_link, strlen(vcpu_link)) != 0)
		return;
	id = number_of(target + strlen(vcpu_link));
	if (id < 0 || (uint32_t)id >= MAX_VCPUS || count->seen[id])
		return;
	count->seen[id] = true;
	count->vcpus++;
}

struct process_files process_files(const char *proc, int32_t pid)
{
	struct count count = { .vms = 0 };

	if (for_each_link(proc, pid, count_link, &count) < 0)
		return (struct process_files){ .vms = -1 };
	return (struct process_files){ .vms = count.vms, .vcpus = count.vcpus };
}

int process_has_vm(const char *proc, int32_t pid, int32_t fd)
{
	char path[MAX_PATH], target[64];
	ssize_t length;

	snprintf(path, sizeof(path), "%s/%d/fd/%d", proc, pid, fd);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return errno == ENOENT ? 0 : -1;
	target[length] = '\0';
	return !strcmp(target, vm_link);
}

struct search {
	void (*found)(void *userdata, int32_t pid, int32_t fd);
	void *userdata;
	int32_t pid;
};

static void pass_vm(void *userdata, int32_t fd, const char *target)
{
	struct search *search = userdata;

	if (!strcmp(target, vm_link))
		search->found(search->userdata, search->pid, fd);
}

void process_find_vms(const char *proc, void (*found)(void *userdata, int32_t pid, int32_t fd),
		      void *userdata)
{
	struct search search = { .found = found, .userdata = userdata };
	struct dirent *entry;
	DIR *folder = opendir(proc);

	while (folder && (entry = readdir(folder))) {
		search.pid = number_of(entry->d_name);
		if (search.pid > 0)
			for_each_link(proc, search.pid, pass_vm, &search);
	}
	if (folder)
		closedir(folder);
}
