# SPDX-License-Identifier: LGPL-2.1-or-later

TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
TEST_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
# The recording table asks the dynamic linker for the names of public functions.
SHOW_PUBLIC = -Wl,--export-dynamic

check_LIBRARIES += tests/libsupport.a
tests_libsupport_a_SOURCES = \
	tests/support/caller.c tests/support/caller.h \
	tests/support/kinds.c tests/support/kinds.h \
	tests/support/onkvm.c tests/support/onkvm.h \
	tests/support/record.c tests/support/record.h \
	tests/support/recording.c tests/support/recording.h \
	tests/support/rounds.c tests/support/rounds.h \
	tests/support/runner.c tests/support/runner.h
tests_libsupport_a_CPPFLAGS = $(TEST_CPPFLAGS)
tests_libsupport_a_CFLAGS = $(TEST_CFLAGS)
SUPPORT = tests/libsupport.a $(CHECK_LIBS)

# The runner itself: what it prints counts for nothing if its skips look like passes.
check_PROGRAMS += tests/support/skips
TESTS += tests/support/skips
tests_support_skips_SOURCES = tests/support/skips.c
tests_support_skips_CPPFLAGS = $(TEST_CPPFLAGS)
tests_support_skips_CFLAGS = $(TEST_CFLAGS)
tests_support_skips_LDADD = $(SUPPORT)

# What the sources, the build and an installation look like.
BUILD_TESTS = tests/build/test_abi.py tests/build/test_coverage.py tests/build/test_cross.py tests/build/test_docs.py tests/build/test_facts.py \
	tests/build/test_install.py tests/build/test_old_headers.py tests/build/test_python.py tests/build/test_sources.py tests/build/test_symbols.py
TESTS += $(BUILD_TESTS)
EXTRA_DIST += $(BUILD_TESTS) tests/build/tap.py

# The tool, its manual and the examples: without a KVM, and on the one at hand.
TOOL_TESTS = tests/tool/test_examples.py tests/tool/test_info.py tests/tool/test_man.py \
	tests/tool/test_monitor.py tests/tool/test_saved.py tests/tool/test_seccomp.py \
	tests/tool/test_cpu.py tests/tool/test_cpu_facts.py tests/tool/test_snapshot.py tests/tool/test_stat.py tests/tool/test_state.py tests/tool/test_tool.py
EXTRA_DIST += $(TOOL_TESTS) tests/tool/image_file.py tests/tool/state_file.py
if TOOL_ENABLED
TESTS += $(TOOL_TESTS) tests/live/adopt.sh tests/live/info.sh tests/live/monitor.sh tests/live/save.sh \
	tests/live/seccomp.sh tests/live/tool.sh

# The parts of `kvmlib monitor` that need neither a kernel nor libnl.
check_PROGRAMS += tests/tool/monitor/unit
TESTS += tests/tool/monitor/unit
tests_tool_monitor_unit_SOURCES = \
	tests/tool/monitor/folders.c \
	tests/tool/monitor/folders.h \
	tests/tool/monitor/follow.c \
	tests/tool/monitor/json.c \
	tests/tool/monitor/main.c \
	tests/tool/monitor/suites.h \
	tests/tool/monitor/uevent.c \
	tests/tool/monitor/vms.c \
	tools/json.c tools/json.h \
	tools/monitor/debugfs.c tools/monitor/debugfs.h \
	tools/monitor/follow.c tools/monitor/follow.h tools/monitor/listener.h tools/monitor/monitor.h \
	tools/monitor/process.c tools/monitor/process.h tools/monitor/show.h \
	tools/monitor/uevent.c tools/monitor/uevent.h \
	tools/monitor/vms.c tools/monitor/vms.h \
	tools/say.c tools/tool.h
tests_tool_monitor_unit_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tools
tests_tool_monitor_unit_CFLAGS = $(TEST_CFLAGS) $(JANSSON_CFLAGS)
tests_tool_monitor_unit_LDADD = libkvmlib.la $(SUPPORT) $(JANSSON_LIBS)

# Those of `kvmlib stat`.
check_PROGRAMS += tests/tool/stat_unit
TESTS += tests/tool/stat_unit
tests_tool_stat_unit_SOURCES = \
	tests/tool/stat_unit.c \
	tools/plot.c tools/plot.h \
	tools/samples.c tools/samples.h \
	tools/sampling.c tools/sampling.h \
	tools/say.c tools/tool.h
tests_tool_stat_unit_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tools
tests_tool_stat_unit_CFLAGS = $(TEST_CFLAGS)
tests_tool_stat_unit_LDADD = libkvmlib.la $(SUPPORT)

# Those of `kvmlib run --stats`.
check_PROGRAMS += tests/tool/stats_unit
TESTS += tests/tool/stats_unit
tests_tool_stats_unit_SOURCES = \
	tests/tool/stats_unit.c \
	tools/console.c tools/console.h \
	tools/live_stats.c tools/live_stats.h \
	tools/say.c tools/tool.h \
	tools/ticker.c tools/ticker.h \
	tools/vcpu_counts.c tools/vcpu_counts.h \
	tools/vcpu_table.c tools/vcpu_table.h
tests_tool_stats_unit_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tools
tests_tool_stats_unit_CFLAGS = $(TEST_CFLAGS)
tests_tool_stats_unit_LDADD = libkvmlib.la $(SUPPORT)
endif

# What makes filters of the profiles that the tool prints, and sees what they have to let through.
if SECCOMP
HELPERS_ON_KVM += tests/live/confined tests/live/ioctls_made
check_PROGRAMS += $(HELPERS_ON_KVM) tests/tool/ioctl_errno
tests_live_confined_SOURCES = tests/live/confined.c
tests_live_confined_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SECCOMP_CFLAGS)
tests_live_confined_LDADD = $(JANSSON_LIBS) $(SECCOMP_LIBS)
tests_live_ioctls_made_SOURCES = tests/live/ioctls_made.c
tests_live_ioctls_made_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
tests_live_ioctls_made_LDADD = $(SECCOMP_LIBS)
endif

# What the library costs: how it is judged, and the instructions counted.
BENCH_TESTS = tests/bench/test_verdict.py tests/bench/test_instructions.py
TESTS += $(BENCH_TESTS)
EXTRA_DIST += $(BENCH_TESTS)

# Unit tests: the library and the simulated kernel linked whole, so that malloc can be made to fail, and
# time to pass as a test says.
check_PROGRAMS += tests/unit/unit
TESTS += tests/unit/unit
tests_unit_unit_SOURCES = \
	tests/unit/alloc.c \
	tests/unit/alloc.h \
	tests/unit/arm64.c \
	tests/unit/arm64_gic.c \
	tests/unit/arm64_ids.c \
	tests/unit/arm64_vcpu.c \
	tests/unit/attr.c \
	tests/unit/cap.c \
	tests/unit/capability.c \
	tests/unit/child.c \
	tests/unit/child.h \
	tests/unit/clock.c \
	tests/unit/clock.h \
	tests/unit/coalesced.c \
	tests/unit/control.c \
	tests/unit/control_fixture.c \
	tests/unit/control_fixture.h \
	tests/unit/control_loop.c \
	tests/unit/control_plug.c \
	tests/unit/control_start.c \
	tests/unit/cpuid.c \
	tests/unit/cpuid_apply.c \
	tests/unit/cpuid_collect.c \
	tests/unit/cpuid_fix.c \
	tests/unit/cpuid_fixture.c \
	tests/unit/cpuid_fixture.h \
	tests/unit/cpuid_hyperv.c \
	tests/unit/cpuid_model.c \
	tests/unit/cpuid_sets.c \
	tests/unit/cpuid_verdict.c \
	tests/unit/debug.c \
	tests/unit/describe.c \
	tests/unit/device.c \
	tests/unit/dirty.c \
	tests/unit/dirty_ring.c \
	tests/unit/emulated.c \
	tests/unit/emulated.h \
	tests/unit/enabled.c \
	tests/unit/error.c \
	tests/unit/exit.c \
	tests/unit/exit_payload.c \
	tests/unit/explain.c \
	tests/unit/faults.c \
	tests/unit/fixture.c \
	tests/unit/fixture.h \
	tests/unit/fork.c \
	tests/unit/guestmem.c \
	tests/unit/image.c \
	tests/unit/image_bad.c \
	tests/unit/image_fixture.c \
	tests/unit/image_fixture.h \
	tests/unit/image_golden.c \
	tests/unit/inject.c \
	tests/unit/ioeventfd.c \
	tests/unit/irq_fixture.c \
	tests/unit/irq_fixture.h \
	tests/unit/irqchip.c \
	tests/unit/irqfd.c \
	tests/unit/kick.c \
	tests/unit/log.c \
	tests/unit/main.c \
	tests/unit/memory_access.c \
	tests/unit/memory_change.c \
	tests/unit/memory_commit.c \
	tests/unit/memory_faults.c \
	tests/unit/memory_fixture.c \
	tests/unit/memory_fixture.h \
	tests/unit/memory_fork.c \
	tests/unit/memory_map.c \
	tests/unit/memory_options.c \
	tests/unit/memory_order.c \
	tests/unit/memory_pages.c \
	tests/unit/memory_reader.c \
	tests/unit/memory_region.c \
	tests/unit/memory_threads.c \
	tests/unit/move.c \
	tests/unit/move_fixture.c \
	tests/unit/move_fixture.h \
	tests/unit/move_running.c \
	tests/unit/onereg.c \
	tests/unit/options.c \
	tests/unit/payloads.c \
	tests/unit/payloads.h \
	tests/unit/record.c \
	tests/unit/played.c \
	tests/unit/played.h \
	tests/unit/refs.c \
	tests/unit/regs.c \
	tests/unit/report.c \
	tests/unit/reset.c \
	tests/unit/riscv64_aia.c \
	tests/unit/riscv64_vcpu.c \
	tests/unit/routes.c \
	tests/unit/routing.c \
	tests/unit/run.c \
	tests/unit/runpage.c \
	tests/unit/s390x.c \
	tests/unit/slot.c \
	tests/unit/state.c \
	tests/unit/state_clocks.c \
	tests/unit/state_filters.c \
	tests/unit/state_golden.c \
	tests/unit/state_order.c \
	tests/unit/state_aia.c \
	tests/unit/state_devices.c \
	tests/unit/state_devices.h \
	tests/unit/state_gic.c \
	tests/unit/state_its.c \
	tests/unit/state_onereg.c \
	tests/unit/state_plan.c \
	tests/unit/stats.c \
	tests/unit/stepping.c \
	tests/unit/stepping.h \
	tests/unit/steps.c \
	tests/unit/suites.h \
	tests/unit/sys_ops.c \
	tests/unit/system.c \
	tests/unit/threads.c \
	tests/unit/vcpu.c \
	tests/unit/version.c \
	tests/unit/vfio.c \
	tests/unit/vm.c \
	tests/unit/wire.c \
	tests/unit/wire.h \
	tests/unit/wire_arm64.c \
	tests/unit/wire_caps.c \
	tests/unit/wire_core.c \
	tests/unit/wire_generic.c \
	tests/unit/wire_ppc.c \
	tests/unit/wire_s390.c \
	tests/unit/wire_x86.c \
	tests/unit/x86.c \
	tests/unit/x86_encrypt.c \
	tests/unit/x86_list.c \
	tests/unit/x86_msr.c \
	tests/unit/x86_pmu.c \
	tests/unit/x86_state.c \
	$(STATE_MACHINE)
tests_unit_unit_CPPFLAGS = $(TEST_CPPFLAGS) -DGOLDEN_STATES='"$(abs_top_srcdir)/tests/state/golden"'
tests_unit_unit_CFLAGS = $(TEST_CFLAGS)
WRAP = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray,--wrap=free,--wrap=clock_gettime
tests_unit_unit_LDFLAGS = $(AM_LDFLAGS) $(SHOW_PUBLIC) $(WRAP)
tests_unit_unit_LDADD = lib/libobjects.la sim/libobjects.la $(SUPPORT)

# The simulated kernel by itself, through its table.
check_PROGRAMS += tests/sim/sim
TESTS += tests/sim/sim
tests_sim_sim_SOURCES = \
	tests/sim/calls.c \
	tests/sim/coalesced.c \
	tests/sim/completion.c \
	tests/sim/cpuid.c \
	tests/sim/device.c \
	tests/sim/dirty.c \
	tests/sim/faults.c \
	tests/sim/files.c \
	tests/sim/fixture.c \
	tests/sim/fixture.h \
	tests/sim/guestmem.c \
	tests/sim/handle.c \
	tests/sim/irqchip.c \
	tests/sim/main.c \
	tests/sim/mappings.c \
	tests/sim/memory.c \
	tests/sim/registers.c \
	tests/sim/ring.c \
	tests/sim/run.c \
	tests/sim/script.c \
	tests/sim/slots.c \
	tests/sim/suites.h \
	tests/sim/system.c \
	tests/sim/threads.c \
	tests/sim/vcpu.c \
	tests/sim/vm.c \
	tests/sim/walk.c
tests_sim_sim_CPPFLAGS = $(TEST_CPPFLAGS)
tests_sim_sim_CFLAGS = $(TEST_CFLAGS)
tests_sim_sim_LDADD = sim/libobjects.la $(SUPPORT)

# Random steps against plain models, on the simulated kernel.
check_PROGRAMS += tests/model/dirty tests/model/memory
TESTS += tests/model/dirty tests/model/memory
tests_model_dirty_SOURCES = tests/model/dirty.c
tests_model_dirty_LDADD = libkvmlib-sim.la libkvmlib.la
tests_model_memory_SOURCES = tests/model/memory.c
tests_model_memory_LDADD = libkvmlib-sim.la libkvmlib.la

include tests/state/local.mk

include tests/conform/local.mk

# The live tests, on the kernel at hand: of x86's guests.
if X86_64
ON_KVM += tests/live/live tests/agree/agree
HELPERS_ON_KVM += tests/live/rawinfo
endif
ON_KVM += tests/every/every
tests_live_rawinfo_SOURCES = tests/live/rawinfo.c
check_PROGRAMS += $(ON_KVM) $(HELPERS_ON_KVM)
TESTS += $(ON_KVM)
tests_live_live_SOURCES = \
	tests/live/adopt.c \
	tests/live/attr.c \
	tests/live/cap.c \
	tests/live/chips.c \
	tests/live/clock.c \
	tests/live/coalesced.c \
	tests/live/control.c \
	tests/live/cpuid.c \
	tests/live/cpuid_guest.c \
	tests/live/debug.c \
	tests/live/dirty.c \
	tests/live/event.c \
	tests/live/eventfd.c \
	tests/live/events.c \
	tests/live/exit.c \
	tests/live/exit_answer.c \
	tests/live/exit_long.c \
	tests/live/guest.c \
	tests/live/guest.h \
	tests/live/image.c \
	tests/live/irq.c \
	tests/live/irqchip.c \
	tests/live/kick.c \
	tests/live/main.c \
	tests/live/memory.c \
	tests/live/memory_random.c \
	tests/live/move.c \
	tests/live/msr.c \
	tests/live/onereg.c \
	tests/live/paravirt.c \
	tests/live/reset.c \
	tests/live/ring.c \
	tests/live/routes.c \
	tests/live/state.c \
	tests/live/state_clock.c \
	tests/live/state_guest.c \
	tests/live/state_order.c \
	tests/live/x86_state.c
tests_live_live_CPPFLAGS = $(TEST_CPPFLAGS)
tests_live_live_CFLAGS = $(TEST_CFLAGS)
tests_live_live_LDADD = libkvmlib.la $(SUPPORT)

# What holds on every architecture: its guests are of each.
tests_every_every_SOURCES = \
	tests/every/aia.c \
	tests/every/arm64.c \
	tests/every/arm64_ids.c \
	tests/every/arm64_vcpu.c \
	tests/every/coalesced.c \
	tests/every/dirty.c \
	tests/every/eventfd.c \
	tests/every/every.h \
	tests/every/gic.c \
	tests/every/gic.h \
	tests/every/its.c \
	tests/every/fork.c \
	tests/every/guest_arm64.c \
	tests/every/guest_riscv64.c \
	tests/every/guest_x86_64.c \
	tests/every/guestmem.c \
	tests/every/host.c \
	tests/every/machine.c \
	tests/every/main.c \
	tests/every/program.h \
	tests/every/regs.c \
	tests/every/reset.c \
	tests/every/ring.c \
	tests/every/riscv64.c \
	tests/every/run.c \
	tests/every/slot.c \
	tests/every/state.c \
	tests/every/stats.c \
	tests/every/vcpu.c
tests_every_every_CPPFLAGS = $(TEST_CPPFLAGS)
tests_every_every_CFLAGS = $(TEST_CFLAGS)
tests_every_every_LDADD = libkvmlib.la $(SUPPORT)

# Each call raw and by the library, compared on the kernel at hand.
tests_agree_agree_SOURCES = \
	tests/agree/agree.c \
	tests/agree/irq.c \
	tests/agree/pair.c \
	tests/agree/pair.h \
	tests/agree/vcpu.c \
	tests/agree/vm.c \
	tests/agree/x86.c
tests_agree_agree_CPPFLAGS = $(TEST_CPPFLAGS)
tests_agree_agree_CFLAGS = $(TEST_CFLAGS)
tests_agree_agree_LDADD = libkvmlib.la $(SUPPORT)

# In one process: to look for leaks at the end of each test takes ten times as long. Threads take turns:
# one that waits for another by looking again and again would keep it from going on.
VALGRIND = valgrind --quiet --fair-sched=try --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
	--errors-for-leak-kinds=definite --suppressions=$(srcdir)/tests/unit/valgrind.supp
check-valgrind: check-valgrind-1 check-valgrind-2
check-valgrind-1 check-valgrind-2: tests/unit/unit
	KVMLIB_TEST_SHARE=10 CK_FORK=no CK_DEFAULT_TIMEOUT=120 $(LIBTOOL) --quiet --mode=execute $(VALGRIND) \
		tests/unit/unit $(@:check-valgrind-%=%)/2
EXTRA_DIST += tests/unit/valgrind.supp

# What the tests make the library ask of the simulated kernel and of this machine's, for docs/coverage.
check-record: tests/unit/unit $(ON_KVM)
	rm -f tests/record
	for test in "env CK_FORK=no tests/unit/unit" $(ON_KVM); do \
		KVMLIB_TEST_RECORD=tests/record $$test >tests/record.log || \
			{ grep '^not ok' tests/record.log; exit 1; }; \
	done
CLEANFILES += tests/record tests/record.log
