/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long it takes to save and to restore a vCPU, on the KVM at hand, and to check what was written. */

#include <stdlib.h>

#include "subject.h"

int main(void)
{
	static struct subject subject;

	if (subject_open(&subject))
		measure_rows(vcpu_rows, nr_vcpu_rows, &subject);
	else
		skip_rows(vcpu_rows, nr_vcpu_rows, kvmlib_error_sentence());
	subject_close(&subject);
	blob_make(&subject);
	measure_rows(blob_rows, nr_blob_rows, &subject);
	blob_free(&subject);
	return EXIT_SUCCESS;
}
