/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_CONTROL_FIXTURE_H
#define TESTS_CONTROL_FIXTURE_H

#include "fixture.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#define NR_GUESTS   3U
#define MILLISECOND UINT64_C(1000000)
#define LONG	    (30000 * MILLISECOND) /* nobody should have to wait for so long */

/* A guest that computes, unless it is scripted, and its thread. */
struct guest {
	struct kvmlib_vcpu *vcpu;
	pthread_t thread;
	int tid;
	sem_t joined;
	sem_t at_exit;	/* raised when the program has an exit to answer */
	sem_t answered; /* until which it does not go on */
	sem_t may_end;	/* a thread that ends waits for it */
	atomic_bool stop;
	enum { LEAVES, PAUSES_AND_LEAVES, PAUSES_AND_RESUMES, ENDS } at_end;
	atomic_uint interrupts; /* reported */
	atomic_uint refused;	/* runs, by EBUSY */
	int error;
};

extern struct kvmlib_control *control;
extern struct guest guests[NR_GUESTS];

/* Checked fixtures: the group and its vCPUs; with their threads in their guests; with KVMLIB_CONTROL_RETURN. */
void setup_group(void);
void setup_running(void);
void setup_returning(void);
void teardown_group(void);
TCase *add_group(Suite *suite, const char *name, SFun begin);

/* The group and its vCPUs, with KVMLIB_CONTROL_RETURN or without. */
void begin_group(uint32_t flags);
void start_guest(struct guest *guest);
void stop_guest(struct guest *guest);
void run_all(void);

/* Where that guest's thread is, KVMLIB_CONTROL_*. */
uint32_t where(size_t i);
void wait_until(size_t i, uint32_t wanted);
bool is_in_guest(size_t i);

/* Have that guest halt, or its thread end as it is told. */
void halt(size_t i);
void end_guest(size_t i);

/* For calls: count, and return the count. */
int add_one(struct kvmlib_vcpu *vcpu, void *userdata);

void assert_all(uint32_t wanted);
void wait_for_all(void);

#endif
