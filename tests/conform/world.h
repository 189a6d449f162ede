/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_CONFORM_WORLD_H
#define TESTS_CONFORM_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/sim.h>
#include <kvmlib/sys.h>
#include <kvmlib/uapi_caps.h>
#include <kvmlib/uapi_exits.h>
#include <kvmlib/uapi_flags.h>

#include "../../lib/base/uapi_ioctls.h"
#include "../../lib/base/uapi_structs.h"

#define MEMORY_PAGES 256U
#define NOT_THERE    (-1)

/* What a row finds made. The descriptor named last is the one that it calls. */
enum level {
	ON_SYSTEM,
	ON_VM,
	ON_IRQCHIP_VM, /* a VM with an interrupt controller in the kernel */
	ON_SPLIT_VM,   /* x86: with the local APICs alone */
	ON_VCPU,
	ON_IRQCHIP_VCPU,
	ON_DEVICE, /* VFIO's, the one that most architectures have */
	NR_LEVELS,
};

/* A kernel, real or simulated, and what is made in it for one row. */
struct world {
	const struct kvmlib_sys_ops *sys;
	struct kvmlib_sim *sim; /* NULL: the real one */
	char kernel[128];	/* its release, or "simulated" */
	unsigned int version;	/* as KERNEL() makes it; 0: simulated */

	size_t page;
	uint8_t *memory;    /* MEMORY_PAGES pages for slots, zeroed for each row */
	uint8_t *read_only; /* a page */
	uint8_t *hole;	    /* where nothing is mapped; arguments end here, see put() */

	int system;
	int vm;
	int vcpu;
	int device;
	struct kvm_run *run; /* of the vCPU */
	size_t run_size;
	int result;	   /* of the row's call */
	unsigned long arg; /* and its argument */
};

#define KERNEL(major, minor) ((unsigned int)(major) << 16 | (minor))

/* Open a kernel: the simulated one, or this machine's. Negative errno. */
int open_simulated(struct world *w);
int open_real(struct world *w);
void close_world(struct world *w);

/* Make what a level stands for, with the system descriptor that is open. Negative errno. */
int make_level(struct world *w, enum level level);
void drop_level(struct world *w);

/* Why a level can't be had in this kernel, or NULL. */
const char *level_missing(struct world *w, enum level level);
const char *level_name(enum level level);
int level_fd(const struct world *w, enum level level);

/* Calls through the kernel's table. */
int call(const struct world *w, int fd, unsigned long request, unsigned long arg);
int call_with(const struct world *w, int fd, unsigned long request, void *arg);
int close_fd(const struct world *w, int fd);
int duplicate(const struct world *w, int fd);
int capability(const struct world *w, uint32_t number);

/*
 * An argument for a call: a copy of size bytes (zeros if from is NULL) that ends where nothing is
 * mapped, so that a kernel which reads or writes more of it answers EFAULT. Good for one row.
 */
void *put(const struct world *w, const void *from, size_t size);
#define IN(type, ...) put(w, &(const type){ __VA_ARGS__ }, sizeof(type))
#define OUT(type)     put(w, NULL, sizeof(type))

/* The same in a page that can't be written. */
void *put_read_only(const struct world *w, const void *from, size_t size);

#endif
