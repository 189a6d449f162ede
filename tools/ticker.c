/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happens every so often while a guest runs. */
#include "ticker.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define SECOND 1000000000L

static void *run(void *userdata)
{
	struct ticker *ticker = userdata;
	struct pollfd waits[] = { { .fd = ticker->timer, .events = POLLIN },
				  { .fd = ticker->stop, .events = POLLIN } };
	uint64_t ticks;

	while (!ticker->status) {
		if (poll(waits, 2, -1) < 0)
			continue;
		if (waits[1].revents)
			return NULL;
		if (read(ticker->timer, &ticks, sizeof(ticks)) == sizeof(ticks))
			ticker->status = ticker->tick(ticker->userdata);
	}
	return NULL;
}

int ticker_start(struct ticker *ticker, double interval, int (*tick)(void *userdata),
		 void *userdata)
{
	struct itimerspec time = { .it_interval.tv_sec = (time_t)interval };

	time.it_interval.tv_nsec = (long)((interval - (double)(time_t)interval) * (double)SECOND);
	if (!time.it_interval.tv_sec && !time.it_interval.tv_nsec)
		time.it_interval.tv_nsec = 1;
	time.it_value = time.it_interval;
	*ticker = (struct ticker){ .tick = tick, .userdata = userdata };
	ticker->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	ticker->stop = eventfd(0, EFD_CLOEXEC);
	if (ticker->timer < 0 || ticker->stop < 0 ||
	    timerfd_settime(ticker->timer, 0, &time, NULL) < 0)
		return -errno;
	return -pthread_create(&ticker->thread, NULL, run, ticker);
}

void ticker_stop(struct ticker *ticker)
{
	eventfd_write(ticker->stop, 1);
	pthread_join(ticker->thread, NULL);
}

void ticker_close(struct ticker *ticker)
{
	if (ticker->timer >= 0)
		close(ticker->timer);
	if (ticker->stop >= 0)
		close(ticker->stop);
}
