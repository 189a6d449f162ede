/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two VMs alike: one by raw ioctls, one by the library. */

#include "pair.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <recording.h>

struct raw raw;
struct ours ours;

static const struct raw no_raw = { .kvm = -1, .vm = -1, .vcpu = -1 };
static const struct ours no_ours;

static void *map(int flags, int fd, size_t size)
{
	void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	return address == MAP_FAILED ? NULL : address;
}

bool pair_open(void)
{
	static struct record record;
	const struct kvmlib_system_opts opts = { .size = sizeof(opts),
						 .sys = recorded(&record, NULL) };

	raw = no_raw;
	ours = no_ours;
	raw.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	return raw.kvm >= 0 && !kvmlib_system_open(&opts, &ours.system);
}

static struct kvm_userspace_memory_region slot_of(uint8_t *ram)
{
	return (struct kvm_userspace_memory_region){ .memory_size = RAM_PAGES * PAGE,
						     .userspace_addr = (uintptr_t)ram };
}

bool pair_add_vm(void)
{
	struct kvm_userspace_memory_region slot;

	raw.vm = ioctl(raw.kvm, KVM_CREATE_VM, 0);
	if (raw.vm < 0 || kvmlib_system_create_vm(ours.system, NULL, &ours.vm) < 0)
		return false;
	raw.ram = map(MAP_PRIVATE | MAP_ANONYMOUS, -1, RAM_PAGES * PAGE);
	ours.ram = map(MAP_PRIVATE | MAP_ANONYMOUS, -1, RAM_PAGES * PAGE);
	if (!raw.ram || !ours.ram)
		return false;
	slot = slot_of(raw.ram);
	if (ioctl(raw.vm, KVM_SET_USER_MEMORY_REGION, &slot) < 0)
		return false;
	slot = slot_of(ours.ram);
	return kvmlib_vm_set_user_memory_region(ours.vm, &slot) == 0;
}

bool pair_add_vcpu(void)
{
	raw.vcpu = ioctl(raw.vm, KVM_CREATE_VCPU, 0);
	if (raw.vcpu < 0 || kvmlib_vm_create_vcpu(ours.vm, 0, &ours.vcpu) < 0)
		return false;
	raw.run = map(MAP_SHARED, raw.vcpu, sizeof(*raw.run));
	ours.run = map(MAP_SHARED, kvmlib_vcpu_fd(ours.vcpu), sizeof(*ours.run));
	return raw.run && ours.run;
}

static void unmap(void *address, size_t size)
{
	if (address)
		munmap(address, size);
}

static void close_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void pair_close(void)
{
	unmap(raw.run, sizeof(*raw.run));
	unmap(ours.run, sizeof(*ours.run));
	close_open(raw.vcpu);
	close_open(raw.vm);
	close_open(raw.kvm);
	kvmlib_vcpu_unref(ours.vcpu);
	kvmlib_vm_unref(ours.vm);
	kvmlib_system_unref(ours.system);
	unmap(raw.ram, RAM_PAGES * PAGE);
	unmap(ours.ram, RAM_PAGES * PAGE);
}

int closed(int fd)
{
	int saved = errno;

	close_open(fd);
	errno = saved;
	return fd < 0 ? fd : 0;
}
