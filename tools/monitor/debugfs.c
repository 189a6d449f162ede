/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KVM as debugfs shows it, to root as a rule. */
#define _GNU_SOURCE
#include "debugfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "../tool.h"
#include "monitor.h"
#include "uevent.h"

#define MOUNT_POINT "/sys/kernel/debug"
#define MAX_PATH    512U
#define MAX_STATS   512U

/* Where it is mounted, wherever that is; 0 or -ENODEV. */
static int find_mount(char *path, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *mount;
	int r = -ENODEV;

	while (mounts && r < 0 && (mount = getmntent(mounts))) {
		if (strcmp(mount->mnt_type, "debugfs") != 0)
			continue;
		if ((size_t)snprintf(path, size, "%s", mount->mnt_dir) < size)
			r = 0;
	}
	if (mounts)
		endmntent(mounts);
	return r;
}

int debugfs_find(char *folder, size_t size)
{
	char mount[MAX_PATH - 8];
	int r = find_mount(mount, sizeof(mount));

	if (r < 0)
		return r;
	if ((size_t)snprintf(folder, size, "%s/kvm", mount) >= size)
		return -ENAMETOOLONG;
	return access(folder, R_OK | X_OK) < 0 && errno != ENOENT ? -errno : 0;
}

static int fail(const char *what)
{
	say(MONITOR, "--mount: %s: %s", what, strerror(errno));
	return -1;
}

/* Nothing that is mounted from now on is seen outside. All mounts of debugfs share their options, which
 * a new one could change for all: one that is there is left alone. */
int debugfs_mount(void)
{
	char mount_point[MAX_PATH];

	if (find_mount(mount_point, sizeof(mount_point)) == 0)
		return 0;
	if (unshare(CLONE_NEWNS) < 0)
		return fail("can't have mounts of its own");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return fail("can't keep mounts from the others");
	if (mount("debugfs", MOUNT_POINT, "debugfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return fail("can't mount debugfs on " MOUNT_POINT);
	return 0;
}

int debugfs_find_vms(const char *folder, void (*found)(void *userdata, int32_t pid, int32_t fd),
		     void *userdata)
{
	struct dirent *entry;
	int32_t pid, fd;
	DIR *vms = opendir(folder);

	if (!vms)
		return errno == ENOENT ? 0 : -errno; /* KVM is not loaded */
	while ((entry = readdir(vms)))
		if (uevent_parse_name(entry->d_name, &pid, &fd) == 0)
			found(userdata, pid, fd);
	closedir(vms);
	return 0;
}

static void name_vm(const char *folder, int32_t pid, int32_t fd, char path[MAX_PATH])
{
	snprintf(path, MAX_PATH, "%s/%d-%d", folder, pid, fd);
}

int debugfs_has_vm(const char *folder, int32_t pid, int32_t fd)
{
	char path[MAX_PATH];

	name_vm(folder, pid, fd, path);
	if (access(path, F_OK) == 0)
		return 1;
	return errno == ENOENT ? 0 : -1;
}

static DIR *open_vm(const char *folder, int32_t pid, int32_t fd)
{
	char path[MAX_PATH];

	name_vm(folder, pid, fd, path);
	return opendir(path);
}

static bool is_vcpu(const char *name)
{
	return !strncmp(name, "vcpu", 4) && isdigit((unsigned char)name[4]);
}

int debugfs_vcpus(const char *folder, int32_t pid, int32_t fd)
{
	DIR *vm = open_vm(folder, pid, fd);
	struct dirent *entry;
	int n = 0;

	if (!vm)
		return -1;
	while ((entry = readdir(vm)))
		n += is_vcpu(entry->d_name);
	closedir(vm);
	return n;
}

/* A file that holds one number is a statistic; others, such as mmu_rmaps_stat, are not. */
static bool read_stat(int vm, const char *name, struct stat_value *stat)
{
	int fd = openat(vm, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t length = strlen(name);
	char text[32], *end;
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size <= 0 || length >= sizeof(stat->name))
		return false;
	text[size] = '\0';
	stat->value = strtoull(text, &end, 10);
	memcpy(stat->name, name, length + 1);
	return isdigit((unsigned char)text[0]) && !strcmp(end, "\n");
}

static int compare(const void *a, const void *b)
{
	const struct stat_value *left = a, *right = b;

	return strcmp(left->name, right->name);
}

struct stat_value *debugfs_stats(const char *folder, int32_t pid, int32_t fd, size_t *ret_nr)
{
	DIR *vm = open_vm(folder, pid, fd);
	struct stat_value *list = vm ? calloc(MAX_STATS, sizeof(*list)) : NULL;
	struct dirent *entry;
	size_t nr = 0;

	while (list && nr < MAX_STATS && (entry = readdir(vm)))
		if (entry->d_type == DT_REG && read_stat(dirfd(vm), entry->d_name, &list[nr]))
			nr++;
	if (vm)
		closedir(vm);
	if (list)
		qsort(list, nr, sizeof(*list), compare);
	*ret_nr = nr;
	return list;
}
