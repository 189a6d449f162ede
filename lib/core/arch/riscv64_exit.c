/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Payloads of exits that riscv64 alone has. */
#include "../exit.h"

#include <kvmlib/kvmlib.h>

_Static_assert(sizeof(struct kvmlib_exit_riscv_sbi) == 16 + sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_exit_riscv_csr) == 24, "no padding");
_Static_assert(sizeof(unsigned long) == sizeof(uint64_t), "the kernel's payloads have longs");

int kvmlib_vcpu_exit_riscv_sbi(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_riscv_sbi *ret_sbi)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_sbi, RISCV_SBI);

	ret_sbi->extension_id = vcpu->run->riscv_sbi.extension_id;
	ret_sbi->function_id = vcpu->run->riscv_sbi.function_id;
	ret_sbi->args = vcpu->run->riscv_sbi.args;
	return 0;
}

int kvmlib_vcpu_complete_riscv_sbi(struct kvmlib_vcpu *vcpu, uint64_t error, uint64_t value)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, RISCV_SBI);

	vcpu->run->riscv_sbi.ret[0] = error;
	vcpu->run->riscv_sbi.ret[1] = value;
	return 0;
}

int kvmlib_vcpu_exit_riscv_csr(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_riscv_csr *ret_csr)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_csr, RISCV_CSR);

	ret_csr->csr_num = vcpu->run->riscv_csr.csr_num;
	ret_csr->new_value = vcpu->run->riscv_csr.new_value;
	ret_csr->write_mask = vcpu->run->riscv_csr.write_mask;
	return 0;
}

int kvmlib_vcpu_complete_riscv_csr(struct kvmlib_vcpu *vcpu, uint64_t value)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, RISCV_CSR);

	vcpu->run->riscv_csr.ret_value = value;
	return 0;
}
