/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_LISTENER_H
#define MONITOR_LISTENER_H

#include <stddef.h>
#include <stdint.h>

/* The kernel's uevents, as they come. */
struct listener;

/* `room`: bytes that the kernel shall keep for what is not read yet. 0, or -1 after a message. */
int listener_open(uint64_t room, struct listener **ret_listener);
void listener_close(struct listener *listener);

/* For poll(2): readable when there are messages. */
int listener_fd(const struct listener *listener);

/* The next message, for free(). Returns its size; 0: none so far; -ENOBUFS: some were lost; another
 * negative number after a message: it can't go on. */
int listener_receive(struct listener *listener, char **ret_message);

#endif
