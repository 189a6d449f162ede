/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A snapshot of a guest that goes on. */
#include "snapshot.h"

#include "guest.h"
#include "saved.h"
#include "tool.h"

/* The first vCPU that sees the text takes it. Once the guest has ended, vCPUs leave as they are. */
static bool is_due(struct guest *guest)
{
	bool is_due;

	pthread_mutex_lock(&guest->lock);
	is_due = guest->console.seen_snapshot && guest->snapshot == SNAPSHOT_NONE &&
		 guest->ending == RUNNING;
	if (is_due)
		guest->snapshot = SNAPSHOT_BEGUN;
	pthread_mutex_unlock(&guest->lock);
	return is_due;
}

void snapshot_take(struct vcpu_thread *vcpu)
{
	struct guest *guest = vcpu->guest;
	enum snapshot snapshot;

	if (!is_due(guest) || !guest_pause(vcpu))
		return;
	console_end_line(&guest->console);
	snapshot = saved_write(guest) ? SNAPSHOT_FAILED : SNAPSHOT_TAKEN;
	pthread_mutex_lock(&guest->lock);
	guest->snapshot = snapshot;
	pthread_mutex_unlock(&guest->lock);
	kvmlib_control_resume(guest->control);
}

int snapshot_finish(const struct guest *guest)
{
	if (guest->snapshot == SNAPSHOT_FAILED)
		return STATUS_HOST;
	if (guest->snapshot == SNAPSHOT_TAKEN)
		return STATUS_OK;
	say(RUN,
	    guest->console.seen_snapshot ? "the guest has ended: nothing is saved"
					 : "the guest never said \"%s\": nothing is saved",
	    guest->options->snapshot_at);
	return STATUS_NO;
}
