/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device that tells KVM of the host's devices; the kernel keeps the list of files. */

#include <errno.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#include "../../core/handles.h"

struct kvmlib_vfio {
	struct kvmlib_device *device; /* counted reference */
	atomic_uint refs;
};

int kvmlib_vfio_new(struct kvmlib_vm *vm, struct kvmlib_vfio **ret_vfio)
{
	struct kvmlib_vfio *vfio;
	int r;

	if (!vm || !ret_vfio)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	vfio = calloc(1, sizeof(*vfio));
	if (!vfio)
		return KVMLIB__NO_MEMORY();
	atomic_init(&vfio->refs, 1U);
	r = kvmlib_vm_create_device(vm, KVMLIB_DEV_TYPE_VFIO, 0, &vfio->device);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		if (r == -EBUSY)
			kvmlib__error_found(KVMLIB_CAUSE_DEVICE_EXISTS);
		free(vfio);
		return r;
	}
	*ret_vfio = vfio;
	return 0;
}

struct kvmlib_vfio *kvmlib_vfio_ref(struct kvmlib_vfio *vfio)
{
	if (vfio)
		atomic_fetch_add_explicit(&vfio->refs, 1U, memory_order_relaxed);
	return vfio;
}

struct kvmlib_vfio *kvmlib_vfio_unref(struct kvmlib_vfio *vfio)
{
	if (!vfio || atomic_fetch_sub_explicit(&vfio->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	kvmlib_device_unref(vfio->device);
	free(vfio);
	return NULL;
}

int kvmlib_vfio_fd(const struct kvmlib_vfio *vfio)
{
	return vfio ? vfio->device->fd : KVMLIB__NULL_ARGUMENT(1);
}

/* What a refusal means here, where the attribute's own meaning says more than the table of errors. */
static int explain(int r)
{
	if (r == -EINVAL)
		kvmlib__error_found(KVMLIB_CAUSE_NOT_VFIO_FILE);
	else if (r == -EEXIST)
		kvmlib__error_found(KVMLIB_CAUSE_VFIO_FILE_ADDED);
	return r;
}

/* The kernel's argument for one of the two lists of the device. */
#define FILE_ATTR(attr_, fd)                                         \
	(&(struct kvm_device_attr){ .group = KVMLIB_DEV_VFIO_FILE,   \
				    .attr = KVMLIB_DEV_VFIO_##attr_, \
				    .addr = (uintptr_t)(fd) })

int kvmlib_vfio_add(struct kvmlib_vfio *vfio, int fd)
{
	const int32_t file = fd;
	int r;

	if (!vfio)
		return KVMLIB__NULL_ARGUMENT(1);
	r = KVMLIB__DEVICE_IOCTL(vfio->device, SET_DEVICE_ATTR, FILE_ATTR(FILE_ADD, &file),
				 KVMLIB__VALUE(FD, fd));
	return explain(r);
}

int kvmlib_vfio_remove(struct kvmlib_vfio *vfio, int fd)
{
	const int32_t file = fd;
	int r;

	if (!vfio)
		return KVMLIB__NULL_ARGUMENT(1);
	r = KVMLIB__DEVICE_IOCTL(vfio->device, SET_DEVICE_ATTR, FILE_ATTR(FILE_DEL, &file),
				 KVMLIB__VALUE(FD, fd));
	return explain(r);
}

#ifdef __powerpc64__
/* Of the two descriptors, the one that is not open, or else the one that the refusal is about. */
static int culprit(const struct kvmlib_vfio *vfio, int r, int group_fd, int table_fd)
{
	if (r != -EBADF)
		return r == -EINVAL ? table_fd : group_fd;
	return kvmlib__fd_is(vfio->device->vm->system, group_fd, "") ? group_fd : table_fd;
}

int kvmlib_vfio_set_spapr_tce(struct kvmlib_vfio *vfio, int group_fd, int table_fd)
{
	const struct kvm_vfio_spapr_tce tce = { .groupfd = group_fd, .tablefd = table_fd };
	struct kvmlib_device *device;
	int r;

	if (!vfio)
		return KVMLIB__NULL_ARGUMENT(1);
	device = vfio->device;
	r = KVMLIB__DEVICE_IOCTL(device, SET_DEVICE_ATTR, FILE_ATTR(GROUP_SET_SPAPR_TCE, &tce),
				 KVMLIB__VALUE(FD, culprit(vfio, r_, group_fd, table_fd)));
	if (r == -EINVAL)
		kvmlib__error_found(KVMLIB_CAUSE_TCE_TABLE_REFUSED);
	return r;
}
#else
int kvmlib_vfio_set_spapr_tce(struct kvmlib_vfio *vfio, int group_fd, int table_fd)
{
	(void)group_fd;
	(void)table_fd;
	return vfio ? KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1) : KVMLIB__NULL_ARGUMENT(1);
}
#endif
