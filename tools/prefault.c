/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RAM that is there before the guest starts. */
#include "prefault.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "run.h"
#include "tool.h"
#include "watch.h"

#define MAX_THREADS 4
#define BAR_WIDTH   30

struct progress {
	sigset_t ends; /* Ctrl-C and its like, which are blocked meanwhile */
	int signo;     /* the one that came, or 0 */
	bool is_shown;
};

static void show(uint64_t done, uint64_t total)
{
	static const char full[] = "##############################";
	int filled = (int)(done * BAR_WIDTH / total);

	fprintf(stderr, "\r[%.*s%*s] %3" PRIu64 " %%, %" PRIu64 " of %" PRIu64 " MiB of RAM",
		filled, full, BAR_WIDTH - filled, "", done * 100 / total, done >> 20, total >> 20);
}

static int report(uint64_t done, uint64_t total, void *userdata)
{
	struct progress *progress = userdata;
	const struct timespec now = { 0 };
	int signo = sigtimedwait(&progress->ends, NULL, &now);

	if (progress->is_shown)
		show(done, total);
	progress->signo = signo > 0 ? signo : 0;
	return progress->signo;
}

static void erase(const struct progress *progress)
{
	if (progress->is_shown)
		fprintf(stderr, "\r\033[K");
}

static int populate(struct kvmlib_memory_region *ram, struct progress *progress)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	const struct kvmlib_memory_populate_opts opts = {
		.size = sizeof(opts),
		.progress = report,
		.userdata = progress,
		.threads = cpus < 1 ? 1 : (uint32_t)(cpus < MAX_THREADS ? cpus : MAX_THREADS),
	};
	int r = kvmlib_memory_region_populate(ram, &opts);

	erase(progress);
	if (progress->signo) {
		say(RUN, "ended by %s before the guest started",
		    watch_signal_name(progress->signo));
		return STATUS_SIGNAL + progress->signo;
	}
	return r < 0 ? say_error(RUN, "can't populate the guest's RAM") : STATUS_OK;
}

/* A signal that comes after the last look is left to whoever gets it unblocked. */
int prefault(struct kvmlib_memory_region *ram)
{
	struct progress progress = { .is_shown = isatty(STDERR_FILENO) };
	sigset_t old;
	int status;

	watch_fill_ends(&progress.ends);
	pthread_sigmask(SIG_BLOCK, &progress.ends, &old);
	status = populate(ram, &progress);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return status;
}
