/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>

#define GICV2_MAX_VCPUS 8U

#if defined(__aarch64__) || defined(__riscv)
static bool a_vcpu_has_run(const struct sim_vm *vm)
{
	for (const struct sim_vcpu *vcpu = vm->vcpus; vcpu; vcpu = vcpu->next)
		if (vcpu->has_run)
			return true;
	return false;
}
#endif

/* What any interrupt controller asks for, before it is made; the default one's type is 0. */
int kvmlib__sim_check_irqchip(const struct sim_vm *vm, uint32_t type)
{
	(void)type;
	if (vm->irqchip)
		return REFUSE(IRQCHIP_EXISTS);
#if defined(__aarch64__) || defined(__riscv)
	if (a_vcpu_has_run(vm))
		return REFUSE(IRQCHIP_RAN);
#endif
#if defined(__aarch64__)
	if (type != KVMLIB_DEV_TYPE_ARM_VGIC_V3 && vm->nr_vcpus > GICV2_MAX_VCPUS)
		return REFUSE(IRQCHIP_VCPUS);
#endif
	return 0;
}

void kvmlib__sim_set_irqchip(struct sim_vm *vm, bool ready)
{
	vm->irqchip = true;
	vm->irqchip_ready = ready;
}

#ifdef KVM_CREATE_IRQCHIP
#if defined(__x86_64__)
static int check_default(const struct sim_vm *vm)
{
	int r = kvmlib__sim_check_irqchip(vm, 0);

	if (r == 0 && vm->nr_vcpus)
		r = REFUSE(IRQCHIP_LATE);
	return r;
}
#elif defined(__aarch64__)
static int check_default(const struct sim_vm *vm)
{
	return kvmlib__sim_check_irqchip(vm, 0);
}
#else
/* It may come more than once: s390x only asks for its capability, loongarch64 for nothing. */
static int check_default(const struct sim_vm *vm)
{
#if defined(__s390x__)
	if (!vm->irqchip_allowed)
		return REFUSE(IRQCHIP_LATE);
#endif
	(void)vm;
	return 0;
}
#endif

int kvmlib__sim_create_irqchip(const struct sim_call *call)
{
	int r = check_default(call->vm);

	if (r == 0)
		kvmlib__sim_set_irqchip(call->vm, true);
	return r;
}
#endif

#ifdef KVM_IRQ_LINE
static struct sim_line *find_line(const struct sim_vm *vm, uint32_t irq)
{
	for (size_t i = 0; i < vm->nr_lines; i++)
		if (vm->lines[i].irq == irq)
			return &vm->lines[i];
	return NULL;
}

static struct sim_line *new_line(struct sim_vm *vm)
{
	struct sim_line *lines =
		kvmlib__sim_make_room(vm->lines, &vm->lines_room, vm->nr_lines + 1, sizeof(*lines));

	if (!lines)
		return NULL;
	vm->lines = lines;
	lines[vm->nr_lines] = (struct sim_line){ 0 };
	return &lines[vm->nr_lines++];
}

static int set_line(struct sim_vm *vm, uint32_t irq, uint32_t level)
{
	struct sim_line *line = find_line(vm, irq);

	if (!line)
		line = new_line(vm);
	if (!line)
		return -ENOMEM;
	line->irq = irq;
	line->is_pending |= level && !line->level;
	line->level = level;
	return 0;
}

#if defined(__aarch64__)
#define ARM_TYPE_CPU 0U /* a line into the vCPU: without vGIC alone */
#define ARM_TYPE_SPI 1U
#define ARM_TYPE_PPI 2U

static int check_line(const struct sim_vm *vm, uint32_t irq)
{
	uint32_t type = irq >> 24 & 0xfU;
	uint32_t vcpu = (irq >> 16 & 0xffU) + (irq >> 28) * 256U;
	uint32_t number = irq & 0xffffU;

	if (type > ARM_TYPE_PPI)
		return REFUSE(IRQ_NUMBER);
	if (vm->irqchip == (type == ARM_TYPE_CPU))
		return REFUSE(IRQ_NO_IRQCHIP);
	if (type != ARM_TYPE_SPI && vcpu >= vm->nr_vcpus)
		return REFUSE(IRQ_NUMBER);
	if ((type == ARM_TYPE_CPU && number > 1) || (type == ARM_TYPE_SPI && number < 32) ||
	    (type == ARM_TYPE_PPI && (number < 16 || number > 31)))
		return REFUSE(IRQ_NUMBER);
	return type != ARM_TYPE_CPU && !vm->irqchip_ready ? REFUSE(IRQ_NOT_READY) : 0;
}
#else
/* x86 takes any number: one that no route has does nothing. */
static int check_line(const struct sim_vm *vm, uint32_t irq)
{
	(void)irq;
	if (!vm->irqchip)
		return REFUSE(IRQ_NO_IRQCHIP);
	return vm->irqchip_ready ? 0 : REFUSE(IRQ_NOT_READY);
}
#endif

int kvmlib__sim_irq_line(const struct sim_call *call)
{
	struct kvm_irq_level line;
	int r = kvmlib__sim_copy_from_user(&line, call->arg, sizeof(line));

	if (r < 0)
		return r;
	r = check_line(call->vm, line.irq);
	return r < 0 ? r : set_line(call->vm, line.irq, line.level);
}

#if defined(__x86_64__)
#define PIC_LINES 16U

/*
 * Of a guest that takes nothing: a PIC takes each edge but those of a line that has one pending, and
 * the I/O APIC has its pins masked.
 */
static int32_t status_of(const struct sim_vm *vm, uint32_t irq, uint32_t level)
{
	const struct sim_line *line = find_line(vm, irq);

	if (vm->split || irq >= PIC_LINES)
		return -1;
	return !(level && line && line->is_pending && !line->level);
}

int kvmlib__sim_irq_line_status(const struct sim_call *call)
{
	struct kvm_irq_level line;
	int32_t status;
	int r = kvmlib__sim_copy_from_user(&line, call->arg, sizeof(line));

	if (r < 0)
		return r;
	status = status_of(call->vm, line.irq, line.level);
	r = kvmlib__sim_irq_line(call);
	line.status = status;
	return r < 0 ? r : kvmlib__sim_copy_to_user(call->arg, &line, sizeof(line));
}
#endif

int kvmlib_sim_irq_level(struct kvmlib_sim *sim, int vm_fd, uint32_t irq)
{
	const struct sim_line *line;
	struct sim_vm *vm;
	int r;

	if (!sim)
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vm(sim, vm_fd, &vm);
	if (r == 0) {
		line = find_line(vm, irq);
		r = line ? (int)(line->level & 0x7fffffffU) : 0;
	}
	kvmlib__sim_unlock(sim);
	return r;
}
#else
int kvmlib_sim_irq_level(struct kvmlib_sim *sim, int vm_fd, uint32_t irq)
{
	struct sim_vm *vm;
	int r;

	(void)irq;
	if (!sim)
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vm(sim, vm_fd, &vm);
	kvmlib__sim_unlock(sim);
	return r;
}
#endif

#ifdef KVM_CREATE_PIT2
int kvmlib__sim_create_pit2(const struct sim_call *call)
{
	struct kvm_pit_config config;
	int r = kvmlib__sim_copy_from_user(&config, call->arg, sizeof(config));

	if (r < 0)
		return r;
	if (call->vm->pit)
		return REFUSE(PIT_EXISTS);
	if (!call->vm->irqchip || call->vm->split)
		return REFUSE(PIT_NO_PIC);
	call->vm->pit = true;
	return 0;
}
#endif
