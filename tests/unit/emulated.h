/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_EMULATED_H
#define TESTS_EMULATED_H

#include <stdbool.h>

/* What QEMU's user emulation (7.2) has not, or does otherwise than a kernel. Each is asked for. */

/* Whether the library can copy memory by system calls, as it does where pages may be missing. */
bool copies_by_calls(void);

#define NEEDS_COPIES_BY_CALLS                                   \
	do {                                                    \
		if (!copies_by_calls())                         \
			SKIP("there is no process_vm_readv()"); \
	} while (0)

/* Whether advice that there is none of is refused. Where it is not, other advice is not followed. */
bool advice_is_judged(void);

#define NEEDS_ADVICE                                                                  \
	do {                                                                          \
		if (!advice_is_judged())                                              \
			SKIP("madvise() takes any advice here, and does not follow"); \
	} while (0)

#endif
