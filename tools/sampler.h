/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SAMPLER_H
#define SAMPLER_H

#include <kvmlib/kvmlib.h>

#include "machine.h"
#include "plot.h"
#include "samples.h"
#include "sampling.h"
#include "ticker.h"

/* A thread that samples the statistics of a VM and its vCPUs while they run. */
struct sampler {
	const struct sampling *sampling; /* NULL: nothing is sampled */
	struct kvmlib_stats *vm;
	struct kvmlib_stats **vcpus;
	uint32_t nr_vcpus;	/* whose statistics are open */
	struct samples samples; /* the ticker's until it has stopped */
	struct origin {
		struct kvmlib_stats *stats;
		size_t index;
	} * origins; /* of the columns */
	struct plot plot;
	double started;
	struct ticker ticker;
};

/* Take a first sample and go on. Returns STATUS_OK, or another status after a message; only then is
 * there nothing to stop. */
int sampler_start(struct sampler *sampler, const struct sampling *sampling,
		  const struct machine *machine);

/* Stop the thread: what it prints must not run into what others do. */
void sampler_stop(struct sampler *sampler);

/* After that, take a last sample, and draw all. Returns the status as above. */
int sampler_finish(struct sampler *sampler);

#endif
