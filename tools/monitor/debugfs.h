/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_DEBUGFS_H
#define MONITOR_DEBUGFS_H

#include <stddef.h>
#include <stdint.h>

/* A VM's folder in debugfs, kvm/PID-FD, has a file for each statistic, and a folder for each vCPU. */

/* KVM's folder in debugfs, wherever that is mounted; as long as KVM is not loaded it is not there. 0, or
 * -errno: -ENODEV if debugfs is not mounted. */
int debugfs_find(char *folder, size_t size);

/* Mount it for this process alone, unless it is there. 0, or -1 after a message. */
int debugfs_mount(void);

/* Call `found` for each VM; there is none where KVM is not loaded. 0, or -errno. */
int debugfs_find_vms(const char *folder, void (*found)(void *userdata, int32_t pid, int32_t fd),
		     void *userdata);

/* 1, 0, or -1: can't be read. */
int debugfs_has_vm(const char *folder, int32_t pid, int32_t fd);

/* How many vCPUs a VM has here, or -1. Some architectures have no folders for them: 0 may be wrong. */
int debugfs_vcpus(const char *folder, int32_t pid, int32_t fd);

struct stat_value {
	char name[48];
	uint64_t value;
};

/* A VM's statistics, sorted by name; its vCPUs' are added up by KVM. Returns a list of *ret_nr for
 * free(), or NULL. */
struct stat_value *debugfs_stats(const char *folder, int32_t pid, int32_t fd, size_t *ret_nr);

#endif
