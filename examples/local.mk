# SPDX-License-Identifier: LGPL-2.1-or-later

# These run on KVM.
noinst_PROGRAMS = examples/coalesced examples/cpu examples/debug examples/doorbell examples/hello examples/firmware examples/fuzz examples/inject examples/memory examples/migrate examples/regs examples/report examples/snapshot examples/timer examples/trace
examples_coalesced_SOURCES = examples/coalesced.c
examples_coalesced_LDADD = libkvmlib.la
examples_cpu_SOURCES = examples/cpu.c
examples_cpu_LDADD = libkvmlib.la
examples_debug_SOURCES = examples/debug.c
examples_debug_LDADD = libkvmlib.la
examples_doorbell_SOURCES = examples/doorbell.c
examples_doorbell_LDADD = libkvmlib.la
examples_hello_SOURCES = examples/hello.c
examples_hello_LDADD = libkvmlib.la
examples_firmware_SOURCES = examples/firmware.c
examples_firmware_LDADD = libkvmlib.la
examples_fuzz_SOURCES = examples/fuzz.c
examples_fuzz_LDADD = libkvmlib.la
examples_inject_SOURCES = examples/inject.c
examples_inject_LDADD = libkvmlib.la
examples_memory_SOURCES = examples/memory.c
examples_memory_LDADD = libkvmlib.la
examples_migrate_SOURCES = examples/migrate.c
examples_migrate_LDADD = libkvmlib.la
examples_regs_SOURCES = examples/regs.c
examples_regs_LDADD = libkvmlib.la
examples_report_SOURCES = examples/report.c
examples_report_LDADD = libkvmlib.la
examples_snapshot_SOURCES = examples/snapshot.c
examples_snapshot_LDADD = libkvmlib.la
examples_timer_SOURCES = examples/timer.c
examples_timer_LDADD = libkvmlib.la
examples_trace_SOURCES = examples/trace.c
examples_trace_LDADD = libkvmlib.la

# These run on the simulated kernel.
noinst_PROGRAMS += examples/capabilities
examples_capabilities_SOURCES = examples/capabilities.c
examples_capabilities_LDADD = libkvmlib-sim.la libkvmlib.la
noinst_PROGRAMS += examples/stats
examples_stats_SOURCES = examples/stats.c
examples_stats_LDADD = libkvmlib-sim.la libkvmlib.la
noinst_PROGRAMS += examples/devices examples/dirty examples/dirty-log examples/errors examples/kick examples/unit-test
examples_devices_SOURCES = examples/devices.c
examples_devices_LDADD = libkvmlib-sim.la libkvmlib.la
examples_dirty_SOURCES = examples/dirty.c
examples_dirty_LDADD = libkvmlib-sim.la libkvmlib.la
examples_dirty_log_SOURCES = examples/dirty-log.c
examples_dirty_log_LDADD = libkvmlib-sim.la libkvmlib.la
examples_errors_SOURCES = examples/errors.c
examples_errors_LDADD = libkvmlib-sim.la libkvmlib.la
examples_kick_SOURCES = examples/kick.c
examples_kick_LDADD = libkvmlib-sim.la libkvmlib.la
examples_unit_test_SOURCES = examples/unit-test.c
examples_unit_test_LDADD = libkvmlib-sim.la libkvmlib.la

# This one is preloaded into other programs; only with a folder to go to does libtool make it shared.
noinst_LTLIBRARIES += examples/adopt.la
examples_adopt_la_SOURCES = examples/adopt.c
examples_adopt_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
examples_adopt_la_LIBADD = libkvmlib.la

# Python's.
EXTRA_DIST += examples/python/everywhere.py examples/python/firmware.py examples/python/hello.py examples/python/pictures.py examples/python/sample.py
