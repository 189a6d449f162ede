/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__COALESCED_H
#define KVMLIB__COALESCED_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <kvmlib/coalesced.h>

#include "../../core/handles.h"

struct kvmlib__zone {
	struct kvmlib__zone *next;
	uint64_t address;
	uint32_t length;
	uint32_t is_pio;
};

struct kvmlib_coalesced {
	struct kvmlib_vm *vm; /* counted reference */
	atomic_uint refs;
	struct kvmlib_coalesced_opts opts;
	size_t ring_offset; /* in each vCPU's mapping, in bytes */
	uint32_t nr_entries;
	bool has_pio;

	pthread_mutex_t lock;
	pthread_cond_t drained;
	struct kvmlib__zone *zones;
	bool is_draining; /* a thread hands writes over, without the lock */
	pthread_t drainer;
};

#endif
