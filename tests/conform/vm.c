/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs of a VM, and its capabilities and addresses. */
#include "row.h"

static int add_vcpu_0(struct world *w)
{
	w->vcpu = call(w, w->vm, KVM_CREATE_VCPU, 0);
	return w->vcpu;
}

static int close_vcpu_0(struct world *w)
{
	int r = add_vcpu_0(w);

	if (r < 0)
		return r;
	w->vcpu = NOT_THERE;
	return close_fd(w, r);
}

/* A KVM that has no such limit of its own goes by the number of vCPUs. */
static int max_vcpu_id(const struct world *w)
{
	const int max = capability(w, KVMLIB_CAP_MAX_VCPU_ID);

	return max ? max : capability(w, KVMLIB_CAP_MAX_VCPUS);
}

static int add_all_vcpus(struct world *w)
{
	int count = capability(w, KVMLIB_CAP_MAX_VCPUS);

	for (int id = 0; id < count; id++) {
		int fd = call(w, w->vm, KVM_CREATE_VCPU, (unsigned long)id);

		if (fd < 0)
			return fd;
		close_fd(w, fd);
	}
	return 0;
}

static unsigned long next_id(struct world *w)
{
	return (unsigned long)capability(w, KVMLIB_CAP_MAX_VCPUS);
}

static const struct deviation short_ids = {
	.name = "kernels before 6.11 take the low half of an id",
	.before = KERNEL(6, 11),
	.answer = FD,
};

/* riscv64's ids end where their number does. */
#if defined(__riscv)
#define ONE_TOO_MANY REFUSED(EINVAL, VCPU_ID)
#else
#define ONE_TOO_MANY REFUSED(EINVAL, VCPU_COUNT)
#endif

static void vcpu_id_rows(struct world *w)
{
	unsigned long max = (unsigned long)max_vcpu_id(w);

	ROW(ON_VM, KVM_CREATE_VCPU, "id 0", 0, FD);
	ROW(ON_VM, KVM_CREATE_VCPU, "a second one", 1, FD, .before = add_vcpu_0);
	ROW(ON_VM, KVM_CREATE_VCPU, "an id that is taken", 0, REFUSED(EEXIST, VCPU_EXISTS),
	    .before = add_vcpu_0);
	ROW(ON_VM, KVM_CREATE_VCPU, "the id of a vCPU that was closed", 0,
	    REFUSED(EEXIST, VCPU_EXISTS), .before = close_vcpu_0);
	ROW(ON_VM, KVM_CREATE_VCPU, "the last id", max - 1, FD);
	ROW(ON_VM, KVM_CREATE_VCPU, "one id more", max, REFUSED(EINVAL, VCPU_ID));
	ROW(ON_VM, KVM_CREATE_VCPU, "an id of 32 bits", 0xffffffffUL, REFUSED(EINVAL, VCPU_ID));
	ROW(ON_VM, KVM_CREATE_VCPU, "an id beyond 32 bits", 1UL << 32, REFUSED(EINVAL, VCPU_ID),
	    .deviation = &short_ids);
	ROW(ON_VM, KVM_CREATE_VCPU, "one vCPU too many", 0, ONE_TOO_MANY, .before = add_all_vcpus,
	    .make = next_id);
}

#define ENABLE(on, text, capability, argument, ...)                                            \
	ROW(on, KVM_ENABLE_CAP, text,                                                          \
	    IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_##capability, .args = { (argument) }), \
	    __VA_ARGS__)

static void enable_rows(struct world *w)
{
	ROW(ON_VM, KVM_ENABLE_CAP, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	ROW(ON_VM, KVM_ENABLE_CAP, "an argument that goes on behind what can be read",
	    w->hole - sizeof(struct kvm_enable_cap) / 2, REFUSED(EFAULT, UNREADABLE));
	ROW(ON_VM, KVM_ENABLE_CAP, "a capability that there is not",
	    IN(struct kvm_enable_cap, .cap = 1023), REFUSED(EINVAL, CAP_ARGUMENT));
	ENABLE(ON_VM, "a capability that is always on", USER_MEMORY, 0,
	       REFUSED(EINVAL, CAP_ARGUMENT));
}

#ifdef KVM_CLEAR_DIRTY_LOG
static void manual_protect_rows(struct world *w)
{
	ENABLE(ON_VM, "manual dirty log", MANUAL_DIRTY_LOG_PROTECT2, 1, OK,
	       NEEDS(MANUAL_DIRTY_LOG_PROTECT2));
	ENABLE(ON_VM, "manual dirty log, all set at first", MANUAL_DIRTY_LOG_PROTECT2, 3, OK,
	       NEEDS(MANUAL_DIRTY_LOG_PROTECT2), .at_least = 3);
	ENABLE(ON_VM, "manual dirty log off", MANUAL_DIRTY_LOG_PROTECT2, 0, OK,
	       NEEDS(MANUAL_DIRTY_LOG_PROTECT2));
	ENABLE(ON_VM, "all set at first, without manual dirty log", MANUAL_DIRTY_LOG_PROTECT2, 2,
	       REFUSED(EINVAL, CAP_ARGUMENT), NEEDS(MANUAL_DIRTY_LOG_PROTECT2));
	ENABLE(ON_VM, "an unknown bit", MANUAL_DIRTY_LOG_PROTECT2, 5, REFUSED(EINVAL, CAP_ARGUMENT),
	       NEEDS(MANUAL_DIRTY_LOG_PROTECT2));
	ROW(ON_VM, KVM_ENABLE_CAP, "flags",
	    IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, .flags = 1,
	       .args = { 1 }),
	    REFUSED(EINVAL, CAP_ARGUMENT), NEEDS(MANUAL_DIRTY_LOG_PROTECT2));
}
#endif

#if defined(__x86_64__)
static void split_rows(struct world *w)
{
	ENABLE(ON_VM, "split irqchip", SPLIT_IRQCHIP, 24, OK);
	ENABLE(ON_VM, "split irqchip with as many routes as there are", SPLIT_IRQCHIP, 4096, OK);
	ENABLE(ON_VM, "split irqchip with more routes", SPLIT_IRQCHIP, 4097,
	       REFUSED(EINVAL, CAP_ARGUMENT));
	ENABLE(ON_SPLIT_VM, "split irqchip twice", SPLIT_IRQCHIP, 24,
	       REFUSED(EEXIST, CAP_SPLIT_EXISTS));
	ENABLE(ON_IRQCHIP_VM, "split irqchip after a full one", SPLIT_IRQCHIP, 24,
	       REFUSED(EEXIST, CAP_SPLIT_EXISTS));
	ENABLE(ON_VM, "split irqchip after a vCPU", SPLIT_IRQCHIP, 24,
	       REFUSED(EEXIST, CAP_SPLIT_EXISTS), .before = add_vcpu_0);
	ENABLE(ON_IRQCHIP_VM, "too many routes come before the irqchip", SPLIT_IRQCHIP, 4097,
	       REFUSED(EINVAL, CAP_ARGUMENT));
	ENABLE(ON_VM, "x2APIC ids of 32 bits, and no broadcast", X2APIC_API, 3, OK);
	ENABLE(ON_SPLIT_VM, "the same with a split irqchip", X2APIC_API, 3, OK);
	ENABLE(ON_VM, "an unknown flag of the x2APIC", X2APIC_API, 16,
	       REFUSED(EINVAL, CAP_ARGUMENT));
	ENABLE(ON_VM, "ends that APICs keep, without a split irqchip", X2APIC_API, 4,
	       REFUSED(EINVAL, CAP_ARGUMENT));
	ENABLE(ON_SPLIT_VM, "ends that APICs keep and don't keep", X2APIC_API, 12,
	       REFUSED(EINVAL, CAP_ARGUMENT));
	ROW(ON_VM, KVM_ENABLE_CAP, "split irqchip with flags",
	    IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_SPLIT_IRQCHIP, .flags = 1, .args = { 24 }),
	    REFUSED(EINVAL, CAP_ARGUMENT));
}

#define APIC_PAGE 0xfee00000UL
#define TSS	  0xfffbd000UL
#define LAST_TSS  0xffffd000UL

static int add_slot_at(struct world *w, uint64_t gpa)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = gpa,
		.memory_size = w->page,
		.userspace_addr = (uintptr_t)w->memory,
	};

	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static int add_slot_at_apic(struct world *w)
{
	return add_slot_at(w, APIC_PAGE);
}

static int add_slot_in_tss(struct world *w)
{
	return add_slot_at(w, TSS + 2 * w->page);
}

static int add_slot_behind_tss(struct world *w)
{
	return add_slot_at(w, TSS + 3 * w->page);
}

static int set_tss(struct world *w)
{
	return call(w, w->vm, KVM_SET_TSS_ADDR, TSS);
}

static const struct deviation no_apic_page = {
	.name = "no page for the APIC without VMX, or SVM's AVIC",
	.where = without_vmx,
	.answer = FD,
};

static const struct deviation no_tss_pages = {
	.name = "only VMX needs pages for a TSS",
	.where = without_vmx,
	.answer = OK,
};

static void tss_rows(struct world *w)
{
	ROW(ON_VM, KVM_SET_TSS_ADDR, "three pages below 4 GiB", TSS, OK);
	ROW(ON_VM, KVM_SET_TSS_ADDR, "the last three pages", LAST_TSS, OK);
	ROW(ON_VM, KVM_SET_TSS_ADDR, "one byte more", LAST_TSS + 1, REFUSED(EINVAL, TSS_RANGE));
	ROW(ON_VM, KVM_SET_TSS_ADDR, "beyond 4 GiB", 1UL << 32, REFUSED(EINVAL, TSS_RANGE));
	ROW(ON_VM, KVM_SET_TSS_ADDR, "a slot in the third page", TSS, REFUSED(EEXIST, TSS_OVERLAP),
	    .before = add_slot_in_tss, .deviation = &no_tss_pages);
	ROW(ON_VM, KVM_SET_TSS_ADDR, "a slot behind the pages", TSS, OK,
	    .before = add_slot_behind_tss);
	ROW(ON_VM, KVM_SET_TSS_ADDR, "twice", TSS, REFUSED(EEXIST, TSS_OVERLAP), .before = set_tss,
	    .deviation = &no_tss_pages);
	ROW(ON_VM, KVM_SET_USER_MEMORY_REGION, "a slot over the TSS",
	    IN(struct kvm_userspace_memory_region, .guest_phys_addr = TSS, .memory_size = w->page,
	       .userspace_addr = (uintptr_t)w->memory),
	    REFUSED(EEXIST, SLOT_OVERLAP), .before = set_tss, .deviation = &no_tss_pages);
}

static void identity_rows(struct world *w)
{
	ROW(ON_VM, KVM_SET_IDENTITY_MAP_ADDR, "a page", IN(uint64_t, 0xfffbc000), OK);
	ROW(ON_VM, KVM_SET_IDENTITY_MAP_ADDR, "0 is the default", IN(uint64_t, 0), OK);
	ROW(ON_VM, KVM_SET_IDENTITY_MAP_ADDR, "after a vCPU", IN(uint64_t, 0xfffbc000),
	    REFUSED(EINVAL, IDENTITY_LATE), .before = add_vcpu_0);
	ROW(ON_VM, KVM_SET_IDENTITY_MAP_ADDR, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	ROW(ON_VM, KVM_SET_IDENTITY_MAP_ADDR, "the vCPU comes before the argument", w->hole,
	    REFUSED(EINVAL, IDENTITY_LATE), .before = add_vcpu_0);
}

static void x86_rows(struct world *w)
{
	split_rows(w);
	tss_rows(w);
	identity_rows(w);
	ROW(ON_IRQCHIP_VM, KVM_CREATE_VCPU, "a slot where the APIC's page belongs", 0,
	    REFUSED(EEXIST, VCPU_APIC_PAGE), .before = add_slot_at_apic,
	    .deviation = &no_apic_page);
	ROW(ON_VM, KVM_CREATE_VCPU, "a slot at that address, and no irqchip", 0, FD,
	    .before = add_slot_at_apic);
}
#endif

void vm_rows(struct world *w)
{
	vcpu_id_rows(w);
	enable_rows(w);
#ifdef KVM_CLEAR_DIRTY_LOG
	manual_protect_rows(w);
#endif
#if defined(__x86_64__)
	x86_rows(w);
#endif
}
