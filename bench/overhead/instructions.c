/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many instructions the library adds to the calls, on a kernel that does nothing. */

#include <stdlib.h>

#include <counted.h>

#include "null.h"
#include "subject.h"

int main(void)
{
	static struct subject subject;

	if (!subject_open(&subject, &null_sys))
		bench_fail("the kernel that does nothing");
	count_rows(overhead_rows, overhead_nr_rows, &subject);
	count_rows(family_rows, family_nr_rows, &subject);
	subject_close(&subject);
	return EXIT_SUCCESS;
}
