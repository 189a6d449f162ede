/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The recording table: a syscall table over another, which tells what ioctls pass. */
#ifndef TESTS_RECORD_H
#define TESTS_RECORD_H

#include <kvmlib/sys.h>

/* An ioctl that has returned. */
struct record_call {
	const char *function; /* the public one that issued it; NULL: none was found */
	const char *kind;     /* the descriptor's: system, vm, vcpu, ...; NULL: not known */
	unsigned long request;
	int result;
};

/* Told of each, on the thread that made it, maybe in a signal handler. */
typedef void record_fn(void *userdata, const struct record_call *call);

struct record {
	struct kvmlib_sys_ops ops;   /* to open a system with, as long as the record lives */
	struct kvmlib_sys_ops below; /* what does the work */
	record_fn *note;
	void *userdata;
};

/* Put a record over a table that has all members; NULL: the library's own. */
void record_init(struct record *record, const struct kvmlib_sys_ops *below, record_fn *note,
		 void *userdata);

#endif
