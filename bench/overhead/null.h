/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_OVERHEAD_NULL_H
#define BENCH_OVERHEAD_NULL_H

#include <kvmlib/sys.h>

/*
 * A kernel that says yes to everything and does nothing; every KVM_RUN is a port access, or
 * interrupted if the run page asks for it. It calls nothing outside the program.
 */
extern const struct kvmlib_sys_ops null_sys;

#endif
