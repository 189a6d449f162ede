/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__CONTROL_H
#define KVMLIB__CONTROL_H

#include <pthread.h>
#include <time.h>

#include <kvmlib/control.h>

#include "../../core/cap.h"
#include "../../core/handles.h"
#include "../irq/irq.h"

/* What another thread wants done on a vCPU's thread. */
struct kvmlib__work {
	struct kvmlib__work *next;
	int (*function)(struct kvmlib_vcpu *vcpu, void *userdata);
	void *userdata;
	int result;
	enum {
		KVMLIB__WORK_QUEUED,
		KVMLIB__WORK_BEGUN,
		KVMLIB__WORK_DONE,
		KVMLIB__WORK_LEFT /* the vCPU has left the group */
	} progress;
	bool is_abandoned; /* nobody waits for it: the vCPU's thread frees it */
};

/* A vCPU of a group. All but what is constant is under the group's lock. */
struct kvmlib__member {
	struct kvmlib__member *next;
	struct kvmlib_control *control; /* counted reference */
	struct kvmlib_vcpu *vcpu;	/* counted reference */
	int32_t tid;			/* of the thread that joined */
	uint32_t where; /* KVMLIB_CONTROL_OUT, PARKED or WAITING; the rest is found out */
	bool is_attending;
	bool is_away; /* its program waits in a loop; its own thread's alone */
	struct kvmlib__eventfd news_fd;
	unsigned int own_pauses;
	struct kvmlib__work *first;
};

/* A vCPU that the group made. */
struct kvmlib__plugged {
	struct kvmlib__plugged *next;
	struct kvmlib_vcpu *vcpu;    /* counted reference */
	struct kvmlib__fresh *fresh; /* its first state; NULL: there is no reset */
	bool is_out;		     /* the program has it */
};

struct kvmlib_control {
	struct kvmlib_vm *vm; /* counted reference */
	atomic_uint refs;
	int signo;
	uint32_t flags;
	struct kvmlib_coalesced *coalesced; /* counted reference, or NULL */
	atomic_uint nr_pauses;		    /* changes under the lock */

	pthread_mutex_t lock;
	pthread_cond_t arrived; /* a vCPU has come out of the guest, done its work, or left */
	pthread_cond_t news;	/* for vCPUs that are out: a pause ended, there is work, a kick */
	struct kvmlib__eventfd arrived_fd;
	struct kvmlib__member *members;

	pthread_mutex_t plug_lock; /* taken before the other; of what follows */
	struct kvmlib__plugged *plugged;
};

/* A point of time that does not move with the clock on the wall. */
struct kvmlib__deadline {
	bool is_never;
	struct timespec time;
};

/* The lock of the group is held in all that follow. */

/* member.c */
struct kvmlib__member *kvmlib__member_of(const struct kvmlib_control *control,
					 const struct kvmlib_vcpu *vcpu);
/* That of the calling thread, or NULL. */
struct kvmlib__member *kvmlib__member_here(const struct kvmlib_control *control);
/* The same without the lock: no other thread can make it leave. */
struct kvmlib__member *kvmlib__member_self(struct kvmlib_control *control);
/* Whether it is out of the guest, and stays there. */
bool kvmlib__member_is_held(const struct kvmlib__member *member);
bool kvmlib__member_is_gone(const struct kvmlib__member *member);
uint32_t kvmlib__member_where(const struct kvmlib__member *member);

/* Without the lock: take it out of the group, if it is in, with nothing owed and on no thread. */
int kvmlib__leave_drained(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			  const char *function);

/* plug.c: the group ends */
void kvmlib__plugged_end(struct kvmlib_control *control);

/* Whether this architecture can reset a vCPU. */
#define KVMLIB__HAS_RESET \
	(!KVMLIB__ELSEWHERE(X86_64) || !KVMLIB__ELSEWHERE(ARM64) || !KVMLIB__ELSEWHERE(S390X))

/* fresh.c: what a new vCPU has; records name the ioctl */
struct kvmlib__fresh;
int kvmlib__fresh_save(struct kvmlib_vcpu *vcpu, struct kvmlib__fresh **ret_fresh);
int kvmlib__fresh_restore(struct kvmlib_vcpu *vcpu, const struct kvmlib__fresh *fresh);
void kvmlib__fresh_free(struct kvmlib__fresh *fresh);

/* notify.c: wake up who waits, here or in a loop of the program's */
void kvmlib__tell_arrived(struct kvmlib_control *control);
void kvmlib__tell_news(struct kvmlib_control *control);

/* attend.c */
struct kvmlib__deadline kvmlib__deadline_after(uint64_t nanoseconds);
/* Returns whether the deadline has passed; a wait may end before, without any news. */
bool kvmlib__wait(struct kvmlib_control *control, pthread_cond_t *cond,
		  const struct kvmlib__deadline *deadline);
/* The same, but it ends so soon that a thread which has ended is found out. */
bool kvmlib__wait_a_while(struct kvmlib_control *control, pthread_cond_t *cond,
			  const struct kvmlib__deadline *deadline);

/* What a vCPU's thread is out of the guest for, besides others' work and pauses. */
struct kvmlib__errand {
	bool (*is_done)(const struct kvmlib__member *member, const void *userdata);
	const void *userdata;
	/* One of those above; not called where it is done from the beginning. */
	bool (*wait)(struct kvmlib_control *control, pthread_cond_t *cond,
		     const struct kvmlib__deadline *deadline);
	struct kvmlib__deadline deadline;
};

/*
 * The thread of a vCPU that is out of the guest: do the others' work until the errand is done or its
 * deadline has passed, and no pause holds it any more. Returns whether it was done.
 */
bool kvmlib__attend(struct kvmlib__member *member, uint32_t where,
		    const struct kvmlib__errand *errand);

/* Without the lock: finish the last exit of the calling thread's vCPU, without running the guest on. */
int kvmlib__drain(struct kvmlib_vcpu *vcpu, const char *function);

int kvmlib__not_joined(const struct kvmlib_vcpu *vcpu, const char *function);

#endif
