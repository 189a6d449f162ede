/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_SIM_SUITES_H
#define TESTS_SIM_SUITES_H

#include <check.h>

Suite *calls_suite(void);
Suite *completion_suite(void);
Suite *coalesced_suite(void);
Suite *cpuid_suite(void);
Suite *device_suite(void);
Suite *dirty_suite(void);
Suite *faults_suite(void);
Suite *files_suite(void);
Suite *guestmem_suite(void);
Suite *handle_suite(void);
Suite *irqchip_suite(void);
Suite *mappings_suite(void);
Suite *memory_suite(void);
Suite *registers_suite(void);
Suite *ring_suite(void);
Suite *run_suite(void);
Suite *script_suite(void);
Suite *slots_suite(void);
Suite *system_suite(void);
Suite *threads_suite(void);
Suite *vcpu_suite(void);
Suite *vm_suite(void);
Suite *walk_suite(void);

#endif
