/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reader of statistics: what a file says, and files that lie. */

#define _GNU_SOURCE /* memfds are written to */

#include "fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"

#define NAME_SIZE 48U
#define NR	  5U

/* A file whose blocks neither touch nor keep the usual order. */
struct file {
	struct kvm_stats_header header;
	char gap[8];
	uint64_t data[16];
	char id[NAME_SIZE];
	struct {
		uint32_t flags;
		int16_t exponent;
		uint16_t size;
		uint32_t offset;
		uint32_t bucket_size;
		char name[NAME_SIZE];
	} desc[NR];
};

enum {
	EXITS,
	NANOSECONDS,
	MEGABYTES,
	LINEAR,
	LOG,
};

static struct file file;

static void describe(unsigned int i, const char *name, uint32_t flags, int16_t exponent,
		     uint16_t size, uint32_t first)
{
	file.desc[i].flags = flags;
	file.desc[i].exponent = exponent;
	file.desc[i].size = size;
	file.desc[i].offset = first * 8;
	snprintf(file.desc[i].name, NAME_SIZE, "%s", name);
}

static void make_file(void)
{
	memset(&file, 0, sizeof(file));
	file.header = (struct kvm_stats_header){
		.flags = 0xffffffff,
		.name_size = NAME_SIZE,
		.num_desc = NR,
		.id_offset = offsetof(struct file, id),
		.desc_offset = offsetof(struct file, desc),
		.data_offset = offsetof(struct file, data),
	};
	for (unsigned int i = 0; i < 16; i++)
		file.data[i] = 100 + i;
	snprintf(file.id, NAME_SIZE, "kvm-7");
	describe(EXITS, "exits", KVMLIB_STATS_TYPE_CUMULATIVE, 0, 1, 15);
	describe(NANOSECONDS, "wait", KVMLIB_STATS_TYPE_PEAK | KVMLIB_STATS_UNIT_SECONDS, -9, 1, 0);
	describe(MEGABYTES, "memory",
		 KVMLIB_STATS_TYPE_INSTANT | KVMLIB_STATS_UNIT_BYTES | KVMLIB_STATS_BASE_POW2, 20,
		 1, 1);
	describe(LINEAR, "linear", KVMLIB_STATS_TYPE_LINEAR_HIST, 0, 4, 2);
	file.desc[LINEAR].bucket_size = 1000;
	describe(LOG, "log", KVMLIB_STATS_TYPE_LOG_HIST, 0, 4, 8);
}

static struct kvmlib_stats *stats;

static void install(size_t size)
{
	ck_assert_int_eq(kvmlib_sim_set_stats(fix.sim, &file, size), 0);
}

static void open_file(void)
{
	install(sizeof(file));
	assert_ok(kvmlib_stats_open_vm(fix.vm, &stats));
}

static void setup_file(void)
{
	setup_vcpu();
	make_file();
	stats = NULL;
}

static void setup_stats(void)
{
	setup_file();
	open_file();
}

static void teardown_stats(void)
{
	stats = kvmlib_stats_free(stats);
	teardown();
}

/* Let the file that is open hold what `file` does now. */
static void rewrite(void)
{
	ck_assert_int_eq(pwrite(kvmlib_stats_fd(stats), &file, sizeof(file), 0), sizeof(file));
}

static struct kvmlib_stats_descriptor described(size_t index)
{
	struct kvmlib_stats_descriptor facts;

	assert_ok(kvmlib_stats_describe(stats, index, &facts));
	return facts;
}

static uint64_t value(size_t index, uint32_t k)
{
	uint64_t v = 0;

	assert_ok(kvmlib_stats_value(stats, index, k, &v));
	return v;
}

START_TEST(stats_describe_what_the_file_says)
{
	struct kvmlib_stats_descriptor facts = described(MEGABYTES);

	ck_assert_str_eq(kvmlib_stats_id(stats), "kvm-7");
	ck_assert_uint_eq(kvmlib_stats_count(stats), NR);
	ck_assert_str_eq(facts.name, "memory");
	ck_assert_uint_eq(facts.type, KVMLIB_STATS_TYPE_INSTANT);
	ck_assert_uint_eq(facts.unit, KVMLIB_STATS_UNIT_BYTES);
	ck_assert_uint_eq(facts.base, 2);
	ck_assert_int_eq(facts.exponent, 20);
	ck_assert_uint_eq(facts.nr_values, 1);
	facts = described(NANOSECONDS);
	ck_assert_uint_eq(facts.base, 10);
	ck_assert_int_eq(facts.exponent, -9);
	facts = described(LINEAR);
	ck_assert_uint_eq(facts.nr_values, 4);
	ck_assert_uint_eq(facts.bucket_size, 1000);
	facts.name = SENTINEL;
	assert_returns(kvmlib_stats_describe(stats, NR, &facts), -ENOENT);
	ck_assert_ptr_eq(facts.name, SENTINEL);
}
END_TEST

START_TEST(stats_are_found_by_their_whole_name)
{
	size_t index = 77;

	assert_ok(kvmlib_stats_find(stats, "log", &index));
	ck_assert_uint_eq(index, LOG);
	index = 77;
	assert_fails(kvmlib_stats_find(stats, "lo", &index), ENOENT, STATS_UNKNOWN, NULL);
	assert_fails(kvmlib_stats_find(stats, "logs", &index), ENOENT, STATS_UNKNOWN, NULL);
	ck_assert_uint_eq(index, 77);
}
END_TEST

START_TEST(stats_have_a_sample_from_the_start)
{
	uint64_t v = 77;

	ck_assert_uint_eq(value(EXITS, 0), 115);
	ck_assert_uint_eq(value(LINEAR, 3), 105);
	ck_assert_uint_eq(kvmlib_stats_values(stats, LOG)[0], 108);
	ck_assert_uint_eq(kvmlib_stats_values(stats, LOG)[3], 111);
	ck_assert_ptr_null(kvmlib_stats_values(stats, NR));
	ck_assert_ptr_null(kvmlib_stats_values(NULL, 0));
	assert_fails(kvmlib_stats_value(stats, EXITS, 1, &v), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
	assert_fails(kvmlib_stats_value(stats, NR, 0, &v), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	ck_assert_uint_eq(v, 77);
}
END_TEST

START_TEST(stats_sample_is_one_call_and_no_allocation)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);
	int r;

	file.data[15] = 7777;
	rewrite();
	ck_assert_uint_eq(value(EXITS, 0), 115);
	alloc_fail_nth(1); /* check allocates as well: no assertion until it is disarmed */
	r = kvmlib_stats_sample(stats);
	alloc_fail_nth(0);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls + 1);
	ck_assert_uint_eq(value(EXITS, 0), 7777);
	file.data[15] = 8888;
	rewrite();
	assert_ok(kvmlib_stats_sample(stats));
	ck_assert_uint_eq(value(EXITS, 0), 8888);
}
END_TEST

START_TEST(stats_sample_failed_keeps_the_last)
{
	file.data[15] = 7777;
	rewrite();
	kvmlib_sim_fail_nth(fix.sim, 1, EINTR);
	assert_fails(kvmlib_stats_sample(stats), EINTR, INTERRUPTED, "pread(stats)");
	ck_assert_uint_eq(value(EXITS, 0), 115);
	ck_assert_int_eq(ftruncate(kvmlib_stats_fd(stats), offsetof(struct file, data) + 120), 0);
	assert_fails(kvmlib_stats_sample(stats), EPROTO, STATS_MALFORMED, NULL);
	assert_value(OFFSET, offsetof(struct file, data) + 120);
	ck_assert_uint_eq(value(EXITS, 0), 115);
	rewrite();
	assert_ok(kvmlib_stats_sample(stats));
	ck_assert_uint_eq(value(EXITS, 0), 7777);
}
END_TEST

START_TEST(stats_are_scaled_into_their_unit)
{
	double v = 0;

	assert_ok(kvmlib_stats_scaled(stats, NANOSECONDS, &v));
	ck_assert_double_eq_tol(v, 100e-9, 1e-20);
	assert_ok(kvmlib_stats_scaled(stats, MEGABYTES, &v));
	ck_assert_double_eq(v, 101.0 * 1048576);
	assert_ok(kvmlib_stats_scaled(stats, EXITS, &v));
	ck_assert_double_eq(v, 115);
	assert_fails(kvmlib_stats_scaled(stats, LOG, &v), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_stats_scaled(stats, NR, &v), EINVAL, BAD_ARGUMENT, NULL);
	ck_assert_double_eq(v, 115);
}
END_TEST

static void assert_bucket(size_t index, uint32_t k, uint64_t from, uint64_t to)
{
	uint64_t f, t;

	assert_ok(kvmlib_stats_bucket(stats, index, k, &f, &t));
	ck_assert_uint_eq(f, from);
	ck_assert_uint_eq(t, to);
}

START_TEST(stats_buckets_have_bounds)
{
	uint64_t f = 77, t = 77;

	assert_bucket(LINEAR, 0, 0, 1000);
	assert_bucket(LINEAR, 2, 2000, 3000);
	assert_bucket(LINEAR, 3, 3000, UINT64_MAX);
	assert_bucket(LOG, 0, 0, 1);
	assert_bucket(LOG, 1, 1, 2);
	assert_bucket(LOG, 2, 2, 4);
	assert_bucket(LOG, 3, 4, UINT64_MAX);
	assert_fails(kvmlib_stats_bucket(stats, LOG, 4, &f, &t), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 3);
	assert_fails(kvmlib_stats_bucket(stats, EXITS, 0, &f, &t), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_stats_bucket(stats, NR, 0, &f, &t), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	ck_assert(f == 77 && t == 77);
}
END_TEST

START_TEST(stats_null_is_refused)
{
	struct kvmlib_stats_descriptor facts;
	struct kvmlib_stats *none = SENTINEL;
	uint64_t v;
	size_t index;
	double d;

	assert_refuses_null(kvmlib_stats_open_vm(NULL, &none), 1);
	assert_refuses_null(kvmlib_stats_open_vm(fix.vm, NULL), 2);
	assert_refuses_null(kvmlib_stats_open_vcpu(NULL, &none), 1);
	assert_refuses_null(kvmlib_stats_open_vcpu(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_stats_fd(NULL), 1);
	assert_refuses_null(kvmlib_stats_describe(NULL, 0, &facts), 1);
	assert_refuses_null(kvmlib_stats_describe(stats, 0, NULL), 3);
	assert_refuses_null(kvmlib_stats_find(NULL, "log", &index), 1);
	assert_refuses_null(kvmlib_stats_find(stats, NULL, &index), 2);
	assert_refuses_null(kvmlib_stats_find(stats, "log", NULL), 3);
	assert_refuses_null(kvmlib_stats_sample(NULL), 1);
	assert_refuses_null(kvmlib_stats_value(NULL, 0, 0, &v), 1);
	assert_refuses_null(kvmlib_stats_value(stats, 0, 0, NULL), 4);
	assert_refuses_null(kvmlib_stats_scaled(NULL, 0, &d), 1);
	assert_refuses_null(kvmlib_stats_scaled(stats, 0, NULL), 3);
	assert_refuses_null(kvmlib_stats_bucket(NULL, LOG, 0, &v, &v), 1);
	assert_refuses_null(kvmlib_stats_bucket(stats, LOG, 0, NULL, &v), 4);
	assert_refuses_null(kvmlib_stats_bucket(stats, LOG, 0, &v, NULL), 5);
	ck_assert_ptr_eq(none, SENTINEL);
	ck_assert_ptr_null(kvmlib_stats_free(NULL));
}
END_TEST

START_TEST(stats_names_of_types_and_units)
{
	ck_assert_str_eq(kvmlib_stats_type_name(KVMLIB_STATS_TYPE_PEAK), "peak");
	ck_assert_str_eq(kvmlib_stats_type_name(KVMLIB_STATS_TYPE_LOG_HIST), "log histogram");
	ck_assert_ptr_null(kvmlib_stats_type_name(KVMLIB_STATS_TYPE_MAX + 1));
	ck_assert_str_eq(kvmlib_stats_unit_name(KVMLIB_STATS_UNIT_NONE), "none");
	ck_assert_str_eq(kvmlib_stats_unit_name(KVMLIB_STATS_UNIT_BOOLEAN), "boolean");
	ck_assert_ptr_null(kvmlib_stats_unit_name(1));
	ck_assert_ptr_null(kvmlib_stats_unit_name(KVMLIB_STATS_UNIT_MAX + 16));
}
END_TEST

START_TEST(stats_of_a_dead_vm_can_still_be_read)
{
	struct kvmlib_stats *other = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	assert_ok(kvmlib_stats_sample(stats));
	assert_fails(kvmlib_stats_open_vm(fix.vm, &other), EIO, VM_DEAD, "KVM_GET_STATS_FD");
	assert_fails(kvmlib_stats_open_vcpu(fix.vcpu, &other), EIO, VM_DEAD, "KVM_GET_STATS_FD");
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

START_TEST(stats_outlive_the_handles)
{
	fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
	fix.vm = kvmlib_vm_unref(fix.vm);
	fix.system = kvmlib_system_unref(fix.system);
	assert_ok(kvmlib_stats_sample(stats));
	ck_assert_uint_eq(value(EXITS, 0), 115);
}
END_TEST

START_TEST(stats_free_closes_the_file)
{
	int fd = kvmlib_stats_fd(stats);

	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	stats = kvmlib_stats_free(stats);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
}
END_TEST

/* What the simulated kernel has by itself. */
START_TEST(stats_of_a_vcpu_name_it)
{
	char id[64];

	assert_ok(kvmlib_stats_open_vcpu(fix.vcpu, &stats));
	snprintf(id, sizeof(id), "kvm-%d/vcpu-0", getpid());
	ck_assert_str_eq(kvmlib_stats_id(stats), id);
	ck_assert_uint_eq(kvmlib_stats_count(stats), 1);
	ck_assert_str_eq(described(0).name, "exits");
}
END_TEST

START_TEST(stats_of_newer_kernels_are_passed_on)
{
	double v = 77;

	file.desc[EXITS].flags = 0xffffffff;
	open_file();
	ck_assert_uint_eq(described(EXITS).type, 15);
	ck_assert_uint_eq(described(EXITS).unit, 0xf0);
	ck_assert_uint_eq(described(EXITS).base, 0);
	ck_assert_uint_eq(value(EXITS, 0), 115);
	assert_fails(kvmlib_stats_scaled(stats, EXITS, &v), EINVAL, BAD_ARGUMENT, NULL);
	ck_assert_double_eq(v, 77);
}
END_TEST

START_TEST(stats_may_be_none)
{
	file.header.num_desc = 0;
	open_file();
	ck_assert_uint_eq(kvmlib_stats_count(stats), 0);
	assert_ok(kvmlib_stats_sample(stats));
}
END_TEST

START_TEST(stats_log_buckets_beyond_64_bits_end)
{
	static struct {
		struct kvm_stats_header header;
		struct {
			uint32_t flags;
			int16_t exponent;
			uint16_t size;
			uint32_t offset, bucket_size;
			char name[8];
		} desc;
		char id[8];
		uint64_t data[80];
	} big = { .header = { .name_size = 8,
			      .num_desc = 1,
			      .id_offset = 48,
			      .desc_offset = 24,
			      .data_offset = 56 },
		  .desc = { .flags = KVMLIB_STATS_TYPE_LOG_HIST, .size = 80, .name = "big" } };

	ck_assert_int_eq(kvmlib_sim_set_stats(fix.sim, &big, sizeof(big)), 0);
	assert_ok(kvmlib_stats_open_vm(fix.vm, &stats));
	assert_bucket(0, 64, UINT64_C(1) << 63, UINT64_MAX);
	assert_bucket(0, 65, UINT64_MAX, UINT64_MAX);
	assert_bucket(0, 79, UINT64_MAX, UINT64_MAX);
}
END_TEST

/* Each lie by itself. */
static void lie_name_size_zero(void)
{
	file.header.name_size = 0;
}
static void lie_name_size_huge(void)
{
	file.header.name_size = 4097;
}
static void lie_name_size_all(void)
{
	file.header.name_size = UINT32_MAX;
}
static void lie_count_huge(void)
{
	file.header.num_desc = 65537;
}
static void lie_count_all(void)
{
	file.header.num_desc = UINT32_MAX;
}
static void lie_descriptors_huge(void)
{
	file.header.name_size = 4096;
	file.header.num_desc = 1024;
}
static void lie_count_beyond_end(void)
{
	file.header.num_desc = NR + 1;
}
static void lie_id_unaligned(void)
{
	file.header.id_offset += 4;
}
static void lie_desc_unaligned(void)
{
	file.header.desc_offset += 4;
}
static void lie_data_unaligned(void)
{
	file.header.data_offset -= 4;
}
static void lie_id_in_header(void)
{
	file.header.id_offset = 16;
}
static void lie_id_in_descriptors(void)
{
	file.header.id_offset = file.header.desc_offset + 8;
}
static void lie_id_beyond_end(void)
{
	file.header.id_offset = 0xfffffff8;
}
static void lie_desc_in_header(void)
{
	file.header.desc_offset = 0;
}
static void lie_desc_beyond_end(void)
{
	file.header.desc_offset = 0xfffffff8;
}
static void lie_data_in_header(void)
{
	file.header.data_offset = 16;
}
static void lie_data_in_id(void)
{
	file.header.data_offset = offsetof(struct file, id);
}
static void lie_data_beyond_end(void)
{
	file.header.data_offset = 0xfffffff8;
}
static void lie_id_endless(void)
{
	memset(file.id, 'x', NAME_SIZE);
}
static void lie_name_endless(void)
{
	memset(file.desc[LOG].name, 'x', NAME_SIZE);
}
static void lie_no_values(void)
{
	file.desc[EXITS].size = 0;
}
static void lie_value_unaligned(void)
{
	file.desc[EXITS].offset -= 4;
}
static void lie_value_beyond_limit(void)
{
	file.desc[EXITS].offset = 1048576;
}
static void lie_value_far(void)
{
	file.desc[EXITS].offset = 0xfffffff8;
}
static void lie_values_beyond_limit(void)
{
	file.desc[LINEAR].offset = 1048576 - 8;
	file.desc[LINEAR].size = 2;
}
static void lie_values_in_id(void)
{
	file.desc[EXITS].offset = 128;
}
static void lie_values_overlap(void)
{
	file.desc[EXITS].offset = 8 * 5;
}

static void (*const lies[])(void) = {
	lie_name_size_zero,	 lie_name_size_huge,	 lie_name_size_all,
	lie_count_huge,		 lie_count_all,		 lie_descriptors_huge,
	lie_count_beyond_end,	 lie_id_unaligned,	 lie_desc_unaligned,
	lie_data_unaligned,	 lie_id_in_header,	 lie_id_in_descriptors,
	lie_id_beyond_end,	 lie_desc_in_header,	 lie_desc_beyond_end,
	lie_data_in_header,	 lie_data_in_id,	 lie_data_beyond_end,
	lie_id_endless,		 lie_name_endless,	 lie_no_values,
	lie_value_unaligned,	 lie_value_beyond_limit, lie_value_far,
	lie_values_beyond_limit, lie_values_in_id,	 lie_values_overlap,
};
#define NR_LIES ((int)(sizeof(lies) / sizeof(lies[0])))

static void assert_refused(void)
{
	struct kvmlib_stats *none = SENTINEL;

	assert_fails(kvmlib_stats_open_vm(fix.vm, &none), EPROTO, STATS_MALFORMED, NULL);
	assert_fails(kvmlib_stats_open_vcpu(fix.vcpu, &none), EPROTO, STATS_MALFORMED, NULL);
	ck_assert_ptr_eq(none, SENTINEL);
}

START_TEST(stats_that_lie_are_refused)
{
	lies[_i]();
	install(sizeof(file));
	assert_refused();
}
END_TEST

START_TEST(stats_that_are_short_are_refused)
{
	for (size_t size = 0; size < sizeof(file); size += 4) {
		install(size);
		assert_refused();
	}
}
END_TEST

START_TEST(stats_with_bytes_at_random_overrun_nothing)
{
	uint32_t seed = 12345;

	for (int round = 0; round < 5000; round++) {
		make_file();
		for (int i = 0; i < 3; i++) {
			seed = seed * 1664525 + 1013904223;
			((uint8_t *)&file)[(seed >> 8) % sizeof(file)] = (uint8_t)(seed >> 24);
		}
		install(sizeof(file));
		if (kvmlib_stats_open_vm(fix.vm, &stats) < 0)
			continue;
		for (size_t i = 0; i < kvmlib_stats_count(stats); i++)
			value(i, described(i).nr_values - 1);
		stats = kvmlib_stats_free(stats);
	}
}
END_TEST

/* Each call and each allocation of opening in turn. */
START_TEST(stats_open_survives_every_fault)
{
	struct kvmlib_stats *none = SENTINEL;
	int before = dup(0), after, r;

	close(before);
	install(sizeof(file));
	for (unsigned int n = 1; n <= 5; n++) {
		kvmlib_sim_fail_nth(fix.sim, n, ENOMEM);
		ck_assert_int_eq(kvmlib_stats_open_vm(fix.vm, &none), -ENOMEM);
		ck_assert_str_eq(kvmlib_error_call(), n == 1 ? "KVM_GET_STATS_FD" : "pread(stats)");
	}
	kvmlib_sim_fail_nth(fix.sim, 0, 0);
	for (unsigned int n = 1;; n++) {
		alloc_fail_nth(n);
		r = kvmlib_stats_open_vm(fix.vm, &none);
		if (!alloc_has_failed())
			break;
		alloc_fail_nth(0);
		ck_assert_int_eq(r, -ENOMEM);
		ck_assert_uint_le(n, 20);
		ck_assert_ptr_eq(none, SENTINEL);
	}
	alloc_fail_nth(0);
	ck_assert_int_eq(r, 0);
	kvmlib_stats_free(none);
	after = dup(0);
	close(after);
	ck_assert_int_eq(before, after);
}
END_TEST

/* A kernel that gives a byte, and then three at a time. */
static int dribbling_pread(void *ctx, int fd, void *buffer, size_t size, uint64_t offset)
{
	return kvmlib_sim_sys_ops(fix.sim)->pread(ctx, fd, buffer, size < 3 ? 1 : 3, offset);
}

static int boasting_pread(void *ctx, int fd, void *buffer, size_t size, uint64_t offset)
{
	int n = kvmlib_sim_sys_ops(fix.sim)->pread(ctx, fd, buffer, size, offset);

	return n < 0 ? n : n + 1;
}

static struct kvmlib_sys_ops ops;

static void make_world(int (*read_at)(void *, int, void *, size_t, uint64_t))
{
	setup_sim();
	make_file();
	ops = *fix.sys;
	ops.pread = read_at;
	fix.sys = &ops;
	make_system();
	make_vm();
	make_vcpu();
	install(sizeof(file));
}

START_TEST(stats_are_read_on_after_short_reads)
{
	make_world(dribbling_pread);
	assert_ok(kvmlib_stats_open_vm(fix.vm, &stats));
	ck_assert_uint_eq(value(EXITS, 0), 115);
	ck_assert_str_eq(described(LOG).name, "log");
	teardown_stats();
}
END_TEST

START_TEST(stats_of_a_table_that_boasts_are_refused)
{
	make_world(boasting_pread);
	assert_refused();
	teardown();
}
END_TEST

Suite *stats_suite(void)
{
	Suite *suite = suite_create("stats");
	TCase *tcase = tcase_create("open");

	tcase_add_checked_fixture(tcase, setup_stats, teardown_stats);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, stats_describe_what_the_file_says, stats_are_found_by_their_whole_name,
		  stats_have_a_sample_from_the_start, stats_sample_is_one_call_and_no_allocation,
		  stats_sample_failed_keeps_the_last, stats_are_scaled_into_their_unit,
		  stats_buckets_have_bounds, stats_null_is_refused, stats_names_of_types_and_units,
		  stats_of_a_dead_vm_can_still_be_read, stats_outlive_the_handles,
		  stats_free_closes_the_file);
	tcase = tcase_create("files");
	tcase_add_checked_fixture(tcase, setup_file, teardown_stats);
	suite_add_tcase(suite, tcase);
	ADD_TESTS(tcase, stats_of_a_vcpu_name_it, stats_of_newer_kernels_are_passed_on,
		  stats_may_be_none, stats_log_buckets_beyond_64_bits_end,
		  stats_that_are_short_are_refused, stats_with_bytes_at_random_overrun_nothing,
		  stats_open_survives_every_fault);
	tcase_add_loop_test(tcase, stats_that_lie_are_refused, 0, NR_LIES);
	ADD_TESTS(add_case(suite, "reads", NULL), stats_are_read_on_after_short_reads,
		  stats_of_a_table_that_boasts_are_refused);
	return suite;
}
