/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text for people, in the width of their terminal. */
#include "info_flow.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tool.h"

#define DEFAULT_WIDTH 80
#define LEAST_WIDTH   40
#define MOST_WIDTH    1000
#define NARROW	      60   /* below, values don't stand beside their titles */
#define WORD	      1200 /* room for a report's longest value */

int info_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	uint64_t width = 0;

	if (!columns || parse_number(columns, MOST_WIDTH, &width) < 0)
		width = 0;
	if (!width && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		width = size.ws_col;
	if (!width)
		return DEFAULT_WIDTH;
	return width < LEAST_WIDTH ? LEAST_WIDTH : width > MOST_WIDTH ? MOST_WIDTH : (int)width;
}

/* Reports come from anywhere, and terminals obey bytes above ASCII, too. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
			*text = '?';
}

static void new_line(struct info_flow *flow)
{
	printf("\n%*s", flow->indent, "");
	flow->column = flow->indent;
}

void info_flow_begin(struct info_flow *flow, int width, const char *title, int indent)
{
	char plain[WORD];

	snprintf(plain, sizeof(plain), "%s", title);
	make_plain(plain);
	*flow = (struct info_flow){ .width = width, .indent = indent, .separator = "" };
	flow->column = printf("  %s", plain);
	if (width < NARROW && indent > 6)
		flow->indent = 6;
	if (*plain && (flow->column + 2 > flow->indent || width < NARROW))
		new_line(flow);
	else if (flow->column < flow->indent)
		flow->column += printf("%*s", flow->indent - flow->column, "");
}

void info_flow_word(struct info_flow *flow, const char *format, ...)
{
	char word[WORD];
	va_list args;

	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.*): it was started */
	vsnprintf(word, sizeof(word), format, args);
	va_end(args);
	make_plain(word);
	if (flow->words)
		flow->column += printf("%s", flow->separator);
	if (flow->words &&
	    flow->column + (int)strlen(word) + 1 + (int)strlen(flow->separator) > flow->width)
		new_line(flow);
	else if (flow->words)
		flow->column += printf(" ");
	flow->column += printf("%s", word);
	flow->words++;
}

void info_flow_text(struct info_flow *flow, const char *text)
{
	while (*text) {
		int size = (int)strcspn(text, " ");

		if (size)
			info_flow_word(flow, "%.*s", size, text);
		text += size;
		text += strspn(text, " ");
	}
}

void info_flow_end(struct info_flow *flow)
{
	(void)flow;
	putchar('\n');
}

void info_row(int width, int indent, const char *title, const char *format, ...)
{
	struct info_flow flow;
	char text[WORD];
	va_list args;

	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.*): it was started */
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	info_flow_begin(&flow, width, title, indent);
	info_flow_text(&flow, text);
	info_flow_end(&flow);
}

static int widest(const char *const *names, size_t nr)
{
	size_t most = 1;

	for (size_t i = 0; i < nr; i++)
		if (strlen(names[i]) > most)
			most = strlen(names[i]);
	return (int)most;
}

void info_columns(int width, int indent, const char *const *names, size_t nr)
{
	const int most = widest(names, nr);
	const size_t columns =
		width - indent > most ? (size_t)((width - indent + 2) / (most + 2)) : 1;
	const size_t rows = (nr + columns - 1) / columns;

	for (size_t row = 0; row < rows; row++) {
		printf("%*s", indent, "");
		for (size_t i = row; i < nr; i += rows)
			printf(i + rows < nr ? "%-*s  " : "%-.*s",
			       i + rows < nr ? most : (int)strlen(names[i]), names[i]);
		putchar('\n');
	}
}
