/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* process_vm_readv() */

#include "emulated.h"

#include <errno.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fixture.h"

bool copies_by_calls(void)
{
	struct iovec none = { 0 };

	return process_vm_readv(getpid(), &none, 1, &none, 1, 0) >= 0 || errno != ENOSYS;
}

bool advice_is_judged(void)
{
	void *page = mmap(NULL, page_size(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int r;

	ck_assert_ptr_ne(page, MAP_FAILED);
	r = madvise(page, page_size(), INT_MAX);
	munmap(page, page_size());
	return r < 0;
}
