/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics. */

#include "every.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <runner.h>

struct header {
	uint32_t flags, name_size, num_desc, id_offset, desc_offset, data_offset;
};

struct descriptor {
	uint32_t flags;
	int16_t exponent;
	uint16_t size;
	uint32_t offset, bucket_size;
	char name[256];
};

static void check_id(int fd, const char *ending)
{
	struct header header;
	char id[256] = "", expected[64];

	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(pread(fd, &header, sizeof(header), 0), (int)sizeof(header));
	ck_assert_uint_lt(header.name_size, sizeof(id));
	ck_assert_uint_gt(header.num_desc, 0);
	ck_assert_int_eq(pread(fd, id, header.name_size, header.id_offset), (int)header.name_size);
	snprintf(expected, sizeof(expected), "kvm-%d%s", getpid(), ending);
	ck_assert_str_eq(id, expected);
}

START_TEST(stats_of_a_vm_say_whose_they_are)
{
	int fd;

	if (has(KVMLIB_CAP_BINARY_STATS_FD) <= 0)
		SKIP("no KVM_CAP_BINARY_STATS_FD");
	fd = kvmlib_vm_get_stats_fd(plain.vm);
	ck_assert_int_ge(fd, 0);
	check_id(fd, "");
	close(fd);
}
END_TEST

/* The value of that name. */
static uint64_t value_of(int fd, const char *name)
{
	struct descriptor descriptor;
	struct header header;
	uint64_t value = 0;

	ck_assert_int_eq(pread(fd, &header, sizeof(header), 0), (int)sizeof(header));
	for (uint32_t i = 0; i < header.num_desc; i++) {
		size_t size = 16 + header.name_size;

		memset(&descriptor, 0, sizeof(descriptor));
		ck_assert_int_eq(
			pread(fd, &descriptor, size, (off_t)(header.desc_offset + i * size)),
			(int)size);
		if (!strcmp(descriptor.name, name)) {
			pread(fd, &value, sizeof(value), header.data_offset + descriptor.offset);
			return value;
		}
	}
	ck_abort_msg("no %s", name);
	return 0;
}

START_TEST(stats_of_a_vcpu_count_its_exits)
{
	uint64_t before;
	int fd;

	if (has(KVMLIB_CAP_BINARY_STATS_FD) <= 0)
		SKIP("no KVM_CAP_BINARY_STATS_FD");
	machine_start(&plain, &count_program);
	fd = kvmlib_vcpu_get_stats_fd(plain.vcpu);
	ck_assert_int_ge(fd, 0);
	check_id(fd, "/vcpu-0");
	before = value_of(fd, "exits");
	ck_assert_uint_eq(told(plain.vcpu), 1);
	ck_assert_uint_eq(told(plain.vcpu), 2);
	ck_assert_uint_ge(value_of(fd, "exits"), before + 2);
	close(fd);
}
END_TEST

/* Nothing runs meanwhile, so that both must read the same. */
static void assert_agrees(struct kvmlib_stats *stats)
{
	int fd = kvmlib_stats_fd(stats);
	struct kvmlib_stats_descriptor facts;
	struct header header;
	size_t i;

	ck_assert_int_eq(pread(fd, &header, sizeof(header), 0), (int)sizeof(header));
	for (i = 0; !kvmlib_stats_describe(stats, i, &facts); i++) {
		ck_assert_ptr_nonnull(kvmlib_stats_type_name(facts.type));
		ck_assert_ptr_nonnull(kvmlib_stats_unit_name(facts.unit));
		ck_assert_msg(*kvmlib_stats_values(stats, i) == value_of(fd, facts.name), "%s",
			      facts.name);
	}
	ck_assert_uint_eq(i, header.num_desc);
}

START_TEST(stats_reader_agrees_with_raw_reads)
{
	struct kvmlib_stats *stats;
	char id[64];

	if (has(KVMLIB_CAP_BINARY_STATS_FD) <= 0)
		SKIP("no KVM_CAP_BINARY_STATS_FD");
	machine_start(&plain, &count_program);
	ck_assert_int_eq(kvmlib_stats_open_vcpu(plain.vcpu, &stats), 0);
	snprintf(id, sizeof(id), "kvm-%d/vcpu-0", getpid());
	ck_assert_str_eq(kvmlib_stats_id(stats), id);
	assert_agrees(stats);
	told(plain.vcpu);
	ck_assert_int_eq(kvmlib_stats_sample(stats), 0);
	assert_agrees(stats);
	kvmlib_stats_free(stats);
	ck_assert_int_eq(kvmlib_stats_open_vm(plain.vm, &stats), 0);
	assert_agrees(stats);
	kvmlib_stats_free(stats);
}
END_TEST

Suite *stats_suite(void)
{
	Suite *suite = suite_create("stats");
	TCase *tc = tcase_create("stats");

	tcase_add_checked_fixture(tc, plain_setup, plain_teardown);
	tcase_add_test(tc, stats_of_a_vm_say_whose_they_are);
	tcase_add_test(tc, stats_of_a_vcpu_count_its_exits);
	tcase_add_test(tc, stats_reader_agrees_with_raw_reads);
	suite_add_tcase(suite, tc);
	return suite;
}
