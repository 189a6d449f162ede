/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a forked child may do: only the system's calls. */
#include "row.h"

#define FORKED REFUSED(EIO, OTHER_PROCESS), .in_child = true

void process_rows(struct world *w)
{
	ROW(ON_SYSTEM, KVM_GET_API_VERSION, "in a child", 0, VALUE(12), .in_child = true);
	ROW(ON_SYSTEM, KVM_CREATE_VM, "in a child, a VM of its own", 0, AT_LEAST(0),
	    .in_child = true);
	ROW(ON_VM, KVM_CHECK_EXTENSION, "in a child", KVMLIB_CAP_USER_MEMORY, FORKED);
	ROW(ON_VM, KVM_CREATE_VCPU, "in a child", 1, FORKED);
	ROW(ON_VM, KVM_SET_USER_MEMORY_REGION, "in a child, before the argument is read", w->hole,
	    FORKED);
	ROW(ON_VM, UNKNOWN_REQUEST, "an unknown request in a child", 0, FORKED);
	ROW(ON_VCPU, KVM_RUN, "in a child, before the argument is checked", 1, FORKED);
	ROW(ON_VCPU, OTHER_TYPE_REQUEST, "another type byte in a child", 0, FORKED);
	ROW(ON_DEVICE, KVM_HAS_DEVICE_ATTR, "in a child", w->hole, FORKED);
}
