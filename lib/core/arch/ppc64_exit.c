/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Payloads of exits that POWER alone has. */
#include "../exit.h"

#include <kvmlib/kvmlib.h>

_Static_assert(sizeof(struct kvmlib_exit_ppc_debug) == 16, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_dcr) == 8 + sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_exit_papr_hcall) == 8 + sizeof(void *), "no padding");

int kvmlib_vcpu_exit_ppc_debug(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_ppc_debug *ret_debug)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_debug, DEBUG);
#ifdef __powerpc64__
	*ret_debug = (struct kvmlib_exit_ppc_debug){
		.address = vcpu->run->debug.arch.address,
		.status = vcpu->run->debug.arch.status,
	};
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_exit_dcr(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_dcr *ret_dcr)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_dcr, DCR);

	*ret_dcr = (struct kvmlib_exit_dcr){
		.data = &vcpu->run->dcr.data,
		.dcrn = vcpu->run->dcr.dcrn,
		.is_write = vcpu->run->dcr.is_write,
	};
	return 0;
}

int kvmlib_vcpu_exit_osi(struct kvmlib_vcpu *vcpu, uint64_t **ret_gprs)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_gprs, OSI);

	*ret_gprs = vcpu->run->osi.gprs;
	return 0;
}

int kvmlib_vcpu_exit_papr_hcall(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_papr_hcall *ret_hcall)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_hcall, PAPR_HCALL);

	ret_hcall->nr = vcpu->run->papr_hcall.nr;
	ret_hcall->args = vcpu->run->papr_hcall.args;
	return 0;
}

int kvmlib_vcpu_complete_papr_hcall(struct kvmlib_vcpu *vcpu, uint64_t ret)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, PAPR_HCALL);

	vcpu->run->papr_hcall.ret = ret;
	return 0;
}

int kvmlib_vcpu_complete_epr(struct kvmlib_vcpu *vcpu, uint32_t epr)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, EPR);

	vcpu->run->epr.epr = epr;
	return 0;
}
