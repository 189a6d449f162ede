/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long it takes to use a memory map and to change it, without a KVM. */

#include <stdlib.h>

#include "calls.h"
#include "subject.h"

int main(void)
{
	static struct subject subject;

	subject_open(&subject);
	count_calls(&subject);
	measure_rows(memory_rows, memory_nr_rows, &subject);
	subject_close(&subject);
	return EXIT_SUCCESS;
}
