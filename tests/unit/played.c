/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "played.h"

#include <string.h>

struct played played;

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;

/* The answers, the last one first. */
#define MAX_PLAYS 4
static struct play {
	unsigned long request;
	int (*answer)(unsigned long arg);
	unsigned int calls;
} table[MAX_PLAYS];

static struct play *find(unsigned long request)
{
	for (int i = 0; i < MAX_PLAYS; i++)
		if (table[i].answer && table[i].request == request)
			return &table[i];
	return NULL;
}

static int played_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	struct play *play = find(request);

	if (!play)
		return sim->ioctl(ctx, fd, request, arg);
	play->calls++;
	played.calls = table[0].calls;
	return play->answer(arg);
}

static int played_fcntl(void *ctx, int fd, int command, int argument)
{
	played.fcntl_fd = fd;
	played.fcntl_command = command;
	played.fcntl_argument = argument;
	if (played.fcntl_error)
		return -played.fcntl_error;
	return sim->fcntl(ctx, fd, command, argument);
}

static int played_close(void *ctx, int fd)
{
	played.closed = fd;
	return sim->close(ctx, fd);
}

void setup_played(void)
{
	memset(&played, 0, sizeof(played));
	memset(table, 0, sizeof(table));
	setup_sim();
	sim = kvmlib_sim_sys_ops(fix.sim);
	ops = *sim;
	ops.ioctl = played_ioctl;
	ops.fcntl = played_fcntl;
	ops.close = played_close;
	fix.sys = &ops;
	make_system();
	make_vm();
	make_vcpu();
}

void play(unsigned long request, int (*answer)(unsigned long arg))
{
	struct play *old = find(request);

	ck_assert(old || !table[MAX_PLAYS - 1].answer);
	memmove(table + 1, table,
		(size_t)((old ? old : &table[MAX_PLAYS - 1]) - table) * sizeof(table[0]));
	table[0] = (struct play){ .request = request, .answer = answer };
	played.calls = 0;
}

unsigned int plays(unsigned long request)
{
	const struct play *play = find(request);

	return play ? play->calls : 0;
}
