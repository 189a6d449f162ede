/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"
#include "suites.h"

#include <stdio.h>

#define MAX_EVENTS 16

struct event {
	uint32_t level;
	char text[256]; /* "message key=value key=value" */
};

static struct event events[MAX_EVENTS];
static int nr_events;
static int nr_destroyed;

static int note_event(uint32_t level, const char *message, const struct kvmlib_log_field *fields,
		      size_t nr_fields, void *userdata)
{
	struct event *event = &events[nr_events++];
	size_t n;

	ck_assert_int_le(nr_events, MAX_EVENTS);
	ck_assert_ptr_eq(userdata, &nr_events);
	event->level = level;
	n = (size_t)snprintf(event->text, sizeof(event->text), "%s", message);
	for (size_t i = 0; i < nr_fields; i++) {
		const struct kvmlib_log_field *field = &fields[i];

		if (field->text)
			n += (size_t)snprintf(event->text + n, sizeof(event->text) - n, " %s=%s",
					      field->key, field->text);
		else
			n += (size_t)snprintf(event->text + n, sizeof(event->text) - n, " %s=%llu",
					      field->key, (unsigned long long)field->number);
	}
	return 0;
}

static void note_destroyed(void *userdata)
{
	ck_assert_ptr_eq(userdata, &nr_events);
	nr_destroyed++;
}

static struct kvmlib_system_opts log_opts(uint32_t level)
{
	struct kvmlib_system_opts opts = sim_opts();

	nr_events = 0;
	nr_destroyed = 0;
	opts.log = note_event;
	opts.log_userdata = &nr_events;
	opts.log_destroy = note_destroyed;
	opts.log_level = level;
	return opts;
}

static void open_logging(uint32_t level)
{
	struct kvmlib_system_opts opts = log_opts(level);

	ck_assert_int_eq(kvmlib_system_open(&opts, &fix.system), 0);
}

static void create_vm_after_interruptions(unsigned int times)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VM, EINTR, times), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
}

START_TEST(log_info_tells_of_handles_that_come)
{
	char text[64];

	open_logging(KVMLIB_LOG_INFO);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 3, &fix.vcpu), 0);
	ck_assert_int_eq(nr_events, 3);
	snprintf(text, sizeof(text), "system opened fd=%d", kvmlib_system_fd(fix.system));
	ck_assert_str_eq(events[0].text, text);
	snprintf(text, sizeof(text), "VM created fd=%d", kvmlib_vm_fd(fix.vm));
	ck_assert_str_eq(events[1].text, text);
	snprintf(text, sizeof(text), "vCPU created id=3 fd=%d", kvmlib_vcpu_fd(fix.vcpu));
	ck_assert_str_eq(events[2].text, text);
	ck_assert_uint_eq(events[2].level, KVMLIB_LOG_INFO);
}
END_TEST

START_TEST(log_warning_tells_of_retries)
{
	open_logging(KVMLIB_LOG_WARNING);
	create_vm_after_interruptions(5);
	ck_assert_int_eq(nr_events, 1);
	ck_assert_uint_eq(events[0].level, KVMLIB_LOG_WARNING);
	ck_assert_str_eq(events[0].text, "KVM_CREATE_VM was interrupted retries=5");
}
END_TEST

START_TEST(log_level_0_is_warning)
{
	uint64_t bitmap;

	open_logging(0);
	create_vm_after_interruptions(1);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(fix.vm, 0, &bitmap), -ENOENT);
	ck_assert_int_eq(nr_events, 1);
	ck_assert_uint_eq(events[0].level, KVMLIB_LOG_WARNING);
}
END_TEST

START_TEST(log_level_error_is_quiet_about_retries)
{
	open_logging(KVMLIB_LOG_ERROR);
	create_vm_after_interruptions(1);
	ck_assert_int_eq(nr_events, 0);
}
END_TEST

START_TEST(log_debug_tells_of_each_failed_call)
{
	open_logging(KVMLIB_LOG_DEBUG);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VCPU, EEXIST, 1), 0);
	nr_events = 0;
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu), -EEXIST);
	ck_assert_int_eq(nr_events, 1);
	ck_assert_uint_eq(events[0].level, KVMLIB_LOG_DEBUG);
	ck_assert_str_eq(events[0].text, "call failed function=kvmlib_vm_create_vcpu "
					 "call=KVM_CREATE_VCPU errno=17 cause=VCPU_EXISTS");
	fix.vcpu = NULL;
}
END_TEST

START_TEST(log_debug_tells_of_an_open_that_fails)
{
	struct kvmlib_system_opts opts = log_opts(KVMLIB_LOG_DEBUG);
	struct kvmlib_system *system = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_set_open_error(fix.sim, EACCES), 0);
	ck_assert_int_eq(kvmlib_system_open(&opts, &system), -EACCES);
	ck_assert_int_eq(nr_events, 1);
	ck_assert_str_eq(events[0].text, "call failed function=kvmlib_system_open "
					 "call=open(/dev/kvm) errno=13 cause=DEVICE_NODE_ACCESS");
}
END_TEST

START_TEST(log_destroy_comes_once_with_the_last_reference)
{
	open_logging(KVMLIB_LOG_INFO);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
	fix.system = kvmlib_system_unref(fix.system);
	ck_assert_int_eq(nr_destroyed, 0);
	fix.vm = kvmlib_vm_unref(fix.vm);
	ck_assert_int_eq(nr_destroyed, 1);
}
END_TEST

/* Whoever could not open keeps its userdata: each call that can fail in turn. */
START_TEST(log_destroy_does_not_come_when_open_fails)
{
	struct kvmlib_system_opts opts = log_opts(KVMLIB_LOG_INFO);
	struct kvmlib_system *system = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, (uint64_t)_i, ENOMEM), 0);
	ck_assert_int_eq(kvmlib_system_open(&opts, &system), -ENOMEM);
	ck_assert_ptr_eq(system, SENTINEL);
	ck_assert_int_eq(nr_destroyed, 0);
}
END_TEST

START_TEST(log_destroy_does_not_come_when_options_are_refused)
{
	struct kvmlib_system_opts opts = log_opts(KVMLIB_LOG_INFO);
	struct kvmlib_system *system = SENTINEL;

	opts.reserved = 1;
	ck_assert_int_eq(kvmlib_system_open(&opts, &system), -EINVAL);
	ck_assert_int_eq(nr_destroyed, 0);
}
END_TEST

START_TEST(log_destroy_without_log_comes_too)
{
	struct kvmlib_system_opts opts = log_opts(KVMLIB_LOG_INFO);

	opts.log = NULL;
	ck_assert_int_eq(kvmlib_system_open(&opts, &fix.system), 0);
	fix.system = kvmlib_system_unref(fix.system);
	ck_assert_int_eq(nr_destroyed, 1);
	ck_assert_int_eq(nr_events, 0);
}
END_TEST

static void use_hot_paths(void)
{
	struct kvm_userspace_memory_region region = region_of(0, 0, 64);
	uint64_t bitmap[1] = { 0 };
	uint32_t state;

	region.flags = KVMLIB_MEM_LOG_DIRTY_PAGES;
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(fix.vm, &region), 0);
	ck_assert_int_eq(kvmlib_vm_get_dirty_log(fix.vm, 0, bitmap), 0);
	if (REQUEST(GET_MP_STATE))
		ck_assert_int_eq(kvmlib_vcpu_get_mp_state(fix.vcpu, &state), 0);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
	ck_assert_int_eq(kvmlib_vcpu_kick(fix.vcpu), 0);
	run_to(KVMLIB_EXIT_INTR);
	push_exit(KVMLIB_EXIT_UNKNOWN, -EAGAIN);
	run_to(KVMLIB_EXIT_AGAIN);
}

START_TEST(log_is_silent_on_hot_paths)
{
	open_logging(KVMLIB_LOG_DEBUG);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu), 0);
	nr_events = 0;
	use_hot_paths();
	ck_assert_int_eq(nr_events, 0);
}
END_TEST

static struct kvmlib_vm *logged_vm;

static int call_library(uint32_t level, const char *message, const struct kvmlib_log_field *fields,
			size_t nr_fields, void *userdata)
{
	(void)level;
	(void)message;
	(void)fields;
	(void)nr_fields;
	(void)userdata;
	return logged_vm ? kvmlib_vm_check_extension(logged_vm, KVMLIB_CAP_IRQCHIP) : 0;
}

START_TEST(log_hook_may_call_the_library)
{
	struct kvmlib_system_opts opts = sim_opts();

	opts.log = call_library;
	opts.log_level = KVMLIB_LOG_DEBUG;
	ck_assert_int_eq(kvmlib_system_open(&opts, &fix.system), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
	logged_vm = fix.vm;
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_CREATE_VCPU, EEXIST, 1), 0);
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu), EEXIST, VCPU_EXISTS,
		     "KVM_CREATE_VCPU");
	logged_vm = NULL;
}
END_TEST

Suite *log_suite(void)
{
	Suite *suite = suite_create("log");
	TCase *tcase = add_case(suite, "log", setup_sim);

	ADD_TESTS(tcase, log_info_tells_of_handles_that_come, log_warning_tells_of_retries,
		  log_level_0_is_warning, log_level_error_is_quiet_about_retries,
		  log_debug_tells_of_each_failed_call, log_debug_tells_of_an_open_that_fails,
		  log_destroy_comes_once_with_the_last_reference,
		  log_destroy_does_not_come_when_options_are_refused,
		  log_destroy_without_log_comes_too, log_is_silent_on_hot_paths,
		  log_hook_may_call_the_library);
	/* open, KVM_GET_API_VERSION, KVM_GET_VCPU_MMAP_SIZE */
	tcase_add_loop_test(tcase, log_destroy_does_not_come_when_open_fails, 1, 4);
	return suite;
}
