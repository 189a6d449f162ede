/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CPUMODEL_SOURCE_H
#define CPUMODEL_SOURCE_H

#include <kvmlib/kvmlib.h>

/*
 * The table of what a user calls a CPU: MODEL[:VERSION], "host", or a file with a report, and behind it
 * ,+FEATURE and ,-FEATURE; as the only vCPU of a guest of `host` has it, which may be NULL. STATUS_OK,
 * or another status after a message.
 */
int cpu_read(const char *command, const char *text, const struct kvmlib_cpuid *host,
	     struct kvmlib_cpuid **ret_cpuid);

/* All that this host's KVM can give to guests; and that a report's host can. */
int cpu_of_host(const char *command, struct kvmlib_cpuid **ret_cpuid);
int cpu_of_report(const char *command, const char *path, struct kvmlib_cpuid **ret_cpuid);

#endif
