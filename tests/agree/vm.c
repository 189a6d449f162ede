/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The system, VMs, their slots and what the guest's memory is otherwise. */

#include "pair.h"

#define SYSTEM(request, arg) ioctl(raw.kvm, request, arg)
#define VM(request, arg)     ioctl(raw.vm, request, arg)
#define IN(type, ...)	     (&(struct type){ __VA_ARGS__ })

#define NO_CAP 0xffffffU

static int create_vm(uint64_t type)
{
	const struct kvmlib_vm_opts opts = { .size = sizeof(opts), .type = type };
	struct kvmlib_vm *vm = NULL;
	int r = kvmlib_system_create_vm(ours.system, &opts, &vm);

	kvmlib_vm_unref(vm);
	return r;
}

static int create_vcpu(uint32_t id)
{
	struct kvmlib_vcpu *vcpu = NULL;
	int r = kvmlib_vm_create_vcpu(ours.vm, id, &vcpu);

	kvmlib_vcpu_unref(vcpu);
	return r;
}

/* As the kernel would answer them; the library takes them apart. */
struct cpuid {
	uint32_t nent;
	uint32_t padding;
	struct kvm_cpuid_entry2 entries[256];
};

static struct cpuid *room(struct cpuid *cpuid, uint32_t nent)
{
	cpuid->nent = nent;
	cpuid->padding = 0;
	return cpuid;
}

static int attr_of_system(uint64_t attr, uint64_t *value)
{
	return SYSTEM(KVM_GET_DEVICE_ATTR,
		      IN(kvm_device_attr, .attr = attr, .addr = (uintptr_t)value));
}

void system_rows(void)
{
	if (!made(pair_open(), "the system"))
		return;
	ROW(SUCCEEDS, "KVM_GET_API_VERSION", char, SYSTEM(KVM_GET_API_VERSION, 0),
	    kvmlib_system_get_api_version(ours.system));
	ROW(FAILS, "KVM_GET_API_VERSION with an argument", char, SYSTEM(KVM_GET_API_VERSION, 1),
	    kvmlib_system_ioctl(ours.system, KVM_GET_API_VERSION, 1));
	ROW(SUCCEEDS, "KVM_GET_VCPU_MMAP_SIZE", char, SYSTEM(KVM_GET_VCPU_MMAP_SIZE, 0),
	    kvmlib_system_get_vcpu_mmap_size(ours.system));
	ROW(SUCCEEDS, "KVM_CHECK_EXTENSION of the system", char,
	    SYSTEM(KVM_CHECK_EXTENSION, KVMLIB_CAP_NR_MEMSLOTS),
	    kvmlib_system_check_extension(ours.system, KVMLIB_CAP_NR_MEMSLOTS));
	ROW(SUCCEEDS, "KVM_CHECK_EXTENSION, none of that number", char,
	    SYSTEM(KVM_CHECK_EXTENSION, NO_CAP),
	    kvmlib_system_check_extension(ours.system, NO_CAP));
	ROW(SUCCEEDS, "KVM_CREATE_VM", char, closed(SYSTEM(KVM_CREATE_VM, 0)), create_vm(0));
	ROW(FAILS, "KVM_CREATE_VM of no type", char, closed(SYSTEM(KVM_CREATE_VM, 0x7f)),
	    create_vm(0x7f));
	ROW(SUCCEEDS, "KVM_GET_SUPPORTED_CPUID", struct cpuid,
	    SYSTEM(KVM_GET_SUPPORTED_CPUID, room(out, 256)),
	    kvmlib_system_get_supported_cpuid(ours.system, room(out, 0)->entries, 256, &out->nent));
	ROW(FAILS, "KVM_GET_SUPPORTED_CPUID, no room", char,
	    SYSTEM(KVM_GET_SUPPORTED_CPUID, room(&(struct cpuid){ 0 }, 1)),
	    kvmlib_system_get_supported_cpuid(ours.system, (&(struct cpuid){ 0 })->entries, 1,
					      &(uint32_t){ 0 }));
	NEEDS(SYS_ATTRIBUTES, SUCCEEDS, "KVM_GET_DEVICE_ATTR of the system", uint64_t,
	      attr_of_system(KVMLIB_X86_XCOMP_GUEST_SUPP, out),
	      kvmlib_system_get_device_attr(ours.system, KVMLIB_X86_GRP_SYSTEM,
					    KVMLIB_X86_XCOMP_GUEST_SUPP, out));
	NEEDS(SYS_ATTRIBUTES, FAILS, "KVM_GET_DEVICE_ATTR of the system, unknown", uint64_t,
	      attr_of_system(99, out),
	      kvmlib_system_get_device_attr(ours.system, KVMLIB_X86_GRP_SYSTEM, 99, out));
	NEEDS(SYS_ATTRIBUTES, SUCCEEDS, "KVM_HAS_DEVICE_ATTR of the system", char,
	      SYSTEM(KVM_HAS_DEVICE_ATTR, IN(kvm_device_attr, .attr = KVMLIB_X86_XCOMP_GUEST_SUPP)),
	      kvmlib_system_has_device_attr(ours.system, 0, KVMLIB_X86_XCOMP_GUEST_SUPP));
	NEEDS(SYS_ATTRIBUTES, FAILS, "KVM_HAS_DEVICE_ATTR of the system, unknown", char,
	      SYSTEM(KVM_HAS_DEVICE_ATTR, IN(kvm_device_attr, .group = 99)),
	      kvmlib_system_has_device_attr(ours.system, 99, 0));
	pair_close();
}

static int enable_vm(uint32_t cap, uint32_t flags, uint64_t arg)
{
	return VM(KVM_ENABLE_CAP, IN(kvm_enable_cap, .cap = cap, .flags = flags, .args = { arg }));
}

static int enable_ours(uint32_t cap, uint32_t flags, uint64_t arg)
{
	return kvmlib_vm_enable_cap(ours.vm, cap, flags, (const uint64_t[4]){ arg });
}

static void cap_rows(void)
{
	ROW(SUCCEEDS, "KVM_CHECK_EXTENSION of a VM", char,
	    VM(KVM_CHECK_EXTENSION, KVMLIB_CAP_NR_VCPUS),
	    kvmlib_vm_check_extension(ours.vm, KVMLIB_CAP_NR_VCPUS));
	NEEDS(HALT_POLL, SUCCEEDS, "KVM_ENABLE_CAP, KVM_CAP_HALT_POLL", char,
	      enable_vm(KVMLIB_CAP_HALT_POLL, 0, 1000), kvmlib_vm_enable_halt_poll(ours.vm, 1000));
	NEEDS(HALT_POLL, FAILS, "KVM_ENABLE_CAP with a flag", char,
	      enable_vm(KVMLIB_CAP_HALT_POLL, 1, 0), enable_ours(KVMLIB_CAP_HALT_POLL, 1, 0));
	ROW(FAILS, "KVM_ENABLE_CAP, none of that number", char, enable_vm(NO_CAP, 0, 0),
	    enable_ours(NO_CAP, 0, 0));
	NEEDS(X2APIC_API, SUCCEEDS, "KVM_ENABLE_CAP, KVM_CAP_X2APIC_API", char,
	      enable_vm(KVMLIB_CAP_X2APIC_API, 0, 3), kvmlib_vm_enable_x2apic_api(ours.vm, 3));
	NEEDS(X2APIC_API, FAILS, "KVM_ENABLE_CAP, KVM_CAP_X2APIC_API, unknown bits", char,
	      enable_vm(KVMLIB_CAP_X2APIC_API, 0, 1 << 30),
	      kvmlib_vm_enable_x2apic_api(ours.vm, 1 << 30));
	NEEDS(EXCEPTION_PAYLOAD, SUCCEEDS, "KVM_ENABLE_CAP, KVM_CAP_EXCEPTION_PAYLOAD", char,
	      enable_vm(KVMLIB_CAP_EXCEPTION_PAYLOAD, 0, 1),
	      kvmlib_vm_enable_exception_payload(ours.vm, 1));
	NEEDS(X86_USER_SPACE_MSR, FAILS, "KVM_ENABLE_CAP, KVM_CAP_X86_USER_SPACE_MSR, unknown bits",
	      char, enable_vm(KVMLIB_CAP_X86_USER_SPACE_MSR, 0, 1 << 30),
	      kvmlib_vm_enable_x86_user_space_msr(ours.vm, 1 << 30));
	NEEDS(MANUAL_DIRTY_LOG_PROTECT2, FAILS,
	      "KVM_ENABLE_CAP, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, unknown bits", char,
	      enable_vm(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 0, 1 << 30),
	      kvmlib_vm_enable_manual_dirty_log_protect2(ours.vm, 1 << 30));
}

void vm_rows(void)
{
	if (!made(pair_open() && pair_add_vm(), "VMs"))
		return;
	cap_rows();
	ROW(SUCCEEDS, "KVM_SET_TSS_ADDR", char, VM(KVM_SET_TSS_ADDR, 0xfffbd000UL),
	    kvmlib_vm_set_tss_addr(ours.vm, 0xfffbd000U));
	ROW(FAILS, "KVM_SET_TSS_ADDR, too high", char, VM(KVM_SET_TSS_ADDR, 0xfffff000UL),
	    kvmlib_vm_set_tss_addr(ours.vm, 0xfffff000U));
	ROW(SUCCEEDS, "KVM_SET_IDENTITY_MAP_ADDR", char,
	    VM(KVM_SET_IDENTITY_MAP_ADDR, &(uint64_t){ 0xfffbc000U }),
	    kvmlib_vm_set_identity_map_addr(ours.vm, 0xfffbc000U));
	NEEDS(BINARY_STATS_FD, SUCCEEDS, "KVM_GET_STATS_FD of a VM", char,
	      closed(VM(KVM_GET_STATS_FD, 0)), closed(kvmlib_vm_get_stats_fd(ours.vm)));
	NEEDS(COALESCED_MMIO, SUCCEEDS, "KVM_REGISTER_COALESCED_MMIO", char,
	      VM(KVM_REGISTER_COALESCED_MMIO,
		 IN(kvm_coalesced_mmio_zone, .addr = FREE_GPA, .size = 8)),
	      kvmlib_vm_register_coalesced_mmio(ours.vm, FREE_GPA, 8, 0));
	NEEDS(COALESCED_MMIO, FAILS, "KVM_REGISTER_COALESCED_MMIO of no bus", char,
	      VM(KVM_REGISTER_COALESCED_MMIO,
		 IN(kvm_coalesced_mmio_zone, .addr = FREE_GPA, .size = 8, .pio = 2)),
	      kvmlib_vm_register_coalesced_mmio(ours.vm, FREE_GPA, 8, 2));
	NEEDS(COALESCED_MMIO, SUCCEEDS, "KVM_UNREGISTER_COALESCED_MMIO", char,
	      VM(KVM_UNREGISTER_COALESCED_MMIO,
		 IN(kvm_coalesced_mmio_zone, .addr = FREE_GPA, .size = 8)),
	      kvmlib_vm_unregister_coalesced_mmio(ours.vm, FREE_GPA, 8, 0));
	NEEDS(COALESCED_MMIO, FAILS, "KVM_UNREGISTER_COALESCED_MMIO of no bus", char,
	      VM(KVM_UNREGISTER_COALESCED_MMIO, IN(kvm_coalesced_mmio_zone, .pio = 2)),
	      kvmlib_vm_unregister_coalesced_mmio(ours.vm, 0, 0, 2));
	ROW(FAILS, "KVM_HAS_DEVICE_ATTR of a VM", char,
	    VM(KVM_HAS_DEVICE_ATTR, IN(kvm_device_attr, .group = 99)),
	    kvmlib_vm_has_device_attr(ours.vm, 99, 0));
	ROW(FAILS, "KVM_GET_DEVICE_ATTR of a VM", uint64_t,
	    VM(KVM_GET_DEVICE_ATTR, IN(kvm_device_attr, .group = 99, .addr = (uintptr_t)out)),
	    kvmlib_vm_get_device_attr(ours.vm, 99, 0, out));
	ROW(FAILS, "KVM_SET_DEVICE_ATTR of a VM", uint64_t,
	    VM(KVM_SET_DEVICE_ATTR, IN(kvm_device_attr, .group = 99, .addr = (uintptr_t)out)),
	    kvmlib_vm_set_device_attr(ours.vm, 99, 0, out));
	ROW(SUCCEEDS, "KVM_CREATE_VCPU", char, closed(VM(KVM_CREATE_VCPU, 0)), create_vcpu(0));
	ROW(FAILS, "KVM_CREATE_VCPU, taken", char, closed(VM(KVM_CREATE_VCPU, 0)), create_vcpu(0));
	ROW(FAILS, "KVM_CREATE_VCPU, too high", char, closed(VM(KVM_CREATE_VCPU, 0xfffffff0UL)),
	    create_vcpu(0xfffffff0U));
	ROW(FAILS, "no such call on a VM", char, VM(0xaeffUL, 0),
	    kvmlib_vm_ioctl(ours.vm, 0xaeffUL, 0));
	pair_close();
}

/* Slots 1 and 2 show the RAM once more, each VM its own. */
static const struct kvm_userspace_memory_region *slot1(uint8_t *ram, uint32_t flags, uint64_t size)
{
	static struct kvm_userspace_memory_region slot;

	slot = (struct kvm_userspace_memory_region){ .slot = 1,
						     .flags = flags,
						     .guest_phys_addr = 1U << 20,
						     .memory_size = size,
						     .userspace_addr = (uintptr_t)ram };
	return &slot;
}

static const struct kvmlib_userspace_memory_region2 *slot2(uint8_t *ram, uint32_t flags,
							   uint64_t size)
{
	static struct kvmlib_userspace_memory_region2 slot;

	slot = (struct kvmlib_userspace_memory_region2){ .slot = 2,
							 .flags = flags,
							 .guest_phys_addr = 2U << 20,
							 .memory_size = size,
							 .userspace_addr = (uintptr_t)ram };
	return &slot;
}

static int clear_log(uint32_t slot, uint64_t first, uint64_t *bitmap)
{
	return VM(KVM_CLEAR_DIRTY_LOG, IN(kvm_clear_dirty_log, .slot = slot, .num_pages = 64,
					  .first_page = first, .dirty_bitmap = bitmap));
}

static void dirty_rows(void)
{
	ROW(SUCCEEDS, "KVM_GET_DIRTY_LOG", uint64_t,
	    VM(KVM_GET_DIRTY_LOG, IN(kvm_dirty_log, .slot = 1, .dirty_bitmap = out)),
	    kvmlib_vm_get_dirty_log(ours.vm, 1, out));
	ROW(FAILS, "KVM_GET_DIRTY_LOG of a slot without", uint64_t,
	    VM(KVM_GET_DIRTY_LOG, IN(kvm_dirty_log, .slot = 0, .dirty_bitmap = out)),
	    kvmlib_vm_get_dirty_log(ours.vm, 0, out));
	ROW(FAILS, "KVM_GET_DIRTY_LOG to nowhere", char,
	    VM(KVM_GET_DIRTY_LOG, IN(kvm_dirty_log, .slot = 1, .dirty_bitmap = NOWHERE)),
	    kvmlib_vm_get_dirty_log(ours.vm, 1, NOWHERE));
	ROW(FAILS, "KVM_CLEAR_DIRTY_LOG of a slot without", uint64_t, clear_log(0, 0, out),
	    kvmlib_vm_clear_dirty_log(ours.vm, 0, 0, 64, out));
	NEEDS(MANUAL_DIRTY_LOG_PROTECT2, SUCCEEDS,
	      "KVM_ENABLE_CAP, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2", char,
	      enable_vm(KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 0, 1),
	      kvmlib_vm_enable_manual_dirty_log_protect2(ours.vm, 1));
	NEEDS(MANUAL_DIRTY_LOG_PROTECT2, SUCCEEDS, "KVM_CLEAR_DIRTY_LOG", uint64_t,
	      clear_log(1, 0, out), kvmlib_vm_clear_dirty_log(ours.vm, 1, 0, 64, out));
	NEEDS(MANUAL_DIRTY_LOG_PROTECT2, FAILS, "KVM_CLEAR_DIRTY_LOG, unaligned", uint64_t,
	      clear_log(1, 1, out), kvmlib_vm_clear_dirty_log(ours.vm, 1, 1, 64, out));
	ROW(FAILS, "KVM_RESET_DIRTY_RINGS without rings", char, VM(KVM_RESET_DIRTY_RINGS, 0),
	    kvmlib_vm_reset_dirty_rings(ours.vm));
	NEEDS(DIRTY_LOG_RING_ACQ_REL, FAILS,
	      "KVM_ENABLE_CAP, KVM_CAP_DIRTY_LOG_RING_ACQ_REL, odd size", char,
	      enable_vm(KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL, 0, 5),
	      kvmlib_vm_enable_dirty_log_ring_acq_rel(ours.vm, 5));
	NEEDS(DIRTY_LOG_RING, FAILS, "KVM_ENABLE_CAP, KVM_CAP_DIRTY_LOG_RING, odd size", char,
	      enable_vm(KVMLIB_CAP_DIRTY_LOG_RING, 0, 5),
	      kvmlib_vm_enable_dirty_log_ring(ours.vm, 5));
}

static int create_memfd(uint64_t size, uint64_t flags)
{
	return VM(KVM_CREATE_GUEST_MEMFD, IN(kvm_create_guest_memfd, .size = size, .flags = flags));
}

static int set_attributes(uint64_t gpa, uint64_t attributes)
{
	return VM(KVM_SET_MEMORY_ATTRIBUTES, IN(kvm_memory_attributes, .address = gpa, .size = PAGE,
						.attributes = attributes));
}

static void guest_memfd_rows(void)
{
	NEEDS(GUEST_MEMFD, SUCCEEDS, "KVM_CREATE_GUEST_MEMFD", char, closed(create_memfd(PAGE, 0)),
	      closed(kvmlib_vm_create_guest_memfd(ours.vm, PAGE, 0)));
	NEEDS(GUEST_MEMFD, FAILS, "KVM_CREATE_GUEST_MEMFD, odd size", char,
	      closed(create_memfd(1, 0)), closed(kvmlib_vm_create_guest_memfd(ours.vm, 1, 0)));
	NEEDS(GUEST_MEMFD, FAILS, "KVM_CREATE_GUEST_MEMFD, unknown flags", char,
	      closed(create_memfd(PAGE, 1ULL << 60)),
	      closed(kvmlib_vm_create_guest_memfd(ours.vm, PAGE, 1ULL << 60)));
	NEEDS(MEMORY_ATTRIBUTES, SUCCEEDS, "KVM_SET_MEMORY_ATTRIBUTES, none", char,
	      set_attributes(0, 0), kvmlib_vm_set_memory_attributes(ours.vm, 0, PAGE, 0, 0));
	NEEDS(MEMORY_ATTRIBUTES, FAILS, "KVM_SET_MEMORY_ATTRIBUTES, unknown ones", char,
	      set_attributes(0, 1ULL << 60),
	      kvmlib_vm_set_memory_attributes(ours.vm, 0, PAGE, 1ULL << 60, 0));
	IF(kvmlib_system_check_extension(ours.system, KVMLIB_CAP_MEMORY_ATTRIBUTES) <= 0,
	   "absence of KVM_CAP_MEMORY_ATTRIBUTES", FAILS,
	   "KVM_SET_MEMORY_ATTRIBUTES where there are none", char, set_attributes(0, 8),
	   kvmlib_vm_set_memory_attributes(ours.vm, 0, PAGE, 8, 0));
}

void slot_rows(void)
{
	if (!made(pair_open() && pair_add_vm(), "slots"))
		return;
	ROW(SUCCEEDS, "KVM_SET_USER_MEMORY_REGION", char,
	    VM(KVM_SET_USER_MEMORY_REGION, slot1(raw.ram, KVMLIB_MEM_LOG_DIRTY_PAGES, 64 * PAGE)),
	    kvmlib_vm_set_user_memory_region(
		    ours.vm, slot1(ours.ram, KVMLIB_MEM_LOG_DIRTY_PAGES, 64 * PAGE)));
	ROW(FAILS, "KVM_SET_USER_MEMORY_REGION, unaligned", char,
	    VM(KVM_SET_USER_MEMORY_REGION, slot1(raw.ram + 1, 0, PAGE)),
	    kvmlib_vm_set_user_memory_region(ours.vm, slot1(ours.ram + 1, 0, PAGE)));
	ROW(FAILS, "KVM_SET_USER_MEMORY_REGION, resized", char,
	    VM(KVM_SET_USER_MEMORY_REGION, slot1(raw.ram, 0, 2 * PAGE)),
	    kvmlib_vm_set_user_memory_region(ours.vm, slot1(ours.ram, 0, 2 * PAGE)));
	NEEDS(USER_MEMORY2, SUCCEEDS, "KVM_SET_USER_MEMORY_REGION2", char,
	      VM(KVM_SET_USER_MEMORY_REGION2, slot2(raw.ram, 0, PAGE)),
	      kvmlib_vm_set_user_memory_region2(ours.vm, slot2(ours.ram, 0, PAGE)));
	NEEDS(USER_MEMORY2, FAILS, "KVM_SET_USER_MEMORY_REGION2, unknown flags", char,
	      VM(KVM_SET_USER_MEMORY_REGION2, slot2(raw.ram, 1U << 30, PAGE)),
	      kvmlib_vm_set_user_memory_region2(ours.vm, slot2(ours.ram, 1U << 30, PAGE)));
	dirty_rows();
	guest_memfd_rows();
	pair_close();
}

#define RING_SIZE 0x10000U /* bytes */

/* Before there are vCPUs; nothing is written to the guest's memory. */
void ring_rows(void)
{
	if (!made(pair_open() && pair_add_vm(), "rings"))
		return;
	NEEDS(DIRTY_LOG_RING_ACQ_REL, SUCCEEDS, "KVM_ENABLE_CAP, KVM_CAP_DIRTY_LOG_RING_ACQ_REL",
	      char, enable_vm(KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL, 0, RING_SIZE),
	      kvmlib_vm_enable_dirty_log_ring_acq_rel(ours.vm, RING_SIZE));
	if (made(pair_add_vcpu(), "vCPUs with rings"))
		NEEDS(DIRTY_LOG_RING_ACQ_REL, SUCCEEDS, "KVM_RESET_DIRTY_RINGS", char,
		      VM(KVM_RESET_DIRTY_RINGS, 0), kvmlib_vm_reset_dirty_rings(ours.vm));
	pair_close();
}
