/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CALLS_H
#define BENCH_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include <kvmlib/kvmlib.h>

#define MAX_CALLS 64U

/* An ioctl that the library made. */
struct call {
	int fd;
	unsigned long request;
	unsigned long arg; /* a number, or the address of what the library gave */
	bool is_copy;	   /* which is a copy of it */
	int result;
};

struct calls {
	struct call list[MAX_CALLS];
	unsigned int n;
};

/* The system's own table, whose ioctls are noted between these; but for dirty logs. */
const struct kvmlib_sys_ops *calls_sys(void);
void calls_start(struct calls *calls, size_t xsave_size);
void calls_stop(void);
/* Make them again, without the library. */
int calls_repeat(const struct calls *calls);
void calls_free(struct calls *calls);

#endif
