/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What callers gave to a VM or vCPU, until they ask for it: bytes by key. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct sim_kept {
	struct sim_kept *next;
	uint64_t key;
	size_t size;
	uint8_t bytes[];
};

static struct sim_kept **list_of(const struct sim_call *call)
{
	return call->vcpu ? &call->vcpu->kept : &call->vm->kept;
}

static struct sim_kept *find(struct sim_kept *kept, uint64_t key)
{
	while (kept && kept->key != key)
		kept = kept->next;
	return kept;
}

/* Copies what is kept, as far as there is room; false: nothing is. */
bool kvmlib__sim_recall(const struct sim_call *call, uint64_t key, void *bytes, size_t size)
{
	const struct sim_kept *kept = find(*list_of(call), key);

	if (kept)
		memcpy(bytes, kept->bytes, kept->size < size ? kept->size : size);
	return kept != NULL;
}

static struct sim_kept *add(struct sim_kept **list, uint64_t key, size_t size)
{
	struct sim_kept *kept = calloc(1, sizeof(*kept) + size);

	if (!kept)
		return NULL;
	kept->key = key;
	kept->size = size;
	kept->next = *list;
	*list = kept;
	return kept;
}

/* A key has the size of its first bytes, or less: the rest stays then. */
int kvmlib__sim_keep(const struct sim_call *call, uint64_t key, const void *bytes, size_t size)
{
	struct sim_kept *kept = find(*list_of(call), key);

	if (!kept)
		kept = add(list_of(call), key, size);
	if (!kept)
		return -ENOMEM;
	memcpy(kept->bytes, bytes, size < kept->size ? size : kept->size);
	return 0;
}

void kvmlib__sim_free_kept(struct sim_kept *kept)
{
	while (kept) {
		struct sim_kept *next = kept->next;

		free(kept);
		kept = next;
	}
}
