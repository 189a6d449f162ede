/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reset as one would write it for this VM alone: one slot, one vCPU, and ioctls that are known. */
#include "subject.h"

#include <string.h>
#include <sys/ioctl.h>

#include <linux/kvm.h>

static bool any(const uint64_t *bitmap)
{
	for (uint64_t word = 0; word < NR_PAGES / 64; word++)
		if (bitmap[word])
			return true;
	return false;
}

/* What was read is protected again, before it is written. */
static int harvest(struct subject *subject)
{
	const bool is_manual = kvmlib_dirty_mechanism(subject->dirty) == KVMLIB_DIRTY_MANUAL;
	struct kvm_dirty_log log = { .slot = 0, .dirty_bitmap = subject->bitmap };
	struct kvm_clear_dirty_log clear = { .slot = 0,
					     .num_pages = NR_PAGES,
					     .dirty_bitmap = subject->bitmap };
	int fd = kvmlib_vm_fd(subject->vm);
	int r = ioctl(fd, KVM_GET_DIRTY_LOG, &log);

	return r < 0 || !is_manual || !any(subject->bitmap)
		       ? r
		       : ioctl(fd, KVM_CLEAR_DIRTY_LOG, &clear);
}

static void copy_pages(struct subject *subject)
{
	const uint8_t *copy = subject->copies[subject->turn++ % 2];

	for (uint64_t word = 0; word < NR_PAGES / 64; word++)
		for (uint64_t bits = subject->bitmap[word]; bits; bits &= bits - 1) {
			uint64_t at = (word * 64 + (uint64_t)__builtin_ctzll(bits)) * PAGE;

			memcpy(subject->ram + at, copy + at, PAGE);
		}
}

int plain_reset(struct subject *subject)
{
	if (harvest(subject) < 0)
		return -1;
	copy_pages(subject);
	return calls_repeat(&subject->calls);
}
