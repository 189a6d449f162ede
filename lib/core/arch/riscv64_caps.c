/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capabilities that riscv64 alone can be told and that take arguments. */
#include <kvmlib/riscv64.h>

#include "../cap.h"

int kvmlib_vm_enable_vm_gpa_bits(struct kvmlib_vm *vm, uint32_t bits)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm, KVMLIB__ELSEWHERE(RISCV64), VM_GPA_BITS, bits, 0,
			      KVMLIB__VALUE(COUNT, bits));
}
