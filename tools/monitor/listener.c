/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Listening to the kernel, through libnl.
 *
 * A uevent is text without a netlink header, so nl_recvmsgs() is not for it. Whoever may administer the
 * network can send to the same group: what is not from port 0, the kernel's, is not read at all.
 */
#include "listener.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "../tool.h"
#include "monitor.h"

#define KERNEL_GROUP 1U
#define KERNEL_PORT  0U
#define MAX_MESSAGE  16384U /* the kernel's are below 4 KiB */

struct listener {
	struct nl_sock *socket;
};

/* root may have more than the system's limit, others get as much as they may. */
static int set_room(struct nl_sock *socket, uint64_t room)
{
	int size = room > INT32_MAX ? INT32_MAX : (int)room;

	if (setsockopt(nl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ==
	    0)
		return 0;
	return nl_socket_set_buffer_size(socket, size, 0);
}

/* Whole messages at once: what is longer is none of the kernel's. */
static int prepare(struct nl_sock *socket, uint64_t room)
{
	int r;

	nl_socket_disable_msg_peek(socket);
	nl_join_groups(socket, KERNEL_GROUP);
	r = nl_connect(socket, NETLINK_KOBJECT_UEVENT);
	if (r >= 0)
		r = set_room(socket, room);
	if (r >= 0)
		r = nl_socket_set_msg_buf_size(socket, MAX_MESSAGE);
	if (r >= 0)
		r = nl_socket_set_nonblocking(socket);
	return r;
}

int listener_open(uint64_t room, struct listener **ret_listener)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	int r = -NLE_NOMEM;

	if (listener)
		listener->socket = nl_socket_alloc();
	if (listener && listener->socket)
		r = prepare(listener->socket, room);
	if (r >= 0) {
		*ret_listener = listener;
		return 0;
	}
	say(MONITOR, "can't listen to the kernel: %s", nl_geterror(r));
	listener_close(listener);
	return -1;
}

void listener_close(struct listener *listener)
{
	if (listener)
		nl_socket_free(listener->socket);
	free(listener);
}

int listener_fd(const struct listener *listener)
{
	return nl_socket_get_fd(listener->socket);
}

/* libnl has one code for ENOBUFS and ENOMEM; in both cases there are messages that are not read. */
static int no_message(int r)
{
	if (r == -NLE_AGAIN)
		return 0;
	if (r == -NLE_NOMEM)
		return -ENOBUFS;
	say(MONITOR, "can't listen to the kernel any more: %s", nl_geterror(r));
	return -EIO;
}

int listener_receive(struct listener *listener, char **ret_message)
{
	struct sockaddr_nl sender;
	unsigned char *message;
	int r;

	for (;;) {
		message = NULL;
		r = nl_recv(listener->socket, &sender, &message, NULL);
		if (r == -NLE_MSG_TRUNC)
			continue;
		if (r <= 0)
			return r < 0 ? no_message(r) : 0;
		if (sender.nl_pid == KERNEL_PORT)
			break;
		free(message);
	}
	*ret_message = (char *)message;
	return r;
}
