/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib explain`: why a call of KVM fails, and what to do. Needs no /dev/kvm. */
#include <argp.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "query.h"
#include "tool.h"

#define COMMAND	 "explain"
#define MAX_NEAR 4 /* suggestions */

struct request {
	const char *words[2];
	size_t nr_words;
	bool list;
};

static const struct argp_option options[] = {
	{ "list", 'l', NULL, 0, "Print one line for each call and errno, naming the causes", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] =
	"Tell why a call of KVM fails, and what to do about it.\v"
	"CALL is an ioctl (KVM_CREATE_VM or create_vm) or another call that KVM serves (open, "
	"mmap). ERRNO is a name or a number (EBUSY, 16, -16). CALL alone tells about all its "
	"errnos, ERRNO alone names all the calls that answer it.\n"
	"\n"
	"Exit status: 0, 1 if nothing is known for that call and errno, 2 for wrong usage.\n"
	"\n"
	"Examples:\n"
	"  kvmlib explain KVM_CREATE_VM EBUSY\n"
	"  kvmlib explain open\n"
	"  kvmlib explain --list";

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'l':
		request->list = true;
		return 0;
	case ARGP_KEY_ARG:
		if (request->nr_words == 2)
			argp_error(state, "unexpected argument \"%s\"", arg);
		request->words[request->nr_words++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (!request->nr_words && !request->list)
			argp_usage(state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = { options, parse, "[CALL] [ERRNO]", help, NULL, NULL, NULL };

/* "-16" is an errno, not an option. */
static void drop_minus(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && isdigit((unsigned char)argv[i][1]))
			argv[i]++;
}

/* Rows */

struct rows {
	struct kvmlib_explanation *row;
	size_t nr;
};

static bool fits(const struct query *query, const struct kvmlib_explanation *row)
{
	return !query->error || !strcmp(query->error, row->error);
}

static int collect(const struct query *query, struct rows *rows)
{
	struct kvmlib_explanation row;

	for (size_t i = 0; !kvmlib_explain(query->call, 0, i, &row); i++)
		rows->nr++;
	rows->row = calloc(rows->nr + 1, sizeof(row));
	if (!rows->row)
		return -1;

	rows->nr = 0;
	for (size_t i = 0; !kvmlib_explain(query->call, 0, i, &row); i++)
		if (fits(query, &row))
			rows->row[rows->nr++] = row;
	return 0;
}

/* Rows of one call and errno belong together, though they need not be neighbours. What holds for a
 * class of ioctls belongs to the call that was asked for. */
static bool together(const struct query *query, const struct kvmlib_explanation *a,
		     const struct kvmlib_explanation *b)
{
	return !strcmp(a->error, b->error) && (query->call || !strcmp(a->call, b->call));
}

static bool is_first(const struct query *query, const struct rows *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (together(query, &rows->row[i], &rows->row[n]))
			return false;
	return true;
}

/* Output */

static void print_part(const char *title, const char *text)
{
	int column = printf("    %-7s ", title);

	print_wrapped(stdout, text, column, column);
}

static void print_cause(const struct query *query, const struct kvmlib_explanation *row)
{
	const char *name = kvmlib_cause_name(row->cause);

	printf("\n  %s", name ? name : "?");
	if (query->call && strcmp(query->call, row->call) != 0)
		printf("  %s", row->call);
	putchar('\n');
	print_part("why", row->sentence);
	print_part("action", row->action);
	print_part("hint", row->hint);
}

static void print_title(const char *call, const struct kvmlib_explanation *row)
{
	printf("%s: %s", call, row->error);
	if (row->errnum)
		printf(" (%d)", row->errnum);
	putchar('\n');
}

static void print_group(const struct query *query, const struct rows *rows, size_t first)
{
	const struct kvmlib_explanation *row = &rows->row[first];

	if (first)
		putchar('\n');
	print_title(query->call ? query->call : row->call, row);
	for (size_t i = first; i < rows->nr; i++)
		if (together(query, row, &rows->row[i]))
			print_cause(query, &rows->row[i]);
}

/* An errno alone may have a hundred rows: why is enough. */
static void print_reasons(const struct query *query, const struct rows *rows)
{
	printf("%s is answered by:\n\n", query->error);
	for (size_t i = 0; i < rows->nr; i++) {
		int column = printf("  %-31s ", rows->row[i].call);

		print_wrapped(stdout, rows->row[i].sentence, column, column);
	}
	printf("\n`kvmlib explain CALL ERRNO' tells what to do.\n");
}

/* Different reasons may have one cause. */
static bool is_repeated(const struct query *query, const struct rows *rows, size_t first, size_t n)
{
	for (size_t i = first; i < n; i++)
		if (together(query, &rows->row[i], &rows->row[n]) &&
		    rows->row[i].cause == rows->row[n].cause)
			return true;
	return false;
}

static void print_line(const struct query *query, const struct rows *rows, size_t first)
{
	const struct kvmlib_explanation *row = &rows->row[first];
	const char *separator = "";

	printf("%-31s %-13s ", query->call ? query->call : row->call, row->error);
	for (size_t i = first; i < rows->nr; i++) {
		if (!together(query, row, &rows->row[i]) || is_repeated(query, rows, first, i))
			continue;
		printf("%s%s", separator, kvmlib_cause_name(rows->row[i].cause));
		separator = ", ";
	}
	putchar('\n');
}

static void print_groups(const struct query *query, const struct rows *rows,
			 void (*print)(const struct query *, const struct rows *, size_t))
{
	for (size_t i = 0; i < rows->nr; i++)
		if (is_first(query, rows, i))
			print(query, rows, i);
}

static int print_rows(const struct query *query, const struct rows *rows, bool list)
{
	if (!rows->nr) {
		say(COMMAND, "%s is not known to answer %s", query->call, query->error);
		return STATUS_NO;
	}
	if (list)
		print_groups(query, rows, print_line);
	else if (query->call)
		print_groups(query, rows, print_group);
	else
		print_reasons(query, rows);
	return STATUS_OK;
}

/* Questions */

static int no_such_call(const char *word, const char *what)
{
	const char *calls[MAX_NEAR];
	size_t n = query_near_calls(word, calls, MAX_NEAR);

	say(COMMAND, "there is no %s \"%s\"", what, word);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "%s%s", i ? ", " : "  near: ", calls[i]);
	if (n)
		fputc('\n', stderr);
	return STATUS_NO;
}

/* One word is an errno or a call, two are a call and an errno. */
static int understand(const struct request *request, struct query *query)
{
	const char *first = request->words[0], *second = request->words[1];

	if (request->nr_words == 0)
		return STATUS_OK;
	if (request->nr_words == 1) {
		if (query_set_error(query, first) || query_set_call(query, first))
			return STATUS_OK;
		return no_such_call(first, "call, and no errno of KVM,");
	}
	if (!query_set_call(query, first))
		return no_such_call(first, "call");
	if (query_set_error(query, second))
		return STATUS_OK;
	say(COMMAND, "no call of KVM is known to answer \"%s\"", second);
	return STATUS_NO;
}

int tool_explain(int argc, char **argv)
{
	struct request request = { .nr_words = 0 };
	struct query query = { .call = NULL };
	struct rows rows = { .nr = 0 };
	int status;

	drop_minus(argc, argv);
	if (argp_parse(&argp, argc, argv, 0, NULL, &request))
		return STATUS_USAGE;
	status = understand(&request, &query);
	if (status)
		return status;
	if (collect(&query, &rows) < 0) {
		say(COMMAND, "no memory");
		return STATUS_HOST;
	}
	status = print_rows(&query, &rows, request.list);
	free(rows.row);
	return status;
}
