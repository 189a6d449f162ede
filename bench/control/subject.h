/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CONTROL_SUBJECT_H
#define BENCH_CONTROL_SUBJECT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>
#include <linux/kvm.h>

#include <rounds.h>

#define MAX_GUESTS 16U
#define SIGNAL	   (SIGRTMIN + 3)

/* A vCPU whose guest computes for ever, and its thread. */
struct guest {
	struct subject *subject;
	struct kvmlib_vcpu *vcpu;
	struct kvm_run *run;
	pthread_t thread;
	int fd;
	atomic_uint returns; /* from KVM_RUN */
};

struct subject {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_control *control;
	struct guest guests[MAX_GUESTS];
	size_t nr_guests;
	atomic_bool is_plain; /* threads make the ioctl themselves */
	atomic_bool stop;

	/* What holds threads that do it plainly. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	atomic_bool hold;
	size_t nr_held;
	unsigned int nr_released; /* pauses */
};

/* False where there is no KVM; the record tells why. */
bool subject_open(struct subject *subject);
void subject_close(struct subject *subject);

/* So many guests run from now on; and none any more. */
void subject_start(struct subject *subject, size_t nr_guests);
void subject_stop(struct subject *subject);

/* From now on threads run their guests that way. */
void subject_run_plainly(struct subject *subject, bool is_plain);

/* Print samples: of kicks, and of pauses with so many guests. */
void measure_kicks(struct subject *subject);
void measure_pauses(struct subject *subject, size_t nr_guests);

#endif
