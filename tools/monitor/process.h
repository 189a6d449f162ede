/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_PROCESS_H
#define MONITOR_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What /proc tells of processes; `proc` is where it is. */

/* The process that a thread belongs to, or -1. */
int32_t process_of(const char *proc, int32_t thread);

/* The command line, its words with a NUL each, or the name in brackets where there is none. What is
 * longer than the buffer is left out. Returns its size, 0 if the process can't be asked. */
size_t process_command(const char *proc, int32_t pid, char *buffer, size_t size);

/* What of KVM a process has open. */
struct process_files {
	int vms;   /* descriptors of VMs; -1: they can't be read */
	int vcpus; /* different ids of vCPUs */
};
struct process_files process_files(const char *proc, int32_t pid);

/* Whether the descriptor is a VM. 1, 0, or -1: can't be read. */
int process_has_vm(const char *proc, int32_t pid, int32_t fd);

/* Call `found` for each descriptor of a VM that any process has and this one may see. */
void process_find_vms(const char *proc, void (*found)(void *userdata, int32_t pid, int32_t fd),
		      void *userdata);

#endif
