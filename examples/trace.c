/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the library does: its events through the log hook, its system calls through a table.
 *
 *     cc trace.c $(pkg-config --cflags --libs kvmlib) -o trace && ./trace
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

/* [log] */
static int print_event(uint32_t level, const char *message, const struct kvmlib_log_field *fields,
		       size_t nr_fields, void *userdata)
{
	fprintf(userdata, "[%" PRIu32 "] %s:", level, message);
	for (size_t i = 0; i < nr_fields; i++)
		if (fields[i].text)
			fprintf(userdata, " %s=%s", fields[i].key, fields[i].text);
		else
			fprintf(userdata, " %s=%" PRIu64, fields[i].key, fields[i].number);
	fputc('\n', userdata);
	return 0;
}
/* [log] */

/* [table] */
static int trace_open(void *ctx, const char *path, int flags)
{
	const struct kvmlib_sys_ops *next = ctx;
	int r = next->open(next->ctx, path, flags);

	printf("open(\"%s\", 0x%x) = %d\n", path, (unsigned int)flags, r);
	return r;
}

static int trace_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	const struct kvmlib_sys_ops *next = ctx;
	const char *name = kvmlib_ioctl_name(request);
	int r = next->ioctl(next->ctx, fd, request, arg);

	printf("ioctl(%d, %s, 0x%lx) = %d\n", fd, name ? name : "?", arg, r);
	return r;
}

/* What the table leaves out is libc's. */
static struct kvmlib_sys_ops trace_of(const struct kvmlib_sys_ops *next)
{
	return (struct kvmlib_sys_ops){
		.size = sizeof(struct kvmlib_sys_ops),
		.ctx = (void *)(uintptr_t)next,
		.open = trace_open,
		.ioctl = trace_ioctl,
	};
}
/* [table] */

/* [open] */
static int open_traced(struct kvmlib_system **ret_system)
{
	const struct kvmlib_sys_ops trace = trace_of(kvmlib_sys_default());
	const struct kvmlib_system_opts opts = {
		.size = sizeof(opts),
		.sys = &trace,
		.log = print_event,
		.log_userdata = stdout,
		.log_level = KVMLIB_LOG_DEBUG,
	};

	return kvmlib_system_open(&opts, ret_system); /* copies the table */
}
/* [open] */

int main(void)
{
	struct kvmlib_system *system;
	struct kvmlib_vm *vm = NULL;
	int r = open_traced(&system);

	if (r < 0)
		return EXIT_FAILURE;
	r = kvmlib_system_create_vm(system, NULL, &vm);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
