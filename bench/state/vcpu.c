/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A vCPU saved and restored, and the same ioctls without the library. */
#include "subject.h"

static int repeat_saving(struct subject *subject)
{
	return calls_repeat(&subject->saving);
}

static int save(struct subject *subject)
{
	kvmlib_state_clear(subject->state);
	return kvmlib_state_save_vcpu(subject->plan, subject->vcpu, subject->state);
}

static int repeat_restoring(struct subject *subject)
{
	return calls_repeat(&subject->restoring);
}

static int restore(struct subject *subject)
{
	return kvmlib_state_restore_vcpu(subject->plan, subject->saved, subject->vcpu);
}

const struct row vcpu_rows[] = {
	{ .name = "vcpu_save", .raw = repeat_saving, .wrapped = save, .calls = 100 },
	{ .name = "vcpu_restore", .raw = repeat_restoring, .wrapped = restore, .calls = 100 },
};
const size_t nr_vcpu_rows = sizeof(vcpu_rows) / sizeof(vcpu_rows[0]);
