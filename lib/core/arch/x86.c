/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where KVM keeps what, and which vCPU boots. */

#include <kvmlib/x86.h>

#include "x86.h"

int kvmlib_vm_set_tss_addr(struct kvmlib_vm *vm, uint64_t gpa)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_TSS_ADDR, gpa, KVMLIB__VALUE(GPA, gpa));
}

int kvmlib_vm_set_identity_map_addr(struct kvmlib_vm *vm, uint64_t gpa)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_IDENTITY_MAP_ADDR, &gpa, KVMLIB__VALUE(GPA, gpa));
}

int kvmlib_vm_set_nr_mmu_pages(struct kvmlib_vm *vm, uint32_t pages)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_NR_MMU_PAGES, pages, KVMLIB__VALUE(PAGES, pages));
}

int kvmlib_vm_set_boot_cpu_id(struct kvmlib_vm *vm, uint32_t id)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_BOOT_CPU_ID, id, KVMLIB__VALUE(VCPU_ID, id));
}
