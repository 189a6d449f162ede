/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small calls of x86: what each refuses, and what it keeps. */
#include "internal.h"

#if defined(__x86_64__)

#define LEAST_MMU_PAGES 64UL
#define TSC_KHZ		2000000U
#define MAX_BANKS	32U
#define MCE_CAP		(1ULL << 8 | 1ULL << 24) /* MCG_CTL and recovery; no banks */
#define MCE_COUNTS	0xff00ffULL		 /* banks, and extended registers */
#define MCE_VALID	(1ULL << 63)		 /* a status that counts */

int kvmlib__sim_get_tsc_khz(const struct sim_call *call)
{
	uint32_t khz = TSC_KHZ;

	kvmlib__sim_recall(call, KVM_SET_TSC_KHZ, &khz, sizeof(khz));
	return (int)khz;
}

/* The guest's counter is the host's by a ratio, and an offset that was reckoned with the ratio of then. */
int kvmlib__sim_set_tsc_khz(const struct sim_call *call)
{
	uint32_t khz = call->arg ? (uint32_t)call->arg : TSC_KHZ;
	uint32_t before = (uint32_t)kvmlib__sim_get_tsc_khz(call);
	int r = kvmlib__sim_scale_tsc(call, khz, before);

	return r < 0 ? r : kvmlib__sim_keep(call, KVM_SET_TSC_KHZ, &khz, sizeof(khz));
}

int kvmlib__sim_set_nr_mmu_pages(const struct sim_call *call)
{
	return call->arg < LEAST_MMU_PAGES ? REFUSE(MMU_PAGES) : 0;
}

int kvmlib__sim_set_boot_cpu_id(const struct sim_call *call)
{
	return call->vm->nr_vcpus ? REFUSE(BOOT_CPU_LATE) : 0;
}

/* A number that goes to the guest at its next entry, unless the PIC brings them. */
int kvmlib__sim_interrupt(const struct sim_call *call)
{
	struct kvm_interrupt interrupt;
	int r = kvmlib__sim_copy_from_user(&interrupt, call->arg, sizeof(interrupt));

	if (r < 0)
		return r;
	if (interrupt.irq > 255)
		return REFUSE(INTERRUPT_VECTOR);
	return call->vm->irqchip && !call->vm->split ? REFUSE(INTERRUPT_PIC) : 0;
}

int kvmlib__sim_kvmclock_ctrl(const struct sim_call *call)
{
	(void)call;
	return REFUSE(NO_KVMCLOCK);
}

int kvmlib__sim_set_vapic_addr(const struct sim_call *call)
{
	struct kvm_vapic_addr address;
	int r = kvmlib__sim_need_apic(call, NULL);

	return r < 0 ? r : kvmlib__sim_copy_from_user(&address, call->arg, sizeof(address));
}

int kvmlib__sim_reinject_control(const struct sim_call *call)
{
	struct kvm_reinject_control control;
	int r = kvmlib__sim_copy_from_user(&control, call->arg, sizeof(control));

	return r < 0 ? r : kvmlib__sim_need_pit(call, NULL);
}

int kvmlib__sim_get_mce_cap(const struct sim_call *call)
{
	uint64_t cap = MCE_CAP;

	return kvmlib__sim_copy_to_user(call->arg, &cap, sizeof(cap));
}

int kvmlib__sim_setup_mce(const struct sim_call *call)
{
	uint64_t cap;
	int r = kvmlib__sim_copy_from_user(&cap, call->arg, sizeof(cap));

	if (r < 0)
		return r;
	if (!(cap & 0xffU) || (cap & 0xffU) > MAX_BANKS || cap & ~(MCE_CAP | MCE_COUNTS))
		return REFUSE(MCE_CAP);
	return kvmlib__sim_keep(call, KVM_X86_SETUP_MCE, &cap, sizeof(cap));
}

/* What an error does to the guest is not simulated. */
int kvmlib__sim_set_mce(const struct sim_call *call)
{
	struct kvm_x86_mce error;
	uint64_t cap = MAX_BANKS;
	int r = kvmlib__sim_copy_from_user(&error, call->arg, sizeof(error));

	if (r < 0)
		return r;
	kvmlib__sim_recall(call, KVM_X86_SETUP_MCE, &cap, sizeof(cap));
	if (error.bank >= (cap & 0xffU) || !(error.status & MCE_VALID))
		return REFUSE(MCE_BANK);
	return 0;
}

int kvmlib__sim_smi(const struct sim_call *call)
{
	return kvmlib__sim_capability(call->sim, KVMLIB_CAP_X86_SMM) ? 0 : REFUSE(NO_SMM);
}

/* A host without SEV and TDX: it does not look at the command. */
int kvmlib__sim_encrypt_op(const struct sim_call *call)
{
	(void)call;
	return REFUSE(NOT_ENCRYPTED);
}

int kvmlib__sim_encrypt_region(const struct sim_call *call)
{
	struct kvm_enc_region region;
	int r = kvmlib__sim_copy_from_user(&region, call->arg, sizeof(region));

	return r < 0 ? r : REFUSE(NOT_ENCRYPTED);
}

static int enable_synic(const struct sim_call *call, const struct kvm_enable_cap *cap)
{
	bool second = cap->cap == KVMLIB_CAP_HYPERV_SYNIC2;

	return !call->vm->irqchip || (second && cap->args[0]) ? REFUSE(CAP_OF_VCPU) : 0;
}

int kvmlib__sim_enable_vcpu_cap(const struct sim_call *call)
{
	struct kvm_enable_cap cap;
	int r = kvmlib__sim_copy_from_user(&cap, call->arg, sizeof(cap));

	if (r < 0)
		return r;
	if (cap.flags)
		return REFUSE(CAP_OF_VCPU);
	switch (cap.cap) {
	case KVMLIB_CAP_HYPERV_SYNIC:
	case KVMLIB_CAP_HYPERV_SYNIC2:
		return enable_synic(call, &cap);
	case KVMLIB_CAP_HYPERV_ENLIGHTENED_VMCS:
		return REFUSE(CAP_NOT_SVM);
	case KVMLIB_CAP_HYPERV_ENFORCE_CPUID:
	case KVMLIB_CAP_ENFORCE_PV_FEATURE_CPUID:
		return 0;
	default:
		return REFUSE(CAP_OF_VCPU);
	}
}

/* Without paging linear addresses are physical; page tables are not walked. */
int kvmlib__sim_translate(const struct sim_call *call)
{
	struct kvm_translation translation;
	int r = kvmlib__sim_copy_from_user(&translation, call->arg, sizeof(translation));

	if (r < 0)
		return r;
	translation.physical_address = translation.linear_address;
	translation.valid = !(call->vcpu->sregs.cr0 >> 31 & 1U);
	translation.writeable = 1;
	translation.usermode = 0;
	return kvmlib__sim_copy_to_user(call->arg, &translation, sizeof(translation));
}

#else
/* A file must not be empty. */
typedef int kvmlib__sim_no_x86;
#endif
