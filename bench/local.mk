# SPDX-License-Identifier: LGPL-2.1-or-later

# A bench is a folder here with a program `times`, `instructions`, or both; scripts/bench finds and
# runs them where they are built, so they need no wrapper.
BENCH_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/bench/support
BENCHES =

if X86_64
BENCHES += bench/control/times
bench_control_times_SOURCES = \
	bench/control/measure.c \
	bench/control/subject.c \
	bench/control/subject.h \
	bench/control/times.c \
	bench/support/rounds.c \
	bench/support/rounds.h
bench_control_times_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_control_times_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_control_times_LDADD = libkvmlib.la

BENCHES += bench/exit/instructions bench/overhead/times bench/overhead/instructions
OVERHEAD_SOURCES = \
	bench/overhead/families.c \
	bench/overhead/raw.c \
	bench/overhead/rows.c \
	bench/overhead/subject.c \
	bench/overhead/subject.h \
	bench/overhead/wrapped.c \
	bench/support/rounds.c \
	bench/support/rounds.h
bench_overhead_times_SOURCES = bench/overhead/times.c $(OVERHEAD_SOURCES)
bench_overhead_times_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_overhead_times_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_overhead_times_LDADD = libkvmlib.la
bench_overhead_instructions_SOURCES = \
	bench/overhead/instructions.c \
	bench/overhead/null.c \
	bench/overhead/null.h \
	bench/support/counted.c \
	bench/support/counted.h \
	$(OVERHEAD_SOURCES)
bench_overhead_instructions_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_overhead_instructions_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_overhead_instructions_LDADD = libkvmlib.la
bench_exit_instructions_SOURCES = \
	bench/exit/instructions.c \
	bench/support/counted.c \
	bench/support/counted.h \
	bench/support/rounds.c \
	bench/support/rounds.h
bench_exit_instructions_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_exit_instructions_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_exit_instructions_LDADD = libkvmlib.la libkvmlib-sim.la

BENCHES += bench/snapshot/times
bench_snapshot_times_SOURCES = \
	bench/snapshot/clone.c \
	bench/snapshot/image.c \
	bench/snapshot/image.h \
	bench/snapshot/plain.c \
	bench/snapshot/reset.c \
	bench/snapshot/subject.c \
	bench/snapshot/subject.h \
	bench/snapshot/times.c \
	bench/support/calls.c \
	bench/support/calls.h \
	bench/support/rounds.c \
	bench/support/rounds.h
# What a loop without the library looks at pages by is the library's own.
bench_snapshot_times_SOURCES += \
	lib/base/crc32c.c \
	lib/base/crc32c_tables.c \
	lib/base/opts.c
bench_snapshot_times_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_snapshot_times_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_snapshot_times_LDADD = libkvmlib.la

BENCHES += bench/state/times
bench_state_times_SOURCES = \
	bench/state/blob.c \
	bench/state/subject.c \
	bench/state/subject.h \
	bench/state/times.c \
	bench/state/vcpu.c \
	bench/support/calls.c \
	bench/support/calls.h \
	bench/support/rounds.c \
	bench/support/rounds.h
bench_state_times_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_state_times_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_state_times_LDADD = libkvmlib.la
endif

BENCHES += bench/irq/times
bench_irq_times_SOURCES = \
	bench/irq/rows.c \
	bench/irq/subject.c \
	bench/irq/subject.h \
	bench/irq/times.c \
	bench/support/rounds.c \
	bench/support/rounds.h
bench_irq_times_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_irq_times_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_irq_times_LDADD = libkvmlib.la libkvmlib-sim.la

BENCHES += bench/memory/times
bench_memory_times_SOURCES = \
	bench/memory/calls.c \
	bench/memory/calls.h \
	bench/memory/plain.c \
	bench/memory/rows.c \
	bench/memory/subject.c \
	bench/memory/subject.h \
	bench/memory/times.c \
	bench/support/rounds.c \
	bench/support/rounds.h
bench_memory_times_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_memory_times_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_memory_times_LDADD = libkvmlib.la libkvmlib-sim.la

BENCHES += bench/dirty/times
bench_dirty_times_SOURCES = \
	bench/dirty/plain.c \
	bench/dirty/rows.c \
	bench/dirty/subject.c \
	bench/dirty/subject.h \
	bench/dirty/times.c \
	bench/support/rounds.c \
	bench/support/rounds.h
bench_dirty_times_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_dirty_times_LDFLAGS = $(AM_LDFLAGS) -no-install
bench_dirty_times_LDADD = libkvmlib.la libkvmlib-sim.la

if X86_64
# Python's is a script, and loops in C that it measures Python against; as examples/adopt.la it has to be shared.
check_LTLIBRARIES += bench/python/subject.la
bench_python_subject_la_SOURCES = \
	bench/dirty/subject.c \
	bench/dirty/subject.h \
	bench/python/subject.c \
	bench/support/rounds.c \
	bench/support/rounds.h
bench_python_subject_la_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_python_subject_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
bench_python_subject_la_LIBADD = libkvmlib.la libkvmlib-sim.la

bench/python/times: bench/python/subject.la $(srcdir)/bench/local.mk
	$(AM_V_GEN){ echo '#!/bin/sh'; \
	echo 'export KVMLIB_LIBRARY_PATH=$(abs_builddir)/.libs LD_LIBRARY_PATH=$(abs_builddir)/.libs'; \
	echo 'export PYTHONPATH=$(abs_srcdir)/bindings/python PYTHONDONTWRITEBYTECODE=1'; \
	echo 'BENCH_SUBJECT=$(abs_builddir)/bench/python/.libs/subject.so exec $(abs_srcdir)/bench/python/times.py'; } >$@.new
	$(AM_V_at)chmod +x $@.new && mv $@.new $@
CLEANFILES += bench/python/times bench/python/times.new
PYTHON_BENCH = bench/python/times
endif

check_PROGRAMS += $(BENCHES)
benches: $(BENCHES) $(PYTHON_BENCH)

EXTRA_DIST += bench/targets.tsv bench/python/times.py \
	bench/harness/__init__.py bench/harness/build.py bench/harness/callgrind.py \
	bench/harness/report.py bench/harness/times.py bench/harness/verdict.py
