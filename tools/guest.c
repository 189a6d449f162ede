/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest from its image to its end. */
#include "guest.h"

#include <time.h>

#include "tool.h"

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

#ifdef __x86_64__
static int end(struct guest *guest)
{
	int status = guest_report(guest), sampled, mapped;

	if (guest->options->stats)
		stats_print(&guest->stats, guest->seconds, guest->machine.vm, guest->machine.vcpu);
	sampled = sampler_finish(&guest->sampler);
	mapped = dirty_map_finish(&guest->dirty_map);
	return status ? status : sampled ? sampled : mapped;
}

/* Those who look on while the guest runs. */
static int start_looking(struct guest *guest)
{
	int status = dirty_map_start(&guest->dirty_map, guest->options, guest->machine.memory.map);

	if (status)
		return status;
	status = sampler_start(&guest->sampler, guest->options->sampling, guest->machine.vm,
			       guest->machine.vcpu);
	if (!status)
		return STATUS_OK;
	dirty_map_stop(&guest->dirty_map);
	dirty_map_finish(&guest->dirty_map);
	return status;
}

/* The machine must stay until the watch, which may kick its vCPU, has stopped. */
static int run(struct guest *guest)
{
	int status = watch_start(&guest->watch, guest->machine.system, guest->machine.vcpu,
				 guest->options->timeout);

	if (status)
		return status;
	status = start_looking(guest);
	if (status) {
		watch_stop(&guest->watch);
		return status;
	}
	guest->started = now();
	guest_loop(guest);
	guest->seconds = now() - guest->started;
	sampler_stop(&guest->sampler);
	dirty_map_stop(&guest->dirty_map);
	watch_stop(&guest->watch);
	return end(guest);
}

int guest_run(const struct run_options *options)
{
	struct guest guest = { .options = options, .console.until = options->until };
	int status = machine_open(&guest.machine, options);

	ports_init(&guest.ports, &guest.console, options->debug_port, options->ram.size);
	if (!status)
		status = run(&guest);
	machine_close(&guest.machine);
	return status;
}
#else
int guest_run(const struct run_options *options)
{
	(void)options;
	say(RUN, "guests run on x86-64 only, so far");
	return STATUS_HOST;
}
#endif
