/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__HANDLES_H
#define KVMLIB__HANDLES_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/sys.h>

#include "../base/error.h"
#include "../base/log.h"
#include "../base/uapi_structs.h"
#include "enabled.h"
#include "filters.h"

struct kvm_msr_entry;

struct kvmlib_system {
	struct kvmlib_sys_ops sys;
	struct kvmlib__log log;
	void (*log_destroy)(void *userdata);
	size_t run_size; /* of every vCPU's mapping, in bytes */
	int fd;
	atomic_uint refs;
};

/* Guest writes that go to eventfds: what may be in a new one's way. */
struct kvmlib__ioeventfd_list {
	pthread_mutex_t lock;
	struct kvmlib_ioeventfd *first;
};

struct kvmlib_vm {
	struct kvmlib_system *system; /* counted reference */
	/*
	 * A byte that is 1 in the process that made the VM, and 0 in its forked children: it
	 * follows the address space, as KVM does, and costs no system call.
	 */
	const unsigned char *alive;
	struct kvmlib__enabled_list enabled;
	struct kvmlib__filter *filters[KVMLIB__NR_FILTERS]; /* under the lock of enabled */
	struct kvmlib__ioeventfd_list ioeventfds;
	atomic_uint nr_vcpus;	   /* that were made through this handle */
	atomic_bool has_coalesced; /* somebody reads the ring of coalesced writes */
	bool has_sev_es;	   /* by a command, which is how older kernels have it */
	uint64_t type;		   /* KVMLIB_X86_*_VM and the like; 0 where other code made it */
	int fd;
	atomic_uint refs;
};

struct kvmlib_device {
	struct kvmlib_vm *vm; /* counted reference */
	int fd;
	atomic_uint refs;
};

/* The thread that runs a vCPU and the signal that kicks it, read by kicks as one. */
struct kvmlib__binding {
	int32_t tid; /* 0: none */
	int32_t signo;
};

struct kvmlib_vcpu {
	struct kvmlib_vm *vm;	    /* counted reference */
	struct kvm_run *run;	    /* the mapping; not there in forked children */
	size_t run_size;	    /* of the mapping, in bytes */
	const unsigned char *alive; /* the VM's, for what looks at each exit */
	int fd;
	uint32_t reason;   /* of the last exit, KVMLIB_EXIT_* */
	int run_result;	   /* what KVM_RUN returned with it */
	uint8_t in_run;	   /* atomic: between the publication and the return of KVM_RUN */
	uint8_t kicked;	   /* atomic: a kick that no run has reported yet */
	uint8_t signalled; /* atomic: its signal was sent */
	uint8_t was_kick;  /* the last exit is the report of a kick */
	uint32_t id;
	int32_t tgid;			/* this process, for the kick's signal */
	struct kvmlib__binding binding; /* atomic */
	struct kvmlib__member *member;	/* of a group of vCPUs, or NULL; the managers' */
	atomic_int xsave_size; /* x86: of the extended state, in bytes; 0: to be asked for */
	struct kvmlib__enabled_list enabled;
	atomic_uint refs;
};

/* The kernel's answer, >= 0 or -errno; -EOPNOTSUPP without a call where the number is 0. */
static inline int kvmlib__ioctl(const struct kvmlib_system *system, int fd, enum kvmlib__ioc ioc,
				unsigned long arg)
{
	unsigned long request = kvmlib__ioctls[ioc].request;

	return request ? system->sys.ioctl(system->sys.ctx, fd, request, arg) : -EOPNOTSUPP;
}

/* What the VM says of a capability, or -errno; for looking facts up, so without a record. */
int kvmlib__vm_ask(const struct kvmlib_vm *vm, uint32_t capability);

/* Whether the host can't see its vCPUs' registers. */
bool kvmlib__vm_is_protected(const struct kvmlib_vm *vm);

/* x86: entries that KVM_GET_MSRS and KVM_SET_MSRS take at once. */
#define KVMLIB__MSRS_AT_ONCE 255U

/* x86: read the registers that there are; the entries of others are dropped. How many are left, or a failure. */
int64_t kvmlib__get_msrs_there(struct kvmlib_vcpu *vcpu, struct kvm_msr_entry *entries, uint32_t n);

/* x86: set extended state that may be shorter than what the vCPU has; the rest of it becomes empty. */
int kvmlib__set_short_xsave(struct kvmlib_vcpu *vcpu, const void *xsave, size_t size);

/* The host's, in bytes. */
size_t kvmlib__page_size(void);

/* Complete a failure of an ioctl with its call and, where a fact can be checked, its cause. */
int kvmlib__system_failed(const struct kvmlib_system *system, enum kvmlib__ioc ioc,
			  struct kvmlib__failure *failure);
int kvmlib__vm_failed(const struct kvmlib_vm *vm, enum kvmlib__ioc ioc,
		      struct kvmlib__failure *failure);
int kvmlib__device_failed(const struct kvmlib_device *device, enum kvmlib__ioc ioc,
			  struct kvmlib__failure *failure);

/* Where an ioctl that the caller chose goes; vm is NULL for the system's. */
struct kvmlib__target {
	const struct kvmlib_system *system;
	const struct kvmlib_vm *vm;
	int fd;
	const char *call_class; /* in the table of errors, for numbers that have no name */
};

/* Issue it, with a record where it failed. */
int kvmlib__raw_ioctl(const struct kvmlib__target *target, unsigned long request, unsigned long arg,
		      const char *function);

/* What a failure says of itself: errno, then values. */
#define KVMLIB__FAILURE(errnum_, ...) \
	(&(struct kvmlib__failure){   \
		.function = __func__, .errnum = (errnum_), KVMLIB__VALUES(__VA_ARGS__) })

/* One ioctl as a whole function's result: the kernel's answer, with a record where it failed. */
#define KVMLIB__SYSTEM_IOCTL(system, ioc, arg, ...)                              \
	__extension__({                                                          \
		int r_ = kvmlib__ioctl(system, (system)->fd, KVMLIB__IOC_##ioc,  \
				       (unsigned long)(arg));                    \
		r_ < 0 ? kvmlib__system_failed(system, KVMLIB__IOC_##ioc,        \
					       KVMLIB__FAILURE(r_, __VA_ARGS__)) \
		       : r_;                                                     \
	})
#define KVMLIB__ON_VM_IOCTL(vm, fd, ioc, arg, ...)                                                 \
	__extension__({                                                                            \
		int r_ = kvmlib__ioctl((vm)->system, fd, KVMLIB__IOC_##ioc, (unsigned long)(arg)); \
		r_ < 0 ? kvmlib__vm_failed(vm, KVMLIB__IOC_##ioc,                                  \
					   KVMLIB__FAILURE(r_, __VA_ARGS__))                       \
		       : r_;                                                                       \
	})
#define KVMLIB__VM_IOCTL(vm, ioc, arg, ...) KVMLIB__ON_VM_IOCTL(vm, (vm)->fd, ioc, arg, __VA_ARGS__)
#define KVMLIB__DEVICE_IOCTL(device, ioc, arg, ...)                                           \
	__extension__({                                                                       \
		int r_ = kvmlib__ioctl((device)->vm->system, (device)->fd, KVMLIB__IOC_##ioc, \
				       (unsigned long)(arg));                                 \
		r_ < 0 ? kvmlib__device_failed(device, KVMLIB__IOC_##ioc,                     \
					       KVMLIB__FAILURE(r_, __VA_ARGS__))              \
		       : r_;                                                                  \
	})
#define KVMLIB__VCPU_IOCTL(vcpu, ioc, arg) \
	KVMLIB__ON_VM_IOCTL((vcpu)->vm, (vcpu)->fd, ioc, arg, KVMLIB__VALUE(VCPU_ID, (vcpu)->id))

/* Duplicate a caller's descriptor, close-on-exec. */
int kvmlib__dup(const struct kvmlib_system *system, int fd, const char *function);

/* Whether a descriptor is KVM's anonymous inode of that name; true where /proc can't be asked. */
bool kvmlib__fd_is(const struct kvmlib_system *system, int fd, const char *name);

/* Close a descriptor that may not be open: -1. */
void kvmlib__close(const struct kvmlib_system *system, int fd);

/* Refuse a vCPU call that would touch the run page in a forked child. */
static inline bool kvmlib__forked(const struct kvmlib_vm *vm)
{
	return !*vm->alive;
}

static inline bool kvmlib__vcpu_forked(const struct kvmlib_vcpu *vcpu)
{
	return !*vcpu->alive;
}

/* Refuse a manager's call in a forked child. */
#define KVMLIB__REFUSE_FORKED(vm) \
	if (kvmlib__forked(vm))   \
	return KVMLIB__REFUSE(-EIO, FORKED, 1)

#endif
