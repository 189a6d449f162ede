/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

struct guest;
struct vcpu_thread;

/* How far the snapshot of --snapshot-at is; under the guest's lock. */
enum snapshot {
	SNAPSHOT_NONE,
	SNAPSHOT_BEGUN,
	SNAPSHOT_TAKEN,
	SNAPSHOT_FAILED, /* told already */
};

/* Take it, on the thread of a vCPU, if the guest has just printed its text. */
void snapshot_take(struct vcpu_thread *vcpu);

/* Tell, at the guest's end, if there is none. Returns a status. */
int snapshot_finish(const struct guest *guest);

#endif
