# SPDX-License-Identifier: LGPL-2.1-or-later

# The conformance table: one program for the simulated kernel, one for the kernel at hand.
check_LIBRARIES += tests/conform/libconform.a
tests_conform_libconform_a_SOURCES = \
	tests/conform/calls.c \
	tests/conform/confirmed.c \
	tests/conform/cpuid.c \
	tests/conform/device.c \
	tests/conform/dirty.c \
	tests/conform/eventfd.c \
	tests/conform/files.c \
	tests/conform/guestmem.c \
	tests/conform/irqchip.c \
	tests/conform/msr.c \
	tests/conform/onereg.c \
	tests/conform/process.c \
	tests/conform/regs.c \
	tests/conform/ring.c \
	tests/conform/routing.c \
	tests/conform/row.c \
	tests/conform/row.h \
	tests/conform/run.c \
	tests/conform/slots.c \
	tests/conform/small.c \
	tests/conform/state.c \
	tests/conform/system.c \
	tests/conform/table.c \
	tests/conform/vcpu.c \
	tests/conform/vm.c \
	tests/conform/world.c \
	tests/conform/world.h
CONFORM_LIBS = tests/conform/libconform.a lib/libobjects.la sim/libobjects.la

check_PROGRAMS += tests/conform/conform-sim
TESTS += tests/conform/conform-sim
ON_KVM += tests/conform/conform-kvm
tests_conform_conform_sim_SOURCES = tests/conform/main_sim.c
tests_conform_conform_sim_LDADD = $(CONFORM_LIBS)
tests_conform_conform_kvm_SOURCES = tests/conform/main_kvm.c
tests_conform_conform_kvm_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conform_conform_kvm_LDADD = $(CONFORM_LIBS) $(SUPPORT)

EXTRA_DIST += tests/conform/confirm
