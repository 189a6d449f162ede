# SPDX-License-Identifier: LGPL-2.1-or-later

if TOOL_ENABLED
bin_PROGRAMS += tools/kvmlib
endif
tools_kvmlib_SOURCES = \
	tools/cmos.c \
	tools/cmos.h \
	tools/console.c \
	tools/console.h \
	tools/cpu.c \
	tools/dirty_map.c \
	tools/dirty_map.h \
	tools/explain.c \
	tools/guest.c \
	tools/guest.h \
	tools/history.c \
	tools/history.h \
	tools/info.c \
	tools/info.h \
	tools/info_check.c \
	tools/info_diff.c \
	tools/info_flow.c \
	tools/info_flow.h \
	tools/info_json.c \
	tools/info_kernel.c \
	tools/info_lines.c \
	tools/info_model.c \
	tools/info_model.h \
	tools/info_source.c \
	tools/info_text.c \
	tools/json.c \
	tools/json.h \
	tools/live_stats.c \
	tools/live_stats.h \
	tools/loop.c \
	tools/machine.c \
	tools/machine.h \
	tools/main.c \
	tools/memory.c \
	tools/memory.h \
	tools/monitor/debugfs.c \
	tools/monitor/debugfs.h \
	tools/monitor/follow.c \
	tools/monitor/follow.h \
	tools/monitor/listener.h \
	tools/monitor/loop.c \
	tools/monitor/monitor.c \
	tools/monitor/monitor.h \
	tools/monitor/process.c \
	tools/monitor/process.h \
	tools/monitor/show.c \
	tools/monitor/show.h \
	tools/monitor/uevent.c \
	tools/monitor/uevent.h \
	tools/monitor/vms.c \
	tools/monitor/vms.h \
	tools/parse.c \
	tools/plot.c \
	tools/plot.h \
	tools/ports.c \
	tools/ports.h \
	tools/prefault.c \
	tools/prefault.h \
	tools/query.c \
	tools/query.h \
	tools/ram_option.c \
	tools/ram_option.h \
	tools/report.c \
	tools/run.c \
	tools/run.h \
	tools/sampler.c \
	tools/sampler.h \
	tools/samples.c \
	tools/samples.h \
	tools/sampling.c \
	tools/sampling.h \
	tools/say.c \
	tools/saved.c \
	tools/saved.h \
	tools/saved_machine.c \
	tools/saved_memory.c \
	tools/seccomp.c \
	tools/seccomp.h \
	tools/seen.h \
	tools/serial.c \
	tools/serial.h \
	tools/set_tables.c \
	tools/sets.h \
	tools/stat.c \
	tools/state/diff.c \
	tools/state/file.c \
	tools/state/file.h \
	tools/state/file_write.c \
	tools/state/info.c \
	tools/state/problem.c \
	tools/state/problem.h \
	tools/state/state.c \
	tools/state/state.h \
	tools/stats.c \
	tools/stats.h \
	tools/ticker.c \
	tools/ticker.h \
	tools/tool.h \
	tools/vcpu_counts.c \
	tools/vcpu_counts.h \
	tools/vcpu_table.c \
	tools/vcpu_table.h \
	tools/vcpu_thread.c \
	tools/vcpu_thread.h \
	tools/watch.c \
	tools/watch.h \
	tools/where.c
tools_kvmlib_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(LIBNL_CFLAGS)
tools_kvmlib_LDADD = libkvmlib.la $(JANSSON_LIBS) $(LIBNL_LIBS)
if LIBNL
tools_kvmlib_SOURCES += tools/monitor/listener.c
else
tools_kvmlib_SOURCES += tools/monitor/listener_none.c
endif
