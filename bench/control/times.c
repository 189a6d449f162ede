/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long it takes to kick a vCPU out of the guest, and to pause several, on the KVM at hand. */

#include <stdio.h>
#include <stdlib.h>

#include "subject.h"

static const char *const rows[] = { "kick_p50", "kick_p99", "pause_resume_1", "pause_resume_4",
				    "pause_resume_16" };

static void measure(struct subject *subject)
{
	measure_kicks(subject);
	measure_pauses(subject, 1);
	measure_pauses(subject, 4);
	measure_pauses(subject, 16);
}

int main(void)
{
	static struct subject subject;

	if (subject_open(&subject))
		measure(&subject);
	else
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			printf("skip\t%s\t%s\n", rows[i], kvmlib_error_sentence());
	subject_close(&subject);
	return EXIT_SUCCESS;
}
