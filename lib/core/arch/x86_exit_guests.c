/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exits of guests that ask their hypervisor for a service: Hyper-V's, Xen's and TDX's ways. */
#include "../exit.h"

#include <kvmlib/kvmlib.h>
#include <string.h>

#define INFO_WORDS 4U

_Static_assert(sizeof(struct kvmlib_exit_hyperv_synic) == 32, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_hyperv_hcall) == 8 + sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_exit_hyperv_syndbg) == 48, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_xen_hcall) == 16 + sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_exit_tdx) == 16 + sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_exit_tdx_get_quote) == 16, "no padding");

#define REQUIRE_HYPERV(vcpu, argument, name)                         \
	KVMLIB__EXIT_REQUIRE(vcpu, argument,                         \
			     (vcpu)->reason == KVMLIB_EXIT_HYPERV && \
				     (vcpu)->run->hyperv.type == KVMLIB_EXIT_HYPERV_##name)
#define REQUIRE_XEN(vcpu, argument, name)                         \
	KVMLIB__EXIT_REQUIRE(vcpu, argument,                      \
			     (vcpu)->reason == KVMLIB_EXIT_XEN && \
				     (vcpu)->run->xen.type == KVMLIB_EXIT_XEN_##name)
#define REQUIRE_TDX(vcpu, argument, name)                         \
	KVMLIB__EXIT_REQUIRE(vcpu, argument,                      \
			     (vcpu)->reason == KVMLIB_EXIT_TDX && \
				     (vcpu)->run->tdx.nr == KVMLIB_TDVMCALL_##name)

int kvmlib_vcpu_exit_hyperv_type(struct kvmlib_vcpu *vcpu, uint32_t *ret_type)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_type, HYPERV);

	*ret_type = vcpu->run->hyperv.type;
	return 0;
}

int kvmlib_vcpu_exit_hyperv_synic(struct kvmlib_vcpu *vcpu,
				  struct kvmlib_exit_hyperv_synic *ret_synic)
{
	REQUIRE_HYPERV(vcpu, ret_synic, SYNIC);

	*ret_synic = (struct kvmlib_exit_hyperv_synic){
		.control = vcpu->run->hyperv.u.synic.control,
		.evt_page = vcpu->run->hyperv.u.synic.evt_page,
		.msg_page = vcpu->run->hyperv.u.synic.msg_page,
		.msr = vcpu->run->hyperv.u.synic.msr,
	};
	return 0;
}

int kvmlib_vcpu_exit_hyperv_hcall(struct kvmlib_vcpu *vcpu,
				  struct kvmlib_exit_hyperv_hcall *ret_hcall)
{
	REQUIRE_HYPERV(vcpu, ret_hcall, HCALL);

	ret_hcall->input = vcpu->run->hyperv.u.hcall.input;
	ret_hcall->params = vcpu->run->hyperv.u.hcall.params;
	return 0;
}

int kvmlib_vcpu_complete_hyperv_hcall(struct kvmlib_vcpu *vcpu, uint64_t result)
{
	REQUIRE_HYPERV(vcpu, vcpu, HCALL);

	vcpu->run->hyperv.u.hcall.result = result;
	return 0;
}

int kvmlib_vcpu_exit_hyperv_syndbg(struct kvmlib_vcpu *vcpu,
				   struct kvmlib_exit_hyperv_syndbg *ret_syndbg)
{
	REQUIRE_HYPERV(vcpu, ret_syndbg, SYNDBG);

	*ret_syndbg = (struct kvmlib_exit_hyperv_syndbg){
		.control = vcpu->run->hyperv.u.syndbg.control,
		.status = vcpu->run->hyperv.u.syndbg.status,
		.send_page = vcpu->run->hyperv.u.syndbg.send_page,
		.recv_page = vcpu->run->hyperv.u.syndbg.recv_page,
		.pending_page = vcpu->run->hyperv.u.syndbg.pending_page,
		.msr = vcpu->run->hyperv.u.syndbg.msr,
	};
	return 0;
}

int kvmlib_vcpu_complete_hyperv_syndbg(struct kvmlib_vcpu *vcpu, uint64_t status)
{
	REQUIRE_HYPERV(vcpu, vcpu, SYNDBG);

	vcpu->run->hyperv.u.syndbg.status = status;
	return 0;
}

int kvmlib_vcpu_exit_xen_hcall(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_xen_hcall *ret_hcall)
{
	REQUIRE_XEN(vcpu, ret_hcall, HCALL);

	ret_hcall->input = vcpu->run->xen.u.hcall.input;
	ret_hcall->params = vcpu->run->xen.u.hcall.params;
	ret_hcall->longmode = vcpu->run->xen.u.hcall.longmode;
	ret_hcall->cpl = vcpu->run->xen.u.hcall.cpl;
	return 0;
}

int kvmlib_vcpu_complete_xen_hcall(struct kvmlib_vcpu *vcpu, uint64_t result)
{
	REQUIRE_XEN(vcpu, vcpu, HCALL);

	vcpu->run->xen.u.hcall.result = result;
	return 0;
}

int kvmlib_vcpu_exit_tdx(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_tdx *ret_tdx)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_tdx, TDX);

	ret_tdx->flags = vcpu->run->tdx.flags;
	ret_tdx->nr = vcpu->run->tdx.nr;
	ret_tdx->data = vcpu->run->tdx.unknown.data;
	return 0;
}

int kvmlib_vcpu_exit_tdx_get_quote(struct kvmlib_vcpu *vcpu,
				   struct kvmlib_exit_tdx_get_quote *ret_quote)
{
	REQUIRE_TDX(vcpu, ret_quote, GET_QUOTE);

	ret_quote->gpa = vcpu->run->tdx.get_quote.gpa;
	ret_quote->size = vcpu->run->tdx.get_quote.size;
	return 0;
}

int kvmlib_vcpu_exit_tdx_vmcall_info(struct kvmlib_vcpu *vcpu, uint64_t *ret_leaf)
{
	REQUIRE_TDX(vcpu, ret_leaf, GET_TD_VM_CALL_INFO);

	*ret_leaf = vcpu->run->tdx.get_tdvmcall_info.leaf;
	return 0;
}

int kvmlib_vcpu_exit_tdx_event_notify(struct kvmlib_vcpu *vcpu, uint64_t *ret_vector)
{
	REQUIRE_TDX(vcpu, ret_vector, SETUP_EVENT_NOTIFY_INTERRUPT);

	*ret_vector = vcpu->run->tdx.setup_event_notify.vector;
	return 0;
}

/* All calls have their result in the same place. */
int kvmlib_vcpu_complete_tdx(struct kvmlib_vcpu *vcpu, uint64_t ret)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, TDX);

	vcpu->run->tdx.unknown.ret = ret;
	return 0;
}

int kvmlib_vcpu_complete_tdx_vmcall_info(struct kvmlib_vcpu *vcpu, const uint64_t *info,
					 uint64_t ret)
{
	REQUIRE_TDX(vcpu, info, GET_TD_VM_CALL_INFO);

	memcpy(&vcpu->run->tdx.get_tdvmcall_info.r11, info, INFO_WORDS * sizeof(*info));
	vcpu->run->tdx.get_tdvmcall_info.ret = ret;
	return 0;
}
