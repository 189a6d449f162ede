/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__ARCH_X86_H
#define KVMLIB__ARCH_X86_H

/*
 * Other architectures compile the same code, with x86's structs, and make no call:
 * kvmlib__ioctl() finds no request number there.
 */
#define KVMLIB__STRUCTS "uapi_structs_x86_64.h"
#include "../handles.h"

/* An ioctl of the system or of a vCPU, for code that serves several functions. */
struct kvmlib__x86_call {
	const struct kvmlib_system *system;
	const struct kvmlib_vcpu *vcpu; /* NULL: the system's own ioctl */
	enum kvmlib__ioc ioc;
	const char *function;
};

#define KVMLIB__X86_SYSTEM_CALL(system, name) \
	(&(const struct kvmlib__x86_call){ system, NULL, KVMLIB__IOC_##name, __func__ })
#define KVMLIB__X86_VCPU_CALL(vcpu, name) \
	(&(const struct kvmlib__x86_call){ (vcpu)->vm->system, vcpu, KVMLIB__IOC_##name, __func__ })

/* The kernel's answer; and the record of a failure, to which it adds the vCPU. */
int kvmlib__x86_ioctl(const struct kvmlib__x86_call *call, const void *arg);
int kvmlib__x86_failed(const struct kvmlib__x86_call *call, struct kvmlib__failure *failure);

/* Whether this architecture has it: what is looked at before a call must not hide that it has not. */
static inline bool kvmlib__has_ioctl(enum kvmlib__ioc ioc)
{
	return kvmlib__ioctls[ioc].request;
}

/* A list as the kernel has it: a header that begins with the count, then entries; in bytes. */
struct kvmlib__x86_list {
	size_t header;
	size_t entry;
	bool miscounted; /* some kernels leave the count as it was, so it has to be found out */
};

/*
 * Get or set the entries, which the caller has without the header. What get_alloc hands out is
 * freed by free(3).
 */
int kvmlib__x86_list_get(const struct kvmlib__x86_call *call, const struct kvmlib__x86_list *list,
			 void *entries, uint32_t capacity, uint32_t *ret_count);
int kvmlib__x86_list_get_alloc(const struct kvmlib__x86_call *call,
			       const struct kvmlib__x86_list *list, void **ret_entries,
			       uint32_t *ret_count);
int kvmlib__x86_list_set(const struct kvmlib__x86_call *call, const struct kvmlib__x86_list *list,
			 const void *entries, uint32_t count);

/* Refuse a buffer that is shorter than what the kernel would write or read. */
#define KVMLIB__X86_TOO_SMALL(vcpu, size, needed)                                             \
	kvmlib__error_record(&(const struct kvmlib__failure){                                 \
		.function = __func__,                                                         \
		.cause = KVMLIB_CAUSE_BUFFER_TOO_SMALL,                                       \
		.errnum = -EINVAL,                                                            \
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, (vcpu)->id), KVMLIB__VALUE(SIZE, size), \
			       KVMLIB__VALUE(NEEDED, needed)) })

/* Ask for the size of the vCPU's extended state again when it is needed. */
void kvmlib__x86_forget_xsave_size(struct kvmlib_vcpu *vcpu);

#endif
