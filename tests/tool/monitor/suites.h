/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MONITOR_SUITES_H
#define MONITOR_SUITES_H

#include <check.h>

Suite *follow_suite(void);
Suite *json_suite(void);
Suite *uevent_suite(void);
Suite *vms_suite(void);

#endif
