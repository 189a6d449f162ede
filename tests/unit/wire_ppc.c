/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What POWER alone has. */

#include "wire.h"

WIRE_MISSING(vcpu, dirty_tlb, DIRTY_TLB);
WIRE_MISSING(vm, ppc_get_pvinfo, PPC_GET_PVINFO);
WIRE_MISSING(vm, ppc_get_smmu_info, PPC_GET_SMMU_INFO);
WIRE_MISSING(vm, ppc_allocate_htab, PPC_ALLOCATE_HTAB);
WIRE_MISSING(vm, create_spapr_tce, CREATE_SPAPR_TCE);
WIRE_MISSING(vm, create_spapr_tce_64, CREATE_SPAPR_TCE_64);
WIRE_MISSING(vm, ppc_get_htab_fd, PPC_GET_HTAB_FD);
WIRE_MISSING(vm, ppc_rtas_define_token, PPC_RTAS_DEFINE_TOKEN);
WIRE_MISSING(vm, ppc_resize_hpt_prepare, PPC_RESIZE_HPT_PREPARE);
WIRE_MISSING(vm, ppc_resize_hpt_commit, PPC_RESIZE_HPT_COMMIT);
WIRE_MISSING(vm, ppc_configure_v3_mmu, PPC_CONFIGURE_V3_MMU);
WIRE_MISSING(vm, ppc_get_rmmu_info, PPC_GET_RMMU_INFO);
WIRE_MISSING(vm, ppc_get_cpu_char, PPC_GET_CPU_CHAR);
WIRE_MISSING(vm, ppc_svm_off, PPC_SVM_OFF);
