/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that only the guest has, and its private and shared parts. */

#include <errno.h>
#include <fcntl.h>

#include <kvmlib/kvmlib.h>

#include "handles.h"

int kvmlib_vm_set_memory_attributes(struct kvmlib_vm *vm, uint64_t gpa, uint64_t size,
				    uint64_t attributes, uint64_t flags)
{
	struct kvm_memory_attributes request = {
		.address = gpa,
		.size = size,
		.attributes = attributes,
		.flags = flags,
	};

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, SET_MEMORY_ATTRIBUTES, &request, KVMLIB__VALUE(GPA, gpa),
				KVMLIB__VALUE(SIZE, size), KVMLIB__VALUE(ATTRIBUTE, attributes),
				KVMLIB__VALUE(FLAGS, flags));
}

/* This is the one descriptor that KVM does not close on exec by itself. */
static int close_on_exec(const struct kvmlib_system *system, int fd, const char *function)
{
	int r = system->sys.fcntl(system->sys.ctx, fd, F_SETFD, FD_CLOEXEC);

	if (r >= 0)
		return fd;
	kvmlib__close(system, fd);
	return kvmlib__error_report(&system->log, &(const struct kvmlib__failure){
							  .function = function,
							  .call = "fcntl(F_SETFD)",
							  .errnum = r,
							  KVMLIB__VALUES(KVMLIB__VALUE(FD, fd)) });
}

int kvmlib_vm_create_guest_memfd(struct kvmlib_vm *vm, uint64_t size, uint64_t flags)
{
	struct kvm_create_guest_memfd request = { .size = size, .flags = flags };
	struct kvmlib__failure *failure;
	int fd;

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	fd = kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_CREATE_GUEST_MEMFD,
			   (unsigned long)&request);
	if (fd >= 0)
		return close_on_exec(vm->system, fd, __func__);
	failure = KVMLIB__FAILURE(fd, KVMLIB__VALUE(SIZE, size), KVMLIB__VALUE(FLAGS, flags));
	/* So arm64 says of a call that an older kernel does not know. */
	if (fd == -EINVAL && kvmlib__vm_ask(vm, KVMLIB_CAP_GUEST_MEMFD) <= 0)
		failure->cause = KVMLIB_CAUSE_UNKNOWN_IOCTL;
	return kvmlib__vm_failed(vm, KVMLIB__IOC_CREATE_GUEST_MEMFD, failure);
}

/* On failure the kernel hands back what it was given: nothing was mapped. */
int kvmlib_vcpu_pre_fault_memory(struct kvmlib_vcpu *vcpu, uint64_t *gpa, uint64_t *size,
				 uint64_t flags)
{
	struct kvm_pre_fault_memory range = { .flags = flags };
	int r;

	if (!vcpu || !gpa || !size)
		return KVMLIB__NULL_ARGUMENT(!vcpu ? 1 : !gpa ? 2 : 3);
	range.gpa = *gpa;
	range.size = *size;
	r = KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, PRE_FAULT_MEMORY, &range,
				KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(GPA, *gpa),
				KVMLIB__VALUE(SIZE, *size), KVMLIB__VALUE(FLAGS, flags));
	if (r >= 0) {
		*gpa = range.gpa;
		*size = range.size;
	}
	return r;
}
