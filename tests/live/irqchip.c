/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupt controllers by profiles, on the kernel at hand. */

#include <runner.h>

#include <errno.h>
#include <string.h>

#include "guest.h"

#define APIC_ADDRESS 0xfee00000U /* messages to the APIC of id 0 */
#define X2APIC	     0xc00U	 /* in its base: on, by MSRs */
#define SPURIOUS     0xf0U	 /* its register that enables it */
#define VECTOR	     0x45U

static struct kvmlib_irqchip *irqchip;
static struct kvmlib_routes *routes;

static struct kvmlib_irqchip_opts opts_of(uint32_t profile, uint32_t flags)
{
	return (struct kvmlib_irqchip_opts){ .size = sizeof(struct kvmlib_irqchip_opts),
					     .profile = profile,
					     .flags = flags };
}

static void make(uint32_t profile, uint32_t flags)
{
	const struct kvmlib_irqchip_opts opts = opts_of(profile, flags);

	routes = NULL;
	ck_assert_int_eq(kvmlib_irqchip_create(guest.vm, &opts, &irqchip), 0);
}

static void make_full(void)
{
	make(KVMLIB_IRQCHIP_PROFILE_FULL, KVMLIB_IRQCHIP_PIT);
}

static void make_split(void)
{
	make(KVMLIB_IRQCHIP_PROFILE_SPLIT, 0);
}

static void make_none(void)
{
	make(KVMLIB_IRQCHIP_PROFILE_NONE, 0);
}

static void setup_full(void)
{
	guest_setup_after(make_full);
}

static void setup_split(void)
{
	guest_setup_after(make_split);
}

static void setup_none(void)
{
	guest_setup_after(make_none);
}

static void teardown(void)
{
	routes = kvmlib_routes_unref(routes);
	irqchip = kvmlib_irqchip_unref(irqchip);
	guest_teardown();
}

/* A real-mode handler that says its vector, and returns. */
static void set_teller(uint8_t vector)
{
	const uint8_t code[] = { 0xb0, vector, 0xe6, 0xe9, 0xcf };
	const uint16_t address = (uint16_t)(HANDLER + 16U * vector);
	const uint16_t entry[] = { address, 0 };

	memcpy(guest.ram + address, code, sizeof(code));
	memcpy(guest.ram + 4U * vector, entry, sizeof(entry));
}

static void enable_apic(void)
{
	const uint32_t spurious = 0x1ff;
	struct kvm_lapic_state lapic;

	ck_assert_int_eq(kvmlib_vcpu_get_lapic(guest.vcpu, &lapic), 0);
	memcpy(lapic.regs + SPURIOUS, &spurious, sizeof(spurious));
	ck_assert_int_eq(kvmlib_vcpu_set_lapic(guest.vcpu, &lapic), 0);
}

/* Code that says 0x55, then waits for interrupts. */
static void start_waiting(void)
{
	GUEST_CODE(0xb0, 0x55, 0xe6, 0xe9, 0xfb, 0xf4, 0xeb, 0xfd);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
}

static int32_t pulse(uint32_t gsi)
{
	int32_t status = 77;

	ck_assert_int_eq(kvmlib_irqchip_pulse(irqchip, gsi, &status), 0);
	return status;
}

/* Full */

START_TEST(irqchip_pulse_reaches_the_guest)
{
	set_handler(8 + 4, 0x77);
	/* The PIC's four words, line 4 alone; say 0x55; wait. */
	GUEST_CODE(0xb0, 0x11, 0xe6, 0x20, 0xb0, 0x08, 0xe6, 0x21, 0xb0, 0x04, 0xe6, 0x21, 0xb0,
		   0x01, 0xe6, 0x21, 0xb0, 0xef, 0xe6, 0x21, 0xb0, 0x55, 0xe6, 0xe9, 0xfb, 0xf4,
		   0xeb, 0xfd);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
	ck_assert_int_eq(pulse(5), -1); /* masked */
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pulse(4), 1);
		ck_assert_int_eq(pulse(4), 0); /* coalesced */
		ck_assert_uint_eq(run_to_out(0xe9), 0x77);
	}
	ck_assert_int_eq(pulse(100), -1); /* no route */
}
END_TEST

START_TEST(irqchip_pin_of_the_ioapic_reaches_the_guest)
{
	struct kvm_irqchip chip = { .chip_id = KVMLIB_IRQCHIP_IOAPIC };

	enable_apic();
	ck_assert_int_eq(kvmlib_vm_get_irqchip(guest.vm, &chip), 0);
	chip.chip.ioapic.redirtbl[20].bits = VECTOR; /* an edge, to the APIC of id 0 */
	ck_assert_int_eq(kvmlib_vm_set_irqchip(guest.vm, &chip), 0);
	set_teller(VECTOR);
	start_waiting();
	ck_assert_int_eq(pulse(21), -1); /* masked */
	ck_assert_int_eq(pulse(20), 1);
	ck_assert_uint_eq(run_to_out(0xe9), VECTOR);
}
END_TEST

START_TEST(irqchip_timer_ticks)
{
	set_handler(8, 0x99);
	/* The PIC's words, line 0 alone; the PIT's channel 0 at 0x1000 / 1193182 s; wait. */
	GUEST_CODE(0xb0, 0x11, 0xe6, 0x20, 0xb0, 0x08, 0xe6, 0x21, 0xb0, 0x04, 0xe6, 0x21, 0xb0,
		   0x01, 0xe6, 0x21, 0xb0, 0xfe, 0xe6, 0x21, 0xb0, 0x34, 0xe6, 0x43, 0xb0, 0x00,
		   0xe6, 0x40, 0xb0, 0x10, 0xe6, 0x40, 0xfb, 0xf4, 0xeb, 0xfd);
	for (int i = 0; i < 3; i++)
		ck_assert_uint_eq(run_to_out(0xe9), 0x99);
}
END_TEST

START_TEST(irqchip_message_reaches_the_guest)
{
	const struct kvmlib_irq_routing_msi msi = { .address_lo = APIC_ADDRESS, .data = VECTOR };

	enable_apic();
	set_teller(VECTOR);
	start_waiting();
	ck_assert_int_eq(kvmlib_irqchip_signal_msi(irqchip, &msi), 1);
	ck_assert_uint_eq(run_to_out(0xe9), VECTOR);
}
END_TEST

static void expect_exists(uint32_t profile)
{
	const struct kvmlib_irqchip_opts opts = opts_of(KVMLIB_IRQCHIP_PROFILE_NONE, 0);
	struct kvmlib_irqchip *more = NULL;
	uint64_t kept = 77;

	assert_failed(kvmlib_irqchip_create(guest.vm, &opts, &more), EEXIST,
		      KVMLIB_CAUSE_IRQCHIP_EXISTS);
	ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_KEPT, &kept), 0);
	ck_assert_uint_eq(kept, profile);
	ck_assert_ptr_null(more);
}

START_TEST(irqchip_full_is_there_for_good)
{
	uint64_t args[4];

	expect_exists(KVMLIB_IRQCHIP_PROFILE_FULL);
	assert_failed(kvmlib_vm_create_pit2(guest.vm, 0), EEXIST, KVMLIB_CAUSE_DEVICE_EXISTS);
	assert_failed(kvmlib_irqchip_inject(irqchip, guest.vcpu, VECTOR), ENXIO,
		      KVMLIB_CAUSE_PIC_IN_KERNEL);
	ck_assert_int_eq(kvmlib_vm_enabled_capability(guest.vm, KVMLIB_CAP_X2APIC_API, args), 1);
	ck_assert_uint_eq(args[0], guest_has(KVMLIB_CAP_X2APIC_API) & 3);
}
END_TEST

/* Split */

static void add_message(uint32_t gsi, uint32_t data)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = gsi, .type = KVMLIB_IRQ_ROUTING_MSI };

	entry.u.msi.address_lo = APIC_ADDRESS;
	entry.u.msi.data = data;
	ck_assert_int_eq(kvmlib_routes_add(routes, NULL, &entry, NULL), 0);
}

/* Interrupts are ended by an MSR, where real mode can get at it. */
static void enter_x2apic(void)
{
	struct kvm_sregs sregs;

	pose_as_host();
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.apic_base |= X2APIC;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
	enable_apic();
}

/* mov al, 0x66; out 0xe9, al; mov ecx, 0x80b; xor eax, eax; xor edx, edx; wrmsr; iret */
static void set_ender(void)
{
	static const uint8_t code[] = { 0xb0, 0x66, 0xe6, 0xe9, 0x66, 0xb9, 0x0b, 0x08, 0x00, 0x00,
					0x66, 0x31, 0xc0, 0x66, 0x31, 0xd2, 0x0f, 0x30, 0xcf };
	const uint16_t entry[] = { HANDLER, 0 };

	memcpy(guest.ram + HANDLER, code, sizeof(code));
	memcpy(guest.ram + 4U * VECTOR, entry, sizeof(entry));
}

static void raise_level(uint32_t gsi)
{
	int32_t status = 77;

	ck_assert_int_eq(kvmlib_irqchip_set_line(irqchip, gsi, 1, &status), 0);
	ck_assert_int_eq(status, 1);
	ck_assert_int_eq(kvmlib_irqchip_set_line(irqchip, gsi, 0, &status), 0);
	ck_assert_int_eq(status, -1); /* it was a message */
}

START_TEST(irqchip_end_of_a_level_is_an_exit)
{
	uint32_t gsi = 77;
	uint8_t vector = 0;

	ck_assert_int_eq(kvmlib_routes_new(guest.vm, NULL, &routes), 0);
	add_message(5, 0xc000U | VECTOR);
	add_message(6, 0xc000U | (VECTOR + 1));
	add_message(30, VECTOR);
	enter_x2apic();
	set_ender();
	start_waiting();
	for (int i = 0; i < 2; i++) {
		raise_level(5);
		ck_assert_uint_eq(run_to_out(0xe9), 0x66);
		run_to(KVMLIB_EXIT_IOAPIC_EOI);
		ck_assert_int_eq(kvmlib_vcpu_exit_ioapic_eoi(guest.vcpu, &vector), 0);
		ck_assert_uint_eq(vector, VECTOR);
		ck_assert_int_eq(kvmlib_routes_find_vector(routes, vector, &gsi, 1), 1);
		ck_assert_uint_eq(gsi, 5);
	}
}
END_TEST

START_TEST(irqchip_split_takes_vectors_of_a_pic)
{
	set_teller(0x30);
	ck_assert_int_eq(kvmlib_irqchip_inject(irqchip, guest.vcpu, 0x30), 0);
	GUEST_CODE(0xb0, 0x55, 0xe6, 0xe9, 0xfb, LINGER, 0xf4);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
	run_to(KVMLIB_EXIT_IRQ_WINDOW_OPEN);
	ck_assert_int_eq(kvmlib_irqchip_inject(irqchip, guest.vcpu, 0x30), 1);
	ck_assert_uint_eq(run_to_out(0xe9), 0x30);
}
END_TEST

START_TEST(irqchip_split_is_there_for_good)
{
	int offered = guest_has(KVMLIB_CAP_X2APIC_API);
	uint64_t args[4];

	expect_exists(KVMLIB_IRQCHIP_PROFILE_SPLIT);
	ck_assert_int_eq(kvmlib_vm_enabled_capability(guest.vm, KVMLIB_CAP_X2APIC_API, args), 1);
	ck_assert_uint_eq(args[0], offered & 0xb);
}
END_TEST

/* None */

START_TEST(irqchip_none_opens_a_window)
{
	set_teller(0x30);
	GUEST_CODE(0xb0, 0x55, 0xe6, 0xe9, 0xfb, LINGER, 0xf4);
	ck_assert_uint_eq(run_to_out(0xe9), 0x55);
	ck_assert_int_eq(kvmlib_irqchip_inject(irqchip, guest.vcpu, 0x30), 0);
	run_to(KVMLIB_EXIT_IRQ_WINDOW_OPEN);
	ck_assert_int_eq(kvmlib_irqchip_inject(irqchip, guest.vcpu, 0x30), 1);
	ck_assert_uint_eq(run_to_out(0xe9), 0x30);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

/* The second waits until the guest has taken the first. */
START_TEST(irqchip_none_takes_one_after_the_other)
{
	set_teller(0x30);
	set_teller(0x31);
	GUEST_CODE(0xfb, 0xf4, LINGER, 0xf4);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_irqchip_inject(irqchip, guest.vcpu, 0x30), 1);
	ck_assert_int_eq(kvmlib_irqchip_inject(irqchip, guest.vcpu, 0x31), 0);
	ck_assert_uint_eq(run_to_out(0xe9), 0x30);
	run_to(KVMLIB_EXIT_IRQ_WINDOW_OPEN);
	ck_assert_int_eq(kvmlib_irqchip_inject(irqchip, guest.vcpu, 0x31), 1);
	ck_assert_uint_eq(run_to_out(0xe9), 0x31);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

START_TEST(irqchip_none_has_no_lines)
{
	const struct kvmlib_irqchip_opts full = opts_of(KVMLIB_IRQCHIP_PROFILE_FULL, 0);
	const struct kvmlib_irqchip_opts split = opts_of(KVMLIB_IRQCHIP_PROFILE_SPLIT, 0);
	struct kvmlib_irqchip *more = NULL;

	assert_failed(kvmlib_irqchip_pulse(irqchip, 4, NULL), ENXIO, KVMLIB_CAUSE_IRQCHIP_MISSING);
	assert_failed(kvmlib_irqchip_create(guest.vm, &full, &more), EINVAL,
		      KVMLIB_CAUSE_AFTER_FIRST_VCPU);
	assert_failed(kvmlib_irqchip_create(guest.vm, &split, &more), EEXIST,
		      KVMLIB_CAUSE_AFTER_FIRST_VCPU);
	ck_assert_ptr_null(more);
}
END_TEST

static TCase *add_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *irqchip_suite(void)
{
	Suite *suite = suite_create("irqchip");
	TCase *full = add_case(suite, "full", setup_full);
	TCase *split = add_case(suite, "split", setup_split);
	TCase *none = add_case(suite, "none", setup_none);

	tcase_add_test(full, irqchip_pulse_reaches_the_guest);
	tcase_add_test(full, irqchip_pin_of_the_ioapic_reaches_the_guest);
	tcase_add_test(full, irqchip_timer_ticks);
	tcase_add_test(full, irqchip_message_reaches_the_guest);
	tcase_add_test(full, irqchip_full_is_there_for_good);
	tcase_add_test(split, irqchip_end_of_a_level_is_an_exit);
	tcase_add_test(split, irqchip_split_takes_vectors_of_a_pic);
	tcase_add_test(split, irqchip_split_is_there_for_good);
	tcase_add_test(none, irqchip_none_opens_a_window);
	tcase_add_test(none, irqchip_none_takes_one_after_the_other);
	tcase_add_test(none, irqchip_none_has_no_lines);
	return suite;
}
