/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* riscv64: the guest starts in supervisor mode, its addresses as they are. */
#include "program.h"

#if defined(__riscv)

#include <linux/kvm.h>

#define PC (KVM_REG_RISCV | KVM_REG_SIZE_U64 | KVM_REG_RISCV_CORE | KVM_REG_RISCV_CORE_REG(regs.pc))

PROGRAM(count_program, 0x1000,
	"	.option push\n"
	"	.option norvc\n"
	"	lui a0, 0xd0\n"
	"	li a1, 0\n"
	"1:	addi a1, a1, 1\n"
	"	sw a1, 0(a0)\n"
	"	j 1b\n"
	"	.option pop\n");
PROGRAM(echo_program, 0x2000,
	"	lui a0, 0xd0\n"
	"1:	lw a1, 8(a0)\n"
	"	sw a1, 0(a0)\n"
	"	j 1b\n");
PROGRAM(touch_program, 0x3000,
	"	lui a2, 0x10\n"
	"	lui a4, 0x2\n"
	"	li a3, 8\n"
	"1:	sb a3, 0(a2)\n"
	"	add a2, a2, a4\n"
	"	addi a3, a3, -1\n"
	"	bnez a3, 1b\n"
	"	lui a0, 0xd0\n"
	"	sw a3, 0(a0)\n"
	"2:	j 2b\n");
PROGRAM(spin_program, 0x4000, "1:	j 1b\n");
PROGRAM(look_program, 0xb000,
	"	lui a0, 0xd0\n"
	"	lui a2, 0x80\n"
	"1:	lw a1, 0x120(a2)\n"
	"	sw a1, 0(a0)\n"
	"	j 1b\n");

struct kvmlib_vcpu *start_vcpu(struct kvmlib_vm *vm, uint64_t gpa)
{
	struct kvmlib_vcpu *vcpu;

	ck_assert_int_eq(kvmlib_vm_create_vcpu(vm, 0, &vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_one_reg(vcpu, PC, &gpa, sizeof(gpa)), 0);
	return vcpu;
}

#endif
