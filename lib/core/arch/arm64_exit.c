/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Payloads of exits that arm64 alone has. */
#include "../exit.h"

#include <kvmlib/kvmlib.h>

_Static_assert(sizeof(struct kvmlib_exit_arm_debug) == 16, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_arm_nisv) == 16, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_arm_sea) == 32, "no padding");

int kvmlib_vcpu_exit_arm_debug(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_arm_debug *ret_debug)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_debug, DEBUG);
#ifdef __aarch64__
	ret_debug->esr = (uint64_t)vcpu->run->debug.arch.hsr_high << 32 | vcpu->run->debug.arch.hsr;
	ret_debug->far = vcpu->run->debug.arch.far;
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

static inline bool is_nisv(const struct kvmlib_vcpu *vcpu)
{
	return vcpu->reason == KVMLIB_EXIT_ARM_NISV || vcpu->reason == KVMLIB_EXIT_ARM_LDST64B;
}

int kvmlib_vcpu_exit_arm_nisv(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_arm_nisv *ret_nisv)
{
	KVMLIB__EXIT_REQUIRE(vcpu, ret_nisv, is_nisv(vcpu));

	ret_nisv->esr_iss = vcpu->run->arm_nisv.esr_iss;
	ret_nisv->gpa = vcpu->run->arm_nisv.fault_ipa;
	return 0;
}

int kvmlib_vcpu_exit_arm_sea(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_arm_sea *ret_sea)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_sea, ARM_SEA);

	ret_sea->flags = vcpu->run->arm_sea.flags;
	ret_sea->esr = vcpu->run->arm_sea.esr;
	ret_sea->gva = vcpu->run->arm_sea.gva;
	ret_sea->gpa = vcpu->run->arm_sea.gpa;
	return 0;
}
