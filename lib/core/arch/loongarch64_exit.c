/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The payload of the exit that LoongArch alone has. */
#include "../exit.h"

#include <kvmlib/kvmlib.h>

_Static_assert(sizeof(struct kvmlib_exit_iocsr) == 16 + sizeof(void *), "no padding");

int kvmlib_vcpu_exit_loongarch_iocsr(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_iocsr *ret_iocsr)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_iocsr, LOONGARCH_IOCSR);
	if (!kvmlib__access_valid(vcpu->run->iocsr_io.len))
		return kvmlib__exit_malformed(vcpu, __func__);

	*ret_iocsr = (struct kvmlib_exit_iocsr){
		.address = vcpu->run->iocsr_io.phys_addr,
		.data = vcpu->run->iocsr_io.data,
		.len = vcpu->run->iocsr_io.len,
		.is_write = vcpu->run->iocsr_io.is_write,
	};
	return 0;
}
