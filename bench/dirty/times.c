/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long it takes to find dirty pages, without a KVM. */

#include <stdlib.h>

#include "subject.h"

int main(void)
{
	static struct subject subject;

	subject_open(&subject);
	measure_rows(dirty_rows, dirty_nr_rows, &subject);
	subject_close(&subject);
	return EXIT_SUCCESS;
}
