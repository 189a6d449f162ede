/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/vcpu.h>

#include <stdlib.h>
#include <sys/mman.h>

#include <kvmlib/kvmlib.h>

#include "handles.h"

/* A vCPU that has neither descriptor nor run page yet. */
static struct kvmlib_vcpu *vcpu_new(struct kvmlib_vm *vm, uint32_t id)
{
	const struct kvmlib_sys_ops *sys = &vm->system->sys;
	struct kvmlib_vcpu *vcpu = calloc(1, sizeof(*vcpu));

	if (!vcpu)
		return NULL;
	atomic_init(&vcpu->refs, 1U);
	vcpu->vm = kvmlib_vm_ref(vm);
	vcpu->run_size = vm->system->run_size;
	vcpu->alive = vm->alive;
	vcpu->fd = -1;
	vcpu->id = id;
	vcpu->tgid = sys->getpid(sys->ctx);
	vcpu->reason = KVMLIB_EXIT_NONE;
	kvmlib__enabled_init(&vcpu->enabled);
	return vcpu;
}

/* Map the run page, and keep it from forked children, which KVM would not serve anyway. */
static int map_run(struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_sys_ops *sys = &vcpu->vm->system->sys;
	void *address;
	int r;

	r = sys->mmap(sys->ctx, vcpu->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0,
		      &address);
	if (r < 0)
		return r;
	r = sys->madvise(sys->ctx, address, vcpu->run_size, MADV_DONTFORK);
	if (r < 0) {
		sys->munmap(sys->ctx, address, vcpu->run_size);
		return r;
	}
	vcpu->run = address;
	return 0;
}

/* Give a vCPU that has its descriptor its run page, and hand it out or drop it. */
static int vcpu_finish(struct kvmlib_vcpu *vcpu, const char *function, const char *message,
		       struct kvmlib_vcpu **ret_vcpu)
{
	const struct kvmlib__log *log = &vcpu->vm->system->log;
	int r = map_run(vcpu);

	if (r < 0) {
		kvmlib__error_report(log,
				     &(const struct kvmlib__failure){
					     .function = function,
					     .call = "mmap(vcpu)",
					     .errnum = r,
					     KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) });
		kvmlib_vcpu_unref(vcpu);
		return r;
	}
	KVMLIB__LOG(log, KVMLIB_LOG_INFO, message, KVMLIB__LOG_NUMBER("id", vcpu->id),
		    KVMLIB__LOG_NUMBER("fd", vcpu->fd));
	*ret_vcpu = vcpu;
	return 0;
}

int kvmlib_vm_create_vcpu(struct kvmlib_vm *vm, uint32_t id, struct kvmlib_vcpu **ret_vcpu)
{
	struct kvmlib_vcpu *vcpu;
	int r;

	if (!vm || !ret_vcpu)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	vcpu = vcpu_new(vm, id);
	if (!vcpu)
		return KVMLIB__NO_MEMORY();

	r = KVMLIB__VM_IOCTL(vm, CREATE_VCPU, id, KVMLIB__VALUE(VCPU_ID, id));
	vcpu->fd = r;
	if (r < 0) {
		kvmlib_vcpu_unref(vcpu);
		return r;
	}
	atomic_fetch_add(&vm->nr_vcpus, 1U);
	return vcpu_finish(vcpu, __func__, "vCPU created", ret_vcpu);
}

static int check_adopted(const struct kvmlib_vcpu *vcpu, int fd, const char *function)
{
	if (kvmlib__fd_is(vcpu->vm->system, vcpu->fd, "anon_inode:kvm-vcpu"))
		return 0;
	return kvmlib__error_report(
		&vcpu->vm->system->log,
		&(const struct kvmlib__failure){ .function = function,
						 .cause = KVMLIB_CAUSE_NOT_VCPU_FD,
						 .errnum = -ENOTTY,
						 KVMLIB__VALUES(KVMLIB__VALUE(FD, fd)) });
}

int kvmlib_vcpu_from_fd(struct kvmlib_vm *vm, int fd, uint32_t id, struct kvmlib_vcpu **ret_vcpu)
{
	struct kvmlib_vcpu *vcpu;
	int r;

	if (!vm || !ret_vcpu)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	if (kvmlib__forked(vm))
		return KVMLIB__REFUSE(-EIO, FORKED, 1);
	vcpu = vcpu_new(vm, id);
	if (!vcpu)
		return KVMLIB__NO_MEMORY();

	vcpu->fd = kvmlib__dup(vm->system, fd, __func__);
	r = vcpu->fd < 0 ? vcpu->fd : check_adopted(vcpu, fd, __func__);
	if (r < 0) {
		kvmlib_vcpu_unref(vcpu);
		return r;
	}
	return vcpu_finish(vcpu, __func__, "vCPU adopted", ret_vcpu);
}

struct kvmlib_vcpu *kvmlib_vcpu_ref(struct kvmlib_vcpu *vcpu)
{
	if (vcpu)
		atomic_fetch_add_explicit(&vcpu->refs, 1U, memory_order_relaxed);
	return vcpu;
}

struct kvmlib_vcpu *kvmlib_vcpu_unref(struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_system *system;

	if (!vcpu || atomic_fetch_sub_explicit(&vcpu->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	system = vcpu->vm->system;
	/* In a forked child the page is not there, and its address may be somebody else's. */
	if (vcpu->run && !kvmlib__vcpu_forked(vcpu))
		system->sys.munmap(system->sys.ctx, vcpu->run, vcpu->run_size);
	kvmlib__close(system, vcpu->fd);
	kvmlib__enabled_destroy(&vcpu->enabled);
	kvmlib_vm_unref(vcpu->vm);
	free(vcpu);
	return NULL;
}

int kvmlib_vcpu_fd(const struct kvmlib_vcpu *vcpu)
{
	return vcpu ? vcpu->fd : KVMLIB__NULL_ARGUMENT(1);
}

uint32_t kvmlib_vcpu_id(const struct kvmlib_vcpu *vcpu)
{
	return vcpu->id;
}

int kvmlib_vcpu_ioctl(struct kvmlib_vcpu *vcpu, unsigned long request, uintptr_t arg)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return kvmlib__raw_ioctl(&(const struct kvmlib__target){ vcpu->vm->system, vcpu->vm,
								 vcpu->fd, "(any vCPU ioctl)" },
				 request, arg, __func__);
}
