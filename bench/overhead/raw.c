/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reference: what a program without the library does, with libc's ioctl. */

#include <errno.h>
#include <sys/ioctl.h>

#include "subject.h"

int raw_run(struct subject *subject)
{
	int r = ioctl(subject->vcpu_fd, KVM_RUN, 0);

	return r < 0 && errno == EINTR ? 0 : r;
}

int raw_get_regs(struct subject *subject)
{
	return ioctl(subject->vcpu_fd, KVM_GET_REGS, &subject->regs);
}

int raw_set_regs(struct subject *subject)
{
	return ioctl(subject->vcpu_fd, KVM_SET_REGS, &subject->regs);
}

int raw_check_extension_system(struct subject *subject)
{
	return ioctl(subject->system_fd, KVM_CHECK_EXTENSION, KVM_CAP_USER_MEMORY);
}

int raw_check_extension_vm(struct subject *subject)
{
	return ioctl(subject->vm_fd, KVM_CHECK_EXTENSION, KVM_CAP_USER_MEMORY);
}

int raw_dirty_log(struct subject *subject)
{
	struct kvm_dirty_log log = { .slot = LOG_SLOT, .dirty_bitmap = subject->bitmap };

	return ioctl(subject->vm_fd, KVM_GET_DIRTY_LOG, &log);
}

int raw_slot_add(struct subject *subject)
{
	return ioctl(subject->vm_fd, KVM_SET_USER_MEMORY_REGION, &subject->slots[subject->turn++]);
}

int raw_slot_remove(struct subject *subject)
{
	struct kvm_userspace_memory_region none = { .slot = subject->slots[subject->turn++].slot };

	return ioctl(subject->vm_fd, KVM_SET_USER_MEMORY_REGION, &none);
}

int raw_irq_line(struct subject *subject)
{
	struct kvm_irq_level line = { .irq = 4, .level = ++subject->turn & 1 };

	return ioctl(subject->vm_fd, KVM_IRQ_LINE, &line);
}

int raw_vm_create(struct subject *subject)
{
	int fd = ioctl(subject->system_fd, KVM_CREATE_VM, 0);

	subject->vm_fds[subject->turn++] = fd;
	return fd;
}
