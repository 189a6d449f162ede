/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64: the guest starts at EL1, its MMU off. */
#include "program.h"

#if defined(__aarch64__)

#include <linux/kvm.h>

#define PC (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(regs.pc))

PROGRAM(count_program, 0x1000,
	"	mov x0, #0xd0000\n"
	"	mov w1, #0\n"
	"1:	add w1, w1, #1\n"
	"	str w1, [x0]\n"
	"	b 1b\n");
PROGRAM(echo_program, 0x2000,
	"	mov x0, #0xd0000\n"
	"1:	ldr w1, [x0, #8]\n"
	"	str w1, [x0]\n"
	"	b 1b\n");
PROGRAM(touch_program, 0x3000,
	"	mov x2, #0x10000\n"
	"	mov w3, #8\n"
	"1:	strb w3, [x2]\n"
	"	add x2, x2, #0x2000\n"
	"	subs w3, w3, #1\n"
	"	b.ne 1b\n"
	"	mov x0, #0xd0000\n"
	"	str w3, [x0]\n"
	"	b .\n");
PROGRAM(spin_program, 0x4000, "	b .\n");
PROGRAM(look_program, 0xb000,
	"	mov x0, #0xd0000\n"
	"	mov x2, #0x80000\n"
	"1:	ldr w1, [x2, #0x120]\n"
	"	str w1, [x0]\n"
	"	b 1b\n");

PROGRAM(ask_gic_program, 0x5000,
	"	mov x0, #0xd0000\n"
	"	mov x1, #0xff\n"
	"	msr S3_0_C4_C6_0, x1\n" /* ICC_PMR_EL1 */
	"	mov x1, #1\n"
	"	msr S3_0_C12_C12_7, x1\n" /* ICC_IGRPEN1_EL1 */
	"	isb\n"
	"1:	mrs x1, S3_0_C12_C12_0\n" /* ICC_IAR1_EL1 */
	"	str w1, [x0]\n"
	"	b 1b\n");

static bool vm_has(struct kvmlib_vm *vm, uint32_t capability)
{
	return kvmlib_vm_check_extension(vm, capability) > 0;
}

/* With all that makes its state larger. */
struct kvmlib_vcpu *start_vcpu(struct kvmlib_vm *vm, uint64_t gpa)
{
	struct kvmlib_vcpu *vcpu;
	struct kvm_vcpu_init init;
	bool has_sve = vm_has(vm, KVMLIB_CAP_ARM_SVE);

	ck_assert_int_eq(kvmlib_vm_create_vcpu(vm, 0, &vcpu), 0);
	ck_assert_int_eq(kvmlib_vm_arm_preferred_target(vm, &init), 0);
	init.features[0] |= 1U << KVMLIB_ARM_VCPU_PSCI_0_2;
	if (has_sve)
		init.features[0] |= 1U << KVMLIB_ARM_VCPU_SVE;
	if (vm_has(vm, KVMLIB_CAP_ARM_PTRAUTH_ADDRESS) &&
	    vm_has(vm, KVMLIB_CAP_ARM_PTRAUTH_GENERIC))
		init.features[0] |= 1U << KVMLIB_ARM_VCPU_PTRAUTH_ADDRESS |
				    1U << KVMLIB_ARM_VCPU_PTRAUTH_GENERIC;
	ck_assert_int_eq(kvmlib_vcpu_arm_vcpu_init(vcpu, &init), 0);
	if (has_sve)
		ck_assert_int_eq(kvmlib_vcpu_arm_vcpu_finalize(vcpu, KVMLIB_ARM_VCPU_SVE), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_one_reg(vcpu, PC, &gpa, sizeof(gpa)), 0);
	return vcpu;
}

#endif
