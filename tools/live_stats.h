/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIVE_STATS_H
#define LIVE_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "ticker.h"
#include "vcpu_table.h"

struct guest;

/* `kvmlib run --stats=SECONDS`: rows of the table of vCPUs while they run. */
struct live_stats {
	struct guest *guest;
	struct ticker ticker;
	struct vcpu_row *rows; /* those shown last */
	bool is_shown;
	bool is_in_place;   /* new rows take the place of the old */
	uint64_t nr_output; /* how much the guest had printed then */
};

/* Begin to show them, if the options ask for it. Returns STATUS_OK, or another status after a message;
 * only then is there nothing to stop. */
int live_stats_start(struct live_stats *live, struct guest *guest);

/* Returns the status as above. */
int live_stats_stop(struct live_stats *live);

#endif
