# SPDX-License-Identifier: LGPL-2.1-or-later

bin_PROGRAMS += tools/kvmlib
tools_kvmlib_SOURCES = \
	tools/cmos.c \
	tools/cmos.h \
	tools/console.c \
	tools/console.h \
	tools/cpu.c \
	tools/explain.c \
	tools/guest.c \
	tools/guest.h \
	tools/history.c \
	tools/history.h \
	tools/info.c \
	tools/loop.c \
	tools/machine.c \
	tools/machine.h \
	tools/main.c \
	tools/memory.c \
	tools/memory.h \
	tools/parse.c \
	tools/ports.c \
	tools/ports.h \
	tools/query.c \
	tools/query.h \
	tools/report.c \
	tools/run.c \
	tools/run.h \
	tools/say.c \
	tools/seen.h \
	tools/serial.c \
	tools/serial.h \
	tools/stats.c \
	tools/stats.h \
	tools/tool.h \
	tools/vcpu_stat.c \
	tools/watch.c \
	tools/watch.h \
	tools/where.c
tools_kvmlib_LDADD = libkvmlib.la
