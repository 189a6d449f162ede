/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "folders.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check.h>

char proc[MAX_PATH], debugfs[MAX_PATH];
static char top[] = "/tmp/kvmlib-monitor-XXXXXX";
struct vms vms;

void use(const char *debugfs_or_null)
{
	vms_clear(&vms);
	vms_init(&vms, &(struct host){ .proc = proc, .debugfs = debugfs_or_null });
}

void set_up(void)
{
	ck_assert_ptr_nonnull(mkdtemp(top));
	snprintf(proc, sizeof(proc), "%s/proc", top);
	snprintf(debugfs, sizeof(debugfs), "%s/kvm", top);
	ck_assert_int_eq(mkdir(proc, 0700), 0);
	ck_assert_int_eq(mkdir(debugfs, 0700), 0);
	use(debugfs);
}

void tear_down(void)
{
	char command[MAX_PATH];

	vms_clear(&vms);
	snprintf(command, sizeof(command), "rm -r %s", top);
	ck_assert_int_eq(system(command), 0);
}

__attribute__((format(printf, 2, 3))) void path_of(char path[MAX_PATH], const char *format, ...)
{
	va_list args;
	int n = snprintf(path, MAX_PATH, "%s/", top);

	va_start(args, format);
	vsnprintf(path + n, (size_t)(MAX_PATH - n), format, args);
	va_end(args);
}

void write_file(const char *path, const void *content, size_t size)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(content, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
}

void add_process(int thread, int process, const char *command, size_t size)
{
	char path[MAX_PATH], text[64];

	path_of(path, "proc/%d", thread);
	mkdir(path, 0700);
	path_of(path, "proc/%d/fd", thread);
	mkdir(path, 0700);
	path_of(path, "proc/%d/status", thread);
	snprintf(text, sizeof(text), "Name:\tname\nUmask:\t0022\nTgid:\t%d\nNgid:\t0\n", process);
	write_file(path, text, strlen(text));
	path_of(path, "proc/%d/cmdline", thread);
	write_file(path, command, size);
	path_of(path, "proc/%d/comm", thread);
	write_file(path, "name\n", 5);
}

void add_link(int process, int fd, const char *target)
{
	char path[MAX_PATH];

	path_of(path, "proc/%d/fd/%d", process, fd);
	ck_assert_int_eq(symlink(target, path), 0);
}

void remove_link(int process, int fd)
{
	char path[MAX_PATH];

	path_of(path, "proc/%d/fd/%d", process, fd);
	ck_assert_int_eq(unlink(path), 0);
}

void add_folder(const char *name)
{
	char path[MAX_PATH];

	path_of(path, "kvm/%s", name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

void remove_folder(const char *name)
{
	char path[MAX_PATH];

	path_of(path, "kvm/%s", name);
	ck_assert_int_eq(rmdir(path), 0);
}

void add_stat(const char *name, const char *content)
{
	char path[MAX_PATH];

	path_of(path, "kvm/%s", name);
	write_file(path, content, strlen(content));
}
