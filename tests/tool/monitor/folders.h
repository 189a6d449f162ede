/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_FOLDERS_H
#define MONITOR_FOLDERS_H

#include <stddef.h>

#include <monitor/vms.h>

#define MAX_PATH 256
#define VM	 "anon_inode:kvm-vm"
#define VCPU	 "anon_inode:kvm-vcpu:"

/* Folders that look like /proc and debugfs's kvm, and a list of VMs over them: a fixture. */
extern char proc[MAX_PATH], debugfs[MAX_PATH];
extern struct vms vms;

void set_up(void);
void tear_down(void);

/* Begin a new list, with debugfs or without. */
void use(const char *debugfs_or_null);

__attribute__((format(printf, 2, 3))) void path_of(char path[MAX_PATH], const char *format, ...);
void write_file(const char *path, const void *content, size_t size);

/* A thread of a process, which has the command line, or only a name if that is empty. */
void add_process(int thread, int process, const char *command, size_t size);

void add_link(int process, int fd, const char *target);
void remove_link(int process, int fd);

/* In debugfs. */
void add_folder(const char *name);
void remove_folder(const char *name);
void add_stat(const char *name, const char *content);

#endif
