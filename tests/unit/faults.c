/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every constructor, and everything else of more than one step, with every kernel call and every
 * allocation failing in turn: the errno passes, a record is left, outputs are untouched, and
 * nothing leaks. Each try has a world of its own, so that all of its memory can be counted.
 */

#include "fixture.h"
#include "suites.h"

#include <signal.h>
#include <string.h>

#include "alloc.h"

#define MANY	    100U /* more calls or allocations than any scenario makes */
#define KICK_SIGNAL (SIGRTMIN + 4)

struct scenario {
	const char *name; /* of the library's function */
	void (*setup)(void);
	int (*call)(void **ret_object);
	void (*drop)(void *object); /* NULL: no object comes out */
};

static int open_system(void **ret)
{
	struct kvmlib_system_opts opts = sim_opts();

	return kvmlib_system_open(&opts, (struct kvmlib_system **)ret);
}

static int adopt_system(void **ret)
{
	struct kvmlib_system_opts opts = sim_opts();

	return kvmlib_system_from_fd(kvmlib_system_fd(fix.system), &opts,
				     (struct kvmlib_system **)ret);
}

static void drop_system(void *object)
{
	kvmlib_system_unref(object);
}

static int create_vm(void **ret)
{
	return kvmlib_system_create_vm(fix.system, NULL, (struct kvmlib_vm **)ret);
}

static int adopt_vm(void **ret)
{
	return kvmlib_vm_from_fd(fix.system, kvmlib_vm_fd(fix.vm), (struct kvmlib_vm **)ret);
}

static void drop_vm(void *object)
{
	kvmlib_vm_unref(object);
}

static int create_vcpu(void **ret)
{
	return kvmlib_vm_create_vcpu(fix.vm, 1, (struct kvmlib_vcpu **)ret);
}

static int adopt_vcpu(void **ret)
{
	return kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), 1, (struct kvmlib_vcpu **)ret);
}

static void drop_vcpu(void *object)
{
	kvmlib_vcpu_unref(object);
}

static void setup_device_type(void)
{
	setup_vm();
	add_device_type();
}

static int create_device(void **ret)
{
	return kvmlib_vm_create_device(fix.vm, DEVICE_TYPE, 0, (struct kvmlib_device **)ret);
}

static void drop_device(void *object)
{
	kvmlib_device_unref(object);
}

static int set_region(void **ret)
{
	struct kvm_userspace_memory_region region = region_of(0, 0, 64);

	(void)ret;
	region.flags = KVMLIB_MEM_LOG_DIRTY_PAGES;
	return kvmlib_vm_set_user_memory_region(fix.vm, &region);
}

#ifdef KVM_CLEAR_DIRTY_LOG
static void setup_slot(void)
{
	struct kvm_enable_cap cap = {
		.cap = KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2,
		.args = { KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE },
	};

	setup_vm();
	assert_ok(kvmlib_vm_ioctl(fix.vm, KVM_ENABLE_CAP, (uintptr_t)&cap));
	assert_ok(set_region(NULL));
}

static int enable(void **ret)
{
	(void)ret;
	return kvmlib_vm_enable_manual_dirty_log_protect2(fix.vm,
							  KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE);
}

static int clear_dirty_log(void **ret)
{
	uint64_t bitmap[1] = { 1 };

	(void)ret;
	return kvmlib_vm_clear_dirty_log(fix.vm, 0, 0, 64, bitmap);
}
#endif

static struct kvmlib_device *device;

static void setup_device(void)
{
	setup_vm();
	device = make_device();
}

static int set_attr(void **ret)
{
	uint64_t value = 7;

	(void)ret;
	return kvmlib_device_set_attr(device, 1, 0, &value);
}

static int get_attr(void **ret)
{
	uint64_t value;

	(void)ret;
	return kvmlib_device_get_attr(device, 1, 0, &value);
}

#if defined(KVM_CREATE_IRQCHIP) && defined(KVM_IRQ_LINE)
static void setup_irqchip(void)
{
	setup_vm();
	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
}

static int raise_line(void **ret)
{
	(void)ret;
	return kvmlib_vm_irq_line(fix.vm, SHARED_LINE, 1);
}
#endif

static int install_handler(void **ret)
{
	(void)ret;
	return kvmlib_kick_handler_install(fix.system, KICK_SIGNAL);
}

static int run(void **ret)
{
	(void)ret;
	return kvmlib_vcpu_run(fix.vcpu);
}

static void setup_exit(void)
{
	setup_vcpu();
	push_exit(KVMLIB_EXIT_HLT, 0);
}

#ifdef __x86_64__
static int set_tss(void **ret)
{
	(void)ret;
	return kvmlib_vm_set_tss_addr(fix.vm, 0xfffbd000);
}

static int get_cpuid(void **ret)
{
	struct kvm_cpuid_entry2 entries[256];
	uint32_t count = 77;
	int r;

	(void)ret;
	memset(entries, 0x77, sizeof(entries));
	r = kvmlib_system_get_supported_cpuid(fix.system, entries, 256, &count);
	/* No assertion here: check itself allocates. */
	if ((r < 0) != (count == 77) || (r < 0) != (entries[0].function == 0x77777777))
		return -EBADMSG;
	return r;
}

static int set_cpuid(void **ret)
{
	struct kvm_cpuid_entry2 entry = { .function = 0 };

	(void)ret;
	return kvmlib_vcpu_set_cpuid2(fix.vcpu, &entry, 1);
}
#endif

static const struct scenario scenarios[] = {
	{ "kvmlib_system_open()", setup_sim, open_system, drop_system },
	{ "kvmlib_system_from_fd()", setup_system, adopt_system, drop_system },
	{ "kvmlib_system_create_vm()", setup_system, create_vm, drop_vm },
	{ "kvmlib_vm_from_fd()", setup_vm, adopt_vm, drop_vm },
	{ "kvmlib_vm_create_vcpu()", setup_vm, create_vcpu, drop_vcpu },
	{ "kvmlib_vcpu_from_fd()", setup_vcpu, adopt_vcpu, drop_vcpu },
	{ "kvmlib_vm_create_device()", setup_device_type, create_device, drop_device },
	{ "kvmlib_vm_set_user_memory_region()", setup_vm, set_region, NULL },
#ifdef KVM_CLEAR_DIRTY_LOG
	{ "kvmlib_vm_enable_manual_dirty_log_protect2()", setup_vm, enable, NULL },
	{ "kvmlib_vm_clear_dirty_log()", setup_slot, clear_dirty_log, NULL },
#endif
	{ "kvmlib_device_set_attr()", setup_device, set_attr, NULL },
	{ "kvmlib_device_get_attr()", setup_device, get_attr, NULL },
#if defined(KVM_CREATE_IRQCHIP) && defined(KVM_IRQ_LINE)
	{ "kvmlib_vm_irq_line()", setup_irqchip, raise_line, NULL },
#endif
	{ "kvmlib_kick_handler_install()", setup_system, install_handler, NULL },
	{ "kvmlib_vcpu_run()", setup_exit, run, NULL },
#ifdef __x86_64__
	{ "kvmlib_vm_set_tss_addr()", setup_vm, set_tss, NULL },
	{ "kvmlib_system_get_supported_cpuid()", setup_system, get_cpuid, NULL },
	{ "kvmlib_vcpu_set_cpuid2()", setup_vcpu, set_cpuid, NULL },
#endif
};
#define NR_SCENARIOS ((int)(sizeof(scenarios) / sizeof(scenarios[0])))

static const int errnos[] = { ENOMEM, EMFILE, EIO, EINTR, EXDEV };
#define NR_ERRNOS ((int)(sizeof(errnos) / sizeof(errnos[0])))

/* What was there before the call, to be there after its failure. */
static struct {
	int fds;
	int mappings;
	uint64_t calls;
} before;

static void make_world(const struct scenario *scenario)
{
	alloc_start();
	scenario->setup();
	signal(KICK_SIGNAL, SIG_DFL);
	before.fds = kvmlib_sim_open_fds(fix.sim);
	before.mappings = kvmlib_sim_mappings(fix.sim);
	before.calls = kvmlib_sim_nr_calls(fix.sim);
	spoil_record();
}

static void end_world(void)
{
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), before.fds);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), before.mappings);
	device = kvmlib_device_unref(device);
	teardown();
	ck_assert_uint_eq(alloc_stop(), 0);
}

/* After a failure: errno, record and output. */
static void assert_failure(const struct scenario *scenario, int r, int errnum, const void *object,
			   unsigned int n)
{
	const char *differs;

	ck_assert_msg(r == -errnum, "%s: failure %u is %d, not %d", scenario->name, n, r, -errnum);
	differs = record_differs(scenario->name, errnum, kvmlib_error_cause(), kvmlib_error_call());
	ck_assert_msg(!differs, "%s: failure %u: %s", scenario->name, n, differs);
	ck_assert_ptr_eq(object, SENTINEL);
}

static void assert_success(const struct scenario *scenario, void *object)
{
	if (scenario->drop) {
		ck_assert_ptr_ne(object, SENTINEL);
		scenario->drop(object);
	} else {
		ck_assert_ptr_eq(object, SENTINEL);
	}
	ck_assert_msg(record_is_spoiled(), "%s: success wrote a record", scenario->name);
}

/* One try, with the n-th kernel call failing; false when there were fewer calls. */
static bool try_call(const struct scenario *scenario, unsigned int n, int errnum)
{
	void *object = SENTINEL;
	bool came;
	int r;

	make_world(scenario);
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, errnum), 0);
	r = scenario->call(&object);
	came = kvmlib_sim_nr_calls(fix.sim) >= before.calls + n;
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 0, 0), 0);
	if (r < 0)
		assert_failure(scenario, r, errnum, object, n);
	else
		assert_success(scenario, object);
	end_world();
	return came;
}

START_TEST(faults_each_kernel_call_in_turn)
{
	const struct scenario *scenario = &scenarios[_i / NR_ERRNOS];
	unsigned int n = 1;

	while (try_call(scenario, n, errnos[_i % NR_ERRNOS]))
		ck_assert_uint_lt(n++, MANY);
	ck_assert_uint_gt(n, 1);
}
END_TEST

static bool try_allocation(const struct scenario *scenario, unsigned int n)
{
	void *object = SENTINEL;
	bool came;
	int r;

	make_world(scenario);
	alloc_fail_nth(n);
	r = scenario->call(&object);
	came = alloc_has_failed();
	alloc_fail_nth(0);
	if (came)
		assert_failure(scenario, r, ENOMEM, object, n);
	else
		assert_success(scenario, object);
	end_world();
	return came;
}

/* Allocations of the simulated kernel are among them: it answers ENOMEM as a kernel does. */
START_TEST(faults_each_allocation_in_turn)
{
	unsigned int n = 1;

	while (try_allocation(&scenarios[_i], n))
		ck_assert_uint_lt(n++, MANY);
}
END_TEST

/* The ones that are the library's own are told by their cause, without a call. */
START_TEST(faults_first_allocation_of_constructors_is_no_memory)
{
	const struct scenario *scenario = &scenarios[_i];
	void *object = SENTINEL;
	int r;

	if (!scenario->drop)
		return;
	make_world(scenario);
	alloc_fail_nth(1);
	r = scenario->call(&object);
	alloc_fail_nth(0);
	assert_failure(scenario, r, ENOMEM, object, 1);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
	ck_assert_ptr_null(kvmlib_error_call());
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), before.calls);
	end_world();
}
END_TEST

/* The simulated kernel's own functions, which are no calls of a kernel. */
START_TEST(faults_allocation_of_a_new_simulated_kernel)
{
	struct kvmlib_sim *sim = SENTINEL;
	unsigned int n = 1;

	for (; n < MANY; n++) {
		int r;

		alloc_start();
		alloc_fail_nth(n);
		r = kvmlib_sim_new(&sim);
		alloc_fail_nth(0);
		if (!r)
			break;
		ck_assert_int_eq(r, -ENOMEM);
		ck_assert_ptr_eq(sim, SENTINEL);
		ck_assert_uint_eq(alloc_stop(), 0);
	}
	ck_assert_uint_gt(n, 1);
	kvmlib_sim_free(sim);
	ck_assert_uint_eq(alloc_stop(), 0);
}
END_TEST

START_TEST(faults_allocation_of_a_scripted_exit_or_attribute)
{
	int fd = kvmlib_vcpu_fd(fix.vcpu);

	alloc_fail_nth(1);
	ck_assert_int_eq(kvmlib_sim_push_spin(fix.sim, fd), -ENOMEM);
	ck_assert_int_eq(kvmlib_sim_script_left(fix.sim, fd), 0);
	alloc_fail_nth(1);
	ck_assert_int_eq(kvmlib_sim_add_attr(fix.sim, DEVICE_TYPE, 1, 0, 8, KVMLIB_SIM_ATTR_GET),
			 -ENOMEM);
	alloc_fail_nth(0);
}
END_TEST

Suite *faults_suite(void)
{
	Suite *suite = suite_create("faults");
	TCase *tcase = add_case(suite, "faults", NULL);

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, faults_each_kernel_call_in_turn, 0, NR_SCENARIOS * NR_ERRNOS);
	tcase_add_loop_test(tcase, faults_each_allocation_in_turn, 0, NR_SCENARIOS);
	tcase_add_loop_test(tcase, faults_first_allocation_of_constructors_is_no_memory, 0,
			    NR_SCENARIOS);
	tcase_add_test(tcase, faults_allocation_of_a_new_simulated_kernel);
	ADD_TESTS(add_case(suite, "simulator", setup_vcpu),
		  faults_allocation_of_a_scripted_exit_or_attribute);
	return suite;
}
