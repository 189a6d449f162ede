/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_UEVENT_H
#define MONITOR_UEVENT_H

#include <stddef.h>
#include <stdint.h>

/* What KVM says when a VM comes or goes, from Linux 4.13 on. */
struct uevent {
	int32_t pid;	    /* of the thread that created it, in the initial PID namespace */
	int32_t fd;	    /* of the VM at its creation; -1: not told, this VM is not in debugfs */
	uint64_t created;   /* VMs since KVM was loaded */
	uint64_t active;    /* VMs now */
	const char *reason; /* of UEVENT_MALFORMED: what is wrong */
};

enum uevent_kind {
	UEVENT_OTHER, /* not about a VM */
	UEVENT_CREATE,
	UEVENT_DESTROY,
	UEVENT_MALFORMED, /* about a VM, but not as KVM writes it: only `reason` is set */
};

/* Read a message of the kernel's, of any content and size. */
enum uevent_kind uevent_parse(const char *message, size_t size, struct uevent *uevent);

/* "1234-11", the name that a VM has in debugfs. 0, or -1 if it is no such name. */
int uevent_parse_name(const char *name, int32_t *ret_pid, int32_t *ret_fd);

#endif
