/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How long it takes to put a VM back to a snapshot, to write and to read images, and to make clones of
 * one, on the KVM at hand.
 */

#include <stdlib.h>

#include "image.h"
#include "subject.h"

static void measure(bool is_open, const struct row *rows, size_t n, struct subject *subject)
{
	if (is_open)
		measure_rows(rows, n, subject);
	else
		skip_rows(rows, n, kvmlib_error_sentence());
}

int main(void)
{
	static struct subject subject;

	measure(subject_open(&subject), reset_rows, nr_reset_rows, &subject);
	subject_close(&subject);
	measure(image_open(), image_rows, nr_image_rows, NULL);
	image_close();
	measure(clone_open(), clone_rows, nr_clone_rows, NULL);
	clone_close();
	return EXIT_SUCCESS;
}
