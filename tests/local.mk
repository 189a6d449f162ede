# SPDX-License-Identifier: LGPL-2.1-or-later

TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
TEST_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)

check_LTLIBRARIES += tests/libsupport.la
tests_libsupport_la_SOURCES = tests/support/runner.c tests/support/runner.h
tests_libsupport_la_CPPFLAGS = $(TEST_CPPFLAGS)
tests_libsupport_la_CFLAGS = $(TEST_CFLAGS)
tests_libsupport_la_LIBADD = $(CHECK_LIBS)

# What the sources, the build and an installation look like.
BUILD_TESTS = tests/build/test_facts.py tests/build/test_sources.py tests/build/test_symbols.py tests/build/test_install.py
TESTS += $(BUILD_TESTS)
EXTRA_DIST += $(BUILD_TESTS) tests/build/tap.py

# The tool and the examples: without a KVM, and on the one at hand.
TESTS += tests/tool/test_tool.py tests/live/tool.sh
EXTRA_DIST += tests/tool/test_tool.py

# Unit tests: the library and the simulated kernel, linked so that malloc can be made to fail.
UNIT_LIBS = lib/libobjects.la sim/libobjects.la tests/libsupport.la
WRAP_MALLOC = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

ON_KVM += tests/live/live
check_PROGRAMS += $(ON_KVM)
TESTS += $(ON_KVM)
tests_live_live_SOURCES = \
	tests/live/adopt.c \
	tests/live/exit.c \
	tests/live/fork.c \
	tests/live/guest.c \
	tests/live/guest.h \
	tests/live/host.c \
	tests/live/irq.c \
	tests/live/kick.c \
	tests/live/main.c \
	tests/live/slot.c \
	tests/live/state.c
tests_live_live_CPPFLAGS = $(TEST_CPPFLAGS)
tests_live_live_CFLAGS = $(TEST_CFLAGS)
tests_live_live_LDADD = libkvmlib.la tests/libsupport.la
