/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What vCPUs do, while they run. */
#include "live_stats.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest.h"
#include "tool.h"

static bool is_wanted(const struct live_stats *live)
{
	return live->guest->options->stats_interval > 0;
}

static int take(struct vcpu_row *row, const struct vcpu_thread *vcpu, double time)
{
	uint64_t before = row->counts[COUNT_EXITS];
	double seconds = time - row->time;

	row->id = vcpu->id;
	if (vcpu_counts_take(&vcpu->counts, row->counts) < 0)
		return say_error(RUN, "can't read the statistics of vCPU %" PRIu32, vcpu->id);
	row->exits_a_second =
		seconds > 0 ? (double)(row->counts[COUNT_EXITS] - before) / seconds : 0;
	row->time = time;
	return STATUS_OK;
}

/* What the guest prints on the same terminal is not to be wiped away: after it, the table is shown anew. */
static void go_back(struct live_stats *live)
{
	struct console *console = &live->guest->console;

	if (live->nr_output != console->nr && console_is_shared())
		console_end_line(console);
	else if (live->is_in_place && live->is_shown)
		fprintf(stderr, "\033[%" PRIu32 "A\033[J", live->guest->machine.nr_vcpus);
}

static void show(struct live_stats *live)
{
	const struct guest *guest = live->guest;

	go_back(live);
	if (!live->is_shown)
		vcpu_table_print_titles(stderr, guest->vcpus[0].counts.stats != NULL);
	for (uint32_t id = 0; id < guest->machine.nr_vcpus; id++)
		vcpu_table_print_row(stderr, &live->rows[id]);
	live->nr_output = guest->console.nr;
	live->is_shown = true;
}

static int take_all(struct live_stats *live)
{
	double time = now() - live->guest->started;
	int status = STATUS_OK;

	for (uint32_t id = 0; !status && id < live->guest->machine.nr_vcpus; id++)
		status = take(&live->rows[id], &live->guest->vcpus[id], time);
	return status;
}

/* After the guest's end its counts are told elsewhere. */
static int look(void *userdata)
{
	struct live_stats *live = userdata;
	int status = STATUS_OK;

	pthread_mutex_lock(&live->guest->lock);
	if (live->guest->ending == RUNNING) {
		status = take_all(live);
		if (!status)
			show(live);
	}
	pthread_mutex_unlock(&live->guest->lock);
	return status;
}

/* Rows that are not on the screen any more can't be replaced. */
static bool has_room(uint32_t rows)
{
	struct winsize size;

	return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_row > rows;
}

int live_stats_start(struct live_stats *live, struct guest *guest)
{
	int r;

	*live = (struct live_stats){ .guest = guest, .ticker = { .timer = -1, .stop = -1 } };
	if (!is_wanted(live))
		return STATUS_OK;
	live->is_in_place = has_room(guest->machine.nr_vcpus);
	live->rows = calloc(guest->machine.nr_vcpus, sizeof(*live->rows));
	r = live->rows ? ticker_start(&live->ticker, guest->options->stats_interval, look, live)
		       : -ENOMEM;
	if (!r)
		return STATUS_OK;
	ticker_close(&live->ticker);
	free(live->rows);
	say(RUN, "can't show statistics: %s", strerror(-r));
	return STATUS_HOST;
}

int live_stats_stop(struct live_stats *live)
{
	if (!is_wanted(live))
		return STATUS_OK;
	ticker_stop(&live->ticker);
	ticker_close(&live->ticker);
	free(live->rows);
	return live->ticker.status;
}
