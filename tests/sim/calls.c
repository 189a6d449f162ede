/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What calls bring about that leave nothing to get again. The refusals of each are rows of
 * tests/conform, which runs on this kernel, too.
 */
#include "fixture.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "suites.h"

static sigset_t kick_alone(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, KICK);
	return set;
}

static int set_mask(bool kick)
{
	const uint64_t set = kick ? (uint64_t)1 << (KICK - 1) : 0;
	struct {
		uint32_t len;
		uint8_t set[8];
	} mask = { .len = 8 };

	memcpy(mask.set, &set, sizeof(set));
	return call_ptr(vcpu, KVM_SET_SIGNAL_MASK, &mask);
}

static bool take_pending(void)
{
	sigset_t set = kick_alone();
	struct timespec now = { 0 };

	return sigtimedwait(&set, NULL, &now) == KICK;
}

static void setup_blocked(void)
{
	sigset_t set = kick_alone();

	setup_vcpu();
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

START_TEST(signal_that_the_thread_alone_blocks_ends_the_run)
{
	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	ck_assert_int_eq(set_mask(false), 0);
	raise(KICK);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert(take_pending());
}
END_TEST

/* Whether the first signal was let in before the second one came. */
static void *send_two(void *to)
{
	pthread_t thread = *(pthread_t *)to;
	const struct timespec while_it_waits = { .tv_nsec = 50000000 };
	bool seen;

	nanosleep(&while_it_waits, NULL);
	pthread_kill(thread, KICK);
	nanosleep(&while_it_waits, NULL);
	seen = signals_seen;
	pthread_kill(thread, SIGUSR2);
	return (void *)(uintptr_t)seen;
}

START_TEST(signal_that_the_run_blocks_does_not_end_it)
{
	pthread_t self = pthread_self();
	pthread_t sender;
	void *seen;

	catch_signal(KICK, 0);
	catch_signal(SIGUSR2, 0);
	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	ck_assert_int_eq(set_mask(true), 0);
	ck_assert_int_eq(pthread_create(&sender, NULL, send_two, &self), 0);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(pthread_join(sender, &seen), 0);
	ck_assert_ptr_null(seen);
	ck_assert_int_eq(signals_seen, 2);
}
END_TEST

START_TEST(signal_mask_that_is_taken_back_is_the_threads)
{
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	ck_assert_int_eq(set_mask(false), 0);
	ck_assert_int_eq(call(vcpu, KVM_SET_SIGNAL_MASK, 0), 0);
	raise(KICK);
	ck_assert_int_eq(go(), 0);
	ck_assert(take_pending());
}
END_TEST

START_TEST(signal_mask_that_is_refused_changes_nothing)
{
	uint32_t length = 4;

	ck_assert_int_eq(kvmlib_sim_push_spin(sim, vcpu), 0);
	ck_assert_int_eq(set_mask(false), 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SIGNAL_MASK, &length), -EINVAL);
	raise(KICK);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert(take_pending());
}
END_TEST

#if defined(__x86_64__)
static int inject(void)
{
	struct kvm_guest_debug debug = { .control = KVMLIB_GUESTDBG_INJECT_DB };

	return call_ptr(vcpu, KVM_SET_GUEST_DEBUG, &debug);
}

START_TEST(injected_exception_is_pending_until_a_run)
{
	ck_assert_int_eq(kvmlib_sim_push_stale(sim, vcpu, 0), 0);
	ck_assert_int_eq(inject(), 0);
	ck_assert_int_eq(inject(), -EBUSY);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	ck_assert_int_eq(inject(), -EBUSY);
	set_immediate_exit(0);
	ck_assert_int_eq(go(), 0);
	ck_assert_int_eq(inject(), 0);
}
END_TEST

START_TEST(calls_go_with_their_capability)
{
	struct kvm_nested_state state = { .size = sizeof(state) };
	struct kvm_guest_debug debug = { .control = 0 };

	ck_assert_int_eq(call(vcpu, KVM_SMI, 0), 0);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_X86_SMM, 0);
	ck_assert_int_eq(call(vcpu, KVM_SMI, 0), -ENOTTY);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_NESTED_STATE, &state), 0);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_NESTED_STATE, 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_NESTED_STATE, &state), -EINVAL);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_SET_GUEST_DEBUG, 0);
	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_GUEST_DEBUG, &debug), -EINVAL);
}
END_TEST

static int set_private(void)
{
	struct kvm_memory_attributes args = { .size = page,
					      .attributes = KVMLIB_MEMORY_ATTRIBUTE_PRIVATE };

	return call_ptr(vm, KVM_SET_MEMORY_ATTRIBUTES, &args);
}

START_TEST(attributes_are_those_of_the_capability)
{
	ck_assert_int_eq(set_private(), -EINVAL);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_MEMORY_ATTRIBUTES,
				  KVMLIB_MEMORY_ATTRIBUTE_PRIVATE);
	ck_assert_int_eq(set_private(), 0);
}
END_TEST

static int attach_irqfd(int fd, int event)
{
	struct kvm_irqfd args = { .fd = (uint32_t)event, .gsi = 4 };

	return call_ptr(fd, KVM_IRQFD, &args);
}

START_TEST(irqfd_of_another_vm_goes_with_that)
{
	int event = eventfd(0, EFD_CLOEXEC);
	int other = call(system_fd, KVM_CREATE_VM, 0);

	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(call(other, KVM_CREATE_IRQCHIP, 0), 0);
	ck_assert_int_eq(attach_irqfd(other, event), 0);
	ck_assert_int_eq(attach_irqfd(vm, event), -EBUSY);
	ck_assert_int_eq(close_fd(other), 0);
	ck_assert_int_eq(attach_irqfd(vm, event), 0);
	close(event);
}
END_TEST

START_TEST(zones_are_freed_with_their_vm)
{
	struct kvm_coalesced_mmio_zone zone = { .addr = 0x1000, .size = 16 };

	ck_assert_int_eq(call_ptr(vm, KVM_REGISTER_COALESCED_MMIO, &zone), 0);
	zone.pio = 1;
	ck_assert_int_eq(call_ptr(vm, KVM_REGISTER_COALESCED_MMIO, &zone), 0);
}
END_TEST
#endif

Suite *calls_suite(void)
{
	Suite *suite = suite_create("sim_calls");

	ADD_TESTS(add_case(suite, "signals", setup_blocked),
		  signal_that_the_thread_alone_blocks_ends_the_run,
		  signal_mask_that_is_taken_back_is_the_threads,
		  signal_mask_that_is_refused_changes_nothing);
	ADD_TESTS(add_case(suite, "run_mask", setup_vcpu),
		  signal_that_the_run_blocks_does_not_end_it);
#if defined(__x86_64__)
	ADD_TESTS(add_case(suite, "x86_vcpu", setup_vcpu),
		  injected_exception_is_pending_until_a_run, calls_go_with_their_capability);
	ADD_TESTS(add_case(suite, "x86_vm", setup_vm), attributes_are_those_of_the_capability,
		  irqfd_of_another_vm_goes_with_that, zones_are_freed_with_their_vm);
#endif
	return suite;
}
