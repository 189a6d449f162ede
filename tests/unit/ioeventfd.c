/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Eventfds that guests write to: which ones exclude each other, and what is told of it. */

#include "irq_fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "alloc.h"
#include "child.h"

#define CALL  "KVM_IOEVENTFD"
#define PIO   KVMLIB_IOEVENTFD_FLAG_PIO
#define MATCH KVMLIB_IOEVENTFD_FLAG_DATAMATCH

static struct kvmlib_ioeventfd *bell;
static int own = -1;
static int open_before;

static void setup_bell(void)
{
	setup_routes_vm();
	own = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	bell = NULL;
	open_before = kvmlib_sim_open_fds(fix.sim);
}

static void teardown_bell(void)
{
	bell = kvmlib_ioeventfd_unref(bell);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), open_before);
	close(own);
	teardown_routes();
}

static struct kvmlib_ioeventfd_opts opts_of(const char *name, uint64_t address, uint32_t length,
					    uint32_t flags)
{
	return (struct kvmlib_ioeventfd_opts){ .size = sizeof(struct kvmlib_ioeventfd_opts),
					       .name = name,
					       .address = address,
					       .length = length,
					       .flags = flags };
}

static int attach(const char *name, uint64_t address, uint32_t length, uint32_t flags,
		  uint64_t data, struct kvmlib_ioeventfd **ret)
{
	struct kvmlib_ioeventfd_opts opts = opts_of(name, address, length, flags);

	opts.datamatch = data;
	return kvmlib_ioeventfd_attach(fix.vm, own, &opts, ret);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(ioeventfd_is_attached_and_detached)
{
	const struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x1000, 4, 0);

	assert_ok(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &bell));
	expect_eventfds("+1000+4");
	ck_assert_int_eq(kvmlib_ioeventfd_fd(bell), own);
	ck_assert_ptr_eq(kvmlib_ioeventfd_ref(bell), bell);
	ck_assert_ptr_null(kvmlib_ioeventfd_unref(bell));
	expect_eventfds("");
	bell = kvmlib_ioeventfd_unref(bell);
	expect_eventfds("-1000+4");
	ck_assert(is_open(own));
	ck_assert_ptr_null(kvmlib_ioeventfd_ref(NULL));
	ck_assert_ptr_null(kvmlib_ioeventfd_unref(NULL));
}
END_TEST

/* Address, length, data and kind: what was attached is what is detached, whatever its order. */
START_TEST(ioeventfd_of_every_kind_is_detached_as_it_was)
{
	struct kvmlib_ioeventfd *bells[4] = { NULL };

	assert_ok(attach("any", 0x1000, 0, 0, 0, &bells[0]));
	assert_ok(attach("port", 0xfffe, 2, PIO, 0, &bells[1]));
	assert_ok(attach("one", 0x2000, 8, MATCH, 1, &bells[2]));
	assert_ok(attach("all", 0x2000, 8, MATCH, UINT64_MAX, &bells[3]));
	expect_eventfds("+1000+0 +fffe+2p +2000+8= +2000+8=");
	for (int i = 0; i < 4; i++)
		kvmlib_ioeventfd_unref(bells[(i + 1) % 4]);
	expect_eventfds("-fffe+2p -2000+8= -2000+8= -1000+0");
	assert_ok(attach("again", 0x2000, 0, 0, 0, &bell));
}
END_TEST

START_TEST(ioeventfd_of_its_own_is_closed_with_it)
{
	struct kvmlib_ioeventfd_opts opts = opts_of(NULL, 0x1000, 4, 0);
	int fd;

	assert_ok(kvmlib_ioeventfd_attach(fix.vm, KVMLIB_EVENTFD_NEW, &opts, &bell));
	fd = kvmlib_ioeventfd_fd(bell);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	bell = kvmlib_ioeventfd_unref(bell);
	ck_assert(!is_open(fd));
	fd = fix.sys->eventfd(fix.sys->ctx, 0, EFD_CLOEXEC);
	opts.flags = KVMLIB_EVENTFD_OWN;
	assert_ok(kvmlib_ioeventfd_attach(fix.vm, fd, &opts, &bell));
	bell = kvmlib_ioeventfd_unref(bell);
	ck_assert(!is_open(fd));
}
END_TEST

START_TEST(ioeventfd_holds_the_vm)
{
	assert_ok(attach("bell", 0x1000, 4, 0, 0, &bell));
	fix.vm = kvmlib_vm_unref(fix.vm);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), open_before);
	bell = kvmlib_ioeventfd_unref(bell);
	expect_eventfds("+1000+4 -1000+4");
	open_before--; /* the VM's */
}
END_TEST

/* Those that exclude each other, and those that only look so. */
static const struct pair {
	uint64_t address;
	uint64_t data;
	uint32_t length;
	uint32_t flags;
	bool collides; /* with 0x1000, 4 bytes, data 7 */
} pairs[] = {
	{ 0x1000, 7, 4, MATCH, true },	{ 0x1000, 0, 4, 0, true },
	{ 0x1000, 0, 0, 0, true },	{ 0x1000, 8, 4, MATCH, false },
	{ 0x1000, 7, 2, MATCH, false }, { 0x1004, 7, 4, MATCH, false },
	{ 0x1002, 0, 0, 0, false },	{ 0x1000, 7, 4, MATCH | PIO, false },
};

START_TEST(ioeventfd_in_the_way_is_named)
{
	const struct pair *pair = &pairs[_i];
	struct kvmlib_ioeventfd *far = NULL, *other = SENTINEL;

	assert_ok(attach("bell", 0x1000, 4, MATCH, 7, &bell));
	assert_ok(attach("far", 0x3000, 4, 0, 0, &far));
	expect_eventfds("+1000+4= +3000+4");
	if (!pair->collides) {
		assert_ok(attach("other", pair->address, pair->length, pair->flags, pair->data,
				 &other));
		kvmlib_ioeventfd_unref(other);
	} else {
		const struct kvmlib_ioeventfd_opts opts = {
			.size = sizeof(opts),
			.name = "other",
			.address = pair->address,
			.datamatch = pair->data,
			.length = pair->length,
			.flags = pair->flags,
		};

		assert_fails(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &other), EEXIST,
			     IOEVENTFD_EXISTS, CALL);
		ck_assert_str_eq(kvmlib_error_subject(), "bell");
		assert_value(ADDRESS, 0x1000);
		assert_value(SIZE, pair->length);
		assert_value(OTHER_SIZE, 4);
		ck_assert_ptr_eq(other, SENTINEL);
		expect_eventfds("");
	}
	kvmlib_ioeventfd_unref(far);
}
END_TEST

START_TEST(ioeventfd_of_other_code_in_the_way_has_no_name)
{
	struct kvm_ioeventfd args = { .addr = 0x1000, .len = 4, .fd = own };
	const struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x1000, 4, 0);
	struct kvmlib_ioeventfd *other = SENTINEL;

	assert_ok(attach("gone", 0x1000, 4, 0, 0, &bell));
	bell = kvmlib_ioeventfd_unref(bell);
	assert_ok(kvmlib_vm_ioeventfd(fix.vm, &args));
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &other), EEXIST, IOEVENTFD_EXISTS,
		     CALL);
	ck_assert_str_eq(kvmlib_error_subject(), "bell");
	assert_no_value(OTHER_SIZE);
	ck_assert_ptr_eq(other, SENTINEL);
	args.flags = KVMLIB_IOEVENTFD_FLAG_DEASSIGN;
	assert_ok(kvmlib_vm_ioeventfd(fix.vm, &args));
}
END_TEST

static void assert_invalid(struct kvmlib_ioeventfd_opts opts, const char *call)
{
	struct kvmlib_ioeventfd *ret = SENTINEL;

	assert_fails(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &ret), EINVAL, IOEVENTFD_INVALID,
		     call);
	ck_assert_str_eq(kvmlib_error_subject(), "bell");
	assert_value(SIZE, opts.length);
	ck_assert_ptr_eq(ret, SENTINEL);
}

START_TEST(ioeventfd_that_can_not_be_is_refused)
{
	struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x1000, 4, MATCH);

	assert_invalid(opts_of("bell", 0x1000, 3, 0), CALL);
	assert_invalid(opts_of("bell", 0x1000, 16, 0), CALL);
	assert_invalid(opts_of("bell", UINT64_MAX - 1, 4, 0), CALL);
	assert_invalid(opts_of("bell", 0x1000, 0, MATCH), CALL);
	assert_invalid(opts_of("bell", 0xffff, 2, PIO), NULL);
	assert_invalid(opts_of("bell", 0x10000, 1, PIO), NULL);
	opts.datamatch = UINT64_C(0x100000000);
	assert_invalid(opts, NULL);
	opts.length = 1;
	opts.datamatch = 0x100;
	assert_invalid(opts, NULL);
	opts.datamatch = 0xff;
	assert_ok(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &bell));
	expect_eventfds("+1000+1=");
}
END_TEST

START_TEST(ioeventfd_of_no_eventfd_is_refused)
{
	const struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x1000, 4, KVMLIB_EVENTFD_OWN);
	struct kvmlib_ioeventfd *ret = SENTINEL;
	int file = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_fails(kvmlib_ioeventfd_attach(fix.vm, file, &opts, &ret), EINVAL, NOT_EVENTFD, CALL);
	assert_value(FD, file);
	ck_assert(is_open(file));
	close(file);
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, file, &opts, &ret), EBADF, BAD_FD, CALL);
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

START_TEST(ioeventfd_failing_calls_leave_nothing)
{
	const struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x1000, 4, 0);
	struct kvmlib_ioeventfd *ret = SENTINEL;
	int r;

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 1, EMFILE), 0);
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, KVMLIB_EVENTFD_NEW, &opts, &ret), EMFILE,
		     FD_LIMIT, "eventfd");
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 2, ENOSPC), 0);
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, KVMLIB_EVENTFD_NEW, &opts, &ret), ENOSPC,
		     IO_BUS_FULL, CALL);
	alloc_fail_nth(1);
	r = kvmlib_ioeventfd_attach(fix.vm, KVMLIB_EVENTFD_NEW, &opts, &ret);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_ptr_eq(ret, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), open_before);
	expect_eventfds("");
	assert_ok(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &bell));
}
END_TEST

START_TEST(ioeventfd_of_a_dead_vm_can_be_dropped)
{
	const struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x2000, 4, 0);
	struct kvmlib_ioeventfd *ret = SENTINEL;

	assert_ok(attach("bell", 0x1000, 4, 0, 0, &bell));
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &ret), EIO, VM_DEAD, CALL);
	ck_assert_ptr_eq(ret, SENTINEL);
	spoil_record();
	bell = kvmlib_ioeventfd_unref(bell);
	ck_assert(record_is_spoiled());
}
END_TEST

START_TEST(ioeventfd_bad_arguments_are_refused)
{
	struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x1000, 4, 0);
	struct kvmlib_ioeventfd *ret = SENTINEL;

	assert_refuses_null(kvmlib_ioeventfd_attach(NULL, own, &opts, &ret), 1);
	assert_refuses_null(kvmlib_ioeventfd_attach(fix.vm, own, NULL, &ret), 3);
	assert_refuses_null(kvmlib_ioeventfd_attach(fix.vm, own, &opts, NULL), 4);
	opts.flags = KVMLIB_IOEVENTFD_FLAG_DEASSIGN;
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &ret), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(FLAGS, KVMLIB_IOEVENTFD_FLAG_DEASSIGN);
	opts = opts_of("30 bytes are not a name at all", 0x1000, 4, 0);
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &ret), EINVAL, BAD_ARGUMENT, NULL);
	opts.size = sizeof(size_t) - 1;
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &ret), EINVAL, OPTIONS_SIZE, NULL);
	ck_assert_ptr_eq(ret, SENTINEL);
	expect_eventfds("");
}
END_TEST

START_TEST(ioeventfd_options_of_other_sizes)
{
	struct {
		struct kvmlib_ioeventfd_opts opts;
		uint64_t more;
	} o = { .opts = opts_of("bell", 0x1000, 4, 0) };
	struct kvmlib_ioeventfd *ret = SENTINEL;

	o.opts.size = sizeof(o);
	assert_ok(kvmlib_ioeventfd_attach(fix.vm, own, &o.opts, &bell));
	bell = kvmlib_ioeventfd_unref(bell);
	o.more = 1;
	assert_fails(kvmlib_ioeventfd_attach(fix.vm, own, &o.opts, &ret), E2BIG, OPTIONS_TOO_NEW,
		     NULL);
	ck_assert_ptr_eq(ret, SENTINEL);
	o.opts.size = offsetof(struct kvmlib_ioeventfd_opts, datamatch);
	assert_ok(kvmlib_ioeventfd_attach(fix.vm, own, &o.opts, &bell));
	expect_eventfds("+1000+4 -1000+4 +1000+0");
}
END_TEST

static void drop_in_child(void)
{
	const struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x2000, 4, 0);
	struct kvmlib_ioeventfd *more = SENTINEL;
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);
	int fd = kvmlib_ioeventfd_fd(bell);

	CHECK(kvmlib_ioeventfd_attach(fix.vm, own, &opts, &more) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED && more == SENTINEL);
	CHECK(!kvmlib_ioeventfd_unref(bell));
	CHECK(!is_open(fd));
	CHECK(kvmlib_sim_nr_calls(fix.sim) == calls);
}

START_TEST(ioeventfd_of_a_child_is_only_closed)
{
	const struct kvmlib_ioeventfd_opts opts = opts_of("bell", 0x1000, 4, 0);

	NEEDS_WIPED_PAGES;
	assert_ok(kvmlib_ioeventfd_attach(fix.vm, KVMLIB_EVENTFD_NEW, &opts, &bell));
	in_child(drop_in_child);
	ck_assert(is_open(kvmlib_ioeventfd_fd(bell)));
	bell = kvmlib_ioeventfd_unref(bell);
	expect_eventfds("+1000+4 -1000+4");
}
END_TEST

Suite *ioeventfd_suite(void)
{
	Suite *suite = suite_create("ioeventfd");
	TCase *tcase = tcase_create("ioeventfd");

	tcase_add_checked_fixture(tcase, setup_bell, teardown_bell);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, ioeventfd_is_attached_and_detached,
		  ioeventfd_of_every_kind_is_detached_as_it_was,
		  ioeventfd_of_its_own_is_closed_with_it, ioeventfd_holds_the_vm,
		  ioeventfd_of_other_code_in_the_way_has_no_name,
		  ioeventfd_that_can_not_be_is_refused, ioeventfd_of_no_eventfd_is_refused,
		  ioeventfd_failing_calls_leave_nothing, ioeventfd_of_a_dead_vm_can_be_dropped,
		  ioeventfd_bad_arguments_are_refused, ioeventfd_options_of_other_sizes,
		  ioeventfd_of_a_child_is_only_closed);
	tcase_add_loop_test(tcase, ioeventfd_in_the_way_is_named, 0,
			    sizeof(pairs) / sizeof(pairs[0]));
	return suite;
}
