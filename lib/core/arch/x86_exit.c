/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Payloads of exits that x86 alone has. The run page has room for them everywhere. */
#include "../exit.h"

#include <kvmlib/kvmlib.h>

_Static_assert(sizeof(struct kvmlib_exit_exception) == 8, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_tpr_access) == 16, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_msr) == 24, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_snp_req_certs) == 16, "no padding");

int kvmlib_vcpu_exit_debug(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_debug *ret_debug)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_debug, DEBUG);
#ifdef __x86_64__
	*ret_debug = (struct kvmlib_exit_debug){
		.pc = vcpu->run->debug.arch.pc,
		.dr6 = vcpu->run->debug.arch.dr6,
		.dr7 = vcpu->run->debug.arch.dr7,
		.exception = vcpu->run->debug.arch.exception,
	};
	return 0;
#else
	return kvmlib__exit_no_arch(vcpu, __func__);
#endif
}

int kvmlib_vcpu_exit_exception(struct kvmlib_vcpu *vcpu,
			       struct kvmlib_exit_exception *ret_exception)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_exception, EXCEPTION);

	ret_exception->vector = vcpu->run->ex.exception;
	ret_exception->error_code = vcpu->run->ex.error_code;
	return 0;
}

int kvmlib_vcpu_exit_set_tpr(struct kvmlib_vcpu *vcpu, uint64_t *ret_cr8)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_cr8, SET_TPR);

	*ret_cr8 = vcpu->run->cr8;
	return 0;
}

int kvmlib_vcpu_exit_tpr_access(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_tpr_access *ret_access)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_access, TPR_ACCESS);

	*ret_access = (struct kvmlib_exit_tpr_access){
		.rip = vcpu->run->tpr_access.rip,
		.is_write = vcpu->run->tpr_access.is_write,
	};
	return 0;
}

int kvmlib_vcpu_exit_ioapic_eoi(struct kvmlib_vcpu *vcpu, uint8_t *ret_vector)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_vector, IOAPIC_EOI);

	*ret_vector = vcpu->run->eoi.vector;
	return 0;
}

int kvmlib_vcpu_exit_notify(struct kvmlib_vcpu *vcpu, uint32_t *ret_flags)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_flags, NOTIFY);

	*ret_flags = vcpu->run->notify.flags;
	return 0;
}

static inline bool is_msr(const struct kvmlib_vcpu *vcpu)
{
	return vcpu->reason == KVMLIB_EXIT_X86_RDMSR || vcpu->reason == KVMLIB_EXIT_X86_WRMSR;
}

int kvmlib_vcpu_exit_msr(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_msr *ret_msr)
{
	KVMLIB__EXIT_REQUIRE(vcpu, ret_msr, is_msr(vcpu));

	*ret_msr = (struct kvmlib_exit_msr){
		.data = vcpu->run->msr.data,
		.index = vcpu->run->msr.index,
		.reason = vcpu->run->msr.reason,
		.is_write = vcpu->reason == KVMLIB_EXIT_X86_WRMSR,
	};
	return 0;
}

int kvmlib_vcpu_complete_rdmsr(struct kvmlib_vcpu *vcpu, uint64_t data)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, X86_RDMSR);

	vcpu->run->msr.data = data;
	vcpu->run->msr.error = 0;
	return 0;
}

int kvmlib_vcpu_complete_wrmsr(struct kvmlib_vcpu *vcpu)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, X86_WRMSR);

	vcpu->run->msr.error = 0;
	return 0;
}

int kvmlib_vcpu_complete_msr_fault(struct kvmlib_vcpu *vcpu)
{
	KVMLIB__EXIT_REQUIRE(vcpu, vcpu, is_msr(vcpu));

	vcpu->run->msr.error = 1;
	return 0;
}

int kvmlib_vcpu_exit_snp_req_certs(struct kvmlib_vcpu *vcpu,
				   struct kvmlib_exit_snp_req_certs *ret_request)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_request, SNP_REQ_CERTS);

	ret_request->gpa = vcpu->run->snp_req_certs.gpa;
	ret_request->npages = vcpu->run->snp_req_certs.npages;
	return 0;
}

int kvmlib_vcpu_complete_snp_req_certs(struct kvmlib_vcpu *vcpu, uint64_t ret, uint64_t npages)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, SNP_REQ_CERTS);

	vcpu->run->snp_req_certs.ret = ret;
	vcpu->run->snp_req_certs.npages = npages;
	return 0;
}
