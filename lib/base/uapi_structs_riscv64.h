/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/structs-riscv64.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB__UAPI_STRUCTS_RISCV64_H
#define KVMLIB__UAPI_STRUCTS_RISCV64_H

#include <stddef.h>
#include <stdint.h>

struct user_regs_struct {
	unsigned long pc;
	unsigned long ra;
	unsigned long sp;
	unsigned long gp;
	unsigned long tp;
	unsigned long t0;
	unsigned long t1;
	unsigned long t2;
	unsigned long s0;
	unsigned long s1;
	unsigned long a0;
	unsigned long a1;
	unsigned long a2;
	unsigned long a3;
	unsigned long a4;
	unsigned long a5;
	unsigned long a6;
	unsigned long a7;
	unsigned long s2;
	unsigned long s3;
	unsigned long s4;
	unsigned long s5;
	unsigned long s6;
	unsigned long s7;
	unsigned long s8;
	unsigned long s9;
	unsigned long s10;
	unsigned long s11;
	unsigned long t3;
	unsigned long t4;
	unsigned long t5;
	unsigned long t6;
};
_Static_assert(sizeof(struct user_regs_struct) == 256, "struct user_regs_struct");
_Static_assert(offsetof(struct user_regs_struct, pc) == 0, "user_regs_struct.pc");
_Static_assert(offsetof(struct user_regs_struct, ra) == 8, "user_regs_struct.ra");
_Static_assert(offsetof(struct user_regs_struct, sp) == 16, "user_regs_struct.sp");
_Static_assert(offsetof(struct user_regs_struct, gp) == 24, "user_regs_struct.gp");
_Static_assert(offsetof(struct user_regs_struct, tp) == 32, "user_regs_struct.tp");
_Static_assert(offsetof(struct user_regs_struct, t0) == 40, "user_regs_struct.t0");
_Static_assert(offsetof(struct user_regs_struct, t1) == 48, "user_regs_struct.t1");
_Static_assert(offsetof(struct user_regs_struct, t2) == 56, "user_regs_struct.t2");
_Static_assert(offsetof(struct user_regs_struct, s0) == 64, "user_regs_struct.s0");
_Static_assert(offsetof(struct user_regs_struct, s1) == 72, "user_regs_struct.s1");
_Static_assert(offsetof(struct user_regs_struct, a0) == 80, "user_regs_struct.a0");
_Static_assert(offsetof(struct user_regs_struct, a1) == 88, "user_regs_struct.a1");
_Static_assert(offsetof(struct user_regs_struct, a2) == 96, "user_regs_struct.a2");
_Static_assert(offsetof(struct user_regs_struct, a3) == 104, "user_regs_struct.a3");
_Static_assert(offsetof(struct user_regs_struct, a4) == 112, "user_regs_struct.a4");
_Static_assert(offsetof(struct user_regs_struct, a5) == 120, "user_regs_struct.a5");
_Static_assert(offsetof(struct user_regs_struct, a6) == 128, "user_regs_struct.a6");
_Static_assert(offsetof(struct user_regs_struct, a7) == 136, "user_regs_struct.a7");
_Static_assert(offsetof(struct user_regs_struct, s2) == 144, "user_regs_struct.s2");
_Static_assert(offsetof(struct user_regs_struct, s3) == 152, "user_regs_struct.s3");
_Static_assert(offsetof(struct user_regs_struct, s4) == 160, "user_regs_struct.s4");
_Static_assert(offsetof(struct user_regs_struct, s5) == 168, "user_regs_struct.s5");
_Static_assert(offsetof(struct user_regs_struct, s6) == 176, "user_regs_struct.s6");
_Static_assert(offsetof(struct user_regs_struct, s7) == 184, "user_regs_struct.s7");
_Static_assert(offsetof(struct user_regs_struct, s8) == 192, "user_regs_struct.s8");
_Static_assert(offsetof(struct user_regs_struct, s9) == 200, "user_regs_struct.s9");
_Static_assert(offsetof(struct user_regs_struct, s10) == 208, "user_regs_struct.s10");
_Static_assert(offsetof(struct user_regs_struct, s11) == 216, "user_regs_struct.s11");
_Static_assert(offsetof(struct user_regs_struct, t3) == 224, "user_regs_struct.t3");
_Static_assert(offsetof(struct user_regs_struct, t4) == 232, "user_regs_struct.t4");
_Static_assert(offsetof(struct user_regs_struct, t5) == 240, "user_regs_struct.t5");
_Static_assert(offsetof(struct user_regs_struct, t6) == 248, "user_regs_struct.t6");

struct kvm_riscv_config {
	unsigned long isa;
	unsigned long zicbom_block_size;
	unsigned long mvendorid;
	unsigned long marchid;
	unsigned long mimpid;
	unsigned long zicboz_block_size;
	unsigned long satp_mode;
	unsigned long zicbop_block_size;
};
_Static_assert(sizeof(struct kvm_riscv_config) == 64, "struct kvm_riscv_config");
_Static_assert(offsetof(struct kvm_riscv_config, isa) == 0, "kvm_riscv_config.isa");
_Static_assert(offsetof(struct kvm_riscv_config, zicbom_block_size) == 8, "kvm_riscv_config.zicbom_block_size");
_Static_assert(offsetof(struct kvm_riscv_config, mvendorid) == 16, "kvm_riscv_config.mvendorid");
_Static_assert(offsetof(struct kvm_riscv_config, marchid) == 24, "kvm_riscv_config.marchid");
_Static_assert(offsetof(struct kvm_riscv_config, mimpid) == 32, "kvm_riscv_config.mimpid");
_Static_assert(offsetof(struct kvm_riscv_config, zicboz_block_size) == 40, "kvm_riscv_config.zicboz_block_size");
_Static_assert(offsetof(struct kvm_riscv_config, satp_mode) == 48, "kvm_riscv_config.satp_mode");
_Static_assert(offsetof(struct kvm_riscv_config, zicbop_block_size) == 56, "kvm_riscv_config.zicbop_block_size");

struct kvm_riscv_core {
	struct user_regs_struct regs;
	unsigned long mode;
};
_Static_assert(sizeof(struct kvm_riscv_core) == 264, "struct kvm_riscv_core");
_Static_assert(offsetof(struct kvm_riscv_core, regs) == 0, "kvm_riscv_core.regs");
_Static_assert(offsetof(struct kvm_riscv_core, mode) == 256, "kvm_riscv_core.mode");

struct kvm_riscv_csr {
	unsigned long sstatus;
	unsigned long sie;
	unsigned long stvec;
	unsigned long sscratch;
	unsigned long sepc;
	unsigned long scause;
	unsigned long stval;
	unsigned long sip;
	unsigned long satp;
	unsigned long scounteren;
	unsigned long senvcfg;
};
_Static_assert(sizeof(struct kvm_riscv_csr) == 88, "struct kvm_riscv_csr");
_Static_assert(offsetof(struct kvm_riscv_csr, sstatus) == 0, "kvm_riscv_csr.sstatus");
_Static_assert(offsetof(struct kvm_riscv_csr, sie) == 8, "kvm_riscv_csr.sie");
_Static_assert(offsetof(struct kvm_riscv_csr, stvec) == 16, "kvm_riscv_csr.stvec");
_Static_assert(offsetof(struct kvm_riscv_csr, sscratch) == 24, "kvm_riscv_csr.sscratch");
_Static_assert(offsetof(struct kvm_riscv_csr, sepc) == 32, "kvm_riscv_csr.sepc");
_Static_assert(offsetof(struct kvm_riscv_csr, scause) == 40, "kvm_riscv_csr.scause");
_Static_assert(offsetof(struct kvm_riscv_csr, stval) == 48, "kvm_riscv_csr.stval");
_Static_assert(offsetof(struct kvm_riscv_csr, sip) == 56, "kvm_riscv_csr.sip");
_Static_assert(offsetof(struct kvm_riscv_csr, satp) == 64, "kvm_riscv_csr.satp");
_Static_assert(offsetof(struct kvm_riscv_csr, scounteren) == 72, "kvm_riscv_csr.scounteren");
_Static_assert(offsetof(struct kvm_riscv_csr, senvcfg) == 80, "kvm_riscv_csr.senvcfg");

struct kvm_riscv_aia_csr {
	unsigned long siselect;
	unsigned long iprio1;
	unsigned long iprio2;
	unsigned long sieh;
	unsigned long siph;
	unsigned long iprio1h;
	unsigned long iprio2h;
};
_Static_assert(sizeof(struct kvm_riscv_aia_csr) == 56, "struct kvm_riscv_aia_csr");
_Static_assert(offsetof(struct kvm_riscv_aia_csr, siselect) == 0, "kvm_riscv_aia_csr.siselect");
_Static_assert(offsetof(struct kvm_riscv_aia_csr, iprio1) == 8, "kvm_riscv_aia_csr.iprio1");
_Static_assert(offsetof(struct kvm_riscv_aia_csr, iprio2) == 16, "kvm_riscv_aia_csr.iprio2");
_Static_assert(offsetof(struct kvm_riscv_aia_csr, sieh) == 24, "kvm_riscv_aia_csr.sieh");
_Static_assert(offsetof(struct kvm_riscv_aia_csr, siph) == 32, "kvm_riscv_aia_csr.siph");
_Static_assert(offsetof(struct kvm_riscv_aia_csr, iprio1h) == 40, "kvm_riscv_aia_csr.iprio1h");
_Static_assert(offsetof(struct kvm_riscv_aia_csr, iprio2h) == 48, "kvm_riscv_aia_csr.iprio2h");

struct kvm_riscv_smstateen_csr {
	unsigned long sstateen0;
};
_Static_assert(sizeof(struct kvm_riscv_smstateen_csr) == 8, "struct kvm_riscv_smstateen_csr");
_Static_assert(offsetof(struct kvm_riscv_smstateen_csr, sstateen0) == 0, "kvm_riscv_smstateen_csr.sstateen0");

struct kvm_riscv_timer {
	uint64_t frequency;
	uint64_t time;
	uint64_t compare;
	uint64_t state;
};
_Static_assert(sizeof(struct kvm_riscv_timer) == 32, "struct kvm_riscv_timer");
_Static_assert(offsetof(struct kvm_riscv_timer, frequency) == 0, "kvm_riscv_timer.frequency");
_Static_assert(offsetof(struct kvm_riscv_timer, time) == 8, "kvm_riscv_timer.time");
_Static_assert(offsetof(struct kvm_riscv_timer, compare) == 16, "kvm_riscv_timer.compare");
_Static_assert(offsetof(struct kvm_riscv_timer, state) == 24, "kvm_riscv_timer.state");

struct kvm_riscv_sbi_sta {
	unsigned long shmem_lo;
	unsigned long shmem_hi;
};
_Static_assert(sizeof(struct kvm_riscv_sbi_sta) == 16, "struct kvm_riscv_sbi_sta");
_Static_assert(offsetof(struct kvm_riscv_sbi_sta, shmem_lo) == 0, "kvm_riscv_sbi_sta.shmem_lo");
_Static_assert(offsetof(struct kvm_riscv_sbi_sta, shmem_hi) == 8, "kvm_riscv_sbi_sta.shmem_hi");

struct kvm_riscv_sbi_fwft_feature {
	unsigned long enable;
	unsigned long flags;
	unsigned long value;
};
_Static_assert(sizeof(struct kvm_riscv_sbi_fwft_feature) == 24, "struct kvm_riscv_sbi_fwft_feature");
_Static_assert(offsetof(struct kvm_riscv_sbi_fwft_feature, enable) == 0, "kvm_riscv_sbi_fwft_feature.enable");
_Static_assert(offsetof(struct kvm_riscv_sbi_fwft_feature, flags) == 8, "kvm_riscv_sbi_fwft_feature.flags");
_Static_assert(offsetof(struct kvm_riscv_sbi_fwft_feature, value) == 16, "kvm_riscv_sbi_fwft_feature.value");

struct kvm_riscv_sbi_fwft {
	struct kvm_riscv_sbi_fwft_feature misaligned_deleg;
	struct kvm_riscv_sbi_fwft_feature pointer_masking;
};
_Static_assert(sizeof(struct kvm_riscv_sbi_fwft) == 48, "struct kvm_riscv_sbi_fwft");
_Static_assert(offsetof(struct kvm_riscv_sbi_fwft, misaligned_deleg) == 0, "kvm_riscv_sbi_fwft.misaligned_deleg");
_Static_assert(offsetof(struct kvm_riscv_sbi_fwft, pointer_masking) == 24, "kvm_riscv_sbi_fwft.pointer_masking");

struct kvm_userspace_memory_region {
	uint32_t slot;
	uint32_t flags;
	uint64_t guest_phys_addr;
	uint64_t memory_size;
	uint64_t userspace_addr;
};
_Static_assert(sizeof(struct kvm_userspace_memory_region) == 32, "struct kvm_userspace_memory_region");
_Static_assert(offsetof(struct kvm_userspace_memory_region, slot) == 0, "kvm_userspace_memory_region.slot");
_Static_assert(offsetof(struct kvm_userspace_memory_region, flags) == 4, "kvm_userspace_memory_region.flags");
_Static_assert(offsetof(struct kvm_userspace_memory_region, guest_phys_addr) == 8, "kvm_userspace_memory_region.guest_phys_addr");
_Static_assert(offsetof(struct kvm_userspace_memory_region, memory_size) == 16, "kvm_userspace_memory_region.memory_size");
_Static_assert(offsetof(struct kvm_userspace_memory_region, userspace_addr) == 24, "kvm_userspace_memory_region.userspace_addr");

struct kvm_userspace_memory_region2 {
	uint32_t slot;
	uint32_t flags;
	uint64_t guest_phys_addr;
	uint64_t memory_size;
	uint64_t userspace_addr;
	uint64_t guest_memfd_offset;
	uint32_t guest_memfd;
	uint32_t pad1;
	uint64_t pad2[14];
};
_Static_assert(sizeof(struct kvm_userspace_memory_region2) == 160, "struct kvm_userspace_memory_region2");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, slot) == 0, "kvm_userspace_memory_region2.slot");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, flags) == 4, "kvm_userspace_memory_region2.flags");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, guest_phys_addr) == 8, "kvm_userspace_memory_region2.guest_phys_addr");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, memory_size) == 16, "kvm_userspace_memory_region2.memory_size");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, userspace_addr) == 24, "kvm_userspace_memory_region2.userspace_addr");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, guest_memfd_offset) == 32, "kvm_userspace_memory_region2.guest_memfd_offset");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, guest_memfd) == 40, "kvm_userspace_memory_region2.guest_memfd");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, pad1) == 44, "kvm_userspace_memory_region2.pad1");
_Static_assert(offsetof(struct kvm_userspace_memory_region2, pad2) == 48, "kvm_userspace_memory_region2.pad2");

struct kvm_irq_level {
	union {
		uint32_t irq;
		int32_t status;
	};
	uint32_t level;
};
_Static_assert(sizeof(struct kvm_irq_level) == 8, "struct kvm_irq_level");
_Static_assert(offsetof(struct kvm_irq_level, irq) == 0, "kvm_irq_level.irq");
_Static_assert(offsetof(struct kvm_irq_level, status) == 0, "kvm_irq_level.status");
_Static_assert(offsetof(struct kvm_irq_level, level) == 4, "kvm_irq_level.level");

struct kvm_irqchip {
	uint32_t chip_id;
	uint32_t pad;
	union {
		char dummy[512];
	} chip;
};
_Static_assert(sizeof(struct kvm_irqchip) == 520, "struct kvm_irqchip");
_Static_assert(offsetof(struct kvm_irqchip, chip_id) == 0, "kvm_irqchip.chip_id");
_Static_assert(offsetof(struct kvm_irqchip, pad) == 4, "kvm_irqchip.pad");
_Static_assert(offsetof(struct kvm_irqchip, chip) == 8, "kvm_irqchip.chip");

struct kvm_pit_config {
	uint32_t flags;
	uint32_t pad[15];
};
_Static_assert(sizeof(struct kvm_pit_config) == 64, "struct kvm_pit_config");
_Static_assert(offsetof(struct kvm_pit_config, flags) == 0, "kvm_pit_config.flags");
_Static_assert(offsetof(struct kvm_pit_config, pad) == 4, "kvm_pit_config.pad");

struct kvm_hyperv_exit {
	uint32_t type;
	uint32_t pad1;
	union {
		struct {
			uint32_t msr;
			uint32_t pad2;
			uint64_t control;
			uint64_t evt_page;
			uint64_t msg_page;
		} synic;
		struct {
			uint64_t input;
			uint64_t result;
			uint64_t params[2];
		} hcall;
		struct {
			uint32_t msr;
			uint32_t pad2;
			uint64_t control;
			uint64_t status;
			uint64_t send_page;
			uint64_t recv_page;
			uint64_t pending_page;
		} syndbg;
	} u;
};
_Static_assert(sizeof(struct kvm_hyperv_exit) == 56, "struct kvm_hyperv_exit");
_Static_assert(offsetof(struct kvm_hyperv_exit, type) == 0, "kvm_hyperv_exit.type");
_Static_assert(offsetof(struct kvm_hyperv_exit, pad1) == 4, "kvm_hyperv_exit.pad1");
_Static_assert(offsetof(struct kvm_hyperv_exit, u) == 8, "kvm_hyperv_exit.u");

struct kvm_xen_exit {
	uint32_t type;
	uint8_t gap_4[4];
	union {
		struct {
			uint32_t longmode;
			uint32_t cpl;
			uint64_t input;
			uint64_t result;
			uint64_t params[6];
		} hcall;
	} u;
};
_Static_assert(sizeof(struct kvm_xen_exit) == 80, "struct kvm_xen_exit");
_Static_assert(offsetof(struct kvm_xen_exit, type) == 0, "kvm_xen_exit.type");
_Static_assert(offsetof(struct kvm_xen_exit, u) == 8, "kvm_xen_exit.u");

struct kvm_exit_snp_req_certs {
	uint64_t gpa;
	uint64_t npages;
	uint64_t ret;
};
_Static_assert(sizeof(struct kvm_exit_snp_req_certs) == 24, "struct kvm_exit_snp_req_certs");
_Static_assert(offsetof(struct kvm_exit_snp_req_certs, gpa) == 0, "kvm_exit_snp_req_certs.gpa");
_Static_assert(offsetof(struct kvm_exit_snp_req_certs, npages) == 8, "kvm_exit_snp_req_certs.npages");
_Static_assert(offsetof(struct kvm_exit_snp_req_certs, ret) == 16, "kvm_exit_snp_req_certs.ret");

struct kvm_run {
	uint8_t request_interrupt_window;
	uint8_t immediate_exit;
	uint8_t padding1[6];
	uint32_t exit_reason;
	uint8_t ready_for_interrupt_injection;
	uint8_t if_flag;
	uint16_t flags;
	uint64_t cr8;
	uint64_t apic_base;
	union {
		struct {
			uint64_t hardware_exit_reason;
		} hw;
		struct {
			uint64_t hardware_entry_failure_reason;
			uint32_t cpu;
			uint8_t gap_44[4];
		} fail_entry;
		struct {
			uint32_t exception;
			uint32_t error_code;
		} ex;
		struct {
			uint8_t direction;
			uint8_t size;
			uint16_t port;
			uint32_t count;
			uint64_t data_offset;
		} io;
		struct {
			uint64_t phys_addr;
			uint8_t data[8];
			uint32_t len;
			uint8_t is_write;
			uint8_t gap_53[3];
		} mmio;
		struct {
			uint64_t phys_addr;
			uint8_t data[8];
			uint32_t len;
			uint8_t is_write;
			uint8_t gap_53[3];
		} iocsr_io;
		struct {
			uint64_t nr;
			uint64_t args[6];
			uint64_t ret;
			union {
				uint32_t longmode;
				uint64_t flags;
			};
		} hypercall;
		struct {
			uint64_t rip;
			uint32_t is_write;
			uint32_t pad;
		} tpr_access;
		struct {
			uint8_t icptcode;
			uint8_t gap_33[1];
			uint16_t ipa;
			uint32_t ipb;
		} s390_sieic;
		uint64_t s390_reset_flags;
		struct {
			uint64_t trans_exc_code;
			uint32_t pgm_code;
			uint8_t gap_44[4];
		} s390_ucontrol;
		struct {
			uint32_t dcrn;
			uint32_t data;
			uint8_t is_write;
			uint8_t gap_41[3];
		} dcr;
		struct {
			uint32_t suberror;
			uint32_t ndata;
			uint64_t data[16];
		} internal;
		struct {
			uint32_t suberror;
			uint32_t ndata;
			uint64_t flags;
			uint8_t insn_size;
			uint8_t insn_bytes[15];
		} emulation_failure;
		struct {
			uint64_t gprs[32];
		} osi;
		struct {
			uint64_t nr;
			uint64_t ret;
			uint64_t args[9];
		} papr_hcall;
		struct {
			uint16_t subchannel_id;
			uint16_t subchannel_nr;
			uint32_t io_int_parm;
			uint32_t io_int_word;
			uint32_t ipb;
			uint8_t dequeued;
			uint8_t gap_49[3];
		} s390_tsch;
		struct {
			uint32_t epr;
		} epr;
		struct {
			uint32_t type;
			uint32_t ndata;
			union {
				uint64_t flags;
				uint64_t data[16];
			};
		} system_event;
		struct {
			uint64_t addr;
			uint8_t ar;
			uint8_t reserved;
			uint8_t fc;
			uint8_t sel1;
			uint16_t sel2;
			uint8_t gap_46[2];
		} s390_stsi;
		struct {
			uint8_t vector;
		} eoi;
		struct kvm_hyperv_exit hyperv;
		struct {
			uint64_t esr_iss;
			uint64_t fault_ipa;
		} arm_nisv;
		struct {
			uint8_t error;
			uint8_t pad[7];
			uint32_t reason;
			uint32_t index;
			uint64_t data;
		} msr;
		struct kvm_xen_exit xen;
		struct {
			unsigned long extension_id;
			unsigned long function_id;
			unsigned long args[6];
			unsigned long ret[2];
		} riscv_sbi;
		struct {
			unsigned long csr_num;
			unsigned long new_value;
			unsigned long write_mask;
			unsigned long ret_value;
		} riscv_csr;
		struct {
			uint32_t flags;
		} notify;
		struct {
			uint64_t flags;
			uint64_t gpa;
			uint64_t size;
		} memory_fault;
		struct {
			uint64_t flags;
			uint64_t nr;
			union {
				struct {
					uint64_t ret;
					uint64_t data[5];
				} unknown;
				struct {
					uint64_t ret;
					uint64_t gpa;
					uint64_t size;
				} get_quote;
				struct {
					uint64_t ret;
					uint64_t leaf;
					uint64_t r11;
					uint64_t r12;
					uint64_t r13;
					uint64_t r14;
				} get_tdvmcall_info;
				struct {
					uint64_t ret;
					uint64_t vector;
				} setup_event_notify;
			};
		} tdx;
		struct {
			uint64_t flags;
			uint64_t esr;
			uint64_t gva;
			uint64_t gpa;
		} arm_sea;
		struct kvm_exit_snp_req_certs snp_req_certs;
		char padding[256];
	};
	uint64_t kvm_valid_regs;
	uint64_t kvm_dirty_regs;
	union {
		char padding[2048];
	} s;
};
_Static_assert(sizeof(struct kvm_run) == 2352, "struct kvm_run");
_Static_assert(offsetof(struct kvm_run, request_interrupt_window) == 0, "kvm_run.request_interrupt_window");
_Static_assert(offsetof(struct kvm_run, immediate_exit) == 1, "kvm_run.immediate_exit");
_Static_assert(offsetof(struct kvm_run, padding1) == 2, "kvm_run.padding1");
_Static_assert(offsetof(struct kvm_run, exit_reason) == 8, "kvm_run.exit_reason");
_Static_assert(offsetof(struct kvm_run, ready_for_interrupt_injection) == 12, "kvm_run.ready_for_interrupt_injection");
_Static_assert(offsetof(struct kvm_run, if_flag) == 13, "kvm_run.if_flag");
_Static_assert(offsetof(struct kvm_run, flags) == 14, "kvm_run.flags");
_Static_assert(offsetof(struct kvm_run, cr8) == 16, "kvm_run.cr8");
_Static_assert(offsetof(struct kvm_run, apic_base) == 24, "kvm_run.apic_base");
_Static_assert(offsetof(struct kvm_run, hw) == 32, "kvm_run.hw");
_Static_assert(offsetof(struct kvm_run, fail_entry) == 32, "kvm_run.fail_entry");
_Static_assert(offsetof(struct kvm_run, ex) == 32, "kvm_run.ex");
_Static_assert(offsetof(struct kvm_run, io) == 32, "kvm_run.io");
_Static_assert(offsetof(struct kvm_run, mmio) == 32, "kvm_run.mmio");
_Static_assert(offsetof(struct kvm_run, iocsr_io) == 32, "kvm_run.iocsr_io");
_Static_assert(offsetof(struct kvm_run, hypercall) == 32, "kvm_run.hypercall");
_Static_assert(offsetof(struct kvm_run, tpr_access) == 32, "kvm_run.tpr_access");
_Static_assert(offsetof(struct kvm_run, s390_sieic) == 32, "kvm_run.s390_sieic");
_Static_assert(offsetof(struct kvm_run, s390_reset_flags) == 32, "kvm_run.s390_reset_flags");
_Static_assert(offsetof(struct kvm_run, s390_ucontrol) == 32, "kvm_run.s390_ucontrol");
_Static_assert(offsetof(struct kvm_run, dcr) == 32, "kvm_run.dcr");
_Static_assert(offsetof(struct kvm_run, internal) == 32, "kvm_run.internal");
_Static_assert(offsetof(struct kvm_run, emulation_failure) == 32, "kvm_run.emulation_failure");
_Static_assert(offsetof(struct kvm_run, osi) == 32, "kvm_run.osi");
_Static_assert(offsetof(struct kvm_run, papr_hcall) == 32, "kvm_run.papr_hcall");
_Static_assert(offsetof(struct kvm_run, s390_tsch) == 32, "kvm_run.s390_tsch");
_Static_assert(offsetof(struct kvm_run, epr) == 32, "kvm_run.epr");
_Static_assert(offsetof(struct kvm_run, system_event) == 32, "kvm_run.system_event");
_Static_assert(offsetof(struct kvm_run, s390_stsi) == 32, "kvm_run.s390_stsi");
_Static_assert(offsetof(struct kvm_run, eoi) == 32, "kvm_run.eoi");
_Static_assert(offsetof(struct kvm_run, hyperv) == 32, "kvm_run.hyperv");
_Static_assert(offsetof(struct kvm_run, arm_nisv) == 32, "kvm_run.arm_nisv");
_Static_assert(offsetof(struct kvm_run, msr) == 32, "kvm_run.msr");
_Static_assert(offsetof(struct kvm_run, xen) == 32, "kvm_run.xen");
_Static_assert(offsetof(struct kvm_run, riscv_sbi) == 32, "kvm_run.riscv_sbi");
_Static_assert(offsetof(struct kvm_run, riscv_csr) == 32, "kvm_run.riscv_csr");
_Static_assert(offsetof(struct kvm_run, notify) == 32, "kvm_run.notify");
_Static_assert(offsetof(struct kvm_run, memory_fault) == 32, "kvm_run.memory_fault");
_Static_assert(offsetof(struct kvm_run, tdx) == 32, "kvm_run.tdx");
_Static_assert(offsetof(struct kvm_run, arm_sea) == 32, "kvm_run.arm_sea");
_Static_assert(offsetof(struct kvm_run, snp_req_certs) == 32, "kvm_run.snp_req_certs");
_Static_assert(offsetof(struct kvm_run, padding) == 32, "kvm_run.padding");
_Static_assert(offsetof(struct kvm_run, kvm_valid_regs) == 288, "kvm_run.kvm_valid_regs");
_Static_assert(offsetof(struct kvm_run, kvm_dirty_regs) == 296, "kvm_run.kvm_dirty_regs");
_Static_assert(offsetof(struct kvm_run, s) == 304, "kvm_run.s");

struct kvm_coalesced_mmio_zone {
	uint64_t addr;
	uint32_t size;
	union {
		uint32_t pad;
		uint32_t pio;
	};
};
_Static_assert(sizeof(struct kvm_coalesced_mmio_zone) == 16, "struct kvm_coalesced_mmio_zone");
_Static_assert(offsetof(struct kvm_coalesced_mmio_zone, addr) == 0, "kvm_coalesced_mmio_zone.addr");
_Static_assert(offsetof(struct kvm_coalesced_mmio_zone, size) == 8, "kvm_coalesced_mmio_zone.size");
_Static_assert(offsetof(struct kvm_coalesced_mmio_zone, pad) == 12, "kvm_coalesced_mmio_zone.pad");
_Static_assert(offsetof(struct kvm_coalesced_mmio_zone, pio) == 12, "kvm_coalesced_mmio_zone.pio");

struct kvm_coalesced_mmio {
	uint64_t phys_addr;
	uint32_t len;
	union {
		uint32_t pad;
		uint32_t pio;
	};
	uint8_t data[8];
};
_Static_assert(sizeof(struct kvm_coalesced_mmio) == 24, "struct kvm_coalesced_mmio");
_Static_assert(offsetof(struct kvm_coalesced_mmio, phys_addr) == 0, "kvm_coalesced_mmio.phys_addr");
_Static_assert(offsetof(struct kvm_coalesced_mmio, len) == 8, "kvm_coalesced_mmio.len");
_Static_assert(offsetof(struct kvm_coalesced_mmio, pad) == 12, "kvm_coalesced_mmio.pad");
_Static_assert(offsetof(struct kvm_coalesced_mmio, pio) == 12, "kvm_coalesced_mmio.pio");
_Static_assert(offsetof(struct kvm_coalesced_mmio, data) == 16, "kvm_coalesced_mmio.data");

struct kvm_coalesced_mmio_ring {
	uint32_t first;
	uint32_t last;
	struct kvm_coalesced_mmio coalesced_mmio[];
};
_Static_assert(sizeof(struct kvm_coalesced_mmio_ring) == 8, "struct kvm_coalesced_mmio_ring");
_Static_assert(offsetof(struct kvm_coalesced_mmio_ring, first) == 0, "kvm_coalesced_mmio_ring.first");
_Static_assert(offsetof(struct kvm_coalesced_mmio_ring, last) == 4, "kvm_coalesced_mmio_ring.last");

struct kvm_translation {
	uint64_t linear_address;
	uint64_t physical_address;
	uint8_t valid;
	uint8_t writeable;
	uint8_t usermode;
	uint8_t pad[5];
};
_Static_assert(sizeof(struct kvm_translation) == 24, "struct kvm_translation");
_Static_assert(offsetof(struct kvm_translation, linear_address) == 0, "kvm_translation.linear_address");
_Static_assert(offsetof(struct kvm_translation, physical_address) == 8, "kvm_translation.physical_address");
_Static_assert(offsetof(struct kvm_translation, valid) == 16, "kvm_translation.valid");
_Static_assert(offsetof(struct kvm_translation, writeable) == 17, "kvm_translation.writeable");
_Static_assert(offsetof(struct kvm_translation, usermode) == 18, "kvm_translation.usermode");
_Static_assert(offsetof(struct kvm_translation, pad) == 19, "kvm_translation.pad");

struct kvm_interrupt {
	uint32_t irq;
};
_Static_assert(sizeof(struct kvm_interrupt) == 4, "struct kvm_interrupt");
_Static_assert(offsetof(struct kvm_interrupt, irq) == 0, "kvm_interrupt.irq");

struct kvm_dirty_log {
	uint32_t slot;
	uint32_t padding1;
	union {
		void *dirty_bitmap;
		uint64_t padding2;
	};
};
_Static_assert(sizeof(struct kvm_dirty_log) == 16, "struct kvm_dirty_log");
_Static_assert(offsetof(struct kvm_dirty_log, slot) == 0, "kvm_dirty_log.slot");
_Static_assert(offsetof(struct kvm_dirty_log, padding1) == 4, "kvm_dirty_log.padding1");
_Static_assert(offsetof(struct kvm_dirty_log, dirty_bitmap) == 8, "kvm_dirty_log.dirty_bitmap");
_Static_assert(offsetof(struct kvm_dirty_log, padding2) == 8, "kvm_dirty_log.padding2");

struct kvm_clear_dirty_log {
	uint32_t slot;
	uint32_t num_pages;
	uint64_t first_page;
	union {
		void *dirty_bitmap;
		uint64_t padding2;
	};
};
_Static_assert(sizeof(struct kvm_clear_dirty_log) == 24, "struct kvm_clear_dirty_log");
_Static_assert(offsetof(struct kvm_clear_dirty_log, slot) == 0, "kvm_clear_dirty_log.slot");
_Static_assert(offsetof(struct kvm_clear_dirty_log, num_pages) == 4, "kvm_clear_dirty_log.num_pages");
_Static_assert(offsetof(struct kvm_clear_dirty_log, first_page) == 8, "kvm_clear_dirty_log.first_page");
_Static_assert(offsetof(struct kvm_clear_dirty_log, dirty_bitmap) == 16, "kvm_clear_dirty_log.dirty_bitmap");
_Static_assert(offsetof(struct kvm_clear_dirty_log, padding2) == 16, "kvm_clear_dirty_log.padding2");

struct kvm_signal_mask {
	uint32_t len;
	uint8_t sigset[];
};
_Static_assert(sizeof(struct kvm_signal_mask) == 4, "struct kvm_signal_mask");
_Static_assert(offsetof(struct kvm_signal_mask, len) == 0, "kvm_signal_mask.len");

struct kvm_tpr_access_ctl {
	uint32_t enabled;
	uint32_t flags;
	uint32_t reserved[8];
};
_Static_assert(sizeof(struct kvm_tpr_access_ctl) == 40, "struct kvm_tpr_access_ctl");
_Static_assert(offsetof(struct kvm_tpr_access_ctl, enabled) == 0, "kvm_tpr_access_ctl.enabled");
_Static_assert(offsetof(struct kvm_tpr_access_ctl, flags) == 4, "kvm_tpr_access_ctl.flags");
_Static_assert(offsetof(struct kvm_tpr_access_ctl, reserved) == 8, "kvm_tpr_access_ctl.reserved");

struct kvm_vapic_addr {
	uint64_t vapic_addr;
};
_Static_assert(sizeof(struct kvm_vapic_addr) == 8, "struct kvm_vapic_addr");
_Static_assert(offsetof(struct kvm_vapic_addr, vapic_addr) == 0, "kvm_vapic_addr.vapic_addr");

struct kvm_mp_state {
	uint32_t mp_state;
};
_Static_assert(sizeof(struct kvm_mp_state) == 4, "struct kvm_mp_state");
_Static_assert(offsetof(struct kvm_mp_state, mp_state) == 0, "kvm_mp_state.mp_state");

struct kvm_guest_debug {
	uint32_t control;
	uint32_t pad;
};
_Static_assert(sizeof(struct kvm_guest_debug) == 8, "struct kvm_guest_debug");
_Static_assert(offsetof(struct kvm_guest_debug, control) == 0, "kvm_guest_debug.control");
_Static_assert(offsetof(struct kvm_guest_debug, pad) == 4, "kvm_guest_debug.pad");

struct kvm_ioeventfd {
	uint64_t datamatch;
	uint64_t addr;
	uint32_t len;
	int32_t fd;
	uint32_t flags;
	uint8_t pad[36];
};
_Static_assert(sizeof(struct kvm_ioeventfd) == 64, "struct kvm_ioeventfd");
_Static_assert(offsetof(struct kvm_ioeventfd, datamatch) == 0, "kvm_ioeventfd.datamatch");
_Static_assert(offsetof(struct kvm_ioeventfd, addr) == 8, "kvm_ioeventfd.addr");
_Static_assert(offsetof(struct kvm_ioeventfd, len) == 16, "kvm_ioeventfd.len");
_Static_assert(offsetof(struct kvm_ioeventfd, fd) == 20, "kvm_ioeventfd.fd");
_Static_assert(offsetof(struct kvm_ioeventfd, flags) == 24, "kvm_ioeventfd.flags");
_Static_assert(offsetof(struct kvm_ioeventfd, pad) == 28, "kvm_ioeventfd.pad");

struct kvm_enable_cap {
	uint32_t cap;
	uint32_t flags;
	uint64_t args[4];
	uint8_t pad[64];
};
_Static_assert(sizeof(struct kvm_enable_cap) == 104, "struct kvm_enable_cap");
_Static_assert(offsetof(struct kvm_enable_cap, cap) == 0, "kvm_enable_cap.cap");
_Static_assert(offsetof(struct kvm_enable_cap, flags) == 4, "kvm_enable_cap.flags");
_Static_assert(offsetof(struct kvm_enable_cap, args) == 8, "kvm_enable_cap.args");
_Static_assert(offsetof(struct kvm_enable_cap, pad) == 40, "kvm_enable_cap.pad");

struct kvm_irq_routing_irqchip {
	uint32_t irqchip;
	uint32_t pin;
};
_Static_assert(sizeof(struct kvm_irq_routing_irqchip) == 8, "struct kvm_irq_routing_irqchip");
_Static_assert(offsetof(struct kvm_irq_routing_irqchip, irqchip) == 0, "kvm_irq_routing_irqchip.irqchip");
_Static_assert(offsetof(struct kvm_irq_routing_irqchip, pin) == 4, "kvm_irq_routing_irqchip.pin");

struct kvm_irq_routing_msi {
	uint32_t address_lo;
	uint32_t address_hi;
	uint32_t data;
	union {
		uint32_t pad;
		uint32_t devid;
	};
};
_Static_assert(sizeof(struct kvm_irq_routing_msi) == 16, "struct kvm_irq_routing_msi");
_Static_assert(offsetof(struct kvm_irq_routing_msi, address_lo) == 0, "kvm_irq_routing_msi.address_lo");
_Static_assert(offsetof(struct kvm_irq_routing_msi, address_hi) == 4, "kvm_irq_routing_msi.address_hi");
_Static_assert(offsetof(struct kvm_irq_routing_msi, data) == 8, "kvm_irq_routing_msi.data");
_Static_assert(offsetof(struct kvm_irq_routing_msi, pad) == 12, "kvm_irq_routing_msi.pad");
_Static_assert(offsetof(struct kvm_irq_routing_msi, devid) == 12, "kvm_irq_routing_msi.devid");

struct kvm_irq_routing_s390_adapter {
	uint64_t ind_addr;
	uint64_t summary_addr;
	uint64_t ind_offset;
	uint32_t summary_offset;
	uint32_t adapter_id;
};
_Static_assert(sizeof(struct kvm_irq_routing_s390_adapter) == 32, "struct kvm_irq_routing_s390_adapter");
_Static_assert(offsetof(struct kvm_irq_routing_s390_adapter, ind_addr) == 0, "kvm_irq_routing_s390_adapter.ind_addr");
_Static_assert(offsetof(struct kvm_irq_routing_s390_adapter, summary_addr) == 8, "kvm_irq_routing_s390_adapter.summary_addr");
_Static_assert(offsetof(struct kvm_irq_routing_s390_adapter, ind_offset) == 16, "kvm_irq_routing_s390_adapter.ind_offset");
_Static_assert(offsetof(struct kvm_irq_routing_s390_adapter, summary_offset) == 24, "kvm_irq_routing_s390_adapter.summary_offset");
_Static_assert(offsetof(struct kvm_irq_routing_s390_adapter, adapter_id) == 28, "kvm_irq_routing_s390_adapter.adapter_id");

struct kvm_irq_routing_hv_sint {
	uint32_t vcpu;
	uint32_t sint;
};
_Static_assert(sizeof(struct kvm_irq_routing_hv_sint) == 8, "struct kvm_irq_routing_hv_sint");
_Static_assert(offsetof(struct kvm_irq_routing_hv_sint, vcpu) == 0, "kvm_irq_routing_hv_sint.vcpu");
_Static_assert(offsetof(struct kvm_irq_routing_hv_sint, sint) == 4, "kvm_irq_routing_hv_sint.sint");

struct kvm_irq_routing_xen_evtchn {
	uint32_t port;
	uint32_t vcpu;
	uint32_t priority;
};
_Static_assert(sizeof(struct kvm_irq_routing_xen_evtchn) == 12, "struct kvm_irq_routing_xen_evtchn");
_Static_assert(offsetof(struct kvm_irq_routing_xen_evtchn, port) == 0, "kvm_irq_routing_xen_evtchn.port");
_Static_assert(offsetof(struct kvm_irq_routing_xen_evtchn, vcpu) == 4, "kvm_irq_routing_xen_evtchn.vcpu");
_Static_assert(offsetof(struct kvm_irq_routing_xen_evtchn, priority) == 8, "kvm_irq_routing_xen_evtchn.priority");

struct kvm_irq_routing_entry {
	uint32_t gsi;
	uint32_t type;
	uint32_t flags;
	uint32_t pad;
	union {
		struct kvm_irq_routing_irqchip irqchip;
		struct kvm_irq_routing_msi msi;
		struct kvm_irq_routing_s390_adapter adapter;
		struct kvm_irq_routing_hv_sint hv_sint;
		struct kvm_irq_routing_xen_evtchn xen_evtchn;
		uint32_t pad[8];
	} u;
};
_Static_assert(sizeof(struct kvm_irq_routing_entry) == 48, "struct kvm_irq_routing_entry");
_Static_assert(offsetof(struct kvm_irq_routing_entry, gsi) == 0, "kvm_irq_routing_entry.gsi");
_Static_assert(offsetof(struct kvm_irq_routing_entry, type) == 4, "kvm_irq_routing_entry.type");
_Static_assert(offsetof(struct kvm_irq_routing_entry, flags) == 8, "kvm_irq_routing_entry.flags");
_Static_assert(offsetof(struct kvm_irq_routing_entry, pad) == 12, "kvm_irq_routing_entry.pad");
_Static_assert(offsetof(struct kvm_irq_routing_entry, u) == 16, "kvm_irq_routing_entry.u");

struct kvm_irq_routing {
	uint32_t nr;
	uint32_t flags;
	struct kvm_irq_routing_entry entries[];
};
_Static_assert(sizeof(struct kvm_irq_routing) == 8, "struct kvm_irq_routing");
_Static_assert(offsetof(struct kvm_irq_routing, nr) == 0, "kvm_irq_routing.nr");
_Static_assert(offsetof(struct kvm_irq_routing, flags) == 4, "kvm_irq_routing.flags");

struct kvm_irqfd {
	uint32_t fd;
	uint32_t gsi;
	uint32_t flags;
	uint32_t resamplefd;
	uint8_t pad[16];
};
_Static_assert(sizeof(struct kvm_irqfd) == 32, "struct kvm_irqfd");
_Static_assert(offsetof(struct kvm_irqfd, fd) == 0, "kvm_irqfd.fd");
_Static_assert(offsetof(struct kvm_irqfd, gsi) == 4, "kvm_irqfd.gsi");
_Static_assert(offsetof(struct kvm_irqfd, flags) == 8, "kvm_irqfd.flags");
_Static_assert(offsetof(struct kvm_irqfd, resamplefd) == 12, "kvm_irqfd.resamplefd");
_Static_assert(offsetof(struct kvm_irqfd, pad) == 16, "kvm_irqfd.pad");

struct kvm_clock_data {
	uint64_t clock;
	uint32_t flags;
	uint32_t pad0;
	uint64_t realtime;
	uint64_t host_tsc;
	uint32_t pad[4];
};
_Static_assert(sizeof(struct kvm_clock_data) == 48, "struct kvm_clock_data");
_Static_assert(offsetof(struct kvm_clock_data, clock) == 0, "kvm_clock_data.clock");
_Static_assert(offsetof(struct kvm_clock_data, flags) == 8, "kvm_clock_data.flags");
_Static_assert(offsetof(struct kvm_clock_data, pad0) == 12, "kvm_clock_data.pad0");
_Static_assert(offsetof(struct kvm_clock_data, realtime) == 16, "kvm_clock_data.realtime");
_Static_assert(offsetof(struct kvm_clock_data, host_tsc) == 24, "kvm_clock_data.host_tsc");
_Static_assert(offsetof(struct kvm_clock_data, pad) == 32, "kvm_clock_data.pad");

struct kvm_config_tlb {
	uint64_t params;
	uint64_t array;
	uint32_t mmu_type;
	uint32_t array_len;
};
_Static_assert(sizeof(struct kvm_config_tlb) == 24, "struct kvm_config_tlb");
_Static_assert(offsetof(struct kvm_config_tlb, params) == 0, "kvm_config_tlb.params");
_Static_assert(offsetof(struct kvm_config_tlb, array) == 8, "kvm_config_tlb.array");
_Static_assert(offsetof(struct kvm_config_tlb, mmu_type) == 16, "kvm_config_tlb.mmu_type");
_Static_assert(offsetof(struct kvm_config_tlb, array_len) == 20, "kvm_config_tlb.array_len");

struct kvm_dirty_tlb {
	uint64_t bitmap;
	uint32_t num_dirty;
	uint8_t gap_12[4];
};
_Static_assert(sizeof(struct kvm_dirty_tlb) == 16, "struct kvm_dirty_tlb");
_Static_assert(offsetof(struct kvm_dirty_tlb, bitmap) == 0, "kvm_dirty_tlb.bitmap");
_Static_assert(offsetof(struct kvm_dirty_tlb, num_dirty) == 8, "kvm_dirty_tlb.num_dirty");

struct kvm_reg_list {
	uint64_t n;
	uint64_t reg[];
};
_Static_assert(sizeof(struct kvm_reg_list) == 8, "struct kvm_reg_list");
_Static_assert(offsetof(struct kvm_reg_list, n) == 0, "kvm_reg_list.n");

struct kvm_one_reg {
	uint64_t id;
	uint64_t addr;
};
_Static_assert(sizeof(struct kvm_one_reg) == 16, "struct kvm_one_reg");
_Static_assert(offsetof(struct kvm_one_reg, id) == 0, "kvm_one_reg.id");
_Static_assert(offsetof(struct kvm_one_reg, addr) == 8, "kvm_one_reg.addr");

struct kvm_msi {
	uint32_t address_lo;
	uint32_t address_hi;
	uint32_t data;
	uint32_t flags;
	uint32_t devid;
	uint8_t pad[12];
};
_Static_assert(sizeof(struct kvm_msi) == 32, "struct kvm_msi");
_Static_assert(offsetof(struct kvm_msi, address_lo) == 0, "kvm_msi.address_lo");
_Static_assert(offsetof(struct kvm_msi, address_hi) == 4, "kvm_msi.address_hi");
_Static_assert(offsetof(struct kvm_msi, data) == 8, "kvm_msi.data");
_Static_assert(offsetof(struct kvm_msi, flags) == 12, "kvm_msi.flags");
_Static_assert(offsetof(struct kvm_msi, devid) == 16, "kvm_msi.devid");
_Static_assert(offsetof(struct kvm_msi, pad) == 20, "kvm_msi.pad");

struct kvm_arm_device_addr {
	uint64_t id;
	uint64_t addr;
};
_Static_assert(sizeof(struct kvm_arm_device_addr) == 16, "struct kvm_arm_device_addr");
_Static_assert(offsetof(struct kvm_arm_device_addr, id) == 0, "kvm_arm_device_addr.id");
_Static_assert(offsetof(struct kvm_arm_device_addr, addr) == 8, "kvm_arm_device_addr.addr");

struct kvm_create_device {
	uint32_t type;
	uint32_t fd;
	uint32_t flags;
};
_Static_assert(sizeof(struct kvm_create_device) == 12, "struct kvm_create_device");
_Static_assert(offsetof(struct kvm_create_device, type) == 0, "kvm_create_device.type");
_Static_assert(offsetof(struct kvm_create_device, fd) == 4, "kvm_create_device.fd");
_Static_assert(offsetof(struct kvm_create_device, flags) == 8, "kvm_create_device.flags");

struct kvm_device_attr {
	uint32_t flags;
	uint32_t group;
	uint64_t attr;
	uint64_t addr;
};
_Static_assert(sizeof(struct kvm_device_attr) == 24, "struct kvm_device_attr");
_Static_assert(offsetof(struct kvm_device_attr, flags) == 0, "kvm_device_attr.flags");
_Static_assert(offsetof(struct kvm_device_attr, group) == 4, "kvm_device_attr.group");
_Static_assert(offsetof(struct kvm_device_attr, attr) == 8, "kvm_device_attr.attr");
_Static_assert(offsetof(struct kvm_device_attr, addr) == 16, "kvm_device_attr.addr");

struct kvm_vfio_spapr_tce {
	int32_t groupfd;
	int32_t tablefd;
};
_Static_assert(sizeof(struct kvm_vfio_spapr_tce) == 8, "struct kvm_vfio_spapr_tce");
_Static_assert(offsetof(struct kvm_vfio_spapr_tce, groupfd) == 0, "kvm_vfio_spapr_tce.groupfd");
_Static_assert(offsetof(struct kvm_vfio_spapr_tce, tablefd) == 4, "kvm_vfio_spapr_tce.tablefd");

struct kvm_s390_keyop {
	uint64_t guest_addr;
	uint8_t key;
	uint8_t operation;
	uint8_t pad[6];
};
_Static_assert(sizeof(struct kvm_s390_keyop) == 16, "struct kvm_s390_keyop");
_Static_assert(offsetof(struct kvm_s390_keyop, guest_addr) == 0, "kvm_s390_keyop.guest_addr");
_Static_assert(offsetof(struct kvm_s390_keyop, key) == 8, "kvm_s390_keyop.key");
_Static_assert(offsetof(struct kvm_s390_keyop, operation) == 9, "kvm_s390_keyop.operation");
_Static_assert(offsetof(struct kvm_s390_keyop, pad) == 10, "kvm_s390_keyop.pad");

struct kvm_enc_region {
	uint64_t addr;
	uint64_t size;
};
_Static_assert(sizeof(struct kvm_enc_region) == 16, "struct kvm_enc_region");
_Static_assert(offsetof(struct kvm_enc_region, addr) == 0, "kvm_enc_region.addr");
_Static_assert(offsetof(struct kvm_enc_region, size) == 8, "kvm_enc_region.size");

struct kvm_dirty_gfn {
	uint32_t flags;
	uint32_t slot;
	uint64_t offset;
};
_Static_assert(sizeof(struct kvm_dirty_gfn) == 16, "struct kvm_dirty_gfn");
_Static_assert(offsetof(struct kvm_dirty_gfn, flags) == 0, "kvm_dirty_gfn.flags");
_Static_assert(offsetof(struct kvm_dirty_gfn, slot) == 4, "kvm_dirty_gfn.slot");
_Static_assert(offsetof(struct kvm_dirty_gfn, offset) == 8, "kvm_dirty_gfn.offset");

struct kvm_stats_header {
	uint32_t flags;
	uint32_t name_size;
	uint32_t num_desc;
	uint32_t id_offset;
	uint32_t desc_offset;
	uint32_t data_offset;
};
_Static_assert(sizeof(struct kvm_stats_header) == 24, "struct kvm_stats_header");
_Static_assert(offsetof(struct kvm_stats_header, flags) == 0, "kvm_stats_header.flags");
_Static_assert(offsetof(struct kvm_stats_header, name_size) == 4, "kvm_stats_header.name_size");
_Static_assert(offsetof(struct kvm_stats_header, num_desc) == 8, "kvm_stats_header.num_desc");
_Static_assert(offsetof(struct kvm_stats_header, id_offset) == 12, "kvm_stats_header.id_offset");
_Static_assert(offsetof(struct kvm_stats_header, desc_offset) == 16, "kvm_stats_header.desc_offset");
_Static_assert(offsetof(struct kvm_stats_header, data_offset) == 20, "kvm_stats_header.data_offset");

struct kvm_stats_desc {
	uint32_t flags;
	int16_t exponent;
	uint16_t size;
	uint32_t offset;
	uint32_t bucket_size;
	char name[];
};
_Static_assert(sizeof(struct kvm_stats_desc) == 16, "struct kvm_stats_desc");
_Static_assert(offsetof(struct kvm_stats_desc, flags) == 0, "kvm_stats_desc.flags");
_Static_assert(offsetof(struct kvm_stats_desc, exponent) == 4, "kvm_stats_desc.exponent");
_Static_assert(offsetof(struct kvm_stats_desc, size) == 6, "kvm_stats_desc.size");
_Static_assert(offsetof(struct kvm_stats_desc, offset) == 8, "kvm_stats_desc.offset");
_Static_assert(offsetof(struct kvm_stats_desc, bucket_size) == 12, "kvm_stats_desc.bucket_size");

struct kvm_memory_attributes {
	uint64_t address;
	uint64_t size;
	uint64_t attributes;
	uint64_t flags;
};
_Static_assert(sizeof(struct kvm_memory_attributes) == 32, "struct kvm_memory_attributes");
_Static_assert(offsetof(struct kvm_memory_attributes, address) == 0, "kvm_memory_attributes.address");
_Static_assert(offsetof(struct kvm_memory_attributes, size) == 8, "kvm_memory_attributes.size");
_Static_assert(offsetof(struct kvm_memory_attributes, attributes) == 16, "kvm_memory_attributes.attributes");
_Static_assert(offsetof(struct kvm_memory_attributes, flags) == 24, "kvm_memory_attributes.flags");

struct kvm_create_guest_memfd {
	uint64_t size;
	uint64_t flags;
	uint64_t reserved[6];
};
_Static_assert(sizeof(struct kvm_create_guest_memfd) == 64, "struct kvm_create_guest_memfd");
_Static_assert(offsetof(struct kvm_create_guest_memfd, size) == 0, "kvm_create_guest_memfd.size");
_Static_assert(offsetof(struct kvm_create_guest_memfd, flags) == 8, "kvm_create_guest_memfd.flags");
_Static_assert(offsetof(struct kvm_create_guest_memfd, reserved) == 16, "kvm_create_guest_memfd.reserved");

struct kvm_pre_fault_memory {
	uint64_t gpa;
	uint64_t size;
	uint64_t flags;
	uint64_t padding[5];
};
_Static_assert(sizeof(struct kvm_pre_fault_memory) == 64, "struct kvm_pre_fault_memory");
_Static_assert(offsetof(struct kvm_pre_fault_memory, gpa) == 0, "kvm_pre_fault_memory.gpa");
_Static_assert(offsetof(struct kvm_pre_fault_memory, size) == 8, "kvm_pre_fault_memory.size");
_Static_assert(offsetof(struct kvm_pre_fault_memory, flags) == 16, "kvm_pre_fault_memory.flags");
_Static_assert(offsetof(struct kvm_pre_fault_memory, padding) == 24, "kvm_pre_fault_memory.padding");

#endif
