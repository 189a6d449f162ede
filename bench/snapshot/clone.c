/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clones: a VM whose memory is an image, mapped; and a VM and a mapping of as much, without the library.
 * None of them runs.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memfd_create() */
#endif
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "image.h"

#define NR_SIZES 3

static const size_t sizes[NR_SIZES] = { (size_t)64 << 20, (size_t)512 << 20, (size_t)4 << 30 };

static struct {
	struct kvmlib_system *system;
	int files[NR_SIZES];
	int kvm;
} bench = { .files = { -1, -1, -1 }, .kvm = -1 };

/* Making the images */

static int emit(const void *data, size_t length, void *file)
{
	if (!data)
		return lseek(*(const int *)file, (off_t)length, SEEK_CUR) < 0 ? -1 : 0;
	return write(*(const int *)file, data, length) == (ssize_t)length ? 0 : -1;
}

/* Of memory that is touched here and there. */
static bool make_file(size_t index)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts),
							.length = sizes[index] };
	struct kvmlib_memory_region *region;
	struct kvmlib_memory *memory = NULL;
	struct kvmlib_vm *vm = NULL;
	bool is_made;

	bench.files[index] = memfd_create("image", MFD_CLOEXEC);
	is_made = kvmlib_system_create_vm(bench.system, NULL, &vm) >= 0 &&
		  kvmlib_memory_new(vm, NULL, &memory) >= 0 &&
		  kvmlib_memory_add(memory, &opts, &region) >= 0;
	for (size_t at = 0; is_made && at < sizes[index]; at += (size_t)1 << 20)
		((uint8_t *)kvmlib_memory_region_address(region))[at] = 1;
	is_made = is_made && kvmlib_image_write(memory, NULL, emit, &bench.files[index], NULL) >= 0;
	kvmlib_memory_unref(memory);
	kvmlib_vm_unref(vm);
	return is_made;
}

bool clone_open(void)
{
	bool is_made = kvmlib_system_open(NULL, &bench.system) >= 0;

	for (size_t i = 0; is_made && i < NR_SIZES; i++)
		is_made = make_file(i);
	bench.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	return is_made && bench.kvm >= 0;
}

void clone_close(void)
{
	for (size_t i = 0; i < NR_SIZES; i++)
		if (bench.files[i] >= 0)
			close(bench.files[i]);
	if (bench.kvm >= 0)
		close(bench.kvm);
	kvmlib_system_unref(bench.system);
}

/* Making clones */

static int64_t take(void *data, size_t length, void *file)
{
	return read(*(const int *)file, data, length);
}

static int map(struct kvmlib_memory *memory, int file)
{
	const struct kvmlib_image_source source = { .size = sizeof(source),
						    .read = take,
						    .userdata = &file };
	struct kvmlib_memory_change *change;
	struct kvmlib_image *image;

	lseek(file, 0, SEEK_SET);
	if (kvmlib_image_open(&source, &image) < 0 || kvmlib_memory_begin(memory, &change) < 0 ||
	    kvmlib_image_map(image, file, change) < 0 || kvmlib_memory_change_commit(change) < 0)
		bench_fail("a clone");
	kvmlib_image_free(image);
	return 0;
}

static int make_clone(size_t index)
{
	struct kvmlib_memory *memory;
	struct kvmlib_vm *vm;
	int r = kvmlib_system_create_vm(bench.system, NULL, &vm);

	if (r < 0)
		return r;
	r = kvmlib_memory_new(vm, NULL, &memory);
	if (!r)
		r = map(memory, bench.files[index]);
	kvmlib_memory_unref(memory);
	kvmlib_vm_unref(vm);
	return r;
}

static int make_raw(size_t index)
{
	void *memory = mmap(NULL, sizes[index], PROT_READ | PROT_WRITE, MAP_PRIVATE,
			    bench.files[index], 8192);
	const struct kvm_userspace_memory_region region = { .memory_size = sizes[index],
							    .userspace_addr = (uintptr_t)memory };
	int vm = ioctl(bench.kvm, KVM_CREATE_VM, 0);
	int r = vm < 0 || memory == MAP_FAILED ? -1
					       : ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);

	close(vm);
	munmap(memory, sizes[index]);
	return r;
}

#define WAYS(name, index)                                \
	static int raw_##name(struct subject *subject)   \
	{                                                \
		(void)subject;                           \
		return make_raw(index);                  \
	}                                                \
	static int clone_##name(struct subject *subject) \
	{                                                \
		(void)subject;                           \
		return make_clone(index);                \
	}
WAYS(64m, 0)
WAYS(512m, 1)
WAYS(4g, 2)

const struct row clone_rows[] = {
	{ .name = "clone_64m", .raw = raw_64m, .wrapped = clone_64m, .calls = 4 },
	{ .name = "clone_512m", .raw = raw_512m, .wrapped = clone_512m, .calls = 4 },
	{ .name = "clone_4g", .raw = raw_4g, .wrapped = clone_4g, .calls = 4 },
};
const size_t nr_clone_rows = sizeof(clone_rows) / sizeof(clone_rows[0]);
