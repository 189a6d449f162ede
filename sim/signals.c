/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The signals that end a KVM_RUN. */
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define KERNEL_MASK_SIZE 8U /* sigset_t of libc is larger */

/* NULL: the thread's mask is that of its runs again. */
int kvmlib__sim_set_signal_mask(const struct sim_call *call)
{
	uint64_t from = call->arg;
	uint32_t size;
	sigset_t mask;
	int r;

	call->vcpu->masked = call->vcpu->masked && from;
	if (!from)
		return 0;
	r = kvmlib__sim_copy_from_user(&size, from, sizeof(size));
	if (r < 0)
		return r;
	if (size != KERNEL_MASK_SIZE)
		return REFUSE(SIGNAL_MASK);
	sigemptyset(&mask);
	r = kvmlib__sim_copy_from_user(&mask, from + sizeof(size), KERNEL_MASK_SIZE);
	if (r < 0)
		return r;
	call->vcpu->mask = mask;
	call->vcpu->masked = true;
	return 0;
}

/* A signal that the thread blocks must not be delivered in a run: it stays pending after it. */
static void apply_mask(const sigset_t *mask, struct sim_signals *signals)
{
	sigset_t watched;

	sigemptyset(&watched);
	for (int signo = 1; signo < NSIG; signo++)
		if (sigismember(mask, signo) == 1)
			sigaddset(&signals->run, signo);
		else if (sigismember(&signals->thread, signo) == 1)
			sigaddset(&watched, signo);
	signals->blocked = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * All are blocked from here on: a handler that ran before has set immediate_exit, if it meant to,
 * before it is read; a signal that comes later stays pending until it is waited for.
 */
void kvmlib__sim_begin_signals(const struct sim_vcpu *vcpu, struct sim_signals *signals)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &signals->thread);
	signals->run = signals->thread;
	signals->blocked = -1;
	if (vcpu->masked)
		apply_mask(&vcpu->mask, signals);
}

/* One that came since they were blocked is noticed, as the kernel does before it enters a guest. */
bool kvmlib__sim_wait_for_signal(const struct sim_signals *signals, int wake, bool block)
{
	struct timespec now = { 0 };
	struct pollfd fds[] = {
		{ .fd = wake, .events = POLLIN },
		{ .fd = signals->blocked, .events = POLLIN },
	};

	if (ppoll(fds, 2, block ? NULL : &now, &signals->run) < 0)
		return errno == EINTR;
	return fds[1].revents & POLLIN;
}

void kvmlib__sim_end_signals(struct sim_signals *signals)
{
	if (signals->blocked >= 0)
		close(signals->blocked);
	pthread_sigmask(SIG_SETMASK, &signals->thread, NULL);
}
