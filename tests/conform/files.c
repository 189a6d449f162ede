/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors and mappings: what holds before KVM looks at a call. */
#include "row.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static int open_kvm(struct world *w)
{
	return w->sys->open(w->sys->ctx, "/dev/kvm", O_RDWR | O_CLOEXEC);
}

static int open_other(struct world *w)
{
	return w->sys->open(w->sys->ctx, "/dev/kvmlib-conform", O_RDWR | O_CLOEXEC);
}

/* The level's descriptor, the one that was made last. */
static int last_fd(const struct world *w)
{
	if (w->device != NOT_THERE)
		return w->device;
	if (w->vcpu != NOT_THERE)
		return w->vcpu;
	return w->vm != NOT_THERE ? w->vm : w->system;
}

/* A number of which nothing is open any more. */
static int closed_fd(const struct world *w)
{
	int fd = duplicate(w, last_fd(w));

	close_fd(w, fd);
	return fd;
}

static int close_twice(struct world *w)
{
	return close_fd(w, closed_fd(w));
}

static int call_closed(struct world *w)
{
	return call(w, closed_fd(w), KVM_CHECK_EXTENSION, 0);
}

static int duplicate_closed(struct world *w)
{
	return duplicate(w, closed_fd(w));
}

static int duplicate_last(struct world *w)
{
	return duplicate(w, last_fd(w));
}

static int duplicate_from_negative(struct world *w)
{
	return w->sys->fcntl(w->sys->ctx, last_fd(w), F_DUPFD_CLOEXEC, -1);
}

static int call_duplicate(struct world *w)
{
	int fd = duplicate(w, w->system);
	int r = call(w, fd, KVM_GET_API_VERSION, 0);

	close_fd(w, fd);
	return r;
}

static int call_after_original(struct world *w)
{
	int fd = duplicate(w, w->vm);

	close_fd(w, w->vm);
	w->vm = fd;
	return call(w, fd, KVM_CHECK_EXTENSION, KVMLIB_CAP_USER_MEMORY);
}

static int call_vcpu_without_vm(struct world *w)
{
	close_fd(w, w->vm);
	w->vm = NOT_THERE;
	return call(w, w->vcpu, KVM_RUN, 1);
}

static void descriptor_rows(struct world *w)
{
	ACT(ON_SYSTEM, "open", "KVM's file once more", open_kvm, FD);
	ACT(ON_SYSTEM, "open", "a file that is not there", open_other, REFUSED(ENOENT, NO_FILE));
	ACT(ON_SYSTEM, "close", "what is closed", close_twice, REFUSED(EBADF, NOT_OPEN));
	ACT(ON_SYSTEM, "KVM_CHECK_EXTENSION", "after close", call_closed, REFUSED(EBADF, NOT_OPEN));
	ACT(ON_VM, "KVM_CHECK_EXTENSION", "after close", call_closed, REFUSED(EBADF, NOT_OPEN));
	ACT(ON_VCPU, "KVM_CHECK_EXTENSION", "after close", call_closed, REFUSED(EBADF, NOT_OPEN));
	ACT(ON_SYSTEM, "fcntl", "what is closed", duplicate_closed, REFUSED(EBADF, NOT_OPEN));
	ACT(ON_SYSTEM, "fcntl", "a duplicate", duplicate_last, FD);
	ACT(ON_VCPU, "fcntl", "a duplicate", duplicate_last, FD);
	ACT(ON_SYSTEM, "fcntl", "a lowest number below 0", duplicate_from_negative,
	    REFUSED(EINVAL, FCNTL_ARGUMENT));
	ACT(ON_SYSTEM, "KVM_GET_API_VERSION", "a duplicate is the same file", call_duplicate,
	    VALUE(12));
	ACT(ON_VM, "KVM_CHECK_EXTENSION", "a duplicate lives on", call_after_original, VALUE(1));
	ACT(ON_VCPU, "KVM_RUN", "a vCPU keeps its VM", call_vcpu_without_vm,
	    REFUSED(EINVAL, RUN_ARGUMENT));
}

static int name_of(struct world *w, int fd, char name[64])
{
	char path[64];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = w->sys->readlink(w->sys->ctx, path, name, 63);
	name[r < 0 ? 0 : r] = '\0';
	return r;
}

static int name_last(struct world *w)
{
	char name[64];

	return name_of(w, last_fd(w), name);
}

static int name_closed(struct world *w)
{
	char name[64];

	return name_of(w, closed_fd(w), name);
}

static const char *is_named(struct world *w, const char *wanted)
{
	char name[64];

	name_of(w, last_fd(w), name);
	return strcmp(name, wanted) == 0 ? NULL : "another name";
}

static const char *named_kvm(struct world *w)
{
	return is_named(w, "/dev/kvm");
}

static const char *named_vm(struct world *w)
{
	return is_named(w, "anon_inode:kvm-vm");
}

static const char *named_vcpu(struct world *w)
{
	return is_named(w, "anon_inode:kvm-vcpu:0");
}

static const char *named_vfio(struct world *w)
{
	return is_named(w, "anon_inode:kvm-vfio");
}

static void name_rows(struct world *w)
{
	ACT(ON_SYSTEM, "readlink", "/dev/kvm", name_last, AT_LEAST(1), .verify = named_kvm);
	ACT(ON_VM, "readlink", "anon_inode:kvm-vm", name_last, AT_LEAST(1), .verify = named_vm);
	ACT(ON_VCPU, "readlink", "anon_inode:kvm-vcpu:0", name_last, AT_LEAST(1),
	    .verify = named_vcpu);
	ACT(ON_DEVICE, "readlink", "anon_inode:kvm-vfio", name_last, AT_LEAST(1),
	    .verify = named_vfio);
	ACT(ON_VM, "readlink", "what is closed", name_closed, REFUSED(ENOENT, NO_LINK));
}

static int map_fd(struct world *w, int fd, size_t length)
{
	void *address;
	int r = w->sys->mmap(w->sys->ctx, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0,
			     &address);

	if (r == 0)
		w->sys->munmap(w->sys->ctx, address, length);
	return r;
}

static int map_last(struct world *w)
{
	return map_fd(w, last_fd(w), w->page);
}

static int map_more(struct world *w)
{
	return map_fd(w, w->vcpu, w->run_size + 16 * w->page);
}

static int map_closed(struct world *w)
{
	return map_fd(w, closed_fd(w), w->page);
}

/* A second mapping: whether a store to it is seen in the first. */
static int store_twice(struct world *w)
{
	void *address;
	int r = w->sys->mmap(w->sys->ctx, w->page, PROT_READ | PROT_WRITE, MAP_SHARED, w->vcpu, 0,
			     &address);

	if (r < 0)
		return r;
	((struct kvm_run *)address)->request_interrupt_window = 77;
	r = w->run->request_interrupt_window;
	w->sys->munmap(w->sys->ctx, address, w->page);
	return r;
}

static void mapping_rows(struct world *w)
{
	ACT(ON_SYSTEM, "mmap", "/dev/kvm has nothing to map", map_last, REFUSED(ENODEV, NO_MMAP));
	ACT(ON_VM, "mmap", "a VM has nothing to map", map_last, REFUSED(ENODEV, NO_MMAP));
	ACT(ON_DEVICE, "mmap", "a device has nothing to map", map_last, REFUSED(ENODEV, NO_MMAP));
	ACT(ON_VCPU, "mmap", "a part of the run page", map_last, OK);
	ACT(ON_VCPU, "mmap", "more than there is", map_more, OK);
	ACT(ON_VCPU, "mmap", "what is closed", map_closed, REFUSED(EBADF, NOT_OPEN));
	ACT(ON_VCPU, "mmap", "the same page again", store_twice, VALUE(77));
}

void file_rows(struct world *w)
{
	descriptor_rows(w);
	name_rows(w);
	mapping_rows(w);
}
