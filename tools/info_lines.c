/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report in the library's form, for files. */
#include <stdio.h>
#include <stdlib.h>

#include "info.h"
#include "tool.h"

int info_print_lines(const struct kvmlib_report *report)
{
	size_t size = (size_t)kvmlib_report_format(report, NULL, 0) + 1;
	char *text = malloc(size);

	if (!text) {
		say(INFO_COMMAND, "no memory");
		return STATUS_HOST;
	}
	kvmlib_report_format(report, text, size);
	fwrite(text, 1, size - 1, stdout);
	free(text);
	return STATUS_OK;
}
