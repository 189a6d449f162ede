/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long it takes to put a VM back to a snapshot, on the KVM at hand. */

#include <stdlib.h>

#include "subject.h"

int main(void)
{
	static struct subject subject;

	if (subject_open(&subject))
		measure_rows(reset_rows, nr_reset_rows, &subject);
	else
		skip_rows(reset_rows, nr_reset_rows, kvmlib_error_sentence());
	subject_close(&subject);
	return EXIT_SUCCESS;
}
