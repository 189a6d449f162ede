/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupt routes, messages, and zones whose writes are collected. */
#include "row.h"

#if defined(__x86_64__)

#define UNREAD	   REFUSED(EFAULT, UNREADABLE)
#define NR_ROUTES  3U
#define MAX_ROUTES 4096U
#define MAX_ZONES  1000U

/* A table with room for a few; KVM reads as many as it is told of. */
struct table {
	uint32_t nr;
	uint32_t flags;
	struct kvm_irq_routing_entry entries[NR_ROUTES];
};

#define TABLE(count, ...) IN(struct table, .nr = (count), .entries = { __VA_ARGS__ })
#define TO_CHIP(line, chip, input)                                                \
	{                                                                         \
		.gsi = (line), .type = KVMLIB_IRQ_ROUTING_IRQCHIP, .u.irqchip = { \
			.irqchip = (chip),                                        \
			.pin = (input)                                            \
		}                                                                 \
	}
#define TO_MSI(line, bits)                                                     \
	{                                                                      \
		.gsi = (line), .type = KVMLIB_IRQ_ROUTING_MSI, .flags = (bits) \
	}
#define OF_TYPE(number, bits)                               \
	{                                                   \
		.gsi = 4, .type = (number), .flags = (bits) \
	}

static void table_rows(struct world *w)
{
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "nothing", TABLE(0, OF_TYPE(0, 0)), OK);
	ROW(ON_SPLIT_VM, KVM_SET_GSI_ROUTING, "nothing, split irqchip", TABLE(0, OF_TYPE(0, 0)),
	    OK);
	ROW(ON_VM, KVM_SET_GSI_ROUTING, "no irqchip", TABLE(0, OF_TYPE(0, 0)),
	    REFUSED(EINVAL, ROUTES_EARLY));
	ROW(ON_VM, KVM_SET_GSI_ROUTING, "unreadable comes before no irqchip", w->hole, UNREAD);
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "one route too many comes before unreadable",
	    IN(struct kvm_irq_routing, .nr = MAX_ROUTES + 1), REFUSED(EINVAL, ROUTES_COUNT));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "the most, unreadable",
	    IN(struct kvm_irq_routing, .nr = MAX_ROUTES), UNREAD);
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "a flag of the table",
	    IN(struct kvm_irq_routing, .flags = 1), REFUSED(EINVAL, ROUTES_COUNT));
}

static void route_rows(struct world *w)
{
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "the last line",
	    TABLE(1, TO_MSI(MAX_ROUTES - 1, 0)), OK);
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "a line too high", TABLE(1, TO_MSI(MAX_ROUTES, 0)),
	    REFUSED(EINVAL, ROUTE_GSI));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "a line too high comes before a bad route",
	    TABLE(2, OF_TYPE(99, 0), TO_MSI(MAX_ROUTES, 0)), REFUSED(EINVAL, ROUTE_GSI));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "an MSI with a device id",
	    TABLE(1, TO_MSI(4, KVMLIB_MSI_VALID_DEVID)), OK);
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "an MSI with an unknown flag",
	    TABLE(1, TO_MSI(4, 2)), REFUSED(EINVAL, ROUTE_FLAGS));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "a flag of another type",
	    TABLE(1, OF_TYPE(KVMLIB_IRQ_ROUTING_IRQCHIP, 1)), REFUSED(EINVAL, ROUTE_FLAGS));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "no such type", TABLE(1, OF_TYPE(99, 0)),
	    REFUSED(EINVAL, ROUTE_TYPE));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "another architecture's type",
	    TABLE(1, OF_TYPE(KVMLIB_IRQ_ROUTING_S390_ADAPTER, 0)), REFUSED(EINVAL, ROUTE_TYPE));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "a synthetic one of Hyper-V",
	    TABLE(1, OF_TYPE(KVMLIB_IRQ_ROUTING_HV_SINT, 0)), OK, .deviation = &no_hyperv);
}

static void chip_rows(struct world *w)
{
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "one line to the PIC and the IOAPIC",
	    TABLE(2, TO_CHIP(4, KVMLIB_IRQCHIP_PIC_MASTER, 4),
		  TO_CHIP(4, KVMLIB_IRQCHIP_IOAPIC, 4)),
	    OK);
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "one line twice to the IOAPIC",
	    TABLE(2, TO_CHIP(4, KVMLIB_IRQCHIP_IOAPIC, 4), TO_CHIP(4, KVMLIB_IRQCHIP_IOAPIC, 5)),
	    REFUSED(EINVAL, ROUTE_TWICE));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "one line to the IOAPIC and an MSI",
	    TABLE(2, TO_CHIP(4, KVMLIB_IRQCHIP_IOAPIC, 4), TO_MSI(4, 0)),
	    REFUSED(EINVAL, ROUTE_TWICE));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "the last pin of the second PIC",
	    TABLE(1, TO_CHIP(15, KVMLIB_IRQCHIP_PIC_SLAVE, 7)), OK);
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "pin 8 of the second PIC",
	    TABLE(1, TO_CHIP(16, KVMLIB_IRQCHIP_PIC_SLAVE, 8)), REFUSED(EINVAL, ROUTE_TYPE));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "pin 24 of the IOAPIC",
	    TABLE(1, TO_CHIP(24, KVMLIB_IRQCHIP_IOAPIC, 24)), REFUSED(EINVAL, ROUTE_TYPE));
	ROW(ON_IRQCHIP_VM, KVM_SET_GSI_ROUTING, "a fourth chip", TABLE(1, TO_CHIP(4, 3, 0)),
	    REFUSED(EINVAL, ROUTE_TYPE));
	ROW(ON_SPLIT_VM, KVM_SET_GSI_ROUTING, "the IOAPIC of a split irqchip",
	    TABLE(1, TO_CHIP(4, KVMLIB_IRQCHIP_IOAPIC, 4)), REFUSED(EINVAL, ROUTE_TYPE));
	ROW(ON_SPLIT_VM, KVM_SET_GSI_ROUTING, "an MSI of a split irqchip", TABLE(1, TO_MSI(4, 0)),
	    OK);
}

static int add_vcpu_0(struct world *w)
{
	w->vcpu = call(w, w->vm, KVM_CREATE_VCPU, 0);
	return w->vcpu;
}

#define MESSAGE(...) IN(struct kvm_msi, .address_lo = 0xfee00000U, .data = 0x41, __VA_ARGS__)

static void message_rows(struct world *w)
{
	ROW(ON_IRQCHIP_VM, KVM_SIGNAL_MSI, "to an APIC that is off", MESSAGE(.flags = 0), OK,
	    .before = add_vcpu_0);
	ROW(ON_IRQCHIP_VM, KVM_SIGNAL_MSI, "to nobody", MESSAGE(.flags = 0),
	    REFUSED(EPERM, MSI_NOBODY));
	ROW(ON_IRQCHIP_VM, KVM_SIGNAL_MSI, "an unknown flag", MESSAGE(.flags = 2),
	    REFUSED(EINVAL, MSI_ARGUMENT));
	ROW(ON_VM, KVM_SIGNAL_MSI, "no irqchip", MESSAGE(.flags = 0),
	    REFUSED(EINVAL, MSI_ARGUMENT));
	ROW(ON_VM, KVM_SIGNAL_MSI, "unreadable comes before no irqchip", w->hole, UNREAD);
}

#define ZONE(...) IN(struct kvm_coalesced_mmio_zone, .addr = 0x1000, .size = 16, __VA_ARGS__)

static int add_zones(struct world *w, unsigned int count, uint32_t pio)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = 0x1000, .size = 16, .pio = pio };
	int r = 0;

	for (unsigned int i = 0; r == 0 && i < count; i++)
		r = call_with(w, w->vm, KVM_REGISTER_COALESCED_MMIO, &zone);
	return r;
}

static int add_all_zones(struct world *w)
{
	return add_zones(w, MAX_ZONES, 0);
}

static int add_then_drop_all_zones(struct world *w)
{
	struct kvm_coalesced_mmio_zone part = { .addr = 0x1004, .size = 4 };
	int r = add_all_zones(w);

	return r < 0 ? r : call_with(w, w->vm, KVM_UNREGISTER_COALESCED_MMIO, &part);
}

static int add_then_drop_none(struct world *w)
{
	struct kvm_coalesced_mmio_zone more = { .addr = 0x1004, .size = 16 };
	int r = add_all_zones(w);

	return r < 0 ? r : call_with(w, w->vm, KVM_UNREGISTER_COALESCED_MMIO, &more);
}

static void zone_rows(struct world *w)
{
	ROW(ON_VM, KVM_REGISTER_COALESCED_MMIO, "memory", ZONE(.pio = 0), OK);
	ROW(ON_VM, KVM_REGISTER_COALESCED_MMIO, "ports", ZONE(.pio = 1), OK);
	ROW(ON_VM, KVM_REGISTER_COALESCED_MMIO, "neither", ZONE(.pio = 2),
	    REFUSED(EINVAL, ZONE_PIO));
	ROW(ON_VM, KVM_REGISTER_COALESCED_MMIO, "unreadable", w->hole, UNREAD);
	ROW(ON_VM, KVM_REGISTER_COALESCED_MMIO, "one too many", ZONE(.pio = 0),
	    REFUSED(ENOSPC, ZONE_COUNT), .before = add_all_zones);
	ROW(ON_VM, KVM_REGISTER_COALESCED_MMIO, "ports after all of memory", ZONE(.pio = 1), OK,
	    .before = add_all_zones);
	ROW(ON_VM, KVM_REGISTER_COALESCED_MMIO, "after all that had a range went", ZONE(.pio = 0),
	    OK, .before = add_then_drop_all_zones);
	ROW(ON_VM, KVM_REGISTER_COALESCED_MMIO, "after none had all of a range", ZONE(.pio = 0),
	    REFUSED(ENOSPC, ZONE_COUNT), .before = add_then_drop_none);
	ROW(ON_VM, KVM_UNREGISTER_COALESCED_MMIO, "one that is not there", ZONE(.pio = 0), OK);
	ROW(ON_VM, KVM_UNREGISTER_COALESCED_MMIO, "neither", ZONE(.pio = 2),
	    REFUSED(EINVAL, ZONE_PIO));
	ROW(ON_VM, KVM_UNREGISTER_COALESCED_MMIO, "unreadable", w->hole, UNREAD);
}

void routing_rows(struct world *w)
{
	table_rows(w);
	route_rows(w);
	chip_rows(w);
	message_rows(w);
	zone_rows(w);
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void routing_rows(struct world *w)
{
	(void)w;
}

#endif
