/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds that raise interrupts: attached wholly or not, masked, alive while their routes change. */

#include "irq_fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "alloc.h"
#include "child.h"

#define CALL "KVM_IRQFD"

static struct kvmlib_route *route;
static struct kvmlib_irqfd *irqfd;
static int own = -1, other = -1; /* the caller's */
static int open_before;

static void setup_irqfd(void)
{
	const struct kvmlib_irq_routing_entry entry = pin(5, 0, 5);

	setup_routes();
	route = add_route("disk", &entry);
	own = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	other = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	irqfd = NULL;
	irqs.tables = 0;
	open_before = kvmlib_sim_open_fds(fix.sim);
}

static void teardown_irqfd(void)
{
	irqfd = kvmlib_irqfd_unref(irqfd);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), open_before);
	close(own);
	close(other);
	teardown_routes();
}

static uint64_t count_of(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static void signal_fd(int fd)
{
	ck_assert_int_eq(eventfd_write(fd, 1), 0);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(irqfd_of_the_callers_is_attached_and_left_open)
{
	assert_ok(kvmlib_irqfd_attach(route, own, 0, &irqfd));
	expect_eventfds("+5");
	ck_assert_int_eq(kvmlib_irqfd_fd(irqfd), own);
	ck_assert_int_eq(kvmlib_irqfd_resample_fd(irqfd), -1);
	irqfd = kvmlib_irqfd_unref(irqfd);
	expect_eventfds("-5");
	ck_assert(is_open(own));
}
END_TEST

START_TEST(irqfd_of_its_own_is_closed_with_it)
{
	int fd;

	assert_ok(kvmlib_irqfd_attach(route, KVMLIB_EVENTFD_NEW, 0, &irqfd));
	expect_eventfds("+5");
	fd = kvmlib_irqfd_fd(irqfd);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
	signal_fd(fd);
	ck_assert_ptr_eq(kvmlib_irqfd_ref(irqfd), irqfd);
	ck_assert_ptr_null(kvmlib_irqfd_unref(irqfd));
	expect_eventfds("");
	irqfd = kvmlib_irqfd_unref(irqfd);
	expect_eventfds("-5");
	ck_assert(!is_open(fd));
	ck_assert_ptr_null(kvmlib_irqfd_ref(NULL));
	ck_assert_ptr_null(kvmlib_irqfd_unref(NULL));
}
END_TEST

/* By the table, which does not close what it does not know. */
static int made(void)
{
	return fix.sys->eventfd(fix.sys->ctx, 0, EFD_CLOEXEC);
}

START_TEST(irqfd_that_was_handed_over_is_closed)
{
	int given = made(), end = made();

	assert_ok(kvmlib_irqfd_attach_level(route, given, end, KVMLIB_EVENTFD_OWN, &irqfd));
	irqfd = kvmlib_irqfd_unref(irqfd);
	ck_assert(!is_open(given) && !is_open(end));
	given = made();
	assert_ok(kvmlib_irqfd_attach(route, given, KVMLIB_EVENTFD_OWN, &irqfd));
	irqfd = kvmlib_irqfd_unref(irqfd);
	ck_assert(!is_open(given));
}
END_TEST

START_TEST(irqfd_of_a_level_has_two)
{
	assert_ok(kvmlib_irqfd_attach_level(route, own, other, 0, &irqfd));
	expect_eventfds("+5r");
	ck_assert_int_eq(kvmlib_irqfd_fd(irqfd), own);
	ck_assert_int_eq(kvmlib_irqfd_resample_fd(irqfd), other);
	irqfd = kvmlib_irqfd_unref(irqfd);
	expect_eventfds("-5");
	assert_ok(kvmlib_irqfd_attach_level(route, KVMLIB_EVENTFD_NEW, KVMLIB_EVENTFD_NEW, 0,
					    &irqfd));
	expect_eventfds("+5r");
	ck_assert_int_ne(kvmlib_irqfd_fd(irqfd), kvmlib_irqfd_resample_fd(irqfd));
	ck_assert(is_open(kvmlib_irqfd_resample_fd(irqfd)));
}
END_TEST

/* Masks */

START_TEST(irqfd_masked_keeps_events_and_its_route)
{
	assert_ok(kvmlib_irqfd_attach(route, own, 0, &irqfd));
	assert_ok(kvmlib_irqfd_mask(irqfd));
	assert_ok(kvmlib_irqfd_mask(irqfd));
	expect_eventfds("+5 -5");
	signal_fd(own);
	assert_fails(kvmlib_routes_remove(irqs.routes, route), EBUSY, ROUTE_IN_USE, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "disk");
	assert_value(COUNT, 1);
	ck_assert_uint_eq(count_of(own), 1);
	assert_ok(kvmlib_irqfd_unmask(irqfd));
	assert_ok(kvmlib_irqfd_unmask(irqfd));
	expect_eventfds("+5");
}
END_TEST

START_TEST(irqfd_masked_is_not_detached_again)
{
	assert_ok(kvmlib_irqfd_attach(route, own, 0, &irqfd));
	assert_ok(kvmlib_irqfd_mask(irqfd));
	irqfd = kvmlib_irqfd_unref(irqfd);
	expect_eventfds("+5 -5");
	assert_ok(kvmlib_routes_remove(irqs.routes, route));
}
END_TEST

START_TEST(irqfd_of_a_level_is_masked_and_unmasked_as_one)
{
	assert_ok(kvmlib_irqfd_attach_level(route, own, other, 0, &irqfd));
	assert_ok(kvmlib_irqfd_mask(irqfd));
	assert_ok(kvmlib_irqfd_unmask(irqfd));
	expect_eventfds("+5r -5 +5r");
}
END_TEST

START_TEST(irqfd_failing_mask_leaves_it_attached)
{
	assert_ok(kvmlib_irqfd_attach(route, own, 0, &irqfd));
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(IRQFD), ENOMEM, 1), 0);
	assert_fails(kvmlib_irqfd_mask(irqfd), ENOMEM, NO_MEMORY, CALL);
	assert_ok(kvmlib_irqfd_mask(irqfd));
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(IRQFD), ENOMEM, 1), 0);
	assert_fails(kvmlib_irqfd_unmask(irqfd), ENOMEM, NO_MEMORY, CALL);
	assert_ok(kvmlib_irqfd_unmask(irqfd));
	expect_eventfds("+5 -5 +5");
}
END_TEST

/* Routes */

START_TEST(irqfd_stays_while_its_route_changes)
{
	const struct kvmlib_irq_routing_entry entry = pin(0, 0, 6);
	struct kvmlib_routes_change *change;

	assert_ok(kvmlib_irqfd_attach(route, own, 0, &irqfd));
	add_message("nic", 1);
	change = begin_routes();
	assert_ok(kvmlib_routes_change_set(change, route, &entry));
	assert_ok(kvmlib_routes_change_commit(change));
	expect_eventfds("+5");
	ck_assert_str_eq(irqs.table, "5=pin:0.6 24=msi:fee00000:1");
	irqfd = kvmlib_irqfd_unref(irqfd);
	assert_ok(kvmlib_routes_remove(irqs.routes, route));
}
END_TEST

START_TEST(irqfd_outlives_the_callers_table)
{
	assert_ok(kvmlib_irqfd_attach(route, own, 0, &irqfd));
	irqs.routes = kvmlib_routes_unref(irqs.routes);
	assert_ok(kvmlib_irqfd_mask(irqfd));
	expect_eventfds("+5 -5");
}
END_TEST

START_TEST(irqfd_of_a_route_that_is_not_there_is_enoent)
{
	struct kvmlib_routes_change *change = begin_routes();
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);
	struct kvmlib_route *early;

	irqfd = SENTINEL;
	assert_ok(kvmlib_routes_change_add(change, "early", &entry, &early));
	assert_fails(kvmlib_irqfd_attach(early, KVMLIB_EVENTFD_NEW, 0, &irqfd), ENOENT, ROUTE_GONE,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "early");
	ck_assert_ptr_eq(irqfd, SENTINEL);
	irqfd = NULL;
	assert_ok(kvmlib_routes_change_commit(change));
	assert_ok(kvmlib_irqfd_attach(early, KVMLIB_EVENTFD_NEW, 0, &irqfd));
	expect_eventfds("+24");
}
END_TEST

/* Failures */

/* After each one the same can be had. */
static void assert_nothing_attached(void)
{
	expect_eventfds("");
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), open_before);
	ck_assert_ptr_eq(irqfd, SENTINEL);
	irqfd = NULL;
	assert_ok(kvmlib_irqfd_attach_level(route, own, other, 0, &irqfd));
	irqfd = kvmlib_irqfd_unref(irqfd);
	assert_ok(kvmlib_routes_remove(irqs.routes, route));
}

START_TEST(irqfd_of_an_eventfd_in_use_names_the_route)
{
	struct kvmlib_irqfd *again = SENTINEL;
	int copy = dup(own);

	assert_ok(kvmlib_irqfd_attach(route, own, 0, &irqfd));
	route = add_message("nic", 1);
	assert_fails(kvmlib_irqfd_attach(route, own, 0, &again), EBUSY, IRQFD_EVENTFD_BUSY, CALL);
	ck_assert_str_eq(kvmlib_error_subject(), "disk");
	assert_value(FD, own);
	assert_value(IRQ, 24);
	assert_fails(kvmlib_irqfd_attach(route, copy, 0, &again), EBUSY, IRQFD_EVENTFD_BUSY, CALL);
	ck_assert_str_eq(kvmlib_error_subject(), "nic");
	ck_assert_ptr_eq(again, SENTINEL);
	assert_ok(kvmlib_irqfd_mask(irqfd));
	assert_ok(kvmlib_irqfd_attach(route, copy, 0, &again));
	assert_fails(kvmlib_irqfd_unmask(irqfd), EBUSY, IRQFD_EVENTFD_BUSY, CALL);
	kvmlib_irqfd_unref(again);
	assert_ok(kvmlib_irqfd_unmask(irqfd));
	close(copy);
}
END_TEST

START_TEST(irqfd_of_no_eventfd_tells_which)
{
	int file = open("/dev/null", O_RDWR | O_CLOEXEC);

	irqfd = SENTINEL;
	assert_fails(kvmlib_irqfd_attach(route, file, KVMLIB_EVENTFD_OWN, &irqfd), EINVAL,
		     NOT_EVENTFD, CALL);
	assert_value(FD, file);
	assert_fails(kvmlib_irqfd_attach_level(route, own, file, KVMLIB_EVENTFD_OWN, &irqfd),
		     EINVAL, NOT_EVENTFD, CALL);
	assert_value(FD, file);
	assert_fails(kvmlib_irqfd_attach_level(route, file, KVMLIB_EVENTFD_NEW, 0, &irqfd), EINVAL,
		     NOT_EVENTFD, CALL);
	assert_value(FD, file);
	ck_assert(is_open(file) && is_open(own));
	close(file);
	assert_nothing_attached();
}
END_TEST

START_TEST(irqfd_of_a_closed_descriptor_tells_which)
{
	int closed = dup(own);

	close(closed);
	irqfd = SENTINEL;
	assert_fails(kvmlib_irqfd_attach(route, closed, 0, &irqfd), EBADF, BAD_FD, CALL);
	assert_value(FD, closed);
	assert_fails(kvmlib_irqfd_attach_level(route, own, closed, 0, &irqfd), EBADF, BAD_FD, CALL);
	assert_value(FD, closed);
	assert_nothing_attached();
}
END_TEST

START_TEST(irqfd_refused_otherwise_has_the_kernels_cause)
{
	irqfd = SENTINEL;
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(IRQFD), EINVAL, 1), 0);
	assert_fails(kvmlib_irqfd_attach(route, own, 0, &irqfd), EINVAL, IRQFD_REFUSED, CALL);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, REQUEST(IRQFD), EAGAIN, 1), 0);
	assert_fails(kvmlib_irqfd_attach(route, own, 0, &irqfd), EAGAIN, IRQCHIP_UNINITIALIZED,
		     CALL);
	assert_nothing_attached();
}
END_TEST

START_TEST(irqfd_with_failing_calls_attaches_nothing)
{
	unsigned int n = 0;
	int r;

	irqfd = SENTINEL;
	for (;;) {
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, ++n, EMFILE), 0);
		r = kvmlib_irqfd_attach_level(route, KVMLIB_EVENTFD_NEW, KVMLIB_EVENTFD_NEW, 0,
					      &irqfd);
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
		if (!r)
			break;
		ck_assert_int_eq(r, -EMFILE);
		if (n <= 2) {
			ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_FD_LIMIT);
			ck_assert_str_eq(kvmlib_error_call(), "eventfd");
		}
		ck_assert_ptr_eq(irqfd, SENTINEL);
		ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), open_before);
		expect_eventfds("");
	}
	ck_assert_uint_eq(n, 4); /* two eventfds, and KVM's */
}
END_TEST

START_TEST(irqfd_without_memory_attaches_nothing)
{
	int r;

	irqfd = SENTINEL;
	alloc_fail_nth(1);
	r = kvmlib_irqfd_attach(route, own, 0, &irqfd);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_ptr_null(kvmlib_error_call());
	assert_nothing_attached();
}
END_TEST

START_TEST(irqfd_bad_arguments_are_refused)
{
	irqfd = SENTINEL;
	assert_refuses_null(kvmlib_irqfd_attach(NULL, own, 0, &irqfd), 1);
	assert_refuses_null(kvmlib_irqfd_attach(route, own, 0, NULL), 4);
	assert_refuses_null(kvmlib_irqfd_attach_level(NULL, own, other, 0, &irqfd), 1);
	assert_refuses_null(kvmlib_irqfd_attach_level(route, own, other, 0, NULL), 5);
	assert_refuses_null(kvmlib_irqfd_mask(NULL), 1);
	assert_refuses_null(kvmlib_irqfd_unmask(NULL), 1);
	assert_fails(kvmlib_irqfd_attach(route, own, 2, &irqfd), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
	assert_fails(kvmlib_irqfd_attach_level(route, own, other, 2, &irqfd), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_value(ARGUMENT, 4);
	assert_nothing_attached();
}
END_TEST

START_TEST(irqfd_of_a_dead_vm_is_eio_and_can_be_dropped)
{
	struct kvmlib_irqfd *more = SENTINEL;

	assert_ok(kvmlib_irqfd_attach(route, KVMLIB_EVENTFD_NEW, 0, &irqfd));
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_irqfd_attach(route, own, 0, &more), EIO, VM_DEAD, CALL);
	assert_fails(kvmlib_irqfd_mask(irqfd), EIO, VM_DEAD, CALL);
	ck_assert_ptr_eq(more, SENTINEL);
	spoil_record();
	irqfd = kvmlib_irqfd_unref(irqfd);
	ck_assert(record_is_spoiled());
}
END_TEST

static void assert_no_level(const struct kvmlib_routes_opts *opts)
{
	struct kvmlib_routes *routes = NULL;
	const struct kvmlib_irq_routing_entry entry = message(0xfee00000, 1);

	assert_ok(kvmlib_routes_new(fix.vm, opts, &routes));
	assert_ok(kvmlib_routes_add(routes, "level", &entry, &route));
	irqfd = SENTINEL;
	assert_fails(
		kvmlib_irqfd_attach_level(route, KVMLIB_EVENTFD_NEW, KVMLIB_EVENTFD_NEW, 0, &irqfd),
		EOPNOTSUPP, RESAMPLE_UNSUPPORTED, NULL);
	ck_assert_ptr_eq(irqfd, SENTINEL);
	irqfd = NULL;
	kvmlib_routes_unref(routes);
}

START_TEST(irqfd_of_a_level_needs_the_capability)
{
	const struct kvmlib_routes_opts opts = { .size = sizeof(opts),
						 .nr_pins = KVMLIB_ROUTES_NO_PINS };

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_IRQFD_RESAMPLE, 0), 0);
	assert_no_level(&opts);
}
END_TEST

#if defined(__x86_64__)
START_TEST(irqfd_of_a_level_needs_the_full_irqchip)
{
	assert_ok(kvmlib_vm_enable_split_irqchip(fix.vm, 24));
	assert_no_level(NULL);
}
END_TEST
#endif

/* Children */

static void drop_in_child(void)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);
	struct kvmlib_irqfd *more = SENTINEL;
	int fd = kvmlib_irqfd_fd(irqfd);

	CHECK(kvmlib_irqfd_attach(route, own, 0, &more) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_irqfd_attach_level(route, own, other, 0, &more) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_irqfd_mask(irqfd) == -EIO && kvmlib_irqfd_unmask(irqfd) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(more == SENTINEL);
	CHECK(!kvmlib_irqfd_unref(irqfd));
	CHECK(!is_open(fd));
	CHECK(kvmlib_sim_nr_calls(fix.sim) == calls);
}

START_TEST(irqfd_of_a_child_is_only_closed)
{
	NEEDS_WIPED_PAGES;
	assert_ok(kvmlib_irqfd_attach(route, KVMLIB_EVENTFD_NEW, 0, &irqfd));
	in_child(drop_in_child);
	ck_assert(is_open(kvmlib_irqfd_fd(irqfd)));
	irqfd = kvmlib_irqfd_unref(irqfd);
	expect_eventfds("+5 -5");
}
END_TEST

/* Threads */

#define NR_THREADS 3U
#define NR_TURNS   200U

static void *attach_and_drop(void *arg)
{
	uintptr_t wrong = 0;

	(void)arg;
	for (unsigned int i = 0; i < NR_TURNS; i++) {
		struct kvmlib_irqfd *mine = NULL;

		wrong += kvmlib_irqfd_attach(route, KVMLIB_EVENTFD_NEW, 0, &mine) != 0;
		wrong += kvmlib_irqfd_mask(mine) != 0;
		wrong += kvmlib_irqfd_unmask(mine) != 0;
		kvmlib_irqfd_unref(mine);
	}
	return (void *)wrong;
}

static void *change_routes(void *arg)
{
	uintptr_t wrong = 0;

	(void)arg;
	for (uint32_t i = 0; i < NR_TURNS; i++) {
		const struct kvmlib_irq_routing_entry entry = message(0xfee00000, i);
		struct kvmlib_route *added = NULL;

		wrong += kvmlib_routes_add(irqs.routes, "turn", &entry, &added) != 0;
		wrong += kvmlib_routes_remove(irqs.routes, added) != 0;
	}
	return (void *)wrong;
}

START_TEST(irqfd_threads_attach_while_routes_change)
{
	pthread_t threads[NR_THREADS];
	void *wrong;

	irqs.is_quiet = true;
	for (unsigned int i = 0; i < NR_THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL,
						i ? attach_and_drop : change_routes, NULL),
				 0);
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
		ck_assert_ptr_null(wrong);
	}
	assert_ok(kvmlib_routes_remove(irqs.routes, route));
}
END_TEST

static TCase *irqfd_case(Suite *suite, const char *name)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup_irqfd, teardown_irqfd);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *irqfd_suite(void)
{
	Suite *suite = suite_create("irqfd");

	if (!HAS_ROUTES)
		return suite;
	ADD_TESTS(irqfd_case(suite, "irqfd"), irqfd_of_the_callers_is_attached_and_left_open,
		  irqfd_of_its_own_is_closed_with_it, irqfd_that_was_handed_over_is_closed,
		  irqfd_of_a_level_has_two, irqfd_masked_keeps_events_and_its_route,
		  irqfd_masked_is_not_detached_again,
		  irqfd_of_a_level_is_masked_and_unmasked_as_one,
		  irqfd_failing_mask_leaves_it_attached, irqfd_stays_while_its_route_changes,
		  irqfd_outlives_the_callers_table, irqfd_of_a_child_is_only_closed);
	ADD_TESTS(irqfd_case(suite, "failures"), irqfd_of_a_route_that_is_not_there_is_enoent,
		  irqfd_of_an_eventfd_in_use_names_the_route, irqfd_of_no_eventfd_tells_which,
		  irqfd_of_a_closed_descriptor_tells_which,
		  irqfd_refused_otherwise_has_the_kernels_cause,
		  irqfd_with_failing_calls_attaches_nothing, irqfd_without_memory_attaches_nothing,
		  irqfd_bad_arguments_are_refused, irqfd_of_a_dead_vm_is_eio_and_can_be_dropped);
	ADD_TESTS(routes_case(suite, "chip", setup_chip), irqfd_of_a_level_needs_the_capability);
#if defined(__x86_64__)
	ADD_TESTS(routes_case(suite, "split", setup_routes_vm),
		  irqfd_of_a_level_needs_the_full_irqchip);
#endif
	return suite;
}

/* Also run where threads are watched. */
Suite *irqfd_threads_suite(void)
{
	Suite *suite = suite_create("irqfd_threads");

	if (HAS_ROUTES)
		ADD_TESTS(irqfd_case(suite, "threads"), irqfd_threads_attach_while_routes_change);
	return suite;
}
