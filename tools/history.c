/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last exits of a guest. */
#include "history.h"

#include <inttypes.h>
#include <stdbool.h>

#include <kvmlib/kvmlib.h>

#include "board/devices.h"

/* Values may differ: a console's letters would fill the list. */
static bool same(const struct seen *a, const struct seen *b)
{
	return a->reason == b->reason && a->address == b->address && a->size == b->size &&
	       a->is_write == b->is_write;
}

void history_add(struct history *history, const struct seen *seen, double when)
{
	struct history_entry *last = &history->entries[(history->nr - 1) % HISTORY_LENGTH];
	uint64_t times = 1;

	if (history->nr && same(&last->seen, seen))
		times += last->times;
	else
		last = &history->entries[history->nr++ % HISTORY_LENGTH];
	*last = (struct history_entry){ .seen = *seen, .times = times, .when = when };
}

static const char *direction(const struct seen *seen)
{
	if (seen->reason == KVMLIB_EXIT_IO)
		return seen->is_write ? "out" : "in";
	return seen->is_write ? "write" : "read";
}

static void print_access(FILE *stream, const struct seen *seen)
{
	bool is_port = seen->reason == KVMLIB_EXIT_IO;
	const char *name = is_port ? devices_port_name((uint16_t)seen->address)
				   : devices_mmio_name(seen->address);

	fprintf(stream, " %s 0x%0*" PRIx64, direction(seen), is_port ? 4 : 1, seen->address);
	fprintf(stream, " = 0x%0*" PRIx64, 2 * seen->size, seen->value);
	if (seen->count > 1)
		fprintf(stream, " and %" PRIu32 " more", seen->count - 1);
	if (*name)
		fprintf(stream, " (%s)", name);
}

static void print_entry(FILE *stream, const struct history_entry *entry, double end)
{
	const char *name = kvmlib_exit_name(entry->seen.reason);

	fprintf(stream, "    %10.6f s before  %s", end - entry->when, name ? name : "unknown");
	if (entry->seen.size)
		print_access(stream, &entry->seen);
	if (entry->times > 1)
		fprintf(stream, ", %" PRIu64 " times", entry->times);
	fputc('\n', stream);
}

void history_print(FILE *stream, const struct history *history, double end)
{
	size_t first = history->nr > HISTORY_LENGTH ? history->nr - HISTORY_LENGTH : 0;

	fprintf(stream, "  the last exits:%s\n", history->nr ? "" : " none");
	for (size_t i = first; i < history->nr; i++)
		print_entry(stream, &history->entries[i % HISTORY_LENGTH], end);
}
