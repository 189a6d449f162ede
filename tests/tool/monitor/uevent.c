/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KVM's messages as they are, as they might be, and as nobody should send them. */
#include <monitor/uevent.h>

#include <stdlib.h>
#include <string.h>

#include "suites.h"

/* As Linux 6.12 sends it. */
#define TITLE	"change@/devices/virtual/misc/kvm\0"
#define DEVICE	"ACTION=change\0DEVPATH=/devices/virtual/misc/kvm\0SUBSYSTEM=misc\0"
#define NUMBERS "CREATED=7\0COUNT=2\0"
#define REST	"MAJOR=10\0MINOR=232\0DEVNAME=kvm\0SEQNUM=1234\0"
#define CREATE	TITLE DEVICE NUMBERS "EVENT=create\0PID=4711\0STATS_PATH=/kvm/4711-11\0" REST

/* The message is given to the parser in memory of its size, with nothing behind. */
static enum uevent_kind parse(const char *message, size_t size, struct uevent *uevent)
{
	char *copy = malloc(size ? size : 1);
	enum uevent_kind kind;

	memcpy(copy, message, size);
	kind = uevent_parse(copy, size, uevent);
	free(copy);
	return kind;
}

#define PARSE(message, uevent) parse(message, sizeof(message) - 1, uevent)

START_TEST(create_tells_all)
{
	struct uevent uevent;

	ck_assert_int_eq(PARSE(CREATE, &uevent), UEVENT_CREATE);
	ck_assert_int_eq(uevent.pid, 4711);
	ck_assert_int_eq(uevent.fd, 11);
	ck_assert_uint_eq(uevent.created, 7);
	ck_assert_uint_eq(uevent.active, 2);
}
END_TEST

START_TEST(destroy_is_known)
{
	struct uevent uevent;

	ck_assert_int_eq(PARSE(TITLE DEVICE NUMBERS
			       "EVENT=destroy\0PID=1\0STATS_PATH=/kvm/1-0\0" REST,
			       &uevent),
			 UEVENT_DESTROY);
	ck_assert_int_eq(uevent.pid, 1);
	ck_assert_int_eq(uevent.fd, 0);
}
END_TEST

START_TEST(largest_values_are_kept)
{
	struct uevent uevent;

	ck_assert_int_eq(PARSE(TITLE "CREATED=18446744073709551615\0COUNT=18446744073709551615\0"
				     "EVENT=create\0PID=2147483647\0"
				     "STATS_PATH=/kvm/2147483647-2147483647\0",
			       &uevent),
			 UEVENT_CREATE);
	ck_assert_int_eq(uevent.pid, 2147483647);
	ck_assert_int_eq(uevent.fd, 2147483647);
	ck_assert_uint_eq(uevent.created, UINT64_MAX);
	ck_assert_uint_eq(uevent.active, UINT64_MAX);
}
END_TEST

#define WITH_PATH(path) TITLE NUMBERS "EVENT=create\0PID=12\0" path REST
#define TEXT(message)                        \
	{                                    \
		message, sizeof(message) - 1 \
	}

/* A VM without a folder in debugfs, or with one that is not as KVM names them. */
static const struct {
	const char *message;
	size_t size;
} without_fd[] = {
	TEXT(WITH_PATH("")),
	TEXT(WITH_PATH("STATS_PATH=\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/12\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/12-\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/12--1\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/12-x\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/12-3/\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/13-3\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/12-2147483648\0")),
	TEXT(WITH_PATH("STATS_PATH=/kvm/../12-3\0")),
	TEXT(WITH_PATH("STATS_PATH=12-3\0")),
};

START_TEST(descriptor_may_be_unknown)
{
	struct uevent uevent;

	ck_assert_int_eq(parse(without_fd[_i].message, without_fd[_i].size, &uevent),
			 UEVENT_CREATE);
	ck_assert_int_eq(uevent.pid, 12);
	ck_assert_int_eq(uevent.fd, -1);
}
END_TEST

static const struct {
	const char *message;
	size_t size;
} others[] = {
	TEXT(""),
	TEXT("\0"),
	TEXT("change"),
	TEXT("change@/devices/virtual/misc/kvm"), /* cut where the NUL would be */
	TEXT(TITLE),
	TEXT(TITLE DEVICE REST), /* what udevadm trigger makes */
	TEXT("add@/devices/virtual/misc/kvm\0" NUMBERS "EVENT=create\0PID=1\0"),
	TEXT("change@/devices/virtual/misc/kvm2\0" NUMBERS "EVENT=create\0PID=1\0"),
	TEXT("change@/devices/virtual/mem/null\0" NUMBERS "EVENT=create\0PID=1\0"),
	TEXT("libudev\0\xfe\xed\xca\xfe" CREATE), /* udev's own, of group 2 */
	TEXT(TITLE "XEVENT=create\0" NUMBERS "PID=1\0"),
};

START_TEST(other_messages_are_none_of_it)
{
	struct uevent uevent;

	ck_assert_int_eq(parse(others[_i].message, others[_i].size, &uevent), UEVENT_OTHER);
}
END_TEST

static const struct {
	const char *message;
	size_t size;
	const char *reason;
} malformed[] = {
#define BAD(message, reason)                         \
	{                                            \
		message, sizeof(message) - 1, reason \
	}
	BAD(TITLE NUMBERS "PID=1\0EVENT=create", "cut short"),
	BAD(TITLE "x", "cut short"),
	BAD(TITLE NUMBERS "PID=1\0EVENT=\0", "unknown event"),
	BAD(TITLE NUMBERS "PID=1\0EVENT=creates\0", "unknown event"),
	BAD(TITLE NUMBERS "EVENT=create\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=0\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=-1\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=+1\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID= 1\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=1 \0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=0x1\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=2147483648\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=99999999999999999999999999\0", "no PID"),
	BAD(TITLE NUMBERS "EVENT=create\0PID=1\0PID=1\0", "a variable twice"),
	BAD(TITLE NUMBERS "EVENT=create\0EVENT=create\0PID=1\0", "a variable twice"),
	BAD(TITLE NUMBERS "COUNT=2\0EVENT=create\0PID=1\0", "a variable twice"),
	BAD(TITLE "COUNT=1\0EVENT=create\0PID=1\0", "no number of VMs created"),
	BAD(TITLE "CREATED=18446744073709551616\0COUNT=1\0EVENT=create\0PID=1\0",
	    "no number of VMs created"),
	BAD(TITLE "CREATED=1\0EVENT=create\0PID=1\0", "no number of VMs"),
	BAD(TITLE "CREATED=1\0COUNT=x\0EVENT=create\0PID=1\0", "no number of VMs"),
};

START_TEST(malformed_messages_are_told)
{
	struct uevent uevent;

	ck_assert_int_eq(parse(malformed[_i].message, malformed[_i].size, &uevent),
			 UEVENT_MALFORMED);
	ck_assert_str_eq(uevent.reason, malformed[_i].reason);
}
END_TEST

/* Wherever a message is cut, it is not taken for a whole one, unless nothing but what is of no interest
 * is missing. */
START_TEST(cut_messages_are_not_taken_for_whole_ones)
{
	static const char message[] = CREATE;
	const size_t needed = sizeof(CREATE) - sizeof(REST);
	struct uevent uevent;

	for (size_t size = 0; size < sizeof(message); size++) {
		enum uevent_kind kind = parse(message, size, &uevent);

		if (kind == UEVENT_CREATE)
			ck_assert(size && !message[size - 1]);
		else
			ck_assert(kind == UEVENT_OTHER || kind == UEVENT_MALFORMED);
		if (size >= needed && !message[size - 1])
			ck_assert_int_eq(kind, UEVENT_CREATE);
	}
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 8;
}

/* Bytes changed at random, moved to other places, and cut: whatever comes, the parser stays within the
 * message (the sanitizers see to that) and returns values within their ranges. */
START_TEST(random_messages_do_no_harm)
{
	char message[sizeof(CREATE)];
	struct uevent uevent;
	uint32_t state = 1;

	for (unsigned int round = 0; round < 200000; round++) {
		size_t size = next_random(&state) % sizeof(message);

		memcpy(message, CREATE, sizeof(message));
		for (uint32_t n = next_random(&state) % 6; n; n--)
			message[next_random(&state) % sizeof(message)] =
				next_random(&state) % 2
					? (char)next_random(&state)
					: message[next_random(&state) % sizeof(message)];
		if (next_random(&state) % 2)
			size = sizeof(message) - 1;
		if (parse(message, size, &uevent) == UEVENT_CREATE) {
			ck_assert_int_gt(uevent.pid, 0);
			ck_assert_int_ge(uevent.fd, -1);
		}
	}
}
END_TEST

static const struct {
	const char *name;
	int32_t pid, fd;
} names[] = {
	{ "1234-11", 1234, 11 }, { "1-0", 1, 0 },	    { "", 0, 0 },
	{ ".", 0, 0 },		 { "exits", 0, 0 },	    { "1234", 0, 0 },
	{ "1234-", 0, 0 },	 { "-11", 0, 0 },	    { "0-11", 0, 0 },
	{ "1234-11x", 0, 0 },	 { "99999999999-1", 0, 0 }, { "1-99999999999", 0, 0 },
};

START_TEST(names_of_folders_are_read)
{
	int32_t pid = 0, fd = 0;
	int r = uevent_parse_name(names[_i].name, &pid, &fd);

	ck_assert_int_eq(r, names[_i].pid ? 0 : -1);
	ck_assert_int_eq(pid, names[_i].pid);
	ck_assert_int_eq(fd, names[_i].fd);
}
END_TEST

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

Suite *uevent_suite(void)
{
	Suite *suite = suite_create("uevent");
	TCase *tcase = tcase_create("uevent");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, create_tells_all);
	tcase_add_test(tcase, destroy_is_known);
	tcase_add_test(tcase, largest_values_are_kept);
	tcase_add_loop_test(tcase, descriptor_may_be_unknown, 0, COUNT_OF(without_fd));
	tcase_add_loop_test(tcase, other_messages_are_none_of_it, 0, COUNT_OF(others));
	tcase_add_loop_test(tcase, malformed_messages_are_told, 0, COUNT_OF(malformed));
	tcase_add_test(tcase, cut_messages_are_not_taken_for_whole_ones);
	tcase_add_test(tcase, random_messages_do_no_harm);
	tcase_add_loop_test(tcase, names_of_folders_are_read, 0, COUNT_OF(names));
	suite_add_tcase(suite, tcase);
	return suite;
}
