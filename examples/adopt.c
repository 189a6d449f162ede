/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kvmlib under a program that does not know it: the VMs and vCPUs that it makes are adopted, its
 * calls on them go through the library, and it sees the results, errno and run page as ever.
 *
 *     cc -shared -fPIC adopt.c $(pkg-config --cflags --libs kvmlib) -o adopt.so
 *     ADOPT_COUNT=1 LD_PRELOAD=./adopt.so qemu-system-x86_64 -accel kvm
 *
 * ADOPT_COUNT makes it tell at exit how many calls passed. What dup(2) made, and descriptors from
 * 1024 on, are left to the kernel. A VM lives with its irqfds until its vCPUs are closed too. Bad
 * pointers to memory regions and MP states end the program, as may a close just as a call begins.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <kvmlib/kvmlib.h>
#include <linux/kvm.h>

/* What is adopted, by the program's descriptor, and a last place for those that never are. */
static _Atomic(struct kvmlib_vm *) vms[1024 + 1];
static _Atomic(struct kvmlib_vcpu *) vcpus[1024 + 1];
#define PLACE(fd) ((fd) >= 0 && (fd) < 1024 ? (fd) : 1024)
static atomic_ulong passed;

__attribute__((destructor)) static void tell_count(void)
{
	if (getenv("ADOPT_COUNT"))
		fprintf(stderr, "adopt: %lu calls went through kvmlib\n", passed);
}

/* What a descriptor is from now on; it can have been closed unseen, and its number used again. */
static void become(int fd, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu)
{
	kvmlib_vm_unref(atomic_exchange(&vms[PLACE(fd)], vm));
	kvmlib_vcpu_unref(atomic_exchange(&vcpus[PLACE(fd)], vcpu));
}

/* [adopt] */
/* The library's calls must not come back to the ioctl() below. */
static int next_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	static int (*libc_ioctl)(int fd, unsigned long request, ...);
	int r;

	(void)ctx;
	if (!libc_ioctl)
		*(void **)&libc_ioctl = dlsym(RTLD_NEXT, "ioctl");
	r = libc_ioctl(fd, request, arg);
	return r < 0 ? -errno : r;
}

static void adopt(int system_fd, struct kvmlib_vm *vm_of_vcpu, int fd, uint32_t id)
{
	const struct kvmlib_sys_ops sys = { .size = sizeof(sys), .ioctl = next_ioctl };
	const struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &sys };
	struct kvmlib_system *system = NULL;
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_vm *vm = NULL;

	if (vm_of_vcpu)
		kvmlib_vcpu_from_fd(vm_of_vcpu, fd, id, &vcpu);
	else if (!kvmlib_system_from_fd(system_fd, &opts, &system))
		kvmlib_vm_from_fd(system, fd, &vm);
	become(fd, vm, vcpu);	     /* the handles have duplicates of the descriptors */
	kvmlib_system_unref(system); /* the VM holds it */
}
/* [adopt] */

/* The library refuses NULL itself, unlike the kernel, and takes some errors of KVM_RUN for exits. */
static int serve(struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu, unsigned long request, void *arg)
{
	return vm && arg && request == KVM_SET_USER_MEMORY_REGION
		       ? kvmlib_vm_set_user_memory_region(vm, arg)
	       : vm			    ? kvmlib_vm_ioctl(vm, request, (uintptr_t)arg)
	       : !arg && request == KVM_RUN ? (kvmlib_vcpu_run(vcpu), -kvmlib_vcpu_exit_errno(vcpu))
	       : !arg			    ? kvmlib_vcpu_ioctl(vcpu, request, 0)
	       : request == KVM_GET_REGS    ? kvmlib_vcpu_get_regs(vcpu, arg)
	       : request == KVM_SET_REGS    ? kvmlib_vcpu_set_regs(vcpu, arg)
	       : request == KVM_GET_SREGS   ? kvmlib_vcpu_get_sregs(vcpu, arg)
	       : request == KVM_SET_SREGS   ? kvmlib_vcpu_set_sregs(vcpu, arg)
	       : request == KVM_GET_FPU	    ? kvmlib_vcpu_get_fpu(vcpu, arg)
	       : request == KVM_SET_FPU	    ? kvmlib_vcpu_set_fpu(vcpu, arg)
	       : request == KVM_GET_MP_STATE ? kvmlib_vcpu_get_mp_state(vcpu, arg)
	       : request == KVM_SET_MP_STATE ? kvmlib_vcpu_set_mp_state(vcpu, *(uint32_t *)arg)
					     : kvmlib_vcpu_ioctl(vcpu, request, (uintptr_t)arg);
}

/* Variadic in libc, which passes the argument alike. A call's handles stay until it ends. */
KVMLIB_EXPORT int ioctl(int fd, unsigned long request, unsigned long arg);
int ioctl(int fd, unsigned long request, unsigned long arg)
{
	struct kvmlib_vcpu *vcpu = kvmlib_vcpu_ref(vcpus[PLACE(fd)]);
	struct kvmlib_vm *vm = kvmlib_vm_ref(vms[PLACE(fd)]);
	int r, saved = errno;

	request = (uint32_t)request; /* as the kernel does */
	r = vm || vcpu ? serve(vm, vcpu, request, (void *)arg) : next_ioctl(NULL, fd, request, arg);
	passed += vm || vcpu;
	if (r >= 0 && r < 1024 && request == (vm ? KVM_CREATE_VCPU : KVM_CREATE_VM))
		adopt(fd, vm, r, (uint32_t)arg);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	errno = r < 0 ? -r : saved;
	return r < 0 ? -1 : r;
}

KVMLIB_EXPORT int close(int fd)
{
	static int (*libc_close)(int fd);

	if (!libc_close)
		*(void **)&libc_close = dlsym(RTLD_NEXT, "close");
	become(fd, NULL, NULL);
	return libc_close(fd);
}
