/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Resets of a guest that has written to some pages, and the same ioctls and copies without the library. */
#include "subject.h"

#include <linux/kvm.h>

static int reset(struct subject *subject)
{
	return kvmlib_reset(subject->reset, NULL);
}

#define WRITES(pages)                                      \
	static void write_##pages(struct subject *subject) \
	{                                                  \
		subject_write(subject, pages);             \
	}
WRITES(0)
WRITES(16)
WRITES(1000)

/* Of the pages that may have been written: to look at all would put what is measured out of the caches. */
static void check(struct subject *subject)
{
	struct kvm_regs regs;

	for (uint64_t i = 0; i < 1000; i++)
		if (subject->ram[FIRST + i * STRIDE] != subject->copies[0][FIRST + i * STRIDE])
			bench_fail("the memory");
	if (kvmlib_vcpu_get_regs(subject->vcpu, &regs) < 0 || regs.rdi != FIRST + STRIDE)
		bench_fail("the registers");
}

#define ROW(pages)                                                                         \
	{                                                                                  \
		.name = "reset_" #pages, .raw = plain_reset, .wrapped = reset, .calls = 1, \
		.prepare = write_##pages, .check = check                                   \
	}
const struct row reset_rows[] = { ROW(0), ROW(16), ROW(1000) };
const size_t nr_reset_rows = sizeof(reset_rows) / sizeof(reset_rows[0]);
