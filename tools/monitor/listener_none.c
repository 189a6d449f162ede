/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In the place of listener.c where the tool is built without libnl. */
#include "listener.h"

#include <errno.h>

#include "../tool.h"
#include "monitor.h"

int listener_open(uint64_t room, struct listener **ret_listener)
{
	(void)room;
	(void)ret_listener;
	say(MONITOR,
	    "this kvmlib was built without its listener: configure found no libnl-3, or was told "
	    "--without-libnl");
	return -1;
}

void listener_close(struct listener *listener)
{
	(void)listener;
}

int listener_fd(const struct listener *listener)
{
	(void)listener;
	return -1;
}

int listener_receive(struct listener *listener, char **ret_message)
{
	(void)listener;
	(void)ret_message;
	return -EIO;
}
