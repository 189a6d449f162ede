/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread for each vCPU. */
#include "vcpu_thread.h"

#include <stdlib.h>

#include "guest.h"
#include "tool.h"

static int open_thread(struct guest *guest, uint32_t id)
{
	struct vcpu_thread *vcpu = &guest->vcpus[id];

	vcpu->guest = guest;
	vcpu->vcpu = guest->machine.vcpus[id];
	vcpu->id = id;
	if (!guest->options->stats)
		return STATUS_OK;
	return vcpu_counts_open(&vcpu->counts, guest->machine.vm, vcpu->vcpu);
}

int vcpu_threads_open(struct guest *guest)
{
	int status = STATUS_OK;

	guest->vcpus = calloc(guest->machine.nr_vcpus, sizeof(*guest->vcpus));
	if (!guest->vcpus) {
		say(RUN, "no memory for the vCPUs");
		return STATUS_HOST;
	}
	for (uint32_t id = 0; !status && id < guest->machine.nr_vcpus; id++)
		status = open_thread(guest, id);
	return status;
}

void vcpu_threads_close(struct guest *guest)
{
	for (uint32_t id = 0; guest->vcpus && id < guest->machine.nr_vcpus; id++)
		vcpu_counts_close(&guest->vcpus[id].counts);
	free(guest->vcpus);
}

static void *run(void *userdata)
{
	guest_loop(userdata);
	return NULL;
}

/* Returns how many there are: the guest has ended where one is missing. */
static uint32_t start(struct guest *guest)
{
	for (uint32_t id = 0; id < guest->machine.nr_vcpus; id++) {
		struct vcpu_thread *vcpu = &guest->vcpus[id];
		int r = pthread_create(&vcpu->thread, NULL, run, vcpu);

		if (!r)
			continue;
		guest_end_without_thread(guest, r);
		return id;
	}
	return guest->machine.nr_vcpus;
}

void vcpu_threads_run(struct guest *guest)
{
	uint32_t nr = start(guest);

	for (uint32_t id = 0; id < nr; id++)
		pthread_join(guest->vcpus[id].thread, NULL);
}
