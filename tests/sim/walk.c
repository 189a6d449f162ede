/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every ioctl of the build's architecture is known on the descriptors that serve it. */
#include "fixture.h"

#include <unistd.h>

#include "../../sim/checks.h"
#include "../../sim/facts.h"
#include "suites.h"

#define NO_NUMBER ~0UL /* as an argument, good for no call that makes something or blocks */

/* A VM with all that calls ask for before they look at their argument, and all capabilities. */
static void setup_everything(void)
{
	setup_vm();
#if defined(__x86_64__)
	ck_assert_int_eq(call(vm, KVM_CREATE_IRQCHIP, 0), 0);
	struct kvm_pit_config config = { .flags = 0 };

	ck_assert_int_eq(call_ptr(vm, KVM_CREATE_PIT2, &config), 0);
#endif
	for (size_t i = 0; i < kvmlib__sim_nr_facts; i++)
		for (unsigned int c = 0; c < kvmlib__sim_facts[i].nr_capabilities; c++)
			kvmlib_sim_set_capability(sim, kvmlib__sim_facts[i].capabilities[c], 8192);
}

static bool is_unknown(int result)
{
	enum kvmlib__sim_check check = kvmlib__sim_refused_by;

	return result < 0 &&
	       (check == KVMLIB__SIM_CHECK_UNKNOWN_SYSTEM ||
		check == KVMLIB__SIM_CHECK_UNKNOWN_VM || check == KVMLIB__SIM_CHECK_UNKNOWN_VCPU ||
		check == KVMLIB__SIM_CHECK_UNKNOWN_DEVICE);
}

#if defined(__x86_64__)
/* A host that encrypts no memory refuses commands unread. */
static bool is_read(const struct kvmlib__sim_fact *fact)
{
	return fact->size && fact->request != KVM_MEMORY_ENCRYPT_OP;
}
#else
static bool is_read(const struct kvmlib__sim_fact *fact)
{
	return fact->size;
}
#endif

/* What the call answers to an argument that it can't have. */
static int ask(int fd, const struct kvmlib__sim_fact *fact)
{
	unsigned long arg = fact->size ? (unsigned long)(uintptr_t)hole : NO_NUMBER;
	int r = call(fd, fact->request, arg);

	if (r >= 0 && fact->request == KVM_GET_STATS_FD)
		ck_assert_int_eq(close(r), 0); /* a descriptor of the real system */
	if (r >= 0 && fact->request == KVM_CREATE_VM)
		ck_assert_int_eq(close_fd(r), 0); /* riscv64 looks at no type */
	return r;
}

static void walk(int fd, uint32_t kind)
{
	for (size_t i = 0; i < kvmlib__sim_nr_facts; i++) {
		const struct kvmlib__sim_fact *fact = &kvmlib__sim_facts[i];
		int r;

		if (!(fact->fds & kind))
			continue;
		r = ask(fd, fact);
		ck_assert_msg(!is_unknown(r), "%s is not known", fact->name);
		if (is_read(fact))
			ck_assert_msg(r == -EFAULT, "%s reads what can't be read: %d", fact->name,
				      r);
	}
}

START_TEST(system_calls_are_known)
{
	walk(system_fd, KVMLIB__FD_SYSTEM);
}
END_TEST

START_TEST(vm_calls_are_known)
{
	walk(vm, KVMLIB__FD_VM);
}
END_TEST

START_TEST(vcpu_calls_are_known)
{
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_ge(vcpu, 0);
	walk(vcpu, KVMLIB__FD_VCPU);
}
END_TEST

START_TEST(device_calls_are_known)
{
	int device;

	ck_assert_int_eq(kvmlib_sim_add_attr(sim, OWN_TYPE, 0, 0, 8,
					     KVMLIB_SIM_ATTR_SET | KVMLIB_SIM_ATTR_GET),
			 0);
	ck_assert_int_eq(create_device(OWN_TYPE, 0, &device), 0);
	walk(device, KVMLIB__FD_DEVICE);
	ck_assert_int_eq(close_fd(device), 0);
}
END_TEST

/* On no other descriptor does the kernel know a call. */
START_TEST(calls_of_the_vcpu_are_unknown_to_the_vm)
{
	for (size_t i = 0; i < kvmlib__sim_nr_facts; i++) {
		const struct kvmlib__sim_fact *fact = &kvmlib__sim_facts[i];

		if (fact->fds == KVMLIB__FD_VCPU)
			ck_assert_msg(is_unknown(ask(vm, fact)), "%s is known", fact->name);
	}
}
END_TEST

#if defined(__x86_64__)
static int set_filter(uint32_t flags)
{
	struct kvm_pmu_event_filter filter = { .flags = flags };

	return call_ptr(vm, KVM_SET_PMU_EVENT_FILTER, &filter);
}

START_TEST(no_capability_no_call)
{
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_PMU_EVENT_FILTER, 0);
	ck_assert_int_eq(set_filter(0), -ENOTTY);
	kvmlib_sim_set_capability(sim, KVMLIB_CAP_PMU_EVENT_FILTER, 1);
	ck_assert_int_eq(set_filter(0), 0);
}
END_TEST

START_TEST(what_was_set_is_had_again)
{
	struct kvm_xen_hvm_attr set = { .type = 1, .u = { .vector = 77 } };
	struct kvm_xen_hvm_attr got = { .type = 1 };

	ck_assert_int_eq(call_ptr(vm, KVM_XEN_HVM_SET_ATTR, &set), 0);
	ck_assert_int_eq(call_ptr(vm, KVM_XEN_HVM_GET_ATTR, &got), 0);
	ck_assert_mem_eq(&set, &got, sizeof(set));
}
END_TEST
#endif

Suite *walk_suite(void)
{
	Suite *suite = suite_create("sim_walk");
	TCase *tcase = add_case(suite, "walk", setup_everything);

	ADD_TESTS(tcase, system_calls_are_known, vm_calls_are_known, vcpu_calls_are_known,
		  device_calls_are_known, calls_of_the_vcpu_are_unknown_to_the_vm);
#if defined(__x86_64__)
	ADD_TESTS(tcase, no_capability_no_call, what_was_set_is_had_again);
#endif
	return suite;
}
