/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Systems, VMs, vCPUs and devices: what they are made by, run by and asked with. */

#include "wire.h"

static void drop_vm(void)
{
	kvmlib_vm_unref(wire_made());
}

static void drop_vcpu(void)
{
	kvmlib_vcpu_unref(wire_made());
}

static void drop_device(void)
{
	kvmlib_device_unref(wire_made());
}

WIRE_PLAIN(system, get_api_version, GET_API_VERSION);
WIRE_PLAIN(system, get_vcpu_mmap_size, GET_VCPU_MMAP_SIZE);
WIRE_VALUE(system, check_extension, CHECK_EXTENSION, KVMLIB_CAP_NR_VCPUS);
WIRE_VALUE(vm, check_extension, CHECK_EXTENSION, KVMLIB_CAP_NR_VCPUS);

WIRE_CALL(system, create_vm, CREATE_VM, .refuses = AT(3), .undo = drop_vm, .repeats = true)
{
	return kvmlib_system_create_vm(wire_system(), NULL, wire_out(3));
}

WIRE_CALL(vm, create_vcpu, CREATE_VCPU, .refuses = AT(3), .value = 1, .undo = drop_vcpu)
{
	return kvmlib_vm_create_vcpu(wire_vm(), 1, wire_out(3));
}

WIRE_CALL(vm, create_device, CREATE_DEVICE, .refuses = AT(4),
	  .in = FIELDS(U32(DEVICE_TYPE), ZEROS(4), U32(0)), .undo = drop_device)
{
	return kvmlib_vm_create_device(wire_vm(), DEVICE_TYPE, 0, wire_out(4));
}

/* kvmlib_vcpu_run() reports these as exits. */
static const int run_ends[] = { EINTR, EAGAIN, 0 };

WIRE_CALL(vcpu, run, RUN, .no_failures = run_ends)
{
	return kvmlib_vcpu_run(wire_vcpu());
}

WIRE_CALL(device, set_attr, SET_DEVICE_ATTR,
	  .in = FIELDS(U32(0), U32(1), U64(2), ADDRESS(wire_in_buffer)))
{
	return kvmlib_device_set_attr(wire_device(), 1, 2, wire_in(4));
}

WIRE_CALL(device, get_attr, GET_DEVICE_ATTR, .refuses = AT(4),
	  .in = FIELDS(U32(0), U32(1), U64(2), ADDRESS(wire_out_buffer)))
{
	return kvmlib_device_get_attr(wire_device(), 1, 2, wire_out(4));
}

WIRE_CALL(device, has_attr, HAS_DEVICE_ATTR, .in = FIELDS(U32(0), U32(1), U64(2), U64(0)))
{
	return kvmlib_device_has_attr(wire_device(), 1, 2);
}

WIRE_PLAIN(vm, create_irqchip, CREATE_IRQCHIP);

WIRE_CALL(vm, irq_line, IRQ_LINE, .in = FIELDS(U32(3), U32(1)))
{
	return kvmlib_vm_irq_line(wire_vm(), 3, 1);
}

/* Aligned to pages of any host, and possible: the slot must have been there, otherwise. */
#define GPA  0x30000U
#define SIZE 0x20000U
#define HOST 0x5550000U

static uint32_t region_refused(int errnum)
{
	return errnum == EINVAL ? KVMLIB_CAUSE_SLOT_IMMUTABLE : 0;
}

WIRE_CALL(vm, set_user_memory_region, SET_USER_MEMORY_REGION, .refuses = AT(2),
	  .in = FIELDS(U32(1), U32(KVMLIB_MEM_LOG_DIRTY_PAGES), U64(GPA), U64(SIZE), U64(HOST)),
	  .cause = region_refused)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1,
		.flags = KVMLIB_MEM_LOG_DIRTY_PAGES,
		.guest_phys_addr = GPA,
		.memory_size = SIZE,
		.userspace_addr = HOST,
	};

	return kvmlib_vm_set_user_memory_region(wire_vm(), wire_in(2) ? &region : NULL);
}

WIRE_CALL(vm, get_dirty_log, GET_DIRTY_LOG, .refuses = AT(3),
	  .in = FIELDS(U32(5), ZEROS(4), ADDRESS(wire_out_buffer)))
{
	return kvmlib_vm_get_dirty_log(wire_vm(), 5, wire_out(3));
}

WIRE_CALL(vm, clear_dirty_log, CLEAR_DIRTY_LOG, .refuses = AT(5),
	  .in = FIELDS(U32(5), U32(64), U64(128), ADDRESS(wire_in_buffer)))
{
	return kvmlib_vm_clear_dirty_log(wire_vm(), 5, 128, 64, wire_in(5));
}

WIRE_GET(vcpu, get_regs, GET_REGS);
WIRE_SET(vcpu, set_regs, SET_REGS);
WIRE_GET(vcpu, get_sregs, GET_SREGS);
WIRE_SET(vcpu, set_sregs, SET_SREGS);
WIRE_GET(vcpu, get_fpu, GET_FPU);
WIRE_SET(vcpu, set_fpu, SET_FPU);
WIRE_GET(vcpu, get_mp_state, GET_MP_STATE);

WIRE_CALL(vcpu, set_mp_state, SET_MP_STATE, .in = FIELDS(U32(3)))
{
	return kvmlib_vcpu_set_mp_state(wire_vcpu(), 3);
}

WIRE_VALUE(vm, set_tss_addr, SET_TSS_ADDR, 0xfffbd000);

WIRE_CALL(vm, set_identity_map_addr, SET_IDENTITY_MAP_ADDR, .in = FIELDS(U64(0xfeffc000)))
{
	return kvmlib_vm_set_identity_map_addr(wire_vm(), 0xfeffc000);
}

WIRE_CALL(vm, create_pit2, CREATE_PIT2, .in = FIELDS(U32(1), ZEROS(60)))
{
	return kvmlib_vm_create_pit2(wire_vm(), 1);
}

/* Two entries of 40 bytes behind a header, which the caller does not see. */
WIRE_CALL(system, get_supported_cpuid, GET_SUPPORTED_CPUID, .refuses = AT(2) | AT(4),
	  .in = FIELDS(U32(3), U32(0)), .out = FIELDS(U32(2), U32(0), PATTERN(80)),
	  .result = FIELDS(U32(2), PATTERN(80)))
{
	return kvmlib_system_get_supported_cpuid(wire_system(), wire_out_at(2, 4), 3, wire_out(4));
}

WIRE_CALL(vcpu, set_cpuid2, SET_CPUID2, .refuses = AT(2), .in = FIELDS(U32(2), U32(0), PATTERN(80)))
{
	return kvmlib_vcpu_set_cpuid2(wire_vcpu(), wire_in(2), 2);
}
