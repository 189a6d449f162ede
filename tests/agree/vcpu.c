/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A vCPU's state, and running it. */

#include "pair.h"

#include <sys/resource.h>

#define VCPU(request, arg) ioctl(raw.vcpu, request, arg)
#define IN(type, ...)	   (&(struct type){ __VA_ARGS__ })
#define INJECT		   KVMLIB_GUESTDBG_INJECT_DB

/* An offset of the TSC, which both vCPUs are given. */
static const struct kvm_device_attr *tsc_offset(uint64_t *value)
{
	static struct kvm_device_attr attr;

	attr = (struct kvm_device_attr){ .group = KVMLIB_VCPU_TSC_CTRL,
					 .attr = KVMLIB_VCPU_TSC_OFFSET,
					 .addr = (uintptr_t)value };
	return &attr;
}

static int enable_vcpu(uint32_t cap, uint64_t arg)
{
	return VCPU(KVM_ENABLE_CAP, IN(kvm_enable_cap, .cap = cap, .args = { arg }));
}

static int set_mask(uint32_t length)
{
	struct {
		uint32_t len;
		uint8_t set[8];
	} mask = { .len = length };

	return VCPU(KVM_SET_SIGNAL_MASK, &mask);
}

static int set_cpuid(uint32_t count)
{
	struct kvm_cpuid2 none = { .nent = count };

	return VCPU(KVM_SET_CPUID2, &none);
}

static void register_rows(void)
{
	ROW(SUCCEEDS, "KVM_SET_REGS", char,
	    VCPU(KVM_SET_REGS,
		 IN(kvm_regs, .rax = 0x1234567890abcdefU, .rip = CODE_GPA, .rflags = 2)),
	    kvmlib_vcpu_set_regs(ours.vcpu, IN(kvm_regs, .rax = 0x1234567890abcdefU,
					       .rip = CODE_GPA, .rflags = 2)));
	ROW(SUCCEEDS, "KVM_GET_REGS", struct kvm_regs, VCPU(KVM_GET_REGS, out),
	    kvmlib_vcpu_get_regs(ours.vcpu, out));
	ROW(FAILS, "KVM_GET_REGS to nowhere", char, VCPU(KVM_GET_REGS, NOWHERE),
	    kvmlib_vcpu_get_regs(ours.vcpu, NOWHERE));
	ROW(FAILS, "KVM_SET_REGS from nowhere", char, VCPU(KVM_SET_REGS, NOWHERE),
	    kvmlib_vcpu_set_regs(ours.vcpu, NOWHERE));
	ROW(SUCCEEDS, "KVM_GET_SREGS", struct kvm_sregs, VCPU(KVM_GET_SREGS, out),
	    kvmlib_vcpu_get_sregs(ours.vcpu, out));
	ROW(FAILS, "KVM_GET_SREGS to nowhere", char, VCPU(KVM_GET_SREGS, NOWHERE),
	    kvmlib_vcpu_get_sregs(ours.vcpu, NOWHERE));
	ROW(SUCCEEDS, "KVM_SET_SREGS", struct kvm_sregs,
	    (VCPU(KVM_GET_SREGS, out), out->ds.base = 0x40, VCPU(KVM_SET_SREGS, out)),
	    (kvmlib_vcpu_get_sregs(ours.vcpu, out), out->ds.base = 0x40,
	     kvmlib_vcpu_set_sregs(ours.vcpu, out)));
	ROW(SUCCEEDS, "KVM_GET_SREGS after it", struct kvm_sregs, VCPU(KVM_GET_SREGS, out),
	    kvmlib_vcpu_get_sregs(ours.vcpu, out));
	ROW(FAILS, "KVM_SET_SREGS, long mode without paging", char,
	    VCPU(KVM_SET_SREGS, IN(kvm_sregs, .cr0 = 0x80000001U, .efer = 0x100)),
	    kvmlib_vcpu_set_sregs(ours.vcpu, IN(kvm_sregs, .cr0 = 0x80000001U, .efer = 0x100)));
	ROW(FAILS, "KVM_SET_SREGS from nowhere", char, VCPU(KVM_SET_SREGS, NOWHERE),
	    kvmlib_vcpu_set_sregs(ours.vcpu, NOWHERE));
	ROW(SUCCEEDS, "KVM_SET_FPU", char,
	    VCPU(KVM_SET_FPU, IN(kvm_fpu, .fcw = 0x37f, .mxcsr = 0x1f80, .last_ip = 77)),
	    kvmlib_vcpu_set_fpu(ours.vcpu,
				IN(kvm_fpu, .fcw = 0x37f, .mxcsr = 0x1f80, .last_ip = 77)));
	ROW(SUCCEEDS, "KVM_GET_FPU", struct kvm_fpu, VCPU(KVM_GET_FPU, out),
	    kvmlib_vcpu_get_fpu(ours.vcpu, out));
	ROW(FAILS, "KVM_GET_FPU to nowhere", char, VCPU(KVM_GET_FPU, NOWHERE),
	    kvmlib_vcpu_get_fpu(ours.vcpu, NOWHERE));
	ROW(FAILS, "KVM_SET_FPU from nowhere", char, VCPU(KVM_SET_FPU, NOWHERE),
	    kvmlib_vcpu_set_fpu(ours.vcpu, NOWHERE));
}

static const struct kvm_translation not_writable;

static void state_rows(void)
{
	NEEDS(MP_STATE, SUCCEEDS, "KVM_GET_MP_STATE", uint32_t, VCPU(KVM_GET_MP_STATE, out),
	      kvmlib_vcpu_get_mp_state(ours.vcpu, out));
	NEEDS(MP_STATE, SUCCEEDS, "KVM_SET_MP_STATE", char,
	      VCPU(KVM_SET_MP_STATE, IN(kvm_mp_state, .mp_state = 0)),
	      kvmlib_vcpu_set_mp_state(ours.vcpu, 0));
	NEEDS(MP_STATE, FAILS, "KVM_SET_MP_STATE, no controller to wake it", char,
	      VCPU(KVM_SET_MP_STATE, IN(kvm_mp_state, .mp_state = 2)),
	      kvmlib_vcpu_set_mp_state(ours.vcpu, 2));
	NEEDS(VCPU_EVENTS, SUCCEEDS, "KVM_GET_VCPU_EVENTS", struct kvmlib_vcpu_events,
	      VCPU(KVM_GET_VCPU_EVENTS, out), kvmlib_vcpu_get_vcpu_events(ours.vcpu, out));
	NEEDS(VCPU_EVENTS, SUCCEEDS, "KVM_SET_VCPU_EVENTS", char,
	      VCPU(KVM_SET_VCPU_EVENTS, IN(kvmlib_vcpu_events, .nmi = { .masked = 1 })),
	      kvmlib_vcpu_set_vcpu_events(ours.vcpu,
					  IN(kvmlib_vcpu_events, .nmi = { .masked = 1 })));
	NEEDS(VCPU_EVENTS, SUCCEEDS, "KVM_GET_VCPU_EVENTS after it", struct kvmlib_vcpu_events,
	      VCPU(KVM_GET_VCPU_EVENTS, out), kvmlib_vcpu_get_vcpu_events(ours.vcpu, out));
	NEEDS(VCPU_EVENTS, FAILS, "KVM_SET_VCPU_EVENTS, unknown flags", char,
	      VCPU(KVM_SET_VCPU_EVENTS, IN(kvmlib_vcpu_events, .flags = 1U << 30)),
	      kvmlib_vcpu_set_vcpu_events(ours.vcpu, IN(kvmlib_vcpu_events, .flags = 1U << 30)));
	NEEDS(VCPU_EVENTS, FAILS, "KVM_GET_VCPU_EVENTS to nowhere", char,
	      VCPU(KVM_GET_VCPU_EVENTS, NOWHERE), kvmlib_vcpu_get_vcpu_events(ours.vcpu, NOWHERE));
	ROW(SUCCEEDS, "KVM_TRANSLATE", struct kvm_translation,
	    (out->linear_address = 0x1234, VCPU(KVM_TRANSLATE, out)),
	    (out->linear_address = 0x1234, kvmlib_vcpu_translate(ours.vcpu, out)));
	ROW(FAILS, "KVM_TRANSLATE, not writable", char, VCPU(KVM_TRANSLATE, &not_writable),
	    kvmlib_vcpu_translate(ours.vcpu, (void *)(uintptr_t)&not_writable));
	NEEDS(SET_GUEST_DEBUG, SUCCEEDS, "KVM_SET_GUEST_DEBUG", char,
	      VCPU(KVM_SET_GUEST_DEBUG, IN(kvm_guest_debug, .control = 0)),
	      kvmlib_vcpu_set_guest_debug(ours.vcpu, IN(kvm_guest_debug, .control = 0)));
	NEEDS(SET_GUEST_DEBUG, SUCCEEDS, "KVM_SET_GUEST_DEBUG, an exception", char,
	      VCPU(KVM_SET_GUEST_DEBUG, IN(kvm_guest_debug, .control = INJECT)),
	      kvmlib_vcpu_set_guest_debug(ours.vcpu, IN(kvm_guest_debug, .control = INJECT)));
	NEEDS(SET_GUEST_DEBUG, FAILS, "KVM_SET_GUEST_DEBUG, a second exception", char,
	      VCPU(KVM_SET_GUEST_DEBUG, IN(kvm_guest_debug, .control = INJECT)),
	      kvmlib_vcpu_set_guest_debug(ours.vcpu, IN(kvm_guest_debug, .control = INJECT)));
	ROW(SUCCEEDS, "KVM_INTERRUPT", char, VCPU(KVM_INTERRUPT, IN(kvm_interrupt, .irq = 0x20)),
	    kvmlib_vcpu_interrupt(ours.vcpu, 0x20));
	ROW(FAILS, "KVM_INTERRUPT, too high", char,
	    VCPU(KVM_INTERRUPT, IN(kvm_interrupt, .irq = 256)),
	    kvmlib_vcpu_interrupt(ours.vcpu, 256));
	ROW(SUCCEEDS, "KVM_SET_SIGNAL_MASK", char, set_mask(8),
	    kvmlib_vcpu_set_signal_mask(ours.vcpu, &(uint64_t){ 0 }));
	ROW(SUCCEEDS, "KVM_SET_SIGNAL_MASK, none", char, VCPU(KVM_SET_SIGNAL_MASK, 0),
	    kvmlib_vcpu_set_signal_mask(ours.vcpu, NULL));
	ROW(FAILS, "KVM_SET_SIGNAL_MASK of another length", char, set_mask(4),
	    kvmlib_vcpu_ioctl(ours.vcpu, KVM_SET_SIGNAL_MASK, (uintptr_t) & (uint32_t){ 4 }));
	ROW(SUCCEEDS, "KVM_SET_CPUID2, no entries", char, set_cpuid(0),
	    kvmlib_vcpu_set_cpuid2(ours.vcpu, NULL, 0));
	ROW(FAILS, "KVM_SET_CPUID2, too many entries", char, set_cpuid(257),
	    kvmlib_vcpu_set_cpuid2(ours.vcpu, (const struct kvm_cpuid_entry2[257]){ 0 }, 257));
}

static int raw_stats_fd(void)
{
	return VCPU(KVM_GET_STATS_FD, 0);
}

static int our_stats_fd(void)
{
	return kvmlib_vcpu_get_stats_fd(ours.vcpu);
}

/* What the call does where the process may open nothing more. */
static int without_descriptors(int (*get)(void))
{
	struct rlimit old;
	int saved;
	int r;

	getrlimit(RLIMIT_NOFILE, &old);
	setrlimit(RLIMIT_NOFILE, &(const struct rlimit){ 0, old.rlim_max });
	r = closed(get());
	saved = errno;
	setrlimit(RLIMIT_NOFILE, &old);
	errno = saved;
	return r;
}

/* What of a range is left to do. */
struct range {
	uint64_t gpa;
	uint64_t size;
};

static int pre_fault(struct range *range, uint64_t gpa)
{
	struct kvm_pre_fault_memory args = { .gpa = gpa, .size = PAGE };
	int r = VCPU(KVM_PRE_FAULT_MEMORY, &args);

	*range = (struct range){ .gpa = args.gpa, .size = args.size };
	return r;
}

static int pre_fault_ours(struct range *range, uint64_t gpa)
{
	*range = (struct range){ .gpa = gpa, .size = PAGE };
	return kvmlib_vcpu_pre_fault_memory(ours.vcpu, &range->gpa, &range->size, 0);
}

static void other_rows(void)
{
	NEEDS(VCPU_ATTRIBUTES, SUCCEEDS, "KVM_HAS_DEVICE_ATTR of a vCPU", char,
	      VCPU(KVM_HAS_DEVICE_ATTR, tsc_offset(NULL)),
	      kvmlib_vcpu_has_device_attr(ours.vcpu, KVMLIB_VCPU_TSC_CTRL, KVMLIB_VCPU_TSC_OFFSET));
	NEEDS(VCPU_ATTRIBUTES, SUCCEEDS, "KVM_SET_DEVICE_ATTR of a vCPU", char,
	      VCPU(KVM_SET_DEVICE_ATTR, tsc_offset(&(uint64_t){ 77 })),
	      kvmlib_vcpu_set_device_attr(ours.vcpu, KVMLIB_VCPU_TSC_CTRL, KVMLIB_VCPU_TSC_OFFSET,
					  &(uint64_t){ 77 }));
	NEEDS(VCPU_ATTRIBUTES, SUCCEEDS, "KVM_GET_DEVICE_ATTR of a vCPU", uint64_t,
	      VCPU(KVM_GET_DEVICE_ATTR, tsc_offset(out)),
	      kvmlib_vcpu_get_device_attr(ours.vcpu, KVMLIB_VCPU_TSC_CTRL, KVMLIB_VCPU_TSC_OFFSET,
					  out));
	NEEDS(VCPU_ATTRIBUTES, FAILS, "KVM_GET_DEVICE_ATTR of a vCPU to nowhere", char,
	      VCPU(KVM_GET_DEVICE_ATTR, tsc_offset(NOWHERE)),
	      kvmlib_vcpu_get_device_attr(ours.vcpu, KVMLIB_VCPU_TSC_CTRL, KVMLIB_VCPU_TSC_OFFSET,
					  NOWHERE));
	ROW(FAILS, "KVM_HAS_DEVICE_ATTR of a vCPU, unknown", char,
	    VCPU(KVM_HAS_DEVICE_ATTR, IN(kvm_device_attr, .group = 99)),
	    kvmlib_vcpu_has_device_attr(ours.vcpu, 99, 0));
	ROW(FAILS, "KVM_SET_DEVICE_ATTR of a vCPU, unknown", char,
	    VCPU(KVM_SET_DEVICE_ATTR, IN(kvm_device_attr, .group = 99)),
	    kvmlib_vcpu_set_device_attr(ours.vcpu, 99, 0, NULL));
	ROW(FAILS, "KVM_GET_ONE_REG, unknown", uint64_t,
	    VCPU(KVM_GET_ONE_REG,
		 IN(kvm_one_reg, .id = 0x0030000000000000U, .addr = (uintptr_t)out)),
	    kvmlib_vcpu_get_one_reg(ours.vcpu, 0x0030000000000000U, out, sizeof(*out)));
	ROW(FAILS, "KVM_SET_ONE_REG, unknown", uint64_t,
	    VCPU(KVM_SET_ONE_REG,
		 IN(kvm_one_reg, .id = 0x0030000000000000U, .addr = (uintptr_t)out)),
	    kvmlib_vcpu_set_one_reg(ours.vcpu, 0x0030000000000000U, out, sizeof(*out)));
	ROW(FAILS, "KVM_ENABLE_CAP of a vCPU, none of that number", char, enable_vcpu(0xffffffU, 0),
	    kvmlib_vcpu_enable_cap(ours.vcpu, 0xffffffU, 0, NULL));
	NEEDS(ENFORCE_PV_FEATURE_CPUID, SUCCEEDS,
	      "KVM_ENABLE_CAP, KVM_CAP_ENFORCE_PV_FEATURE_CPUID", char,
	      enable_vcpu(KVMLIB_CAP_ENFORCE_PV_FEATURE_CPUID, 1),
	      kvmlib_vcpu_enable_enforce_pv_feature_cpuid(ours.vcpu, 1));
	NEEDS(BINARY_STATS_FD, SUCCEEDS, "KVM_GET_STATS_FD of a vCPU", char,
	      closed(VCPU(KVM_GET_STATS_FD, 0)), closed(kvmlib_vcpu_get_stats_fd(ours.vcpu)));
	NEEDS(BINARY_STATS_FD, FAILS, "KVM_GET_STATS_FD of a vCPU, no descriptor left", char,
	      without_descriptors(raw_stats_fd), without_descriptors(our_stats_fd));
	NEEDS(PRE_FAULT_MEMORY, SUCCEEDS, "KVM_PRE_FAULT_MEMORY", struct range, pre_fault(out, 0),
	      pre_fault_ours(out, 0));
	NEEDS(PRE_FAULT_MEMORY, FAILS, "KVM_PRE_FAULT_MEMORY, unaligned", struct range,
	      pre_fault(out, 1), pre_fault_ours(out, 1));
	NEEDS(PRE_FAULT_MEMORY, FAILS, "KVM_PRE_FAULT_MEMORY where there is none", struct range,
	      pre_fault(out, FREE_GPA), pre_fault_ours(out, FREE_GPA));
	ROW(FAILS, "no such call on a vCPU", char, VCPU(0xaeffUL, 0),
	    kvmlib_vcpu_ioctl(ours.vcpu, 0xaeffUL, 0));
}

void vcpu_rows(void)
{
	if (!made(pair_open() && pair_add_vm() && pair_add_vcpu(), "vCPUs"))
		return;
	register_rows();
	state_rows();
	other_rows();
	pair_close();
}

/* What the kernel answered to KVM_RUN, and the run page after it. */
static int run_raw(struct kvm_run *page)
{
	int r = VCPU(KVM_RUN, 0);

	*page = *raw.run;
	return r;
}

static int run_ours(struct kvm_run *page)
{
	int r = kvmlib_vcpu_run(ours.vcpu);

	*page = *ours.run;
	return r < 0 ? r : -kvmlib_vcpu_exit_errno(ours.vcpu);
}

static bool enter_real_mode(void)
{
	static const uint8_t code[] = { 0xe4, 0x42, 0xe6, 0x43, 0xf4 }; /* in, out, hlt */
	struct kvm_sregs sregs;

	memcpy(raw.ram + CODE_GPA, code, sizeof(code));
	memcpy(ours.ram + CODE_GPA, code, sizeof(code));
	if (VCPU(KVM_GET_SREGS, &sregs) < 0)
		return false;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	return VCPU(KVM_SET_SREGS, &sregs) == 0 && kvmlib_vcpu_set_sregs(ours.vcpu, &sregs) == 0;
}

static void set_immediate_exit(uint8_t value)
{
	raw.run->immediate_exit = value;
	ours.run->immediate_exit = value;
}

void run_rows(void)
{
	if (!made(pair_open() && pair_add_vm() && pair_add_vcpu() && enter_real_mode(), "running"))
		return;
	ROW(SUCCEEDS, "KVM_SET_REGS to the code", char,
	    VCPU(KVM_SET_REGS, IN(kvm_regs, .rip = CODE_GPA, .rflags = 2)),
	    kvmlib_vcpu_set_regs(ours.vcpu, IN(kvm_regs, .rip = CODE_GPA, .rflags = 2)));
	ROW(SUCCEEDS, "KVM_RUN to a port read", struct kvm_run, run_raw(out), run_ours(out));
	set_immediate_exit(1);
	NEEDS(IMMEDIATE_EXIT, FAILS, "KVM_RUN, immediate exit", struct kvm_run, run_raw(out),
	      run_ours(out));
	set_immediate_exit(0);
	ROW(SUCCEEDS, "KVM_RUN to a port write", struct kvm_run, run_raw(out), run_ours(out));
	ROW(SUCCEEDS, "KVM_RUN to the halt", struct kvm_run, run_raw(out), run_ours(out));
	ROW(SUCCEEDS, "KVM_GET_REGS after it", struct kvm_regs, VCPU(KVM_GET_REGS, out),
	    kvmlib_vcpu_get_regs(ours.vcpu, out));
	ROW(FAILS, "KVM_RUN with an argument", char, VCPU(KVM_RUN, 1),
	    kvmlib_vcpu_ioctl(ours.vcpu, KVM_RUN, 1));
	pair_close();
}
