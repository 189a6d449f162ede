/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib monitor` without a kernel: its messages, and folders that look like /proc and debugfs. */
#include <runner.h>

#include "suites.h"

int main(void)
{
	return run_suites(
		(Suite *[]){ uevent_suite(), vms_suite(), follow_suite(), json_suite(), NULL });
}
