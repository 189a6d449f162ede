/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KVM_RUN: its checks, and a few guests. */
#include "row.h"

#include <string.h>

#if defined(__x86_64__)

#define CODE_GPA 0x1000U
#define TSS	 0xfffbd000UL
#define STALE	 77U /* a reason that no exit has */

#define SYNC_REGS  1U
#define SYNC_SREGS 2U

/* --- guests --------------------------------------------------------------------------------- */

static int add_memory(const struct world *w)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = 16 * w->page,
		.userspace_addr = (uintptr_t)w->memory,
	};

	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

/* Real mode, at the code. */
static int set_registers(const struct world *w)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rsp = 0x8000, .rflags = 2, .rdx = 0x3f8 };
	struct kvm_sregs sregs;
	int r = call_with(w, w->vcpu, KVM_GET_SREGS, &sregs);

	if (r < 0)
		return r;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	r = call_with(w, w->vcpu, KVM_SET_SREGS, &sregs);
	return r < 0 ? r : call_with(w, w->vcpu, KVM_SET_REGS, &regs);
}

static int load(const struct world *w, const void *code, size_t size)
{
	int r = call(w, w->vm, KVM_SET_TSS_ADDR, TSS);

	if (r == 0)
		r = add_memory(w);
	memcpy(w->memory + CODE_GPA, code, size);
	return r < 0 ? r : set_registers(w);
}

/* The simulated guest does what its script says, and the code is for the others. */
static int script(const struct world *w, const struct kvmlib_sim_exit *exit)
{
	return w->sim ? kvmlib_sim_push_exit(w->sim, w->vcpu, exit) : 0;
}

static int halting_guest(struct world *w)
{
	static const uint8_t code[] = { 0xf4 }; /* hlt */
	struct kvmlib_sim_exit exit = { .size = sizeof(exit), .reason = KVMLIB_EXIT_HLT };
	int r = load(w, code, sizeof(code));

	return r < 0 ? r : script(w, &exit);
}

static int writing_guest(struct world *w)
{
	static const uint8_t code[] = { 0xb0, 0x41, 0xee, 0xf4 }; /* mov al, 'A'; out dx, al; hlt */
	int r = load(w, code, sizeof(code));

	if (r == 0 && w->sim)
		r = kvmlib_sim_push_io(w->sim, w->vcpu, 0x3f8, 1, 1, 1, "A");
	return r;
}

static int reading_guest(struct world *w)
{
	static const uint8_t code[] = { 0xec, 0xf4 }; /* in al, dx; hlt */
	int r = load(w, code, sizeof(code));

	if (r == 0 && w->sim)
		r = kvmlib_sim_push_io(w->sim, w->vcpu, 0x3f8, 1, 1, 0, NULL);
	return r;
}

static int storing_guest(struct world *w)
{
	/* mov ax, 0xd000; mov ds, ax; mov byte [0x10], 0x41; hlt */
	static const uint8_t code[] = { 0xb8, 0x00, 0xd0, 0x8e, 0xd8, 0xc6,
					0x06, 0x10, 0x00, 0x41, 0xf4 };
	int r = load(w, code, sizeof(code));

	if (r == 0 && w->sim)
		r = kvmlib_sim_push_mmio(w->sim, w->vcpu, 0xd0010, 1, 1, "A");
	return r;
}

/* One that has run before the row's call. */
static int guest_that_ran(struct world *w)
{
	int r = halting_guest(w);

	return r < 0 ? r : call(w, w->vcpu, KVM_RUN, 0);
}

static const char *halted(struct world *w)
{
	return w->run->exit_reason == KVMLIB_EXIT_HLT ? NULL : "another exit";
}

static const char *wrote_a(struct world *w)
{
	const struct kvm_run *run = w->run;

	if (run->exit_reason != KVMLIB_EXIT_IO || !run->io.direction)
		return "another exit";
	if (run->io.port != 0x3f8 || run->io.size != 1 || run->io.count != 1)
		return "another access";
	return ((const uint8_t *)run)[run->io.data_offset] == 'A' ? NULL : "other data";
}

static const char *wants_a_byte(struct world *w)
{
	const struct kvm_run *run = w->run;

	if (run->exit_reason != KVMLIB_EXIT_IO || run->io.direction)
		return "another exit";
	return run->io.port == 0x3f8 && run->io.size == 1 ? NULL : "another access";
}

static const char *stored_a(struct world *w)
{
	const struct kvm_run *run = w->run;

	if (run->exit_reason != KVMLIB_EXIT_MMIO || !run->mmio.is_write)
		return "another exit";
	if (run->mmio.phys_addr != 0xd0010 || run->mmio.len != 1)
		return "another access";
	return run->mmio.data[0] == 'A' ? NULL : "other data";
}

static void guest_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_RUN, "a guest that halts", 0, OK, .before = halting_guest,
	    .verify = halted);
	ROW(ON_VCPU, KVM_RUN, "a guest that writes to a port", 0, OK, .before = writing_guest,
	    .verify = wrote_a);
	ROW(ON_VCPU, KVM_RUN, "a guest that reads from a port", 0, OK, .before = reading_guest,
	    .verify = wants_a_byte);
	ROW(ON_VCPU, KVM_RUN, "a guest that stores where no memory is", 0, OK,
	    .before = storing_guest, .verify = stored_a);
}

/* --- checks --------------------------------------------------------------------------------- */

static int leave_at_once(struct world *w)
{
	w->run->exit_reason = STALE;
	w->run->immediate_exit = 1;
	return 0;
}

static int unknown_valid_regs(struct world *w)
{
	w->run->kvm_valid_regs = 1ULL << 63;
	return leave_at_once(w);
}

static int unknown_low_regs(struct world *w)
{
	w->run->kvm_valid_regs = 1ULL << 31;
	return leave_at_once(w);
}

static int unknown_dirty_regs(struct world *w)
{
	w->run->kvm_dirty_regs = 1ULL << 63;
	return leave_at_once(w);
}

static int bad_cr8(struct world *w)
{
	w->run->cr8 = 0x10;
	return leave_at_once(w);
}

static int good_cr8(struct world *w)
{
	w->run->cr8 = 0xf;
	return leave_at_once(w);
}

static int wanted_regs(struct world *w)
{
	w->run->kvm_valid_regs = SYNC_REGS | SYNC_SREGS;
	return leave_at_once(w);
}

static int dirty_regs(struct world *w)
{
	w->run->kvm_dirty_regs = SYNC_REGS;
	w->run->s.regs.regs = (struct kvm_regs){ .rax = 77, .rflags = 2 };
	return leave_at_once(w);
}

/* Registers that KVM_SET_SREGS refuses. */
static int bad_dirty_sregs(struct world *w)
{
	int r = call_with(w, w->vcpu, KVM_GET_SREGS, &w->run->s.regs.sregs);

	w->run->s.regs.sregs.cr0 = 1ULL << 32;
	w->run->kvm_dirty_regs = SYNC_SREGS;
	return r < 0 ? r : leave_at_once(w);
}

static int bad_cr8_and_regs(struct world *w)
{
	w->run->cr8 = 0x10;
	return bad_dirty_sregs(w);
}

static const char *reason_is_stale(struct world *w)
{
	return w->run->exit_reason == STALE ? NULL : "the exit reason was written";
}

static const char *regs_are_told(struct world *w)
{
	if (w->run->s.regs.regs.rip != 0xfff0)
		return "other registers";
	return w->run->s.regs.sregs.cs.selector == 0xf000 ? NULL : "other segments";
}

static const char *rax_is_77(struct world *w)
{
	struct kvm_regs regs;

	if (w->run->kvm_dirty_regs)
		return "still dirty";
	return call_with(w, w->vcpu, KVM_GET_REGS, &regs) == 0 && regs.rax == 77 ? NULL
										 : "another rax";
}

static const char *cr8_is_taken(struct world *w)
{
	struct kvm_sregs sregs;

	return call_with(w, w->vcpu, KVM_GET_SREGS, &sregs) == 0 && sregs.cr8 == 0xf
		       ? NULL
		       : "another cr8";
}

static const char *page_is_filled(struct world *w)
{
	if (w->run->apic_base != 0xfee00900)
		return "another APIC base";
	return w->run->if_flag ? "interrupts are on" : NULL;
}

#define RUN(on, text, ...) ROW(on, KVM_RUN, text, 0, __VA_ARGS__)

static void leave_rows(struct world *w)
{
	RUN(ON_VCPU, "immediate_exit leaves the exit reason", REFUSED(EINTR, RUN_INTERRUPTED),
	    .before = leave_at_once, .verify = reason_is_stale);
	RUN(ON_VCPU, "immediate_exit fills the page", REFUSED(EINTR, RUN_INTERRUPTED),
	    .before = leave_at_once, .verify = page_is_filled);
	RUN(ON_IRQCHIP_VCPU, "immediate_exit, with an irqchip", REFUSED(EINTR, RUN_INTERRUPTED),
	    .before = leave_at_once, .verify = reason_is_stale);
	ROW(ON_VCPU, KVM_RUN, "an argument comes before immediate_exit", 1,
	    REFUSED(EINVAL, RUN_ARGUMENT), .before = leave_at_once);
}

static const struct deviation low_half = {
	.name = "kernels from 6.10 on check only 32 bits, until that was mended",
	.since = KERNEL(6, 10),
	.before = KERNEL(6, 13),
	.gone_by = KERNEL(6, 17),
	.answer = VALUE(-EINTR),
};

static void sync_rows(struct world *w)
{
	RUN(ON_VCPU, "unknown registers wanted", REFUSED(EINVAL, RUN_SYNC_REGS),
	    .before = unknown_valid_regs, .deviation = &low_half);
	RUN(ON_VCPU, "unknown registers dirty", REFUSED(EINVAL, RUN_SYNC_REGS),
	    .before = unknown_dirty_regs, .deviation = &low_half);
	RUN(ON_VCPU, "unknown registers wanted, of the low half", REFUSED(EINVAL, RUN_SYNC_REGS),
	    .before = unknown_low_regs);
	RUN(ON_VCPU, "dirty registers that can't be", REFUSED(EINVAL, RUN_SYNC_REGS),
	    .before = bad_dirty_sregs, NEEDS(SYNC_REGS));
	RUN(ON_VCPU, "which come before cr8", REFUSED(EINVAL, RUN_SYNC_REGS),
	    .before = bad_cr8_and_regs, NEEDS(SYNC_REGS));
	RUN(ON_VCPU, "wanted registers come with EINTR too", REFUSED(EINTR, RUN_INTERRUPTED),
	    .before = wanted_regs, .verify = regs_are_told, NEEDS(SYNC_REGS));
	RUN(ON_VCPU, "dirty registers are taken before EINTR", REFUSED(EINTR, RUN_INTERRUPTED),
	    .before = dirty_regs, .verify = rax_is_77, NEEDS(SYNC_REGS));
}

static void cr8_rows(struct world *w)
{
	RUN(ON_VCPU, "a reserved bit in cr8", REFUSED(EINVAL, RUN_CR8), .before = bad_cr8);
	RUN(ON_VCPU, "cr8", REFUSED(EINTR, RUN_INTERRUPTED), .before = good_cr8,
	    .verify = cr8_is_taken);
	RUN(ON_IRQCHIP_VCPU, "a reserved bit in cr8, which an irqchip ignores",
	    REFUSED(EINTR, RUN_INTERRUPTED), .before = bad_cr8);
}

/* The CPUID must stay what it was, once the guest has run. */
static int set_bits(const struct world *w, uint32_t bits)
{
	struct {
		uint32_t count;
		uint32_t padding;
		struct kvm_cpuid_entry2 entry;
	} list = { .count = 1, .entry = { .function = 0x80000008, .eax = bits << 8 | 36 } };

	return call_with(w, w->vcpu, KVM_SET_CPUID2, &list);
}

static int run_with_48_bits(struct world *w)
{
	int r = set_bits(w, 48);

	return r < 0 ? r : guest_that_ran(w);
}

static int set_48_bits(struct world *w)
{
	return set_bits(w, 48);
}

static int set_57_bits(struct world *w)
{
	return set_bits(w, 57);
}

static void order_rows(struct world *w)
{
	ACT(ON_VCPU, "KVM_SET_CPUID2", "the same, after the guest has run", set_48_bits, OK,
	    .before = run_with_48_bits);
	ACT(ON_VCPU, "KVM_SET_CPUID2", "a change, after the guest has run", set_57_bits,
	    REFUSED(EINVAL, CPUID_CHANGED), .before = run_with_48_bits);
	ACT(ON_VCPU, "KVM_SET_CPUID2", "the first, after the guest has run", set_48_bits,
	    REFUSED(EINVAL, CPUID_CHANGED), .before = guest_that_ran);
}

static void x86_rows(struct world *w)
{
	leave_rows(w);
	sync_rows(w);
	cr8_rows(w);
	guest_rows(w);
	order_rows(w);
}

#endif

void run_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_RUN, "an argument", 1, REFUSED(EINVAL, RUN_ARGUMENT));
	ROW(ON_VCPU, KVM_RUN, "the last argument of all", ~0UL, REFUSED(EINVAL, RUN_ARGUMENT));
#if defined(__x86_64__)
	x86_rows(w);
#endif
}
