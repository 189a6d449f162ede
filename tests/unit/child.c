/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "child.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

/* Only where coverage is measured. exit() calls it too, but would write check's buffers again. */
extern void __gcov_dump(void) __attribute__((weak));

_Noreturn void leave(int status)
{
	if (__gcov_dump)
		__gcov_dump();
	_exit(status);
}

void in_child(void (*function)(void))
{
	pid_t child = fork();
	int status = -1;

	ck_assert_int_ge(child, 0);
	if (!child) {
		function();
		leave(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status), "the child died of signal %d", WTERMSIG(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static bool fork_wipes(void)
{
	unsigned char *page;
	pid_t child;
	int status = -1;

	page = mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(page, MAP_FAILED);
	*page = 1;
	ck_assert_int_eq(madvise(page, page_size(), MADV_WIPEONFORK), 0);
	child = fork();
	if (!child)
		_exit(*page);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	munmap(page, page_size());
	return WEXITSTATUS(status) == 0;
}

bool forks_wipe(void)
{
	static int known = -1;

	if (known < 0)
		known = fork_wipes();
	return known;
}
