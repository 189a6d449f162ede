/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_KVMLIB_H
#define KVMLIB_KVMLIB_H

/**
 * @file
 * @brief The whole library in one include.
 */

#include <kvmlib/arm64.h>
#include <kvmlib/arm64_gic.h>
#include <kvmlib/arm64_ids.h>
#include <kvmlib/arm64_vcpu.h>
#include <kvmlib/cap.h>
#include <kvmlib/causes.h>
#include <kvmlib/coalesced.h>
#include <kvmlib/common.h>
#include <kvmlib/control.h>
#include <kvmlib/cpuid.h>
#include <kvmlib/cpuid_hyperv.h>
#include <kvmlib/cpuid_model.h>
#include <kvmlib/debug.h>
#include <kvmlib/device.h>
#include <kvmlib/dirty.h>
#include <kvmlib/error.h>
#include <kvmlib/exit.h>
#include <kvmlib/explain.h>
#include <kvmlib/features.h>
#include <kvmlib/image.h>
#include <kvmlib/irq.h>
#include <kvmlib/irqchip.h>
#include <kvmlib/log.h>
#include <kvmlib/loongarch64.h>
#include <kvmlib/memory.h>
#include <kvmlib/memory_reader.h>
#include <kvmlib/move.h>
#include <kvmlib/ppc64.h>
#include <kvmlib/regs.h>
#include <kvmlib/report.h>
#include <kvmlib/reset.h>
#include <kvmlib/riscv64.h>
#include <kvmlib/riscv64_aia.h>
#include <kvmlib/riscv64_vcpu.h>
#include <kvmlib/run.h>
#include <kvmlib/s390x.h>
#include <kvmlib/state.h>
#include <kvmlib/state_plan.h>
#include <kvmlib/stats.h>
#include <kvmlib/sys.h>
#include <kvmlib/system.h>
#include <kvmlib/uapi_caps.h>
#include <kvmlib/uapi_exits.h>
#include <kvmlib/uapi_flags.h>
#include <kvmlib/uapi_structs.h>
#include <kvmlib/values.h>
#include <kvmlib/vcpu.h>
#include <kvmlib/version.h>
#include <kvmlib/vfio.h>
#include <kvmlib/vm.h>
#include <kvmlib/x86.h>

#endif
