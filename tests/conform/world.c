/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Room for the largest argument, a list of 257 CPUID entries. */
#define ARGUMENT_PAGES 4U

int call(const struct world *w, int fd, unsigned long request, unsigned long arg)
{
	return w->sys->ioctl(w->sys->ctx, fd, request, arg);
}

int call_with(const struct world *w, int fd, unsigned long request, void *arg)
{
	return call(w, fd, request, (unsigned long)(uintptr_t)arg);
}

int close_fd(const struct world *w, int fd)
{
	return w->sys->close(w->sys->ctx, fd);
}

int duplicate(const struct world *w, int fd)
{
	return w->sys->fcntl(w->sys->ctx, fd, F_DUPFD_CLOEXEC, 0);
}

int capability(const struct world *w, uint32_t number)
{
	int fd = w->vm == NOT_THERE ? w->system : w->vm;

	return call(w, fd, KVM_CHECK_EXTENSION, number);
}

void *put(const struct world *w, const void *from, size_t size)
{
	uint8_t *to = w->hole - size;

	memset(to, 0, size);
	if (from)
		memcpy(to, from, size);
	return to;
}

void *put_read_only(const struct world *w, const void *from, size_t size)
{
	mprotect(w->read_only, w->page, PROT_READ | PROT_WRITE);
	memcpy(w->read_only, from, size);
	mprotect(w->read_only, w->page, PROT_READ);
	return w->read_only;
}

/* One mapping: the memory of slots, the page that can't be written, arguments, and the hole. */
static int map_memory(struct world *w)
{
	size_t pages = MEMORY_PAGES + 1 + ARGUMENT_PAGES + 1;

	w->page = (size_t)sysconf(_SC_PAGESIZE);
	w->memory = mmap(NULL, pages * w->page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	if (w->memory == MAP_FAILED)
		return -errno;
	w->read_only = w->memory + MEMORY_PAGES * w->page;
	w->hole = w->memory + (pages - 1) * w->page;
	return munmap(w->hole, w->page) < 0 ? -errno : 0;
}

static void forget_level(struct world *w)
{
	w->vm = NOT_THERE;
	w->vcpu = NOT_THERE;
	w->device = NOT_THERE;
	w->run = NULL;
}

static int open_world(struct world *w)
{
	int r = map_memory(w);

	if (r < 0)
		return r;
	forget_level(w);
	w->system = w->sys->open(w->sys->ctx, "/dev/kvm", O_RDWR | O_CLOEXEC);
	return w->system < 0 ? w->system : 0;
}

int open_simulated(struct world *w)
{
	int r;

	memset(w, 0, sizeof(*w));
	snprintf(w->kernel, sizeof(w->kernel), "simulated");
	r = kvmlib_sim_new(&w->sim);
	if (r < 0)
		return r;
	w->sys = kvmlib_sim_sys_ops(w->sim);
	return open_world(w);
}

int open_real(struct world *w)
{
	unsigned int major;
	unsigned int minor;
	struct utsname name;

	memset(w, 0, sizeof(*w));
	w->sys = kvmlib_sys_default();
	if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &major, &minor) != 2)
		return -EINVAL;
	snprintf(w->kernel, sizeof(w->kernel), "%s", name.release);
	w->version = KERNEL(major, minor);
	return open_world(w);
}

void close_world(struct world *w)
{
	close_fd(w, w->system);
	kvmlib_sim_free(w->sim);
	munmap(w->memory, (size_t)(w->hole - w->memory));
}

static int make_vm(struct world *w)
{
	w->vm = call(w, w->system, KVM_CREATE_VM, 0);
	return w->vm;
}

static int make_irqchip_vm(struct world *w)
{
#ifdef KVM_CREATE_IRQCHIP
	int r = make_vm(w);

	return r < 0 ? r : call(w, w->vm, KVM_CREATE_IRQCHIP, 0);
#else
	(void)w;
	return -EOPNOTSUPP;
#endif
}

static int make_split_vm(struct world *w)
{
	struct kvm_enable_cap cap = { .cap = KVMLIB_CAP_SPLIT_IRQCHIP, .args = { 24 } };
	int r = make_vm(w);

	return r < 0 ? r : call_with(w, w->vm, KVM_ENABLE_CAP, &cap);
}

static int add_vcpu(struct world *w)
{
	void *run;
	int r;

	w->vcpu = call(w, w->vm, KVM_CREATE_VCPU, 0);
	if (w->vcpu < 0)
		return w->vcpu;
	r = call(w, w->system, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (r < 0)
		return r;
	w->run_size = (size_t)r;
	r = w->sys->mmap(w->sys->ctx, w->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, w->vcpu, 0,
			 &run);
	if (r == 0)
		w->run = run;
	return r;
}

static int make_vcpu(struct world *w)
{
	int r = make_vm(w);

	return r < 0 ? r : add_vcpu(w);
}

static int make_irqchip_vcpu(struct world *w)
{
	int r = make_irqchip_vm(w);

	return r < 0 ? r : add_vcpu(w);
}

static int make_device(struct world *w)
{
	struct kvm_create_device args = { .type = KVMLIB_DEV_TYPE_VFIO };
	int r = make_vm(w);

	if (r >= 0)
		r = call_with(w, w->vm, KVM_CREATE_DEVICE, &args);
	if (r == 0)
		w->device = (int)args.fd;
	return r;
}

static const struct {
	const char *name;
	int (*make)(struct world *w); /* NULL: the system is there */
} levels[] = {
	[ON_SYSTEM] = { "system", NULL },
	[ON_VM] = { "VM", make_vm },
	[ON_IRQCHIP_VM] = { "VM with irqchip", make_irqchip_vm },
	[ON_SPLIT_VM] = { "VM with split irqchip", make_split_vm },
	[ON_VCPU] = { "vCPU", make_vcpu },
	[ON_IRQCHIP_VCPU] = { "vCPU with irqchip", make_irqchip_vcpu },
	[ON_DEVICE] = { "device", make_device },
};

const char *level_name(enum level level)
{
	return levels[level].name;
}

int make_level(struct world *w, enum level level)
{
	int r = levels[level].make ? levels[level].make(w) : 0;

	return r < 0 ? r : 0;
}

static int close_if_open(const struct world *w, int fd)
{
	return fd < 0 ? 0 : close_fd(w, fd);
}

void drop_level(struct world *w)
{
	if (w->run)
		w->sys->munmap(w->sys->ctx, w->run, w->run_size);
	close_if_open(w, w->device);
	close_if_open(w, w->vcpu);
	close_if_open(w, w->vm);
	forget_level(w);
	memset(w->memory, 0, MEMORY_PAGES * w->page);
}

int level_fd(const struct world *w, enum level level)
{
	switch (level) {
	case ON_SYSTEM:
		return w->system;
	case ON_VCPU:
	case ON_IRQCHIP_VCPU:
		return w->vcpu;
	case ON_DEVICE:
		return w->device;
	default:
		return w->vm;
	}
}

static const char *device_missing(struct world *w)
{
	struct kvm_create_device args = {
		.type = KVMLIB_DEV_TYPE_VFIO,
		.flags = KVMLIB_CREATE_DEVICE_TEST,
	};
	int r = make_vm(w);

	if (r >= 0)
		r = call_with(w, w->vm, KVM_CREATE_DEVICE, &args);
	drop_level(w);
	return r == -ENODEV ? "no KVM_DEV_TYPE_VFIO" : NULL;
}

const char *level_missing(struct world *w, enum level level)
{
	if ((level == ON_IRQCHIP_VM || level == ON_IRQCHIP_VCPU) &&
	    capability(w, KVMLIB_CAP_IRQCHIP) <= 0)
		return "no KVM_CAP_IRQCHIP";
	if (level == ON_SPLIT_VM && capability(w, KVMLIB_CAP_SPLIT_IRQCHIP) <= 0)
		return "no KVM_CAP_SPLIT_IRQCHIP";
	return level == ON_DEVICE ? device_missing(w) : NULL;
}
