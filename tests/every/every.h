/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_EVERY_H
#define TESTS_EVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <check.h>
#include <kvmlib/kvmlib.h>
#include <onkvm.h>

/* Guest memory, and beyond: what the guest stores at TELL_GPA leaves it. */
#define RAM_SIZE    0x40000U
#define TOUCHED_GPA 0x10000U
#define TOUCHED	    8U /* pages, each second one */
#define TELL_GPA    0xd0000U
#define ASK_GPA	    0xd0008U
#define LOOK_GPA    0x80120U

/*
 * A guest's code, and where it is: each has a page of its own. The emulator of arm64 hosts whose kernel
 * runs at EL2 may else go on with what an earlier VM had at that address.
 */
struct program {
	const uint8_t *start;
	const uint8_t *end;
	uint64_t gpa;
};

/* Tell 1, 2, 3, … */
extern const struct program count_program;
/* Ask for a number, and tell it; again and again. */
extern const struct program echo_program;
/* Write to the touched pages, then tell. */
extern const struct program touch_program;
/* Do nothing, for ever. */
extern const struct program spin_program;
/* arm64: tell which interrupt there is, again and again; by the instructions of a GICv3. */
extern const struct program ask_gic_program;
/* Look at the number at LOOK_GPA, and tell it; again and again. */
extern const struct program look_program;

/* The architecture's: a vCPU of a VM, about to run what is at that address. */
struct kvmlib_vcpu *start_vcpu(struct kvmlib_vm *vm, uint64_t gpa);

/* A VM and its memory; and, once started, a program in it and a vCPU. */
struct machine {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_memory_region *ram; /* added as it is started */
	uint8_t *bytes;			  /* of the memory */
	struct kvmlib_vcpu *vcpu;
};
void machine_new(struct machine *machine);
/* Memory with a program, for those that make their vCPUs themselves. */
void machine_load(struct machine *machine, const struct program *program);
void machine_start(struct machine *machine, const struct program *program);
void machine_free(struct machine *machine);

/*
 * One whose memory is slot 0, and no map's: for calls that a map makes by itself. Fixtures; nothing may be
 * left open in the end.
 */
extern struct machine plain;
void plain_setup(void);
void plain_teardown(void);
/* What its VM answers for a capability. */
int has(uint32_t capability);

/* Run to the next exit for memory that is none. */
struct kvmlib_exit_mmio run_to_mmio(struct kvmlib_vcpu *vcpu);
/* Run until the guest tells, and what. */
uint32_t told(struct kvmlib_vcpu *vcpu);
/* Run until the guest asks, and answer. */
void answer(struct kvmlib_vcpu *vcpu, uint16_t number);
/* Map the vCPU's descriptor from that page on; the caller unmaps it. */
void *map_vcpu(const struct machine *machine, size_t page, size_t size);
/* Let the vCPU finish what the exit owes: half an instruction is in no state. */
void finish(struct kvmlib_vcpu *vcpu);

/* What the plan saves. */
struct kvmlib_state *state_of(struct kvmlib_state_plan *plan);
/* Both have such an item of the VM, and it is the same. */
void expect_same(const struct kvmlib_state *a, const struct kvmlib_state *b, const char *item);

Suite *host_suite(void);
Suite *run_suite(void);
Suite *vcpu_suite(void);
Suite *fork_suite(void);
Suite *slot_suite(void);
Suite *guestmem_suite(void);
Suite *ring_suite(void);
Suite *eventfd_suite(void);
Suite *coalesced_suite(void);
Suite *stats_suite(void);
Suite *dirty_suite(void);
Suite *state_suite(void);
Suite *reset_suite(void);
Suite *regs_suite(void);
Suite *arm64_suite(void);
Suite *gic_suite(void);
Suite *its_suite(void);
Suite *aia_suite(void);
Suite *arm64_ids_suite(void);
Suite *arm64_vcpu_suite(void);
Suite *riscv64_suite(void);

#endif
