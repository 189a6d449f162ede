/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capabilities that arm64 alone has and that take arguments. */
#include <kvmlib/arm64.h>

#include "../cap.h"

int kvmlib_vm_enable_arm_eager_split_chunk_size(struct kvmlib_vm *vm, uint64_t size)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__ENABLE(vm, vm, KVMLIB__ELSEWHERE(ARM64), ARM_EAGER_SPLIT_CHUNK_SIZE, size, 0,
			      KVMLIB__VALUE(SIZE, size));
}
