/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One of a vCPU's statistics. */
#include "stats.h"

int vcpu_stat(struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu, const char *name, uint64_t *ret_value)
{
	struct kvmlib_stats *stats;
	size_t index;
	int r;

	if (kvmlib_vm_check_extension(vm, KVMLIB_CAP_BINARY_STATS_FD) <= 0 ||
	    kvmlib_stats_open_vcpu(vcpu, &stats) < 0)
		return -1;
	r = kvmlib_stats_find(stats, name, &index);
	if (!r)
		r = kvmlib_stats_value(stats, index, 0, ret_value);
	kvmlib_stats_free(stats);
	return r < 0 ? -1 : 0;
}
