/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading KVM's uevents: "change@DEVPATH", then "KEY=VALUE" for each variable, each with a NUL.
 *
 * The kernel is not the only one who can put a message on the socket, and a message may have been cut:
 * nothing here relies on what it should look like.
 */
#include "uevent.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const char title[] = "change@/devices/virtual/misc/kvm";

enum field { EVENT, PID, CREATED, COUNT, STATS_PATH, NR_FIELDS };

static const char *const keys[NR_FIELDS] = {
	[EVENT] = "EVENT=",	      [PID] = "PID=", [CREATED] = "CREATED=", [COUNT] = "COUNT=",
	[STATS_PATH] = "STATS_PATH=",
};

struct fields {
	const char *value[NR_FIELDS]; /* with a NUL, or NULL */
	bool is_repeated;
};

static void note_field(struct fields *fields, const char *variable)
{
	for (size_t i = 0; i < NR_FIELDS; i++) {
		size_t length = strlen(keys[i]);

		if (strncmp(variable, keys[i], length) != 0)
			continue;
		fields->is_repeated |= fields->value[i] != NULL;
		fields->value[i] = variable + length;
	}
}

/* False if the last variable has no NUL. */
static bool split(const char *message, size_t size, struct fields *fields)
{
	while (size) {
		size_t length = strnlen(message, size);

		if (length == size)
			return false;
		note_field(fields, message);
		message += length + 1;
		size -= length + 1;
	}
	return true;
}

/* Digits alone, and what ends them. */
static bool read_number(const char **text, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;
	const char *digit = *text;

	for (; isdigit((unsigned char)*digit); digit++) {
		uint64_t value = (uint64_t)(*digit - '0');

		if (number > (max - value) / 10)
			return false;
		number = number * 10 + value;
	}
	if (digit == *text)
		return false;
	*text = digit;
	*ret_number = number;
	return true;
}

static bool is_number(const char *text, uint64_t max, uint64_t *ret_number)
{
	return text && read_number(&text, max, ret_number) && !*text;
}

int uevent_parse_name(const char *name, int32_t *ret_pid, int32_t *ret_fd)
{
	uint64_t pid, fd;

	if (!read_number(&name, INT32_MAX, &pid) || !pid || *name++ != '-')
		return -1;
	if (!is_number(name, INT32_MAX, &fd))
		return -1;
	*ret_pid = (int32_t)pid;
	*ret_fd = (int32_t)fd;
	return 0;
}

/* A VM that KVM could give no folder, or another folder, is known by its PID alone. */
static int32_t read_fd(const char *path, int32_t pid)
{
	static const char folder[] = "/kvm/";
	int32_t owner, fd;

	if (!path || strncmp(path, folder, strlen(folder)) != 0 ||
	    uevent_parse_name(path + strlen(folder), &owner, &fd) < 0 || owner != pid)
		return -1;
	return fd;
}

static const char *read_numbers(const struct fields *fields, struct uevent *uevent)
{
	uint64_t pid;

	if (!is_number(fields->value[PID], INT32_MAX, &pid) || !pid)
		return "no PID";
	if (!is_number(fields->value[CREATED], UINT64_MAX, &uevent->created))
		return "no number of VMs created";
	if (!is_number(fields->value[COUNT], UINT64_MAX, &uevent->active))
		return "no number of VMs";
	uevent->pid = (int32_t)pid;
	uevent->fd = read_fd(fields->value[STATS_PATH], uevent->pid);
	return NULL;
}

static enum uevent_kind malformed(struct uevent *uevent, const char *reason)
{
	uevent->reason = reason;
	return UEVENT_MALFORMED;
}

static enum uevent_kind read_kind(const struct fields *fields, struct uevent *uevent)
{
	const char *event = fields->value[EVENT];
	enum uevent_kind kind = !strcmp(event, "create") ? UEVENT_CREATE : UEVENT_DESTROY;

	if (kind == UEVENT_DESTROY && strcmp(event, "destroy") != 0)
		return malformed(uevent, "unknown event");
	if (fields->is_repeated)
		return malformed(uevent, "a variable twice");
	uevent->reason = read_numbers(fields, uevent);
	return uevent->reason ? UEVENT_MALFORMED : kind;
}

/* What udevadm(8) asks the kernel to send for the device has no EVENT. */
enum uevent_kind uevent_parse(const char *message, size_t size, struct uevent *uevent)
{
	struct fields fields = { .is_repeated = false };

	if (size < sizeof(title) || memcmp(message, title, sizeof(title)) != 0)
		return UEVENT_OTHER;
	if (!split(message, size, &fields))
		return malformed(uevent, "cut short");
	return fields.value[EVENT] ? read_kind(&fields, uevent) : UEVENT_OTHER;
}
