/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "every.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kvm.h>

struct machine plain;

static void make_vm(struct machine *machine)
{
	*machine = (struct machine){ .vcpu = NULL };
	ck_assert_int_eq(kvmlib_system_open(live_opts(), &machine->system), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(machine->system, NULL, &machine->vm), 0);
}

void machine_new(struct machine *machine)
{
	make_vm(machine);
	ck_assert_int_eq(kvmlib_memory_new(machine->vm, NULL, &machine->memory), 0);
}

static int fds_before;

void plain_setup(void)
{
	struct kvm_userspace_memory_region slot = { .memory_size = RAM_SIZE };

	fds_before = count_fds();
	make_vm(&plain);
	plain.bytes =
		mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert(plain.bytes != MAP_FAILED);
	slot.userspace_addr = (uintptr_t)plain.bytes;
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(plain.vm, &slot), 0);
}

static void add_ram(struct machine *machine)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram),
						       .length = RAM_SIZE,
						       .name = "ram" };

	ck_assert_int_eq(kvmlib_memory_add(machine->memory, &ram, &machine->ram), 0);
	machine->bytes = kvmlib_memory_region_address(machine->ram);
}

void machine_load(struct machine *machine, const struct program *program)
{
	if (machine->memory)
		add_ram(machine);
	memcpy(machine->bytes + program->gpa, program->start,
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

void plain_teardown(void)
{
	machine_free(&plain);
	munmap(plain.bytes, RAM_SIZE);
	ck_assert_int_eq(count_fds(), fds_before);
}

int has(uint32_t capability)
{
	return kvmlib_vm_check_extension(plain.vm, capability);
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

void answer(struct kvmlib_vcpu *vcpu, uint16_t number)
{
	const struct kvmlib_exit_mmio mmio = run_to_mmio(vcpu);

	ck_assert_uint_eq(mmio.gpa, ASK_GPA);
	ck_assert(!mmio.is_write);
	memset(mmio.data, 0, mmio.len);
	memcpy(mmio.data, &number, sizeof(number));
}

void *map_vcpu(const struct machine *machine, size_t page, size_t size)
{
	void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			     kvmlib_vcpu_fd(machine->vcpu), (off_t)page * sysconf(_SC_PAGESIZE));

	ck_assert(address != MAP_FAILED);
	return address;
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
