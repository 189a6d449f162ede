/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__TABLES_H
#define KVMLIB__TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/cap.h>

#include "uapi_ioctls.h"

/* On which descriptors an ioctl is served. */
#define KVMLIB__FD_SYSTEM 1U
#define KVMLIB__FD_VM	  2U
#define KVMLIB__FD_VCPU	  4U
#define KVMLIB__FD_DEVICE 8U

struct kvmlib__ioctl {
	const char *name;
	unsigned long request; /* 0 where this architecture has none */
	uint32_t fds;
	bool obsolete; /* so that no function wraps it */
};

struct kvmlib__cap_bit {
	uint32_t cap;
	uint32_t bit;
	uint32_t archs; /* KVMLIB__ARCH_* */
	const char *name;
};

/* How a capability is enabled that is not like the others. */
struct kvmlib__cap_enabling {
	uint32_t cap;
	uint32_t asked_by; /* whose value tells that it is there; mostly its own */
	bool per_arg0;	   /* once per value of args[0], not once */
};

struct kvmlib__error {
	const char *call;  /* an ioctl, "open(/dev/kvm)", or a class: "(any VM ioctl)" */
	const char *error; /* as in the facts, "(SIGBUS)" included */
	const char *sentence;
	const char *action;
	int errnum; /* 0 where error is none */
	uint32_t cause;
	uint32_t archs; /* KVMLIB__ARCH_* */
};

struct kvmlib__cause {
	const char *name;
	const char *sentence; /* for failures that no row of kvmlib__errors explains */
	const char *hint;
};

struct kvmlib__errno_name {
	int errnum;
	const char *name;
};

enum kvmlib__value_format {
	KVMLIB__DECIMAL,
	KVMLIB__HEX,
	KVMLIB__SIGNED,
	KVMLIB__REGISTER,
};

struct kvmlib__value_kind {
	const char *label;
	enum kvmlib__value_format format;
};

extern const struct kvmlib__ioctl kvmlib__ioctls[KVMLIB__NR_IOCTLS];
extern const struct kvmlib_capability kvmlib__caps[];
extern const size_t kvmlib__nr_caps;
extern const struct kvmlib__cap_enabling kvmlib__cap_enablings[];
extern const size_t kvmlib__nr_cap_enablings;
extern const struct kvmlib__cap_bit kvmlib__cap_bits[];
extern const size_t kvmlib__nr_cap_bits;
extern const struct kvmlib__error kvmlib__errors[];
extern const size_t kvmlib__nr_errors;
extern const struct kvmlib__cause kvmlib__causes[]; /* by cause - 1 */
extern const size_t kvmlib__nr_causes;
extern const struct kvmlib__errno_name kvmlib__errno_names[];
extern const size_t kvmlib__nr_errno_names;
extern const struct kvmlib__value_kind kvmlib__value_kinds[]; /* by kind - 1 */
extern const uint32_t kvmlib__last_feature;

/* How a capability is enabled; like most of them, where the facts say no more. */
struct kvmlib__cap_enabling kvmlib__cap_enabling_of(uint32_t cap);

#endif
