# SPDX-License-Identifier: LGPL-2.1-or-later

kvmlibinclude_HEADERS += include/kvmlib/sim.h

SIM_SOURCES = \
	sim/arm64.c \
	sim/array.c \
	sim/attributes.c \
	sim/calls.c \
	sim/checks.h \
	sim/coalesced.c \
	sim/controller.c \
	sim/cpuid.c \
	sim/debug.c \
	sim/device.c \
	sim/dirty.c \
	sim/eventfd.c \
	sim/facts.c \
	sim/facts.h \
	sim/files.c \
	sim/generic.c \
	sim/internal.h \
	sim/irqchip.c \
	sim/kept.c \
	sim/made.c \
	sim/mappings.c \
	sim/memory.c \
	sim/msr.c \
	sim/nested.c \
	sim/onereg.c \
	sim/ops.c \
	sim/prefault.c \
	sim/real.c \
	sim/regions.c \
	sim/registers.c \
	sim/requests.c \
	sim/riscv64.c \
	sim/ring.c \
	sim/routing.c \
	sim/run.c \
	sim/script.c \
	sim/signals.c \
	sim/sim.c \
	sim/slots.c \
	sim/state.c \
	sim/system.c \
	sim/user.c \
	sim/vcpu.c \
	sim/vm.c \
	sim/x86.c

noinst_LTLIBRARIES += sim/libobjects.la
sim_libobjects_la_SOURCES = $(SIM_SOURCES)

lib_LTLIBRARIES += libkvmlib-sim.la
libkvmlib_sim_la_SOURCES =
libkvmlib_sim_la_LIBADD = sim/libobjects.la
libkvmlib_sim_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/sim/kvmlib-sim.map -Wl,--no-undefined-version \
	$(KVMLIB_DEFS)
EXTRA_libkvmlib_sim_la_DEPENDENCIES = sim/kvmlib-sim.map
EXTRA_DIST += sim/kvmlib-sim.map

pkgconfig_DATA += sim/kvmlib-sim.pc
