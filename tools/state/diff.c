/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What differs between two states. */
#include "state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../json.h"
#include "../tool.h"
#include "registers.h"

struct diff {
	const struct kvmlib_state *a;
	const struct kvmlib_state *b;
	json_t *list; /* of what was found, or NULL: it is printed */
	uint32_t architecture;
	bool is_different;
	bool has_failed; /* there is no memory */
};

/* An entry of the item "msrs", in every architecture's order. */
struct msr {
	uint32_t index;
	uint32_t reserved;
	uint64_t data;
};

static json_t *vcpu_of(const struct kvmlib_state_item *item)
{
	return item->instance == KVMLIB_STATE_VM ? json_null() : json_number(item->instance);
}

static void print_name(char sign, const struct kvmlib_state_item *item)
{
	printf("%c %s", sign, item->name);
	if (item->instance != KVMLIB_STATE_VM)
		printf(" of vCPU %" PRIu64, item->instance);
}

/* Takes the object over. */
static void put(struct diff *diff, json_t *object)
{
	if (json_array_append_new(diff->list, object) < 0)
		diff->has_failed = true;
}

static void tell_missing(struct diff *diff, const struct kvmlib_state_item *item, char sign)
{
	diff->is_different = true;
	if (diff->list) {
		put(diff, json_pack("{s:s, s:o, s:s}", "name", item->name, "vcpu", vcpu_of(item),
				    "only_in", sign == '-' ? "a" : "b"));
		return;
	}
	print_name(sign, item);
	putchar('\n');
}

static void tell_length(struct diff *diff, const struct kvmlib_state_item *a,
			const struct kvmlib_state_item *b)
{
	if (diff->list) {
		put(diff,
		    json_pack("{s:s, s:o, s:I, s:I}", "name", a->name, "vcpu", vcpu_of(a),
			      "bytes_a", (json_int_t)a->length, "bytes_b", (json_int_t)b->length));
		return;
	}
	print_name('!', a);
	printf(": %" PRIu64 " and %" PRIu64 " bytes\n", a->length, b->length);
}

static void tell_bytes(struct diff *diff, const struct kvmlib_state_item *item, uint64_t first,
		       uint64_t count)
{
	if (diff->list) {
		put(diff,
		    json_pack("{s:s, s:o, s:I, s:I}", "name", item->name, "vcpu", vcpu_of(item),
			      "first", (json_int_t)first, "differing", (json_int_t)count));
		return;
	}
	print_name('!', item);
	printf(": %" PRIu64 " of %" PRIu64 " bytes, from byte %" PRIu64 " on\n", count,
	       item->length, first);
}

static void tell_msr(struct diff *diff, const struct kvmlib_state_item *item, const struct msr *a,
		     const struct msr *b)
{
	if (diff->list) {
		put(diff, json_pack("{s:s, s:o, s:I, s:o, s:o}", "name", item->name, "vcpu",
				    vcpu_of(item), "msr", (json_int_t)a->index, "a",
				    json_number(a->data), "b", json_number(b->data)));
		return;
	}
	print_name('!', item);
	printf(": MSR 0x%" PRIx32 ": 0x%" PRIx64 " and 0x%" PRIx64 "\n", a->index, a->data,
	       b->data);
}

/* One that only one of them has. */
static void tell_register(struct diff *diff, const struct kvmlib_state_item *item, uint64_t id,
			  char sign)
{
	char name[KVMLIB_REG_NAME_SIZE];

	kvmlib_reg_name(id, name, sizeof(name));
	if (diff->list) {
		put(diff,
		    json_pack("{s:s, s:o, s:s, s:s}", "name", item->name, "vcpu", vcpu_of(item),
			      "register", name, "only_in", sign == '-' ? "a" : "b"));
		return;
	}
	print_name(sign, item);
	printf(": %s\n", name);
}

static void tell_values(struct diff *diff, const struct kvmlib_state_item *item,
			const struct saved_register *a, const struct saved_register *b)
{
	char name[KVMLIB_REG_NAME_SIZE], left[REGISTER_TEXT_SIZE], right[REGISTER_TEXT_SIZE];

	kvmlib_reg_name(a->id, name, sizeof(name));
	register_text(left, a);
	register_text(right, b);
	if (diff->list) {
		put(diff, json_pack("{s:s, s:o, s:s, s:s, s:s}", "name", item->name, "vcpu",
				    vcpu_of(item), "register", name, "a", left, "b", right));
		return;
	}
	print_name('!', item);
	printf(": %s: %s and %s\n", name, left, right);
}

static void compare_registers(struct diff *diff, const struct kvmlib_state_item *a,
			      const struct kvmlib_state_item *b)
{
	struct saved_register one = { .next = 0 }, other;

	while (register_at(a, one.next, &one))
		if (!register_find(b, one.id, &other))
			tell_register(diff, a, one.id, '-');
		else if (memcmp(one.value, other.value, one.size) != 0)
			tell_values(diff, a, &one, &other);
	one.next = 0;
	while (register_at(b, one.next, &one))
		if (!register_find(a, one.id, &other))
			tell_register(diff, b, one.id, '+');
}

static void compare_bytes(struct diff *diff, const struct kvmlib_state_item *a,
			  const struct kvmlib_state_item *b)
{
	const uint8_t *left = a->data, *right = b->data;
	uint64_t first = a->length, count = 0;

	for (uint64_t i = 0; i < a->length; i++) {
		if (left[i] == right[i])
			continue;
		first = count ? first : i;
		count++;
	}
	tell_bytes(diff, a, first, count);
}

static bool are_same_msrs(const struct msr *a, const struct msr *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].index != b[i].index)
			return false;
	return true;
}

static void compare_msrs(struct diff *diff, const struct kvmlib_state_item *a,
			 const struct kvmlib_state_item *b)
{
	const struct msr *left = a->data, *right = b->data;
	size_t n = a->length / sizeof(*left);

	if (!are_same_msrs(left, right, n)) {
		compare_bytes(diff, a, b);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (left[i].data != right[i].data)
			tell_msr(diff, a, &left[i], &right[i]);
}

static void compare(struct diff *diff, const struct kvmlib_state_item *a,
		    const struct kvmlib_state_item *b)
{
	if (a->length == b->length && !memcmp(a->data, b->data, a->length))
		return;
	diff->is_different = true;
	if (registers_are_in(diff->architecture, a) && registers_are_in(diff->architecture, b))
		compare_registers(diff, a, b);
	else if (a->length != b->length)
		tell_length(diff, a, b);
	else if (!strcmp(a->name, "msrs"))
		compare_msrs(diff, a, b);
	else
		compare_bytes(diff, a, b);
}

static void look(struct diff *diff)
{
	struct kvmlib_state_item item, other;

	for (size_t i = 0; !kvmlib_state_at(diff->a, i, &item); i++)
		if (kvmlib_state_get(diff->b, item.name, item.instance, &other) < 0)
			tell_missing(diff, &item, '-');
		else
			compare(diff, &item, &other);
	for (size_t i = 0; !kvmlib_state_at(diff->b, i, &item); i++)
		if (kvmlib_state_get(diff->a, item.name, item.instance, &other) < 0)
			tell_missing(diff, &item, '+');
}

int state_compare(const char *command, const struct kvmlib_state *a, const struct kvmlib_state *b,
		  json_t *list)
{
	struct diff diff = { .a = a, .b = b, .list = list };
	uint32_t of_a = kvmlib_state_architecture(a), of_b = kvmlib_state_architecture(b);

	if (of_a != of_b) {
		say(command, "one state is of %s, the other of %s", state_architecture(of_a),
		    state_architecture(of_b));
		return STATUS_USAGE;
	}
	diff.architecture = of_a;
	look(&diff);
	if (diff.has_failed)
		return STATUS_HOST;
	return diff.is_different ? STATUS_NO : STATUS_OK;
}

int state_diff(const struct kvmlib_state *a, const struct kvmlib_state *b, bool json)
{
	json_t *list = json ? json_array() : NULL;
	int status = json && !list ? STATUS_HOST : state_compare(STATE, a, b, list);

	if (status > STATUS_NO)
		json_decref(list);
	else if (json && json_print_line(stdout, list) < 0)
		status = STATUS_HOST;
	return status;
}
