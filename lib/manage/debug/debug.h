/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__DEBUG_H
#define KVMLIB__DEBUG_H

#include <pthread.h>

#include <kvmlib/debug.h>
#include <kvmlib/kvmlib.h>

#include "../../core/cap.h"
#include "../../core/handles.h"

#define KVMLIB__DEBUG_REGISTERS 4U
#define KVMLIB__INT3		0xccU
#define KVMLIB__BREAKPOINT	3U /* vector */

/* Where a vCPU can stop. */
struct kvmlib__point {
	struct kvmlib__point *next;
	uint64_t address;
	uint32_t kind;
	uint32_t length;
	uint32_t number;   /* of its debug register */
	uint8_t original;  /* what a software breakpoint has replaced */
	bool is_in_memory; /* its INT3 was written */
	/* A vCPU steps past a software breakpoint: the instruction is in its place meanwhile. */
	bool is_lifted;
	uint32_t lifter; /* the vCPU's number */
};

struct kvmlib_debug {
	struct kvmlib_vm *vm; /* counted reference */
	atomic_uint refs;
	pthread_mutex_t lock;		     /* of what follows */
	struct kvmlib_memory_reader *reader; /* NULL: no memory */
	struct kvmlib__point *points;
};

/* The lock is held in all that follow. */

/* point.c */
struct kvmlib__point *kvmlib__point_at(const struct kvmlib_debug *debug, uint32_t kind,
				       uint64_t address);
struct kvmlib__point *kvmlib__point_of(const struct kvmlib_debug *debug, uint32_t number);
/* Write its INT3, or what it has replaced; the record tells where that fails. */
int kvmlib__point_put(const struct kvmlib_debug *debug, struct kvmlib__point *point,
		      const char *function);
void kvmlib__point_take(const struct kvmlib_debug *debug, struct kvmlib__point *point);

/* step.c: let a vCPU do the instruction in a breakpoint's place; and have it there again */
int kvmlib__step_lift(const struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint64_t pc,
		      const char *function);
void kvmlib__step_put_back(const struct kvmlib_debug *debug, const struct kvmlib_vcpu *vcpu);
/* The software breakpoint at a linear address, or NULL; where that is in guest memory, if it is. */
struct kvmlib__debug_place {
	struct kvmlib__point *point;
	uint64_t gpa;
	bool is_mapped;
};
int kvmlib__step_find(const struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint64_t linear,
		      struct kvmlib__debug_place *ret_place);

#endif
