/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What POWER alone has. */

#include "wire.h"

#include <string.h>

/*
 * Answers that are encoded as if the kernel read them too: the whole struct goes in as the caller
 * has it, and comes out as the kernel has it.
 */
#define GET_AS_WRITTEN(words, name, size)                                                       \
	WIRE_CALL(vm, words, name, .refuses = AT(2), .in = FIELDS(WHOLE), .out = FIELDS(WHOLE), \
		  .result = FIELDS(WHOLE))                                                      \
	{                                                                                       \
		static unsigned char info[size] __attribute__((aligned(8)));                    \
		int r;                                                                          \
                                                                                                \
		memcpy(info, wire_in_buffer, sizeof(info));                                     \
		r = kvmlib_vm_##words(wire_vm(), wire_out(2) ? (void *)info : NULL);            \
		if (memcmp(info, wire_in_buffer, sizeof(info)) != 0)                            \
			memcpy(wire_out_buffer, info, sizeof(info));                            \
		return r;                                                                       \
	}                                                                                       \
	struct wire_row

GET_AS_WRITTEN(ppc_get_pvinfo, PPC_GET_PVINFO, 128);
GET_AS_WRITTEN(ppc_get_rmmu_info, PPC_GET_RMMU_INFO, 96);
WIRE_GET(vm, ppc_get_smmu_info, PPC_GET_SMMU_INFO);
WIRE_GET(vm, ppc_get_cpu_char, PPC_GET_CPU_CHAR);
WIRE_PLAIN(vm, ppc_svm_off, PPC_SVM_OFF);

WIRE_CALL(vcpu, dirty_tlb, DIRTY_TLB, .refuses = AT(2),
	  .in = FIELDS(ADDRESS(wire_in_buffer), U32(7), ZEROS(4)))
{
	return kvmlib_vcpu_dirty_tlb(wire_vcpu(), wire_in(2), 7);
}

WIRE_CALL(vm, ppc_allocate_htab, PPC_ALLOCATE_HTAB, .in = FIELDS(U32(24)))
{
	return kvmlib_vm_ppc_allocate_htab(wire_vm(), 24);
}

WIRE_CALL(vm, create_spapr_tce, CREATE_SPAPR_TCE,
	  .in = FIELDS(U64(0x180000001), U32(0x40000000), ZEROS(4)), .answer = 1000)
{
	return kvmlib_vm_create_spapr_tce(wire_vm(), 0x180000001, 0x40000000);
}

WIRE_CALL(vm, create_spapr_tce_64, CREATE_SPAPR_TCE_64, .refuses = AT(2), .in = FIELDS(WHOLE),
	  .answer = 1000)
{
	return kvmlib_vm_create_spapr_tce_64(wire_vm(), wire_in(2));
}

WIRE_CALL(vm, ppc_get_htab_fd, PPC_GET_HTAB_FD, .in = FIELDS(U64(3), U64(0x123456789), ZEROS(16)),
	  .answer = 1000)
{
	return kvmlib_vm_ppc_get_htab_fd(
		wire_vm(), KVMLIB_GET_HTAB_BOLTED_ONLY | KVMLIB_GET_HTAB_WRITE, 0x123456789);
}

WIRE_CALL(vm, ppc_rtas_define_token, PPC_RTAS_DEFINE_TOKEN, .refuses = AT(2),
	  .in = FIELDS(U8('s'), U8('e'), U8('t'), ZEROS(117), U64(0x123456789)))
{
	char name[] = "set";

	return kvmlib_vm_ppc_rtas_define_token(wire_vm(), wire_in(2) ? name : NULL, 0x123456789);
}

WIRE_CALL(vm, ppc_resize_hpt_prepare, PPC_RESIZE_HPT_PREPARE,
	  .in = FIELDS(U64(0x123456789), U32(24), ZEROS(4)), .answer = 20)
{
	return kvmlib_vm_ppc_resize_hpt_prepare(wire_vm(), 24, 0x123456789);
}

WIRE_CALL(vm, ppc_resize_hpt_commit, PPC_RESIZE_HPT_COMMIT,
	  .in = FIELDS(U64(0x123456789), U32(24), ZEROS(4)))
{
	return kvmlib_vm_ppc_resize_hpt_commit(wire_vm(), 24, 0x123456789);
}

WIRE_CALL(vm, ppc_configure_v3_mmu, PPC_CONFIGURE_V3_MMU, .in = FIELDS(U64(3), U64(0x123456000)))
{
	return kvmlib_vm_ppc_configure_v3_mmu(
		wire_vm(), KVMLIB_PPC_MMUV3_RADIX | KVMLIB_PPC_MMUV3_GTSE, 0x123456000);
}
