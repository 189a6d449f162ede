/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running a vCPU, exit by exit. */
#include "guest.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "tool.h"

#define INVALID_HYPERCALL 2 /* of Hyper-V */

static void note(struct vcpu_thread *vcpu, const struct seen *seen)
{
	history_add(&vcpu->history, seen, now());
	vcpu_counts_add(&vcpu->counts, seen->reason);
	stats_add(&vcpu->guest->stats, seen);
}

/* The error's record is this thread's own: it is told here. */
static enum ending fail(struct vcpu_thread *vcpu)
{
	struct guest *guest = vcpu->guest;

	console_end_line(&guest->console);
	say_error(RUN, "can't run vCPU %" PRIu32 " on, after %.3f s", vcpu->id,
		  now() - guest->started);
	return FAILED_CALL;
}

static uint64_t value_of(const void *data, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, data, size);
	return value;
}

static enum ending flush(struct guest *guest)
{
	int r = console_flush(&guest->console);

	if (r < 0) {
		guest->error = -r;
		return OUTPUT_FAILED;
	}
	return guest->console.seen ? SAID_TEXT : RUNNING;
}

static enum ending handle_io(struct vcpu_thread *vcpu)
{
	struct kvmlib_exit_io io;
	struct seen seen;

	if (kvmlib_vcpu_exit_io(vcpu->vcpu, &io) < 0)
		return fail(vcpu);
	devices_io(&vcpu->guest->devices, &io);
	seen = (struct seen){
		.reason = KVMLIB_EXIT_IO,
		.address = io.port,
		.value = value_of(io.data, io.size),
		.count = io.count,
		.size = io.size,
		.is_write = io.is_write,
	};
	note(vcpu, &seen);
	return flush(vcpu->guest);
}

static enum ending handle_mmio(struct vcpu_thread *vcpu)
{
	struct kvmlib_exit_mmio mmio;
	struct seen seen;

	if (kvmlib_vcpu_exit_mmio(vcpu->vcpu, &mmio) < 0)
		return fail(vcpu);
	devices_mmio(&vcpu->guest->devices, &mmio);
	seen = (struct seen){
		.reason = KVMLIB_EXIT_MMIO,
		.address = mmio.gpa,
		.value = value_of(mmio.data, mmio.len),
		.count = 1,
		.size = (uint8_t)mmio.len,
		.is_write = mmio.is_write,
	};
	note(vcpu, &seen);
	return flush(vcpu->guest);
}

static enum ending handle_event(struct vcpu_thread *vcpu)
{
	struct kvmlib_exit_system_event event;

	if (kvmlib_vcpu_exit_system_event(vcpu->vcpu, &event) < 0)
		return fail(vcpu);
	return event.type == KVMLIB_SYSTEM_EVENT_SHUTDOWN ? POWERED_OFF : OTHER_EVENT;
}

/* Pages of the SynIC need nothing; hypercalls that are not KVM's are none here. */
static enum ending handle_hyperv(struct vcpu_thread *vcpu)
{
	uint32_t type;

	if (kvmlib_vcpu_exit_hyperv_type(vcpu->vcpu, &type) < 0)
		return fail(vcpu);
	if (type == KVMLIB_EXIT_HYPERV_SYNIC)
		return RUNNING;
	if (type != KVMLIB_EXIT_HYPERV_HCALL)
		return UNEXPECTED;
	return kvmlib_vcpu_complete_hyperv_hcall(vcpu->vcpu, INVALID_HYPERCALL) < 0 ? fail(vcpu)
										    : RUNNING;
}

/* Also before the first run: whoever ends the guest kicks those alone who have joined. */
static enum ending handle_interrupt(struct vcpu_thread *vcpu)
{
	int fired = atomic_load(&vcpu->guest->watch.fired);

	if (!fired)
		return RUNNING;
	return fired == WATCH_TIMEOUT ? TIME_OVER : SIGNALLED;
}

/* What has no data but its reason. A vCPU that waits to be started leaves KVM when it is, by AGAIN. */
static enum ending handle_other(struct vcpu_thread *vcpu, uint32_t reason)
{
	note(vcpu, &(struct seen){ .reason = reason });
	switch (reason) {
	case KVMLIB_EXIT_INTR:
		return handle_interrupt(vcpu);
	case KVMLIB_EXIT_AGAIN:
		return RUNNING;
	case KVMLIB_EXIT_HLT:
		return HALTED;
	case KVMLIB_EXIT_SHUTDOWN:
		return SHUT_DOWN;
	case KVMLIB_EXIT_SYSTEM_EVENT:
		return handle_event(vcpu);
	case KVMLIB_EXIT_RISCV_SBI:
		return RUNNING; /* KVM has stored that there is no such call */
	case KVMLIB_EXIT_HYPERV:
		return handle_hyperv(vcpu);
	case KVMLIB_EXIT_INTERNAL_ERROR:
		return INTERNAL_ERROR;
	case KVMLIB_EXIT_FAIL_ENTRY:
		return FAILED_ENTRY;
	default:
		return UNEXPECTED;
	}
}

static enum ending answer(struct vcpu_thread *vcpu)
{
	uint32_t reason = kvmlib_vcpu_exit_reason(vcpu->vcpu);

	if (reason == KVMLIB_EXIT_IO)
		return handle_io(vcpu);
	if (reason == KVMLIB_EXIT_MMIO)
		return handle_mmio(vcpu);
	return handle_other(vcpu, reason);
}

/* All threads come out, see that there is an end, and leave. */
static void end(struct guest *guest, const struct vcpu_thread *vcpu, enum ending ending)
{
	guest->ending = ending;
	guest->ender = vcpu;
	guest->seconds = now() - guest->started;
	kvmlib_control_kick(guest->control, NULL);
}

/* What stops a guest that could go on. */
static bool is_from_outside(enum ending ending)
{
	return ending == SAID_TEXT || ending == TIME_OVER || ending == SIGNALLED;
}

static void note_ending(struct vcpu_thread *vcpu, enum ending ending)
{
	struct guest *guest = vcpu->guest;

	if (ending == RUNNING)
		return;
	if (!is_from_outside(ending))
		vcpu->is_over = true;
	if (guest->ending == RUNNING)
		end(guest, vcpu, ending);
}

/* Whether it has to be between two instructions at the guest's end: it is saved then, or just now. */
static bool is_saved_at_end(const struct guest *guest)
{
	return guest->options->save &&
	       (!guest->options->snapshot_at || guest->snapshot == SNAPSHOT_BEGUN);
}

static bool has_to_finish(const struct vcpu_thread *vcpu)
{
	bool has_to;

	pthread_mutex_lock(&vcpu->guest->lock);
	has_to = is_saved_at_end(vcpu->guest) && !vcpu->is_over;
	pthread_mutex_unlock(&vcpu->guest->lock);
	return has_to;
}

/* Returns whether the guest goes on. The first end counts: exits after it are answered only where the
 * guest is saved, for then they have happened. */
static bool handle(struct vcpu_thread *vcpu, enum ending (*handler)(struct vcpu_thread *vcpu))
{
	struct guest *guest = vcpu->guest;
	bool goes_on;

	pthread_mutex_lock(&guest->lock);
	if (guest->ending == RUNNING || is_saved_at_end(guest))
		note_ending(vcpu, handler(vcpu));
	goes_on = guest->ending == RUNNING;
	pthread_mutex_unlock(&guest->lock);
	return goes_on;
}

/* Half of an instruction is in no state: KVM finishes it, which may take further exits, and no other is
 * begun. */
static void finish_exit(struct vcpu_thread *vcpu)
{
	uint32_t reason;

	if (kvmlib_vcpu_kick(vcpu->vcpu) < 0) {
		handle(vcpu, fail);
		return;
	}
	do {
		handle(vcpu, kvmlib_control_run(vcpu->vcpu) < 0 ? fail : answer);
		reason = kvmlib_vcpu_exit_reason(vcpu->vcpu);
	} while (reason != KVMLIB_EXIT_INTR && reason != KVMLIB_EXIT_NONE);
}

bool guest_pause(struct vcpu_thread *vcpu)
{
	struct kvmlib_control *control = vcpu->guest->control;
	bool goes_on = true;
	int r;

	while (goes_on) {
		r = kvmlib_control_pause(control, KVMLIB_CONTROL_FOREVER);
		if (!r)
			return true;
		goes_on = handle(vcpu,
				 kvmlib_error_cause() == KVMLIB_CAUSE_EXIT_PENDING ? answer : fail);
	}
	return false;
}

void guest_loop(struct vcpu_thread *vcpu)
{
	bool goes_on;

	if (kvmlib_control_join(vcpu->guest->control, vcpu->vcpu) < 0) {
		handle(vcpu, fail);
		return;
	}
	goes_on = handle(vcpu, handle_interrupt);
	while (goes_on) {
		goes_on = handle(vcpu, kvmlib_control_run(vcpu->vcpu) < 0 ? fail : answer);
		if (goes_on && vcpu->guest->options->snapshot_at)
			snapshot_take(vcpu);
	}
	if (has_to_finish(vcpu))
		finish_exit(vcpu);
	kvmlib_control_leave(vcpu->guest->control, vcpu->vcpu);
}

bool guest_can_go_on(const struct guest *guest)
{
	for (uint32_t id = 0; id < guest->machine.nr_vcpus; id++)
		if (guest->vcpus[id].is_over)
			return false;
	return is_from_outside(guest->ending);
}

void guest_end_without_thread(struct guest *guest, int error)
{
	pthread_mutex_lock(&guest->lock);
	if (guest->ending == RUNNING) {
		guest->error = error;
		end(guest, NULL, NO_THREAD);
	}
	pthread_mutex_unlock(&guest->lock);
}
