/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model specific registers, and the lists of them. */
#include "row.h"

#if defined(__x86_64__)

#define UNREAD REFUSED(EFAULT, UNREADABLE)
#define LSTAR  0xc0000082U
#define STAR   0xc0000081U
#define NO_MSR 0x12345678U
#define UCODE  0x8bU  /* the microcode's number, which is the program's to set */
#define ARCH   0x10aU /* IA32_ARCH_CAPABILITIES, for vCPUs that have the feature */

struct two_msrs {
	uint32_t count;
	uint32_t padding;
	struct kvm_msr_entry entries[2];
};

struct one_index {
	uint32_t count;
	uint32_t index;
};

static const char *count_is_told(struct world *w)
{
	const struct one_index *list = (const struct one_index *)w->arg;

	return list->count > 1 ? NULL : "no count";
}

static void index_rows(struct world *w)
{
	ROW(ON_SYSTEM, KVM_GET_MSR_INDEX_LIST, "too little room", IN(struct one_index, .count = 1),
	    REFUSED(E2BIG, MSR_ROOM), .verify = count_is_told);
	ROW(ON_SYSTEM, KVM_GET_MSR_INDEX_LIST, "unreadable", w->hole, UNREAD);
	ROW(ON_SYSTEM, KVM_GET_MSR_FEATURE_INDEX_LIST, "no room", IN(struct one_index, .count = 0),
	    REFUSED(E2BIG, MSR_ROOM));
}

#define MSRS(first, value, second)      \
	IN(struct two_msrs, .count = 2, \
	   .entries = { { .index = (first), .data = (value) }, { .index = (second) } })

static const char *lstar_is_kept(struct world *w)
{
	struct two_msrs msrs = { .count = 1, .entries = { { .index = LSTAR } } };

	if (call_with(w, w->vcpu, KVM_GET_MSRS, &msrs) != 1)
		return "not told";
	return msrs.entries[0].data == 0x1000 ? NULL : "another value";
}

static void msr_rows_of_a_vcpu(struct world *w)
{
	ROW(ON_VCPU, KVM_SET_MSRS, "two", MSRS(LSTAR, 0x1000, STAR), VALUE(2),
	    .verify = lstar_is_kept);
	ROW(ON_VCPU, KVM_SET_MSRS, "the second is none", MSRS(LSTAR, 0, NO_MSR), VALUE(1));
	ROW(ON_VCPU, KVM_SET_MSRS, "an address that is not canonical",
	    MSRS(LSTAR, 1ULL << 60, STAR), VALUE(0));
	ROW(ON_VCPU, KVM_SET_MSRS, "the microcode's number", MSRS(UCODE, 7, STAR), VALUE(2));
	ROW(ON_VCPU, KVM_SET_MSRS, "nothing without its feature", MSRS(ARCH, 0, STAR), VALUE(2));
	ROW(ON_VCPU, KVM_SET_MSRS, "256", IN(struct two_msrs, .count = 256),
	    REFUSED(E2BIG, MSR_COUNT));
	ROW(ON_VCPU, KVM_SET_MSRS, "unreadable", w->hole, UNREAD);
	ROW(ON_VCPU, KVM_GET_MSRS, "two", MSRS(LSTAR, 0, STAR), VALUE(2));
	ROW(ON_VCPU, KVM_GET_MSRS, "the second is none", MSRS(LSTAR, 0, NO_MSR), VALUE(1));
	ROW(ON_VCPU, KVM_GET_MSRS, "256", IN(struct two_msrs, .count = 256),
	    REFUSED(E2BIG, MSR_COUNT));
	ROW(ON_VCPU, KVM_GET_MSRS, "unreadable", w->hole, UNREAD);
	ROW(ON_SYSTEM, KVM_GET_MSRS, "no feature", MSRS(NO_MSR, 0, 0), VALUE(0));
}

static void *padded(const struct world *w, uint32_t count)
{
	struct {
		uint32_t count;
		uint32_t padding;
		struct kvm_cpuid_entry2 entry;
	} list = { .count = count, .entry = { .padding = { 1 } } };

	return put(w, &list, sizeof(list));
}

static void cpuid_variant_rows(struct world *w)
{
	ROW(ON_SYSTEM, KVM_GET_EMULATED_CPUID, "a set padding", padded(w, 1),
	    REFUSED(EINVAL, CPUID_PADDING));
	ROW(ON_SYSTEM, KVM_GET_EMULATED_CPUID, "no room", padded(w, 0), REFUSED(E2BIG, CPUID_ROOM));
	ROW(ON_SYSTEM, KVM_GET_SUPPORTED_HV_CPUID, "too little room", padded(w, 1),
	    REFUSED(E2BIG, CPUID_ROOM), NEEDS(SYS_HYPERV_CPUID));
	ROW(ON_VCPU, KVM_SET_CPUID, "none", IN(struct kvm_cpuid, .nent = 0), OK);
	ROW(ON_VCPU, KVM_SET_CPUID, "257", IN(struct kvm_cpuid, .nent = 257),
	    REFUSED(E2BIG, CPUID_COUNT));
}

void msr_rows(struct world *w)
{
	index_rows(w);
	msr_rows_of_a_vcpu(w);
	cpuid_variant_rows(w);
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void msr_rows(struct world *w)
{
	(void)w;
}

#endif
