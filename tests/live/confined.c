/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a program that may make the ioctls of a profile alone, as a container engine would: all
 * other system calls are let through.
 *
 *   confined [--with REQUEST] [--without REQUEST] PROFILE PROGRAM [ARGUMENT...]
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <jansson.h>
#include <seccomp.h>

#define FAILED	     99
#define LAST_SYSCALL 511
#define ARCH_PREFIX  "SCMP_ARCH_"

/* 0: none. */
struct change {
	uint64_t with;	  /* one more request that is let through */
	uint64_t without; /* one of the profile that is not */
};

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(FAILED);
}

static void check(int r, const char *what)
{
	if (r < 0)
		fail("confined: %s: %s", what, strerror(-r));
}

static json_t *load(const char *path)
{
	json_error_t error;
	json_t *profile = json_load_file(path, 0, &error);

	if (!profile)
		fail("confined: %s:%d: %s", path, error.line, error.text);
	return profile;
}

static json_t *member(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	if (!value)
		fail("confined: the profile lacks \"%s\"", name);
	return value;
}

static void require_text(json_t *value, const char *text)
{
	if (!json_is_string(value) || strcmp(json_string_value(value), text) != 0)
		fail("confined: \"%s\" where \"%s\" belongs", json_string_value(value), text);
}

/* One architecture, and it is this one: others have other numbers. */
static void require_native(json_t *list)
{
	const char *name = json_string_value(json_array_get(list, 0));
	char lower[32] = "";

	if (json_array_size(list) != 1 || strncmp(name, ARCH_PREFIX, strlen(ARCH_PREFIX)) != 0)
		fail("confined: not one architecture");
	name += strlen(ARCH_PREFIX);
	for (size_t i = 0; name[i] && i < sizeof(lower) - 1; i++)
		lower[i] = (char)tolower((unsigned char)name[i]);
	if (seccomp_arch_resolve_name(lower) != seccomp_arch_native())
		fail("confined: the profile is for %s", name);
}

static void allow_request(scmp_filter_ctx filter, uint64_t request)
{
	check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
			       SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, request)),
	      "seccomp_rule_add");
}

/* Adds what the rule says, and returns the request that it lets through. */
static uint64_t add_rule(scmp_filter_ctx filter, json_t *rule, uint64_t without)
{
	struct scmp_arg_cmp compared = { .op = SCMP_CMP_MASKED_EQ };
	json_int_t value, value_two;
	const char *name, *action, *op;
	int index;

	if (json_unpack(rule, "{s:[s!], s:s, s:[{s:i, s:I, s:I, s:s !}!]}", "names", &name,
			"action", &action, "args", "index", &index, "value", &value, "valueTwo",
			&value_two, "op", &op) < 0)
		fail("confined: not a rule with one argument");
	if (strcmp(name, "ioctl") != 0 || strcmp(action, "SCMP_ACT_ALLOW") != 0 ||
	    strcmp(op, "SCMP_CMP_MASKED_EQ") != 0)
		fail("confined: %s %s %s", name, action, op);
	compared.arg = (unsigned int)index;
	compared.datum_a = (scmp_datum_t)value;
	compared.datum_b = (scmp_datum_t)value_two;
	if (compared.datum_b != without)
		check(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, &compared),
		      "seccomp_rule_add_array");
	return compared.datum_b;
}

static void add_rules(scmp_filter_ctx filter, json_t *rules, uint64_t without)
{
	bool found = !without;
	json_t *rule;
	size_t i;

	json_array_foreach(rules, i, rule) found |= add_rule(filter, rule, without) == without;
	if (!found)
		fail("confined: the profile has no rule for 0x%" PRIx64, without);
}

/* By their numbers: what this libseccomp has no name for is let through as well. */
static void allow_others(scmp_filter_ctx filter)
{
	for (int number = 0; number <= LAST_SYSCALL; number++)
		if (number != SCMP_SYS(ioctl))
			check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0),
			      "seccomp_rule_add");
}

static void confine(json_t *profile, const struct change *change)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

	if (!filter)
		fail("confined: no filter");
	require_text(member(profile, "defaultAction"), "SCMP_ACT_KILL_PROCESS");
	require_native(member(profile, "architectures"));
	add_rules(filter, member(profile, "syscalls"), change->without);
	if (change->with)
		allow_request(filter, change->with);
	allow_others(filter);
	check(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "seccomp_attr_set");
	check(seccomp_load(filter), "seccomp_load");
	seccomp_release(filter);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "with", required_argument, NULL, 'w' },
						 { "without", required_argument, NULL, 'o' },
						 { NULL, 0, NULL, 0 } };
	struct change change = { 0, 0 };
	json_t *profile;
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1)
		*(option == 'w' ? &change.with : &change.without) = strtoull(optarg, NULL, 0);
	if (argc - optind < 2)
		fail("usage: confined [--with REQUEST] [--without REQUEST] PROFILE PROGRAM...");
	profile = load(argv[optind]);
	confine(profile, &change);
	json_decref(profile);
	execvp(argv[optind + 1], argv + optind + 1);
	fail("confined: %s: %s", argv[optind + 1], strerror(errno));
}
