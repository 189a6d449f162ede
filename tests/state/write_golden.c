/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writes states and an image as this library writes them: write_golden FOLDER. Those in tests/state/golden were written so
 * once, and stay; every later library has to read them. `make golden-states` writes the present ones.
 */
#include "blob.h"
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the two orders of bytes. */
#if defined(__s390x__)
#define OWN   "1-s390x-own.state"
#define IMAGE "1-s390x.image"
#else
#define OWN   "1-own.state"
#define IMAGE "1-x86.image"
#endif

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "write_golden: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

static void check(int r, const char *what)
{
	if (r < 0)
		die(what);
}

static void save_blob(struct blob *blob, const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (!file || fwrite(blob->data, blob->size, 1, file) != 1 || fclose(file) != 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	blob_free(blob);
}

static void save_file(const struct kvmlib_state *state, const char *folder, const char *name)
{
	struct blob blob = { 0 };

	check(blob_write(&blob, state), name);
	save_blob(&blob, folder, name);
}

static struct kvmlib_state *new_state(void)
{
	struct kvmlib_state *state;

	check(kvmlib_state_new(&state), "a state");
	return state;
}

static void write_empty(const char *folder)
{
	struct kvmlib_state *state = new_state();

	save_file(state, folder, "1-empty.state");
	kvmlib_state_free(state);
}

/* A program's own, of all lengths about that of a word. */
static void put_own(struct kvmlib_state *state)
{
	static const char text[] = "seventeen letters";

	for (uint64_t i = 0; i < sizeof(text); i++)
		check(kvmlib_state_put(state, "golden.text", i, 7, text, i), "an item");
	check(kvmlib_state_put(state, "golden.longest.name.of.an.item.", KVMLIB_STATE_VM,
			       UINT32_MAX, "VM", 2),
	      "an item");
}

static void write_own(const char *folder)
{
	struct kvmlib_state *state = new_state();

	put_own(state);
	save_file(state, folder, OWN);
	kvmlib_state_free(state);
}

#define IMAGE_PAGES 4U

/* Page 1 is not zeros, and the end of page 3. */
static void fill(uint8_t *ram)
{
	memset(ram + 4096, 0x5a, 4096);
	memcpy(ram + IMAGE_PAGES * 4096 - 6, "golden", 6);
}

static struct kvmlib_memory *new_memory(struct kvmlib_vm *vm)
{
	const struct kvmlib_memory_region_opts opts = {
		.size = sizeof(opts), .name = "ram", .gpa = 0x10000, .length = IMAGE_PAGES * 4096
	};
	struct kvmlib_memory_region *region;
	struct kvmlib_memory *memory;

	check(kvmlib_memory_new(vm, NULL, &memory), "a memory map");
	check(kvmlib_memory_add(memory, &opts, &region), "a region of four pages");
	fill(kvmlib_memory_region_address(region));
	return memory;
}

static void save_image(struct kvmlib_vm *vm, const char *folder)
{
	struct kvmlib_image_opts opts = { .size = sizeof(opts) };
	struct kvmlib_memory *memory = new_memory(vm);
	struct kvmlib_state *state = new_state();
	struct blob blob = { 0 };

	put_own(state);
	opts.state = state;
	check(kvmlib_image_write(memory, &opts, blob_append, &blob, NULL), IMAGE);
	save_blob(&blob, folder, IMAGE);
	kvmlib_state_free(state);
	kvmlib_memory_unref(memory);
}

static void write_image(const char *folder)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	struct kvmlib_system *system;
	struct kvmlib_sim *sim;
	struct kvmlib_vm *vm;

	check(kvmlib_sim_new(&sim), "a kernel");
	opts.sys = kvmlib_sim_sys_ops(sim);
	check(kvmlib_system_open(&opts, &system), "a system");
	check(kvmlib_system_create_vm(system, NULL, &vm), "a VM");
	save_image(vm, folder);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	kvmlib_sim_free(sim);
}

#if defined(__x86_64__)

#include <linux/kvm.h>

#define MSR_STAR  0xc0000081U
#define MSR_TSC	  0x10U
#define XMM0	  40U /* words of the XSAVE area */
#define XSTATE_BV 128U
#define APIC_TPR  0x80U

/* Nothing is as a reset leaves it. */
static void set_registers(struct kvmlib_vcpu *vcpu, uint64_t i)
{
	const struct kvm_regs regs = { .rax = 0x100 + i, .rip = 0x1000, .rflags = 2 };
	const struct kvm_msr_entry msrs[] = { { .index = MSR_STAR, .data = 0x200 + i },
					      { .index = MSR_TSC, .data = 1000000 + i } };
	struct kvm_debugregs debugregs;
	struct kvm_sregs sregs;

	check(kvmlib_vcpu_get_sregs(vcpu, &sregs), "special registers");
	sregs.cr2 = 0x400 + i;
	check(kvmlib_vcpu_set_sregs(vcpu, &sregs), "special registers");
	check(kvmlib_vcpu_set_regs(vcpu, &regs), "registers");
	check(kvmlib_vcpu_set_msrs(vcpu, msrs, 2), "MSRs");
	check(kvmlib_vcpu_get_debugregs(vcpu, &debugregs), "debug registers");
	debugregs.db[0] = 0x300 + i;
	check(kvmlib_vcpu_set_debugregs(vcpu, &debugregs), "debug registers");
}

static void set_areas(struct kvmlib_vcpu *vcpu, uint64_t i)
{
	struct kvm_xsave xsave;
	struct kvm_lapic_state lapic;

	check(kvmlib_vcpu_get_xsave(vcpu, &xsave, sizeof(xsave)), "extended state");
	xsave.region[XMM0] = (uint32_t)(0x500 + i);
	xsave.region[XSTATE_BV] = 3;
	check(kvmlib_vcpu_set_xsave(vcpu, &xsave, sizeof(xsave)), "extended state");
	check(kvmlib_vcpu_get_lapic(vcpu, &lapic), "the local APIC");
	lapic.regs[APIC_TPR] = (char)(0x10 + i);
	check(kvmlib_vcpu_set_lapic(vcpu, &lapic), "the local APIC");
}

static void set_vcpu(struct kvmlib_vcpu *vcpu, uint64_t i)
{
	struct kvmlib_vcpu_events events;

	set_registers(vcpu, i);
	set_areas(vcpu, i);
	check(kvmlib_vcpu_get_vcpu_events(vcpu, &events), "events");
	events.nmi.masked = 1;
	check(kvmlib_vcpu_set_vcpu_events(vcpu, &events), "events");
	check(kvmlib_vcpu_set_mp_state(vcpu, i ? KVMLIB_MP_STATE_RUNNABLE : KVMLIB_MP_STATE_HALTED),
	      "the state of the processor");
}

static void set_cpuid(const struct machine *machine)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t n;

	check(kvmlib_system_get_supported_cpuid_alloc(machine->system, &entries, &n), "CPUID");
	for (uint32_t i = 0; i < MACHINE_VCPUS; i++)
		check(kvmlib_vcpu_set_cpuid2(machine->vcpus[i], entries, n), "CPUID");
	free(entries);
}

static void set_vm(const struct machine *machine)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = 40, .type = KVMLIB_IRQ_ROUTING_MSI };
	const struct kvmlib_clock_data clock = { .clock = 123456789 };
	struct kvm_irqchip pic = { .chip_id = KVMLIB_IRQCHIP_PIC_MASTER };
	struct kvm_pit_state2 pit;

	entry.u.msi.address_lo = 0xfee00000;
	entry.u.msi.data = 0x41;
	check(kvmlib_routes_add(machine->routes, "disk", &entry, NULL), "a route");
	check(kvmlib_vm_set_clock(machine->vm, &clock), "the clock");
	check(kvmlib_vm_get_irqchip(machine->vm, &pic), "the PIC");
	pic.chip.pic.imr = 0xfb;
	check(kvmlib_vm_set_irqchip(machine->vm, &pic), "the PIC");
	check(kvmlib_vm_get_pit2(machine->vm, &pit), "the PIT");
	pit.channels[0].count = 777;
	check(kvmlib_vm_set_pit2(machine->vm, &pit), "the PIT");
}

static void write_vm(const char *folder, const char *name, uint32_t flags)
{
	struct kvmlib_state *state = new_state();
	struct machine machine;

	if (!machine_make(&machine, flags))
		die("the machine");
	set_cpuid(&machine);
	for (uint32_t i = 0; i < MACHINE_VCPUS; i++)
		set_vcpu(machine.vcpus[i], i);
	set_vm(&machine);
	check(kvmlib_state_save(machine.plan, state), name);
	check(kvmlib_state_put(state, "golden.own", 1, 2, "beside KVM's", 12), "an item");
	save_file(state, folder, name);
	machine_drop(&machine);
	kvmlib_state_free(state);
}

static void write_vms(const char *folder)
{
	write_vm(folder, "1-x86-vm.state", 0);
	write_vm(folder, "1-x86-old-sregs.state", MACHINE_OLD_SREGS);
}

#else

static void write_vms(const char *folder)
{
	(void)folder;
}

#endif

int main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: write_golden FOLDER\n");
		return EXIT_FAILURE;
	}
	write_empty(argv[1]);
	write_own(argv[1]);
	write_image(argv[1]);
	write_vms(argv[1]);
	return EXIT_SUCCESS;
}
