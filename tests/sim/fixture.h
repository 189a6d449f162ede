/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_SIM_FIXTURE_H
#define TESTS_SIM_FIXTURE_H

/* The simulated kernel, asked through its syscall table alone. */

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include <kvmlib/sim.h>
#include <kvmlib/sys.h>
#include <kvmlib/uapi_caps.h>
#include <kvmlib/uapi_exits.h>
#include <kvmlib/uapi_flags.h>

#include "../../lib/base/uapi_ioctls.h"
#include "../../lib/base/uapi_structs.h"

#define KICK		SIGUSR1
#define NO_SUCH_FD	0x4b00ffff
#define UNKNOWN_REQUEST 0xaeffUL
#define MEMORY_PAGES	256U

/* What most tests need, each made by the setup of its name; -1 or NULL where it was not. */
extern struct kvmlib_sim *sim;
extern const struct kvmlib_sys_ops *ops;
extern int system_fd;
extern int vm;
extern int vcpu;
extern struct kvm_run *run; /* the vCPU's */

extern size_t page;
extern uint8_t *memory; /* MEMORY_PAGES for slots, or (one unmapped page) for bad pointers */
extern uint8_t *hole;

/* Checked fixtures: each makes what the one before does, and one descriptor more. */
void setup_sim(void);
void setup_system(void);
void setup_vm(void);
void setup_vcpu(void);

/* Nothing may be left but what the fixture opened. */
void teardown(void);

/* A test case with such a setup (NULL: none) and the teardown, in its suite. */
TCase *add_case(Suite *suite, const char *name, SFun setup);

/* Add tests to a case. */
#define ADD_TESTS(tcase, ...)                                                      \
	do {                                                                       \
		const TTest *const tests_[] = { __VA_ARGS__ };                     \
		for (size_t i_ = 0; i_ < sizeof(tests_) / sizeof(tests_[0]); i_++) \
			tcase_add_test(tcase, tests_[i_]);                         \
	} while (0)

/* Calls through the table. */
int call(int fd, unsigned long request, unsigned long arg);
int call_ptr(int fd, unsigned long request, void *arg);
int open_kvm(void);
int close_fd(int fd);
void close_open(int *fd); /* if it is open; -1 then */
int dup_fd(int fd, int least);
int map_run(int fd, struct kvm_run **ret_run);
int unmap_run(struct kvm_run *mapping);

/* The descriptor's name in /proc/self/fd. */
void assert_link(int fd, const char *expected);

/* Calls on the fixture's VM. */
int set_slot(uint32_t slot, uint32_t flags, uint64_t gpa, uint64_t pages, uint64_t host_page);
int get_dirty(uint32_t slot, void *bitmap);
int enable_cap(uint32_t cap, uint64_t arg);
#ifdef KVM_IRQ_LINE
int irq_line(uint32_t irq, uint32_t level);
#endif

/* Its devices. This type is none of any architecture. */
#define OWN_TYPE 40U
int create_device(uint32_t type, uint32_t flags, int *ret_fd);
int attr_call(int fd, unsigned long request, uint32_t group, uint64_t attr, const void *value);

/* Calls on the fixture's vCPU. */
int go(void);
void set_immediate_exit(uint8_t value);

#if defined(__x86_64__)
/* struct kvm_cpuid2 with room. */
struct cpuid_list {
	uint32_t nent;
	uint32_t padding;
	struct kvm_cpuid_entry2 entries[300];
};

int set_supported_cpuid(void);
struct kvm_sregs get_sregs(void);
#endif

/* Let note_signal() count a signal of this process. */
extern volatile sig_atomic_t signals_seen;
void note_signal(int signo);
void catch_signal(int signo, int flags);

#endif
