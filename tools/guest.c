/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest from its image to its end. */
#include "guest.h"

#include <time.h>

#include "image/image.h"
#include "saved.h"
#include "snapshot.h"
#include "tool.h"

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A guest that ended by itself has nothing to go on with. */
static int save(const struct guest *guest)
{
	if (!guest->options->save)
		return STATUS_OK;
	if (guest->options->snapshot_at)
		return snapshot_finish(guest);
	if (guest_can_go_on(guest))
		return saved_write(guest);
	say(RUN, "the guest has ended: nothing is saved");
	return STATUS_NO;
}

static int end(struct guest *guest, int looked)
{
	int status = guest_report(guest), saved = save(guest), sampled, mapped;

	if (guest->options->stats)
		stats_print(&guest->stats, guest->seconds, guest->vcpus, guest->machine.nr_vcpus);
	sampled = sampler_finish(&guest->sampler);
	mapped = dirty_map_finish(&guest->dirty_map);
	if (saved == STATUS_HOST || !status)
		status = saved;
	return status ? status : looked ? looked : sampled ? sampled : mapped;
}

static int start_sampling(struct guest *guest)
{
	int status = dirty_map_start(&guest->dirty_map, guest->options, guest->machine.memory.map);

	if (status)
		return status;
	status = sampler_start(&guest->sampler, guest->options->sampling, &guest->machine);
	if (!status)
		return STATUS_OK;
	dirty_map_stop(&guest->dirty_map);
	dirty_map_finish(&guest->dirty_map);
	return status;
}

/* Those who look on while the guest runs. */
static int start_looking(struct guest *guest)
{
	int status = live_stats_start(&guest->live_stats, guest);

	if (status)
		return status;
	status = start_sampling(guest);
	if (status)
		live_stats_stop(&guest->live_stats);
	return status;
}

static int stop_looking(struct guest *guest)
{
	int status = live_stats_stop(&guest->live_stats);

	sampler_stop(&guest->sampler);
	dirty_map_stop(&guest->dirty_map);
	return status;
}

/* The vCPUs must stay until the watch, which may kick them, has stopped. */
static int run(struct guest *guest)
{
	int status, looked;

	guest->started = now();
	status = watch_start(&guest->watch, guest->control, guest->options->timeout);
	if (status)
		return status;
	status = start_looking(guest);
	if (status) {
		watch_stop(&guest->watch);
		return status;
	}
	vcpu_threads_run(guest);
	looked = stop_looking(guest);
	watch_stop(&guest->watch);
	return end(guest, looked);
}

static int run_group(struct guest *guest)
{
	int status;

	if (kvmlib_control_new(guest->machine.vm, NULL, &guest->control) < 0)
		return say_error(RUN, "can't control the vCPUs as a group");
	status = vcpu_threads_open(guest);
	if (!status)
		status = run(guest);
	vcpu_threads_close(guest);
	kvmlib_control_unref(guest->control);
	return status;
}

/* The machine, as it was made or as it was saved. */
static int open_machine(struct guest *guest, struct run_options *options)
{
	struct image_input *saved = NULL;
	int status = options->restore ? saved_read(options, &saved) : STATUS_OK;

	if (!status)
		status = machine_open(&guest->machine, options);
	devices_init(&guest->devices, &guest->console, options);
	if (!status && saved)
		status = saved_restore(guest, saved);
	options->saved = NULL;
	image_close(saved);
	return status;
}

int guest_run(struct run_options *options)
{
	struct guest guest = {
		.options = options,
		.machine.memory.file = -1,
		.console.until = options->until,
		.console.snapshot_at = options->snapshot_at,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	int status = saved_check_place(options);

	if (!status)
		status = open_machine(&guest, options);
	if (!status)
		status = run_group(&guest);
	machine_close(&guest.machine);
	return status;
}
