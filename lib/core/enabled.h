/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__ENABLED_H
#define KVMLIB__ENABLED_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* A capability that was enabled through a handle. */
struct kvmlib__enabled {
	struct kvmlib__enabled *next;
	uint32_t capability;
	uint64_t args[4]; /* the last ones */
};

/*
 * All of a handle's, in the order in which they were enabled first, some once per value of their
 * first argument; any thread.
 */
struct kvmlib__enabled_list {
	pthread_mutex_t lock;
	struct kvmlib__enabled *first;
};

void kvmlib__enabled_init(struct kvmlib__enabled_list *list);
void kvmlib__enabled_destroy(struct kvmlib__enabled_list *list);

/* Take the entry, made by malloc, into the list, or its arguments where the list has it. */
void kvmlib__enabled_publish(struct kvmlib__enabled_list *list, struct kvmlib__enabled *entry);

#endif
