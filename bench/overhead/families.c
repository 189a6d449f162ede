/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call, or a few, of each family that a VMM's control plane uses: a line or two each. */

#include <sys/ioctl.h>
#include <unistd.h>

#include "subject.h"

#define MSRS	32U
#define ROUTES	24U
#define MSR_TSC 0x10U
#define TSC_REG (KVMLIB_REG_X86 | KVMLIB_REG_SIZE_U64 | UINT64_C(2) << 32 | MSR_TSC)
/* Where the guest has no memory, and where its local APICs take messages. */
#define NOTHING_GPA 0xe0000000U
#define MSI_GPA	    0xfee00000U
#define IRQ	    5U

/* What the calls are given or fill in; lists with the header that the kernel wants. */
static _Alignas(64) unsigned char room[0x10000];
static uint64_t value;
static union {
	struct kvm_msrs list;
	unsigned char room[sizeof(struct kvm_msrs) + MSRS * sizeof(struct kvm_msr_entry)];
} msrs;
static union {
	struct kvm_irq_routing list;
	unsigned char room[sizeof(struct kvm_irq_routing) +
			   ROUTES * sizeof(struct kvm_irq_routing_entry)];
} routes;

static union {
	struct kvm_signal_mask mask;
	unsigned char room[sizeof(struct kvm_signal_mask) + sizeof(value)];
} no_signals = { .mask.len = sizeof(value) };
static struct kvm_irqchip ioapic = { .chip_id = KVM_IRQCHIP_IOAPIC };
static const struct kvm_msi msi = { .address_lo = MSI_GPA, .data = 0x30 };
static const struct kvm_guest_debug no_debug;
static const struct kvm_enable_cap halt_poll = { .cap = KVM_CAP_HALT_POLL, .args = { 200000 } };
static const uint64_t halt_poll_args[4] = { 200000 };
static const struct kvm_coalesced_mmio_zone zone = { .addr = NOTHING_GPA, .size = 4096 };

#define TSC_OFFSET KVM_VCPU_TSC_CTRL, KVM_VCPU_TSC_OFFSET
#define VFIO_ADD   KVM_DEV_VFIO_GROUP, KVM_DEV_VFIO_GROUP_ADD
static const struct kvm_device_attr tsc_offset = { 0, TSC_OFFSET, (uintptr_t)&value };
static const struct kvm_device_attr vfio_add = { 0, VFIO_ADD, 0 };
static const struct kvm_one_reg tsc = { TSC_REG, (uintptr_t)&value };

static struct kvm_clear_dirty_log *clearing(struct subject *subject)
{
	static struct kvm_clear_dirty_log clearing = { .slot = LOG_SLOT, .num_pages = 64 };

	clearing.dirty_bitmap = subject->bitmap;
	return &clearing;
}

static struct kvm_msrs *list_of_msrs(uint32_t count)
{
	msrs.list.nmsrs = count;
	return &msrs.list;
}

static struct kvm_cpuid2 *list_of_cpuid(struct subject *subject)
{
	subject->cpuid->nent = subject->nr_cpuid;
	return subject->cpuid;
}

static void *sized_room(void)
{
	((struct kvm_nested_state *)(void *)room)->size = sizeof(room);
	return room;
}

/* These come and go by turns. */
static bool is_to_go(struct subject *subject)
{
	return subject->turn++ & 1;
}

static struct kvm_irqfd *irqfd(struct subject *subject)
{
	static struct kvm_irqfd irqfd = { .gsi = IRQ };

	irqfd.fd = (uint32_t)subject->event_fd;
	irqfd.flags = is_to_go(subject) ? KVM_IRQFD_FLAG_DEASSIGN : 0;
	return &irqfd;
}

static struct kvm_ioeventfd *ioeventfd(struct subject *subject)
{
	static struct kvm_ioeventfd ioeventfd = { .addr = NOTHING_GPA, .len = 4 };

	ioeventfd.fd = subject->event_fd;
	ioeventfd.flags = is_to_go(subject) ? KVM_IOEVENTFD_FLAG_DEASSIGN : 0;
	return &ioeventfd;
}

#define VCPU(request, arg)   ioctl(subject->vcpu_fd, request, arg)
#define VM(request, arg)     ioctl(subject->vm_fd, request, arg)
#define DEVICE(request, arg) ioctl(subject->device_fd, request, arg)
/* The next place for a descriptor. */
#define NEW_FD (subject->vm_fds[subject->turn++])

/* FAMILY(row, calls in a round, capability, the raw call, the library's) */
#define FAMILIES(FAMILY)                                                                           \
	FAMILY(get_sregs, 500, USER_MEMORY, VCPU(KVM_GET_SREGS, room),                             \
	       kvmlib_vcpu_get_sregs(subject->vcpu, (void *)room))                                 \
	FAMILY(get_sregs2, 500, SREGS2, VCPU(KVM_GET_SREGS2, room),                                \
	       kvmlib_vcpu_get_sregs2(subject->vcpu, (void *)room))                                \
	FAMILY(get_fpu, 500, USER_MEMORY, VCPU(KVM_GET_FPU, room),                                 \
	       kvmlib_vcpu_get_fpu(subject->vcpu, (void *)room))                                   \
	FAMILY(get_xsave2, 500, XSAVE2, VCPU(KVM_GET_XSAVE2, room),                                \
	       kvmlib_vcpu_get_xsave2(subject->vcpu, room, sizeof(room)))                          \
	FAMILY(get_xcrs, 500, XCRS, VCPU(KVM_GET_XCRS, room),                                      \
	       kvmlib_vcpu_get_xcrs(subject->vcpu, (void *)room))                                  \
	FAMILY(get_debugregs, 500, DEBUGREGS, VCPU(KVM_GET_DEBUGREGS, room),                       \
	       kvmlib_vcpu_get_debugregs(subject->vcpu, (void *)room))                             \
	FAMILY(get_vcpu_events, 500, VCPU_EVENTS, VCPU(KVM_GET_VCPU_EVENTS, room),                 \
	       kvmlib_vcpu_get_vcpu_events(subject->vcpu, (void *)room))                           \
	FAMILY(get_mp_state, 500, MP_STATE, VCPU(KVM_GET_MP_STATE, room),                          \
	       kvmlib_vcpu_get_mp_state(subject->vcpu, (void *)room))                              \
	FAMILY(get_lapic, 500, IRQCHIP, VCPU(KVM_GET_LAPIC, room),                                 \
	       kvmlib_vcpu_get_lapic(subject->vcpu, (void *)room))                                 \
	FAMILY(get_nested_state, 500, NESTED_STATE, VCPU(KVM_GET_NESTED_STATE, sized_room()),      \
	       kvmlib_vcpu_get_nested_state(subject->vcpu, room, sizeof(room)))                    \
	FAMILY(get_msrs_1, 500, USER_MEMORY, VCPU(KVM_GET_MSRS, list_of_msrs(1)),                  \
	       kvmlib_vcpu_get_msrs(subject->vcpu, msrs.list.entries, 1))                          \
	FAMILY(get_msrs_32, 100, USER_MEMORY, VCPU(KVM_GET_MSRS, list_of_msrs(MSRS)),              \
	       kvmlib_vcpu_get_msrs(subject->vcpu, msrs.list.entries, MSRS))                       \
	FAMILY(get_cpuid2, 100, EXT_CPUID, VCPU(KVM_GET_CPUID2, list_of_cpuid(subject)),           \
	       kvmlib_vcpu_get_cpuid2(subject->vcpu, subject->cpuid->entries, subject->nr_cpuid,   \
				      &subject->cpuid->nent))                                      \
	FAMILY(set_cpuid2, 100, EXT_CPUID, VCPU(KVM_SET_CPUID2, list_of_cpuid(subject)),           \
	       kvmlib_vcpu_set_cpuid2(subject->vcpu, subject->cpuid->entries, subject->nr_cpuid))  \
	FAMILY(get_one_reg, 500, ONE_REG, VCPU(KVM_GET_ONE_REG, &tsc),                             \
	       kvmlib_vcpu_get_one_reg(subject->vcpu, TSC_REG, &value, sizeof(value)))             \
	FAMILY(get_tsc_khz, 500, GET_TSC_KHZ, VCPU(KVM_GET_TSC_KHZ, 0),                            \
	       kvmlib_vcpu_get_tsc_khz(subject->vcpu))                                             \
	FAMILY(get_vcpu_attr, 500, VCPU_ATTRIBUTES, VCPU(KVM_GET_DEVICE_ATTR, &tsc_offset),        \
	       kvmlib_vcpu_get_device_attr(subject->vcpu, TSC_OFFSET, &value))                     \
	FAMILY(set_vcpu_attr, 500, VCPU_ATTRIBUTES, VCPU(KVM_SET_DEVICE_ATTR, &tsc_offset),        \
	       kvmlib_vcpu_set_device_attr(subject->vcpu, TSC_OFFSET, &value))                     \
	FAMILY(has_device_attr, 500, DEVICE_CTRL, DEVICE(KVM_HAS_DEVICE_ATTR, &vfio_add),          \
	       kvmlib_device_has_attr(subject->device, VFIO_ADD))                                  \
	FAMILY(enable_cap, 500, HALT_POLL, VM(KVM_ENABLE_CAP, &halt_poll),                         \
	       kvmlib_vm_enable_cap(subject->vm, KVM_CAP_HALT_POLL, 0, halt_poll_args))            \
	FAMILY(set_guest_debug, 500, SET_GUEST_DEBUG, VCPU(KVM_SET_GUEST_DEBUG, &no_debug),        \
	       kvmlib_vcpu_set_guest_debug(subject->vcpu, &no_debug))                              \
	FAMILY(translate, 500, USER_MEMORY, VCPU(KVM_TRANSLATE, room),                             \
	       kvmlib_vcpu_translate(subject->vcpu, (void *)room))                                 \
	FAMILY(set_signal_mask, 500, USER_MEMORY, VCPU(KVM_SET_SIGNAL_MASK, &no_signals),          \
	       kvmlib_vcpu_set_signal_mask(subject->vcpu, &value))                                 \
	FAMILY(get_stats_fd, SPARE_VMS, BINARY_STATS_FD, NEW_FD = VM(KVM_GET_STATS_FD, 0),         \
	       NEW_FD = kvmlib_vm_get_stats_fd(subject->vm))                                       \
	FAMILY(get_clock, 500, ADJUST_CLOCK, VM(KVM_GET_CLOCK, room),                              \
	       kvmlib_vm_get_clock(subject->vm, (void *)room))                                     \
	FAMILY(get_irqchip, 500, IRQCHIP, VM(KVM_GET_IRQCHIP, &ioapic),                            \
	       kvmlib_vm_get_irqchip(subject->vm, &ioapic))                                        \
	FAMILY(get_pit2, 500, PIT_STATE2, VM(KVM_GET_PIT2, room),                                  \
	       kvmlib_vm_get_pit2(subject->vm, (void *)room))                                      \
	FAMILY(signal_msi, 500, SIGNAL_MSI, VM(KVM_SIGNAL_MSI, &msi),                              \
	       kvmlib_vm_signal_msi(subject->vm, &msi))                                            \
	FAMILY(set_gsi_routing_24, 20, IRQ_ROUTING, VM(KVM_SET_GSI_ROUTING, &routes.list),         \
	       kvmlib_vm_set_gsi_routing(subject->vm, (void *)routes.list.entries, ROUTES, 0))     \
	FAMILY(irqfd, 20, IRQFD, VM(KVM_IRQFD, irqfd(subject)),                                    \
	       kvmlib_vm_irqfd(subject->vm, irqfd(subject)))                                       \
	FAMILY(ioeventfd, 20, IOEVENTFD, VM(KVM_IOEVENTFD, ioeventfd(subject)),                    \
	       kvmlib_vm_ioeventfd(subject->vm, ioeventfd(subject)))                               \
	FAMILY(coalesced_mmio, 20, COALESCED_MMIO,                                                 \
	       VM(is_to_go(subject) ? KVM_UNREGISTER_COALESCED_MMIO : KVM_REGISTER_COALESCED_MMIO, \
		  &zone),                                                                          \
	       is_to_go(subject)                                                                   \
		       ? kvmlib_vm_unregister_coalesced_mmio(subject->vm, NOTHING_GPA, 4096, 0)    \
		       : kvmlib_vm_register_coalesced_mmio(subject->vm, NOTHING_GPA, 4096, 0))     \
	FAMILY(clear_dirty_log, 100, MANUAL_DIRTY_LOG_PROTECT2,                                    \
	       VM(KVM_CLEAR_DIRTY_LOG, clearing(subject)),                                         \
	       kvmlib_vm_clear_dirty_log(subject->vm, LOG_SLOT, 0, 64, subject->bitmap))

/* What rows change of the VM is the same before and after each round. */
static void begin(struct subject *subject)
{
	kvmlib_vm_enable_manual_dirty_log_protect2(subject->vm, 1);
	for (uint32_t i = 0; i < MSRS; i++)
		msrs.list.entries[i].index = MSR_TSC;
	routes.list.nr = ROUTES;
	for (uint32_t i = 0; i < ROUTES; i++)
		routes.list.entries[i] = (struct kvm_irq_routing_entry){
			.gsi = i,
			.type = KVM_IRQ_ROUTING_IRQCHIP,
			.u.irqchip = { .irqchip = KVM_IRQCHIP_IOAPIC, .pin = i },
		};
	subject->turn = 0;
}

static void end(struct subject *subject)
{
	kvmlib_vm_enable_manual_dirty_log_protect2(subject->vm, 0);
	kvmlib_vcpu_set_signal_mask(subject->vcpu, NULL);
	subject_drop_vms(subject);
}

static const char *lacking(const struct subject *subject, uint32_t capability)
{
	const bool has = capability == KVM_CAP_DEVICE_CTRL
				 ? subject->device != NULL
				 : kvmlib_vm_check_extension(subject->vm, capability) > 0;

	return has ? NULL : "not in this kernel";
}

/* The macro's parameters are whole expressions. NOLINTBEGIN(bugprone-macro-parentheses) */
#define FUNCTIONS(name, calls, capability, raw, wrapped)                 \
	static int raw_##name(struct subject *subject)                   \
	{                                                                \
		return raw;                                              \
	}                                                                \
	static int wrapped_##name(struct subject *subject)               \
	{                                                                \
		return wrapped;                                          \
	}                                                                \
	static const char *trouble_##name(const struct subject *subject) \
	{                                                                \
		return lacking(subject, KVM_CAP_##capability);           \
	}
FAMILIES(FUNCTIONS)
/* NOLINTEND(bugprone-macro-parentheses) */

#define ROW(name, calls, capability, raw, wrapped) \
	{ #name, raw_##name, wrapped_##name, calls, 1, begin, NULL, end, trouble_##name },
const struct row family_rows[] = { FAMILIES(ROW) };
const size_t family_nr_rows = sizeof(family_rows) / sizeof(family_rows[0]);
