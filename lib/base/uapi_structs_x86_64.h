/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/structs-x86_64.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB__UAPI_STRUCTS_X86_64_H
#define KVMLIB__UAPI_STRUCTS_X86_64_H

#include <stddef.h>
#include <stdint.h>

struct kvm_pic_state {
	uint8_t last_irr;
	uint8_t irr;
	uint8_t imr;
	uint8_t isr;
	uint8_t priority_add;
	uint8_t irq_base;
	uint8_t read_reg_select;
	uint8_t poll;
	uint8_t special_mask;
	uint8_t init_state;
	uint8_t auto_eoi;
	uint8_t rotate_on_auto_eoi;
	uint8_t special_fully_nested_mode;
	uint8_t init4;
	uint8_t elcr;
	uint8_t elcr_mask;
};
_Static_assert(sizeof(struct kvm_pic_state) == 16, "struct kvm_pic_state");
_Static_assert(offsetof(struct kvm_pic_state, last_irr) == 0, "kvm_pic_state.last_irr");
_Static_assert(offsetof(struct kvm_pic_state, irr) == 1, "kvm_pic_state.irr");
_Static_assert(offsetof(struct kvm_pic_state, imr) == 2, "kvm_pic_state.imr");
_Static_assert(offsetof(struct kvm_pic_state, isr) == 3, "kvm_pic_state.isr");
_Static_assert(offsetof(struct kvm_pic_state, priority_add) == 4, "kvm_pic_state.priority_add");
_Static_assert(offsetof(struct kvm_pic_state, irq_base) == 5, "kvm_pic_state.irq_base");
_Static_assert(offsetof(struct kvm_pic_state, read_reg_select) == 6, "kvm_pic_state.read_reg_select");
_Static_assert(offsetof(struct kvm_pic_state, poll) == 7, "kvm_pic_state.poll");
_Static_assert(offsetof(struct kvm_pic_state, special_mask) == 8, "kvm_pic_state.special_mask");
_Static_assert(offsetof(struct kvm_pic_state, init_state) == 9, "kvm_pic_state.init_state");
_Static_assert(offsetof(struct kvm_pic_state, auto_eoi) == 10, "kvm_pic_state.auto_eoi");
_Static_assert(offsetof(struct kvm_pic_state, rotate_on_auto_eoi) == 11, "kvm_pic_state.rotate_on_auto_eoi");
_Static_assert(offsetof(struct kvm_pic_state, special_fully_nested_mode) == 12, "kvm_pic_state.special_fully_nested_mode");
_Static_assert(offsetof(struct kvm_pic_state, init4) == 13, "kvm_pic_state.init4");
_Static_assert(offsetof(struct kvm_pic_state, elcr) == 14, "kvm_pic_state.elcr");
_Static_assert(offsetof(struct kvm_pic_state, elcr_mask) == 15, "kvm_pic_state.elcr_mask");

struct kvm_ioapic_state {
	uint64_t base_address;
	uint32_t ioregsel;
	uint32_t id;
	uint32_t irr;
	uint32_t pad;
	uint8_t redirtbl[192];
};
_Static_assert(sizeof(struct kvm_ioapic_state) == 216, "struct kvm_ioapic_state");
_Static_assert(offsetof(struct kvm_ioapic_state, base_address) == 0, "kvm_ioapic_state.base_address");
_Static_assert(offsetof(struct kvm_ioapic_state, ioregsel) == 8, "kvm_ioapic_state.ioregsel");
_Static_assert(offsetof(struct kvm_ioapic_state, id) == 12, "kvm_ioapic_state.id");
_Static_assert(offsetof(struct kvm_ioapic_state, irr) == 16, "kvm_ioapic_state.irr");
_Static_assert(offsetof(struct kvm_ioapic_state, pad) == 20, "kvm_ioapic_state.pad");
_Static_assert(offsetof(struct kvm_ioapic_state, redirtbl) == 24, "kvm_ioapic_state.redirtbl");

struct kvm_regs {
	uint64_t rax;
	uint64_t rbx;
	uint64_t rcx;
	uint64_t rdx;
	uint64_t rsi;
	uint64_t rdi;
	uint64_t rsp;
	uint64_t rbp;
	uint64_t r8;
	uint64_t r9;
	uint64_t r10;
	uint64_t r11;
	uint64_t r12;
	uint64_t r13;
	uint64_t r14;
	uint64_t r15;
	uint64_t rip;
	uint64_t rflags;
};
_Static_assert(sizeof(struct kvm_regs) == 144, "struct kvm_regs");
_Static_assert(offsetof(struct kvm_regs, rax) == 0, "kvm_regs.rax");
_Static_assert(offsetof(struct kvm_regs, rbx) == 8, "kvm_regs.rbx");
_Static_assert(offsetof(struct kvm_regs, rcx) == 16, "kvm_regs.rcx");
_Static_assert(offsetof(struct kvm_regs, rdx) == 24, "kvm_regs.rdx");
_Static_assert(offsetof(struct kvm_regs, rsi) == 32, "kvm_regs.rsi");
_Static_assert(offsetof(struct kvm_regs, rdi) == 40, "kvm_regs.rdi");
_Static_assert(offsetof(struct kvm_regs, rsp) == 48, "kvm_regs.rsp");
_Static_assert(offsetof(struct kvm_regs, rbp) == 56, "kvm_regs.rbp");
_Static_assert(offsetof(struct kvm_regs, r8) == 64, "kvm_regs.r8");
_Static_assert(offsetof(struct kvm_regs, r9) == 72, "kvm_regs.r9");
_Static_assert(offsetof(struct kvm_regs, r10) == 80, "kvm_regs.r10");
_Static_assert(offsetof(struct kvm_regs, r11) == 88, "kvm_regs.r11");
_Static_assert(offsetof(struct kvm_regs, r12) == 96, "kvm_regs.r12");
_Static_assert(offsetof(struct kvm_regs, r13) == 104, "kvm_regs.r13");
_Static_assert(offsetof(struct kvm_regs, r14) == 112, "kvm_regs.r14");
_Static_assert(offsetof(struct kvm_regs, r15) == 120, "kvm_regs.r15");
_Static_assert(offsetof(struct kvm_regs, rip) == 128, "kvm_regs.rip");
_Static_assert(offsetof(struct kvm_regs, rflags) == 136, "kvm_regs.rflags");

struct kvm_lapic_state {
	char regs[1024];
};
_Static_assert(sizeof(struct kvm_lapic_state) == 1024, "struct kvm_lapic_state");
_Static_assert(offsetof(struct kvm_lapic_state, regs) == 0, "kvm_lapic_state.regs");

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

struct kvm_dtable {
	uint64_t base;
	uint16_t limit;
	uint16_t padding[3];
};
_Static_assert(sizeof(struct kvm_dtable) == 16, "struct kvm_dtable");
_Static_assert(offsetof(struct kvm_dtable, base) == 0, "kvm_dtable.base");
_Static_assert(offsetof(struct kvm_dtable, limit) == 8, "kvm_dtable.limit");
_Static_assert(offsetof(struct kvm_dtable, padding) == 10, "kvm_dtable.padding");

struct kvm_sregs {
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
	uint64_t interrupt_bitmap[4];
};
_Static_assert(sizeof(struct kvm_sregs) == 312, "struct kvm_sregs");
_Static_assert(offsetof(struct kvm_sregs, cs) == 0, "kvm_sregs.cs");
_Static_assert(offsetof(struct kvm_sregs, ds) == 24, "kvm_sregs.ds");
_Static_assert(offsetof(struct kvm_sregs, es) == 48, "kvm_sregs.es");
_Static_assert(offsetof(struct kvm_sregs, fs) == 72, "kvm_sregs.fs");
_Static_assert(offsetof(struct kvm_sregs, gs) == 96, "kvm_sregs.gs");
_Static_assert(offsetof(struct kvm_sregs, ss) == 120, "kvm_sregs.ss");
_Static_assert(offsetof(struct kvm_sregs, tr) == 144, "kvm_sregs.tr");
_Static_assert(offsetof(struct kvm_sregs, ldt) == 168, "kvm_sregs.ldt");
_Static_assert(offsetof(struct kvm_sregs, gdt) == 192, "kvm_sregs.gdt");
_Static_assert(offsetof(struct kvm_sregs, idt) == 208, "kvm_sregs.idt");
_Static_assert(offsetof(struct kvm_sregs, cr0) == 224, "kvm_sregs.cr0");
_Static_assert(offsetof(struct kvm_sregs, cr2) == 232, "kvm_sregs.cr2");
_Static_assert(offsetof(struct kvm_sregs, cr3) == 240, "kvm_sregs.cr3");
_Static_assert(offsetof(struct kvm_sregs, cr4) == 248, "kvm_sregs.cr4");
_Static_assert(offsetof(struct kvm_sregs, cr8) == 256, "kvm_sregs.cr8");
_Static_assert(offsetof(struct kvm_sregs, efer) == 264, "kvm_sregs.efer");
_Static_assert(offsetof(struct kvm_sregs, apic_base) == 272, "kvm_sregs.apic_base");
_Static_assert(offsetof(struct kvm_sregs, interrupt_bitmap) == 280, "kvm_sregs.interrupt_bitmap");

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

struct kvm_fpu {
	uint8_t fpr[8][16];
	uint16_t fcw;
	uint16_t fsw;
	uint8_t ftwx;
	uint8_t pad1;
	uint16_t last_opcode;
	uint64_t last_ip;
	uint64_t last_dp;
	uint8_t xmm[16][16];
	uint32_t mxcsr;
	uint32_t pad2;
};
_Static_assert(sizeof(struct kvm_fpu) == 416, "struct kvm_fpu");
_Static_assert(offsetof(struct kvm_fpu, fpr) == 0, "kvm_fpu.fpr");
_Static_assert(offsetof(struct kvm_fpu, fcw) == 128, "kvm_fpu.fcw");
_Static_assert(offsetof(struct kvm_fpu, fsw) == 130, "kvm_fpu.fsw");
_Static_assert(offsetof(struct kvm_fpu, ftwx) == 132, "kvm_fpu.ftwx");
_Static_assert(offsetof(struct kvm_fpu, pad1) == 133, "kvm_fpu.pad1");
_Static_assert(offsetof(struct kvm_fpu, last_opcode) == 134, "kvm_fpu.last_opcode");
_Static_assert(offsetof(struct kvm_fpu, last_ip) == 136, "kvm_fpu.last_ip");
_Static_assert(offsetof(struct kvm_fpu, last_dp) == 144, "kvm_fpu.last_dp");
_Static_assert(offsetof(struct kvm_fpu, xmm) == 152, "kvm_fpu.xmm");
_Static_assert(offsetof(struct kvm_fpu, mxcsr) == 408, "kvm_fpu.mxcsr");
_Static_assert(offsetof(struct kvm_fpu, pad2) == 412, "kvm_fpu.pad2");

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

struct kvm_debug_exit_arch {
	uint32_t exception;
	uint32_t pad;
	uint64_t pc;
	uint64_t dr6;
	uint64_t dr7;
};
_Static_assert(sizeof(struct kvm_debug_exit_arch) == 32, "struct kvm_debug_exit_arch");
_Static_assert(offsetof(struct kvm_debug_exit_arch, exception) == 0, "kvm_debug_exit_arch.exception");
_Static_assert(offsetof(struct kvm_debug_exit_arch, pad) == 4, "kvm_debug_exit_arch.pad");
_Static_assert(offsetof(struct kvm_debug_exit_arch, pc) == 8, "kvm_debug_exit_arch.pc");
_Static_assert(offsetof(struct kvm_debug_exit_arch, dr6) == 16, "kvm_debug_exit_arch.dr6");
_Static_assert(offsetof(struct kvm_debug_exit_arch, dr7) == 24, "kvm_debug_exit_arch.dr7");

struct kvm_guest_debug_arch {
	uint64_t debugreg[8];
};
_Static_assert(sizeof(struct kvm_guest_debug_arch) == 64, "struct kvm_guest_debug_arch");
_Static_assert(offsetof(struct kvm_guest_debug_arch, debugreg) == 0, "kvm_guest_debug_arch.debugreg");

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

struct kvm_vcpu_events {
	struct {
		uint8_t injected;
		uint8_t nr;
		uint8_t has_error_code;
		uint8_t pending;
		uint32_t error_code;
	} exception;
	struct {
		uint8_t injected;
		uint8_t nr;
		uint8_t soft;
		uint8_t shadow;
	} interrupt;
	struct {
		uint8_t injected;
		uint8_t pending;
		uint8_t masked;
		uint8_t pad;
	} nmi;
	uint32_t sipi_vector;
	uint32_t flags;
	struct {
		uint8_t smm;
		uint8_t pending;
		uint8_t smm_inside_nmi;
		uint8_t latched_init;
	} smi;
	struct {
		uint8_t pending;
	} triple_fault;
	uint8_t reserved[26];
	uint8_t exception_has_payload;
	uint64_t exception_payload;
};
_Static_assert(sizeof(struct kvm_vcpu_events) == 64, "struct kvm_vcpu_events");
_Static_assert(offsetof(struct kvm_vcpu_events, exception) == 0, "kvm_vcpu_events.exception");
_Static_assert(offsetof(struct kvm_vcpu_events, interrupt) == 8, "kvm_vcpu_events.interrupt");
_Static_assert(offsetof(struct kvm_vcpu_events, nmi) == 12, "kvm_vcpu_events.nmi");
_Static_assert(offsetof(struct kvm_vcpu_events, sipi_vector) == 16, "kvm_vcpu_events.sipi_vector");
_Static_assert(offsetof(struct kvm_vcpu_events, flags) == 20, "kvm_vcpu_events.flags");
_Static_assert(offsetof(struct kvm_vcpu_events, smi) == 24, "kvm_vcpu_events.smi");
_Static_assert(offsetof(struct kvm_vcpu_events, triple_fault) == 28, "kvm_vcpu_events.triple_fault");
_Static_assert(offsetof(struct kvm_vcpu_events, reserved) == 29, "kvm_vcpu_events.reserved");
_Static_assert(offsetof(struct kvm_vcpu_events, exception_has_payload) == 55, "kvm_vcpu_events.exception_has_payload");
_Static_assert(offsetof(struct kvm_vcpu_events, exception_payload) == 56, "kvm_vcpu_events.exception_payload");

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

struct kvm_sync_regs {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_vcpu_events events;
};
_Static_assert(sizeof(struct kvm_sync_regs) == 520, "struct kvm_sync_regs");
_Static_assert(offsetof(struct kvm_sync_regs, regs) == 0, "kvm_sync_regs.regs");
_Static_assert(offsetof(struct kvm_sync_regs, sregs) == 144, "kvm_sync_regs.sregs");
_Static_assert(offsetof(struct kvm_sync_regs, events) == 456, "kvm_sync_regs.events");

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

struct kvm_pmu_event_filter {
	uint32_t action;
	uint32_t nevents;
	uint32_t fixed_counter_bitmap;
	uint32_t flags;
	uint32_t pad[4];
	uint64_t events[];
};
_Static_assert(sizeof(struct kvm_pmu_event_filter) == 32, "struct kvm_pmu_event_filter");
_Static_assert(offsetof(struct kvm_pmu_event_filter, action) == 0, "kvm_pmu_event_filter.action");
_Static_assert(offsetof(struct kvm_pmu_event_filter, nevents) == 4, "kvm_pmu_event_filter.nevents");
_Static_assert(offsetof(struct kvm_pmu_event_filter, fixed_counter_bitmap) == 8, "kvm_pmu_event_filter.fixed_counter_bitmap");
_Static_assert(offsetof(struct kvm_pmu_event_filter, flags) == 12, "kvm_pmu_event_filter.flags");
_Static_assert(offsetof(struct kvm_pmu_event_filter, pad) == 16, "kvm_pmu_event_filter.pad");

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

struct kvm_sev_cmd {
	uint32_t id;
	uint32_t pad0;
	uint64_t data;
	uint32_t error;
	uint32_t sev_fd;
};
_Static_assert(sizeof(struct kvm_sev_cmd) == 24, "struct kvm_sev_cmd");
_Static_assert(offsetof(struct kvm_sev_cmd, id) == 0, "kvm_sev_cmd.id");
_Static_assert(offsetof(struct kvm_sev_cmd, pad0) == 4, "kvm_sev_cmd.pad0");
_Static_assert(offsetof(struct kvm_sev_cmd, data) == 8, "kvm_sev_cmd.data");
_Static_assert(offsetof(struct kvm_sev_cmd, error) == 16, "kvm_sev_cmd.error");
_Static_assert(offsetof(struct kvm_sev_cmd, sev_fd) == 20, "kvm_sev_cmd.sev_fd");

struct kvm_sev_init {
	uint64_t vmsa_features;
	uint32_t flags;
	uint16_t ghcb_version;
	uint16_t pad1;
	uint32_t pad2[8];
};
_Static_assert(sizeof(struct kvm_sev_init) == 48, "struct kvm_sev_init");
_Static_assert(offsetof(struct kvm_sev_init, vmsa_features) == 0, "kvm_sev_init.vmsa_features");
_Static_assert(offsetof(struct kvm_sev_init, flags) == 8, "kvm_sev_init.flags");
_Static_assert(offsetof(struct kvm_sev_init, ghcb_version) == 12, "kvm_sev_init.ghcb_version");
_Static_assert(offsetof(struct kvm_sev_init, pad1) == 14, "kvm_sev_init.pad1");
_Static_assert(offsetof(struct kvm_sev_init, pad2) == 16, "kvm_sev_init.pad2");

struct kvm_sev_launch_start {
	uint32_t handle;
	uint32_t policy;
	uint64_t dh_uaddr;
	uint32_t dh_len;
	uint32_t pad0;
	uint64_t session_uaddr;
	uint32_t session_len;
	uint32_t pad1;
};
_Static_assert(sizeof(struct kvm_sev_launch_start) == 40, "struct kvm_sev_launch_start");
_Static_assert(offsetof(struct kvm_sev_launch_start, handle) == 0, "kvm_sev_launch_start.handle");
_Static_assert(offsetof(struct kvm_sev_launch_start, policy) == 4, "kvm_sev_launch_start.policy");
_Static_assert(offsetof(struct kvm_sev_launch_start, dh_uaddr) == 8, "kvm_sev_launch_start.dh_uaddr");
_Static_assert(offsetof(struct kvm_sev_launch_start, dh_len) == 16, "kvm_sev_launch_start.dh_len");
_Static_assert(offsetof(struct kvm_sev_launch_start, pad0) == 20, "kvm_sev_launch_start.pad0");
_Static_assert(offsetof(struct kvm_sev_launch_start, session_uaddr) == 24, "kvm_sev_launch_start.session_uaddr");
_Static_assert(offsetof(struct kvm_sev_launch_start, session_len) == 32, "kvm_sev_launch_start.session_len");
_Static_assert(offsetof(struct kvm_sev_launch_start, pad1) == 36, "kvm_sev_launch_start.pad1");

struct kvm_sev_launch_update_data {
	uint64_t uaddr;
	uint32_t len;
	uint32_t pad0;
};
_Static_assert(sizeof(struct kvm_sev_launch_update_data) == 16, "struct kvm_sev_launch_update_data");
_Static_assert(offsetof(struct kvm_sev_launch_update_data, uaddr) == 0, "kvm_sev_launch_update_data.uaddr");
_Static_assert(offsetof(struct kvm_sev_launch_update_data, len) == 8, "kvm_sev_launch_update_data.len");
_Static_assert(offsetof(struct kvm_sev_launch_update_data, pad0) == 12, "kvm_sev_launch_update_data.pad0");

struct kvm_sev_launch_secret {
	uint64_t hdr_uaddr;
	uint32_t hdr_len;
	uint32_t pad0;
	uint64_t guest_uaddr;
	uint32_t guest_len;
	uint32_t pad1;
	uint64_t trans_uaddr;
	uint32_t trans_len;
	uint32_t pad2;
};
_Static_assert(sizeof(struct kvm_sev_launch_secret) == 48, "struct kvm_sev_launch_secret");
_Static_assert(offsetof(struct kvm_sev_launch_secret, hdr_uaddr) == 0, "kvm_sev_launch_secret.hdr_uaddr");
_Static_assert(offsetof(struct kvm_sev_launch_secret, hdr_len) == 8, "kvm_sev_launch_secret.hdr_len");
_Static_assert(offsetof(struct kvm_sev_launch_secret, pad0) == 12, "kvm_sev_launch_secret.pad0");
_Static_assert(offsetof(struct kvm_sev_launch_secret, guest_uaddr) == 16, "kvm_sev_launch_secret.guest_uaddr");
_Static_assert(offsetof(struct kvm_sev_launch_secret, guest_len) == 24, "kvm_sev_launch_secret.guest_len");
_Static_assert(offsetof(struct kvm_sev_launch_secret, pad1) == 28, "kvm_sev_launch_secret.pad1");
_Static_assert(offsetof(struct kvm_sev_launch_secret, trans_uaddr) == 32, "kvm_sev_launch_secret.trans_uaddr");
_Static_assert(offsetof(struct kvm_sev_launch_secret, trans_len) == 40, "kvm_sev_launch_secret.trans_len");
_Static_assert(offsetof(struct kvm_sev_launch_secret, pad2) == 44, "kvm_sev_launch_secret.pad2");

struct kvm_sev_launch_measure {
	uint64_t uaddr;
	uint32_t len;
	uint32_t pad0;
};
_Static_assert(sizeof(struct kvm_sev_launch_measure) == 16, "struct kvm_sev_launch_measure");
_Static_assert(offsetof(struct kvm_sev_launch_measure, uaddr) == 0, "kvm_sev_launch_measure.uaddr");
_Static_assert(offsetof(struct kvm_sev_launch_measure, len) == 8, "kvm_sev_launch_measure.len");
_Static_assert(offsetof(struct kvm_sev_launch_measure, pad0) == 12, "kvm_sev_launch_measure.pad0");

struct kvm_sev_guest_status {
	uint32_t handle;
	uint32_t policy;
	uint32_t state;
};
_Static_assert(sizeof(struct kvm_sev_guest_status) == 12, "struct kvm_sev_guest_status");
_Static_assert(offsetof(struct kvm_sev_guest_status, handle) == 0, "kvm_sev_guest_status.handle");
_Static_assert(offsetof(struct kvm_sev_guest_status, policy) == 4, "kvm_sev_guest_status.policy");
_Static_assert(offsetof(struct kvm_sev_guest_status, state) == 8, "kvm_sev_guest_status.state");

struct kvm_sev_dbg {
	uint64_t src_uaddr;
	uint64_t dst_uaddr;
	uint32_t len;
	uint32_t pad0;
};
_Static_assert(sizeof(struct kvm_sev_dbg) == 24, "struct kvm_sev_dbg");
_Static_assert(offsetof(struct kvm_sev_dbg, src_uaddr) == 0, "kvm_sev_dbg.src_uaddr");
_Static_assert(offsetof(struct kvm_sev_dbg, dst_uaddr) == 8, "kvm_sev_dbg.dst_uaddr");
_Static_assert(offsetof(struct kvm_sev_dbg, len) == 16, "kvm_sev_dbg.len");
_Static_assert(offsetof(struct kvm_sev_dbg, pad0) == 20, "kvm_sev_dbg.pad0");

struct kvm_sev_attestation_report {
	uint8_t mnonce[16];
	uint64_t uaddr;
	uint32_t len;
	uint32_t pad0;
};
_Static_assert(sizeof(struct kvm_sev_attestation_report) == 32, "struct kvm_sev_attestation_report");
_Static_assert(offsetof(struct kvm_sev_attestation_report, mnonce) == 0, "kvm_sev_attestation_report.mnonce");
_Static_assert(offsetof(struct kvm_sev_attestation_report, uaddr) == 16, "kvm_sev_attestation_report.uaddr");
_Static_assert(offsetof(struct kvm_sev_attestation_report, len) == 24, "kvm_sev_attestation_report.len");
_Static_assert(offsetof(struct kvm_sev_attestation_report, pad0) == 28, "kvm_sev_attestation_report.pad0");

struct kvm_sev_send_start {
	uint32_t policy;
	uint32_t pad0;
	uint64_t pdh_cert_uaddr;
	uint32_t pdh_cert_len;
	uint32_t pad1;
	uint64_t plat_certs_uaddr;
	uint32_t plat_certs_len;
	uint32_t pad2;
	uint64_t amd_certs_uaddr;
	uint32_t amd_certs_len;
	uint32_t pad3;
	uint64_t session_uaddr;
	uint32_t session_len;
	uint32_t pad4;
};
_Static_assert(sizeof(struct kvm_sev_send_start) == 72, "struct kvm_sev_send_start");
_Static_assert(offsetof(struct kvm_sev_send_start, policy) == 0, "kvm_sev_send_start.policy");
_Static_assert(offsetof(struct kvm_sev_send_start, pad0) == 4, "kvm_sev_send_start.pad0");
_Static_assert(offsetof(struct kvm_sev_send_start, pdh_cert_uaddr) == 8, "kvm_sev_send_start.pdh_cert_uaddr");
_Static_assert(offsetof(struct kvm_sev_send_start, pdh_cert_len) == 16, "kvm_sev_send_start.pdh_cert_len");
_Static_assert(offsetof(struct kvm_sev_send_start, pad1) == 20, "kvm_sev_send_start.pad1");
_Static_assert(offsetof(struct kvm_sev_send_start, plat_certs_uaddr) == 24, "kvm_sev_send_start.plat_certs_uaddr");
_Static_assert(offsetof(struct kvm_sev_send_start, plat_certs_len) == 32, "kvm_sev_send_start.plat_certs_len");
_Static_assert(offsetof(struct kvm_sev_send_start, pad2) == 36, "kvm_sev_send_start.pad2");
_Static_assert(offsetof(struct kvm_sev_send_start, amd_certs_uaddr) == 40, "kvm_sev_send_start.amd_certs_uaddr");
_Static_assert(offsetof(struct kvm_sev_send_start, amd_certs_len) == 48, "kvm_sev_send_start.amd_certs_len");
_Static_assert(offsetof(struct kvm_sev_send_start, pad3) == 52, "kvm_sev_send_start.pad3");
_Static_assert(offsetof(struct kvm_sev_send_start, session_uaddr) == 56, "kvm_sev_send_start.session_uaddr");
_Static_assert(offsetof(struct kvm_sev_send_start, session_len) == 64, "kvm_sev_send_start.session_len");
_Static_assert(offsetof(struct kvm_sev_send_start, pad4) == 68, "kvm_sev_send_start.pad4");

struct kvm_sev_send_update_data {
	uint64_t hdr_uaddr;
	uint32_t hdr_len;
	uint32_t pad0;
	uint64_t guest_uaddr;
	uint32_t guest_len;
	uint32_t pad1;
	uint64_t trans_uaddr;
	uint32_t trans_len;
	uint32_t pad2;
};
_Static_assert(sizeof(struct kvm_sev_send_update_data) == 48, "struct kvm_sev_send_update_data");
_Static_assert(offsetof(struct kvm_sev_send_update_data, hdr_uaddr) == 0, "kvm_sev_send_update_data.hdr_uaddr");
_Static_assert(offsetof(struct kvm_sev_send_update_data, hdr_len) == 8, "kvm_sev_send_update_data.hdr_len");
_Static_assert(offsetof(struct kvm_sev_send_update_data, pad0) == 12, "kvm_sev_send_update_data.pad0");
_Static_assert(offsetof(struct kvm_sev_send_update_data, guest_uaddr) == 16, "kvm_sev_send_update_data.guest_uaddr");
_Static_assert(offsetof(struct kvm_sev_send_update_data, guest_len) == 24, "kvm_sev_send_update_data.guest_len");
_Static_assert(offsetof(struct kvm_sev_send_update_data, pad1) == 28, "kvm_sev_send_update_data.pad1");
_Static_assert(offsetof(struct kvm_sev_send_update_data, trans_uaddr) == 32, "kvm_sev_send_update_data.trans_uaddr");
_Static_assert(offsetof(struct kvm_sev_send_update_data, trans_len) == 40, "kvm_sev_send_update_data.trans_len");
_Static_assert(offsetof(struct kvm_sev_send_update_data, pad2) == 44, "kvm_sev_send_update_data.pad2");

struct kvm_sev_receive_start {
	uint32_t handle;
	uint32_t policy;
	uint64_t pdh_uaddr;
	uint32_t pdh_len;
	uint32_t pad0;
	uint64_t session_uaddr;
	uint32_t session_len;
	uint32_t pad1;
};
_Static_assert(sizeof(struct kvm_sev_receive_start) == 40, "struct kvm_sev_receive_start");
_Static_assert(offsetof(struct kvm_sev_receive_start, handle) == 0, "kvm_sev_receive_start.handle");
_Static_assert(offsetof(struct kvm_sev_receive_start, policy) == 4, "kvm_sev_receive_start.policy");
_Static_assert(offsetof(struct kvm_sev_receive_start, pdh_uaddr) == 8, "kvm_sev_receive_start.pdh_uaddr");
_Static_assert(offsetof(struct kvm_sev_receive_start, pdh_len) == 16, "kvm_sev_receive_start.pdh_len");
_Static_assert(offsetof(struct kvm_sev_receive_start, pad0) == 20, "kvm_sev_receive_start.pad0");
_Static_assert(offsetof(struct kvm_sev_receive_start, session_uaddr) == 24, "kvm_sev_receive_start.session_uaddr");
_Static_assert(offsetof(struct kvm_sev_receive_start, session_len) == 32, "kvm_sev_receive_start.session_len");
_Static_assert(offsetof(struct kvm_sev_receive_start, pad1) == 36, "kvm_sev_receive_start.pad1");

struct kvm_sev_receive_update_data {
	uint64_t hdr_uaddr;
	uint32_t hdr_len;
	uint32_t pad0;
	uint64_t guest_uaddr;
	uint32_t guest_len;
	uint32_t pad1;
	uint64_t trans_uaddr;
	uint32_t trans_len;
	uint32_t pad2;
};
_Static_assert(sizeof(struct kvm_sev_receive_update_data) == 48, "struct kvm_sev_receive_update_data");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, hdr_uaddr) == 0, "kvm_sev_receive_update_data.hdr_uaddr");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, hdr_len) == 8, "kvm_sev_receive_update_data.hdr_len");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, pad0) == 12, "kvm_sev_receive_update_data.pad0");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, guest_uaddr) == 16, "kvm_sev_receive_update_data.guest_uaddr");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, guest_len) == 24, "kvm_sev_receive_update_data.guest_len");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, pad1) == 28, "kvm_sev_receive_update_data.pad1");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, trans_uaddr) == 32, "kvm_sev_receive_update_data.trans_uaddr");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, trans_len) == 40, "kvm_sev_receive_update_data.trans_len");
_Static_assert(offsetof(struct kvm_sev_receive_update_data, pad2) == 44, "kvm_sev_receive_update_data.pad2");

struct kvm_sev_snp_launch_start {
	uint64_t policy;
	uint8_t gosvw[16];
	uint16_t flags;
	uint8_t pad0[6];
	uint64_t pad1[4];
};
_Static_assert(sizeof(struct kvm_sev_snp_launch_start) == 64, "struct kvm_sev_snp_launch_start");
_Static_assert(offsetof(struct kvm_sev_snp_launch_start, policy) == 0, "kvm_sev_snp_launch_start.policy");
_Static_assert(offsetof(struct kvm_sev_snp_launch_start, gosvw) == 8, "kvm_sev_snp_launch_start.gosvw");
_Static_assert(offsetof(struct kvm_sev_snp_launch_start, flags) == 24, "kvm_sev_snp_launch_start.flags");
_Static_assert(offsetof(struct kvm_sev_snp_launch_start, pad0) == 26, "kvm_sev_snp_launch_start.pad0");
_Static_assert(offsetof(struct kvm_sev_snp_launch_start, pad1) == 32, "kvm_sev_snp_launch_start.pad1");

struct kvm_sev_snp_launch_update {
	uint64_t gfn_start;
	uint64_t uaddr;
	uint64_t len;
	uint8_t type;
	uint8_t pad0;
	uint16_t flags;
	uint32_t pad1;
	uint64_t pad2[4];
};
_Static_assert(sizeof(struct kvm_sev_snp_launch_update) == 64, "struct kvm_sev_snp_launch_update");
_Static_assert(offsetof(struct kvm_sev_snp_launch_update, gfn_start) == 0, "kvm_sev_snp_launch_update.gfn_start");
_Static_assert(offsetof(struct kvm_sev_snp_launch_update, uaddr) == 8, "kvm_sev_snp_launch_update.uaddr");
_Static_assert(offsetof(struct kvm_sev_snp_launch_update, len) == 16, "kvm_sev_snp_launch_update.len");
_Static_assert(offsetof(struct kvm_sev_snp_launch_update, type) == 24, "kvm_sev_snp_launch_update.type");
_Static_assert(offsetof(struct kvm_sev_snp_launch_update, pad0) == 25, "kvm_sev_snp_launch_update.pad0");
_Static_assert(offsetof(struct kvm_sev_snp_launch_update, flags) == 26, "kvm_sev_snp_launch_update.flags");
_Static_assert(offsetof(struct kvm_sev_snp_launch_update, pad1) == 28, "kvm_sev_snp_launch_update.pad1");
_Static_assert(offsetof(struct kvm_sev_snp_launch_update, pad2) == 32, "kvm_sev_snp_launch_update.pad2");

struct kvm_sev_snp_launch_finish {
	uint64_t id_block_uaddr;
	uint64_t id_auth_uaddr;
	uint8_t id_block_en;
	uint8_t auth_key_en;
	uint8_t vcek_disabled;
	uint8_t host_data[32];
	uint8_t pad0[3];
	uint16_t flags;
	uint64_t pad1[4];
};
_Static_assert(sizeof(struct kvm_sev_snp_launch_finish) == 88, "struct kvm_sev_snp_launch_finish");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, id_block_uaddr) == 0, "kvm_sev_snp_launch_finish.id_block_uaddr");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, id_auth_uaddr) == 8, "kvm_sev_snp_launch_finish.id_auth_uaddr");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, id_block_en) == 16, "kvm_sev_snp_launch_finish.id_block_en");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, auth_key_en) == 17, "kvm_sev_snp_launch_finish.auth_key_en");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, vcek_disabled) == 18, "kvm_sev_snp_launch_finish.vcek_disabled");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, host_data) == 19, "kvm_sev_snp_launch_finish.host_data");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, pad0) == 51, "kvm_sev_snp_launch_finish.pad0");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, flags) == 54, "kvm_sev_snp_launch_finish.flags");
_Static_assert(offsetof(struct kvm_sev_snp_launch_finish, pad1) == 56, "kvm_sev_snp_launch_finish.pad1");

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

struct kvm_tdx_cmd {
	uint32_t id;
	uint32_t flags;
	uint64_t data;
	uint64_t hw_error;
};
_Static_assert(sizeof(struct kvm_tdx_cmd) == 24, "struct kvm_tdx_cmd");
_Static_assert(offsetof(struct kvm_tdx_cmd, id) == 0, "kvm_tdx_cmd.id");
_Static_assert(offsetof(struct kvm_tdx_cmd, flags) == 4, "kvm_tdx_cmd.flags");
_Static_assert(offsetof(struct kvm_tdx_cmd, data) == 8, "kvm_tdx_cmd.data");
_Static_assert(offsetof(struct kvm_tdx_cmd, hw_error) == 16, "kvm_tdx_cmd.hw_error");

struct kvm_tdx_capabilities {
	uint64_t supported_attrs;
	uint64_t supported_xfam;
	uint64_t kernel_tdvmcallinfo_1_r11;
	uint64_t user_tdvmcallinfo_1_r11;
	uint64_t kernel_tdvmcallinfo_1_r12;
	uint64_t user_tdvmcallinfo_1_r12;
	uint64_t reserved[250];
	uint8_t cpuid[8];
};
_Static_assert(sizeof(struct kvm_tdx_capabilities) == 2056, "struct kvm_tdx_capabilities");
_Static_assert(offsetof(struct kvm_tdx_capabilities, supported_attrs) == 0, "kvm_tdx_capabilities.supported_attrs");
_Static_assert(offsetof(struct kvm_tdx_capabilities, supported_xfam) == 8, "kvm_tdx_capabilities.supported_xfam");
_Static_assert(offsetof(struct kvm_tdx_capabilities, kernel_tdvmcallinfo_1_r11) == 16, "kvm_tdx_capabilities.kernel_tdvmcallinfo_1_r11");
_Static_assert(offsetof(struct kvm_tdx_capabilities, user_tdvmcallinfo_1_r11) == 24, "kvm_tdx_capabilities.user_tdvmcallinfo_1_r11");
_Static_assert(offsetof(struct kvm_tdx_capabilities, kernel_tdvmcallinfo_1_r12) == 32, "kvm_tdx_capabilities.kernel_tdvmcallinfo_1_r12");
_Static_assert(offsetof(struct kvm_tdx_capabilities, user_tdvmcallinfo_1_r12) == 40, "kvm_tdx_capabilities.user_tdvmcallinfo_1_r12");
_Static_assert(offsetof(struct kvm_tdx_capabilities, reserved) == 48, "kvm_tdx_capabilities.reserved");
_Static_assert(offsetof(struct kvm_tdx_capabilities, cpuid) == 2048, "kvm_tdx_capabilities.cpuid");

struct kvm_tdx_init_vm {
	uint64_t attributes;
	uint64_t xfam;
	uint64_t mrconfigid[6];
	uint64_t mrowner[6];
	uint64_t mrownerconfig[6];
	uint64_t reserved[12];
	uint8_t cpuid[8];
};
_Static_assert(sizeof(struct kvm_tdx_init_vm) == 264, "struct kvm_tdx_init_vm");
_Static_assert(offsetof(struct kvm_tdx_init_vm, attributes) == 0, "kvm_tdx_init_vm.attributes");
_Static_assert(offsetof(struct kvm_tdx_init_vm, xfam) == 8, "kvm_tdx_init_vm.xfam");
_Static_assert(offsetof(struct kvm_tdx_init_vm, mrconfigid) == 16, "kvm_tdx_init_vm.mrconfigid");
_Static_assert(offsetof(struct kvm_tdx_init_vm, mrowner) == 64, "kvm_tdx_init_vm.mrowner");
_Static_assert(offsetof(struct kvm_tdx_init_vm, mrownerconfig) == 112, "kvm_tdx_init_vm.mrownerconfig");
_Static_assert(offsetof(struct kvm_tdx_init_vm, reserved) == 160, "kvm_tdx_init_vm.reserved");
_Static_assert(offsetof(struct kvm_tdx_init_vm, cpuid) == 256, "kvm_tdx_init_vm.cpuid");

struct kvm_tdx_init_mem_region {
	uint64_t source_addr;
	uint64_t gpa;
	uint64_t nr_pages;
};
_Static_assert(sizeof(struct kvm_tdx_init_mem_region) == 24, "struct kvm_tdx_init_mem_region");
_Static_assert(offsetof(struct kvm_tdx_init_mem_region, source_addr) == 0, "kvm_tdx_init_mem_region.source_addr");
_Static_assert(offsetof(struct kvm_tdx_init_mem_region, gpa) == 8, "kvm_tdx_init_mem_region.gpa");
_Static_assert(offsetof(struct kvm_tdx_init_mem_region, nr_pages) == 16, "kvm_tdx_init_mem_region.nr_pages");

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
		struct kvm_pic_state pic;
		struct kvm_ioapic_state ioapic;
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
			struct kvm_debug_exit_arch arch;
		} debug;
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
		struct kvm_sync_regs regs;
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
_Static_assert(offsetof(struct kvm_run, debug) == 32, "kvm_run.debug");
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
	struct kvm_guest_debug_arch arch;
};
_Static_assert(sizeof(struct kvm_guest_debug) == 72, "struct kvm_guest_debug");
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

struct kvm_steal_time {
	uint64_t steal;
	uint32_t version;
	uint32_t flags;
	uint8_t preempted;
	uint8_t u8_pad[3];
	uint32_t pad[11];
};
_Static_assert(sizeof(struct kvm_steal_time) == 64, "struct kvm_steal_time");
_Static_assert(offsetof(struct kvm_steal_time, steal) == 0, "kvm_steal_time.steal");
_Static_assert(offsetof(struct kvm_steal_time, version) == 8, "kvm_steal_time.version");
_Static_assert(offsetof(struct kvm_steal_time, flags) == 12, "kvm_steal_time.flags");
_Static_assert(offsetof(struct kvm_steal_time, preempted) == 16, "kvm_steal_time.preempted");
_Static_assert(offsetof(struct kvm_steal_time, u8_pad) == 17, "kvm_steal_time.u8_pad");
_Static_assert(offsetof(struct kvm_steal_time, pad) == 20, "kvm_steal_time.pad");

struct kvm_clock_pairing {
	int64_t sec;
	int64_t nsec;
	uint64_t tsc;
	uint32_t flags;
	uint32_t pad[9];
};
_Static_assert(sizeof(struct kvm_clock_pairing) == 64, "struct kvm_clock_pairing");
_Static_assert(offsetof(struct kvm_clock_pairing, sec) == 0, "kvm_clock_pairing.sec");
_Static_assert(offsetof(struct kvm_clock_pairing, nsec) == 8, "kvm_clock_pairing.nsec");
_Static_assert(offsetof(struct kvm_clock_pairing, tsc) == 16, "kvm_clock_pairing.tsc");
_Static_assert(offsetof(struct kvm_clock_pairing, flags) == 24, "kvm_clock_pairing.flags");
_Static_assert(offsetof(struct kvm_clock_pairing, pad) == 28, "kvm_clock_pairing.pad");

struct kvm_mmu_op_header {
	uint32_t op;
	uint32_t pad;
};
_Static_assert(sizeof(struct kvm_mmu_op_header) == 8, "struct kvm_mmu_op_header");
_Static_assert(offsetof(struct kvm_mmu_op_header, op) == 0, "kvm_mmu_op_header.op");
_Static_assert(offsetof(struct kvm_mmu_op_header, pad) == 4, "kvm_mmu_op_header.pad");

struct kvm_mmu_op_write_pte {
	struct kvm_mmu_op_header header;
	uint64_t pte_phys;
	uint64_t pte_val;
};
_Static_assert(sizeof(struct kvm_mmu_op_write_pte) == 24, "struct kvm_mmu_op_write_pte");
_Static_assert(offsetof(struct kvm_mmu_op_write_pte, header) == 0, "kvm_mmu_op_write_pte.header");
_Static_assert(offsetof(struct kvm_mmu_op_write_pte, pte_phys) == 8, "kvm_mmu_op_write_pte.pte_phys");
_Static_assert(offsetof(struct kvm_mmu_op_write_pte, pte_val) == 16, "kvm_mmu_op_write_pte.pte_val");

struct kvm_mmu_op_flush_tlb {
	struct kvm_mmu_op_header header;
};
_Static_assert(sizeof(struct kvm_mmu_op_flush_tlb) == 8, "struct kvm_mmu_op_flush_tlb");
_Static_assert(offsetof(struct kvm_mmu_op_flush_tlb, header) == 0, "kvm_mmu_op_flush_tlb.header");

struct kvm_mmu_op_release_pt {
	struct kvm_mmu_op_header header;
	uint64_t pt_phys;
};
_Static_assert(sizeof(struct kvm_mmu_op_release_pt) == 16, "struct kvm_mmu_op_release_pt");
_Static_assert(offsetof(struct kvm_mmu_op_release_pt, header) == 0, "kvm_mmu_op_release_pt.header");
_Static_assert(offsetof(struct kvm_mmu_op_release_pt, pt_phys) == 8, "kvm_mmu_op_release_pt.pt_phys");

struct kvm_vcpu_pv_apf_data {
	uint32_t flags;
	uint32_t token;
	uint8_t pad[56];
};
_Static_assert(sizeof(struct kvm_vcpu_pv_apf_data) == 64, "struct kvm_vcpu_pv_apf_data");
_Static_assert(offsetof(struct kvm_vcpu_pv_apf_data, flags) == 0, "kvm_vcpu_pv_apf_data.flags");
_Static_assert(offsetof(struct kvm_vcpu_pv_apf_data, token) == 4, "kvm_vcpu_pv_apf_data.token");
_Static_assert(offsetof(struct kvm_vcpu_pv_apf_data, pad) == 8, "kvm_vcpu_pv_apf_data.pad");

#endif
