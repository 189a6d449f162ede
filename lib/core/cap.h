/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__CAP_H
#define KVMLIB__CAP_H

#include <errno.h>
#include <stdbool.h>

#include <kvmlib/uapi_caps.h>

#include "handles.h"

/*
 * Report that a capability could not be enabled, with the cause where a fact can be checked;
 * elsewhere: only other architectures have it, so no call was made.
 */
int kvmlib__enable_failed(const struct kvmlib_vm *vm, uint32_t capability, bool elsewhere,
			  struct kvmlib__failure *failure);

/* Enable it as a whole function's result: the kernel's answer, or what the record shall tell. */
#define KVMLIB__ENABLE_CAP(vm_, fd_, elsewhere_, cap_, ...)                                       \
	__extension__({                                                                           \
		int r_ = (elsewhere_) ? -EOPNOTSUPP                                               \
				      : kvmlib__ioctl((vm_)->system, fd_, KVMLIB__IOC_ENABLE_CAP, \
						      (unsigned long)(cap_));                     \
		r_ < 0 ? kvmlib__enable_failed(vm_, (cap_)->cap, elsewhere_,                      \
					       KVMLIB__FAILURE(r_, __VA_ARGS__))                  \
		       : r_;                                                                      \
	})

/* The same of a capability of known name. */
#define KVMLIB__ENABLE(vm_, fd_, elsewhere_, name, arg0, arg1, ...)                   \
	KVMLIB__ENABLE_CAP(vm_, fd_, elsewhere_,                                      \
			   (&(const struct kvm_enable_cap){                           \
				   .cap = KVMLIB_CAP_##name,                          \
				   .args = { (uint64_t)(arg0), (uint64_t)(arg1) } }), \
			   KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_##name), __VA_ARGS__)

#endif
