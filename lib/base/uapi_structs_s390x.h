/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/structs-s390x.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB__UAPI_STRUCTS_S390X_H
#define KVMLIB__UAPI_STRUCTS_S390X_H

#include <stddef.h>
#include <stdint.h>

struct kvm_s390_skeys {
	uint64_t start_gfn;
	uint64_t count;
	uint64_t skeydata_addr;
	uint32_t flags;
	uint32_t reserved[9];
};
_Static_assert(sizeof(struct kvm_s390_skeys) == 64, "struct kvm_s390_skeys");
_Static_assert(offsetof(struct kvm_s390_skeys, start_gfn) == 0, "kvm_s390_skeys.start_gfn");
_Static_assert(offsetof(struct kvm_s390_skeys, count) == 8, "kvm_s390_skeys.count");
_Static_assert(offsetof(struct kvm_s390_skeys, skeydata_addr) == 16, "kvm_s390_skeys.skeydata_addr");
_Static_assert(offsetof(struct kvm_s390_skeys, flags) == 24, "kvm_s390_skeys.flags");
_Static_assert(offsetof(struct kvm_s390_skeys, reserved) == 28, "kvm_s390_skeys.reserved");

struct kvm_s390_cmma_log {
	uint64_t start_gfn;
	uint32_t count;
	uint32_t flags;
	union {
		uint64_t remaining;
		uint64_t mask;
	};
	uint64_t values;
};
_Static_assert(sizeof(struct kvm_s390_cmma_log) == 32, "struct kvm_s390_cmma_log");
_Static_assert(offsetof(struct kvm_s390_cmma_log, start_gfn) == 0, "kvm_s390_cmma_log.start_gfn");
_Static_assert(offsetof(struct kvm_s390_cmma_log, count) == 8, "kvm_s390_cmma_log.count");
_Static_assert(offsetof(struct kvm_s390_cmma_log, flags) == 12, "kvm_s390_cmma_log.flags");
_Static_assert(offsetof(struct kvm_s390_cmma_log, remaining) == 16, "kvm_s390_cmma_log.remaining");
_Static_assert(offsetof(struct kvm_s390_cmma_log, mask) == 16, "kvm_s390_cmma_log.mask");
_Static_assert(offsetof(struct kvm_s390_cmma_log, values) == 24, "kvm_s390_cmma_log.values");

struct kvm_s390_mem_op {
	uint64_t gaddr;
	uint64_t flags;
	uint32_t size;
	uint32_t op;
	uint64_t buf;
	union {
		uint8_t ar;
		uint32_t sida_offset;
		uint8_t reserved[32];
		struct {
			uint8_t gap_to_key[1];
			uint8_t key;
		};
		struct {
			uint8_t gap_to_pad1[2];
			uint8_t pad1[6];
		};
		struct {
			uint8_t gap_to_old_addr[8];
			uint64_t old_addr;
		};
	};
};
_Static_assert(sizeof(struct kvm_s390_mem_op) == 64, "struct kvm_s390_mem_op");
_Static_assert(offsetof(struct kvm_s390_mem_op, gaddr) == 0, "kvm_s390_mem_op.gaddr");
_Static_assert(offsetof(struct kvm_s390_mem_op, flags) == 8, "kvm_s390_mem_op.flags");
_Static_assert(offsetof(struct kvm_s390_mem_op, size) == 16, "kvm_s390_mem_op.size");
_Static_assert(offsetof(struct kvm_s390_mem_op, op) == 20, "kvm_s390_mem_op.op");
_Static_assert(offsetof(struct kvm_s390_mem_op, buf) == 24, "kvm_s390_mem_op.buf");
_Static_assert(offsetof(struct kvm_s390_mem_op, ar) == 32, "kvm_s390_mem_op.ar");
_Static_assert(offsetof(struct kvm_s390_mem_op, key) == 33, "kvm_s390_mem_op.key");
_Static_assert(offsetof(struct kvm_s390_mem_op, pad1) == 34, "kvm_s390_mem_op.pad1");
_Static_assert(offsetof(struct kvm_s390_mem_op, old_addr) == 40, "kvm_s390_mem_op.old_addr");
_Static_assert(offsetof(struct kvm_s390_mem_op, sida_offset) == 32, "kvm_s390_mem_op.sida_offset");
_Static_assert(offsetof(struct kvm_s390_mem_op, reserved) == 32, "kvm_s390_mem_op.reserved");

struct kvm_s390_psw {
	uint64_t mask;
	uint64_t addr;
};
_Static_assert(sizeof(struct kvm_s390_psw) == 16, "struct kvm_s390_psw");
_Static_assert(offsetof(struct kvm_s390_psw, mask) == 0, "kvm_s390_psw.mask");
_Static_assert(offsetof(struct kvm_s390_psw, addr) == 8, "kvm_s390_psw.addr");

struct kvm_s390_interrupt {
	uint32_t type;
	uint32_t parm;
	uint64_t parm64;
};
_Static_assert(sizeof(struct kvm_s390_interrupt) == 16, "struct kvm_s390_interrupt");
_Static_assert(offsetof(struct kvm_s390_interrupt, type) == 0, "kvm_s390_interrupt.type");
_Static_assert(offsetof(struct kvm_s390_interrupt, parm) == 4, "kvm_s390_interrupt.parm");
_Static_assert(offsetof(struct kvm_s390_interrupt, parm64) == 8, "kvm_s390_interrupt.parm64");

struct kvm_s390_io_info {
	uint16_t subchannel_id;
	uint16_t subchannel_nr;
	uint32_t io_int_parm;
	uint32_t io_int_word;
};
_Static_assert(sizeof(struct kvm_s390_io_info) == 12, "struct kvm_s390_io_info");
_Static_assert(offsetof(struct kvm_s390_io_info, subchannel_id) == 0, "kvm_s390_io_info.subchannel_id");
_Static_assert(offsetof(struct kvm_s390_io_info, subchannel_nr) == 2, "kvm_s390_io_info.subchannel_nr");
_Static_assert(offsetof(struct kvm_s390_io_info, io_int_parm) == 4, "kvm_s390_io_info.io_int_parm");
_Static_assert(offsetof(struct kvm_s390_io_info, io_int_word) == 8, "kvm_s390_io_info.io_int_word");

struct kvm_s390_ext_info {
	uint32_t ext_params;
	uint32_t pad;
	uint64_t ext_params2;
};
_Static_assert(sizeof(struct kvm_s390_ext_info) == 16, "struct kvm_s390_ext_info");
_Static_assert(offsetof(struct kvm_s390_ext_info, ext_params) == 0, "kvm_s390_ext_info.ext_params");
_Static_assert(offsetof(struct kvm_s390_ext_info, pad) == 4, "kvm_s390_ext_info.pad");
_Static_assert(offsetof(struct kvm_s390_ext_info, ext_params2) == 8, "kvm_s390_ext_info.ext_params2");

struct kvm_s390_pgm_info {
	uint64_t trans_exc_code;
	uint64_t mon_code;
	uint64_t per_address;
	uint32_t data_exc_code;
	uint16_t code;
	uint16_t mon_class_nr;
	uint8_t per_code;
	uint8_t per_atmid;
	uint8_t exc_access_id;
	uint8_t per_access_id;
	uint8_t op_access_id;
	uint8_t flags;
	uint8_t pad[2];
};
_Static_assert(sizeof(struct kvm_s390_pgm_info) == 40, "struct kvm_s390_pgm_info");
_Static_assert(offsetof(struct kvm_s390_pgm_info, trans_exc_code) == 0, "kvm_s390_pgm_info.trans_exc_code");
_Static_assert(offsetof(struct kvm_s390_pgm_info, mon_code) == 8, "kvm_s390_pgm_info.mon_code");
_Static_assert(offsetof(struct kvm_s390_pgm_info, per_address) == 16, "kvm_s390_pgm_info.per_address");
_Static_assert(offsetof(struct kvm_s390_pgm_info, data_exc_code) == 24, "kvm_s390_pgm_info.data_exc_code");
_Static_assert(offsetof(struct kvm_s390_pgm_info, code) == 28, "kvm_s390_pgm_info.code");
_Static_assert(offsetof(struct kvm_s390_pgm_info, mon_class_nr) == 30, "kvm_s390_pgm_info.mon_class_nr");
_Static_assert(offsetof(struct kvm_s390_pgm_info, per_code) == 32, "kvm_s390_pgm_info.per_code");
_Static_assert(offsetof(struct kvm_s390_pgm_info, per_atmid) == 33, "kvm_s390_pgm_info.per_atmid");
_Static_assert(offsetof(struct kvm_s390_pgm_info, exc_access_id) == 34, "kvm_s390_pgm_info.exc_access_id");
_Static_assert(offsetof(struct kvm_s390_pgm_info, per_access_id) == 35, "kvm_s390_pgm_info.per_access_id");
_Static_assert(offsetof(struct kvm_s390_pgm_info, op_access_id) == 36, "kvm_s390_pgm_info.op_access_id");
_Static_assert(offsetof(struct kvm_s390_pgm_info, flags) == 37, "kvm_s390_pgm_info.flags");
_Static_assert(offsetof(struct kvm_s390_pgm_info, pad) == 38, "kvm_s390_pgm_info.pad");

struct kvm_s390_prefix_info {
	uint32_t address;
};
_Static_assert(sizeof(struct kvm_s390_prefix_info) == 4, "struct kvm_s390_prefix_info");
_Static_assert(offsetof(struct kvm_s390_prefix_info, address) == 0, "kvm_s390_prefix_info.address");

struct kvm_s390_extcall_info {
	uint16_t code;
};
_Static_assert(sizeof(struct kvm_s390_extcall_info) == 2, "struct kvm_s390_extcall_info");
_Static_assert(offsetof(struct kvm_s390_extcall_info, code) == 0, "kvm_s390_extcall_info.code");

struct kvm_s390_emerg_info {
	uint16_t code;
};
_Static_assert(sizeof(struct kvm_s390_emerg_info) == 2, "struct kvm_s390_emerg_info");
_Static_assert(offsetof(struct kvm_s390_emerg_info, code) == 0, "kvm_s390_emerg_info.code");

struct kvm_s390_stop_info {
	uint32_t flags;
};
_Static_assert(sizeof(struct kvm_s390_stop_info) == 4, "struct kvm_s390_stop_info");
_Static_assert(offsetof(struct kvm_s390_stop_info, flags) == 0, "kvm_s390_stop_info.flags");

struct kvm_s390_mchk_info {
	uint64_t cr14;
	uint64_t mcic;
	uint64_t failing_storage_address;
	uint32_t ext_damage_code;
	uint32_t pad;
	uint8_t fixed_logout[16];
};
_Static_assert(sizeof(struct kvm_s390_mchk_info) == 48, "struct kvm_s390_mchk_info");
_Static_assert(offsetof(struct kvm_s390_mchk_info, cr14) == 0, "kvm_s390_mchk_info.cr14");
_Static_assert(offsetof(struct kvm_s390_mchk_info, mcic) == 8, "kvm_s390_mchk_info.mcic");
_Static_assert(offsetof(struct kvm_s390_mchk_info, failing_storage_address) == 16, "kvm_s390_mchk_info.failing_storage_address");
_Static_assert(offsetof(struct kvm_s390_mchk_info, ext_damage_code) == 24, "kvm_s390_mchk_info.ext_damage_code");
_Static_assert(offsetof(struct kvm_s390_mchk_info, pad) == 28, "kvm_s390_mchk_info.pad");
_Static_assert(offsetof(struct kvm_s390_mchk_info, fixed_logout) == 32, "kvm_s390_mchk_info.fixed_logout");

struct kvm_s390_irq {
	uint64_t type;
	union {
		struct kvm_s390_io_info io;
		struct kvm_s390_ext_info ext;
		struct kvm_s390_pgm_info pgm;
		struct kvm_s390_emerg_info emerg;
		struct kvm_s390_extcall_info extcall;
		struct kvm_s390_prefix_info prefix;
		struct kvm_s390_stop_info stop;
		struct kvm_s390_mchk_info mchk;
		char reserved[64];
	} u;
};
_Static_assert(sizeof(struct kvm_s390_irq) == 72, "struct kvm_s390_irq");
_Static_assert(offsetof(struct kvm_s390_irq, type) == 0, "kvm_s390_irq.type");
_Static_assert(offsetof(struct kvm_s390_irq, u) == 8, "kvm_s390_irq.u");

struct kvm_s390_irq_state {
	uint64_t buf;
	uint32_t flags;
	uint32_t len;
	uint32_t reserved[4];
};
_Static_assert(sizeof(struct kvm_s390_irq_state) == 32, "struct kvm_s390_irq_state");
_Static_assert(offsetof(struct kvm_s390_irq_state, buf) == 0, "kvm_s390_irq_state.buf");
_Static_assert(offsetof(struct kvm_s390_irq_state, flags) == 8, "kvm_s390_irq_state.flags");
_Static_assert(offsetof(struct kvm_s390_irq_state, len) == 12, "kvm_s390_irq_state.len");
_Static_assert(offsetof(struct kvm_s390_irq_state, reserved) == 16, "kvm_s390_irq_state.reserved");

struct kvm_s390_ucas_mapping {
	uint64_t user_addr;
	uint64_t vcpu_addr;
	uint64_t length;
};
_Static_assert(sizeof(struct kvm_s390_ucas_mapping) == 24, "struct kvm_s390_ucas_mapping");
_Static_assert(offsetof(struct kvm_s390_ucas_mapping, user_addr) == 0, "kvm_s390_ucas_mapping.user_addr");
_Static_assert(offsetof(struct kvm_s390_ucas_mapping, vcpu_addr) == 8, "kvm_s390_ucas_mapping.vcpu_addr");
_Static_assert(offsetof(struct kvm_s390_ucas_mapping, length) == 16, "kvm_s390_ucas_mapping.length");

struct kvm_s390_pv_sec_parm {
	uint64_t origin;
	uint64_t length;
};
_Static_assert(sizeof(struct kvm_s390_pv_sec_parm) == 16, "struct kvm_s390_pv_sec_parm");
_Static_assert(offsetof(struct kvm_s390_pv_sec_parm, origin) == 0, "kvm_s390_pv_sec_parm.origin");
_Static_assert(offsetof(struct kvm_s390_pv_sec_parm, length) == 8, "kvm_s390_pv_sec_parm.length");

struct kvm_s390_pv_unp {
	uint64_t addr;
	uint64_t size;
	uint64_t tweak;
};
_Static_assert(sizeof(struct kvm_s390_pv_unp) == 24, "struct kvm_s390_pv_unp");
_Static_assert(offsetof(struct kvm_s390_pv_unp, addr) == 0, "kvm_s390_pv_unp.addr");
_Static_assert(offsetof(struct kvm_s390_pv_unp, size) == 8, "kvm_s390_pv_unp.size");
_Static_assert(offsetof(struct kvm_s390_pv_unp, tweak) == 16, "kvm_s390_pv_unp.tweak");

struct kvm_s390_pv_dmp {
	uint64_t subcmd;
	uint64_t buff_addr;
	uint64_t buff_len;
	uint64_t gaddr;
	uint64_t reserved[4];
};
_Static_assert(sizeof(struct kvm_s390_pv_dmp) == 64, "struct kvm_s390_pv_dmp");
_Static_assert(offsetof(struct kvm_s390_pv_dmp, subcmd) == 0, "kvm_s390_pv_dmp.subcmd");
_Static_assert(offsetof(struct kvm_s390_pv_dmp, buff_addr) == 8, "kvm_s390_pv_dmp.buff_addr");
_Static_assert(offsetof(struct kvm_s390_pv_dmp, buff_len) == 16, "kvm_s390_pv_dmp.buff_len");
_Static_assert(offsetof(struct kvm_s390_pv_dmp, gaddr) == 24, "kvm_s390_pv_dmp.gaddr");
_Static_assert(offsetof(struct kvm_s390_pv_dmp, reserved) == 32, "kvm_s390_pv_dmp.reserved");

struct kvm_s390_pv_info_dump {
	uint64_t dump_cpu_buffer_len;
	uint64_t dump_config_mem_buffer_per_1m;
	uint64_t dump_config_finalize_len;
};
_Static_assert(sizeof(struct kvm_s390_pv_info_dump) == 24, "struct kvm_s390_pv_info_dump");
_Static_assert(offsetof(struct kvm_s390_pv_info_dump, dump_cpu_buffer_len) == 0, "kvm_s390_pv_info_dump.dump_cpu_buffer_len");
_Static_assert(offsetof(struct kvm_s390_pv_info_dump, dump_config_mem_buffer_per_1m) == 8, "kvm_s390_pv_info_dump.dump_config_mem_buffer_per_1m");
_Static_assert(offsetof(struct kvm_s390_pv_info_dump, dump_config_finalize_len) == 16, "kvm_s390_pv_info_dump.dump_config_finalize_len");

struct kvm_s390_pv_info_vm {
	uint64_t inst_calls_list[4];
	uint64_t max_cpus;
	uint64_t max_guests;
	uint64_t max_guest_addr;
	uint64_t feature_indication;
};
_Static_assert(sizeof(struct kvm_s390_pv_info_vm) == 64, "struct kvm_s390_pv_info_vm");
_Static_assert(offsetof(struct kvm_s390_pv_info_vm, inst_calls_list) == 0, "kvm_s390_pv_info_vm.inst_calls_list");
_Static_assert(offsetof(struct kvm_s390_pv_info_vm, max_cpus) == 32, "kvm_s390_pv_info_vm.max_cpus");
_Static_assert(offsetof(struct kvm_s390_pv_info_vm, max_guests) == 40, "kvm_s390_pv_info_vm.max_guests");
_Static_assert(offsetof(struct kvm_s390_pv_info_vm, max_guest_addr) == 48, "kvm_s390_pv_info_vm.max_guest_addr");
_Static_assert(offsetof(struct kvm_s390_pv_info_vm, feature_indication) == 56, "kvm_s390_pv_info_vm.feature_indication");

struct kvm_s390_pv_info_header {
	uint32_t id;
	uint32_t len_max;
	uint32_t len_written;
	uint32_t reserved;
};
_Static_assert(sizeof(struct kvm_s390_pv_info_header) == 16, "struct kvm_s390_pv_info_header");
_Static_assert(offsetof(struct kvm_s390_pv_info_header, id) == 0, "kvm_s390_pv_info_header.id");
_Static_assert(offsetof(struct kvm_s390_pv_info_header, len_max) == 4, "kvm_s390_pv_info_header.len_max");
_Static_assert(offsetof(struct kvm_s390_pv_info_header, len_written) == 8, "kvm_s390_pv_info_header.len_written");
_Static_assert(offsetof(struct kvm_s390_pv_info_header, reserved) == 12, "kvm_s390_pv_info_header.reserved");

struct kvm_s390_pv_info {
	struct kvm_s390_pv_info_header header;
	union {
		struct kvm_s390_pv_info_dump dump;
		struct kvm_s390_pv_info_vm vm;
	};
};
_Static_assert(sizeof(struct kvm_s390_pv_info) == 80, "struct kvm_s390_pv_info");
_Static_assert(offsetof(struct kvm_s390_pv_info, header) == 0, "kvm_s390_pv_info.header");
_Static_assert(offsetof(struct kvm_s390_pv_info, dump) == 16, "kvm_s390_pv_info.dump");
_Static_assert(offsetof(struct kvm_s390_pv_info, vm) == 16, "kvm_s390_pv_info.vm");

struct kvm_pv_cmd {
	uint32_t cmd;
	uint16_t rc;
	uint16_t rrc;
	uint64_t data;
	uint32_t flags;
	uint32_t reserved[3];
};
_Static_assert(sizeof(struct kvm_pv_cmd) == 32, "struct kvm_pv_cmd");
_Static_assert(offsetof(struct kvm_pv_cmd, cmd) == 0, "kvm_pv_cmd.cmd");
_Static_assert(offsetof(struct kvm_pv_cmd, rc) == 4, "kvm_pv_cmd.rc");
_Static_assert(offsetof(struct kvm_pv_cmd, rrc) == 6, "kvm_pv_cmd.rrc");
_Static_assert(offsetof(struct kvm_pv_cmd, data) == 8, "kvm_pv_cmd.data");
_Static_assert(offsetof(struct kvm_pv_cmd, flags) == 16, "kvm_pv_cmd.flags");
_Static_assert(offsetof(struct kvm_pv_cmd, reserved) == 20, "kvm_pv_cmd.reserved");

struct kvm_s390_zpci_op {
	uint32_t fh;
	uint8_t op;
	uint8_t pad[3];
	union {
		struct {
			uint64_t ibv;
			uint64_t sb;
			uint32_t flags;
			uint32_t noi;
			uint8_t isc;
			uint8_t sbo;
			uint16_t pad;
			uint8_t gap_36[4];
		} reg_aen;
		uint64_t reserved[8];
	} u;
};
_Static_assert(sizeof(struct kvm_s390_zpci_op) == 72, "struct kvm_s390_zpci_op");
_Static_assert(offsetof(struct kvm_s390_zpci_op, fh) == 0, "kvm_s390_zpci_op.fh");
_Static_assert(offsetof(struct kvm_s390_zpci_op, op) == 4, "kvm_s390_zpci_op.op");
_Static_assert(offsetof(struct kvm_s390_zpci_op, pad) == 5, "kvm_s390_zpci_op.pad");
_Static_assert(offsetof(struct kvm_s390_zpci_op, u) == 8, "kvm_s390_zpci_op.u");

struct kvm_s390_io_adapter {
	uint32_t id;
	uint8_t isc;
	uint8_t maskable;
	uint8_t swap;
	uint8_t flags;
};
_Static_assert(sizeof(struct kvm_s390_io_adapter) == 8, "struct kvm_s390_io_adapter");
_Static_assert(offsetof(struct kvm_s390_io_adapter, id) == 0, "kvm_s390_io_adapter.id");
_Static_assert(offsetof(struct kvm_s390_io_adapter, isc) == 4, "kvm_s390_io_adapter.isc");
_Static_assert(offsetof(struct kvm_s390_io_adapter, maskable) == 5, "kvm_s390_io_adapter.maskable");
_Static_assert(offsetof(struct kvm_s390_io_adapter, swap) == 6, "kvm_s390_io_adapter.swap");
_Static_assert(offsetof(struct kvm_s390_io_adapter, flags) == 7, "kvm_s390_io_adapter.flags");

struct kvm_s390_ais_req {
	uint8_t isc;
	uint8_t gap_1[1];
	uint16_t mode;
};
_Static_assert(sizeof(struct kvm_s390_ais_req) == 4, "struct kvm_s390_ais_req");
_Static_assert(offsetof(struct kvm_s390_ais_req, isc) == 0, "kvm_s390_ais_req.isc");
_Static_assert(offsetof(struct kvm_s390_ais_req, mode) == 2, "kvm_s390_ais_req.mode");

struct kvm_s390_ais_all {
	uint8_t simm;
	uint8_t nimm;
};
_Static_assert(sizeof(struct kvm_s390_ais_all) == 2, "struct kvm_s390_ais_all");
_Static_assert(offsetof(struct kvm_s390_ais_all, simm) == 0, "kvm_s390_ais_all.simm");
_Static_assert(offsetof(struct kvm_s390_ais_all, nimm) == 1, "kvm_s390_ais_all.nimm");

struct kvm_s390_io_adapter_req {
	uint32_t id;
	uint8_t type;
	uint8_t mask;
	uint16_t pad0;
	uint64_t addr;
};
_Static_assert(sizeof(struct kvm_s390_io_adapter_req) == 16, "struct kvm_s390_io_adapter_req");
_Static_assert(offsetof(struct kvm_s390_io_adapter_req, id) == 0, "kvm_s390_io_adapter_req.id");
_Static_assert(offsetof(struct kvm_s390_io_adapter_req, type) == 4, "kvm_s390_io_adapter_req.type");
_Static_assert(offsetof(struct kvm_s390_io_adapter_req, mask) == 5, "kvm_s390_io_adapter_req.mask");
_Static_assert(offsetof(struct kvm_s390_io_adapter_req, pad0) == 6, "kvm_s390_io_adapter_req.pad0");
_Static_assert(offsetof(struct kvm_s390_io_adapter_req, addr) == 8, "kvm_s390_io_adapter_req.addr");

struct kvm_s390_vm_tod_clock {
	uint8_t epoch_idx;
	uint8_t gap_1[7];
	uint64_t tod;
};
_Static_assert(sizeof(struct kvm_s390_vm_tod_clock) == 16, "struct kvm_s390_vm_tod_clock");
_Static_assert(offsetof(struct kvm_s390_vm_tod_clock, epoch_idx) == 0, "kvm_s390_vm_tod_clock.epoch_idx");
_Static_assert(offsetof(struct kvm_s390_vm_tod_clock, tod) == 8, "kvm_s390_vm_tod_clock.tod");

struct kvm_s390_vm_cpu_processor {
	uint64_t cpuid;
	uint16_t ibc;
	uint8_t pad[6];
	uint64_t fac_list[256];
};
_Static_assert(sizeof(struct kvm_s390_vm_cpu_processor) == 2064, "struct kvm_s390_vm_cpu_processor");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_processor, cpuid) == 0, "kvm_s390_vm_cpu_processor.cpuid");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_processor, ibc) == 8, "kvm_s390_vm_cpu_processor.ibc");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_processor, pad) == 10, "kvm_s390_vm_cpu_processor.pad");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_processor, fac_list) == 16, "kvm_s390_vm_cpu_processor.fac_list");

struct kvm_s390_vm_cpu_machine {
	uint64_t cpuid;
	uint32_t ibc;
	uint8_t pad[4];
	uint64_t fac_mask[256];
	uint64_t fac_list[256];
};
_Static_assert(sizeof(struct kvm_s390_vm_cpu_machine) == 4112, "struct kvm_s390_vm_cpu_machine");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_machine, cpuid) == 0, "kvm_s390_vm_cpu_machine.cpuid");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_machine, ibc) == 8, "kvm_s390_vm_cpu_machine.ibc");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_machine, pad) == 12, "kvm_s390_vm_cpu_machine.pad");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_machine, fac_mask) == 16, "kvm_s390_vm_cpu_machine.fac_mask");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_machine, fac_list) == 2064, "kvm_s390_vm_cpu_machine.fac_list");

struct kvm_s390_vm_cpu_feat {
	uint64_t feat[16];
};
_Static_assert(sizeof(struct kvm_s390_vm_cpu_feat) == 128, "struct kvm_s390_vm_cpu_feat");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_feat, feat) == 0, "kvm_s390_vm_cpu_feat.feat");

struct kvm_s390_vm_cpu_subfunc {
	uint8_t plo[32];
	uint8_t ptff[16];
	uint8_t kmac[16];
	uint8_t kmc[16];
	uint8_t km[16];
	uint8_t kimd[16];
	uint8_t klmd[16];
	uint8_t pckmo[16];
	uint8_t kmctr[16];
	uint8_t kmf[16];
	uint8_t kmo[16];
	uint8_t pcc[16];
	uint8_t ppno[16];
	uint8_t kma[16];
	uint8_t kdsa[16];
	uint8_t sortl[32];
	uint8_t dfltcc[32];
	uint8_t pfcr[16];
	uint8_t reserved[1712];
};
_Static_assert(sizeof(struct kvm_s390_vm_cpu_subfunc) == 2048, "struct kvm_s390_vm_cpu_subfunc");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, plo) == 0, "kvm_s390_vm_cpu_subfunc.plo");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, ptff) == 32, "kvm_s390_vm_cpu_subfunc.ptff");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, kmac) == 48, "kvm_s390_vm_cpu_subfunc.kmac");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, kmc) == 64, "kvm_s390_vm_cpu_subfunc.kmc");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, km) == 80, "kvm_s390_vm_cpu_subfunc.km");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, kimd) == 96, "kvm_s390_vm_cpu_subfunc.kimd");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, klmd) == 112, "kvm_s390_vm_cpu_subfunc.klmd");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, pckmo) == 128, "kvm_s390_vm_cpu_subfunc.pckmo");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, kmctr) == 144, "kvm_s390_vm_cpu_subfunc.kmctr");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, kmf) == 160, "kvm_s390_vm_cpu_subfunc.kmf");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, kmo) == 176, "kvm_s390_vm_cpu_subfunc.kmo");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, pcc) == 192, "kvm_s390_vm_cpu_subfunc.pcc");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, ppno) == 208, "kvm_s390_vm_cpu_subfunc.ppno");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, kma) == 224, "kvm_s390_vm_cpu_subfunc.kma");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, kdsa) == 240, "kvm_s390_vm_cpu_subfunc.kdsa");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, sortl) == 256, "kvm_s390_vm_cpu_subfunc.sortl");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, dfltcc) == 288, "kvm_s390_vm_cpu_subfunc.dfltcc");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, pfcr) == 320, "kvm_s390_vm_cpu_subfunc.pfcr");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_subfunc, reserved) == 336, "kvm_s390_vm_cpu_subfunc.reserved");

struct kvm_s390_vm_cpu_uv_feat {
	uint64_t feat;
};
_Static_assert(sizeof(struct kvm_s390_vm_cpu_uv_feat) == 8, "struct kvm_s390_vm_cpu_uv_feat");
_Static_assert(offsetof(struct kvm_s390_vm_cpu_uv_feat, feat) == 0, "kvm_s390_vm_cpu_uv_feat.feat");

struct kvm_regs {
	uint64_t gprs[16];
};
_Static_assert(sizeof(struct kvm_regs) == 128, "struct kvm_regs");
_Static_assert(offsetof(struct kvm_regs, gprs) == 0, "kvm_regs.gprs");

struct kvm_sregs {
	uint32_t acrs[16];
	uint64_t crs[16];
};
_Static_assert(sizeof(struct kvm_sregs) == 192, "struct kvm_sregs");
_Static_assert(offsetof(struct kvm_sregs, acrs) == 0, "kvm_sregs.acrs");
_Static_assert(offsetof(struct kvm_sregs, crs) == 64, "kvm_sregs.crs");

struct kvm_fpu {
	uint32_t fpc;
	uint8_t gap_4[4];
	uint64_t fprs[16];
};
_Static_assert(sizeof(struct kvm_fpu) == 136, "struct kvm_fpu");
_Static_assert(offsetof(struct kvm_fpu, fpc) == 0, "kvm_fpu.fpc");
_Static_assert(offsetof(struct kvm_fpu, fprs) == 8, "kvm_fpu.fprs");

struct kvm_debug_exit_arch {
	uint64_t addr;
	uint8_t type;
	uint8_t pad[7];
};
_Static_assert(sizeof(struct kvm_debug_exit_arch) == 16, "struct kvm_debug_exit_arch");
_Static_assert(offsetof(struct kvm_debug_exit_arch, addr) == 0, "kvm_debug_exit_arch.addr");
_Static_assert(offsetof(struct kvm_debug_exit_arch, type) == 8, "kvm_debug_exit_arch.type");
_Static_assert(offsetof(struct kvm_debug_exit_arch, pad) == 9, "kvm_debug_exit_arch.pad");

struct kvm_hw_breakpoint {
	uint64_t addr;
	uint64_t phys_addr;
	uint64_t len;
	uint8_t type;
	uint8_t pad[7];
};
_Static_assert(sizeof(struct kvm_hw_breakpoint) == 32, "struct kvm_hw_breakpoint");
_Static_assert(offsetof(struct kvm_hw_breakpoint, addr) == 0, "kvm_hw_breakpoint.addr");
_Static_assert(offsetof(struct kvm_hw_breakpoint, phys_addr) == 8, "kvm_hw_breakpoint.phys_addr");
_Static_assert(offsetof(struct kvm_hw_breakpoint, len) == 16, "kvm_hw_breakpoint.len");
_Static_assert(offsetof(struct kvm_hw_breakpoint, type) == 24, "kvm_hw_breakpoint.type");
_Static_assert(offsetof(struct kvm_hw_breakpoint, pad) == 25, "kvm_hw_breakpoint.pad");

struct kvm_guest_debug_arch {
	uint32_t nr_hw_bp;
	uint32_t pad;
	uint8_t hw_bp[8];
};
_Static_assert(sizeof(struct kvm_guest_debug_arch) == 16, "struct kvm_guest_debug_arch");
_Static_assert(offsetof(struct kvm_guest_debug_arch, nr_hw_bp) == 0, "kvm_guest_debug_arch.nr_hw_bp");
_Static_assert(offsetof(struct kvm_guest_debug_arch, pad) == 4, "kvm_guest_debug_arch.pad");
_Static_assert(offsetof(struct kvm_guest_debug_arch, hw_bp) == 8, "kvm_guest_debug_arch.hw_bp");

struct kvm_sync_regs {
	uint64_t prefix;
	uint64_t gprs[16];
	uint32_t acrs[16];
	uint64_t crs[16];
	uint64_t todpr;
	uint64_t cputm;
	uint64_t ckc;
	uint64_t pp;
	uint64_t gbea;
	uint64_t pft;
	uint64_t pfs;
	uint64_t pfc;
	union {
		uint64_t vrs[32][2];
		uint64_t fprs[16];
	};
	uint8_t reserved[512];
	uint32_t fpc;
	uint8_t gap_1420[1];
	uint8_t padding1[51];
	uint8_t riccb[64];
	uint64_t diag318;
	uint8_t padding2[184];
	union {
		uint8_t sdnx[256];
		uint64_t reserved1[2];
		struct {
			uint8_t gap_to_gscb[16];
			uint64_t gscb[4];
		};
		struct {
			uint8_t gap_to_etoken[48];
			uint64_t etoken;
		};
		struct {
			uint8_t gap_to_etoken_extension[56];
			uint64_t etoken_extension;
		};
	};
};
_Static_assert(sizeof(struct kvm_sync_regs) == 1984, "struct kvm_sync_regs");
_Static_assert(offsetof(struct kvm_sync_regs, prefix) == 0, "kvm_sync_regs.prefix");
_Static_assert(offsetof(struct kvm_sync_regs, gprs) == 8, "kvm_sync_regs.gprs");
_Static_assert(offsetof(struct kvm_sync_regs, acrs) == 136, "kvm_sync_regs.acrs");
_Static_assert(offsetof(struct kvm_sync_regs, crs) == 200, "kvm_sync_regs.crs");
_Static_assert(offsetof(struct kvm_sync_regs, todpr) == 328, "kvm_sync_regs.todpr");
_Static_assert(offsetof(struct kvm_sync_regs, cputm) == 336, "kvm_sync_regs.cputm");
_Static_assert(offsetof(struct kvm_sync_regs, ckc) == 344, "kvm_sync_regs.ckc");
_Static_assert(offsetof(struct kvm_sync_regs, pp) == 352, "kvm_sync_regs.pp");
_Static_assert(offsetof(struct kvm_sync_regs, gbea) == 360, "kvm_sync_regs.gbea");
_Static_assert(offsetof(struct kvm_sync_regs, pft) == 368, "kvm_sync_regs.pft");
_Static_assert(offsetof(struct kvm_sync_regs, pfs) == 376, "kvm_sync_regs.pfs");
_Static_assert(offsetof(struct kvm_sync_regs, pfc) == 384, "kvm_sync_regs.pfc");
_Static_assert(offsetof(struct kvm_sync_regs, vrs) == 392, "kvm_sync_regs.vrs");
_Static_assert(offsetof(struct kvm_sync_regs, fprs) == 392, "kvm_sync_regs.fprs");
_Static_assert(offsetof(struct kvm_sync_regs, reserved) == 904, "kvm_sync_regs.reserved");
_Static_assert(offsetof(struct kvm_sync_regs, fpc) == 1416, "kvm_sync_regs.fpc");
_Static_assert(offsetof(struct kvm_sync_regs, padding1) == 1421, "kvm_sync_regs.padding1");
_Static_assert(offsetof(struct kvm_sync_regs, riccb) == 1472, "kvm_sync_regs.riccb");
_Static_assert(offsetof(struct kvm_sync_regs, diag318) == 1536, "kvm_sync_regs.diag318");
_Static_assert(offsetof(struct kvm_sync_regs, padding2) == 1544, "kvm_sync_regs.padding2");
_Static_assert(offsetof(struct kvm_sync_regs, sdnx) == 1728, "kvm_sync_regs.sdnx");
_Static_assert(offsetof(struct kvm_sync_regs, reserved1) == 1728, "kvm_sync_regs.reserved1");
_Static_assert(offsetof(struct kvm_sync_regs, gscb) == 1744, "kvm_sync_regs.gscb");
_Static_assert(offsetof(struct kvm_sync_regs, etoken) == 1776, "kvm_sync_regs.etoken");
_Static_assert(offsetof(struct kvm_sync_regs, etoken_extension) == 1784, "kvm_sync_regs.etoken_extension");

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
	uint64_t psw_mask;
	uint64_t psw_addr;
	union {
		struct {
			uint64_t hardware_exit_reason;
		} hw;
		struct {
			uint64_t hardware_entry_failure_reason;
			uint32_t cpu;
			uint8_t gap_60[4];
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
			struct kvm_debug_exit_arch arch;
		} debug;
		struct {
			uint64_t phys_addr;
			uint8_t data[8];
			uint32_t len;
			uint8_t is_write;
			uint8_t gap_69[3];
		} mmio;
		struct {
			uint64_t phys_addr;
			uint8_t data[8];
			uint32_t len;
			uint8_t is_write;
			uint8_t gap_69[3];
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
			uint8_t gap_49[1];
			uint16_t ipa;
			uint32_t ipb;
		} s390_sieic;
		uint64_t s390_reset_flags;
		struct {
			uint64_t trans_exc_code;
			uint32_t pgm_code;
			uint8_t gap_60[4];
		} s390_ucontrol;
		struct {
			uint32_t dcrn;
			uint32_t data;
			uint8_t is_write;
			uint8_t gap_57[3];
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
			uint8_t gap_65[3];
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
			uint8_t gap_62[2];
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
		struct kvm_sync_regs regs;
		char padding[2048];
	} s;
};
_Static_assert(sizeof(struct kvm_run) == 2368, "struct kvm_run");
_Static_assert(offsetof(struct kvm_run, request_interrupt_window) == 0, "kvm_run.request_interrupt_window");
_Static_assert(offsetof(struct kvm_run, immediate_exit) == 1, "kvm_run.immediate_exit");
_Static_assert(offsetof(struct kvm_run, padding1) == 2, "kvm_run.padding1");
_Static_assert(offsetof(struct kvm_run, exit_reason) == 8, "kvm_run.exit_reason");
_Static_assert(offsetof(struct kvm_run, ready_for_interrupt_injection) == 12, "kvm_run.ready_for_interrupt_injection");
_Static_assert(offsetof(struct kvm_run, if_flag) == 13, "kvm_run.if_flag");
_Static_assert(offsetof(struct kvm_run, flags) == 14, "kvm_run.flags");
_Static_assert(offsetof(struct kvm_run, cr8) == 16, "kvm_run.cr8");
_Static_assert(offsetof(struct kvm_run, apic_base) == 24, "kvm_run.apic_base");
_Static_assert(offsetof(struct kvm_run, psw_mask) == 32, "kvm_run.psw_mask");
_Static_assert(offsetof(struct kvm_run, psw_addr) == 40, "kvm_run.psw_addr");
_Static_assert(offsetof(struct kvm_run, hw) == 48, "kvm_run.hw");
_Static_assert(offsetof(struct kvm_run, fail_entry) == 48, "kvm_run.fail_entry");
_Static_assert(offsetof(struct kvm_run, ex) == 48, "kvm_run.ex");
_Static_assert(offsetof(struct kvm_run, io) == 48, "kvm_run.io");
_Static_assert(offsetof(struct kvm_run, debug) == 48, "kvm_run.debug");
_Static_assert(offsetof(struct kvm_run, mmio) == 48, "kvm_run.mmio");
_Static_assert(offsetof(struct kvm_run, iocsr_io) == 48, "kvm_run.iocsr_io");
_Static_assert(offsetof(struct kvm_run, hypercall) == 48, "kvm_run.hypercall");
_Static_assert(offsetof(struct kvm_run, tpr_access) == 48, "kvm_run.tpr_access");
_Static_assert(offsetof(struct kvm_run, s390_sieic) == 48, "kvm_run.s390_sieic");
_Static_assert(offsetof(struct kvm_run, s390_reset_flags) == 48, "kvm_run.s390_reset_flags");
_Static_assert(offsetof(struct kvm_run, s390_ucontrol) == 48, "kvm_run.s390_ucontrol");
_Static_assert(offsetof(struct kvm_run, dcr) == 48, "kvm_run.dcr");
_Static_assert(offsetof(struct kvm_run, internal) == 48, "kvm_run.internal");
_Static_assert(offsetof(struct kvm_run, emulation_failure) == 48, "kvm_run.emulation_failure");
_Static_assert(offsetof(struct kvm_run, osi) == 48, "kvm_run.osi");
_Static_assert(offsetof(struct kvm_run, papr_hcall) == 48, "kvm_run.papr_hcall");
_Static_assert(offsetof(struct kvm_run, s390_tsch) == 48, "kvm_run.s390_tsch");
_Static_assert(offsetof(struct kvm_run, epr) == 48, "kvm_run.epr");
_Static_assert(offsetof(struct kvm_run, system_event) == 48, "kvm_run.system_event");
_Static_assert(offsetof(struct kvm_run, s390_stsi) == 48, "kvm_run.s390_stsi");
_Static_assert(offsetof(struct kvm_run, eoi) == 48, "kvm_run.eoi");
_Static_assert(offsetof(struct kvm_run, hyperv) == 48, "kvm_run.hyperv");
_Static_assert(offsetof(struct kvm_run, arm_nisv) == 48, "kvm_run.arm_nisv");
_Static_assert(offsetof(struct kvm_run, msr) == 48, "kvm_run.msr");
_Static_assert(offsetof(struct kvm_run, xen) == 48, "kvm_run.xen");
_Static_assert(offsetof(struct kvm_run, riscv_sbi) == 48, "kvm_run.riscv_sbi");
_Static_assert(offsetof(struct kvm_run, riscv_csr) == 48, "kvm_run.riscv_csr");
_Static_assert(offsetof(struct kvm_run, notify) == 48, "kvm_run.notify");
_Static_assert(offsetof(struct kvm_run, memory_fault) == 48, "kvm_run.memory_fault");
_Static_assert(offsetof(struct kvm_run, tdx) == 48, "kvm_run.tdx");
_Static_assert(offsetof(struct kvm_run, arm_sea) == 48, "kvm_run.arm_sea");
_Static_assert(offsetof(struct kvm_run, snp_req_certs) == 48, "kvm_run.snp_req_certs");
_Static_assert(offsetof(struct kvm_run, padding) == 48, "kvm_run.padding");
_Static_assert(offsetof(struct kvm_run, kvm_valid_regs) == 304, "kvm_run.kvm_valid_regs");
_Static_assert(offsetof(struct kvm_run, kvm_dirty_regs) == 312, "kvm_run.kvm_dirty_regs");
_Static_assert(offsetof(struct kvm_run, s) == 320, "kvm_run.s");

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
	struct kvm_guest_debug_arch arch;
};
_Static_assert(sizeof(struct kvm_guest_debug) == 24, "struct kvm_guest_debug");
_Static_assert(offsetof(struct kvm_guest_debug, control) == 0, "kvm_guest_debug.control");
_Static_assert(offsetof(struct kvm_guest_debug, pad) == 4, "kvm_guest_debug.pad");
_Static_assert(offsetof(struct kvm_guest_debug, arch) == 8, "kvm_guest_debug.arch");

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
