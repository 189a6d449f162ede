/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small calls of x86, and those that make a descriptor. */
#include "row.h"

#if defined(__x86_64__)

#define UNREAD REFUSED(EFAULT, UNREADABLE)

static void interrupt_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_INTERRUPT, "the last", IN(struct kvm_interrupt, .irq = 255), OK);
	ROW(ON_VCPU, KVM_INTERRUPT, "256", IN(struct kvm_interrupt, .irq = 256),
	    REFUSED(EINVAL, INTERRUPT_VECTOR));
	ROW(ON_IRQCHIP_VCPU, KVM_INTERRUPT, "with a PIC", IN(struct kvm_interrupt, .irq = 32),
	    REFUSED(ENXIO, INTERRUPT_PIC));
	ROW(ON_VCPU, KVM_INTERRUPT, "unreadable", w->hole, UNREAD);
	ROW(ON_VCPU, KVM_NMI, "one", 0, OK);
	ROW(ON_VCPU, KVM_KVMCLOCK_CTRL, "no kvmclock", 0, REFUSED(EINVAL, NO_KVMCLOCK));
	ROW(ON_VCPU, KVM_SET_VAPIC_ADDR, "no APIC", IN(struct kvm_vapic_addr, .vapic_addr = 0),
	    REFUSED(EINVAL, NO_APIC));
	ROW(ON_VCPU, KVM_X86_SETUP_MCE, "no banks", IN(uint64_t, 0), REFUSED(EINVAL, MCE_CAP));
	ROW(ON_VCPU, KVM_X86_SETUP_MCE, "ten banks", IN(uint64_t, 10), OK);
	ROW(ON_VCPU, KVM_GET_TSC_KHZ, "some", 0, AT_LEAST(1));
}

static int add_vcpu_0(struct world *w)
{
	w->vcpu = call(w, w->vm, KVM_CREATE_VCPU, 0);
	return w->vcpu;
}

static const char *is_identical(struct world *w)
{
	const struct kvm_translation *translation = (const struct kvm_translation *)w->arg;

	return translation->valid && translation->physical_address == 0x1234 ? NULL : "another";
}

static void vm_setting_rows(struct world *w)
{
	ROW(ON_VM, KVM_SET_NR_MMU_PAGES, "64", 64, OK);
	ROW(ON_VM, KVM_SET_NR_MMU_PAGES, "63", 63, REFUSED(EINVAL, MMU_PAGES));
	ROW(ON_VM, KVM_SET_BOOT_CPU_ID, "the second", 1, OK);
	ROW(ON_VM, KVM_SET_BOOT_CPU_ID, "after a vCPU", 1, REFUSED(EBUSY, BOOT_CPU_LATE),
	    .before = add_vcpu_0);
	ROW(ON_IRQCHIP_VM, KVM_REINJECT_CONTROL, "no PIT", OUT(struct kvm_reinject_control),
	    REFUSED(ENXIO, NO_PIT));
	ROW(ON_VCPU, KVM_TRANSLATE, "without paging",
	    IN(struct kvm_translation, .linear_address = 0x1234), OK, .verify = is_identical);
	ROW(ON_VCPU, KVM_GET_ONE_REG, "another architecture's", IN(struct kvm_one_reg, .id = 0),
	    REFUSED(EINVAL, REGISTER_ID), NEEDS(ONE_REG));
	ROW(ON_VM, KVM_GET_STATS_FD, "of a VM", 0, FD);
	ROW(ON_VCPU, KVM_GET_STATS_FD, "of a vCPU", 0, FD);
}

#define MEMFD(bytes, bits) IN(struct kvm_create_guest_memfd, .size = (bytes), .flags = (bits))

static void memfd_rows(struct world *w)
{
	ROW(ON_VM, KVM_CREATE_GUEST_MEMFD, "a page", MEMFD(w->page, 0), FD, NEEDS(GUEST_MEMFD));
	ROW(ON_VM, KVM_CREATE_GUEST_MEMFD, "no size", MEMFD(0, 0), REFUSED(EINVAL, GMEM_SIZE),
	    NEEDS(GUEST_MEMFD));
	ROW(ON_VM, KVM_CREATE_GUEST_MEMFD, "half a page", MEMFD(w->page / 2, 0),
	    REFUSED(EINVAL, GMEM_SIZE), NEEDS(GUEST_MEMFD));
	ROW(ON_VM, KVM_CREATE_GUEST_MEMFD, "an unknown flag", MEMFD(w->page, 1ULL << 40),
	    REFUSED(EINVAL, GMEM_FLAGS), NEEDS(GUEST_MEMFD));
	ROW(ON_VM, KVM_SET_USER_MEMORY_REGION2, "a guest_memfd that is not open",
	    IN(struct kvm_userspace_memory_region2, .flags = KVMLIB_MEM_GUEST_MEMFD,
	       .memory_size = w->page, .userspace_addr = (uintptr_t)w->memory, .guest_memfd = 9999),
	    REFUSED(EBADF, SLOT_MEMFD), NEEDS(GUEST_MEMFD));
	ROW(ON_VM, KVM_SET_USER_MEMORY_REGION2, "a slot without guest_memfd",
	    IN(struct kvm_userspace_memory_region2, .memory_size = w->page,
	       .userspace_addr = (uintptr_t)w->memory),
	    OK, NEEDS(USER_MEMORY2));
}

void small_rows(struct world *w)
{
	interrupt_rows(w);
	vm_setting_rows(w);
	memfd_rows(w);
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void small_rows(struct world *w)
{
	(void)w;
}

#endif
