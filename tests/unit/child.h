/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <stdbool.h>
#include <stdio.h>

/* End a child without check's own clean-up. */
_Noreturn void leave(int status);

/* What a child finds wrong, it tells by its exit status and a line. */
#define CHECK(condition)                                                                \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			leave(1);                                                       \
		}                                                                       \
	} while (0)

/* Run the function in a forked child, and assert that it found nothing wrong. */
void in_child(void (*function)(void));

/* Whether a child finds a page wiped, as the library tells itself from its children by. */
bool forks_wipe(void);

/* QEMU's user emulation (7.2) takes MADV_WIPEONFORK, and does nothing. */
#define NEEDS_WIPED_PAGES                                                 \
	do {                                                              \
		if (!forks_wipe())                                        \
			SKIP("MADV_WIPEONFORK does not wipe pages here"); \
	} while (0)

#endif
