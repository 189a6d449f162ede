/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a state has. */
#include "state.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>

#include "../json.h"
#include "../tool.h"

#define LOONGARCH 258 /* which older headers lack */

const char *state_architecture(uint32_t number)
{
	static const struct {
		uint32_t number;
		const char *name;
	} names[] = {
		{ EM_X86_64, "x86-64" }, { EM_AARCH64, "arm64" }, { EM_RISCV, "riscv64" },
		{ EM_S390, "s390x" },	 { EM_PPC64, "ppc64" },	  { LOONGARCH, "loongarch64" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			return names[i].name;
	return "?";
}

static void print_item(const struct kvmlib_state_item *item)
{
	printf("%-31s ", item->name);
	if (item->instance == KVMLIB_STATE_VM)
		printf("%5s", "-");
	else
		printf("%5" PRIu64, item->instance);
	printf(" %10" PRIu64 " %7" PRIu32 "\n", item->length, item->version);
}

static int print_text(const struct kvmlib_state *state)
{
	struct kvmlib_state_item item;

	printf("%s, %zu items\n", state_architecture(kvmlib_state_architecture(state)),
	       kvmlib_state_count(state));
	printf("%-31s %5s %10s %7s\n", "item", "vCPU", "bytes", "version");
	for (size_t i = 0; !kvmlib_state_at(state, i, &item); i++)
		print_item(&item);
	return STATUS_OK;
}

static json_t *describe(const struct kvmlib_state_item *item)
{
	return json_pack("{s:s, s:o, s:I, s:i}", "name", item->name, "vcpu",
			 item->instance == KVMLIB_STATE_VM ? json_null()
							   : json_number(item->instance),
			 "bytes", (json_int_t)item->length, "version", (int)item->version);
}

static int print_json(const struct kvmlib_state *state)
{
	json_t *items = json_array();
	struct kvmlib_state_item item;
	int r = 0;

	for (size_t i = 0; !kvmlib_state_at(state, i, &item); i++)
		r |= json_array_append_new(items, describe(&item));
	if (r) {
		json_decref(items);
		items = NULL;
	}
	return json_print_line(stdout,
			       json_pack("{s:s, s:o}", "architecture",
					 state_architecture(kvmlib_state_architecture(state)),
					 "items", items)) < 0
		       ? STATUS_HOST
		       : STATUS_OK;
}

int state_info(const struct kvmlib_state *state, bool json)
{
	return json ? print_json(state) : print_text(state);
}
