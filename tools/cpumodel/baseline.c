/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib cpu show` and `kvmlib cpu baseline`: a CPU, and what several have in common. */
#include "../tool.h"
#include "source.h"
#include "verbs.h"

int cpu_show(const char *cpu, enum cpu_format format)
{
	struct kvmlib_cpuid *cpuid;
	int status = cpu_read(CPU, cpu, NULL, &cpuid);

	if (status)
		return status;
	status = cpu_print(cpuid, format);
	kvmlib_cpuid_free(cpuid);
	return status;
}

static int narrow(struct kvmlib_cpuid *cpuid, const char *name, const char *first)
{
	struct kvmlib_cpuid *with;
	int status = cpu_read(CPU, name, NULL, &with);

	if (status)
		return status;
	if (kvmlib_cpuid_intersect(cpuid, with) < 0) {
		say_error(CPU, "%s and %s have no CPU in common", first, name);
		status = STATUS_USAGE;
	}
	kvmlib_cpuid_free(with);
	return status;
}

int cpu_baseline(char *const *cpus, size_t nr, enum cpu_format format)
{
	struct kvmlib_cpuid *cpuid;
	int status = cpu_read(CPU, cpus[0], NULL, &cpuid);

	if (status)
		return status;
	for (size_t i = 1; !status && i < nr; i++)
		status = narrow(cpuid, cpus[i], cpus[0]);
	if (!status)
		status = cpu_print(cpuid, format);
	kvmlib_cpuid_free(cpuid);
	return status;
}
