/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A forked child: it has the handles, but not the VM behind them. */

#include "child.h"
#include "emulated.h"
#include "fixture.h"
#include "suites.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define KICK_SIGNAL (SIGRTMIN + 1)

static struct kvmlib_device *device;

static void setup_family(void)
{
	setup_vcpu();
	device = make_device();
}

static void teardown_family(void)
{
	device = kvmlib_device_unref(device);
	teardown();
}

static bool is_forked(int r, const char *function, const char *call)
{
	const char *other = kvmlib_error_call();

	if (r != -EIO || kvmlib_error_errno() != EIO || kvmlib_error_cause() != KVMLIB_CAUSE_FORKED)
		return false;
	return !strcmp(kvmlib_error_function(), function) && !call == !other &&
	       (!call || !strcmp(call, other));
}

#define CHECK_FORKED(function, arguments, call)                        \
	do {                                                           \
		spoil_record();                                        \
		CHECK(is_forked(function arguments, #function, call)); \
	} while (0)

static void call_vm(void)
{
	struct kvm_userspace_memory_region region = region_of(0, 0, 1);
	uint64_t bitmap[1] = { 7 };
	uint32_t capability = 77;

	CHECK_FORKED(kvmlib_vm_check_extension, (fix.vm, 1), "KVM_CHECK_EXTENSION");
	CHECK_FORKED(kvmlib_vm_set_user_memory_region, (fix.vm, &region),
		     "KVM_SET_USER_MEMORY_REGION");
	CHECK_FORKED(kvmlib_vm_get_dirty_log, (fix.vm, 0, bitmap), "KVM_GET_DIRTY_LOG");
	if (REQUEST(CLEAR_DIRTY_LOG))
		CHECK_FORKED(kvmlib_vm_clear_dirty_log, (fix.vm, 0, 0, 64, bitmap),
			     "KVM_CLEAR_DIRTY_LOG");
	CHECK_FORKED(kvmlib_vm_enabled_capability, (fix.vm, 1, NULL), NULL);
	CHECK_FORKED(kvmlib_vm_enabled_capability_at, (fix.vm, 0, &capability, NULL), NULL);
	CHECK(capability == 77);
	CHECK_FORKED(kvmlib_vm_ioctl, (fix.vm, KVM_CHECK_EXTENSION, 1), "KVM_CHECK_EXTENSION");
	if (REQUEST(CREATE_IRQCHIP))
		CHECK_FORKED(kvmlib_vm_create_irqchip, (fix.vm), "KVM_CREATE_IRQCHIP");
	if (REQUEST(IRQ_LINE))
		CHECK_FORKED(kvmlib_vm_irq_line, (fix.vm, 1, 1), "KVM_IRQ_LINE");
#ifdef __x86_64__
	CHECK_FORKED(kvmlib_vm_set_tss_addr, (fix.vm, 0), "KVM_SET_TSS_ADDR");
	CHECK_FORKED(kvmlib_vm_set_identity_map_addr, (fix.vm, 0), "KVM_SET_IDENTITY_MAP_ADDR");
	CHECK_FORKED(kvmlib_vm_create_pit2, (fix.vm, 0), "KVM_CREATE_PIT2");
#endif
	CHECK(bitmap[0] == 7);
}

START_TEST(fork_vm_calls_are_eio_forked)
{
	NEEDS_WIPED_PAGES;
	in_child(call_vm);
	assert_returns(kvmlib_vm_check_extension(fix.vm, 1001), 0);
}
END_TEST

static struct kvmlib_stats *stats;

static void read_stats(void)
{
	CHECK_FORKED(kvmlib_stats_sample, (stats), NULL);
	CHECK_FORKED(kvmlib_stats_open_vm, (fix.vm, &stats), "KVM_GET_STATS_FD");
	kvmlib_stats_free(stats);
}

START_TEST(fork_stats_are_eio_forked)
{
	NEEDS_WIPED_PAGES;
	assert_ok(kvmlib_stats_open_vm(fix.vm, &stats));
	in_child(read_stats);
	assert_ok(kvmlib_stats_sample(stats));
	stats = kvmlib_stats_free(stats);
}
END_TEST

static void make_children_of_vm(void)
{
	int fds = kvmlib_sim_open_fds(fix.sim), mappings = kvmlib_sim_mappings(fix.sim);
	struct kvmlib_vcpu *vcpu = SENTINEL;
	struct kvmlib_device *other = SENTINEL;
	struct kvmlib_vm *vm = SENTINEL;

	CHECK_FORKED(kvmlib_vm_create_vcpu, (fix.vm, 1, &vcpu), "KVM_CREATE_VCPU");
	CHECK_FORKED(kvmlib_vm_create_device, (fix.vm, DEVICE_TYPE, 0, &other),
		     "KVM_CREATE_DEVICE");
	CHECK_FORKED(kvmlib_vm_create_device,
		     (fix.vm, DEVICE_TYPE, KVMLIB_CREATE_DEVICE_TEST, NULL), "KVM_CREATE_DEVICE");
	CHECK_FORKED(kvmlib_vm_from_fd, (fix.system, kvmlib_vm_fd(fix.vm), &vm),
		     "KVM_CHECK_EXTENSION");
	CHECK(vcpu == SENTINEL && other == SENTINEL && vm == SENTINEL);
	CHECK(kvmlib_sim_open_fds(fix.sim) == fds);
	CHECK(kvmlib_sim_mappings(fix.sim) == mappings);
}

START_TEST(fork_constructors_on_the_vm_are_eio_forked)
{
	NEEDS_WIPED_PAGES;
	in_child(make_children_of_vm);
}
END_TEST

/* The run page could be mapped, but KVM would serve nothing on the vCPU. */
static void adopt_vcpu(void)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;
	int r;

	spoil_record();
	r = kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), 0, &vcpu);
	CHECK(r == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(vcpu == SENTINEL);
}

START_TEST(fork_vcpu_from_fd_is_eio_forked)
{
	NEEDS_WIPED_PAGES;
	in_child(adopt_vcpu);
}
END_TEST

static void call_vcpu(void)
{
	uint32_t state = 77;

	CHECK_FORKED(kvmlib_vcpu_run, (fix.vcpu), "KVM_RUN");
	CHECK(kvmlib_vcpu_exit_reason(fix.vcpu) == KVMLIB_EXIT_NONE);
	if (REQUEST(GET_MP_STATE)) {
		CHECK_FORKED(kvmlib_vcpu_get_mp_state, (fix.vcpu, &state), "KVM_GET_MP_STATE");
		CHECK_FORKED(kvmlib_vcpu_set_mp_state, (fix.vcpu, 0), "KVM_SET_MP_STATE");
	}
	CHECK_FORKED(kvmlib_vcpu_ioctl, (fix.vcpu, KVM_RUN, 0), "KVM_RUN");
	CHECK_FORKED(kvmlib_vcpu_enabled_capability, (fix.vcpu, 1, NULL), NULL);
	CHECK_FORKED(kvmlib_vcpu_enabled_capability_at, (fix.vcpu, 0, &state, NULL), NULL);
	CHECK_FORKED(kvmlib_vcpu_bind, (fix.vcpu, KICK_SIGNAL), NULL);
	CHECK(state == 77);
}

START_TEST(fork_vcpu_calls_are_eio_forked)
{
	NEEDS_WIPED_PAGES;
	in_child(call_vcpu);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

/* A run after such an exit writes to the run page, which a child doesn't have. */
START_TEST(fork_vcpu_calls_after_a_memory_fault_are_eio_forked)
{
	NEEDS_WIPED_PAGES;
	push_exit(KVMLIB_EXIT_MEMORY_FAULT, -EFAULT);
	run_to(KVMLIB_EXIT_MEMORY_FAULT);
	in_child(call_vcpu);
}
END_TEST

#ifdef __x86_64__
static void call_registers(void)
{
	struct kvm_cpuid_entry2 entry = { .function = 0 };
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	struct kvm_fpu fpu;

	memset(&regs, 0, sizeof(regs));
	memset(&sregs, 0, sizeof(sregs));
	memset(&fpu, 0, sizeof(fpu));
	CHECK_FORKED(kvmlib_vcpu_get_regs, (fix.vcpu, &regs), "KVM_GET_REGS");
	CHECK_FORKED(kvmlib_vcpu_set_regs, (fix.vcpu, &regs), "KVM_SET_REGS");
	CHECK_FORKED(kvmlib_vcpu_get_sregs, (fix.vcpu, &sregs), "KVM_GET_SREGS");
	CHECK_FORKED(kvmlib_vcpu_set_sregs, (fix.vcpu, &sregs), "KVM_SET_SREGS");
	CHECK_FORKED(kvmlib_vcpu_get_fpu, (fix.vcpu, &fpu), "KVM_GET_FPU");
	CHECK_FORKED(kvmlib_vcpu_set_fpu, (fix.vcpu, &fpu), "KVM_SET_FPU");
	CHECK_FORKED(kvmlib_vcpu_set_cpuid2, (fix.vcpu, &entry, 1), "KVM_SET_CPUID2");
}

START_TEST(fork_register_calls_are_eio_forked)
{
	NEEDS_WIPED_PAGES;
	in_child(call_registers);
}
END_TEST
#endif

static void call_device(void)
{
	uint64_t value = 77;

	CHECK_FORKED(kvmlib_device_set_attr, (device, 1, 0, &value), "KVM_SET_DEVICE_ATTR");
	CHECK_FORKED(kvmlib_device_get_attr, (device, 1, 0, &value), "KVM_GET_DEVICE_ATTR");
	CHECK_FORKED(kvmlib_device_has_attr, (device, 1, 0), "KVM_HAS_DEVICE_ATTR");
	CHECK_FORKED(kvmlib_device_ioctl, (device, KVM_HAS_DEVICE_ATTR, 0), "KVM_HAS_DEVICE_ATTR");
	CHECK(value == 77);
}

START_TEST(fork_device_calls_are_eio_forked)
{
	NEEDS_WIPED_PAGES;
	in_child(call_device);
	assert_ok(kvmlib_device_has_attr(device, 1, 0));
}
END_TEST

static void kick(void)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	spoil_record();
	CHECK(kvmlib_vcpu_kick(fix.vcpu) == -EIO);
	CHECK(record_is_spoiled());
	CHECK(kvmlib_sim_nr_calls(fix.sim) == calls);
}

/* Shared memory would carry the child's kick to the parent: it must not. */
START_TEST(fork_kick_is_eio_and_does_not_reach_the_parent)
{
	NEEDS_WIPED_PAGES;
	in_child(kick);
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

static void *page;

static void look_at_page(void)
{
	int ends[2];

	CHECK(!pipe(ends));
	CHECK(write(ends[1], page, 1) == -1 && errno == EFAULT);
}

START_TEST(fork_run_page_is_not_inherited)
{
	struct kvmlib_exit_io io;

	NEEDS_WIPED_PAGES;
	NEEDS_ADVICE;
	ck_assert_int_eq(kvmlib_sim_push_io(fix.sim, kvmlib_vcpu_fd(fix.vcpu), 1, 1, 1, 1, "x"), 0);
	run_to(KVMLIB_EXIT_IO);
	assert_ok(kvmlib_vcpu_exit_io(fix.vcpu, &io));
	page = io.data;
	in_child(look_at_page);
	ck_assert_int_eq(*(const char *)io.data, 'x');
}
END_TEST

static void call_system(void)
{
	CHECK(kvmlib_system_get_api_version(fix.system) == 12);
	CHECK(kvmlib_system_get_vcpu_mmap_size(fix.system) == (int)(3 * page_size()));
	CHECK(kvmlib_system_check_extension(fix.system, 1001) == 0);
	CHECK(kvmlib_kick_handler_install(fix.system, KICK_SIGNAL) == 0);
}

START_TEST(fork_system_calls_work)
{
	in_child(call_system);
}
END_TEST

static void make_own_vm(void)
{
	struct kvmlib_vcpu *inherited = fix.vcpu;
	struct kvmlib_vm *vm;

	CHECK(!kvmlib_system_create_vm(fix.system, NULL, &vm));
	CHECK(!kvmlib_vm_create_vcpu(vm, 0, &fix.vcpu));
	push_exit(KVMLIB_EXIT_HLT, 0);
	CHECK(!kvmlib_vcpu_run(fix.vcpu));
	CHECK(kvmlib_vcpu_exit_reason(fix.vcpu) == KVMLIB_EXIT_HLT);
	CHECK(!kvmlib_vcpu_kick(fix.vcpu));
	CHECK(!kvmlib_vcpu_run(fix.vcpu));
	CHECK(kvmlib_vcpu_exit_kicked(fix.vcpu));
	CHECK(kvmlib_vcpu_run(inherited) == -EIO);
	kvmlib_vcpu_unref(fix.vcpu);
	fix.vcpu = inherited;
	kvmlib_vm_unref(vm);
}

START_TEST(fork_child_can_make_its_own_vm)
{
	in_child(make_own_vm);
}
END_TEST

/* A child of the child, with the VM of the child between. */
static void fork_once_more(void)
{
	struct kvmlib_vm *vm;

	CHECK(!kvmlib_system_create_vm(fix.system, NULL, &vm));
	fix.vm = vm;
	in_child(call_vm);
	CHECK(kvmlib_vm_check_extension(vm, 1001) == 0);
}

START_TEST(fork_of_a_fork_is_forked_too)
{
	NEEDS_WIPED_PAGES;
	in_child(fork_once_more);
	in_child(call_vm);
}
END_TEST

static void drop_all(void)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);

	device = kvmlib_device_unref(device);
	fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
	fix.vm = kvmlib_vm_unref(fix.vm);
	fix.system = kvmlib_system_unref(fix.system);
	CHECK(kvmlib_sim_nr_calls(fix.sim) == calls);
	CHECK(kvmlib_sim_open_fds(fix.sim) == 0);
}

START_TEST(fork_unref_makes_no_call_and_leaves_the_parent)
{
	int mappings = kvmlib_sim_mappings(fix.sim);

	in_child(drop_all);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 4);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	assert_ok(kvmlib_device_has_attr(device, 1, 0));
	push_exit(KVMLIB_EXIT_HLT, 0);
	run_to(KVMLIB_EXIT_HLT);
}
END_TEST

/* The address of the run page is free in the child, and may be somebody else's by then. */
static void drop_vcpu(void)
{
	int mappings = kvmlib_sim_mappings(fix.sim);

	fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
	CHECK(kvmlib_sim_mappings(fix.sim) == mappings);
}

START_TEST(fork_unref_of_vcpu_unmaps_nothing)
{
	NEEDS_WIPED_PAGES;
	in_child(drop_vcpu);
}
END_TEST

/* The parent's VM is dead, and the child still says what matters to it. */
START_TEST(fork_of_dead_vm_is_forked)
{
	NEEDS_WIPED_PAGES;
	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	in_child(call_vm);
}
END_TEST

Suite *fork_suite(void)
{
	Suite *suite = suite_create("fork");
	TCase *tcase = add_case(suite, "fork", NULL);

	tcase_add_checked_fixture(tcase, setup_family, teardown_family);
	tcase_set_timeout(tcase, 30);
	ADD_TESTS(tcase, fork_vm_calls_are_eio_forked, fork_stats_are_eio_forked,
		  fork_constructors_on_the_vm_are_eio_forked, fork_vcpu_from_fd_is_eio_forked,
		  fork_vcpu_calls_are_eio_forked,
		  fork_vcpu_calls_after_a_memory_fault_are_eio_forked,
		  fork_device_calls_are_eio_forked, fork_kick_is_eio_and_does_not_reach_the_parent,
		  fork_run_page_is_not_inherited, fork_system_calls_work,
		  fork_child_can_make_its_own_vm, fork_of_a_fork_is_forked_too,
		  fork_unref_makes_no_call_and_leaves_the_parent, fork_unref_of_vcpu_unmaps_nothing,
		  fork_of_dead_vm_is_forked);
#ifdef __x86_64__
	ADD_TESTS(tcase, fork_register_calls_are_eio_forked);
#endif
	return suite;
}
