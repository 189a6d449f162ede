/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What check calls where it was built with glibc 2.38 or later, for a program with an older one. */

#include <stdlib.h>

unsigned long __isoc23_strtoul(const char *text, char **end, int base);

unsigned long __isoc23_strtoul(const char *text, char **end, int base)
{
	return strtoul(text, end, base);
}
