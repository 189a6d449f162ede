/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices: their making, and the attributes of VFIO's. */
#include "row.h"

#define NO_TYPE 63U
#define VFIO	KVMLIB_DEV_TYPE_VFIO
#define FILES	KVMLIB_DEV_VFIO_FILE
#define ADD	KVMLIB_DEV_VFIO_FILE_ADD
#define DEL	KVMLIB_DEV_VFIO_FILE_DEL
#define TEST	KVMLIB_CREATE_DEVICE_TEST

static void *device(const struct world *w, uint32_t type, uint32_t flags)
{
	return IN(struct kvm_create_device, .type = type, .flags = flags, .fd = 77);
}

static uint32_t made_fd(const struct world *w)
{
	return ((const struct kvm_create_device *)w->arg)->fd;
}

static const char *is_made(struct world *w)
{
	int fd = (int)made_fd(w);

	if (fd == 77 || call(w, fd, UNKNOWN_REQUEST, 0) != -ENOTTY)
		return "no device";
	close_fd(w, fd);
	return NULL;
}

static const char *is_untouched(struct world *w)
{
	return made_fd(w) == 77 ? NULL : "the descriptor was written";
}

static int close_device(struct world *w)
{
	int r = close_fd(w, w->device);

	w->device = NOT_THERE;
	return r;
}

/* After the level's device, which is the first. */
static int create_second(struct world *w)
{
	struct kvm_create_device args = { .type = VFIO };

	return call_with(w, w->vm, KVM_CREATE_DEVICE, &args);
}

static int test_second(struct world *w)
{
	struct kvm_create_device args = { .type = VFIO, .flags = TEST };

	return call_with(w, w->vm, KVM_CREATE_DEVICE, &args);
}

static int create_after_close(struct world *w)
{
	struct kvm_create_device args = { .type = VFIO };
	int r = close_device(w);

	if (r == 0)
		r = call_with(w, w->vm, KVM_CREATE_DEVICE, &args);
	return r < 0 ? r : close_fd(w, (int)args.fd);
}

static void create_rows(struct world *w)
{
	ROW(ON_VM, KVM_CREATE_DEVICE, "an unknown type", device(w, NO_TYPE, 0),
	    REFUSED(ENODEV, DEVICE_TYPE), .verify = is_untouched);
	ROW(ON_VM, KVM_CREATE_DEVICE, "type 0", device(w, 0, 0), REFUSED(ENODEV, DEVICE_TYPE));
	ROW(ON_VM, KVM_CREATE_DEVICE, "the last type of all", device(w, ~0U, 0),
	    REFUSED(ENODEV, DEVICE_TYPE));
	ROW(ON_VM, KVM_CREATE_DEVICE, "a test for an unknown type", device(w, NO_TYPE, TEST),
	    REFUSED(ENODEV, DEVICE_TYPE));
	ROW(ON_VM, KVM_CREATE_DEVICE, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
}

static void vfio_rows(struct world *w)
{
	static const struct kvm_create_device test = { .type = VFIO, .flags = TEST };

	ACT(ON_DEVICE, "KVM_CREATE_DEVICE", "a second VFIO device", create_second,
	    REFUSED(EBUSY, DEVICE_VFIO_TWICE));
	ACT(ON_DEVICE, "KVM_CREATE_DEVICE", "a test for a second", test_second, OK);
	ACT(ON_DEVICE, "KVM_CREATE_DEVICE", "again after close", create_after_close, OK);
	ROW(ON_DEVICE, UNKNOWN_REQUEST, "an unknown request", 0, REFUSED(ENOTTY, UNKNOWN_DEVICE));
	ROW(ON_DEVICE, KVM_CREATE_VCPU, "a VM's call", 0, REFUSED(ENOTTY, UNKNOWN_DEVICE));
	ROW(ON_DEVICE, OTHER_TYPE_REQUEST, "a type byte that is not KVM's", 0,
	    REFUSED(ENOTTY, UNKNOWN_DEVICE));
	if (level_missing(w, ON_DEVICE))
		return;
	ROW(ON_VM, KVM_CREATE_DEVICE, "VFIO", device(w, VFIO, 0), OK, .verify = is_made);
	ROW(ON_VM, KVM_CREATE_DEVICE, "a test makes none", device(w, VFIO, TEST), OK,
	    .verify = is_untouched);
	ROW(ON_VM, KVM_CREATE_DEVICE, "a test whose answer can't be written",
	    put_read_only(w, &test, sizeof(test)), REFUSED(EFAULT, UNWRITABLE));
}

static void *attr(const struct world *w, uint32_t group, uint64_t number, const void *value)
{
	return IN(struct kvm_device_attr, .group = group, .attr = number, .addr = (uintptr_t)value);
}

static int32_t value;

/* A descriptor's number in memory. */
static const void *fd_number(int fd)
{
	value = fd;
	return &value;
}

/* The VM itself, a file that is not VFIO's. */
static unsigned long add_own_vm(struct world *w)
{
	return (unsigned long)attr(w, FILES, ADD, fd_number(w->vm));
}

static unsigned long remove_own_vm(struct world *w)
{
	return (unsigned long)attr(w, FILES, DEL, fd_number(w->vm));
}

#define SET(text, argument, ...) ROW(ON_DEVICE, KVM_SET_DEVICE_ATTR, text, argument, __VA_ARGS__)
#define HAS(text, argument, ...) ROW(ON_DEVICE, KVM_HAS_DEVICE_ATTR, text, argument, __VA_ARGS__)
#define GET(text, argument, ...) ROW(ON_DEVICE, KVM_GET_DEVICE_ATTR, text, argument, __VA_ARGS__)

static void attr_rows(struct world *w)
{
	HAS("VFIO takes files in", attr(w, FILES, ADD, NULL), OK);
	HAS("VFIO lets files out", attr(w, FILES, DEL, NULL), OK);
	HAS("an unknown attribute", attr(w, FILES, 99, NULL), REFUSED(ENXIO, ATTR_UNKNOWN));
	HAS("an attribute of 64 bits", attr(w, FILES, 1ULL << 32 | ADD, NULL),
	    REFUSED(ENXIO, ATTR_UNKNOWN));
	HAS("an unknown group", attr(w, 99, ADD, NULL), REFUSED(ENXIO, ATTR_UNKNOWN));
	HAS("an argument that can't be read", w->hole, REFUSED(EFAULT, UNREADABLE));
	GET("VFIO tells nothing", attr(w, FILES, ADD, &value), REFUSED(EPERM, ATTR_ACCESS));
	GET("which comes before the argument", w->hole, REFUSED(EPERM, ATTR_ACCESS));
	SET("an unknown attribute", attr(w, FILES, 99, &value), REFUSED(ENXIO, ATTR_UNKNOWN));
	SET("an unknown group", attr(w, 99, ADD, &value), REFUSED(ENXIO, ATTR_UNKNOWN));
	SET("the attribute comes before its value", attr(w, FILES, 99, w->hole),
	    REFUSED(ENXIO, ATTR_UNKNOWN));
	SET("an argument that can't be read", w->hole, REFUSED(EFAULT, UNREADABLE));
	SET("a value that can't be read", attr(w, FILES, ADD, w->hole),
	    REFUSED(EFAULT, UNREADABLE));
	SET("a file that is not open", attr(w, FILES, ADD, fd_number(-1)),
	    REFUSED(EBADF, VFIO_FILE));
	SET("a file that is not open, to let out", attr(w, FILES, DEL, fd_number(-1)),
	    REFUSED(EBADF, VFIO_FILE));
	SET("a file that is not VFIO's", 0, REFUSED(EINVAL, VFIO_NOT_VFIO), .make = add_own_vm);
	SET("a file that was not added", 0, REFUSED(ENOENT, VFIO_ABSENT), .make = remove_own_vm);
}

void device_rows(struct world *w)
{
	create_rows(w);
	vfio_rows(w);
	attr_rows(w);
}
