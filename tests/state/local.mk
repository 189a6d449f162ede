# SPDX-License-Identifier: LGPL-2.1-or-later

# States that were written once, and stay: a change of what is written gets new ones beside them.
EXTRA_DIST += tests/state/golden

STATE_MACHINE = tests/state/blob.c tests/state/blob.h tests/state/machine.c tests/state/machine.h
check_PROGRAMS += tests/state/write_golden
tests_state_write_golden_SOURCES = tests/state/write_golden.c $(STATE_MACHINE)
tests_state_write_golden_LDADD = libkvmlib-sim.la libkvmlib.la

# Those of this library, beside its build.
golden-states: tests/state/write_golden
	$(MKDIR_P) tests/state/now
	tests/state/write_golden tests/state/now
CLEANFILES += tests/state/now/*

# Any bytes, read as states: by clang's fuzzer (scripts/soak), and what that found worth keeping, by
# every check.
EXTRA_DIST += tests/state/corpus
FUZZ_SOURCES = tests/state/apply.c tests/state/fuzz.c tests/state/fuzz.h tests/state/load.c $(STATE_MACHINE)
FUZZ_LIBS = lib/libobjects.la sim/libobjects.la
EXTRA_PROGRAMS = tests/state/fuzz
tests_state_fuzz_SOURCES = $(FUZZ_SOURCES)
tests_state_fuzz_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_state_fuzz_LDADD = $(FUZZ_LIBS)

check_PROGRAMS += tests/state/replay
TESTS += tests/state/replay
tests_state_replay_SOURCES = tests/state/replay.c $(FUZZ_SOURCES)
tests_state_replay_CPPFLAGS = $(AM_CPPFLAGS) -DSTATES='"$(abs_top_srcdir)/tests/state"'
tests_state_replay_LDADD = $(FUZZ_LIBS)
