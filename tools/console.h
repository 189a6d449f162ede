/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the guest prints goes to stdout, and is searched for a text. */
struct console {
	const char *until;	 /* the text; NULL: none */
	const char *snapshot_at; /* another one; NULL: none */
	bool seen;		 /* the text was there */
	bool seen_snapshot;	 /* the other one */
	bool dirty;		 /* printed since the last flush */
	char last;		 /* the last character printed */
	uint64_t nr;		 /* characters printed */
};

/* How much of each text has come. It belongs to the port that the output comes from: two ports that
 * print at the same time don't hide a text from each other. */
struct console_matched {
	size_t until;
	size_t snapshot_at;
};

/* Print a character. */
void console_put(struct console *console, struct console_matched *matched, char c);

/* Show what was printed since the last call. 0, or a negative errno. */
int console_flush(struct console *console);

/* Where messages go to the same terminal or file, let them begin on a line of their own. */
void console_end_line(struct console *console);

/* Whether they do. */
bool console_is_shared(void);

#endif
