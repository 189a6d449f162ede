/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onkvm.h"

#include <dirent.h>

#include <check.h>

#include "recording.h"

const struct kvmlib_system_opts *live_opts(void)
{
	static struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	static struct record record;

	opts.sys = recorded(&record, NULL);
	return opts.sys ? &opts : NULL;
}

void assert_failed(int result, int errnum, uint32_t cause)
{
	ck_assert_int_eq(result, -errnum);
	ck_assert_int_eq(kvmlib_error_errno(), errnum);
	ck_assert_str_eq(kvmlib_cause_name(kvmlib_error_cause()), kvmlib_cause_name(cause));
}

int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}
