/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupt controllers, lines and timer; what else a platform has. */
#include "fixture.h"

#include "suites.h"

#if defined(__x86_64__)
START_TEST(irqchip_is_made_once_and_before_vcpus)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EEXIST);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EEXIST);
}
END_TEST

START_TEST(irqchip_after_a_vcpu_is_einval)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EINVAL);
}
END_TEST

START_TEST(irqchip_split_excludes_full)
{
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 4097), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), 0);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), -EEXIST);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EEXIST);
	ck_assert_int_eq(irq_line(4, 1), 0);
}
END_TEST

START_TEST(irqchip_split_after_a_vcpu_is_eexist)
{
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), -EEXIST);
}
END_TEST

START_TEST(irq_line_without_irqchip_is_enxio)
{
	ck_assert_int_eq(irq_line(4, 1), -ENXIO);
}
END_TEST

START_TEST(irq_line_keeps_levels)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(irq_line(4, 1), 0);
	ck_assert_int_eq(irq_line(9, 1), 0);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 4), 1);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 9), 1);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 5), 0);
	ck_assert_int_eq(irq_line(4, 0), 0);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 4), 0);
	ck_assert_int_eq(irq_line(100000, 1), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_IRQ_LINE, hole), -EFAULT);
}
END_TEST

static int line_status(uint32_t irq, uint32_t level, int32_t *ret_status)
{
	struct kvm_irq_level line = { .irq = irq, .level = level };
	int r = call_ptr(vm, KVM_IRQ_LINE_STATUS, &line);

	*ret_status = line.status;
	return r;
}

static void expect_status(uint32_t irq, uint32_t level, int32_t expected)
{
	int32_t status;

	ck_assert_int_eq(line_status(irq, level, &status), 0);
	ck_assert_int_eq(status, expected);
}

START_TEST(irq_line_status_tells_what_became_of_it)
{
	int32_t status;

	ck_assert_int_eq(line_status(4, 1, &status), -ENXIO);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	expect_status(4, 1, 1);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 4), 1);
	expect_status(4, 1, 1);
	expect_status(4, 0, 1);
	expect_status(4, 1, 0);
	expect_status(5, 1, 1);
	expect_status(16, 1, -1);
	ck_assert_int_eq(call_ptr(vm, KVM_IRQ_LINE_STATUS, hole), -EFAULT);
}
END_TEST

START_TEST(irq_line_status_of_a_split_irqchip_is_ignored)
{
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), 0);
	expect_status(4, 1, -1);
}
END_TEST

START_TEST(x2apic_flags_depend_on_the_irqchip)
{
	ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, KVMLIB_CAP_X2APIC_API), 11);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_X2APIC_API, 3), 0);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_X2APIC_API, 4), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_X2APIC_API, 16), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), 0);
	ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, KVMLIB_CAP_X2APIC_API), 15);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_X2APIC_API, 7), 0);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_X2APIC_API, 12), -EINVAL);
}
END_TEST

START_TEST(pit_needs_the_pic)
{
	struct kvm_pit_config config = { 0 };

	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), -ENOENT);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), -EEXIST);
}
END_TEST

START_TEST(pit_with_split_irqchip_is_enoent)
{
	struct kvm_pit_config config = { 0 };

	ck_assert_int_eq(enable_cap(KVMLIB_CAP_SPLIT_IRQCHIP, 24), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), -ENOENT);
}
END_TEST

START_TEST(tss_addr_is_checked)
{
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xffffd001), -EINVAL);
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0x100000000), -EINVAL);
	ck_assert_int_eq(set_slot(0, 0, 0xfffbd000, 1, 0), 0);
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xfffbb000), -EEXIST);
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xfffba000), 0);
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xffff0000), -EEXIST);
	ck_assert_int_eq(set_slot(1, 0, 0xfffbc000, 1, 0), -EEXIST);
}
END_TEST

START_TEST(tss_addr_may_be_the_last_three_pages)
{
	ck_assert_int_eq(call(vm, KVM_SET_TSS_ADDR, 0xffffd000), 0);
}
END_TEST

START_TEST(identity_map_addr_comes_before_vcpus)
{
	uint64_t address = 0xfffbc000;

	ck_assert_int_eq(call_ptr(vm, KVM_SET_IDENTITY_MAP_ADDR, &address), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_SET_IDENTITY_MAP_ADDR, hole), -EFAULT);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_eq(call_ptr(vm, KVM_SET_IDENTITY_MAP_ADDR, &address), -EINVAL);
	ck_assert_int_eq(call_ptr(vm, KVM_SET_IDENTITY_MAP_ADDR, hole), -EINVAL);
}
END_TEST
#elif defined(__aarch64__)
START_TEST(irqchip_gicv2_excludes_others)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EEXIST);
	ck_assert_int_eq(call(vm, KVM_CREATE_VCPU, 0), -EBUSY);
}
END_TEST

START_TEST(irq_line_follows_the_gic)
{
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_eq(irq_line(1U << 24 | 40, 1), -ENXIO);
	ck_assert_int_eq(irq_line(0, 1), 0);
	ck_assert_int_eq(irq_line(2, 1), -EINVAL);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(irq_line(0, 1), -ENXIO);
	ck_assert_int_eq(irq_line(1U << 24 | 31, 1), -EINVAL);
	ck_assert_int_eq(irq_line(1U << 24 | 40, 1), 0);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, vm, 1U << 24 | 40), 1);
	ck_assert_int_eq(irq_line(2U << 24 | 1U << 16 | 20, 1), -EINVAL);
	ck_assert_int_eq(irq_line(2U << 24 | 20, 1), 0);
	ck_assert_int_eq(irq_line(3U << 24, 1), -EINVAL);
}
END_TEST

START_TEST(irqchip_after_a_run_is_ebusy)
{
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EBUSY);
}
END_TEST

START_TEST(irqchip_with_nine_vcpus_is_e2big)
{
	int fds[9];

	for (unsigned long i = 0; i < 9; i++)
		fds[i] = call(vm, KVM_CREATE_VCPU, i);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -E2BIG);
	for (unsigned long i = 0; i < 9; i++)
		ck_assert_int_eq(close_fd(fds[i]), 0);
}
END_TEST
#elif defined(__s390x__)
START_TEST(irqchip_needs_the_capability)
{
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), -EINVAL);
	ck_assert_int_eq(enable_cap(KVMLIB_CAP_S390_IRQCHIP, 0), 0);
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
}
END_TEST
#endif

START_TEST(irq_level_bad_arguments_are_refused)
{
	ck_assert_int_eq(kvmlib_sim_irq_level(NULL, vm, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, system_fd, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_irq_level(sim, NO_SUCH_FD, 0), -EBADF);
}
END_TEST

Suite *irqchip_suite(void)
{
	Suite *suite = suite_create("sim_irqchip");

	ADD_TESTS(add_case(suite, "vm", setup_vm), irq_level_bad_arguments_are_refused);
#if defined(__x86_64__)
	ADD_TESTS(add_case(suite, "x86_vm", setup_vm), irqchip_is_made_once_and_before_vcpus,
		  irqchip_split_excludes_full, irq_line_without_irqchip_is_enxio,
		  irq_line_keeps_levels, irq_line_status_tells_what_became_of_it,
		  irq_line_status_of_a_split_irqchip_is_ignored, x2apic_flags_depend_on_the_irqchip,
		  pit_needs_the_pic, pit_with_split_irqchip_is_enoent, tss_addr_is_checked,
		  tss_addr_may_be_the_last_three_pages, identity_map_addr_comes_before_vcpus);
	ADD_TESTS(add_case(suite, "x86_vcpu", setup_vcpu), irqchip_after_a_vcpu_is_einval,
		  irqchip_split_after_a_vcpu_is_eexist);
#elif defined(__aarch64__)
	ADD_TESTS(add_case(suite, "arm64_vm", setup_vm), irqchip_gicv2_excludes_others,
		  irq_line_follows_the_gic, irqchip_with_nine_vcpus_is_e2big);
	ADD_TESTS(add_case(suite, "arm64_vcpu", setup_vcpu), irqchip_after_a_run_is_ebusy);
#elif defined(__s390x__)
	ADD_TESTS(add_case(suite, "s390x_vm", setup_vm), irqchip_needs_the_capability);
#endif
	return suite;
}
