/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>

static struct sim_request *find_request(const struct kvmlib_sim *sim, uint32_t request)
{
	for (size_t i = 0; i < sim->nr_requests; i++)
		if (sim->requests[i].request == request)
			return &sim->requests[i];
	return NULL;
}

static struct sim_request *make_request(struct kvmlib_sim *sim, uint32_t request)
{
	struct sim_request *found = find_request(sim, request);
	struct sim_request *requests;

	if (found)
		return found;
	requests = kvmlib__sim_make_room(sim->requests, &sim->requests_room, sim->nr_requests + 1,
					 sizeof(*requests));
	if (!requests)
		return NULL;
	sim->requests = requests;
	found = &requests[sim->nr_requests++];
	*found = (struct sim_request){ .request = request };
	return found;
}

/* Returns the failure that is armed for this request, or 0. */
int kvmlib__sim_count_request(struct kvmlib_sim *sim, uint32_t request)
{
	struct sim_request *known = make_request(sim, request);

	if (!known)
		return -ENOMEM;
	known->calls++;
	if (!known->fail_times)
		return 0;
	known->fail_times--;
	return -known->fail_error;
}

int kvmlib_sim_fail_ioctl(struct kvmlib_sim *sim, unsigned long request, int error,
			  unsigned int times)
{
	struct sim_request *known;

	if (!sim || (times && (error <= 0 || error > SIM_MAX_ERRNO)))
		return -EINVAL;
	kvmlib__sim_lock(sim);
	known = make_request(sim, (uint32_t)request);
	if (known) {
		known->fail_times = times;
		known->fail_error = error;
	}
	kvmlib__sim_unlock(sim);
	return known ? 0 : -ENOMEM;
}

uint64_t kvmlib_sim_nr_ioctls(struct kvmlib_sim *sim, unsigned long request)
{
	const struct sim_request *known;
	uint64_t calls;

	kvmlib__sim_lock(sim);
	known = find_request(sim, (uint32_t)request);
	calls = known ? known->calls : 0;
	kvmlib__sim_unlock(sim);
	return calls;
}
