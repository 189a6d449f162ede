/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "played.h"

#include <string.h>

struct played played;

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;

static int played_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	if (!played.answer || request != played.request)
		return sim->ioctl(ctx, fd, request, arg);
	played.calls++;
	return played.answer(arg);
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
	played.request = request;
	played.answer = answer;
	played.calls = 0;
}
