/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of interrupt controllers and PIT, which vCPU boots, and shadow pages. */

#include <runner.h>

#include <errno.h>
#include <string.h>

#include "guest.h"

#define IS_BOOT_CPU 0x100U /* in the APIC's base */

START_TEST(irqchip_state_that_is_set_takes_interrupts)
{
	struct kvm_irqchip chip = { .chip_id = KVMLIB_IRQCHIP_PIC_MASTER };

	ck_assert_int_eq(kvmlib_vm_get_irqchip(guest.vm, &chip), 0);
	chip.chip.pic.irq_base = 8;
	chip.chip.pic.imr = 0xef;
	ck_assert_int_eq(kvmlib_vm_set_irqchip(guest.vm, &chip), 0);
	memset(&chip.chip, 0, sizeof(chip.chip));
	ck_assert_int_eq(kvmlib_vm_get_irqchip(guest.vm, &chip), 0);
	ck_assert_uint_eq(chip.chip.pic.irq_base, 8);
	ck_assert_uint_eq(chip.chip.pic.imr, 0xef);

	set_handler(8 + 4, 0x77);
	GUEST_CODE(0xfb, 0xf4, 0xeb, 0xfd); /* sti; hlt; jmp to the hlt */
	ck_assert_int_eq(kvmlib_vm_irq_line(guest.vm, 4, 1), 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x77);
}
END_TEST

START_TEST(irqchip_ioapic_comes_back_as_written)
{
	struct kvm_irqchip in = { .chip_id = KVMLIB_IRQCHIP_IOAPIC }, out = in;

	ck_assert_int_eq(kvmlib_vm_get_irqchip(guest.vm, &in), 0);
	in.chip.ioapic.redirtbl[5].bits = 0x10033; /* masked, vector 0x33 */
	ck_assert_int_eq(kvmlib_vm_set_irqchip(guest.vm, &in), 0);
	ck_assert_int_eq(kvmlib_vm_get_irqchip(guest.vm, &out), 0);
	ck_assert_mem_eq(&in.chip.ioapic, &out.chip.ioapic, sizeof(in.chip.ioapic));
}
END_TEST

START_TEST(irqchip_of_unknown_number_is_refused)
{
	struct kvm_irqchip chip = { .chip_id = 9 };

	assert_failed(kvmlib_vm_get_irqchip(guest.vm, &chip), EINVAL, KVMLIB_CAUSE_VALUE_REFUSED);
	assert_failed(kvmlib_vm_set_irqchip(guest.vm, &chip), EINVAL, KVMLIB_CAUSE_VALUE_REFUSED);
}
END_TEST

START_TEST(irqchip_and_pit_are_missing_where_none_was_made)
{
	struct kvm_irqchip chip = { .chip_id = 0 };
	struct kvm_pit_state pit = { .channels = { { 0 } } };
	struct kvm_pit_state2 pit2 = { .flags = 0 };

	assert_failed(kvmlib_vm_get_irqchip(guest.vm, &chip), ENXIO,
		      KVMLIB_CAUSE_FULL_IRQCHIP_MISSING);
	assert_failed(kvmlib_vm_set_irqchip(guest.vm, &chip), ENXIO,
		      KVMLIB_CAUSE_FULL_IRQCHIP_MISSING);
	assert_failed(kvmlib_vm_get_pit(guest.vm, &pit), ENXIO, KVMLIB_CAUSE_PIT_MISSING);
	assert_failed(kvmlib_vm_set_pit(guest.vm, &pit), ENXIO, KVMLIB_CAUSE_PIT_MISSING);
	assert_failed(kvmlib_vm_get_pit2(guest.vm, &pit2), ENXIO, KVMLIB_CAUSE_PIT_MISSING);
	assert_failed(kvmlib_vm_set_pit2(guest.vm, &pit2), ENXIO, KVMLIB_CAUSE_PIT_MISSING);
	assert_failed(kvmlib_vm_reinject_control(guest.vm, 0), ENXIO, KVMLIB_CAUSE_PIT_MISSING);
}
END_TEST

START_TEST(pit_state_that_is_set_ticks)
{
	struct kvm_irqchip chip = { .chip_id = KVMLIB_IRQCHIP_PIC_MASTER };
	struct kvm_pit_state2 pit;

	ck_assert_int_eq(kvmlib_vm_create_pit(guest.vm), 0);
	assert_failed(kvmlib_vm_create_pit(guest.vm), EEXIST, KVMLIB_CAUSE_DEVICE_EXISTS);
	ck_assert_int_eq(kvmlib_vm_reinject_control(guest.vm, 0), 0);
	ck_assert_int_eq(kvmlib_vm_get_irqchip(guest.vm, &chip), 0);
	chip.chip.pic.irq_base = 8;
	chip.chip.pic.imr = 0xfe;
	ck_assert_int_eq(kvmlib_vm_set_irqchip(guest.vm, &chip), 0);

	set_handler(8, 0x99);
	GUEST_CODE(0xfb, 0xf4, 0xeb, 0xfd); /* sti; hlt; jmp to the hlt */
	ck_assert_int_eq(kvmlib_vm_get_pit2(guest.vm, &pit), 0);
	pit.channels[0].mode = 2;
	pit.channels[0].gate = 1;
	pit.channels[0].count = 0x1000;
	ck_assert_int_eq(kvmlib_vm_set_pit2(guest.vm, &pit), 0);
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_eq(run_to_out(0xe9), 0x99);
	}
}
END_TEST

START_TEST(pit_state_comes_back_as_written)
{
	struct kvm_pit_state2 in, out;
	struct kvm_pit_state old;

	ck_assert_int_eq(kvmlib_vm_create_pit2(guest.vm, KVMLIB_PIT_SPEAKER_DUMMY), 0);
	ck_assert_int_eq(kvmlib_vm_get_pit2(guest.vm, &in), 0);
	in.channels[2].mode = 3;
	in.channels[2].count = 0x1234;
	in.flags = KVMLIB_PIT_FLAGS_HPET_LEGACY;
	ck_assert_int_eq(kvmlib_vm_set_pit2(guest.vm, &in), 0);
	ck_assert_int_eq(kvmlib_vm_get_pit2(guest.vm, &out), 0);
	ck_assert_uint_eq(out.channels[2].mode, 3);
	ck_assert_uint_eq(out.channels[2].count, 0x1234);
	ck_assert_uint_eq(out.flags & KVMLIB_PIT_FLAGS_HPET_LEGACY, KVMLIB_PIT_FLAGS_HPET_LEGACY);

	ck_assert_int_eq(kvmlib_vm_get_pit(guest.vm, &old), 0);
	ck_assert_uint_eq(old.channels[2].count, 0x1234);
	old.channels[2].count = 0x4321;
	ck_assert_int_eq(kvmlib_vm_set_pit(guest.vm, &old), 0);
	ck_assert_int_eq(kvmlib_vm_get_pit2(guest.vm, &out), 0);
	ck_assert_uint_eq(out.channels[2].count, 0x4321);
}
END_TEST

static uint64_t apic_base(struct kvmlib_vm *vm, uint32_t id)
{
	struct kvmlib_vcpu *vcpu;
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vm_create_vcpu(vm, id, &vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(vcpu, &sregs), 0);
	kvmlib_vcpu_unref(vcpu);
	return sregs.apic_base;
}

START_TEST(boot_cpu_is_the_chosen_one)
{
	struct kvmlib_vm *vm;

	if (guest_has(KVMLIB_CAP_SET_BOOT_CPU_ID) <= 0)
		SKIP("this kernel has no KVM_CAP_SET_BOOT_CPU_ID");
	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_irqchip(vm), 0);
	ck_assert_int_eq(kvmlib_vm_set_boot_cpu_id(vm, 1), 0);
	ck_assert_uint_eq(apic_base(vm, 0) & IS_BOOT_CPU, 0);
	ck_assert_uint_eq(apic_base(vm, 1) & IS_BOOT_CPU, IS_BOOT_CPU);
	assert_failed(kvmlib_vm_set_boot_cpu_id(vm, 0), EBUSY, KVMLIB_CAUSE_AFTER_FIRST_VCPU);
	kvmlib_vm_unref(vm);
}
END_TEST

START_TEST(mmu_pages_are_64_at_least)
{
	if (guest_has(KVMLIB_CAP_MMU_SHADOW_CACHE_CONTROL) <= 0)
		SKIP("this kernel has no KVM_CAP_MMU_SHADOW_CACHE_CONTROL");
	ck_assert_int_eq(kvmlib_vm_set_nr_mmu_pages(guest.vm, 64), 0);
	assert_failed(kvmlib_vm_set_nr_mmu_pages(guest.vm, 63), EINVAL, KVMLIB_CAUSE_VALUE_REFUSED);
}
END_TEST

Suite *chips_suite(void)
{
	Suite *suite = suite_create("chips");
	TCase *with = tcase_create("irqchip"), *without = tcase_create("no irqchip");

	tcase_add_checked_fixture(with, guest_setup_irqchip, guest_teardown);
	tcase_set_timeout(with, 60);
	tcase_add_test(with, irqchip_state_that_is_set_takes_interrupts);
	tcase_add_test(with, irqchip_ioapic_comes_back_as_written);
	tcase_add_test(with, irqchip_of_unknown_number_is_refused);
	tcase_add_test(with, pit_state_that_is_set_ticks);
	tcase_add_test(with, pit_state_comes_back_as_written);
	suite_add_tcase(suite, with);
	tcase_add_checked_fixture(without, guest_setup, guest_teardown);
	tcase_add_test(without, irqchip_and_pit_are_missing_where_none_was_made);
	tcase_add_test(without, boot_cpu_is_the_chosen_one);
	tcase_add_test(without, mmu_pages_are_64_at_least);
	suite_add_tcase(suite, without);
	return suite;
}
