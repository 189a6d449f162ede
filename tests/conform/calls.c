/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that leave nothing to get again, but for nested state. */
#include "row.h"

#include <signal.h>

#define UNREAD REFUSED(EFAULT, UNREADABLE)

/* As the kernel has it, 8 bytes that follow the length at once. */
struct mask {
	uint32_t len;
	uint32_t set[2];
};

#define MASK(length, ...) IN(struct mask, .len = (length), .set = { __VA_ARGS__ })

static void signal_mask_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_SET_SIGNAL_MASK, "all let in", MASK(8, 0), OK);
	ROW(ON_VCPU, KVM_SET_SIGNAL_MASK, "none, the thread's again", 0, OK);
	ROW(ON_VCPU, KVM_SET_SIGNAL_MASK, "half of one", MASK(4, 0), REFUSED(EINVAL, SIGNAL_MASK));
	ROW(ON_VCPU, KVM_SET_SIGNAL_MASK, "one of libc", MASK(128, 0),
	    REFUSED(EINVAL, SIGNAL_MASK));
	ROW(ON_VCPU, KVM_SET_SIGNAL_MASK, "a length and no mask", IN(uint32_t, 8), UNREAD);
	ROW(ON_VCPU, KVM_SET_SIGNAL_MASK, "unreadable", w->hole, UNREAD);
}

#if defined(__x86_64__)

/* Without any memory 6.1 looks at no signal. */
static int add_slot(struct world *w)
{
	struct kvm_userspace_memory_region slot = { .memory_size = w->page,
						    .userspace_addr = (uintptr_t)w->memory };

	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &slot);
}

/* A signal that the thread blocks, and the run does not, ends it and stays pending. */
static int run_with_pending(struct world *w)
{
	struct mask mask = { .len = 8 };
	struct timespec now = { 0 };
	sigset_t usr1;
	sigset_t old;
	int r;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, &old);
	r = call_with(w, w->vcpu, KVM_SET_SIGNAL_MASK, &mask);
	raise(SIGUSR1);
	if (r == 0)
		r = call(w, w->vcpu, KVM_RUN, 0);
	if (sigtimedwait(&usr1, NULL, &now) != SIGUSR1)
		r = -ENOMSG;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return r;
}

#define DEBUG(bits) IN(struct kvm_guest_debug, .control = (bits))

static int inject_db(struct world *w)
{
	struct kvm_guest_debug debug = { .control = KVMLIB_GUESTDBG_INJECT_DB };

	return call_with(w, w->vcpu, KVM_SET_GUEST_DEBUG, &debug);
}

static void debug_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_SET_GUEST_DEBUG, "off", DEBUG(0), OK);
	ROW(ON_VCPU, KVM_SET_GUEST_DEBUG, "single steps",
	    DEBUG(KVMLIB_GUESTDBG_ENABLE | KVMLIB_GUESTDBG_SINGLESTEP), OK);
	ROW(ON_VCPU, KVM_SET_GUEST_DEBUG, "unknown bits", DEBUG(1U << 31), OK);
	ROW(ON_VCPU, KVM_SET_GUEST_DEBUG, "an exception", DEBUG(KVMLIB_GUESTDBG_INJECT_BP), OK);
	ROW(ON_VCPU, KVM_SET_GUEST_DEBUG, "a second exception", DEBUG(KVMLIB_GUESTDBG_INJECT_BP),
	    REFUSED(EBUSY, DEBUG_PENDING), .before = inject_db);
	ROW(ON_VCPU, KVM_SET_GUEST_DEBUG, "off while an exception is pending", DEBUG(0), OK,
	    .before = inject_db);
	ROW(ON_VCPU, KVM_SET_GUEST_DEBUG, "unreadable", w->hole, UNREAD);
}

#define VALID	   (1ULL << 63)
#define ERROR(...) IN(struct kvm_x86_mce, __VA_ARGS__)

static int set_up_banks(struct world *w)
{
	uint64_t cap = 10;

	return call_with(w, w->vcpu, KVM_X86_SETUP_MCE, &cap);
}

static void error_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_X86_SETUP_MCE, "33 banks", IN(uint64_t, 33), REFUSED(EINVAL, MCE_CAP));
	ROW(ON_VCPU, KVM_X86_SETUP_MCE, "an unknown ability", IN(uint64_t, 1 | 1ULL << 40),
	    REFUSED(EINVAL, MCE_CAP));
	ROW(ON_VCPU, KVM_X86_SETUP_MCE, "unreadable", w->hole, UNREAD);
	ROW(ON_VCPU, KVM_X86_SET_MCE, "the last of 32 banks", ERROR(.status = VALID, .bank = 31),
	    OK);
	ROW(ON_VCPU, KVM_X86_SET_MCE, "a 33rd bank", ERROR(.status = VALID, .bank = 32),
	    REFUSED(EINVAL, MCE_BANK));
	ROW(ON_VCPU, KVM_X86_SET_MCE, "the eleventh of ten banks",
	    ERROR(.status = VALID, .bank = 10), REFUSED(EINVAL, MCE_BANK), .before = set_up_banks);
	ROW(ON_VCPU, KVM_X86_SET_MCE, "a status that is not valid", ERROR(.bank = 0),
	    REFUSED(EINVAL, MCE_BANK));
	ROW(ON_VCPU, KVM_X86_SET_MCE, "unreadable", w->hole, UNREAD);
	ROW(ON_VCPU, KVM_SMI, "one", 0, OK, NEEDS(X86_SMM));
}

#define CAP(name, ...) IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_##name, __VA_ARGS__)

static void capability_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_ENABLE_CAP, "a vCPU's", CAP(ENFORCE_PV_FEATURE_CPUID, .args = { 1 }), OK);
	ROW(ON_VCPU, KVM_ENABLE_CAP, "a flag", CAP(ENFORCE_PV_FEATURE_CPUID, .flags = 1),
	    REFUSED(EINVAL, CAP_OF_VCPU));
	ROW(ON_VCPU, KVM_ENABLE_CAP, "a VM's", CAP(SPLIT_IRQCHIP, .args = { 24 }),
	    REFUSED(EINVAL, CAP_OF_VCPU));
	ROW(ON_VCPU, KVM_ENABLE_CAP, "the CPUID of Hyper-V",
	    CAP(HYPERV_ENFORCE_CPUID, .args = { 1 }), OK, .deviation = &no_hyperv);
	ROW(ON_IRQCHIP_VCPU, KVM_ENABLE_CAP, "the SynIC", CAP(HYPERV_SYNIC2, .flags = 0), OK,
	    .deviation = &no_hyperv);
	ROW(ON_IRQCHIP_VCPU, KVM_ENABLE_CAP, "the SynIC, with an argument",
	    CAP(HYPERV_SYNIC2, .args = { 1 }), REFUSED(EINVAL, CAP_OF_VCPU));
	ROW(ON_VCPU, KVM_ENABLE_CAP, "the SynIC, no irqchip", CAP(HYPERV_SYNIC, .flags = 0),
	    REFUSED(EINVAL, CAP_OF_VCPU));
	ROW(ON_VCPU, KVM_ENABLE_CAP, "a VMCS where there is none",
	    CAP(HYPERV_ENLIGHTENED_VMCS, .flags = 0), REFUSED(ENOTTY, CAP_NOT_SVM),
	    .deviation = &no_hyperv);
	ROW(ON_VCPU, KVM_ENABLE_CAP, "unreadable", w->hole, UNREAD);
}

#define HEADER ((uint32_t)sizeof(struct kvm_nested_state))
#define SVM    KVMLIB_STATE_NESTED_FORMAT_SVM
#define GIF    KVMLIB_STATE_NESTED_GIF_SET
#define NESTED(bytes, kind, bits) \
	IN(struct kvm_nested_state, .size = (bytes), .format = (kind), .flags = (bits))

static const char *nested_at_reset(struct world *w)
{
	const struct kvm_nested_state *state = (const struct kvm_nested_state *)w->arg;

	if (state->size != sizeof(*state) || state->format != KVMLIB_STATE_NESTED_FORMAT_SVM)
		return "another size or format";
	return state->flags == KVMLIB_STATE_NESTED_GIF_SET ? NULL : "other flags";
}

static const char *size_is_told(struct world *w)
{
	const uint32_t *header = (const uint32_t *)w->arg;

	return header[1] == sizeof(struct kvm_nested_state) ? NULL : "another size";
}

static void nested_get_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_NESTED_STATE, "a header", NESTED(HEADER, 0, 0), OK,
	    NEEDS(NESTED_STATE), .verify = nested_at_reset);
	ROW(ON_VCPU, KVM_GET_NESTED_STATE, "less than a header", IN(uint64_t, 127ULL << 32),
	    REFUSED(E2BIG, NESTED_ROOM), NEEDS(NESTED_STATE), .verify = size_is_told);
	ROW(ON_VCPU, KVM_GET_NESTED_STATE, "room that is not there", IN(uint64_t, 128ULL << 32),
	    REFUSED(EFAULT, UNWRITABLE), NEEDS(NESTED_STATE));
	ROW(ON_VCPU, KVM_GET_NESTED_STATE, "unreadable", w->hole, UNREAD, NEEDS(NESTED_STATE));
}

static const char *gif_is_closed(struct world *w)
{
	struct kvm_nested_state state = { .size = sizeof(state) };

	if (call_with(w, w->vcpu, KVM_GET_NESTED_STATE, &state) < 0)
		return "not told";
	return state.flags ? "other flags" : NULL;
}

static const struct deviation gif_is_open = {
	.name = "GIF had to be open without SVM",
	.before = KERNEL(6, 13),
	.gone_by = KERNEL(7, 2),
	.answer = REFUSED(EINVAL, NONE),
};

static void nested_set_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_SET_NESTED_STATE, "that of a reset", NESTED(HEADER, SVM, GIF), OK,
	    NEEDS(NESTED_STATE));
	ROW(ON_VCPU, KVM_SET_NESTED_STATE, "less than a header", NESTED(HEADER - 1, SVM, GIF),
	    REFUSED(EINVAL, NESTED_HEADER), NEEDS(NESTED_STATE));
	ROW(ON_VCPU, KVM_SET_NESTED_STATE, "an unknown flag", NESTED(HEADER, SVM, GIF | 0x8000),
	    REFUSED(EINVAL, NESTED_HEADER), NEEDS(NESTED_STATE));
	ROW(ON_VCPU, KVM_SET_NESTED_STATE, "the format of VMX",
	    NESTED(HEADER, KVMLIB_STATE_NESTED_FORMAT_VMX, GIF), REFUSED(EINVAL, NESTED_HEADER),
	    NEEDS(NESTED_STATE));
	ROW(ON_VCPU, KVM_SET_NESTED_STATE, "a guest without SVM",
	    NESTED(HEADER, SVM, GIF | KVMLIB_STATE_NESTED_GUEST_MODE),
	    REFUSED(EINVAL, NESTED_NO_SVM), NEEDS(NESTED_STATE));
	ROW(ON_VCPU, KVM_SET_NESTED_STATE, "a closed GIF without SVM", NESTED(HEADER, SVM, 0), OK,
	    NEEDS(NESTED_STATE), .verify = gif_is_closed, .deviation = &gif_is_open);
	ROW(ON_VCPU, KVM_SET_NESTED_STATE, "unreadable", w->hole, UNREAD, NEEDS(NESTED_STATE));
}

static const struct deviation no_vcpu_encryption = {
	.name = "a vCPU had no such call before TDX",
	.before = KERNEL(6, 13),
	.gone_by = KERNEL(7, 0),
	.answer = REFUSED(EINVAL, NONE),
};

static void encryption_rows(struct world *w)
{
	ROW(ON_VM, KVM_MEMORY_ENCRYPT_OP, "a plain VM, unread", w->hole,
	    REFUSED(ENOTTY, NOT_ENCRYPTED));
	ROW(ON_VCPU, KVM_MEMORY_ENCRYPT_OP, "a plain VM's vCPU, unread", w->hole,
	    REFUSED(ENOTTY, NOT_ENCRYPTED), .deviation = &no_vcpu_encryption);
	ROW(ON_VM, KVM_MEMORY_ENCRYPT_REG_REGION, "a plain VM",
	    IN(struct kvm_enc_region, .size = w->page), REFUSED(ENOTTY, NOT_ENCRYPTED));
	ROW(ON_VM, KVM_MEMORY_ENCRYPT_REG_REGION, "unreadable", w->hole, UNREAD);
	ROW(ON_VM, KVM_MEMORY_ENCRYPT_UNREG_REGION, "a plain VM",
	    IN(struct kvm_enc_region, .size = w->page), REFUSED(ENOTTY, NOT_ENCRYPTED));
	ROW(ON_VM, KVM_MEMORY_ENCRYPT_UNREG_REGION, "unreadable", w->hole, UNREAD);
}

static const struct deviation no_attributes = {
	.name = "memory has attributes from 6.8 on, where private memory is built in",
	.before = KERNEL(6, 8),
	.gone_by = ~0U,
	.answer = REFUSED(ENOTTY, NONE),
};

#define ATTRIBUTES(at, length, bits, flag)                                                        \
	IN(struct kvm_memory_attributes, .address = (at), .size = (length), .attributes = (bits), \
	   .flags = (flag))

static void attribute_rows(struct world *w)
{
	ROW(ON_VM, KVM_SET_MEMORY_ATTRIBUTES, "none", ATTRIBUTES(0, w->page, 0, 0), OK,
	    .deviation = &no_attributes);
	ROW(ON_VM, KVM_SET_MEMORY_ATTRIBUTES, "a flag", ATTRIBUTES(0, w->page, 0, 1),
	    REFUSED(EINVAL, ATTRIBUTES), .deviation = &no_attributes);
	ROW(ON_VM, KVM_SET_MEMORY_ATTRIBUTES, "private, in a plain VM",
	    ATTRIBUTES(0, w->page, KVMLIB_MEMORY_ATTRIBUTE_PRIVATE, 0), REFUSED(EINVAL, ATTRIBUTES),
	    .deviation = &no_attributes);
	ROW(ON_VM, KVM_SET_MEMORY_ATTRIBUTES, "no size", ATTRIBUTES(0, 0, 0, 0),
	    REFUSED(EINVAL, ATTRIBUTES_RANGE), .deviation = &no_attributes);
	ROW(ON_VM, KVM_SET_MEMORY_ATTRIBUTES, "half a page", ATTRIBUTES(0, w->page / 2, 0, 0),
	    REFUSED(EINVAL, ATTRIBUTES_RANGE), .deviation = &no_attributes);
	ROW(ON_VM, KVM_SET_MEMORY_ATTRIBUTES, "from half a page on",
	    ATTRIBUTES(w->page / 2, w->page, 0, 0), REFUSED(EINVAL, ATTRIBUTES_RANGE),
	    .deviation = &no_attributes);
	ROW(ON_VM, KVM_SET_MEMORY_ATTRIBUTES, "a range that wraps",
	    ATTRIBUTES(UINT64_MAX - w->page + 1, 2 * w->page, 0, 0),
	    REFUSED(EINVAL, ATTRIBUTES_RANGE), .deviation = &no_attributes);
	ROW(ON_VM, KVM_SET_MEMORY_ATTRIBUTES, "unreadable", w->hole, UNREAD,
	    .deviation = &no_attributes);
}

void call_rows(struct world *w)
{
	signal_mask_rows(w);
	ACT(ON_IRQCHIP_VCPU, "KVM_RUN", "a pending signal that the thread alone blocks",
	    run_with_pending, REFUSED(EINTR, RUN_INTERRUPTED), .before = add_slot);
	debug_rows(w);
	error_rows(w);
	capability_rows(w);
	nested_get_rows(w);
	nested_set_rows(w);
	encryption_rows(w);
	attribute_rows(w);
	ROW(ON_VM, KVM_RESET_DIRTY_RINGS, "no rings", 0, REFUSED(EINVAL, NO_RINGS));
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void call_rows(struct world *w)
{
	signal_mask_rows(w);
}

#endif
