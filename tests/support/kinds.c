/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kinds.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Descriptors that are open at a time; a number that another one has overwritten is not known. */
#define ROOM 1024U

static const char *const kinds[] = {
	NULL, "system", "vm", "vcpu", "device", "stats", "guest_memfd"
};
#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* The number and, in the low byte, its kind, as one. */
static atomic_uint_least64_t known[ROOM];

void kinds_learn(int fd, const char *kind)
{
	uint64_t index = NR_KINDS - 1;

	if (fd < 0)
		return;
	while (index && (!kind || strcmp(kinds[index], kind) != 0))
		index--;
	atomic_store(&known[(unsigned int)fd % ROOM], (uint64_t)fd << 8 | index);
}

const char *kinds_of(int fd)
{
	uint64_t slot = atomic_load(&known[(unsigned int)fd % ROOM]);

	return fd >= 0 && slot >> 8 == (uint64_t)fd ? kinds[slot & 0xff] : NULL;
}

const char *kinds_named(const char *name)
{
	/* The first that fits: statistics have their owner's name, and every other one is a device. */
	static const struct {
		const char *name, *kind;
	} names[] = {
		{ "/dev/kvm", "system" },
		{ "anon_inode:kvm-vm-stats", "stats" },
		{ "anon_inode:kvm-vcpu-stats", "stats" },
		{ "anon_inode:kvm-vm", "vm" },
		{ "anon_inode:kvm-vcpu", "vcpu" },
		{ "anon_inode:[kvm-gmem]", "guest_memfd" },
		{ "anon_inode:kvm-", "device" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(name, names[i].name, strlen(names[i].name)))
			return names[i].kind;
	return NULL;
}
