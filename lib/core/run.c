/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Running a vCPU, and making it stop.
 *
 * The kicker sets immediate_exit, then `kicked`, then looks at `in_run`; the runner sets `in_run`,
 * then enters KVM_RUN, which looks at immediate_exit. Whichever comes later sees the other: either
 * the kernel returns at once, or the kicker sends the signal. For that each side has a full barrier
 * between its store and its look; entering the kernel is none everywhere.
 *
 * After EINTR the runner takes `kicked` back first, and clears immediate_exit only if it was set: an
 * immediate_exit without `kicked` is of other code in the process, and left alone. Setting and
 * clearing go in opposite orders, so that a kick that falls between the two steps of the runner, or
 * is itself overtaken between its own two, ends in one of two ways. Either its immediate_exit was
 * cleared, and it is part of the kick being reported; a `kicked` that stays set then makes a later
 * foreign signal look like a kick, no more. Or its immediate_exit stays, and so will its `kicked`,
 * and the next run reports it. (In any other order immediate_exit could stay set with `kicked`
 * clear, and no run would ever enter the guest again.) All steps are exchanges, so that the runner
 * sees whatever each kicker did before.
 *
 * A kick that finds both set, and a signal sent since they were, sends none: real-time signals
 * would queue up. (`signalled` may be stale, but then the kick that set immediate_exit anew has its
 * own signal to send.)
 */

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "handles.h"

#define LAST_SIGNAL 64

_Static_assert(sizeof(struct kvmlib__binding) == 8, "read and written as one");

static bool usable_signal(int signo)
{
	return signo >= 1 && signo <= LAST_SIGNAL && signo != SIGKILL && signo != SIGSTOP;
}

static int refuse_signal(int signo, const char *function)
{
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = KVMLIB_CAUSE_BAD_SIGNAL,
						 .errnum = -EINVAL,
						 KVMLIB__VALUES(KVMLIB__VALUE(SIGNAL, signo)) });
}

/* Report what KVM_RUN ended with. */
static int report(struct kvmlib_vcpu *vcpu, uint32_t reason, int result)
{
	vcpu->reason = reason;
	vcpu->run_result = result;
	vcpu->was_kick = 0;
	return 0;
}

static int report_interrupt(struct kvmlib_vcpu *vcpu)
{
	uint8_t kicked = __atomic_exchange_n(&vcpu->kicked, 0, __ATOMIC_SEQ_CST);

	if (kicked) {
		__atomic_store_n(&vcpu->signalled, 0, __ATOMIC_RELAXED);
		__atomic_exchange_n(&vcpu->run->immediate_exit, 0, __ATOMIC_SEQ_CST);
	}
	report(vcpu, KVMLIB_EXIT_INTR, -EINTR);
	vcpu->was_kick = kicked;
	return 0;
}

/* KVM_RUN answered an error: some are exits. */
__attribute__((cold, noinline)) static int run_failed(struct kvmlib_vcpu *vcpu, int r)
{
	if (r == -EINTR)
		return report_interrupt(vcpu);
	if (r == -EAGAIN)
		return report(vcpu, KVMLIB_EXIT_AGAIN, r);
	if ((r == -EFAULT || r == -EHWPOISON) && vcpu->run->exit_reason == KVMLIB_EXIT_MEMORY_FAULT)
		return report(vcpu, KVMLIB_EXIT_MEMORY_FAULT, r);

	report(vcpu, KVMLIB_EXIT_NONE, r);
	return kvmlib__vm_failed(
		vcpu->vm, KVMLIB__IOC_RUN,
		&(struct kvmlib__failure){ .function = "kvmlib_vcpu_run",
					   .errnum = r,
					   KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id)) });
}

/*
 * The one write to exit_reason: no later EFAULT may be taken for the fault. It comes as late as that,
 * so that all who look at the page after a run see what the kernel wrote.
 */
__attribute__((cold, noinline)) static void forget_memory_fault(struct kvmlib_vcpu *vcpu)
{
	if (vcpu->run_result && !kvmlib__vcpu_forked(vcpu))
		vcpu->run->exit_reason = KVMLIB_EXIT_UNKNOWN;
}

int kvmlib_vcpu_run(struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_sys_ops *sys;
	int r;

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	if (vcpu->reason == KVMLIB_EXIT_MEMORY_FAULT)
		forget_memory_fault(vcpu);
	sys = &vcpu->vm->system->sys;
	__atomic_store_n(&vcpu->in_run, 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	r = sys->ioctl(sys->ctx, vcpu->fd, KVM_RUN, 0);
	__atomic_store_n(&vcpu->in_run, 0, __ATOMIC_RELEASE);
	if (r < 0)
		return run_failed(vcpu, r);
	return report(vcpu, vcpu->run->exit_reason, 0);
}

int kvmlib_vcpu_bind(struct kvmlib_vcpu *vcpu, int signo)
{
	const struct kvmlib_sys_ops *sys;
	struct kvmlib__binding binding;

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	if (!usable_signal(signo))
		return refuse_signal(signo, __func__);
	if (kvmlib__vcpu_forked(vcpu))
		return KVMLIB__REFUSE(-EIO, FORKED, 1);

	sys = &vcpu->vm->system->sys;
	binding.tid = sys->gettid(sys->ctx);
	binding.signo = signo;
	__atomic_store(&vcpu->binding, &binding, __ATOMIC_RELEASE);
	return 0;
}

static int send_signal(struct kvmlib_vcpu *vcpu, const struct kvmlib__binding *binding)
{
	const struct kvmlib_sys_ops *sys = &vcpu->vm->system->sys;
	int r = sys->tgkill(sys->ctx, vcpu->tgid, binding->tid, binding->signo);

	if (!r)
		__atomic_store_n(&vcpu->signalled, 1, __ATOMIC_RELAXED);
	/* A thread that has ended since has left its run, which may have seen the kick, or the next will. */
	if (r == -ESRCH && !__atomic_load_n(&vcpu->in_run, __ATOMIC_SEQ_CST))
		return 0;
	return r;
}

/* Async-signal-safe: no lock, no allocation, no record, no log. */
int kvmlib_vcpu_kick(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib__binding binding;
	uint8_t pending;

	if (!vcpu)
		return -EINVAL;
	if (kvmlib__vcpu_forked(vcpu))
		return -EIO;

	pending = __atomic_exchange_n(&vcpu->run->immediate_exit, 1, __ATOMIC_SEQ_CST);
	pending &= __atomic_exchange_n(&vcpu->kicked, 1, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&vcpu->in_run, __ATOMIC_RELAXED))
		return 0;

	__atomic_load(&vcpu->binding, &binding, __ATOMIC_ACQUIRE);
	if (!binding.tid)
		return -ESRCH;
	if (pending && __atomic_load_n(&vcpu->signalled, __ATOMIC_RELAXED))
		return 0;
	return send_signal(vcpu, &binding);
}

/* The signal only has to interrupt KVM_RUN. */
static void do_nothing(int signo)
{
	(void)signo;
}

int kvmlib_kick_handler_install(struct kvmlib_system *system, int signo)
{
	struct sigaction action = { .sa_handler = do_nothing, .sa_flags = SA_RESTART | SA_ONSTACK };
	const struct kvmlib_sys_ops *sys;
	struct sigaction old;
	int r;

	if (!system)
		return KVMLIB__NULL_ARGUMENT(1);
	if (!usable_signal(signo))
		return refuse_signal(signo, __func__);

	sys = &system->sys;
	sigemptyset(&action.sa_mask);
	r = sys->sigaction(sys->ctx, signo, NULL, &old);
	if (!r && old.sa_handler == do_nothing)
		return 0;
	if (!r && old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN)
		r = -EBUSY;
	if (!r)
		r = sys->sigaction(sys->ctx, signo, &action, NULL);
	if (!r)
		return 0;
	return kvmlib__error_report(
		&system->log,
		&(const struct kvmlib__failure){ .function = __func__,
						 .call = r == -EBUSY ? NULL : "sigaction",
						 .cause = r == -EBUSY ? KVMLIB_CAUSE_HANDLER_EXISTS
								      : KVMLIB_CAUSE_BAD_SIGNAL,
						 .errnum = r,
						 KVMLIB__VALUES(KVMLIB__VALUE(SIGNAL, signo)) });
}

/* The kernel wants the size of its own set of signals, not of libc's. */
int kvmlib_vcpu_set_signal_mask(struct kvmlib_vcpu *vcpu, const uint64_t *mask)
{
	struct {
		uint32_t len;
		uint8_t sigset[sizeof(*mask)];
	} set = { .len = sizeof(*mask) };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	if (mask)
		memcpy(set.sigset, mask, sizeof(*mask));
	return KVMLIB__VCPU_IOCTL(vcpu, SET_SIGNAL_MASK, mask ? (uintptr_t)&set : 0);
}
