/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__CAP_H
#define KVMLIB__CAP_H

#include <stdbool.h>

#include <kvmlib/uapi_caps.h>

#include "handles.h"

/* A capability to enable: where, with what, and what a failure tells of it. */
struct kvmlib__enabling {
	const struct kvmlib_vm *vm;
	struct kvmlib__enabled_list *list; /* the handle's, to remember it */
	int fd;
	bool elsewhere; /* only other architectures have it */
	uint32_t busy;	/* the cause of EBUSY, where it can only be one; 0: the facts' */
	struct kvm_enable_cap cap;
};

/* Enable and remember it; the kernel's answer, with a record where it failed. */
int kvmlib__enable_cap(const struct kvmlib__enabling *enabling, struct kvmlib__failure *failure);

/* A manager needs a capability that the VM has not: no ioctl was issued. */
int kvmlib__cap_missing(uint32_t capability, const char *function);

/* Whether this is another architecture than that one. */
#define KVMLIB__ELSEWHERE(arch) (!(KVMLIB__ARCH & KVMLIB__ARCH_##arch))

/* One capability of known name as a whole function's result; then what the record shall tell. */
#define KVMLIB__ENABLE(vm_, handle, elsewhere_, name, arg0, arg1, ...)               \
	kvmlib__enable_cap(                                                          \
		&(const struct kvmlib__enabling){                                    \
			.vm = (vm_),                                                 \
			.list = &(handle)->enabled,                                  \
			.fd = (handle)->fd,                                          \
			.elsewhere = (elsewhere_),                                   \
			.cap = { .cap = KVMLIB_CAP_##name,                           \
				 .args = { (uint64_t)(arg0), (uint64_t)(arg1) } } }, \
		KVMLIB__FAILURE(0, KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_##name), __VA_ARGS__))

#endif
