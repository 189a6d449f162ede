/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images of a guest that writes to its memory: copies of it do what it does, from where it was. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memfd_create() */
#endif
#include <runner.h>

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

#define NR_CLONES 3
#define SOME_RUNS 4

/* Writes what it has counted to ever other places of the second 32 KiB, and then to the port. */
static const uint8_t code[] = {
	0xbb, 0x00, 0x80,	/* mov $0x8000, %bx */
	0x81, 0xc3, 0x35, 0x12, /* again: add $0x1235, %bx */
	0x80, 0xcf, 0x80,	/* or $0x80, %bh */
	0x41,			/* inc %cx */
	0x89, 0x0f,		/* mov %cx, (%bx) */
	0xe6, 0xe9,		/* out %al, $0xe9 */
	0xeb, 0xf2,		/* jmp again */
};

struct twin {
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_memory *memory;
	struct kvmlib_state_plan *plan;
};

static struct twin original;
static int file;

static void make_twin(struct twin *twin)
{
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts), .nr_vcpus = 1 };

	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &twin->vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(twin->vm, 0, &twin->vcpu), 0);
	ck_assert_int_eq(kvmlib_memory_new(twin->vm, NULL, &twin->memory), 0);
	opts.vcpus = &twin->vcpu;
	opts.memory = twin->memory;
	ck_assert_int_eq(kvmlib_state_plan_new(twin->vm, &opts, &twin->plan), 0);
}

static void drop_twin(struct twin *twin)
{
	kvmlib_state_plan_free(twin->plan);
	kvmlib_memory_unref(twin->memory);
	kvmlib_vcpu_unref(twin->vcpu);
	kvmlib_vm_unref(twin->vm);
}

static void add_ram(const struct twin *twin)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .length = RAM_SIZE };

	ck_assert_int_eq(kvmlib_memory_add(twin->memory, &opts, NULL), 0);
}

static uint8_t *ram_of(const struct twin *twin)
{
	struct kvmlib_memory_region *region;

	ck_assert_int_eq(kvmlib_memory_regions(twin->memory, &region, 1), 1);
	return kvmlib_memory_region_address(region);
}

static void start_original(void)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2 };
	struct kvm_sregs sregs;

	add_ram(&original);
	memcpy(ram_of(&original) + CODE_GPA, code, sizeof(code));
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(original.vcpu, &sregs), 0);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(original.vcpu, &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(original.vcpu, &regs), 0);
}

static void setup(void)
{
	guest_setup();
	make_twin(&original);
	start_original();
	file = memfd_create("image", MFD_CLOEXEC);
	ck_assert_int_ge(file, 0);
}

static void teardown(void)
{
	close(file);
	drop_twin(&original);
	guest_teardown();
}

/* Up to so many writes to the port; the last is finished. */
static void run(const struct twin *twin, unsigned int steps)
{
	while (steps--) {
		ck_assert_int_eq(kvmlib_vcpu_run(twin->vcpu), 0);
		ck_assert_uint_eq(kvmlib_vcpu_exit_reason(twin->vcpu), KVMLIB_EXIT_IO);
	}
	ck_assert_int_eq(kvmlib_vcpu_kick(twin->vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(twin->vcpu), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(twin->vcpu), KVMLIB_EXIT_INTR);
}

static int emit(const void *data, size_t length, void *userdata)
{
	(void)userdata;
	if (!data)
		return lseek(file, (off_t)length, SEEK_CUR) < 0 ? -errno : 0;
	return write(file, data, length) == (ssize_t)length ? 0 : -EIO;
}

static int64_t take(void *data, size_t length, void *userdata)
{
	(void)userdata;
	return read(file, data, length);
}

/* Write an image behind what the file has; returns where it begins. */
static off_t write_image(struct kvmlib_dirty_consumer *consumer, struct kvmlib_image_id *id)
{
	struct kvmlib_image_id base = *id;
	struct kvmlib_image_opts opts = { .size = sizeof(opts),
					  .base = consumer ? &base : NULL,
					  .consumer = consumer };
	off_t begin = lseek(file, 0, SEEK_END);
	struct kvmlib_state *state;

	ck_assert_int_eq(kvmlib_state_new(&state), 0);
	ck_assert_int_eq(kvmlib_state_save(original.plan, state), 0);
	opts.state = state;
	ck_assert_int_eq(kvmlib_image_write(original.memory, &opts, emit, NULL, id), 0);
	kvmlib_state_free(state);
	return begin;
}

static struct kvmlib_image *open_image(off_t begin)
{
	const struct kvmlib_image_source source = { .size = sizeof(source), .read = take };
	struct kvmlib_image *image;

	ck_assert_int_eq(lseek(file, begin, SEEK_SET), begin);
	ck_assert_int_eq(kvmlib_image_open(&source, &image), 0);
	return image;
}

static void restore(const struct twin *twin, const struct kvmlib_image *image)
{
	ck_assert_int_eq(kvmlib_state_restore(twin->plan, kvmlib_image_state(image), NULL), 0);
}

static void expect_alike(const struct twin *a, const struct twin *b)
{
	struct kvm_regs left, right;

	ck_assert_int_eq(kvmlib_vcpu_get_regs(a->vcpu, &left), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(b->vcpu, &right), 0);
	ck_assert_mem_eq(&left, &right, sizeof(left));
	ck_assert(!memcmp(ram_of(a), ram_of(b), RAM_SIZE));
}

START_TEST(image_copy_does_what_the_original_does)
{
	struct kvmlib_image_id id;
	struct kvmlib_image *image;
	struct twin copy;
	off_t begin;

	run(&original, 1000);
	begin = write_image(NULL, &id);
	make_twin(&copy);
	add_ram(&copy);
	memset(ram_of(&copy), 0x55, RAM_SIZE);
	image = open_image(begin);
	ck_assert_int_eq(kvmlib_image_load(image, copy.memory, NULL, NULL), 0);
	restore(&copy, image);
	kvmlib_image_free(image);
	expect_alike(&original, &copy);
	run(&original, 500);
	run(&copy, 500);
	expect_alike(&original, &copy);
	drop_twin(&copy);
}
END_TEST

START_TEST(image_chain_is_the_guest_at_its_last)
{
	struct kvmlib_image_id id, base;
	struct kvmlib_dirty *dirty;
	struct kvmlib_dirty_consumer *consumer;
	struct kvmlib_image *image;
	struct twin copy;
	off_t begins[SOME_RUNS + 1];

	ck_assert_int_eq(kvmlib_dirty_start(original.memory, NULL, &dirty), 0);
	ck_assert_int_eq(kvmlib_dirty_consumer_new(dirty, &consumer), 0);
	begins[0] = write_image(NULL, &id);
	for (unsigned int i = 1; i <= SOME_RUNS; i++) {
		run(&original, i);
		ck_assert_int_eq(kvmlib_dirty_round(consumer, NULL), 0);
		begins[i] = write_image(consumer, &id);
	}
	make_twin(&copy);
	add_ram(&copy);
	for (unsigned int i = 0; i <= SOME_RUNS; i++) {
		const struct kvmlib_image_load_opts opts = { .size = sizeof(opts), .base = &base };

		image = open_image(begins[i]);
		ck_assert_int_eq(kvmlib_image_load(image, copy.memory, i ? &opts : NULL, &base), 0);
		if (i == SOME_RUNS)
			restore(&copy, image);
		kvmlib_image_free(image);
	}
	expect_alike(&original, &copy);
	run(&original, 100);
	run(&copy, 100);
	expect_alike(&original, &copy);
	drop_twin(&copy);
	kvmlib_dirty_consumer_free(consumer);
	kvmlib_dirty_unref(dirty);
}
END_TEST

static void make_clone(struct twin *clone, off_t begin)
{
	struct kvmlib_image *image = open_image(begin);
	struct kvmlib_memory_change *change;

	make_twin(clone);
	ck_assert_int_eq(kvmlib_memory_begin(clone->memory, &change), 0);
	ck_assert_int_eq(kvmlib_image_map(image, file, change), 0);
	ck_assert_int_eq(kvmlib_memory_change_commit(change), 0);
	restore(clone, image);
	kvmlib_image_free(image);
}

/* Each goes its own way, and the image stays as it is. */
START_TEST(image_clones_run_on_by_themselves)
{
	struct twin clones[NR_CLONES];
	struct kvmlib_image_id id, again;
	struct kvmlib_image *image;
	off_t begin;

	run(&original, 100);
	begin = write_image(NULL, &id);
	for (size_t i = 0; i < NR_CLONES; i++) {
		make_clone(&clones[i], begin);
		run(&clones[i], 300 * (unsigned int)(i + 1));
	}
	for (size_t i = 0; i < NR_CLONES; i++) {
		run(&original, 300);
		expect_alike(&original, &clones[i]);
		drop_twin(&clones[i]);
	}
	image = open_image(begin);
	ck_assert_int_eq(kvmlib_image_walk(image, NULL, NULL, &again), 0);
	ck_assert_mem_eq(&id, &again, sizeof(id));
	kvmlib_image_free(image);
}
END_TEST

Suite *image_suite(void)
{
	Suite *suite = suite_create("image");
	TCase *tcase = tcase_create("image");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, image_copy_does_what_the_original_does);
	tcase_add_test(tcase, image_chain_is_the_guest_at_its_last);
	tcase_add_test(tcase, image_clones_run_on_by_themselves);
	suite_add_tcase(suite, tcase);
	return suite;
}
