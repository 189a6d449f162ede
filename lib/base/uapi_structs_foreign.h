/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/structs-*.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB__UAPI_STRUCTS_FOREIGN_H
#define KVMLIB__UAPI_STRUCTS_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

#if !(defined(__x86_64__))
struct kvm_lapic_state {
	char regs[1024];
};
_Static_assert(sizeof(struct kvm_lapic_state) == 1024, "struct kvm_lapic_state");
_Static_assert(offsetof(struct kvm_lapic_state, regs) == 0, "kvm_lapic_state.regs");

struct kvm_dtable {
	uint64_t base;
	uint16_t limit;
	uint16_t padding[3];
};
_Static_assert(sizeof(struct kvm_dtable) == 16, "struct kvm_dtable");
_Static_assert(offsetof(struct kvm_dtable, base) == 0, "kvm_dtable.base");
_Static_assert(offsetof(struct kvm_dtable, limit) == 8, "kvm_dtable.limit");
_Static_assert(offsetof(struct kvm_dtable, padding) == 10, "kvm_dtable.padding");

struct kvm_segment {
	uint64_t base;
	uint32_t limit;
	uint16_t selector;
	uint8_t type;
	uint8_t present;
	uint8_t dpl;
	uint8_t db;
	uint8_t s;
	uint8_t l;
	uint8_t g;
	uint8_t avl;
	uint8_t unusable;
	uint8_t padding;
};
_Static_assert(sizeof(struct kvm_segment) == 24, "struct kvm_segment");
_Static_assert(offsetof(struct kvm_segment, base) == 0, "kvm_segment.base");
_Static_assert(offsetof(struct kvm_segment, limit) == 8, "kvm_segment.limit");
_Static_assert(offsetof(struct kvm_segment, selector) == 12, "kvm_segment.selector");
_Static_assert(offsetof(struct kvm_segment, type) == 14, "kvm_segment.type");
_Static_assert(offsetof(struct kvm_segment, present) == 15, "kvm_segment.present");
_Static_assert(offsetof(struct kvm_segment, dpl) == 16, "kvm_segment.dpl");
_Static_assert(offsetof(struct kvm_segment, db) == 17, "kvm_segment.db");
_Static_assert(offsetof(struct kvm_segment, s) == 18, "kvm_segment.s");
_Static_assert(offsetof(struct kvm_segment, l) == 19, "kvm_segment.l");
_Static_assert(offsetof(struct kvm_segment, g) == 20, "kvm_segment.g");
_Static_assert(offsetof(struct kvm_segment, avl) == 21, "kvm_segment.avl");
_Static_assert(offsetof(struct kvm_segment, unusable) == 22, "kvm_segment.unusable");
_Static_assert(offsetof(struct kvm_segment, padding) == 23, "kvm_segment.padding");

struct kvm_sregs2 {
	struct kvm_segment cs;
	struct kvm_segment ds;
	struct kvm_segment es;
	struct kvm_segment fs;
	struct kvm_segment gs;
	struct kvm_segment ss;
	struct kvm_segment tr;
	struct kvm_segment ldt;
	struct kvm_dtable gdt;
	struct kvm_dtable idt;
	uint64_t cr0;
	uint64_t cr2;
	uint64_t cr3;
	uint64_t cr4;
	uint64_t cr8;
	uint64_t efer;
	uint64_t apic_base;
	uint64_t flags;
	uint64_t pdptrs[4];
};
_Static_assert(sizeof(struct kvm_sregs2) == 320, "struct kvm_sregs2");
_Static_assert(offsetof(struct kvm_sregs2, cs) == 0, "kvm_sregs2.cs");
_Static_assert(offsetof(struct kvm_sregs2, ds) == 24, "kvm_sregs2.ds");
_Static_assert(offsetof(struct kvm_sregs2, es) == 48, "kvm_sregs2.es");
_Static_assert(offsetof(struct kvm_sregs2, fs) == 72, "kvm_sregs2.fs");
_Static_assert(offsetof(struct kvm_sregs2, gs) == 96, "kvm_sregs2.gs");
_Static_assert(offsetof(struct kvm_sregs2, ss) == 120, "kvm_sregs2.ss");
_Static_assert(offsetof(struct kvm_sregs2, tr) == 144, "kvm_sregs2.tr");
_Static_assert(offsetof(struct kvm_sregs2, ldt) == 168, "kvm_sregs2.ldt");
_Static_assert(offsetof(struct kvm_sregs2, gdt) == 192, "kvm_sregs2.gdt");
_Static_assert(offsetof(struct kvm_sregs2, idt) == 208, "kvm_sregs2.idt");
_Static_assert(offsetof(struct kvm_sregs2, cr0) == 224, "kvm_sregs2.cr0");
_Static_assert(offsetof(struct kvm_sregs2, cr2) == 232, "kvm_sregs2.cr2");
_Static_assert(offsetof(struct kvm_sregs2, cr3) == 240, "kvm_sregs2.cr3");
_Static_assert(offsetof(struct kvm_sregs2, cr4) == 248, "kvm_sregs2.cr4");
_Static_assert(offsetof(struct kvm_sregs2, cr8) == 256, "kvm_sregs2.cr8");
_Static_assert(offsetof(struct kvm_sregs2, efer) == 264, "kvm_sregs2.efer");
_Static_assert(offsetof(struct kvm_sregs2, apic_base) == 272, "kvm_sregs2.apic_base");
_Static_assert(offsetof(struct kvm_sregs2, flags) == 280, "kvm_sregs2.flags");
_Static_assert(offsetof(struct kvm_sregs2, pdptrs) == 288, "kvm_sregs2.pdptrs");

struct kvm_msr_entry {
	uint32_t index;
	uint32_t reserved;
	uint64_t data;
};
_Static_assert(sizeof(struct kvm_msr_entry) == 16, "struct kvm_msr_entry");
_Static_assert(offsetof(struct kvm_msr_entry, index) == 0, "kvm_msr_entry.index");
_Static_assert(offsetof(struct kvm_msr_entry, reserved) == 4, "kvm_msr_entry.reserved");
_Static_assert(offsetof(struct kvm_msr_entry, data) == 8, "kvm_msr_entry.data");

struct kvm_msrs {
	uint32_t nmsrs;
	uint32_t pad;
	struct kvm_msr_entry entries[];
};
_Static_assert(sizeof(struct kvm_msrs) == 8, "struct kvm_msrs");
_Static_assert(offsetof(struct kvm_msrs, nmsrs) == 0, "kvm_msrs.nmsrs");
_Static_assert(offsetof(struct kvm_msrs, pad) == 4, "kvm_msrs.pad");

struct kvm_msr_list {
	uint32_t nmsrs;
	uint32_t indices[];
};
_Static_assert(sizeof(struct kvm_msr_list) == 4, "struct kvm_msr_list");
_Static_assert(offsetof(struct kvm_msr_list, nmsrs) == 0, "kvm_msr_list.nmsrs");

struct kvm_msr_filter_range {
	uint32_t flags;
	uint32_t nmsrs;
	uint32_t base;
	uint8_t gap_12[4];
	uint8_t bitmap[8];
};
_Static_assert(sizeof(struct kvm_msr_filter_range) == 24, "struct kvm_msr_filter_range");
_Static_assert(offsetof(struct kvm_msr_filter_range, flags) == 0, "kvm_msr_filter_range.flags");
_Static_assert(offsetof(struct kvm_msr_filter_range, nmsrs) == 4, "kvm_msr_filter_range.nmsrs");
_Static_assert(offsetof(struct kvm_msr_filter_range, base) == 8, "kvm_msr_filter_range.base");
_Static_assert(offsetof(struct kvm_msr_filter_range, bitmap) == 16, "kvm_msr_filter_range.bitmap");

struct kvm_msr_filter {
	uint32_t flags;
	uint8_t gap_4[4];
	struct kvm_msr_filter_range ranges[16];
};
_Static_assert(sizeof(struct kvm_msr_filter) == 392, "struct kvm_msr_filter");
_Static_assert(offsetof(struct kvm_msr_filter, flags) == 0, "kvm_msr_filter.flags");
_Static_assert(offsetof(struct kvm_msr_filter, ranges) == 8, "kvm_msr_filter.ranges");

struct kvm_cpuid_entry {
	uint32_t function;
	uint32_t eax;
	uint32_t ebx;
	uint32_t ecx;
	uint32_t edx;
	uint32_t padding;
};
_Static_assert(sizeof(struct kvm_cpuid_entry) == 24, "struct kvm_cpuid_entry");
_Static_assert(offsetof(struct kvm_cpuid_entry, function) == 0, "kvm_cpuid_entry.function");
_Static_assert(offsetof(struct kvm_cpuid_entry, eax) == 4, "kvm_cpuid_entry.eax");
_Static_assert(offsetof(struct kvm_cpuid_entry, ebx) == 8, "kvm_cpuid_entry.ebx");
_Static_assert(offsetof(struct kvm_cpuid_entry, ecx) == 12, "kvm_cpuid_entry.ecx");
_Static_assert(offsetof(struct kvm_cpuid_entry, edx) == 16, "kvm_cpuid_entry.edx");
_Static_assert(offsetof(struct kvm_cpuid_entry, padding) == 20, "kvm_cpuid_entry.padding");

struct kvm_cpuid {
	uint32_t nent;
	uint32_t padding;
	struct kvm_cpuid_entry entries[];
};
_Static_assert(sizeof(struct kvm_cpuid) == 8, "struct kvm_cpuid");
_Static_assert(offsetof(struct kvm_cpuid, nent) == 0, "kvm_cpuid.nent");
_Static_assert(offsetof(struct kvm_cpuid, padding) == 4, "kvm_cpuid.padding");

struct kvm_cpuid_entry2 {
	uint32_t function;
	uint32_t index;
	uint32_t flags;
	uint32_t eax;
	uint32_t ebx;
	uint32_t ecx;
	uint32_t edx;
	uint32_t padding[3];
};
_Static_assert(sizeof(struct kvm_cpuid_entry2) == 40, "struct kvm_cpuid_entry2");
_Static_assert(offsetof(struct kvm_cpuid_entry2, function) == 0, "kvm_cpuid_entry2.function");
_Static_assert(offsetof(struct kvm_cpuid_entry2, index) == 4, "kvm_cpuid_entry2.index");
_Static_assert(offsetof(struct kvm_cpuid_entry2, flags) == 8, "kvm_cpuid_entry2.flags");
_Static_assert(offsetof(struct kvm_cpuid_entry2, eax) == 12, "kvm_cpuid_entry2.eax");
_Static_assert(offsetof(struct kvm_cpuid_entry2, ebx) == 16, "kvm_cpuid_entry2.ebx");
_Static_assert(offsetof(struct kvm_cpuid_entry2, ecx) == 20, "kvm_cpuid_entry2.ecx");
_Static_assert(offsetof(struct kvm_cpuid_entry2, edx) == 24, "kvm_cpuid_entry2.edx");
_Static_assert(offsetof(struct kvm_cpuid_entry2, padding) == 28, "kvm_cpuid_entry2.padding");

struct kvm_cpuid2 {
	uint32_t nent;
	uint32_t padding;
	struct kvm_cpuid_entry2 entries[];
};
_Static_assert(sizeof(struct kvm_cpuid2) == 8, "struct kvm_cpuid2");
_Static_assert(offsetof(struct kvm_cpuid2, nent) == 0, "kvm_cpuid2.nent");
_Static_assert(offsetof(struct kvm_cpuid2, padding) == 4, "kvm_cpuid2.padding");

struct kvm_pit_channel_state {
	uint32_t count;
	uint16_t latched_count;
	uint8_t count_latched;
	uint8_t status_latched;
	uint8_t status;
	uint8_t read_state;
	uint8_t write_state;
	uint8_t write_latch;
	uint8_t rw_mode;
	uint8_t mode;
	uint8_t bcd;
	uint8_t gate;
	int64_t count_load_time;
};
_Static_assert(sizeof(struct kvm_pit_channel_state) == 24, "struct kvm_pit_channel_state");
_Static_assert(offsetof(struct kvm_pit_channel_state, count) == 0, "kvm_pit_channel_state.count");
_Static_assert(offsetof(struct kvm_pit_channel_state, latched_count) == 4, "kvm_pit_channel_state.latched_count");
_Static_assert(offsetof(struct kvm_pit_channel_state, count_latched) == 6, "kvm_pit_channel_state.count_latched");
_Static_assert(offsetof(struct kvm_pit_channel_state, status_latched) == 7, "kvm_pit_channel_state.status_latched");
_Static_assert(offsetof(struct kvm_pit_channel_state, status) == 8, "kvm_pit_channel_state.status");
_Static_assert(offsetof(struct kvm_pit_channel_state, read_state) == 9, "kvm_pit_channel_state.read_state");
_Static_assert(offsetof(struct kvm_pit_channel_state, write_state) == 10, "kvm_pit_channel_state.write_state");
_Static_assert(offsetof(struct kvm_pit_channel_state, write_latch) == 11, "kvm_pit_channel_state.write_latch");
_Static_assert(offsetof(struct kvm_pit_channel_state, rw_mode) == 12, "kvm_pit_channel_state.rw_mode");
_Static_assert(offsetof(struct kvm_pit_channel_state, mode) == 13, "kvm_pit_channel_state.mode");
_Static_assert(offsetof(struct kvm_pit_channel_state, bcd) == 14, "kvm_pit_channel_state.bcd");
_Static_assert(offsetof(struct kvm_pit_channel_state, gate) == 15, "kvm_pit_channel_state.gate");
_Static_assert(offsetof(struct kvm_pit_channel_state, count_load_time) == 16, "kvm_pit_channel_state.count_load_time");

struct kvm_pit_state {
	struct kvm_pit_channel_state channels[3];
};
_Static_assert(sizeof(struct kvm_pit_state) == 72, "struct kvm_pit_state");
_Static_assert(offsetof(struct kvm_pit_state, channels) == 0, "kvm_pit_state.channels");

struct kvm_pit_state2 {
	struct kvm_pit_channel_state channels[3];
	uint32_t flags;
	uint32_t reserved[9];
};
_Static_assert(sizeof(struct kvm_pit_state2) == 112, "struct kvm_pit_state2");
_Static_assert(offsetof(struct kvm_pit_state2, channels) == 0, "kvm_pit_state2.channels");
_Static_assert(offsetof(struct kvm_pit_state2, flags) == 72, "kvm_pit_state2.flags");
_Static_assert(offsetof(struct kvm_pit_state2, reserved) == 76, "kvm_pit_state2.reserved");

struct kvm_reinject_control {
	uint8_t pit_reinject;
	uint8_t reserved[31];
};
_Static_assert(sizeof(struct kvm_reinject_control) == 32, "struct kvm_reinject_control");
_Static_assert(offsetof(struct kvm_reinject_control, pit_reinject) == 0, "kvm_reinject_control.pit_reinject");
_Static_assert(offsetof(struct kvm_reinject_control, reserved) == 1, "kvm_reinject_control.reserved");

struct kvm_debugregs {
	uint64_t db[4];
	uint64_t dr6;
	uint64_t dr7;
	uint64_t flags;
	uint64_t reserved[9];
};
_Static_assert(sizeof(struct kvm_debugregs) == 128, "struct kvm_debugregs");
_Static_assert(offsetof(struct kvm_debugregs, db) == 0, "kvm_debugregs.db");
_Static_assert(offsetof(struct kvm_debugregs, dr6) == 32, "kvm_debugregs.dr6");
_Static_assert(offsetof(struct kvm_debugregs, dr7) == 40, "kvm_debugregs.dr7");
_Static_assert(offsetof(struct kvm_debugregs, flags) == 48, "kvm_debugregs.flags");
_Static_assert(offsetof(struct kvm_debugregs, reserved) == 56, "kvm_debugregs.reserved");

struct kvm_xsave {
	uint32_t region[1024];
	uint32_t extra[];
};
_Static_assert(sizeof(struct kvm_xsave) == 4096, "struct kvm_xsave");
_Static_assert(offsetof(struct kvm_xsave, region) == 0, "kvm_xsave.region");

struct kvm_xcr {
	uint32_t xcr;
	uint32_t reserved;
	uint64_t value;
};
_Static_assert(sizeof(struct kvm_xcr) == 16, "struct kvm_xcr");
_Static_assert(offsetof(struct kvm_xcr, xcr) == 0, "kvm_xcr.xcr");
_Static_assert(offsetof(struct kvm_xcr, reserved) == 4, "kvm_xcr.reserved");
_Static_assert(offsetof(struct kvm_xcr, value) == 8, "kvm_xcr.value");

struct kvm_xcrs {
	uint32_t nr_xcrs;
	uint32_t flags;
	struct kvm_xcr xcrs[16];
	uint64_t padding[16];
};
_Static_assert(sizeof(struct kvm_xcrs) == 392, "struct kvm_xcrs");
_Static_assert(offsetof(struct kvm_xcrs, nr_xcrs) == 0, "kvm_xcrs.nr_xcrs");
_Static_assert(offsetof(struct kvm_xcrs, flags) == 4, "kvm_xcrs.flags");
_Static_assert(offsetof(struct kvm_xcrs, xcrs) == 8, "kvm_xcrs.xcrs");
_Static_assert(offsetof(struct kvm_xcrs, padding) == 264, "kvm_xcrs.padding");

struct kvm_svm_nested_state_data {
	uint8_t vmcb12[4096];
};
_Static_assert(sizeof(struct kvm_svm_nested_state_data) == 4096, "struct kvm_svm_nested_state_data");
_Static_assert(offsetof(struct kvm_svm_nested_state_data, vmcb12) == 0, "kvm_svm_nested_state_data.vmcb12");

struct kvm_svm_nested_state_hdr {
	uint64_t vmcb_pa;
	uint64_t gpat;
};
_Static_assert(sizeof(struct kvm_svm_nested_state_hdr) == 16, "struct kvm_svm_nested_state_hdr");
_Static_assert(offsetof(struct kvm_svm_nested_state_hdr, vmcb_pa) == 0, "kvm_svm_nested_state_hdr.vmcb_pa");
_Static_assert(offsetof(struct kvm_svm_nested_state_hdr, gpat) == 8, "kvm_svm_nested_state_hdr.gpat");

struct kvm_vmx_nested_state_data {
	uint8_t vmcs12[4096];
	uint8_t shadow_vmcs12[4096];
};
_Static_assert(sizeof(struct kvm_vmx_nested_state_data) == 8192, "struct kvm_vmx_nested_state_data");
_Static_assert(offsetof(struct kvm_vmx_nested_state_data, vmcs12) == 0, "kvm_vmx_nested_state_data.vmcs12");
_Static_assert(offsetof(struct kvm_vmx_nested_state_data, shadow_vmcs12) == 4096, "kvm_vmx_nested_state_data.shadow_vmcs12");

struct kvm_vmx_nested_state_hdr {
	uint64_t vmxon_pa;
	uint64_t vmcs12_pa;
	struct {
		uint16_t flags;
	} smm;
	uint16_t pad;
	uint32_t flags;
	uint64_t preemption_timer_deadline;
};
_Static_assert(sizeof(struct kvm_vmx_nested_state_hdr) == 32, "struct kvm_vmx_nested_state_hdr");
_Static_assert(offsetof(struct kvm_vmx_nested_state_hdr, vmxon_pa) == 0, "kvm_vmx_nested_state_hdr.vmxon_pa");
_Static_assert(offsetof(struct kvm_vmx_nested_state_hdr, vmcs12_pa) == 8, "kvm_vmx_nested_state_hdr.vmcs12_pa");
_Static_assert(offsetof(struct kvm_vmx_nested_state_hdr, smm) == 16, "kvm_vmx_nested_state_hdr.smm");
_Static_assert(offsetof(struct kvm_vmx_nested_state_hdr, pad) == 18, "kvm_vmx_nested_state_hdr.pad");
_Static_assert(offsetof(struct kvm_vmx_nested_state_hdr, flags) == 20, "kvm_vmx_nested_state_hdr.flags");
_Static_assert(offsetof(struct kvm_vmx_nested_state_hdr, preemption_timer_deadline) == 24, "kvm_vmx_nested_state_hdr.preemption_timer_deadline");

struct kvm_nested_state {
	uint16_t flags;
	uint16_t format;
	uint32_t size;
	union {
		struct kvm_vmx_nested_state_hdr vmx;
		struct kvm_svm_nested_state_hdr svm;
		uint8_t pad[120];
	} hdr;
};
_Static_assert(sizeof(struct kvm_nested_state) == 128, "struct kvm_nested_state");
_Static_assert(offsetof(struct kvm_nested_state, flags) == 0, "kvm_nested_state.flags");
_Static_assert(offsetof(struct kvm_nested_state, format) == 2, "kvm_nested_state.format");
_Static_assert(offsetof(struct kvm_nested_state, size) == 4, "kvm_nested_state.size");
_Static_assert(offsetof(struct kvm_nested_state, hdr) == 8, "kvm_nested_state.hdr");

struct kvm_x86_mce {
	uint64_t status;
	uint64_t addr;
	uint64_t misc;
	uint64_t mcg_status;
	uint8_t bank;
	uint8_t pad1[7];
	uint64_t pad2[3];
};
_Static_assert(sizeof(struct kvm_x86_mce) == 64, "struct kvm_x86_mce");
_Static_assert(offsetof(struct kvm_x86_mce, status) == 0, "kvm_x86_mce.status");
_Static_assert(offsetof(struct kvm_x86_mce, addr) == 8, "kvm_x86_mce.addr");
_Static_assert(offsetof(struct kvm_x86_mce, misc) == 16, "kvm_x86_mce.misc");
_Static_assert(offsetof(struct kvm_x86_mce, mcg_status) == 24, "kvm_x86_mce.mcg_status");
_Static_assert(offsetof(struct kvm_x86_mce, bank) == 32, "kvm_x86_mce.bank");
_Static_assert(offsetof(struct kvm_x86_mce, pad1) == 33, "kvm_x86_mce.pad1");
_Static_assert(offsetof(struct kvm_x86_mce, pad2) == 40, "kvm_x86_mce.pad2");

struct kvm_xen_hvm_config {
	uint32_t flags;
	uint32_t msr;
	uint64_t blob_addr_32;
	uint64_t blob_addr_64;
	uint8_t blob_size_32;
	uint8_t blob_size_64;
	uint8_t pad2[30];
};
_Static_assert(sizeof(struct kvm_xen_hvm_config) == 56, "struct kvm_xen_hvm_config");
_Static_assert(offsetof(struct kvm_xen_hvm_config, flags) == 0, "kvm_xen_hvm_config.flags");
_Static_assert(offsetof(struct kvm_xen_hvm_config, msr) == 4, "kvm_xen_hvm_config.msr");
_Static_assert(offsetof(struct kvm_xen_hvm_config, blob_addr_32) == 8, "kvm_xen_hvm_config.blob_addr_32");
_Static_assert(offsetof(struct kvm_xen_hvm_config, blob_addr_64) == 16, "kvm_xen_hvm_config.blob_addr_64");
_Static_assert(offsetof(struct kvm_xen_hvm_config, blob_size_32) == 24, "kvm_xen_hvm_config.blob_size_32");
_Static_assert(offsetof(struct kvm_xen_hvm_config, blob_size_64) == 25, "kvm_xen_hvm_config.blob_size_64");
_Static_assert(offsetof(struct kvm_xen_hvm_config, pad2) == 26, "kvm_xen_hvm_config.pad2");

struct kvm_xen_hvm_attr {
	uint16_t type;
	uint16_t pad[3];
	union {
		uint8_t long_mode;
		uint8_t vector;
		uint8_t runstate_update_flag;
		union {
			uint64_t gfn;
			uint64_t hva;
		} shared_info;
		struct {
			uint32_t send_port;
			uint32_t type;
			uint32_t flags;
			union {
				struct {
					uint32_t port;
					uint32_t vcpu;
					uint32_t priority;
				} port;
				struct {
					uint32_t port;
					int32_t fd;
				} eventfd;
				uint32_t padding[4];
			} deliver;
		} evtchn;
		uint32_t xen_version;
		uint64_t pad[8];
	} u;
};
_Static_assert(sizeof(struct kvm_xen_hvm_attr) == 72, "struct kvm_xen_hvm_attr");
_Static_assert(offsetof(struct kvm_xen_hvm_attr, type) == 0, "kvm_xen_hvm_attr.type");
_Static_assert(offsetof(struct kvm_xen_hvm_attr, pad) == 2, "kvm_xen_hvm_attr.pad");
_Static_assert(offsetof(struct kvm_xen_hvm_attr, u) == 8, "kvm_xen_hvm_attr.u");

struct kvm_xen_vcpu_attr {
	uint16_t type;
	uint16_t pad[3];
	union {
		uint64_t gpa;
		uint64_t hva;
		uint64_t pad[8];
		struct {
			uint64_t state;
			uint64_t state_entry_time;
			uint64_t time_running;
			uint64_t time_runnable;
			uint64_t time_blocked;
			uint64_t time_offline;
		} runstate;
		uint32_t vcpu_id;
		struct {
			uint32_t port;
			uint32_t priority;
			uint64_t expires_ns;
		} timer;
		uint8_t vector;
	} u;
};
_Static_assert(sizeof(struct kvm_xen_vcpu_attr) == 72, "struct kvm_xen_vcpu_attr");
_Static_assert(offsetof(struct kvm_xen_vcpu_attr, type) == 0, "kvm_xen_vcpu_attr.type");
_Static_assert(offsetof(struct kvm_xen_vcpu_attr, pad) == 2, "kvm_xen_vcpu_attr.pad");
_Static_assert(offsetof(struct kvm_xen_vcpu_attr, u) == 8, "kvm_xen_vcpu_attr.u");

struct kvm_hyperv_eventfd {
	uint32_t conn_id;
	int32_t fd;
	uint32_t flags;
	uint32_t padding[3];
};
_Static_assert(sizeof(struct kvm_hyperv_eventfd) == 24, "struct kvm_hyperv_eventfd");
_Static_assert(offsetof(struct kvm_hyperv_eventfd, conn_id) == 0, "kvm_hyperv_eventfd.conn_id");
_Static_assert(offsetof(struct kvm_hyperv_eventfd, fd) == 4, "kvm_hyperv_eventfd.fd");
_Static_assert(offsetof(struct kvm_hyperv_eventfd, flags) == 8, "kvm_hyperv_eventfd.flags");
_Static_assert(offsetof(struct kvm_hyperv_eventfd, padding) == 12, "kvm_hyperv_eventfd.padding");

#endif

#if !(defined(__aarch64__))
struct kvm_vcpu_init {
	uint32_t target;
	uint32_t features[7];
};
_Static_assert(sizeof(struct kvm_vcpu_init) == 32, "struct kvm_vcpu_init");
_Static_assert(offsetof(struct kvm_vcpu_init, target) == 0, "kvm_vcpu_init.target");
_Static_assert(offsetof(struct kvm_vcpu_init, features) == 4, "kvm_vcpu_init.features");

struct kvm_arm_copy_mte_tags {
	uint64_t guest_ipa;
	uint64_t length;
	void *addr;
	uint64_t flags;
	uint64_t reserved[2];
};
_Static_assert(sizeof(struct kvm_arm_copy_mte_tags) == 48, "struct kvm_arm_copy_mte_tags");
_Static_assert(offsetof(struct kvm_arm_copy_mte_tags, guest_ipa) == 0, "kvm_arm_copy_mte_tags.guest_ipa");
_Static_assert(offsetof(struct kvm_arm_copy_mte_tags, length) == 8, "kvm_arm_copy_mte_tags.length");
_Static_assert(offsetof(struct kvm_arm_copy_mte_tags, addr) == 16, "kvm_arm_copy_mte_tags.addr");
_Static_assert(offsetof(struct kvm_arm_copy_mte_tags, flags) == 24, "kvm_arm_copy_mte_tags.flags");
_Static_assert(offsetof(struct kvm_arm_copy_mte_tags, reserved) == 32, "kvm_arm_copy_mte_tags.reserved");

struct kvm_arm_counter_offset {
	uint64_t counter_offset;
	uint64_t reserved;
};
_Static_assert(sizeof(struct kvm_arm_counter_offset) == 16, "struct kvm_arm_counter_offset");
_Static_assert(offsetof(struct kvm_arm_counter_offset, counter_offset) == 0, "kvm_arm_counter_offset.counter_offset");
_Static_assert(offsetof(struct kvm_arm_counter_offset, reserved) == 8, "kvm_arm_counter_offset.reserved");

struct kvm_smccc_filter {
	uint32_t base;
	uint32_t nr_functions;
	uint8_t action;
	uint8_t pad[15];
};
_Static_assert(sizeof(struct kvm_smccc_filter) == 24, "struct kvm_smccc_filter");
_Static_assert(offsetof(struct kvm_smccc_filter, base) == 0, "kvm_smccc_filter.base");
_Static_assert(offsetof(struct kvm_smccc_filter, nr_functions) == 4, "kvm_smccc_filter.nr_functions");
_Static_assert(offsetof(struct kvm_smccc_filter, action) == 8, "kvm_smccc_filter.action");
_Static_assert(offsetof(struct kvm_smccc_filter, pad) == 9, "kvm_smccc_filter.pad");

struct reg_mask_range {
	uint64_t addr;
	uint32_t range;
	uint32_t reserved[13];
};
_Static_assert(sizeof(struct reg_mask_range) == 64, "struct reg_mask_range");
_Static_assert(offsetof(struct reg_mask_range, addr) == 0, "reg_mask_range.addr");
_Static_assert(offsetof(struct reg_mask_range, range) == 8, "reg_mask_range.range");
_Static_assert(offsetof(struct reg_mask_range, reserved) == 12, "reg_mask_range.reserved");

#endif

#if !(defined(__s390x__))
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

struct kvm_s390_emerg_info {
	uint16_t code;
};
_Static_assert(sizeof(struct kvm_s390_emerg_info) == 2, "struct kvm_s390_emerg_info");
_Static_assert(offsetof(struct kvm_s390_emerg_info, code) == 0, "kvm_s390_emerg_info.code");

struct kvm_s390_ext_info {
	uint32_t ext_params;
	uint32_t pad;
	uint64_t ext_params2;
};
_Static_assert(sizeof(struct kvm_s390_ext_info) == 16, "struct kvm_s390_ext_info");
_Static_assert(offsetof(struct kvm_s390_ext_info, ext_params) == 0, "kvm_s390_ext_info.ext_params");
_Static_assert(offsetof(struct kvm_s390_ext_info, pad) == 4, "kvm_s390_ext_info.pad");
_Static_assert(offsetof(struct kvm_s390_ext_info, ext_params2) == 8, "kvm_s390_ext_info.ext_params2");

struct kvm_s390_extcall_info {
	uint16_t code;
};
_Static_assert(sizeof(struct kvm_s390_extcall_info) == 2, "struct kvm_s390_extcall_info");
_Static_assert(offsetof(struct kvm_s390_extcall_info, code) == 0, "kvm_s390_extcall_info.code");

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

struct kvm_s390_stop_info {
	uint32_t flags;
};
_Static_assert(sizeof(struct kvm_s390_stop_info) == 4, "struct kvm_s390_stop_info");
_Static_assert(offsetof(struct kvm_s390_stop_info, flags) == 0, "kvm_s390_stop_info.flags");

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

#endif

#if !(defined(__powerpc64__))
struct kvm_create_spapr_tce {
	uint64_t liobn;
	uint32_t window_size;
	uint8_t gap_12[4];
};
_Static_assert(sizeof(struct kvm_create_spapr_tce) == 16, "struct kvm_create_spapr_tce");
_Static_assert(offsetof(struct kvm_create_spapr_tce, liobn) == 0, "kvm_create_spapr_tce.liobn");
_Static_assert(offsetof(struct kvm_create_spapr_tce, window_size) == 8, "kvm_create_spapr_tce.window_size");

struct kvm_create_spapr_tce_64 {
	uint64_t liobn;
	uint32_t page_shift;
	uint32_t flags;
	uint64_t offset;
	uint64_t size;
};
_Static_assert(sizeof(struct kvm_create_spapr_tce_64) == 32, "struct kvm_create_spapr_tce_64");
_Static_assert(offsetof(struct kvm_create_spapr_tce_64, liobn) == 0, "kvm_create_spapr_tce_64.liobn");
_Static_assert(offsetof(struct kvm_create_spapr_tce_64, page_shift) == 8, "kvm_create_spapr_tce_64.page_shift");
_Static_assert(offsetof(struct kvm_create_spapr_tce_64, flags) == 12, "kvm_create_spapr_tce_64.flags");
_Static_assert(offsetof(struct kvm_create_spapr_tce_64, offset) == 16, "kvm_create_spapr_tce_64.offset");
_Static_assert(offsetof(struct kvm_create_spapr_tce_64, size) == 24, "kvm_create_spapr_tce_64.size");

struct kvm_allocate_rma {
	uint64_t rma_size;
};
_Static_assert(sizeof(struct kvm_allocate_rma) == 8, "struct kvm_allocate_rma");
_Static_assert(offsetof(struct kvm_allocate_rma, rma_size) == 0, "kvm_allocate_rma.rma_size");

struct kvm_rtas_token_args {
	char name[120];
	uint64_t token;
};
_Static_assert(sizeof(struct kvm_rtas_token_args) == 128, "struct kvm_rtas_token_args");
_Static_assert(offsetof(struct kvm_rtas_token_args, name) == 0, "kvm_rtas_token_args.name");
_Static_assert(offsetof(struct kvm_rtas_token_args, token) == 120, "kvm_rtas_token_args.token");

struct kvm_get_htab_fd {
	uint64_t flags;
	uint64_t start_index;
	uint64_t reserved[2];
};
_Static_assert(sizeof(struct kvm_get_htab_fd) == 32, "struct kvm_get_htab_fd");
_Static_assert(offsetof(struct kvm_get_htab_fd, flags) == 0, "kvm_get_htab_fd.flags");
_Static_assert(offsetof(struct kvm_get_htab_fd, start_index) == 8, "kvm_get_htab_fd.start_index");
_Static_assert(offsetof(struct kvm_get_htab_fd, reserved) == 16, "kvm_get_htab_fd.reserved");

struct kvm_ppc_mmuv3_cfg {
	uint64_t flags;
	uint64_t process_table;
};
_Static_assert(sizeof(struct kvm_ppc_mmuv3_cfg) == 16, "struct kvm_ppc_mmuv3_cfg");
_Static_assert(offsetof(struct kvm_ppc_mmuv3_cfg, flags) == 0, "kvm_ppc_mmuv3_cfg.flags");
_Static_assert(offsetof(struct kvm_ppc_mmuv3_cfg, process_table) == 8, "kvm_ppc_mmuv3_cfg.process_table");

struct kvm_ppc_rmmu_info {
	uint8_t geometries[64];
	uint32_t ap_encodings[8];
};
_Static_assert(sizeof(struct kvm_ppc_rmmu_info) == 96, "struct kvm_ppc_rmmu_info");
_Static_assert(offsetof(struct kvm_ppc_rmmu_info, geometries) == 0, "kvm_ppc_rmmu_info.geometries");
_Static_assert(offsetof(struct kvm_ppc_rmmu_info, ap_encodings) == 64, "kvm_ppc_rmmu_info.ap_encodings");

struct kvm_ppc_cpu_char {
	uint64_t character;
	uint64_t behaviour;
	uint64_t character_mask;
	uint64_t behaviour_mask;
};
_Static_assert(sizeof(struct kvm_ppc_cpu_char) == 32, "struct kvm_ppc_cpu_char");
_Static_assert(offsetof(struct kvm_ppc_cpu_char, character) == 0, "kvm_ppc_cpu_char.character");
_Static_assert(offsetof(struct kvm_ppc_cpu_char, behaviour) == 8, "kvm_ppc_cpu_char.behaviour");
_Static_assert(offsetof(struct kvm_ppc_cpu_char, character_mask) == 16, "kvm_ppc_cpu_char.character_mask");
_Static_assert(offsetof(struct kvm_ppc_cpu_char, behaviour_mask) == 24, "kvm_ppc_cpu_char.behaviour_mask");

struct kvm_ppc_xive_eq {
	uint32_t flags;
	uint32_t qshift;
	uint64_t qaddr;
	uint32_t qtoggle;
	uint32_t qindex;
	uint8_t pad[40];
};
_Static_assert(sizeof(struct kvm_ppc_xive_eq) == 64, "struct kvm_ppc_xive_eq");
_Static_assert(offsetof(struct kvm_ppc_xive_eq, flags) == 0, "kvm_ppc_xive_eq.flags");
_Static_assert(offsetof(struct kvm_ppc_xive_eq, qshift) == 4, "kvm_ppc_xive_eq.qshift");
_Static_assert(offsetof(struct kvm_ppc_xive_eq, qaddr) == 8, "kvm_ppc_xive_eq.qaddr");
_Static_assert(offsetof(struct kvm_ppc_xive_eq, qtoggle) == 16, "kvm_ppc_xive_eq.qtoggle");
_Static_assert(offsetof(struct kvm_ppc_xive_eq, qindex) == 20, "kvm_ppc_xive_eq.qindex");
_Static_assert(offsetof(struct kvm_ppc_xive_eq, pad) == 24, "kvm_ppc_xive_eq.pad");

struct kvm_ppc_pvinfo {
	uint32_t flags;
	uint32_t hcall[4];
	uint8_t pad[108];
};
_Static_assert(sizeof(struct kvm_ppc_pvinfo) == 128, "struct kvm_ppc_pvinfo");
_Static_assert(offsetof(struct kvm_ppc_pvinfo, flags) == 0, "kvm_ppc_pvinfo.flags");
_Static_assert(offsetof(struct kvm_ppc_pvinfo, hcall) == 4, "kvm_ppc_pvinfo.hcall");
_Static_assert(offsetof(struct kvm_ppc_pvinfo, pad) == 20, "kvm_ppc_pvinfo.pad");

struct kvm_ppc_one_page_size {
	uint32_t page_shift;
	uint32_t pte_enc;
};
_Static_assert(sizeof(struct kvm_ppc_one_page_size) == 8, "struct kvm_ppc_one_page_size");
_Static_assert(offsetof(struct kvm_ppc_one_page_size, page_shift) == 0, "kvm_ppc_one_page_size.page_shift");
_Static_assert(offsetof(struct kvm_ppc_one_page_size, pte_enc) == 4, "kvm_ppc_one_page_size.pte_enc");

struct kvm_ppc_one_seg_page_size {
	uint32_t page_shift;
	uint32_t slb_enc;
	struct kvm_ppc_one_page_size enc[8];
};
_Static_assert(sizeof(struct kvm_ppc_one_seg_page_size) == 72, "struct kvm_ppc_one_seg_page_size");
_Static_assert(offsetof(struct kvm_ppc_one_seg_page_size, page_shift) == 0, "kvm_ppc_one_seg_page_size.page_shift");
_Static_assert(offsetof(struct kvm_ppc_one_seg_page_size, slb_enc) == 4, "kvm_ppc_one_seg_page_size.slb_enc");
_Static_assert(offsetof(struct kvm_ppc_one_seg_page_size, enc) == 8, "kvm_ppc_one_seg_page_size.enc");

struct kvm_ppc_smmu_info {
	uint64_t flags;
	uint32_t slb_size;
	uint16_t data_keys;
	uint16_t instr_keys;
	struct kvm_ppc_one_seg_page_size sps[8];
};
_Static_assert(sizeof(struct kvm_ppc_smmu_info) == 592, "struct kvm_ppc_smmu_info");
_Static_assert(offsetof(struct kvm_ppc_smmu_info, flags) == 0, "kvm_ppc_smmu_info.flags");
_Static_assert(offsetof(struct kvm_ppc_smmu_info, slb_size) == 8, "kvm_ppc_smmu_info.slb_size");
_Static_assert(offsetof(struct kvm_ppc_smmu_info, data_keys) == 12, "kvm_ppc_smmu_info.data_keys");
_Static_assert(offsetof(struct kvm_ppc_smmu_info, instr_keys) == 14, "kvm_ppc_smmu_info.instr_keys");
_Static_assert(offsetof(struct kvm_ppc_smmu_info, sps) == 16, "kvm_ppc_smmu_info.sps");

struct kvm_ppc_resize_hpt {
	uint64_t flags;
	uint32_t shift;
	uint32_t pad;
};
_Static_assert(sizeof(struct kvm_ppc_resize_hpt) == 16, "struct kvm_ppc_resize_hpt");
_Static_assert(offsetof(struct kvm_ppc_resize_hpt, flags) == 0, "kvm_ppc_resize_hpt.flags");
_Static_assert(offsetof(struct kvm_ppc_resize_hpt, shift) == 8, "kvm_ppc_resize_hpt.shift");
_Static_assert(offsetof(struct kvm_ppc_resize_hpt, pad) == 12, "kvm_ppc_resize_hpt.pad");

#endif

#endif
