/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What arm64 alone has. */

#include "wire.h"

WIRE_MISSING(vcpu, arm_vcpu_init, ARM_VCPU_INIT);
WIRE_MISSING(vcpu, arm_vcpu_finalize, ARM_VCPU_FINALIZE);
WIRE_MISSING(vm, arm_preferred_target, ARM_PREFERRED_TARGET);
WIRE_MISSING(vm, arm_mte_copy_tags, ARM_MTE_COPY_TAGS);
WIRE_MISSING(vm, arm_set_counter_offset, ARM_SET_COUNTER_OFFSET);
WIRE_MISSING(vm, arm_get_reg_writable_masks, ARM_GET_REG_WRITABLE_MASKS);
