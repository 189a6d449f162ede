/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib info --seccomp`: what a container's filter must let through. */
#include "seccomp.h"

#include <stdbool.h>
#include <string.h>

#include "json.h"
#include "sets.h"
#include "tool.h"

#define COMMAND	    "info"
#define REQUEST_ARG 1 /* ioctl(fd, request, ...) */
#define NAMES	    256

static int print_list(void)
{
	for (size_t i = 0; i < nr_feature_sets; i++)
		printf("%-14s%s\n", feature_sets[i].name, feature_sets[i].what);
	return STATUS_OK;
}

static const char *set_names(char *buffer, size_t size)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < nr_feature_sets && used < size; i++)
		used += (size_t)snprintf(buffer + used, size - used, "%s, ", feature_sets[i].name);
	return buffer;
}

/* The bit of the set that is called so; 0: there is none. */
static uint32_t set_bit(const char *name, size_t length)
{
	for (size_t i = 0; i < nr_feature_sets; i++)
		if (strlen(feature_sets[i].name) == length &&
		    !memcmp(feature_sets[i].name, name, length))
			return UINT32_C(1) << i;
	return 0;
}

/* The bits of a list of sets; 0 after a message. */
static uint32_t parse_sets(const char *sets)
{
	char names[NAMES];
	uint32_t bits = 0;

	for (const char *name = sets;; name++) {
		size_t length = strcspn(name, ",");
		uint32_t bit = set_bit(name, length);

		if (!bit) {
			say(COMMAND, "--seccomp: no set \"%.*s\"; there are: %slist", (int)length,
			    name, set_names(names, sizeof(names)));
			return 0;
		}
		bits |= bit;
		name += length;
		if (!*name)
			return bits;
	}
}

/* Several sets may need an ioctl: the first one's rule is taken. */
static bool is_first(const struct set_rule *rule, uint32_t bits)
{
	if (!(bits >> rule->set & 1))
		return false;
	for (const struct set_rule *other = set_rules; other < rule; other++)
		if (bits >> other->set & 1 && other->request == rule->request)
			return false;
	return true;
}

static json_t *comment(const struct set_rule *rule)
{
	if (!rule->why)
		return json_string(rule->name);
	return json_pack("s++", rule->name, ": ", rule->why);
}

/* The kernel looks at 32 bits of the request; a comparison without a mask would look at 64, where
 * programs that carry the number in an int have a sign. */
static json_t *allow(const struct set_rule *rule)
{
	return json_pack("{s:o, s:[s], s:s, s:[{s:i, s:I, s:I, s:s}]}", "comment", comment(rule),
			 "names", "ioctl", "action", "SCMP_ACT_ALLOW", "args", "index", REQUEST_ARG,
			 "value", (json_int_t)UINT32_MAX, "valueTwo", (json_int_t)rule->request,
			 "op", "SCMP_CMP_MASKED_EQ");
}

static json_t *profile(uint32_t bits)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < nr_set_rules; i++) {
		if (!is_first(&set_rules[i], bits))
			continue;
		if (json_array_append_new(rules, allow(&set_rules[i])) < 0) {
			json_decref(rules);
			return NULL;
		}
	}
	return json_pack("{s:s, s:[s], s:o}", "defaultAction", "SCMP_ACT_KILL_PROCESS",
			 "architectures", set_arch, "syscalls", rules);
}

/* What can't be written is told where the program ends. */
static int print_profile(uint32_t bits)
{
	json_t *value = profile(bits);
	bool done = value && (!json_dumpf(value, stdout, JSON_INDENT(2)) || ferror(stdout));

	json_decref(value);
	if (!done) {
		say(COMMAND, "no memory");
		return STATUS_HOST;
	}
	putchar('\n');
	return STATUS_OK;
}

int tool_info_seccomp(const char *sets)
{
	uint32_t bits;

	if (!strcmp(sets, "list"))
		return print_list();
	bits = parse_sets(sets);
	return bits ? print_profile(bits) : STATUS_USAGE;
}
