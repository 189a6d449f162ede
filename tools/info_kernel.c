/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel tells beside KVM: its version, and the parameters of KVM's modules. */
#include "info.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#define MODULES "/sys/module"
#define ROOM	512

/* What can't stand in a report is left out; only memory can be missing. */
static int add(struct kvmlib_report *report, const char *key, const char *value)
{
	int r = kvmlib_report_set(report, key, value);

	return r == -ENOMEM ? r : 0;
}

/* The first line of a file that root alone may be able to read. */
static bool read_line(const char *path, char line[ROOM])
{
	FILE *file = fopen(path, "re");
	bool done;

	if (!file)
		return false;
	done = fgets(line, ROOM, file) != NULL;
	fclose(file);
	if (done)
		line[strcspn(line, "\n")] = '\0';
	return done;
}

static int add_parameter(struct kvmlib_report *report, const char *module, const char *name)
{
	char path[ROOM], key[2 * ROOM], value[ROOM];
	int size = snprintf(path, sizeof(path), MODULES "/%s/parameters/%s", module, name);

	if (name[0] == '.' || size >= (int)sizeof(path) || !read_line(path, value))
		return 0;
	snprintf(key, sizeof(key), "module/%s/%s", module, name);
	return add(report, key, value);
}

static int add_module(struct kvmlib_report *report, const char *module)
{
	char path[ROOM];
	struct dirent *entry;
	DIR *dir;
	int r = 0;

	snprintf(path, sizeof(path), MODULES "/%s/parameters", module);
	dir = opendir(path);
	if (!dir)
		return 0;
	for (entry = readdir(dir); !r && entry; entry = readdir(dir))
		r = add_parameter(report, module, entry->d_name);
	closedir(dir);
	return r;
}

bool info_is_vendor_module(const char *name)
{
	return !strncmp(name, "kvm_", 4);
}

/* Those that are loaded: vendors' modules don't all come with the kernel. */
static int add_modules(struct kvmlib_report *report)
{
	DIR *dir = opendir(MODULES);
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return 0;
	for (entry = readdir(dir); !r && entry; entry = readdir(dir))
		if (!strcmp(entry->d_name, "kvm") || info_is_vendor_module(entry->d_name))
			r = add_module(report, entry->d_name);
	closedir(dir);
	return r;
}

int info_add_kernel(struct kvmlib_report *report)
{
	struct utsname host;
	int r = 0;

	if (!uname(&host)) {
		r = add(report, "kernel/release", host.release);
		if (!r)
			r = add(report, "kernel/version", host.version);
	}
	return r ? r : add_modules(report);
}
