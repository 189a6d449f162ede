/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_PLAYED_H
#define TESTS_PLAYED_H

#include "fixture.h"

/* Ioctls that the test answers in the kernel's place; all others the simulated kernel answers. */
struct played {
	unsigned int calls; /* of the one that play() was told last */
	int fcntl_error;    /* what fcntl() answers, positive; 0: as the simulated kernel */
	int fcntl_fd, fcntl_command, fcntl_argument;
	int closed; /* the descriptor that was closed last */
};
extern struct played played;

/* As setup_vcpu(), on that kernel. */
void setup_played(void);

/* Answer that ioctl so from now on: >= 0 or -errno. */
void play(unsigned long request, int (*answer)(unsigned long arg));

/* How often it was answered so. */
unsigned int plays(unsigned long request);

#endif
