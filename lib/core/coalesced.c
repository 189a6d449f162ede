/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guest writes that the kernel collects in a ring, and reports with the next exit. */

#include <kvmlib/kvmlib.h>

#include "handles.h"

int kvmlib_vm_register_coalesced_mmio(struct kvmlib_vm *vm, uint64_t addr, uint32_t size,
				      uint32_t pio)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = addr, .size = size, .pio = pio };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, REGISTER_COALESCED_MMIO, &zone, KVMLIB__VALUE(ADDRESS, addr),
				KVMLIB__VALUE(SIZE, size));
}

int kvmlib_vm_unregister_coalesced_mmio(struct kvmlib_vm *vm, uint64_t addr, uint32_t size,
					uint32_t pio)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = addr, .size = size, .pio = pio };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, UNREGISTER_COALESCED_MMIO, &zone, KVMLIB__VALUE(ADDRESS, addr),
				KVMLIB__VALUE(SIZE, size));
}
