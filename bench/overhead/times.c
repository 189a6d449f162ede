/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long the calls take, raw and through the library, on the KVM at hand. */

#include <stdio.h>
#include <stdlib.h>

#include "subject.h"

int main(void)
{
	static struct subject subject;
	char trouble[256];

	if (subject_open(&subject, NULL)) {
		measure_rows(overhead_rows, overhead_nr_rows, &subject);
		measure_rows(family_rows, family_nr_rows, &subject);
	} else {
		snprintf(trouble, sizeof(trouble), "%s: %s", kvmlib_error_call(),
			 kvmlib_error_sentence());
		skip_rows(overhead_rows, overhead_nr_rows, trouble);
		skip_rows(family_rows, family_nr_rows, trouble);
	}
	subject_close(&subject);
	return EXIT_SUCCESS;
}
