/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct kvmlib_sim *sim;
const struct kvmlib_sys_ops *ops;
int system_fd = -1;
int vm = -1;
int vcpu = -1;
struct kvm_run *run;
size_t page;
uint8_t *memory;
uint8_t *hole;
volatile sig_atomic_t signals_seen;

int call(int fd, unsigned long request, unsigned long arg)
{
	return ops->ioctl(ops->ctx, fd, request, arg);
}

int call_ptr(int fd, unsigned long request, void *arg)
{
	return call(fd, request, (unsigned long)(uintptr_t)arg);
}

int open_kvm(void)
{
	return ops->open(ops->ctx, "/dev/kvm", O_RDWR | O_CLOEXEC);
}

int close_fd(int fd)
{
	return ops->close(ops->ctx, fd);
}

int map_run(int fd, struct kvm_run **ret_run)
{
	void *address = NULL;
	int r = ops->mmap(ops->ctx, 3 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0, &address);

	if (r == 0)
		*ret_run = address;
	return r;
}

int unmap_run(struct kvm_run *mapping)
{
	return ops->munmap(ops->ctx, mapping, 3 * page);
}

int go(void)
{
	return call(vcpu, KVM_RUN, 0);
}

void set_immediate_exit(uint8_t value)
{
	__atomic_store_n(&run->immediate_exit, value, __ATOMIC_SEQ_CST);
}

int set_slot(uint32_t slot, uint32_t flags, uint64_t gpa, uint64_t pages, uint64_t host_page)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = gpa,
		.memory_size = pages * page,
		.userspace_addr = (uintptr_t)memory + host_page * page,
	};

	return call_ptr(vm, KVM_SET_USER_MEMORY_REGION, &region);
}

int get_dirty(uint32_t slot, void *bitmap)
{
	struct kvm_dirty_log log = { .slot = slot, .dirty_bitmap = bitmap };

	return call_ptr(vm, KVM_GET_DIRTY_LOG, &log);
}

int enable_cap(uint32_t cap, uint64_t arg)
{
	struct kvm_enable_cap enable = { .cap = cap, .args = { arg } };

	return call_ptr(vm, KVM_ENABLE_CAP, &enable);
}

void setup_sim(void)
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	memory = mmap(NULL, (MEMORY_PAGES + 1) * page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(memory, MAP_FAILED);
	hole = memory + MEMORY_PAGES * page;
	ck_assert_int_eq(munmap(hole, page), 0);
	ck_assert_int_eq(kvmlib_sim_new(&sim), 0);
	ops = kvmlib_sim_sys_ops(sim);
	system_fd = -1;
	vm = -1;
	vcpu = -1;
	run = NULL;
}

void setup_system(void)
{
	setup_sim();
	system_fd = open_kvm();
	ck_assert_int_ge(system_fd, 0);
}

void setup_vm(void)
{
	setup_system();
	vm = call(system_fd, KVM_CREATE_VM, 0);
	ck_assert_int_ge(vm, 0);
}

void setup_vcpu(void)
{
	setup_vm();
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(map_run(vcpu, &run), 0);
}

void close_open(int *fd)
{
	if (*fd >= 0)
		ck_assert_int_eq(close_fd(*fd), 0);
	*fd = -1;
}

/* Nothing may be left but what the fixture opened. */
void teardown(void)
{
	if (run)
		ck_assert_int_eq(unmap_run(run), 0);
	close_open(&vcpu);
	close_open(&vm);
	close_open(&system_fd);
	ck_assert_int_eq(kvmlib_sim_open_fds(sim), 0);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 0);
	ck_assert_ptr_null(kvmlib_sim_free(sim));
	munmap(memory, MEMORY_PAGES * page);
}

void note_signal(int signo)
{
	(void)signo;
	signals_seen++;
}

void catch_signal(int signo, int flags)
{
	struct sigaction action = { .sa_handler = note_signal, .sa_flags = flags };

	sigemptyset(&action.sa_mask);
	ck_assert_int_eq(ops->sigaction(ops->ctx, signo, &action, NULL), 0);
}

int dup_fd(int fd, int least)
{
	return ops->fcntl(ops->ctx, fd, F_DUPFD_CLOEXEC, least);
}

void assert_link(int fd, const char *expected)
{
	char path[64];
	char name[64];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = ops->readlink(ops->ctx, path, name, sizeof(name));
	ck_assert_int_eq(r, (int)strlen(expected));
	ck_assert_mem_eq(name, expected, strlen(expected));
}

#if defined(__x86_64__)
int set_supported_cpuid(void)
{
	static struct cpuid_list list;

	list.nent = 300;
	ck_assert_int_eq(call_ptr(system_fd, KVM_GET_SUPPORTED_CPUID, &list), 0);
	return call_ptr(vcpu, KVM_SET_CPUID2, &list);
}

struct kvm_sregs get_sregs(void)
{
	struct kvm_sregs sregs = { 0 };

	ck_assert_int_eq(call_ptr(vcpu, KVM_GET_SREGS, &sregs), 0);
	return sregs;
}
#endif

#ifdef KVM_IRQ_LINE
int irq_line(uint32_t irq, uint32_t level)
{
	struct kvm_irq_level args = { .irq = irq, .level = level };

	return call_ptr(vm, KVM_IRQ_LINE, &args);
}
#endif

int create_device(uint32_t type, uint32_t flags, int *ret_fd)
{
	struct kvm_create_device args = { .type = type, .flags = flags, .fd = 77 };
	int r = call_ptr(vm, KVM_CREATE_DEVICE, &args);

	*ret_fd = (int)args.fd;
	return r;
}

int attr_call(int fd, unsigned long request, uint32_t group, uint64_t attr, const void *value)
{
	struct kvm_device_attr args = { .group = group, .attr = attr, .addr = (uintptr_t)value };

	return call_ptr(fd, request, &args);
}

TCase *add_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	if (setup)
		tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return tcase;
}
