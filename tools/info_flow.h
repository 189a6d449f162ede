/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INFO_FLOW_H
#define INFO_FLOW_H

#include <stddef.h>

/* Columns of the terminal: what COLUMNS says, else the terminal itself, else 80. */
int info_width(void);

/* Words on stdout in lines that the terminal holds; a word that is wider has a line of its own. */
struct info_flow {
	int width;
	int indent; /* of the lines behind the first */
	int column;
	const char *separator; /* between words, before a space or the line's end */
	int words;
};

/* Begin with a title, and go on at the column `indent`; the title is in a line of its own where it is too wide
 * or the terminal too narrow, and none where it is empty. */
void info_flow_begin(struct info_flow *flow, int width, const char *title, int indent);
__attribute__((format(printf, 2, 3))) void info_flow_word(struct info_flow *flow,
							  const char *format, ...);
void info_flow_text(struct info_flow *flow, const char *text); /* word by word */
void info_flow_end(struct info_flow *flow);

/* A title and a text. */
__attribute__((format(printf, 4, 5))) void info_row(int width, int indent, const char *title,
						    const char *format, ...);

/* Print names in columns, the order going down. */
void info_columns(int width, int indent, const char *const *names, size_t nr);

#endif
