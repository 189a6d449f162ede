/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_AGREE_PAIR_H
#define TESTS_AGREE_PAIR_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include <kvmlib/kvmlib.h>

#include "../../lib/base/uapi_ioctls.h"
#include "../../lib/base/uapi_structs.h"

#define PAGE	  4096U
#define RAM_PAGES 64U
#define CODE_GPA  0x1000U
#define FREE_GPA  0xd0000U /* nothing is mapped here */

/* Where no pointer can point. */
#define NOWHERE ((void *)(uintptr_t)64)

/* A VM with a vCPU, reached by descriptors and nothing else. */
struct raw {
	int kvm;
	int vm;
	int vcpu;
	struct kvm_run *run;
	uint8_t *ram; /* slot 0, at 0 */
};

/* Its twin, made and reached by the library; the run page is mapped here as well, to look at. */
struct ours {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvm_run *run;
	uint8_t *ram;
};

extern struct raw raw;
extern struct ours ours;

/* Make both, and drop both; true if the kernel let us. */
bool pair_open(void);
bool pair_add_vm(void);
bool pair_add_vcpu(void);
void pair_close(void);

/* What a row wants of both answers. */
enum want { SUCCEEDS, FAILS };

/*
 * One call, both ways: raw_call is -1 with an errno, our_call -errno. Either may write to `out`, of
 * the type given (char, for calls that write nothing), which holds the same bytes before. The
 * answers and the bytes must be the same, and as wanted. NEEDS(name) asks for a capability.
 */
#define ROW(want, title, type, raw_call, our_call) \
	IF(true, "", want, title, type, raw_call, our_call)
#define NEEDS(name, ...)                                                                        \
	IF(kvmlib_system_check_extension(ours.system, KVMLIB_CAP_##name) > 0, "KVM_CAP_" #name, \
	   __VA_ARGS__)
#define IF(condition, reason, want, title, type, raw_call, our_call)                              \
	do {                                                                                      \
		if (condition) {                                                                  \
			type by_raw_, by_us_, *out = &by_raw_;                                    \
			int raw_, us_;                                                            \
			memset(&by_raw_, 0x5a, sizeof(by_raw_));                                  \
			memset(&by_us_, 0x5a, sizeof(by_us_));                                    \
			(void)out;                                                                \
			raw_ = (raw_call);                                                        \
			raw_ = raw_ < 0 ? -errno : raw_;                                          \
			out = &by_us_;                                                            \
			us_ = (our_call);                                                         \
			judge(&(const struct outcome){ want, title, raw_, us_, &by_raw_, &by_us_, \
						       sizeof(type) });                           \
		} else {                                                                          \
			skip(title, "no " reason);                                                \
		}                                                                                 \
	} while (0)

/* What both ways of a row came to. */
struct outcome {
	enum want want;
	const char *title;
	int raw;
	int ours;
	const void *by_raw;
	const void *by_ours;
	size_t size;
};

/* Print a row's line. */
void judge(const struct outcome *outcome);
void skip(const char *title, const char *reason);

/* A failure, if what rows need could not be made; and whether it was. */
bool made(bool good, const char *what);

/* Descriptors have different numbers: close one, and answer 0; an error passes. */
int closed(int fd);

/* Rows by what they are about; each makes what it needs anew. */
void system_rows(void);
void vm_rows(void);
void slot_rows(void);
void interrupt_rows(void);
void vcpu_rows(void);
void run_rows(void);
void x86_rows(void);
void platform_rows(void);
void ring_rows(void);

#endif
