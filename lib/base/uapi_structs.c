/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/public-structs.tsv, uapi/structs-*.tsv by uapi/generate; do not edit. */
#include <kvmlib/uapi_structs.h>

#include "uapi_structs.h"

#if (defined(__x86_64__))
_Static_assert(sizeof(struct kvmlib_segment) == sizeof(struct kvm_segment), "struct kvmlib_segment");
_Static_assert(offsetof(struct kvmlib_segment, base) == 0, "kvmlib_segment.base");
_Static_assert(offsetof(struct kvmlib_segment, limit) == 8, "kvmlib_segment.limit");
_Static_assert(offsetof(struct kvmlib_segment, selector) == 12, "kvmlib_segment.selector");
_Static_assert(offsetof(struct kvmlib_segment, type) == 14, "kvmlib_segment.type");
_Static_assert(offsetof(struct kvmlib_segment, present) == 15, "kvmlib_segment.present");
_Static_assert(offsetof(struct kvmlib_segment, dpl) == 16, "kvmlib_segment.dpl");
_Static_assert(offsetof(struct kvmlib_segment, db) == 17, "kvmlib_segment.db");
_Static_assert(offsetof(struct kvmlib_segment, s) == 18, "kvmlib_segment.s");
_Static_assert(offsetof(struct kvmlib_segment, l) == 19, "kvmlib_segment.l");
_Static_assert(offsetof(struct kvmlib_segment, g) == 20, "kvmlib_segment.g");
_Static_assert(offsetof(struct kvmlib_segment, avl) == 21, "kvmlib_segment.avl");
_Static_assert(offsetof(struct kvmlib_segment, unusable) == 22, "kvmlib_segment.unusable");
_Static_assert(offsetof(struct kvmlib_segment, padding) == 23, "kvmlib_segment.padding");
#endif
#if (defined(__x86_64__))
_Static_assert(sizeof(struct kvmlib_dtable) == sizeof(struct kvm_dtable), "struct kvmlib_dtable");
_Static_assert(offsetof(struct kvmlib_dtable, base) == 0, "kvmlib_dtable.base");
_Static_assert(offsetof(struct kvmlib_dtable, limit) == 8, "kvmlib_dtable.limit");
_Static_assert(offsetof(struct kvmlib_dtable, padding) == 10, "kvmlib_dtable.padding");
#endif
#if (defined(__x86_64__))
_Static_assert(sizeof(struct kvmlib_sregs2) == sizeof(struct kvm_sregs2), "struct kvmlib_sregs2");
_Static_assert(offsetof(struct kvmlib_sregs2, cs) == 0, "kvmlib_sregs2.cs");
_Static_assert(offsetof(struct kvmlib_sregs2, ds) == 24, "kvmlib_sregs2.ds");
_Static_assert(offsetof(struct kvmlib_sregs2, es) == 48, "kvmlib_sregs2.es");
_Static_assert(offsetof(struct kvmlib_sregs2, fs) == 72, "kvmlib_sregs2.fs");
_Static_assert(offsetof(struct kvmlib_sregs2, gs) == 96, "kvmlib_sregs2.gs");
_Static_assert(offsetof(struct kvmlib_sregs2, ss) == 120, "kvmlib_sregs2.ss");
_Static_assert(offsetof(struct kvmlib_sregs2, tr) == 144, "kvmlib_sregs2.tr");
_Static_assert(offsetof(struct kvmlib_sregs2, ldt) == 168, "kvmlib_sregs2.ldt");
_Static_assert(offsetof(struct kvmlib_sregs2, gdt) == 192, "kvmlib_sregs2.gdt");
_Static_assert(offsetof(struct kvmlib_sregs2, idt) == 208, "kvmlib_sregs2.idt");
_Static_assert(offsetof(struct kvmlib_sregs2, cr0) == 224, "kvmlib_sregs2.cr0");
_Static_assert(offsetof(struct kvmlib_sregs2, cr2) == 232, "kvmlib_sregs2.cr2");
_Static_assert(offsetof(struct kvmlib_sregs2, cr3) == 240, "kvmlib_sregs2.cr3");
_Static_assert(offsetof(struct kvmlib_sregs2, cr4) == 248, "kvmlib_sregs2.cr4");
_Static_assert(offsetof(struct kvmlib_sregs2, cr8) == 256, "kvmlib_sregs2.cr8");
_Static_assert(offsetof(struct kvmlib_sregs2, efer) == 264, "kvmlib_sregs2.efer");
_Static_assert(offsetof(struct kvmlib_sregs2, apic_base) == 272, "kvmlib_sregs2.apic_base");
_Static_assert(offsetof(struct kvmlib_sregs2, flags) == 280, "kvmlib_sregs2.flags");
_Static_assert(offsetof(struct kvmlib_sregs2, pdptrs) == 288, "kvmlib_sregs2.pdptrs");
#endif
#if (defined(__x86_64__))
_Static_assert(sizeof(struct kvmlib_vcpu_events) == sizeof(struct kvm_vcpu_events), "struct kvmlib_vcpu_events");
_Static_assert(offsetof(struct kvmlib_vcpu_events, exception) == 0, "kvmlib_vcpu_events.exception");
_Static_assert(offsetof(struct kvmlib_vcpu_events, interrupt) == 8, "kvmlib_vcpu_events.interrupt");
_Static_assert(offsetof(struct kvmlib_vcpu_events, nmi) == 12, "kvmlib_vcpu_events.nmi");
_Static_assert(offsetof(struct kvmlib_vcpu_events, sipi_vector) == 16, "kvmlib_vcpu_events.sipi_vector");
_Static_assert(offsetof(struct kvmlib_vcpu_events, flags) == 20, "kvmlib_vcpu_events.flags");
_Static_assert(offsetof(struct kvmlib_vcpu_events, smi) == 24, "kvmlib_vcpu_events.smi");
_Static_assert(offsetof(struct kvmlib_vcpu_events, triple_fault) == 28, "kvmlib_vcpu_events.triple_fault");
_Static_assert(offsetof(struct kvmlib_vcpu_events, reserved) == 29, "kvmlib_vcpu_events.reserved");
_Static_assert(offsetof(struct kvmlib_vcpu_events, exception_has_payload) == 55, "kvmlib_vcpu_events.exception_has_payload");
_Static_assert(offsetof(struct kvmlib_vcpu_events, exception_payload) == 56, "kvmlib_vcpu_events.exception_payload");
#endif
#if (defined(__aarch64__))
_Static_assert(sizeof(struct kvmlib_vcpu_events) == sizeof(struct kvm_vcpu_events), "struct kvmlib_vcpu_events");
_Static_assert(offsetof(struct kvmlib_vcpu_events, exception) == 0, "kvmlib_vcpu_events.exception");
_Static_assert(offsetof(struct kvmlib_vcpu_events, reserved) == 16, "kvmlib_vcpu_events.reserved");
#endif
#if (defined(__x86_64__))
_Static_assert(sizeof(struct kvmlib_clock_data) == sizeof(struct kvm_clock_data), "struct kvmlib_clock_data");
_Static_assert(offsetof(struct kvmlib_clock_data, clock) == 0, "kvmlib_clock_data.clock");
_Static_assert(offsetof(struct kvmlib_clock_data, flags) == 8, "kvmlib_clock_data.flags");
_Static_assert(offsetof(struct kvmlib_clock_data, pad0) == 12, "kvmlib_clock_data.pad0");
_Static_assert(offsetof(struct kvmlib_clock_data, realtime) == 16, "kvmlib_clock_data.realtime");
_Static_assert(offsetof(struct kvmlib_clock_data, host_tsc) == 24, "kvmlib_clock_data.host_tsc");
_Static_assert(offsetof(struct kvmlib_clock_data, pad) == 32, "kvmlib_clock_data.pad");
#endif
#if (defined(__x86_64__))
_Static_assert(sizeof(struct kvmlib_xen_hvm_attr) == sizeof(struct kvm_xen_hvm_attr), "struct kvmlib_xen_hvm_attr");
_Static_assert(offsetof(struct kvmlib_xen_hvm_attr, type) == 0, "kvmlib_xen_hvm_attr.type");
_Static_assert(offsetof(struct kvmlib_xen_hvm_attr, pad) == 2, "kvmlib_xen_hvm_attr.pad");
_Static_assert(offsetof(struct kvmlib_xen_hvm_attr, u) == 8, "kvmlib_xen_hvm_attr.u");
#endif
#if (defined(__x86_64__))
_Static_assert(sizeof(struct kvmlib_xen_vcpu_attr) == sizeof(struct kvm_xen_vcpu_attr), "struct kvmlib_xen_vcpu_attr");
_Static_assert(offsetof(struct kvmlib_xen_vcpu_attr, type) == 0, "kvmlib_xen_vcpu_attr.type");
_Static_assert(offsetof(struct kvmlib_xen_vcpu_attr, pad) == 2, "kvmlib_xen_vcpu_attr.pad");
_Static_assert(offsetof(struct kvmlib_xen_vcpu_attr, u) == 8, "kvmlib_xen_vcpu_attr.u");
#endif
_Static_assert(sizeof(struct kvmlib_irq_routing_irqchip) == sizeof(struct kvm_irq_routing_irqchip), "struct kvmlib_irq_routing_irqchip");
_Static_assert(offsetof(struct kvmlib_irq_routing_irqchip, irqchip) == 0, "kvmlib_irq_routing_irqchip.irqchip");
_Static_assert(offsetof(struct kvmlib_irq_routing_irqchip, pin) == 4, "kvmlib_irq_routing_irqchip.pin");
_Static_assert(sizeof(struct kvmlib_irq_routing_msi) == sizeof(struct kvm_irq_routing_msi), "struct kvmlib_irq_routing_msi");
_Static_assert(offsetof(struct kvmlib_irq_routing_msi, address_lo) == 0, "kvmlib_irq_routing_msi.address_lo");
_Static_assert(offsetof(struct kvmlib_irq_routing_msi, address_hi) == 4, "kvmlib_irq_routing_msi.address_hi");
_Static_assert(offsetof(struct kvmlib_irq_routing_msi, data) == 8, "kvmlib_irq_routing_msi.data");
_Static_assert(offsetof(struct kvmlib_irq_routing_msi, devid) == 12, "kvmlib_irq_routing_msi.devid");
_Static_assert(sizeof(struct kvmlib_irq_routing_s390_adapter) == sizeof(struct kvm_irq_routing_s390_adapter), "struct kvmlib_irq_routing_s390_adapter");
_Static_assert(offsetof(struct kvmlib_irq_routing_s390_adapter, ind_addr) == 0, "kvmlib_irq_routing_s390_adapter.ind_addr");
_Static_assert(offsetof(struct kvmlib_irq_routing_s390_adapter, summary_addr) == 8, "kvmlib_irq_routing_s390_adapter.summary_addr");
_Static_assert(offsetof(struct kvmlib_irq_routing_s390_adapter, ind_offset) == 16, "kvmlib_irq_routing_s390_adapter.ind_offset");
_Static_assert(offsetof(struct kvmlib_irq_routing_s390_adapter, summary_offset) == 24, "kvmlib_irq_routing_s390_adapter.summary_offset");
_Static_assert(offsetof(struct kvmlib_irq_routing_s390_adapter, adapter_id) == 28, "kvmlib_irq_routing_s390_adapter.adapter_id");
_Static_assert(sizeof(struct kvmlib_irq_routing_hv_sint) == sizeof(struct kvm_irq_routing_hv_sint), "struct kvmlib_irq_routing_hv_sint");
_Static_assert(offsetof(struct kvmlib_irq_routing_hv_sint, vcpu) == 0, "kvmlib_irq_routing_hv_sint.vcpu");
_Static_assert(offsetof(struct kvmlib_irq_routing_hv_sint, sint) == 4, "kvmlib_irq_routing_hv_sint.sint");
_Static_assert(sizeof(struct kvmlib_irq_routing_xen_evtchn) == sizeof(struct kvm_irq_routing_xen_evtchn), "struct kvmlib_irq_routing_xen_evtchn");
_Static_assert(offsetof(struct kvmlib_irq_routing_xen_evtchn, port) == 0, "kvmlib_irq_routing_xen_evtchn.port");
_Static_assert(offsetof(struct kvmlib_irq_routing_xen_evtchn, vcpu) == 4, "kvmlib_irq_routing_xen_evtchn.vcpu");
_Static_assert(offsetof(struct kvmlib_irq_routing_xen_evtchn, priority) == 8, "kvmlib_irq_routing_xen_evtchn.priority");
_Static_assert(sizeof(struct kvmlib_irq_routing_entry) == sizeof(struct kvm_irq_routing_entry), "struct kvmlib_irq_routing_entry");
_Static_assert(offsetof(struct kvmlib_irq_routing_entry, gsi) == 0, "kvmlib_irq_routing_entry.gsi");
_Static_assert(offsetof(struct kvmlib_irq_routing_entry, type) == 4, "kvmlib_irq_routing_entry.type");
_Static_assert(offsetof(struct kvmlib_irq_routing_entry, flags) == 8, "kvmlib_irq_routing_entry.flags");
_Static_assert(offsetof(struct kvmlib_irq_routing_entry, pad) == 12, "kvmlib_irq_routing_entry.pad");
_Static_assert(offsetof(struct kvmlib_irq_routing_entry, u) == 16, "kvmlib_irq_routing_entry.u");
_Static_assert(sizeof(struct kvmlib_userspace_memory_region2) == sizeof(struct kvm_userspace_memory_region2), "struct kvmlib_userspace_memory_region2");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, slot) == 0, "kvmlib_userspace_memory_region2.slot");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, flags) == 4, "kvmlib_userspace_memory_region2.flags");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, guest_phys_addr) == 8, "kvmlib_userspace_memory_region2.guest_phys_addr");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, memory_size) == 16, "kvmlib_userspace_memory_region2.memory_size");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, userspace_addr) == 24, "kvmlib_userspace_memory_region2.userspace_addr");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, guest_memfd_offset) == 32, "kvmlib_userspace_memory_region2.guest_memfd_offset");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, guest_memfd) == 40, "kvmlib_userspace_memory_region2.guest_memfd");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, pad1) == 44, "kvmlib_userspace_memory_region2.pad1");
_Static_assert(offsetof(struct kvmlib_userspace_memory_region2, pad2) == 48, "kvmlib_userspace_memory_region2.pad2");
