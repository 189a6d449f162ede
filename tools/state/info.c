/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a state has. */
#include "state.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>

#include "../json.h"
#include "../tool.h"
#include "registers.h"

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

static void print_registers(const struct kvmlib_state_item *item)
{
	char name[KVMLIB_REG_NAME_SIZE], value[REGISTER_TEXT_SIZE];
	struct saved_register saved = { .next = 0 };

	while (register_at(item, saved.next, &saved)) {
		kvmlib_reg_name(saved.id, name, sizeof(name));
		printf("  %-29s %s\n", name, register_text(value, &saved));
	}
}

static int print_text(const struct kvmlib_state *state, bool registers)
{
	const uint32_t architecture = kvmlib_state_architecture(state);
	struct kvmlib_state_item item;

	printf("%s, %zu items\n", state_architecture(architecture), kvmlib_state_count(state));
	printf("%-31s %5s %10s %7s\n", "item", "vCPU", "bytes", "version");
	for (size_t i = 0; !kvmlib_state_at(state, i, &item); i++) {
		print_item(&item);
		if (registers && registers_are_in(architecture, &item))
			print_registers(&item);
	}
	return STATUS_OK;
}

static json_t *describe(const struct kvmlib_state_item *item)
{
	return json_pack("{s:s, s:o, s:I, s:i}", "name", item->name, "vcpu",
			 item->instance == KVMLIB_STATE_VM ? json_null()
							   : json_number(item->instance),
			 "bytes", (json_int_t)item->length, "version", (int)item->version);
}

static json_t *describe_registers(const struct kvmlib_state_item *item)
{
	char name[KVMLIB_REG_NAME_SIZE], value[REGISTER_TEXT_SIZE];
	struct saved_register saved = { .next = 0 };
	json_t *all = json_object();

	while (register_at(item, saved.next, &saved)) {
		kvmlib_reg_name(saved.id, name, sizeof(name));
		json_object_set_new(all, name, json_string(register_text(value, &saved)));
	}
	return all;
}

static int print_json(const struct kvmlib_state *state, bool registers)
{
	const uint32_t architecture = kvmlib_state_architecture(state);
	json_t *items = json_array();
	struct kvmlib_state_item item;
	int r = 0;

	for (size_t i = 0; !kvmlib_state_at(state, i, &item); i++) {
		json_t *one = describe(&item);

		if (registers && registers_are_in(architecture, &item))
			r |= json_object_set_new(one, "registers", describe_registers(&item));
		r |= json_array_append_new(items, one);
	}
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

int state_info(const struct kvmlib_state *state, bool json, bool registers)
{
	return json ? print_json(state, registers) : print_text(state, registers);
}
