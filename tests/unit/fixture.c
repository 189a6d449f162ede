/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <recording.h>

#define MAX_PAGE_SIZE 65536U
#define PATIENCE      10.0 /* seconds */

struct fixture fix;

static struct record record;

struct kvmlib_system_opts sim_opts(void)
{
	return (struct kvmlib_system_opts){
		.size = sizeof(struct kvmlib_system_opts),
		.sys = recorded(&record, fix.sys),
	};
}

void setup_sim(void)
{
	memset(&fix, 0, sizeof(fix));
	ck_assert_int_eq(kvmlib_sim_new(&fix.sim), 0);
	fix.sys = kvmlib_sim_sys_ops(fix.sim);
}

void make_system(void)
{
	struct kvmlib_system_opts opts = sim_opts();

	ck_assert_int_eq(kvmlib_system_open(&opts, &fix.system), 0);
}

void make_vm(void)
{
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
}

void make_vcpu(void)
{
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu), 0);
}

void setup_system(void)
{
	setup_sim();
	make_system();
}

void setup_vm(void)
{
	setup_system();
	make_vm();
}

void setup_vcpu(void)
{
	setup_vm();
	make_vcpu();
}

void teardown(void)
{
	fix.device = kvmlib_device_unref(fix.device);
	fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
	fix.vm = kvmlib_vm_unref(fix.vm);
	fix.system = kvmlib_system_unref(fix.system);
	if (fix.sim) {
		ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 0);
		ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), 0);
	}
	fix.sim = kvmlib_sim_free(fix.sim);
}

TCase *add_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	if (setup)
		tcase_add_checked_fixture(tcase, setup, teardown);
	suite_add_tcase(suite, tcase);
	return tcase;
}

/* A failure that no test makes on purpose. */
void spoil_record(void)
{
	kvmlib_device_get_attr(NULL, 0, 0, NULL);
}

bool record_is_spoiled(void)
{
	return !record_differs("kvmlib_device_get_attr()", EINVAL, KVMLIB_CAUSE_NULL_ARGUMENT,
			       NULL);
}

static bool is_name_at_start(const char *name, const char *text)
{
	size_t length = strcspn(text, "( ");

	return name && strlen(name) == length && !memcmp(name, text, length);
}

static const char *or_none(const char *text)
{
	return text ? text : "none";
}

const char *record_differs(const char *text, int errnum, uint32_t cause, const char *call)
{
	static char differs[512];
	const char *other = kvmlib_error_call();

	if (kvmlib_error_errno() == errnum && kvmlib_error_cause() == cause &&
	    is_name_at_start(kvmlib_error_function(), text) && !call == !other &&
	    (!call || !strcmp(call, other)))
		return NULL;
	snprintf(differs, sizeof(differs),
		 "the record has errno %d, cause %s, call %s, function %s, "
		 "but should have errno %d, cause %s, call %s",
		 kvmlib_error_errno(), or_none(kvmlib_cause_name(kvmlib_error_cause())),
		 or_none(other), or_none(kvmlib_error_function()), errnum,
		 or_none(kvmlib_cause_name(cause)), or_none(call));
	return differs;
}

static void add_attr(uint64_t attr, size_t size, uint32_t access)
{
	ck_assert_int_eq(kvmlib_sim_add_attr(fix.sim, DEVICE_TYPE, 1, attr, size, access), 0);
}

void add_device_type(void)
{
	add_attr(0, 8, KVMLIB_SIM_ATTR_SET | KVMLIB_SIM_ATTR_GET);
	add_attr(1, 4, KVMLIB_SIM_ATTR_GET);
	add_attr(2, 4, KVMLIB_SIM_ATTR_SET);
	add_attr(3, 0, KVMLIB_SIM_ATTR_SET);
}

struct kvmlib_device *make_device(void)
{
	struct kvmlib_device *device = NULL;

	add_device_type();
	assert_ok(kvmlib_vm_create_device(fix.vm, DEVICE_TYPE, 0, &device));
	return device;
}

size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

uint8_t *guest_memory(void)
{
	static _Alignas(MAX_PAGE_SIZE) uint8_t memory[GUEST_PAGES * MAX_PAGE_SIZE];

	return memory;
}

struct kvm_userspace_memory_region region_of(uint32_t slot, uint64_t page, uint64_t pages)
{
	return (struct kvm_userspace_memory_region){
		.slot = slot,
		.guest_phys_addr = page * page_size(),
		.memory_size = pages * page_size(),
		.userspace_addr = (uintptr_t)guest_memory(),
	};
}

void push_payload(const struct kvm_run *run, int result)
{
	struct kvmlib_sim_exit entry = {
		.size = sizeof(entry),
		.result = result,
		.reason = run->exit_reason,
		.payload = run->padding,
		.payload_size = sizeof(run->padding),
	};

	ck_assert_int_eq(kvmlib_sim_push_exit(fix.sim, kvmlib_vcpu_fd(fix.vcpu), &entry), 0);
}

void push_exit(uint32_t reason, int result)
{
	struct kvm_run run = { .exit_reason = reason };

	push_payload(&run, result);
}

void run_to(uint32_t reason)
{
	assert_ok(kvmlib_vcpu_run(fix.vcpu));
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(fix.vcpu), reason);
}

struct kvm_run *map_run_page(void)
{
	const struct kvmlib_sys_ops *sys = kvmlib_sim_sys_ops(fix.sim);
	void *address;

	ck_assert_int_eq(sys->mmap(sys->ctx, page_size(), PROT_READ | PROT_WRITE, MAP_SHARED,
				   kvmlib_vcpu_fd(fix.vcpu), 0, &address),
			 0);
	return address;
}

void unmap_run_page(struct kvm_run *run)
{
	const struct kvmlib_sys_ops *sys = kvmlib_sim_sys_ops(fix.sim);

	ck_assert_int_eq(sys->munmap(sys->ctx, run, page_size()), 0);
}

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void wait_in_guest(struct kvmlib_vcpu *vcpu)
{
	double deadline = now() + PATIENCE;

	while (kvmlib_sim_in_guest(fix.sim, kvmlib_vcpu_fd(vcpu)) != 1) {
		ck_assert_msg(now() < deadline, "the vCPU does not enter the guest");
		sched_yield();
	}
}
