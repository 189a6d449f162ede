/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recording.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MAX_WRITTEN 4096U

static int file = -1;
static struct utsname host;
static char kernel[32];

/*
 * Before main(), so that the descriptor is there before tests count theirs, and goes along to
 * children, whatever these may still open.
 */
__attribute__((constructor)) static void open_record(void)
{
	const char *path = getenv("KVMLIB_TEST_RECORD");
	unsigned int major, minor;

	if (!path || !*path)
		return;
	file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (file < 0 || uname(&host) < 0 || sscanf(host.release, "%u.%u", &major, &minor) != 2) {
		perror("KVMLIB_TEST_RECORD");
		exit(99);
	}
	(void)snprintf(kernel, sizeof(kernel), "%u.%u", major, minor);
}

static uint64_t mixed(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
	return hash ^ hash >> 32;
}

/* Names are compared by their addresses, of which each has one in a process. */
static uint64_t hash_of(const char *where, const struct record_call *call)
{
	uint64_t hash = mixed(1, (uintptr_t)where);

	hash = mixed(hash, (uintptr_t)call->function);
	hash = mixed(hash, (uintptr_t)call->kind);
	hash = mixed(hash, call->request);
	hash = mixed(hash, call->result < 0 ? (uint64_t)call->result : 0);
	return hash ? hash : 1;
}

/* Whether this process has not written such a call yet; a full table forgets, and lines repeat. */
static bool is_new(uint64_t hash)
{
	static atomic_uint_least64_t written[MAX_WRITTEN];

	for (unsigned int i = 0; i < 8; i++) {
		uint_least64_t there = 0;

		if (atomic_compare_exchange_strong(&written[(hash + i) % MAX_WRITTEN], &there,
						   hash))
			return true;
		if (there == hash)
			return false;
	}
	return true;
}

static void write_line(void *userdata, const struct record_call *call)
{
	const char *where = userdata;
	char line[256];
	int length;

	if (!is_new(hash_of(where, call)))
		return;
	length = snprintf(line, sizeof(line), "# recorded %s %s %s %#lx %s %d\n", host.machine,
			  where, call->function ? call->function : "-", call->request,
			  call->kind ? call->kind : "-", call->result < 0 ? call->result : 0);
	if (write(file, line, (size_t)length) != length)
		abort(); /* a record with a gap would be a lie */
}

const struct kvmlib_sys_ops *recorded(struct record *record, const struct kvmlib_sys_ops *below)
{
	static char sim[] = "sim";

	if (file < 0)
		return below;
	record_init(record, below, write_line, below ? sim : kernel);
	return &record->ops;
}
