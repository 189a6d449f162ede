/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The loop: messages, looks, signals and the end of the time. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "../tool.h"
#include "follow.h"
#include "listener.h"
#include "show.h"

#define MAX_PATH 512U
#define MAX_WAIT 3600.0 /* seconds in one poll() */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Waiting */

static int milliseconds_left(const struct monitor *monitor)
{
	double until = monitor->next_look, left;

	if (monitor->end > 0 && monitor->end < until)
		until = monitor->end;
	left = until - now();
	if (left <= 0)
		return 0;
	return (int)((left < MAX_WAIT ? left : MAX_WAIT) * 1e3) + 1;
}

static void wait_for_more(struct monitor *monitor)
{
	struct pollfd polled[] = {
		{ .fd = listener_fd(monitor->listener), .events = POLLIN },
		{ .fd = monitor->signals, .events = POLLIN },
	};

	if (poll(polled, 2, milliseconds_left(monitor)) < 0)
		return;
	if (polled[1].revents)
		monitor->outcome = DONE;
	else if (monitor->end > 0 && now() >= monitor->end)
		monitor->outcome = TIME_OVER;
}

static void look(struct monitor *monitor)
{
	if (monitor->outcome == RUNNING)
		follow_look(monitor);
	monitor->next_look = now() + monitor->options->interval;
}

static void run(struct monitor *monitor)
{
	follow_list(monitor);
	while (monitor->outcome == RUNNING) {
		follow_drain(monitor);
		if (monitor->is_lost)
			follow_resync(monitor);
		if (now() >= monitor->next_look)
			look(monitor);
		if (monitor->outcome == RUNNING)
			wait_for_more(monitor);
	}
}

/* Beginning and end */

/* They are waited for together with the messages, so nothing runs in a handler. */
static int open_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int status_of(const struct monitor *monitor)
{
	switch (monitor->outcome) {
	case TIME_OVER:
		return monitor->options->count ? STATUS_TIMEOUT : STATUS_OK;
	case NO_OUTPUT:
		say(MONITOR, "can't write the output: %s", strerror(monitor->output_error));
		return STATUS_HOST;
	case BROKEN:
		return STATUS_HOST;
	case RUNNING:
	case DONE:
		break;
	}
	return STATUS_OK;
}

static const char *explain(int error)
{
	return error == ENODEV ? "not mounted (--mount)" : strerror(error);
}

static int start(struct monitor *monitor, char *folder, size_t size)
{
	const struct monitor_options *options = monitor->options;
	int r = debugfs_find(folder, size);
	struct host host = { .proc = "/proc", .debugfs = r < 0 ? NULL : folder };

	vms_init(&monitor->vms, &host);
	if (r < 0 && options->stats) {
		say(MONITOR, "--stats: debugfs: %s", explain(-r));
		return -1;
	}
	follow_check(monitor, show_listening(options->json, &host, r < 0 ? explain(-r) : NULL));
	monitor->next_look = now() + options->interval;
	monitor->end = options->timeout > 0 ? now() + options->timeout : 0;
	return 0;
}

int monitor_run(const struct monitor_options *options)
{
	struct monitor monitor = { .options = options };
	char folder[MAX_PATH];
	int status = STATUS_HOST;

	if (options->mount && debugfs_mount() < 0)
		return STATUS_HOST;
	if (listener_open(options->room, &monitor.listener) < 0)
		return STATUS_HOST;
	monitor.signals = open_signals();
	if (start(&monitor, folder, sizeof(folder)) == 0) {
		run(&monitor);
		status = status_of(&monitor);
	}
	vms_clear(&monitor.vms);
	close(monitor.signals);
	listener_close(monitor.listener);
	return status;
}
