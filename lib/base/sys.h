/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__SYS_H
#define KVMLIB__SYS_H

#include <kvmlib/sys.h>

/* The system's own table: complete, whatever the caller's had. */
void kvmlib__sys_init(struct kvmlib_sys_ops *sys, const struct kvmlib_sys_ops *replacement);

#endif
