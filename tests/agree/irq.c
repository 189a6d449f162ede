/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupt controllers, lines, routes, messages and eventfds. */

#include "pair.h"

#include <sys/eventfd.h>
#include <unistd.h>

#define VM(request, arg) ioctl(raw.vm, request, arg)
#define IN(type, ...)	 (&(struct type){ __VA_ARGS__ })

static int raw_event, our_event;

static int routes(uint32_t count, uint32_t gsi, uint32_t type)
{
	static struct {
		uint32_t nr;
		uint32_t flags;
		struct kvm_irq_routing_entry entry;
	} table;

	table.nr = count;
	table.entry = (struct kvm_irq_routing_entry){ .gsi = gsi, .type = type };
	return VM(KVM_SET_GSI_ROUTING, &table);
}

static int our_routes(uint32_t count, uint32_t gsi, uint32_t type)
{
	const struct kvmlib_irq_routing_entry entry = { .gsi = gsi, .type = type };

	return kvmlib_vm_set_gsi_routing(ours.vm, &entry, count, 0);
}

static const struct kvm_irqfd *irqfd(int fd, uint32_t gsi, uint32_t flags)
{
	static struct kvm_irqfd args;

	args = (struct kvm_irqfd){ .fd = (uint32_t)fd, .gsi = gsi, .flags = flags };
	return &args;
}

static const struct kvm_ioeventfd *ioeventfd(int fd, uint32_t len, uint32_t flags)
{
	static struct kvm_ioeventfd args;

	args = (struct kvm_ioeventfd){ .addr = FREE_GPA, .len = len, .fd = fd, .flags = flags };
	return &args;
}

/* To the APIC of the first vCPU, whether or not that is there. */
static const struct kvm_msi *msi(uint32_t flags)
{
	static struct kvm_msi args;

	args = (struct kvm_msi){ .address_lo = 0xfee00000U, .data = 0x41, .flags = flags };
	return &args;
}

static int line_status(uint32_t irq, int32_t *status)
{
	struct kvm_irq_level args = { .irq = irq, .level = 1 };
	int r = VM(KVM_IRQ_LINE_STATUS, &args);

	if (r >= 0)
		*status = args.status;
	return r;
}

static int create_device(uint32_t type)
{
	struct kvm_create_device args = { .type = type };
	int r = VM(KVM_CREATE_DEVICE, &args);

	return r < 0 ? r : closed((int)args.fd);
}

static int create_our_device(uint32_t type)
{
	struct kvmlib_device *device = NULL;
	int r = kvmlib_vm_create_device(ours.vm, type, 0, &device);

	kvmlib_device_unref(device);
	return r;
}

static void eventfd_rows(void)
{
	NEEDS(IRQFD, SUCCEEDS, "KVM_IRQFD", char, VM(KVM_IRQFD, irqfd(raw_event, 4, 0)),
	      kvmlib_vm_irqfd(ours.vm, irqfd(our_event, 4, 0)));
	NEEDS(IRQFD, FAILS, "KVM_IRQFD, attached already", char,
	      VM(KVM_IRQFD, irqfd(raw_event, 5, 0)),
	      kvmlib_vm_irqfd(ours.vm, irqfd(our_event, 5, 0)));
	NEEDS(IRQFD, FAILS, "KVM_IRQFD, unknown flags", char,
	      VM(KVM_IRQFD, irqfd(raw_event, 4, 64)),
	      kvmlib_vm_irqfd(ours.vm, irqfd(our_event, 4, 64)));
	NEEDS(IRQFD, FAILS, "KVM_IRQFD, not open", char, VM(KVM_IRQFD, irqfd(-1, 4, 0)),
	      kvmlib_vm_irqfd(ours.vm, irqfd(-1, 4, 0)));
	NEEDS(IRQFD, FAILS, "KVM_IRQFD, no eventfd", char, VM(KVM_IRQFD, irqfd(raw.vm, 4, 0)),
	      kvmlib_vm_irqfd(ours.vm, irqfd(raw.vm, 4, 0)));
	NEEDS(IRQFD, SUCCEEDS, "KVM_IRQFD, detached", char,
	      VM(KVM_IRQFD, irqfd(raw_event, 4, KVMLIB_IRQFD_FLAG_DEASSIGN)),
	      kvmlib_vm_irqfd(ours.vm, irqfd(our_event, 4, KVMLIB_IRQFD_FLAG_DEASSIGN)));
	NEEDS(IOEVENTFD, SUCCEEDS, "KVM_IOEVENTFD", char,
	      VM(KVM_IOEVENTFD, ioeventfd(raw_event, 4, 0)),
	      kvmlib_vm_ioeventfd(ours.vm, ioeventfd(our_event, 4, 0)));
	NEEDS(IOEVENTFD, FAILS, "KVM_IOEVENTFD, attached already", char,
	      VM(KVM_IOEVENTFD, ioeventfd(raw_event, 4, 0)),
	      kvmlib_vm_ioeventfd(ours.vm, ioeventfd(our_event, 4, 0)));
	NEEDS(IOEVENTFD, FAILS, "KVM_IOEVENTFD, odd length", char,
	      VM(KVM_IOEVENTFD, ioeventfd(raw_event, 3, 0)),
	      kvmlib_vm_ioeventfd(ours.vm, ioeventfd(our_event, 3, 0)));
	NEEDS(IOEVENTFD, SUCCEEDS, "KVM_IOEVENTFD, detached", char,
	      VM(KVM_IOEVENTFD, ioeventfd(raw_event, 4, KVMLIB_IOEVENTFD_FLAG_DEASSIGN)),
	      kvmlib_vm_ioeventfd(ours.vm,
				  ioeventfd(our_event, 4, KVMLIB_IOEVENTFD_FLAG_DEASSIGN)));
	NEEDS(IOEVENTFD, FAILS, "KVM_IOEVENTFD, detached already", char,
	      VM(KVM_IOEVENTFD, ioeventfd(raw_event, 4, KVMLIB_IOEVENTFD_FLAG_DEASSIGN)),
	      kvmlib_vm_ioeventfd(ours.vm,
				  ioeventfd(our_event, 4, KVMLIB_IOEVENTFD_FLAG_DEASSIGN)));
}

static void controller_rows(void)
{
	ROW(FAILS, "KVM_IRQ_LINE without a controller", char,
	    VM(KVM_IRQ_LINE, IN(kvm_irq_level, .irq = 4)), kvmlib_vm_irq_line(ours.vm, 4, 0));
	ROW(FAILS, "KVM_IRQ_LINE_STATUS without a controller", int32_t, line_status(4, out),
	    kvmlib_vm_irq_line_status(ours.vm, 4, 1, out));
	ROW(FAILS, "KVM_SIGNAL_MSI without a controller", char, VM(KVM_SIGNAL_MSI, msi(0)),
	    kvmlib_vm_signal_msi(ours.vm, msi(0)));
	NEEDS(IRQCHIP, SUCCEEDS, "KVM_CREATE_IRQCHIP", char, VM(KVM_CREATE_IRQCHIP, 0),
	      kvmlib_vm_create_irqchip(ours.vm));
	NEEDS(IRQCHIP, FAILS, "KVM_CREATE_IRQCHIP again", char, VM(KVM_CREATE_IRQCHIP, 0),
	      kvmlib_vm_create_irqchip(ours.vm));
	NEEDS(PIT2, SUCCEEDS, "KVM_CREATE_PIT2", char,
	      VM(KVM_CREATE_PIT2, IN(kvm_pit_config, .flags = 1)),
	      kvmlib_vm_create_pit2(ours.vm, 1));
	NEEDS(PIT2, FAILS, "KVM_CREATE_PIT2 again", char,
	      VM(KVM_CREATE_PIT2, IN(kvm_pit_config, .flags = 1)),
	      kvmlib_vm_create_pit2(ours.vm, 1));
	NEEDS(IRQCHIP, SUCCEEDS, "KVM_IRQ_LINE", char,
	      VM(KVM_IRQ_LINE, IN(kvm_irq_level, .irq = 4, .level = 1)),
	      kvmlib_vm_irq_line(ours.vm, 4, 1));
	NEEDS(IRQCHIP, SUCCEEDS, "KVM_IRQ_LINE_STATUS", int32_t, line_status(5, out),
	      kvmlib_vm_irq_line_status(ours.vm, 5, 1, out));
	NEEDS(SPLIT_IRQCHIP, FAILS, "KVM_ENABLE_CAP, KVM_CAP_SPLIT_IRQCHIP after a controller",
	      char,
	      VM(KVM_ENABLE_CAP,
		 IN(kvm_enable_cap, .cap = KVMLIB_CAP_SPLIT_IRQCHIP, .args = { 24 })),
	      kvmlib_vm_enable_split_irqchip(ours.vm, 24));
}

void interrupt_rows(void)
{
	if (!made(pair_open() && pair_add_vm(), "interrupts"))
		return;
	raw_event = eventfd(0, EFD_CLOEXEC);
	our_event = eventfd(0, EFD_CLOEXEC);
	controller_rows();
	eventfd_rows();
	NEEDS(SIGNAL_MSI, FAILS, "KVM_SIGNAL_MSI to nobody", char, VM(KVM_SIGNAL_MSI, msi(0)),
	      kvmlib_vm_signal_msi(ours.vm, msi(0)));
	NEEDS(SIGNAL_MSI, FAILS, "KVM_SIGNAL_MSI, unknown flags", char, VM(KVM_SIGNAL_MSI, msi(64)),
	      kvmlib_vm_signal_msi(ours.vm, msi(64)));
	NEEDS(IRQ_ROUTING, SUCCEEDS, "KVM_SET_GSI_ROUTING", char,
	      routes(1, 4, KVMLIB_IRQ_ROUTING_MSI), our_routes(1, 4, KVMLIB_IRQ_ROUTING_MSI));
	NEEDS(IRQ_ROUTING, FAILS, "KVM_SET_GSI_ROUTING of no type", char, routes(1, 4, 99),
	      our_routes(1, 4, 99));
	NEEDS(IRQ_ROUTING, FAILS, "KVM_SET_GSI_ROUTING of a line too high", char,
	      routes(1, 1U << 20, KVMLIB_IRQ_ROUTING_MSI),
	      our_routes(1, 1U << 20, KVMLIB_IRQ_ROUTING_MSI));
	NEEDS(IRQ_ROUTING, SUCCEEDS, "KVM_SET_GSI_ROUTING, none", char, routes(0, 0, 0),
	      our_routes(0, 0, 0));
	NEEDS(DEVICE_CTRL, SUCCEEDS, "KVM_CREATE_DEVICE", char, create_device(KVMLIB_DEV_TYPE_VFIO),
	      create_our_device(KVMLIB_DEV_TYPE_VFIO));
	NEEDS(DEVICE_CTRL, FAILS, "KVM_CREATE_DEVICE of no type", char, create_device(63),
	      create_our_device(63));
	if (made(pair_add_vcpu(), "vCPUs with interrupts"))
		NEEDS(SIGNAL_MSI, SUCCEEDS, "KVM_SIGNAL_MSI", char, VM(KVM_SIGNAL_MSI, msi(0)),
		      kvmlib_vm_signal_msi(ours.vm, msi(0)));
	close(raw_event);
	close(our_event);
	pair_close();
}
