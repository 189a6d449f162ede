/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each dependency between the steps of restoring, on the kernel at hand: a state for which it matters is
 * restored in the plan's order, and with the one step before the other. The first gives the state back,
 * the second does not.
 */

#include <runner.h>

#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define MACHINE_SIZE 0x4000U
#define CODE	     0x1000U
#define CLOCK_PAGE   0x2000U /* the guest's kvmclock */
#define NESTED_PAGE  0x3000U
#define MAX_STEPS    64U

#define FAR_TABLES	 (UINT64_C(1) << 38)
#define CR0_PAGING	 0x80000001U
#define CR4_PAE		 0x20U
#define EFER_LONG	 0x500U
#define EFER_SVME	 (1U << 12)
#define APIC_ENABLED	 (1U << 11)
#define APIC_ID		 0x20U
#define APIC_SPURIOUS	 0xf0U
#define APIC_IRR	 0x200U
#define APIC_TIMER	 0x320U
#define TIMER_DEADLINE	 (2U << 17)
#define TIMER_VECTOR	 0x41U
#define MSR_TSC		 0x10U
#define MSR_TSC_DEADLINE 0x6e0U
#define MSR_KVMCLOCK	 0x4b564d01U
#define CLOCK_FLAGS	 29U /* where they are in the guest's kvmclock */
#define CLOCK_STOPPED	 2U
#define APART		 UINT64_C(10000000000) /* of two counters, in ticks */
#define LATER		 (UINT64_C(1) << 50)   /* far from any host's counter */

struct machine {
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	uint8_t *ram;
	struct kvmlib_vcpu *vcpus[2];
};

static struct machine source, ordered, reversed;

/* Machines */

static void machine_make(struct machine *machine)
{
	static const uint8_t code[] = { 0xe6, 0xe9, 0xf4 }; /* out 0xe9, al; hlt */
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram),
						       .name = "ram",
						       .length = MACHINE_SIZE };
	struct kvmlib_memory_region *region;

	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &machine->vm), 0);
	if (guest_has(KVMLIB_CAP_EXCEPTION_PAYLOAD) > 0)
		ck_assert_int_eq(kvmlib_vm_enable_exception_payload(machine->vm, 1), 0);
	ck_assert_int_eq(kvmlib_vm_create_irqchip(machine->vm), 0);
	ck_assert_int_eq(kvmlib_memory_new(machine->vm, NULL, &machine->memory), 0);
	ck_assert_int_eq(kvmlib_memory_add(machine->memory, &ram, &region), 0);
	machine->ram = kvmlib_memory_region_address(region);
	memcpy(machine->ram + CODE, code, sizeof(code));
	for (uint32_t i = 0; i < 2; i++)
		ck_assert_int_eq(kvmlib_vm_create_vcpu(machine->vm, i, &machine->vcpus[i]), 0);
}

static void machine_end(struct machine *machine)
{
	for (uint32_t i = 0; i < 2; i++)
		kvmlib_vcpu_unref(machine->vcpus[i]);
	kvmlib_memory_unref(machine->memory);
	kvmlib_vm_unref(machine->vm);
	memset(machine, 0, sizeof(*machine));
}

/* What the host gives; KVM has a timer with deadlines even where it does not say so. */
static void set_cpuid(struct machine *machine)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t n;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &entries, &n), 0);
	for (uint32_t i = 0; i < n; i++)
		if (entries[i].function == 1)
			entries[i].ecx |= 1U << 24;
	for (uint32_t i = 0; i < 2; i++)
		ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(machine->vcpus[i], entries, n), 0);
	free(entries);
}

static struct kvm_cpuid_entry2 cpuid_of_host(uint32_t leaf)
{
	struct kvm_cpuid_entry2 *entries, found = { .function = leaf };
	uint32_t n;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &entries, &n), 0);
	for (uint32_t i = 0; i < n; i++)
		if (entries[i].function == leaf && entries[i].index == 0)
			found = entries[i];
	free(entries);
	return found;
}

static struct kvm_sregs get_sregs(struct machine *machine)
{
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(machine->vcpus[0], &sregs), 0);
	return sregs;
}

static void set_sregs(struct machine *machine, const struct kvm_sregs *sregs)
{
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(machine->vcpus[0], sregs), 0);
}

static uint64_t get_msr(struct machine *machine, uint32_t index)
{
	struct kvm_msr_entry entry = { .index = index };

	ck_assert_int_eq(kvmlib_vcpu_get_msrs(machine->vcpus[0], &entry, 1), 1);
	return entry.data;
}

static void set_msr(struct machine *machine, uint32_t index, uint64_t value)
{
	const struct kvm_msr_entry entry = { .index = index, .data = value };

	ck_assert_int_eq(kvmlib_vcpu_set_msrs(machine->vcpus[0], &entry, 1), 1);
}

static uint32_t get_apic(struct machine *machine, uint32_t offset)
{
	struct kvm_lapic_state lapic;
	uint32_t value;

	ck_assert_int_eq(kvmlib_vcpu_get_lapic(machine->vcpus[0], &lapic), 0);
	memcpy(&value, lapic.regs + offset, sizeof(value));
	return value;
}

static void set_apic(struct machine *machine, uint32_t offset, uint32_t value)
{
	struct kvm_lapic_state lapic;

	ck_assert_int_eq(kvmlib_vcpu_get_lapic(machine->vcpus[0], &lapic), 0);
	memcpy(lapic.regs + offset, &value, sizeof(value));
	ck_assert_int_eq(kvmlib_vcpu_set_lapic(machine->vcpus[0], &lapic), 0);
}

static struct kvmlib_vcpu_events get_events(struct machine *machine)
{
	struct kvmlib_vcpu_events events;

	ck_assert_int_eq(kvmlib_vcpu_get_vcpu_events(machine->vcpus[0], &events), 0);
	return events;
}

/* Let the guest do one instruction that exits. */
static void run(struct machine *machine)
{
	const struct kvm_regs regs = { .rip = CODE, .rflags = 2 };
	struct kvm_sregs sregs = get_sregs(machine);

	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	set_sregs(machine, &sregs);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(machine->vcpus[0], &regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(machine->vcpus[0]), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(machine->vcpus[0]), KVMLIB_EXIT_IO);
}

/* Dependencies: what is in the state, what the other machines have before, and what they have after. */

/* Where its page tables can be: without a CPUID, below 36 bits. */
static const char *lacks_wide_addresses(void)
{
	return (cpuid_of_host(0x80000008).eax & 0xff) > 38 ? NULL
							   : "no addresses of more than 38 bits";
}

static void set_cr3(struct machine *machine)
{
	struct kvm_sregs sregs = get_sregs(machine);

	sregs.cr3 = FAR_TABLES;
	sregs.cr4 |= CR4_PAE;
	sregs.efer |= EFER_LONG;
	sregs.cr0 |= CR0_PAGING;
	set_sregs(machine, &sregs);
}

static uint64_t get_cr3(struct machine *machine)
{
	return get_sregs(machine).cr3;
}

static const char *lacks_newer(void)
{
	return guest_has(KVMLIB_CAP_SREGS2) > 0 ? NULL : "no KVM_CAP_SREGS2";
}

static const char *lacks_older(void)
{
	return guest_has(KVMLIB_CAP_SREGS2) > 0 ? "there is KVM_CAP_SREGS2" : NULL;
}

static const char *lacks_newer_width(void)
{
	return lacks_newer() ? lacks_newer() : lacks_wide_addresses();
}

static const char *lacks_older_width(void)
{
	return lacks_older() ? lacks_older() : lacks_wide_addresses();
}

static const char *lacks_xcrs(void)
{
	if (guest_has(KVMLIB_CAP_XCRS) <= 0)
		return "no KVM_CAP_XCRS";
	return cpuid_of_host(0xd).eax & 2 ? NULL : "no XSAVE";
}

static void set_xcr0(struct machine *machine)
{
	struct kvm_xcrs xcrs = { .nr_xcrs = 1, .xcrs = { { .xcr = 0, .value = 3 } } };

	ck_assert_int_eq(kvmlib_vcpu_set_xcrs(machine->vcpus[0], &xcrs), 0);
}

static uint64_t get_xcr0(struct machine *machine)
{
	struct kvm_xcrs xcrs;

	ck_assert_int_eq(kvmlib_vcpu_get_xcrs(machine->vcpus[0], &xcrs), 0);
	return xcrs.xcrs[0].value;
}

static const char *lacks_amx(void)
{
	return "the simulated kernel has this: no host at hand has AMX";
}

static const char *lacks_vmx(void)
{
	return "no host at hand has VMX";
}

static const char *lacks_tsc_control(void)
{
	return "the simulated kernel has this: no host at hand has KVM_CAP_TSC_CONTROL";
}

static const char *lacks_checked_msrs(void)
{
	return "the simulated kernel has this: kernels differ in which they check";
}

static const char *lacks_svm(void)
{
	if (guest_has(KVMLIB_CAP_NESTED_STATE) <= 0)
		return "no KVM_CAP_NESTED_STATE";
	return cpuid_of_host(0x80000001).ecx & 1U << 2 ? NULL : "no SVM in guests";
}

static const char *lacks_newer_svm(void)
{
	return lacks_newer() ? lacks_newer() : lacks_svm();
}

static const char *lacks_older_svm(void)
{
	return lacks_older() ? lacks_older() : lacks_svm();
}

static const char *lacks_svm_and_smm(void)
{
	return guest_has(KVMLIB_CAP_X86_SMM) > 0 ? lacks_svm() : "no KVM_CAP_X86_SMM";
}

static void allow_svm(struct machine *machine)
{
	struct kvm_sregs sregs = get_sregs(machine);

	sregs.efer |= EFER_SVME;
	set_sregs(machine, &sregs);
}

static void set_nested(struct machine *machine, uint16_t flags, struct kvm_nested_state *state,
		       uint32_t size)
{
	state->flags = flags;
	state->format = KVM_STATE_NESTED_FORMAT_SVM;
	state->size = size;
	ck_assert_int_eq(kvmlib_vcpu_set_nested_state(machine->vcpus[0], state, size), 0);
}

static uint16_t nested_flags(struct machine *machine)
{
	_Alignas(8) uint8_t state[sizeof(struct kvm_nested_state) + 4096];

	ck_assert_int_eq(kvmlib_vcpu_get_nested_state(machine->vcpus[0], state, sizeof(state)), 0);
	return ((struct kvm_nested_state *)state)->flags;
}

static void put(uint8_t *vmcb, size_t offset, uint64_t value)
{
	memcpy(vmcb + offset, &value, sizeof(value));
}

/* A guest of the guest: what VMRUN has looked at, and what its caller had then. */
static void enter_nested_guest(struct machine *machine)
{
	_Alignas(8) uint8_t bytes[sizeof(struct kvm_nested_state) + 4096] = { 0 };
	struct kvm_nested_state *state = (struct kvm_nested_state *)bytes;
	uint8_t *vmcb = bytes + sizeof(*state);

	allow_svm(machine);
	put(vmcb, 0x010, 1);	      /* VMRUN is intercepted */
	put(vmcb, 0x058, 1);	      /* ASID */
	put(vmcb, 0x4d0, EFER_SVME);  /* EFER */
	put(vmcb, 0x558, 0x80000001); /* CR0 */
	put(vmcb, 0x560, 0x400);      /* DR7 */
	put(vmcb, 0x568, 0xffff0ff0); /* DR6 */
	put(vmcb, 0x570, 2);	      /* RFLAGS */
	state->hdr.svm.vmcb_pa = NESTED_PAGE;
	set_nested(machine, KVM_STATE_NESTED_GUEST_MODE | KVM_STATE_NESTED_GIF_SET, state,
		   sizeof(bytes));
}

static uint64_t is_in_nested_guest(struct machine *machine)
{
	return (nested_flags(machine) & KVM_STATE_NESTED_GUEST_MODE) != 0;
}

static void enter_smm(struct machine *machine)
{
	struct kvmlib_vcpu_events events = get_events(machine);

	events.flags = KVMLIB_VCPUEVENT_VALID_SMM;
	events.smi.smm = 1;
	ck_assert_int_eq(kvmlib_vcpu_set_vcpu_events(machine->vcpus[0], &events), 0);
}

static void rename_apic(struct machine *machine)
{
	set_apic(machine, APIC_ID, 5U << 24);
}

static void switch_apic_off(struct machine *machine)
{
	struct kvm_sregs sregs = get_sregs(machine);

	sregs.apic_base &= ~(uint64_t)APIC_ENABLED;
	set_sregs(machine, &sregs);
}

static uint64_t apic_name(struct machine *machine)
{
	return get_apic(machine, APIC_ID) >> 24;
}

static const char *lacks_pending_exceptions(void)
{
	return guest_has(KVMLIB_CAP_EXCEPTION_PAYLOAD) > 0 ? NULL : "no KVM_CAP_EXCEPTION_PAYLOAD";
}

static void have_exception(struct machine *machine)
{
	struct kvmlib_vcpu_events events = get_events(machine);

	events.flags = KVMLIB_VCPUEVENT_VALID_PAYLOAD;
	events.exception.pending = 1;
	events.exception.nr = 13;
	events.exception.has_error_code = 1;
	ck_assert_int_eq(kvmlib_vcpu_set_vcpu_events(machine->vcpus[0], &events), 0);
}

static uint64_t has_exception(struct machine *machine)
{
	return get_events(machine).exception.pending;
}

static const char *lacks_tsc_offsets(void)
{
	uint64_t offset = APART;

	if (kvmlib_vcpu_set_device_attr(guest.vcpu, KVMLIB_VCPU_TSC_CTRL, KVMLIB_VCPU_TSC_OFFSET,
					&offset) < 0 ||
	    kvmlib_vcpu_get_device_attr_u64(guest.vcpu, KVMLIB_VCPU_TSC_CTRL,
					    KVMLIB_VCPU_TSC_OFFSET, &offset) < 0)
		return "this kernel has no KVM_VCPU_TSC_OFFSET";
	return offset == APART ? NULL : "this host's guests all have the host's time stamp counter";
}

static uint64_t get_offset(struct machine *machine, size_t vcpu)
{
	uint64_t offset;

	ck_assert_int_eq(kvmlib_vcpu_get_device_attr_u64(machine->vcpus[vcpu], KVMLIB_VCPU_TSC_CTRL,
							 KVMLIB_VCPU_TSC_OFFSET, &offset),
			 0);
	return offset;
}

static void move_apart(struct machine *machine)
{
	uint64_t offset = get_offset(machine, 0) + APART;

	ck_assert_int_eq(kvmlib_vcpu_set_device_attr(machine->vcpus[1], KVMLIB_VCPU_TSC_CTRL,
						     KVMLIB_VCPU_TSC_OFFSET, &offset),
			 0);
}

static uint64_t distance(struct machine *machine)
{
	return get_offset(machine, 1) - get_offset(machine, 0);
}

static void set_deadline(struct machine *machine)
{
	set_msr(machine, MSR_TSC, 1);
	set_apic(machine, APIC_SPURIOUS, 0x1ff);
	set_apic(machine, APIC_TIMER, TIMER_DEADLINE | TIMER_VECTOR);
	set_msr(machine, MSR_TSC_DEADLINE, LATER);
}

static const char *lacks_deadlines(void)
{
	return guest_has(KVMLIB_CAP_TSC_DEADLINE_TIMER) > 0 ? NULL
							    : "no KVM_CAP_TSC_DEADLINE_TIMER";
}

static uint64_t deadline(struct machine *machine)
{
	return get_msr(machine, MSR_TSC_DEADLINE);
}

static void let_deadline_pass(struct machine *machine)
{
	set_msr(machine, MSR_TSC, 2 * LATER);
}

static uint64_t timer_has_fired(struct machine *machine)
{
	run(machine);
	return get_apic(machine, APIC_IRR + 0x10 * (TIMER_VECTOR / 32)) >> TIMER_VECTOR % 32 & 1;
}

static const char *lacks_kvmclock_ctrl(void)
{
	return guest_has(KVMLIB_CAP_KVMCLOCK_CTRL) > 0 ? NULL : "no KVM_CAP_KVMCLOCK_CTRL";
}

static void have_kvmclock(struct machine *machine)
{
	set_msr(machine, MSR_KVMCLOCK, CLOCK_PAGE | 1);
}

static uint64_t clock_has_stopped(struct machine *machine)
{
	run(machine);
	return (machine->ram[CLOCK_PAGE + CLOCK_FLAGS] & CLOCK_STOPPED) != 0;
}

/* clang-format off */
#define DEPENDENCIES(X) \
	X(feature_control, cpuid, lacks_vmx, NULL, NULL, NULL, 0) \
	X(sregs2, cpuid, lacks_newer_width, set_cr3, NULL, get_cr3, FAR_TABLES) \
	X(sregs, cpuid, lacks_older_width, set_cr3, NULL, get_cr3, FAR_TABLES) \
	X(nested, sregs2, lacks_newer_svm, enter_nested_guest, NULL, is_in_nested_guest, 1) \
	X(nested, sregs, lacks_older_svm, enter_nested_guest, NULL, is_in_nested_guest, 1) \
	X(nested, smm, lacks_svm_and_smm, enter_nested_guest, enter_smm, is_in_nested_guest, 1) \
	X(nested, feature_control, lacks_vmx, NULL, NULL, NULL, 0) \
	X(xsave, cpuid, lacks_amx, NULL, NULL, NULL, 0) \
	X(xcrs, cpuid, lacks_xcrs, set_xcr0, NULL, get_xcr0, 3) \
	X(lapic, sregs2, lacks_newer, rename_apic, switch_apic_off, apic_name, 5) \
	X(lapic, sregs, lacks_older, rename_apic, switch_apic_off, apic_name, 5) \
	X(msrs, cpuid, lacks_checked_msrs, NULL, NULL, NULL, 0) \
	X(tsc, tsc_khz, lacks_tsc_control, NULL, NULL, NULL, 0) \
	X(events, regs, lacks_pending_exceptions, have_exception, NULL, has_exception, 1) \
	X(tsc_offset, tsc, lacks_tsc_offsets, move_apart, NULL, distance, APART) \
	X(tsc_deadline, tsc, lacks_deadlines, set_deadline, let_deadline_pass, timer_has_fired, 0) \
	X(tsc_deadline, lapic, lacks_deadlines, set_deadline, NULL, deadline, LATER) \
	X(kvmclock_ctrl, msrs, lacks_kvmclock_ctrl, have_kvmclock, NULL, clock_has_stopped, 1)
/* clang-format on */

/* Why it can't be tried here, or NULL; what is in the state; what the other machines have before. */
struct dependency {
	const char *step;
	const char *after;
	const char *(*lacks)(void);
	void (*prepare)(struct machine *machine);
	void (*spoil)(struct machine *machine);
	uint64_t (*observe)(struct machine *machine);
	uint64_t expected;
};

static const struct {
	const char *step;
	const char *after;
} tried[] = {
#define ROW(step, after, ...) { #step, #after },
	DEPENDENCIES(ROW)
};
#define NR_DEPENDENCIES (sizeof(tried) / sizeof(tried[0]))

/* Plans of a few steps, each a bit by its place in the table */

static const struct kvmlib_state_step *step_at(size_t i)
{
	return kvmlib_state_step_at(KVMLIB_STATE_RESTORING, i);
}

/* Names are written with "_" in C, and with "-" by the library. */
static bool is_named(const char *written, const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (written[i] != name[i] && (written[i] != '_' || name[i] != '-'))
			return false;
	return !written[length];
}

static size_t place_of(const char *written)
{
	size_t i = 0;

	while (!is_named(written, step_at(i)->name, strlen(step_at(i)->name)))
		i++;
	return i;
}

static size_t place_of_name(const char *name, size_t length)
{
	size_t i = 0;

	while (strlen(step_at(i)->name) != length || memcmp(step_at(i)->name, name, length) != 0)
		i++;
	return i;
}

/* It, and all that it has to come after. */
static uint64_t needs_of(size_t i)
{
	uint64_t needs = UINT64_C(1) << i;
	const char *name = step_at(i)->after;

	while (name && *name) {
		size_t length = strcspn(name, " ");

		needs |= needs_of(place_of_name(name, length));
		name += length + strspn(name + length, " ");
	}
	return needs;
}

static int restore(struct machine *machine, const struct kvmlib_state *state, uint64_t steps)
{
	const struct kvmlib_state_restore_opts how = { .size = sizeof(how),
						       .allow = KVMLIB_STATE_CPUID,
						       .flags = KVMLIB_STATE_NO_WAY_BACK |
								KVMLIB_STATE_KEEP_DEADLINE };
	const char *skip[MAX_STEPS];
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
					       .vcpus = machine->vcpus,
					       .nr_vcpus = 2,
					       .memory = machine->memory,
					       .skip = skip };
	struct kvmlib_state_plan *plan;
	int r;

	for (size_t i = 0; step_at(i); i++)
		if (!(steps >> i & 1))
			skip[opts.nr_skip++] = step_at(i)->name;
	ck_assert_int_eq(kvmlib_state_plan_new(machine->vm, &opts, &plan), 0);
	r = kvmlib_state_restore(plan, state, &how);
	kvmlib_state_plan_free(plan);
	return r;
}

static struct kvmlib_state *save_source(void)
{
	const struct kvmlib_state_plan_opts opts = {
		.size = sizeof(opts), .vcpus = source.vcpus, .nr_vcpus = 2, .memory = source.memory
	};
	struct kvmlib_state_plan *plan;
	struct kvmlib_state *state;

	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	ck_assert_int_eq(kvmlib_state_plan_new(source.vm, &opts, &plan), 0);
	ck_assert_int_eq(kvmlib_state_save(plan, state), 0);
	kvmlib_state_plan_free(plan);
	return state;
}

/* All but the one, and what needs it, which would fail for that. */
static uint64_t steps_without(size_t step, size_t without)
{
	uint64_t steps = needs_of(step);

	for (size_t i = 0; step_at(i); i++)
		if (i != step && needs_of(i) >> without & 1)
			steps &= ~(UINT64_C(1) << i);
	return steps;
}

static void expect_order(const struct dependency *it, const struct kvmlib_state *state)
{
	size_t step = place_of(it->step);
	size_t before = place_of(it->after);
	char line[512];
	int r = restore(&ordered, state, needs_of(step));

	kvmlib_error_format(line, sizeof(line));
	ck_assert_msg(!r, "%s", line);
	ck_assert_uint_eq(it->observe(&ordered), it->expected);
	if (restore(&reversed, state, steps_without(step, before)) < 0 ||
	    restore(&reversed, state, UINT64_C(1) << before) < 0)
		return;
	ck_assert_msg(it->observe(&reversed) != it->expected, "%s may come before %s", it->step,
		      it->after);
}

static void try_dependency(const struct dependency *it)
{
	struct kvmlib_state *state;

	machine_make(&source);
	machine_make(&ordered);
	machine_make(&reversed);
	set_cpuid(&source);
	it->prepare(&source);
	state = save_source();
	if (it->spoil) {
		it->spoil(&ordered);
		it->spoil(&reversed);
	}
	expect_order(it, state);
	kvmlib_state_free(state);
	machine_end(&source);
	machine_end(&ordered);
	machine_end(&reversed);
}

#define TEST_OF(step, after, lacks, ...)                                            \
	START_TEST(state_needs_##step##_after_##after)                              \
	{                                                                           \
		const struct dependency it = { #step, #after, lacks, __VA_ARGS__ }; \
		const char *reason = lacks();                                       \
                                                                                    \
		if (reason)                                                         \
			SKIP(reason);                                               \
		try_dependency(&it);                                                \
	}                                                                           \
	END_TEST
DEPENDENCIES(TEST_OF)

static bool is_tried(const char *step, const char *after, size_t length)
{
	for (size_t i = 0; i < NR_DEPENDENCIES; i++)
		if (is_named(tried[i].step, step, strlen(step)) &&
		    is_named(tried[i].after, after, length))
			return true;
	return false;
}

START_TEST(each_dependency_of_a_state_is_tried)
{
	const struct kvmlib_state_step *step;
	size_t n = 0;

	for (size_t i = 0; (step = step_at(i)); i++)
		for (const char *name = step->after; name && *name; n++) {
			size_t length = strcspn(name, " ");

			ck_assert_msg(is_tried(step->name, name, length), "%s after %s", step->name,
				      name);
			name += length + strspn(name + length, " ");
		}
	ck_assert_uint_eq(n, NR_DEPENDENCIES);
}
END_TEST

Suite *state_order_suite(void)
{
	Suite *suite = suite_create("state_order");
	TCase *tcase = tcase_create("order");

	tcase_add_checked_fixture(tcase, guest_setup, guest_teardown);
	tcase_add_test(tcase, each_dependency_of_a_state_is_tried);
#define ADD(step, after, ...) tcase_add_test(tcase, state_needs_##step##_after_##after);
	DEPENDENCIES(ADD)
	suite_add_tcase(suite, tcase);
	return suite;
}
