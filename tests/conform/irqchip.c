/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupt controllers in the kernel, their lines and the PIT. */
#include "row.h"

#if defined(__x86_64__)

static int add_vcpu_0(struct world *w)
{
	w->vcpu = call(w, w->vm, KVM_CREATE_VCPU, 0);
	return w->vcpu;
}

static int add_pit(struct world *w)
{
	struct kvm_pit_config config = { .flags = 0 };

	return call_with(w, w->vm, KVM_CREATE_PIT2, &config);
}

static int add_irqchip(struct world *w)
{
	return call(w, w->vm, KVM_CREATE_IRQCHIP, 0);
}

static int add_irqchip_and_vcpu(struct world *w)
{
	int r = add_irqchip(w);

	return r < 0 ? r : add_vcpu_0(w);
}

static void create_rows(struct world *w)
{
	ROW(ON_VM, KVM_CREATE_IRQCHIP, "the first", 0, OK);
	ROW(ON_VM, KVM_CREATE_IRQCHIP, "the argument does not matter", 77, OK);
	ROW(ON_IRQCHIP_VM, KVM_CREATE_IRQCHIP, "a second", 0, REFUSED(EEXIST, IRQCHIP_EXISTS));
	ROW(ON_SPLIT_VM, KVM_CREATE_IRQCHIP, "after a split one", 0,
	    REFUSED(EEXIST, IRQCHIP_EXISTS));
	ROW(ON_VM, KVM_CREATE_IRQCHIP, "after a vCPU", 0, REFUSED(EINVAL, IRQCHIP_LATE),
	    .before = add_vcpu_0);
	ROW(ON_VM, KVM_CREATE_IRQCHIP, "a second comes before the vCPU", 0,
	    REFUSED(EEXIST, IRQCHIP_EXISTS), .before = add_irqchip_and_vcpu);
}

#define LINE(on, text, number, to, ...)                                                       \
	ROW(on, KVM_IRQ_LINE, text, IN(struct kvm_irq_level, .irq = (number), .level = (to)), \
	    __VA_ARGS__)

static void line_rows(struct world *w)
{
	LINE(ON_VM, "no irqchip", 4, 1, REFUSED(ENXIO, IRQ_NO_IRQCHIP));
	LINE(ON_IRQCHIP_VM, "up", 4, 1, OK);
	LINE(ON_IRQCHIP_VM, "down, which it is", 4, 0, OK);
	LINE(ON_IRQCHIP_VM, "the last pin", 23, 1, OK);
	LINE(ON_IRQCHIP_VM, "a number that has no route", 24, 1, OK);
	LINE(ON_IRQCHIP_VM, "the last number of all", ~0U, 1, OK);
	LINE(ON_IRQCHIP_VM, "a level of 2", 4, 2, OK);
	LINE(ON_SPLIT_VM, "a split irqchip has no lines, and takes them", 4, 1, OK);
	ROW(ON_VM, KVM_IRQ_LINE_STATUS, "no irqchip",
	    IN(struct kvm_irq_level, .irq = 4, .level = 1), REFUSED(ENXIO, IRQ_NO_IRQCHIP));
	ROW(ON_IRQCHIP_VM, KVM_IRQ_LINE_STATUS, "up",
	    IN(struct kvm_irq_level, .irq = 4, .level = 1), OK);
	ROW(ON_SPLIT_VM, KVM_IRQ_LINE_STATUS, "a split irqchip takes it too",
	    IN(struct kvm_irq_level, .irq = 4, .level = 1), OK);
	ROW(ON_IRQCHIP_VM, KVM_IRQ_LINE_STATUS, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	ROW(ON_IRQCHIP_VM, KVM_IRQ_LINE, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	ROW(ON_VM, KVM_IRQ_LINE, "unreadable comes before no irqchip", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
}

static const struct deviation pit_without_pic = {
	.name = "6.1 makes a PIT without a PIC",
	.before = KERNEL(6, 2),
	.gone_by = KERNEL(7, 2),
	.answer = OK,
};

#define PIT(on, text, ...) ROW(on, KVM_CREATE_PIT2, text, OUT(struct kvm_pit_config), __VA_ARGS__)

static void pit_rows(struct world *w)
{
	PIT(ON_IRQCHIP_VM, "the first", OK);
	PIT(ON_IRQCHIP_VM, "a second", REFUSED(EEXIST, PIT_EXISTS), .before = add_pit);
	PIT(ON_IRQCHIP_VM, "after a vCPU", OK, .before = add_vcpu_0);
	PIT(ON_VM, "no PIC", REFUSED(ENOENT, PIT_NO_PIC), .deviation = &pit_without_pic);
	PIT(ON_SPLIT_VM, "no PIC, with a split irqchip", REFUSED(ENOENT, PIT_NO_PIC),
	    .deviation = &pit_without_pic);
	ROW(ON_IRQCHIP_VM, KVM_CREATE_PIT2, "no speaker",
	    IN(struct kvm_pit_config, .flags = KVMLIB_PIT_SPEAKER_DUMMY), OK);
	ROW(ON_VM, KVM_CREATE_PIT2, "unreadable comes before no PIC", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	ROW(ON_IRQCHIP_VM, KVM_CREATE_PIT2, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
}

void irqchip_rows(struct world *w)
{
	create_rows(w);
	line_rows(w);
	pit_rows(w);
}

#else

/* Those of other architectures wait for a kernel that can be asked. */
void irqchip_rows(struct world *w)
{
	(void)w;
}

#endif
