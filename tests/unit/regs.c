/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of registers that have ids. */

#include "fixture.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

#define ARM64(size, low) (KVMLIB_REG_ARM64 | KVMLIB_REG_SIZE_##size | (low))
#define RISCV(size, low) (KVMLIB_REG_RISCV | KVMLIB_REG_SIZE_##size | (low))

static const struct {
	uint64_t id;
	const char *name;
} samples[] = {
	{ ARM64(U64, KVMLIB_REG_ARM_CORE), "x0" },
	{ ARM64(U64, KVMLIB_REG_ARM_CORE | 60U), "x30" },
	{ ARM64(U64, KVMLIB_REG_ARM_CORE | 62U), "sp" },
	{ ARM64(U64, KVMLIB_REG_ARM_CORE | 64U), "pc" },
	{ ARM64(U64, KVMLIB_REG_ARM_CORE | 66U), "pstate" },
	{ ARM64(U64, KVMLIB_REG_ARM_CORE | 72U), "spsr_el1" },
	{ ARM64(U128, KVMLIB_REG_ARM_CORE | 84U), "v0" },
	{ ARM64(U128, KVMLIB_REG_ARM_CORE | 208U), "v31" },
	{ ARM64(U32, KVMLIB_REG_ARM_CORE | 213U), "fpcr" },
	{ ARM64(U32, KVMLIB_REG_ARM_DEMUX | 2U), "ccsidr2" },
	{ ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0xc080U), "SCTLR_EL1" },
	{ ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0xc005U), "MPIDR_EL1" },
	{ ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0xc020U), "ID_AA64PFR0_EL1" },
	{ ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0x8024U), "DBGBVR4_EL1" },
	{ ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0xdf5eU), "PMEVCNTR30_EL0" },
	{ ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0xdf5fU), "S3_3_C14_C11_7" },
	{ KVMLIB_REG_ARM_TIMER_CTL, "CNTV_CTL_EL0" },
	{ KVMLIB_REG_ARM_TIMER_CNT, "timer_cnt" },
	{ KVMLIB_REG_ARM_TIMER_CVAL, "timer_cval" },
	{ KVMLIB_REG_ARM_PTIMER_CNT, "CNTPCT_EL0" },
	{ KVMLIB_REG_ARM_PSCI_VERSION, "fw/psci_version" },
	{ KVMLIB_REG_ARM_SMCCC_ARCH_WORKAROUND_3, "fw/smccc_arch_workaround_3" },
	{ KVMLIB_REG_ARM_VENDOR_HYP_BMAP, "fw/vendor_hyp_bmap" },
	{ KVMLIB_REG_ARM64_SVE_VLS, "sve_vls" },
	{ ARM64(U2048, KVMLIB_REG_ARM64_SVE), "z0" },
	{ ARM64(U2048, KVMLIB_REG_ARM64_SVE | 31U << 5 | 1U), "z31.1" },
	{ ARM64(U256, KVMLIB_REG_ARM64_SVE | KVMLIB_REG_ARM64_SVE_PREG_BASE | 15U << 5), "p15" },
	{ ARM64(U256, KVMLIB_REG_ARM64_SVE | KVMLIB_REG_ARM64_SVE_FFR_BASE), "ffr" },
	{ RISCV(U64, KVMLIB_REG_RISCV_CONFIG | 2U), "config/mvendorid" },
	{ RISCV(U64, KVMLIB_REG_RISCV_CORE), "core/pc" },
	{ RISCV(U64, KVMLIB_REG_RISCV_CORE | 31U), "core/t6" },
	{ RISCV(U64, KVMLIB_REG_RISCV_CORE | 32U), "core/mode" },
	{ RISCV(U64, KVMLIB_REG_RISCV_CSR | 8U), "csr/satp" },
	{ RISCV(U64, KVMLIB_REG_RISCV_CSR | KVMLIB_REG_RISCV_CSR_AIA), "aia/siselect" },
	{ RISCV(U64, KVMLIB_REG_RISCV_CSR | KVMLIB_REG_RISCV_CSR_SMSTATEEN),
	  "smstateen/sstateen0" },
	{ RISCV(U64, KVMLIB_REG_RISCV_TIMER | 1U), "timer/time" },
	{ RISCV(U32, KVMLIB_REG_RISCV_FP_F | 31U), "fp_f/f31" },
	{ RISCV(U64, KVMLIB_REG_RISCV_FP_D), "fp_d/f0" },
	{ RISCV(U32, KVMLIB_REG_RISCV_FP_D | 32U), "fp_d/fcsr" },
	{ RISCV(U64, KVMLIB_REG_RISCV_VECTOR | 4U), "vector/vlenb" },
	{ RISCV(U256, KVMLIB_REG_RISCV_VECTOR | 37U), "vector/v31.256" },
	{ RISCV(U64, KVMLIB_REG_RISCV_ISA_EXT | KVMLIB_RISCV_ISA_EXT_ZBB), "isa/zbb" },
	{ RISCV(U64, KVMLIB_REG_RISCV_ISA_EXT | KVMLIB_REG_RISCV_ISA_MULTI_DIS | 1U),
	  "isa_disable/1" },
	{ RISCV(U64, KVMLIB_REG_RISCV_SBI_EXT | KVMLIB_RISCV_SBI_EXT_STA), "sbi/sta" },
	{ RISCV(U64, KVMLIB_REG_RISCV_SBI_EXT | KVMLIB_REG_RISCV_SBI_MULTI_EN), "sbi_enable/0" },
	{ RISCV(U64, KVMLIB_REG_RISCV_SBI_STATE), "sta/shmem_lo" },
	{ RISCV(U64, KVMLIB_REG_RISCV_SBI_STATE | KVMLIB_REG_RISCV_SBI_FWFT | 5U),
	  "fwft/pointer_masking.value" },
	{ KVMLIB_REG_X86 | KVMLIB_REG_SIZE_U64 | UINT64_C(2) << 32 | 0x174U, "msr/0x174" },
	{ KVMLIB_REG_X86 | KVMLIB_REG_SIZE_U64 | UINT64_C(3) << 32, "kvm/guest_ssp" },
	{ 0, "0x0000000000000000" },
	{ UINT64_MAX, "0xffffffffffffffff" },
	/* As something with a name, but for the size. */
	{ ARM64(U32, KVMLIB_REG_ARM64_SYSREG | 0xc080U), "0x602000000013c080" },
	{ RISCV(U32, KVMLIB_REG_RISCV_CORE), "0x8020000002000000" },
	{ ARM64(U64, KVMLIB_REG_ARM_CORE | 1U), "0x6030000000100001" },
};

START_TEST(reg_names_are_those_of_the_kernel_and_of_arm)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		char name[KVMLIB_REG_NAME_SIZE];
		uint64_t id = 1;

		ck_assert_uint_eq(kvmlib_reg_name(samples[i].id, name, sizeof(name)),
				  strlen(samples[i].name));
		ck_assert_str_eq(name, samples[i].name);
		assert_ok(kvmlib_reg_from_name(samples[i].name, &id));
		ck_assert_uint_eq(id, samples[i].id);
	}
}
END_TEST

/* Which no two ids can have in common, as each leads back to its own. */
static void expect_name(uint64_t id)
{
	char name[KVMLIB_REG_NAME_SIZE];
	uint64_t back = ~id;

	ck_assert_uint_lt(kvmlib_reg_name(id, name, sizeof(name)), sizeof(name));
	ck_assert_msg(!kvmlib_reg_from_name(name, &back), "%s", name);
	ck_assert_msg(back == id, "%s: 0x%llx is 0x%llx", name, (unsigned long long)id,
		      (unsigned long long)back);
}

START_TEST(reg_name_leads_back_to_its_id)
{
	const uint64_t archs[] = { KVMLIB_REG_X86, KVMLIB_REG_ARM64, KVMLIB_REG_RISCV,
				   KVMLIB_REG_S390 };
	const uint64_t size = (uint64_t)_i << KVMLIB_REG_SIZE_SHIFT;

	for (size_t arch = 0; arch < sizeof(archs) / sizeof(archs[0]); arch++)
		for (uint64_t kind = 0; kind < 0x20; kind++)
			for (uint64_t n = 0; n < 80; n += 5) {
				expect_name(archs[arch] | size | kind << 24 | n);
				expect_name(archs[arch] | size | kind << 16 | n << 5);
				expect_name(archs[arch] | size | kind << 32 | n << 16);
			}
}
END_TEST

START_TEST(reg_name_leads_back_to_its_id_for_all_system_registers)
{
	for (uint64_t n = 0; n < 0x10000; n += 61)
		expect_name(ARM64(U64, KVMLIB_REG_ARM64_SYSREG | n));
}
END_TEST

START_TEST(reg_name_leads_back_to_its_id_whatever_the_id_is)
{
	uint64_t id = 1;

	for (int i = 0; i < 2000; i++) {
		id = id * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		expect_name(id);
		expect_name(samples[i % 40].id ^ (UINT64_C(1) << (id >> 58)));
	}
}
END_TEST

START_TEST(reg_name_in_short_buffers_is_cut)
{
	static const char whole[] = "ID_AA64PFR0_EL1";
	const uint64_t id = ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0xc020U);
	char buffer[32];

	ck_assert_uint_eq(kvmlib_reg_name(id, NULL, 0), sizeof(whole) - 1);
	ck_assert_uint_eq(kvmlib_reg_name(id, NULL, 7), sizeof(whole) - 1);
	for (size_t size = 0; size < sizeof(buffer); size++) {
		memset(buffer, '?', sizeof(buffer));
		ck_assert_uint_eq(kvmlib_reg_name(id, buffer, size), sizeof(whole) - 1);
		if (size) {
			ck_assert_uint_eq(strlen(buffer),
					  size < sizeof(whole) ? size - 1 : sizeof(whole) - 1);
			ck_assert(!strncmp(buffer, whole, strlen(buffer)));
		}
		ck_assert_int_eq(buffer[size < sizeof(whole) ? size : sizeof(whole)], '?');
	}
}
END_TEST

START_TEST(reg_with_a_name_may_be_named_by_number)
{
	uint64_t id;

	assert_ok(kvmlib_reg_from_name("S3_0_C1_C0_0", &id));
	ck_assert_uint_eq(id, ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0xc080U));
	assert_ok(kvmlib_reg_from_name("0x603000000013C080", &id));
	ck_assert_uint_eq(id, ARM64(U64, KVMLIB_REG_ARM64_SYSREG | 0xc080U));
	assert_ok(kvmlib_reg_from_name("0x7", &id));
	ck_assert_uint_eq(id, 7);
}
END_TEST

static void expect_unknown(const char *name)
{
	uint64_t id = 7;
	int r;

	spoil_record();
	r = kvmlib_reg_from_name(name, &id);
	ck_assert_msg(r == -EINVAL, "\"%.40s\" is %d", name, r);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_REG_NAME_UNKNOWN);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_reg_from_name");
	ck_assert(!strncmp(kvmlib_error_subject(), name, strlen(kvmlib_error_subject())));
	ck_assert_uint_eq(id, 7);
}

START_TEST(reg_of_an_unknown_name_is_refused)
{
	static const char *const names[] = {
		"",
		"x",
		"x31",
		"x-1",
		"x+1",
		"x 1",
		"x01",
		"x1 ",
		" x1",
		"x1.0",
		"X1",
		"x#",
		"#",
		"x0x1",
		"x18446744073709551616",
		"z0.0",
		"z0.32",
		"z32",
		"z1.",
		"p16",
		"ffr.0",
		"sctlr_el1",
		"SCTLR_EL1 ",
		"SCTLR_EL",
		"SCTLR",
		"DBGBVR16_EL1",
		"DBGBVR_EL1",
		"DBGBVR1_EL2",
		"S4_0_C0_C0_0",
		"S3_8_C0_C0_0",
		"S3_0_C16_C0_0",
		"S3_0_c0_c0_0",
		"S3_0_C0_C0",
		"S3_0_C0_C0_0_0",
		"msr/0x",
		"msr/174",
		"msr/0x0174",
		"msr/0x17F",
		"msr/0x100000000",
		"msr/0x-1",
		"core/",
		"core/x0",
		"isa/@",
		"isa/zzz",
		"vector/v0",
		"vector/v0.100",
		"0x",
		"0xg",
		"0x12345678901234567",
		"0x1 ",
		"0X1",
		"-0x1",
		"12",
		"%s%n",
		"\xff\xfe",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect_unknown(names[i]);
}
END_TEST

START_TEST(reg_of_a_name_beyond_all_measure_is_refused)
{
	static const char *const beginnings[] = { "x", "0x", "SCTLR_EL1", "msr/0x", "S3_" };
	const size_t length = 1U << 20;
	char *name = malloc(length + 1);

	ck_assert_ptr_nonnull(name);
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		memset(name, '1', length);
		name[length] = 0;
		memcpy(name, beginnings[i], strlen(beginnings[i]));
		expect_unknown(name);
	}
	free(name);
}
END_TEST

START_TEST(reg_null_is_refused)
{
	uint64_t id = 7;

	assert_refuses_null(kvmlib_reg_from_name(NULL, &id), 1);
	assert_refuses_null(kvmlib_reg_from_name("x0", NULL), 2);
	ck_assert_uint_eq(id, 7);
}
END_TEST

START_TEST(reg_size_is_the_id_s)
{
	ck_assert_uint_eq(kvmlib_reg_size(0), 1);
	ck_assert_uint_eq(kvmlib_reg_size(KVMLIB_REG_SIZE_U32), 4);
	ck_assert_uint_eq(kvmlib_reg_size(KVMLIB_REG_ARM64_SVE_VLS), 64);
	ck_assert_uint_eq(kvmlib_reg_size(KVMLIB_REG_SIZE_U2048), 256);
	ck_assert_uint_eq(kvmlib_reg_size(UINT64_MAX), 32768);
}
END_TEST

/* What failed for a register says which. */
START_TEST(reg_name_stands_in_errors)
{
	uint64_t value;
	char text[512];

	assert_fails(kvmlib_vcpu_get_one_reg(fix.vcpu, KVMLIB_REG_ARM_TIMER_CTL, &value, 4), EINVAL,
		     REG_SIZE, NULL);
	kvmlib_error_format(text, sizeof(text));
	ck_assert_msg(strstr(text, "register CNTV_CTL_EL0, size"), "%s", text);
	assert_fails(kvmlib_vcpu_get_one_reg(fix.vcpu, 7, &value, 4), EINVAL, REG_SIZE, NULL);
	kvmlib_error_format(text, sizeof(text));
	ck_assert_msg(strstr(text, "register 0x0000000000000007, size"), "%s", text);
}
END_TEST

Suite *regs_suite(void)
{
	Suite *suite = suite_create("regs");
	TCase *tcase = add_case(suite, "regs", setup_vcpu);

	ADD_TESTS(tcase, reg_names_are_those_of_the_kernel_and_of_arm,
		  reg_name_leads_back_to_its_id_for_all_system_registers,
		  reg_name_leads_back_to_its_id_whatever_the_id_is,
		  reg_name_in_short_buffers_is_cut, reg_with_a_name_may_be_named_by_number,
		  reg_of_an_unknown_name_is_refused, reg_of_a_name_beyond_all_measure_is_refused,
		  reg_null_is_refused, reg_size_is_the_id_s, reg_name_stands_in_errors);
	tcase_add_loop_test(tcase, reg_name_leads_back_to_its_id, 0, 16);
	return suite;
}
