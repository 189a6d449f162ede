/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__STATE_PLAN_H
#define KVMLIB__STATE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include "../../core/handles.h"
#include "state.h"

/* What a VM has or has not, and the facts of capabilities don't tell. */
#define KVMLIB__HAS_LAPIC      0x1U
#define KVMLIB__HAS_PIC	       0x2U
#define KVMLIB__HAS_PIT	       0x4U
#define KVMLIB__HAS_NESTED     0x8U
#define KVMLIB__HAS_TSC_OFFSET 0x10U
#define KVMLIB__HAS_MEMORY     0x20U
#define KVMLIB__HAS_ROUTES     0x40U
#define KVMLIB__HAS_SREGS2     0x80U
#define KVMLIB__HAS_OLD_SREGS  0x100U /* and no newer ones */
#define KVMLIB__HAS_XSAVE2     0x200U
#define KVMLIB__HAS_GIC	       0x400U
#define KVMLIB__HAS_ITS	       0x800U
#define KVMLIB__HAS_AIA	       0x1000U

/* Bits of all kinds of problems, and flags of restoring. */
#define KVMLIB__ALL_PROBLEMS 0x7ffU
#define KVMLIB__RESTORE_FLAGS \
	(KVMLIB_STATE_REALTIME | KVMLIB_STATE_NO_WAY_BACK | KVMLIB_STATE_KEEP_DEADLINE)

#define KVMLIB__MAX_FIXED 8U

/* What a restore that failed has left, as its record tells. */
enum kvmlib__outcome {
	KVMLIB__UNTOUCHED,
	KVMLIB__OLD_STATE,
	KVMLIB__UNUSABLE,
};

struct kvmlib__item_kind;

/* One save or one restore on its way. */
struct kvmlib__transfer {
	struct kvmlib_state_plan *plan;
	struct kvmlib_state *state;
	const char *function;
	uint32_t flags;	  /* of restoring */
	uint32_t allow;	  /* of restoring */
	uint64_t passed;  /* REALTIME: since it was saved, in nanoseconds */
	bool is_way_back; /* saving what a restore may have to go back to, and going back */
	bool is_reset;	  /* to what this very VM was, without time having passed for its guest */
};

/* One of the library's steps: with get it saves an item, with put it restores one, else it runs. */
struct kvmlib__state_step {
	struct kvmlib_state_step facts;
	const char *item; /* NULL: its name */
	/* Up to so many bytes, which are zeroed; the plan may have more to say. Returns how many. */
	size_t room;
	size_t (*room_of)(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
	int64_t (*get)(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
		       size_t room);
	/* vcpu is NULL in steps of the VM. Not called where the state has no such item. */
	int (*put)(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		   const struct kvmlib_state_item *item);
	int (*run)(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu);
	uint32_t needs;	       /* KVMLIB__HAS_* */
	bool is_between_vcpus; /* it means nothing to one alone */
	bool is_not_reset; /* what the guest can't have changed, or what tells it of the time passed */
};

/* A step of a plan: the library's, or a program's own. */
struct kvmlib__planned {
	const struct kvmlib_state_step *facts;
	const struct kvmlib__state_step *step; /* NULL: a program's */
	const struct kvmlib__item_kind *kind;  /* of what it restores, or NULL */
};

/* What an item of the library's has to be like. */
struct kvmlib__item_kind {
	const char *name;
	uint32_t scope;
	uint32_t capability; /* that it needs; 0: none */
	uint32_t needs;	     /* KVMLIB__HAS_* */
	size_t unit;	     /* the length is a multiple of it ... */
	size_t least;	     /* ... and that at least ... */
	size_t most;	     /* ... and that at most; 0: as it comes */
	bool (*is_whole)(const struct kvmlib_state_item *item); /* NULL: that is all */
};

struct kvmlib_state_plan {
	struct kvmlib_vm *vm; /* counted references, all of them */
	struct kvmlib_control *control;
	struct kvmlib_memory *memory;
	struct kvmlib_routes *routes;
	struct kvmlib_device *gic;
	struct kvmlib_device *aia;
	struct kvmlib_device **its;
	size_t nr_its;
	struct kvmlib_vcpu **vcpus;
	size_t nr_vcpus;
	uint64_t timeout;

	struct kvmlib__planned *steps[2]; /* by direction */
	size_t nr_steps[2];

	uint32_t has; /* KVMLIB__HAS_* */
	size_t xsave_size;
	size_t nested_size;
	uint32_t *msrs; /* those that can be read; NULL: not known yet */
	uint32_t nr_msrs;
	uint32_t fixed_msrs[KVMLIB__MAX_FIXED]; /* those that can't be set; a reset leaves them */
	uint32_t nr_fixed;
};

/* The architecture's; steps in the order in which they are done. */
extern const struct kvmlib__state_step kvmlib__state_steps[];
extern const size_t kvmlib__nr_state_steps;
extern const struct kvmlib__item_kind kvmlib__state_items[];
extern const size_t kvmlib__nr_state_items;

/* Ask the host what a plan wants to know: 0, or a failure with its record. */
int kvmlib__state_learn(struct kvmlib_state_plan *plan, const char *function);

/* What the host lacks that the state needs. */
struct kvmlib__search {
	struct kvmlib_state_plan *plan;
	const struct kvmlib_state *state;
	const struct kvmlib_state_restore_opts *opts;
	int (*problem)(const struct kvmlib_state_problem *problem, void *userdata);
	void *userdata;
	const char *function;
	int count;
};
int kvmlib__state_found(struct kvmlib__search *search, const struct kvmlib_state_problem *problem);

/* The architecture's part of the search; items have been found well-formed. */
int kvmlib__state_check_host(struct kvmlib__search *search);

/* REALTIME: how long ago it was saved, as far as it was noted then. */
int kvmlib__state_ask_time(struct kvmlib__transfer *transfer);

/* check.c */
const struct kvmlib__item_kind *kvmlib__state_kind_of(const char *name);
bool kvmlib__state_is_well_formed(const struct kvmlib__item_kind *kind,
				  const struct kvmlib_state_item *item);
/* Refuse what is of another architecture, or of another order of bytes; and such a state. */
int kvmlib__state_judge_architecture(uint16_t architecture, uint16_t order, const char *function);
int kvmlib__state_check_architecture(const struct kvmlib_state *state, const char *function);
int kvmlib__state_search(struct kvmlib__search *search);
int kvmlib__state_restore_opts(struct kvmlib_state_restore_opts *opts,
			       const struct kvmlib_state_restore_opts *given, unsigned int position,
			       const char *function);

/* machine.c */
bool kvmlib__state_owns(const struct kvmlib_vm *vm, const struct kvmlib_state_plan_opts *opts);

/* save.c: the steps, for one vCPU, or for all and the VM (NULL). */
/* The group is held, and no vCPU is inside KVM_RUN; its exit may be unfinished. */
int kvmlib__state_hold(struct kvmlib_state_plan *plan, const char *function);
/* The same, of a guest that can be looked into, and nothing is unfinished. */
int kvmlib__state_quiesce(struct kvmlib_state_plan *plan, const char *function);
void kvmlib__state_go_on(struct kvmlib_state_plan *plan);
int kvmlib__state_quiesce_vcpu(const struct kvmlib_state_plan *plan, const struct kvmlib_vcpu *vcpu,
			       const char *function);
int kvmlib__state_save_all(struct kvmlib__transfer *transfer);
bool kvmlib__state_has_vcpu(const struct kvmlib_state_plan *plan, const struct kvmlib_vcpu *vcpu);

/* restore.c: back to what was saved of the same VM, which is quiesced. Allocates nothing. */
int kvmlib__state_put_back(struct kvmlib_state_plan *plan, struct kvmlib_state *state,
			   const char *function);

/* Whether KVM writes to guest memory when that is done. */
bool kvmlib__state_writes_memory(const struct kvmlib_state_plan *plan,
				 const struct kvmlib_state *state);

/* machine.c: what KVM can't tell. */
size_t kvmlib__room_of_capabilities(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_capabilities(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
				 void *data, size_t room);
size_t kvmlib__room_of_memory(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_memory(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			   size_t room);
size_t kvmlib__room_of_private_memory(const struct kvmlib_state_plan *plan,
				      struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_private_memory(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
				   void *data, size_t room);
size_t kvmlib__room_of_routes(const struct kvmlib_state_plan *plan, struct kvmlib_vcpu *vcpu);
int64_t kvmlib__get_routes(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu, void *data,
			   size_t room);
int kvmlib__put_routes(struct kvmlib__transfer *transfer, struct kvmlib_vcpu *vcpu,
		       const struct kvmlib_state_item *item);
int kvmlib__check_machine(struct kvmlib__search *search);

/* As they stand in items; 8 byte numbers in the order of the architecture. */
struct kvmlib__saved_capability {
	uint64_t capability;
	uint64_t args[4];
};
struct kvmlib__saved_region {
	uint64_t gpa;
	uint64_t length;
	uint32_t flags; /* KVMLIB_MEMORY_READONLY, _CONVERTIBLE */
	uint32_t space;
};
struct kvmlib__saved_route {
	char name[32];
	struct kvmlib_irq_routing_entry entry;
};

#endif
