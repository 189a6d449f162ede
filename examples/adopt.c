/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kvmlib under a program that does not know it: the VMs and vCPUs that it makes are adopted, its
 * calls on them go through the library, and it sees the results, errno and run page as ever.
 *
 *     cc -shared -fPIC adopt.c $(pkg-config --cflags --libs kvmlib) -o adopt.so
 *     ADOPT_COUNT=1 LD_PRELOAD=./adopt.so qemu-system-x86_64 -accel kvm
 *
 * ADOPT_COUNT makes it tell at exit how many calls passed. What dup(2) made, and descriptors from
 * 1024 on, are left to the kernel. What differs: a VM lives with its irqfds until its vCPUs are
 * closed too; bad pointers to memory regions and MP states end the program, as may closing a
 * descriptor in the instant in which another thread begins a call on it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kvmlib/kvmlib.h>
#include <linux/kvm.h>

/* What is adopted, by the program's descriptor; the library has duplicates of its own. */
static _Atomic(struct kvmlib_vm *) vms[1024];
static _Atomic(struct kvmlib_vcpu *) vcpus[1024];
static atomic_ulong passed;
static int (*libc_ioctl)(int fd, unsigned long request, ...);
static int (*libc_close)(int fd);

__attribute__((constructor)) static void find_libc(void)
{
	*(void **)&libc_ioctl = dlsym(RTLD_NEXT, "ioctl");
	*(void **)&libc_close = dlsym(RTLD_NEXT, "close");
}

__attribute__((destructor)) static void tell_count(void)
{
	if (getenv("ADOPT_COUNT"))
		fprintf(stderr, "adopt: %lu calls went through kvmlib\n", atomic_load(&passed));
}

/* Forget what a descriptor was; it can have been closed unseen, and its number used again. */
static int forget(int fd)
{
	if (fd < 0 || fd >= (int)(sizeof(vms) / sizeof(*vms)))
		return -EBADF;
	kvmlib_vm_unref(atomic_exchange(&vms[fd], NULL));
	kvmlib_vcpu_unref(atomic_exchange(&vcpus[fd], NULL));
	return 0;
}

/* [adopt] */
/* The library's calls must not come back to the ioctl() below. */
static int next_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	int r;

	(void)ctx;
	if (!libc_ioctl) /* another library's constructor came first */
		find_libc();
	r = libc_ioctl(fd, request, arg);
	return r < 0 ? -errno : r;
}

static void adopt_vm(int system_fd, int fd)
{
	const struct kvmlib_sys_ops sys = { .size = sizeof(sys), .ioctl = next_ioctl };
	const struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &sys };
	struct kvmlib_system *system = NULL;
	struct kvmlib_vm *vm = NULL;

	if (forget(fd) || kvmlib_system_from_fd(system_fd, &opts, &system))
		return;
	if (!kvmlib_vm_from_fd(system, fd, &vm))
		atomic_store(&vms[fd], vm);
	kvmlib_system_unref(system); /* the VM holds it */
}

static void adopt_vcpu(struct kvmlib_vm *vm, int fd, uint32_t id)
{
	struct kvmlib_vcpu *vcpu = NULL;

	if (!forget(fd) && !kvmlib_vcpu_from_fd(vm, fd, id, &vcpu))
		atomic_store(&vcpus[fd], vcpu);
}
/* [adopt] */

/* The library takes the reason of a memory fault away when it reports it: put it back. */
static void restore_reason(struct kvmlib_vcpu *vcpu)
{
	struct kvm_run *page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED,
				    kvmlib_vcpu_fd(vcpu), 0);

	if (page == MAP_FAILED)
		return;
	page->exit_reason = kvmlib_vcpu_exit_reason(vcpu);
	munmap(page, sizeof(*page));
}

/* [run] */
/* Some of what the library reports as exits are errors to KVM_RUN. */
static int run(struct kvmlib_vcpu *vcpu)
{
	int r = kvmlib_vcpu_run(vcpu);

	if (r < 0 || !kvmlib_vcpu_exit_errno(vcpu))
		return r;
	if (kvmlib_vcpu_exit_reason(vcpu) == KVMLIB_EXIT_MEMORY_FAULT)
		restore_reason(vcpu);
	return -kvmlib_vcpu_exit_errno(vcpu);
}
/* [run] */

#define CALL(request, call) \
	case request:       \
		return call

/* The library refuses NULL itself: the kernel's answer to that is another one. */
static int vcpu_call(struct kvmlib_vcpu *vcpu, unsigned long request, void *arg)
{
	if (request == KVM_RUN && !arg)
		return run(vcpu);
	switch (arg ? request : 0) {
		CALL(KVM_GET_REGS, kvmlib_vcpu_get_regs(vcpu, arg));
		CALL(KVM_SET_REGS, kvmlib_vcpu_set_regs(vcpu, arg));
		CALL(KVM_GET_SREGS, kvmlib_vcpu_get_sregs(vcpu, arg));
		CALL(KVM_SET_SREGS, kvmlib_vcpu_set_sregs(vcpu, arg));
		CALL(KVM_GET_FPU, kvmlib_vcpu_get_fpu(vcpu, arg));
		CALL(KVM_SET_FPU, kvmlib_vcpu_set_fpu(vcpu, arg));
		CALL(KVM_GET_MP_STATE, kvmlib_vcpu_get_mp_state(vcpu, arg));
		CALL(KVM_SET_MP_STATE, kvmlib_vcpu_set_mp_state(vcpu, *(uint32_t *)arg));
	}
	return kvmlib_vcpu_ioctl(vcpu, request, (uintptr_t)arg);
}

static int vm_call(struct kvmlib_vm *vm, unsigned long request, void *arg)
{
	int r;

	if (request == KVM_SET_USER_MEMORY_REGION && arg)
		return kvmlib_vm_set_user_memory_region(vm, arg);
	r = kvmlib_vm_ioctl(vm, request, (uintptr_t)arg);
	if (request == KVM_CREATE_VCPU && r >= 0)
		adopt_vcpu(vm, r, (uint32_t)(uintptr_t)arg);
	return r;
}

/* The handles that a call uses stay until it ends, whoever closes their descriptor. */
static int call(int fd, unsigned long request, void *arg)
{
	const int known = _IOC_TYPE(request) == KVMIO && fd >= 0 && fd < 1024;
	struct kvmlib_vm *vm = known ? kvmlib_vm_ref(atomic_load(&vms[fd])) : NULL;
	struct kvmlib_vcpu *vcpu = known ? kvmlib_vcpu_ref(atomic_load(&vcpus[fd])) : NULL;
	int r;

	atomic_fetch_add(&passed, vm || vcpu);
	if (vcpu)
		r = vcpu_call(vcpu, request, arg);
	else if (vm)
		r = vm_call(vm, request, arg);
	else
		r = next_ioctl(NULL, fd, request, (uintptr_t)arg);
	if (request == KVM_CREATE_VM && r >= 0)
		adopt_vm(fd, r);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	return r;
}

KVMLIB_EXPORT int ioctl(int fd, unsigned long request, ...)
{
	int saved = errno;
	va_list list;
	int r;

	va_start(list, request);
	r = call(fd, (uint32_t)request, va_arg(list, void *)); /* the kernel takes 32 bits */
	va_end(list);
	errno = r < 0 ? -r : saved;
	return r < 0 ? -1 : r;
}

KVMLIB_EXPORT int close(int fd)
{
	int saved = errno;

	forget(fd);
	if (!libc_close)
		find_libc();
	errno = saved;
	return libc_close(fd);
}
