/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of routes: what the kernel gets to see of changes, and what is left of those that fail. */

#include "irq_fixture.h"
#include "suites.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "child.h"

#define CALL "KVM_SET_GSI_ROUTING"

static struct kvmlib_routes_opts routes_opts(uint32_t nr_pins)
{
	return (struct kvmlib_routes_opts){ .size = sizeof(struct kvmlib_routes_opts),
					    .nr_pins = nr_pins };
}

/* Routes one by one */

START_TEST(routes_new_asks_and_changes_nothing)
{
	ck_assert_int_eq(kvmlib_routes_count(irqs.routes), 0);
	expect_no_table();
	expect_eventfds("");
}
END_TEST

START_TEST(routes_add_gives_gsis_and_commits)
{
	struct kvmlib_route *route = add_message("nic", 0x41);

	expect_table("24=msi:fee00000:41");
	ck_assert_uint_eq(kvmlib_route_gsi(route), 24);
	ck_assert_str_eq(kvmlib_route_name(route), "nic");
	route = add_message(NULL, 0x42);
	expect_table("24=msi:fee00000:41 25=msi:fee00000:42");
	ck_assert_uint_eq(kvmlib_route_gsi(route), 25);
	ck_assert_str_eq(kvmlib_route_name(route), "");
	ck_assert_int_eq(kvmlib_routes_count(irqs.routes), 2);
}
END_TEST

START_TEST(routes_removed_leave_their_gsi_and_name)
{
	struct kvmlib_route *first = add_message("a", 1);

	add_message("b", 2);
	irqs.tables = 0;
	assert_ok(kvmlib_routes_remove(irqs.routes, first));
	expect_table("25=msi:fee00000:2");
	ck_assert_uint_eq(kvmlib_route_gsi(add_message("a", 3)), 24);
	expect_table("25=msi:fee00000:2 24=msi:fee00000:3");
	ck_assert_uint_eq(kvmlib_route_gsi(add_message("c", 4)), 26);
}
END_TEST

START_TEST(routes_are_found_by_name)
{
	struct kvmlib_route *a = add_message("a", 1), *found = SENTINEL;
	char name[40];

	for (unsigned int i = 0; i < 600; i++) {
		(void)snprintf(name, sizeof(name), "vector%u", i);
		add_message(name, i);
	}
	assert_ok(kvmlib_routes_find(irqs.routes, "vector599", &found));
	ck_assert_uint_eq(kvmlib_route_gsi(found), FIRST_GSI + 600);
	assert_ok(kvmlib_routes_find(irqs.routes, "a", &found));
	ck_assert_ptr_eq(found, a);
	assert_ok(kvmlib_routes_remove(irqs.routes, a));
	assert_fails(kvmlib_routes_find(irqs.routes, "a", &found), ENOENT, ROUTE_GONE, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "a");
	assert_fails(kvmlib_routes_find(irqs.routes, "", &found), ENOENT, ROUTE_GONE, NULL);
	ck_assert_ptr_eq(found, a);
}
END_TEST

/* Changes */

START_TEST(routes_change_is_one_call_for_all)
{
	struct kvmlib_routes_change *change;
	struct kvmlib_route *old = add_message("old", 1), *kept = add_message("kept", 2), *added;
	struct kvmlib_irq_routing_entry entry = message(0xfee01000, 3);

	irqs.tables = 0;
	change = begin_routes();
	assert_ok(kvmlib_routes_change_set(change, kept, &entry));
	assert_ok(kvmlib_routes_change_remove(change, old));
	entry = message(0xfee02000, 4);
	assert_ok(kvmlib_routes_change_add(change, "old", &entry, &added));
	entry = message(0xfee03000, 5);
	assert_ok(kvmlib_routes_change_add(change, NULL, &entry, NULL));
	ck_assert_uint_eq(kvmlib_route_gsi(added), 26);
	entry = message(0xfee04000, 6);
	assert_ok(kvmlib_routes_change_set(change, added, &entry));
	expect_no_table();
	assert_ok(kvmlib_routes_change_commit(change));
	expect_table("25=msi:fee01000:3 26=msi:fee04000:6 27=msi:fee03000:5");
}
END_TEST

START_TEST(routes_change_of_a_thousand_is_one_call)
{
	struct kvmlib_routes_change *change = begin_routes();
	char name[16];

	for (uint32_t i = 0; i < 1000; i++) {
		const struct kvmlib_irq_routing_entry entry = message(0xfee00000, i);

		(void)snprintf(name, sizeof(name), "%u", i);
		ck_assert_int_eq(kvmlib_routes_change_add(change, name, &entry, NULL), 0);
	}
	assert_ok(kvmlib_routes_change_commit(change));
	expect_table("1000 routes");
}
END_TEST

START_TEST(routes_change_of_nothing_is_no_call)
{
	struct kvmlib_routes_change *change;
	struct kvmlib_route *a = add_message("a", 1);
	struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);

	irqs.tables = 0;
	assert_ok(kvmlib_routes_change_commit(begin_routes()));
	change = begin_routes();
	assert_ok(kvmlib_routes_change_set(change, a, &entry));
	assert_ok(kvmlib_routes_change_add(change, "b", &entry, &a));
	assert_ok(kvmlib_routes_change_remove(change, a));
	assert_ok(kvmlib_routes_change_commit(change));
	expect_no_table();
	assert_fails(kvmlib_routes_find(irqs.routes, "b", &a), ENOENT, ROUTE_GONE, NULL);
}
END_TEST

START_TEST(routes_aborted_change_leaves_no_trace)
{
	struct kvmlib_routes_change *change = begin_routes();
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_route *route = SENTINEL;

	assert_ok(kvmlib_routes_change_add(change, "a", &entry, NULL));
	assert_fails(kvmlib_routes_find(irqs.routes, "a", &route), ENOENT, ROUTE_GONE, NULL);
	ck_assert_uint_eq(kvmlib_route_gsi(add_message("a", 2)), 25);
	kvmlib_routes_change_abort(change);
	kvmlib_routes_change_abort(NULL);
	ck_assert_uint_eq(kvmlib_route_gsi(add_message("b", 3)), 24);
	ck_assert_int_eq(kvmlib_routes_count(irqs.routes), 2);
}
END_TEST

START_TEST(routes_change_outlives_the_callers_reference)
{
	struct kvmlib_routes_change *change = begin_routes();
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);

	ck_assert_ptr_eq(kvmlib_routes_ref(irqs.routes), irqs.routes);
	ck_assert_ptr_null(kvmlib_routes_unref(irqs.routes));
	assert_ok(kvmlib_routes_change_add(change, "a", &entry, NULL));
	irqs.routes = kvmlib_routes_unref(irqs.routes);
	assert_ok(kvmlib_routes_change_commit(change));
	expect_table("24=msi:fee00000:1");
	ck_assert_ptr_null(kvmlib_routes_ref(NULL));
	ck_assert_ptr_null(kvmlib_routes_unref(NULL));
}
END_TEST

/* Failing commits */

static struct kvmlib_route *kept;

/* The table of these tests, which has to be there after each failure, here and in the kernel. */
static void setup_kept(void)
{
	setup_routes();
	kept = add_message("kept", 1);
	irqs.tables = 0;
}

/* By a change that the kernel takes as it is. */
static void assert_kept(void)
{
	struct kvmlib_route *found = NULL;
	const struct kvmlib_irq_routing_msi msi = { .address_lo = 0xfee00000, .data = 2 };

	expect_no_table();
	ck_assert_int_eq(kvmlib_routes_count(irqs.routes), 1);
	assert_ok(kvmlib_routes_find(irqs.routes, "kept", &found));
	ck_assert_ptr_eq(found, kept);
	assert_ok(kvmlib_route_set_msi(kept, &msi));
	expect_table("24=msi:fee00000:2");
	ck_assert_uint_eq(kvmlib_route_gsi(add_message("new", 3)), 25);
	expect_table("24=msi:fee00000:2 25=msi:fee00000:3");
}

/* A change that moves what is kept, and adds "new". */
static struct kvmlib_routes_change *begin_much(struct kvmlib_irq_routing_entry entry)
{
	struct kvmlib_routes_change *change = begin_routes();
	const struct kvmlib_irq_routing_entry other = message(0xfee09000, 9);

	assert_ok(kvmlib_routes_change_set(change, kept, &other));
	assert_ok(kvmlib_routes_change_add(change, "new", &entry, NULL));
	return change;
}

START_TEST(routes_refused_by_the_kernel_are_as_before)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = KVMLIB_ROUTES_ANY_GSI, .type = 77 };

	assert_fails(kvmlib_routes_change_commit(begin_much(entry)), EINVAL, GSI_ROUTE_INVALID,
		     CALL);
	assert_value(COUNT, 2);
	assert_kept();
}
END_TEST

START_TEST(routes_kernel_without_memory_leaves_them_as_before)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(SET_GSI_ROUTING), ENOMEM, 1), 0);
	assert_fails(kvmlib_routes_change_commit(begin_much(message(1, 2))), ENOMEM, NO_MEMORY,
		     CALL);
	assert_kept();
}
END_TEST

START_TEST(routes_name_is_taken_once)
{
	struct kvmlib_routes_change *change = begin_much(message(1, 2));
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 3);

	assert_ok(kvmlib_routes_change_add(change, "new", &entry, NULL));
	assert_fails(kvmlib_routes_change_commit(change), EEXIST, NAME_TAKEN, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "new");
	assert_fails(kvmlib_routes_add(irqs.routes, "kept", &entry, NULL), EEXIST, NAME_TAKEN,
		     NULL);
	assert_kept();
}
END_TEST

START_TEST(routes_gsi_is_taken_once)
{
	struct kvmlib_irq_routing_entry entry = message(0xfee00000, 3);

	entry.gsi = kvmlib_route_gsi(kept);
	assert_fails(kvmlib_routes_change_commit(begin_much(entry)), EINVAL, GSI_ROUTE_DUPLICATE,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "new");
	assert_value(IRQ, 24);
	entry = pin(24, 0, 1);
	assert_fails(kvmlib_routes_change_commit(begin_much(entry)), EINVAL, GSI_ROUTE_DUPLICATE,
		     NULL);
	assert_kept();
}
END_TEST

START_TEST(routes_pins_of_a_gsi_are_of_different_chips)
{
	struct kvmlib_routes_change *change;
	struct kvmlib_irq_routing_entry entry = pin(5, 2, 5);

	change = begin_much(pin(5, 2, 6));
	assert_ok(kvmlib_routes_change_add(change, "again", &entry, NULL));
	assert_fails(kvmlib_routes_change_commit(change), EINVAL, GSI_ROUTE_DUPLICATE, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "again");
	change = begin_much(pin(5, 2, 6));
	entry = message(0xfee00000, 1);
	entry.gsi = 5;
	assert_ok(kvmlib_routes_change_add(change, "message", &entry, NULL));
	assert_fails(kvmlib_routes_change_commit(change), EINVAL, GSI_ROUTE_DUPLICATE, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "message");
	assert_kept();
}
END_TEST

START_TEST(routes_removed_meanwhile_fail_the_commit)
{
	struct kvmlib_routes_change *moves = begin_routes(), *removes = begin_routes();
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 3);
	struct kvmlib_route *other = add_message("other", 2);

	assert_ok(kvmlib_routes_change_set(moves, other, &entry));
	assert_ok(kvmlib_routes_change_add(moves, "new", &entry, NULL));
	assert_ok(kvmlib_routes_change_remove(removes, other));
	assert_ok(kvmlib_routes_remove(irqs.routes, other));
	irqs.tables = 0;
	assert_fails(kvmlib_routes_change_commit(moves), ENOENT, ROUTE_GONE, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "other");
	assert_fails(kvmlib_routes_change_commit(removes), ENOENT, ROUTE_GONE, NULL);
	assert_kept();
}
END_TEST

START_TEST(routes_removed_twice_fail_the_commit)
{
	struct kvmlib_routes_change *change = begin_much(message(1, 2));

	assert_ok(kvmlib_routes_change_remove(change, kept));
	assert_ok(kvmlib_routes_change_remove(change, kept));
	assert_fails(kvmlib_routes_change_commit(change), ENOENT, ROUTE_GONE, NULL);
	assert_value(IRQ, 24);
	assert_kept();
}
END_TEST

static int commit_with(unsigned long n)
{
	struct kvmlib_routes_change *change = begin_much(message(1, 2));
	int r;

	alloc_fail_nth(n);
	r = kvmlib_routes_change_commit(change);
	alloc_fail_nth(0);
	return r;
}

/* The third is the simulated kernel's. */
START_TEST(routes_commit_without_memory_changes_nothing)
{
	for (unsigned long n = 1; n <= 2; n++) {
		ck_assert_int_eq(commit_with(n), -ENOMEM);
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		ck_assert_ptr_null(kvmlib_error_call());
	}
	ck_assert_int_eq(commit_with(3), -ENOMEM);
	ck_assert_str_eq(kvmlib_error_call(), CALL);
	assert_kept();
}
END_TEST

START_TEST(routes_dead_vm_is_eio)
{
	const struct kvmlib_irq_routing_msi msi = { .data = 2 };
	struct kvmlib_routes *routes = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_routes_change_commit(begin_much(message(1, 2))), EIO, VM_DEAD, CALL);
	assert_fails(kvmlib_route_set_msi(kept, &msi), EIO, VM_DEAD, CALL);
	assert_fails(kvmlib_routes_new(fix.vm, NULL, &routes), EIO, VM_DEAD, "KVM_CHECK_EXTENSION");
	ck_assert_ptr_eq(routes, SENTINEL);
}
END_TEST

/* Limits */

START_TEST(routes_gsi_beyond_the_limit_is_erange)
{
	struct kvmlib_routes_change *change = begin_routes();
	struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_route *route = SENTINEL;

	entry.gsi = LIMIT;
	assert_fails(kvmlib_routes_change_add(change, "a", &entry, &route), ERANGE, GSI_LIMIT,
		     NULL);
	assert_value(IRQ, LIMIT);
	assert_value(LIMIT, LIMIT);
	ck_assert_ptr_eq(route, SENTINEL);
	entry.gsi = LIMIT - 1;
	assert_ok(kvmlib_routes_change_add(change, "a", &entry, &route));
	assert_ok(kvmlib_routes_change_commit(change));
	expect_table("4095=msi:fee00000:1");
}
END_TEST

START_TEST(routes_without_a_free_gsi_are_enospc)
{
	struct kvmlib_routes_change *change = begin_routes();
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_route *last = NULL, *route = SENTINEL;

	for (uint32_t i = FIRST_GSI; i < LIMIT; i++)
		ck_assert_int_eq(kvmlib_routes_change_add(change, NULL, &entry, &last), 0);
	ck_assert_uint_eq(kvmlib_route_gsi(last), LIMIT - 1);
	assert_fails(kvmlib_routes_change_add(change, NULL, &entry, &route), ENOSPC, GSI_LIMIT,
		     NULL);
	ck_assert_ptr_eq(route, SENTINEL);
	kvmlib_routes_change_abort(change);
}
END_TEST

START_TEST(routes_beyond_the_limit_are_enospc)
{
	const struct kvmlib_routes_opts opts = { .size = sizeof(opts),
						 .nr_pins = KVMLIB_ROUTES_NO_PINS,
						 .first_gsi = 2 };
	struct kvmlib_routes_change *change;

	irqs.routes = kvmlib_routes_unref(irqs.routes);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_IRQ_ROUTING, 4), 0);
	make_routes(&opts);
	change = begin_routes();
	for (uint32_t i = 0; i < 5; i++) {
		const struct kvmlib_irq_routing_entry entry = pin(3, i, i);

		assert_ok(kvmlib_routes_change_add(change, NULL, &entry, NULL));
	}
	assert_fails(kvmlib_routes_change_commit(change), ENOSPC, ROUTES_LIMIT, NULL);
	assert_value(COUNT, 5);
	assert_value(LIMIT, 4);
	expect_no_table();
}
END_TEST

/* Messages */

START_TEST(routes_set_msi_is_one_call_or_none)
{
	struct kvmlib_irq_routing_msi msi = { .address_lo = 0xfee01000, .data = 1 };

	assert_ok(kvmlib_route_set_msi(kept, &msi));
	expect_table("24=msi:fee01000:1");
	msi.devid = 7; /* which this VM does not want to know */
	assert_ok(kvmlib_route_set_msi(kept, &msi));
	expect_no_table();
}
END_TEST

START_TEST(routes_set_msi_allocates_nothing)
{
	const struct kvmlib_irq_routing_msi msi = { .address_lo = 0xfee01000, .data = 1 };
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);
	bool has_failed;
	int r;

	/* The simulated kernel's own allocation is the first. */
	alloc_fail_nth(2);
	r = kvmlib_route_set_msi(kept, &msi);
	has_failed = alloc_has_failed();
	alloc_fail_nth(0);
	ck_assert_int_eq(r, 0);
	ck_assert(!has_failed);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls + 1);
	expect_table("24=msi:fee01000:1");
}
END_TEST

START_TEST(routes_set_msi_refused_is_as_before)
{
	const struct kvmlib_irq_routing_msi msi = { .address_lo = 0xfee01000, .data = 1 };

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(SET_GSI_ROUTING), EINVAL, 1), 0);
	assert_fails(kvmlib_route_set_msi(kept, &msi), EINVAL, GSI_ROUTE_INVALID, CALL);
	ck_assert_str_eq(kvmlib_error_subject(), "kept");
	assert_ok(kvmlib_route_set_msi(kept, &msi)); /* and is not taken for what is in force */
	expect_table("24=msi:fee01000:1");
	assert_kept();
}
END_TEST

START_TEST(routes_set_msi_after_others_have_left)
{
	const struct kvmlib_irq_routing_msi msi = { .address_lo = 0xfee01000, .data = 1 };
	struct kvmlib_route *last = add_message("last", 2);

	assert_ok(kvmlib_routes_remove(irqs.routes, kept));
	irqs.tables = 0;
	assert_ok(kvmlib_route_set_msi(last, &msi));
	expect_table("25=msi:fee01000:1");
}
END_TEST

START_TEST(routes_set_msi_is_for_messages_in_the_table)
{
	struct kvmlib_routes_change *change = begin_routes();
	const struct kvmlib_irq_routing_msi msi = { .data = 1 };
	struct kvmlib_irq_routing_entry entry = message(0, 0);
	struct kvmlib_route *route;

	assert_ok(kvmlib_routes_change_add(change, "early", &entry, &route));
	assert_fails(kvmlib_route_set_msi(route, &msi), ENOENT, ROUTE_GONE, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "early");
	kvmlib_routes_change_abort(change);
	entry = pin(3, 0, 3);
	route = add_route("pin", &entry);
	assert_fails(kvmlib_route_set_msi(route, &msi), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(TYPE, KVMLIB_IRQ_ROUTING_IRQCHIP);
}
END_TEST

START_TEST(routes_of_a_vm_with_device_ids_tell_them)
{
	const struct kvmlib_routes_opts opts = { .size = sizeof(opts),
						 .nr_pins = KVMLIB_ROUTES_NO_PINS,
						 .first_gsi = FIRST_GSI };
	struct kvmlib_irq_routing_msi msi = { .address_lo = 0xfee01000, .data = 1, .devid = 9 };
	struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_route *route;

	irqs.routes = kvmlib_routes_unref(irqs.routes);
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MSI_DEVID, 1), 0);
	make_routes(&opts);
	entry.u.msi.devid = 8;
	route = add_route("nic", &entry);
	expect_table("24=msi:fee00000:1:8");
	assert_ok(kvmlib_route_set_msi(route, &msi));
	expect_table("24=msi:fee01000:1:9");
}
END_TEST

static const struct extended {
	uint32_t address_hi;
	uint32_t address_lo;
	const char *table;
} extended[] = {
	{ 0, 0xfee01000, "24=msi:fee01000:1" },	       { 0, 0xfee01020, "24=msi:100fee01000:1" },
	{ 0, 0xfeeff00c, "24=msi:feeff00c:1" },	       { 0, 0xfee01fe0, "24=msi:7f00fee01000:1" },
	{ 0, 0xfee01ff0, "24=msi:fee01ff0:1" }, /* remapped: another table's index */
	{ 0x100, 0xfee01020, "24=msi:100fee01020:1" },
};

START_TEST(routes_extended_destinations_move_to_the_high_half)
{
	const struct kvmlib_routes_opts opts = { .size = sizeof(opts),
						 .nr_pins = KVMLIB_ROUTES_NO_PINS,
						 .first_gsi = FIRST_GSI,
						 .flags = KVMLIB_ROUTES_EXT_DEST_ID };
	struct kvmlib_irq_routing_entry entry = message(extended[_i].address_lo, 1);

	irqs.routes = kvmlib_routes_unref(irqs.routes);
	make_routes(&opts);
	entry.u.msi.address_hi = extended[_i].address_hi;
	add_route("nic", &entry);
	expect_table(extended[_i].table);
}
END_TEST

/* Pins */

#if defined(__x86_64__)
START_TEST(routes_keep_the_pins_of_the_kernel)
{
	struct kvmlib_route *route = NULL;

	make_routes(NULL);
	ck_assert_int_eq(kvmlib_routes_count(irqs.routes), 40);
	expect_no_table();
	assert_ok(kvmlib_routes_find(irqs.routes, "ioapic23", &route));
	ck_assert_uint_eq(kvmlib_route_gsi(route), 23);
	assert_ok(kvmlib_routes_find(irqs.routes, "pic15", &route));
	ck_assert_uint_eq(kvmlib_route_gsi(route), 15);
	ck_assert_uint_eq(kvmlib_route_gsi(add_message("nic", 1)), 24);
	expect_table("0=pin:2.0 0=pin:0.0 1=pin:2.1 1=pin:0.1 2=pin:2.2 2=pin:0.2 "
		     "3=pin:2.3 3=pin:0.3 4=pin:2.4 4=pin:0.4 5=pin:2.5 5=pin:0.5 "
		     "6=pin:2.6 6=pin:0.6 7=pin:2.7 7=pin:0.7 8=pin:2.8 8=pin:1.0 "
		     "9=pin:2.9 9=pin:1.1 10=pin:2.10 10=pin:1.2 11=pin:2.11 11=pin:1.3 "
		     "12=pin:2.12 12=pin:1.4 13=pin:2.13 13=pin:1.5 14=pin:2.14 14=pin:1.6 "
		     "15=pin:2.15 15=pin:1.7 16=pin:2.16 17=pin:2.17 18=pin:2.18 19=pin:2.19 "
		     "20=pin:2.20 21=pin:2.21 22=pin:2.22 23=pin:2.23 24=msi:fee00000:1");
}
END_TEST

START_TEST(routes_of_pins_can_be_moved_and_removed)
{
	const struct kvmlib_routes_opts opts = routes_opts(2);
	struct kvmlib_irq_routing_entry entry = pin(0, KVMLIB_IRQCHIP_IOAPIC, 2);
	struct kvmlib_routes_change *change;
	struct kvmlib_route *route;

	make_routes(&opts);
	change = begin_routes();
	assert_ok(kvmlib_routes_find(irqs.routes, "ioapic0", &route));
	assert_ok(kvmlib_routes_change_set(change, route, &entry));
	assert_ok(kvmlib_routes_find(irqs.routes, "pic1", &route));
	assert_ok(kvmlib_routes_change_remove(change, route));
	assert_ok(kvmlib_routes_change_commit(change));
	expect_table("0=pin:2.2 0=pin:0.0 1=pin:2.1");
}
END_TEST

START_TEST(routes_of_other_types_are_handed_over_as_they_are)
{
	const struct kvmlib_routes_opts opts = routes_opts(KVMLIB_ROUTES_NO_PINS);
	struct kvmlib_irq_routing_entry entry = { .gsi = KVMLIB_ROUTES_ANY_GSI,
						  .type = KVMLIB_IRQ_ROUTING_HV_SINT };

	make_routes(&opts);
	entry.u.hv_sint.vcpu = 1;
	entry.u.hv_sint.sint = 2;
	add_route("sint", &entry);
	expect_table("24=4:1.2");
}
END_TEST

START_TEST(routes_of_a_split_irqchip_have_no_pins)
{
	assert_ok(kvmlib_vm_enable_split_irqchip(fix.vm, 24));
	make_routes(NULL);
	ck_assert_int_eq(kvmlib_routes_count(irqs.routes), 0);
	ck_assert_uint_eq(kvmlib_route_gsi(add_message("nic", 1)), 24);
}
END_TEST

START_TEST(routes_more_pins_than_there_are_are_refused)
{
	const struct kvmlib_routes_opts opts = routes_opts(25);
	struct kvmlib_routes *routes = SENTINEL;

	assert_fails(kvmlib_routes_new(fix.vm, &opts, &routes), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(COUNT, 25);
	ck_assert_ptr_eq(routes, SENTINEL);
}
END_TEST
#else
START_TEST(routes_keep_as_many_pins_as_they_are_told)
{
	const struct kvmlib_routes_opts opts = routes_opts(3);

	make_routes(&opts);
	ck_assert_uint_eq(kvmlib_route_gsi(add_message("nic", 1)), 3);
	expect_table("0=pin:0.0 1=pin:0.1 2=pin:0.2 3=msi:fee00000:1");
}
END_TEST
#endif

/* The VM that they are made for */

START_TEST(routes_without_irqchip_are_refused)
{
	struct kvmlib_routes *routes = SENTINEL;

	assert_fails(kvmlib_routes_new(fix.vm, NULL, &routes), EINVAL, IRQCHIP_MISSING, CALL);
	ck_assert_ptr_eq(routes, SENTINEL);
}
END_TEST

START_TEST(routes_of_an_irqchip_that_is_not_ready_are_refused)
{
	struct kvmlib_routes *routes = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(IRQFD), EAGAIN, 1), 0);
	assert_fails(kvmlib_routes_new(fix.vm, NULL, &routes), EAGAIN, IRQCHIP_UNINITIALIZED,
		     "KVM_IRQFD");
	ck_assert_ptr_eq(routes, SENTINEL);
}
END_TEST

START_TEST(routes_of_a_kernel_without_them_are_refused)
{
	struct kvmlib_routes *routes = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_IRQ_ROUTING, 0), 0);
	assert_fails(kvmlib_routes_new(fix.vm, NULL, &routes), EOPNOTSUPP, CAPABILITY_MISSING,
		     NULL);
	assert_value(CAPABILITY, KVMLIB_CAP_IRQ_ROUTING);
	ck_assert_ptr_eq(routes, SENTINEL);
}
END_TEST

START_TEST(routes_new_survives_no_failing_call)
{
	struct kvmlib_routes *routes = SENTINEL;
	unsigned int n = 0;
	int r;

	do {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, ++n, ENOMEM), 0);
		r = kvmlib_routes_new(fix.vm, NULL, &routes);
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
		if (r < 0) {
			ck_assert_int_eq(r, -ENOMEM);
			ck_assert_ptr_eq(routes, SENTINEL);
		}
	} while (r < 0);
	ck_assert_uint_eq(n, 6); /* three capabilities, and two that KVM refuses */
	kvmlib_routes_unref(routes);
}
END_TEST

START_TEST(routes_new_without_memory_leaves_nothing)
{
	const struct kvmlib_routes_opts opts = routes_opts(2);
	struct kvmlib_routes *routes = SENTINEL;
	unsigned long n = 0;
	int r;

	do {
		alloc_start();
		alloc_fail_nth(++n);
		r = kvmlib_routes_new(fix.vm, &opts, &routes);
		alloc_fail_nth(0);
		if (r < 0) {
			ck_assert_uint_eq(alloc_stop(), 0);
			ck_assert_int_eq(r, -ENOMEM);
			ck_assert_ptr_eq(routes, SENTINEL);
			ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		}
	} while (r < 0);
	ck_assert_uint_ge(n, 8);
	kvmlib_routes_unref(routes);
	ck_assert_uint_eq(alloc_stop(), 0);
}
END_TEST

START_TEST(routes_changes_without_memory_leave_nothing)
{
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_route *route = SENTINEL;
	unsigned long n = 0;
	int r;

	do {
		alloc_fail_nth(++n);
		r = kvmlib_routes_add(irqs.routes, "a", &entry, &route);
		alloc_fail_nth(0);
		if (r < 0) {
			ck_assert_int_eq(r, -ENOMEM);
			ck_assert_ptr_eq(route, SENTINEL);
			expect_no_table();
		}
	} while (r < 0);
	ck_assert_uint_eq(n, 7); /* the change, its list, the route, two tables, and the kernel's */
	ck_assert_uint_eq(kvmlib_route_gsi(route), FIRST_GSI);
}
END_TEST

/* Arguments */

START_TEST(routes_bad_options_are_refused)
{
	struct {
		struct kvmlib_routes_opts opts;
		uint64_t more;
	} o = { .opts = { .size = sizeof(o), .first_gsi = 30 } };
	struct kvmlib_routes *routes = NULL;

	assert_ok(kvmlib_routes_new(fix.vm, &o.opts, &routes));
	routes = kvmlib_routes_unref(routes);
	o.opts.size = sizeof(size_t);
	memset(&o.opts.nr_pins, 0xff, 16);
	assert_ok(kvmlib_routes_new(fix.vm, &o.opts, &routes));
	kvmlib_routes_unref(routes);
	routes = SENTINEL;
	memset(&o.opts.nr_pins, 0, 16);
	o.opts.size = sizeof(o);
	o.more = 1;
	assert_fails(kvmlib_routes_new(fix.vm, &o.opts, &routes), E2BIG, OPTIONS_TOO_NEW, NULL);
	o.opts.size = 4;
	assert_fails(kvmlib_routes_new(fix.vm, &o.opts, &routes), EINVAL, OPTIONS_SIZE, NULL);
	o.opts.size = sizeof(o.opts);
	o.opts.flags = 2;
	assert_fails(kvmlib_routes_new(fix.vm, &o.opts, &routes), EINVAL, BAD_ARGUMENT, NULL);
	o.opts.flags = 0;
	o.opts.reserved = 1;
	assert_fails(kvmlib_routes_new(fix.vm, &o.opts, &routes), EINVAL, BAD_ARGUMENT, NULL);
	o.opts.reserved = 0;
	o.opts.first_gsi = LIMIT;
	assert_fails(kvmlib_routes_new(fix.vm, &o.opts, &routes), EINVAL, BAD_ARGUMENT, NULL);
	ck_assert_ptr_eq(routes, SENTINEL);
}
END_TEST

START_TEST(routes_names_and_flags_are_checked)
{
	struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_routes_change *change = begin_routes();

	assert_ok(kvmlib_routes_change_add(change, "29 bytes are the most of all.", &entry, NULL));
	assert_fails(
		kvmlib_routes_change_add(change, "30 bytes are not a name at all", &entry, NULL),
		EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	entry.flags = KVMLIB_MSI_VALID_DEVID;
	assert_fails(kvmlib_routes_change_add(change, "a", &entry, NULL), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_fails(kvmlib_routes_change_set(change, kept, &entry), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
	kvmlib_routes_change_abort(change);
}
END_TEST

START_TEST(routes_of_another_table_are_refused)
{
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_routes_change *change;
	struct kvmlib_routes *other = NULL;

	assert_ok(kvmlib_routes_new(fix.vm, NULL, &other));
	assert_ok(kvmlib_routes_begin(other, &change));
	assert_fails(kvmlib_routes_change_set(change, kept, &entry), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_routes_change_remove(change, kept), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_routes_remove(other, kept), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	kvmlib_routes_change_abort(change);
	kvmlib_routes_unref(other);
	assert_kept();
}
END_TEST

START_TEST(routes_null_arguments_are_refused)
{
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_routes_change *change = begin_routes();

	assert_refuses_null(kvmlib_routes_new(NULL, NULL, &irqs.routes), 1);
	assert_refuses_null(kvmlib_routes_new(fix.vm, NULL, NULL), 3);
	assert_refuses_null(kvmlib_routes_count(NULL), 1);
	assert_refuses_null(kvmlib_routes_find(NULL, "a", &kept), 1);
	assert_refuses_null(kvmlib_routes_find(irqs.routes, NULL, &kept), 2);
	assert_refuses_null(kvmlib_routes_find(irqs.routes, "a", NULL), 3);
	assert_refuses_null(kvmlib_routes_begin(NULL, &change), 1);
	assert_refuses_null(kvmlib_routes_begin(irqs.routes, NULL), 2);
	assert_refuses_null(kvmlib_routes_change_add(NULL, "a", &entry, NULL), 1);
	assert_refuses_null(kvmlib_routes_change_add(change, "a", NULL, NULL), 3);
	assert_refuses_null(kvmlib_routes_change_set(NULL, kept, &entry), 1);
	assert_refuses_null(kvmlib_routes_change_set(change, NULL, &entry), 2);
	assert_refuses_null(kvmlib_routes_change_set(change, kept, NULL), 3);
	assert_refuses_null(kvmlib_routes_change_remove(NULL, kept), 1);
	assert_refuses_null(kvmlib_routes_change_remove(change, NULL), 2);
	assert_refuses_null(kvmlib_routes_change_commit(NULL), 1);
	assert_refuses_null(kvmlib_routes_add(NULL, "a", &entry, NULL), 1);
	assert_refuses_null(kvmlib_routes_add(irqs.routes, "a", NULL, NULL), 3);
	assert_refuses_null(kvmlib_routes_remove(NULL, kept), 1);
	assert_refuses_null(kvmlib_routes_remove(irqs.routes, NULL), 2);
	assert_refuses_null(kvmlib_route_set_msi(NULL, &entry.u.msi), 1);
	assert_refuses_null(kvmlib_route_set_msi(kept, NULL), 2);
	kvmlib_routes_change_abort(change);
	assert_kept();
}
END_TEST

/* Children */

static struct kvmlib_routes_change *opened;

static bool is_forked(int r, const char *function)
{
	return r == -EIO && kvmlib_error_cause() == KVMLIB_CAUSE_FORKED &&
	       !strcmp(kvmlib_error_function(), function);
}

#define CHECK_FORKED(function, arguments)                        \
	do {                                                     \
		spoil_record();                                  \
		CHECK(is_forked(function arguments, #function)); \
	} while (0)

static void call_all(void)
{
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_routes *routes = SENTINEL;
	struct kvmlib_routes_change *change = SENTINEL;
	struct kvmlib_route *route = SENTINEL;
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	CHECK_FORKED(kvmlib_routes_new, (fix.vm, NULL, &routes));
	CHECK_FORKED(kvmlib_routes_count, (irqs.routes));
	CHECK_FORKED(kvmlib_routes_find, (irqs.routes, "kept", &route));
	CHECK_FORKED(kvmlib_routes_begin, (irqs.routes, &change));
	CHECK_FORKED(kvmlib_routes_change_add, (opened, "a", &entry, &route));
	CHECK_FORKED(kvmlib_routes_change_set, (opened, kept, &entry));
	CHECK_FORKED(kvmlib_routes_change_remove, (opened, kept));
	CHECK_FORKED(kvmlib_routes_add, (irqs.routes, "a", &entry, &route));
	CHECK_FORKED(kvmlib_routes_remove, (irqs.routes, kept));
	CHECK_FORKED(kvmlib_route_set_msi, (kept, &entry.u.msi));
	CHECK_FORKED(kvmlib_routes_change_commit, (opened));
	CHECK(routes == SENTINEL && change == SENTINEL && route == SENTINEL);
	CHECK(!kvmlib_routes_unref(irqs.routes));
	CHECK(kvmlib_sim_nr_calls(fix.sim) == calls);
}

START_TEST(routes_calls_of_a_child_are_eio)
{
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);

	NEEDS_WIPED_PAGES;
	opened = begin_routes();
	assert_ok(kvmlib_routes_change_add(opened, "a", &entry, NULL));
	in_child(call_all);
	kvmlib_routes_change_abort(opened);
	assert_kept();
}
END_TEST

/* Threads */

#define NR_THREADS 4U
#define NR_TURNS   200U

static void *add_and_remove(void *arg)
{
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	const struct kvmlib_irq_routing_msi msi = { .address_lo = 0xfee01000, .data = 5 };
	const char *name = arg;
	uintptr_t wrong = 0;

	for (unsigned int i = 0; i < NR_TURNS; i++) {
		struct kvmlib_route *route = NULL, *found = NULL;

		wrong += kvmlib_routes_add(irqs.routes, name, &entry, &route) != 0;
		wrong += kvmlib_routes_find(irqs.routes, name, &found) != 0 || found != route;
		wrong += kvmlib_route_set_msi(route, &msi) != 0;
		wrong += kvmlib_routes_remove(irqs.routes, route) != 0;
	}
	return (void *)wrong;
}

START_TEST(routes_threads_change_them_at_the_same_time)
{
	static char names[NR_THREADS][2] = { "a", "b", "c", "d" };
	pthread_t threads[NR_THREADS];
	void *wrong;

	irqs.is_quiet = true;
	for (unsigned int i = 0; i < NR_THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, add_and_remove, names[i]), 0);
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
		ck_assert_ptr_null(wrong);
	}
	irqs.is_quiet = false;
	assert_kept();
}
END_TEST

static void add_failures(Suite *suite)
{
	ADD_TESTS(routes_case(suite, "failures", setup_kept),
		  routes_refused_by_the_kernel_are_as_before,
		  routes_kernel_without_memory_leaves_them_as_before, routes_name_is_taken_once,
		  routes_gsi_is_taken_once, routes_pins_of_a_gsi_are_of_different_chips,
		  routes_removed_meanwhile_fail_the_commit, routes_removed_twice_fail_the_commit,
		  routes_commit_without_memory_changes_nothing, routes_dead_vm_is_eio,
		  routes_names_and_flags_are_checked, routes_of_another_table_are_refused,
		  routes_null_arguments_are_refused, routes_calls_of_a_child_are_eio);
}

static void add_messages(Suite *suite)
{
	TCase *tcase = routes_case(suite, "messages", setup_kept);

	ADD_TESTS(tcase, routes_set_msi_is_one_call_or_none, routes_set_msi_allocates_nothing,
		  routes_set_msi_refused_is_as_before, routes_set_msi_after_others_have_left,
		  routes_set_msi_is_for_messages_in_the_table,
		  routes_of_a_vm_with_device_ids_tell_them);
	tcase = routes_case(suite, "extended", setup_routes);
	tcase_add_loop_test(tcase, routes_extended_destinations_move_to_the_high_half, 0,
			    sizeof(extended) / sizeof(extended[0]));
}

static void add_vms(Suite *suite)
{
	TCase *chip = routes_case(suite, "chip", setup_chip);
	TCase *vm = routes_case(suite, "vm", setup_routes_vm);

	ADD_TESTS(chip, routes_of_an_irqchip_that_is_not_ready_are_refused,
		  routes_of_a_kernel_without_them_are_refused, routes_new_survives_no_failing_call,
		  routes_new_without_memory_leaves_nothing, routes_bad_options_are_refused);
	ADD_TESTS(vm, routes_without_irqchip_are_refused);
#if defined(__x86_64__)
	ADD_TESTS(chip, routes_keep_the_pins_of_the_kernel, routes_of_pins_can_be_moved_and_removed,
		  routes_more_pins_than_there_are_are_refused,
		  routes_of_other_types_are_handed_over_as_they_are);
	ADD_TESTS(vm, routes_of_a_split_irqchip_have_no_pins);
#else
	ADD_TESTS(chip, routes_keep_as_many_pins_as_they_are_told);
#endif
}

/* Ends of interrupts */

#if defined(__x86_64__)
#define LEVEL 0x8000U

START_TEST(routes_of_a_vector_are_found)
{
	uint32_t gsis[3] = { 77, 77, 77 };

	add_message("edge", 0x41);
	add_message("level", LEVEL | 0x41);
	add_message("other", LEVEL | 0x42);
	add_message("shared", LEVEL | 0x4000 | 0x41);
	assert_returns(kvmlib_routes_find_vector(irqs.routes, 0x41, gsis, 3), 2);
	ck_assert_uint_eq(gsis[0], FIRST_GSI + 1);
	ck_assert_uint_eq(gsis[1], FIRST_GSI + 3);
	ck_assert_uint_eq(gsis[2], 77);
	assert_returns(kvmlib_routes_find_vector(irqs.routes, 0x40, gsis, 3), 0);
	gsis[1] = 77;
	assert_returns(kvmlib_routes_find_vector(irqs.routes, 0x41, gsis, 1), 2);
	ck_assert_uint_eq(gsis[1], 77);
	assert_returns(kvmlib_routes_find_vector(irqs.routes, 0x41, NULL, 0), 2);
}
END_TEST

START_TEST(routes_of_a_vector_are_those_in_force)
{
	const struct kvmlib_irq_routing_msi moved = { .address_lo = 0xfee00000,
						      .data = LEVEL | 0x50 };
	struct kvmlib_route *route = add_message("level", LEVEL | 0x41);
	uint32_t gsi = 77;

	assert_ok(kvmlib_route_set_msi(route, &moved));
	assert_returns(kvmlib_routes_find_vector(irqs.routes, 0x41, &gsi, 1), 0);
	assert_returns(kvmlib_routes_find_vector(irqs.routes, 0x50, &gsi, 1), 1);
	ck_assert_uint_eq(gsi, FIRST_GSI);
	assert_ok(kvmlib_routes_remove(irqs.routes, route));
	assert_returns(kvmlib_routes_find_vector(irqs.routes, 0x50, &gsi, 1), 0);
}
END_TEST

static void find_vector_in_child(void)
{
	CHECK(kvmlib_routes_find_vector(irqs.routes, 0x41, NULL, 0) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
}

START_TEST(routes_of_a_vector_refuse_bad_arguments)
{
	uint32_t gsi = 77;

	assert_refuses_null(kvmlib_routes_find_vector(NULL, 0x41, &gsi, 1), 1);
	assert_refuses_null(kvmlib_routes_find_vector(irqs.routes, 0x41, NULL, 1), 3);
	ck_assert_uint_eq(gsi, 77);
	NEEDS_WIPED_PAGES;
	in_child(find_vector_in_child);
}
END_TEST
#elif HAS_ROUTES
START_TEST(routes_of_a_vector_are_those_of_a_pc)
{
	uint32_t gsi = 77;

	assert_fails(kvmlib_routes_find_vector(irqs.routes, 0x41, &gsi, 1), EOPNOTSUPP,
		     ARCH_UNSUPPORTED, NULL);
	ck_assert_uint_eq(gsi, 77);
}
END_TEST
#endif

static void add_vectors(Suite *suite)
{
#if defined(__x86_64__)
	ADD_TESTS(routes_case(suite, "vectors", setup_routes), routes_of_a_vector_are_found,
		  routes_of_a_vector_are_those_in_force, routes_of_a_vector_refuse_bad_arguments);
#elif HAS_ROUTES
	tcase_add_test(routes_case(suite, "vectors", setup_routes),
		       routes_of_a_vector_are_those_of_a_pc);
#else
	(void)suite;
#endif
}

Suite *routes_suite(void)
{
	Suite *suite = suite_create("routes");

	if (!HAS_ROUTES)
		return suite;
	ADD_TESTS(routes_case(suite, "routes", setup_routes), routes_new_asks_and_changes_nothing,
		  routes_add_gives_gsis_and_commits, routes_removed_leave_their_gsi_and_name,
		  routes_are_found_by_name, routes_change_is_one_call_for_all,
		  routes_change_of_a_thousand_is_one_call, routes_change_of_nothing_is_no_call,
		  routes_aborted_change_leaves_no_trace,
		  routes_change_outlives_the_callers_reference,
		  routes_gsi_beyond_the_limit_is_erange, routes_without_a_free_gsi_are_enospc,
		  routes_beyond_the_limit_are_enospc, routes_changes_without_memory_leave_nothing);
	add_failures(suite);
	add_messages(suite);
	add_vms(suite);
	add_vectors(suite);
	return suite;
}

/* Also run where threads are watched. */
Suite *routes_threads_suite(void)
{
	Suite *suite = suite_create("routes_threads");

	if (HAS_ROUTES)
		ADD_TESTS(routes_case(suite, "threads", setup_kept),
			  routes_threads_change_them_at_the_same_time);
	return suite;
}
