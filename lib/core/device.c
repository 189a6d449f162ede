/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/device.h>

#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#include "handles.h"

static int create(struct kvmlib_vm *vm, uint32_t type, uint32_t flags, const char *function,
		  int *ret_fd)
{
	struct kvm_create_device request = { .type = type, .flags = flags };
	int r = kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_CREATE_DEVICE,
			      (unsigned long)&request);

	if (r < 0)
		return kvmlib__vm_failed(
			vm, KVMLIB__IOC_CREATE_DEVICE,
			&(struct kvmlib__failure){ .function = function,
						   .errnum = r,
						   KVMLIB__VALUES(KVMLIB__VALUE(TYPE, type),
								  KVMLIB__VALUE(FLAGS, flags)) });
	*ret_fd = (int)request.fd;
	return 0;
}

int kvmlib_vm_create_device(struct kvmlib_vm *vm, uint32_t type, uint32_t flags,
			    struct kvmlib_device **ret_device)
{
	bool test = flags & KVMLIB_CREATE_DEVICE_TEST;
	struct kvmlib_device *device;
	int fd = -1;
	int r;

	if (!vm || (!ret_device && !test))
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	if (test)
		return create(vm, type, flags, __func__, &fd);
	device = calloc(1, sizeof(*device));
	if (!device)
		return KVMLIB__NO_MEMORY();

	atomic_init(&device->refs, 1U);
	device->vm = kvmlib_vm_ref(vm);
	device->fd = -1;
	r = create(vm, type, flags, __func__, &device->fd);
	if (r < 0) {
		kvmlib_device_unref(device);
		return r;
	}
	*ret_device = device;
	return 0;
}

struct kvmlib_device *kvmlib_device_ref(struct kvmlib_device *device)
{
	if (device)
		atomic_fetch_add_explicit(&device->refs, 1U, memory_order_relaxed);
	return device;
}

struct kvmlib_device *kvmlib_device_unref(struct kvmlib_device *device)
{
	if (!device || atomic_fetch_sub_explicit(&device->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	kvmlib__close(device->vm->system, device->fd);
	kvmlib_vm_unref(device->vm);
	free(device);
	return NULL;
}

int kvmlib_device_fd(const struct kvmlib_device *device)
{
	return device ? device->fd : KVMLIB__NULL_ARGUMENT(1);
}

int kvmlib_device_ioctl(struct kvmlib_device *device, unsigned long request, uintptr_t arg)
{
	if (!device)
		return KVMLIB__NULL_ARGUMENT(1);
	return kvmlib__raw_ioctl(&(const struct kvmlib__target){ device->vm->system, device->vm,
								 device->fd, "(any device ioctl)" },
				 request, arg, __func__);
}
