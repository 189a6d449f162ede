/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_EVERY_GIC_H
#define TESTS_EVERY_GIC_H

#include "every.h"

#if defined(__aarch64__)

#define GIC_DISTRIBUTOR 0x8000000U
#define GIC_CPUS	0x80a0000U
#define GIC_ITS		0x8080000U
#define GIC_NOTHING	1023U /* what a vCPU is told that asks without need */

/* Of one vCPU; what kvmlib_arm64_gic_probe() has found says which. */
struct kvmlib_device *make_gic(struct machine *of, uint32_t found);

#endif
#endif
