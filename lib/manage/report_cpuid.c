/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a report tells of a host's CPU, as a table. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/cpuid.h>
#include <kvmlib/uapi_flags.h>

#include "../base/error.h"
#include "cpuid/hyperv.h"

/* A number at the start of a text, which goes on behind the character that ends it. */
static bool read_number(const char **text, char end, uint64_t *ret_number)
{
	char *behind;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	*ret_number = strtoull(*text, &behind, 0);
	*text = behind + 1;
	return !errno && *behind == end;
}

/* The leaf and register of "LEAF/SUBLEAF/REGISTER". */
static bool read_key(const char *key, struct kvmlib_cpuid_leaf *leaf, uint32_t *ret_reg)
{
	static const char *const registers[] = { "eax", "ebx", "ecx", "edx" };
	uint64_t number, subleaf = 0;

	if (!read_number(&key, '/', &number) || number > UINT32_MAX)
		return false;
	if (!strncmp(key, "-/", 2))
		key += 2;
	else if (!read_number(&key, '/', &subleaf) || subleaf > UINT32_MAX)
		return false;
	else
		leaf->flags = KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX;
	leaf->leaf = (uint32_t)number;
	leaf->subleaf = (uint32_t)subleaf;
	for (*ret_reg = 0; *ret_reg < 4; ++*ret_reg)
		if (!strcmp(key, registers[*ret_reg]))
			return true;
	return false;
}

/* The rest of the leaf may be there already. Registers that a report leaves out are 0. */
static int add_register(struct kvmlib_cpuid *cpuid, const char *key, const char *value)
{
	struct kvmlib_cpuid_leaf leaf = { 0 };
	const struct kvmlib_cpuid_leaf *found;
	uint64_t number;
	uint32_t reg;

	if (!read_key(key, &leaf, &reg) || !read_number(&value, '\0', &number) ||
	    number > UINT32_MAX)
		return -EPROTO;
	found = kvmlib_cpuid_get_leaf(cpuid, leaf.leaf, leaf.subleaf);
	if (found && found->flags == leaf.flags)
		leaf = *found;
	leaf.registers[reg] = (uint32_t)number;
	return kvmlib_cpuid_set_leaf(cpuid, &leaf);
}

/* What the host offers of Hyper-V stands beside the leaves. */
static int add_offer(struct kvmlib_cpuid *cpuid, const char *key, const char *value)
{
	struct kvmlib_cpuid_leaf leaf = { 0 };
	uint64_t number;
	uint32_t reg;

	if (!read_key(key, &leaf, &reg) || !read_number(&value, '\0', &number) ||
	    number > UINT32_MAX)
		return -EPROTO;
	kvmlib__hyperv_offer(cpuid, leaf.leaf, reg, (uint32_t)number);
	return 0;
}

/* Some MSRs are listed, but can't be read. */
static int add_msr(struct kvmlib_cpuid *cpuid, const char *key, const char *value)
{
	uint64_t index, number;

	if (!read_number(&key, '\0', &index) || index > UINT32_MAX)
		return -EPROTO;
	if (!strcmp(value, "unreadable"))
		return 0;
	if (!read_number(&value, '\0', &number))
		return -EPROTO;
	return kvmlib_cpuid_set_msr(cpuid, (uint32_t)index, number);
}

static const struct {
	const char *prefix;
	int (*add)(struct kvmlib_cpuid *cpuid, const char *key, const char *value);
} parts[] = {
	{ "cpuid/", add_register },
	{ "cpuid-hyperv/", add_offer },
	{ "msr-feature/", add_msr },
};

static int add_item(struct kvmlib_cpuid *cpuid, const struct kvmlib__item *item)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t size = strlen(parts[i].prefix);

		if (!strncmp(item->key, parts[i].prefix, size))
			return parts[i].add(cpuid, item->key + size, kvmlib__item_value(item));
	}
	return 0;
}

static int malformed(const char *function, size_t index)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = KVMLIB_CAUSE_CPUID_NO_REPORT,
						 .errnum = -EPROTO,
						 KVMLIB__VALUES(KVMLIB__VALUE(INDEX, index)) });
}

static int add_items(struct kvmlib_cpuid *cpuid, const struct kvmlib_report *report,
		     const char *function)
{
	int r = 0;

	for (size_t i = 0; !r && i < report->count; i++) {
		r = add_item(cpuid, &report->items[i]);
		if (r == -EPROTO)
			malformed(function, i);
		else if (r < 0)
			kvmlib__error_amend(function, report->items[i].key);
	}
	if (!r && !kvmlib_cpuid_leaf_at(cpuid, 0))
		r = malformed(function, report->count);
	return r;
}

int kvmlib_report_cpuid(const struct kvmlib_report *report, struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_cpuid *cpuid;
	int r;

	if (!report || !ret_cpuid)
		return KVMLIB__NULL_ARGUMENT(report ? 2 : 1);
	r = kvmlib_cpuid_new(&cpuid);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		return r;
	}
	r = add_items(cpuid, report, __func__);
	if (r < 0)
		kvmlib_cpuid_free(cpuid);
	else
		*ret_cpuid = cpuid;
	return r;
}
