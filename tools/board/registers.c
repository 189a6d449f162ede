/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers that have ids. */
#include "registers.h"

#if defined(__aarch64__) || defined(__riscv)
#include <inttypes.h>
#include <stdbool.h>

#include "../tool.h"

#define PER_LINE 3U
#define INSN	 4U

int reg_get(struct kvmlib_vcpu *vcpu, const char *name, uint64_t *ret_value)
{
	uint64_t id;

	if (kvmlib_reg_from_name(name, &id) < 0 ||
	    kvmlib_vcpu_get_one_reg(vcpu, id, ret_value, sizeof(*ret_value)) < 0)
		return say_error(RUN, "can't read the register %s", name);
	return STATUS_OK;
}

int reg_set(struct kvmlib_vcpu *vcpu, const char *name, uint64_t value)
{
	uint64_t id;

	if (kvmlib_reg_from_name(name, &id) < 0 ||
	    kvmlib_vcpu_set_one_reg(vcpu, id, &value, sizeof(value)) < 0)
		return say_error(RUN, "can't set the register %s", name);
	return STATUS_OK;
}

void regs_print(FILE *stream, struct kvmlib_vcpu *vcpu, const char *const *names, size_t n)
{
	uint64_t id, value;
	size_t printed = 0;

	for (size_t i = 0; i < n; i++) {
		if (kvmlib_reg_from_name(names[i], &id) < 0 ||
		    kvmlib_vcpu_get_one_reg(vcpu, id, &value, sizeof(value)) < 0)
			continue;
		fprintf(stream, "%s%-11s %016" PRIx64, printed % PER_LINE ? "  " : "    ", names[i],
			value);
		if (++printed % PER_LINE == 0)
			fputc('\n', stream);
	}
	if (printed % PER_LINE)
		fputc('\n', stream);
}

void code_print(FILE *stream, const struct machine *machine, uint64_t address)
{
	uint8_t code[INSN];
	uint64_t size = memory_peek(&machine->memory, address, code, sizeof(code));

	fprintf(stream, "    at 0x%" PRIx64 ":", address);
	for (uint64_t i = size; i > 0; i--)
		fprintf(stream, "%s%02x", i == size ? " " : "", code[i - 1]);
	fprintf(stream, "%s\n", size ? "" : " no memory");
}

static bool is_stopped(struct kvmlib_vcpu *vcpu)
{
	uint32_t state;

	return kvmlib_vcpu_get_mp_state(vcpu, &state) == 0 && state == KVMLIB_MP_STATE_STOPPED;
}

void where_print(FILE *stream, const struct machine *machine, uint32_t id)
{
	if (is_stopped(machine->vcpus[id])) {
		fprintf(stream, "  vCPU %" PRIu32 ", stopped\n", id);
		return;
	}
	fprintf(stream, "  vCPU %" PRIu32 ":\n", id);
	where_print_running(stream, machine, machine->vcpus[id]);
}
#endif
