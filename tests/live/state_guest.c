/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest that uses what is hardest to save: AVX registers, a guest of its own by SVM, system management
 * mode. It writes a byte to a port at each step; there it is saved, and goes on in another VM. What it
 * writes is the same as without.
 */

#include <runner.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define MEMORY_SIZE 0x40000U
#define START	    0x1000U
#define VMCB	    0x4000U
#define HOST_SAVE   0x5000U
#define TABLES	    0x6000U /* and the two pages behind */
#define STACK	    0xa000U
#define SMM_ENTRY   0x38000U
#define PORT	    0xe9U
#define SMI_STEP    's' /* an SMI comes here */
#define END_STEP    'e'
#define MAX_STEPS   32U

#define EFER_LONG     0x500U
#define EFER_SVME     0x1000U
#define CR0_PROTECTED 0x80000011U /* with paging, without task switches */
#define CR4_PAE	      0x20U
#define CR4_AVX	      0x40600U /* and what it takes */

/*
 * What %ymm5 holds is doubled, in the guest and in its own guest; the upper half of the sum is told.
 * Addresses are those above: START is where this is copied to.
 */
__asm__(".pushsection .rodata\n"
	"state_guest_code:\n"
	"	vmovdqu pattern(%rip), %ymm5\n"
	"	mov $'a', %al\n"
	"	out %al, $0xe9\n"
	"	call tell_double\n"
	"	mov $0xc0010117, %ecx\n" /* VM_HSAVE_PA */
	"	xor %edx, %edx\n"
	"	mov $0x5000, %eax\n"
	"	wrmsr\n"
	"	mov $'v', %al\n"
	"	out %al, $0xe9\n"
	"	mov $0x4000, %eax\n"
	"	vmrun %rax\n"
	"	mov $'g', %al\n" /* interrupts are held off */
	"	out %al, $0xe9\n"
	"	stgi\n"
	"	mov 0x4070, %al\n" /* why its guest has ended: VMMCALL is 0x81 */
	"	out %al, $0xe9\n"
	"	call tell_double\n"
	"	mov $'s', %al\n"
	"	out %al, $0xe9\n"
	"	call tell_double\n"
	"	mov $'e', %al\n"
	"	out %al, $0xe9\n"
	"	hlt\n"
	"state_guest_inner:\n"
	"	mov $'i', %al\n"
	"	out %al, $0xe9\n"
	"	call tell_double\n"
	"	vmmcall\n"
	"tell_double:\n"
	"	vpaddd %ymm5, %ymm5, %ymm5\n"
	"	vextracti128 $1, %ymm5, %xmm6\n"
	"	vmovd %xmm6, %eax\n"
	"	out %al, $0xe9\n"
	"	ret\n"
	"pattern:\n"
	"	.long 1, 2, 3, 4, 5, 6, 7, 8\n"
	"state_guest_end:\n"
	".code16\n"
	"state_guest_smm:\n"
	"	mov $'m', %al\n"
	"	out %al, $0xe9\n"
	"	mov $'M', %al\n"
	"	out %al, $0xe9\n"
	"	rsm\n"
	"state_guest_smm_end:\n"
	".code64\n"
	".popsection\n");
extern const uint8_t state_guest_code[], state_guest_inner[], state_guest_end[], state_guest_smm[],
	state_guest_smm_end[];

struct machine {
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_control *control;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_state_plan *plan;
	uint8_t *ram;
};

/* What was seen in the states that were saved. */
static struct {
	unsigned int nested, smm, smi, avx, closed;
} seen;

static const char *lacks(void)
{
	struct kvm_cpuid_entry2 *entries;
	bool has_svm = false, has_avx2 = false;
	uint32_t n;

	if (guest_has(KVMLIB_CAP_NESTED_STATE) <= 0 || guest_has(KVMLIB_CAP_X86_SMM) <= 0)
		return "no KVM_CAP_NESTED_STATE or KVM_CAP_X86_SMM";
	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &entries, &n), 0);
	for (uint32_t i = 0; i < n; i++) {
		has_svm |= entries[i].function == 0x80000001 && entries[i].ecx & 1U << 2;
		has_avx2 |= entries[i].function == 7 && entries[i].index == 0 &&
			    entries[i].ebx & 1U << 5;
	}
	free(entries);
	return has_svm && has_avx2 ? NULL : "no SVM or AVX2 in guests";
}

/* Making */

static void set_cpuid(struct kvmlib_vcpu *vcpu)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t n;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &entries, &n), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(vcpu, entries, n), 0);
	free(entries);
}

static void add_ram(struct machine *machine)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts),
							.name = "ram",
							.length = MEMORY_SIZE };
	/* The same in the address space that SMM has. */
	struct kvmlib_memory_region_opts smm = { .size = sizeof(smm),
						 .name = "smm",
						 .length = MEMORY_SIZE,
						 .backing = KVMLIB_MEMORY_POINTER,
						 .space = 1 };
	struct kvmlib_memory_region *region;

	ck_assert_int_eq(kvmlib_memory_new(machine->vm, NULL, &machine->memory), 0);
	ck_assert_int_eq(kvmlib_memory_add(machine->memory, &opts, &region), 0);
	machine->ram = kvmlib_memory_region_address(region);
	smm.address = machine->ram;
	ck_assert_int_eq(kvmlib_memory_add(machine->memory, &smm, NULL), 0);
}

static void make_plan(struct machine *machine)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &machine->vcpu,
						     .nr_vcpus = 1,
						     .control = machine->control,
						     .memory = machine->memory };

	ck_assert_int_eq(kvmlib_state_plan_new(machine->vm, &opts, &machine->plan), 0);
}

static struct machine machine_make(void)
{
	const struct kvmlib_control_opts opts = { .size = sizeof(opts),
						  .signo = (uint32_t)KICK_SIGNAL };
	struct machine machine;

	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &machine.vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_irqchip(machine.vm), 0);
	add_ram(&machine);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(machine.vm, 0, &machine.vcpu), 0);
	ck_assert_int_eq(kvmlib_control_new(machine.vm, &opts, &machine.control), 0);
	ck_assert_int_eq(kvmlib_control_join(machine.control, machine.vcpu), 0);
	make_plan(&machine);
	return machine;
}

static void machine_end(struct machine *machine)
{
	kvmlib_state_plan_free(machine->plan);
	ck_assert_int_ge(kvmlib_control_leave(machine->control, machine->vcpu), 0);
	kvmlib_control_unref(machine->control);
	kvmlib_vcpu_unref(machine->vcpu);
	kvmlib_memory_unref(machine->memory);
	kvmlib_vm_unref(machine->vm);
}

/* The guest's first state */

static void put(uint8_t *bytes, size_t offset, uint64_t value, size_t size)
{
	memcpy(bytes + offset, &value, size);
}

static void put_segment(uint8_t *vmcb, size_t offset, uint32_t attributes)
{
	put(vmcb, offset + 2, attributes, 2);
	put(vmcb, offset + 4, 0xffffffff, 4);
}

/* A guest of the guest: with its page tables, in 64-bit mode; VMRUN and VMMCALL are intercepted. */
static void fill_vmcb(uint8_t *vmcb)
{
	put(vmcb, 0x010, 3, 4);
	put(vmcb, 0x058, 1, 4);
	put_segment(vmcb, 0x400, 0xc93); /* ES */
	put_segment(vmcb, 0x410, 0xa9b); /* CS */
	put_segment(vmcb, 0x420, 0xc93); /* SS */
	put_segment(vmcb, 0x430, 0xc93); /* DS */
	put(vmcb, 0x4d0, EFER_LONG | EFER_SVME, 8);
	put(vmcb, 0x548, CR4_PAE | CR4_AVX, 8);
	put(vmcb, 0x550, TABLES, 8);
	put(vmcb, 0x558, CR0_PROTECTED, 8);
	put(vmcb, 0x560, 0x400, 8);
	put(vmcb, 0x568, 0xffff0ff0, 8);
	put(vmcb, 0x570, 2, 8);
	put(vmcb, 0x578, START + (uint64_t)(state_guest_inner - state_guest_code), 8);
	put(vmcb, 0x5d8, STACK - 0x800, 8);
	put(vmcb, 0x668, 0x0007040600070406, 8);
}

static void fill_ram(uint8_t *ram)
{
	memcpy(ram + START, state_guest_code, (size_t)(state_guest_end - state_guest_code));
	memcpy(ram + SMM_ENTRY, state_guest_smm, (size_t)(state_guest_smm_end - state_guest_smm));
	put(ram, TABLES, (TABLES + 0x1000) | 3, 8);
	put(ram, TABLES + 0x1000, (TABLES + 0x2000) | 3, 8);
	put(ram, TABLES + 0x2000, 0x83, 8); /* one page of 2 MiB */
	fill_vmcb(ram + VMCB);
}

static struct kvm_segment flat(uint8_t type, bool is_code)
{
	return (struct kvm_segment){ .limit = 0xffffffff,
				     .selector = is_code ? 8 : 16,
				     .type = type,
				     .present = 1,
				     .s = 1,
				     .g = 1,
				     .l = is_code,
				     .db = !is_code };
}

static void begin(struct machine *machine)
{
	const struct kvm_regs regs = { .rip = START, .rflags = 2, .rsp = STACK };
	const struct kvm_xcrs xcrs = { .nr_xcrs = 1, .xcrs = { { .xcr = 0, .value = 7 } } };
	struct kvm_sregs sregs;

	fill_ram(machine->ram);
	set_cpuid(machine->vcpu);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(machine->vcpu, &sregs), 0);
	sregs.cs = flat(11, true);
	sregs.ds = sregs.es = sregs.ss = flat(3, false);
	sregs.cr0 = CR0_PROTECTED;
	sregs.cr3 = TABLES;
	sregs.cr4 = CR4_PAE | CR4_AVX;
	sregs.efer = EFER_LONG | EFER_SVME;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(machine->vcpu, &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(machine->vcpu, &regs), 0);
	/* TCG does not intercept XSETBV: KVM would not learn of it. */
	ck_assert_int_eq(kvmlib_vcpu_set_xcrs(machine->vcpu, &xcrs), 0);
}

/* Steps */

static uint64_t where(struct machine *machine)
{
	struct kvm_regs regs = { .rip = 0 };

	(void)kvmlib_vcpu_get_regs(machine->vcpu, &regs);
	return regs.rip;
}

static uint8_t next_byte(struct machine *machine)
{
	struct kvmlib_exit_io io;

	do
		ck_assert_int_eq(kvmlib_control_run(machine->vcpu), 0);
	while (kvmlib_vcpu_exit_reason(machine->vcpu) == KVMLIB_EXIT_INTR);
	ck_assert_msg(kvmlib_vcpu_exit_reason(machine->vcpu) == KVMLIB_EXIT_IO, "%s at %#llx",
		      kvmlib_exit_name(kvmlib_vcpu_exit_reason(machine->vcpu)),
		      (unsigned long long)where(machine));
	ck_assert_int_eq(kvmlib_vcpu_exit_io(machine->vcpu, &io), 0);
	ck_assert_uint_eq(io.port, PORT);
	return *(const uint8_t *)io.data;
}

/* Bits of the components that the guest has in use, in the area's header. */
static bool has_avx(const struct kvmlib_state *state)
{
	struct kvmlib_state_item item;
	uint64_t components;

	ck_assert_int_eq(kvmlib_state_get(state, "xsave", 0, &item), 0);
	memcpy(&components, (const uint8_t *)item.data + 512, sizeof(components));
	return components & 4;
}

static void look(const struct kvmlib_state *state)
{
	const struct kvmlib_vcpu_events *events;
	const struct kvm_nested_state *nested;
	struct kvmlib_state_item item;

	ck_assert_int_eq(kvmlib_state_get(state, "events", 0, &item), 0);
	events = item.data;
	seen.smm += events->smi.smm;
	seen.smi += events->smi.pending;
	ck_assert_int_eq(kvmlib_state_get(state, "nested", 0, &item), 0);
	nested = item.data;
	seen.nested += (nested->flags & KVM_STATE_NESTED_GUEST_MODE) != 0;
	seen.closed += !(nested->flags & KVM_STATE_NESTED_GIF_SET);
	seen.avx += has_avx(state);
}

/* Another VM becomes what this one was. */
static void move(struct machine *machine)
{
	struct machine other = machine_make();
	struct kvmlib_state *state;
	char line[512];
	int r;

	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	r = kvmlib_state_save(machine->plan, state);
	kvmlib_error_format(line, sizeof(line));
	ck_assert_msg(!r, "%s", line);
	look(state);
	memcpy(other.ram, machine->ram, MEMORY_SIZE);
	machine_end(machine);
	r = kvmlib_state_restore(other.plan, state, NULL);
	kvmlib_error_format(line, sizeof(line));
	ck_assert_msg(!r, "%s", line);
	kvmlib_state_free(state);
	*machine = other;
}

static void run_through(char *text, bool moves)
{
	struct machine machine = machine_make();
	size_t n = 0;

	begin(&machine);
	do {
		ck_assert_uint_lt(n, MAX_STEPS - 1);
		text[n] = (char)next_byte(&machine);
		if (text[n] == SMI_STEP)
			ck_assert_int_eq(kvmlib_vcpu_smi(machine.vcpu), 0);
		if (moves)
			move(&machine);
	} while (text[n++] != END_STEP);
	text[n] = 0;
	machine_end(&machine);
}

START_TEST(state_of_a_hypervisor_in_smm_is_whole_at_each_step)
{
	/* 5 is doubled four times: in the guest, in its own, after that, and after the SMI */
	static const char expected[] = "a\x0avi\x14g\x81\x28smM\x50"
				       "e";
	const char *reason = lacks();
	char text[MAX_STEPS];

	if (reason)
		SKIP(reason);
	memset(&seen, 0, sizeof(seen));
	run_through(text, false);
	ck_assert_str_eq(text, expected);
	run_through(text, true);
	ck_assert_str_eq(text, expected);
	ck_assert_uint_eq(seen.nested, 2);
	ck_assert_uint_eq(seen.closed, 1);
	ck_assert_uint_eq(seen.smi, 1);
	ck_assert_uint_eq(seen.smm, 2);
	ck_assert_uint_ge(seen.avx, 10);
}
END_TEST

Suite *state_guest_suite(void)
{
	Suite *suite = suite_create("state_guest");
	TCase *tcase = tcase_create("guest");

	tcase_add_checked_fixture(tcase, guest_setup, guest_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, state_of_a_hypervisor_in_smm_is_whole_at_each_step);
	suite_add_tcase(suite, tcase);
	return suite;
}
