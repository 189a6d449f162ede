/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What more than one architecture has. */

#include "wire.h"

#include <stdlib.h>
#include <string.h>

#define GROUP	      3U
#define ATTRIBUTE     ((uint64_t)5 << 32)
#define ATTR(pointer) FIELDS(U32(0), U32(GROUP), U64(ATTRIBUTE), ADDRESS(pointer))

WIRE_CALL(system, get_device_attr, GET_DEVICE_ATTR, .refuses = AT(4), .in = ATTR(wire_out_buffer))
{
	return kvmlib_system_get_device_attr(wire_system(), GROUP, ATTRIBUTE, wire_out(4));
}

WIRE_CALL(system, has_device_attr, HAS_DEVICE_ATTR, .in = ATTR(NULL))
{
	return kvmlib_system_has_device_attr(wire_system(), GROUP, ATTRIBUTE);
}

#define ATTR_ROWS(handle)                                                                    \
	WIRE_CALL(handle, set_device_attr, SET_DEVICE_ATTR, .in = ATTR(wire_in_buffer))      \
	{                                                                                    \
		return kvmlib_##handle##_set_device_attr(wire_##handle(), GROUP, ATTRIBUTE,  \
							 wire_in(4));                        \
	}                                                                                    \
	WIRE_CALL(handle, get_device_attr, GET_DEVICE_ATTR, .refuses = AT(4),                \
		  .in = ATTR(wire_out_buffer))                                               \
	{                                                                                    \
		return kvmlib_##handle##_get_device_attr(wire_##handle(), GROUP, ATTRIBUTE,  \
							 wire_out(4));                       \
	}                                                                                    \
	WIRE_CALL(handle, has_device_attr, HAS_DEVICE_ATTR, .in = ATTR(NULL))                \
	{                                                                                    \
		return kvmlib_##handle##_has_device_attr(wire_##handle(), GROUP, ATTRIBUTE); \
	}                                                                                    \
	struct wire_row

ATTR_ROWS(vm);
ATTR_ROWS(vcpu);

/* Capabilities that the simulated kernel does not have. */
static uint32_t enabling_refused(int errnum)
{
	return errnum == EINVAL ? KVMLIB_CAUSE_CAPABILITY_MISSING : 0;
}

static const uint64_t args[4] = { 1, (uint64_t)2 << 40, 3, UINT64_MAX };
#define ARGS U64(1), U64((uint64_t)2 << 40), U64(3), U64(UINT64_MAX), ZEROS(64)

WIRE_CALL(vm, enable_cap, ENABLE_CAP, .in = FIELDS(U32(9999), U32(7), ARGS),
	  .cause = enabling_refused, .answer = 2)
{
	return kvmlib_vm_enable_cap(wire_vm(), 9999, 7, args);
}

WIRE_CALL(vcpu, enable_cap, ENABLE_CAP, .in = FIELDS(U32(9999), U32(7), ARGS),
	  .cause = enabling_refused, .answer = 2)
{
	return kvmlib_vcpu_enable_cap(wire_vcpu(), 9999, 7, args);
}

#define ENABLED(capability, arg0) \
	FIELDS(U32(KVMLIB_CAP_##capability), U32(0), U64(arg0), ZEROS(24 + 64))

#ifdef KVM_CLEAR_DIRTY_LOG /* where the simulated kernel has it */
#define PROTECT2_CAUSE NULL
#else
#define PROTECT2_CAUSE enabling_refused
#endif

#ifdef __x86_64__
#define RING_CAUSE NULL
#else
#define RING_CAUSE enabling_refused
#endif

#ifdef KVM_RESET_DIRTY_RINGS
#define RING_ACQ_REL_CAUSE NULL
#else
#define RING_ACQ_REL_CAUSE enabling_refused
#endif

#ifdef __aarch64__
#define RING_BITMAP_CAUSE NULL
#else
#define RING_BITMAP_CAUSE enabling_refused
#endif

WIRE_CALL(vm, enable_manual_dirty_log_protect2, ENABLE_CAP,
	  .in = ENABLED(MANUAL_DIRTY_LOG_PROTECT2, 3), .cause = PROTECT2_CAUSE)
{
	return kvmlib_vm_enable_manual_dirty_log_protect2(wire_vm(), 3);
}

WIRE_CALL(vm, enable_dirty_log_ring, ENABLE_CAP, .in = ENABLED(DIRTY_LOG_RING, 0x80000000),
	  .cause = RING_CAUSE)
{
	return kvmlib_vm_enable_dirty_log_ring(wire_vm(), 0x80000000);
}

WIRE_CALL(vm, enable_dirty_log_ring_acq_rel, ENABLE_CAP,
	  .in = ENABLED(DIRTY_LOG_RING_ACQ_REL, 65536), .cause = RING_ACQ_REL_CAUSE)
{
	return kvmlib_vm_enable_dirty_log_ring_acq_rel(wire_vm(), 65536);
}

WIRE_CALL(vm, enable_dirty_log_ring_with_bitmap, ENABLE_CAP,
	  .in = ENABLED(DIRTY_LOG_RING_WITH_BITMAP, 0), .cause = RING_BITMAP_CAUSE)
{
	return kvmlib_vm_enable_dirty_log_ring_with_bitmap(wire_vm());
}

WIRE_CALL(vm, enable_halt_poll, ENABLE_CAP, .in = ENABLED(HALT_POLL, 200000),
	  .cause = enabling_refused)
{
	return kvmlib_vm_enable_halt_poll(wire_vm(), 200000);
}

/* Memory. Aligned to pages of any host, and possible: the slot must have been there, otherwise. */
#define GPA  0x30000U
#define SIZE 0x20000U
#define HOST 0x5550000U

static uint32_t region_refused(int errnum)
{
	return errnum == EINVAL ? KVMLIB_CAUSE_SLOT_IMMUTABLE : 0;
}

WIRE_CALL(vm, set_user_memory_region2, SET_USER_MEMORY_REGION2, .refuses = AT(2),
	  .in = FIELDS(U32(1), U32(KVMLIB_MEM_LOG_DIRTY_PAGES), U64(GPA), U64(SIZE), U64(HOST),
		       U64(0x40000), U32(9), ZEROS(116)),
	  .cause = region_refused)
{
	const struct kvmlib_userspace_memory_region2 region = {
		.slot = 1,
		.flags = KVMLIB_MEM_LOG_DIRTY_PAGES,
		.guest_phys_addr = GPA,
		.memory_size = SIZE,
		.userspace_addr = HOST,
		.guest_memfd_offset = 0x40000,
		.guest_memfd = 9,
	};

	return kvmlib_vm_set_user_memory_region2(wire_vm(), wire_in(2) ? &region : NULL);
}

/* The first descriptor of the simulated kernel: it is then to be closed on exec. */
#define OPEN_FD 0x4b000000

WIRE_CALL(vm, create_guest_memfd, CREATE_GUEST_MEMFD,
	  .in = FIELDS(U64(SIZE), U64((uint64_t)3 << 33), ZEROS(48)), .answer = OPEN_FD)
{
	return kvmlib_vm_create_guest_memfd(wire_vm(), SIZE, (uint64_t)3 << 33);
}

WIRE_CALL(vm, set_memory_attributes, SET_MEMORY_ATTRIBUTES,
	  .in = FIELDS(U64(GPA), U64(SIZE), U64(8), U64(2)))
{
	return kvmlib_vm_set_memory_attributes(wire_vm(), GPA, SIZE, 8, 2);
}

WIRE_CALL(vcpu, pre_fault_memory, PRE_FAULT_MEMORY, .refuses = AT(2) | AT(3),
	  .in = FIELDS(U64(GPA), U64(SIZE), U64(6), ZEROS(40)), .out = FIELDS(PATTERN(16)),
	  .result = FIELDS(PATTERN(16)))
{
	uint64_t range[2] = { GPA, SIZE };
	int r = kvmlib_vcpu_pre_fault_memory(wire_vcpu(), wire_in(2) ? &range[0] : NULL,
					     wire_in(3) ? &range[1] : NULL, 6);

	if (range[0] != GPA || range[1] != SIZE)
		memcpy(wire_out_buffer, range, sizeof(range));
	return r;
}

WIRE_CALL(vm, reset_dirty_rings, RESET_DIRTY_RINGS, .answer = 17)
{
	return kvmlib_vm_reset_dirty_rings(wire_vm());
}

/* Interrupts and events. */

WIRE_CALL(vm, irq_line_status, IRQ_LINE_STATUS, .refuses = AT(4), .in = FIELDS(U32(3), U32(1)),
	  .out = FIELDS(U32(-1)), .result = FIELDS(U32(-1)))
{
	return kvmlib_vm_irq_line_status(wire_vm(), 3, 1, wire_out(4));
}

WIRE_CALL(vm, set_gsi_routing, SET_GSI_ROUTING, .refuses = AT(2),
	  .in = FIELDS(U32(2), U32(1), PATTERN(96)))
{
	return kvmlib_vm_set_gsi_routing(wire_vm(), wire_in(2), 2, 1);
}

WIRE_CALL(vm, signal_msi, SIGNAL_MSI, .refuses = AT(2), .in = FIELDS(WHOLE), .answer = 1)
{
	return kvmlib_vm_signal_msi(wire_vm(), wire_in(2));
}

WIRE_SET(vm, irqfd, IRQFD);
WIRE_SET(vm, ioeventfd, IOEVENTFD);

WIRE_CALL(vm, register_coalesced_mmio, REGISTER_COALESCED_MMIO,
	  .in = FIELDS(U64((uint64_t)1 << 40), U32(0x100), U32(1)))
{
	return kvmlib_vm_register_coalesced_mmio(wire_vm(), (uint64_t)1 << 40, 0x100, 1);
}

WIRE_CALL(vm, unregister_coalesced_mmio, UNREGISTER_COALESCED_MMIO,
	  .in = FIELDS(U64((uint64_t)1 << 40), U32(0x100), U32(1)))
{
	return kvmlib_vm_unregister_coalesced_mmio(wire_vm(), (uint64_t)1 << 40, 0x100, 1);
}

WIRE_CALL(vcpu, interrupt, INTERRUPT, .in = FIELDS(U32(0x90)))
{
	return kvmlib_vcpu_interrupt(wire_vcpu(), 0x90);
}

WIRE_GET(vcpu, get_vcpu_events, GET_VCPU_EVENTS);
WIRE_SET(vcpu, set_vcpu_events, SET_VCPU_EVENTS);

WIRE_CALL(vcpu, set_signal_mask, SET_SIGNAL_MASK, .in = FIELDS(U32(8), PATTERN(8)))
{
	return kvmlib_vcpu_set_signal_mask(wire_vcpu(), wire_in(2));
}

WIRE_MAKES_FD(vm, get_stats_fd, GET_STATS_FD);
WIRE_MAKES_FD(vcpu, get_stats_fd, GET_STATS_FD);

/* Registers one by one, and debugging. */

#define REG (KVMLIB_REG_SIZE_U128 | 0x4321)

WIRE_CALL(vcpu, get_one_reg, GET_ONE_REG, .refuses = AT(3),
	  .in = FIELDS(U64(REG), ADDRESS(wire_out_buffer)))
{
	return kvmlib_vcpu_get_one_reg(wire_vcpu(), REG, wire_out(3), 16);
}

WIRE_CALL(vcpu, set_one_reg, SET_ONE_REG, .refuses = AT(3),
	  .in = FIELDS(U64(REG), ADDRESS(wire_in_buffer)))
{
	return kvmlib_vcpu_set_one_reg(wire_vcpu(), REG, wire_in(3), 16);
}

WIRE_CALL(vcpu, get_reg_list, GET_REG_LIST, .refuses = AT(2) | AT(4), .in = FIELDS(U64(3)),
	  .out = FIELDS(U64(2), PATTERN(16)), .result = FIELDS(U64(2), PATTERN(16)))
{
	return kvmlib_vcpu_get_reg_list(wire_vcpu(), wire_out_at(2, 8), 3, wire_out(4));
}

static uint32_t never_fits(int errnum)
{
	return errnum == E2BIG ? KVMLIB_CAUSE_LIST_NEVER_FITS : 0;
}

WIRE_CALL(vcpu, get_reg_list_alloc, GET_REG_LIST, .refuses = AT(2) | AT(3), .in = FIELDS(U64(0)),
	  .out = FIELDS(U64(0)), .result = FIELDS(U64(0)), .cause = never_fits, .repeats = true)
{
	uint64_t *ids = SENTINEL;
	int r = kvmlib_vcpu_get_reg_list_alloc(wire_vcpu(), wire_out(2) ? &ids : NULL, wire_out(3));

	if (ids != SENTINEL)
		free(ids);
	return r;
}

WIRE_SET(vcpu, set_guest_debug, SET_GUEST_DEBUG);

WIRE_CALL(vcpu, translate, TRANSLATE, .refuses = AT(2),
	  .in = FIELDS(U64((uint64_t)1 << 46), ZEROS(16)), .out = FIELDS(PATTERN(24)),
	  .result = FIELDS(PATTERN(24)))
{
	struct kvm_translation translation = { .linear_address = (uint64_t)1 << 46 };
	int r = kvmlib_vcpu_translate(wire_vcpu(), wire_out(2) ? &translation : NULL);

	if (translation.linear_address != (uint64_t)1 << 46)
		memcpy(wire_out_buffer, &translation, sizeof(translation));
	return r;
}
