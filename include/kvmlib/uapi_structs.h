/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/public-structs.tsv, uapi/structs-*.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB_UAPI_STRUCTS_H
#define KVMLIB_UAPI_STRUCTS_H

/**
 * @defgroup structs Kernel structs
 * @brief The kernel's structs that not all of its headers define alike.
 * @{
 */

#include <stdint.h>

#if (defined(__x86_64__))
/** A segment register in struct kvmlib_sregs2. */
struct kvmlib_segment {
	uint64_t base; /**< at 0 */
	uint32_t limit; /**< at 8 */
	uint16_t selector; /**< at 12 */
	uint8_t type; /**< at 14 */
	uint8_t present; /**< at 15 */
	uint8_t dpl; /**< at 16 */
	uint8_t db; /**< at 17 */
	uint8_t s; /**< at 18 */
	uint8_t l; /**< at 19 */
	uint8_t g; /**< at 20 */
	uint8_t avl; /**< at 21 */
	uint8_t unusable; /**< at 22 */
	uint8_t padding; /**< at 23 */
};
#endif

#if (defined(__x86_64__))
/** A descriptor table register in struct kvmlib_sregs2. */
struct kvmlib_dtable {
	uint64_t base; /**< at 0 */
	uint16_t limit; /**< at 8 */
	uint16_t padding[3]; /**< at 10 */
};
#endif

#if (defined(__x86_64__))
/** Special registers; Linux 5.14. */
struct kvmlib_sregs2 {
	struct kvmlib_segment cs; /**< at 0 */
	struct kvmlib_segment ds; /**< at 24 */
	struct kvmlib_segment es; /**< at 48 */
	struct kvmlib_segment fs; /**< at 72 */
	struct kvmlib_segment gs; /**< at 96 */
	struct kvmlib_segment ss; /**< at 120 */
	struct kvmlib_segment tr; /**< at 144 */
	struct kvmlib_segment ldt; /**< at 168 */
	struct kvmlib_dtable gdt; /**< at 192 */
	struct kvmlib_dtable idt; /**< at 208 */
	uint64_t cr0; /**< at 224 */
	uint64_t cr2; /**< at 232 */
	uint64_t cr3; /**< at 240 */
	uint64_t cr4; /**< at 248 */
	uint64_t cr8; /**< at 256 */
	uint64_t efer; /**< at 264 */
	uint64_t apic_base; /**< at 272 */
	uint64_t flags; /**< at 280 */
	uint64_t pdptrs[4]; /**< at 288 */
};
#endif

#if (defined(__x86_64__))
/** Pending exceptions, interrupts and NMIs; triple_fault since Linux 6.0. */
struct kvmlib_vcpu_events {
	/** At 0. */
	struct {
		uint8_t injected; /**< at 0 */
		uint8_t nr; /**< at 1 */
		uint8_t has_error_code; /**< at 2 */
		uint8_t pending; /**< at 3 */
		uint32_t error_code; /**< at 4 */
	} exception;
	/** At 8. */
	struct {
		uint8_t injected; /**< at 8 */
		uint8_t nr; /**< at 9 */
		uint8_t soft; /**< at 10 */
		uint8_t shadow; /**< at 11 */
	} interrupt;
	/** At 12. */
	struct {
		uint8_t injected; /**< at 12 */
		uint8_t pending; /**< at 13 */
		uint8_t masked; /**< at 14 */
		uint8_t pad; /**< at 15 */
	} nmi;
	uint32_t sipi_vector; /**< at 16 */
	uint32_t flags; /**< at 20 */
	/** At 24. */
	struct {
		uint8_t smm; /**< at 24 */
		uint8_t pending; /**< at 25 */
		uint8_t smm_inside_nmi; /**< at 26 */
		uint8_t latched_init; /**< at 27 */
	} smi;
	/** At 28. */
	struct {
		uint8_t pending; /**< at 28 */
	} triple_fault;
	uint8_t reserved[26]; /**< at 29 */
	uint8_t exception_has_payload; /**< at 55 */
	uint64_t exception_payload; /**< at 56 */
};
#endif
#if (defined(__aarch64__))
/** Pending exceptions, interrupts and NMIs; triple_fault since Linux 6.0. */
struct kvmlib_vcpu_events {
	/** At 0. */
	struct {
		uint8_t serror_pending; /**< at 0 */
		uint8_t serror_has_esr; /**< at 1 */
		uint8_t ext_dabt_pending; /**< at 2 */
		uint8_t pad[5]; /**< at 3 */
		uint64_t serror_esr; /**< at 8 */
	} exception;
	uint32_t reserved[12]; /**< at 16 */
};
#endif

#if (defined(__x86_64__))
/** The VM's clock; realtime and host_tsc since Linux 5.16. */
struct kvmlib_clock_data {
	uint64_t clock; /**< at 0 */
	uint32_t flags; /**< at 8 */
	uint32_t pad0; /**< at 12 */
	uint64_t realtime; /**< at 16 */
	uint64_t host_tsc; /**< at 24 */
	uint32_t pad[4]; /**< at 32 */
};
#endif

#if (defined(__x86_64__))
/** An attribute of a Xen guest; Linux 5.12. */
struct kvmlib_xen_hvm_attr {
	uint16_t type; /**< at 0 */
	uint16_t pad[3]; /**< at 2 */
	/** At 8. */
	union {
		uint8_t long_mode; /**< at 8 */
		uint8_t vector; /**< at 8 */
		uint8_t runstate_update_flag; /**< at 8 */
		/** At 8. */
		union {
			uint64_t gfn; /**< at 8 */
			uint64_t hva; /**< at 8 */
		} shared_info;
		/** At 8. */
		struct {
			uint32_t send_port; /**< at 8 */
			uint32_t type; /**< at 12 */
			uint32_t flags; /**< at 16 */
			/** At 20. */
			union {
				/** At 20. */
				struct {
					uint32_t port; /**< at 20 */
					uint32_t vcpu; /**< at 24 */
					uint32_t priority; /**< at 28 */
				} port;
				/** At 20. */
				struct {
					uint32_t port; /**< at 20 */
					int32_t fd; /**< at 24 */
				} eventfd;
				uint32_t padding[4]; /**< at 20 */
			} deliver;
		} evtchn;
		uint32_t xen_version; /**< at 8 */
		uint64_t pad[8]; /**< at 8 */
	} u;
};
#endif

#if (defined(__x86_64__))
/** An attribute of a Xen guest's vCPU; Linux 5.12. */
struct kvmlib_xen_vcpu_attr {
	uint16_t type; /**< at 0 */
	uint16_t pad[3]; /**< at 2 */
	/** At 8. */
	union {
		uint64_t gpa; /**< at 8 */
		uint64_t hva; /**< at 8 */
		uint64_t pad[8]; /**< at 8 */
		/** At 8. */
		struct {
			uint64_t state; /**< at 8 */
			uint64_t state_entry_time; /**< at 16 */
			uint64_t time_running; /**< at 24 */
			uint64_t time_runnable; /**< at 32 */
			uint64_t time_blocked; /**< at 40 */
			uint64_t time_offline; /**< at 48 */
		} runstate;
		uint32_t vcpu_id; /**< at 8 */
		/** At 8. */
		struct {
			uint32_t port; /**< at 8 */
			uint32_t priority; /**< at 12 */
			uint64_t expires_ns; /**< at 16 */
		} timer;
		uint8_t vector; /**< at 8 */
	} u;
};
#endif

/** A pin of an interrupt controller. */
struct kvmlib_irq_routing_irqchip {
	uint32_t irqchip; /**< at 0 */
	uint32_t pin; /**< at 4 */
};

/** A message signalled interrupt. */
struct kvmlib_irq_routing_msi {
	uint32_t address_lo; /**< at 0 */
	uint32_t address_hi; /**< at 4 */
	uint32_t data; /**< at 8 */
	uint32_t devid; /**< at 12 */
};

/** An adapter interrupt; s390. */
struct kvmlib_irq_routing_s390_adapter {
	uint64_t ind_addr; /**< at 0 */
	uint64_t summary_addr; /**< at 8 */
	uint64_t ind_offset; /**< at 16 */
	uint32_t summary_offset; /**< at 24 */
	uint32_t adapter_id; /**< at 28 */
};

/** A synthetic interrupt of Hyper-V; x86. */
struct kvmlib_irq_routing_hv_sint {
	uint32_t vcpu; /**< at 0 */
	uint32_t sint; /**< at 4 */
};

/** A Xen event channel; x86, Linux 5.17. */
struct kvmlib_irq_routing_xen_evtchn {
	uint32_t port; /**< at 0 */
	uint32_t vcpu; /**< at 4 */
	uint32_t priority; /**< at 8 */
};

/** Where an interrupt goes; xen_evtchn since Linux 5.17. */
struct kvmlib_irq_routing_entry {
	uint32_t gsi; /**< at 0 */
	uint32_t type; /**< at 4 */
	uint32_t flags; /**< at 8 */
	uint32_t pad; /**< at 12 */
	/** At 16. */
	union {
		struct kvmlib_irq_routing_irqchip irqchip; /**< at 16 */
		struct kvmlib_irq_routing_msi msi; /**< at 16 */
		struct kvmlib_irq_routing_s390_adapter adapter; /**< at 16 */
		struct kvmlib_irq_routing_hv_sint hv_sint; /**< at 16 */
		struct kvmlib_irq_routing_xen_evtchn xen_evtchn; /**< at 16 */
		uint32_t pad[8]; /**< at 16 */
	} u;
};

/** A slot with guest_memfd; Linux 6.8. */
struct kvmlib_userspace_memory_region2 {
	uint32_t slot; /**< at 0 */
	uint32_t flags; /**< at 4 */
	uint64_t guest_phys_addr; /**< at 8 */
	uint64_t memory_size; /**< at 16 */
	uint64_t userspace_addr; /**< at 24 */
	uint64_t guest_memfd_offset; /**< at 32 */
	uint32_t guest_memfd; /**< at 40 */
	uint32_t pad1; /**< at 44 */
	uint64_t pad2[14]; /**< at 48 */
};

/** @} */

#endif
