/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same as in raw.c by the library: one call each. */

#include "subject.h"

int wrapped_run(struct subject *subject)
{
	return kvmlib_vcpu_run(subject->vcpu);
}

int wrapped_get_regs(struct subject *subject)
{
	return kvmlib_vcpu_get_regs(subject->vcpu, &subject->regs);
}

int wrapped_set_regs(struct subject *subject)
{
	return kvmlib_vcpu_set_regs(subject->vcpu, &subject->regs);
}

int wrapped_check_extension_system(struct subject *subject)
{
	return kvmlib_system_check_extension(subject->system, KVM_CAP_USER_MEMORY);
}

int wrapped_check_extension_vm(struct subject *subject)
{
	return kvmlib_vm_check_extension(subject->vm, KVM_CAP_USER_MEMORY);
}

int wrapped_dirty_log(struct subject *subject)
{
	return kvmlib_vm_get_dirty_log(subject->vm, LOG_SLOT, subject->bitmap);
}

int wrapped_slot_add(struct subject *subject)
{
	return kvmlib_vm_set_user_memory_region(subject->vm, &subject->slots[subject->turn++]);
}

int wrapped_slot_remove(struct subject *subject)
{
	struct kvm_userspace_memory_region none = { .slot = subject->slots[subject->turn++].slot };

	return kvmlib_vm_set_user_memory_region(subject->vm, &none);
}

int wrapped_irq_line(struct subject *subject)
{
	return kvmlib_vm_irq_line(subject->vm, 4, ++subject->turn & 1);
}

int wrapped_vm_create(struct subject *subject)
{
	return kvmlib_system_create_vm(subject->system, NULL, &subject->vms[subject->turn++]);
}
