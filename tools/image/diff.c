/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What differs between two images: pages, and the state. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../json.h"
#include "../state/state.h"
#include "../tool.h"
#include "verbs.h"

#define PAGE_SIZE 4096U

struct diff {
	struct flat a, b;
	json_t *list; /* of the memory, or NULL: it is printed */
	bool is_different;
	bool has_failed;
};

static void tell(struct diff *diff, const char *sign, const struct kvmlib_image_part *part,
		 uint64_t offset, uint64_t length)
{
	uint64_t gpa = part->gpa + offset;

	diff->is_different = true;
	if (!diff->list)
		printf("%s memory 0x%" PRIx64 "-0x%" PRIx64 "%s\n", sign, gpa, gpa + length - 1,
		       part->space ? " of space 1" : "");
	else if (json_array_append_new(diff->list,
				       json_pack("{s:o, s:o, s:i, s:s}", "address",
						 json_number(gpa), "bytes", json_number(length),
						 "space", (int)part->space, "in",
						 *sign == '!'	? "both"
						 : *sign == '-' ? "a"
								: "b")))
		diff->has_failed = true;
}

/* Runs of pages that are not the same. */
static void compare(struct diff *diff, const struct flat_part *a, const struct flat_part *b)
{
	uint64_t begin = 0, at;

	for (at = 0; at < a->part.length; at += PAGE_SIZE) {
		if (memcmp(a->address + at, b->address + at, PAGE_SIZE) != 0)
			continue;
		if (at > begin)
			tell(diff, "!", &a->part, begin, at - begin);
		begin = at + PAGE_SIZE;
	}
	if (at > begin)
		tell(diff, "!", &a->part, begin, at - begin);
}

static const struct flat_part *find(const struct flat *flat, const struct kvmlib_image_part *part)
{
	for (size_t i = 0; i < flat->nr_parts; i++) {
		const struct kvmlib_image_part *other = &flat->parts[i].part;

		if (other->gpa == part->gpa && other->length == part->length &&
		    other->space == part->space)
			return &flat->parts[i];
	}
	return NULL;
}

static void compare_memory(struct diff *diff)
{
	for (size_t i = 0; i < diff->a.nr_parts; i++) {
		const struct flat_part *a = &diff->a.parts[i], *b = find(&diff->b, &a->part);

		if (b)
			compare(diff, a, b);
		else
			tell(diff, "-", &a->part, 0, a->part.length);
	}
	for (size_t i = 0; i < diff->b.nr_parts; i++) {
		const struct kvmlib_image_part *part = &diff->b.parts[i].part;

		if (!find(&diff->a, part))
			tell(diff, "+", part, 0, part->length);
	}
}

/* Of images without one nothing differs. */
static int compare_states(struct diff *diff, json_t *list)
{
	const struct kvmlib_state *a = flat_state(&diff->a), *b = flat_state(&diff->b);
	int status;

	if (a && b) {
		status = state_compare(SNAPSHOT, a, b, list);
		diff->is_different |= status == STATUS_NO;
		return status == STATUS_NO ? STATUS_OK : status;
	}
	if (a || b) {
		say(SNAPSHOT, "only one of them has a state");
		diff->is_different = true;
	}
	return STATUS_OK;
}

static int print_json(struct diff *diff, json_t *states)
{
	json_t *json = json_pack("{s:o, s:o}", "memory", diff->list, "state", states);

	if (!diff->has_failed)
		return json_print_line(stdout, json) < 0 ? STATUS_HOST : STATUS_OK;
	json_decref(json);
	return STATUS_HOST;
}

static int compare_all(struct diff *diff, bool json)
{
	json_t *states = json ? json_array() : NULL;
	int status;

	diff->list = json ? json_array() : NULL;
	compare_memory(diff);
	status = compare_states(diff, states);
	if (json) {
		int printed = print_json(diff, states);

		status = status ? status : printed;
	}
	return status ? status : diff->is_different ? STATUS_NO : STATUS_OK;
}

int snapshot_diff(char *const *paths, bool json)
{
	struct diff diff = { .list = NULL };
	int status = flat_open(&diff.a, paths, 1);

	if (!status)
		status = flat_open(&diff.b, paths + 1, 1);
	if (!status)
		status = compare_all(&diff, json);
	flat_close(&diff.a);
	flat_close(&diff.b);
	return status;
}
