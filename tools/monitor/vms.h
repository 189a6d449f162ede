/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_VMS_H
#define MONITOR_VMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "debugfs.h"
#include "uevent.h"

#define UNKNOWN (-1)

/* Where the machine shows its VMs. */
struct host {
	const char *proc;
	const char *debugfs; /* the folder kvm in it; NULL: can't be read */
};

/* A VM. KVM names it by the thread that created it and the descriptor that this got. */
struct vm {
	int32_t thread;	 /* UNKNOWN: found in /proc, which tells the process alone */
	int32_t process; /* UNKNOWN: its creator was gone before it could be asked */
	int32_t fd;	 /* UNKNOWN: KVM did not tell */
	int vcpus;	 /* when last looked at, or UNKNOWN */
	size_t command_size;
	char *command; /* words with a NUL each; NULL: unknown */
	struct stat_value *stats;
	size_t nr_stats;
	unsigned int missed; /* looks in a row that did not find it */
	bool is_found;	     /* by a look, so the message of its creation may be on its way */
	bool is_gone;	     /* reported as destroyed, but KVM's message may be on its way */
	struct vm *next;
};

struct vms {
	struct host host;
	struct vm *first;
};

void vms_init(struct vms *vms, const struct host *host);
void vms_clear(struct vms *vms);

/* What the host has and `vms` lacks, is added and handed to `added`. 0, or -errno: can't be listed. */
int vms_list(struct vms *vms, void (*added)(void *userdata, struct vm *vm), void *userdata);

/* The VM that a message is about, or NULL. */
struct vm *vms_find_created(struct vms *vms, const struct uevent *uevent);
struct vm *vms_find_destroyed(struct vms *vms, const struct uevent *uevent);

/* NULL without memory. */
struct vm *vms_add(struct vms *vms, int32_t thread, int32_t process, int32_t fd);
void vms_remove(struct vms *vms, struct vm *vm);

/* Whether debugfs can be asked about it. */
bool vms_in_debugfs(const struct vms *vms, const struct vm *vm);

/* Whether it still exists; what can't be told does. */
bool vms_has(const struct vms *vms, const struct vm *vm);

/* Count its vCPUs again. True if there are others than before. */
bool vms_look(const struct vms *vms, struct vm *vm);

#endif
