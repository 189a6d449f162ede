/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long it takes to route interrupts and to attach eventfds, without a KVM. */

#include <stdlib.h>

#include "subject.h"

int main(void)
{
	static struct subject subject;

	subject_open(&subject);
	count_calls(&subject);
	measure_rows(irq_rows, irq_nr_rows, &subject);
	subject_close(&subject);
	return EXIT_SUCCESS;
}
