/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sized options structs: shorter, exact, longer with a zero tail, longer with a set one. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

#define MAX_SIZE 4096U /* the longest options struct that is taken for one */

/* Room for an options struct of any size that can be told. */
union opts {
	size_t size;
	struct kvmlib_system_opts system;
	struct kvmlib_vm_opts vm;
	unsigned char bytes[2 * MAX_SIZE];
};

/* One function with options: what it is, and how long the struct is that it knows. */
struct taker {
	const char *function; /* for record_differs() */
	unsigned int position;
	size_t size;
	void (*fill)(union opts *opts);
	int (*call)(const union opts *opts, void **ret);
	void (*drop)(void *object);
};

static union opts opts;

static void fill_system(union opts *o)
{
	o->system = sim_opts();
}

static int open_system(const union opts *o, void **ret)
{
	return kvmlib_system_open(&o->system, (struct kvmlib_system **)ret);
}

static int adopt_system(const union opts *o, void **ret)
{
	return kvmlib_system_from_fd(kvmlib_system_fd(fix.system), &o->system,
				     (struct kvmlib_system **)ret);
}

static void drop_system(void *object)
{
	kvmlib_system_unref(object);
}

static void fill_vm(union opts *o)
{
	o->vm = (struct kvmlib_vm_opts){ .size = sizeof(o->vm) };
}

static int create_vm(const union opts *o, void **ret)
{
	return kvmlib_system_create_vm(fix.system, &o->vm, (struct kvmlib_vm **)ret);
}

static void drop_vm(void *object)
{
	kvmlib_vm_unref(object);
}

static const struct taker takers[] = {
	{ "kvmlib_system_open()", 1, sizeof(struct kvmlib_system_opts), fill_system, open_system,
	  drop_system },
	{ "kvmlib_system_from_fd()", 2, sizeof(struct kvmlib_system_opts), fill_system,
	  adopt_system, drop_system },
	{ "kvmlib_system_create_vm()", 2, sizeof(struct kvmlib_vm_opts), fill_vm, create_vm,
	  drop_vm },
};
#define NR_TAKERS ((int)(sizeof(takers) / sizeof(takers[0])))

static const struct taker *start(int i)
{
	memset(&opts, 0, sizeof(opts));
	takers[i].fill(&opts);
	return &takers[i];
}

static void assert_taken(const struct taker *taker)
{
	void *object = NULL;

	assert_ok(taker->call(&opts, &object));
	ck_assert_ptr_nonnull(object);
	taker->drop(object);
}

static void assert_refused(const struct taker *taker, int errnum, uint32_t cause)
{
	void *object = SENTINEL;
	const char *differs;

	spoil_record();
	ck_assert_int_eq(taker->call(&opts, &object), -errnum);
	differs = record_differs(taker->function, errnum, cause, NULL);
	ck_assert_msg(!differs, "%s", differs);
	assert_value(ARGUMENT, taker->position);
	ck_assert_ptr_eq(object, SENTINEL);
}

START_TEST(options_exact_size_is_taken)
{
	assert_taken(start(_i));
}
END_TEST

START_TEST(options_of_half_the_size_are_taken)
{
	const struct taker *taker = start(_i);

	/* For a system: all up to and with the syscall table. */
	opts.size = taker->size > 24 ? offsetof(struct kvmlib_system_opts, log) : sizeof(size_t);
	memset(opts.bytes + opts.size, 0xff, sizeof(opts) - opts.size);
	assert_taken(taker);
}
END_TEST

START_TEST(options_long_zero_tail_is_taken)
{
	const struct taker *taker = start(_i);

	opts.size = taker->size + 8;
	assert_taken(taker);
	opts.size = MAX_SIZE;
	assert_taken(taker);
}
END_TEST

START_TEST(options_long_set_tail_is_e2big)
{
	const struct taker *taker = start(_i);

	opts.size = taker->size + 8;
	opts.bytes[taker->size] = 1;
	assert_refused(taker, E2BIG, KVMLIB_CAUSE_OPTIONS_TOO_NEW);
	opts.bytes[taker->size] = 0;
	opts.bytes[taker->size + 7] = 0x80;
	assert_refused(taker, E2BIG, KVMLIB_CAUSE_OPTIONS_TOO_NEW);
}
END_TEST

START_TEST(options_last_byte_of_longest_is_looked_at)
{
	const struct taker *taker = start(_i);

	opts.size = MAX_SIZE;
	opts.bytes[MAX_SIZE] = 1;
	assert_taken(taker);
	opts.bytes[MAX_SIZE - 1] = 1;
	assert_refused(taker, E2BIG, KVMLIB_CAUSE_OPTIONS_TOO_NEW);
}
END_TEST

START_TEST(options_without_room_for_size_are_einval)
{
	const struct taker *taker = start(_i);

	for (opts.size = 0; opts.size < sizeof(size_t); opts.size++)
		assert_refused(taker, EINVAL, KVMLIB_CAUSE_OPTIONS_SIZE);
}
END_TEST

START_TEST(options_beyond_4096_bytes_are_einval)
{
	const struct taker *taker = start(_i);

	opts.size = MAX_SIZE + 1;
	assert_refused(taker, EINVAL, KVMLIB_CAUSE_OPTIONS_SIZE);
	opts.size = SIZE_MAX;
	assert_refused(taker, EINVAL, KVMLIB_CAUSE_OPTIONS_SIZE);
}
END_TEST

START_TEST(options_are_not_written)
{
	const struct taker *taker = start(_i);
	union opts before;

	memcpy(&before, &opts, sizeof(before));
	assert_taken(taker);
	ck_assert_mem_eq(&opts, &before, sizeof(opts));
}
END_TEST

/* A member that an old caller lacks is not read, though the bytes behind its struct are set. */
START_TEST(vm_options_with_size_alone_have_the_default_type)
{
	struct kvmlib_vm *vm;

	memset(&opts, 0xff, sizeof(opts));
	opts.size = sizeof(size_t);
	assert_ok(kvmlib_system_create_vm(fix.system, &opts.vm, &vm));
	kvmlib_vm_unref(vm);
	opts.size = sizeof(struct kvmlib_vm_opts);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VM, EINVAL, 1), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, &opts.vm, &vm), -EINVAL);
	assert_value(TYPE, UINT64_MAX);
}
END_TEST

START_TEST(system_options_reserved_is_einval)
{
	start(_i);
	opts.system.reserved = 1;
	assert_refused(&takers[_i], EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT);
}
END_TEST

START_TEST(system_options_unknown_level_is_einval)
{
	start(_i);
	opts.system.log_level = KVMLIB_LOG_DEBUG + 1;
	assert_refused(&takers[_i], EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT);
	opts.system.log_level = KVMLIB_LOG_DEBUG;
	assert_taken(&takers[_i]);
}
END_TEST

START_TEST(vm_options_null_is_the_default)
{
	struct kvmlib_vm *vm;

	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	kvmlib_vm_unref(vm);
}
END_TEST

Suite *options_suite(void)
{
	const TTest *const loops[] = {
		options_exact_size_is_taken,
		options_of_half_the_size_are_taken,
		options_long_zero_tail_is_taken,
		options_long_set_tail_is_e2big,
		options_last_byte_of_longest_is_looked_at,
		options_without_room_for_size_are_einval,
		options_beyond_4096_bytes_are_einval,
		options_are_not_written,
	};
	Suite *suite = suite_create("options");
	TCase *tcase = add_case(suite, "options", setup_system);

	for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++)
		tcase_add_loop_test(tcase, loops[i], 0, NR_TAKERS);
	tcase_add_loop_test(tcase, system_options_reserved_is_einval, 0, NR_TAKERS - 1);
	tcase_add_loop_test(tcase, system_options_unknown_level_is_einval, 0, NR_TAKERS - 1);
	ADD_TESTS(tcase, vm_options_with_size_alone_have_the_default_type,
		  vm_options_null_is_the_default);
	return suite;
}
