/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "every.h"

#include <string.h>

#include <recording.h>

static const struct kvmlib_system_opts *recorded_opts(void)
{
	static struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	static struct record record;

	opts.sys = recorded(&record, NULL);
	return opts.sys ? &opts : NULL;
}

void machine_new(struct machine *machine)
{
	*machine = (struct machine){ .vcpu = NULL };
	ck_assert_int_eq(kvmlib_system_open(recorded_opts(), &machine->system), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(machine->system, NULL, &machine->vm), 0);
	ck_assert_int_eq(kvmlib_memory_new(machine->vm, NULL, &machine->memory), 0);
}

void machine_load(struct machine *machine, const struct program *program)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram),
						       .length = RAM_SIZE,
						       .name = "ram" };

	ck_assert_int_eq(kvmlib_memory_add(machine->memory, &ram, &machine->ram), 0);
	memcpy((uint8_t *)kvmlib_memory_region_address(machine->ram) + program->gpa, program->start,
	       (size_t)(program->end - program->start));
}

void machine_start(struct machine *machine, const struct program *program)
{
	machine_load(machine, program);
	machine->vcpu = start_vcpu(machine->vm, program->gpa);
}

void machine_free(struct machine *machine)
{
	kvmlib_vcpu_unref(machine->vcpu);
	kvmlib_memory_unref(machine->memory);
	kvmlib_vm_unref(machine->vm);
	kvmlib_system_unref(machine->system);
}

struct kvmlib_exit_mmio run_to_mmio(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_exit_mmio mmio;

	ck_assert_int_eq(kvmlib_vcpu_run(vcpu), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_MMIO);
	ck_assert_int_eq(kvmlib_vcpu_exit_mmio(vcpu, &mmio), 0);
	return mmio;
}

uint32_t told(struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_exit_mmio mmio = run_to_mmio(vcpu);
	uint32_t value = 0;

	ck_assert_uint_eq(mmio.gpa, TELL_GPA);
	ck_assert(mmio.is_write && mmio.len <= sizeof(value));
	memcpy(&value, mmio.data, mmio.len);
	return value;
}

void finish(struct kvmlib_vcpu *vcpu)
{
	if (!kvmlib_vcpu_exit_pending(vcpu))
		return;
	ck_assert_int_eq(kvmlib_vcpu_kick(vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(vcpu), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(vcpu), KVMLIB_EXIT_INTR);
	ck_assert_int_eq(kvmlib_vcpu_exit_pending(vcpu), 0);
}

struct kvmlib_state *state_of(struct kvmlib_state_plan *plan)
{
	struct kvmlib_state *state;

	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	ck_assert_int_eq(kvmlib_state_save(plan, state), 0);
	return state;
}

void expect_same(const struct kvmlib_state *a, const struct kvmlib_state *b, const char *item)
{
	struct kvmlib_state_item of_a, of_b;
	const uint64_t *there, *here;

	ck_assert_int_eq(kvmlib_state_get(a, item, KVMLIB_STATE_VM, &of_a), 0);
	ck_assert_int_eq(kvmlib_state_get(b, item, KVMLIB_STATE_VM, &of_b), 0);
	ck_assert_uint_gt(of_a.length, 0);
	ck_assert_uint_eq(of_a.length, of_b.length);
	there = of_a.data;
	here = of_b.data;
	for (size_t i = 0; i < of_a.length / sizeof(*there); i++)
		ck_assert_msg(there[i] == here[i], "%s, number %zu: 0x%llx was 0x%llx", item, i,
			      (unsigned long long)here[i], (unsigned long long)there[i]);
}
