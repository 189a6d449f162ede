/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/ppc64.h>

#include <string.h>

#define KVMLIB__STRUCTS "uapi_structs_ppc64le.h" /* other architectures make no call */
#include "../handles.h"

int kvmlib_vcpu_dirty_tlb(struct kvmlib_vcpu *vcpu, const void *bitmap, uint32_t num_dirty)
{
	struct kvm_dirty_tlb dirty = { .bitmap = (uintptr_t)bitmap, .num_dirty = num_dirty };

	if (!vcpu || !bitmap)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, DIRTY_TLB, &dirty,
				   KVMLIB__VALUE(VCPU_ID, vcpu->id),
				   KVMLIB__VALUE(COUNT, num_dirty));
}

int kvmlib_vm_ppc_get_pvinfo(struct kvmlib_vm *vm, struct kvm_ppc_pvinfo *ret_info)
{
	if (!vm || !ret_info)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, PPC_GET_PVINFO, ret_info, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_ppc_get_smmu_info(struct kvmlib_vm *vm, struct kvm_ppc_smmu_info *ret_info)
{
	if (!vm || !ret_info)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, PPC_GET_SMMU_INFO, ret_info, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_ppc_get_rmmu_info(struct kvmlib_vm *vm, struct kvm_ppc_rmmu_info *ret_info)
{
	if (!vm || !ret_info)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, PPC_GET_RMMU_INFO, ret_info, KVMLIB__VALUE(FD, vm->fd));
}

int kvmlib_vm_ppc_get_cpu_char(struct kvmlib_vm *vm, struct kvm_ppc_cpu_char *ret_char)
{
	if (!vm || !ret_char)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, PPC_GET_CPU_CHAR, ret_char, KVMLIB__VALUE(FD, vm->fd));
}

/* A hash page table's, in bytes, for the record; 0 where that can't be told. */
static uint64_t size_of(uint32_t shift)
{
	return shift < 64 ? (uint64_t)1 << shift : 0;
}

int kvmlib_vm_ppc_allocate_htab(struct kvmlib_vm *vm, uint32_t order)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, PPC_ALLOCATE_HTAB, &order, KVMLIB__VALUE(SIZE, size_of(order)));
}

int kvmlib_vm_ppc_get_htab_fd(struct kvmlib_vm *vm, uint64_t flags, uint64_t start_index)
{
	struct kvm_get_htab_fd htab = { .flags = flags, .start_index = start_index };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, PPC_GET_HTAB_FD, &htab, KVMLIB__VALUE(FLAGS, flags),
				KVMLIB__VALUE(INDEX, start_index));
}

int kvmlib_vm_ppc_resize_hpt_prepare(struct kvmlib_vm *vm, uint32_t shift, uint64_t flags)
{
	struct kvm_ppc_resize_hpt resize = { .flags = flags, .shift = shift };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, PPC_RESIZE_HPT_PREPARE, &resize,
				KVMLIB__VALUE(SIZE, size_of(shift)), KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_ppc_resize_hpt_commit(struct kvmlib_vm *vm, uint32_t shift, uint64_t flags)
{
	struct kvm_ppc_resize_hpt resize = { .flags = flags, .shift = shift };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, PPC_RESIZE_HPT_COMMIT, &resize,
				KVMLIB__VALUE(SIZE, size_of(shift)), KVMLIB__VALUE(FLAGS, flags));
}

int kvmlib_vm_ppc_configure_v3_mmu(struct kvmlib_vm *vm, uint64_t flags, uint64_t process_table)
{
	struct kvm_ppc_mmuv3_cfg config = { .flags = flags, .process_table = process_table };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, PPC_CONFIGURE_V3_MMU, &config, KVMLIB__VALUE(FLAGS, flags),
				KVMLIB__VALUE(GPA, process_table));
}

int kvmlib_vm_create_spapr_tce(struct kvmlib_vm *vm, uint64_t liobn, uint32_t window_size)
{
	struct kvm_create_spapr_tce tce = { .liobn = liobn, .window_size = window_size };

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, CREATE_SPAPR_TCE, &tce, KVMLIB__VALUE(ID, liobn),
				KVMLIB__VALUE(SIZE, window_size));
}

int kvmlib_vm_create_spapr_tce_64(struct kvmlib_vm *vm, const struct kvm_create_spapr_tce_64 *tce)
{
	if (!vm || !tce)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, CREATE_SPAPR_TCE_64, tce, KVMLIB__VALUE(ID, tce->liobn),
				KVMLIB__VALUE(OFFSET, tce->offset), KVMLIB__VALUE(SIZE, tce->size),
				KVMLIB__VALUE(FLAGS, tce->flags));
}

/* A name that is too long is cut: the kernel has none like it, and says so. */
int kvmlib_vm_ppc_rtas_define_token(struct kvmlib_vm *vm, const char *name, uint64_t token)
{
	struct kvm_rtas_token_args args = { .token = token };

	if (!vm || !name)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	memcpy(args.name, name, strnlen(name, sizeof(args.name)));
	return KVMLIB__VM_IOCTL(vm, PPC_RTAS_DEFINE_TOKEN, &args, KVMLIB__VALUE(ID, token));
}

int kvmlib_vm_ppc_svm_off(struct kvmlib_vm *vm)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, PPC_SVM_OFF, 0, KVMLIB__VALUE(FD, vm->fd));
}
