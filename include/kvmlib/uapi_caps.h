/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/caps.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB_UAPI_CAPS_H
#define KVMLIB_UAPI_CAPS_H

/**
 * @defgroup caps Capabilities
 * @brief What KVM_CHECK_EXTENSION can be asked for.
 * @{
 */

#define KVMLIB_CAP_IRQCHIP 0U /**< bool; x86,arm64,riscv,loongarch; since <=2.6.36 */
#define KVMLIB_CAP_HLT 1U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_MMU_SHADOW_CACHE_CONTROL 2U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_USER_MEMORY 3U /**< bool; all; since <=2.6.36 */
#define KVMLIB_CAP_SET_TSS_ADDR 4U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_VAPIC 6U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_EXT_CPUID 7U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_CLOCKSOURCE 8U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_NR_VCPUS 9U /**< count (recommended max vCPUs); all; since <=2.6.36 */
#define KVMLIB_CAP_NR_MEMSLOTS 10U /**< count (user memslots per address space); all; since <=2.6.36 */
#define KVMLIB_CAP_PIT 11U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_NOP_IO_DELAY 12U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_PV_MMU 13U /**< always 0 (obsolete); x86; since <=2.6.36 */
#define KVMLIB_CAP_MP_STATE 14U /**< bool; x86,arm64,riscv,s390,loongarch; since <=2.6.36 */
#define KVMLIB_CAP_COALESCED_MMIO 15U /**< page offset of the ring in the vcpu mmap (1; x86 2); x86,arm64,riscv,ppc,loongarch,mips; since <=2.6.36 */
#define KVMLIB_CAP_SYNC_MMU 16U /**< bool; all; since <=2.6.36 */
#define KVMLIB_CAP_IOMMU 18U /**< never reported (device assignment removed); x86; since <=2.6.36 */
#define KVMLIB_CAP_DESTROY_MEMORY_REGION_WORKS 21U /**< bool; all; since <=2.6.36 */
#define KVMLIB_CAP_USER_NMI 22U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_SET_GUEST_DEBUG 23U /**< bool; x86,arm64,riscv,s390,ppc,loongarch; since <=2.6.36 */
#define KVMLIB_CAP_REINJECT_CONTROL 24U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_IRQ_ROUTING 25U /**< count (max GSI routing entries, 4096); x86,arm64,riscv,s390,ppc,loongarch; since <=2.6.36 */
#define KVMLIB_CAP_IRQ_INJECT_STATUS 26U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_ASSIGN_DEV_IRQ 29U /**< never reported (device assignment removed); x86; since <=2.6.36 */
#define KVMLIB_CAP_JOIN_MEMORY_REGIONS_WORKS 30U /**< bool; all; since <=2.6.36 */
#define KVMLIB_CAP_MCE 31U /**< count (MCE banks); x86; since <=2.6.36 */
#define KVMLIB_CAP_IRQFD 32U /**< bool; x86,arm64,riscv,s390,ppc,loongarch; since <=2.6.36 */
#define KVMLIB_CAP_PIT2 33U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_SET_BOOT_CPU_ID 34U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_PIT_STATE2 35U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_IOEVENTFD 36U /**< bool; all; since <=2.6.36 */
#define KVMLIB_CAP_SET_IDENTITY_MAP_ADDR 37U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_XEN_HVM 38U /**< bitmask KVM_XEN_HVM_CONFIG_*; x86; since <=2.6.36 */
#define KVMLIB_CAP_ADJUST_CLOCK 39U /**< bitmask KVM_CLOCK_* (1 on old kernels); x86; since <=2.6.36 */
#define KVMLIB_CAP_INTERNAL_ERROR_DATA 40U /**< bool; all; since <=2.6.36 */
#define KVMLIB_CAP_VCPU_EVENTS 41U /**< bool; x86,arm64; since <=2.6.36 */
#define KVMLIB_CAP_S390_PSW 42U /**< bool; s390; since <=2.6.36 */
#define KVMLIB_CAP_PPC_SEGSTATE 43U /**< bool; ppc; since <=2.6.36 */
#define KVMLIB_CAP_HYPERV 44U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_HYPERV_VAPIC 45U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_HYPERV_SPIN 46U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_PCI_SEGMENT 47U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_PPC_PAIRED_SINGLES 48U /**< bool; ppc; since <=2.6.36 */
#define KVMLIB_CAP_INTR_SHADOW 49U /**< not in the 7.2 KVM_CHECK_EXTENSION switch (reads 0); the shadow field is always usable on x86; x86; since <=2.6.36 */
#define KVMLIB_CAP_DEBUGREGS 50U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_X86_ROBUST_SINGLESTEP 51U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_PPC_OSI 52U /**< bool; ppc; since <=2.6.36 */
#define KVMLIB_CAP_PPC_UNSET_IRQ 53U /**< bool; ppc; since <=2.6.36 */
#define KVMLIB_CAP_ENABLE_CAP 54U /**< bool; x86,s390,ppc,loongarch,mips; since <=2.6.36 */
#define KVMLIB_CAP_XSAVE 55U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_XCRS 56U /**< bool; x86; since <=2.6.36 */
#define KVMLIB_CAP_PPC_GET_PVINFO 57U /**< bool; ppc; since 2.6.37 */
#define KVMLIB_CAP_PPC_IRQ_LEVEL 58U /**< bool; ppc; since 2.6.37 */
#define KVMLIB_CAP_ASYNC_PF 59U /**< bool; x86,s390; since 2.6.38 */
#define KVMLIB_CAP_TSC_CONTROL 60U /**< bool; x86; since 2.6.39 */
#define KVMLIB_CAP_GET_TSC_KHZ 61U /**< bool; x86; since 2.6.39 */
#define KVMLIB_CAP_PPC_BOOKE_SREGS 62U /**< bool; ppc; since 3.0 */
#define KVMLIB_CAP_SPAPR_TCE 63U /**< bool; ppc; since 3.1 */
#define KVMLIB_CAP_PPC_SMT 64U /**< count (threads per virtual core); ppc; since 3.1 */
#define KVMLIB_CAP_PPC_RMA 65U /**< never reported (removed); ppc; since 3.1 */
#define KVMLIB_CAP_MAX_VCPUS 66U /**< count (hard max vCPUs); all; since 3.2 */
#define KVMLIB_CAP_PPC_HIOR 67U /**< bool; ppc; since 3.2 */
#define KVMLIB_CAP_PPC_PAPR 68U /**< bool; ppc; since 3.2 */
#define KVMLIB_CAP_SW_TLB 69U /**< bool; ppc; since 3.3 */
#define KVMLIB_CAP_ONE_REG 70U /**< bool; all; since 3.3 */
#define KVMLIB_CAP_S390_GMAP 71U /**< bool; s390; since 3.3 */
#define KVMLIB_CAP_TSC_DEADLINE_TIMER 72U /**< bool; x86; since 3.3 */
#define KVMLIB_CAP_S390_UCONTROL 73U /**< bool; s390; since 3.4 */
#define KVMLIB_CAP_SYNC_REGS 74U /**< x86: bitmask KVM_SYNC_X86_*; s390: bool; x86,s390; since 3.4 */
#define KVMLIB_CAP_PCI_2_3 75U /**< never reported (device assignment removed); x86; since 3.4 */
#define KVMLIB_CAP_KVMCLOCK_CTRL 76U /**< bool; x86; since 3.5 */
#define KVMLIB_CAP_SIGNAL_MSI 77U /**< bool; x86,arm64,riscv,ppc,loongarch; since 3.5 */
#define KVMLIB_CAP_PPC_GET_SMMU_INFO 78U /**< bool; ppc; since 3.5 */
#define KVMLIB_CAP_S390_COW 79U /**< bool; s390; since 3.5 */
#define KVMLIB_CAP_PPC_ALLOC_HTAB 80U /**< bool (HV only); ppc; since 3.6 */
#define KVMLIB_CAP_READONLY_MEM 81U /**< bool; x86,arm64,riscv,loongarch,mips; since 3.7 */
#define KVMLIB_CAP_IRQFD_RESAMPLE 82U /**< bool; x86,arm64,s390,ppc; since 3.7 */
#define KVMLIB_CAP_PPC_BOOKE_WATCHDOG 83U /**< bool; ppc; since 3.8 */
#define KVMLIB_CAP_PPC_HTAB_FD 84U /**< bool; ppc; since 3.8 */
#define KVMLIB_CAP_S390_CSS_SUPPORT 85U /**< bool; s390; since 3.9 */
#define KVMLIB_CAP_PPC_EPR 86U /**< bool; ppc; since 3.9 */
#define KVMLIB_CAP_ARM_PSCI 87U /**< bool (PSCI 0.1); arm64; since 3.9 */
#define KVMLIB_CAP_ARM_SET_DEVICE_ADDR 88U /**< bool; arm64; since 3.9 */
#define KVMLIB_CAP_DEVICE_CTRL 89U /**< bool; all; since 3.10 */
#define KVMLIB_CAP_IRQ_MPIC 90U /**< bool; ppc; since 3.10 */
#define KVMLIB_CAP_PPC_RTAS 91U /**< bool; ppc; since 3.10 */
#define KVMLIB_CAP_IRQ_XICS 92U /**< bool; ppc; since 3.10 */
#define KVMLIB_CAP_ARM_EL1_32BIT 93U /**< bool; arm64; since 3.11 */
#define KVMLIB_CAP_SPAPR_MULTITCE 94U /**< bool; ppc; since 2.6.37..4.1 */
#define KVMLIB_CAP_EXT_EMUL_CPUID 95U /**< bool; x86; since 3.13 */
#define KVMLIB_CAP_HYPERV_TIME 96U /**< bool; x86; since 3.14 */
#define KVMLIB_CAP_IOAPIC_POLARITY_IGNORED 97U /**< bool; x86; since 3.15 */
#define KVMLIB_CAP_ENABLE_CAP_VM 98U /**< bool; all; since 3.15 */
#define KVMLIB_CAP_S390_IRQCHIP 99U /**< bool; s390; since 3.15 */
#define KVMLIB_CAP_IOEVENTFD_NO_LENGTH 100U /**< bool; x86; since 3.16 */
#define KVMLIB_CAP_VM_ATTRIBUTES 101U /**< bool; s390; since 3.16 */
#define KVMLIB_CAP_ARM_PSCI_0_2 102U /**< bool; arm64; since 3.16 */
#define KVMLIB_CAP_PPC_FIXUP_HCALL 103U /**< bool; ppc; since 3.17 */
#define KVMLIB_CAP_PPC_ENABLE_HCALL 104U /**< bool; ppc; since 3.17 */
#define KVMLIB_CAP_CHECK_EXTENSION_VM 105U /**< bool; all; since 3.17 */
#define KVMLIB_CAP_S390_USER_SIGP 106U /**< bool; s390; since 4.0 */
#define KVMLIB_CAP_S390_VECTOR_REGISTERS 107U /**< bool; s390; since 4.1 */
#define KVMLIB_CAP_S390_MEM_OP 108U /**< size (max transfer bytes, 65536); s390; since 4.1 */
#define KVMLIB_CAP_S390_USER_STSI 109U /**< bool; s390; since 4.1 */
#define KVMLIB_CAP_S390_SKEYS 110U /**< bool; s390; since 4.1 */
#define KVMLIB_CAP_MIPS_FPU 111U /**< bool; mips; since 4.1 */
#define KVMLIB_CAP_MIPS_MSA 112U /**< bool; mips; since 4.1 */
#define KVMLIB_CAP_S390_INJECT_IRQ 113U /**< bool; s390; since 4.1 */
#define KVMLIB_CAP_S390_IRQ_STATE 114U /**< bool; s390; since 4.1 */
#define KVMLIB_CAP_PPC_HWRNG 115U /**< bool; ppc; since 4.1 */
#define KVMLIB_CAP_DISABLE_QUIRKS 116U /**< bool (superseded by DISABLE_QUIRKS2); x86; since 4.2 */
#define KVMLIB_CAP_X86_SMM 117U /**< bool; x86; since 4.2 */
#define KVMLIB_CAP_MULTI_ADDRESS_SPACE 118U /**< count (address spaces: x86 with SMM 2, on the VM fd 1 for a VM with private memory; 0 where not reported = one); x86; since 4.2 */
#define KVMLIB_CAP_GUEST_DEBUG_HW_BPS 119U /**< count (hw breakpoints); arm64; since 4.3 */
#define KVMLIB_CAP_GUEST_DEBUG_HW_WPS 120U /**< count (hw watchpoints); arm64; since 4.3 */
#define KVMLIB_CAP_SPLIT_IRQCHIP 121U /**< bool; x86; since 4.4 */
#define KVMLIB_CAP_IOEVENTFD_ANY_LENGTH 122U /**< bool; all; since 4.4 */
#define KVMLIB_CAP_HYPERV_SYNIC 123U /**< bool; x86; since 4.5 */
#define KVMLIB_CAP_S390_RI 124U /**< bool; s390; since 4.5 */
#define KVMLIB_CAP_SPAPR_TCE_64 125U /**< bool; ppc; since 4.6 */
#define KVMLIB_CAP_ARM_PMU_V3 126U /**< bool; arm64; since 4.5 */
#define KVMLIB_CAP_VCPU_ATTRIBUTES 127U /**< bool; x86,arm64; since 4.5 */
#define KVMLIB_CAP_MAX_VCPU_ID 128U /**< count (max vCPU id + 1); x86,arm64,s390,ppc,loongarch,mips; since 4.7 */
#define KVMLIB_CAP_X2APIC_API 129U /**< bitmask KVM_X2APIC_*; x86; since 4.8 */
#define KVMLIB_CAP_S390_USER_INSTR0 130U /**< bool; s390; since 4.8 */
#define KVMLIB_CAP_MSI_DEVID 131U /**< bool on VM fd; system fd gives EINVAL; arm64; since 4.8 */
#define KVMLIB_CAP_PPC_HTM 132U /**< bool; ppc; since 4.8 */
#define KVMLIB_CAP_SPAPR_RESIZE_HPT 133U /**< bool; ppc; since 4.11 */
#define KVMLIB_CAP_PPC_MMU_RADIX 134U /**< bool; ppc; since 4.11 */
#define KVMLIB_CAP_PPC_MMU_HASH_V3 135U /**< bool; ppc; since 4.11 */
#define KVMLIB_CAP_IMMEDIATE_EXIT 136U /**< bool; all; since 4.11 */
#define KVMLIB_CAP_MIPS_VZ 137U /**< bool; mips; since 4.12 */
#define KVMLIB_CAP_MIPS_TE 138U /**< never reported (trap-and-emulate removed in 5.13); mips; since 4.12 */
#define KVMLIB_CAP_MIPS_64BIT 139U /**< value (0 32-bit, 1 64-bit ops, 2 64-bit ops+addresses); mips; since 4.12 */
#define KVMLIB_CAP_S390_GS 140U /**< bool; s390; since 4.12 */
#define KVMLIB_CAP_S390_AIS 141U /**< bool; s390; since 4.12 */
#define KVMLIB_CAP_SPAPR_TCE_VFIO 142U /**< bool; ppc; since 4.12 */
#define KVMLIB_CAP_X86_DISABLE_EXITS 143U /**< bitmask KVM_X86_DISABLE_EXITS_*; x86; since 4.17 */
#define KVMLIB_CAP_ARM_USER_IRQ 144U /**< version (1: vtimer, ptimer and PMU levels in kvm_sync_regs); arm64; since 4.12 */
#define KVMLIB_CAP_S390_CMMA_MIGRATION 145U /**< bool; s390; since 4.13 */
#define KVMLIB_CAP_PPC_FWNMI 146U /**< bool; ppc; since 4.13 */
#define KVMLIB_CAP_PPC_SMT_POSSIBLE 147U /**< bitmask of possible smt modes; ppc; since 4.13 */
#define KVMLIB_CAP_HYPERV_SYNIC2 148U /**< bool; x86; since 4.13 */
#define KVMLIB_CAP_HYPERV_VP_INDEX 149U /**< bool; x86; since 4.13 */
#define KVMLIB_CAP_S390_AIS_MIGRATION 150U /**< bool; s390; since 4.15 */
#define KVMLIB_CAP_PPC_GET_CPU_CHAR 151U /**< bool; ppc; since 4.16 */
#define KVMLIB_CAP_S390_BPB 152U /**< bool; s390; since 4.16 */
#define KVMLIB_CAP_GET_MSR_FEATURES 153U /**< bool; x86; since 4.16 */
#define KVMLIB_CAP_HYPERV_EVENTFD 154U /**< bool; x86; since 4.17 */
#define KVMLIB_CAP_HYPERV_TLBFLUSH 155U /**< bool; x86; since 4.18 */
#define KVMLIB_CAP_S390_HPAGE_1M 156U /**< bool; s390; since 4.19 */
#define KVMLIB_CAP_NESTED_STATE 157U /**< size (max nested-state buffer bytes); x86; since 4.19 */
#define KVMLIB_CAP_ARM_INJECT_SERROR_ESR 158U /**< bool; arm64; since 4.19 */
#define KVMLIB_CAP_MSR_PLATFORM_INFO 159U /**< bool; x86; since 4.19 */
#define KVMLIB_CAP_PPC_NESTED_HV 160U /**< bool; ppc; since 4.20 */
#define KVMLIB_CAP_HYPERV_SEND_IPI 161U /**< bool; x86; since 4.20 */
#define KVMLIB_CAP_COALESCED_PIO 162U /**< bool; x86,arm64,riscv,ppc,loongarch,mips; since 4.20 */
#define KVMLIB_CAP_HYPERV_ENLIGHTENED_VMCS 163U /**< bool; x86; since 4.20 */
#define KVMLIB_CAP_EXCEPTION_PAYLOAD 164U /**< bool; x86; since 4.20 */
#define KVMLIB_CAP_ARM_VM_IPA_SIZE 165U /**< value (max IPA bits); arm64; since 4.20 */
#define KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT 166U /**< never reported (buggy first version); all; since 5.0 */
#define KVMLIB_CAP_HYPERV_CPUID 167U /**< bool; x86; since 5.0 */
#define KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2 168U /**< bitmask KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE|KVM_DIRTY_LOG_INITIALLY_SET; x86,arm64,riscv,loongarch,mips; since 5.2 */
#define KVMLIB_CAP_PPC_IRQ_XIVE 169U /**< bool; ppc; since 5.2 */
#define KVMLIB_CAP_ARM_SVE 170U /**< bool; arm64; since 5.2 */
#define KVMLIB_CAP_ARM_PTRAUTH_ADDRESS 171U /**< bool; arm64; since 5.2 */
#define KVMLIB_CAP_ARM_PTRAUTH_GENERIC 172U /**< bool; arm64; since 5.2 */
#define KVMLIB_CAP_PMU_EVENT_FILTER 173U /**< bool; x86; since 5.3 */
#define KVMLIB_CAP_ARM_IRQ_LINE_LAYOUT_2 174U /**< bool; arm64; since 5.4 */
#define KVMLIB_CAP_HYPERV_DIRECT_TLBFLUSH 175U /**< bool; x86; since 5.4 */
#define KVMLIB_CAP_PPC_GUEST_DEBUG_SSTEP 176U /**< bool; ppc; since 5.4 */
#define KVMLIB_CAP_ARM_NISV_TO_USER 177U /**< bool; arm64; since 5.5 */
#define KVMLIB_CAP_ARM_INJECT_EXT_DABT 178U /**< bool; arm64; since 5.5 */
#define KVMLIB_CAP_S390_VCPU_RESETS 179U /**< bool; s390; since 5.6 */
#define KVMLIB_CAP_S390_PROTECTED 180U /**< bool; s390; since 5.7 */
#define KVMLIB_CAP_PPC_SECURE_GUEST 181U /**< bool; ppc; since 5.7 */
#define KVMLIB_CAP_HALT_POLL 182U /**< bool; all; since 5.8 */
#define KVMLIB_CAP_ASYNC_PF_INT 183U /**< bool; x86; since 5.8 */
#define KVMLIB_CAP_LAST_CPU 184U /**< bool; x86; since 5.9 */
#define KVMLIB_CAP_SMALLER_MAXPHYADDR 185U /**< bool; x86; since 5.9 */
#define KVMLIB_CAP_S390_DIAG318 186U /**< bool; s390; since 5.9 */
#define KVMLIB_CAP_STEAL_TIME 187U /**< bool; x86,arm64; since 5.9 */
#define KVMLIB_CAP_X86_USER_SPACE_MSR 188U /**< bool; x86; since 5.10 */
#define KVMLIB_CAP_X86_MSR_FILTER 189U /**< bool; x86; since 5.10 */
#define KVMLIB_CAP_ENFORCE_PV_FEATURE_CPUID 190U /**< bool; x86; since 5.10 */
#define KVMLIB_CAP_SYS_HYPERV_CPUID 191U /**< bool; x86; since 5.11 */
#define KVMLIB_CAP_DIRTY_LOG_RING 192U /**< size (max ring bytes; 0 = absent); x86; since 5.11 */
#define KVMLIB_CAP_X86_BUS_LOCK_EXIT 193U /**< bitmask KVM_BUS_LOCK_DETECTION_*; x86; since 5.12 */
#define KVMLIB_CAP_PPC_DAWR1 194U /**< bool; ppc; since 5.12 */
#define KVMLIB_CAP_SET_GUEST_DEBUG2 195U /**< bitmask KVM_GUESTDBG_* accepted by KVM_SET_GUEST_DEBUG; x86,arm64,s390; since 5.13 */
#define KVMLIB_CAP_SGX_ATTRIBUTE 196U /**< bool; x86; since 5.13 */
#define KVMLIB_CAP_VM_COPY_ENC_CONTEXT_FROM 197U /**< bool; x86; since 5.13 */
#define KVMLIB_CAP_PTP_KVM 198U /**< bool; arm64; since 5.13 */
#define KVMLIB_CAP_HYPERV_ENFORCE_CPUID 199U /**< bool; x86; since 5.14 */
#define KVMLIB_CAP_SREGS2 200U /**< bool; x86; since 5.14 */
#define KVMLIB_CAP_EXIT_HYPERCALL 201U /**< bitmask (1<<KVM_HC_MAP_GPA_RANGE); x86; since 5.14 */
#define KVMLIB_CAP_PPC_RPT_INVALIDATE 202U /**< bool; ppc; since 5.14 */
#define KVMLIB_CAP_BINARY_STATS_FD 203U /**< bool; all; since 5.14 */
#define KVMLIB_CAP_EXIT_ON_EMULATION_FAILURE 204U /**< bool; x86; since 5.14 */
#define KVMLIB_CAP_ARM_MTE 205U /**< bool; arm64; since 5.14 */
#define KVMLIB_CAP_VM_MOVE_ENC_CONTEXT_FROM 206U /**< bool; x86; since 5.16 */
#define KVMLIB_CAP_VM_GPA_BITS 207U /**< value (guest physical address bits); riscv; since 5.17 */
#define KVMLIB_CAP_XSAVE2 208U /**< size (bytes for KVM_GET_XSAVE2/KVM_SET_XSAVE); x86; since 5.17 */
#define KVMLIB_CAP_SYS_ATTRIBUTES 209U /**< bool; x86; since 5.17 */
#define KVMLIB_CAP_PPC_AIL_MODE_3 210U /**< bool; ppc; since 5.17 */
#define KVMLIB_CAP_S390_MEM_OP_EXTENSION 211U /**< bitmask KVM_S390_MEMOP_EXTENSION_CAP_*; s390; since 5.18 */
#define KVMLIB_CAP_PMU_CAPABILITY 212U /**< bitmask KVM_PMU_CAP_*; x86; since 5.18 */
#define KVMLIB_CAP_DISABLE_QUIRKS2 213U /**< bitmask KVM_X86_QUIRK_*; x86; since 5.18 */
#define KVMLIB_CAP_VM_TSC_CONTROL 214U /**< bool; x86; since 5.19 */
#define KVMLIB_CAP_SYSTEM_EVENT_DATA 215U /**< bool (ndata/data[] valid); all; since 5.19..6.0 */
#define KVMLIB_CAP_ARM_SYSTEM_SUSPEND 216U /**< bool; arm64; since 5.19 */
#define KVMLIB_CAP_S390_PROTECTED_DUMP 217U /**< bool; s390; since 5.19..6.0 */
#define KVMLIB_CAP_X86_TRIPLE_FAULT_EVENT 218U /**< bool; x86; since 5.19..6.0 */
#define KVMLIB_CAP_X86_NOTIFY_VMEXIT 219U /**< bool; x86; since 5.19..6.0 */
#define KVMLIB_CAP_VM_DISABLE_NX_HUGE_PAGES 220U /**< bool; x86; since 5.19..6.0 */
#define KVMLIB_CAP_S390_ZPCI_OP 221U /**< bool; s390; since 5.19..6.0 */
#define KVMLIB_CAP_S390_CPU_TOPOLOGY 222U /**< bool; s390; since 5.19..6.0 */
#define KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL 223U /**< size (max ring bytes; 0 = absent); x86,arm64,riscv,loongarch; since 6.1 */
#define KVMLIB_CAP_S390_PROTECTED_ASYNC_DISABLE 224U /**< bool; s390; since 6.2 */
#define KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP 225U /**< bool; arm64; since 6.2 */
#define KVMLIB_CAP_PMU_EVENT_MASKED_EVENTS 226U /**< bool; x86; since 6.3 */
#define KVMLIB_CAP_COUNTER_OFFSET 227U /**< bool; arm64; since 6.4 */
#define KVMLIB_CAP_ARM_EAGER_SPLIT_CHUNK_SIZE 228U /**< size (current chunk bytes; 0 = off); arm64; since 6.5 */
#define KVMLIB_CAP_ARM_SUPPORTED_BLOCK_SIZES 229U /**< bitmask of block sizes in bytes; arm64; since 6.5 */
#define KVMLIB_CAP_ARM_SUPPORTED_REG_MASK_RANGES 230U /**< bitmask of reg_mask_range ranges (bit0 = feature-id range); arm64; since 6.7 */
#define KVMLIB_CAP_USER_MEMORY2 231U /**< bool; all; since 6.8 */
#define KVMLIB_CAP_MEMORY_FAULT_INFO 232U /**< bool; x86; since 6.8 */
#define KVMLIB_CAP_MEMORY_ATTRIBUTES 233U /**< bitmask KVM_MEMORY_ATTRIBUTE_*; x86; since 6.8 */
#define KVMLIB_CAP_GUEST_MEMFD 234U /**< bool; x86,arm64; since 6.8 */
#define KVMLIB_CAP_VM_TYPES 235U /**< bitmask, bit N set = KVM_X86 VM type N allowed; x86; since 6.8 */
#define KVMLIB_CAP_PRE_FAULT_MEMORY 236U /**< bool; x86,s390; since 6.11 */
#define KVMLIB_CAP_X86_APIC_BUS_CYCLES_NS 237U /**< value (current/default ns per APIC bus cycle); x86; since 6.11 */
#define KVMLIB_CAP_X86_GUEST_MODE 238U /**< bool; x86; since 6.12 */
#define KVMLIB_CAP_ARM_WRITABLE_IMP_ID_REGS 239U /**< bool; arm64; since 6.15 */
#define KVMLIB_CAP_ARM_EL2 240U /**< bool; arm64; since 6.16 */
#define KVMLIB_CAP_ARM_EL2_E2H0 241U /**< bool; arm64; since 6.16 */
#define KVMLIB_CAP_RISCV_MP_STATE_RESET 242U /**< not reported by KVM_CHECK_EXTENSION in 7.2 (enable-only); riscv; since 6.16 */
#define KVMLIB_CAP_ARM_CACHEABLE_PFNMAP_SUPPORTED 243U /**< bool on VM fd; system fd gives EINVAL; arm64; since 6.17 */
#define KVMLIB_CAP_GUEST_MEMFD_FLAGS 244U /**< bitmask GUEST_MEMFD_FLAG_*; x86,arm64; since 6.18 */
#define KVMLIB_CAP_ARM_SEA_TO_USER 245U /**< bool; arm64; since 6.19 */
#define KVMLIB_CAP_S390_USER_OPEREXEC 246U /**< bool; s390; since 6.19 */
#define KVMLIB_CAP_S390_KEYOP 247U /**< bool; s390; since 6.13..7.2 */
#define KVMLIB_CAP_S390_VSIE_ESAMODE 248U /**< bool; s390; since 6.13..7.2 */
#define KVMLIB_CAP_S390_HPAGE_2G 249U /**< bool; s390; since 6.13..7.2 */

/** @} */

#endif
