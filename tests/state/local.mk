# SPDX-License-Identifier: LGPL-2.1-or-later

# States that were written once, and stay: a change of what is written gets new ones beside them.
GOLDEN_STATES = tests/state/golden/1-empty.state tests/state/golden/1-own.state \
	tests/state/golden/1-x86-old-sregs.state tests/state/golden/1-x86-vm.state
EXTRA_DIST += $(GOLDEN_STATES)

STATE_MACHINE = tests/state/blob.c tests/state/blob.h tests/state/machine.c tests/state/machine.h
check_PROGRAMS += tests/state/write_golden
tests_state_write_golden_SOURCES = tests/state/write_golden.c $(STATE_MACHINE)
tests_state_write_golden_LDADD = libkvmlib-sim.la libkvmlib.la

# Those of this library, beside its build.
golden-states: tests/state/write_golden
	$(MKDIR_P) tests/state/now
	tests/state/write_golden tests/state/now
CLEANFILES += tests/state/now/*
