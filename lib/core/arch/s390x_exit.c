/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Payloads of exits that s390x alone has. */
#include "../exit.h"

#include <kvmlib/kvmlib.h>

_Static_assert(sizeof(struct kvmlib_exit_s390_debug) == 16, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_s390_sieic) == 8, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_s390_ucontrol) == 16, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_s390_tsch) == 20, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_s390_stsi) == 16, "no padding");

int kvmlib_vcpu_exit_s390_debug(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_s390_debug *ret_debug)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_debug, DEBUG);
#ifdef __s390x__
	*ret_debug = (struct kvmlib_exit_s390_debug){
		.address = vcpu->run->debug.arch.addr,
		.type = vcpu->run->debug.arch.type,
	};
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_exit_s390_sieic(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_s390_sieic *ret_sieic)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_sieic, S390_SIEIC);

	*ret_sieic = (struct kvmlib_exit_s390_sieic){
		.ipb = vcpu->run->s390_sieic.ipb,
		.ipa = vcpu->run->s390_sieic.ipa,
		.icptcode = vcpu->run->s390_sieic.icptcode,
	};
	return 0;
}

int kvmlib_vcpu_exit_s390_reset(struct kvmlib_vcpu *vcpu, uint64_t *ret_flags)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_flags, S390_RESET);

	*ret_flags = vcpu->run->s390_reset_flags;
	return 0;
}

int kvmlib_vcpu_exit_s390_ucontrol(struct kvmlib_vcpu *vcpu,
				   struct kvmlib_exit_s390_ucontrol *ret_ucontrol)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_ucontrol, S390_UCONTROL);

	*ret_ucontrol = (struct kvmlib_exit_s390_ucontrol){
		.trans_exc_code = vcpu->run->s390_ucontrol.trans_exc_code,
		.pgm_code = vcpu->run->s390_ucontrol.pgm_code,
	};
	return 0;
}

int kvmlib_vcpu_exit_s390_tsch(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_s390_tsch *ret_tsch)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_tsch, S390_TSCH);

	*ret_tsch = (struct kvmlib_exit_s390_tsch){
		.subchannel_id = vcpu->run->s390_tsch.subchannel_id,
		.subchannel_nr = vcpu->run->s390_tsch.subchannel_nr,
		.io_int_parm = vcpu->run->s390_tsch.io_int_parm,
		.io_int_word = vcpu->run->s390_tsch.io_int_word,
		.ipb = vcpu->run->s390_tsch.ipb,
		.dequeued = vcpu->run->s390_tsch.dequeued,
	};
	return 0;
}

int kvmlib_vcpu_exit_s390_stsi(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_s390_stsi *ret_stsi)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_stsi, S390_STSI);

	*ret_stsi = (struct kvmlib_exit_s390_stsi){
		.address = vcpu->run->s390_stsi.addr,
		.sel2 = vcpu->run->s390_stsi.sel2,
		.sel1 = vcpu->run->s390_stsi.sel1,
		.fc = vcpu->run->s390_stsi.fc,
		.ar = vcpu->run->s390_stsi.ar,
	};
	return 0;
}
