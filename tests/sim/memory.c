/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls on memory and its files, and the descriptors of the real system that the table makes. */
#define _GNU_SOURCE /* memfd_create(), seals, process_vm_readv() */

#include "fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "suites.h"

#define FIRST_VIRTUAL 0x4b000000
#define FILE_PAGES    4U

static int file = -1;

static void setup_file(void)
{
	setup_system();
	file = ops->memfd_create(ops->ctx, "guest", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(ops->ftruncate(ops->ctx, file, FILE_PAGES * page), 0);
}

static void teardown_file(void)
{
	close_open(&file);
	teardown();
}

START_TEST(eventfds_are_real_and_counted)
{
	int before = kvmlib_sim_open_fds(sim);
	int fd = ops->eventfd(ops->ctx, 5, 0);
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	uint64_t count = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_lt(fd, FIRST_VIRTUAL);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), before + 1);
	ck_assert_int_eq((int)read(fd, &count, sizeof(count)), 8);
	ck_assert_uint_eq(count, 5);
	ck_assert_int_eq(ops->write(ops->ctx, fd, &count, sizeof(count)), 8);
	ck_assert_int_eq(ops->poll(ops->ctx, &readable, 1, -1), 1);
	ck_assert_int_eq(ops->read(ops->ctx, fd, &count, sizeof(count)), 8);
	ck_assert_int_eq(ops->poll(ops->ctx, &readable, 1, 0), 0);
	ck_assert_int_eq(ops->read(ops->ctx, -1, &count, sizeof(count)), -EBADF);
	ck_assert_int_eq(ops->write(ops->ctx, -1, &count, sizeof(count)), -EBADF);
	ck_assert_int_eq(ops->poll(ops->ctx, NULL, 1, 0), -EFAULT);
	ck_assert_int_eq(ops->close(ops->ctx, fd), 0);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), before);
	ck_assert_int_eq(ops->eventfd(ops->ctx, 0, ~0), -EINVAL);
}
END_TEST

/* What the real system says to the same. */
static int raw(long r)
{
	return r < 0 ? -errno : (int)r;
}

static uint8_t *map_file(int fd)
{
	void *address = NULL;

	ck_assert_int_eq(ops->mmap(ops->ctx, FILE_PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED,
				   fd, 0, &address),
			 0);
	return address;
}

static void unmap_file(uint8_t *address)
{
	ck_assert_int_eq(ops->munmap(ops->ctx, address, FILE_PAGES * page), 0);
}

START_TEST(memfd_is_real_and_counted)
{
	struct stat status;
	int fd = file;

	ck_assert_int_lt(fd, FIRST_VIRTUAL);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 2);
	ck_assert_int_eq(ops->fstat(ops->ctx, fd, &status), 0);
	ck_assert_int_eq(status.st_size, (off_t)(FILE_PAGES * page));
	close_open(&file);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 1);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	ck_assert_int_eq(close_fd(fd), -EBADF);
}
END_TEST

START_TEST(file_calls_fail_as_the_real_ones)
{
	struct stat status;

	ck_assert_int_eq(ops->memfd_create(ops->ctx, "guest", ~0U), -EINVAL);
	ck_assert_int_eq(ops->ftruncate(ops->ctx, -1, page), -EBADF);
	ck_assert_int_eq(ops->ftruncate(ops->ctx, file, UINT64_MAX), -EINVAL);
	ck_assert_int_eq(ops->fstat(ops->ctx, -1, &status), -EBADF);
	ck_assert_int_eq(ops->fallocate(ops->ctx, -1, 0, 0, page), -EBADF);
	ck_assert_int_eq(ops->fallocate(ops->ctx, file, FALLOC_FL_PUNCH_HOLE, 0, page),
			 -EOPNOTSUPP);
}
END_TEST

START_TEST(memfd_and_its_duplicate_share_memory)
{
	int copy = dup_fd(file, 0);
	uint8_t *one = map_file(file), *other = map_file(copy);

	ck_assert_int_lt(copy, FIRST_VIRTUAL);
	ck_assert_int_eq(fcntl(copy, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 3);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 2);
	one[page] = 77;
	ck_assert_uint_eq(other[page], 77);
	unmap_file(one);
	unmap_file(other);
	ck_assert_int_eq(close_fd(copy), 0);
	ck_assert_int_eq(close_fd(copy), -EBADF);
}
END_TEST

START_TEST(fallocate_punches_holes)
{
	uint8_t *address = map_file(file);

	memset(address, 1, FILE_PAGES * page);
	ck_assert_int_eq(ops->fallocate(ops->ctx, file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
					page, page),
			 0);
	ck_assert_uint_eq(address[0], 1);
	ck_assert_uint_eq(address[page], 0);
	ck_assert_uint_eq(address[2 * page], 1);
	unmap_file(address);
}
END_TEST

START_TEST(seals_are_kept)
{
	ck_assert_int_eq(ops->fcntl(ops->ctx, file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL), 0);
	ck_assert_int_eq(ops->fcntl(ops->ctx, file, F_GET_SEALS, 0), F_SEAL_SHRINK | F_SEAL_SEAL);
	ck_assert_int_eq(ops->ftruncate(ops->ctx, file, page), -EPERM);
	ck_assert_int_eq(ops->ftruncate(ops->ctx, file, 2 * FILE_PAGES * page), 0);
	ck_assert_int_eq(ops->fcntl(ops->ctx, file, F_ADD_SEALS, F_SEAL_GROW), -EPERM);
}
END_TEST

/* In an area of addresses that a mapping without access keeps free. */
START_TEST(mmap_at_replaces_a_part_and_is_not_counted)
{
	uint8_t *address = map_file(file);
	void *area = NULL;

	ck_assert_int_eq(
		ops->mmap(ops->ctx, 8 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &area),
		0);
	ck_assert_int_eq(ops->mmap_at(ops->ctx, (uint8_t *)area + page, 2 * page,
				      PROT_READ | PROT_WRITE, MAP_SHARED, file, page),
			 0);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 2);
	address[page] = 77;
	ck_assert_uint_eq(((uint8_t *)area)[page], 77);
	ck_assert_int_eq(ops->mmap_at(ops->ctx, (uint8_t *)area + page, page, PROT_READ,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
			 0);
	ck_assert_uint_eq(((uint8_t *)area)[page], 0);
	ck_assert_int_eq(ops->munmap(ops->ctx, area, 8 * page), 0);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 1);
	unmap_file(address);
}
END_TEST

START_TEST(mmap_at_refuses_what_mmap_does)
{
	ck_assert_int_eq(ops->mmap_at(ops->ctx, memory + 1, page, PROT_READ, MAP_SHARED, file, 0),
			 -EINVAL);
	ck_assert_int_eq(ops->mmap_at(ops->ctx, memory, page, PROT_READ, MAP_SHARED, system_fd, 0),
			 -ENODEV);
	ck_assert_int_eq(ops->mmap_at(ops->ctx, memory, page, PROT_READ, MAP_SHARED, NO_SUCH_FD, 0),
			 -EBADF);
	ck_assert_int_eq(ops->mmap_at(ops->ctx, memory, page, PROT_READ, MAP_SHARED, -1, 0),
			 -EBADF);
	memory[0] = 1;
}
END_TEST

START_TEST(mmap_at_maps_run_pages_too)
{
	volatile struct kvm_run *again = (void *)memory;

	ck_assert_int_eq(ops->mmap_at(ops->ctx, memory, page, PROT_READ, MAP_SHARED, vcpu, 0), 0);
	run->immediate_exit = 1;
	ck_assert_uint_eq(again->immediate_exit, 1);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 1);
}
END_TEST

/* Some sandboxes know no NUMA. */
START_TEST(mbind_is_the_real_one)
{
	int good = raw(syscall(SYS_mbind, memory, page, 0, NULL, 0, 0));
	int bad = raw(syscall(SYS_mbind, memory, page, 12345, NULL, 0, 0));

	ck_assert_int_eq(ops->mbind(ops->ctx, memory, page, 0, NULL, 0, 0), good);
	ck_assert_int_eq(ops->mbind(ops->ctx, memory, page, 12345, NULL, 0, 0), bad);
}
END_TEST

START_TEST(mincore_tells_pages)
{
	unsigned char pages[2] = { 0xff, 0xff };

	memory[0] = 1;
	ck_assert_int_eq(ops->mincore(ops->ctx, memory, page, pages), 0);
	ck_assert_uint_eq(pages[0] & 1U, 1);
	ck_assert_uint_eq(pages[1], 0xff);
	ck_assert_int_eq(ops->mincore(ops->ctx, hole, page, pages), -ENOMEM);
}
END_TEST

/* Under QEMU's user emulation there is neither. */
START_TEST(process_vm_calls_copy_ranges)
{
	char from[8] = "abcdefg", to[8] = "";
	struct iovec source = { .iov_base = from, .iov_len = 8 };
	struct iovec target = { .iov_base = to, .iov_len = 8 };
	struct iovec nothing = { .iov_base = hole, .iov_len = 8 };
	int expected = raw(process_vm_readv(getpid(), &target, 1, &source, 1, 0));

	memset(to, 0, sizeof(to));
	ck_assert_int_eq(ops->process_vm_readv(ops->ctx, getpid(), &target, &source), expected);
	ck_assert(expected < 0 || !memcmp(from, to, sizeof(to)));
	memset(to, 0, sizeof(to));
	ck_assert_int_eq(ops->process_vm_writev(ops->ctx, getpid(), &source, &target), expected);
	ck_assert(expected < 0 || !memcmp(from, to, sizeof(to)));
	expected = expected < 0 ? expected : -EFAULT;
	ck_assert_int_eq(ops->process_vm_readv(ops->ctx, getpid(), &target, &nothing), expected);
	ck_assert_int_eq(ops->process_vm_writev(ops->ctx, getpid(), &source, &nothing), expected);
}
END_TEST

START_TEST(smaps_can_be_read)
{
	int fd = ops->open(ops->ctx, "/proc/self/smaps", O_RDONLY | O_CLOEXEC);
	int own = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
	char first[16] = "";

	ck_assert_int_ge(fd, 0);
	/* QEMU's user emulation makes one up, and forgets the flag. */
	ck_assert_int_eq(fcntl(fd, F_GETFD), fcntl(own, F_GETFD));
	close(own);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 2);
	ck_assert_int_eq(ops->pread(ops->ctx, fd, first, 15, 0), 15);
	ck_assert_ptr_nonnull(strchr(first, '-'));
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(close_fd(fd), -EBADF);
}
END_TEST

/* The caller's own stay the caller's; a duplicate is the table's. */
START_TEST(descriptor_of_the_caller_is_duplicated_alone)
{
	int own = open("/dev/null", O_RDWR);
	int copy = dup_fd(own, 0);

	ck_assert_int_ge(copy, 0);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 2);
	ck_assert_int_eq(close_fd(own), -EBADF);
	ck_assert_int_eq(ops->fcntl(ops->ctx, own, F_SETFD, FD_CLOEXEC), 0);
	ck_assert_int_eq(fcntl(own, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(ops->fcntl(ops->ctx, own, F_ADD_SEALS, F_SEAL_GROW), -EINVAL);
	ck_assert_int_eq(ops->fcntl(ops->ctx, own, F_GETFL, 0), -EBADF);
	ck_assert_int_eq(ops->fcntl(ops->ctx, copy, F_GETFL, 0), -EINVAL);
	ck_assert_int_eq(dup_fd(own, -1), -EINVAL);
	ck_assert_int_eq(close_fd(copy), 0);
	ck_assert_int_eq(close(own), 0);
	ck_assert_int_eq(dup_fd(own, 0), -EBADF);
}
END_TEST

START_TEST(real_descriptor_has_its_name_and_no_ioctls)
{
	int own = open("/dev/null", O_RDWR);
	int copy = dup_fd(own, 0);

	assert_link(copy, "/dev/null");
	ck_assert_int_eq(call(copy, KVM_GET_API_VERSION, 0), -ENOTTY);
	ck_assert_int_eq(close_fd(copy), 0);
	ck_assert_int_eq(call(copy, KVM_GET_API_VERSION, 0), -EBADF);
	close(own);
}
END_TEST

START_TEST(closed_without_the_table_is_no_leak)
{
	int again;

	ck_assert_int_eq(close(file), 0);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 1);
	again = ops->memfd_create(ops->ctx, "guest", MFD_CLOEXEC);
	ck_assert_int_eq(again, file);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 2);
	close_open(&file);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 1);
}
END_TEST

START_TEST(statistics_are_counted)
{
	int fd = call(vm, KVM_GET_STATS_FD, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 3);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 2);
}
END_TEST

Suite *memory_suite(void)
{
	Suite *suite = suite_create("sim_memory");
	TCase *files = tcase_create("file");

	tcase_add_checked_fixture(files, setup_file, teardown_file);
	suite_add_tcase(suite, files);
	ADD_TESTS(files, memfd_is_real_and_counted, file_calls_fail_as_the_real_ones,
		  memfd_and_its_duplicate_share_memory, fallocate_punches_holes, seals_are_kept,
		  mmap_at_replaces_a_part_and_is_not_counted, mmap_at_refuses_what_mmap_does,
		  closed_without_the_table_is_no_leak);
	ADD_TESTS(add_case(suite, "system", setup_system), eventfds_are_real_and_counted,
		  mbind_is_the_real_one, mincore_tells_pages, process_vm_calls_copy_ranges,
		  smaps_can_be_read, descriptor_of_the_caller_is_duplicated_alone,
		  real_descriptor_has_its_name_and_no_ioctls);
	ADD_TESTS(add_case(suite, "vm", setup_vm), statistics_are_counted);
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), mmap_at_maps_run_pages_too);
	return suite;
}
