/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupt controllers by profiles: what the kernel is asked for, and what stays of what fails. */

#include "fixture.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "child.h"

#define FULL  KVMLIB_IRQCHIP_PROFILE_FULL
#define SPLIT KVMLIB_IRQCHIP_PROFILE_SPLIT
#define NONE  KVMLIB_IRQCHIP_PROFILE_NONE

static struct kvmlib_irqchip *irqchip;

static struct kvmlib_irqchip_opts opts_of(uint32_t profile, uint32_t nr_pins, uint32_t flags)
{
	return (struct kvmlib_irqchip_opts){ .size = sizeof(struct kvmlib_irqchip_opts),
					     .profile = profile,
					     .nr_pins = nr_pins,
					     .flags = flags };
}

#if defined(__x86_64__)

static int create(uint32_t profile, uint32_t nr_pins, uint32_t flags)
{
	const struct kvmlib_irqchip_opts opts = opts_of(profile, nr_pins, flags);

	return kvmlib_irqchip_create(fix.vm, &opts, &irqchip);
}

static struct kvmlib_sys_ops ops;
static const struct kvmlib_sys_ops *sim;

/* The calls that succeeded and changed something: "chips", "split:24", "line:5=1" and so on. */
static char calls[512];

/* Nothing here may assert: check allocates, and tests count allocations. */
static void note(const char *what, unsigned long long a, const char *more, unsigned int b)
{
	size_t length = strlen(calls);

	(void)snprintf(calls + length, sizeof(calls) - length, "%s%s:%llx", length ? " " : "", what,
		       a);
	length = strlen(calls);
	if (more)
		(void)snprintf(calls + length, sizeof(calls) - length, "%s%x", more, b);
}

static void note_cap(const struct kvm_enable_cap *cap)
{
	if (cap->cap == KVMLIB_CAP_SPLIT_IRQCHIP)
		note("split", cap->args[0], NULL, 0);
	if (cap->cap == KVMLIB_CAP_X2APIC_API)
		note("x2apic", cap->args[0], NULL, 0);
}

static void note_msi(const struct kvm_msi *msi)
{
	note("msi", (unsigned long long)msi->address_hi << 32 | msi->address_lo, "=", msi->data);
	for (size_t i = 0; i < sizeof(msi->pad); i++)
		if (msi->flags || msi->devid || msi->pad[i])
			note("broken", i, NULL, 0);
}

static void note_call(unsigned long request, unsigned long arg, const struct kvm_irq_level *line)
{
	const void *in = (const void *)arg;

	if (request == REQUEST(CREATE_IRQCHIP))
		note("chips", arg, NULL, 0);
	if (request == REQUEST(ENABLE_CAP))
		note_cap(in);
	if (request == REQUEST(CREATE_PIT2))
		note("pit", ((const struct kvm_pit_config *)in)->flags, NULL, 0);
	if (request == REQUEST(REINJECT_CONTROL))
		note("reinject", ((const struct kvm_reinject_control *)in)->pit_reinject, NULL, 0);
	if (request == REQUEST(IRQ_LINE))
		note("line", line->irq, "=", line->level);
	if (request == REQUEST(IRQ_LINE_STATUS))
		note("status", line->irq, "=", line->level);
	if (request == REQUEST(SIGNAL_MSI))
		note_msi(in);
}

static int noted_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	struct kvm_irq_level line = { 0 };
	int r;

	if (request == REQUEST(IRQ_LINE) || request == REQUEST(IRQ_LINE_STATUS))
		memcpy(&line, (const void *)arg, sizeof(line)); /* a status takes its place */
	r = sim->ioctl(ctx, fd, request, arg);
	if (r >= 0)
		note_call(request, arg, &line);
	return r;
}

static void expect_calls(const char *text)
{
	ck_assert_str_eq(calls, text);
	calls[0] = 0;
}

static void setup_irqchip(void)
{
	setup_sim();
	sim = kvmlib_sim_sys_ops(fix.sim);
	ops = *sim;
	ops.ioctl = noted_ioctl;
	fix.sys = &ops;
	make_system();
	make_vm();
	irqchip = NULL;
	calls[0] = 0;
}

static void teardown_irqchip(void)
{
	irqchip = kvmlib_irqchip_unref(irqchip);
	teardown();
}

/* Making */

START_TEST(irqchip_default_is_full_without_timer)
{
	uint64_t args[4];

	assert_ok(kvmlib_irqchip_create(fix.vm, NULL, &irqchip));
	expect_calls("chips:0 x2apic:3");
	ck_assert_uint_eq(kvmlib_irqchip_profile(irqchip), FULL);
	ck_assert_uint_eq(kvmlib_irqchip_nr_pins(irqchip), 24);
	ck_assert_int_eq(kvmlib_vm_enabled_capability(fix.vm, KVMLIB_CAP_X2APIC_API, args), 1);
	ck_assert_uint_eq(args[0], 3);
}
END_TEST

START_TEST(irqchip_timer_forgets_ticks_but_by_choice)
{
	assert_ok(create(FULL, 0, KVMLIB_IRQCHIP_PIT));
	expect_calls("chips:0 x2apic:3 pit:1 reinject:0");
}
END_TEST

START_TEST(irqchip_timer_reinjects_by_choice)
{
	assert_ok(create(FULL, 0, KVMLIB_IRQCHIP_PIT | KVMLIB_IRQCHIP_PIT_REINJECT));
	expect_calls("chips:0 x2apic:3 pit:1");
}
END_TEST

static const struct split {
	uint32_t nr_pins, flags;
	uint32_t expected;
	const char *calls;
} splits[] = {
	{ 0, 0, 24, "split:18 x2apic:b" },
	{ 120, 0, 120, "split:78 x2apic:b" },
	{ 4096, 0, 4096, "split:1000 x2apic:b" },
	{ KVMLIB_IRQCHIP_NO_PINS, 0, 0, "split:0 x2apic:b" },
	{ 0, KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST, 24, "split:18 x2apic:7" },
	{ 0, KVMLIB_IRQCHIP_EXT_DEST_ID, 24, "split:18 x2apic:b" },
	{ 0, KVMLIB_IRQCHIP_NO_X2APIC_API, 24, "split:18" },
};

START_TEST(irqchip_split_has_its_pins)
{
	assert_ok(create(SPLIT, splits[_i].nr_pins, splits[_i].flags));
	expect_calls(splits[_i].calls);
	ck_assert_uint_eq(kvmlib_irqchip_profile(irqchip), SPLIT);
	ck_assert_uint_eq(kvmlib_irqchip_nr_pins(irqchip), splits[_i].expected);
}
END_TEST

START_TEST(irqchip_none_makes_nothing)
{
	make_vcpu();
	assert_ok(create(NONE, 0, 0));
	expect_calls("");
	ck_assert_uint_eq(kvmlib_irqchip_profile(irqchip), NONE);
	ck_assert_uint_eq(kvmlib_irqchip_nr_pins(irqchip), 0);
}
END_TEST

/* Older hosts: what they offer is enabled, and no more. */
static const struct offer {
	int offered;
	uint32_t profile;
	const char *calls;
} offers[] = {
	{ 0, FULL, "chips:0" },
	{ 1, FULL, "chips:0 x2apic:1" },
	{ 3, SPLIT, "split:18 x2apic:3" },
	{ 7, SPLIT, "split:18 x2apic:3" },
	{ 0, SPLIT, "split:18" },
	{ 15, FULL, "chips:0 x2apic:3" },
};

START_TEST(irqchip_takes_what_the_host_offers)
{
	ck_assert_int_eq(
		kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_X2APIC_API, offers[_i].offered), 0);
	assert_ok(create(offers[_i].profile, 0, 0));
	expect_calls(offers[_i].calls);
}
END_TEST

START_TEST(irqchip_holds_the_vm)
{
	int open_before = kvmlib_sim_open_fds(fix.sim);

	assert_ok(create(FULL, 0, 0));
	ck_assert_ptr_eq(kvmlib_irqchip_ref(irqchip), irqchip);
	ck_assert_ptr_null(kvmlib_irqchip_unref(irqchip));
	fix.vm = kvmlib_vm_unref(fix.vm);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), open_before);
	ck_assert_uint_eq(kvmlib_irqchip_profile(irqchip), FULL);
	irqchip = kvmlib_irqchip_unref(irqchip);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), open_before - 1);
	ck_assert_ptr_null(kvmlib_irqchip_ref(NULL));
	ck_assert_ptr_null(kvmlib_irqchip_unref(NULL));
}
END_TEST

/* Refusals */

static const struct wrong {
	uint32_t profile, nr_pins, flags;
} wrongs[] = {
	{ SPLIT, 0, KVMLIB_IRQCHIP_PIT },
	{ NONE, 0, KVMLIB_IRQCHIP_PIT },
	{ FULL, 0, KVMLIB_IRQCHIP_PIT_REINJECT },
	{ FULL, 24, 0 },
	{ FULL, KVMLIB_IRQCHIP_NO_PINS, 0 },
	{ NONE, 24, 0 },
	{ FULL, 0, KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST },
	{ NONE, 0, KVMLIB_IRQCHIP_NO_X2APIC_API },
	{ NONE, 0, KVMLIB_IRQCHIP_EXT_DEST_ID },
	{ FULL, 0, KVMLIB_IRQCHIP_NO_X2APIC_API | KVMLIB_IRQCHIP_EXT_DEST_ID },
	{ SPLIT, 0, KVMLIB_IRQCHIP_NO_X2APIC_API | KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST },
};

START_TEST(irqchip_combination_that_can_not_be_is_refused)
{
	const struct wrong *wrong = &wrongs[_i];
	const struct kvmlib_irqchip_opts opts =
		opts_of(wrong->profile, wrong->nr_pins, wrong->flags);
	struct kvmlib_irqchip *ret = SENTINEL;
	uint64_t before = kvmlib_sim_nr_calls(fix.sim);

	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EINVAL, IRQCHIP_COMBINATION, NULL);
	assert_value(TYPE, wrong->profile);
	assert_value(COUNT, wrong->nr_pins);
	assert_value(FLAGS, wrong->flags);
	ck_assert_ptr_eq(ret, SENTINEL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), before);
}
END_TEST

START_TEST(irqchip_bad_arguments_are_refused)
{
	struct kvmlib_irqchip_opts opts = opts_of(NONE + 1, 0, 0);
	struct kvmlib_irqchip *ret = SENTINEL;

	assert_refuses_null(kvmlib_irqchip_create(NULL, NULL, &ret), 1);
	assert_refuses_null(kvmlib_irqchip_create(fix.vm, NULL, NULL), 3);
	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EINVAL, BAD_ARGUMENT, NULL);
	opts = opts_of(FULL, 0, 0x20);
	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EINVAL, BAD_ARGUMENT, NULL);
	opts = opts_of(FULL, 0, 0);
	opts.reserved = 1;
	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EINVAL, BAD_ARGUMENT, NULL);
	opts.size = sizeof(size_t) - 1;
	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EINVAL, OPTIONS_SIZE, NULL);
	ck_assert_ptr_eq(ret, SENTINEL);
	expect_calls("");
}
END_TEST

START_TEST(irqchip_options_of_other_sizes)
{
	struct {
		struct kvmlib_irqchip_opts opts;
		uint64_t more;
	} o = { .opts = opts_of(SPLIT, 30, 0), .more = 1 };
	struct kvmlib_irqchip *ret = SENTINEL;

	o.opts.size = sizeof(o);
	assert_fails(kvmlib_irqchip_create(fix.vm, &o.opts, &ret), E2BIG, OPTIONS_TOO_NEW, NULL);
	ck_assert_ptr_eq(ret, SENTINEL);
	o.opts.size = offsetof(struct kvmlib_irqchip_opts, nr_pins);
	assert_ok(kvmlib_irqchip_create(fix.vm, &o.opts, &irqchip));
	expect_calls("split:18 x2apic:b");
}
END_TEST

START_TEST(irqchip_options_of_a_longer_struct)
{
	struct {
		struct kvmlib_irqchip_opts opts;
		uint64_t more;
	} o = { .opts = opts_of(SPLIT, 30, 0) };

	o.opts.size = sizeof(o);
	assert_ok(kvmlib_irqchip_create(fix.vm, &o.opts, &irqchip));
	expect_calls("split:1e x2apic:b");
}
END_TEST

/* A second one of any kind, whoever made the first; the record tells which that is. */
static void expect_exists(uint32_t there)
{
	for (uint32_t profile = FULL; profile <= NONE; profile++) {
		const struct kvmlib_irqchip_opts opts = opts_of(profile, 0, 0);
		struct kvmlib_irqchip *ret = SENTINEL;

		assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EEXIST, IRQCHIP_EXISTS,
			     NULL);
		assert_value(KEPT, there);
		ck_assert_ptr_eq(ret, SENTINEL);
	}
}

START_TEST(irqchip_second_one_is_refused)
{
	assert_ok(create(_i ? SPLIT : FULL, 0, 0));
	calls[0] = 0;
	expect_exists(_i ? SPLIT : FULL);
	expect_calls("");
}
END_TEST

START_TEST(irqchip_of_other_code_is_seen)
{
	if (_i)
		assert_ok(kvmlib_vm_enable_split_irqchip(fix.vm, 24));
	else
		assert_ok(kvmlib_vm_create_irqchip(fix.vm));
	expect_exists(_i ? SPLIT : FULL);
}
END_TEST

START_TEST(irqchip_after_a_vcpu_is_refused)
{
	const struct kvmlib_irqchip_opts split = opts_of(SPLIT, 0, 0);
	struct kvmlib_irqchip *ret = SENTINEL;

	make_vcpu();
	assert_fails(kvmlib_irqchip_create(fix.vm, NULL, &ret), EINVAL, AFTER_FIRST_VCPU,
		     "KVM_CREATE_IRQCHIP");
	assert_no_value(KEPT);
	assert_fails(kvmlib_irqchip_create(fix.vm, &split, &ret), EEXIST, AFTER_FIRST_VCPU,
		     "KVM_ENABLE_CAP");
	assert_no_value(KEPT);
	ck_assert_ptr_eq(ret, SENTINEL);
	expect_calls("");
}
END_TEST

/* Made by another thread between the look and the call. */
START_TEST(irqchip_made_meanwhile_is_refused)
{
	struct kvmlib_irqchip *ret = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_IRQCHIP), EEXIST, 1), 0);
	assert_fails(kvmlib_irqchip_create(fix.vm, NULL, &ret), EEXIST, IRQCHIP_EXISTS,
		     "KVM_CREATE_IRQCHIP");
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

START_TEST(irqchip_that_the_type_has_not_is_refused)
{
	struct kvmlib_irqchip *ret = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(CREATE_IRQCHIP), ENOTTY, 1), 0);
	assert_fails(kvmlib_irqchip_create(fix.vm, NULL, &ret), ENOTTY, SPLIT_IRQCHIP_REQUIRED,
		     "KVM_CREATE_IRQCHIP");
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

START_TEST(irqchip_split_of_too_many_pins_is_refused)
{
	const struct kvmlib_irqchip_opts opts = opts_of(SPLIT, 4097, 0);
	struct kvmlib_irqchip *ret = SENTINEL;

	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EINVAL, CAP_REFUSED,
		     "KVM_ENABLE_CAP");
	assert_value(COUNT, 4097);
	assert_no_value(KEPT);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_SPLIT_IRQCHIP, 0), 0);
	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EINVAL, CAPABILITY_MISSING,
		     "KVM_ENABLE_CAP");
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

START_TEST(irqchip_flags_that_the_host_has_not_are_refused)
{
	struct kvmlib_irqchip_opts opts = opts_of(SPLIT, 0, KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST);
	struct kvmlib_irqchip *ret = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_X2APIC_API, 3), 0);
	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EOPNOTSUPP, CAPABILITY_MISSING,
		     NULL);
	assert_value(CAPABILITY, KVMLIB_CAP_X2APIC_API);
	assert_value(FLAGS, KVMLIB_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_X2APIC_API, 2), 0);
	opts = opts_of(FULL, 0, KVMLIB_IRQCHIP_EXT_DEST_ID);
	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &ret), EOPNOTSUPP, CAPABILITY_MISSING,
		     NULL);
	assert_value(FLAGS, KVMLIB_X2APIC_API_USE_32BIT_IDS);
	ck_assert_ptr_eq(ret, SENTINEL);
	expect_calls("");
}
END_TEST

/* Failures on the way */

/* With everything on; each of the calls of KVM fails in turn, and what was made stays. */
static const struct way {
	uint32_t profile, flags;
	uint64_t nr_calls, nr_before; /* that make something */
} ways[] = {
	{ FULL, KVMLIB_IRQCHIP_PIT | KVMLIB_IRQCHIP_EXT_DEST_ID, 7, 3 },
	{ SPLIT, KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST, 5, 3 },
	{ NONE, 0, 1, 1 },
};

START_TEST(irqchip_failing_calls_tell_what_stays)
{
	const struct way *way = &ways[_i];
	const struct kvmlib_irqchip_opts opts = opts_of(way->profile, 0, way->flags);
	struct kvmlib_irqchip *ret = SENTINEL;

	for (uint64_t n = 1; n <= way->nr_calls; n++) {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, ENOMEM), 0);
		spoil_record();
		ck_assert_int_eq(kvmlib_irqchip_create(fix.vm, &opts, &ret), -ENOMEM);
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, ENOMEM), 0);
		ck_assert_str_eq(kvmlib_error_function(), "kvmlib_irqchip_create");
		ck_assert_ptr_eq(ret, SENTINEL);
		if (n <= way->nr_before) {
			assert_no_value(KEPT);
			continue;
		}
		assert_value(KEPT, way->profile);
		expect_exists(way->profile);
		kvmlib_vm_unref(fix.vm);
		make_vm();
	}
	assert_ok(kvmlib_irqchip_create(fix.vm, &opts, &irqchip));
}
END_TEST

START_TEST(irqchip_without_memory_is_not_made)
{
	struct kvmlib_irqchip *ret = SENTINEL;
	int r;

	alloc_fail_nth(1);
	r = kvmlib_irqchip_create(fix.vm, NULL, &ret);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	assert_no_value(KEPT);
	expect_calls("");
	alloc_fail_nth(2); /* for the memory of what was enabled */
	r = kvmlib_irqchip_create(fix.vm, NULL, &ret);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	assert_value(KEPT, FULL);
	ck_assert_ptr_eq(ret, SENTINEL);
	expect_calls("chips:0");
}
END_TEST

/* Raising */

START_TEST(irqchip_line_tells_its_status)
{
	int32_t status = 77;

	assert_ok(create(FULL, 0, 0));
	calls[0] = 0;
	assert_ok(kvmlib_irqchip_set_line(irqchip, 5, 1, NULL));
	ck_assert_int_eq(kvmlib_sim_irq_level(fix.sim, kvmlib_vm_fd(fix.vm), 5), 1);
	assert_ok(kvmlib_irqchip_set_line(irqchip, 5, 0, &status));
	ck_assert_int_eq(status, 1);
	assert_ok(kvmlib_irqchip_set_line(irqchip, 5, 1, &status));
	ck_assert_int_eq(status, 0); /* the first one is pending */
	assert_ok(kvmlib_irqchip_set_line(irqchip, 23, 1, &status));
	ck_assert_int_eq(status, -1);
	expect_calls("line:5=1 status:5=0 status:5=1 status:17=1");
}
END_TEST

START_TEST(irqchip_pulse_is_an_edge)
{
	int32_t status = 77;

	assert_ok(create(FULL, 0, 0));
	calls[0] = 0;
	assert_ok(kvmlib_irqchip_pulse(irqchip, 6, &status));
	ck_assert_int_eq(status, 1);
	assert_ok(kvmlib_irqchip_pulse(irqchip, 6, &status));
	ck_assert_int_eq(status, 0);
	assert_ok(kvmlib_irqchip_pulse(irqchip, 7, NULL));
	expect_calls("status:6=1 status:6=0 status:6=1 status:6=0 line:7=1 line:7=0");
	ck_assert_int_eq(kvmlib_sim_irq_level(fix.sim, kvmlib_vm_fd(fix.vm), 7), 0);
}
END_TEST

START_TEST(irqchip_split_line_is_a_gsi)
{
	int32_t status = 77;

	assert_ok(create(SPLIT, 0, 0));
	calls[0] = 0;
	assert_ok(kvmlib_irqchip_set_line(irqchip, 4, 1, &status));
	ck_assert_int_eq(status, -1); /* without a route */
	expect_calls("status:4=1");
}
END_TEST

START_TEST(irqchip_message_goes_past_the_routes)
{
	struct kvmlib_irq_routing_msi msi = { 0xfee01fe0, 0, 0x41, 7 };

	assert_ok(create(SPLIT, 0, 0));
	make_vcpu();
	calls[0] = 0;
	assert_ok(kvmlib_irqchip_signal_msi(irqchip, &msi));
	expect_calls("msi:fee01fe0=41");
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(SIGNAL_MSI), EINVAL, 1), 0);
	assert_fails(kvmlib_irqchip_signal_msi(irqchip, &msi), EINVAL, MSI_INVALID,
		     "KVM_SIGNAL_MSI");
	assert_value(ADDRESS, 0xfee01fe0);
}
END_TEST

START_TEST(irqchip_message_to_a_wide_destination_is_moved)
{
	struct kvmlib_irq_routing_msi msi = { 0xfee01fe0, 0, 0x41, 0 };

	assert_ok(create(FULL, 0, KVMLIB_IRQCHIP_EXT_DEST_ID));
	make_vcpu();
	calls[0] = 0;
	assert_ok(kvmlib_irqchip_signal_msi(irqchip, &msi));
	msi.address_hi = 0x100;
	assert_ok(kvmlib_irqchip_signal_msi(irqchip, &msi));
	expect_calls("msi:7f00fee01000=41 msi:100fee01fe0=41");
}
END_TEST

START_TEST(irqchip_message_to_nobody_is_eperm)
{
	const struct kvmlib_irq_routing_msi msi = { 0xfee00000, 0, 0x41, 0 };

	assert_ok(create(FULL, 0, 0));
	assert_fails(kvmlib_irqchip_signal_msi(irqchip, &msi), EPERM, MSI_NO_DESTINATION,
		     "KVM_SIGNAL_MSI");
}
END_TEST

START_TEST(irqchip_none_has_no_lines)
{
	const struct kvmlib_irq_routing_msi msi = { 0xfee00000, 0, 0x41, 0 };
	int32_t status = 77;

	assert_ok(create(NONE, 0, 0));
	assert_fails(kvmlib_irqchip_set_line(irqchip, 5, 1, &status), ENXIO, IRQCHIP_MISSING, NULL);
	assert_fails(kvmlib_irqchip_pulse(irqchip, 5, &status), ENXIO, IRQCHIP_MISSING, NULL);
	assert_fails(kvmlib_irqchip_signal_msi(irqchip, &msi), ENXIO, IRQCHIP_MISSING, NULL);
	ck_assert_int_eq(status, 77);
	expect_calls("");
}
END_TEST

START_TEST(irqchip_raising_refuses_null)
{
	const struct kvmlib_irq_routing_msi msi = { 0 };
	int32_t status = 77;

	assert_ok(create(FULL, 0, 0));
	assert_refuses_null(kvmlib_irqchip_set_line(NULL, 5, 1, &status), 1);
	assert_refuses_null(kvmlib_irqchip_pulse(NULL, 5, &status), 1);
	assert_refuses_null(kvmlib_irqchip_signal_msi(NULL, &msi), 1);
	assert_refuses_null(kvmlib_irqchip_signal_msi(irqchip, NULL), 2);
	ck_assert_int_eq(status, 77);
}
END_TEST

/* Either call of a pulse, and the one of a level. */
START_TEST(irqchip_failing_line_calls_are_told)
{
	int32_t status = 77;

	assert_ok(create(FULL, 0, 0));
	for (uint64_t n = 1; n <= 2; n++) {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, ENXIO), 0);
		assert_fails(kvmlib_irqchip_pulse(irqchip, 5, &status), ENXIO, IRQCHIP_MISSING,
			     "KVM_IRQ_LINE_STATUS");
		assert_value(IRQ, 5);
		assert_value(LEVEL, n == 1);
	}
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 1, ENXIO), 0);
	assert_fails(kvmlib_irqchip_set_line(irqchip, 6, 1, NULL), ENXIO, IRQCHIP_MISSING,
		     "KVM_IRQ_LINE");
	assert_value(IRQ, 6);
	ck_assert_int_eq(status, 77);
	ck_assert_int_eq(kvmlib_sim_irq_level(fix.sim, kvmlib_vm_fd(fix.vm), 5), 1);
}
END_TEST

START_TEST(irqchip_of_a_dead_vm_is_told)
{
	const struct kvmlib_irq_routing_msi msi = { 0xfee00000, 0, 0x41, 0 };
	struct kvmlib_irqchip *ret = SENTINEL;

	assert_ok(create(FULL, 0, 0));
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_irqchip_create(fix.vm, NULL, &ret), EIO, VM_DEAD, "KVM_IRQFD");
	assert_fails(kvmlib_irqchip_set_line(irqchip, 5, 1, NULL), EIO, VM_DEAD, "KVM_IRQ_LINE");
	assert_fails(kvmlib_irqchip_pulse(irqchip, 5, NULL), EIO, VM_DEAD, "KVM_IRQ_LINE");
	assert_fails(kvmlib_irqchip_signal_msi(irqchip, &msi), EIO, VM_DEAD, "KVM_SIGNAL_MSI");
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

static void use_in_child(void)
{
	const struct kvmlib_irq_routing_msi msi = { 0xfee00000, 0, 0x41, 0 };
	struct kvmlib_irqchip *ret = SENTINEL;
	uint64_t before = kvmlib_sim_nr_calls(fix.sim);

	CHECK(kvmlib_irqchip_create(fix.vm, NULL, &ret) == -EIO && ret == SENTINEL);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_irqchip_set_line(irqchip, 5, 1, NULL) == -EIO);
	CHECK(kvmlib_irqchip_pulse(irqchip, 5, NULL) == -EIO);
	CHECK(kvmlib_irqchip_signal_msi(irqchip, &msi) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_sim_nr_calls(fix.sim) == before);
	CHECK(!kvmlib_irqchip_unref(irqchip));
}

START_TEST(irqchip_of_a_child_is_refused)
{
	NEEDS_WIPED_PAGES;
	assert_ok(create(FULL, 0, 0));
	in_child(use_in_child);
	assert_ok(kvmlib_irqchip_pulse(irqchip, 5, NULL));
}
END_TEST

static void add_making(Suite *suite)
{
	TCase *tcase = tcase_create("making");

	tcase_add_checked_fixture(tcase, setup_irqchip, teardown_irqchip);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, irqchip_default_is_full_without_timer,
		  irqchip_timer_forgets_ticks_but_by_choice, irqchip_timer_reinjects_by_choice,
		  irqchip_none_makes_nothing, irqchip_holds_the_vm,
		  irqchip_bad_arguments_are_refused, irqchip_options_of_other_sizes,
		  irqchip_options_of_a_longer_struct, irqchip_after_a_vcpu_is_refused,
		  irqchip_made_meanwhile_is_refused, irqchip_that_the_type_has_not_is_refused,
		  irqchip_split_of_too_many_pins_is_refused,
		  irqchip_flags_that_the_host_has_not_are_refused,
		  irqchip_without_memory_is_not_made);
	tcase_add_loop_test(tcase, irqchip_split_has_its_pins, 0,
			    sizeof(splits) / sizeof(splits[0]));
	tcase_add_loop_test(tcase, irqchip_takes_what_the_host_offers, 0,
			    sizeof(offers) / sizeof(offers[0]));
	tcase_add_loop_test(tcase, irqchip_combination_that_can_not_be_is_refused, 0,
			    sizeof(wrongs) / sizeof(wrongs[0]));
	tcase_add_loop_test(tcase, irqchip_second_one_is_refused, 0, 2);
	tcase_add_loop_test(tcase, irqchip_of_other_code_is_seen, 0, 2);
	tcase_add_loop_test(tcase, irqchip_failing_calls_tell_what_stays, 0,
			    sizeof(ways) / sizeof(ways[0]));
}

static void add_raising(Suite *suite)
{
	TCase *tcase = tcase_create("raising");

	tcase_add_checked_fixture(tcase, setup_irqchip, teardown_irqchip);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, irqchip_line_tells_its_status, irqchip_pulse_is_an_edge,
		  irqchip_split_line_is_a_gsi, irqchip_message_goes_past_the_routes,
		  irqchip_message_to_a_wide_destination_is_moved,
		  irqchip_message_to_nobody_is_eperm, irqchip_none_has_no_lines,
		  irqchip_raising_refuses_null, irqchip_failing_line_calls_are_told,
		  irqchip_of_a_dead_vm_is_told, irqchip_of_a_child_is_refused);
}

#else

START_TEST(irqchip_of_a_pc_is_refused)
{
	const struct kvmlib_irqchip_opts opts = opts_of(FULL, 0, 0);
	uint64_t before = kvmlib_sim_nr_calls(fix.sim);

	irqchip = SENTINEL;
	assert_fails(kvmlib_irqchip_create(fix.vm, &opts, &irqchip), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	ck_assert_ptr_eq(irqchip, SENTINEL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), before);
}
END_TEST

static void add_making(Suite *suite)
{
	tcase_add_test(add_case(suite, "elsewhere", setup_vm), irqchip_of_a_pc_is_refused);
}

static void add_raising(Suite *suite)
{
	(void)suite;
}

#endif

Suite *irqchip_suite(void)
{
	Suite *suite = suite_create("irqchip");

	add_making(suite);
	add_raising(suite);
	return suite;
}
