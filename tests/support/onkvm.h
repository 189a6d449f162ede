/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_ONKVM_H
#define TESTS_ONKVM_H

#include <stdint.h>

#include <kvmlib/kvmlib.h>

/* What tests on a real KVM open a system with; NULL, as long as nothing is recorded. */
const struct kvmlib_system_opts *live_opts(void);

/* The thread's error record, as an assertion. */
void assert_failed(int result, int errnum, uint32_t cause);

/* Open descriptors of this process. */
int count_fds(void);

#endif
