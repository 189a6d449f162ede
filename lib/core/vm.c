/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/vm.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <kvmlib/kvmlib.h>

#include "../base/opts.h"
#include "handles.h"

/* KVM_CREATE_VM is tried so often, with pauses that double from 1 us up to 1 ms. */
#define CREATE_TRIES	 64U
#define CREATE_PAUSE_MIN 1000U
#define CREATE_PAUSE_MAX 1000000U

_Static_assert(sizeof(struct kvmlib_vm_opts) == sizeof(size_t) + 8, "no padding");

/* The page whose byte tells a process from its forked children. */
static int map_guard(struct kvmlib_vm *vm)
{
	const struct kvmlib_sys_ops *sys = &vm->system->sys;
	const size_t size = kvmlib__page_size();
	unsigned char *page;
	void *address;
	int r;

	r = sys->mmap(sys->ctx, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0,
		      &address);
	if (r < 0)
		return r;
	r = sys->madvise(sys->ctx, address, size, MADV_WIPEONFORK);
	if (r < 0) {
		sys->munmap(sys->ctx, address, size);
		return r;
	}
	page = address;
	*page = 1;
	vm->alive = page;
	return 0;
}

static void unmap_guard(struct kvmlib_vm *vm)
{
	const struct kvmlib_sys_ops *sys = &vm->system->sys;

	if (vm->alive)
		sys->munmap(sys->ctx, (void *)(uintptr_t)vm->alive, kvmlib__page_size());
}

/* A VM that owns all but its descriptor. */
static int vm_new(struct kvmlib_system *system, const char *function, struct kvmlib_vm **ret_vm)
{
	struct kvmlib_vm *vm = calloc(1, sizeof(*vm));
	int r = -ENOMEM;

	if (vm) {
		atomic_init(&vm->refs, 1U);
		vm->system = kvmlib_system_ref(system);
		vm->fd = -1;
		kvmlib__enabled_init(&vm->enabled);
		pthread_mutex_init(&vm->ioeventfds.lock, NULL);
		r = map_guard(vm);
	}
	if (r >= 0) {
		*ret_vm = vm;
		return 0;
	}
	kvmlib__error_report(&system->log,
			     &(const struct kvmlib__failure){
				     .function = function,
				     .call = vm ? "mmap(guard)" : NULL,
				     .cause = r == -ENOMEM ? KVMLIB_CAUSE_NO_MEMORY : 0,
				     .errnum = r,
			     });
	kvmlib_vm_unref(vm);
	return r;
}

/* The kernel gives EINTR where no signal is in sight: try again, a bounded number of times. */
static int create_retrying(const struct kvmlib_system *system, uint64_t type, unsigned int *retries)
{
	const struct kvmlib_sys_ops *sys = &system->sys;
	uint64_t pause = CREATE_PAUSE_MIN;
	int r;

	for (*retries = 0;; (*retries)++) {
		r = kvmlib__ioctl(system, system->fd, KVMLIB__IOC_CREATE_VM, type);
		if (r != -EINTR || *retries + 1 == CREATE_TRIES)
			return r;
		sys->sleep(sys->ctx, pause);
		pause = pause * 2 < CREATE_PAUSE_MAX ? pause * 2 : CREATE_PAUSE_MAX;
	}
}

static int create(struct kvmlib_vm *vm, uint64_t type, const char *function)
{
	const struct kvmlib_system *system = vm->system;
	unsigned int retries;
	int r = create_retrying(system, type, &retries);

	if (retries)
		KVMLIB__LOG(&system->log, KVMLIB_LOG_WARNING, "KVM_CREATE_VM was interrupted",
			    KVMLIB__LOG_NUMBER("retries", retries));
	vm->fd = r;
	vm->type = type;
	if (r >= 0)
		return 0;
	return kvmlib__system_failed(
		system, KVMLIB__IOC_CREATE_VM,
		&(struct kvmlib__failure){ .function = function,
					   .errnum = r,
					   KVMLIB__VALUES(KVMLIB__VALUE(TYPE, type),
							  KVMLIB__VALUE(RETRIES, retries)) });
}

static void hand_out(struct kvmlib_vm *vm, const char *message, struct kvmlib_vm **ret_vm)
{
	KVMLIB__LOG(&vm->system->log, KVMLIB_LOG_INFO, message, KVMLIB__LOG_NUMBER("fd", vm->fd));
	*ret_vm = vm;
}

int kvmlib_system_create_vm(struct kvmlib_system *system, const struct kvmlib_vm_opts *opts,
			    struct kvmlib_vm **ret_vm)
{
	uint32_t cause = 0;
	struct kvmlib_vm_opts o;
	struct kvmlib_vm *vm;
	int r;

	if (!system || !ret_vm)
		return KVMLIB__NULL_ARGUMENT(system ? 3 : 1);
	r = kvmlib__opts_copy(&o, sizeof(o), opts, &cause);
	if (r < 0)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = __func__,
			.cause = cause,
			.errnum = r,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });

	r = vm_new(system, __func__, &vm);
	if (r < 0)
		return r;
	r = create(vm, o.type, __func__);
	if (r < 0) {
		kvmlib_vm_unref(vm);
		return r;
	}
	hand_out(vm, "VM created", ret_vm);
	return 0;
}

/* Whether the descriptor answers as a VM's: the system's knows its version, a vCPU's no extension. */
static int ask_adopted(const struct kvmlib_vm *vm)
{
	int r;

	if (!kvmlib__fd_is(vm->system, vm->fd, "anon_inode:kvm-vm") ||
	    kvmlib__ioctl(vm->system, vm->fd, KVMLIB__IOC_GET_API_VERSION, 0) >= 0)
		return -ENOTTY;
	r = kvmlib__vm_ask(vm, KVMLIB_CAP_CHECK_EXTENSION_VM);
	return r == -EINVAL ? -ENOTTY : r;
}

/* Refuse what is no VM, and the VM of another process, which KVM refuses to serve. */
static int check_adopted(const struct kvmlib_vm *vm, const char *function)
{
	int r = ask_adopted(vm);
	struct kvmlib__failure failure = { .function = function,
					   .fds = KVMLIB__FD_VM,
					   .errnum = r };

	if (r >= 0)
		return 0;
	if (r == -EIO)
		failure.cause = KVMLIB_CAUSE_FORKED;
	else if (r == -ENOTTY)
		failure.cause = KVMLIB_CAUSE_NOT_VM_FD;
	return kvmlib__system_failed(vm->system, KVMLIB__IOC_CHECK_EXTENSION, &failure);
}

int kvmlib_vm_from_fd(struct kvmlib_system *system, int fd, struct kvmlib_vm **ret_vm)
{
	struct kvmlib_vm *vm;
	int r;

	if (!system || !ret_vm)
		return KVMLIB__NULL_ARGUMENT(system ? 3 : 1);
	r = vm_new(system, __func__, &vm);
	if (r < 0)
		return r;

	vm->fd = kvmlib__dup(system, fd, __func__);
	r = vm->fd < 0 ? vm->fd : check_adopted(vm, __func__);
	if (r < 0) {
		kvmlib_vm_unref(vm);
		return r;
	}
	hand_out(vm, "VM adopted", ret_vm);
	return 0;
}

struct kvmlib_vm *kvmlib_vm_ref(struct kvmlib_vm *vm)
{
	if (vm)
		atomic_fetch_add_explicit(&vm->refs, 1U, memory_order_relaxed);
	return vm;
}

struct kvmlib_vm *kvmlib_vm_unref(struct kvmlib_vm *vm)
{
	if (!vm || atomic_fetch_sub_explicit(&vm->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	kvmlib__close(vm->system, vm->fd);
	unmap_guard(vm);
	kvmlib__filters_free(vm);
	kvmlib__enabled_destroy(&vm->enabled);
	pthread_mutex_destroy(&vm->ioeventfds.lock);
	kvmlib_system_unref(vm->system);
	free(vm);
	return NULL;
}

int kvmlib_vm_fd(const struct kvmlib_vm *vm)
{
	return vm ? vm->fd : KVMLIB__NULL_ARGUMENT(1);
}

int kvmlib_vm_ioctl(struct kvmlib_vm *vm, unsigned long request, uintptr_t arg)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return kvmlib__raw_ioctl(
		&(const struct kvmlib__target){ vm->system, vm, vm->fd, "(any VM ioctl)" }, request,
		arg, __func__);
}

int kvmlib_vm_check_extension(struct kvmlib_vm *vm, uint32_t capability)
{
	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VM_IOCTL(vm, CHECK_EXTENSION, capability,
				KVMLIB__VALUE(CAPABILITY, capability));
}
