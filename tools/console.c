/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest's output. */
#include "console.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The output so far ends with the first `matched` characters of the text. With how many does it end
 * after one more? With the longest beginning of the text that still fits. */
static size_t match(const char *text, size_t matched, char c)
{
	for (size_t n = matched + 1; n; n--)
		if (text[n - 1] == c && !memcmp(text, text + matched + 1 - n, n - 1))
			return n;
	return 0;
}

static void look_for(const char *text, size_t *matched, char c, bool *seen)
{
	if (!text || *seen)
		return;
	*matched = match(text, *matched, c);
	*seen = !text[*matched];
}

void console_put(struct console *console, struct console_matched *matched, char c)
{
	putchar(c);
	console->dirty = true;
	console->last = c;
	console->nr++;
	look_for(console->until, &matched->until, c, &console->seen);
	look_for(console->snapshot_at, &matched->snapshot_at, c, &console->seen_snapshot);
}

int console_flush(struct console *console)
{
	if (!console->dirty)
		return 0;
	console->dirty = false;
	return fflush(stdout) ? -errno : 0;
}

static bool same_file(int a, int b)
{
	struct stat left, right;

	return !fstat(a, &left) && !fstat(b, &right) && left.st_dev == right.st_dev &&
	       left.st_ino == right.st_ino;
}

bool console_is_shared(void)
{
	return same_file(STDOUT_FILENO, STDERR_FILENO);
}

void console_end_line(struct console *console)
{
	if (!console->last || console->last == '\n' || !console_is_shared())
		return;
	fputc('\n', stderr);
	console->last = '\n';
}
