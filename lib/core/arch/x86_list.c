/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of CPUID entries and MSR numbers: what differs is the size of header and entry. */

#include "x86.h"

#include <stdlib.h>
#include <string.h>

/* Where a list of unknown length starts; all that KVM has of either kind fits. */
#define FIRST_CAPACITY 256U

/* No kernel gives or takes more, so room is made for no more. */
#define MAX_ENTRIES 65536U

/* No entry consists of it. */
#define UNWRITTEN 0xff

static uint32_t at_most_max(uint32_t count)
{
	return count < MAX_ENTRIES ? count : MAX_ENTRIES;
}

/* Zeroed, for the kernel looks at the padding of entries that it is about to fill. */
static uint32_t *list_new(const struct kvmlib__x86_list *list, uint32_t room)
{
	return calloc(1, list->header + room * list->entry);
}

static void *entries_of(const struct kvmlib__x86_list *list, uint32_t *head)
{
	return (unsigned char *)head + list->header;
}

static int no_memory(const struct kvmlib__x86_call *call)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = call->function, .cause = KVMLIB_CAUSE_NO_MEMORY, .errnum = -ENOMEM });
}

/* Some ioctls write the count that they need over one that is too small. */
static int failed(const struct kvmlib__x86_call *call, int errnum, uint32_t cause, uint32_t count,
		  uint32_t needed)
{
	struct kvmlib__failure *failure =
		KVMLIB__FAILURE(errnum, KVMLIB__VALUE(COUNT, count), KVMLIB__VALUE(NEEDED, needed));

	failure->cause = cause;
	if (errnum != -E2BIG || needed <= count)
		failure->nr_values = 1;
	return kvmlib__x86_failed(call, failure);
}

static bool is_unwritten(const struct kvmlib__x86_list *list, const unsigned char *entry)
{
	for (size_t i = 0; i < list->entry; i++)
		if (entry[i] != UNWRITTEN)
			return false;
	return true;
}

/* How many of the entries in a list with so much room are the kernel's. */
static uint32_t count_of(const struct kvmlib__x86_list *list, uint32_t *head, uint32_t room)
{
	const unsigned char *entries = entries_of(list, head);
	uint32_t count = *head < room ? *head : room;

	while (list->miscounted && count && is_unwritten(list, entries + (count - 1) * list->entry))
		count--;
	return count;
}

/* The list as the kernel left it, with its answer; NULL where there is no memory. */
static uint32_t *ask(const struct kvmlib__x86_call *call, const struct kvmlib__x86_list *list,
		     uint32_t room, int *ret_answer)
{
	uint32_t *head = list_new(list, room);

	if (!head) {
		*ret_answer = no_memory(call);
		return NULL;
	}
	*head = room;
	if (list->miscounted)
		memset(entries_of(list, head), UNWRITTEN, room * list->entry);
	*ret_answer = kvmlib__x86_ioctl(call, head);
	return head;
}

int kvmlib__x86_list_get(const struct kvmlib__x86_call *call, const struct kvmlib__x86_list *list,
			 void *entries, uint32_t capacity, uint32_t *ret_count)
{
	uint32_t room = at_most_max(capacity);
	int r;
	uint32_t *head = ask(call, list, room, &r);

	if (!head)
		return r;
	if (r < 0) {
		failed(call, r, 0, capacity, *head);
	} else {
		*ret_count = count_of(list, head, room);
		memcpy(entries, entries_of(list, head), *ret_count * list->entry);
	}
	free(head);
	return r;
}

int kvmlib__x86_list_get_alloc(const struct kvmlib__x86_call *call,
			       const struct kvmlib__x86_list *list, void **ret_entries,
			       uint32_t *ret_count)
{
	uint32_t room = FIRST_CAPACITY;
	uint32_t *head;
	int r;

	while ((head = ask(call, list, room, &r)) && r == -E2BIG && room < MAX_ENTRIES) {
		room = at_most_max(*head > 2 * room ? *head : 2 * room);
		free(head);
	}
	if (!head)
		return r;
	if (r < 0) {
		failed(call, r, r == -E2BIG ? KVMLIB_CAUSE_LIST_NEVER_FITS : 0, room, *head);
		free(head);
		return r;
	}
	*ret_count = count_of(list, head, room);
	*ret_entries = memmove(head, entries_of(list, head), *ret_count * list->entry);
	return r;
}

int kvmlib__x86_list_set(const struct kvmlib__x86_call *call, const struct kvmlib__x86_list *list,
			 const void *entries, uint32_t count)
{
	uint32_t room = at_most_max(count);
	uint32_t *head = list_new(list, room);
	int r;

	if (!head)
		return no_memory(call);
	*head = count;
	if (room)
		memcpy(entries_of(list, head), entries, room * list->entry);
	r = kvmlib__x86_ioctl(call, head);
	if (r < 0)
		failed(call, r, 0, count, 0);
	free(head);
	return r;
}
