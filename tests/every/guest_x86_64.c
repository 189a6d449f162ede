/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x86: the guest starts in real mode. */
#include "program.h"

#if defined(__x86_64__)

#include <linux/kvm.h>

PROGRAM(count_program, 0x1000,
	"	.code16\n"
	"	mov $0xd000, %ax\n"
	"	mov %ax, %ds\n"
	"	xor %bx, %bx\n"
	"1:	inc %bx\n"
	"	mov %bx, 0\n"
	"	jmp 1b\n"
	"	.code64\n");
PROGRAM(echo_program, 0x2000,
	"	.code16\n"
	"	mov $0xd000, %ax\n"
	"	mov %ax, %ds\n"
	"1:	mov 8, %bx\n"
	"	mov %bx, 0\n"
	"	jmp 1b\n"
	"	.code64\n");
PROGRAM(touch_program, 0x3000,
	"	.code16\n"
	"	mov $0x1000, %ax\n"
	"	mov $8, %cx\n"
	"1:	mov %ax, %ds\n"
	"	mov %cl, 0\n"
	"	add $0x200, %ax\n"
	"	loop 1b\n"
	"	mov $0xd000, %ax\n"
	"	mov %ax, %ds\n"
	"	mov %cx, 0\n"
	"2:	jmp 2b\n"
	"	.code64\n");
PROGRAM(spin_program, 0x4000, "1:	jmp 1b\n");
PROGRAM(look_program, 0xb000,
	"	.code16\n"
	"	mov $0xd000, %ax\n"
	"	mov %ax, %ds\n"
	"	mov $0x8000, %ax\n"
	"	mov %ax, %es\n"
	"1:	mov %es:0x120, %bx\n"
	"	mov %bx, 0\n"
	"	jmp 1b\n"
	"	.code64\n");

struct kvmlib_vcpu *start_vcpu(struct kvmlib_vm *vm, uint64_t gpa)
{
	const struct kvm_regs regs = { .rip = gpa, .rflags = 2 };
	struct kvmlib_vcpu *vcpu;
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vm_create_vcpu(vm, 0, &vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(vcpu, &sregs), 0);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(vcpu, &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(vcpu, &regs), 0);
	return vcpu;
}

#endif
