/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What arm64 alone has. */

#include "wire.h"

WIRE_SET(vcpu, arm_vcpu_init, ARM_VCPU_INIT);
WIRE_GET(vm, arm_preferred_target, ARM_PREFERRED_TARGET);

WIRE_CALL(vcpu, arm_vcpu_finalize, ARM_VCPU_FINALIZE, .in = FIELDS(U32(4)))
{
	return kvmlib_vcpu_arm_vcpu_finalize(wire_vcpu(), KVMLIB_ARM_VCPU_SVE);
}

WIRE_CALL(vm, arm_mte_copy_tags, ARM_MTE_COPY_TAGS, .refuses = AT(4),
	  .in = FIELDS(U64((uint64_t)1 << 46), U64(0x20000), ADDRESS(wire_out_buffer), U64(1),
		       ZEROS(16)),
	  .answer = 0x10000)
{
	return kvmlib_vm_arm_mte_copy_tags(wire_vm(), (uint64_t)1 << 46, 0x20000, wire_out(4),
					   KVMLIB_ARM_TAGS_FROM_GUEST);
}

WIRE_CALL(vm, arm_set_counter_offset, ARM_SET_COUNTER_OFFSET,
	  .in = FIELDS(U64(UINT64_C(0x123456789abcdef0)), ZEROS(8)))
{
	return kvmlib_vm_arm_set_counter_offset(wire_vm(), UINT64_C(0x123456789abcdef0));
}

/* Room for exactly the masks of the feature ids. */
WIRE_CALL(vm, arm_get_reg_writable_masks, ARM_GET_REG_WRITABLE_MASKS, .refuses = AT(3),
	  .in = FIELDS(ADDRESS(wire_out_buffer), U32(0), ZEROS(52)))
{
	return kvmlib_vm_arm_get_reg_writable_masks(wire_vm(), KVMLIB_ARM_FEATURE_ID_RANGE,
						    wire_out(3), 192);
}
