/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_SUITES_H
#define TESTS_SUITES_H

#include <check.h>

Suite *arm64_suite(void);
Suite *attr_suite(void);
Suite *cap_suite(void);
Suite *report_suite(void);
Suite *capability_suite(void);
Suite *describe_suite(void);
Suite *device_suite(void);
Suite *enabled_suite(void);
Suite *error_suite(void);
Suite *exit_suite(void);
Suite *exit_payload_suite(void);
Suite *explain_suite(void);
Suite *faults_suite(void);
Suite *fork_suite(void);
Suite *guestmem_suite(void);
Suite *kick_suite(void);
Suite *log_suite(void);
Suite *memory_access_suite(void);
Suite *memory_change_suite(void);
Suite *memory_commit_suite(void);
Suite *memory_map_suite(void);
Suite *memory_order_suite(void);
Suite *memory_pages_suite(void);
Suite *memory_reader_suite(void);
Suite *memory_region_suite(void);
Suite *onereg_suite(void);
Suite *options_suite(void);
Suite *record_suite(void);
Suite *refs_suite(void);
Suite *routing_suite(void);
Suite *run_suite(void);
Suite *runpage_suite(void);
Suite *s390x_suite(void);
Suite *slot_suite(void);
Suite *stats_suite(void);
Suite *steps_suite(void);
Suite *sys_ops_suite(void);
Suite *system_suite(void);
Suite *threads_suite(void);
Suite *vcpu_suite(void);
Suite *version_suite(void);
Suite *vm_suite(void);
Suite *wire_suite(void);
Suite *x86_suite(void);
Suite *x86_encrypt_suite(void);
Suite *x86_list_suite(void);
Suite *x86_msr_suite(void);
Suite *x86_pmu_suite(void);
Suite *x86_state_suite(void);

#endif
