# SPDX-License-Identifier: LGPL-2.1-or-later

kvmlibincludedir = $(includedir)/kvmlib
kvmlibinclude_HEADERS = \
	include/kvmlib/arm64.h \
	include/kvmlib/arm64_gic.h \
	include/kvmlib/arm64_ids.h \
	include/kvmlib/arm64_vcpu.h \
	include/kvmlib/cap.h \
	include/kvmlib/causes.h \
	include/kvmlib/coalesced.h \
	include/kvmlib/common.h \
	include/kvmlib/control.h \
	include/kvmlib/cpuid.h \
	include/kvmlib/cpuid_hyperv.h \
	include/kvmlib/cpuid_model.h \
	include/kvmlib/debug.h \
	include/kvmlib/device.h \
	include/kvmlib/dirty.h \
	include/kvmlib/error.h \
	include/kvmlib/exit.h \
	include/kvmlib/explain.h \
	include/kvmlib/features.h \
	include/kvmlib/kvmlib.h \
	include/kvmlib/image.h \
	include/kvmlib/irq.h \
	include/kvmlib/irqchip.h \
	include/kvmlib/log.h \
	include/kvmlib/loongarch64.h \
	include/kvmlib/memory.h \
	include/kvmlib/memory_reader.h \
	include/kvmlib/move.h \
	include/kvmlib/ppc64.h \
	include/kvmlib/ppc64_caps.h \
	include/kvmlib/regs.h \
	include/kvmlib/report.h \
	include/kvmlib/reset.h \
	include/kvmlib/riscv64.h \
	include/kvmlib/riscv64_aia.h \
	include/kvmlib/riscv64_vcpu.h \
	include/kvmlib/run.h \
	include/kvmlib/s390x.h \
	include/kvmlib/state.h \
	include/kvmlib/state_plan.h \
	include/kvmlib/stats.h \
	include/kvmlib/sys.h \
	include/kvmlib/system.h \
	include/kvmlib/uapi_caps.h \
	include/kvmlib/uapi_exits.h \
	include/kvmlib/uapi_flags.h \
	include/kvmlib/uapi_structs.h \
	include/kvmlib/values.h \
	include/kvmlib/vcpu.h \
	include/kvmlib/vfio.h \
	include/kvmlib/vm.h \
	include/kvmlib/x86.h \
	include/kvmlib/x86_caps.h \
	include/kvmlib/x86_clock.h \
	include/kvmlib/x86_cpuid.h \
	include/kvmlib/x86_encrypt.h \
	include/kvmlib/x86_event.h \
	include/kvmlib/x86_exit.h \
	include/kvmlib/x86_irqchip.h \
	include/kvmlib/x86_msr.h \
	include/kvmlib/x86_paravirt.h \
	include/kvmlib/x86_pmu.h \
	include/kvmlib/x86_state.h
nodist_kvmlibinclude_HEADERS = include/kvmlib/version.h

# The objects once, for the library and for unit tests that wrap malloc.
noinst_LTLIBRARIES += lib/libobjects.la
lib_libobjects_la_SOURCES = \
	lib/base/capability.c \
	lib/base/crc32c.c lib/base/crc32c.h \
	lib/base/crc32c_tables.c \
	lib/base/error.c lib/base/error.h \
	lib/base/exit_tables.c lib/base/exit_tables.h \
	lib/base/exits.c \
	lib/base/explain.c \
	lib/base/host_tables.c lib/base/host_tables.h \
	lib/base/line.c lib/base/line.h \
	lib/base/log.c lib/base/log.h \
	lib/base/hyperv_tables.c lib/base/hyperv_tables.h \
	lib/base/arm64_model_tables.c lib/base/arm64_model_tables.h \
	lib/base/idreg_tables.c lib/base/idreg_tables.h \
	lib/base/model_tables.c lib/base/model_tables.h \
	lib/base/msr_tables.c lib/base/msr_tables.h \
	lib/base/opts.c lib/base/opts.h \
	lib/base/register_tables.c lib/base/register_tables.h \
	lib/base/registers.c \
	lib/base/sys.c lib/base/sys.h \
	lib/base/tables.c lib/base/tables.h \
	lib/base/uapi_ioctls.h \
	lib/base/uapi_structs.c \
	lib/base/uapi_structs.h \
	lib/base/uapi_structs_arm64.h \
	lib/base/uapi_structs_loongarch64.h \
	lib/base/uapi_structs_ppc64le.h \
	lib/base/uapi_structs_riscv64.h \
	lib/base/uapi_structs_s390x.h \
	lib/base/uapi_structs_x86_64.h \
	lib/core/arch/arm64.c \
	lib/core/arch/arm64_caps.c \
	lib/core/arch/arm64_exit.c \
	lib/core/arch/loongarch64_exit.c \
	lib/core/arch/ppc64.c \
	lib/core/arch/ppc64_caps.c \
	lib/core/arch/ppc64_exit.c \
	lib/core/arch/riscv64_caps.c \
	lib/core/arch/riscv64_exit.c \
	lib/core/arch/s390x.c \
	lib/core/arch/s390x_exit.c \
	lib/core/arch/s390x_irq.c \
	lib/core/arch/x86.c \
	lib/core/arch/x86.h \
	lib/core/arch/x86_call.c \
	lib/core/arch/x86_caps.c \
	lib/core/arch/x86_clock.c \
	lib/core/arch/x86_cpuid.c \
	lib/core/arch/x86_encrypt.c \
	lib/core/arch/x86_event.c \
	lib/core/arch/x86_exit.c \
	lib/core/arch/x86_exit_guests.c \
	lib/core/arch/x86_irqchip.c \
	lib/core/arch/x86_list.c \
	lib/core/arch/x86_msr.c \
	lib/core/arch/x86_nested.c \
	lib/core/arch/x86_paravirt.c \
	lib/core/arch/x86_pmu.c \
	lib/core/arch/x86_state.c \
	lib/core/arch/x86_xsave.c \
	lib/core/attr.c \
	lib/core/call.c \
	lib/core/cap.c lib/core/cap.h \
	lib/core/coalesced.c \
	lib/core/debug.c \
	lib/core/describe.c \
	lib/core/device.c \
	lib/core/enabled.c lib/core/enabled.h \
	lib/core/eventfd.c \
	lib/core/exit.c lib/core/exit.h \
	lib/core/filters.c \
	lib/core/filters.h \
	lib/core/guestmem.c \
	lib/core/handles.h \
	lib/core/irqchip.c \
	lib/core/onereg.c \
	lib/core/regs.c \
	lib/core/routing.c \
	lib/core/run.c \
	lib/core/runpage.c \
	lib/core/slot.c \
	lib/core/stats.c \
	lib/core/system.c \
	lib/core/vcpu.c \
	lib/core/version.c \
	lib/core/vm.c \
	lib/manage/control/attend.c \
	lib/manage/control/call.c \
	lib/manage/control/control.c \
	lib/manage/control/control.h \
	lib/manage/control/fresh.c \
	lib/manage/control/member.c \
	lib/manage/control/notify.c \
	lib/manage/control/pause.c \
	lib/manage/control/plug.c \
	lib/manage/control/start.c \
	lib/manage/control/watch.c \
	lib/manage/cpuid/apply.c \
	lib/manage/cpuid/check.c lib/manage/cpuid/check.h \
	lib/manage/cpuid/check_hyperv.c \
	lib/manage/cpuid/check_topology.c \
	lib/manage/cpuid/collect.c \
	lib/manage/cpuid/compare.c \
	lib/manage/cpuid/cpuid.c lib/manage/cpuid/cpuid.h \
	lib/manage/cpuid/entries.c \
	lib/manage/cpuid/features.c \
	lib/manage/cpuid/fix.c \
	lib/manage/cpuid/hyperv.c lib/manage/cpuid/hyperv.h \
	lib/manage/cpuid/hyperv_set.c \
	lib/manage/cpuid/hyperv_vcpu.c \
	lib/manage/cpuid/model.c \
	lib/manage/cpuid/msrs.c \
	lib/manage/cpuid/sets.c \
	lib/manage/cpuid/topology.c lib/manage/cpuid/topology.h \
	lib/manage/cpuid/verdict.c \
	lib/manage/cpuid/xsave.c \
	lib/manage/debug/arm.c \
	lib/manage/debug/debug.c \
	lib/manage/debug/debug.h \
	lib/manage/debug/point.c \
	lib/manage/debug/step.c \
	lib/manage/debug/stop.c \
	lib/manage/device/arm64_attrs.h \
	lib/manage/device/arm64_gic.c \
	lib/manage/device/arm64_irq.c \
	lib/manage/device/arm64_pmu.c \
	lib/manage/device/arm64_pvtime.c \
	lib/manage/device/arm64_timer.c \
	lib/manage/device/arm64_vcpu.c \
	lib/manage/device/riscv64_aia.c \
	lib/manage/device/setup.h \
	lib/manage/device/vfio.c \
	lib/manage/dirty/consumer.c \
	lib/manage/dirty/dirty.c \
	lib/manage/dirty/dirty.h \
	lib/manage/dirty/harvest.c \
	lib/manage/dirty/log.c \
	lib/manage/dirty/mark.c \
	lib/manage/dirty/ring.c \
	lib/manage/dirty/runs.c \
	lib/manage/dirty/throttle.c \
	lib/manage/ids/ids.c lib/manage/ids/ids.h \
	lib/manage/ids/model.c \
	lib/manage/ids/sets.c \
	lib/manage/ids/vcpu.c \
	lib/manage/images/format.c lib/manage/images/format.h \
	lib/manage/images/images.h \
	lib/manage/images/load.c \
	lib/manage/images/read.c \
	lib/manage/images/sum.c \
	lib/manage/images/sums.c \
	lib/manage/images/view.c \
	lib/manage/images/walk.c \
	lib/manage/images/write.c \
	lib/manage/irq/change.c \
	lib/manage/irq/coalesced.c \
	lib/manage/irq/coalesced.h \
	lib/manage/irq/coalesced_drain.c \
	lib/manage/irq/commit.c \
	lib/manage/irq/eoi.c \
	lib/manage/irq/eventfd.c \
	lib/manage/irq/inject.c \
	lib/manage/irq/ioeventfd.c \
	lib/manage/irq/irq.h \
	lib/manage/irq/irqchip.c \
	lib/manage/irq/irqfd.c \
	lib/manage/irq/line.c \
	lib/manage/irq/route.c \
	lib/manage/irq/routes.c \
	lib/manage/memory/access.c \
	lib/manage/memory/atomic.c \
	lib/manage/memory/backing.c \
	lib/manage/memory/carry.c \
	lib/manage/memory/change.c \
	lib/manage/memory/commit.c \
	lib/manage/memory/convert.c \
	lib/manage/memory/discard.c \
	lib/manage/memory/memory.c \
	lib/manage/memory/memory.h \
	lib/manage/memory/order.c \
	lib/manage/memory/pieces.c \
	lib/manage/memory/plan.c \
	lib/manage/memory/populate.c \
	lib/manage/memory/reader.c \
	lib/manage/memory/region.c \
	lib/manage/memory/slots.c \
	lib/manage/memory/track.c \
	lib/manage/memory/usage.c \
	lib/manage/memory/view.c \
	lib/manage/move/move.c lib/manage/move/move.h \
	lib/manage/move/pace.c \
	lib/manage/move/rounds.c \
	lib/manage/move/send.c \
	lib/manage/onereg/riscv64.h \
	lib/manage/onereg/riscv64_ext.c \
	lib/manage/onereg/riscv64_timer.c \
	lib/manage/report.c lib/manage/report.h \
	lib/manage/report_collect.c \
	lib/manage/report_compare.c \
	lib/manage/report_cpuid.c \
	lib/manage/report_ids.c \
	lib/manage/report_item.c \
	lib/manage/report_text.c \
	lib/manage/reset/back.c \
	lib/manage/reset/keep.c \
	lib/manage/reset/reset.c lib/manage/reset/reset.h \
	lib/manage/state/aia.c lib/manage/state/aia.h \
	lib/manage/state/attrs.c lib/manage/state/attrs.h \
	lib/manage/state/check.c \
	lib/manage/state/format.c lib/manage/state/format.h \
	lib/manage/state/gic.c \
	lib/manage/state/gic.h \
	lib/manage/state/its.c lib/manage/state/its.h \
	lib/manage/state/machine.c \
	lib/manage/state/no_steps.c \
	lib/manage/state/onereg.c \
	lib/manage/state/onereg.h \
	lib/manage/state/onereg_steps.c \
	lib/manage/state/plan.c lib/manage/state/plan.h \
	lib/manage/state/restore.c \
	lib/manage/state/save.c \
	lib/manage/state/state.c lib/manage/state/state.h \
	lib/manage/state/steps.h \
	lib/manage/state/stream.c \
	lib/manage/state/x86.h \
	lib/manage/state/x86_check.c \
	lib/manage/state/x86_clocks.c \
	lib/manage/state/x86_cpuid.c \
	lib/manage/state/x86_filters.c \
	lib/manage/state/x86_msrs.c \
	lib/manage/state/x86_steps.c \
	lib/manage/stats.c lib/manage/stats.h \
	lib/manage/stats_layout.c
lib_libobjects_la_LIBADD = $(KVMLIB_ATOMIC)

lib_LTLIBRARIES += libkvmlib.la
libkvmlib_la_SOURCES =
libkvmlib_la_LIBADD = lib/libobjects.la
libkvmlib_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(KVMLIB_LT_VERSION) \
	-Wl,--version-script=$(srcdir)/lib/kvmlib.map -Wl,--no-undefined-version $(KVMLIB_DEFS)
EXTRA_libkvmlib_la_DEPENDENCIES = lib/kvmlib.map
EXTRA_DIST += lib/kvmlib.map

pkgconfig_DATA += lib/kvmlib.pc

# The ABI against its baseline (scripts/check-abi says how), which moves with the symbols.
check-abi: libkvmlib.la
	$(srcdir)/scripts/check-abi .libs/libkvmlib.so.0
update-abi: libkvmlib.la
	$(srcdir)/scripts/check-abi --update .libs/libkvmlib.so.0
.PHONY: check-abi update-abi
EXTRA_DIST += abi/kvmlib-dev.abi
