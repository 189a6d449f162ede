/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Coalesced writes: zones, the ring that all vCPUs share, and groups that have it drained. */

#include "fixture.h"
#include "suites.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "../../lib/manage/irq/coalesced.h"
#include "alloc.h"
#include "child.h"

#define PIO	  KVMLIB_COALESCED_PIO
#define REGISTER  "KVM_REGISTER_COALESCED_MMIO"
#define NO_ZONES  "this architecture has no coalesced writes"
#define ZONE	  UINT64_C(0x10000)
#define ZONE_SIZE 0x1000U
#define LONG	  UINT64_C(30000000000)

/* The reader, and what its handler does and has seen. */
static struct kvmlib_coalesced *reader;
static struct kvmlib_vcpu *other; /* beside the fixture's */
static struct {
	char text[1024]; /* "10000:41 p80:5542", in order */
	unsigned int count;
	uint64_t next; /* of numbered writes */
	unsigned int misplaced;
	struct kvmlib_vcpu *vcpu;
	unsigned int fail_at; /* the so manyth fails */
	int result;	      /* with that */
	void (*then)(void);
	unsigned int destroyed;
} seen;

static void note(const struct kvmlib_coalesced_write *write)
{
	size_t length = strlen(seen.text);

	length += (size_t)snprintf(seen.text + length, sizeof(seen.text) - length,
				   "%s%s%llx:", length ? " " : "", write->flags & PIO ? "p" : "",
				   (unsigned long long)write->address);
	for (uint32_t i = 0; i < write->length && length + 3 < sizeof(seen.text); i++)
		length += (size_t)snprintf(seen.text + length, 3, "%02x", write->data[i]);
}

static int handle(struct kvmlib_vcpu *vcpu, const struct kvmlib_coalesced_write *write,
		  void *userdata)
{
	ck_assert_ptr_eq(userdata, &seen);
	seen.vcpu = vcpu;
	if (seen.count < 50)
		note(write);
	if (seen.then)
		seen.then();
	return ++seen.count == seen.fail_at ? seen.result : 1;
}

static void destroy(void *userdata)
{
	ck_assert_ptr_eq(userdata, &seen);
	seen.destroyed++;
}

static const struct kvmlib_coalesced_opts opts = {
	.size = sizeof(opts), .handler = handle, .userdata = &seen, .destroy = destroy
};

static void expect_seen(const char *text)
{
	ck_assert_str_eq(seen.text, text);
	seen.text[0] = 0;
}

static bool has_zones(void)
{
	return REQUEST(REGISTER_COALESCED_MMIO) != 0;
}

static void setup_zones_vm(void)
{
	setup_vcpu();
	memset(&seen, 0, sizeof(seen));
	reader = NULL;
	other = NULL;
}

static void setup_reader(void)
{
	setup_zones_vm();
	if (!has_zones())
		return;
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 1, &other));
	assert_ok(kvmlib_coalesced_new(fix.vm, &opts, &reader));
	assert_ok(kvmlib_coalesced_add(reader, ZONE, ZONE_SIZE, 0));
	assert_ok(kvmlib_coalesced_add(reader, 0x80, 2, PIO));
}

static void teardown_reader(void)
{
	reader = kvmlib_coalesced_unref(reader);
	other = kvmlib_vcpu_unref(other);
	teardown();
}

/* Whether the write was collected. */
static int write_to(uint64_t address, uint32_t length, uint32_t pio, const void *data)
{
	return kvmlib_sim_write_coalesced(fix.sim, kvmlib_vm_fd(fix.vm), address, length, pio,
					  data);
}

static int write_byte(uint64_t address, uint8_t byte)
{
	return write_to(address, 1, 0, &byte);
}

static struct kvm_coalesced_mmio_ring *ring(void)
{
	return (void *)((char *)fix.vcpu->run + reader->ring_offset);
}

/* Zones */

START_TEST(coalesced_zones_come_and_go)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	ck_assert_int_eq(write_byte(ZONE + ZONE_SIZE, 2), 0);
	assert_ok(kvmlib_coalesced_add(reader, ZONE + ZONE_SIZE, 1, 0));
	assert_ok(kvmlib_coalesced_add(reader, ZONE - 1, 1, 0));
	ck_assert_int_eq(write_byte(ZONE + ZONE_SIZE, 3), 1);
	assert_ok(kvmlib_coalesced_remove(reader, ZONE + ZONE_SIZE, 1, 0));
	ck_assert_int_eq(write_byte(ZONE + ZONE_SIZE, 4), 0);
	ck_assert_int_eq(write_byte(ZONE, 5), 1);
	assert_ok(kvmlib_coalesced_remove(reader, 0x80, 2, PIO));
	ck_assert_int_eq(write_to(0x80, 1, 1, "x"), 0);
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 3);
	expect_seen("10000:01 11000:03 10000:05");
}
END_TEST

START_TEST(coalesced_zones_may_reach_the_ends)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	assert_ok(kvmlib_coalesced_add(reader, 0xffff, 1, PIO));
	assert_ok(kvmlib_coalesced_add(reader, UINT64_MAX, 1, 0));
	assert_ok(kvmlib_coalesced_remove(reader, UINT64_MAX, 1, 0));
}
END_TEST

START_TEST(coalesced_zones_that_overlap_are_refused)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	assert_fails(kvmlib_coalesced_add(reader, ZONE, ZONE_SIZE, 0), EEXIST, ZONE_OVERLAP, NULL);
	assert_fails(kvmlib_coalesced_add(reader, ZONE + ZONE_SIZE - 1, 8, 0), EEXIST, ZONE_OVERLAP,
		     NULL);
	assert_fails(kvmlib_coalesced_add(reader, ZONE - 1, 2, 0), EEXIST, ZONE_OVERLAP, NULL);
	assert_value(ADDRESS, ZONE - 1);
	assert_value(SIZE, 2);
	assert_value(OTHER_GPA, ZONE);
	assert_value(OTHER_SIZE, ZONE_SIZE);
	assert_fails(kvmlib_coalesced_add(reader, 0x81, 1, PIO), EEXIST, ZONE_OVERLAP, NULL);
	assert_ok(kvmlib_coalesced_add(reader, 0x80, 1, 0));
}
END_TEST

static void assert_bad(uint64_t address, uint32_t length, uint32_t flags)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	assert_fails(kvmlib_coalesced_add(reader, address, length, flags), EINVAL, BAD_ARGUMENT,
		     NULL);
	assert_value(ADDRESS, address);
	assert_value(SIZE, length);
	assert_no_value(OTHER_SIZE);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
}

START_TEST(coalesced_zones_that_can_not_be_are_refused)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	assert_bad(0x20000, 0, 0);
	assert_bad(0x20000, 4, 2);
	assert_bad(UINT64_MAX, 2, 0);
	assert_bad(0x10000, 1, PIO);
	assert_bad(0xffff, 2, PIO);
}
END_TEST

START_TEST(coalesced_zones_that_are_not_there_are_not_removed)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	assert_fails(kvmlib_coalesced_remove(reader, ZONE, ZONE_SIZE, PIO), ENOENT, ZONE_ABSENT,
		     NULL);
	assert_value(ADDRESS, ZONE);
	assert_fails(kvmlib_coalesced_remove(reader, ZONE, 1, 0), ENOENT, ZONE_ABSENT, NULL);
	assert_fails(kvmlib_coalesced_remove(reader, 0, ZONE_SIZE, 0), ENOENT, ZONE_ABSENT, NULL);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
}
END_TEST

START_TEST(coalesced_failing_calls_change_nothing)
{
	const unsigned long add = REQUEST(REGISTER_COALESCED_MMIO);
	const unsigned long end = REQUEST(UNREGISTER_COALESCED_MMIO);
	int r;

	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, add, ENOSPC, 1), 0);
	assert_fails(kvmlib_coalesced_add(reader, 0, 1, 0), ENOSPC, IO_BUS_FULL, REGISTER);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, add, ENOMEM, 1), 0);
	assert_fails(kvmlib_coalesced_add(reader, 0, 1, 0), ENOMEM, NO_MEMORY, REGISTER);
	alloc_fail_nth(1);
	r = kvmlib_coalesced_add(reader, 0, 1, 0);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_coalesced_add");
	assert_ok(kvmlib_coalesced_add(reader, 0, 1, 0));
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, end, EINVAL, 1), 0);
	assert_fails(kvmlib_coalesced_remove(reader, 0, 1, 0), EINVAL, VALUE_REFUSED,
		     "KVM_UNREGISTER_COALESCED_MMIO");
	assert_fails(kvmlib_coalesced_add(reader, 0, 1, 0), EEXIST, ZONE_OVERLAP, NULL);
	assert_ok(kvmlib_coalesced_remove(reader, 0, 1, 0));
}
END_TEST

START_TEST(coalesced_zones_of_a_dead_vm_can_be_dropped)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_fails(kvmlib_coalesced_add(reader, 0, 1, 0), EIO, VM_DEAD, REGISTER);
	assert_fails(kvmlib_coalesced_remove(reader, 0x80, 2, PIO), EIO, VM_DEAD,
		     "KVM_UNREGISTER_COALESCED_MMIO");
	spoil_record();
	reader = kvmlib_coalesced_unref(reader);
	ck_assert(record_is_spoiled());
}
END_TEST

/* The reader */

START_TEST(coalesced_reader_ends_with_its_last_reference)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_ptr_eq(kvmlib_coalesced_ref(reader), reader);
	ck_assert_ptr_null(kvmlib_coalesced_unref(reader));
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	ck_assert_uint_eq(seen.destroyed, 0);
	reader = kvmlib_coalesced_unref(reader);
	ck_assert_uint_eq(seen.destroyed, 1);
	ck_assert_int_eq(write_byte(ZONE, 1), 0);
	ck_assert_int_eq(write_to(0x80, 1, 1, "x"), 0);
	ck_assert_ptr_null(kvmlib_coalesced_ref(NULL));
	ck_assert_ptr_null(kvmlib_coalesced_unref(NULL));
}
END_TEST

/* What is in the ring is the next one's. */
START_TEST(coalesced_reader_is_the_only_one_of_its_vm)
{
	struct kvmlib_coalesced_opts plain = opts;
	struct kvmlib_coalesced *second = SENTINEL;

	if (!has_zones())
		SKIP(NO_ZONES);
	assert_fails(kvmlib_coalesced_new(fix.vm, &opts, &second), EBUSY, COALESCED_TAKEN, NULL);
	ck_assert_ptr_eq(second, SENTINEL);
	ck_assert_int_eq(write_byte(ZONE, 7), 1);
	reader = kvmlib_coalesced_unref(reader);
	plain.destroy = NULL;
	assert_ok(kvmlib_coalesced_new(fix.vm, &plain, &reader));
	assert_returns(kvmlib_coalesced_drain(reader, other), 1);
	expect_seen("10000:07");
}
END_TEST

START_TEST(coalesced_reader_needs_the_capabilities)
{
	struct kvmlib_coalesced *ret = SENTINEL;

	if (has_zones()) {
		reader = kvmlib_coalesced_unref(reader);
		kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_COALESCED_PIO, 0);
		assert_ok(kvmlib_coalesced_new(fix.vm, &opts, &reader));
		assert_fails(kvmlib_coalesced_add(reader, 0x80, 1, PIO), EOPNOTSUPP,
			     CAPABILITY_MISSING, NULL);
		assert_value(CAPABILITY, KVMLIB_CAP_COALESCED_PIO);
		assert_ok(kvmlib_coalesced_add(reader, 0x80, 1, 0));
		reader = kvmlib_coalesced_unref(reader);
		kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_COALESCED_MMIO, 0);
	}
	assert_fails(kvmlib_coalesced_new(fix.vm, &opts, &ret), EOPNOTSUPP, CAPABILITY_MISSING,
		     NULL);
	assert_value(CAPABILITY, KVMLIB_CAP_COALESCED_MMIO);
	ck_assert_ptr_eq(ret, SENTINEL);
}
END_TEST

START_TEST(coalesced_ring_has_to_be_mapped)
{
	struct kvmlib_coalesced *ret = SENTINEL;
	size_t pages = fix.system->run_size / page_size();

	if (!has_zones())
		SKIP(NO_ZONES);
	reader = kvmlib_coalesced_unref(reader);
	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_COALESCED_MMIO, (int)pages);
	assert_fails(kvmlib_coalesced_new(fix.vm, &opts, &ret), EPROTO, COALESCED_RING, NULL);
	assert_value(OFFSET, pages * page_size());
	assert_value(LIMIT, pages * page_size());
	ck_assert_ptr_eq(ret, SENTINEL);
	kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_COALESCED_MMIO, (int)pages - 1);
	assert_ok(kvmlib_coalesced_new(fix.vm, &opts, &reader));
}
END_TEST

START_TEST(coalesced_bad_arguments_are_refused)
{
	struct kvmlib_coalesced *ret = SENTINEL;
	struct {
		struct kvmlib_coalesced_opts opts;
		uint64_t more;
	} o = { .opts = opts };
	struct kvmlib_vm *vm;
	int r;

	assert_refuses_null(kvmlib_coalesced_new(NULL, &opts, &ret), 1);
	assert_refuses_null(kvmlib_coalesced_new(fix.vm, NULL, &ret), 2);
	assert_refuses_null(kvmlib_coalesced_new(fix.vm, &opts, NULL), 3);
	o.opts.handler = NULL;
	assert_fails(kvmlib_coalesced_new(fix.vm, &o.opts, &ret), EINVAL, BAD_ARGUMENT, NULL);
	o.opts.size = sizeof(size_t) - 1;
	assert_fails(kvmlib_coalesced_new(fix.vm, &o.opts, &ret), EINVAL, OPTIONS_SIZE, NULL);
	o.opts.size = sizeof(o);
	o.more = 1;
	assert_fails(kvmlib_coalesced_new(fix.vm, &o.opts, &ret), E2BIG, OPTIONS_TOO_NEW, NULL);
	alloc_fail_nth(1);
	r = kvmlib_coalesced_new(fix.vm, &opts, &ret);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_ptr_eq(ret, SENTINEL);
	assert_refuses_null(kvmlib_coalesced_add(NULL, 0, 1, 0), 1);
	assert_refuses_null(kvmlib_coalesced_remove(NULL, 0, 1, 0), 1);
	assert_refuses_null(kvmlib_coalesced_drain(NULL, fix.vcpu), 1);
	if (!has_zones())
		return;
	assert_refuses_null(kvmlib_coalesced_drain(reader, NULL), 2);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	other = kvmlib_vcpu_unref(other);
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &other));
	assert_fails(kvmlib_coalesced_drain(reader, other), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	kvmlib_vm_unref(vm);
}
END_TEST

/* Draining */

START_TEST(coalesced_writes_come_whole_and_in_order)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_int_eq(write_to(ZONE + 8, 8, 0, "ABCDEFGH"), 1);
	ck_assert_int_eq(write_to(0x80, 2, 1, "UV"), 1);
	ck_assert_int_eq(write_to(ZONE + ZONE_SIZE - 4, 4, 0, "abcd"), 1);
	ck_assert_int_eq(write_to(ZONE + ZONE_SIZE - 4, 5, 0, "abcde"), 0);
	assert_returns(kvmlib_coalesced_drain(reader, other), 3);
	expect_seen("10008:4142434445464748 p80:5556 10ffc:61626364");
	ck_assert_ptr_eq(seen.vcpu, other);
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 0);
	expect_seen("");
}
END_TEST

/* With the lock held by nobody else than this test: it would not return. */
START_TEST(coalesced_drain_of_nothing_takes_no_lock_and_no_call)
{
	uint64_t calls;

	if (!has_zones())
		SKIP(NO_ZONES);
	calls = kvmlib_sim_nr_calls(fix.sim);
	pthread_mutex_lock(&reader->lock);
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 0);
	pthread_mutex_unlock(&reader->lock);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 1);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
}
END_TEST

START_TEST(coalesced_ring_wraps_with_one_slot_unused)
{
	const uint32_t n = (uint32_t)(page_size() - 8) / 24;
	uint32_t sent = 0;

	if (!has_zones())
		SKIP(NO_ZONES);
	if (page_size() == 4096)
		ck_assert_uint_eq(reader->nr_entries, KVMLIB_COALESCED_MMIO_MAX);
	for (unsigned int round = 0; round < 3; round++) {
		uint32_t filled = 0;

		while (write_to(ZONE, 4, 0, &sent) == 1) {
			sent++;
			filled++;
		}
		ck_assert_uint_eq(filled, n - 1);
		assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), (int)n - 1);
		ck_assert_uint_eq(seen.count, sent);
	}
	ck_assert_uint_eq(ring()->first, 3 * (n - 1) % n);
}
END_TEST

START_TEST(coalesced_handler_may_end_it)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	for (uint8_t i = 0; i < 4; i++)
		ck_assert_int_eq(write_byte(ZONE, i), 1);
	seen.fail_at = 2;
	seen.result = -EXDEV;
	assert_fails(kvmlib_coalesced_drain(reader, fix.vcpu), EXDEV, CANCELLED, NULL);
	assert_value(ADDRESS, ZONE);
	assert_value(VCPU_ID, 0);
	expect_seen("10000:00 10000:01");
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 2);
	expect_seen("10000:02 10000:03");
}
END_TEST

static int nested;

static void drain_again(void)
{
	nested = kvmlib_coalesced_drain(reader, other);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_COALESCED_BUSY);
}

static void change_zones(void)
{
	ck_assert_int_eq(kvmlib_coalesced_remove(reader, ZONE, ZONE_SIZE, 0), 0);
	ck_assert_int_eq(kvmlib_coalesced_add(reader, ZONE + 1, 1, 0), 0);
	seen.then = NULL;
}

START_TEST(coalesced_handler_may_change_zones_but_not_drain)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	seen.then = drain_again;
	ck_assert_int_eq(kvmlib_coalesced_drain(reader, fix.vcpu), 1);
	ck_assert_int_eq(nested, -EDEADLK);
	ck_assert_int_eq(write_byte(ZONE, 2), 1);
	ck_assert_int_eq(write_byte(ZONE, 3), 1);
	seen.then = change_zones;
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 2);
	ck_assert_int_eq(write_byte(ZONE, 4), 0);
	ck_assert_int_eq(write_byte(ZONE + 1, 4), 1);
}
END_TEST

/* What is written meanwhile is left to the next: a guest can't keep a thread here. */
static void write_one_more(void)
{
	ck_assert_int_eq(write_byte(ZONE, 9), 1);
}

START_TEST(coalesced_drain_ends_where_it_began)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	write_one_more();
	seen.then = write_one_more;
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 1);
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 1);
	seen.then = NULL;
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 1);
	ck_assert_uint_eq(seen.count, 3);
}
END_TEST

static void assert_broken(uint32_t first, uint32_t last, uint32_t index)
{
	ring()->first = first;
	ring()->last = last;
	assert_fails(kvmlib_coalesced_drain(reader, fix.vcpu), EPROTO, COALESCED_RING, NULL);
	assert_value(INDEX, index);
	assert_value(LIMIT, reader->nr_entries);
	ck_assert_uint_eq(ring()->first, first);
	ck_assert_uint_eq(seen.count, 0);
}

START_TEST(coalesced_ring_is_not_trusted)
{
	static const uint32_t lengths[] = { 0, 9, UINT32_MAX };
	uint32_t n;

	if (!has_zones())
		SKIP(NO_ZONES);
	n = reader->nr_entries;
	assert_broken(n, 0, n);
	assert_broken(0, n, n);
	assert_broken(0, UINT32_MAX, UINT32_MAX);
	assert_broken(UINT32_MAX, 0, UINT32_MAX);
	ring()->first = n - 1;
	ring()->last = 0;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		ring()->coalesced_mmio[n - 1].len = lengths[i];
		assert_fails(kvmlib_coalesced_drain(reader, fix.vcpu), EPROTO, COALESCED_RING,
			     NULL);
		assert_value(INDEX, n - 1);
		assert_value(SIZE, lengths[i]);
		ck_assert_uint_eq(ring()->first, n - 1);
	}
	ring()->coalesced_mmio[n - 1].len = 8;
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 1);
	ck_assert_uint_eq(ring()->first, 0);
}
END_TEST

static void use_in_child(void)
{
	struct kvmlib_coalesced *more = SENTINEL;
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	CHECK(kvmlib_coalesced_new(fix.vm, &opts, &more) == -EIO && more == SENTINEL);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	spoil_record();
	CHECK(kvmlib_coalesced_add(reader, 0, 1, 0) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	spoil_record();
	CHECK(kvmlib_coalesced_remove(reader, 0x80, 2, PIO) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	spoil_record();
	CHECK(kvmlib_coalesced_drain(reader, fix.vcpu) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(!kvmlib_coalesced_unref(reader));
	CHECK(seen.destroyed == 1 && kvmlib_sim_nr_calls(fix.sim) == calls);
}

START_TEST(coalesced_reader_of_a_child_is_only_freed)
{
	NEEDS_WIPED_PAGES;
	if (!has_zones())
		SKIP(NO_ZONES);
	in_child(use_in_child);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	assert_returns(kvmlib_coalesced_drain(reader, fix.vcpu), 1);
}
END_TEST

/* Several threads drain what another one writes: in order, and each write once. */

#define NR_DRAINERS 3U
#define NR_WRITES   20000U

static atomic_bool is_written;
static atomic_uint handed_over;

static int count_in_order(struct kvmlib_vcpu *vcpu, const struct kvmlib_coalesced_write *write,
			  void *userdata)
{
	uint64_t number;

	(void)vcpu;
	(void)userdata;
	memcpy(&number, write->data, sizeof(number));
	seen.misplaced += number != seen.next;
	seen.next = number + 1; /* without a lock: one thread at a time is here */
	return 0;
}

static void *keep_draining(void *userdata)
{
	int r = 0;

	while (r > 0 || !atomic_load(&is_written)) {
		r = kvmlib_coalesced_drain(reader, userdata);
		if (r < 0)
			return NULL;
		atomic_fetch_add(&handed_over, (unsigned int)r);
	}
	return userdata;
}

static void write_numbers(void)
{
	for (uint64_t i = 0; i < NR_WRITES;)
		if (write_to(ZONE, sizeof(i), 0, &i) == 1)
			i++;
		else
			sched_yield();
}

START_TEST(coalesced_writes_of_several_drainers_come_once)
{
	struct kvmlib_coalesced_opts counting = opts;
	pthread_t threads[NR_DRAINERS];
	void *ret;

	if (!has_zones())
		SKIP(NO_ZONES);
	reader = kvmlib_coalesced_unref(reader);
	counting.handler = count_in_order;
	assert_ok(kvmlib_coalesced_new(fix.vm, &counting, &reader));
	assert_ok(kvmlib_coalesced_add(reader, ZONE, ZONE_SIZE, 0));
	atomic_store(&is_written, false);
	atomic_store(&handed_over, 0);
	for (size_t i = 0; i < NR_DRAINERS; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, keep_draining, i % 2 ? other : fix.vcpu),
			0);
	write_numbers();
	atomic_store(&is_written, true);
	for (size_t i = 0; i < NR_DRAINERS; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &ret), 0);
		ck_assert_ptr_nonnull(ret);
	}
	atomic_fetch_add(&handed_over, (unsigned int)kvmlib_coalesced_drain(reader, fix.vcpu));
	ck_assert_uint_eq(seen.misplaced, 0);
	ck_assert_uint_eq(seen.next, NR_WRITES);
	ck_assert_uint_eq(atomic_load(&handed_over), NR_WRITES);
}
END_TEST

/* Groups */

static struct kvmlib_control *control;

static void setup_joined(void)
{
	struct kvmlib_control_opts group = { .size = sizeof(group) };

	setup_reader();
	group.coalesced = reader;
	assert_ok(kvmlib_control_new(fix.vm, &group, &control));
	assert_ok(kvmlib_control_join(control, fix.vcpu));
}

static void teardown_joined(void)
{
	assert_ok(kvmlib_control_leave(control, fix.vcpu));
	control = kvmlib_control_unref(control);
	teardown_reader();
}

START_TEST(coalesced_group_drains_before_each_exit)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	push_exit(KVMLIB_EXIT_HLT, 0);
	push_exit(KVMLIB_EXIT_HLT, 0);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	assert_ok(kvmlib_control_run(fix.vcpu));
	expect_seen("10000:01");
	ck_assert_int_eq(write_byte(ZONE, 2), 1);
	assert_ok(kvmlib_control_run(fix.vcpu));
	expect_seen("10000:02");
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	ck_assert_int_eq(write_byte(ZONE, 3), 1);
	assert_ok(kvmlib_control_run(fix.vcpu));
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(fix.vcpu), KVMLIB_EXIT_INTR);
	expect_seen("10000:03");
}
END_TEST

START_TEST(coalesced_group_reports_what_the_handler_returned)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	push_exit(KVMLIB_EXIT_HLT, 0);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	ck_assert_int_eq(write_byte(ZONE, 2), 1);
	seen.fail_at = 1;
	seen.result = -EXDEV;
	ck_assert_int_eq(kvmlib_control_run(fix.vcpu), -EXDEV);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_CANCELLED);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(fix.vcpu), KVMLIB_EXIT_HLT);
	expect_seen("10000:01");
	push_exit(KVMLIB_EXIT_HLT, 0);
	assert_ok(kvmlib_control_run(fix.vcpu));
	expect_seen("10000:02");
}
END_TEST

/* Nothing but an exit says that the guest has written. */
START_TEST(coalesced_group_drains_nothing_of_a_failed_run)
{
	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	push_exit(KVMLIB_EXIT_HLT, -ENOEXEC);
	ck_assert_int_eq(kvmlib_control_run(fix.vcpu), -ENOEXEC);
	expect_seen("");
}
END_TEST

/* What finishing an exit writes is a part of what a pause waits for. */
START_TEST(coalesced_group_drains_when_it_finishes_an_exit)
{
	const uint8_t nothing[4] = { 0 };
	const int fd = kvmlib_vcpu_fd(fix.vcpu);

	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_int_eq(kvmlib_sim_push_mmio(fix.sim, fd, 0x1000, 4, 0, nothing), 0);
	assert_ok(kvmlib_control_run(fix.vcpu));
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	seen.fail_at = 1;
	seen.result = -EXDEV;
	assert_fails(kvmlib_control_pause(control, LONG), EXDEV, CANCELLED, NULL);
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	expect_seen("10000:01");
	ck_assert_int_eq(write_byte(ZONE, 2), 1);
	push_exit(KVMLIB_EXIT_HLT, 0);
	assert_ok(kvmlib_control_run(fix.vcpu)); /* of the kick */
	expect_seen("10000:02");
}
END_TEST

/* A handler that fails does not keep its thread from being parked. */

struct pauser {
	int r;
	unsigned int count;
};

static void *pause_and_look(void *userdata)
{
	struct pauser *pauser = userdata;

	pauser->r = kvmlib_control_pause(control, LONG);
	pauser->count = seen.count;
	if (!pauser->r)
		pauser->r = kvmlib_control_resume(control);
	return NULL;
}

START_TEST(coalesced_group_is_drained_when_it_is_paused)
{
	struct pauser pauser = { .r = -1 };
	pthread_t thread;

	if (!has_zones())
		SKIP(NO_ZONES);
	ck_assert_int_eq(write_byte(ZONE, 1), 1);
	seen.fail_at = 1;
	seen.result = -EXDEV;
	ck_assert_int_eq(pthread_create(&thread, NULL, pause_and_look, &pauser), 0);
	ck_assert_int_eq(kvmlib_control_run(fix.vcpu), -EXDEV);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(pauser.r, 0);
	ck_assert_uint_eq(pauser.count, 1);
}
END_TEST

START_TEST(coalesced_group_holds_the_reader_of_its_vm)
{
	struct kvmlib_control_opts group = { .size = sizeof(group), .coalesced = reader };
	struct kvmlib_control *ret = SENTINEL;
	struct kvmlib_vm *vm;

	if (!has_zones())
		SKIP(NO_ZONES);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_fails(kvmlib_control_new(vm, &group, &ret), EINVAL, BAD_ARGUMENT, NULL);
	ck_assert_ptr_eq(ret, SENTINEL);
	kvmlib_vm_unref(vm);
	kvmlib_coalesced_unref(reader);
	ck_assert_uint_eq(seen.destroyed, 0);
	kvmlib_coalesced_ref(reader);
}
END_TEST

static TCase *add_reader_case(Suite *suite, const char *name)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup_reader, teardown_reader);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *coalesced_suite(void)
{
	Suite *suite = suite_create("coalesced");
	TCase *tcase = add_reader_case(suite, "zones");

	ADD_TESTS(tcase, coalesced_zones_come_and_go, coalesced_zones_may_reach_the_ends,
		  coalesced_zones_that_overlap_are_refused,
		  coalesced_zones_that_can_not_be_are_refused,
		  coalesced_zones_that_are_not_there_are_not_removed,
		  coalesced_failing_calls_change_nothing,
		  coalesced_zones_of_a_dead_vm_can_be_dropped);
	tcase = add_reader_case(suite, "reader");
	ADD_TESTS(tcase, coalesced_reader_ends_with_its_last_reference,
		  coalesced_reader_is_the_only_one_of_its_vm,
		  coalesced_reader_needs_the_capabilities, coalesced_ring_has_to_be_mapped,
		  coalesced_bad_arguments_are_refused, coalesced_reader_of_a_child_is_only_freed);
	tcase = add_reader_case(suite, "drain");
	ADD_TESTS(tcase, coalesced_writes_come_whole_and_in_order,
		  coalesced_drain_of_nothing_takes_no_lock_and_no_call,
		  coalesced_ring_wraps_with_one_slot_unused, coalesced_handler_may_end_it,
		  coalesced_handler_may_change_zones_but_not_drain,
		  coalesced_drain_ends_where_it_began, coalesced_ring_is_not_trusted);
	tcase = tcase_create("group");
	tcase_add_checked_fixture(tcase, setup_joined, teardown_joined);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, coalesced_group_drains_before_each_exit,
		  coalesced_group_reports_what_the_handler_returned,
		  coalesced_group_drains_nothing_of_a_failed_run,
		  coalesced_group_drains_when_it_finishes_an_exit,
		  coalesced_group_holds_the_reader_of_its_vm);
	return suite;
}

Suite *coalesced_threads_suite(void)
{
	Suite *suite = suite_create("coalesced-threads");
	TCase *tcase = add_reader_case(suite, "drainers");

	ADD_TESTS(tcase, coalesced_writes_of_several_drainers_come_once);
	tcase = tcase_create("group");
	tcase_add_checked_fixture(tcase, setup_joined, teardown_joined);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, coalesced_group_is_drained_when_it_is_paused);
	return suite;
}
